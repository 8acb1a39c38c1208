using System.Text.Json;
using Holdfast.Plans.Expressions;

namespace Holdfast.Plans;

/// <summary>Reads whole plans; <see cref="TaskJsonReader"/> reads their tasks.</summary>
internal static class PlanJsonReader
{
    public static Plan Read(ref Utf8JsonReader reader, string? folder)
    {
        string? name = null, file = null, recorded = null;
        int? maxParallel = null;
        TimeSpan? maxWait = null, deadline = null;
        var onFailure = FailureReaction.Continue;
        NotifySetting? notify = null;
        var variables = new List<PlanVariable>();
        List<string> set = [];
        List<SecretSource> secrets = [];
        List<PlanGroup> groups = [];
        PlanTask[]? tasks = null;
        JsonFields.Begin(ref reader);
        while (JsonFields.Next(ref reader, out var key))
        {
            switch (key)
            {
                case "format":
                    CheckFormat(reader.GetInt32());
                    break;
                case "name":
                    name = reader.GetString();
                    break;
                case "file":
                    file = reader.GetString();
                    break;
                case "folder":
                    recorded = reader.GetString();
                    break;
                case "max_parallel":
                    maxParallel = reader.GetInt32();
                    break;
                case "max_wait_ms":
                    maxWait = JsonFields.Duration(ref reader);
                    break;
                case "deadline_ms":
                    deadline = JsonFields.Duration(ref reader);
                    break;
                case "on_failure":
                    onFailure = JsonFields.Reaction(ref reader);
                    break;
                case "notify":
                    notify = Notify(ref reader);
                    break;
                case "vars":
                    Variables(ref reader, variables);
                    break;
                case "set":
                    set = JsonFields.Texts(ref reader);
                    break;
                case "secrets":
                    secrets = Secrets(ref reader);
                    break;
                case "groups":
                    groups = Groups(ref reader);
                    break;
                case "tasks":
                    tasks = new TaskJsonReader().Tasks(ref reader);
                    break;
                default:
                    throw new FormatException($"plan.json: no field is called \"{key}\"; it was written by "
                        + $"another version");
            }
        }

        return new()
        {
            Name = JsonFields.Given(name, "name"),
            File = JsonFields.Given(file, "file"),
            Folder = folder ?? JsonFields.Given(recorded, "folder"),
            Tasks = JsonFields.Given(tasks, "tasks"),
            MaxParallel = maxParallel,
            MaxWait = maxWait ?? Plan.DefaultMaxWait,
            Deadline = deadline,
            OnFailure = onFailure,
            Notify = notify,
            Variables = [.. variables.Select(variable => variable with { FromCommandLine =
                set.Contains(variable.Name) })],
            Secrets = secrets,
            Groups = groups,
        };
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
                else
                {
                    maxParallel = reader.GetInt32();
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
    private string? script;
    private List<string>? shell;
    private IReadOnlyList<Template>? arguments;

    public bool Take(ref Utf8JsonReader reader, string key)
    {
        switch (key)
        {
            case "script":
                script = reader.GetString();
                return true;
            case "shell":
                shell = JsonFields.Texts(ref reader);
                return true;
            case "run":
                arguments = JsonFields.Templates(ref reader);
                return true;
            default:
                return false;
        }
    }

    public readonly PlanCommand Build(string owner)
    {
        if (script is not null)
        {
            IReadOnlyList<string> named = shell ?? PlanCommand.DefaultShell;
            return PlanCommand.ForShell(named, ShellScript.Compile(Template.Parse(script), named));
        }

        return PlanCommand.ForArguments(JsonFields.Given(arguments, $"the command of {owner}"));
    }
}
