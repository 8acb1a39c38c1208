using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Targets;
using Holdfast.Testing.Runs;

namespace Holdfast.Tests.Runs;

/// <summary>Throttles, breakers and fallback in a run.</summary>
public sealed class TargetTests
{
    private static readonly RuntimeChoice Api = new("api", "api.test");
    private static readonly RuntimeChoice Primary = new("opencode", "opencode × glm × 1");
    private static readonly RuntimeChoice Second = new("codex", "codex × gpt × 2");

    private static TaskSpec On(string text, params RuntimeChoice[] runtimes) =>
        Plans.Task(text) with { Runtimes = runtimes };

    private static TaskSpec[] Many(int count, params RuntimeChoice[] runtimes) =>
        [.. Enumerable.Range(0, count).Select(i => On($"t{i:00}", runtimes))];

    private static AttemptEnd Throttled(TimeSpan? told) =>
        RunBench.Failed(FailureClass.RateLimited, told: told is { } wait ? new ToldDelay(wait, null) : null);

    private static IEnumerable<string> Runtimes(RunBench bench) =>
        bench.Journal.Events.OfType<AttemptStarted>().Select(e => e.Runtime);

    [Fact]
    public void One_told_wait_holds_back_every_attempt_bound_for_the_target_and_no_other()
    {
        TaskSpec[] tasks = [.. Many(6, Api), Plans.Task("z")];
        var bench = new RunBench(Plans.Of(tasks), limits: new DriverLimits { MaxParallel = 1 });
        bench.End("t00", Throttled(TimeSpan.FromSeconds(60)));
        bench.Succeed("z");
        bench.Advance(TimeSpan.FromSeconds(59));
        Assert.Single(bench.Host.Started, a => a.Task[0] == 't');
        Assert.Null(bench.ExitCode);
        bench.Advance(TimeSpan.FromSeconds(2));
        Assert.NotEmpty(bench.Host.Running);
        Finish(bench);
        Assert.Equal(0, bench.ExitCode);
    }

    [Fact]
    public void A_throttle_is_known_to_the_next_driver_and_ends_when_it_was_to_end()
    {
        var bench = new RunBench(Plans.Of(Many(3, Api)), limits: new DriverLimits { MaxParallel = 1 });
        bench.End("t00", Throttled(TimeSpan.FromSeconds(60)));
        foreach (var running in bench.Host.Running.ToArray())
        {
            bench.Succeed(running.Task);
        }

        bench.Restart(TimeSpan.FromSeconds(30));
        var before = bench.Host.Started.Count;
        bench.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(before, bench.Host.Started.Count);
        bench.Advance(TimeSpan.FromSeconds(2));
        Assert.True(bench.Host.Started.Count > before);
    }

    [Fact]
    public void Parallelism_towards_a_target_halves_when_it_throttles_and_climbs_back_by_one()
    {
        var bench = new RunBench(Plans.Of(Many(60, Api)), limits: new DriverLimits { MaxParallel = 8 });
        Assert.Equal(8, bench.Host.Running.Count);
        bench.End(bench.Host.Running.First().Task, Throttled(TimeSpan.FromSeconds(1)));
        Assert.Equal(4, bench.State.Targets[Api.Target!].Limit);
        while (bench.Host.Running.Count > 0)
        {
            bench.Fail(bench.Host.Running.First().Task);
        }

        bench.Advance(TimeSpan.FromSeconds(2));
        foreach (var expected in new[] { 4, 5, 6, 7, 8, 8 })
        {
            Assert.Equal(expected, bench.Host.Running.Count);
            bench.Succeed(bench.Host.Running.First().Task);
        }

        Finish(bench);
        Assert.Equal(1, bench.ExitCode);
    }

    [Fact]
    public void A_used_up_quota_moves_the_run_to_the_fallback_and_the_preferred_one_is_taken_back_when_it_answers()
    {
        // FB2, FB4: a fallback was for ever, or never fired on quota errors.
        var bench = new RunBench(
            Plans.Of(Many(40, Primary, Second)), limits: new DriverLimits { MaxParallel = 1 });
        bench.End("t00", RunBench.Failed(FailureClass.QuotaExhausted));
        var recovery = bench.Journal.Events.OfType<RuntimeRecoveryScheduled>().Single();
        Assert.Equal(
            (RecoveryStrategy.FallBack, "opencode", "codex"), (recovery.Decision.Strategy, recovery.From, recovery.To));
        while (bench.Host.Started.Count < 6)
        {
            bench.Succeed(bench.Host.Running.First().Task);
        }

        // What was recorded ahead may still go to the one that failed; from then on nothing does.
        Assert.All(Runtimes(bench).Skip(3), r => Assert.Equal("codex", r));
        bench.Advance(TimeSpan.FromMinutes(5));
        while (Runtimes(bench).Last() != "opencode")
        {
            bench.Succeed(bench.Host.Running.First().Task);
        }

        var probes = Runtimes(bench).Count(r => r == "opencode");
        bench.Succeed(bench.Host.Running.First().Task);
        Assert.InRange(Runtimes(bench).Count(r => r == "opencode"), probes, probes + 1);
        while (bench.ExitCode is null)
        {
            bench.Succeed(bench.Host.Running.First().Task);
        }

        Assert.Equal("opencode", Runtimes(bench).Last());
        Assert.Equal(0, bench.ExitCode);
    }

