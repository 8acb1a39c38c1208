using Holdfast.Plans.Expressions;
using Holdfast.Plans.Fanout;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>What the plan gives to all its tasks.</summary>
internal sealed record TaskDefaults
{
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether the plan says anything about <see cref="NoProgress"/>, <c>off</c> too.</summary>
    public bool SaysNoProgress { get; init; }

    public TimeSpan? NoProgress { get; init; }

    public RetrySetting? Retry { get; init; }

    public IReadOnlyList<string>? Shell { get; init; }

    public EnvironmentSetting Environment { get; init; } = EnvironmentSetting.None;

    public FailureReaction? OnFailure { get; init; }
}

/// <summary>The parts of a plan that its tasks refer to.</summary>
internal sealed record TaskSurroundings(IReadOnlyDictionary<string, int> Tasks, SecretNames Secrets,
    HashSet<string>? Groups, KnownRuntimes Runtimes, TaskDefaults Defaults)
{
    /// <summary>Merges that were seen, for checks when every task is known.</summary>
    public List<MergeUse> Merges { get; } = [];
}

/// <summary>Reads one task after the other.</summary>
internal sealed class TaskBinder(ValueReader values, CommandBinder commands, TaskSurroundings surroundings)
{
    private const TemplateNames InTask = TemplateNames.Run | TemplateNames.Task | TemplateNames.Attempt
        | TemplateNames.Vars | TemplateNames.Needs;

    private readonly PolicyBinder _policy = new(values, commands);
    private readonly EnvironmentBinder _environment = new(values, commands);
    private readonly NeedsBinder _needs = new(values, surroundings.Tasks);
    private readonly ForEachBinder _forEach = new(values, commands);
    private readonly WorkBinder _work = new(values, commands, surroundings);

    /// <summary>The task; after an error, one that is fit only for further checks.</summary>
    public PlanTask Read(int index, YamlNode key, YamlNode node)
    {
        commands.Task = index;

        // A name that is none is refused, and yet stands in further messages, which are lines.
        var name = Shown.Short(key.Text);
        var draft = new TaskDraft(key.Text, surroundings.Defaults);
        if (PlanNames.Problem(key.Text) is { } problem)
        {
            values.Messages.Error(key.Position, $"the task name \"{name}\" {problem}",
                $"use letters, digits, _, - and ., at most {PlanNames.MaxLength}");
        }

        if (values.IsMap(node, name, $"a map such as {name}: {{ run: COMMAND }}"))
        {
            ReadFirst(node, draft);
            ReadRest(node, draft);
            _work.Finish(key, node, draft);
            Finish(key, draft);
        }

        return draft.Build(index, key);
    }

    // The order of keys is free, and yet some decide how others are read.
    private void ReadFirst(YamlNode node, TaskDraft draft)
    {
        foreach (var pair in node.Pairs)
        {
            switch (pair.Key.Text)
            {
                case "needs":
                    draft.Needs = _needs.Read(draft.Name, pair.Value);
                    break;
                case "shell":
                    draft.Shell = commands.Shell(pair.Value) ?? draft.Shell;
                    draft.OwnShell = true;
                    break;
                case "for-each":
                    draft.ForEach = _forEach.Read(pair.Value);
                    draft.Allowed = InTask | TemplateNames.Item;
                    break;
            }
        }
    }

    private void ReadRest(YamlNode node, TaskDraft draft)
    {
        foreach (var (key, value) in node.Pairs)
        {
            switch (key.Text)
            {
                case "needs" or "shell" or "for-each":
                    break;
                case "run":
                    _work.IsOf(WorkKind.Command, key, draft);
                    draft.Command = commands.Command(value, "run", draft.Shell, draft.Allowed);
                    break;
                case "when":
                    draft.When = _needs.When(draft.Name, value, draft.Needs);
                    break;
                case "timeout":
                    draft.Timeout = values.Duration(value, "timeout");
                    break;
                case "no-progress":
                    (draft.OwnNoProgress, draft.NoProgress) = (true, NoProgress(values, value));
                    break;
                case "retry":
                    draft.Retry = _policy.Retry(value);
                    break;
                case "effect":
                    draft.Effect = _policy.Effect(value, draft.Shell, draft.Allowed);
                    break;
                case "on-failure":
                    draft.OnFailure = _policy.OnFailure(value);
                    break;
                default:
                    ReadPlaces(key, value, draft);
                    break;
            }
        }
    }

