using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>What a task does; each kind is a type of its own.</summary>
public abstract record PlanWork
{
    private protected PlanWork()
    {
    }

    /// <summary>Name of the runtime that it prefers; null where it needs none.</summary>
    public virtual string? Runtime => null;
}

/// <summary>A command of this machine.</summary>
/// <param name="Command">What is executed.</param>
public sealed record CommandWork(PlanCommand Command) : PlanWork;

/// <summary>A piece of work that an agent is asked to do.</summary>
/// <param name="RuntimeName">The agent runtime of the plan that does it; its fallbacks may take over.</param>
/// <param name="Prompt">What the agent is told; never empty.</param>
public sealed record AgentWork(string RuntimeName, Template Prompt) : PlanWork
{
    /// <inheritdoc/>
    public override string? Runtime => RuntimeName;
}

/// <summary>A decision that a person makes.</summary>
/// <param name="By">Who may decide: names of people or roles, which a server checks; empty: anyone.</param>
/// <param name="Timeout">After so long without an answer it fails as <c>policy_denied</c>; null: 24 h.</param>
/// <param name="Message">What people are asked; null: the name of the task says it.</param>
public sealed record ApprovalWork(IReadOnlyList<string> By, TimeSpan? Timeout, Template? Message) : PlanWork
{
    /// <summary>The bound where the plan names none, since nothing waits for ever: 24 h.</summary>
    public static TimeSpan DefaultTimeout { get; } = TimeSpan.FromHours(24);
}

/// <summary>Merges the branches of tasks with work trees of their own into the branch of the plan's folder.</summary>
/// <param name="Tasks">
/// Indices of those tasks in the order of merging; each is one of <see cref="PlanTask.Needs"/> and has
/// <see cref="PlanTask.Worktree"/>. Of a fan-out, all instances in their order.
/// </param>
public sealed record MergeWork(IReadOnlyList<int> Tasks) : PlanWork;

/// <summary>A step on the way that somebody says is done: the agent, a person, or a line of output.</summary>
/// <param name="Id">Unique in the task; named as tasks are.</param>
/// <param name="Verify">A command that must exit with 0 before it counts as done; null: the word is enough.</param>
/// <param name="Commit">Whether the work tree is committed when it is done; false by default.</param>
public sealed record CheckpointSetting(string Id, PlanCommand? Verify, bool Commit)
{
    /// <summary>How many checkpoints a task may have.</summary>
    public const int MaxCount = 100;
}
