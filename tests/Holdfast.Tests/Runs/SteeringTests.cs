using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Tests.Runs;

/// <summary>Cancel, pause, resolve, interrupt.</summary>
public sealed class SteeringTests
{
    [Fact]
    public void Cancel_is_final()
    {
        var bench = new RunBench(Plans.Of(Plans.Task("a"), Plans.Task("b: a"), "c".Always(), "d: c".Always()));
        Assert.True(bench.Steer(SteeringCommand.Cancel).Accepted);
        Assert.All(bench.Host.Stopped, s => Assert.Equal(EndedBy.Cancel, s.Reason));
        bench.Fail("a", FailureClass.Cancelled, EndedBy.Cancel);
        bench.Fail("c", FailureClass.Cancelled, EndedBy.Cancel);
        Assert.Equal((RunStatus.Cancelled, (int?)ExitCodes.Interrupted), (bench.State.Status, bench.ExitCode));
        Assert.Equal(TaskStage.Cancelled, bench["d"]);
        bench.Restart();
        foreach (var command in new[] { SteeringCommand.Retry, SteeringCommand.Cancel, SteeringCommand.Pause })
        {
            var answer = bench.Steer(command);
            Assert.Equal((false, ExitCodes.Conflict), (answer.Accepted, answer.ExitCode));
        }
    }

    // SM9, seed 65 and 28 others: of a receipt and what follows it, a crash kept the receipt alone. Seen again, the
    // request was answered as carried out, and nothing of it was.
    [Theory]
    [InlineData(SteeringCommand.Cancel)]
    [InlineData(SteeringCommand.Pause)]
    [InlineData(SteeringCommand.Retry)]
    public void A_receipt_is_recorded_after_what_was_ordered(SteeringCommand command)
    {
        var state = new RunState(Plans.Of("a", "b"));
        state.Apply(new TaskFailed(FailureClass.BuildFailure, "no") { Task = "a" }, 2);
        var (answer, events) = Steering.Apply(state, new SteeringRequest("r1", command, "me"));
        Assert.True(answer.Accepted);
        Assert.IsType<RequestReceived>(events[^1]);
        Assert.Single(events.OfType<RequestReceived>());

        // All but the receipt survived: the order stands, and whoever asks again is answered by what is there.
        for (var i = 0; i < events.Count - 1; i++)
        {
            state.Apply(events[i], 3 + i);
        }

        Assert.True(command switch
        {
            SteeringCommand.Cancel => state.Stopping is { Cause: StopCause.Cancel },
            SteeringCommand.Pause => state.Paused,
            _ => state.Find("a")!.Status == TaskStage.Ready,
        });
        Assert.Null(state.RequestAnswer("r1"));
        Assert.NotEmpty(Steering.Apply(state, new SteeringRequest("r1", command, "me")).Answer.Message);
    }

    [Fact]
    public void A_signal_while_the_run_is_being_cancelled_leaves_nothing_behind()
    {
        // The attempts then end by interrupt: taken for a run that can be resumed, it would never have ended.
        var bench = new RunBench(Plans.Of("a", "b: a"));
        bench.Steer(SteeringCommand.Cancel);
        bench.Interrupt();
        Assert.Equal((new AttemptId("a", 1), EndedBy.Interrupt, true), bench.Host.Stopped[^1]);
        bench.Fail("a", FailureClass.Cancelled, EndedBy.Interrupt);
        Assert.Equal((RunStatus.Cancelled, (int?)ExitCodes.Interrupted), (bench.State.Status, bench.ExitCode));
        Assert.Equal(TaskStage.Cancelled, bench["a"]);
    }

    [Theory]
    [InlineData(Effect.Repeatable, TaskStage.Running)]
    [InlineData(Effect.Keyed, TaskStage.Running)]
    [InlineData(Effect.Reconcile, TaskStage.Retrying)]
    [InlineData(Effect.Once, TaskStage.Held)]
    public void An_interrupted_run_is_resumed_by_effect(Effect effect, TaskStage after)
    {
        var bench = new RunBench(Plans.Of("a".With(effect), Plans.Task("b: a")));
        bench.Interrupt();
        bench.Fail("a", FailureClass.Cancelled, EndedBy.Interrupt);
        Assert.Equal((RunStatus.Interrupted, (int?)ExitCodes.Interrupted), (bench.State.Status, bench.ExitCode));
        bench.Restart();
        Assert.Equal(after, bench["a"]);
        Assert.Equal(effect == Effect.Reconcile ? 1 : 0, bench.Host.Asked.Count);
        Assert.Equal(0, bench.State.Find("a")!.Tally.TotalSpent);
    }

