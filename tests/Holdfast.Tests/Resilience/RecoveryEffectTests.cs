using Holdfast.Failures;
using Holdfast.Resilience;

namespace Holdfast.Tests.Resilience;

/// <summary>Whether an effect may have happened, and what people read about a decision.</summary>
public sealed class RecoveryEffectTests
{
    private static readonly DateTimeOffset Now = Failures.TestData.Now;

    [Theory]
    [InlineData("net.refused")]
    [InlineData("net.dns")]
    [InlineData("net.unreachable")]
    [InlineData("net.tls_verify")]
    [InlineData("net.tls_handshake")]
    [InlineData("http.503")]
    [InlineData("exit.75")]
    [InlineData("server.starting")]
    public void A_side_that_was_never_reached_or_says_no_did_nothing(string rule)
    {
        foreach (var of in new[] { FailureClass.Connection, FailureClass.Unavailable })
        {
            var failure = RecoveryTests.Of(of) with { Evidence = new Evidence(rule, "stderr", 1, "x") };
            Assert.False(Recovery.EffectPossible(failure));
            Assert.True(Recovery.EffectPossible(failure with { EndedBy = EndedBy.Lost }));
            Assert.True(Recovery.EffectPossible(RecoveryTests.Of(of)));
        }
    }

    [Theory]
    [InlineData(EndedBy.HardTimeout, true)]
    [InlineData(EndedBy.NoProgress, true)]
    [InlineData(EndedBy.RunDeadline, true)]
    [InlineData(EndedBy.OutputBound, true)]
    [InlineData(EndedBy.UsageLimit, true)]
    [InlineData(EndedBy.Lost, true)]
    [InlineData(EndedBy.Itself, false)]
    [InlineData(EndedBy.StartFailed, false)]
    public void What_was_cut_off_may_have_done_its_work_whatever_it_printed(EndedBy endedBy, bool possible) =>
        Assert.Equal(
            possible, Recovery.EffectPossible(RecoveryTests.Of(FailureClass.InvalidInput) with { EndedBy = endedBy }));

    [Fact]
    public void Of_the_classes_these_leave_the_effect_open()
    {
        Assert.Equal(
            [
                FailureClass.Connection, FailureClass.Unavailable, FailureClass.Timeout,
                FailureClass.InfrastructureLost, FailureClass.ResourceExhausted, FailureClass.Crash,
                FailureClass.OutcomeUnknown,
            ],
            Enum.GetValues<FailureClass>().Where(each => Recovery.EffectPossible(RecoveryTests.Of(each))));
        var crash = RecoveryTests.Of(FailureClass.Crash);
        Assert.False(Recovery.EffectPossible(crash with { EndedBy = EndedBy.StartFailed }));
    }

    [Theory]
    [InlineData(Effect.Reconcile, "timeout: the effect may have happened, so it is asked")]
    [InlineData(
        Effect.Once, "timeout: the effect may have happened and must not happen twice; a person decides")]
    [InlineData(Effect.Keyed, "timeout: retry 1 of 2")]
    [InlineData(Effect.Repeatable, "timeout: retry 1 of 2")]
    public void After_a_timeout_people_read_what_the_effect_makes_of_it(Effect effect, string reason)
    {
        var decision = Recovery.Decide(RecoveryTests.Input(FailureClass.Timeout) with { Effect = effect });
        Assert.Equal(reason, decision.Reason);
        Assert.Equal(
            effect == Effect.Repeatable ? FailureClass.Timeout : FailureClass.OutcomeUnknown, decision.Class);
    }

    [Fact]
    public void A_keyed_task_spends_the_budget_of_its_class_where_that_has_one()
    {
        var timeout = RecoveryTests.Input(FailureClass.Timeout) with { Effect = Effect.Keyed };
        Assert.Equal(FailureClass.Timeout, Recovery.Decide(timeout).Budget);
        var crash = RecoveryTests.Input(FailureClass.Crash) with { Effect = Effect.Keyed };
        Assert.Equal(FailureClass.OutcomeUnknown, Recovery.Decide(crash).Budget);
    }

    [Fact]
    public void An_end_says_why()
    {
        string Reason(RecoveryInput input) => Recovery.Decide(input).Reason;
        var connection = RecoveryTests.Input(FailureClass.Connection);
        Assert.Equal("the run is stopping", Reason(connection with { RunStopping = true }));
        Assert.Equal("it was cancelled", Reason(RecoveryTests.Input(FailureClass.Cancelled)));
        Assert.Equal(
            "the run fails for its infrastructure, so retries stop", Reason(connection with { MassFailure = true }));
        Assert.Equal("permission does not pass by itself", Reason(RecoveryTests.Input(FailureClass.Permission)));
        var maybe = RecoveryTests.Input(FailureClass.Permission);
        Assert.Equal(
            "the policy does not retry permission",
            Reason(maybe with { Failure = maybe.Failure with { Transient = true } }));
        Assert.Equal("connection: attempts 1 of 1", Reason(connection with { Table = RetryTable.None }));
        var incomplete = RecoveryTests.Input(FailureClass.Incomplete);
        Assert.Equal("it was cut off by a limit; once more in the same session", Reason(incomplete));
        Assert.Equal(
            "checkpoints are missing; the attempt stays open for them",
            Reason(incomplete with
            {
                Failure = incomplete.Failure with
                {
                    Evidence = new Evidence(FailureClassifier.CheckpointsRule, "contract", null, null),
                },
            }));
    }

