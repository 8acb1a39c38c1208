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

/// <summary>A run whose journal cannot be read, so that nobody knows whether it has ended.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Problem">What is wrong with it.</param>
public sealed record UnreadableRun(string Id, string Problem);

/// <content>What is left to go on with.</content>
public sealed partial class Workspace
{
    /// <summary>
    /// Runs of C# programs that have begun and not ended, oldest first. Child runs are left out: they go on with their
    /// parent. So is a run whose journal cannot be read.
    /// </summary>
    public IReadOnlyList<UnfinishedRun> UnfinishedRuns() => UnfinishedRuns(out _);

    /// <inheritdoc cref="UnfinishedRuns()"/>
    /// <param name="unreadable">Those that were left out because their journal cannot be read, to be told.</param>
    public IReadOnlyList<UnfinishedRun> UnfinishedRuns(out IReadOnlyList<UnreadableRun> unreadable)
    {
        var unfinished = new List<UnfinishedRun>();
        var problems = new List<UnreadableRun>();
        unreadable = problems;
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
                // The others are not to wait for it.
                problems.Add(new UnreadableRun(folder.Id, error.Message));
            }
        }

        return unfinished;
    }

    private RunState? StateOf(RunFolder folder)
    {
        var state = new RunState(new RunSpec { RunId = folder.Id, Tasks = [] });
        var reading = JournalReader.Read(Storage, folder.Path, (in JournalRecord record) => state.TakeIn(record));
        if (state.Started is { IsOfProgram: false })
        {
            return null;
        }

        return reading.Damage is { } damage
            ? throw new JournalDamagedException(JournalFormat.PathIn(folder.Path), damage)
            : state.Started is null ? null : state;
    }
}
