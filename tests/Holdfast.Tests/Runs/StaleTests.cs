using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Tests.Runs;

/// <summary>
/// Results under which the plan was edited (SR10, SR15): told, kept, and run again when a person says so.
/// </summary>
public sealed class StaleTests
{
    private const string Old = "aaaaaaaaaaaaaaaa";
    private const string New = "bbbbbbbbbbbbbbbb";

    [Fact]
    public void A_changed_finished_task_stays_as_it_is_and_is_told()
    {
        var bench = Begun();
        Edit(bench, ["a"]);
        bench.Restart();
        Assert.Equal(["a"], bench.State.Stale.Select(t => t.Name));
        bench.Succeed("b");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
        Assert.Equal(["a"], bench.State.Stale.Select(t => t.Name));
        Assert.Single(bench.Host.Started, s => s.Task == "a");
    }

    [Fact]
    public void It_runs_again_when_ordered_with_the_edit_or_at_a_later_call()
    {
        foreach (var later in new[] { false, true })
        {
            var bench = Begun();
            Edit(bench, ["a"], later ? null : "me");
            if (later)
            {
                bench.Restart();
                Edit(bench, ["a"], "me");
            }

            bench.Restart();
            Assert.Equal(new AttemptId("a", 2), bench.Host.Started[^1]);
            Assert.Empty(bench.State.Stale);
            bench.Succeed("a", "b");
            Assert.Equal(ExitCodes.Done, bench.ExitCode);
            Assert.Single(bench.Journal.Events, e => e is TaskReopened { By: "me", Task: "a" });
        }
    }

    [Fact]
    public void On_an_ended_run_it_reopens_the_run()
    {
        var bench = Begun();
        bench.Succeed("b");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
        bench.Journal.Append(new RunReopened("me", "the plan was edited"), bench.Time.GetUtcNow());
        Edit(bench, ["a"], "me");
        bench.Restart();
        Assert.Null(bench.ExitCode);
        bench.Succeed("a");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
        Assert.Equal(RunStatus.Succeeded, bench.State.Status);
    }

    [Fact]
    public void A_failed_task_that_was_mended_runs_again_with_what_it_blocked()
    {
        var bench = new RunBench(Plans.Of("a", "b: a"));
        bench.Fail("a");
        Assert.Equal(ExitCodes.Failed, bench.ExitCode);
        bench.Journal.Append(new RunReopened("me", "the plan was edited"), bench.Time.GetUtcNow());
        Edit(bench, ["a"], "me");
        bench.Restart();
        bench.Succeed("a", "b");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
    }

    [Fact]
    public void An_attempt_under_way_ends_as_it_was_and_runs_again_after_that()
    {
        var bench = Begun();
        Edit(bench, ["b"], "me");
        bench.Restart();
        Assert.Equal(new AttemptId("b", 1), Assert.Single(bench.Host.Running));
        bench.Succeed("b");
        Assert.Null(bench.ExitCode);
        Assert.Equal(new AttemptId("b", 2), Assert.Single(bench.Host.Running));
        bench.Succeed("b");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
    }

    [Fact]
    public void An_edit_that_is_taken_back_leaves_nothing_stale()
    {
        var state = State("a", out var seq);
        state.Apply(new PlanChanged("1") { Stale = ["a"], Was = [Old], Now = [New] }, ++seq);
        Assert.Single(state.Stale);
        var back = PlanEdit.Of(state, "2", [new("a", New)], [new("a", Old)], rerunBy: "me");
        Assert.Equal(["a"], back.Fresh);
        Assert.Empty(back.Stale);
        state.Apply(back, ++seq);
        Assert.Empty(state.Stale);
    }

    [Theory]
    [InlineData(StopCause.Interrupt)]
    [InlineData(StopCause.Cancel)]
    public void What_was_ordered_outlives_an_interrupt_and_not_a_cancel(StopCause cause)
    {
        var state = State("a", out var seq);
        state.Apply(new PlanChanged("1") { Stale = ["a"], Was = [Old], Now = [New], RerunBy = "me" }, ++seq);
        state.Apply(new RunStopping(cause, "me", "stop"), ++seq);
        var decision = Assert.IsType<Decision.Record>(Decider.Decide(state, state.LastAt, new(), new()));
        Assert.IsType(cause == StopCause.Cancel ? typeof(RunEnded) : typeof(RunInterrupted), decision.Events[0]);
    }

