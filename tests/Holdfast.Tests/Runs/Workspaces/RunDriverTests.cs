using System.Text;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;
using Holdfast.Testing.Runs;
using Holdfast.Testing.Simulation;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Tests.Runs.Workspaces;

/// <summary>A run that is made, opened, changed and driven by one process after another.</summary>
public sealed class RunDriverTests
{
    private static readonly DriverIdentity Me = new(4711, "boot", "host", "me", "0.1");

    private readonly SimulatedDisk _disk = new();
    private readonly SimulatedTime _time = new();
    private readonly RunFolder _run = new("/w/runs/r");
    private readonly RunSpec _spec = Plans.Of("a", "b: a") with { RunId = "r" };

    public RunDriverTests() => _disk.CreateFolder("/w/runs");

    private string Journal => JournalFormat.PathIn(_run.Path);

    private RunDriver Create(string plan = "{}") => RunDriver.Create(
        _disk, _run, "w", Encoding.UTF8.GetBytes(plan), _spec, [new RunStarted("p", new string('0', 64), 1, 2)],
        (_time, Me));

    private RunDriver Open() => RunDriver.Open(_disk, _run, _spec, _time, Me);

    private List<string> Types()
    {
        var types = new List<string>();
        JournalReader.Read(_disk, _run.Path, (in JournalRecord r) => types.Add(r.Type));
        return types;
    }

    [Fact]
    public void A_run_is_made_once_and_locked_until_its_maker_lets_it_go()
    {
        Assert.False(RunDriver.HasBegun(_disk, _run));
        using (var made = Create())
        {
            Assert.Equal("p", made.State.Started!.Name);
            var locked = Assert.Throws<RunLockedException>(Open);
            Assert.Equal("process 4711 on host since 2026-11-20T09:30:12.000000Z", locked.Holder);
            Assert.Equal(locked.Holder, RunLock.Holder(_disk, _run));
            Assert.StartsWith($"run r is driven by {locked.Holder}; ", locked.Message, StringComparison.Ordinal);
        }

        Assert.True(RunDriver.HasBegun(_disk, _run));
        Assert.Null(RunLock.Holder(_disk, _run));
        Assert.Contains("choose another --id", Assert.Throws<RunExistsException>(() => Create("[]")).Message);
        Assert.Equal("{}", Encoding.UTF8.GetString(_disk.ReadAll(_run.PlanPath)));
        Assert.Equal(["journal_opened", "run_started"], Types());
        using var opened = Open();
        Assert.Equal(2, opened.State.LastSeq);
    }

    [Fact]
    public void What_a_maker_left_that_was_killed_before_its_first_event_is_made_anew()
    {
        _disk.CreateFolder(_run.Path);
        JournalWriter.Create(_disk, _run.Path, "w", "r", _time.GetUtcNow()).Dispose();
        Assert.False(RunDriver.HasBegun(_disk, _run));
        Assert.Equal(
            "run r never started (its journal has no event); run the plan again with --id r",
            Assert.Throws<RunNotFoundException>(Open).Message);
        Create().Dispose();
        Assert.Equal(["journal_opened", "run_started"], Types());
        Assert.True(RunDriver.HasBegun(_disk, _run));
        _disk.WriteAtomically(Journal, []);
        Assert.Throws<RunNotFoundException>(Open);
        Create("[]").Dispose();
        Assert.Equal("[]", Encoding.UTF8.GetString(_disk.ReadAll(_run.PlanPath)));
    }

    [Fact]
    public void A_run_that_is_half_deleted_is_neither_opened_nor_made_again()
    {
        Create().Dispose();
        Assert.False(RunRemoval.HasBegun(_disk, _run));
        _disk.WriteAtomically(_run.PruneMarkPath, "x"u8);
        Assert.True(RunRemoval.HasBegun(_disk, _run));
        Assert.Contains("`holdfast prune` finishes it", Assert.Throws<RunHalfPrunedException>(Open).Message);
        Assert.Throws<RunHalfPrunedException>(() => Create());
        Assert.Null(RunLock.Holder(_disk, _run));
    }

    [Fact]
    public void A_torn_tail_is_cut_and_told_with_the_first_event_that_follows()
    {
        Create().Dispose();
        using (var file = _disk.OpenAppend(Journal, create: false))
        {
            file.Append("{\"seq\":3,\"to"u8);
        }

        using (var opened = Open())
        {
            Assert.True(opened.Steer(new SteeringRequest("q", SteeringCommand.Pause, "me")).Accepted);
            opened.Record([new RunUnpaused("me")]);
        }

        Assert.Equal(
            ["journal_opened", "run_started", "journal_cut", "run_paused", "request_received", "run_unpaused"],
            Types());
        var (state, reading) = RunDriver.Look(_disk, _run, _spec);
        Assert.Equal((6, false, 6), (state.LastSeq, state.Paused, reading.Events));
    }

    [Fact]
    public void Damage_is_told_and_nothing_is_changed()
    {
        using (var made = Create())
        {
            made.Record([new RunPaused("me")]);
            made.Record([new RunUnpaused("me")]);
        }

        var bytes = _disk.ReadAll(Journal);
        bytes[bytes.AsSpan().IndexOf("run_paused"u8)] ^= 1;
        _disk.WriteAtomically(Journal, bytes);
        Assert.Throws<JournalDamagedException>(Open);
        Assert.Throws<JournalDamagedException>(() => RunDriver.Look(_disk, _run, _spec));
        Assert.Equal(bytes, _disk.ReadAll(Journal));
        Assert.Null(RunLock.Holder(_disk, _run));
    }

