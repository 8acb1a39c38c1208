using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;

namespace Holdfast.Tests.Runs;

/// <summary>A person who mended the cause ends waits, and nobody else does.</summary>
public sealed class LiftTests
{
    private const string Target = "api.test";
    private static readonly RuntimeChoice Api = new("api", Target);
    private static readonly RuntimeChoice Primary = new("opencode", "opencode × glm × 1");
    private static readonly RuntimeChoice Second = new("codex", "codex × gpt × 2");

    private static TaskSpec On(string text, params RuntimeChoice[] runtimes) =>
        Plans.Task(text) with { Runtimes = runtimes };

    private static RunSpec Many(int count, params RuntimeChoice[] runtimes) =>
        Plans.Of([.. Enumerable.Range(0, count).Select(i => On($"t{i}", runtimes))]);

    private static AttemptEnd Told(FailureClass kind, TimeSpan wait) =>
        RunBench.Failed(kind, told: new ToldDelay(wait, null));

    private static IEnumerable<string> Lifts(RunBench bench) =>
        bench.Journal.Events.OfType<TargetUnblocked>().Select(e => $"{e.Target} by {e.By}");

    private static IEnumerable<string> Hurried(RunBench bench) =>
        bench.Journal.Events.OfType<TaskWaitEnded>().Select(e => $"{e.Task} by {e.By}");

    [Fact]
    public void A_task_that_waits_for_its_next_attempt_is_tried_now_and_what_it_spent_stays_spent()
    {
        var bench = new RunBench(Plans.Of("a"));
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            bench.Fail("a", FailureClass.Connection);
            Assert.Equal(attempt, bench.Host.Started.Count);
            var answer = bench.Steer(SteeringCommand.Retry, ["a"]);
            Assert.Equal((true, "task \"a\" is tried now", 1), (answer.Accepted, answer.Message, answer.SetGoing));
            Assert.Equal(attempt + 1, bench.Host.Started.Count);
        }

