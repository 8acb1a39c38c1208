using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;
using Outcome = Holdfast.Failures.Outcome;

namespace Holdfast.Tests.Runs;

/// <summary>A journal that is whole and yet says what cannot be: a clear error, never a crash (SR6).</summary>
public sealed class RefusedEventTests
{
    private static readonly Failure Failure = RunBench.Failed(FailureClass.Connection).Failure!;

    /// <summary>Each row: what happened before, an event that cannot follow, and what the error says.</summary>
    public static TheoryData<string, string, string> Impossible => new()
    {
        { "", "attempt_succeeded a 1", "no attempt of it is under way" },
        { "", "attempt_started nobody 1", "no task of the plan" },
        { "", "attempt_started f 1", "a fan-out has no attempts" },
        { "", "attempt_started - 1", "it names no task" },
        { "attempt_started a 1", "attempt_started a 2", "attempt 1 is still under way" },
        { "attempt_started a 1", "attempt_succeeded a 2", "number 1, not 2" },
        { "attempt_started a 1", "task_failed a 0", "attempt 1 is under way" },
        { "attempt_started a 1,attempt_succeeded a 1", "attempt_started a 2", "has ended (succeeded)" },
        { "attempt_started a 1,attempt_succeeded a 1", "attempt_failed a 1", "it is succeeded" },
        { "attempt_started a 1", "attempt_found a 1", "already number 1" },
        { "", "attempt_found f 1", "a fan-out has no attempts" },
        { "", "runtime_error_classified a 1", "no failed attempt" },
        { "", "runtime_recovery_scheduled a 1", "no failure of it" },
        { "", "task_succeeded a 0", "no fan-out whose instances" },
        { "", "task_resolved a 0", "it is ready, not held" },
        { "", "task_reconciled a 0", "nobody asked" },
        { "", "task_expanded a 0", "it is no fan-out" },
        { "task_expanded f 0", "task_expanded f 0", "it is running" },
        { "task_expanded f 0", "task_held f 0", "it stands for its instances" },
        { "", "task_expanded f 5", "it begins at item 5, and 0 are known" },
    };

    [Theory]
    [MemberData(nameof(Impossible))]
    public void An_event_that_cannot_follow_is_refused_by_number_and_reason(string before, string e, string why)
    {
        var state = new RunState(Plans.Of(Plans.Task("a"), "f".FanOut()));
        var seq = 1L;
        foreach (var earlier in before.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            state.Apply(Event(earlier), ++seq);
        }

        var error = Assert.Throws<InvalidRunEventException>(() => state.Apply(Event(e), ++seq));
        Assert.Equal(seq, error.Seq);
        Assert.Contains($"event {seq} ({e.Split(' ')[0]}", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("attempt_started - 1", "it names no task")]
    [InlineData("attempt_started f 1", "a fan-out has no attempts")]
    [InlineData("attempt_failed", "\"exit_code\" holds \"1\"")]
    public void Of_several_events_that_cannot_be_the_first_one_is_told(string first, string why)
    {
        var state = new RunState(Plans.Of(Plans.Task("a"), "f".FanOut()));
        Take(first, 2);
        Take("attempt_started - 1", 3);
        Take("task_expanded a 0", 4);
        Take("attempt_started nobody 1", 5);
        Take("attempt_started stranger 1", 6);
        Take("attempt_failed", 7);
        var error = Assert.Throws<InvalidRunEventException>(state.ThrowIfRefused);
        Assert.Equal(2, error.Seq);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);

        void Take(string e, long seq)
        {
            if (e.Contains(' ', StringComparison.Ordinal))
            {
                state.TakeIn(Event(e), seq);
                return;
            }

            state.TakeIn(new JournalRecord
            {
                Seq = seq, At = default, Type = e, Task = "a", Attempt = 1, Durable = 0,
                Data = "{\"exit_code\":\"1\"}"u8.ToArray(),
            });
        }
    }

