using FsCheck;
using FsCheck.Fluent;
using Holdfast.Failures;
using Holdfast.Resilience;
using TestData = Holdfast.Tests.Failures.TestData;

namespace Holdfast.Tests.Resilience;

public sealed class RecoveryTests
{
    private static readonly DateTimeOffset Now = TestData.Now;

    public static TheoryData<FailureClass, RecoveryStrategy, DelayOrigin> FirstDecisions => new()
    {
        { FailureClass.RateLimited, RecoveryStrategy.Wait, DelayOrigin.Throttle },
        { FailureClass.QuotaExhausted, RecoveryStrategy.Park, DelayOrigin.Probe },
        { FailureClass.Connection, RecoveryStrategy.Retry, DelayOrigin.Computed },
        { FailureClass.Unavailable, RecoveryStrategy.Retry, DelayOrigin.Computed },
        { FailureClass.Timeout, RecoveryStrategy.Retry, DelayOrigin.Computed },
        { FailureClass.ResourceContention, RecoveryStrategy.Retry, DelayOrigin.Computed },
        { FailureClass.InfrastructureLost, RecoveryStrategy.Retry, DelayOrigin.Computed },
        { FailureClass.ResourceExhausted, RecoveryStrategy.Fail, DelayOrigin.None },
        { FailureClass.Auth, RecoveryStrategy.Fail, DelayOrigin.None },
        { FailureClass.Permission, RecoveryStrategy.Fail, DelayOrigin.None },
        { FailureClass.NotFound, RecoveryStrategy.Fail, DelayOrigin.None },
        { FailureClass.InvalidInput, RecoveryStrategy.Fail, DelayOrigin.None },
        { FailureClass.BuildFailure, RecoveryStrategy.Fail, DelayOrigin.None },
        { FailureClass.TestFailure, RecoveryStrategy.Fail, DelayOrigin.None },
        { FailureClass.Crash, RecoveryStrategy.Fail, DelayOrigin.None },
        { FailureClass.PolicyDenied, RecoveryStrategy.Fail, DelayOrigin.None },
        { FailureClass.DependencyConflict, RecoveryStrategy.Fail, DelayOrigin.None },
        { FailureClass.MergeConflict, RecoveryStrategy.Fail, DelayOrigin.None },
        { FailureClass.CircuitOpen, RecoveryStrategy.Wait, DelayOrigin.Breaker },
        { FailureClass.Incomplete, RecoveryStrategy.Retry, DelayOrigin.Computed },
        { FailureClass.OutcomeUnknown, RecoveryStrategy.Retry, DelayOrigin.Computed },
        { FailureClass.Cancelled, RecoveryStrategy.Stop, DelayOrigin.None },
        { FailureClass.Unknown, RecoveryStrategy.Retry, DelayOrigin.Computed },
    };

    [Theory]
    [MemberData(nameof(FirstDecisions))]
    public void First_failure_of_a_repeatable_task(FailureClass of, RecoveryStrategy strategy, DelayOrigin origin)
    {
        var decision = Recovery.Decide(Input(of));
        Assert.Equal(strategy, decision.Strategy);
        Assert.Equal(origin, decision.Origin);
        Assert.Equal(1, decision.Attempt);
        Assert.Equal(decision.TriesAgain, decision.Until is not null);
    }

    [Fact]
    public void The_table_of_first_decisions_knows_every_class() =>
        Assert.Equal(Enum.GetValues<FailureClass>().Length, FirstDecisions.Count);

