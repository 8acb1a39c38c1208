using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Tests.Runs;

/// <summary>What follows an end, what is waited for, and what is said of it.</summary>
public sealed class DecisionTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(Effect.Repeatable, RecoveryStrategy.Wait, "it was interrupted; it runs again when the run is resumed")]
    [InlineData(Effect.Keyed, RecoveryStrategy.Wait, "it was interrupted; it runs again when the run is resumed")]
    [InlineData(Effect.Reconcile, RecoveryStrategy.Reconcile,
        "it was interrupted and may have happened, so it is asked")]
    public void An_interrupted_attempt_spends_nothing_and_is_made_again_at_once(
        Effect effect, RecoveryStrategy strategy, string reason)
    {
        var bench = new RunBench(Plans.Of("a".With(effect)));
        bench.Interrupt();
        bench.Fail("a", FailureClass.Cancelled, EndedBy.Interrupt);
        var scheduled = bench.Journal.Events.OfType<RuntimeRecoveryScheduled>().Single();
        var decision = scheduled.Decision;
        Assert.Equal((strategy, reason, 1, 2), (
            decision.Strategy, decision.Reason, decision.Attempt, decision.OfAttempts));
        Assert.Equal((effect == Effect.Keyed, (DateTimeOffset?)bench.Time.GetUtcNow(), TimeSpan.Zero), (
            decision.SameKey, decision.Until, decision.Delay));
        Assert.Equal(("command", "command"), (scheduled.From, scheduled.To));
        var next = bench.Journal.Events.OfType<TaskRetryRequested>().SingleOrDefault();
        Assert.Equal(strategy == RecoveryStrategy.Reconcile ? null : 2, next?.NextAttempt);
    }

    [Fact]
    public void An_interrupted_attempt_that_must_not_happen_twice_is_held_for_a_person()
    {
        var bench = new RunBench(Plans.Of("a".With(Effect.Once)));
        bench.Interrupt();
        bench.Fail("a", FailureClass.Cancelled, EndedBy.Interrupt);
        Assert.Equal(
            new TaskHeld(FailureClass.OutcomeUnknown, "it was interrupted and may have happened; a person decides"),
            bench.Journal.Events.OfType<TaskHeld>().Single() with { Task = null, At = default });
    }

    [Theory]
    [InlineData(StopCause.Cancel, EndedBy.Cancel, TaskStage.Cancelled, "cancelled by bench")]
    [InlineData(StopCause.Cancel, EndedBy.Interrupt, TaskStage.Cancelled, "cancelled by bench")]
    [InlineData(StopCause.OnFailure, EndedBy.Cancel, TaskStage.Cancelled,
        "task \"z\" failed, and says on-failure: stop")]
    [InlineData(StopCause.Deadline, EndedBy.Cancel, TaskStage.Failed, "the run's deadline of 1h has passed")]
    [InlineData(StopCause.Deadline, EndedBy.Interrupt, TaskStage.Failed, "the run's deadline of 1h has passed")]
    [InlineData(StopCause.Deadline, EndedBy.RunDeadline, TaskStage.Failed, "the run's deadline of 1h has passed")]
    [InlineData(StopCause.Cancel, EndedBy.Itself, TaskStage.Failed,
        "connection: not tried again, since cancelled by bench")]
    public void What_is_ended_by_a_stop_says_which_and_what_failed_by_itself_says_so(
        StopCause cause, EndedBy by, TaskStage stage, string reason)
    {
        var bench = new RunBench(
            Plans.Of(Plans.Task("a"), Plans.Task("z") with { StopsRunOnFailure = true }), deadline: Hour);
        switch (cause)
        {
            case StopCause.Cancel:
                bench.Steer(SteeringCommand.Cancel);
                break;
            case StopCause.OnFailure:
                bench.Fail("z");
                break;
            default:
                bench.Advance(Hour);
                break;
        }

        bench.Fail("a", by == EndedBy.Itself ? FailureClass.Connection : FailureClass.Cancelled, by);
        Assert.Equal((stage, reason), (bench["a"], bench.State.Find("a")!.Reason));
        Assert.Equal(cause, bench.State.Stopping?.Cause);
    }

    [Fact]
    public void What_fails_for_good_while_the_run_is_stopped_keeps_its_own_reason()
    {
        var bench = new RunBench(Plans.Of("a"));
        bench.Steer(SteeringCommand.Cancel);
        bench.Fail("a", FailureClass.TestFailure);
        Assert.Equal("test_failure does not pass by itself", bench.State.Find("a")!.Reason);
    }

    [Fact]
    public void An_attempt_that_was_ended_alone_is_cancelled_and_the_run_goes_on()
    {
        var bench = new RunBench(Plans.Of("a", "b"));
        bench.Fail("a", FailureClass.Cancelled, EndedBy.Cancel);
        Assert.Equal((TaskStage.Cancelled, "it was cancelled"), (bench["a"], bench.State.Find("a")!.Reason));
        Assert.Null(bench.State.Stopping);
        bench.Succeed("b");
        Assert.Equal(ExitCodes.Failed, bench.ExitCode);
    }

    [Fact]
    public void A_recovery_names_the_runtimes_and_when_the_next_attempt_may_start()
    {
        var api = new RuntimeChoice("api", "api.test");
        var bench = new RunBench(Plans.Of(Plans.Task("a") with { Runtimes = [api] }));
        bench.Fail("a", FailureClass.Connection);
        var scheduled = bench.Journal.Events.OfType<RuntimeRecoveryScheduled>().Single();
        Assert.Equal(("api", "api", "a", 1), (scheduled.From, scheduled.To, scheduled.Task, scheduled.Attempt));
        var next = bench.Journal.Events.OfType<TaskRetryRequested>().Single();
        Assert.Equal((2, "a", 0), (next.NextAttempt, next.Task, next.Attempt));
        Assert.Equal(scheduled.Decision.Until, next.NotBefore);
        Assert.Equal(bench.State.Find("a")!.WakeAt, bench.NextStepAt);
    }

    [Fact]
    public void A_missing_checkpoint_is_waited_for_as_long_as_its_task_says()
    {
        var bench = new RunBench(Plans.Of(Plans.Task("a") with { Checkpoints = ["x", "y"], CheckpointWait = Hour }));
        bench.Complete("a", "x");
        bench.Succeed("a");
        var waiting = bench.Journal.Events.OfType<TaskWaiting>().Single();
        Assert.Equal(
            ("checkpoint \"y\" is missing; the attempt stays open for it", bench.Time.GetUtcNow() + Hour, 1),
            (waiting.Why, waiting.Until, waiting.Attempt));
        Assert.Equal(waiting.Until, bench.State.WaitingFor?.Until);
        bench.Restart(Hour);
        Assert.Equal("checkpoint \"y\" was not completed in time", bench.State.Find("a")!.Reason);
    }

    [Fact]
    public void Nobody_who_approved_in_time_is_said_so()
    {
        var bench = new RunBench(Plans.Of(Plans.Task("ok") with { Approval = Hour }));
        Assert.Equal("a person has to approve", bench.State.Find("ok")!.Reason);
        Assert.Equal(bench.Time.GetUtcNow() + Hour, bench.State.Find("ok")!.DueAt);
        bench.Restart(Hour - TimeSpan.FromTicks(1));
        Assert.Equal(TaskStage.Waiting, bench["ok"]);
        bench.Restart(TimeSpan.FromTicks(1));
        Assert.Equal((TaskStage.Failed, "nobody approved in time"), (bench["ok"], bench.State.Find("ok")!.Reason));
    }

    [Theory]
    [InlineData(30, 1)]
    [InlineData(1, 30)]
    public void The_next_step_is_due_at_the_first_of_wait_and_deadline(int waitMinutes, int deadlineMinutes)
    {
        var bench = new RunBench(Plans.Of("a"), deadline: TimeSpan.FromMinutes(deadlineMinutes));
        var begun = bench.Time.GetUtcNow();
        Assert.Equal(begun.AddMinutes(deadlineMinutes), bench.NextStepAt);
        bench.End("a", RunBench.Failed(
            FailureClass.RateLimited, told: new ToldDelay(TimeSpan.FromMinutes(waitMinutes), null)));
        Assert.Equal(begun.AddMinutes(Math.Min(waitMinutes, deadlineMinutes)), bench.NextStepAt);
        bench.Steer(SteeringCommand.Pause);
        Assert.Equal(begun.AddMinutes(deadlineMinutes), bench.NextStepAt);
        bench.Steer(SteeringCommand.Unpause);
        bench.Steer(SteeringCommand.Cancel);
        Assert.Null(bench.NextStepAt);
    }

    [Fact]
    public void Without_wait_or_deadline_nothing_is_due()
    {
        var bench = new RunBench(Plans.Of("a"));
        Assert.Null(bench.NextStepAt);
        bench.Succeed("a");
        Assert.Null(bench.NextStepAt);
    }

    [Fact]
    public void What_goes_to_a_target_is_not_recorded_ahead()
    {
        var api = new RuntimeChoice("api", "api.test");
        var bench = new RunBench(
            Plans.Of([.. "abcd".Select(c => new TaskSpec($"{c}") { Runtimes = [api] }), Plans.Task("z")]),
            limits: new() { MaxParallel = 2 });
        Assert.Equal(["a", "b"], bench.Journal.Events.OfType<AttemptStarted>().Select(e => e.Task));
        Assert.Equal(["api.test", "api.test"], bench.Journal.Events.OfType<AttemptStarted>().Select(e => e.Target));
    }

    [Fact]
    public void What_blocks_a_task_is_named_once_and_twenty_names_are_the_most()
    {
        var roots = Enumerable.Range(10, 25).Select(i => $"t{i}").ToArray();
        var bench = new RunBench(
            Plans.Of([.. roots, "b: " + string.Join(' ', roots), "c: t10 t11", "d: c t10 t11 t12"]),
            limits: new() { MaxParallel = 30 });
        foreach (var root in roots)
        {
            if (root == "t12")
            {
                bench.Succeed(root);
            }
            else
            {
                bench.Fail(root, FailureClass.TestFailure);
            }
        }

        Assert.Equal(roots.Where(r => r != "t12").Take(20), bench.State.Find("b")!.BlockedBy);
        Assert.Equal(["t10", "t11"], bench.State.Find("c")!.BlockedBy);
        Assert.Equal(["t10", "t11"], bench.State.Find("d")!.BlockedBy);
    }

    [Fact]
    public void A_skipped_task_says_what_did_not_fail()
    {
        var bench = new RunBench(Plans.Of(Plans.Task("a"), "b: a".WhenFailed("a")));
        bench.Succeed("a");
        Assert.Equal((TaskStage.Skipped, "task \"a\" did not fail"), (bench["b"], bench.State.Find("b")!.Reason));
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
    }

    [Fact]
    public void What_is_to_be_recorded_of_several_tasks_is_recorded_in_the_order_of_the_plan()
    {
        var host = new ScriptedHost { Items = { ["f"] = Plans.Items("1"), ["g"] = Plans.Items("1") } };
        var bench = new RunBench(
            Plans.Of("f".FanOut(), "g".FanOut(), "h".With(Effect.Once), "i".With(Effect.Once), Plans.Task("a"),
                Plans.Task("b"), Plans.Task("x: a"), Plans.Task("y: a")),
            host, new() { MaxParallel = 9 });
        bench.SucceedTogether("g[1]", "f[1]");
        Assert.Equal(["f", "g"], Tasks<TaskSucceeded>());
        var at = bench.Time.GetUtcNow();
        foreach (var task in new[] { "b", "a", "i", "h" })
        {
            bench.Journal.Append(new AttemptFailed(new Outcome { ExitCode = 1 }) { Task = task, Attempt = 1 }, at);
        }

        host.Reexamined = RunBench.Failed(FailureClass.TestFailure);
        bench.Restart();
        Assert.Equal(["h", "i", "a", "b"], Tasks<RuntimeErrorClassified>());
        Assert.Equal(["h", "i", "a", "b"], Tasks<TaskFailed>());
        Assert.Equal(["x", "y"], Tasks<TaskBlocked>());

        IEnumerable<string?> Tasks<T>() => bench.Journal.Events.Where(e => e is T).Select(e => e.Task);
    }

    [Theory]
    [InlineData(NotifyOn.Failed, true)]
    [InlineData(NotifyOn.Done, true)]
    [InlineData(NotifyOn.Waiting, false)]
    public void A_run_that_failed_as_a_whole_is_told_of_as_failed_with_the_numbers(NotifyOn on, bool told)
    {
        var bench = new RunBench(
            Plans.Of([.. Enumerable.Range(10, 12).Select(i => Plans.Task($"t{i}") with { Retry = RetryTable.None })]),
            limits: new() { MaxParallel = 12, NotifyOn = [on] });
        for (var i = 10; i < 22; i++)
        {
            bench.Fail($"t{i}", FailureClass.Connection);
        }

        Assert.Equal(ExitCodes.Infrastructure, bench.ExitCode);
        const string Why = "12 of 12 tasks failed for infrastructure classes";
        Assert.Equal(Why, bench.State.Ended!.Why);
        Assert.Equal(told ? [(on, Why)] : [], bench.Host.Notified);
        var detected = bench.Journal.Events.OfType<MassFailureDetected>().Single();
        Assert.Equal((10, 12), (detected.Failed, detected.Of));
    }

    [Fact]
    public void Items_are_recorded_in_pieces_by_number_and_by_length()
    {
        var many = Enumerable.Range(0, TaskExpanded.MaxItems + 1).Select(i => new FanOutItem($"{i}", $"{i}")).ToArray();
        Assert.Equal([TaskExpanded.MaxItems, 1], Pieces(many));
        var half = TaskExpanded.MaxCharacters / 2;
        Assert.Equal([2, 1], Pieces([Long("a", half), Long("b", half), Long("c", half)]));
        Assert.Equal([1], Pieces([Long("a", TaskExpanded.MaxCharacters)]));

        static FanOutItem Long(string label, int length) => new(label, new string('v', length - 1));

        static int[] Pieces(FanOutItem[] items)
        {
            var host = new ScriptedHost { Items = { ["f"] = new Expansion(items, Warning: "odd") } };
            var bench = new RunBench(Plans.Of("f".FanOut()), host);
            var events = bench.Journal.Events.OfType<TaskExpanded>().ToArray();
            Assert.Equal(items, events.SelectMany(e => e.Items));
            Assert.Equal([.. events.Skip(1).Select(_ => true), false], events.Select(e => e.More));
            Assert.Equal([.. events.Skip(1).Select(_ => (string?)null), "odd"], events.Select(e => e.Warning));
            return [.. events.Select(e => e.Items.Count)];
        }
    }

    [Fact]
    public void Of_an_item_that_is_too_long_the_beginning_is_shown()
    {
        var host = new ScriptedHost
        {
            Items = { ["f"] = new([new(new string('l', 50), new string('v', TaskExpanded.MaxCharacters))]) },
        };
        var bench = new RunBench(Plans.Of("f".FanOut()), host);
        Assert.Equal(
            $"its item \"{new string('l', 40)}…\" is over 1048576 characters; put it into a file, and name the file",
            bench.State.Find("f")!.Reason);
        Assert.Equal(FailureClass.InvalidInput, bench.Journal.Events.OfType<TaskFailed>().Single().Class);
    }

    [Fact]
    public void An_item_that_another_task_is_called_by_is_refused()
    {
        var host = new ScriptedHost { Items = { ["f"] = Plans.Items("1") } };
        var bench = new RunBench(Plans.Of("f".FanOut(), Plans.Task("f[1]")), host);
        Assert.Equal(
            "two of its instances would be called \"f[1]\"; name each item once", bench.State.Find("f")!.Reason);
    }
}