    [Fact]
    public void A_journal_of_another_run_is_not_taken_for_this_one()
    {
        Create().Dispose();
        _disk.CreateFolder("/w/runs/s");
        _disk.WriteAtomically(JournalFormat.PathIn("/w/runs/s"), _disk.ReadAll(Journal));
        var other = new RunFolder("/w/runs/s");
        Assert.Throws<ForeignJournalException>(
            () => RunDriver.Open(_disk, other, _spec with { RunId = "s" }, _time, Me));
        Assert.Null(RunLock.Holder(_disk, other));
    }

    [Theory]
    [InlineData("", "another process")]
    [InlineData("{\"pid\":7", "another process")]
    [InlineData("{\"pid\":\"seven\",\"host\":\"h\",\"since\":\"s\"}", "another process")]
    [InlineData("{\"pid\":7,\"host\":\"h\"}", "another process")]
    [InlineData("{\"pid\":7,\"host\":\"h\",\"since\":\"s\"}", "process 7 on h since s")]
    public void A_holder_is_described_as_far_as_its_file_says(string content, string text) =>
        Assert.Equal(text, RunLock.Describe(Encoding.UTF8.GetBytes(content)));

    [Fact]
    public void A_driver_takes_requests_from_the_inbox_and_answers_what_is_recorded()
    {
        Create().Dispose();
        var inbox = new Inbox(_disk, _run);
        inbox.Put(new SteeringRequest("q1", SteeringCommand.Pause, "me") { At = _time.GetUtcNow() });
        inbox.Put(new SteeringRequest("q2", SteeringCommand.Cancel, "me") { At = _time.GetUtcNow().AddSeconds(1) });
        using var driver = Open();
        var host = new ScriptedHost();
        Assert.Equal(ExitCodes.Interrupted, driver.Drive(host, new DriverLimits(), Me));
        Assert.Empty(host.Started);
        Assert.Equal("paused: what runs goes on, nothing new starts", inbox.TakeAnswer("q1")!.Message);
        Assert.Equal("the run is being cancelled", inbox.TakeAnswer("q2")!.Message);
        Assert.Empty(inbox.Take());
        var begun = driver.State.Driver!;
        Assert.Equal((4711, "boot", "host", 4, false, "0.1"), (
            begun.Pid, begun.BootId, begun.Host, begun.MaxParallel, begun.Resumed, begun.Version));
    }

    [Fact]
    public void A_snapshot_is_written_once_it_is_durable_and_saves_reading_what_is_before_it()
    {
        _disk.CreateFolder(_run.Path);
        using var journal = new RunJournal(JournalWriter.Create(_disk, _run.Path, "w", "r", _time.GetUtcNow()));
        var state = new RunState(_spec);
        var snapshots = new RunSnapshots(_disk, _run, (last, before) => last >= before + 2);
        var store = new JournalSnapshots(_disk, _run.Path);
        Record(new RunStarted("p", new string('0', 64), 1, 2));
        Record(new AttemptStarted("command") { Task = "a", Attempt = 1 });
        snapshots.Look(state, journal.Durable - 1, journal.AppendedPosition);
        snapshots.Look(state, journal.Durable - 1, journal.AppendedPosition);
        Assert.Empty(store.List());
        snapshots.Look(state, journal.Durable, journal.AppendedPosition);
        Assert.Equal([3L], store.List());
        Record(new AttemptSucceeded(new Outcome { ExitCode = 0 }) { Task = "a", Attempt = 1 });
        snapshots.Look(state, journal.Durable, journal.AppendedPosition);
        Record(new RunPaused("me"));
        snapshots.Look(state, journal.Durable, journal.AppendedPosition);
        snapshots.Look(state, journal.Durable, journal.AppendedPosition);
        Assert.Equal([3L, 5L], store.List());
        Assert.Equal((5L, TaskStage.Succeeded, true), From(_spec));

        // A plan of another shape, or a snapshot that cannot be read: the one before it, or the whole journal.
        Assert.Equal((0L, TaskStage.Succeeded, true), From(Plans.Of("a", "b") with { RunId = "r" }));
        foreach (var (newest, expected) in new[] { (5L, 3L), (3L, 0L) })
        {
            _disk.WriteAtomically(store.PathOf(newest), "no snapshot"u8);
            Assert.Equal((expected, TaskStage.Succeeded, true), From(_spec));
        }

        void Record(RunEvent e)
        {
            var at = _time.GetUtcNow();
            state.Apply(e with { At = at }, journal.Append(e with { At = at }, at));
            journal.Wait();
        }

        (long, TaskStage, bool) From(RunSpec spec)
        {
            var seq = 0L;
            var folded = RunSnapshots.Fold(_disk, _run, spec, (onRecord, from) =>
            {
                seq = from.Seq;
                return JournalReader.Read(_disk, _run.Path, onRecord, from);
            });
            return (seq, folded.Find("a")!.Status, folded.Paused);
        }
    }
}
