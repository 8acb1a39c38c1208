using System.Globalization;
using Holdfast.Failures;

namespace Holdfast.Resilience;

/// <summary>
/// The one place that decides what follows a failure. Pure: the same input gives the same decision, so a replay and
/// a simulator see what happened. Rules of failures.md and durability.md, first that fits:
/// stop; by effect; breaker; told delay; throttle; quota; incomplete; retry while its budget lasts; fail.
/// </summary>
public static class Recovery
{
    /// <summary>Pace of trying again where nobody said when: once an hour.</summary>
    public static readonly TimeSpan ProbeInterval = TimeSpan.FromHours(1);

    /// <summary>Bound on waits of one task that spend nothing, whatever their length.</summary>
    public const int MaxFreeWaits = 500;

    /// <summary>A told wake time is believed up to this far ahead.</summary>
    public static readonly TimeSpan LongestTold = TimeSpan.FromDays(366);

    /// <summary>The rule by which work is judged that is done, and whose result cannot be kept.</summary>
    internal const string ResultLost = "exception.step_result";

    /// <summary>The same of a request that was answered.</summary>
    internal const string AnswerLost = "http.answer_lost";

    /// <summary>Decides what follows a failure.</summary>
    public static RecoveryDecision Decide(RecoveryInput input)
    {
        ArgumentNullException.ThrowIfNull(input);
        var failureClass = input.Failure.Class;
        if (input.RunStopping || failureClass == FailureClass.Cancelled)
        {
            return End(input, RecoveryStrategy.Stop, input.RunStopping ? "the run is stopping" : "it was cancelled");
        }

        if (input.Effect != Effect.Repeatable && !input.EffectRuledOut && EffectPossible(input.Failure))
        {
            return ByEffect(input);
        }

        // It has run to its end: a mere retry would do once more what must happen once.
        if (input.Effect == Effect.Once && input.Failure.Evidence.Rule is ResultLost or AnswerLost)
        {
            return ByEffect(input);
        }

        return failureClass switch
        {
            // The breaker that the work itself asks is part of it: who wants no retry wants no wait for that either.
            FailureClass.CircuitOpen when input.Table.RetriesNothing && input.Failure.Evidence.Channel == "exception" =>
                Spent(input, failureClass),
            FailureClass.CircuitOpen => FallBack(input, "the breaker of its target is open") ?? WaitForBreaker(input),
            FailureClass.Auth or FailureClass.NotFound when LeavesRuntime(input.Failure)
                && FallBack(input, Permanent(input.Failure)) is { } other => other,
            FailureClass.QuotaExhausted when FallBack(input, "the quota is used up") is { } other => other,
            // Held open it is no retry, so it is not the policy's to forbid.
            FailureClass.Incomplete => Incomplete(input),
            _ when input.Table.RetriesNothing => Spent(input, failureClass),
            FailureClass.RateLimited => RateLimited(input),
            FailureClass.QuotaExhausted => Quota(input),
            _ => Retry(input, failureClass),
        };
    }

    /// <summary>
    /// Whether the effect of the work may have happened although the attempt failed: it was cut off from outside,
    /// vanished, crashed, ran out of memory or disk half-way (which is also how a program looks that was killed under
    /// a shell), or lost a connection after sending. A refused connection, an unknown name, a 503 or a throttle say
    /// that nothing was done.
    /// </summary>
    public static bool EffectPossible(Failure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        if (failure.EndedBy == EndedBy.StartFailed)
        {
            return false;
        }

        if (failure.EndedBy is EndedBy.HardTimeout or EndedBy.NoProgress or EndedBy.RunDeadline
            or EndedBy.OutputBound or EndedBy.UsageLimit or EndedBy.Lost)
        {
            return true;
        }

        return failure.Class switch
        {
            FailureClass.Timeout or FailureClass.Crash or FailureClass.InfrastructureLost
                or FailureClass.OutcomeUnknown or FailureClass.ResourceExhausted => true,
            FailureClass.Connection or FailureClass.Unavailable => !NothingSent(failure.Evidence.Rule),
            _ => false,
        };
    }

    /// <summary>Rules that prove that the other side did nothing, since it was never reached or said so.</summary>
    private static bool NothingSent(string rule) => rule is "net.refused" or "net.dns" or "net.unreachable"
        or "net.tls_verify" or "net.tls_handshake" or "http.503" or "exit.75" or "server.starting";

