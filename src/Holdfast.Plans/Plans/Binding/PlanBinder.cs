using Holdfast.Plans.Expressions;
using Holdfast.Plans.Yaml;

namespace Holdfast.Plans.Binding;

/// <summary>Reads a whole plan from its nodes, gathering all that is wrong.</summary>
internal sealed class PlanBinder
{
    /// <summary>The highest degree of parallelism that a plan may ask for.</summary>
    public const int MaxParallel = 1024;

    // What "defaults" give is written out with every task in plan.json: together no more than a plan file may hold.
    private const long MaxInherited = YamlText.MaxBytes;

    private static readonly string[] NotifyWords = ["waiting", "failed", "done"];

    private readonly PlanMessages _messages;
    private readonly ValueReader _values;
    private readonly CommandBinder _commands;
    private readonly PolicyBinder _policy;
    private readonly PlanPartsBinder _parts;
    private YamlNode _root;

    private PlanBinder(PlanMessages messages)
    {
        _messages = messages;
        _values = new(messages);
        _commands = new(_values);
        _policy = new(_values, _commands);
        _parts = new(_values);
    }

    /// <summary>The plan; null after an error was recorded.</summary>
    public static Plan? Bind(YamlDocument document, PlanMessages messages, string path,
        IReadOnlyList<string> overrides) =>
        new PlanBinder(messages).Read(document.Root, path, overrides);

    private Plan? Read(YamlNode root, string path, IReadOnlyList<string> overrides)
    {
        if (!root.IsMapping)
        {
            _messages.Error(root.Position, $"a plan is a map, and this is {root.Seen}", "begin with \"tasks:\"");
            return null;
        }

        _root = root;
        foreach (var pair in root.Pairs)
        {
            if (Array.IndexOf(PlanKeys.Plan, pair.Key.Text) < 0
                && !pair.Key.Text.StartsWith("x-", StringComparison.Ordinal))
            {
                _values.UnknownKey(pair.Key, "the plan", PlanKeys.Plan, PlanKeys.PlanLater);
            }
        }

        var variables = _parts.Variables(Key("vars"), overrides);
        _values.Variables = variables.Select(static variable => variable.Name).ToHashSet();
        var secrets = _parts.Secrets(Key("secrets"));
        var groups = _parts.Groups(Key("groups"));
        var names = TaskNames();
        var defaults = WithinBounds(Defaults(), names.Count);
        var secretNames = new SecretNames(secrets.Select(static secret => secret.Name).ToHashSet());
        var runtimes = new RuntimesBinder(_values, _commands, secretNames, variables).Read(Key("runtimes"));
        var surroundings = new TaskSurroundings(names, secretNames,
            groups?.Select(static group => group.Name).ToHashSet(), runtimes, defaults);
        var tasks = Tasks(root, surroundings);
        var plan = new Plan
        {
            Name = Name(path),
            File = Path.GetFileName(path),
            Folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/",
            Tasks = tasks,
            MaxParallel = Key("max-parallel") is { } parallel
                ? _values.Number(parallel, "max-parallel", 1, MaxParallel) : null,
            MaxWait = (Key("max-wait") is { } wait ? _values.Duration(wait, "max-wait") : null) ?? Plan.DefaultMaxWait,
            Deadline = Key("deadline") is { } deadline ? _values.Duration(deadline, "deadline") : null,
            OnFailure = defaults.OnFailure ?? FailureReaction.Continue,
            Notify = Key("notify") is { } notify ? Notify(notify, defaults) : null,
            Variables = variables,
            Secrets = secrets,
            Groups = AllGroups(groups, tasks),
            Runtimes = runtimes.All,
            Rules = Key("rules") is { } rules ? RuleFile.Bind(rules, _values, path) : [],
        };
        GraphCheck.Run(plan, _commands.OutputUses, surroundings.Merges, _messages);
        return _messages.NoErrors ? plan : null;
    }

    private YamlNode? Key(string name)
    {
        foreach (var pair in _root.Pairs)
        {
            if (pair.Key.Text == name)
            {
                return pair.Value;
            }
        }

        return null;
    }

    private Dictionary<string, int> TaskNames()
    {
        var names = new Dictionary<string, int>();
        if (Key("tasks") is { IsMapping: true } node)
        {
            names.EnsureCapacity(node.Count / 2);
            foreach (var pair in node.Pairs)
            {
                names[pair.Key.Text] = names.Count;
            }
        }

        return names;
    }

    private PlanTask[] Tasks(YamlNode root, TaskSurroundings surroundings)
    {
        if (Key("tasks") is not { } node)
        {
            _messages.Error(root.Position, "the plan has no tasks", "write at least one under \"tasks:\"");
            return [];
        }

        if (!_values.IsMap(node, "tasks", "a map of tasks such as build: { run: make }"))
        {
            return [];
        }

        if (node.Count == 0)
        {
            _messages.Error(node.Position, "the plan has no tasks", "write at least one under \"tasks:\"");
        }

        var binder = new TaskBinder(_values, _commands, surroundings);
        var tasks = new PlanTask[surroundings.Tasks.Count];
        var index = 0;
        foreach (var pair in node.Pairs)
        {
            tasks[index] = binder.Read(index, pair.Key, pair.Value);
            index++;
        }

        _commands.Task = -1;
        return tasks;
    }

