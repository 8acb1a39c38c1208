using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>The kinds of work, in the order of <see cref="WorkBinder.Words"/>.</summary>
internal enum WorkKind
{
    Command,
    Agent,
    Http,
    Approval,
    Merge,
}

/// <summary>A merge of a task's branch, checked once every task is known.</summary>
/// <param name="Task">Index of the task that is merged.</param>
/// <param name="Position">Where it is named.</param>
internal sealed record MergeUse(int Task, SourcePosition Position);

/// <summary>What a task says beyond a plain command, while its keys are read.</summary>
internal sealed class WorkDraft
{
    /// <summary>Where the key of each part stands; null for those that are not there.</summary>
    public YamlNode? RuntimeKey { get; set; }

    public YamlNode? PromptKey { get; set; }

    public YamlNode? DeadlineKey { get; set; }

    public string? Runtime { get; set; }

    public Template? Prompt { get; set; }

    public IReadOnlyList<CheckpointSetting>? Checkpoints { get; set; }

    public TimeSpan? CheckpointDeadline { get; set; }

    public bool Worktree { get; set; }

    /// <summary>Secrets that the request uses; null for none.</summary>
    public SecretUses? SecretUses { get; set; }

    /// <summary>The timeout of the runtime that was named; null where it has none.</summary>
    public TimeSpan? RuntimeTimeout { get; set; }

    /// <summary>What it comes to; null for a command, and after an error.</summary>
    public PlanWork? Work { get; set; }
}
