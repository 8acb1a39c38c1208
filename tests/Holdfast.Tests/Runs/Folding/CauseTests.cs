using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;

namespace Holdfast.Tests.Runs.Folding;

/// <summary>Every event that has a cause is refused without it, with the reason.</summary>
public sealed class CauseTests
{
    private static readonly RunEvent[] Succeeded =
        [Started(), new AttemptSucceeded(new Outcome { ExitCode = 0 }) { Attempt = 1 }];

    private static readonly RunEvent[] Failed =
        [Started(), new AttemptFailed(new Outcome { ExitCode = 1 }) { Attempt = 1 }];

    private static readonly RunEvent[] Judged =
    [
        .. Failed, new RuntimeErrorClassified(RunBench.Failed(FailureClass.Connection).Failure!) { Attempt = 1 },
    ];

    private static readonly RunEvent Expanded = new TaskExpanded(0, [new("1", "1"), new("2", "2")], false);

    private static readonly RunEvent Recovery = EventSamples.All.Single(e => e is RuntimeRecoveryScheduled);

    private static readonly RunEvent[] EndsOfATask =
    [
        new TaskFailed(FailureClass.Connection, "x"), new TaskBlocked(["b"]), new TaskSkipped("x"),
        new TaskCancelled("x"), new TaskHeld(FailureClass.OutcomeUnknown, "x"), new TaskTakenOver("x"),
    ];

    public static TheoryData<string, RunEvent[], RunEvent, string> Uncaused
    {
        get
        {
            var rows = new TheoryData<string, RunEvent[], RunEvent, string>();
            foreach (var e in EndsOfATask)
            {
                rows.Add("a", Succeeded, e, "the task has ended (succeeded)");
                rows.Add("a", [Started()], e, "its attempt 1 is under way");
            }

            foreach (var e in new RunEvent[]
            {
                new AttemptSucceeded(new Outcome()), new AttemptFailed(new Outcome()), new AttemptWithdrawn("x"),
            })
            {
                rows.Add("a", [], e with { Attempt = 1 }, "no attempt of it is under way, it is ready");
                rows.Add("a", Failed, e with { Attempt = 1 }, "no attempt of it is under way, it is retrying");
                rows.Add("a", [Started()], e with { Attempt = 2 }, "the attempt under way is number 1, not 2");
            }

            rows.Add("a", Failed, Started(), "its last attempt was already number 1");
            rows.Add("a", Failed, new AttemptFound(AttemptTrace.Gone) { Attempt = 1 }, "was already number 1");
            rows.Add("a", Judged, Judged[^1], "no failed attempt of it waits for its judgement");
            rows.Add("a", Failed, Recovery, "no failure of it waits for a recovery");
            rows.Add("a", Succeeded, new TaskWaiting("x"), "the task has ended (succeeded)");
            rows.Add("a", [Started()], new TaskWaiting("x"), "its attempt 1 is under way");
            rows.Add("a", [], new ApprovalDecided(true, "me"), "it is no approval");
            rows.Add("ask", [], new ApprovalDecided(true, "me"), "it is ready, nobody was asked");
            rows.Add("a", [], new SignalReceived("me"), "signals are for the steps of a C# program");
            rows.Add("a", [], new TaskResolved(Resolution.Done, "me"), "it is ready, not held");
            rows.Add("a", Judged, new TaskReconciled(ReconcileAnswer.Happened, 0), "nobody asked");
            rows.Add("a", [], Checkpoint("z"), "\"z\" is no checkpoint of it");
            rows.Add("a", [], Checkpoint("y"), "its next checkpoint is \"x\"");
            rows.Add("a", [Started(), Checkpoint("x")], Checkpoint("x"), "checkpoint \"x\" is completed already");
            rows.Add("a", Succeeded, Checkpoint("x"), "the task has ended (succeeded)");
            rows.Add("f", [Expanded], Expanded, "it is running");
            rows.Add("f", [new TaskSkipped("x")], Expanded, "it is skipped");
            rows.Add("f", [], new TaskExpanded(2, [new("3", "3")], false), "it begins at item 2, and 0 are known");
            rows.Add("f", [new TaskExpanded(0, [new("1", "1")], true)], new TaskExpanded(2, [new("3", "3")], false),
                "it begins at item 2, and 1 are known");
            rows.Add("f", [], new TaskExpanded(0, [new("1", "1"), new("1", "2")], false),
                "two of its instances would be called \"f[1]\"");
            rows.Add("f", [new TaskExpanded(0, [new("1", "1")], true)], new TaskExpanded(1, [new("1", "2")], false),
                "two of its instances would be called \"f[1]\"");
            rows.Add("f", [], new TaskExpanded(0, [new("taken", "1")], false), "would be called \"f[taken]\"");
            rows.Add("f", [Expanded], new TaskSucceeded(2), "no fan-out whose instances have all ended");
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Uncaused))]
    public void An_event_without_its_cause_is_refused_with_the_reason(
        string task, RunEvent[] before, RunEvent e, string why)
    {
        var state = State();
        var seq = 0L;
        foreach (var earlier in before)
        {
            state.Apply(earlier with { Task = task }, ++seq);
        }

        var error = Assert.Throws<InvalidRunEventException>(() => state.Apply(e with { Task = task }, ++seq));
        Assert.StartsWith($"event {seq} ({e.Type} of task \"{task}\") cannot be: ", error.Message,
            StringComparison.Ordinal);
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string> Types => [.. EventSamples.All.Select(e => e.Type)];

    [Theory]
    [MemberData(nameof(Types))]
    public void An_event_about_a_task_names_it(string type)
    {
        var sample = EventSamples.All.Single(e => e.Type == type);
        var error = Record.Exception(() => State().Apply(sample with { Task = null }, 7));
        if (sample.Task is null)
        {
            Assert.Null(error);
            return;
        }

        Assert.Equal($"event 7 ({type}) cannot be: it names no task",
            Assert.IsType<InvalidRunEventException>(error).Message);
    }

    [Fact]
    public void Only_a_reopened_run_reopens_or_holds_its_tasks()
    {
        var state = State();
        state.Apply(new TaskFailed(FailureClass.BuildFailure, "no") { Task = "a" }, 1);
        state.Apply(
            new PlanChanged("1") { Stale = ["a"], Was = ["aaaa"], Now = ["bbbb"], RerunBy = "me" }, 2);
        state.Apply(new RunEnded(RunStatus.Failed, 1, "no"), 3);
        foreach (var e in new RunEvent[] { new TaskReopened("me"), new TaskHeld(FailureClass.OutcomeUnknown, "x") })
        {
            var error = Assert.Throws<InvalidRunEventException>(() => Copy(state).Apply(e with { Task = "a" }, 4));
            Assert.Contains("the run has ended, and nobody reopened it", error.Message, StringComparison.Ordinal);
            var reopened = Copy(state);
            reopened.Apply(new RunReopened("me", "again"), 4);
            reopened.Apply(e with { Task = "a" }, 5);
            Assert.False(reopened.Find("a")!.Status.IsEnd());
        }
    }

    private static RunState Copy(RunState state) => RunSnapshot.Read(state.Spec, RunSnapshot.Write(state));

    private static AttemptStarted Started() => new("command") { Attempt = 1 };

    private static CheckpointCompleted Checkpoint(string id) => new(id, "done", "me") { Attempt = 1 };

    private static RunState State() => new(
        Plans.Of(
            Plans.Task("a") with { Checkpoints = ["x", "y"] }, "f".FanOut(), Plans.Task("f[taken]"),
            Plans.Task("ask") with { Approval = TimeSpan.FromHours(1) }));
}
