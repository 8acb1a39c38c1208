using Holdfast.Resilience.Breakers;

namespace Holdfast.Plans;

/// <summary>What executes work that is no plain command: a place to call, or a program to ask.</summary>
public abstract record PlanRuntime
{
    /// <summary>How many runtimes a plan may have.</summary>
    public const int MaxCount = 1000;

    /// <summary>How many runtimes may stand in one row of candidates: itself, and all that can take over.</summary>
    public const int MaxCandidates = 16;

    private protected PlanRuntime()
    {
    }

    /// <summary>Its name in the plan; rules as for tasks.</summary>
    public required string Name { get; init; }

    /// <summary>Where its name stands in the plan file; 0:0 after reading a <c>plan.json</c>.</summary>
    public SourcePosition Position { get; init; }

    /// <summary>
    /// Names of runtimes of the same kind that take over, in order. Each may have fallbacks of its own;
    /// <see cref="Plan.CandidatesOf(string)"/> puts them all into one row.
    /// </summary>
    public IReadOnlyList<string> Fallback { get; init; } = [];

    /// <summary>The numbers of the breaker in front of its target; those of its targets' first user win.</summary>
    public BreakerSettings Breaker { get; init; } = BreakerSettings.Default;

    /// <summary>How many attempts at once it takes, 1 to 1024; null: the plan's bound alone.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>Names of the plan's secrets that it uses, and that make its credential.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>
    /// What its attempts have in their environment besides the clean one; for agents only. A task's own wins.
    /// </summary>
    public EnvironmentSetting Environment { get; init; } = EnvironmentSetting.None;

    /// <summary>
    /// Program, model and credential, or host and credential, without values of secrets: two runtimes of the same
    /// identity fail together, so that neither is a fallback of the other. The parts are joined by a NUL.
    /// </summary>
    internal abstract string Identity { get; }

    private protected string Credential => string.Join(',', Secrets.Order(StringComparer.Ordinal));
}

/// <summary>A place on the network that answers HTTP.</summary>
public sealed record HttpRuntimeSetting : PlanRuntime
{
    /// <summary>How many redirects are followed where the plan does not say.</summary>
    public const int DefaultRedirects = 5;

    /// <summary>
    /// The address that paths are put behind: http or https, without user, query and fragment; variables are in place.
    /// </summary>
    public required string Base { get; init; }

    /// <summary>
    /// Headers of every request; a task's own header of the same name wins. Values may use <c>secrets.NAME</c> of
    /// <see cref="PlanRuntime.Secrets"/>.
    /// </summary>
    public IReadOnlyList<KeyValuePair<string, Expressions.Template>> Headers { get; init; } = [];

    /// <summary>How many redirects are followed, 0 to 50; 5 by default.</summary>
    public int Redirects { get; init; } = DefaultRedirects;

    /// <summary>
    /// Hard limit of an attempt of tasks that name none; null: the plan's default, else 30 s.
    /// <see cref="PlanTask.Timeout"/> has it already.
    /// </summary>
    public TimeSpan? Timeout { get; init; }

    internal override string Identity => $"{new Uri(Base).Authority}\0{Credential}";
}
