using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Steps.Programs;
using Holdfast.Testing.Simulation;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>The folded run of a program: its steps, timers and signals; and what wakes those who wait.</summary>
public sealed class ProgramStateTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 20, 9, 30, 12, TimeSpan.Zero);

    private static RunState State(params RunEvent[] events)
    {
        var state = new RunState(new RunSpec { RunId = "r", Tasks = [] });
        state.Apply(new RunStarted("r", "", 1, 0) { IsOfProgram = true, At = At }, 1);
        foreach (var e in events)
        {
            state.Apply(e with { At = At }, state.LastSeq + 1);
        }

        return state;
    }

    private static AttemptStarted Started(string step, Effect? effect = null) =>
        new(RuntimeChoice.Step) { Task = step, Attempt = 1, Effect = effect };

    private static AttemptSucceeded Succeeded(string step) =>
        new(new Outcome()) { Task = step, Attempt = 1 };

    public static TheoryData<string[], string?, bool, int, string> Signals => new()
    {
        { ["s"], "1", true, ExitCodes.Done, "signal \"s\" was sent" },
        { ["s"], "\"" + new string('x', Steering.MaxSignalBytes - 2) + "\"", true, 0, "signal \"s\" was sent" },
        { [], "1", false, ExitCodes.Usage, "a signal names what it is: 0 names were given, and it takes one" },
        { ["s", "t"], "1", false, ExitCodes.Usage, "a signal names what it is: 2 names were given, and it takes one" },
        { [" "], "1", false, ExitCodes.Usage, "a signal names what it is: the name is empty" },
        { ["s"], null, false, ExitCodes.Usage, "is one line of JSON, up to 65536 bytes: there is none" },
        { ["s"], "[1,\n2]", false, ExitCodes.Usage, "up to 65536 bytes: it has line ends, or is longer" },
        { ["s"], "[1,\r2]", false, ExitCodes.Usage, "up to 65536 bytes: it has line ends, or is longer" },
        { ["s"], new string('1', 65_537), false, ExitCodes.Usage, "up to 65536 bytes: it has 65537 characters" },
        { ["s"], new string('ü', 40_000), false, ExitCodes.Usage, "up to 65536 bytes: it has line ends, or is longer" },
        { ["s"], "[1", false, ExitCodes.Usage, "up to 65536 bytes: " },
        { ["sent"], "1", false, ExitCodes.Conflict, "signal \"sent\" was sent already; each is sent once" },
        { ["done"], "1", false, ExitCodes.Conflict, "\"done\" is a step that is succeeded, and waits for no signal" },
        { ["open"], "1", false, ExitCodes.Conflict, "\"open\" is a step that is running, and waits for no signal" },
        { ["retries"], "1", false, ExitCodes.Conflict, "\"retries\" is a step that is retrying, and waits for no" },
        { ["waits"], "1", true, ExitCodes.Done, "signal \"waits\" was sent" },
    };

    [Theory]
    [MemberData(nameof(Signals))]
    public void A_signal_is_answered_in_words_and_by_code(
        string[] names, string? value, bool accepted, int exitCode, string message)
    {
        var state = State(
            new SignalReceived("me") { Task = "sent", Result = new StepResult { Json = "1" } }, Started("done"),
            Succeeded("done"), Started("open"), Started("retries"),
            new AttemptFailed(new Outcome()) { Task = "retries", Attempt = 1 },
            new TaskWaiting("waits for a signal") { Task = "waits" });
        var (answer, events) = Steering.Apply(
            state, new SteeringRequest("q", SteeringCommand.Signal, "me") { Tasks = names, Value = value });
        Assert.Equal((accepted, exitCode), (answer.Accepted, answer.ExitCode));
        Assert.Contains(message, answer.Message);
        Assert.Equal(accepted, events[0] is SignalReceived received && received.Result!.Json == value);
    }

    [Fact]
    public void Nobody_waits_for_a_signal_once_the_run_has_ended()
    {
        var state = State(new RunEnded(RunStatus.Succeeded, 0, "done"));
        var (answer, events) = Steering.Apply(
            state, new SteeringRequest("q", SteeringCommand.Signal, "me") { Tasks = ["s"], Value = "1" });
        Assert.Equal("the run has ended (succeeded); nobody waits for a signal", answer.Message);
        Assert.Empty(events);
    }

    [Fact]
    public void A_step_is_part_of_the_run_from_the_first_event_about_it()
    {
        var state = State();
        Assert.True(state.IsOfProgram);
        Assert.Empty(state.Tasks);
        state.Apply(new OtherEvent("later") { Task = "x" }, 2);
        Assert.Empty(state.Tasks);
        state.Apply(Started("a"), 3);
        Assert.Equal((1, 1, 1), (state.Total, state.UnendedTasks, state.Open.Count));
        Assert.Equal(("a", 0, "step"), (state.Tasks[0].Name, state.Tasks[0].Index, state.Tasks[0].Runtime.Name));
        var described = state.Describe(new TaskSpec("b") { Runtimes = RuntimeChoice.OfProgram });
        Assert.Equal((TaskStage.Ready, 1), (described.Status, described.Index));
        Assert.Same(state.Find("a"), state.Describe(new TaskSpec("a") { Effect = Effect.Once }));
        Assert.Equal(Effect.Once, state.Find("a")!.Spec.Effect);
    }

    [Fact]
    public void What_the_journal_says_of_the_effect_of_a_step_counts_until_its_program_says_it_anew()
    {
        var state = State(Started("a", Effect.Once), Started("b"));
        Assert.Equal((Effect.Once, Effect.Repeatable), (
            state.Find("a")!.Spec.Effect, state.Find("b")!.Spec.Effect));
        var plan = new RunState(Plans.Of("a"));
        plan.Apply(Started("a", Effect.Once), 1);
        Assert.Equal(Effect.Repeatable, plan.Find("a")!.Spec.Effect);
    }

    [Fact]
    public void A_timer_of_a_length_moves_with_the_steady_clock_and_one_of_a_time_does_not()
    {
        var timer = new AttemptStarted("timer") { Attempt = 1, Until = At.AddHours(1) };
        var state = State(
            timer with { Task = "long", Delay = TimeSpan.FromHours(1) }, timer with { Task = "until" }, Started("a"));
        state.Apply(new ClockJumped(TimeSpan.FromHours(5)), 9);
        Assert.Equal(
            (At.AddHours(6), At.AddHours(1), null),
            (state.Find("long")!.Timer!.Until, state.Find("until")!.Timer!.Until, state.Find("a")!.Timer));
    }

    [Fact]
    public void A_sent_value_is_the_result_of_its_step_and_says_who_sent_it()
    {
        var state = State(new SignalReceived("me") { Task = "s", Result = new StepResult { Json = "[1]" } });
        var task = state.Find("s")!;
        Assert.Equal(
            (TaskStage.Succeeded, "sent by me", "[1]", true),
            (task.Status, task.Reason, task.Result!.Json, task.WasSent));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whether_a_step_asks_for_an_approval_is_told_by_its_last_wait(bool asks)
    {
        var state = State(
            new TaskWaiting("w") { Task = "a", AsksApproval = !asks },
            new TaskWaiting("w") { Task = "a", AsksApproval = asks });
        var (answer, _) = Steering.Apply(
            state, new SteeringRequest("q", SteeringCommand.Approve, "me") { Tasks = ["a"] });
        Assert.Equal(asks, answer.Accepted);
        Assert.Equal(asks, state.Describe(new TaskSpec("a")).Spec.Approval is not null);
    }

    [Fact]
    public async Task A_change_wakes_all_who_wait_and_who_saw_less_does_not_wait_at_all()
    {
        var changes = new ChangeSignal(new SimulatedTime());
        var (one, other) = (changes.WaitAsync(0, null), changes.WaitAsync(0, TimeSpan.FromHours(1)));
        Assert.False(one.IsCompleted || other.IsCompleted);
        changes.Tell();
        await Task.WhenAll(one, other).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(1, changes.Count);
        Assert.True(changes.WaitAsync(0, null).IsCompleted);
        Assert.True(changes.WaitAsync(1, TimeSpan.Zero).IsCompleted);
        Assert.True(changes.WaitAsync(1, TimeSpan.FromTicks(-1)).IsCompleted);
        Assert.False(changes.WaitAsync(1, null).IsCompleted);
    }

    [Theory]
    [InlineData(60.0, 60.0)]
    [InlineData(0.0001, 0.001)]
    [InlineData(0.0014, 0.002)]
    [InlineData(5_000_000.0, 3_456_000.0)]
    public async Task A_wait_ends_by_itself_no_sooner_than_asked_but_for_one_of_months(double seconds, double ends)
    {
        var time = new SimulatedTime();
        var changes = new ChangeSignal(time);
        var wait = changes.WaitAsync(0, TimeSpan.FromSeconds(seconds));
        Assert.Equal(TimeSpan.FromSeconds(ends), time.NextTimer);
        time.Advance(TimeSpan.FromSeconds(ends) - TimeSpan.FromTicks(1));
        Assert.False(wait.IsCompleted);
        time.Advance(TimeSpan.FromTicks(1));
        await wait.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Null(time.NextTimer);
    }
}