    [Fact]
    public void Every_instance_that_finished_under_another_definition_is_stale_and_no_other()
    {
        var host = new ScriptedHost { Items = { ["f"] = Plans.Items("1", "2", "3") } };
        var bench = new RunBench(Plans.Of("f".FanOut(parallel: 1)), host, new() { MaxParallel = 1 });
        bench.Succeed("f[1]");
        Edit(bench, ["f"]);
        bench.Restart();
        bench.Succeed("f[2]");
        Assert.Equal(["f[1]", "f[2]"], bench.State.Stale.Select(t => t.Name));
        bench.Succeed("f[3]");
        Assert.Equal(["f[1]", "f[2]"], bench.State.Stale.Select(t => t.Name));
        bench.Journal.Append(new RunReopened("me", "again"), bench.Time.GetUtcNow());
        var again = PlanEdit.Of(bench.State, "1", [new("f", New)], [new("f", New)], "me");
        bench.Journal.Append(again, bench.Time.GetUtcNow());
        bench.Restart();
        bench.Succeed("f[1]", "f[2]");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
        Assert.Equal([2, 2, 1], bench.State.InstancesOf(bench.State.Find("f")!).Select(t => t.Attempts));
    }

    // Found by the simulator: the order stayed on the fan-out, which had no attempt that could carry it out, and was
    // recorded anew at every step, 440,000 times in one run.
    [Fact]
    public void An_order_to_run_again_is_carried_out_once_by_a_fan_out_that_had_no_instances_at_the_edit()
    {
        var host = new ScriptedHost { Items = { ["f"] = Plans.Items("1") } };
        var fanOut = "f: a".FanOut() with { Effect = Effect.Once };
        var bench = new RunBench(Plans.Of(Plans.Task("a"), fanOut), host);
        bench.Journal.Append(new JournalRepaired(1, 1), bench.Time.GetUtcNow());
        bench.Restart();
        bench.Succeed("a");
        Assert.Equal(TaskStage.Held, bench["f"]);
        Edit(bench, ["f"], "me");
        bench.Restart();
        bench.Steer(SteeringCommand.Resolve, ["f"], Resolution.Redo);
        bench.Succeed("f[1]");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
        Assert.Equal(1, bench.State.Find("f[1]")!.Attempts);
        Assert.DoesNotContain(bench.Journal.Events, e => e is TaskReopened);
    }

    [Theory]
    [InlineData(Effect.Repeatable, TaskStage.Succeeded)]
    [InlineData(Effect.Keyed, TaskStage.Succeeded)]
    [InlineData(Effect.Once, TaskStage.Held)]
    [InlineData(Effect.Reconcile, TaskStage.Held)]
    public void What_was_computed_from_a_stale_result_is_ordered_with_it_by_its_effect(Effect effect, TaskStage after)
    {
        var bench = new RunBench(
            Plans.Of(Plans.Task("a"), Plans.Task("b: a"), "c: b".With(effect), Plans.Task("d: c")));
        bench.Succeed("a", "b", "c", "d");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
        Assert.Empty(bench.State.BehindStale());
        var edit = PlanEdit.Of(bench.State, "1", Chain(Old), Chain(New), "me");
        Assert.Equal(["a"], edit.Edited);
        Assert.Equal(["b", "c", "d"], edit.Behind);
        bench.Journal.Append(new RunReopened("me", "edited"), bench.Time.GetUtcNow());
        bench.Journal.Append(edit, bench.Time.GetUtcNow());

        // A driver that dies at once changes nothing: what was ordered stays ordered.
        bench.Restart();
        bench.Host.LoseDriver();
        bench.Restart();
        Assert.Equal(new AttemptId("a", 2), Assert.Single(bench.Host.Running));
        bench.Succeed("a", "b");
        if (after == TaskStage.Held)
        {
            Assert.Equal(ExitCodes.Waiting, bench.ExitCode);
            Assert.Equal((TaskStage.Held, 1), (bench["c"], bench.State.Find("c")!.Attempts));
            bench.Restart();
            bench.Steer(SteeringCommand.Resolve, ["c"], Resolution.Redo);
        }

        bench.Succeed("c", "d");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
        Assert.All(bench.State.Tasks, t => Assert.Equal(2, t.Attempts));
        Assert.Empty(bench.State.Stale);

        static TaskDefinition[] Chain(string first) =>
        [
            new("a", first), new("b", Old) { Needs = ["a"] }, new("c", Old) { Needs = ["b"] },
            new("d", Old) { Needs = ["c"] },
        ];
    }