    private static RecoveryDecision ByEffect(RecoveryInput input)
    {
        var was = input.Failure.Class.Word();
        switch (input.Effect)
        {
            case Effect.Reconcile:
                return End(input, RecoveryStrategy.Reconcile, $"{was}: the effect may have happened, so it is asked")
                    with { Class = FailureClass.OutcomeUnknown };
            case Effect.Once:
                return End(
                    input,
                    RecoveryStrategy.Hold,
                    $"{was}: the effect may have happened and must not happen twice; a person decides")
                    with { Class = FailureClass.OutcomeUnknown };
            default:
                // The class keeps its own budget where it has one, so that a keyed timeout is retried like any other.
                var budget = input.Table.For(input.Failure.Class).AllowedRetries > 0
                    ? input.Failure.Class
                    : FailureClass.OutcomeUnknown;
                return Retry(input, budget) with { Class = FailureClass.OutcomeUnknown, SameKey = true };
        }
    }

    private static RecoveryDecision WaitForBreaker(RecoveryInput input)
    {
        if (input.Tally.FreeWaits >= MaxFreeWaits)
        {
            return End(input, RecoveryStrategy.Hold, $"the breaker stayed open over {MaxFreeWaits} waits");
        }

        var wait = (input.BreakerRetryAt ?? input.Failure.Told?.Until) is { } at && at > input.Now
            ? at - input.Now : TimeSpan.FromSeconds(30);
        return Waiting(input, wait, DelayOrigin.Breaker, "the breaker of its target is open");
    }

    /// <summary>
    /// Whether a failure speaks against the runtime rather than the work, so that another is worth asking: throttled
    /// or used up, refused for its credential, an open breaker, or a program or model that is not there.
    /// </summary>
    public static bool LeavesRuntime(Failure failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.Class switch
        {
            FailureClass.RateLimited or FailureClass.QuotaExhausted or FailureClass.Auth
                or FailureClass.CircuitOpen => true,
            FailureClass.NotFound => failure.EndedBy == EndedBy.StartFailed || MissingRuntime(failure.Evidence.Rule),
            _ => false,
        };
    }

    // Rules that say that the program or its model is missing, not a file of the work.
    private static bool MissingRuntime(string rule) =>
        rule is "exit.127" or "http.404" || rule.Contains("model", StringComparison.Ordinal)
        || rule.Contains("command", StringComparison.Ordinal);

    private static RecoveryDecision? FallBack(RecoveryInput input, string why) =>
        input.Fallback is { } to && input.Tally.FreeWaits < MaxFreeWaits
            ? Free(input, RecoveryStrategy.FallBack, TimeSpan.Zero, DelayOrigin.None, $"{why}; {to} takes over")
                with { To = to }
            : null;

    private static RecoveryDecision RateLimited(RecoveryInput input)
    {
        if (ToldWait(input) is { } asked && asked > input.Table.ThrottleBudget
            && FallBack(input, $"rate limited, and told to wait {Text(asked)}, longer than the throttle budget of "
                + Text(input.Table.ThrottleBudget)) is { } instead)
        {
            return instead;
        }

        if (Told(input) is { } told)
        {
            return told;
        }

        if (input.Table.Throttle is not { } throttle)
        {
            return Retry(input, FailureClass.RateLimited);
        }

        var delay = RetryDelay.Compute(throttle, input.Tally.ThrottleWaits, RetryDelay.Draw(input.Key));
        if (input.Tally.ThrottleWaited + delay <= input.Table.ThrottleBudget)
        {
            return Waiting(input, delay, DelayOrigin.Throttle, $"rate limited, and {NotTold(input)}");
        }

        return FallBack(input,
            $"rate limited beyond the throttle budget of {Text(input.Table.ThrottleBudget)}") ?? Probe(
            input,
            $"rate limited beyond the throttle budget of {Text(input.Table.ThrottleBudget)}"
            + (Unused(input) is { } unused ? $", and {unused}" : ""));
    }

    private static RecoveryDecision Quota(RecoveryInput input)
    {
        if (ToldWait(input) is { } wait)
        {
            return Parked(input, wait, DelayOrigin.Told, "the quota is used up until its stated reset");
        }

        return Probe(input, $"the quota is used up, and {Unused(input) ?? "no reset was stated"}");
    }

