using Holdfast.Failures;
using Holdfast.Resilience;

namespace Holdfast.Tests.Resilience;

/// <summary>When another runtime takes over.</summary>
public sealed class FallBackTests
{
    [Theory]
    [InlineData(FailureClass.QuotaExhausted, "test", "the quota is used up; other takes over")]
    [InlineData(FailureClass.CircuitOpen, "test", "the breaker of its target is open; other takes over")]
    [InlineData(FailureClass.Auth, "test", "auth does not pass by itself; other takes over")]
    [InlineData(FailureClass.NotFound, "exit.127", "not_found does not pass by itself; other takes over")]
    [InlineData(FailureClass.NotFound, "http.404", "not_found does not pass by itself; other takes over")]
    [InlineData(FailureClass.NotFound, "api.model_missing", "not_found does not pass by itself; other takes over")]
    [InlineData(FailureClass.NotFound, "sh.command", "not_found does not pass by itself; other takes over")]
    public void What_speaks_against_the_runtime_goes_to_the_other_one_at_once(
        FailureClass of, string rule, string reason)
    {
        var decision = Recovery.Decide(Input(of, rule) with { Fallback = "other" });
        Assert.Equal(RecoveryStrategy.FallBack, decision.Strategy);
        Assert.Equal("other", decision.To);
        Assert.Equal(reason, decision.Reason);
        Assert.Equal(TimeSpan.Zero, decision.Delay);
        Assert.False(decision.SpendsRetry);
        Assert.True(decision.TriesAgain);
    }

    [Theory]
    [InlineData(FailureClass.NotFound, "file.missing")]
    [InlineData(FailureClass.Permission, "test")]
    [InlineData(FailureClass.InvalidInput, "test")]
    [InlineData(FailureClass.BuildFailure, "test")]
    public void What_speaks_against_the_work_fails_there_as_anywhere(FailureClass of, string rule)
    {
        var decision = Recovery.Decide(Input(of, rule) with { Fallback = "other" });
        Assert.Equal(RecoveryStrategy.Fail, decision.Strategy);
        Assert.Null(decision.To);
    }

    [Fact]
    public void Of_the_classes_these_speak_against_the_runtime() => Assert.Equal(
        [FailureClass.RateLimited, FailureClass.QuotaExhausted, FailureClass.Auth, FailureClass.CircuitOpen],
        Enum.GetValues<FailureClass>().Where(each => Recovery.LeavesRuntime(Input(each, "test").Failure)));

    [Fact]
    public void A_program_that_did_not_start_is_missing_whatever_the_rule_says()
    {
        var failure = Input(FailureClass.NotFound, "file.missing").Failure with { EndedBy = EndedBy.StartFailed };
        Assert.True(Recovery.LeavesRuntime(failure));
        Assert.False(Recovery.LeavesRuntime(failure with { EndedBy = EndedBy.Itself }));
        Assert.False(Recovery.LeavesRuntime(failure with { Class = FailureClass.Permission }));
    }

    [Fact]
    public void A_rate_limit_is_waited_out_here_unless_it_outlasts_the_throttle_budget()
    {
        var input = Input(FailureClass.RateLimited, "test") with { Fallback = "other" };
        var waits = Recovery.Decide(input);
        Assert.Equal(RecoveryStrategy.Wait, waits.Strategy);

        var budget = input.Table.ThrottleBudget;
        Assert.Equal(RecoveryStrategy.Wait, Recovery.Decide(Told(input, budget)).Strategy);
        var told = Recovery.Decide(Told(input, budget + TimeSpan.FromMinutes(6)));
        Assert.Equal(RecoveryStrategy.FallBack, told.Strategy);
        Assert.Equal(
            "rate limited, and told to wait 36 min, longer than the throttle budget of 30 min; other takes over",
            told.Reason);

        var spent = Recovery.Decide(input with { Tally = RetryTally.Empty with { ThrottleWaited = budget } });
        Assert.Equal(RecoveryStrategy.FallBack, spent.Strategy);
        Assert.Equal("rate limited beyond the throttle budget of 30 min; other takes over", spent.Reason);
    }

    [Fact]
    public void The_other_runtime_has_a_patience_of_its_own_but_going_to_and_fro_is_bounded()
    {
        var input = Input(FailureClass.QuotaExhausted, "test") with
        {
            Fallback = "other",
            Tally = RetryTally.Empty with { ThrottleWaits = 3, ThrottleWaited = TimeSpan.FromMinutes(9) },
        };
        var after = input.Tally.After(Recovery.Decide(input));
        Assert.Equal((0, TimeSpan.Zero), (after.ThrottleWaits, after.ThrottleWaited));
        Assert.Equal((1, 1, TimeSpan.Zero), (after.Attempts, after.FreeWaits, after.FreeWaited));

        var tally = RetryTally.Empty with { FreeWaits = Recovery.MaxFreeWaits - 1 };
        Assert.Equal(RecoveryStrategy.FallBack, Recovery.Decide(input with { Tally = tally }).Strategy);
        tally = RetryTally.Empty with { FreeWaits = Recovery.MaxFreeWaits };
        Assert.Equal(RecoveryStrategy.Hold, Recovery.Decide(input with { Tally = tally }).Strategy);
    }

    private static RecoveryInput Told(RecoveryInput input, TimeSpan wait) => input with
    {
        Failure = input.Failure with { Told = new ToldDelay(wait, null) },
    };

    private static RecoveryInput Input(FailureClass of, string rule)
    {
        var input = RecoveryTests.Input(of);
        return input with
        {
            Failure = input.Failure with { Evidence = new Evidence(rule, "stderr", 1, "line") },
        };
    }
}