    [Fact]
    public void An_interrupted_run_whose_last_task_ended_well_has_succeeded()
    {
        var bench = new RunBench(Plans.Of("a"));
        bench.Interrupt();
        bench.Succeed("a");
        Assert.Equal((RunStatus.Succeeded, (int?)ExitCodes.Done), (bench.State.Status, bench.ExitCode));
    }

    [Fact]
    public void An_interrupt_withdraws_what_never_started_and_its_number_starts_once_when_it_comes_again()
    {
        var bench = new RunBench(Plans.Of("a", "b"), limits: new() { MaxParallel = 1 });
        bench.Interrupt();
        Assert.Equal("b", Assert.Single(bench.Journal.Events.OfType<AttemptWithdrawn>()).Task);
        Assert.Equal([new AttemptId("b", 1)], bench.Host.GivenUp);
        bench.Succeed("a");
        bench.Restart();
        bench.Succeed("b");
        Assert.Equal([new AttemptId("a", 1), new AttemptId("b", 1)], bench.Host.Started);
    }

    [Fact]
    public void Pause_starts_nothing_and_unpause_starts_each_once()
    {
        var bench = new RunBench(Plans.Of("a", "b", "c"), limits: new() { MaxParallel = 1 });
        Assert.True(bench.Steer(SteeringCommand.Pause).Accepted);
        Assert.False(bench.State.Find("b")!.IsOpen);
        bench.Succeed("a");
        bench.Advance(TimeSpan.FromHours(1));
        Assert.Equal((1, (int?)null), (bench.Host.Started.Count, bench.ExitCode));
        Assert.True(bench.Steer(SteeringCommand.Unpause).Accepted);
        bench.Succeed("b", "c");
        Assert.Equal(["a", "b", "c"], bench.Host.Started.Select(a => a.Task));
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
    }

    [Fact]
    public void A_pause_between_a_durable_intent_and_its_start_loses_nothing()
    {
        var bench = new RunBench(Plans.Of(Plans.Task("a"), "b: a".With(Effect.Once)));
        bench.Journal.SyncsAtOnce = false;
        bench.Succeed("a");
        bench.Journal.SyncsAtOnce = true;
        Assert.True(bench.Steer(SteeringCommand.Pause).Accepted);
        Assert.Single(bench.Host.Started);
        bench.Steer(SteeringCommand.Unpause);
        Assert.Equal(new AttemptId("b", 1), Assert.Single(bench.Host.Running));
    }

    [Theory]
    [InlineData(Resolution.Done, TaskStage.Succeeded, 0)]
    [InlineData(Resolution.Redo, TaskStage.Running, null)]
    [InlineData(Resolution.Fail, TaskStage.Failed, 1)]
    public void A_once_task_whose_outcome_is_unknown_is_held_until_a_person_resolves_it(
        Resolution resolution, TaskStage after, int? exitCode)
    {
        var bench = new RunBench(Plans.Of("a".With(Effect.Once)));
        bench.Fail("a", FailureClass.Crash);
        Assert.Equal((TaskStage.Held, (int?)ExitCodes.Waiting), (bench["a"], bench.ExitCode));
        bench.Restart();
        Assert.Single(bench.Host.Started);
        Assert.True(bench.Steer(SteeringCommand.Resolve, ["a"], resolution).Accepted);
        bench.Restart();
        Assert.Equal((after, exitCode), (bench["a"], bench.ExitCode));
    }

