using System.Text;
using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs;
using Holdfast.Runs.Targets;

namespace Holdfast.Tests.Runs;

/// <summary>What is known of targets in memory, its lines, and whom they blame.</summary>
public sealed class TargetLedgerTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 12, 0, 0, TimeSpan.Zero);
    private static readonly AttemptId Asker = new("b", 2);

    private static TargetLedger New(double? ratio = null) => new(_ => new BreakerSettings
    {
        Jitter = TimeSpan.Zero, Failures = 2, Successes = 1, Ratio = ratio, Minimum = 3,
        Window = TimeSpan.FromMinutes(10),
    }, 1);

    private static void Fail(TargetLedger ledger, AttemptId attempt, string run, DateTimeOffset at) => ledger.Report(
        "api", attempt, run, ledger.Ask("api", attempt, run, at).Permit, FailureClass.Connection, at);

    [Fact]
    public void Whoever_takes_the_lines_in_knows_all_that_their_writer_knows()
    {
        var random = new Random(1);
        for (var round = 0; round < 40; round++)
        {
            double? ratio = round % 2 == 0 ? null : 0.5;
            var (one, other) = (New(ratio), New(ratio));
            var permits = new Queue<(string Target, BreakerPermit Permit)>();
            var now = Now;
            for (var step = 0; step < 40; step++)
            {
                now = now.AddSeconds(random.Next(20));
                Act(one, random, permits, now);
                foreach (var line in one.TakeChanges())
                {
                    other.Take(TargetLine.Read(line.ToBytes())!);
                }

                // One that was asked and nothing more leaves no line, since there is nothing to know of it.
                Assert.All(one.Names.Except(other.Names), name => Assert.Empty(one.View(name, now)!.Events));
                Assert.All(
                    other.Names, name => Assert.Equal(Seen(one.View(name, now)!), Seen(other.View(name, now)!)));
            }

            // Whom they let in, whom they blame, what they make of the next failure, and when they take the probes of
            // a dead process for lost.
            foreach (var name in other.Names)
            {
                foreach (var at in new[] { now, now.AddSeconds(random.Next(600)), now.AddDays(1) })
                {
                    var answer = one.Ask(name, Asker, "run-2", at);
                    Assert.Equal(answer, other.Ask(name, Asker, "run-2", at));
                    one.Report(name, Asker, "run-2", answer.Permit, FailureClass.Connection, at);
                    other.Report(name, Asker, "run-2", answer.Permit, FailureClass.Connection, at);
                    Assert.Equal(Seen(one.View(name, at)!), Seen(other.View(name, at)!));
                }
            }
        }

        static string Seen(TargetView v) => $"{v.Target} {v.Metrics.Standing} {v.ThrottledUntil:O} {v.ThrottledWhy} "
            + string.Join(' ', v.Metrics.Counts.Where(c => c.Value > 0)) + string.Join('\n', v.Events);
    }

    private static void Act(
        TargetLedger ledger, Random random, Queue<(string Target, BreakerPermit Permit)> permits, DateTimeOffset now)
    {
        var target = random.Next(2) == 0 ? "api" : "other";
        var (asker, run) = (new AttemptId($"t{random.Next(3)}", random.Next(1, 3)), $"run-{random.Next(3)}");
        switch (random.Next(8))
        {
            case 0:
                ledger.Throttle(target, asker, run, now.AddSeconds(random.Next(60)), "told", now);
                break;
            case 1 when random.Next(4) == 0:
                ledger.Reset(target, "me", now);
                break;
            case 2 when random.Next(3) == 0:
                ledger.Lift(target, "me", now.AddSeconds(-random.Next(40)), now);
                break;
            case < 5:
                if (ledger.Ask(target, asker, run, now) is { IsAllowed: true } answer)
                {
                    permits.Enqueue((target, answer.Permit));
                }

                break;
            default:
                if (permits.TryDequeue(out var open))
                {
                    ledger.Report(open.Target, asker, run, open.Permit, random.Next(3) switch
                    {
                        0 => null,
                        1 => FailureClass.Cancelled,
                        _ => FailureClass.Connection,
                    }, now);
                }

                break;
        }
    }

    [Fact]
    public void Who_is_kept_out_by_a_breaker_is_told_whose_failure_opened_it_and_until_when()
    {
        var ledger = New();
        Fail(ledger, new("a", 1), "run-1", Now);
        Fail(ledger, new("a", 3), "run-1", Now);
        var refused = ledger.Ask("api", Asker, "run-2", Now.AddSeconds(1));
        Assert.Equal(
            (false, BlockCause.Breaker, Now.AddSeconds(30), "the breaker of api is open"),
            (refused.IsAllowed, refused.Cause, refused.Until, refused.Detail));
        Assert.Equal((new AttemptId("a", 3), "run-1"), (refused.By, refused.ByRun));

        // Half-open: the places of the probes are taken.
        Assert.True(ledger.Ask("api", Asker, "run-2", Now.AddSeconds(30)).Permit.IsProbe);
        Assert.True(ledger.Ask("api", Asker, "run-2", Now.AddSeconds(30)).Permit.IsProbe);
        refused = ledger.Ask("api", Asker, "run-2", Now.AddSeconds(31));
        Assert.Equal("the breaker of api is half-open, and its probes are under way", refused.Detail);
        Assert.Equal((new AttemptId("a", 3), "run-1"), (refused.By, refused.ByRun));
    }

    [Fact]
    public void Who_is_kept_out_by_a_throttle_is_told_who_was_told_to_wait()
    {
        var ledger = New();
        ledger.Throttle("api", new("a", 1), "run-1", Now.AddSeconds(60), "told 60 s", Now);
        ledger.Throttle("api", new("c", 1), "run-3", Now.AddSeconds(60), "told 60 s too", Now);
        var refused = ledger.Ask("api", Asker, "run-2", Now.AddSeconds(1));
        Assert.Equal(
            (BlockCause.Throttle, Now.AddSeconds(60), "told 60 s"), (refused.Cause, refused.Until, refused.Detail));
        Assert.Equal((new AttemptId("a", 1), "run-1"), (refused.By, refused.ByRun));
        Assert.Single(ledger.TakeChanges());
        Assert.Empty(ledger.TakeChanges());
        Assert.Equal(Now.AddSeconds(60), ledger.View("api", Now.AddSeconds(59))!.ThrottledUntil);
        Assert.Null(ledger.View("api", Now.AddSeconds(60))!.ThrottledUntil);
    }

    [Fact]
    public void A_probe_whose_end_says_nothing_of_the_target_gives_its_place_back_in_a_line()
    {
        var ledger = New();
        Fail(ledger, Asker, "run-1", Now);
        Fail(ledger, Asker, "run-1", Now);
        var probe = ledger.Ask("api", Asker, "run-1", Now.AddSeconds(30)).Permit;
        _ = ledger.TakeChanges();
        ledger.Report("api", Asker, "run-1", probe, FailureClass.Cancelled, Now.AddSeconds(31));
        var line = Assert.Single(ledger.TakeChanges());
        Assert.Equal(
            (TargetLine.Probe, "given back", 0), (line.Kind, line.Detail, line.Standing.ProbesUnderWay));
        ledger.Report("b", Asker, "run-1", ledger.Ask("b", Asker, "run-1", Now).Permit, FailureClass.Cancelled, Now);
        Assert.Empty(ledger.TakeChanges());
    }

    [Fact]
    public void A_look_shows_what_the_next_one_who_asks_finds_and_changes_nothing()
    {
        var ledger = New();
        Assert.Null(ledger.View("api", Now));
        Fail(ledger, Asker, "run-1", Now);
        Fail(ledger, Asker, "run-1", Now);
        Assert.Equal(BreakerState.Open, ledger.View("api", Now.AddSeconds(29))!.Metrics.Standing.State);
        Assert.Equal(BreakerState.HalfOpen, ledger.View("api", Now.AddSeconds(30))!.Metrics.Standing.State);
        Assert.Equal(BreakerState.Open, ledger.View("api", Now.AddSeconds(29))!.Metrics.Standing.State);
        Assert.Single(ledger.View("api", Now, lastEvents: 1)!.Events);
    }

    [Fact]
    public void Beyond_the_most_targets_the_one_that_was_quiet_longest_is_forgotten()
    {
        var ledger = New();
        for (var i = 0; i < TargetLedger.MaxTargets; i++)
        {
            ledger.Throttle($"t{i}", Asker, "run-1", Now.AddDays(2), "told", Now.AddSeconds(i == 7 ? 0 : i + 1));
        }

        ledger.Throttle("t9", Asker, "run-1", Now.AddDays(3), "told", Now.AddDays(1));
        ledger.Throttle("new", Asker, "run-1", Now.AddDays(2), "told", Now.AddDays(1));
        Assert.Equal(TargetLedger.MaxTargets, ledger.Names.Count);
        Assert.Null(ledger.View("t7", Now));
        Assert.NotNull(ledger.View("t9", Now));
        Assert.Equal("new", ledger.Names[0]);
    }

    [Fact]
    public void A_line_says_what_happened_to_whom_and_how_the_breaker_stands_after_it()
    {
        var line = new TargetLine(Now, "api", TargetLine.Throttle, new BreakerStanding(
            BreakerState.HalfOpen, 1, 2, 3, 4, Now.AddSeconds(5), 6))
        {
            Until = Now.AddSeconds(60), Detail = "told 60 s", Run = "run-1", Task = "a", Attempt = 7,
        };
        var bytes = line.ToBytes();
        Assert.Equal(line, TargetLine.Read(bytes));
        Assert.Equal((byte)'\n', bytes[^1]);
        Assert.Equal(
            [
                "at", "target", "event", "state", "failures", "successes", "probes", "openings", "generation",
                "retry_at", "until", "detail", "run", "task", "attempt",
            ],
            JsonDocument.Parse(bytes).RootElement.EnumerateObject().Select(p => p.Name));
        var plain = new TargetLine(
            Now, "api", "success", new BreakerStanding(BreakerState.Closed, 0, 0, 0, 0, null, 1));
        Assert.Equal(plain, TargetLine.Read(plain.ToBytes()));
        Assert.DoesNotContain("attempt", Encoding.UTF8.GetString(plain.ToBytes()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("""{"event":"success","state":"closed","at":"2026-11-27T12:00:00Z"}""")]
    [InlineData("""{"target":"","event":"success","state":"closed","at":"2026-11-27T12:00:00Z"}""")]
    [InlineData("""{"target":7,"event":"success","state":"closed","at":"2026-11-27T12:00:00Z"}""")]
    [InlineData("""{"target":"a","state":"closed","at":"2026-11-27T12:00:00Z"}""")]
    [InlineData("""{"target":"a","event":"success","at":"2026-11-27T12:00:00Z"}""")]
    [InlineData("""{"target":"a","event":"success","state":"later","at":"2026-11-27T12:00:00Z"}""")]
    [InlineData("""{"target":"a","event":"success","state":"closed"}""")]
    [InlineData("""{"target":"a","event":"success","state":"closed","at":"soon"}""")]
    [InlineData("""{"target":"a","event":"success","state":"closed","at":"2026-11-27T12:00:00Z","failures":"x"}""")]
    public void A_line_of_another_kind_is_none(string line) =>
        Assert.Null(TargetLine.Read(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void What_a_line_leaves_out_or_cannot_be_is_nothing()
    {
        var line = TargetLine.Read(Encoding.UTF8.GetBytes(
            """{"target":"a","event":"later","state":"open","at":"2026-11-27T12:00:00Z","failures":-3}"""));
        Assert.Equal(
            new TargetLine(Now, "a", "later", new BreakerStanding(BreakerState.Open, 0, 0, 0, 0, null, 1)), line);
    }
}
