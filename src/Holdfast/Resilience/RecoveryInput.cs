using Holdfast.Failures;

namespace Holdfast.Resilience;

/// <summary>Everything that <see cref="Recovery.Decide"/> looks at.</summary>
public sealed record RecoveryInput
{
    /// <summary>The classified failure of the attempt that ended.</summary>
    public required Failure Failure { get; init; }

    /// <summary>The policy in force.</summary>
    public required RetryTable Table { get; init; }

    /// <summary>What the task does to the world.</summary>
    public Effect Effect { get; init; }

    /// <summary>What earlier attempts spent; the attempt that just ended is not yet in it.</summary>
    public RetryTally Tally { get; init; } = RetryTally.Empty;

    /// <summary>
    /// Earlier attempts that are not in the tally, since a person asked for another try or an interrupt ended them:
    /// they spend nothing, and still count in the numbers that people read. Default 0.
    /// </summary>
    public int AttemptsBefore { get; init; }

    /// <summary>Longest single wait that the run sits through; beyond it the task is parked. Default 6 h.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Wall clock of the decision.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What the draw of this delay depends on.</summary>
    public required DrawKey Key { get; init; }

    /// <summary>
    /// True where it is proven that the effect did not happen: never started, or reconciled as not done.
    /// </summary>
    public bool EffectRuledOut { get; init; }

    /// <summary>
    /// True when the retry budget of the target is used up: the retry comes later, it is not dropped.
    /// </summary>
    public bool TargetBudgetExhausted { get; init; }

    /// <summary>True when the run is marked <c>infrastructure</c>: retries stop.</summary>
    public bool MassFailure { get; init; }

    /// <summary>The runtime that would take over, as far as it can be asked now; null for none.</summary>
    public string? Fallback { get; init; }

    /// <summary>True while the run is being cancelled or interrupted.</summary>
    public bool RunStopping { get; init; }

    /// <summary>When the open breaker lets the next probe through; null where it is not known.</summary>
    public DateTimeOffset? BreakerRetryAt { get; init; }
}