    [Fact]
    public void A_breaker_is_waited_for_until_it_lets_a_probe_in_or_for_30_seconds()
    {
        var open = RecoveryTests.Input(FailureClass.CircuitOpen);
        Assert.Equal(TimeSpan.FromSeconds(30), Recovery.Decide(open).Delay);
        Assert.Equal(TimeSpan.FromSeconds(30), Recovery.Decide(open with { BreakerRetryAt = Now }).Delay);
        Assert.Equal(
            TimeSpan.FromTicks(1), Recovery.Decide(open with { BreakerRetryAt = Now.AddTicks(1) }).Delay);
        Assert.Equal("the breaker of its target is open", Recovery.Decide(open).Reason);
        var last = Recovery.Decide(open with { Tally = RetryTally.Empty with { FreeWaits = 499 } });
        Assert.Equal(RecoveryStrategy.Wait, last.Strategy);
        var held = Recovery.Decide(open with { Tally = RetryTally.Empty with { FreeWaits = 500 } });
        Assert.Equal(RecoveryStrategy.Hold, held.Strategy);
        Assert.Equal("the breaker stayed open over 500 waits", held.Reason);
    }

    [Theory]
    [InlineData(6 * 3600, RecoveryStrategy.Wait, "rate_limited: the other side named the wait")]
    [InlineData(
        (6 * 3600) + 1, RecoveryStrategy.Park,
        "rate_limited: the other side named the wait, longer than max-wait 6 h")]
    public void A_told_wait_is_sat_through_up_to_max_wait(int seconds, RecoveryStrategy strategy, string reason)
    {
        var told = new ToldDelay(TimeSpan.FromSeconds(seconds), null);
        var decision = Recovery.Decide(RecoveryTests.Input(FailureClass.RateLimited, told));
        Assert.Equal((strategy, reason), (decision.Strategy, decision.Reason));
    }

    [Fact]
    public void A_told_wait_of_years_is_believed_for_one()
    {
        var told = new ToldDelay(TimeSpan.FromDays(5_000), null);
        var decision = Recovery.Decide(RecoveryTests.Input(FailureClass.RateLimited, told));
        Assert.Equal(Recovery.LongestTold, decision.Delay);
        Assert.Equal(Now + Recovery.LongestTold, decision.Until);
    }

    [Theory]
    [InlineData(0, RecoveryStrategy.Park, "; tried again once an hour")]
    [InlineData(5 * 60, RecoveryStrategy.Park, "; tried again once an hour")]
    [InlineData((5 * 60) + 1, RecoveryStrategy.Hold, "; waited 5 h in all")]
    [InlineData((7 * 60) + 30, RecoveryStrategy.Hold, "; waited 7.5 h in all")]
    public void A_quota_that_names_no_reset_is_probed_while_the_next_hour_stays_in_max_wait(
        int minutesWaited, RecoveryStrategy strategy, string end)
    {
        var decision = Recovery.Decide(RecoveryTests.Input(FailureClass.QuotaExhausted) with
        {
            Tally = RetryTally.Empty with { FreeWaited = TimeSpan.FromMinutes(minutesWaited) },
        });
        Assert.Equal(strategy, decision.Strategy);
        Assert.Equal("the quota is used up, and no reset was stated" + end, decision.Reason);
    }

    [Theory]
    [InlineData(30, "30 s")]
    [InlineData(59.5, "59.5 s")]
    [InlineData(60, "1 min")]
    [InlineData(90, "1.5 min")]
    [InlineData(3_600, "1 h")]
    public void The_throttle_budget_is_told_in_the_unit_that_fits(double seconds, string text)
    {
        var budget = TimeSpan.FromSeconds(seconds);
        var decision = Recovery.Decide(RecoveryTests.Input(FailureClass.RateLimited) with
        {
            Table = RetryTable.PerClass.WithThrottleBudget(budget),
            Tally = RetryTally.Empty with { ThrottleWaited = budget },
        });
        Assert.Equal(RecoveryStrategy.Park, decision.Strategy);
        Assert.Equal(
            $"rate limited beyond the throttle budget of {text}; tried again once an hour", decision.Reason);
    }

    [Fact]
    public void Attempts_are_numbered_over_all_that_ended_and_the_rest_is_what_class_and_sum_allow()
    {
        (int, int) Numbers(RecoveryInput input)
        {
            var decision = Recovery.Decide(input);
            return (decision.Attempt, decision.OfAttempts);
        }

        var input = RecoveryTests.Input(FailureClass.Connection);
        Assert.Equal((1, 4), Numbers(input));
        var tally = (RetryTally.Empty with { Attempts = 2 }).WithSpent(FailureClass.Connection, 1);
        Assert.Equal((3, 5), Numbers(input with { Tally = tally }));
        Assert.Equal((8, 10), Numbers(input with { Tally = tally, AttemptsBefore = 5 }));
        Assert.Equal((3, 3), Numbers(input with { Tally = tally, Table = input.Table.WithMaxAttempts(2) }));
        Assert.Equal((3, 4), Numbers(input with { Tally = tally, Table = input.Table.WithMaxAttempts(3) }));
        var throttled = RecoveryTests.Input(FailureClass.RateLimited);
        Assert.Equal((1, 2), Numbers(throttled));
        Assert.Equal((3, 4), Numbers(throttled with { Tally = RetryTally.Empty with { Attempts = 2 } }));
        var endless = RetryTable.Uniform(RetryPolicy.Standard with { Retries = int.MaxValue });
        Assert.Equal((3, int.MaxValue - 1), Numbers(input with { Tally = tally, Table = endless }));
    }
}
