using Holdfast.Failures;
using Holdfast.Resilience;

namespace Holdfast.Tests.Resilience;

/// <summary>What attempts spend, and the tables that say how much there is to spend.</summary>
public sealed class RetryTallyTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void Each_decision_counts_in_its_own_column()
    {
        var tally = RetryTally.Empty
            .After(Decision(RecoveryStrategy.Retry, DelayOrigin.Computed))
            .After(Decision(RecoveryStrategy.Wait, DelayOrigin.Throttle))
            .After(Decision(RecoveryStrategy.Wait, DelayOrigin.Told))
            .After(Decision(RecoveryStrategy.Park, DelayOrigin.Probe))
            .After(Decision(RecoveryStrategy.Hold, DelayOrigin.None));
        Assert.Equal(5, tally.Attempts);
        Assert.Equal((1, 1), (tally.Spent(FailureClass.Connection), tally.TotalSpent));
        Assert.Equal(0, tally.Spent(FailureClass.Timeout));
        Assert.Equal((1, Minute), (tally.ThrottleWaits, tally.ThrottleWaited));
        Assert.Equal((3, 3 * Minute), (tally.FreeWaits, tally.FreeWaited));
    }

    [Fact]
    public void A_copy_never_changes_what_it_was_made_of()
    {
        var first = RetryTally.Empty.WithSpent(FailureClass.Timeout, 2);
        var second = first.WithSpent(FailureClass.Timeout, 5);
        Assert.Equal((2, 5), (first.Spent(FailureClass.Timeout), second.Spent(FailureClass.Timeout)));
        Assert.Equal(0, RetryTally.Empty.TotalSpent);
        Assert.Equal(5, (second with { Attempts = 9 }).TotalSpent);
        Assert.Throws<ArgumentOutOfRangeException>(() => first.WithSpent(FailureClass.Timeout, -1));
    }

    [Fact]
    public void Two_are_equal_when_every_count_is()
    {
        var one = Filled();
        Assert.Equal(one, Filled());
        Assert.Equal(one.GetHashCode(), Filled().GetHashCode());
        Assert.NotEqual(one, one with { Attempts = 9 });
        Assert.NotEqual(one, one with { ThrottleWaits = 9 });
        Assert.NotEqual(one, one with { ThrottleWaited = Minute });
        Assert.NotEqual(one, one with { FreeWaits = 9 });
        Assert.NotEqual(one, one with { FreeWaited = Minute });
        Assert.NotEqual(one, one.WithSpent(FailureClass.Timeout, 9));
        Assert.False(one.Equals(null));
    }

    [Fact]
    public void Presets_say_how_often_and_how_slowly()
    {
        Assert.Equal(
            [
                "connection 3 1 60", "unavailable 3 1 60", "timeout 2 2 60", "resource_contention 5 0.5 30",
                "infrastructure_lost 3 1 60", "incomplete 1 1 60", "outcome_unknown 3 1 60", "unknown 1 1 60",
            ],
            Paces(RetryTable.PerClass));
        Assert.Equal(
            ["rate_limited 5 0.5 60", "connection 3 1 60", "unavailable 5 0.5 60", "timeout 2 2 60"],
            Paces(RetryTable.EightClass));
        Assert.Equal(
            [
                "connection 3 0.1 0.4", "unavailable 3 0.1 0.4", "timeout 3 0.1 0.4", "resource_contention 3 0.1 0.4",
                "infrastructure_lost 3 0.1 0.4", "incomplete 1 0.1 0.4", "outcome_unknown 3 0.1 0.4",
                "unknown 1 0.1 0.4",
            ],
            Paces(RetryTable.InProcess));
        Assert.Empty(Paces(RetryTable.None));
    }

    [Theory]
    [InlineData("per-class", 10, true)]
    [InlineData("standard", 10, true)]
    [InlineData("in-process", 10, true)]
    [InlineData("eight-class", 10, false)]
    [InlineData("none", 10, false)]
    public void A_preset_is_found_by_its_word_and_carries_it(string word, int attempts, bool waits)
    {
        var table = RetryTable.Preset(word);
        Assert.NotNull(table);
        Assert.Equal((word, attempts, waits), (table.Name, table.MaxAttempts, table.Throttle is not null));
        Assert.Equal(word == "none", table.RetriesNothing);
        Assert.Null(RetryTable.Preset(word + "s"));
    }

    [Fact]
    public void A_changed_table_changes_that_alone()
    {
        var table = RetryTable.PerClass.WithMaxAttempts(3).WithThrottleBudget(Minute);
        Assert.Equal((3, Minute), (table.MaxAttempts, table.ThrottleBudget));
        Assert.Equal(RetryTable.PerClass.Throttle, table.Throttle);
        Assert.Equal(Paces(RetryTable.PerClass), Paces(table));
        Assert.Equal(1, RetryTable.PerClass.WithMaxAttempts(1).MaxAttempts);
        Assert.Equal(TimeSpan.Zero, table.WithThrottleBudget(TimeSpan.Zero).ThrottleBudget);
        var with = table.With(FailureClass.Auth, RetryPolicy.Exponential(1, 2, 3));
        Assert.Equal((3, Minute, "custom"), (with.MaxAttempts, with.ThrottleBudget, with.Name));
        Assert.Equal(["auth 1 2 3"], Paces(with).Except(Paces(table)));
        Assert.DoesNotContain("auth 1 2 3", Paces(table));
    }

    [Fact]
    public void A_bound_that_cannot_be_is_refused_with_what_was_seen()
    {
        var attempts = Assert.Throws<ArgumentOutOfRangeException>(() => RetryTable.PerClass.WithMaxAttempts(0));
        Assert.Contains("max-attempts is 0; it must be 1 or more", attempts.Message, StringComparison.Ordinal);
        var budget = Assert.Throws<ArgumentOutOfRangeException>(
            () => RetryTable.PerClass.WithThrottleBudget(-Minute));
        Assert.Contains("budget is -00:01:00; it must be 0 or more", budget.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_stands_for_the_table_of_its_name()
    {
        Assert.Same(RetryTable.InProcess, (RetryTable)RetryPolicy.InProcess);
        Assert.Same(RetryTable.Standard, (RetryTable)RetryPolicy.Standard);
        Assert.Same(RetryTable.None, (RetryTable)RetryPolicy.None);
        RetryTable many = RetryPolicy.Standard with { Retries = 40 };
        Assert.Equal(("custom", 41), (many.Name, many.MaxAttempts));
        RetryTable endless = RetryPolicy.Standard with { Retries = int.MaxValue };
        Assert.Equal(int.MaxValue, endless.MaxAttempts);
        RetryTable never = RetryPolicy.Standard with { Retries = 0 };
        Assert.True(never.RetriesNothing);
        Assert.Equal(1, never.MaxAttempts);
    }

    private static List<string> Paces(RetryTable table) => [..
        from each in Enum.GetValues<FailureClass>()
        let policy = table.For(each)
        where policy.AllowedRetries > 0
        select FormattableString.Invariant(
            $"{each.Word()} {policy.Retries} {policy.Base.TotalSeconds} {policy.Cap.TotalSeconds}")];

    private static RetryTally Filled() => new RetryTally
    {
        Attempts = 1,
        ThrottleWaits = 2,
        ThrottleWaited = TimeSpan.FromSeconds(3),
        FreeWaits = 4,
        FreeWaited = TimeSpan.FromSeconds(5),
    }.WithSpent(FailureClass.Timeout, 6);

    private static RecoveryDecision Decision(RecoveryStrategy strategy, DelayOrigin origin) => new()
    {
        Strategy = strategy,
        Origin = origin,
        Delay = strategy == RecoveryStrategy.Hold ? TimeSpan.Zero : Minute,
        Reason = "test",
        Class = FailureClass.Connection,
        Budget = FailureClass.Connection,
    };
}
