using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Failures;
using Holdfast.Resilience.Breakers;
using TestData = Holdfast.Tests.Failures.TestData;

namespace Holdfast.Tests.Resilience;

/// <summary>The circuit breaker: every case of <c>vectors/breaker.json</c>, its defects of old, and threads.</summary>
public sealed class BreakerTests
{
    private static readonly BreakerSettings NoJitter = new() { Jitter = TimeSpan.Zero };

    private static JsonElement Vectors => TestData.Vectors("breaker");

    public static TheoryData<string> Cases =>
        [.. Vectors.GetProperty("cases").EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_case_of_the_vectors_holds(string name)
    {
        var entry = Vectors.GetProperty("cases").EnumerateArray().Single(c =>
            c.GetProperty("name").GetString() == name);
        var settings = NoJitter with
        {
            Failures = entry.TryGetProperty("config", out var config) ? config.GetProperty("failures").GetInt32() : 5,
        };
        var time = new FakeTime();
        var breaker = new CircuitBreaker("vector", settings, time);
        var states = entry.GetProperty("states").EnumerateArray().Select(s => s.GetString()).ToArray();
        var steps = entry.GetProperty("steps").GetString()!.Split(' ');
        Assert.Equal(steps.Length, states.Length);
        for (var i = 0; i < steps.Length; i++)
        {
            Take(breaker, time, steps[i]);
            Assert.True(states[i] == breaker.State.Word(), $"step {i + 1} ({steps[i]}): {breaker.State.Word()}");
        }

        if (entry.TryGetProperty("short_circuits", out var refused))
        {
            Assert.Equal(refused.GetInt64(), breaker.Metrics.Counts[BreakerEventKind.ShortCircuit]);
        }
    }

    private static void Take(CircuitBreaker breaker, FakeTime time, string step)
    {
        if (step[0] == '+')
        {
            time.Advance(TimeSpan.FromSeconds(int.Parse(step[1..], System.Globalization.CultureInfo.InvariantCulture)));
            return;
        }

        var permit = breaker.Enter();
        Assert.Equal(step != "c", permit.IsAllowed);
        if (permit.IsAllowed)
        {
            breaker.Record(permit, step switch
            {
                "s" => BreakerResult.Success,
                "f" => BreakerResult.Failure,
                _ => BreakerResult.Neutral,
            });
        }
    }

    [Theory]
    [InlineData("state")]
    [InlineData("metrics")]
    [InlineData("enter")]
    public void BR1_a_wait_that_is_over_ends_by_any_question_alone(string question)
    {
        var time = new FakeTime();
        var breaker = new CircuitBreaker("b", NoJitter, time);
        Open(breaker);
        time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        Assert.Equal(BreakerState.Open, breaker.State);
        time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(BreakerState.HalfOpen, question switch
        {
            "state" => breaker.State,
            "metrics" => breaker.Metrics.Standing.State,
            _ => breaker.Enter() is { IsAllowed: true, IsProbe: true } ? BreakerState.HalfOpen : BreakerState.Open,
        });
    }

    [Fact]
    public void A_late_answer_from_before_the_opening_neither_closes_nor_counts_as_a_probe()
    {
        var time = new FakeTime();
        var breaker = new CircuitBreaker("b", NoJitter, time);
        var late = breaker.Enter();
        Open(breaker);
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(BreakerState.HalfOpen, breaker.State);
        breaker.Record(late, BreakerResult.Success);
        breaker.Record(late, BreakerResult.Success);
        Assert.Equal(BreakerState.HalfOpen, breaker.State);
        breaker.Record(late, BreakerResult.Failure);
        Assert.Equal(BreakerState.HalfOpen, breaker.State);
    }

    [Fact]
    public void No_more_probes_than_allowed_are_let_in_and_each_end_frees_a_place()
    {
        var time = new FakeTime();
        var breaker = new CircuitBreaker("b", NoJitter, time);
        Open(breaker);
        time.Advance(TimeSpan.FromSeconds(30));
        var (first, second, third) = (breaker.Enter(), breaker.Enter(), breaker.Enter());
        Assert.True(first is { IsAllowed: true, IsProbe: true } && second.IsAllowed && !third.IsAllowed);
        breaker.Record(first, BreakerResult.Neutral);
        Assert.True(breaker.Enter().IsAllowed);
        Assert.False(breaker.Enter().IsAllowed);
    }

    [Fact]
    public void The_wait_doubles_to_its_bound_and_jitter_is_drawn_once_for_each_opening()
    {
        var time = new FakeTime();
        var breaker = new CircuitBreaker("b", BreakerSettings.Default, time, seed: 7);
        Open(breaker);
        TimeSpan[] meant = [.. new[] { 30, 60, 120, 240, 300, 300 }.Select(s => TimeSpan.FromSeconds(s))];
        var drawn = new HashSet<TimeSpan>();
        foreach (var wait in meant)
        {
            var until = breaker.Metrics.Standing.RetryAt!.Value;
            Assert.Equal(until, breaker.Metrics.Standing.RetryAt);
            var jitter = until - time.GetUtcNow() - wait;
            Assert.InRange(jitter, TimeSpan.Zero, TimeSpan.FromSeconds(5));
            drawn.Add(jitter);
            time.Advance(until - time.GetUtcNow());
            breaker.Record(breaker.Enter(), BreakerResult.Failure);
            Assert.Equal(BreakerState.Open, breaker.State);
        }

        Assert.Equal(meant.Length, drawn.Count);
    }

    [Fact]
    public void Ratio_mode_opens_by_share_once_there_are_enough_results_and_forgets_what_is_old()
    {
        var time = new FakeTime();
        var settings = NoJitter with { Ratio = 0.5, Minimum = 10, Window = TimeSpan.FromSeconds(60) };
        var breaker = new CircuitBreaker("b", settings, time);
        for (var i = 0; i < 9; i++)
        {
            breaker.Record(breaker.Enter(), BreakerResult.Failure);
        }

        Assert.Equal(BreakerState.Closed, breaker.State);
        time.Advance(TimeSpan.FromSeconds(61));
        for (var i = 0; i < 10; i++)
        {
            breaker.Record(breaker.Enter(), BreakerResult.Success);
        }

        for (var i = 0; i < 9; i++)
        {
            breaker.Record(breaker.Enter(), BreakerResult.Failure);
        }

        Assert.Equal(BreakerState.Closed, breaker.State);
        breaker.Record(breaker.Enter(), BreakerResult.Failure);
        Assert.Equal(BreakerState.Open, breaker.State);
    }

    [Fact]
    public void The_last_two_hundred_events_are_kept_and_zero_asks_for_none()
    {
        // BR5: last_n=0 returned everything.
        var breaker = new CircuitBreaker("b", NoJitter, new FakeTime());
        for (var i = 0; i < 500; i++)
        {
            breaker.Record(breaker.Enter(), i % 3 == 0 ? BreakerResult.Failure : BreakerResult.Success, $"{i}");
        }

        Assert.Empty(breaker.Events(0));
        Assert.Equal(["498", "499"], breaker.Events(2).Select(e => e.Detail));
        Assert.Equal(200, breaker.Events().Count);
        Assert.Equal(500, breaker.Metrics.Counts.Values.Sum());
    }

    [Fact]
    public async Task A_call_that_throws_counts_by_its_class_and_a_cancelled_probe_gives_its_place_back()
    {
        var time = new FakeTime();
        var breaker = new CircuitBreaker("b", NoJitter with { Failures = 2, Probes = 1 }, time);
        for (var i = 0; i < 4; i++)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Call(breaker, new ArgumentException("bad input")));
        }

