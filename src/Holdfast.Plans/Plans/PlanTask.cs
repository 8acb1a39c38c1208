using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>A node of a plan. What it leaves open has been filled from the plan's defaults.</summary>
public sealed class PlanTask
{
    /// <summary>Place in <see cref="Plan.Tasks"/>, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Unique in the plan: letters, digits, <c>_</c>, <c>-</c>, <c>.</c>, at most 100 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Where its name stands in the plan file; 0:0 after reading a <c>plan.json</c>.</summary>
    public SourcePosition Position { get; init; }

    /// <summary>What it does.</summary>
    public required PlanWork Work { get; init; }

    /// <summary>Indices of the tasks that must have ended before, in the order written, each once.</summary>
    public IReadOnlyList<int> Needs { get; init; } = [];

    /// <summary>Whether it runs once its needs have ended.</summary>
    public WhenCondition When { get; init; } = WhenCondition.Success;

    /// <summary>What it is run for, once each; null: it is a single piece of work.</summary>
    public ForEachSetting? ForEach { get; init; }

    /// <summary>The group it is shown and bounded with; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>
    /// Name of the breaker in front of a command; null: a plain command has none, and other kinds have their runtime's.
    /// </summary>
    public Template? Target { get; init; }

    /// <summary>Folder it runs in, from the plan's folder; null: the plan's folder.</summary>
    public Template? WorkingFolder { get; init; }

    /// <summary>File that is its standard input; null: nothing.</summary>
    public Template? Stdin { get; init; }

    /// <summary>What its environment has besides the clean one.</summary>
    public EnvironmentSetting Environment { get; init; } = EnvironmentSetting.None;

    /// <summary>Names of the plan's secrets that it gets as environment variables.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>Files and globs that it reads.</summary>
    public IReadOnlyList<Template> Inputs { get; init; } = [];

    /// <summary>Files that must exist and be fresh when it ends; inside the plan's folder.</summary>
    public IReadOnlyList<Template> Outputs { get; init; } = [];

    /// <summary>Steps that must be done, in this order, before it is; commands and agents can have them.</summary>
    public IReadOnlyList<CheckpointSetting> Checkpoints { get; init; } = [];

    /// <summary>
    /// How long it is held open for checkpoints that are missing when its attempt ended; 24 h by default.
    /// </summary>
    public TimeSpan CheckpointDeadline { get; init; } = DefaultCheckpointDeadline;

    /// <summary>
    /// Whether it works in a git work tree and on a branch of its own; commands and agents can. False by default.
    /// </summary>
    public bool Worktree { get; init; }

    /// <summary>What an unknown outcome means for the world.</summary>
    public EffectSetting Effect { get; init; } = EffectSetting.Repeatable;

    /// <summary>
    /// Hard limit of an attempt; by default 1 h, 4 h for agents, 30 s for requests. An approval has its own.
    /// </summary>
    public TimeSpan Timeout { get; init; } = DefaultTimeout;

    /// <summary>
    /// How long nothing may move; null: not watched. By default 10 min for agents, and not watched for others.
    /// </summary>
    public TimeSpan? NoProgress { get; init; }

    /// <summary>How failures are retried.</summary>
    public RetrySetting Retry { get; init; } = RetrySetting.PerClass;

    /// <summary>What its failure does to the rest of the run.</summary>
    public FailureReaction OnFailure { get; init; }

    /// <summary>
    /// Whether its attempts can be adopted by a later driver (through a small wrapper); true by default.
    /// </summary>
    public bool Adopt { get; init; } = true;

    /// <summary>What happens to processes that outlive a normal end.</summary>
    public StrayReaction Strays { get; init; }

    /// <summary>Which settings came from the plan's <c>defaults</c>, for <c>explain</c>.</summary>
    public InheritedSettings Inherited { get; init; }

    /// <summary>See <see cref="CheckpointDeadline"/>.</summary>
    public static TimeSpan DefaultCheckpointDeadline { get; } = TimeSpan.FromHours(24);

    private static TimeSpan DefaultTimeout { get; } = TimeSpan.FromHours(1);

    /// <summary>See <see cref="Timeout"/>.</summary>
    public static TimeSpan DefaultTimeoutOf(PlanWork work) => work switch
    {
        AgentWork => TimeSpan.FromHours(4),
        HttpWork => TimeSpan.FromSeconds(30),
        _ => DefaultTimeout,
    };

    /// <summary>See <see cref="NoProgress"/>.</summary>
    public static TimeSpan? DefaultNoProgressOf(PlanWork work) =>
        work is AgentWork ? TimeSpan.FromMinutes(10) : null;

    /// <summary>
    /// What an unknown outcome means where the plan does not say: a request goes by its method, everything else can
    /// be repeated.
    /// </summary>
    public static EffectSetting DefaultEffectOf(PlanWork work) =>
        work is HttpWork { IsIdempotent: false } ? EffectSetting.Once : EffectSetting.Repeatable;

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>What happens to processes of an attempt that outlive its normal end.</summary>
public enum StrayReaction
{
    /// <summary>They are listed and left alone: build servers and daemons are meant to stay.</summary>
    List,

    /// <summary>They are ended.</summary>
    End,
}

/// <summary>Settings of a task that stand in the plan's <c>defaults</c>.</summary>
[Flags]
public enum InheritedSettings
{
    /// <summary>None: written at the task, or built in.</summary>
    None = 0,

    /// <summary><see cref="PlanTask.Timeout"/>.</summary>
    Timeout = 1,

    /// <summary><see cref="PlanTask.NoProgress"/>.</summary>
    NoProgress = 2,

    /// <summary><see cref="PlanTask.Retry"/>.</summary>
    Retry = 4,

    /// <summary>The shell of its command.</summary>
    Shell = 8,

    /// <summary>At least one variable of <see cref="PlanTask.Environment"/>.</summary>
    Environment = 16,

    /// <summary><see cref="PlanTask.OnFailure"/>, which a plan sets for all its tasks.</summary>
    OnFailure = 32,
}
