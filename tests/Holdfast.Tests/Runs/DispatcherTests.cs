using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;
using Holdfast.Testing.Simulation;

namespace Holdfast.Tests.Runs;

/// <summary>When a driver that rests is woken, and what whoever observes it sees.</summary>
public sealed class DispatcherTests
{
    private readonly ScriptedHost _host = new();
    private readonly MemoryJournal _journal = new();
    private readonly SimulatedTime _time = new();
    private int _woken;

    private Dispatcher Begin(RunSpec spec, int maxParallel = 2, IRunJournal? journal = null)
    {
        var dispatcher = new Dispatcher(
            new RunState(spec), journal ?? _journal, _host, new RunClock(_time),
            new DriverLimits { MaxParallel = maxParallel });
        dispatcher.Woken += () => _woken++;
        dispatcher.Begin([new RunStarted("p", new string('0', 64), 1, spec.Tasks.Count)]);
        dispatcher.TakeOver(new DriverStarted(1, "", "here", maxParallel, false), null);
        return dispatcher;
    }

    private int WokenBy(Action action)
    {
        _woken = 0;
        action();
        return _woken;
    }

    [Fact]
    public void Whatever_comes_from_outside_wakes_it()
    {
        var dispatcher = Begin(Plans.Of("a", "b"));
        dispatcher.Step();
        Assert.Equal(1, WokenBy(() => _host.End(new("a", 1), new(new Outcome { ExitCode = 0 }, null))));
        Assert.Equal(1, WokenBy(() => dispatcher.Steer(new("r", SteeringCommand.Pause, "me"), _ => { })));
        Assert.Equal(1, WokenBy(() => dispatcher.Interrupt("Ctrl-C")));
        Assert.False(dispatcher.State.Paused);
        dispatcher.Step();
        Assert.Equal((TaskStage.Succeeded, true), (dispatcher.State.Find("a")!.Status, dispatcher.State.Paused));
    }

    [Fact]
    public void A_sync_wakes_it_while_somebody_waits_for_the_disk_and_not_else()
    {
        _journal.SyncsAtOnce = false;
        var dispatcher = Begin(Plans.Of("a", "b", "c"));
        dispatcher.Step();
        Assert.Empty(_host.Started);
        Assert.Equal(1, WokenBy(_journal.Sync));
        dispatcher.Step();
        Assert.Equal(2, _host.Started.Count);

        // All places are taken, and nobody waits for an answer.
        dispatcher.Post(() => { });
        dispatcher.Step();
        Assert.Equal(0, WokenBy(_journal.Sync));
        dispatcher.Steer(new("r", SteeringCommand.Pause, "me"), _ => { });
        dispatcher.Step();
        Assert.Equal(1, WokenBy(_journal.Sync));
    }

    [Fact]
    public void An_answer_is_given_once_what_it_says_is_durable()
    {
        _journal.SyncsAtOnce = false;
        var dispatcher = Begin(Plans.Of("a"));
        var answers = new List<string>();
        dispatcher.Steer(new("r1", SteeringCommand.Pause, "me"), a => answers.Add(a.Message));
        dispatcher.Steer(new("r2", SteeringCommand.Pause, "me"), a => answers.Add(a.Message));
        dispatcher.Step();
        Assert.Empty(answers);
        _journal.Sync();
        dispatcher.Step();
        Assert.Equal(
            ["paused: what runs goes on, nothing new starts", "the run is paused already"], answers);
        Assert.Equal(1, _journal.Events.Count(e => e is RunPaused));
    }

    [Fact]
    public void A_journal_that_can_no_longer_be_written_wakes_it_whatever_it_waits_for()
    {
        var broken = new BrokenJournal(_journal);
        var dispatcher = Begin(Plans.Of("a"), maxParallel: 1, broken);
        dispatcher.Step();
        Assert.Equal(0, WokenBy(broken.Advance));
        broken.IsBroken = true;
        Assert.Equal(1, WokenBy(broken.Advance));
        Assert.Throws<JournalPoisonedException>(dispatcher.Step);
    }