    [Fact]
    public void Of_a_task_that_the_plan_does_not_have_the_first_event_is_told_unless_an_edit_took_it_away()
    {
        var state = new RunState(Plans.Of("a"));
        state.TakeIn(Event("attempt_started nobody 1"), 2);
        state.TakeIn(Event("attempt_succeeded nobody 1"), 3);
        state.TakeIn(Event("attempt_started stranger 1"), 4);
        Assert.Equal(2, Assert.Throws<InvalidRunEventException>(state.ThrowIfRefused).Seq);
        state.TakeIn(new PlanChanged("1") { Removed = ["nobody"] }, 5);
        Assert.Equal(4, Assert.Throws<InvalidRunEventException>(state.ThrowIfRefused).Seq);
        state.TakeIn(new PlanChanged("2") { Removed = ["stranger"] }, 6);
        state.ThrowIfRefused();

        // Or where the edit is not on record yet.
        var edited = new RunState(Plans.Of("a") with { Former = ["nobody"] });
        edited.Apply(Event("attempt_started nobody 1"), 2);
    }

    [Fact]
    public void A_repair_answers_for_events_whose_cause_was_lost()
    {
        var state = new RunState(Plans.Of(Plans.Task("a"), Plans.Task("b"), "f".FanOut()));
        state.TakeIn(Event("attempt_succeeded a 3"), 2);
        state.TakeIn(Event("attempt_started f[x] 1"), 3);
        Assert.Throws<InvalidRunEventException>(state.ThrowIfRefused);
        state.TakeIn(new JournalRepaired(2, 9), 4);
        state.ThrowIfRefused();
        Assert.Equal((TaskStage.Succeeded, 3), (state.Find("a")!.Status, state.Find("a")!.Attempts));
        Assert.True(state.WasRepaired);
    }

    // Found by the simulator: a repair kept the orders to try tasks again and lost the line that had reopened the run,
    // which then closed once more with these tasks unended.
    [Theory]
    [InlineData("task_reopened a 0")]
    [InlineData("attempt_started a 3")]
    public void What_happened_to_a_task_after_the_end_of_its_run_proves_that_somebody_reopened_it(string e)
    {
        var state = new RunState(Plans.Of("a"));
        state.Apply(new TaskFailed(FailureClass.BuildFailure, "no") { Task = "a" }, 2);
        state.Apply(new RunEnded(RunStatus.Failed, 1, "no"), 3);
        state.TakeIn(Event(e), 4);
        Assert.Throws<InvalidRunEventException>(state.ThrowIfRefused);
        state.TakeIn(new JournalRepaired(2, 9), 5);
        state.ThrowIfRefused();
        Assert.Null(state.Ended);
        Assert.Equal(RunStatus.Running, state.Status);
        Assert.Equal(1, state.UnendedTasks);
    }

    // SM3, seed 5113: the first repair doubted the task, the second one took the line that had answered the doubt. Its
    // recovery was recorded under the attempt, whose success then had no attempt that it could be the end of.
    [Theory]
    [InlineData(Effect.Once)]
    [InlineData(Effect.Reconcile)]
    public void A_start_answers_the_doubt_of_a_repair(Effect effect)
    {
        var state = new RunState(Plans.Of("a".With(effect), "f".FanOut() with { Effect = effect }));
        state.TakeIn(new JournalRepaired(2, 2), 2);
        state.TakeIn(Event("attempt_started a 1"), 3);
        state.TakeIn(Event("task_expanded f 0"), 4);
        state.TakeIn(Event("attempt_started f[i0] 1"), 5);
        state.TakeIn(new JournalRepaired(3, 3), 6);
        Assert.Equal("f[i1]", state.FirstUnrecovered?.Name);
        state.Apply(Event("attempt_succeeded a 1"), 7);
        state.Apply(Event("attempt_succeeded f[i0] 1"), 8);
        Assert.Equal(TaskStage.Succeeded, state.Find("a")!.Status);
    }

    // SM8, seed 2086: a repair took the start of an attempt, so that a cancel took its task for one that never began; a
    // checkpoint that it reached after that had been acknowledged.
    [Fact]
    public void A_checkpoint_proves_the_attempt_that_reached_it()
    {
        var state = new RunState(Plans.Of(Plans.Task("a") with { Checkpoints = ["x", "y"] }));
        state.TakeIn(new RunStopping(StopCause.Cancel, "me", "stop"), 2);
        state.TakeIn(new CheckpointCompleted("x", "done", "me") { Task = "a", Attempt = 1 }, 3);
        state.TakeIn(new CheckpointCompleted("x", "done", "me") { Task = "a", Attempt = 1 }, 4);
        state.TakeIn(new JournalRepaired(2, 9), 5);
        Assert.Equal(["x"], state.Find("a")!.Checkpoints.Select(c => c.Id));
        Assert.True(state.Find("a")!.IsOpen);
    }