    [Theory]
    [InlineData("a", null, "--done, --redo or --fail", 2)]
    [InlineData("", Resolution.Done, "names the tasks", 2)]
    [InlineData("a", Resolution.Done, "is running, not held", 11)]
    [InlineData("x", Resolution.Done, "has no task \"x\"", 10)]
    public void A_resolve_that_says_too_little_is_refused(string task, Resolution? resolution, string why, int exitCode)
    {
        var bench = new RunBench(Plans.Of("a"));
        var answer = bench.Steer(SteeringCommand.Resolve, task.Length == 0 ? [] : [task], resolution);
        Assert.Equal((false, exitCode), (answer.Accepted, answer.ExitCode));
        Assert.Contains(why, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_request_gets_the_same_answer_also_after_a_restart()
    {
        // SR8: the same idempotency key ran twice.
        var bench = new RunBench(Plans.Of("a"));
        var refused = bench.Steer(SteeringCommand.Retry, ["nobody"], id: "x");
        var taken = bench.Steer(SteeringCommand.Pause, id: "y");
        var events = bench.Journal.Events.Count;
        Assert.Equal(refused, bench.Steer(SteeringCommand.Retry, ["nobody"], id: "x"));
        bench.Restart();
        Assert.Equal(refused, bench.Steer(SteeringCommand.Retry, ["a"], id: "x"));
        Assert.Equal(taken, bench.Steer(SteeringCommand.Pause, id: "y"));
        Assert.Equal(events + 1, bench.Journal.Events.Count(e => e is not AttemptAdopted));
    }

    [Theory]
    [InlineData(AttemptTrace.NeverStarted, 1, 0)]
    [InlineData(AttemptTrace.Alive, 0, 1)]
    [InlineData(AttemptTrace.Ended, 0, 1)]
    [InlineData(AttemptTrace.Gone, 0, 1)]
    public void A_resume_starts_only_what_never_started_and_adopts_the_rest(AttemptTrace trace, int started,
        int adopted)
    {
        // SR1, SR13: running jobs were orphaned and run again.
        var bench = new RunBench(Plans.Of("a".With(Effect.Once)));
        bench.Host.Started.Clear();
        bench.Restart();
        bench.Host.Adopted.Clear();
        bench.Host.LoseDriver();
        bench.Host.Traces[new("a", 1)] = trace;
        bench.Restart(); // LoseDriver marks nothing: nothing runs.
        Assert.Equal((started, adopted), (bench.Host.Started.Count, bench.Host.Adopted.Count));
        bench.End("a", trace == AttemptTrace.Gone ? new(new(), Lost.Failure) : new(new() { ExitCode = 0 }, null));
        Assert.Equal(trace == AttemptTrace.Gone ? TaskStage.Held : TaskStage.Succeeded, bench["a"]);
    }

    [Theory]
    [InlineData(ReconcileAnswer.Happened, TaskStage.Succeeded)]
    [InlineData(ReconcileAnswer.DidNotHappen, TaskStage.Running)]
    [InlineData(ReconcileAnswer.Unclear, TaskStage.Held)]
    public void A_reconcile_command_decides_and_is_asked_again_after_a_crash(ReconcileAnswer answer, TaskStage after)
    {
        var bench = new RunBench(Plans.Of("a".With(Effect.Reconcile)));
        bench.Fail("a", FailureClass.Timeout, EndedBy.HardTimeout);
        Assert.Single(bench.Host.Asked);
        bench.Restart();
        Assert.Single(bench.Host.Asked);
        bench.Host.AnswerReconcile(answer);
        bench.Step();
        Assert.Equal(after, bench["a"]);
    }

    [Theory]
    [InlineData(ReconcileAnswer.Happened, TaskStage.Succeeded)]
    [InlineData(ReconcileAnswer.DidNotHappen, TaskStage.Cancelled)]
    [InlineData(ReconcileAnswer.Unclear, TaskStage.Cancelled)]
    public void A_question_under_way_is_heard_out_when_the_run_is_cancelled(ReconcileAnswer answer, TaskStage after)
    {
        // Taken for cancelled at once, work that was done would have been denied.
        var bench = new RunBench(Plans.Of("a".With(Effect.Reconcile)));
        bench.Fail("a", FailureClass.Timeout, EndedBy.HardTimeout);
        bench.Steer(SteeringCommand.Cancel);
        Assert.Null(bench.ExitCode);
        bench.Host.AnswerReconcile(answer);
        bench.Step();
        Assert.Equal((after, (int?)ExitCodes.Interrupted), (bench["a"], bench.ExitCode));
    }

    [Fact]
    public void Whoever_insists_does_not_wait_for_the_answer()
    {
        var bench = new RunBench(Plans.Of("a".With(Effect.Reconcile)));
        bench.Fail("a", FailureClass.Timeout, EndedBy.HardTimeout);
        bench.Steer(SteeringCommand.Cancel);
        bench.Interrupt();
        Assert.Equal((TaskStage.Cancelled, (int?)ExitCodes.Interrupted), (bench["a"], bench.ExitCode));
    }

    [Fact]
    public void An_intent_recorded_ahead_waits_when_what_it_needs_is_ordered_again()
    {
        var bench = new RunBench(
            Plans.Of(Plans.Task("a"), Plans.Task("slow") with { Group = "g" }, "b: a".Always()),
                limits: new() { MaxParallel = 1 });
        bench.Fail("a");
        Assert.True(bench.State.Find("b")!.IsOpen);
        Assert.True(bench.Steer(SteeringCommand.Retry, ["a"]).Accepted);
        bench.Succeed("slow", "a", "b");
        Assert.Equal(["a", "slow", "a", "b"], bench.Host.Started.Select(x => x.Task));
    }

    [Fact]
    public void No_more_questions_are_asked_at_once_than_attempts_may_run()
    {
        var bench = new RunBench(
            Plans.Of([.. Enumerable.Range(0, 20).Select(i => $"t{i}".With(Effect.Reconcile))]),
                limits: new() { MaxParallel = 2 });
        bench.Journal.Append(new JournalRepaired(1, 1), bench.Time.GetUtcNow());
        bench.Host.LoseDriver();
        bench.Host.Traces.Clear();
        bench.Restart();
        Assert.Equal(2, bench.Host.Asked.Count);
        bench.Host.AnswerReconcile(ReconcileAnswer.Happened);
        bench.Step();
        Assert.Equal(2, bench.Host.Asked.Count);
    }

    [Fact]
    public void An_end_that_is_told_twice_counts_once()
    {
        var bench = new RunBench(Plans.Of("a", "b: a"));
        bench.Succeed("a");
        var sink = new Dispatcher(bench.State, bench.Journal, bench.Host, new RunClock(bench.Time), bench.Limits);
        sink.AttemptEnded(new("a", 1), RunBench.Failed(FailureClass.Crash));
        sink.Step();
        Assert.Equal(TaskStage.Succeeded, bench["a"]);
    }

    [Fact]
    public void An_interrupt_cuts_a_question_short_and_the_next_driver_asks_again()
    {
        var bench = new RunBench(Plans.Of("a".With(Effect.Reconcile)));
        bench.Fail("a", FailureClass.Timeout, EndedBy.HardTimeout);
        Assert.Single(bench.Host.Asked);
        bench.Interrupt();
        Assert.Equal([false], bench.Host.AsideStopped);
        Assert.Null(bench.ExitCode);
        bench.Interrupt();
        Assert.Equal([false, true], bench.Host.AsideStopped);
        bench.Host.AnswerReconcile(ReconcileAnswer.Unclear);
        bench.Step();
        Assert.Equal((TaskStage.Retrying, (int?)ExitCodes.Interrupted), (bench["a"], bench.ExitCode));
        bench.Restart();
        bench.Host.AnswerReconcile(ReconcileAnswer.Happened);
        bench.Step();
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
    }

    [Fact]
    public void An_answer_that_came_in_time_counts_although_the_run_was_interrupted()
    {
        var bench = new RunBench(Plans.Of("a".With(Effect.Reconcile), "slow".With(Effect.Repeatable)));
        bench.Fail("a", FailureClass.Timeout, EndedBy.HardTimeout);
        bench.Interrupt();
        bench.Host.AnswerReconcile(ReconcileAnswer.Happened);
        bench.Fail("slow", FailureClass.Cancelled, EndedBy.Interrupt);
        Assert.Equal((TaskStage.Succeeded, (int?)ExitCodes.Interrupted), (bench["a"], bench.ExitCode));
    }

    [Theory]
    [InlineData(NotifyOn.Done, ExitCodes.Done)]
    [InlineData(NotifyOn.Waiting, ExitCodes.Interrupted)]
    public void A_notify_command_that_still_runs_is_ended_and_not_left_behind(NotifyOn on, int code)
    {
        var bench = new RunBench(
            Plans.Of("a".With(Effect.Once)), new ScriptedHost { NotifyEndsAtOnce = false }, new() { NotifyOn = [on] });
        if (on == NotifyOn.Done)
        {
            bench.Succeed("a");
        }
        else
        {
            bench.Fail("a", FailureClass.Timeout, EndedBy.HardTimeout);
        }

        Assert.Single(bench.Host.Notified);
        bench.Interrupt();
        bench.Interrupt();
        Assert.Equal([false, true], bench.Host.AsideStopped);
        Assert.Null(bench.ExitCode);
        bench.Host.EndNotify!();
        bench.Step();
        Assert.Equal(code, bench.ExitCode);
        Assert.Single(bench.Host.Notified);
    }
}