        Assert.Equal(BreakerState.Closed, breaker.State);
        for (var i = 0; i < 2; i++)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => Call(breaker, new TimeoutException()));
        }

        var refused = await Assert.ThrowsAsync<BreakerOpenException>(() => Call(breaker, new TimeoutException()));
        Assert.Equal(("b", time.GetUtcNow().AddSeconds(30)), (refused.Name, refused.RetryAt));
        time.Advance(TimeSpan.FromSeconds(30));
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => breaker.ExecuteAsync(
            Task.FromCanceled, stop.Token).AsTask());
        Assert.True(breaker.Enter().IsAllowed);
    }

    private static Task Call(CircuitBreaker breaker, Exception error) =>
        breaker.ExecuteAsync(_ => Task.FromException(error), TestContext.Current.CancellationToken).AsTask();

    [Theory]
    [InlineData(0, 30, 2, "failures is 0; it must be 1 to 10000")]
    [InlineData(5, 0, 2, "recover-after is 00:00:00; it must be above 0")]
    [InlineData(5, 30, 0, "probes is 0; it must be 1 to 1000")]
    [InlineData(5, 301, 2, "max-recover is 00:05:00; it must be at least recover-after")]
    public void Settings_that_cannot_work_are_refused_by_name(int failures, int recover, int probes, string why)
    {
        var settings = new BreakerSettings
        {
            Failures = failures, RecoverAfter = TimeSpan.FromSeconds(recover), Probes = probes,
        };
        var error = Assert.Throws<ArgumentException>(() => new CircuitBreaker("b", settings));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_end_of_the_work_itself_is_neutral_and_every_failure_of_the_target_counts()
    {
        FailureClass[] counting =
        [
            FailureClass.Connection, FailureClass.Unavailable, FailureClass.Timeout, FailureClass.RateLimited,
            FailureClass.Auth, FailureClass.QuotaExhausted,
        ];
        foreach (var kind in Enum.GetValues<FailureClass>())
        {
            Assert.Equal(
                counting.Contains(kind) ? BreakerResult.Failure : BreakerResult.Neutral, BreakerWords.ResultOf(kind));
        }
    }

    // An oracle of another shape: the events alone, folded by the rules as the page states them.
    [Fact]
    public void States_and_events_agree_with_a_fold_of_the_events() => Prop.ForAll(
        Gen.Elements('s', 'f', 'x', '+').ArrayOf().ToArbitrary(),
        steps =>
        {
            var time = new FakeTime();
            var breaker = new CircuitBreaker("b", NoJitter with { Failures = 3 }, time);
            foreach (var step in steps)
            {
                if (step == '+')
                {
                    time.Advance(TimeSpan.FromSeconds(20));
                    continue;
                }

                var permit = breaker.Enter();
                if (permit.IsAllowed)
                {
                    breaker.Record(permit, step switch
                    {
                        's' => BreakerResult.Success,
                        'f' => BreakerResult.Failure,
                        _ => BreakerResult.Neutral,
                    });
                }
            }

            var state = BreakerState.Closed;
            var (failures, successes) = (0, 0);
            foreach (var e in breaker.Events())
            {
                switch (e.Kind)
                {
                    case BreakerEventKind.Success:
                        (failures, successes) = (0, state == BreakerState.HalfOpen ? successes + 1 : 0);
                        break;
                    case BreakerEventKind.Failure:
                        failures++;
                        break;
                    case BreakerEventKind.Trip:
                        Assert.True(state == BreakerState.HalfOpen || failures == 3, "tripped without cause");
                        (state, failures, successes) = (BreakerState.Open, 0, 0);
                        break;
                    case BreakerEventKind.HalfOpen:
                        Assert.Equal(BreakerState.Open, state);
                        (state, successes) = (BreakerState.HalfOpen, 0);
                        break;
                    case BreakerEventKind.Recover:
                        Assert.Equal((BreakerState.HalfOpen, 2), (state, successes));
                        (state, failures) = (BreakerState.Closed, 0);
                        break;
                }

                Assert.Equal(state, e.State);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Sixteen_threads_never_let_more_probes_in_than_allowed_and_lose_no_result()
    {
        var time = new FakeTime();
        var breaker = new CircuitBreaker("b", NoJitter with { Failures = 10_000, Probes = 3, Successes = 1_000 }, time);
        const int Threads = 16;
        const int Calls = 2_000;
        Parallel(Threads, _ =>
        {
            for (var i = 0; i < Calls; i++)
            {
                breaker.Record(breaker.Enter(), BreakerResult.Success);
            }
        });
        Assert.Equal(Threads * Calls, breaker.Metrics.Counts[BreakerEventKind.Success]);

        var half = new CircuitBreaker("h", NoJitter with { Failures = 1, Probes = 3, Successes = 1_000 }, time);
        half.Record(half.Enter(), BreakerResult.Failure);
        time.Advance(TimeSpan.FromSeconds(30));
        var (inside, most) = (0, 0);
        Parallel(Threads, _ =>
        {
            for (var i = 0; i < Calls; i++)
            {
                var permit = half.Enter();
                if (permit.IsAllowed)
                {
                    var now = Interlocked.Increment(ref inside);
                    InterlockedMax(ref most, now);
                    Interlocked.Decrement(ref inside);
                    half.Record(permit, BreakerResult.Neutral);
                }
            }
        });
        Assert.InRange(most, 1, 3);
        Assert.Equal(0, half.Metrics.Standing.ProbesUnderWay);
    }

    [Fact]
    public void Asking_a_closed_one_allocates_nothing()
    {
        var breaker = new CircuitBreaker("b");
        _ = breaker.Enter();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
        {
            _ = breaker.Enter();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void Open(CircuitBreaker breaker)
    {
        for (var i = 0; i < breaker.Settings.Failures; i++)
        {
            breaker.Record(breaker.Enter(), BreakerResult.Failure);
        }

        Assert.Equal(BreakerState.Open, breaker.State);
    }

    private static void Parallel(int threads, Action<int> work)
    {
        var running = Enumerable.Range(0, threads).Select(i => new Thread(() => work(i))).ToArray();
        Array.ForEach(running, t => t.Start());
        Array.ForEach(running, t => t.Join());
    }

    private static void InterlockedMax(ref int target, int value)
    {
        int seen;
        while ((seen = Volatile.Read(ref target)) < value && Interlocked.CompareExchange(ref target, value,
            seen) != seen)
        {
        }
    }
}