        // Three retries are the policy's, whoever cut the waits before them short.
        bench.Fail("a", FailureClass.Connection);
        Assert.Equal((1, 4), (bench.ExitCode, bench.Host.Started.Count));
        Assert.Equal(["a by bench", "a by bench", "a by bench"], Hurried(bench));
        Assert.Empty(bench.Journal.Events.OfType<TaskReopened>());
        bench.RetryUndriven("a");
        bench.Restart();
        Assert.Equal(5, bench.Host.Started.Count);
    }

    [Fact]
    public void A_parked_task_goes_on_at_once_and_its_target_counts_as_free_to_be_asked()
    {
        var targets = new MemoryTargets();
        var bench = new RunBench(Plans.Of(On("a", Api)), targets: targets);
        bench.End("a", Told(FailureClass.QuotaExhausted, TimeSpan.FromDays(3)));
        Assert.Equal(TaskStage.Parked, bench["a"]);
        bench.Advance(TimeSpan.FromDays(1));
        Assert.Single(bench.Host.Started);
        Assert.True(bench.Steer(SteeringCommand.Retry, ["a"]).Accepted);
        Assert.Equal(2, bench.Host.Started.Count);
        Assert.Equal(["api.test by bench"], Lifts(bench));
        Assert.Null(targets.Ledger.View(Target, bench.Time.GetUtcNow())!.ThrottledUntil);

        // What the target says after that holds again.
        bench.End("a", Told(FailureClass.QuotaExhausted, TimeSpan.FromHours(8)));
        bench.Advance(TimeSpan.FromHours(7));
        Assert.Equal((TaskStage.Parked, 2), (bench["a"], bench.Host.Started.Count));
    }

    [Fact]
    public void A_retry_frees_the_target_for_the_run_and_ends_the_wait_of_no_task_but_those_it_names()
    {
        var bench = new RunBench(Many(5, Api), limits: new DriverLimits { MaxParallel = 2 });
        bench.End("t0", Told(FailureClass.RateLimited, TimeSpan.FromMinutes(50)));
        bench.End("t1", Told(FailureClass.RateLimited, TimeSpan.FromMinutes(50)));
        Assert.Equal(2, bench.Host.Started.Count);
        bench.Steer(SteeringCommand.Retry, ["t1"]);
        Assert.Equal(["t1 by bench"], Hurried(bench));
        Assert.Equal(TaskStage.Retrying, bench["t0"]);
        for (var i = 0; i < 4; i++)
        {
            bench.Succeed(bench.Host.Running.First().Task);
        }

        Assert.Equal((TaskStage.Retrying, 1), (bench["t0"], bench.State.UnendedTasks));
    }

    [Fact]
    public void A_target_that_may_be_asked_sets_all_going_that_waits_for_it_and_nothing_else()
    {
        var bench = new RunBench(
            Plans.Of(On("a", Api), On("b", Api), On("c", Api), Plans.Task("other")),
            limits: new DriverLimits { MaxParallel = 4 });
        bench.Fail("other", FailureClass.Connection);
        bench.End("a", Told(FailureClass.RateLimited, TimeSpan.FromHours(2)));
        bench.Fail("b", FailureClass.Unavailable);
        bench.Fail("c", FailureClass.ResourceContention);
        var answer = bench.Unblock(Target);
        Assert.Equal(
            (true, "api.test is asked again, and 2 tasks go on", 2),
            (answer.Accepted, answer.Message, answer.SetGoing));
        Assert.Equal(["a by bench", "b by bench"], Hurried(bench).Order());
        Assert.Equal((TaskStage.Retrying, TaskStage.Retrying), (bench["c"], bench["other"]));
        Assert.Contains(bench.Host.Running, r => r.Task is "a" or "b");
        Assert.Equal("nothing waits for nobody", bench.Unblock("nobody").Message);
        Assert.Single(Lifts(bench));
    }

    [Fact]
    public void A_ready_task_that_another_run_holds_back_is_sent_when_a_person_says_so()
    {
        var targets = new MemoryTargets();
        var now = new Holdfast.Testing.Simulation.SimulatedTime().GetUtcNow();
        targets.Ledger.Throttle(Target, new AttemptId("x", 1), "other", now.AddHours(3), "told 3 h", now);
        var bench = new RunBench(Many(3, Api), targets: targets, limits: new DriverLimits { MaxParallel = 1 });
        Assert.Empty(bench.Host.Started);
        Assert.Equal(1, bench.Steer(SteeringCommand.Retry, ["t1"]).SetGoing);
        Assert.Single(bench.Host.Started);
        Assert.Equal(["api.test by bench"], Lifts(bench));
        Assert.Empty(Hurried(bench));
        Assert.Null(targets.Ledger.View(Target, bench.Time.GetUtcNow())!.ThrottledUntil);
    }

    [Fact]
    public void An_open_breaker_is_asked_by_a_probe_after_a_retry_and_by_everybody_after_a_reset()
    {
        foreach (var isReset in new[] { false, true })
        {
            var targets = new MemoryTargets();
            var bench = new RunBench(Many(9, Api), limits: new DriverLimits { MaxParallel = 1 }, targets: targets);
            while (bench.Host.Running.Count > 0)
            {
                bench.Fail(bench.Host.Running.First().Task, FailureClass.Auth);
            }

            var started = bench.Host.Started.Count;
            if (isReset)
            {
                targets.Ledger.Reset(Target, "bench", bench.Time.GetUtcNow());
            }

            var answer = isReset ? bench.Unblock(Target) : bench.Steer(SteeringCommand.Retry, ["t8"]);
            Assert.Equal(isReset ? 9 - started : 1, answer.SetGoing);
            Assert.Equal(started + 1, bench.Host.Started.Count);
            Assert.Equal(!isReset, bench.Journal.Events.OfType<AttemptStarted>().Last().Probe);
        }
    }

    [Fact]
    public void What_failed_of_its_target_is_tried_again_at_once_too()
    {
        var targets = new MemoryTargets(new BreakerSettings { Failures = 1, Jitter = TimeSpan.Zero });
        var bench = new RunBench(Plans.Of(On("a", Api)), targets: targets);
        bench.Fail("a", FailureClass.Auth);
        Assert.Equal(1, bench.ExitCode);
        Assert.True(bench.RetryUndriven("a").Accepted);
        bench.Restart();
        Assert.Equal(2, bench.Host.Started.Count);
        bench.Fail("a", FailureClass.TestFailure);
        bench.RetryUndriven("a");
        Assert.Single(Lifts(bench));
    }

    [Fact]
    public void What_was_said_while_nobody_drove_is_taken_up_and_what_the_target_told_since_stands()
    {
        var targets = new MemoryTargets();
        var bench = new RunBench(Many(2, Api), targets: targets, limits: new DriverLimits { MaxParallel = 1 });
        bench.End("t0", Told(FailureClass.RateLimited, TimeSpan.FromHours(4)));
        Assert.Equal(2, bench.UnblockUndriven(Target).SetGoing);
        bench.Restart(TimeSpan.FromMinutes(5));
        Assert.Equal(2, bench.Host.Started.Count);
        bench.End(bench.Host.Running.Single().Task, Told(FailureClass.RateLimited, TimeSpan.FromHours(4)));

        Assert.Equal(2, bench.UnblockUndriven(Target).SetGoing);
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        var now = bench.Time.GetUtcNow();
        targets.Ledger.Throttle(Target, new AttemptId("x", 1), "other", now.AddHours(9), "told 9 h", now);
        bench.Restart(TimeSpan.FromMinutes(5));
        Assert.Equal(2, bench.Host.Started.Count);
        Assert.Equal("told 9 h", bench.Journal.Events.OfType<TargetBlocked>().Last().Detail);
    }

    [Fact]
    public void A_snapshot_keeps_what_was_said_until_it_is_acted_on()
    {
        var spec = Many(2, Api);
        var bench = new RunBench(spec, limits: new DriverLimits { MaxParallel = 1 });
        bench.End("t0", Told(FailureClass.RateLimited, TimeSpan.FromHours(4)));
        bench.UnblockUndriven(Target);
        var state = bench.Journal.Fold(spec);
        var restored = RunSnapshot.Read(spec, RunSnapshot.Write(state));
        Assert.Equal(state.Targets[Target].Lift, restored.Targets[Target].Lift);
        Assert.Equal(("bench", null), (restored.Targets[Target].Lift!.By, restored.Targets[Target].BlockedUntil));
        Assert.Equal(RunSnapshot.Write(state), RunSnapshot.Write(restored));
        bench.Restart();
        Assert.Null(bench.State.Targets[Target].Lift);
    }

    [Fact]
    public void Waits_that_a_person_cuts_short_do_not_use_up_the_patience_of_the_run()
    {
        // Unused hours of hourly probes would add up to max-wait, and the task be held for having waited.
        var bench = new RunBench(Plans.Of("a"));
        for (var i = 0; i < 20; i++)
        {
            bench.Fail("a", FailureClass.QuotaExhausted);
            bench.Advance(TimeSpan.FromMinutes(1));
            Assert.Equal(TaskStage.Parked, bench["a"]);
            Assert.True(bench.Steer(SteeringCommand.Retry, ["a"]).Accepted);
        }

        Assert.Equal(
            (TimeSpan.FromMinutes(20), 20), (bench.State.Find("a")!.Tally.FreeWaited, bench.State.Find("a")!.Tally
                .FreeWaits));
    }

    [Fact]
    public void A_runtime_that_was_left_is_probed_at_once_when_its_target_may_be_asked()
    {
        var bench = new RunBench(Many(9, Primary, Second), limits: new DriverLimits { MaxParallel = 1 });
        bench.Fail("t0", FailureClass.QuotaExhausted);
        while (bench.State.Find(bench.Host.Running.Single().Task)!.Runtime.Name != "codex")
        {
            bench.Succeed(bench.Host.Running.Single().Task);
        }

        Assert.Equal(0, bench.Unblock(Primary.Target!).SetGoing);
        bench.Succeed(bench.Host.Running.Single().Task);
        Assert.Equal("opencode", bench.Journal.Events.OfType<AttemptStarted>().Last().Runtime);
        bench.Succeed(bench.Host.Running.Single().Task);
        Assert.Empty(bench.State.Outages);
    }

    [Fact]
    public void A_paused_run_starts_nothing_and_says_so()
    {
        var bench = new RunBench(Plans.Of(On("a", Api)));
        bench.End("a", Told(FailureClass.RateLimited, TimeSpan.FromHours(1)));
        bench.Steer(SteeringCommand.Pause);
        Assert.EndsWith("until it is unpaused", bench.Steer(SteeringCommand.Retry, ["a"]).Message);
        Assert.Single(bench.Host.Started);
        bench.Steer(SteeringCommand.Unpause);
        Assert.Equal(2, bench.Host.Started.Count);
    }

    [Fact]
    public void Of_a_fan_out_the_instances_go_on_that_wait_or_failed()
    {
        var host = new ScriptedHost();
        host.Items["f"] = Plans.Items("x", "y", "z");
        var bench = new RunBench(Plans.Of("f".FanOut()), host);
        bench.Fail("f[x]", FailureClass.Connection);
        bench.Fail("f[y]");
        var answer = bench.Steer(SteeringCommand.Retry, ["f"]);
        Assert.Equal(
            ("task \"f[y]\" runs again, task \"f[x]\" is tried now", 2), (answer.Message, answer.SetGoing));
        Assert.Equal(["f[x]", "f[y]", "f[z]"], bench.Host.Running.Select(r => r.Task).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_held_for_its_target_alone_goes_on_by_the_same_words(bool isReset)
    {
        var bench = new RunBench(Plans.Of(On("a", Api) with { Effect = Effect.Once }));
        while (bench["a"] != TaskStage.Held)
        {
            bench.Fail("a", FailureClass.QuotaExhausted);
            bench.Advance(TimeSpan.FromHours(1));
        }

        var started = bench.Host.Started.Count(s => s.Task == "a");
        var answer = isReset ? bench.Unblock(Target) : bench.Steer(SteeringCommand.Retry, ["a"]);
        Assert.Equal((true, 1), (answer.Accepted, answer.SetGoing));
        Assert.Equal(started + 1, bench.Host.Started.Count(s => s.Task == "a"));

        // Throttled into a time limit it may have happened: that is nothing about its target alone.
        bench.Fail("a", FailureClass.RateLimited, EndedBy.HardTimeout);
        Assert.Equal(TaskStage.Held, bench["a"]);
        Assert.StartsWith("task \"a\" is held; decide", bench.Steer(SteeringCommand.Retry, ["a"]).Message);
        bench.Unblock(Target);
        Assert.Equal(TaskStage.Held, bench["a"]);
    }

    [Theory]
    [InlineData(Effect.Once)]
    [InlineData(Effect.Reconcile)]
    public void No_wait_stands_between_a_doubt_and_its_answer_so_no_retry_goes_past_it(Effect effect)
    {
        var bench = new RunBench(Plans.Of("a".With(effect)));
        bench.Fail("a", FailureClass.Timeout, EndedBy.HardTimeout);
        var answer = bench.Steer(SteeringCommand.Retry, ["a"]);
        Assert.False(answer.Accepted);
        Assert.Single(bench.Host.Started);
        Assert.Empty(Hurried(bench));
    }

    [Fact]
    public void What_neither_failed_nor_waits_is_refused_and_a_wait_is_named_where_nothing_failed()
    {
        var bench = new RunBench(Plans.Of("a", "b: a", "c"), limits: new DriverLimits { MaxParallel = 2 });
        bench.Fail("a", FailureClass.Connection);
        Refused("b", "task \"b\" waits for what it needs; only what failed, or waits for a time or a target, is tried");
        Refused("c", "task \"c\" is running; only what failed, or waits for a time or a target, is tried again");
        var none = bench.Steer(SteeringCommand.Retry);
        Assert.Equal((false, 11), (none.Accepted, none.ExitCode));
        Assert.EndsWith("`holdfast retry bench a`", none.Message);
        Assert.Equal(2, bench.Unblock("").ExitCode);

        void Refused(string task, string why) =>
            Assert.StartsWith(why, bench.Steer(SteeringCommand.Retry, [task]).Message);
    }

    [Fact]
    public void A_request_that_is_asked_again_is_carried_out_once_and_gives_the_same_answer()
    {
        var bench = new RunBench(Plans.Of("a"));
        bench.Fail("a", FailureClass.Connection);
        var one = bench.Steer(SteeringCommand.Retry, ["a"], id: "q");
        bench.Fail("a", FailureClass.Connection);
        Assert.Equal(one, bench.Steer(SteeringCommand.Retry, ["a"], id: "q"));
        Assert.Equal(2, bench.Host.Started.Count);
        Assert.Single(Hurried(bench));
    }
}
