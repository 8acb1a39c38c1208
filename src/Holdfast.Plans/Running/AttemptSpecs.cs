using Holdfast.Idempotency;
using Holdfast.Plans.Expressions;
using Holdfast.Plans.Runtimes;
using Holdfast.Runs;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Plans.Running;

/// <summary>Where a run is.</summary>
/// <param name="Folder">Its own folder.</param>
/// <param name="WorkspacePath">Absolute path of the workspace.</param>
/// <param name="WorkspaceId">Its id.</param>
public sealed record RunPlace(RunFolder Folder, string WorkspacePath, string WorkspaceId)
{
    /// <summary>
    /// Absolute path of a program that is Holdfast itself, for attempts to call whatever their PATH is; null where
    /// there is none, and <c>holdfast</c> is looked up.
    /// </summary>
    public string? OwnCommand { get; init; }
}

/// <summary>From a task of the plan and an attempt's number to what is executed.</summary>
internal sealed partial class AttemptSpecs(
    Plan plan, RunState state, RunPlace place, IReadOnlyDictionary<string, string> secrets)
{
    private readonly KeyValuePair<string, string>[] _parent = AttemptEnvironment.OfThisProcess();

    private EnvironmentEntry[]? _usual;

    /// <summary>The task of the plan that a task or instance of the run stands for.</summary>
    internal PlanTask TaskOf(string name)
    {
        var task = state.Find(name)!;
        return plan.Tasks[(task.Parent ?? task).Index];
    }

    /// <summary>Everything to start an attempt with; its folders are there already.</summary>
    /// <param name="attempt">Which.</param>
    /// <param name="located">As <see cref="Locate"/> tells it.</param>
    /// <exception cref="TemplateException">A value is missing, or no program can take it.</exception>
    internal PreparedAttempt Prepare(AttemptId attempt, CommandSpec located)
    {
        var task = TaskOf(attempt.Task);
        if (task.Work is MergeWork merge)
        {
            return PrepareMerge(attempt, located, merge);
        }

        if (task.Work is AgentWork agent)
        {
            return PrepareAgent(attempt, located, task, agent);
        }

        var work = task.Work as CommandWork ?? throw new TemplateException($"{KindOf(task.Work)} is read and checked "
            + "by this version, and not yet run by it; use a newer Holdfast");
        var context = ContextFor(attempt, located);
        var rendered = work.Command.Render(context);
        var command = located with
        {
            Argv = [.. rendered.Arguments],
            WorkingFolder = Place(task.WorkingFolder?.RenderPlain(context) ?? "."),
            StdinFile = task.Stdin is { } stdin ? Place(stdin.RenderPlain(context)) : null,
            Environment = EnvironmentOf(attempt, located, task, context, rendered),
        };
        return new PreparedAttempt(command, Outputs(attempt), ToolName(command.Argv, work.Command));
    }

    /// <summary>What expressions of a task stand for in one attempt.</summary>
    internal TemplateContext ContextFor(AttemptId attempt, CommandSpec located) => ContextOf(attempt.Task) with
    {
        AttemptNumber = attempt.Number,
        AttemptDirectory = FilesOf(located),
        Secret = name => plan.UsesSecret(TaskOf(attempt.Task), name) ? secrets.GetValueOrDefault(name) : null,
    };

    /// <summary>The same for every attempt of a task, so that the other side can tell a repetition.</summary>
    internal string IdempotencyKey(string task) => UniqueKey.From(place.WorkspaceId, place.Folder.Id, task);

    /// <summary>What is enough to find an attempt of an earlier driver again, watch it and bound it.</summary>
    internal CommandSpec Locate(AttemptId attempt)
    {
        var task = TaskOf(attempt.Task);
        return new CommandSpec
        {
            Run = place.Folder.Id,
            Task = attempt.Task,
            Attempt = attempt.Number,
            Argv = [],
            WorkingFolder = plan.Folder,
            Environment = [],
            Folder = Path.Combine(place.Folder.OutputPath, AttemptPaths.FolderName(attempt.Task)),
            Adopt = task.Adopt,
            HardTimeout = TimeoutOf(task, attempt.Task),
            NoProgress = task.NoProgress,
            EndStrays = task.Strays == StrayReaction.End,
            IntentBoot = state.Find(attempt.Task)?.AttemptBootId,
        };
    }

    // Where a request's limit is the preferred runtime's, as the plan was resolved, a fallback has its own.
    private TimeSpan TimeoutOf(PlanTask task, string name)
    {
        if (task.Work is not HttpWork { Runtime: not null } || state.Find(name)?.Runtime.Name is not { } chosen)
        {
            return task.Timeout;
        }

        var candidates = plan.CandidatesOf(task).OfType<HttpRuntimeSetting>().ToList();
        var usual = PlanTask.DefaultTimeoutOf(task.Work);
        return candidates.Find(c => c.Name == chosen) is { } fallback && fallback != candidates[0]
            && (candidates[0].Timeout ?? usual) == task.Timeout
                ? fallback.Timeout ?? usual
                : task.Timeout;
    }

    /// <summary>A command beside the attempts, told what it is about.</summary>
    internal CommandSpec Aside(AttemptId about, PlanCommand? command, string kind, string? why, TimeSpan timeout)
    {
        var known = state.Find(about.Task);
        var context = (known is null ? RunContext() : ContextOf(about.Task))
            with { RunWhy = why, AttemptNumber = about.Number };
        var rendered = command?.Render(context) ?? new RenderedCommand(["true"], []);
        var home = known is null ? plan.Folder : HomeOf(about.Task);
        var folder = Path.Combine(place.Folder.OutputPath, AttemptPaths.FolderName($"{kind} {about.Task}"));
        var task = known is null ? null : TaskOf(about.Task);
        var spec = new CommandSpec
        {
            Run = place.Folder.Id,
            Task = $"{kind} {about.Task}",
            Attempt = FreeNumber(folder),
            Argv = [.. rendered.Arguments],
            WorkingFolder = task?.WorkingFolder is { } own
                ? Path.GetFullPath(own.RenderPlain(context), home)
                : home,
            Environment = [],
            Folder = folder,
            Adopt = false,
            HardTimeout = timeout,
        };
        AttemptFolders.Make(FilesOf(spec));
        return spec with { Environment = EnvironmentOf(about, spec, task, context, rendered) };
    }

    // What is asked again, by this driver or the next, does not write over what it said before.
    private static int FreeNumber(string folder)
    {
        var number = 1;
        while (File.Exists(new AttemptPaths(folder, number).Attempt))
        {
            number++;
        }

        return number;
    }

    internal IReadOnlyList<string> Outputs(AttemptId attempt)
    {
        var task = TaskOf(attempt.Task);
        if (task.Outputs.Count == 0)
        {
            return [];
        }

        var context = ContextOf(attempt.Task);
        var paths = new List<string>();
        foreach (var output in task.Outputs)
        {
            var path = output.RenderPlain(context);
            paths.Add(PlanPath.Problem(path) is { } problem
                ? throw new TemplateException($"the output \"{path}\" {problem}; outputs stay below the plan's folder")
                : path);
        }

        return paths;
    }

    /// <summary>The program's name, for an attempt that an earlier driver prepared.</summary>
    internal string? Tool(AttemptId attempt)
    {
        try
        {
            var task = TaskOf(attempt.Task);
            if (task.Work is AgentWork)
            {
                return ToolOf(SettingOf(attempt.Task));
            }

            if (task.Work is not CommandWork { Command: var command })
            {
                return task.Work is MergeWork ? "git" : null;
            }

            return ToolName([.. command.Render(ContextOf(attempt.Task) with
            {
                AttemptNumber = attempt.Number,
                AttemptDirectory = "",
            }).Arguments], command);
        }
        catch (TemplateException)
        {
            // The name only sharpens the judgement; that it cannot be told now is no reason to lose the end.
            return null;
        }
    }

    /// <summary>What expressions of a task stand for, as far as it does not depend on the attempt.</summary>
    internal TemplateContext ContextOf(string name)
    {
        var task = state.Find(name)!;
        return RunContext() with
        {
            TaskName = name,
            Item = task.Item is { } item ? new ItemValue(item, task.Index - task.Parent!.FirstInstance) : null,
            NeedOutputs = OutputsOf,
        };
    }

    private TemplateContext RunContext() => new()
    {
        RunId = place.Folder.Id,
        RunName = plan.Name,
        Variable = plan.Variable,
    };

    private IReadOnlyList<string>? OutputsOf(string need)
    {
        if (state.Find(need) is not { } task)
        {
            return null;
        }

        return task.Instances > 0
            ? [.. state.InstancesOf(task).SelectMany(i => i.Outputs).Select(o => o.Path)]
            : [.. task.Outputs.Select(o => o.Path)];
    }

    private IReadOnlyList<string> EnvironmentOf(
        AttemptId attempt, CommandSpec located, PlanTask? task, TemplateContext context, RenderedCommand rendered,
        PlanRuntime? runtime = null)
    {
        var set = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in runtime?.Environment.Variables ?? [])
        {
            set.Add(KeyValuePair.Create(name, value.RenderPlain(context)));
        }

        foreach (var (name, value) in task?.Environment.Variables ?? [])
        {
            set.Add(KeyValuePair.Create(name, value.RenderPlain(context)));
        }

        var entries = AttemptEnvironment.Build(
            Passed([.. runtime?.Environment.Inherit ?? [], .. task?.Environment.Inherit ?? []]), set,
            (runtime?.Secrets ?? []).Concat(task?.Secrets ?? []).Select(name =>
                KeyValuePair.Create(name, secrets[name])),
            new AttemptIdentity
            {
                Run = place.Folder.Id,
                Attempt = attempt,
                AttemptFolder = FilesOf(located),
                Workspace = place.WorkspacePath,
                IdempotencyKey = IdempotencyKey(attempt.Task),
                OwnCommand = place.OwnCommand,
            });
        return rendered.Environment.Count == 0
            ? entries
            : [.. entries, .. rendered.Environment.Select(e => $"{e.Key}={e.Value}")];
    }

    private static string KindOf(PlanWork work) => work switch
    {
        HttpWork => "a request",
        _ => "an approval",
    };

    // Most tasks inherit nothing beyond the usual, which is then sorted out once.
    private EnvironmentEntry[] Passed(IReadOnlyList<string> inherit) => inherit.Count > 0
        ? AttemptEnvironment.Pass(_parent, inherit)
        : _usual ??= AttemptEnvironment.Pass(_parent, []);

    internal static string FilesOf(CommandSpec spec) => Path.Combine(spec.Folder, $"{spec.Attempt}.files");

    private string Place(string path) => Path.GetFullPath(path, plan.Folder);

    // In a script the first word is the best that can be said; the classifier takes it as a hint, no more.
    private static string? ToolName(string[] argv, PlanCommand command)
    {
        if (argv.Length == 0)
        {
            return null;
        }

        var program = argv[0];
        if (command.IsShell)
        {
            var script = argv[^1].AsSpan().TrimStart();
            var end = script.IndexOfAny(" \t\r\n;|&<>()\"'$");
            program = (end < 0 ? script : script[..end]).ToString();
        }

        return program.Length == 0 ? null : Path.GetFileNameWithoutExtension(program);
    }
}
