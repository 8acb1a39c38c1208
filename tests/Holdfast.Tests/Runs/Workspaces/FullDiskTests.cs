using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.Workspaces;
using Holdfast.Testing.Runs;
using Holdfast.Tests.Journal;
using RunFolder = Holdfast.Runs.Workspaces.RunFolder;

namespace Holdfast.Tests.Runs.Workspaces;

/// <summary>A driver on a disk that is full before its first event.</summary>
public sealed class FullDiskTests : IDisposable
{
    private static readonly DriverIdentity Me = new(1, "boot", "host", "me", "0");
    private readonly string _folder = Directory.CreateTempSubdirectory("holdfast-full-").FullName;

    // SM5: its first words were recorded before anybody listened for a full disk, so that its last ones were not said.
    // SM6: the journal's thread then told a driver that had left, and the process died of it.
    [Fact]
    public void It_says_so_into_the_journal_and_the_next_one_goes_on()
    {
        var storage = new FaultyStorage();
        var run = new RunFolder(Path.Combine(_folder, "r"));
        var spec = Plans.Of("a") with { RunId = run.Id };
        RunDriver.Create(storage, run, "w", "{}"u8.ToArray(), spec,
            [new RunStarted("r", new string('0', 64), 1, 1)], (TimeProvider.System, Me)).Dispose();

        // Less than the reserve is left, and enough for a line.
        storage.FullAt = storage.Length(JournalFormat.PathIn(run.Path)) + 1_000;
        using (var driver = RunDriver.Open(storage, run, spec, TimeProvider.System, Me))
        {
            Assert.Throws<JournalFullException>(() => driver.Drive(new ScriptedHost(), new DriverLimits(), Me));
        }

        Assert.Contains("the disk is full", File.ReadLines(JournalFormat.PathIn(run.Path)).Last(),
            StringComparison.Ordinal);
        storage.FullAt = null;
        using var next = RunDriver.Open(storage, run, spec, TimeProvider.System, Me);
        Assert.Equal(RunStatus.Interrupted, next.State.Status);
        var host = new ScriptedHost();
        next.Record([new RunPaused("me")]);
        Assert.Equal(ExitCodes.Waiting, next.Drive(host, new DriverLimits { NoWait = true }, Me));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
