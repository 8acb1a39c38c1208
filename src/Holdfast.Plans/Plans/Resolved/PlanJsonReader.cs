using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>Reads whole plans; <see cref="TaskJsonReader"/> reads their tasks.</summary>
internal static class PlanJsonReader
{
    public static Plan Read(ref Utf8JsonReader reader, string? home)
    {
        var draft = new PlanJsonDraft();
        JsonFields.Begin(ref reader);
        while (JsonFields.Next(ref reader, out var key))
        {
            if (!TakeSetting(ref reader, key!, draft) && !TakePart(ref reader, key!, draft))
            {
                throw new FormatException($"plan.json: no field is called \"{key}\"; it was written by another "
                    + $"version");
            }
        }

        // Nothing may follow: of two plans in one file, nobody could say which one was hashed.
        return !reader.Read() ? draft.Finish(home) : throw new JsonException("something follows the plan");
    }

    private static bool TakeSetting(ref Utf8JsonReader reader, string key, PlanJsonDraft draft)
    {
        switch (key)
        {
            case "format":
                CheckFormat(reader.GetInt32());
                return true;
            case "name":
                draft.Name = reader.GetString();
                return true;
            case "file":
                draft.File = reader.GetString();
                return true;
            case "folder":
                draft.Folder = reader.GetString();
                return true;
            case "home":
                draft.Home = reader.GetString();
                return true;
            case "max_parallel":
                draft.MaxParallel = JsonFields.Parallel(ref reader);
                return true;
            case "max_wait_ms":
                draft.MaxWait = JsonFields.Duration(ref reader);
                return true;
            case "deadline_ms":
                draft.Deadline = JsonFields.Duration(ref reader);
                return true;
            case "on_failure":
                draft.OnFailure = JsonFields.Reaction(ref reader);
                return true;
            default:
                return false;
        }
    }

    private static bool TakePart(ref Utf8JsonReader reader, string key, PlanJsonDraft draft)
    {
        switch (key)
        {
            case "notify":
                draft.Notify = Notify(ref reader);
                return true;
            case "vars":
                Variables(ref reader, draft.Variables);
                return true;
            case "set":
                draft.Set = JsonFields.Texts(ref reader);
                return true;
            case "secrets":
                draft.Secrets = Secrets(ref reader);
                return true;
            case "groups":
                draft.Groups = Groups(ref reader);
                return true;
            case "runtimes":
                draft.Runtimes = RuntimeJsonReader.Runtimes(ref reader);
                return true;
            case "rules":
                draft.Rules = RuleJson.Read(ref reader);
                return true;
            case "tasks":
                draft.Tasks = new TaskJsonReader().Tasks(ref reader);
                return true;
            default:
                return false;
        }
    }

    private static void CheckFormat(int format)
    {
        if (format > PlanJson.Format)
        {
            throw new FormatException($"plan.json has format {format}, and this version reads up to "
                + $"{PlanJson.Format}; use a newer Holdfast");
        }
    }

    private static NotifySetting Notify(ref Utf8JsonReader reader)
    {
        NotifyEvents on = 0;
        var command = new CommandFields();
        JsonFields.BeginHere(ref reader);
        while (JsonFields.Next(ref reader, out var key))
        {
            if (key == "on")
            {
                on = (NotifyEvents)JsonFields.Flags(ref reader, PlanWords.NotifyEvents, "on");
            }
            else if (!command.Take(ref reader, key))
            {
                throw new FormatException($"plan.json: notify has no field \"{key}\"; it was written by another "
                    + $"version");
            }
        }

        return new(on, command.Build("notify"));
    }

    private static void Variables(ref Utf8JsonReader reader, List<PlanVariable> variables)
    {
        JsonFields.BeginHere(ref reader);
        while (JsonFields.Next(ref reader, out var key))
        {
            variables.Add(new(key, reader.GetString()!));
        }
    }

    private static List<SecretSource> Secrets(ref Utf8JsonReader reader)
    {
        var secrets = new List<SecretSource>();
        while (JsonFields.NextItem(ref reader))
        {
            string? name = null, variable = null, file = null;
            JsonFields.BeginHere(ref reader);
            while (JsonFields.Next(ref reader, out var key))
            {
                _ = key switch
                {
                    "name" => name = reader.GetString(),
                    "env" => variable = reader.GetString(),
                    "file" => file = reader.GetString(),
                    _ => throw new FormatException($"plan.json: a secret has no field \"{key}\"; it was written "
                        + $"by another version"),
                };
            }

            secrets.Add(new(JsonFields.Given(name, "secrets.name"), variable, file));
        }

        return secrets;
    }