    [Fact]
    public void An_observer_sees_each_durable_event_once_in_order_and_the_closing_before_its_line()
    {
        var observer = new Observer();
        var bench = new RunBench(Plans.Of("a", "b: a"), observer: observer);
        bench.Journal.SyncsAtOnce = false;
        var durable = bench.Journal.Durable;
        bench.Succeed("a");
        Assert.Equal(durable, observer.Seen.Count);
        bench.Journal.SyncsAtOnce = true;
        bench.Step();
        bench.Succeed("b");
        Assert.Equal(bench.Journal.Events.Select(e => e.Type), observer.Seen.Select(s => s.Event.Type));
        Assert.Equal(Enumerable.Range(1, observer.Seen.Count).Select(i => (long)i), observer.Seen.Select(s => s.Seq));
        Assert.Equal("run_ended", observer.AtClosing);
        Assert.Equal(new RunProgress(0, 2), observer.Seen[0].Progress);
        Assert.Equal(new RunProgress(2, 2), observer.Seen[^1].Progress);
        Assert.Equal(
            new RunProgress(1, 2), observer.Seen.Single(s => s.Event is AttemptSucceeded { Task: "a" }).Progress);
    }

    [Fact]
    public void A_cascade_is_cut_into_steps_between_which_ends_are_taken_in()
    {
        var bench = new RunBench(
            Plans.Of(["a", .. Enumerable.Range(0, 2_500).Select(i => $"t{i}: a")]));
        bench.Host.End(new("a", 1), RunBench.Failed(FailureClass.BuildFailure));
        bench.Step();
        Assert.Equal((2_500, RunStatus.Failed), (bench.State.Count(TaskStage.Blocked), bench.State.Status));
        Assert.Equal(Holdfast.Runs.ExitCodes.Failed, bench.ExitCode);
    }

    [Fact]
    public void An_attempt_is_judged_anew_where_its_judgement_was_lost()
    {
        var bench = new RunBench(Plans.Of("a".With(Effect.Repeatable)));
        bench.Journal.Append(
            new AttemptFailed(new Outcome { ExitCode = 1 }) { Task = "a", Attempt = 1 }, bench.Time.GetUtcNow());
        bench.Host.Reexamined = RunBench.Failed(FailureClass.TestFailure);
        bench.Restart();
        Assert.Equal(FailureClass.TestFailure, bench.State.Find("a")!.Failure!.Class);
        Assert.Equal(TaskStage.Failed, bench["a"]);
    }

    [Theory]
    [InlineData(true, FailureClass.Incomplete)]
    [InlineData(false, FailureClass.InfrastructureLost)]
    public void An_attempt_that_ended_well_without_its_checkpoints_is_judged_anew_as_incomplete(
        bool hasCheckpoints, FailureClass kind)
    {
        var bench = new RunBench(Plans.Of(Plans.Task("a") with { Checkpoints = hasCheckpoints ? ["x"] : [] }));
        bench.Journal.Append(
            new AttemptFailed(new Outcome { ExitCode = 0 }) { Task = "a", Attempt = 1 }, bench.Time.GetUtcNow());
        bench.Host.Reexamined = new AttemptEnd(new Outcome { ExitCode = 0 }, null);
        bench.Restart();
        Assert.Equal(kind, bench.State.Find("a")!.Failure!.Class);
    }

    private sealed class Observer : IRunObserver
    {
        internal List<(RunEvent Event, long Seq, RunProgress Progress)> Seen { get; } = [];

        internal string? AtClosing { get; private set; }

        public void OnEvent(RunEvent e, long seq, RunProgress progress) => Seen.Add((e, seq, progress));

        public void OnClosing()
        {
            Assert.Null(AtClosing);
            AtClosing = Seen[^1].Event.Type;
        }
    }

    private sealed class BrokenJournal(MemoryJournal inner) : IRunJournal
    {
        public event Action? DurableAdvanced;

        internal bool IsBroken { get; set; }

        public long Durable => !IsBroken ? inner.Durable
            : throw new JournalPoisonedException("the disk is gone", new IOException("the disk is gone"));

        public long Append(RunEvent e, DateTimeOffset at) => inner.Append(e, at);

        public void RequestSync() => inner.RequestSync();

        internal void Advance() => DurableAdvanced?.Invoke();
    }
}
