using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Tests.Runs;

/// <summary>What whoever steers a run, or looks at one that ended or waits, is told.</summary>
public sealed class AnswerTests
{
    private static readonly AttemptEnd Well = new(new Outcome { ExitCode = 0 }, null);

    public static TheoryData<string, SteeringRequest, bool, int, string> OfTheRun
    {
        get
        {
            var rows = new TheoryData<string, SteeringRequest, bool, int, string>();
            Add("", Ask(SteeringCommand.Cancel), true, ExitCodes.Done, "the run is being cancelled");
            Add("cancelled", Ask(SteeringCommand.Cancel), true, ExitCodes.Done, "the run is being cancelled already");
            Add("ended", Ask(SteeringCommand.Cancel), false, ExitCodes.Conflict,
                "the run has ended (failed); there is nothing to cancel");
            Add("", Ask(SteeringCommand.Pause), true, ExitCodes.Done,
                "paused: what runs goes on, nothing new starts");
            Add("paused", Ask(SteeringCommand.Pause), true, ExitCodes.Done, "the run is paused already");
            Add("ended", Ask(SteeringCommand.Pause), false, ExitCodes.Conflict,
                "the run has ended (failed); there is nothing to pause");
            Add("paused", Ask(SteeringCommand.Unpause), true, ExitCodes.Done, "the run goes on");
            Add("", Ask(SteeringCommand.Unpause), false, ExitCodes.Conflict, "the run is not paused");
            Add("ended", Ask(SteeringCommand.Unpause), false, ExitCodes.Conflict,
                "the run has ended (failed); there is nothing to unpause");
            Add("", Ask(SteeringCommand.Retry, "failed"), true, ExitCodes.Done, "task \"failed\" runs again");
            Add("", Ask(SteeringCommand.Retry, "failed", "worse", "failed"), true, ExitCodes.Done, "2 tasks run again");
            Add("", Ask(SteeringCommand.Retry), true, ExitCodes.Done, "2 tasks run again");
            Add("none failed", Ask(SteeringCommand.Retry), false, ExitCodes.Conflict, "no task of the run has failed");
            Add("", Ask(SteeringCommand.Retry, "failed", "x"), false, ExitCodes.NotFound,
                "the run has no task \"x\"; `holdfast status bench` shows all 8");
            Add("", Ask(SteeringCommand.Retry, "ask"), false, ExitCodes.Conflict,
                "task \"ask\" waits for an approval; approve or deny it");
            Add("", Ask(SteeringCommand.Retry, "held"), false, ExitCodes.Conflict,
                "task \"held\" is held; decide with resolve --done, --redo or --fail");
            Add("", Ask(SteeringCommand.Retry, "free"), false, ExitCodes.Conflict,
                "task \"free\" is ready, and starts as soon as it has a place; only what failed, or waits for a "
                    + "time or a target, is tried again");
            Add("", Ask(SteeringCommand.Retry, "behind"), false, ExitCodes.Conflict,
                "task \"behind\" is blocked by \"failed\", \"worse\"; retry that");
            Add("", Ask(SteeringCommand.Retry, "done"), false, ExitCodes.Conflict,
                "task \"done\" is done and is never repeated in this run; fork the run from it instead");
            Add("cancelled", Ask(SteeringCommand.Retry), false, ExitCodes.Conflict,
                "the run was cancelled, which is final; start a new one, or fork it");
            return rows;

            void Add(string state, SteeringRequest request, bool accepted, int exitCode, string message) =>
                rows.Add(state, request, accepted, exitCode, message);
        }
    }