    /// <summary>Parks for an hour at a time until the waits add up to max-wait, then a person is asked.</summary>
    private static RecoveryDecision Probe(RecoveryInput input, string why)
    {
        var exhausted = input.Tally.FreeWaited + ProbeInterval > input.MaxWait || input.Tally.FreeWaits >= MaxFreeWaits;
        return exhausted
            ? End(input, RecoveryStrategy.Hold, $"{why}; waited {Text(input.Tally.FreeWaited)} in all")
            : Parked(input, ProbeInterval, DelayOrigin.Probe, $"{why}; tried again once an hour");
    }

    private static RecoveryDecision Incomplete(RecoveryInput input)
    {
        if (input.Failure.Evidence.Rule == FailureClassifier.CheckpointsRule)
        {
            return End(input, RecoveryStrategy.Hold, "checkpoints are missing; the attempt stays open for them");
        }

        var next = Retry(input, FailureClass.Incomplete);
        return next.Strategy == RecoveryStrategy.Retry
            ? next with { SameSession = true, Reason = "it was cut off by a limit; once more in the same session" }
            : next with { Strategy = RecoveryStrategy.Hold };
    }

    private static RecoveryDecision Retry(RecoveryInput input, FailureClass budget)
    {
        var policy = input.Table.For(budget);
        if (policy.AllowedRetries == 0 || (budget == input.Failure.Class && StaysAsItIs(input.Failure)))
        {
            return End(input, RecoveryStrategy.Fail, Permanent(input.Failure));
        }

        if (input.MassFailure)
        {
            return End(input, RecoveryStrategy.Fail, "the run fails for its infrastructure, so retries stop");
        }

        if (Told(input) is { } told)
        {
            return told;
        }

        var spent = input.Tally.Spent(budget);
        if (DelayLeft(input.Table, policy, spent, input.Tally.TotalSpent, input.Key) is not { } delay)
        {
            return Spent(input, budget);
        }

        var origin = DelayOrigin.Computed;
        if (input.TargetBudgetExhausted && delay < policy.Cap)
        {
            delay = policy.Cap;
            origin = DelayOrigin.Budget;
        }

        return new RecoveryDecision
        {
            Strategy = RecoveryStrategy.Retry,
            Delay = delay,
            Until = input.Now + delay,
            Origin = origin,
            Reason = $"{input.Failure.Class.Word()}: retry {spent + 1} of {policy.AllowedRetries}"
                + (Unused(input) is { } unused ? $"; {unused}" : ""),
            Class = input.Failure.Class,
            Budget = budget,
            Attempt = Number(input),
            OfAttempts = Of(input, budget),
        };
    }

    /// <summary>
    /// The retry of a failure that no rule above asks more of: repeatable work, and nothing told. Null where there is
    /// none left, or where the class has rules of its own; then <see cref="Decide"/> says what follows, and why. Both
    /// count by the same numbers, so that a caller without use for the reasons need not pay for them.
    /// </summary>
    internal static TimeSpan? PlainRetry(
        RetryTable table, FailureClass failureClass, bool? transient, int spent, int totalSpent, in DrawKey key)
    {
        if (failureClass is FailureClass.Cancelled or FailureClass.CircuitOpen or FailureClass.RateLimited
            or FailureClass.QuotaExhausted or FailureClass.Incomplete)
        {
            return null;
        }

        var policy = table.For(failureClass);
        return policy.AllowedRetries == 0 || StaysAsItIs(failureClass, transient)
            ? null
            : DelayLeft(table, policy, spent, totalSpent, key);
    }

    private static TimeSpan? DelayLeft(
        RetryTable table, RetryPolicy policy, int spent, int totalSpent, in DrawKey key) =>
        spent >= policy.AllowedRetries || totalSpent + 1 >= table.MaxAttempts
            ? null
            : RetryDelay.Compute(policy, spent, key);

    private static bool StaysAsItIs(Failure failure) => StaysAsItIs(failure.Class, failure.Transient);

    /// <summary>
    /// A rule may know better than its class: a certificate that does not verify stays as it is. Where the class itself
    /// is permanent, a policy that names retries for it was meant.
    /// </summary>
    private static bool StaysAsItIs(FailureClass failureClass, bool? transient) =>
        transient == false && FailureDefaults.Transient(failureClass) != false;

