using Holdfast.Failures;

namespace Holdfast.Resilience.Breakers;

/// <summary>Where a breaker stands.</summary>
public enum BreakerState
{
    /// <summary>Everything passes.</summary>
    Closed,

    /// <summary>Nothing passes until its wait is over.</summary>
    Open,

    /// <summary>Probes pass, to find out whether the target answers again.</summary>
    HalfOpen,
}

/// <summary>What happened at a breaker.</summary>
public enum BreakerEventKind
{
    /// <summary>A guarded operation succeeded.</summary>
    Success,

    /// <summary>A guarded operation failed because of its target.</summary>
    Failure,

    /// <summary>It opened.</summary>
    Trip,

    /// <summary>Its wait was over: probes are let through.</summary>
    HalfOpen,

    /// <summary>It closed again.</summary>
    Recover,

    /// <summary>An operation was refused without being tried.</summary>
    ShortCircuit,

    /// <summary>A person closed it.</summary>
    Reset,
}

/// <summary>How a guarded operation ended, as its breaker sees it.</summary>
public enum BreakerResult
{
    /// <summary>The target answered.</summary>
    Success,

    /// <summary>The target failed.</summary>
    Failure,

    /// <summary>It says nothing about the target: the work itself failed, or nobody waited for its end.</summary>
    Neutral,
}

/// <summary>One event of a breaker. A value, so that counting a success allocates nothing.</summary>
/// <param name="At">Wall clock.</param>
/// <param name="Kind">What happened.</param>
/// <param name="State">Where it stands after it.</param>
/// <param name="Detail">For people; null where the kind says it all.</param>
public readonly record struct BreakerEvent(
    DateTimeOffset At, BreakerEventKind Kind, BreakerState State, string? Detail = null)
{
    /// <summary>
    /// Whether it is a result of an operation that was let in before the breaker last opened or closed: it changes
    /// nothing, and counts in no window.
    /// </summary>
    public bool IsLate { get; init; }
}

/// <summary>What an operation was given to enter with; to be handed back with its result, once.</summary>
/// <param name="IsAllowed">Whether it may go on.</param>
/// <param name="IsProbe">Whether it takes a probe's place while the breaker is half-open.</param>
/// <param name="Generation">Which closed or half-open phase let it in; results of an earlier one change
/// nothing.</param>
/// <param name="RetryAt">For a refused one: when to ask again.</param>
public readonly record struct BreakerPermit(
    bool IsAllowed, bool IsProbe, int Generation, DateTimeOffset? RetryAt = null)
{
    /// <summary>For a permit of which only its result is still known: it counts in the phase of the day.</summary>
    public const int AnyGeneration = -1;
}

/// <summary>The words of breakers, outside the code, and what counts against a target.</summary>
public static class BreakerWords
{
    /// <summary>
    /// What a failure says of the target: only connection, unavailable, timeout, rate limit, auth and quota count. A
    /// failing test or bad input is no reason to open.
    /// </summary>
    public static BreakerResult ResultOf(FailureClass failureClass) => failureClass switch
    {
        FailureClass.Connection or FailureClass.Unavailable or FailureClass.Timeout or FailureClass.RateLimited
            or FailureClass.Auth or FailureClass.QuotaExhausted => BreakerResult.Failure,
        _ => BreakerResult.Neutral,
    };

    /// <summary>The snake_case word of a state.</summary>
    public static string Word(this BreakerState state) => state switch
    {
        BreakerState.Closed => "closed",
        BreakerState.Open => "open",
        _ => "half_open",
    };

    /// <summary>The snake_case word of an event.</summary>
    public static string Word(this BreakerEventKind kind) => kind switch
    {
        BreakerEventKind.Success => "success",
        BreakerEventKind.Failure => "failure",
        BreakerEventKind.Trip => "trip",
        BreakerEventKind.HalfOpen => "half_open",
        BreakerEventKind.Recover => "recover",
        BreakerEventKind.ShortCircuit => "short_circuit",
        _ => "reset",
    };

    internal static bool TryParse(string? word, out BreakerState state)
    {
        for (state = BreakerState.Closed; state <= BreakerState.HalfOpen; state++)
        {
            if (state.Word() == word)
            {
                return true;
            }
        }

        return false;
    }

    internal static bool TryParse(string? word, out BreakerEventKind kind)
    {
        for (kind = BreakerEventKind.Success; kind <= BreakerEventKind.Reset; kind++)
        {
            if (kind.Word() == word)
            {
                return true;
            }
        }

        return false;
    }
}
