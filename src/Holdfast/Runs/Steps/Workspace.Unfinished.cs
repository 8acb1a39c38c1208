using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast;

/// <summary>A run of a C# program that has begun and not ended.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What kind of run it is, as its first start said.</param>
/// <param name="IsDriven">Whether a process drives it now.</param>
public sealed record UnfinishedRun(string Id, string Name, bool IsDriven);

/// <content>What is left to go on with.</content>
public sealed partial class Workspace
{
    /// <summary>
    /// Runs of C# programs that have begun and not ended, oldest first. Child runs are left out: they go on with their
    /// parent. So is a run whose journal cannot be read: starting it says why.
    /// </summary>
    public IReadOnlyList<UnfinishedRun> UnfinishedRuns()
    {
        var unfinished = new List<UnfinishedRun>();
        foreach (var folder in Runs())
        {
            try
            {
                if (!Storage.FileExists(folder.PlanPath) && StateOf(folder) is
                    {
                        Started: { Parent: null } started, Ended: null,
                    })
                {
                    unfinished.Add(new UnfinishedRun(
                        folder.Id, started.Name, RunLock.Holder(Storage, folder) is not null));
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                // Its own start tells what is wrong with it; the others are not to wait for that.
            }
        }

        return unfinished;
    }

    private RunState? StateOf(RunFolder folder)
    {
        var state = new RunState(new RunSpec { RunId = folder.Id, Tasks = [] });
        var reading = JournalReader.Read(Storage, folder.Path, (in JournalRecord record) => state.TakeIn(record));
        return reading.Damage is null && state.Started is { IsOfProgram: true } ? state : null;
    }
}