    public static TheoryData<string, SteeringRequest, bool, int, string> OfPeople
    {
        get
        {
            var rows = new TheoryData<string, SteeringRequest, bool, int, string>();
            Add("", Ask(SteeringCommand.Approve, "ask", "ask"), true, ExitCodes.Done, "approved");
            Add("", Ask(SteeringCommand.Deny, "ask"), true, ExitCodes.Done, "denied");
            Add("", Ask(SteeringCommand.Approve), false, ExitCodes.Usage,
                "an approval names the tasks that it is about");
            Add("", Ask(SteeringCommand.Approve, "x"), false, ExitCodes.NotFound,
                "the run has no task \"x\"; `holdfast status bench` shows all 8");
            Add("", Ask(SteeringCommand.Approve, "free"), false, ExitCodes.Conflict,
                "task \"free\" is no approval; there is nothing to approve or deny, and `holdfast status bench` shows "
                    + "what waits");
            Add("denied", Ask(SteeringCommand.Approve, "ask"), false, ExitCodes.Conflict,
                "task \"ask\" is failed, and waits for no approval; `holdfast status bench` shows what does");
            Add("", Ask(SteeringCommand.Resolve, "held"), false, ExitCodes.Usage,
                "a resolve says what became of the task: --done, --redo or --fail");
            Add("", Ask(SteeringCommand.Resolve) with { As = Resolution.Done }, false, ExitCodes.Usage,
                "a resolve names the tasks that it is about");
            Add("", Ask(SteeringCommand.Resolve, "held", "held") with { As = Resolution.Redo }, true, ExitCodes.Done,
                "resolved as redo");
            Add("", Ask(SteeringCommand.Resolve, "x") with { As = Resolution.Redo }, false, ExitCodes.NotFound,
                "the run has no task \"x\"; `holdfast status bench` shows all 8");
            Add("", Ask(SteeringCommand.Resolve, "free") with { As = Resolution.Redo }, false, ExitCodes.Conflict,
                "task \"free\" is ready, not held; there is nothing to resolve, and `holdfast status bench` shows "
                    + "what is held");
            Add("", Ask(SteeringCommand.Checkpoint, "free"), false, ExitCodes.Usage,
                "a checkpoint names one task and the id of the checkpoint");
            Add("", Ask(SteeringCommand.Checkpoint, "open", "free") with { Checkpoint = "x" }, false, ExitCodes.Usage,
                "a checkpoint names one task and the id of the checkpoint");
            Add("", Ask(SteeringCommand.Checkpoint, "x") with { Checkpoint = "x" }, false, ExitCodes.NotFound,
                "the run has no task \"x\"; `holdfast status bench` shows all 8");
            Add("", Ask(SteeringCommand.Checkpoint, "open") with { Checkpoint = "x" }, true, ExitCodes.Done,
                "checkpoint \"x\" is completed; next is \"y\"");
            Add("one is left", Ask(SteeringCommand.Checkpoint, "open") with { Checkpoint = "y" }, true, ExitCodes.Done,
                "checkpoint \"y\" is completed; it was the last one");
            Add("", Ask(SteeringCommand.Checkpoint, "open") with { Checkpoint = "y" }, false, ExitCodes.Conflict,
                "rule order: the next checkpoint of task \"open\" is \"x\", not \"y\"");
            Add("", Ask(SteeringCommand.Checkpoint, "open") with { Checkpoint = "z" }, false, ExitCodes.Conflict,
                "rule declared: \"z\" is no checkpoint of task \"open\"; it declares \"x\", \"y\"");
            Add("", Ask(SteeringCommand.Signal, "s") with { Value = "1" }, false, ExitCodes.Conflict,
                "signals are for runs of C# programs, and this is one of a plan");
            return rows;

            void Add(string state, SteeringRequest request, bool accepted, int exitCode, string message) =>
                rows.Add(state, request, accepted, exitCode, message);
        }
    }

    [Theory]
    [MemberData(nameof(OfTheRun))]
    [MemberData(nameof(OfPeople))]
    public void A_request_is_answered_in_words_and_by_code(
        string at, SteeringRequest request, bool accepted, int exitCode, string message)
    {
        var state = State(at);
        var (answer, events) = Steering.Apply(state, request);
        Assert.Equal(accepted && request.Command == SteeringCommand.Retry, answer.SetGoing > 0);
        Assert.Equal(new SteeringAnswer(accepted, message, exitCode) { SetGoing = answer.SetGoing }, answer);
        if (state.Ended is not null && !accepted)
        {
            Assert.Empty(events);
            return;
        }

        Assert.Equal(
            new RequestReceived("r", request.Command.Word(), "me", accepted, message)
            {
                ExitCode = exitCode, SetGoing = answer.SetGoing,
            },
            events[^1]);
        foreach (var e in events)
        {
            state.Apply(e, state.LastSeq + 1);
        }

        Assert.Equal((answer, 0), (Steering.Apply(state, request).Answer, Steering.Apply(state, request).Events.Count));
    }

    [Fact]
    public void A_retry_after_the_end_reopens_the_run_first_and_says_who_wanted_it()
    {
        var (_, events) = Steering.Apply(State("ended"), Ask(SteeringCommand.Retry, "failed"));
        Assert.Equal(new RunReopened("me", "task \"failed\" runs again"), events[0]);
        Assert.Equal(new TaskReopened("me") { Task = "failed" }, events[1]);
        Assert.Equal(3, events.Count);
    }

    [Theory]
    [InlineData("", "there was nothing to do")]
    [InlineData("a", "its task is done")]
    [InlineData("a b", "all 2 tasks are done")]
    public void A_run_that_ended_well_says_how_much_it_did(string tasks, string why)
    {
        var names = tasks.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var bench = new RunBench(Plans.Of(names));
        bench.Succeed(names);
        Assert.Equal((RunStatus.Succeeded, why), (bench.State.Status, bench.State.Ended!.Why));
    }

