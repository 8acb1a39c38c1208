using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>A task while its keys are read. Null means that the task itself says nothing.</summary>
internal sealed class TaskDraft(string name, TaskDefaults defaults)
{
    private static readonly PlanCommand Nothing = PlanCommand.ForArguments([Template.Literal("true")]);

    private PlanWork? _work;

    public string Name { get; } = name;

    public TemplateNames Allowed { get; set; } = TemplateNames.Run | TemplateNames.Task | TemplateNames.Attempt
        | TemplateNames.Vars | TemplateNames.Needs;

    public IReadOnlyList<string> Shell { get; set; } = defaults.Shell ?? PlanCommand.DefaultShell;

    public bool OwnShell { get; set; }

    /// <summary>Which kind of work its keys speak of; null so far.</summary>
    public WorkKind? Kind { get; set; }

    /// <summary>The key that said so.</summary>
    public string? KindKey { get; set; }

    /// <summary>Whether a key of it was refused, which may have been the one that says what it does.</summary>
    public bool HasUnknownKey { get; set; }

    /// <summary>What is read for any kind but a command; null for most tasks.</summary>
    public WorkDraft? Other { get; set; }

    public PlanCommand? Command { get; set; }

    public int[] Needs { get; set; } = [];

    public WhenCondition When { get; set; } = WhenCondition.Success;

    public ForEachSetting? ForEach { get; set; }

    public string? Group { get; set; }

    public Template? Target { get; set; }

    public Template? WorkingFolder { get; set; }

    public Template? Stdin { get; set; }

    public EnvironmentSetting Environment { get; set; } = EnvironmentSetting.None;

    public IReadOnlyList<string> Secrets { get; set; } = [];

    public IReadOnlyList<Template> Inputs { get; set; } = [];

    public IReadOnlyList<Template> Outputs { get; set; } = [];

    public EffectSetting? Effect { get; set; }

    public TimeSpan? Timeout { get; set; }

    public bool OwnNoProgress { get; set; }

    public TimeSpan? NoProgress { get; set; }

    public RetrySetting? Retry { get; set; }

    public FailureReaction? OnFailure { get; set; }

    public bool Adopt { get; set; } = true;

    public StrayReaction Strays { get; set; }

    /// <summary>The work as far as it is known; fit only for further checks after an error.</summary>
    public PlanWork Work => _work ??= Other?.Work ?? new CommandWork(Command ?? Nothing);

    /// <summary>The hard limit of an attempt: of the task, its runtime, the plan's defaults, its kind.</summary>
    public TimeSpan LimitOf() => Timeout ?? Other?.RuntimeTimeout ?? (InheritsTimeout ? defaults.Timeout : null)
        ?? PlanTask.DefaultTimeoutOf(Work);

    public PlanTask Build(int index, YamlNode key) => new()
    {
        Index = index,
        Name = Name,
        Position = key.Position,
        Work = Work,
        Checkpoints = Other?.Checkpoints ?? [],
        CheckpointDeadline = Other?.CheckpointDeadline ?? PlanTask.DefaultCheckpointDeadline,
        Worktree = Other?.Worktree ?? false,
        Needs = Needs,
        When = When,
        ForEach = ForEach,
        Group = Group,
        Target = Target,
        WorkingFolder = WorkingFolder,
        Stdin = Stdin,
        Environment = EnvironmentBinder.Merge(defaults.Environment, Environment),
        Secrets = Secrets,
        Inputs = Inputs,
        Outputs = AllOutputs,
        Effect = Effect ?? PlanTask.DefaultEffectOf(Work),
        Timeout = LimitOf(),
        NoProgress = OwnNoProgress ? NoProgress
            : InheritsNoProgress ? defaults.NoProgress : PlanTask.DefaultNoProgressOf(Work),
        Retry = Retry ?? defaults.Retry ?? RetrySetting.PerClass,
        OnFailure = OnFailure ?? defaults.OnFailure ?? FailureReaction.Continue,
        Adopt = Adopt,
        Strays = Strays,
        Inherited = Inherited(),
    };

    // The file that an answer is kept in is an output like any other: others can be given its path.
    private IReadOnlyList<Template> AllOutputs =>
        Work is HttpWork { Output: { } answer } && !Outputs.Any(o => o.Source == answer.Source)
            ? [.. Outputs, answer]
            : Outputs;

    // A person is no attempt: an approval has a bound of its own.
    private bool InheritsTimeout => Work is not ApprovalWork;

    // Nothing moves while a request or a person is waited for; their own limits bound that.
    private bool InheritsNoProgress => defaults.SaysNoProgress && Work is CommandWork or AgentWork;

    private InheritedSettings Inherited() =>
        (Timeout is null && Other?.RuntimeTimeout is null && InheritsTimeout && defaults.Timeout is not null
            ? InheritedSettings.Timeout : 0)
        | (!OwnNoProgress && InheritsNoProgress && defaults.NoProgress != PlanTask.DefaultNoProgressOf(Work)
            ? InheritedSettings.NoProgress : 0)
        | (Retry is null && defaults.Retry is not null ? InheritedSettings.Retry : 0)
        | (!OwnShell && defaults.Shell is not null && Command is { IsShell: true } ? InheritedSettings.Shell : 0)
        | (!ReferenceEquals(defaults.Environment, EnvironmentSetting.None) ? InheritedSettings.Environment : 0)
        | (OnFailure is null && defaults.OnFailure is not null ? InheritedSettings.OnFailure : 0);
}