    [Theory]
    [InlineData(FailureClass.Connection, 3)]
    [InlineData(FailureClass.Unavailable, 3)]
    [InlineData(FailureClass.Timeout, 2)]
    [InlineData(FailureClass.ResourceContention, 5)]
    [InlineData(FailureClass.InfrastructureLost, 3)]
    [InlineData(FailureClass.Unknown, 1)]
    public void RC2_a_class_is_retried_as_often_as_its_budget_says(FailureClass of, int retries)
    {
        var decisions = Run(Input(of));
        Assert.Equal(retries + 1, decisions.Count);
        Assert.Equal(RecoveryStrategy.Fail, decisions[^1].Strategy);
        Assert.Contains($"attempts {retries + 1} of {retries + 1}", decisions[^1].Reason, StringComparison.Ordinal);
        Assert.All(decisions, each => Assert.Equal(retries + 1, each.OfAttempts));
        Assert.Equal(of, decisions[^1].Class);
    }

    [Theory]
    [InlineData(FailureClass.RateLimited, "rate limited, and the wait that was told is not used: \"x\" is below zero")]
    [InlineData(
        FailureClass.QuotaExhausted,
        "the quota is used up, and the wait that was told is not used: \"x\" is below zero; tried again once an hour")]
    [InlineData(
        FailureClass.Unavailable,
        "unavailable: retry 1 of 3; the wait that was told is not used: \"x\" is below zero")]
    public void A_told_wait_that_cannot_be_used_is_never_called_not_told(FailureClass of, string reason)
    {
        var input = Input(of);
        var decision = Recovery.Decide(
            input with { Failure = input.Failure with { ToldUnused = "\"x\" is below zero" } });
        Assert.Equal(reason, decision.Reason);
    }

    [Fact]
    public void A_told_wait_of_nothing_is_named_and_backed_off_from()
    {
        var input = Input(FailureClass.RateLimited);
        var decision = Recovery.Decide(
            input with { Failure = input.Failure with { Told = new ToldDelay(TimeSpan.Zero, null) } });
        Assert.Equal(DelayOrigin.Throttle, decision.Origin);
        Assert.Equal("rate limited, and the wait that was told is not used: it is none, 0 s", decision.Reason);
    }

    [Fact]
    public void Max_attempts_bounds_the_sum_over_all_classes()
    {
        var tally = RetryTally.Empty;
        var attempts = 0;
        FailureClass[] turn = [FailureClass.ResourceContention, FailureClass.Connection, FailureClass.Unavailable,
            FailureClass.InfrastructureLost, FailureClass.Timeout];
        while (true)
        {
            attempts++;
            var decision = Recovery.Decide(Input(turn[attempts % turn.Length]) with { Tally = tally });
            if (decision.Strategy == RecoveryStrategy.Fail)
            {
                break;
            }

            tally = tally.After(decision);
        }

        Assert.Equal(10, attempts);
    }

    [Fact]
    public void RC12_untold_rate_limits_wait_30_minutes_without_a_retry_and_then_park()
    {
        var decisions = Run(Input(FailureClass.RateLimited));
        var waits = decisions.Where(each => each.Strategy == RecoveryStrategy.Wait).ToList();
        Assert.InRange(waits[0].Delay.TotalSeconds, 3, 4.5);
        Assert.InRange(waits.Sum(each => each.Delay.TotalMinutes), 20, 30);
        Assert.All(waits, each => Assert.True(each.Delay <= TimeSpan.FromMinutes(5)));
        Assert.DoesNotContain(decisions, each => each.SpendsRetry);
        Assert.Equal(RecoveryStrategy.Park, decisions[waits.Count].Strategy);
        Assert.Equal(Now + TimeSpan.FromHours(1), decisions[waits.Count].Until);
        Assert.Equal(RecoveryStrategy.Hold, decisions[^1].Strategy);
    }

    [Fact]
    public void A_told_delay_wins_and_spends_nothing()
    {
        var input = Input(FailureClass.RateLimited, told: new ToldDelay(TimeSpan.FromSeconds(20), null));
        var decision = Recovery.Decide(input);
        Assert.Equal(RecoveryStrategy.Wait, decision.Strategy);
        Assert.Equal(DelayOrigin.Told, decision.Origin);
        Assert.Equal(TimeSpan.FromSeconds(20), decision.Delay);
        Assert.False(decision.UntilIsAbsolute);
        Assert.False(decision.SpendsRetry);
    }