    private void ReadPlaces(YamlNode key, YamlNode value, TaskDraft draft)
    {
        switch (key.Text)
        {
            case "env":
                draft.Environment = _environment.Read(value, draft.Allowed);
                break;
            case "secrets":
                draft.Secrets = surroundings.Secrets.Read(values, value);
                break;
            case "cwd":
                draft.WorkingFolder = commands.Text(value, "cwd", draft.Allowed);
                break;
            case "stdin":
                draft.Stdin = commands.Text(value, "stdin", draft.Allowed);
                break;
            case "inputs":
                draft.Inputs = commands.Templates(value, "inputs", draft.Allowed, listAllowed: true);
                CheckGlobs(value, draft.Inputs);
                break;
            case "outputs":
                draft.Outputs = commands.Templates(value, "outputs", draft.Allowed);
                CheckOutputs(value, draft);
                break;
            case "target":
                draft.Target = commands.Text(value, "target",
                    draft.Allowed & ~(TemplateNames.Attempt | TemplateNames.Needs));
                break;
            case "group":
                draft.Group = Group(value);
                break;
            case "adopt":
                draft.Adopt = values.Boolean(value, "adopt") ?? true;
                break;
            case "strays":
                draft.Strays = (StrayReaction)Math.Max(0, values.Choice(value, "strays", PolicyBinder.StrayWords));
                break;
            case "runtime" or "prompt" or "http" or "approval" or "merge" or "checkpoints" or "checkpoint-deadline"
                or "worktree":
                _work.Read(key, value, draft);
                break;
            default:
                draft.HasUnknownKey = true;
                values.UnknownKey(key, $"task \"{Shown.Short(draft.Name)}\"", PlanKeys.Task, PlanKeys.TaskLater);
                break;
        }
    }

    /// <summary>A window, or <c>off</c>.</summary>
    internal static TimeSpan? NoProgress(ValueReader values, YamlNode value) =>
        value.IsScalar && value.Text == "off" ? null : values.Duration(value, "no-progress");

    private void Finish(YamlNode key, TaskDraft draft)
    {
        if (draft.OwnShell && draft.Command is { IsShell: false })
        {
            values.Messages.Warning(key.Position,
                $"task \"{Shown.Short(draft.Name)}\" names a shell, and yet its list of arguments is started without "
                + "one",
                "write \"run\" as a text, or drop \"shell\"");
        }

        var timeout = draft.LimitOf();
        if (draft.OwnNoProgress && draft.NoProgress >= timeout)
        {
            values.Messages.Warning(key.Position, $"task \"{Shown.Short(draft.Name)}\": no-progress "
                + $"{DurationText.Format(draft.NoProgress.Value)} "
                + $"can never be reached, since timeout is {DurationText.Format(timeout)}", "lower it");
        }
    }

    private string? Group(YamlNode node)
    {
        if (values.Text(node, "group") is not { } name)
        {
            return null;
        }

        if (PlanNames.Problem(name) is { } problem)
        {
            values.Messages.Error(node.Position, $"the group name \"{Shown.Short(name)}\" {problem}",
                $"use letters, digits, _, - and ., at most {PlanNames.MaxLength}");
        }
        else if (surroundings.Groups is { } groups && !groups.Contains(name))
        {
            values.Messages.UnknownName(node.Position, $"no group is called \"{name}\"", name, groups,
                "declare it under the plan's \"groups\"");
        }

        return name;
    }

    private void CheckOutputs(YamlNode node, TaskDraft draft)
    {
        var seen = new HashSet<string>();
        var items = values.List(node, "outputs", "") ?? [];
        for (var i = 0; i < draft.Outputs.Count && draft.Outputs.Count == items.Count; i++)
        {
            var output = draft.Outputs[i];
            if (PlanPath.Problem(output) is { } problem)
            {
                values.Messages.Error(items[i].Position, $"the output \"{Shown.Short(output.Source)}\" {problem}",
                    "name a file below the plan's folder");
            }
            else if (output.IsLiteral && output.Source.AsSpan().ContainsAny('*', '?'))
            {
                values.Messages.Error(items[i].Position, $"the output \"{Shown.Short(output.Source)}\" is a pattern",
                    "name each file: only then can a missing one be told");
            }
            else if (!seen.Add(output.Source))
            {
                values.Messages.Warning(items[i].Position, $"\"outputs\" names \"{Shown.Short(output.Source)}\" twice",
                    "once is enough");
            }
        }
    }

    private void CheckGlobs(YamlNode node, IReadOnlyList<Template> globs)
    {
        foreach (var glob in globs)
        {
            if (glob.IsLiteral && Glob.Problem(glob.Source) is { } problem)
            {
                values.Messages.Error(node.Position, $"the pattern \"{Shown.Short(glob.Source)}\" {problem}",
                    "close it, or put a backslash before the bracket");
            }
        }
    }
}
