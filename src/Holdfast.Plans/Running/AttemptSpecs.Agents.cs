using Holdfast.Plans.Expressions;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Agents;
using Holdfast.Runs;

namespace Holdfast.Plans.Running;

/// <content>Attempts of agents: which program, which prompt, which session.</content>
internal sealed partial class AttemptSpecs
{
    private const string PromptFile = "prompt.txt";
    private const int MostLookedBack = 100;

    /// <summary>What is watched and kept of an attempt; null where it is no agent's.</summary>
    internal AgentAttempt? AgentOf(AttemptId attempt, CommandSpec located)
    {
        var task = TaskOf(attempt.Task);
        if (task.Work is not AgentWork)
        {
            return null;
        }

        var setting = SettingOf(attempt.Task);
        var files = FilesOf(located);
        var program = Program(setting);
        var called = AgentObservations.TryRead(files) ?? new AgentObservations
        {
            Runtime = setting.Name,
            Flavor = PlanWords.Of(setting.Flavor),
            Program = program,
            Model = setting.Model,
            Resumed = SessionOf(located, setting, program),
        };
        var checks = new Dictionary<string, CommandSpec?>();
        foreach (var checkpoint in setting.CheckpointLines ? task.Checkpoints : [])
        {
            checks[checkpoint.Id] = Check(
                attempt, checkpoint, "told by its output", PlanHost.SideCommandTimeout,
                $"checkpoint {checkpoint.Id} of");
        }

        var stands = state.Find(attempt.Task)!;
        return new AgentAttempt(called, setting, files)
        {
            HasCheckpoints = task.Checkpoints.Count > 0,
            Checks = checks,
            Declared = setting.CheckpointLines ? [.. task.Checkpoints.Select(c => c.Id)] : [],
            Done = () => stands.Checkpoints.Count,
        };
    }

    /// <summary>The question to a program which version it is; it has a short time of its own for the answer.</summary>
    internal CommandSpec VersionOf(PreparedAttempt attempt)
    {
        var name = $"version {attempt.Agent!.Called.Runtime} {attempt.Command.Task}";
        var folder = Path.Combine(place.Folder.OutputPath, AttemptPaths.FolderName(name));
        AttemptFolders.Make(folder);
        return attempt.Command with
        {
            Task = name,
            Attempt = FreeNumber(folder),
            Argv = [attempt.Agent.Called.Program, "--version"],
            StdinFile = null,
            Folder = folder,
            Adopt = false,
            HardTimeout = AgentVersions.Patience,
            NoProgress = null,
            Meter = null,
            Grace = TimeSpan.FromSeconds(1),
        };
    }

    private PreparedAttempt PrepareAgent(AttemptId attempt, CommandSpec located, PlanTask task, AgentWork work)
    {
        var setting = SettingOf(attempt.Task);
        var files = FilesOf(located);
        var agent = AgentOf(attempt, located)!;
        var context = ContextOf(attempt.Task) with { AttemptNumber = attempt.Number, AttemptDirectory = files };
        var prompt = AgentPrompt.Of(work.Prompt.RenderPlain(context), HistoryOf(attempt, located, agent));
        var promptFile = Path.Combine(files, PromptFile);
        File.WriteAllText(promptFile, prompt);
        var call = AgentCall.Of(new AgentRequest
        {
            Setting = setting.Flavor == AgentFlavor.Custom ? setting : setting with { Program = agent.Called.Program },
            Arguments = Rendered(setting.Arguments, context),
            Run = Rendered(setting.Run, context),
            PromptFile = promptFile,
            Prompt = prompt,
            Session = agent.Called.Resumed,
            Command = CommandOfHoldfast,
        });
        var command = located with
        {
            Argv = [.. call.Argv],
            WorkingFolder = Place(task.WorkingFolder?.RenderPlain(context) ?? "."),
            StdinFile = call.StdinFile ?? (task.Stdin is { } stdin ? Place(stdin.RenderPlain(context)) : null),
            Environment = WithDefaults(
                EnvironmentOf(attempt, located, task, context, new RenderedCommand([], []), setting), call.Environment),
        };
        return new PreparedAttempt(command, Outputs(attempt), ToolOf(setting), agent);
    }

    private AgentHistory HistoryOf(AttemptId attempt, CommandSpec located, AgentAttempt agent)
    {
        var task = state.Find(attempt.Task)!;
        return new AgentHistory
        {
            Attempt = attempt.Number,
            Done = [.. task.Checkpoints.Select(c => new ToldCheckpoint(c.Id, c.Summary))],
            Missing = [.. task.Spec.Checkpoints.Skip(task.Checkpoints.Count)],
            Refused = AgentAttempt.RefusedIn(located.Folder, attempt.Number),
            Last = attempt.Number > 1 ? Seen(located, attempt.Number - 1)?.End : null,
            SameSession = agent.Called.Resumed is not null,
            CheckpointLines = agent.Setting.CheckpointLines,
            Command = CommandOfHoldfast,
        };
    }

    private string CommandOfHoldfast => place.OwnCommand is { } path ? ShellWord.Of(path) : "holdfast";

    // A session belongs to the program that named it, and is worth going on with where the work was cut off from
    // outside; after an error of its own the program starts anew. How a custom program would go on nobody knows.
    private static string? SessionOf(CommandSpec located, AgentRuntimeSetting setting, string program)
    {
        if (setting.Flavor == AgentFlavor.Custom)
        {
            return null;
        }

        for (var number = located.Attempt - 1; number > Math.Max(0, located.Attempt - MostLookedBack); number--)
        {
            if (Seen(located, number) is { } seen && seen.Runtime == setting.Name && seen.Program == program
                && seen.Flavor == PlanWords.Of(setting.Flavor))
            {
                return AgentAttempt.WasCutOff(seen.End) ? seen.Session : null;
            }
        }

        return null;
    }

    private static AgentObservations? Seen(CommandSpec located, int number) =>
        AgentObservations.TryRead(Path.Combine(located.Folder, $"{number}.files"));

    private AgentRuntimeSetting SettingOf(string task)
    {
        var name = state.Find(task)!.Runtime.Name;
        return plan.Runtimes.OfType<AgentRuntimeSetting>().FirstOrDefault(r => r.Name == name)
            ?? throw new TemplateException($"the plan has no agent runtime \"{name}\" any more; name one of "
                + $"{string.Join(", ", plan.Runtimes.Select(r => r.Name))}");
    }

    // A path is one from the plan's folder, a name is looked up by PATH.
    private string Program(AgentRuntimeSetting setting)
    {
        var program = AgentCall.ProgramOf(setting);
        return program.Contains('/') && setting.Flavor != AgentFlavor.Custom ? Place(program) : program;
    }

    private static string ToolOf(AgentRuntimeSetting setting) => setting.Flavor == AgentFlavor.Custom
        ? Path.GetFileNameWithoutExtension(AgentCall.ProgramOf(setting))
        : PlanWords.Of(setting.Flavor);

    private static List<string> Rendered(IReadOnlyList<Template> templates, TemplateContext context)
    {
        var arguments = new List<string>();
        foreach (var template in templates)
        {
            template.RenderInto(context, arguments);
        }

        return arguments;
    }

    private static IReadOnlyList<string> WithDefaults(
        IReadOnlyList<string> environment, IReadOnlyList<KeyValuePair<string, string>> defaults) =>
        [.. environment, .. defaults
            .Where(d => !environment.Any(e => e.StartsWith(d.Key + "=", StringComparison.Ordinal)))
            .Select(d => $"{d.Key}={d.Value}")];
}
