using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Plans.Binding;
using Holdfast.Plans.Expressions;
using Holdfast.Resilience;

namespace Holdfast.Plans;

/// <summary>Reads the tasks of a <c>plan.json</c>, and finds what they need by name when all are known.</summary>
internal sealed class TaskJsonReader
{
    private readonly Dictionary<string, int> _names = [];
    private readonly List<Fields> _read = [];

    public PlanTask[] Tasks(ref Utf8JsonReader reader)
    {
        JsonFields.BeginArray(ref reader);
        while (JsonFields.NextItem(ref reader))
        {
            var fields = Task(ref reader);
            if (!_names.TryAdd(JsonFields.Given(fields.Name, "tasks.name"), _read.Count))
            {
                throw new FormatException($"plan.json is damaged: two tasks are called "
                    + $"\"{Shown.Short(fields.Name!)}\"; start a new run");
            }

            _read.Add(fields);
        }

        var tasks = new PlanTask[_read.Count];
        for (var i = 0; i < tasks.Length; i++)
        {
            tasks[i] = _read[i].Build(i, _names);
        }

        return tasks;
    }

    private static Fields Task(ref Utf8JsonReader reader)
    {
        var fields = new Fields();
        JsonFields.BeginHere(ref reader);
        while (JsonFields.Next(ref reader, out var key))
        {
            if (WorkFields.Knows(key))
            {
                (fields.Work ??= new()).Take(ref reader, key);
            }
            else if (!fields.Command.Take(ref reader, key))
            {
                fields.Take(ref reader, key);
            }
        }

        return fields;
    }

    private static EffectSetting Effect(ref Utf8JsonReader reader)
    {
        string? kind = null;
        var command = new CommandFields();
        JsonFields.BeginHere(ref reader);
        while (JsonFields.Next(ref reader, out var key))
        {
            if (key == "kind")
            {
                kind = reader.GetString();
            }
            else if (!command.Take(ref reader, key))
            {
                throw new FormatException($"plan.json: effect has no field \"{key}\"; it was written by another "
                    + $"version");
            }
        }

        var effect = (EffectKind)PlanWords.Index(PlanWords.Effects, kind, "effect");
        return effect == EffectKind.Reconcile ? new(effect, command.Build("effect"))
            : !command.Any ? new(effect, null)
            : throw new FormatException($"plan.json is damaged: the effect \"{kind}\" has a command; start a new run");
    }

    private static ForEachSetting ForEach(ref Utf8JsonReader reader)
    {
        string? source = null;
        int? maxParallel = null;
        IReadOnlyList<Template> values = [];
        JsonFields.BeginHere(ref reader);
        while (JsonFields.Next(ref reader, out var key))
        {
            switch (key)
            {
                case "source":
                    source = reader.GetString();
                    break;
                case "max_parallel":
                    maxParallel = JsonFields.Parallel(ref reader);
                    break;
                case "values":
                    values = JsonFields.Templates(ref reader);
                    break;
                default:
                    throw new FormatException($"plan.json: for_each has no field \"{key}\"; it was written by "
                        + $"another version");
            }
        }

        return new((ForEachSource)PlanWords.Index(PlanWords.Sources, source, "source"), values, maxParallel);
    }

    private static RetrySetting Retry(ref Utf8JsonReader reader)
    {
        var preset = RetryPreset.PerClass;
        int? maxAttempts = null;
        var overrides = new List<RetryOverride>();
        JsonFields.BeginHere(ref reader);
        while (JsonFields.Next(ref reader, out var key))
        {
            switch (key)
            {
                case "preset":
                    preset = (RetryPreset)PlanWords.Index(PolicyBinder.Presets, reader.GetString(), "preset");
                    break;
                case "max_attempts":
                    maxAttempts = JsonFields.Within(reader.GetInt32(), 1, PolicyBinder.MaxAttempts);
                    break;
                default:
                    overrides.Add(Override(ref reader, key));
                    break;
            }
        }

        return PolicyBinder.Setting(preset, maxAttempts, overrides);
    }

    private static RetryOverride Override(ref Utf8JsonReader reader, string word)
    {
        var change = new RetryOverride((FailureClass)PlanWords.Index(PolicyBinder.Classes, word.Length == 0 ? null
            : word, "retry"),
            null, null, null, null, null);
        JsonFields.BeginHere(ref reader);
        while (JsonFields.Next(ref reader, out var key))
        {
            change = key switch
            {
                "retries" => change with
                {
                    Retries = JsonFields.Within(reader.GetInt32(), 0, PolicyBinder.MaxAttempts),
                },
                "base_ms" => change with { Base = JsonFields.Duration(ref reader, 0, RetryPolicy.LongestDelay) },
                "cap_ms" => change with { Cap = JsonFields.Duration(ref reader, 1, RetryPolicy.LongestDelay) },
                "multiplier" => change with
                {
                    Multiplier = JsonFields.Within(reader.GetDouble(), 1, PolicyBinder.MaxMultiplier),
                },
                "jitter" => change with { Jitter = JsonFields.Within(reader.GetDouble(), 0, 1) },
                _ => throw new FormatException($"plan.json: retry has no field \"{key}\"; it was written by "
                    + $"another version"),
            };
        }

        return change;
    }

    private sealed class Fields
    {
        public CommandFields Command;

        public WorkFields? Work { get; set; }

        public string? Name { get; private set; }

        private List<string> Needs { get; set; } = [];

        private string? When { get; set; }

        private ForEachSetting? ForEach { get; set; }

        private string? Group { get; set; }

        private Template? Target { get; set; }

        private Template? WorkingFolder { get; set; }

        private Template? Stdin { get; set; }