    [Fact]
    public void What_never_ran_or_is_held_is_not_behind_a_stale_result()
    {
        var bench = new RunBench(
            Plans.Of(Plans.Task("a"), Plans.Task("done: a"), "skipped: a".WhenFailed("a"), "held: a".With(Effect.Once),
                Plans.Task("blocked: bad"), Plans.Task("bad: a"), Plans.Task("waits: held")),
            limits: new() { MaxParallel = 9 });
        bench.Succeed("a", "done");
        bench.Fail("held", FailureClass.Timeout, EndedBy.HardTimeout);
        bench.Fail("bad");
        Edit(bench, ["a"]);
        var state = bench.Journal.Fold(bench.State.Spec);
        Assert.Equal(["done", "bad"], state.BehindStale().Select(t => t.Name));
        Assert.Equal(
            ["bad", "blocked", "done", "held", "skipped", "waits"],
            state.Behind(state.Stale).Select(t => t.Name).Order(StringComparer.Ordinal));
    }

    // The order outlives an edit that changes nothing of the task that it is about.
    [Fact]
    public void What_runs_while_what_it_needs_is_ordered_again_runs_again_after_that_whatever_is_edited_meanwhile()
    {
        var bench = Begun();
        TaskDefinition[] before = [new("a", Old), new("b", Old) { Needs = ["a"] }];
        TaskDefinition[] after = [new("a", New), new("b", Old) { Needs = ["a"] }];
        bench.Journal.Append(PlanEdit.Of(bench.State, "1", before, after, "me"), bench.Time.GetUtcNow());
        bench.Restart();
        var second = PlanEdit.Of(bench.State, "2", after, [.. after, new("z", Old)], null);
        Assert.Equal(["z"], second.Added);
        Assert.Empty(second.Stale.Concat(second.Fresh));
        Assert.Equal([new AttemptId("b", 1), new AttemptId("a", 2)], bench.Host.Running);
        bench.Succeed("b", "a");
        Assert.Equal(new AttemptId("b", 2), Assert.Single(bench.Host.Running));
        bench.Succeed("b");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
    }

    // SM1, seed 4581: the order had reopened the task, a repair doubted it, and its reconcile command told of the
    // result that was to be replaced. Had an attempt been made since, its files would say so.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_order_that_was_carried_out_half_outlives_the_answer_that_it_happened(bool wasWithdrawn)
    {
        var bench = Reopened(Effect.Reconcile, wasWithdrawn);
        bench.Host.AnswerReconcile(ReconcileAnswer.Happened);
        bench.Step();
        Assert.Equal(new AttemptId("a", 2), bench.Host.Started[^1]);
        bench.Succeed("a");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
    }

    [Fact]
    public void Once_an_attempt_was_made_the_answer_that_it_happened_is_final()
    {
        var bench = Reopened(Effect.Reconcile, wasWithdrawn: false, new AttemptId("a", 2));
        Assert.Equal([new AttemptId("a", 2)], bench.Host.Adopted);
        bench.Fail("a", FailureClass.InfrastructureLost, EndedBy.Lost);
        bench.Host.AnswerReconcile(ReconcileAnswer.Happened);
        bench.Step();
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
        Assert.Equal([new AttemptId("a", 1)], bench.Host.Started);
    }

    // SM2, seed 10754: a person who is asked whether the ordered run happened, and says yes, is not overruled.
    [Fact]
    public void A_person_who_says_that_the_ordered_run_is_done_has_the_last_word()
    {
        var bench = Reopened(Effect.Once, wasWithdrawn: false);
        Assert.Equal(TaskStage.Held, bench["a"]);
        bench.Steer(SteeringCommand.Resolve, ["a"], Resolution.Done);
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
        Assert.Equal([new AttemptId("a", 1)], bench.Host.Started);
    }

    // SM10, seed 58257: the same where a power cut took its outputs before the order was carried out.
    [Fact]
    public void A_person_who_says_that_what_was_ordered_to_run_again_is_done_has_the_last_word()
    {
        var state = new RunState(Plans.Of("a".With(Effect.Once)));
        var seq = 0;
        state.Apply(new AttemptStarted("command") { Task = "a", Attempt = 1 }, ++seq);
        state.Apply(new AttemptSucceeded(new Outcome { ExitCode = 0 }) { Task = "a", Attempt = 1 }, ++seq);
        state.Apply(new PlanChanged("1") { Stale = ["a"], Was = [Old], Now = [New], RerunBy = "me" }, ++seq);
        state.Apply(new OutputsLost(["out"]) { Task = "a" }, ++seq);
        state.Apply(new TaskHeld(FailureClass.OutcomeUnknown, "its outputs are gone") { Task = "a" }, ++seq);
        state.Apply(new TaskResolved(Resolution.Done, "me") { Task = "a" }, ++seq);
        Assert.Equal(TaskStage.Succeeded, state.Find("a")!.Status);
        Assert.Empty(state.Owed);
        Assert.Empty(state.Stale);
    }

