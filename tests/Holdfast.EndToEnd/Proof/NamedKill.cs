using System.Globalization;
using Holdfast.EndToEnd.Hardship;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Proof;

/// <summary>
/// Kills a driver at a named point of one attempt. Nothing in the product knows: a tracer kills it at the entry of
/// a system call, or holds the wrapper or the journal's sync for as long as the kill takes.
/// </summary>
internal sealed class NamedKill(Holding at, string run, string victim, string trace)
{
    // Longer than any round takes: the tracer lets go when the test says so.
    private const string HoldUs = "120000000";

    private readonly string _file = AttemptProcess.FileOf(at, run, victim, 1);
    private readonly string _journal = Path.Combine(at.Folder, ".holdfast", "runs", run, "journal.ndjson");

    /// <summary>
    /// Drives the run until the point and kills the driver there. The tracer is returned where it still holds the
    /// attempt: ended, it lets go.
    /// </summary>
    internal Command? At(KillPoint point, params string[] args)
    {
        Assert.False(AttemptProcess.HasHeader(_file), $"{victim} had an attempt before the point could be hit");
        var command = at.StartUnder(Tracer(point), args);
        if (point == KillPoint.IntentSynced)
        {
            command.End().Is(137);
            Prove(point);
            return null;
        }

        at.Until(() => IsThere(point) || command.HasExited, $"{point} of {victim}");
        Assert.False(command.HasExited, $"ended before {point} of {victim}: {command.Told()}");
        var driver = AttemptProcess.ChildOf(command.Pid);
        Assert.NotNull(driver);
        Command.Signal(driver.Value, Command.Kill);
        at.Until(() => !Around.Lives(driver.Value.ToString(CultureInfo.InvariantCulture)), "the driver to be gone");
        Prove(point);
        if (point == KillPoint.SpawnedAndGone)
        {
            // Strace 6.1 never reaps who is killed while it holds them; a killed process does nothing more, so the
            // tracer can go.
            Command.Signal(AttemptProcess.Wrapper(_file)!.Value, Command.Kill);
            command.Signal(Command.Kill);
            command.End();
            at.Until(() => AttemptProcess.Wrapper(_file) is null, "the wrapper to be gone");
            Assert.False(AttemptProcess.HasStarted(_file), "the killed wrapper wrote its start line");
            return null;
        }

        if (point == KillPoint.EndSynced)
        {
            // It followed nobody but the driver.
            command.End();
            return null;
        }

        return command;
    }

    private string[] Tracer(KillPoint point)
    {
        // "-b execve" lets go of every child, so that only the driver's own calls are counted or slowed.
        string[] strace = ["strace", "-f", "-o", trace];
        return point switch
        {
            // Its files may be made before; the header is the first that a start does.
            KillPoint.IntentSynced =>
                [.. strace, "-b", "execve", "-P", _file, "-e", "trace=pwrite64", "-e",
                    "inject=pwrite64:signal=KILL:when=1"],
            KillPoint.Spawned or KillPoint.SpawnedAndGone =>
                [.. strace, "-P", _file, "-e", "trace=write", "-e", $"inject=write:delay_enter={HoldUs}:when=1"],
            KillPoint.StartWritten =>
                [.. strace, "-P", _file, "-e", "trace=write", "-e", $"inject=write:delay_exit={HoldUs}:when=1"],
            KillPoint.ExitWritten =>
                [.. strace, "-P", _file, "-e", "trace=write", "-e", $"inject=write:delay_exit={HoldUs}:when=2"],
            KillPoint.EndSynced =>
                [.. strace, "-b", "execve", "-P", _journal, "-e", "trace=pwrite64,fdatasync", "-e",
                    "inject=fdatasync:delay_exit=400000"],
            _ => throw new ArgumentOutOfRangeException(nameof(point), point, "has no name"),
        };
    }

    private bool IsThere(KillPoint point) => point switch
    {
        KillPoint.Spawned or KillPoint.SpawnedAndGone => AttemptProcess.Wrapper(_file) is not null,
        KillPoint.StartWritten => AttemptProcess.HasStarted(_file),
        KillPoint.ExitWritten => AttemptProcess.HasExited(_file),
        _ => EndOfVictim() is { } end && IsSynced(end.Offset),
    };

    /// <summary>What must hold now that the driver is dead; else the point was missed, which shows nothing.</summary>
    private void Prove(KillPoint point)
    {
        Assert.Contains(RunJournal.Of(at, run), e => e.Type == "attempt_started" && e.Task == victim);
        var (begun, started, exited, end, counted) = (AttemptProcess.HasHeader(_file), AttemptProcess.HasStarted(_file),
            AttemptProcess.HasExited(_file), EndOfVictim() is not null, at.Lines($"count/{victim}").Length);
        var expected = point switch
        {
            KillPoint.IntentSynced => (false, false, false, false, 0),
            KillPoint.Spawned or KillPoint.SpawnedAndGone => (true, false, false, false, 0),
            KillPoint.StartWritten => (true, true, false, false, 0),
            KillPoint.ExitWritten => (true, true, true, false, 2),
            _ => (true, true, true, true, 2),
        };
        Assert.True(
            expected == (begun, started, exited, end, counted),
            $"{point} of {victim} was missed: "
                + $"header {begun}, start {started}, exit {exited}, end {end}, {counted} lines");
        if (point == KillPoint.EndSynced)
        {
            var behind = $"w{victim[1..]}";
            Assert.False(
                AttemptProcess.HasHeader(AttemptProcess.FileOf(at, run, behind, 1)), $"{behind} was started already");
        }
    }

    private JournalEntry? EndOfVictim() => RunJournal.Of(at, run).Find(e => e.IsEnd && e.Task == victim);

    // The sync that began after the write of the end has returned itself: its thread is held right there.
    private bool IsSynced(long offset)
    {
        var calls = StraceLog.Parse(File.ReadAllText(Path.Combine(at.Folder, trace)));
        var write = calls.Find(c => c.Name == "pwrite64" && c.Result > 0 && PlaceOf(c) is var (from, to)
            && from <= offset && offset < to);
        return write is not null
            && calls.Exists(c => c.Name == "fdatasync" && c.Result == 0 && c.Entered > write.Returned);
    }

    private static (long From, long To) PlaceOf(TracedCall write)
    {
        var from = long.Parse(write.Arguments[(write.Arguments.LastIndexOf(", ", StringComparison.Ordinal) + 2)..],
            CultureInfo.InvariantCulture);
        return (from, from + write.Result!.Value);
    }
}
