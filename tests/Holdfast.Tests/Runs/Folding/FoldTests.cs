using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Targets;
using Holdfast.Testing.Runs;

namespace Holdfast.Tests.Runs.Folding;

/// <summary>How single events change what a run says of itself.</summary>
public sealed class FoldTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 9, 30, 12, TimeSpan.Zero);

    public static TheoryData<string, RunEvent> EndsOfWaiting => new()
    {
        { "unpaused", new RunUnpaused("me") },
        { "an accepted order to go on", new RequestReceived("r", "unpause", "me", Accepted: true, "yes") },
        { "a start", new AttemptStarted("command") { Task = "free", Attempt = 1 } },
        { "a retry", new TaskReopened("me") { Task = "failed" } },
        { "a word about what is held", new TaskResolved(Resolution.Fail, "me") { Task = "held" } },
        { "an approval", new ApprovalDecided(true, "me") { Task = "asked" } },
        { "a denial", new ApprovalDecided(false, "me") { Task = "asked" } },
        { "a last checkpoint", new CheckpointCompleted("x", "done", "me") { Task = "open", Attempt = 1 } },
        { "a retry of what waits for a checkpoint", new TaskReopened("me") { Task = "open" } },
        { "a next driver", new DriverStarted(1, "", "here", 4, Resumed: true) },
    };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_intent_that_an_edit_came_upon_ran_as_the_plan_was_only_if_it_is_seen_to_have_run(bool wasSeen)
    {
        var state = new RunState(Plans.Of("a"));
        state.Apply(new AttemptStarted("command") { Task = "a", Attempt = 1 }, 1);
        state.Apply(new PlanChanged("1") { Stale = ["a"], Was = ["old"], Now = ["new"] }, 2);
        if (wasSeen)
        {
            state.Apply(new AttemptAdopted(AttemptTrace.Alive) { Task = "a", Attempt = 1 }, 3);
        }

        state.Apply(new AttemptSucceeded(new Outcome { ExitCode = 0 }) { Task = "a", Attempt = 1 }, 4);
        Assert.Equal(wasSeen, state.Find("a")!.IsStale);
        state.Apply(new PlanChanged("2") { Stale = ["a"], Was = ["new"], Now = ["old"] }, 5);
        Assert.Equal(!wasSeen, state.Find("a")!.IsStale);
    }

    // What a run waits for next is news again: left as it was, nobody would be told of it.
    [Theory]
    [MemberData(nameof(EndsOfWaiting))]
    public void What_answers_a_run_that_waits_ends_the_waiting_and_what_was_told_of_it(string what, RunEvent e)
    {
        var state = Waiting();
        state.Apply(e, state.LastSeq + 1);
        Assert.True(
            (state.Status, state.WaitingFor, state.NotifiedOn.Contains(NotifyOn.Waiting))
                == (RunStatus.Running, null, false),
            what);
        Assert.Equal(e is not DriverStarted, state.NotifiedOn.Contains(NotifyOn.Failed));
    }

    [Fact]
    public void What_answers_nothing_leaves_a_run_waiting()
    {
        var state = Waiting();
        foreach (var e in new RunEvent[]
        {
            new RequestReceived("r1", "unpause", "me", Accepted: false, "no"), new ClockJumped(TimeSpan.FromHours(1)),
            new RequestReceived("r2", "retry", "me", Accepted: true, "yes"),
        })
        {
            state.Apply(e, state.LastSeq + 1);
        }

        Assert.Equal((RunStatus.Waiting, "for you"), (state.Status, state.WaitingFor?.Why));
        Assert.Equal([NotifyOn.Waiting, NotifyOn.Failed], state.NotifiedOn);
    }

    [Fact]
    public void Told_of_a_waiting_that_was_over_by_then_nobody_was_told_of_the_next_one()
    {
        var state = new RunState(Plans.Of("a"));
        state.Apply(new Notified(NotifyOn.Waiting, 0), 1);
        Assert.Empty(state.NotifiedOn);
        state.Apply(new RunWaiting("for you"), 2);
        state.Apply(new Notified(NotifyOn.Waiting, 0), 3);
        Assert.Equal([NotifyOn.Waiting], state.NotifiedOn);
    }

    [Theory]
    [InlineData(true, TaskStage.Skipped)]
    [InlineData(false, TaskStage.Succeeded)]
    public void What_is_taken_over_from_another_run_is_what_it_was_there(bool skipped, TaskStage expected)
    {
        var state = new RunState(Plans.Of("a", "b: a"));
        state.Apply(new TaskTakenOver("other") { Task = "a", Skipped = skipped }, 1);
        Assert.Equal((expected, true, "other"),
            (state.Find("a")!.Status, state.Find("a")!.TakenOver, state.Find("a")!.TakenFrom));
        Assert.Equal(TaskStage.Ready, state.Find("b")!.Status);
    }

    [Theory]
    [InlineData(false, "journal.repaired", "a lost line may have been its start")]
    [InlineData(true, "outputs.lost", "declared outputs are gone: out, log")]
    public void A_doubt_says_what_it_comes_of(bool hadEnded, string rule, string why)
    {
        var state = new RunState(Plans.Of("a".With(Effect.Once)));
        if (hadEnded)
        {
            state.Apply(new AttemptStarted("command") { Task = "a", Attempt = 1 }, 1);
            state.Apply(new AttemptSucceeded(new Outcome { ExitCode = 0 }) { Task = "a", Attempt = 1 }, 2);
            state.Apply(new OutputsLost(["out", "log"]) { Task = "a" }, 3);
        }
        else
        {
            state.Apply(new JournalRepaired(2, 3), 1);
        }

        var failure = state.FirstUnrecovered!.Failure!;
        Assert.Equal(new Evidence(rule, "runtime", null, why), failure.Evidence);
        Assert.Equal((FailureClass.OutcomeUnknown, Disposition.Hold), (failure.Class, failure.Disposition));
        Assert.Equal(hadEnded ? why : null, state.Find("a")!.Reason);
    }

    [Fact]
    public void A_task_started_when_its_first_attempt_did_that_was_not_taken_back()
    {
        var state = new RunState(Plans.Of("a"));
        var withdrawn = new AttemptWithdrawn("paused") { Task = "a", Attempt = 1 };
        var started = new AttemptStarted("command") { Task = "a", Attempt = 1, At = At };
        state.Apply(started, 1);
        state.Apply(withdrawn, 2);
        Assert.Equal((0, null, TaskStage.Ready), (
            state.Find("a")!.Attempts, state.Find("a")!.StartedAt, state.Find("a")!.Status));
        state.Apply(started with { At = At.AddHours(1) }, 3);
        state.Apply(new AttemptFailed(new Outcome { ExitCode = 1 }) { Task = "a", Attempt = 1 }, 4);
        state.Apply(started with { Attempt = 2, At = At.AddHours(2) }, 5);
        state.Apply(withdrawn with { Attempt = 2 }, 6);
        Assert.Equal((1, At.AddHours(1)), (state.Find("a")!.Attempts, state.Find("a")!.StartedAt));
    }

    [Fact]
    public void An_attempt_that_is_known_to_have_run_before_one_edit_is_stale_after_a_second_one_too()
    {
        var state = new RunState(Plans.Of("a"));
        var edit = new PlanChanged("1") { Stale = ["a"], Was = ["old"], Now = ["new"] };
        state.Apply(new AttemptStarted("command") { Task = "a", Attempt = 1 }, 1);
        state.Apply(edit, 2);
        state.Apply(new AttemptAdopted(AttemptTrace.Alive) { Task = "a", Attempt = 1 }, 3);
        state.Apply(edit with { Was = ["new"], Now = ["newer"] }, 4);
        Assert.Equal(new StaleMark("old", null, Ran: true), state.Find("a")!.Mark);
        state.Apply(new AttemptSucceeded(new Outcome { ExitCode = 0 }) { Task = "a", Attempt = 1 }, 5);
        Assert.Equal(["a"], state.Stale.Select(t => t.Name));
    }

    [Theory]
    [InlineData(Resolution.Redo, TaskStage.Ready, 1, null)]
    [InlineData(Resolution.Done, TaskStage.Succeeded, 0, "a person said that it is done")]
    [InlineData(Resolution.Fail, TaskStage.Failed, 0, "a person said that it failed")]
    public void What_a_person_has_done_again_counts_its_retries_anew(
        Resolution word, TaskStage stage, int forgiven, string? reason)
    {
        var state = new RunState(Plans.Of("a".With(Effect.Once)));
        var failure = RunBench.Failed(FailureClass.Timeout, EndedBy.HardTimeout).Failure!;
        state.Apply(new AttemptStarted("command") { Task = "a", Attempt = 1 }, 1);
        state.Apply(new AttemptFailed(new Outcome { EndedBy = EndedBy.HardTimeout }) { Task = "a", Attempt = 1 }, 2);
        state.Apply(new RuntimeErrorClassified(failure) { Task = "a", Attempt = 1 }, 3);
        state.Apply(new TaskHeld(FailureClass.OutcomeUnknown, "perhaps") { Task = "a" }, 4);
        Assert.Equal((TaskStage.Held, "perhaps"), (state.Find("a")!.Status, state.Find("a")!.Reason));
        state.Apply(new TaskResolved(word, "me") { Task = "a" }, 5);
        Assert.Equal((stage, forgiven, reason), (
            state.Find("a")!.Status, state.Find("a")!.AttemptsForgiven, state.Find("a")!.Reason));
        Assert.Equal(word == Resolution.Done, state.Find("a")!.Failure is null);
    }

    [Fact]
    public void An_edit_that_tells_no_hashes_leaves_what_it_names_stale()
    {
        var state = new RunState(Plans.Of("a"));
        state.Apply(new TaskTakenOver("other") { Task = "a" }, 1);
        state.Apply(new PlanChanged("1") { Stale = ["a"], Was = ["old"] }, 2);
        Assert.Equal("old", state.Find("a")!.Mark?.RanAs);
        state.Apply(new PlanChanged("2") { Stale = ["a"], Now = ["old"] }, 3);
        Assert.Empty(state.Stale);
        state.Apply(new PlanChanged("3") { Stale = ["a"], Now = ["new"] }, 4);
        Assert.Equal("?", state.Find("a")!.Mark?.RanAs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Outputs_of_what_has_not_ended_cannot_be_lost(bool runs)
    {
        var state = new RunState(Plans.Of("a".With(Effect.Once)));
        if (runs)
        {
            state.Apply(new AttemptStarted("command") { Task = "a", Attempt = 1 }, 1);
        }

        var before = StateText.Of(state);
        state.Apply(new OutputsLost(["out"]) { Task = "a" }, state.LastSeq);
        Assert.Equal(before, StateText.Of(state));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_failed_keeps_its_checkpoints_when_it_runs_again_and_what_was_done_begins_anew(bool wasDone)
    {
        var state = new RunState(Plans.Of(Plans.Task("a") with { Checkpoints = ["x"] }));
        state.Apply(new AttemptStarted("command") { Task = "a", Attempt = 1 }, 1);
        state.Apply(new CheckpointCompleted("x", "done", "me") { Task = "a", Attempt = 1 }, 2);
        if (wasDone)
        {
            state.Apply(new AttemptSucceeded(new Outcome { ExitCode = 0 }) { Task = "a", Attempt = 1 }, 3);
            state.Apply(new OutputsLost(["out"]) { Task = "a" }, 4);
        }
        else
        {
            state.Apply(new AttemptFailed(new Outcome { ExitCode = 1 }) { Task = "a", Attempt = 1 }, 3);
            var failure = RunBench.Failed(FailureClass.BuildFailure).Failure!;
            state.Apply(new RuntimeErrorClassified(failure) { Task = "a" }, 4);
            state.Apply(new TaskFailed(FailureClass.BuildFailure, "no") { Task = "a" }, 5);
            state.Apply(new TaskReopened("me") { Task = "a" }, 6);
        }

        Assert.Equal(TaskStage.Ready, state.Find("a")!.Status);
        Assert.Equal(wasDone ? "x" : null, state.Find("a")!.NextCheckpoint);
    }

    [Fact]
    public void A_target_takes_as_many_attempts_as_the_plan_allows_it_and_no_more()
    {
        var spec = Plans.Of(To("a"), To("b"), To("c"), Plans.Task("other")) with
        {
            TargetParallel = new Dictionary<string, int> { ["api.test"] = 2 },
        };
        var bench = new RunBench(spec, limits: new() { MaxParallel = 4 });
        Assert.Equal(["a", "b", "other"], bench.Host.Running.Select(r => r.Task));
        bench.Succeed("a");
        Assert.Equal(["b", "c", "other"], bench.Host.Running.Select(r => r.Task).Order());
    }

    [Fact]
    public void A_block_is_over_at_the_very_moment_that_it_names()
    {
        var state = new RunState(Plans.Of(To("a")));
        state.Apply(new TargetBlocked("api.test", At.AddSeconds(30), BlockCause.Throttle) { At = At }, 1);
        state.Advance(At.AddSeconds(30) - TimeSpan.FromTicks(1));
        Assert.Null(state.BestReady());
        Assert.True(state.HasBlockedReady);
        state.Advance(At.AddSeconds(30));
        Assert.Equal("a", state.BestReady()?.Task.Name);
        Assert.False(state.HasBlockedReady);
    }

    [Fact]
    public void Of_two_blocks_of_one_target_the_longer_one_holds_and_is_the_one_that_is_told()
    {
        var state = new RunState(Plans.Of(To("a")));
        state.Apply(Blocked(60, "long"), 1);
        state.Apply(Blocked(30, "short"), 2);
        Assert.Equal("task \"a\" waits: long", state.WhyBlockedAt(At));
        state.Apply(Blocked(90, "longer"), 3);
        Assert.Equal("task \"a\" waits: longer", state.WhyBlockedAt(At.AddSeconds(89)));
        Assert.Null(state.WhyBlockedAt(At.AddSeconds(90)));

        static TargetBlocked Blocked(int seconds, string why) =>
            new("api.test", At.AddSeconds(seconds), BlockCause.Throttle) { At = At, Detail = why };
    }

    private static TaskSpec To(string name) => new(name) { Runtimes = [new RuntimeChoice("api", "api.test")] };

    // Paused, and everything that a person can be asked is asked; both occasions were told.
    private static RunState Waiting()
    {
        var state = new RunState(
            Plans.Of(
                Plans.Task("free"), Plans.Task("failed"), Plans.Task("held"),
                Plans.Task("asked") with { Approval = TimeSpan.FromHours(1) },
                Plans.Task("open") with { Checkpoints = ["x"] }));
        RunEvent[] events =
        [
            new RunStarted("bench", new string('0', 64), 1, 5), new DriverStarted(1, "", "here", 4, Resumed: false),
            new TaskFailed(FailureClass.BuildFailure, "no") { Task = "failed" },
            new TaskHeld(FailureClass.OutcomeUnknown, "perhaps") { Task = "held" },
            new TaskWaiting("a person has to approve") { Task = "asked" },
            new AttemptStarted("command") { Task = "open", Attempt = 1 },
            new AttemptFailed(new Outcome { ExitCode = 0 }) { Task = "open", Attempt = 1 },
            new RuntimeErrorClassified(ScriptedHost.MissingCheckpoints(["x"])) { Task = "open", Attempt = 1 },
            new TaskWaiting("a checkpoint is missing") { Task = "open", Attempt = 1 },
            new RunPaused("me"), new RunWaiting("for you"), new Notified(NotifyOn.Waiting, 0),
            new Notified(NotifyOn.Failed, 0),
        ];
        for (var i = 0; i < events.Length; i++)
        {
            state.Apply(events[i] with { At = At }, i + 1);
        }

        Assert.Equal(RunStatus.Waiting, state.Status);
        return state;
    }
}