    private static List<PlanGroup> Groups(ref Utf8JsonReader reader)
    {
        var groups = new List<PlanGroup>();
        while (JsonFields.NextItem(ref reader))
        {
            string? name = null;
            int? maxParallel = null;
            JsonFields.BeginHere(ref reader);
            while (JsonFields.Next(ref reader, out var key))
            {
                if (key == "name")
                {
                    name = reader.GetString();
                }
                else if (key == "max_parallel")
                {
                    maxParallel = JsonFields.Parallel(ref reader);
                }
                else
                {
                    throw new FormatException($"plan.json: a group has no field \"{key}\"; it was written by another "
                        + "version");
                }
            }

            groups.Add(new(JsonFields.Given(name, "groups.name"), maxParallel));
        }

        return groups;
    }
}

/// <summary>The fields of a command while they are read.</summary>
internal struct CommandFields
{
    private string? _script;
    private List<string>? _shell;
    private IReadOnlyList<Template>? _arguments;

    public bool Take(ref Utf8JsonReader reader, string key)
    {
        switch (key)
        {
            case "script":
                _script = reader.GetString();
                return true;
            case "shell":
                _shell = JsonFields.Texts(ref reader);
                return true;
            case "run":
                _arguments = JsonFields.Templates(ref reader);
                return true;
            default:
                return false;
        }
    }

    /// <summary>Whether there is any.</summary>
    public readonly bool Any => _script is not null || _shell is not null || _arguments is not null;

    public readonly PlanCommand Build(string owner)
    {
        if (_arguments is not null && (_script ?? (object?)_shell) is not null)
        {
            throw new FormatException($"plan.json is damaged: the command of {Shown.Short(owner)} is both a script and "
                + "a list; start a new run of the plan");
        }

        if (_script is not null)
        {
            IReadOnlyList<string> named = _shell ?? PlanCommand.DefaultShell;
            return PlanCommand.ForShell(named, ShellScript.Compile(Template.Parse(_script), named));
        }

        var arguments = _arguments is { Count: 0 } ? null : _arguments;
        return PlanCommand.ForArguments(JsonFields.Given(arguments, $"the command of {Shown.Short(owner)}"));
    }
}

/// <summary>A plan whose fields come in any order.</summary>
internal sealed class PlanJsonDraft
{
    public string? Name { get; set; }

    public string? File { get; set; }

    public string? Folder { get; set; }

    public string? Home { get; set; }

    public int? MaxParallel { get; set; }

    public TimeSpan? MaxWait { get; set; }

    public TimeSpan? Deadline { get; set; }

    public FailureReaction OnFailure { get; set; } = FailureReaction.Continue;

    public NotifySetting? Notify { get; set; }

    public List<PlanVariable> Variables { get; } = [];

    public List<string> Set { get; set; } = [];

    public List<SecretSource> Secrets { get; set; } = [];

    public List<PlanGroup> Groups { get; set; } = [];

    public IReadOnlyList<PlanRuntime> Runtimes { get; set; } = [];

    public IReadOnlyList<FailureRule> Rules { get; set; } = [];

    public PlanTask[]? Tasks { get; set; }

    // Null where the run did not move, its plan lay elsewhere, or did not come along.
    private string? FolderUnder(string? home)
    {
        if (home is null || Home is null || Folder is null || File is null || home == Home)
        {
            return null;
        }

        var below = Path.GetRelativePath(Home, Folder);
        var moved = Path.GetFullPath(below, home);
        return !Path.IsPathRooted(below) && below != ".." && !below.StartsWith("../", StringComparison.Ordinal)
            && System.IO.File.Exists(Path.Combine(moved, File)) ? moved : null;
    }

    public Plan Finish(string? home)
    {
        var runtimes = Runtimes.ToDictionary(static runtime => runtime.Name);
        foreach (var task in Tasks ?? [])
        {
            if (task.Work.Runtime is { } name && (!runtimes.TryGetValue(name, out var runtime)
                || (runtime is HttpRuntimeSetting) != (task.Work is HttpWork)))
            {
                throw new FormatException($"plan.json is damaged: task \"{Shown.Short(task.Name)}\" asks for the "
                    + $"runtime \"{Shown.Short(name)}\", which it has not; start a new run");
            }
        }

        return Build(home);
    }

    private Plan Build(string? home) => new()
    {
        Name = JsonFields.Given(Name, "name"),
        File = JsonFields.Given(File, "file"),
        Folder = FolderUnder(home) ?? JsonFields.Given(Folder, "folder"),
        Tasks = JsonFields.Given(Tasks, "tasks"),
        MaxParallel = MaxParallel,
        MaxWait = MaxWait ?? Plan.DefaultMaxWait,
        Deadline = Deadline,
        OnFailure = OnFailure,
        Notify = Notify,
        Variables = [.. Variables.Select(v => v with { FromCommandLine = Set.Contains(v.Name) })],
        Secrets = Secrets,
        Groups = Groups,
        Runtimes = Runtimes,
        Rules = Rules,
    };
}
