using System.Collections.Concurrent;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Tests.Resilience;

/// <summary>
/// Sixteen threads at one breaker: all answers are those of some order of the calls, as a model gives them that is
/// written from the page (failures.md, "Breaker") and shares nothing with the breaker. Time moves only while no call is
/// under way: a call may well act by the time that it read a moment before.
/// </summary>
public sealed class BreakerHistoryTests
{
    private const int Threads = 16;
    private const int Rounds = 60;
    private const int CallsOfThread = 3;

    private static readonly BreakerSettings Settings = new()
    {
        Failures = 2, Probes = 2, Successes = 2, RecoverAfter = TimeSpan.FromSeconds(30), Jitter = TimeSpan.Zero,
    };

    private enum Ask
    {
        Enter,
        Succeed,
        Fail,
        Neutral,
        State,
        TimePasses,
    }

    [Fact]
    public void Sixteen_threads_see_a_breaker_that_does_one_thing_at_a_time()
    {
        var seen = new HashSet<string>();
        for (var round = 0; round < Rounds; round++)
        {
            var calls = Play(round);
            seen.UnionWith(calls.Select(call => call.Answer).OfType<string>());
            var history = new History<(Ask, int), string?, Model>(calls, Model.Step);
            Assert.True(history.IsLinearizable(Model.New), $"round {round}:\n" + string.Join(
                '\n', calls.OrderBy(c => c.From).Select(c => $"{c.From}-{c.To} {c.Asked} {c.Answer}")));
        }

        // Rounds in which nothing happens would prove nothing.
        Assert.Superset(new HashSet<string> { "passes", "probe", "refused", "closed", "open", "half_open" }, seen);
    }

    [Fact]
    public void A_history_that_no_order_explains_is_found()
    {
        Call<(Ask, int), string?> Made(Ask ask, string? answer, long at) => new((ask, 1), answer, at, at);
        Call<(Ask, int), string?>[] opensTooEarly =
            [Made(Ask.Enter, "passes", 1), Made(Ask.Fail, null, 2), Made(Ask.State, "open", 3)];
        Assert.False(new History<(Ask, int), string?, Model>(opensTooEarly, Model.Step).IsLinearizable(Model.New));
    }

    private static List<Call<(Ask, int), string?>> Play(int seed)
    {
        var time = new SharedTime();
        var breaker = new CircuitBreaker("b", Settings, time);
        var calls = new ConcurrentBag<Call<(Ask, int), string?>>();
        var clock = 0L;
        var ofTime = new Random(seed);
        using var together = new Barrier(Threads, _ =>
        {
            if (ofTime.Next(2) == 0)
            {
                var at = Interlocked.Increment(ref clock);
                time.Advance(TimeSpan.FromSeconds(30));
                calls.Add(new((Ask.TimePasses, 0), null, at, at));
            }
        });
        var threads = Enumerable.Range(0, Threads).Select(n => new Thread(() =>
        {
            var random = new Random((seed * Threads) + n);
            BreakerPermit? permit = null;
            for (var i = 0; i < CallsOfThread; i++)
            {
                together.SignalAndWait();

                // Most results are failures, so that all states are reached within few calls.
                var ask = permit is null ? random.Next(8) == 0 ? Ask.State : Ask.Enter
                    : random.Next(4) switch { 0 => Ask.Succeed, 1 => Ask.Neutral, _ => Ask.Fail };
                var phase = permit?.Generation ?? 0;
                var from = Interlocked.Increment(ref clock);
                var answer = Take(breaker, ask, ref permit);
                calls.Add(new((ask, phase), answer, from, Interlocked.Increment(ref clock)));
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return [.. calls];
    }

    private static string? Take(CircuitBreaker breaker, Ask ask, ref BreakerPermit? permit)
    {
        switch (ask)
        {
            case Ask.Enter:
                var given = breaker.Enter();
                permit = given.IsAllowed ? given : null;
                return given.IsAllowed ? given.IsProbe ? "probe" : "passes" : "refused";
            case Ask.State:
                return breaker.State.Word();
            default:
                breaker.Record(permit!.Value, ask switch
                {
                    Ask.Succeed => BreakerResult.Success,
                    Ask.Fail => BreakerResult.Failure,
                    _ => BreakerResult.Neutral,
                });
                permit = null;
                return null;
        }
    }

    /// <summary>The rules of the page, one at a time. Phases are numbered, so that late results are known.</summary>
    private sealed record Model
    {
        internal static Model New { get; } = new() { State = "closed", Phase = 1, Wait = 30 };

        private string State { get; init; } = "";

        private int Phase { get; init; }

        private int Failed { get; init; }

        private int Probing { get; init; }

        private int Well { get; init; }

        private int Wait { get; init; }

        private long Until { get; init; }

        private long Now { get; init; }

        internal static (Model, string?) Step(Model before, (Ask Ask, int Phase) asked)
        {
            if (asked.Ask == Ask.TimePasses)
            {
                return (before with { Now = before.Now + 30 }, null);
            }

            var now = before.State == "open" && before.Now >= before.Until
                ? before with { State = "half_open", Phase = before.Phase + 1, Probing = 0, Well = 0 }
                : before;
            return asked.Ask switch
            {
                Ask.State => (now, now.State),
                Ask.Enter when now.State == "closed" => (now, "passes"),
                Ask.Enter when now.State == "half_open" && now.Probing < 2 =>
                    (now with { Probing = now.Probing + 1 }, "probe"),
                Ask.Enter => (now, "refused"),
                _ => (asked.Phase == now.Phase ? now.After(asked.Ask) : now, null),
            };
        }

        private Model After(Ask result)
        {
            var here = State == "half_open" ? this with { Probing = Probing - 1 } : this;
            return (result, here.State) switch
            {
                (Ask.Succeed, "half_open") when here.Well == 1 => here with
                {
                    State = "closed", Phase = here.Phase + 1, Failed = 0, Well = 0, Probing = 0, Wait = 30,
                },
                (Ask.Succeed, "half_open") => here with { Well = here.Well + 1, Failed = 0 },
                (Ask.Succeed, _) => here with { Failed = 0 },
                (Ask.Fail, "half_open") => here.Open(),
                (Ask.Fail, _) when here.Failed == 1 => here.Open(),
                (Ask.Fail, _) => here with { Failed = here.Failed + 1 },
                _ => here,
            };
        }

        private Model Open() => this with
        {
            State = "open", Phase = Phase + 1, Until = Now + Wait, Wait = Math.Min(300, Wait * 2),
            Failed = 0, Probing = 0, Well = 0,
        };
    }

    /// <summary>A clock that threads may move.</summary>
    private sealed class SharedTime : TimeProvider
    {
        private long _ticks;

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(Interlocked.Read(ref _ticks));

        internal void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);
    }
}