    [Fact]
    public void Probes_of_a_preferred_runtime_that_is_out_come_after_5_10_20_40_and_60_minutes()
    {
        var bench = new RunBench(Plans.Of(Many(450, Primary, Second)), limits: new DriverLimits { MaxParallel = 1 });
        var gaps = new List<TimeSpan>();
        DateTimeOffset? last = null;
        while (gaps.Count < 6)
        {
            var attempt = bench.Host.Running.Single();
            if (bench.State.Find(attempt.Task)!.Runtime.Name == "opencode")
            {
                var now = bench.Time.GetUtcNow();
                if (last is { } before && now - before > TimeSpan.FromMinutes(1))
                {
                    gaps.Add(now - before);
                }

                last = now;
                bench.End(attempt.Task, RunBench.Failed(FailureClass.Auth));
                bench.Time.Advance(TimeSpan.FromSeconds(1));
            }
            else
            {
                bench.Time.Advance(TimeSpan.FromSeconds(30));
                bench.Succeed(attempt.Task);
            }
        }

        int[] meant = [5, 10, 20, 40, 60, 60];
        for (var i = 0; i < meant.Length; i++)
        {
            Assert.InRange(gaps[i].TotalMinutes, meant[i], meant[i] + 1.5);
        }
    }

    [Fact]
    public void A_failure_of_the_work_itself_never_falls_back()
    {
        var bench = new RunBench(Plans.Of(On("a", Primary, Second)));
        bench.Fail("a", FailureClass.TestFailure);
        Assert.Equal(["opencode"], Runtimes(bench));
        Assert.Equal(1, bench.ExitCode);
    }

    [Fact]
    public void Where_every_runtime_is_out_the_last_failure_ends_the_task_and_is_kept()
    {
        var bench = new RunBench(Plans.Of(On("a", Primary, Second)));
        bench.Fail("a", FailureClass.Auth);
        bench.Fail("a", FailureClass.Auth);
        Assert.Equal(["opencode", "codex"], Runtimes(bench));
        Assert.Equal(1, bench.ExitCode);
        Assert.Equal(FailureClass.Auth, bench.State.Find("a")!.Failure!.Class);
    }

    [Fact]
    public void A_breaker_opens_over_tasks_holds_the_rest_back_and_closes_by_probes()
    {
        var targets = new MemoryTargets();
        var bench = new RunBench(
            Plans.Of(Many(12, Api)), limits: new DriverLimits { MaxParallel = 1 }, targets: targets);
        while (targets.Ledger.View(Api.Target!, bench.Time.GetUtcNow())!.Metrics.Standing.State == BreakerState.Closed)
        {
            bench.Fail(bench.Host.Running.First().Task, FailureClass.Auth);
        }

        while (bench.Host.Running.Count > 0)
        {
            bench.Fail(bench.Host.Running.First().Task, FailureClass.Auth);
        }

        var started = bench.Host.Started.Count;
        Assert.InRange(started, 5, 7);
        Assert.Single(bench.Journal.Events.OfType<TargetBlocked>());
        Assert.Null(bench.ExitCode);
        bench.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(started, bench.Host.Started.Count);
        bench.Advance(TimeSpan.FromSeconds(2));
        Assert.True(bench.Journal.Events.OfType<AttemptStarted>().Last().Probe);
        while (bench.ExitCode is null)
        {
            if (bench.Host.Running.Count == 0)
            {
                bench.Advance(TimeSpan.FromSeconds(31));
            }

            bench.Succeed(bench.Host.Running.First().Task);
        }

        Assert.Equal(
            BreakerState.Closed, targets.Ledger.View(Api.Target!, bench.Time.GetUtcNow())!.Metrics.Standing.State);
    }