    private static string Permanent(Failure failure) => failure.Transient switch
    {
        false => $"{failure.Class.Word()} does not pass by itself",
        _ => $"the policy does not retry {failure.Class.Word()}",
    };

    private static RecoveryDecision Spent(RecoveryInput input, FailureClass budget) => End(
        input,
        RecoveryStrategy.Fail,
        $"{input.Failure.Class.Word()}: attempts {Number(input)} of {Of(input, budget)}");

    private static string NotTold(RecoveryInput input) => Unused(input) ?? "not told for how long";

    /// <summary>What was told and why it is not waited for; null where nothing was told.</summary>
    private static string? Unused(RecoveryInput input) => input.Failure switch
    {
        { ToldUnused: { } unused } => $"the wait that was told is not used: {unused}",
        { Told.After: { Ticks: <= 0 } } => "the wait that was told is not used: it is none, 0 s",
        { Told: { } told } => $"the wait that was told is not used: {ToldDelayReader.Text(told)} "
            + (input.Tally.FreeWaits >= MaxFreeWaits
                ? $"would come after {MaxFreeWaits} waits that spent nothing"
                : "is over"),
        _ => null,
    };

    /// <summary>The told delay as a wait, where one was told and it says something.</summary>
    private static RecoveryDecision? Told(RecoveryInput input) => ToldWait(input) is { } wait
        ? Waiting(input, wait, DelayOrigin.Told, $"{input.Failure.Class.Word()}: the other side named the wait")
        : null;

    private static TimeSpan? ToldWait(RecoveryInput input)
    {
        if (input.Failure.Told is not { } told || input.Tally.FreeWaits >= MaxFreeWaits)
        {
            return null;
        }

        var wait = told.After ?? (told.Until - input.Now) ?? TimeSpan.Zero;
        // "Now" and the past say nothing about when to try again, and would be a tight loop.
        return wait <= TimeSpan.Zero ? null : wait > LongestTold ? LongestTold : wait;
    }

    private static RecoveryDecision Waiting(RecoveryInput input, TimeSpan wait, DelayOrigin origin, string why) =>
        wait > input.MaxWait
            ? Parked(input, wait, origin, $"{why}, longer than max-wait {Text(input.MaxWait)}")
            : Free(input, RecoveryStrategy.Wait, wait, origin, why);

    private static RecoveryDecision Parked(RecoveryInput input, TimeSpan wait, DelayOrigin origin, string why) =>
        Free(input, RecoveryStrategy.Park, wait, origin, why);

    private static RecoveryDecision Free(
        RecoveryInput input, RecoveryStrategy strategy, TimeSpan wait, DelayOrigin origin, string why) => new()
    {
        Strategy = strategy,
        Delay = wait,
        Until = input.Now + wait,
        UntilIsAbsolute = origin == DelayOrigin.Told && input.Failure.Told?.Until is not null,
        Origin = origin,
        Reason = why,
        Class = input.Failure.Class,
        Budget = input.Failure.Class,
        Attempt = Number(input),
        OfAttempts = Of(input, input.Failure.Class) + 1,
    };

    private static RecoveryDecision End(RecoveryInput input, RecoveryStrategy strategy, string why) => new()
    {
        Strategy = strategy,
        Reason = why,
        Class = input.Failure.Class,
        Budget = input.Failure.Class,
        Attempt = Number(input),
        OfAttempts = Of(input, input.Failure.Class),
    };

    /// <summary>Attempts that ended, this one included, and the retries that class and sum still allow.</summary>
    private static int Of(RecoveryInput input, FailureClass budget)
    {
        var ofClass = (long)input.Table.For(budget).AllowedRetries - input.Tally.Spent(budget);
        var ofSum = (long)input.Table.MaxAttempts - 1 - input.Tally.TotalSpent;
        var left = Math.Max(0, Math.Min(ofClass, ofSum));
        return (int)Math.Min(int.MaxValue - 1, Number(input) + left);
    }

    private static int Number(RecoveryInput input) => input.AttemptsBefore + input.Tally.Attempts + 1;

    private static string Text(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalHours:0.#} h")
        : time.TotalMinutes >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0.#} min")
            : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