    [Fact]
    public void A_snapshot_keeps_the_order_by_which_a_task_was_reopened()
    {
        var state = State("a", out var seq);
        state.Apply(new PlanChanged("1") { Stale = ["a"], Was = [Old], Now = [New], RerunBy = "me" }, ++seq);
        state.Apply(new TaskReopened("me") { Task = "a" }, ++seq);
        var read = RunSnapshot.Read(state.Spec, RunSnapshot.Write(state)).Find("a")!;
        Assert.Equal(new StaleMark(Old, "me", Ran: true), read.Redo);
    }

    [Fact]
    public void A_snapshot_keeps_what_is_stale_and_what_is_owed()
    {
        var state = State("a", out var seq);
        state.Apply(new PlanChanged("1") { Stale = ["a"], Was = [Old], Now = [New], RerunBy = "me" }, ++seq);
        var read = RunSnapshot.Read(state.Spec, RunSnapshot.Write(state));
        Assert.Equal(["a"], read.Stale.Select(t => t.Name));
        Assert.Equal(["a"], read.Owed.Select(t => t.Name));
        Assert.Equal(state.Find("a")!.Mark, read.Find("a")!.Mark);
    }

    [Fact]
    public void An_edit_is_sorted_into_new_changed_gone_and_stale()
    {
        var state = State("done", out _, "waits: done", "gone", "same");
        var edit = PlanEdit.Of(
            state, "1",
            [new("done", Old), new("waits", Old), new("gone", Old), new("same", Old)],
            [new("done", New), new("waits", New), new("same", Old), new("fresh", New)], rerunBy: null);
        Assert.Equal(["fresh"], edit.Added);
        Assert.Equal(["waits"], edit.Changed);
        Assert.Equal(["gone"], edit.Removed);
        Assert.Equal(["done"], edit.Stale);
        Assert.Equal((Old, New), (edit.Was[0], edit.Now[0]));
    }

    [Theory]
    [InlineData(true, "a:1 b:1", "a:2 c:1", false)] // one name, one task in common: an edit
    [InlineData(true, "a:1 b:1", "x:1 y:1", true)] // one name, and nothing in common
    [InlineData(false, "a:1 b:1 c:1", "a:1 b:1 d:1", false)] // renamed
    [InlineData(false, "a:1 b:1 c:1", "a:2 b:2 c:2", true)] // the usual names of tasks, of another plan
    [InlineData(false, "a:1", "a:1 b:1 c:1", true)]
    public void A_plan_is_foreign_by_its_tasks_and_its_name(bool sameName, string before, string after, bool foreign) =>
        Assert.Equal(foreign, PlanEdit.IsForeign(sameName, Tasks(before), Tasks(after)));

    private static TaskDefinition[] Tasks(string text) =>
        [.. text.Split(' ').Select(t => new TaskDefinition(t[..1], t[2..]))];

    // a is done, b runs.
    private static RunBench Begun()
    {
        var bench = new RunBench(Plans.Of("a", "b: a"));
        bench.Succeed("a");
        return bench;
    }

    // a was done, was ordered to run again and reopened; then its journal was repaired.
    private static RunBench Reopened(Effect effect, bool wasWithdrawn, AttemptId? left = null)
    {
        var bench = new RunBench(Plans.Of("a".With(effect)));
        bench.Succeed("a");
        var at = bench.Time.GetUtcNow();
        bench.Journal.Append(new RunReopened("me", "the plan was edited"), at);
        Edit(bench, ["a"], "me");
        bench.Journal.Append(new TaskReopened("me") { Task = "a" }, at);
        if (wasWithdrawn)
        {
            bench.Journal.Append(new AttemptStarted("command") { Task = "a", Attempt = 2 }, at);
            bench.Journal.Append(new AttemptWithdrawn("paused") { Task = "a", Attempt = 2 }, at);
        }

        bench.Journal.Append(new JournalRepaired(1, 1), at);
        if (left is { } attempt)
        {
            bench.Host.Traces[attempt] = AttemptTrace.Gone;
        }

        bench.Restart();
        return bench;
    }

    private static RunState State(string done, out int seq, params string[] others)
    {
        var state = new RunState(Plans.Of([done, .. others]));
        seq = 0;
        state.Apply(new AttemptStarted("command") { Task = done, Attempt = 1 }, ++seq);
        state.Apply(new AttemptSucceeded(new Outcome { ExitCode = 0 }) { Task = done, Attempt = 1 }, ++seq);
        return state;
    }

    private static void Edit(RunBench bench, string[] stale, string? rerunBy = null) => bench.Journal.Append(
        new PlanChanged("1")
        {
            Stale = stale, Was = [.. stale.Select(_ => Old)], Now = [.. stale.Select(_ => New)], RerunBy = rerunBy,
        },
        bench.Time.GetUtcNow());
}