    // SM4: a full disk stopped the driver of a run that had ended, before its journal was closed.
    // SM11, seed 60805: the line of the cancel was damaged; its receipt, behind it, was not.
    [Theory]
    [InlineData("cancel")]
    [InlineData("pause")]
    [InlineData("unpause")]
    public void A_receipt_proves_the_order_whose_line_a_repair_lost(string command)
    {
        var state = new RunState(Plans.Of("a"));
        state.Apply(new RunPaused("me"), 1);
        if (command != "unpause")
        {
            state.Apply(new RunUnpaused("me"), 2);
        }

        state.Apply(new RequestReceived("r1", command, "me", Accepted: false, "no"), 3);
        Assert.Equal((command == "unpause", null), (state.Paused, state.Stopping));
        state.Apply(new RequestReceived("r2", command, "me", Accepted: true, "yes"), 4);
        state.Apply(new JournalRepaired(2, 2), 5);
        Assert.Equal(
            (command == "pause", command == "cancel" ? "cancelled by me" : null),
            (state.Paused, state.Stopping?.Reason));
    }

    [Fact]
    public void The_last_words_of_a_driver_leave_an_ended_run_as_it_ended()
    {
        var state = new RunState(Plans.Of("a"));
        state.Apply(new TaskFailed(FailureClass.BuildFailure, "no") { Task = "a" }, 2);
        state.Apply(new RunEnded(RunStatus.Failed, 1, "no"), 3);
        state.Apply(new RunInterrupted("the disk is full"), 4);
        Assert.Equal(RunStatus.Failed, state.Status);
    }

