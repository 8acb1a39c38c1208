using Holdfast.Failures;

namespace Holdfast.Resilience;

/// <summary>
/// What the attempts of one task have spent so far: a value to keep in a fold. Immutable. Only
/// <see cref="After"/> changes it, from the decision that was journalled, so that a replay counts the same.
/// </summary>
public sealed record RetryTally
{
    private readonly int[] _spent = new int[(int)FailureClass.Unknown + 1];

    /// <summary>Nothing tried yet.</summary>
    public static RetryTally Empty { get; } = new();

    /// <summary>Attempts that ended, waits that spent nothing included.</summary>
    public int Attempts { get; init; }

    /// <summary>Untold throttle waits in a row; paces the next one.</summary>
    public int ThrottleWaits { get; init; }

    /// <summary>Sum of untold throttle waits.</summary>
    public TimeSpan ThrottleWaited { get; init; }

    /// <summary>All waits that spent no retry, told ones and parkings included.</summary>
    public int FreeWaits { get; init; }

    /// <summary>Sum of all waits that spent no retry.</summary>
    public TimeSpan FreeWaited { get; init; }

    /// <summary>Retries spent over all classes.</summary>
    public int TotalSpent
    {
        get
        {
            var total = 0;
            foreach (var each in _spent)
            {
                total += each;
            }

            return total;
        }
    }

    /// <summary>Retries spent on one class.</summary>
    public int Spent(FailureClass failureClass) => _spent[(int)failureClass];

    /// <summary>A copy in which one class has spent a number of retries; for reading a snapshot back.</summary>
    public RetryTally WithSpent(FailureClass failureClass, int spent)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(spent);
        var copy = new RetryTally(this);
        copy._spent[(int)failureClass] = spent;
        return copy;
    }

    /// <summary>The tally after a decision on an attempt that ended.</summary>
    public RetryTally After(RecoveryDecision decision)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var next = this with { Attempts = Attempts + 1 };
        if (decision.SpendsRetry)
        {
            next = next.WithSpent(decision.Budget, Spent(decision.Budget) + 1);
        }
        else if (decision.Strategy is RecoveryStrategy.Wait or RecoveryStrategy.Park)
        {
            next = next with { FreeWaits = FreeWaits + 1, FreeWaited = FreeWaited + decision.Delay };
        }

        if (decision.Strategy == RecoveryStrategy.FallBack)
        {
            // Another runtime has a patience of its own; the bound on free waits also bounds going to and fro.
            return next with { FreeWaits = FreeWaits + 1, ThrottleWaits = 0, ThrottleWaited = TimeSpan.Zero };
        }

        return decision.Origin == DelayOrigin.Throttle
            ? next with { ThrottleWaits = ThrottleWaits + 1, ThrottleWaited = ThrottleWaited + decision.Delay }
            : next;
    }

    /// <summary>
    /// The tally after a person ended the wait of a decision that is counted already: what of it was not waited counts
    /// for nothing, and what it spent stays spent.
    /// </summary>
    /// <param name="decision">The decision.</param>
    /// <param name="rest">What was left of its wait; bounded by what it counted for.</param>
    public RetryTally WithoutRest(RecoveryDecision decision, TimeSpan rest)
    {
        ArgumentNullException.ThrowIfNull(decision);
        var waited = decision.Strategy is RecoveryStrategy.Wait or RecoveryStrategy.Park;
        var back = TimeSpan.FromTicks(Math.Clamp(rest.Ticks, 0, Math.Max(0, decision.Delay.Ticks)));
        return this with
        {
            FreeWaited = FreeWaited - (waited ? back : TimeSpan.Zero),
            ThrottleWaited = ThrottleWaited - (decision.Origin == DelayOrigin.Throttle ? back : TimeSpan.Zero),
        };
    }

    private RetryTally(RetryTally other)
    {
        // The copy owns its counts, so that no record sees another's change.
        _spent = (int[])other._spent.Clone();
        Attempts = other.Attempts;
        ThrottleWaits = other.ThrottleWaits;
        ThrottleWaited = other.ThrottleWaited;
        FreeWaits = other.FreeWaits;
        FreeWaited = other.FreeWaited;
    }

    /// <summary>A tally with nothing spent.</summary>
    public RetryTally()
    {
    }

    /// <summary>Equal when all counts are equal.</summary>
    public bool Equals(RetryTally? other) => other is not null
        && Attempts == other.Attempts && ThrottleWaits == other.ThrottleWaits
        && ThrottleWaited == other.ThrottleWaited && FreeWaits == other.FreeWaits
        && FreeWaited == other.FreeWaited && _spent.AsSpan().SequenceEqual(other._spent);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Attempts, TotalSpent, FreeWaits, ThrottleWaits);
}