        private List<string> Inherit { get; set; } = [];

        private List<KeyValuePair<string, Template>> Variables { get; set; } = [];

        private List<string> Secrets { get; set; } = [];

        private IReadOnlyList<Template> Inputs { get; set; } = [];

        private IReadOnlyList<Template> Outputs { get; set; } = [];

        private EffectSetting? Effect { get; set; }

        private TimeSpan? Timeout { get; set; }

        private TimeSpan? NoProgress { get; set; }

        private RetrySetting Retry { get; set; } = RetrySetting.PerClass;

        private FailureReaction OnFailure { get; set; }

        private bool Adopt { get; set; } = true;

        private StrayReaction Strays { get; set; }

        private InheritedSettings Inherited { get; set; }

        public void Take(ref Utf8JsonReader reader, string key)
        {
            switch (key)
            {
                case "name":
                    Name = reader.GetString();
                    break;
                case "needs":
                    Needs = JsonFields.Texts(ref reader);
                    break;
                case "when":
                    When = reader.GetString();
                    break;
                case "for_each":
                    ForEach = TaskJsonReader.ForEach(ref reader);
                    break;
                case "group":
                    Group = reader.GetString();
                    break;
                case "secrets":
                    Secrets = JsonFields.Texts(ref reader);
                    break;
                case "inputs":
                    Inputs = JsonFields.Templates(ref reader);
                    break;
                case "outputs":
                    Outputs = JsonFields.Templates(ref reader);
                    break;
                default:
                    TakePlaces(ref reader, key);
                    break;
            }
        }

        private void TakePlaces(ref Utf8JsonReader reader, string key)
        {
            switch (key)
            {
                case "target":
                    Target = JsonFields.Text(ref reader);
                    break;
                case "cwd":
                    WorkingFolder = JsonFields.Text(ref reader);
                    break;
                case "stdin":
                    Stdin = JsonFields.Text(ref reader);
                    break;
                case "inherit":
                    Inherit = JsonFields.Texts(ref reader);
                    break;
                case "env":
                    Variables = JsonFields.Pairs(ref reader);
                    break;
                default:
                    TakePolicy(ref reader, key);
                    break;
            }
        }

        private void TakePolicy(ref Utf8JsonReader reader, string key)
        {
            switch (key)
            {
                case "effect":
                    Effect = TaskJsonReader.Effect(ref reader);
                    break;
                case "timeout_ms":
                    Timeout = JsonFields.Duration(ref reader);
                    break;
                case "no_progress_ms":
                    NoProgress = JsonFields.Duration(ref reader);
                    break;
                case "retry":
                    Retry = TaskJsonReader.Retry(ref reader);
                    break;
                case "on_failure":
                    OnFailure = JsonFields.Reaction(ref reader);
                    break;
                case "adopt":
                    Adopt = reader.GetBoolean();
                    break;
                case "strays":
                    Strays = (StrayReaction)PlanWords.Index(PolicyBinder.StrayWords, reader.GetString(), "strays");
                    break;
                case "from_defaults":
                    Inherited = (InheritedSettings)JsonFields.Flags(ref reader, PlanWords.Inherited, "from_defaults");
                    break;
                default:
                    throw new FormatException($"plan.json: a task has no field \"{key}\"; it was written by "
                        + $"another version");
            }
        }

        public PlanTask Build(int index, Dictionary<string, int> names)
        {
            var work = Work?.Build(names);
            return work is null || !Command.Any ? Build(index, names, work ?? new CommandWork(Command.Build(Name!)))
                : throw new FormatException($"plan.json is damaged: task \"{Shown.Short(Name!)}\" does two kinds of "
                    + "work; start a new run");
        }

        private PlanTask Build(int index, Dictionary<string, int> names, PlanWork work) => new()
        {
            Index = index,
            Name = Name!,
            Work = work,
            Checkpoints = Work?.Checkpoints ?? [],
            CheckpointDeadline = Work?.CheckpointDeadline ?? PlanTask.DefaultCheckpointDeadline,
            Worktree = Work?.Worktree ?? false,
            Needs = Resolve(names),
            When = Condition(names),
            ForEach = ForEach,
            Group = Group,
            Target = Target,
            WorkingFolder = WorkingFolder,
            Stdin = Stdin,
            Environment = Inherit.Count + Variables.Count == 0 ? EnvironmentSetting.None : new(Inherit, Variables),
            Secrets = Secrets,
            Inputs = Inputs,
            Outputs = Outputs,
            Effect = Effect ?? PlanTask.DefaultEffectOf(work),
            Timeout = Timeout ?? PlanTask.DefaultTimeoutOf(work),
            NoProgress = NoProgress is null ? PlanTask.DefaultNoProgressOf(work)
                : NoProgress == TimeSpan.Zero ? null : NoProgress,
            Retry = Retry,
            OnFailure = OnFailure,
            Adopt = Adopt,
            Strays = Strays,
            Inherited = Inherited,
        };

        private int[] Resolve(Dictionary<string, int> names)
        {
            var needs = Needs.Count == 0 ? [] : new int[Needs.Count];
            for (var i = 0; i < needs.Length; i++)
            {
                needs[i] = names[Needs[i]];
            }

            return needs;
        }

        private WhenCondition Condition(Dictionary<string, int> names) => When switch
        {
            null => WhenCondition.Success,
            "always()" => WhenCondition.Always,
            _ when When.StartsWith("failed(", StringComparison.Ordinal) && When.EndsWith(')') =>
                new(WhenKind.Failed, names[When[7..^1]]),
            _ => throw new FormatException($"plan.json: when cannot be \"{Shown.Short(When)}\"; it was written "
                + $"by another version"),
        };
    }
}