    [Fact]
    public void A_told_delay_beyond_max_wait_parks_with_its_wake_time()
    {
        var until = Now + TimeSpan.FromDays(3);
        var decision = Recovery.Decide(Input(FailureClass.RateLimited, told: new ToldDelay(null, until)));
        Assert.Equal(RecoveryStrategy.Park, decision.Strategy);
        Assert.Equal(until, decision.Until);
        Assert.True(decision.UntilIsAbsolute);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void A_told_delay_of_nothing_is_no_tight_loop(int seconds)
    {
        var decision = Recovery.Decide(
            Input(FailureClass.RateLimited, told: new ToldDelay(TimeSpan.FromSeconds(seconds), null)));
        Assert.Equal(DelayOrigin.Throttle, decision.Origin);
        Assert.True(decision.Delay >= TimeSpan.FromSeconds(3));
    }

    [Fact]
    public void Told_waits_are_bounded_in_number()
    {
        var decisions = Run(Input(FailureClass.Unavailable, told: new ToldDelay(TimeSpan.FromSeconds(1), null)), 2_000);
        Assert.Equal(Recovery.MaxFreeWaits + 4, decisions.Count);
        Assert.Equal(RecoveryStrategy.Fail, decisions[^1].Strategy);
    }

    [Fact]
    public void A_quota_is_parked_until_its_stated_reset()
    {
        var until = Now + TimeSpan.FromHours(2);
        var decision = Recovery.Decide(Input(FailureClass.QuotaExhausted, told: new ToldDelay(null, until)));
        Assert.Equal(RecoveryStrategy.Park, decision.Strategy);
        Assert.Equal(until, decision.Until);
        Assert.Equal(DelayOrigin.Told, decision.Origin);
    }

    [Fact]
    public void A_quota_without_a_reset_is_probed_hourly_until_max_wait_and_then_held()
    {
        var decisions = Run(Input(FailureClass.QuotaExhausted));
        Assert.Equal(7, decisions.Count);
        Assert.All(decisions.Take(6), each => Assert.Equal(RecoveryStrategy.Park, each.Strategy));
        Assert.Equal(RecoveryStrategy.Hold, decisions[^1].Strategy);
    }

    [Theory]
    [InlineData(Effect.Keyed, RecoveryStrategy.Retry)]
    [InlineData(Effect.Reconcile, RecoveryStrategy.Reconcile)]
    [InlineData(Effect.Once, RecoveryStrategy.Hold)]
    public void After_an_unknown_outcome_the_effect_decides(Effect effect, RecoveryStrategy strategy)
    {
        var input = Input(FailureClass.Timeout) with { Effect = effect };
        var decision = Recovery.Decide(input with
        {
            Failure = input.Failure with { EndedBy = EndedBy.HardTimeout },
        });
        Assert.Equal(strategy, decision.Strategy);
        Assert.Equal(FailureClass.OutcomeUnknown, decision.Class);
        Assert.Equal(effect == Effect.Keyed, decision.SameKey);
    }

    [Theory]
    [InlineData(FailureClass.Crash)]
    [InlineData(FailureClass.InfrastructureLost)]
    [InlineData(FailureClass.OutcomeUnknown)]
    public void A_keyed_task_runs_again_with_its_key_but_not_for_ever(FailureClass of)
    {
        var decisions = Run(Input(of) with { Effect = Effect.Keyed });
        Assert.Equal(4, decisions.Count);
        Assert.All(decisions.Take(3), each => Assert.True(each.SameKey));
        Assert.Equal(RecoveryStrategy.Fail, decisions[^1].Strategy);
    }

    [Fact]
    public void What_ran_out_of_memory_or_disk_may_have_done_its_work() => Assert.Equal(
        RecoveryStrategy.Hold,
        Recovery.Decide(Input(FailureClass.ResourceExhausted) with { Effect = Effect.Once }).Strategy);

    [Theory]
    [InlineData("net.refused", false)]
    [InlineData("net.dns", false)]
    [InlineData("net.reset", true)]
    public void A_refused_connection_sent_nothing_and_a_reset_one_may_have(string rule, bool possible)
    {
        var failure = Of(FailureClass.Connection) with { Evidence = new Evidence(rule, "stderr", 1, "x") };
        Assert.Equal(possible, Recovery.EffectPossible(failure));
        var decision = Recovery.Decide(Input(FailureClass.Connection) with { Failure = failure, Effect = Effect.Once });
        Assert.Equal(possible ? RecoveryStrategy.Hold : RecoveryStrategy.Retry, decision.Strategy);
    }

    [Fact]
    public void What_provably_never_started_may_start_even_once()
    {
        var input = Input(FailureClass.InfrastructureLost) with { Effect = Effect.Once, EffectRuledOut = true };
        Assert.Equal(RecoveryStrategy.Retry, Recovery.Decide(input).Strategy);
    }

    [Fact]
    public void Checkpoints_missing_hold_the_attempt_open_and_a_cut_off_goes_on_once()
    {
        var input = Input(FailureClass.Incomplete);
        var open = input with
        {
            Failure = input.Failure with { Evidence = new(FailureClassifier.CheckpointsRule, "contract", null, null) },
        };
        // To hold is no retry, so a policy without any holds too.
        Assert.All(
            [open, open with { Table = RetryTable.None }, input with { Table = RetryTable.None }],
            each => Assert.Equal(RecoveryStrategy.Hold, Recovery.Decide(each).Strategy));
        var cutOff = Run(input);
        Assert.True(cutOff[0].SameSession);
        Assert.Equal([RecoveryStrategy.Retry, RecoveryStrategy.Hold], cutOff.Select(each => each.Strategy));
    }

    [Fact]
    public void An_open_breaker_is_waited_for_and_spends_nothing()
    {
        var decision = Recovery.Decide(Input(FailureClass.CircuitOpen) with { BreakerRetryAt = Now.AddSeconds(33) });
        Assert.Equal(TimeSpan.FromSeconds(33), decision.Delay);
        Assert.False(decision.SpendsRetry);
    }

    [Fact]
    public void An_exhausted_retry_budget_delays_and_never_drops()
    {
        var decision = Recovery.Decide(Input(FailureClass.Connection) with { TargetBudgetExhausted = true });
        Assert.Equal(RecoveryStrategy.Retry, decision.Strategy);
        Assert.Equal(DelayOrigin.Budget, decision.Origin);
        Assert.Equal(TimeSpan.FromSeconds(60), decision.Delay);
    }

    [Fact]
    public void Retries_stop_in_a_mass_failure_and_when_the_run_stops()
    {
        Assert.Equal(
            RecoveryStrategy.Fail,
            Recovery.Decide(Input(FailureClass.Connection) with { MassFailure = true }).Strategy);
        Assert.Equal(
            RecoveryStrategy.Stop,
            Recovery.Decide(Input(FailureClass.Connection) with { RunStopping = true }).Strategy);
    }

    [Fact]
    public void A_certificate_that_does_not_verify_is_not_retried_although_connections_are()
    {
        var failure = Of(FailureClass.Connection) with { Transient = false };
        var decision = Recovery.Decide(Input(FailureClass.Connection) with { Failure = failure });
        Assert.Equal(RecoveryStrategy.Fail, decision.Strategy);
    }

    [Fact]
    public void A_plan_may_allow_one_retry_of_a_permanent_class()
    {
        var table = RetryTable.PerClass.With(FailureClass.ResourceExhausted, RetryPolicy.Exponential(1, 1, 60));
        Assert.Equal(2, Run(Input(FailureClass.ResourceExhausted) with { Table = table }).Count);
    }

    [Fact]
    public void Policy_none_tries_nothing_again()
    {
        foreach (var each in Enum.GetValues<FailureClass>().Where(each => each != FailureClass.CircuitOpen))
        {
            var decision = Recovery.Decide(
                Input(each, told: new ToldDelay(TimeSpan.FromSeconds(1), null)) with { Table = RetryTable.None });
            Assert.False(decision.TriesAgain, each.Word());
        }
    }

    [Fact]
    public void RC12_eight_class_retries_backpressure_five_times()
    {
        var decisions = Run(Input(FailureClass.RateLimited) with { Table = RetryTable.EightClass });
        Assert.Equal(6, decisions.Count);
        Assert.InRange(decisions[0].Delay.TotalSeconds, 0.5, 0.75);
    }

    [Fact]
    public void Decisions_hold_their_promises_for_any_input()
    {
        var classes = Gen.Elements(Enum.GetValues<FailureClass>());
        var effects = Gen.Elements(Enum.GetValues<Effect>());
        var ends = Gen.Elements(Enum.GetValues<EndedBy>());
        var cases = from failureClass in classes
                    from effect in effects
                    from endedBy in ends
                    from told in Gen.Choose(-10, 1_000_000)
                    from hasTold in Gen.Elements(true, false)
                    from spent in Gen.Choose(0, 6)
                    from attempt in Gen.Choose(1, 5_000)
                    select (failureClass, effect, endedBy, told, hasTold, spent, attempt);
        Prop.ForAll(cases.ToArbitrary(), each =>
        {
            var told = each.hasTold ? new ToldDelay(TimeSpan.FromSeconds(each.told), null) : null;
            var input = Input(each.failureClass, told) with
            {
                Effect = each.effect,
                Tally = RetryTally.Empty.WithSpent(each.failureClass, each.spent),
                Key = new DrawKey(1, "r", "t", each.attempt),
            };
            input = input with { Failure = input.Failure with { EndedBy = each.endedBy } };
            var decision = Recovery.Decide(input);
            var cap = input.Table.For(decision.Budget).Cap;
            return Recovery.Decide(input) == decision
                && decision.Delay >= TimeSpan.Zero
                && (decision.Strategy != RecoveryStrategy.Retry || decision.Delay <= cap)
                && (decision.Strategy != RecoveryStrategy.Wait || decision.Delay <= input.MaxWait)
                && (decision.Strategy != RecoveryStrategy.Retry
                    || each.effect == Effect.Keyed || input.Failure.Transient != false)
                && (each.effect != Effect.Once || !decision.TriesAgain || !Recovery.EffectPossible(input.Failure))
                && (decision.Strategy != RecoveryStrategy.Retry
                    || input.Tally.Spent(decision.Budget) < input.Table.For(decision.Budget).AllowedRetries);
        }).QuickCheckThrowOnFailure();
    }

    private static List<RecoveryDecision> Run(RecoveryInput input, int most = 600)
    {
        var decisions = new List<RecoveryDecision>();
        while (decisions.Count < most)
        {
            var next = Recovery.Decide(input with
            {
                Key = input.Key with { Attempt = input.Tally.Attempts + 1 },
            });
            decisions.Add(next);
            if (!next.TriesAgain)
            {
                break;
            }

            input = input with { Tally = input.Tally.After(next) };
        }

        return decisions;
    }

    internal static RecoveryInput Input(FailureClass of, ToldDelay? told = null) => new()
    {
        Failure = Of(of) with { Told = told },
        Table = RetryTable.PerClass,
        Now = Now,
        Key = new DrawKey(42, "run", "task", 1),
    };

    internal static Failure Of(FailureClass of) => new()
    {
        Class = of,
        Disposition = FailureDefaults.DispositionOf(of),
        Transient = FailureDefaults.Transient(of),
        Evidence = new Evidence("test", "stderr", 1, "line"),
    };
}