    [Fact]
    public void A_run_that_failed_names_the_failure_that_came_first()
    {
        var bench = new RunBench(Plans.Of("b", "a", "c: b"));
        bench.Fail("b", FailureClass.TestFailure);
        bench.Advance(TimeSpan.FromSeconds(1));
        bench.Fail("a");
        var reason = bench.State.Find("b")!.Reason;
        Assert.Equal($"task \"b\" failed: {reason}", bench.State.Ended!.Why);
        Assert.Contains("test_failure", reason, StringComparison.Ordinal);
        var denied = new RunBench(Plans.Of("a"));
        denied.Fail("a", FailureClass.Cancelled, EndedBy.Cancel);
        Assert.Equal((RunStatus.Failed, "not everything succeeded"), (denied.State.Status, denied.State.Ended!.Why));
    }

    [Fact]
    public void A_run_that_waits_for_people_names_five_tasks_at_most()
    {
        Assert.Equal("a person has to decide about \"t1\"", WhyWaiting(1));
        Assert.Equal("a person has to decide about \"t1\", \"t2\", \"t3\", \"t4\", \"t5\"", WhyWaiting(5));
        Assert.Equal("a person has to decide about \"t1\", \"t2\", \"t3\", \"t4\", \"t5\" and more", WhyWaiting(6));

        static string WhyWaiting(int held) => new RunBench(Plans.Of(
            [.. Enumerable.Range(1, held).Select(i => Plans.Task($"t{i}") with { Approval = TimeSpan.FromHours(1) })]))
            .State.WaitingFor!.Why;
    }

    [Fact]
    public void A_fan_out_ends_as_its_instances_came_to()
    {
        Assert.Equal("2 of 3 instances were cancelled", Reason(0, 2));
        Assert.Equal("1 of 3 instances failed, the first is \"f[2]\"", Reason(1, 1));
        Assert.Equal("3 of 3 instances failed, the first is \"f[1]\"", Reason(3, 0));

        static string? Reason(int failed, int cancelled)
        {
            var host = new ScriptedHost { Items = { ["f"] = Plans.Items("1", "2", "3") } };
            var bench = new RunBench(Plans.Of("f".FanOut()), host);
            for (var i = 1; i <= 3; i++)
            {
                // First those that were cancelled, then those that failed, then what went well.
                bench.End($"f[{i}]", i <= cancelled ? RunBench.Failed(FailureClass.Cancelled, EndedBy.Cancel)
                    : i <= cancelled + failed ? RunBench.Failed(FailureClass.BuildFailure) : Well);
            }

            return bench.State.Find("f")!.Reason;
        }
    }

    private static SteeringRequest Ask(SteeringCommand command, params string[] tasks) =>
        new("r", command, "me") { Tasks = tasks };

    // One task at each place where a person can find one.
    private static RunState State(string at)
    {
        var state = new RunState(
            Plans.Of(
                Plans.Task("free"), Plans.Task("failed"), Plans.Task("worse"), Plans.Task("done"), Plans.Task("held"),
                Plans.Task("ask") with { Approval = TimeSpan.FromHours(1) },
                Plans.Task("open") with { Checkpoints = ["x", "y"] }, Plans.Task("behind: failed worse")));
        var failed = new TaskFailed(FailureClass.BuildFailure, "no");
        List<RunEvent> events =
        [
            new RunStarted("bench", new string('0', 64), 1, 8), new TaskWaiting("approve") { Task = "ask" },
            new TaskHeld(FailureClass.OutcomeUnknown, "perhaps") { Task = "held" },
            new AttemptStarted("command") { Task = "open", Attempt = 1 },
            new AttemptStarted("command") { Task = "done", Attempt = 1 },
            new AttemptSucceeded(new Outcome { ExitCode = 0 }) { Task = "done", Attempt = 1 },
        ];
        if (at != "none failed")
        {
            events.AddRange(
                failed with { Task = "failed" }, failed with { Task = "worse" },
                new TaskBlocked(["failed", "worse"]) { Task = "behind" });
        }

        switch (at)
        {
            case "cancelled":
                events.Add(new RunStopping(StopCause.Cancel, "you", "cancelled by you"));
                break;
            case "paused":
                events.Add(new RunPaused("you"));
                break;
            case "ended":
                events.Add(new RunEnded(RunStatus.Failed, 1, "no"));
                break;
            case "denied":
                events.Add(new ApprovalDecided(false, "you") { Task = "ask" });
                break;
            case "one is left":
                events.Add(new CheckpointCompleted("x", "done", "you") { Task = "open", Attempt = 1 });
                break;
        }

        for (var i = 0; i < events.Count; i++)
        {
            state.Apply(events[i], i + 1);
        }

        return state;
    }
}
