using Holdfast.Resilience.Breakers;

namespace Holdfast.Tests.Resilience;

public sealed class CircuitBreakerRegistryTests
{
    [Fact]
    public void The_same_name_gives_the_same_breaker_from_any_thread()
    {
        var asked = 0;
        var registry = new CircuitBreakerRegistry(_ =>
        {
            Interlocked.Increment(ref asked);
            return BreakerSettings.Default;
        });
        var found = new CircuitBreaker[64];
        Parallel.For(0, found.Length, i => found[i] = registry.GetOrAdd($"host-{i % 4}"));
        Assert.Equal(4, found.Distinct().Count());
        Assert.Equal((4, 4), (asked, registry.Count));
        Assert.Equal(["host-0", "host-1", "host-2", "host-3"], registry.All.Select(b => b.Name));
        Assert.Same(found[1], registry.Find("host-1"));
        Assert.Null(registry.Find("host-9"));
    }

    [Fact]
    public void A_full_one_makes_room_from_those_that_know_nothing_and_never_from_one_that_counted()
    {
        var registry = new CircuitBreakerRegistry(_ => BreakerSettings.Default, capacity: 2);
        var counted = registry.GetOrAdd("counted");
        counted.Record(counted.Enter(), BreakerResult.Failure);
        registry.GetOrAdd("fresh");
        var other = registry.GetOrAdd("other");
        Assert.Equal(["counted", "other"], registry.All.Select(b => b.Name));
        other.Record(other.Enter(), BreakerResult.Failure);
        var error = Assert.Throws<InvalidOperationException>(() => registry.GetOrAdd("one more"));
        Assert.Contains("2 are the most", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_ratio_mode_room_is_made_from_those_without_a_failure_in_their_window()
    {
        var time = new FakeTime();
        var registry = new CircuitBreakerRegistry(_ => new BreakerSettings { Ratio = 0.5 }, time, capacity: 2);
        var failed = registry.GetOrAdd("failed");
        failed.Record(failed.Enter(), BreakerResult.Failure);
        var well = registry.GetOrAdd("well");
        well.Record(well.Enter(), BreakerResult.Success);
        registry.GetOrAdd("next");
        Assert.Equal(["failed", "next"], registry.All.Select(b => b.Name));
        failed.Record(failed.Enter(), BreakerResult.Success);
        time.Advance(failed.Settings.Window * 2);
        registry.GetOrAdd("later");
        Assert.Equal(["later"], registry.All.Select(b => b.Name));
    }

    [Fact]
    public void Bad_settings_are_named_and_nothing_is_kept()
    {
        var registry = new CircuitBreakerRegistry(new BreakerSettings { Failures = 0 });
        Assert.Contains("failures is 0", Assert.Throws<ArgumentException>(() => registry.GetOrAdd("a")).Message);
        Assert.Equal(0, registry.Count);
        Assert.Throws<ArgumentException>(() => registry.GetOrAdd(""));
    }

    [Fact]
    public void Changes_of_state_are_told_in_order_outside_of_the_lock()
    {
        var time = new FakeTime();
        var registry = new CircuitBreakerRegistry(
            new BreakerSettings { Failures = 1, Successes = 1, Jitter = TimeSpan.Zero }, time);
        var told = new List<string>();
        registry.Changed += (breaker, change) =>
        {
            // A handler may ask the breaker: it is not held.
            Task.Run(() => breaker.Metrics).GetAwaiter().GetResult();
            told.Add($"{breaker.Name} {change.State.Word()}");
        };
        var one = registry.GetOrAdd("a");
        one.Record(one.Enter(), BreakerResult.Success);
        Assert.Empty(told);
        one.Record(one.Enter(), BreakerResult.Failure);
        time.Advance(TimeSpan.FromSeconds(30));
        one.Record(one.Enter(), BreakerResult.Success);
        Assert.Equal(["a open", "a half_open", "a closed"], told);
    }
}