    [Fact]
    public void No_order_of_events_crashes_the_fold()
    {
        string[] types =
        [
            .. EventCatalog.Types.Where(t => t is not ("task_expanded" or "journal_opened")), "task_expanded",
            "task_expanded",
        ];
        var draws = Gen.ArrayOf(Gen.Choose(0, 1_000_000)).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(300), Prop.ForAll(draws, drawn =>
        {
            var state = new RunState(Plans.Of(
                Plans.Task("a"), "b: a".With(Effect.Once), "c: a b".With(Effect.Reconcile), "f: a".FanOut(parallel: 1),
                "d: f".Always(), "e: a".WhenFailed("a")));
            var seq = 1L;
            foreach (var draw in drawn)
            {
                string[] names = ["a", "b", "c", "d", "e", "f", "f[i0]", "f[i1]", "-"];
                var e = Event($"{types[draw % types.Length]} {names[draw / 50 % names.Length]} {draw / 500 % 4}");
                state.TakeIn(e, ++seq);
                state.Advance(e.At);
                if (draw % 7 == 0)
                {
                    Decider.Decide(state, e.At, new(), new());
                }
            }

            var counted = state.Tasks.Where(t => !(t.IsFanOutParent && t.Expanded)).GroupBy(t => t.Status)
                .ToDictionary(g => g.Key, g => g.Count());
            Assert.All(Enum.GetValues<TaskStage>(), s => Assert.Equal(counted.GetValueOrDefault(s), state.Count(s)));
            Assert.Equal(state.Tasks.Count(t => !t.Status.IsEnd()), state.UnendedTasks);
            Assert.Equal(state.Tasks.Count(t => t.IsOpen), state.Open.Count);
            Assert.All(
                [.. new[] { state.FirstUnclassified, state.FirstUnrecovered, state.FirstUnsettled }.OfType<TaskState>(),
                    .. state.ToReconcile],
                t => Assert.False(t.IsOpen || t.Expanded || t.Status.IsEnd(), $"{t.Name} is {t.Status.Word()}"));
        }));
    }

    [Theory]
    [InlineData("attempt_failed", "{\"exit_code\":\"1\"}", "\"exit_code\" holds \"1\", which is no whole number")]
    [InlineData("attempt_failed", "{\"exit_code\":1.5}", "\"exit_code\" holds 1.5, which is no whole number")]
    [InlineData("attempt_failed", "{\"exit_code\":99999999999}", "which is out of range")]
    [InlineData("attempt_failed", "{\"ended_by\":\"magic\"}", "\"ended_by\" holds \"magic\"")]
    [InlineData("attempt_failed", "{\"strays\":[1]}", "\"strays\" holds [1], which is no list of texts")]
    [InlineData("attempt_failed", "{\"duration_ms\":9223372036854775807}", "out of range")]
    [InlineData("attempt_succeeded", "{\"outputs\":[{\"path\":\"x\"}]}", "it has no field \"sha256\"")]
    [InlineData("task_failed", "{\"reason\":\"x\"}", "it has no field \"class\"")]
    [InlineData("task_failed", "{\"class\":\"x\",\"reason\":\"x\"}", "\"class\" holds \"x\", which is no FailureClass")]
    [InlineData("task_failed", "{\"class\":7,\"reason\":\"x\"}", "\"class\" holds 7, which is no text")]
    [InlineData("task_retry_requested", "{\"next_attempt\":2,\"not_before\":\"soon\"}",
        "holds \"soon\", which is no time")]
    [InlineData("task_expanded", "{\"items\":\"x\"}", "\"items\" holds \"x\", which is no list")]
    [InlineData("task_expanded", "{\"more\":1}", "neither true nor false")]
    [InlineData("run_stopping", "7", "it has no field \"cause\"")]
    [InlineData("run_stopping", "{\"cause\":", "")]
    public void A_field_that_cannot_be_is_named_with_its_event(string type, string data, string why)
    {
        var error = Assert.Throws<InvalidRunEventException>(() => EventCatalog.Read(new JournalRecord
        {
            Seq = 7, At = default, Type = type, Task = "a", Attempt = 1, Data = Encoding.UTF8.GetBytes(data), Durable
                = 0,
        }));
        Assert.Contains($"event 7 ({type} of task \"a\")", error.Message, StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    private static RunEvent Event(string text)
    {
        var (type, task, number) = text.Split(' ') is [var t, var n, var a] ? (t, n, int.Parse(a)) : default;
        var at = new DateTimeOffset(2026, 11, 20, 9, 30, 12, TimeSpan.Zero);
        RunEvent e = type switch
        {
            "attempt_started" => new AttemptStarted("command"),
            "attempt_succeeded" => new AttemptSucceeded(new Outcome { ExitCode = 0 }),
            "attempt_failed" => new AttemptFailed(new Outcome { ExitCode = 1 }),
            "attempt_withdrawn" => new AttemptWithdrawn("x"),
            "attempt_found" => new AttemptFound(AttemptTrace.Alive),
            "attempt_adopted" => new AttemptAdopted(AttemptTrace.Alive),
            "runtime_error_classified" => new RuntimeErrorClassified(Failure),
            "runtime_recovery_scheduled" => new RuntimeRecoveryScheduled(new RecoveryDecision
            {
                Strategy = (RecoveryStrategy)(number % 3 == 2 ? 4 : number), Reason = "x", Class
                    = FailureClass.Connection,
                Delay = TimeSpan.FromSeconds(1), Until = at.AddSeconds(1),
            }),
            "task_retry_requested" => new TaskRetryRequested(2),
            "task_expanded" => new TaskExpanded(number, [new("i0", "i0"), new("i1", "i1")], number == 3),
            "task_succeeded" => new TaskSucceeded(2),
            "task_failed" => new TaskFailed(FailureClass.Connection, "x"),
            "task_blocked" => new TaskBlocked(["a"]),
            "task_skipped" => new TaskSkipped("x"),
            "task_held" => new TaskHeld(FailureClass.OutcomeUnknown, "x"),
            "task_cancelled" => new TaskCancelled("x"),
            "task_reconciled" => new TaskReconciled((ReconcileAnswer)(number % 3), 0),
            "task_resolved" => new TaskResolved((Resolution)(number % 3), "x"),
            "task_reopened" => new TaskReopened("x"),
            "task_taken_over" => new TaskTakenOver("x"),
            "outputs_lost" => new OutputsLost(["x"]),
            "journal_repaired" => new JournalRepaired(1, 2),
            "run_stopping" => new RunStopping((StopCause)number, "x", "x"),
            "run_waiting" => new RunWaiting("x"),
            "run_reopened" => new RunReopened("x", "x"),
            "clock_jumped" => new ClockJumped(TimeSpan.FromSeconds(-1)),
            "driver_started" => new DriverStarted(1, "b", "h", 1, true),
            _ => new OtherEvent(type),
        };
        return e.Addressed(task == "-" ? null : task, number, at);
    }
}