    [Fact]
    public void An_open_breaker_sends_attempts_to_the_fallback_and_says_why()
    {
        var targets = new MemoryTargets();
        for (var i = 0; i < 5; i++)
        {
            var permit = targets.Ledger.Ask(Primary.Target!, new AttemptId("x", 1), "other", DateTimeOffset.UnixEpoch);
            targets.Ledger.Report(
                Primary.Target!, new AttemptId("x", 1), "other", permit.Permit, FailureClass.Connection,
                new SimulatedNow().At);
        }

        var bench = new RunBench(Plans.Of(On("a", Primary, Second)), targets: targets);
        var started = bench.Journal.Events.OfType<AttemptStarted>().Single();
        Assert.Equal(("codex", "opencode"), (started.Runtime, started.InsteadOf));
        Assert.Contains("breaker", started.Because, StringComparison.Ordinal);
        bench.Succeed("a");
        Assert.Equal(0, bench.ExitCode);
    }

    [Fact]
    public void Retries_inside_the_breaker_count_once_by_their_final_result()
    {
        var targets = new MemoryTargets();
        var bench = new RunBench(Plans.Of(On("a", Api)), targets: targets);
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            bench.Fail("a", FailureClass.Connection);
            bench.Advance(TimeSpan.FromSeconds(61));
        }

        Assert.Equal(1, bench.ExitCode);
        var counts = targets.Ledger.View(Api.Target!, bench.Time.GetUtcNow())!.Metrics.Counts;
        Assert.Equal((1, 0), (counts[BreakerEventKind.Failure], counts[BreakerEventKind.Success]));
    }

    [Fact]
    public void A_throttle_that_another_run_was_told_is_waited_for_here_too()
    {
        var targets = new MemoryTargets();
        var now = new SimulatedNow().At;
        targets.Ledger.Throttle(Api.Target!, new AttemptId("x", 1), "other", now.AddSeconds(40), "told 40 s", now);
        var bench = new RunBench(Plans.Of(On("a", Api)), targets: targets);
        Assert.Empty(bench.Host.Started);
        Assert.Equal("told 40 s", bench.Journal.Events.OfType<TargetBlocked>().Single().Detail);
        bench.Advance(TimeSpan.FromSeconds(41));
        Assert.Single(bench.Host.Started);
    }

    [Fact]
    public void With_no_wait_a_driver_leaves_a_blocked_target_and_says_what_it_waits_for()
    {
        var targets = new MemoryTargets();
        var now = new SimulatedNow().At;
        targets.Ledger.Throttle(Api.Target!, new AttemptId("x", 1), "other", now.AddHours(3), "told 3 h", now);
        var bench = new RunBench(
            Plans.Of(On("a", Api)), limits: new DriverLimits { NoWait = true }, targets: targets);
        Assert.Equal(Holdfast.Runs.ExitCodes.Waiting, bench.ExitCode);
        Assert.Contains("told 3 h", bench.State.WaitingFor!.Why, StringComparison.Ordinal);
        Assert.Equal(now.AddHours(3), bench.State.WaitingFor.Until);
    }

    [Fact]
    public void What_a_snapshot_holds_of_targets_and_outages_is_taken_up()
    {
        var spec = Plans.Of(Many(9, Primary, Second));
        var bench = new RunBench(spec, limits: new DriverLimits { MaxParallel = 2 });
        bench.End(bench.Host.Running.First().Task, RunBench.Failed(FailureClass.Auth));
        bench.End(bench.Host.Running.Last().Task, Throttled(TimeSpan.FromMinutes(2)));
        var state = bench.State;
        var restored = RunSnapshot.Read(spec, RunSnapshot.Write(state));
        Assert.Equal(RunSnapshot.Write(state), RunSnapshot.Write(restored));
        Assert.Equal(state.Outages, restored.Outages);
        Assert.Equal(
            state.Targets.Select(t => (t.Key, t.Value.BlockedUntil, t.Value.Limit, t.Value.Open)).Order(),
            restored.Targets.Select(t => (t.Key, t.Value.BlockedUntil, t.Value.Limit, t.Value.Open)).Order());
    }

    private static void Finish(RunBench bench)
    {
        for (var i = 0; i < 1_000 && bench.ExitCode is null; i++)
        {
            if (bench.Host.Running.Count == 0)
            {
                bench.Advance(TimeSpan.FromSeconds(30));
            }
            else
            {
                bench.Succeed(bench.Host.Running.First().Task);
            }
        }
    }

    // The moment at which every bench begins.
    private sealed class SimulatedNow
    {
        internal DateTimeOffset At { get; } = new Holdfast.Testing.Simulation.SimulatedTime().GetUtcNow();
    }
}
