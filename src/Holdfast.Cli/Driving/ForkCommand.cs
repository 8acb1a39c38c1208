using Holdfast.Cli.Live;
using System.CommandLine;
using Holdfast.Plans;
using Holdfast.Plans.Runtimes;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary><c>fork RUN --from T</c>: a new run that takes over every finished result that is not behind T.</summary>
internal static class ForkCommand
{
    private const string Schema = "holdfast.fork.v1";

    internal static CommandEntry Entry { get; } = new(
        "fork", "Run", "Starts a new run from a task on, with the results before it.", Make);

    private static Command Make(CommandContext context)
    {
        var reference = CommandShape.Text("RUN", "The run whose results are taken over; it stays as it is.");
        var from = new Option<string>("--from")
        {
            Description = "The task that runs anew, with all that needs it.",
            HelpName = "TASK",
            Required = true,
        };
        var id = CommandShape.Value("--id", "ID", "Id of the new run.");
        var drive = new DriveSwitches();
        return CommandShape.Make(
            context, "fork",
            "Starts a new run of the same plan that takes finished results over: all that is neither TASK nor behind "
                + "it.",
            "holdfast fork last --from deploy", [reference, from, id, .. drive.Symbols],
            parsed =>
            {
                if (ProgramSteer.Find(context, parsed.GetRequiredValue(reference)) is { } program)
                {
                    return program.Fork(parsed.GetRequiredValue(from), parsed.GetValue(id));
                }

                var source = SteerCommands.Find(context, parsed.GetRequiredValue(reference));
                AttemptGuard.Refuse(context, source, "fork a run");
                return Fork(context, source, parsed.GetRequiredValue(from), parsed.GetValue(id), drive.Read(parsed));
            });
    }

    private static int Fork(CommandContext context, RunFiles source, string from, string? id, DriveOptions options)
    {
        if (id is not null && !RunFolder.IsGoodId(id))
        {
            throw new CliFailure(
                "bad_run_id", ExitCodes.Usage,
                $"--id \"{PlainView.OneLine(id)}\" cannot name a run; use letters, digits, '-', '_' and '.'");
        }

        var state = source.Look();
        if (state.Find(from) is not { } start)
        {
            throw PlanFiles.TaskNotFound(source.Plan, from, "--from");
        }

        _ = SecretValues.Read(source.Plan, context);
        var storage = source.Workspace.Storage;
        var folder = source.Workspace.Run(
            id ?? RunFolder.NewId(context.Time.GetUtcNow(), source.Plan.Name, RunFiles.RandomBits()));
        if (RunDriver.HasBegun(storage, folder))
        {
            throw new RunExistsException(folder.Id);
        }

        var run = new RunFiles(source.Workspace, folder, source.Plan);
        var fork = new ForkPlan(source, state, start);
        var taken = fork.TakenOver();
        using var driver = Create(context, run, [Started(run, source, state), .. taken]);
        if (!options.Detach)
        {
            context.People.WriteLine(
                $"run {folder.Id}: forked from {source.Folder.Id}, {taken.Count(e => e is TaskTakenOver)} results "
                    + "taken over");
            foreach (var lost in fork.Lost.Take(20))
            {
                context.People.WriteLine($"  {lost}: its outputs are gone or changed, so it runs again");
            }
        }

        return DriverCommand.Drive(context, run, driver, options, Schema);
    }

    // Under the lock of the workspace, as every making of a run: of two commands at once exactly one makes it.
    private static RunDriver Create(CommandContext context, RunFiles run, IReadOnlyList<RunEvent> first)
    {
        var storage = run.Workspace.Storage;
        using var starting = storage.Lock(run.Workspace.StartLockPath);
        return RunDriver.HasBegun(storage, run.Folder)
            ? throw new RunExistsException(run.Folder.Id)
            : RunDriver.Create(
                storage, run.Folder, run.Workspace.Id, PlanJson.Write(run.Plan, run.Folder.HomePath), run.Spec(), first,
                (context.Time, DriverProcess.Identity()));
    }

