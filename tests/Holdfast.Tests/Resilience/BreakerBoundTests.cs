using Holdfast.Resilience.Breakers;

namespace Holdfast.Tests.Resilience;

/// <summary>The edges of a breaker: values it takes, probes that end oddly, clocks at their end.</summary>
public sealed class BreakerBoundTests
{
    private static readonly BreakerSettings Quick = new() { Failures = 1, Jitter = TimeSpan.Zero };

    public static TheoryData<string, BreakerSettings> Unusable => new()
    {
        { "failures is 0; it must be 1 to 10000", new() { Failures = 0 } },
        { "failures is 10001; it must be 1 to 10000", new() { Failures = 10_001 } },
        { "probes is 1001; it must be 1 to 1000", new() { Probes = 1_001 } },
        { "successes is 0; it must be 1 to 1000", new() { Successes = 0 } },
        { "successes is 1001; it must be 1 to 1000", new() { Successes = 1_001 } },
        { "minimum is 0; it must be 1 to 1000000", new() { Minimum = 0 } },
        { "minimum is 1000001; it must be 1 to 1000000", new() { Minimum = 1_000_001 } },
        { "recover-after is 1.00:00:01; it must be above 0, up to 1.00:00:00", Recovering(86_401) },
        { "jitter is -00:00:01; it must be 0 or more, up to 01:00:00", new() { Jitter = Seconds(-1) } },
        { "jitter is 01:00:01; it must be 0 or more, up to 01:00:00", new() { Jitter = Seconds(3_601) } },
        { "max-recover is 1.00:00:01; it must be above 0, up to 1.00:00:00", new() { MaxRecover = Seconds(86_401) } },
        { "max-recover is 00:00:00; it must be above 0", new() { MaxRecover = TimeSpan.Zero } },
        { "max-recover is 00:00:29; it must be at least recover-after, 00:00:30", new() { MaxRecover = Seconds(29) } },
        { "window is 00:00:00.5000000; it must be 00:00:01, up to 1.00:00:00", new() { Window = Seconds(0.5) } },
        { "window is 1.00:00:01; it must be 00:00:01, up to 1.00:00:00", new() { Window = Seconds(86_401) } },
        { "ratio is 0; it must be above 0, up to 1", new() { Ratio = 0 } },
        { "ratio is 1.01; it must be above 0, up to 1", new() { Ratio = 1.01 } },
        { "ratio is NaN; it must be above 0, up to 1", new() { Ratio = double.NaN } },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void A_value_out_of_bounds_is_named_with_its_bounds(string problem, BreakerSettings settings)
    {
        Assert.NotNull(settings.Problem());
        Assert.StartsWith("breaker: " + problem, settings.Problem(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_bounds_themselves_can_be_used()
    {
        BreakerSettings[] usable =
        [
            new() { Failures = 1, Probes = 1, Successes = 1, Minimum = 1, Ratio = 1, Window = Seconds(1) },
            new() { Failures = 10_000, Probes = 1_000, Successes = 1_000, Minimum = 1_000_000, Ratio = 0.001 },
            Recovering(86_400), new() { RecoverAfter = TimeSpan.FromTicks(1), MaxRecover = TimeSpan.FromTicks(1) },
            new() { Jitter = TimeSpan.Zero }, new() { Jitter = Seconds(3_600), Window = Seconds(86_400) },
            new() { RecoverAfter = Seconds(30), MaxRecover = Seconds(30) },
        ];
        Assert.All(usable, each => Assert.Null(each.Problem()));
    }

    [Fact]
    public async Task A_probe_that_is_cancelled_under_way_gives_its_place_back_and_counts_nothing()
    {
        var time = new FakeTime();
        var breaker = new CircuitBreaker("b", Quick with { Probes = 1 }, time);
        breaker.Record(breaker.Enter(), BreakerResult.Failure);
        time.Advance(Quick.RecoverAfter);
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => breaker.ExecuteAsync(
            async token =>
            {
                Assert.False(breaker.Enter().IsAllowed);
                await stop.CancelAsync();
                token.ThrowIfCancellationRequested();
            },
            stop.Token).AsTask());
        Assert.Equal(BreakerState.HalfOpen, breaker.State);
        Assert.Equal((0, 0), (breaker.Metrics.Standing.Successes, breaker.Metrics.Standing.ProbesUnderWay));
        Assert.True(breaker.Enter().IsAllowed);
    }

    [Fact]
    public void A_result_that_comes_after_the_wait_counts_in_the_half_open_phase()
    {
        var time = new FakeTime();
        var breaker = new CircuitBreaker("b", Quick, time);
        breaker.Record(breaker.Enter(), BreakerResult.Failure);
        time.Advance(Quick.RecoverAfter);
        breaker.Record(new BreakerPermit(true, false, BreakerPermit.AnyGeneration), BreakerResult.Success);
        Assert.Equal((BreakerState.HalfOpen, 1), (breaker.State, breaker.Metrics.Standing.Successes));
    }

    [Fact]
    public void Only_the_probe_itself_gives_its_place_back()
    {
        var time = new FakeTime();
        var breaker = new CircuitBreaker("b", Quick with { Probes = 1 }, time);
        BreakerPermit Probe()
        {
            breaker.Record(breaker.Enter(), BreakerResult.Failure);
            time.Advance(Quick.RecoverAfter);
            return breaker.Enter();
        }

        var earlier = Probe();
        breaker.Reset();
        var probe = Probe();
        Assert.True(earlier is { IsAllowed: true, IsProbe: true } && probe is { IsAllowed: true, IsProbe: true });
        breaker.Record(earlier, BreakerResult.Success);
        Assert.False(breaker.Enter().IsAllowed);
        breaker.Record(new BreakerPermit(true, false, BreakerPermit.AnyGeneration), BreakerResult.Success);
        Assert.False(breaker.Enter().IsAllowed);
        breaker.Record(probe, BreakerResult.Neutral);
        Assert.True(breaker.Enter().IsAllowed);
    }

    [Fact]
    public void A_late_answer_changes_nothing_and_is_told_all_the_same()
    {
        var breaker = new CircuitBreaker("b", Quick, new FakeTime());
        var (well, badly) = (breaker.Enter(), breaker.Enter());
        breaker.Record(breaker.Enter(), BreakerResult.Failure);
        breaker.Record(well, BreakerResult.Success, "late");
        breaker.Record(badly, BreakerResult.Failure, "later");
        Assert.Equal(
            [(BreakerEventKind.Success, "late"), (BreakerEventKind.Failure, "later")],
            breaker.Events(2).Select(each => (each.Kind, each.Detail)));
        Assert.Equal(2, breaker.Metrics.Counts[BreakerEventKind.Failure]);
        Assert.Equal(BreakerState.Open, breaker.State);
    }

    [Fact]
    public void In_ratio_mode_successes_keep_it_closed()
    {
        var breaker = new CircuitBreaker("b", Quick with { Ratio = 0.6, Minimum = 3 }, new FakeTime());
        for (var i = 0; i < 6; i++)
        {
            breaker.Record(breaker.Enter(), i < 3 ? BreakerResult.Success : BreakerResult.Failure);
        }

        Assert.Equal(BreakerState.Closed, breaker.State);
        breaker.Record(breaker.Enter(), BreakerResult.Failure);
        breaker.Record(breaker.Enter(), BreakerResult.Failure);
        Assert.Equal(BreakerState.Open, breaker.State);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Asking_where_it_stands_announces_that_its_wait_is_over(bool byState)
    {
        var time = new FakeTime();
        var breaker = new CircuitBreaker("b", Quick, time);
        breaker.Record(breaker.Enter(), BreakerResult.Failure);
        var told = new List<BreakerState>();
        breaker.Changed += (_, change) => told.Add(change.State);
        time.Advance(Quick.RecoverAfter);
        Assert.Equal(BreakerState.HalfOpen, byState ? breaker.State : breaker.Metrics.Standing.State);
        Assert.Equal([BreakerState.HalfOpen], told);
    }

    [Fact]
    public void A_refused_one_is_told_why_and_when_to_ask_again()
    {
        var time = new FakeTime();
        var breaker = new CircuitBreaker("b", Quick, time);
        breaker.Record(breaker.Enter(), BreakerResult.Failure);
        var refused = breaker.Enter();
        Assert.Equal((false, false, time.GetUtcNow().AddSeconds(30)),
            (refused.IsAllowed, refused.IsProbe, refused.RetryAt));
        Assert.Null(breaker.Events(1)[0].Detail);

        time.Advance(Quick.RecoverAfter);
        Assert.True(breaker.Enter() is { IsAllowed: true, IsProbe: true, RetryAt: null });
        Assert.True(breaker.Enter().IsProbe);
        refused = breaker.Enter();
        Assert.Equal((false, time.GetUtcNow().AddSeconds(30)), (refused.IsAllowed, refused.RetryAt));
        Assert.Equal("2 of 2 probes are under way", breaker.Events(1)[0].Detail);
        Assert.Equal(BreakerEventKind.ShortCircuit, breaker.Events(1)[0].Kind);
    }

    [Fact]
    public void The_second_opening_says_that_it_is_the_second_and_closing_forgets_it()
    {
        var time = new FakeTime();
        var breaker = new CircuitBreaker("b", Quick with { Successes = 1 }, time);
        breaker.Record(breaker.Enter(), BreakerResult.Failure);
        Assert.Null(breaker.Events(1)[0].Detail);
        time.Advance(Quick.RecoverAfter);
        breaker.Record(breaker.Enter(), BreakerResult.Failure, "again");
        Assert.Equal("again", breaker.Events(2)[0].Detail);
        Assert.Equal("opening 2 since it was last closed", breaker.Events(1)[0].Detail);
        Assert.Equal(2, breaker.Metrics.Standing.Openings);
        time.Advance(2 * Quick.RecoverAfter);
        breaker.Record(breaker.Enter(), BreakerResult.Success);
        Assert.Equal(0, breaker.Metrics.Standing.Openings);
        breaker.Record(breaker.Enter(), BreakerResult.Failure);
        Assert.Null(breaker.Events(1)[0].Detail);
    }

    [Fact]
    public void A_reset_closes_it_with_the_reason_that_was_given_and_forgets_what_was_counted()
    {
        var time = new FakeTime();
        var breaker = new CircuitBreaker("b", Quick with { Failures = 2 }, time);
        breaker.Record(breaker.Enter(), BreakerResult.Failure);
        breaker.Reset("the host is back");
        Assert.Equal((BreakerEventKind.Reset, "the host is back"),
            (breaker.Events(1)[0].Kind, breaker.Events(1)[0].Detail));
        breaker.Record(breaker.Enter(), BreakerResult.Failure);
        Assert.Equal(BreakerState.Closed, breaker.State);
        breaker.Record(breaker.Enter(), BreakerResult.Failure);
        Assert.Equal(BreakerState.Open, breaker.State);
    }

    [Fact]
    public void The_error_of_an_open_one_says_until_when()
    {
        var at = new DateTimeOffset(2026, 11, 20, 12, 0, 30, TimeSpan.Zero);
        Assert.Equal(
            "the breaker \"b\" is open until 2026-11-20 12:00:30Z; nothing was tried",
            new BreakerOpenException("b", at).Message);
        Assert.Equal("the breaker \"b\" is open; nothing was tried", new BreakerOpenException("b", null).Message);
    }

    [Fact]
    public void Asking_for_fewer_events_than_none_or_for_a_nameless_breaker_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new CircuitBreaker("b").Events(-1));
        Assert.Throws<ArgumentException>(() => new CircuitBreaker(""));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new CircuitBreakerRegistry(_ => BreakerSettings.Default, capacity: 0));
        Assert.Equal(1, new CircuitBreakerRegistry(_ => Quick, capacity: 1).GetOrAdd("b").Settings.Failures);
    }

    [Fact]
    public void A_window_forgets_a_tenth_at_a_time_and_a_clock_set_back_forgets_nothing()
    {
        var start = new DateTimeOffset(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);
        var window = new ResultWindow(Seconds(10));
        for (var second = 0; second < 10; second++)
        {
            window.Add(start.AddSeconds(second), failed: second % 2 == 0);
        }

        Assert.Equal((5, 10), window.Count(start.AddSeconds(9)));
        Assert.Equal((4, 9), window.Count(start.AddSeconds(10)));
        Assert.Equal((4, 9), window.Count(start.AddSeconds(3)));
        window.Add(start.AddSeconds(-60), failed: true);
        Assert.Equal((5, 10), window.Count(start.AddSeconds(10)));
        Assert.Equal((1, 1), window.Count(start.AddSeconds(19)));
        Assert.Equal((0, 0), window.Count(start.AddSeconds(20)));
    }

    [Fact]
    public void A_clock_that_was_set_back_draws_no_opening_out()
    {
        var time = new FakeTime();
        var breaker = new CircuitBreaker("b", new BreakerSettings { Failures = 1, Jitter = Seconds(2) }, time);
        breaker.Record(breaker.Enter(), BreakerResult.Failure);
        time.Advance(TimeSpan.FromHours(-5));
        var until = breaker.Enter().RetryAt!.Value;
        Assert.InRange(until - time.GetUtcNow(), Seconds(30), Seconds(32));
        time.Advance(Seconds(29));
        Assert.Equal(BreakerState.Open, breaker.State);
        time.Advance(Seconds(3));
        Assert.True(breaker.Enter().IsProbe);
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);

    private static BreakerSettings Recovering(int seconds) =>
        new() { RecoverAfter = Seconds(seconds), MaxRecover = Seconds(86_400) };
}
