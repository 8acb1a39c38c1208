using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Runs.Steps.Programs;

/// <summary>
/// Makes a new run of a C# program out of another one: it takes over what had ended when a step first began, so that
/// the program, started under the new id, goes on from that step.
/// </summary>
internal sealed class ProgramFork(Workspace workspace, TimeProvider time)
{
    private IStorage Storage => workspace.Storage;

    /// <summary>Makes the new run, durable on return.</summary>
    /// <returns>The steps whose results it took over.</returns>
    /// <exception cref="RunNotFoundException">There is no such run, or no such step in it.</exception>
    /// <exception cref="RunExistsException">There is a run of the new id.</exception>
    /// <exception cref="StepResultLostException">The file of a large result is gone; no run is made.</exception>
    internal IReadOnlyList<string> Fork(RunFolder source, RunFolder target, string from)
    {
        var (state, taken) = Read(source, from);
        var files = taken.Select(t => t.Result?.File).OfType<OutputFile>().ToList();
        files.ForEach(file => StepResults.PathOf(Storage, source, file));
        Storage.CreateFolder(target.Path);
        using var held = RunLock.Take(Storage, target, time, DriverIdentity.OfThisProcess);
        if (RunDriver.HasBegun(Storage, target))
        {
            throw new RunExistsException(target.Id);
        }

        foreach (var file in files)
        {
            CopyFile(source, target, file);
        }

        Write(state, target, source.Id, taken);
        return [.. taken.Select(t => t.Name)];
    }

    internal static RunNotFoundException NoSuchRun(RunFolder folder, string workspacePath) =>
        new($"there is no run {folder.Id} in {workspacePath}; `holdfast list` shows all, and RunAsync starts one");

    private (RunState State, List<TaskState> Taken) Read(RunFolder source, string from)
    {
        if (!Storage.FileExists(JournalFormat.PathIn(source.Path)))
        {
            throw NoSuchRun(source, workspace.Path);
        }

        var state = RunDriver.Look(Storage, source, new RunSpec { RunId = source.Id, Tasks = [] }).State;
        var (begunAt, endedAt) = (0L, new Dictionary<string, long>(StringComparer.Ordinal));
        JournalReader.Read(Storage, source.Path, (in JournalRecord record) =>
        {
            if (record.Task is { } task)
            {
                begunAt = begunAt == 0 && task == from ? record.Seq : begunAt;
                endedAt[task] = record.Seq;
            }
        });
        return begunAt == 0
            ? throw new RunNotFoundException(
                $"run {source.Id} has no step \"{from}\"; `holdfast status {source.Id}` shows all {state.Total}")
            : (state, [.. state.Tasks.Where(t => t.Status == TaskStage.Succeeded && endedAt[t.Name] < begunAt)]);
    }

    private void CopyFile(RunFolder source, RunFolder target, OutputFile file)
    {
        var copy = Path.Combine(target.Path, file.Path);
        Storage.CreateFolder(Path.GetDirectoryName(copy)!);
        Storage.Delete(copy);
        Storage.Copy(StepResults.PathOf(Storage, source, file), copy);
    }

    private void Write(RunState state, RunFolder target, string sourceId, List<TaskState> taken)
    {
        var at = time.GetUtcNow();
        var who = DriverIdentity.OfThisProcess;
        Storage.Delete(JournalFormat.PathIn(target.Path));
        using var journal = new RunJournal(
            JournalWriter.Create(Storage, target.Path, workspace.Id, target.Id, at));
        journal.Append(
            new RunStarted(state.Started!.Name, "", (long)workspace.SeedOf(target.Id), 0)
            {
                IsOfProgram = true, ForkedFrom = sourceId, By = who.User, Version = who.Version,
            }, at);
        foreach (var task in taken)
        {
            journal.Append(new TaskTakenOver(sourceId) { Task = task.Name, Result = task.Result }, at);
        }

        journal.Wait();
    }
}