    private static RunStarted Started(RunFiles run, RunFiles source, RunState state) =>
        new(source.Plan.Name, PlanHash.OfPlan(source.Plan), (long)run.Workspace.SeedOf(run.Folder.Id),
            source.Plan.Tasks.Count)
        {
            PlanPath = state.Started?.PlanPath,
            Deadline = source.Plan.Deadline,
            ForkedFrom = source.Folder.Id,
            By = Environment.UserName,
            Version = Versions.Current,
        };
}

/// <summary>What a fork takes over.</summary>
internal sealed class ForkPlan(RunFiles source, RunState state, TaskState start)
{
    private readonly List<string> _lost = [];

    /// <summary>Finished tasks whose outputs are not there any more; they run again.</summary>
    internal IReadOnlyList<string> Lost => _lost;

    /// <summary>The events that make the results of the old run those of the new one.</summary>
    internal IReadOnlyList<RunEvent> TakenOver()
    {
        var again = Behind();
        var events = new List<RunEvent>();
        var whole = new HashSet<TaskState>();
        var parts = new List<TaskState>();
        foreach (var task in state.Tasks.Where(t => t.Parent is null && !again.Contains(t)))
        {
            var isStart = start.Parent == task;
            if (task.Instances > 0 && (isStart || !task.Status.Satisfies() || !AllThere(task) || HasTrees(task)))
            {
                parts.Add(task);
            }
            else if (task.Status.Satisfies() && !isStart && IsThere(task))
            {
                whole.Add(task);
                var outputs = task.Instances > 0 ? state.InstancesOf(task).SelectMany(i => i.Outputs) : task.Outputs;
                events.Add(Taken(task, [.. outputs]));
            }
        }

        // A fan-out whose needs run anew finds its items anew, after them.
        foreach (var fanOut in parts.Where(t => state.NeedsOf(t).All(whole.Contains)))
        {
            TakeInstances(fanOut, events);
        }

        return events;
    }

    // The items were found once, and what ran for them stays done: only the rest of the fan-out runs.
    private void TakeInstances(TaskState fanOut, List<RunEvent> events)
    {
        var instances = state.InstancesOf(fanOut).ToList();
        for (var at = 0; at < instances.Count; at += TaskExpanded.MaxItems)
        {
            var items = instances.Skip(at).Take(TaskExpanded.MaxItems).Select(ItemOf).ToArray();
            events.Add(new TaskExpanded(at, items, at + items.Length < instances.Count) { Task = fanOut.Name });
        }

        events.AddRange(instances
            .Where(i => i != start && i.Status.Satisfies() && IsThere(i))
            .Select(i => Taken(i, i.Outputs)));
    }

    private static FanOutItem ItemOf(TaskState instance) =>
        new(instance.Name[(instance.Parent!.Name.Length + 1)..^1], instance.Item!);

    // Of a fork of a fork, the run that the task ran in: its files and its branch are there.
    private TaskTakenOver Taken(TaskState task, IReadOnlyList<OutputFile> outputs) =>
        new(task.TakenFrom ?? source.Folder.Id)
    {
        Task = task.Name,
        Outputs = outputs,
        Skipped = task.Status == TaskStage.Skipped,
    };

    // Each instance has a branch of its own, which a merge has to know by name.
    private bool HasTrees(TaskState fanOut) =>
        fanOut.Index < source.Plan.Tasks.Count && source.Plan.Tasks[fanOut.Index].Worktree;

    private bool AllThere(TaskState fanOut) => state.InstancesOf(fanOut).All(IsThere);

    private bool IsThere(TaskState task)
    {
        foreach (var output in task.Outputs)
        {
            if (!OutputCheck.IsStill(source.Plan.Folder, output))
            {
                if (!_lost.Contains(task.Name))
                {
                    _lost.Add(task.Name);
                }

                return false;
            }
        }

        return true;
    }

    private HashSet<TaskState> Behind()
    {
        var found = state.Behind([start]).ToHashSet();
        if (start.Parent is null)
        {
            found.Add(start);
        }

        return found;
    }
}
