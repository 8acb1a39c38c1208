using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Runs.Steps.Programs;

/// <summary>Makes a run of a C# program, or takes one up, under its lock.</summary>
internal sealed class ProgramRunOpening(Workspace workspace, JournalSyncs syncs, WorkspaceOptions options)
{
    private IStorage Storage => workspace.Storage;

    /// <exception cref="RunLockedException">Another process drives it.</exception>
    /// <exception cref="JournalDamagedException">Something durable is missing or changed.</exception>
    /// <exception cref="RunExistsException">It is a run of a plan.</exception>
    internal ProgramRun Open(string id, RunOptions given)
    {
        var folder = workspace.Run(id);
        var isNew = Storage.TryCreateFolderUnsynced(folder.Path);
        var held = RunLock.Take(Storage, folder, options.Time, DriverIdentity.OfThisProcess);
        try
        {
            if (!isNew)
            {
                RunRemoval.ThrowIfBegun(Storage, folder);
            }

            return isNew || !Storage.FileExists(JournalFormat.PathIn(folder.Path))
                ? Create(folder, held, given)
                : TakeUp(folder, held, given);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private ProgramRun Create(RunFolder folder, ILockHandle held, RunOptions given)
    {
        var writer = JournalWriter.CreateUnsynced(
            Storage, folder.Path, workspace.Id, folder.Id, options.Time.GetUtcNow());
        var journal = new StepJournal(writer, syncs, () =>
        {
            Storage.SyncName(JournalFormat.PathIn(folder.Path));
            Storage.SyncName(folder.Path);
        });
        return Begin(folder, held, journal, NewState(folder), given, cut: null);
    }

    private ProgramRun TakeUp(RunFolder folder, ILockHandle held, RunOptions given)
    {
        var state = NewState(folder);
        var (reading, writer) = JournalWriter.Continue(
            Storage, folder.Path, (in JournalRecord record) => state.TakeIn(record));
        if (writer is null)
        {
            // Its maker was killed before anything of it was acknowledged.
            return Create(folder, held, given);
        }

        try
        {
            ForeignJournalException.ThrowIfForeign(reading, folder.Path, folder.Id);
            state.ThrowIfRefused();
            if (state.Started is { IsOfProgram: false })
            {
                throw new RunExistsException(folder.Id);
            }

            if (given.MustHaveName && state.Started is { } begun && begun.Name != (given.Name ?? folder.Id))
            {
                throw new InvalidOperationException(
                    $"run {folder.Id} was started as \"{begun.Name}\", and its steps are not those of "
                        + $"\"{given.Name ?? folder.Id}\"; start it by its own name, or choose another id");
            }

            if (given.Parent is { } parent && state.Started is { } started && started.Parent != parent)
            {
                throw new InvalidOperationException(
                    $"run {folder.Id} is no child of run {parent}: "
                        + (started.Parent is { } other ? $"it is one of run {other}" : "it was started by itself")
                        + "; give the child another name");
            }

            var cut = reading.Torn.Bytes > 0 ? new JournalCut((int)reading.Torn.Lines, reading.Torn.Bytes) : null;
            return Begin(folder, held, new StepJournal(writer, syncs, syncNames: null), state, given, cut);
        }
        catch
        {
            writer.Dispose();
            throw;
        }
    }

    private ProgramRun Begin(
        RunFolder folder, ILockHandle held, StepJournal journal, RunState state, RunOptions given, JournalCut? cut)
    {
        var run = new ProgramRun(new ProgramRunParts
        {
            Storage = Storage,
            Folder = folder,
            WorkspaceId = workspace.Id,
            Time = options.Time,
            Held = held,
            Journal = journal,
            State = state,
            Results = new StepResults(Storage, folder, options.Json),
        });
        if (state.Started is null)
        {
            run.Record(new RunStarted(given.Name ?? folder.Id, "", (long)workspace.SeedOf(folder.Id), 0)
            {
                IsOfProgram = true,
                Parent = given.Parent,
                By = DriverIdentity.OfThisProcess.User,
                Version = DriverIdentity.OfThisProcess.Version,
            });
        }

        if (state.Ended is null)
        {
            TakeOver(run, state, cut);
        }

        return run;
    }

    internal static void TakeOver(ProgramRun run, RunState state, JournalCut? cut)
    {
        var who = DriverIdentity.OfThisProcess;
        run.TakeOver(
            new DriverStarted(who.Pid, who.BootId, who.Host, 0, state.Driver is not null) { Version = who.Version },
            cut);
    }

    private static RunState NewState(RunFolder folder) => new(new RunSpec { RunId = folder.Id, Tasks = [] });
}
