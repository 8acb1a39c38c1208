using Holdfast.Failures;

namespace Holdfast.Resilience;

/// <summary>What follows a failure.</summary>
public enum RecoveryStrategy
{
    /// <summary>A new attempt after the delay; spends a retry of <see cref="RecoveryDecision.Budget"/>.</summary>
    Retry,

    /// <summary>A new attempt after the delay; spends nothing. The run sits it through.</summary>
    Wait,

    /// <summary>Left until <see cref="RecoveryDecision.Until"/>; the run goes on without it.</summary>
    Park,

    /// <summary>The next attempt goes to another runtime, at once; spends nothing.</summary>
    FallBack,

    /// <summary>A person has to decide.</summary>
    Hold,

    /// <summary>Ask the task's reconcile command whether the effect happened, before anything else.</summary>
    Reconcile,

    /// <summary>The task ends in failure; the original failure is kept.</summary>
    Fail,

    /// <summary>The task was stopped on purpose.</summary>
    Stop,
}

/// <summary>Where a delay comes from.</summary>
public enum DelayOrigin
{
    /// <summary>There is no delay.</summary>
    None,

    /// <summary>The retry policy.</summary>
    Computed,

    /// <summary>The other side named it.</summary>
    Told,

    /// <summary>Back-off for an untold rate limit.</summary>
    Throttle,

    /// <summary>Nothing is known, so it is tried again once an hour.</summary>
    Probe,

    /// <summary>The breaker of the target is open.</summary>
    Breaker,

    /// <summary>The target's retry budget is used up, so the retry comes later.</summary>
    Budget,
}

/// <summary>A decision, to be journalled before it is carried out.</summary>
public sealed record RecoveryDecision
{
    /// <summary>What to do.</summary>
    public required RecoveryStrategy Strategy { get; init; }

    /// <summary>How long to wait before it; zero for none.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>When the wait ends by the wall clock; null where nothing is waited for.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>True where <see cref="Until"/> was told as a point in time and so follows the wall clock.</summary>
    public bool UntilIsAbsolute { get; init; }

    /// <summary>Where the delay comes from.</summary>
    public DelayOrigin Origin { get; init; }

    /// <summary>Why, as a sentence for people.</summary>
    public required string Reason { get; init; }

    /// <summary>
    /// The class as judged with the effect: <c>outcome_unknown</c> where the effect may have happened.
    /// </summary>
    public required FailureClass Class { get; init; }

    /// <summary>The class whose budget pays for a retry.</summary>
    public FailureClass Budget { get; init; }

    /// <summary>Number of the attempt that this is about: the one that ended, 1 for the first.</summary>
    public int Attempt { get; init; }

    /// <summary>Attempts in all that the policy allows this failure, so messages read "attempts 2 of 4".</summary>
    public int OfAttempts { get; init; }

    /// <summary>True where the next attempt must carry the same idempotency key.</summary>
    public bool SameKey { get; init; }

    /// <summary>The runtime of the next attempt, where it is another one; null for the same.</summary>
    public string? To { get; init; }

    /// <summary>True where the next attempt goes on in the same session of the agent.</summary>
    public bool SameSession { get; init; }

    /// <summary>Whether it spends a retry.</summary>
    public bool SpendsRetry => Strategy == RecoveryStrategy.Retry;

    /// <summary>Whether another attempt follows without a person.</summary>
    public bool TriesAgain => Strategy is RecoveryStrategy.Retry or RecoveryStrategy.Wait or RecoveryStrategy.Park
        or RecoveryStrategy.FallBack;
}

/// <summary>The words for <see cref="RecoveryStrategy"/> and <see cref="DelayOrigin"/>.</summary>
public static class RecoveryWords
{
    /// <summary>The snake_case word of a strategy.</summary>
    public static string Word(this RecoveryStrategy value) => value switch
    {
        RecoveryStrategy.Retry => "retry",
        RecoveryStrategy.Wait => "wait",
        RecoveryStrategy.Park => "park",
        RecoveryStrategy.FallBack => "fall_back",
        RecoveryStrategy.Hold => "hold",
        RecoveryStrategy.Reconcile => "reconcile",
        RecoveryStrategy.Fail => "fail",
        RecoveryStrategy.Stop => "stop",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "not a strategy"),
    };

    /// <summary>The snake_case word of an origin.</summary>
    public static string Word(this DelayOrigin value) => value switch
    {
        DelayOrigin.None => "none",
        DelayOrigin.Computed => "computed",
        DelayOrigin.Told => "told",
        DelayOrigin.Throttle => "throttle",
        DelayOrigin.Probe => "probe",
        DelayOrigin.Breaker => "breaker",
        DelayOrigin.Budget => "budget",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "not an origin"),
    };

    /// <summary>Reads a strategy back. False for a word that is none.</summary>
    public static bool TryParse(string? word, out RecoveryStrategy value)
    {
        for (var candidate = RecoveryStrategy.Retry; candidate <= RecoveryStrategy.Stop; candidate++)
        {
            if (candidate.Word() == word)
            {
                value = candidate;
                return true;
            }
        }

        value = RecoveryStrategy.Fail;
        return false;
    }

    /// <summary>Reads an origin back. False for a word that is none.</summary>
    public static bool TryParse(string? word, out DelayOrigin value)
    {
        for (var candidate = DelayOrigin.None; candidate <= DelayOrigin.Budget; candidate++)
        {
            if (candidate.Word() == word)
            {
                value = candidate;
                return true;
            }
        }

        value = DelayOrigin.None;
        return false;
    }
}