    private string Name(string path)
    {
        if (Key("name") is { } node)
        {
            var name = _values.Text(node, "name");
            if (name is not null && PlanNames.Problem(name) is { } problem)
            {
                _messages.Error(node.Position, $"the plan's name \"{Shown.Short(name)}\" {problem}",
                    $"use letters, digits, _, - and ., at most {PlanNames.MaxLength}; run ids hold it");
            }

            return name ?? "";
        }

        var stem = PathText.Stem(Path.GetFileName(path));
        var clean = string.Create(Math.Min(stem.Length, PlanNames.MaxLength), stem, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = char.IsAsciiLetterOrDigit(source[i]) || source[i] is '_' or '.' ? source[i] : '-';
            }
        });
        return PlanNames.IsName(clean) ? clean : "plan";
    }

    private TaskDefaults Defaults()
    {
        var defaults = new TaskDefaults { OnFailure = Key("on-failure") is { } reaction ? _policy.OnFailure(reaction)
            : null };
        if (Key("defaults") is not { } node || !_values.IsMap(node, "defaults", "a map such as { timeout: 10m }"))
        {
            return defaults;
        }

        foreach (var (key, value) in node.Pairs)
        {
            switch (key.Text)
            {
                case "timeout":
                    defaults = defaults with { Timeout = _values.Duration(value, "timeout") };
                    break;
                case "no-progress":
                    defaults = defaults with
                    {
                        SaysNoProgress = true,
                        NoProgress = TaskBinder.NoProgress(_values, value),
                    };
                    break;
                case "retry":
                    defaults = defaults with { Retry = _policy.Retry(value) };
                    break;
                case "shell":
                    defaults = defaults with { Shell = _commands.Shell(value) };
                    break;
                case "env":
                    var allowed = TemplateNames.Run | TemplateNames.Task | TemplateNames.Attempt | TemplateNames.Vars;
                    defaults = defaults with { Environment =
                        new EnvironmentBinder(_values, _commands).Read(value, allowed) };
                    break;
                default:
                    _values.UnknownKey(key, "\"defaults\"", PlanKeys.Defaults);
                    break;
            }
        }

        return defaults;
    }

    private TaskDefaults WithinBounds(TaskDefaults defaults, int tasks)
    {
        if (defaults.Shell is null && ReferenceEquals(defaults.Environment, EnvironmentSetting.None))
        {
            return defaults;
        }

        var characters = (defaults.Shell ?? []).Sum(static word => (long)word.Length)
            + defaults.Environment.Inherit.Sum(static name => (long)name.Length)
            + defaults.Environment.Variables.Sum(static variable => (long)variable.Key.Length
                + variable.Value.Source.Length);
        if (characters * tasks <= MaxInherited)
        {
            return defaults;
        }

        _messages.Error(Key("defaults")!.Value.Position, $"\"defaults\" give {characters:N0} characters of \"env\" and "
            + $"\"shell\" to each of {tasks:N0} tasks, and {MaxInherited:N0} is the limit for all of them",
            "give them only to the tasks that use them");
        return defaults with { Shell = null, Environment = EnvironmentSetting.None };
    }

    private NotifySetting? Notify(YamlNode node, TaskDefaults defaults)
    {
        if (!_values.IsMap(node, "notify", "a map such as { on: [ failed ], run: COMMAND }"))
        {
            return null;
        }

        var on = NotifyEvents.Waiting | NotifyEvents.Failed | NotifyEvents.Done;
        var shell = defaults.Shell ?? PlanCommand.DefaultShell;
        YamlNode? run = null;
        foreach (var (key, value) in node.Pairs)
        {
            switch (key.Text)
            {
                case "on":
                    on = NotifyOn(value);
                    break;
                case "shell":
                    shell = _commands.Shell(value) ?? shell;
                    break;
                case "run":
                    run = value;
                    break;
                default:
                    _values.UnknownKey(key, "\"notify\"", PlanKeys.Notify);
                    break;
            }
        }

        if (run is null)
        {
            _messages.Error(node.Position, "\"notify\" runs nothing", "give it a \"run\"");
            return null;
        }

        var command = _commands.Command(run.Value, "run", shell,
            TemplateNames.Run | TemplateNames.Why | TemplateNames.Vars);
        return command is null ? null : new(on, command);
    }

    private NotifyEvents NotifyOn(YamlNode node)
    {
        NotifyEvents on = 0;
        foreach (var item in _values.List(node, "on", "a list of waiting, failed, done") ?? [])
        {
            var word = _values.Choice(item, "on", NotifyWords);
            on |= word < 0 ? 0 : (NotifyEvents)(1 << word);
        }

        if (node.IsSequence && node.Count == 0)
        {
            _messages.Error(node.Position, "\"on\" is an empty list", "write at least one of waiting, failed, done");
        }

        return on;
    }

    private static List<PlanGroup> AllGroups(List<PlanGroup>? declared, PlanTask[] tasks)
    {
        var groups = declared ?? [];
        var names = new HashSet<string>(groups.Select(static group => group.Name));
        foreach (var task in tasks)
        {
            if (task.Group is not null && names.Add(task.Group))
            {
                groups.Add(new(task.Group, null));
            }
        }

        return groups;
    }
}
