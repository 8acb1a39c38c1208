using Holdfast.Cli.Driving;
using Holdfast.Journal;
using Holdfast.Plans;
using Holdfast.Plans.Running;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary>A run as it stands, read without its lock.</summary>
internal sealed class LookedRun
{
    private HashSet<TaskState>? _ahead;

    private LookedRun(RunFolder folder, RunState state, RunStory story, JournalReading reading)
    {
        Folder = folder;
        State = state;
        Story = story;
        Reading = reading;
    }

    internal RunFolder Folder { get; }

    internal RunState State { get; }

    internal RunStory Story { get; }

    internal JournalReading Reading { get; }

    /// <summary>The plan as resolved; null where it cannot be read, and for a run of a C# program.</summary>
    internal Plan? Plan { get; private init; }

    /// <summary>Why there is no plan; null where there is.</summary>
    internal string? PlanProblem { get; private init; }

    /// <summary>Who drives the run now; null for nobody, and for a run that has ended.</summary>
    internal string? Holder { get; private init; }

    internal string Id => Folder.Id;

    internal string Name => State.Started?.Name ?? Plan?.Name ?? Id;

    /// <summary>Whether work is left that nobody drives, and that no person has to decide about first.</summary>
    internal bool IsUndriven => State.Ended is null && Holder is null && State.Status == RunStatus.Running;

    /// <summary>The word of where it stands; a run whose driver died says so.</summary>
    internal string StateWord => IsUndriven ? "undriven" : State.Status.Word();

    /// <summary>Reads a run.</summary>
    /// <exception cref="JournalDamagedException">Something durable is missing or changed.</exception>
    /// <exception cref="RunNotFoundException">Its journal is empty.</exception>
    internal static LookedRun Open(IStorage storage, RunFolder folder)
    {
        RunRemoval.ThrowIfBegun(storage, folder);
        var isOfProgram = ProgramSteer.IsOfProgram(storage, folder);
        var (plan, problem) = isOfProgram ? (null, null) : ReadPlan(storage, folder);
        var spec = plan is not null ? RunPlans.SpecOf(plan, folder.Id)
            : isOfProgram ? new RunSpec { RunId = folder.Id, Tasks = [] }
            : JournalSpec.Of(storage, folder);
        var state = new RunState(spec);
        var story = new RunStory();
        var reading = JournalReader.Read(storage, folder.Path, (in JournalRecord record) =>
            story.Add(state.TakeIn(record), record.Seq));
        if (reading.Damage is { } damage)
        {
            throw new JournalDamagedException(JournalFormat.PathIn(folder.Path), damage);
        }

        ForeignJournalException.ThrowIfForeign(reading, folder.Path, folder.Id);
        state.ThrowIfRefused();
        if (state.Started is null)
        {
            throw new RunNotFoundException($"run {folder.Id} never started (its journal is empty); run the plan again");
        }

        return new LookedRun(folder, state, story, reading)
        {
            Plan = plan,
            PlanProblem = problem,
            Holder = state.Ended is null ? RunLock.Holder(storage, folder) : null,
        };
    }

    /// <summary>The task of the plan that a task or instance stands for; null without a plan.</summary>
    internal PlanTask? PlanTaskOf(TaskState task) => PlanTaskOf(Plan, task);

    /// <inheritdoc cref="PlanTaskOf(TaskState)"/>
    internal static PlanTask? PlanTaskOf(Plan? plan, TaskState task)
    {
        var index = (task.Parent ?? task).Index;
        return plan is not null && index < plan.Tasks.Count ? plan.Tasks[index] : null;
    }

    /// <summary>The task of that name.</summary>
    /// <exception cref="CliFailure">There is none; names the nearest.</exception>
    internal TaskState Find(string name)
    {
        if (State.Find(name) is { } task)
        {
            return task;
        }

        var nearest = Nearest.Of(name, State.Tasks.Select(t => t.Name));
        throw new CliFailure(
            "task_not_found", ExitCodes.NotFound,
            $"run {Id} has no task \"{name}\"" + (nearest is null
                ? $"; `holdfast status {Id}` shows all {State.Total}"
                : $"; did you mean \"{nearest}\"?"));
    }

    /// <summary>Files of an attempt.</summary>
    internal AttemptPaths FilesOf(string task, int attempt) =>
        new(Path.Combine(Folder.OutputPath, AttemptPaths.FolderName(task)), attempt);

    /// <summary>
    /// Whether an attempt whose start is recorded still waits for one of the places of the run (<see cref="Places"/>).
    /// </summary>
    internal bool WaitsForPlace(TaskState task)
    {
        _ahead ??= State.Driver is { } driver
            ? [.. State.Open.OrderBy(t => t.AttemptStartedAt).Skip(Places.Of(driver))] : [];
        return _ahead.Contains(task);
    }

    /// <summary>Attempts that live although nobody drives the run. Only Linux can tell.</summary>
    internal IReadOnlyList<TaskState> Orphans()
    {
        if (Holder is not null || !OperatingSystem.IsLinux())
        {
            return [];
        }

        var found = new List<TaskState>();
        foreach (var task in State.Open)
        {
            var path = FilesOf(task.Name, task.Attempts).Attempt;
            if (AttemptLock.Find(path, State.Driver?.BootId, out _) == AttemptTrace.Alive)
            {
                found.Add(task);
            }
        }

        return found;
    }

    private static (Plan?, string?) ReadPlan(IStorage storage, RunFolder folder)
    {
        try
        {
            return storage.FileExists(folder.PlanPath)
                ? (RunPlans.Read(storage, folder), null)
                : (null, $"{folder.PlanPath} is missing");
        }
        catch (PlanDamagedException error)
        {
            return (null, error.Message);
        }
    }
}

/// <summary>
/// A plan guessed from a journal, for runs whose <c>plan.json</c> is gone: the names of its tasks, and which of them
/// fanned out. Enough to look, never to drive.
/// </summary>
internal static class JournalSpec
{
    internal static RunSpec Of(IStorage storage, RunFolder folder)
    {
        var names = new List<string>();
        var seen = new HashSet<string>();
        var fanOuts = new HashSet<string>();
        JournalReader.Read(storage, folder.Path, (in JournalRecord record) =>
        {
            if (record.Task is { } task && seen.Add(task))
            {
                names.Add(task);
            }

            if (record.Task is { } fanOut && record.Type == "task_expanded")
            {
                fanOuts.Add(fanOut);
            }
        });
        var tasks = new List<TaskSpec>();
        foreach (var name in names)
        {
            if (!IsInstance(name, fanOuts))
            {
                tasks.Add(new TaskSpec(name) { IsFanOut = fanOuts.Contains(name) });
            }
        }

        return new RunSpec { RunId = folder.Id, Tasks = tasks };
    }

    private static bool IsInstance(string name, HashSet<string> fanOuts)
    {
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        return bracket > 0 && name[^1] == ']' && fanOuts.Contains(name[..bracket]);
    }
}
