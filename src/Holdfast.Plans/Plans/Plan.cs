using Holdfast.Failures;

namespace Holdfast.Plans;

/// <summary>
/// A checked plan: tasks in the order of the file, every reference resolved. Immutable; safe to read from any thread.
/// </summary>
public sealed class Plan
{
    private Dictionary<string, PlanTask>? _byName;
    private Dictionary<string, IReadOnlyList<PlanRuntime>>? _candidates;
    private Dictionary<string, string>? _values;
    private Dictionary<string, int>? _secretPlaces;

    /// <summary>What the plan calls itself; else the name of its file without the ending.</summary>
    public required string Name { get; init; }

    /// <summary>Name of the plan file, without its folder.</summary>
    public required string File { get; init; }

    /// <summary>Full path of the folder that relative paths of the plan start at.</summary>
    public required string Folder { get; init; }

    /// <summary>The tasks in the order of the file; <see cref="PlanTask.Index"/> is the place in this list.</summary>
    public required IReadOnlyList<PlanTask> Tasks { get; init; }

    /// <summary>How many attempts may run at once; null: as many as the machine has processors.</summary>
    public int? MaxParallel { get; init; }

    /// <summary>The longest wait that a run sits through (6 h by default); beyond it the task is parked.</summary>
    public TimeSpan MaxWait { get; init; } = DefaultMaxWait;

    /// <summary>How long the whole run may take; null: no bound.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>What a failed task does to the rest of the run, unless the task says otherwise.</summary>
    public FailureReaction OnFailure { get; init; }

    /// <summary>The command that is told about the run; null for none.</summary>
    public NotifySetting? Notify { get; init; }

    /// <summary>Variables with the values of the command line already in them.</summary>
    public IReadOnlyList<PlanVariable> Variables { get; init; } = [];

    /// <summary>Where each secret comes from. Values are never part of a plan.</summary>
    public IReadOnlyList<SecretSource> Secrets { get; init; } = [];

    /// <summary>Groups that tasks belong to, declared ones first, then those that tasks name.</summary>
    public IReadOnlyList<PlanGroup> Groups { get; init; } = [];

    /// <summary>Where and by what work is done that is no plain command, in the order of the file.</summary>
    public IReadOnlyList<PlanRuntime> Runtimes { get; init; } = [];

    /// <summary>The plan's own rules for what outputs mean; they come before the built-in ones.</summary>
    public IReadOnlyList<FailureRule> Rules { get; init; } = [];

    /// <summary>See <see cref="MaxWait"/>.</summary>
    public static TimeSpan DefaultMaxWait { get; } = TimeSpan.FromHours(6);

    /// <summary>The task of that name; null when there is none.</summary>
    public PlanTask? Find(string name)
    {
        var index = _byName;
        if (index is null)
        {
            index = new(Tasks.Count);
            foreach (var task in Tasks)
            {
                index[task.Name] = task;
            }

            _byName = index;
        }

        return index.GetValueOrDefault(name);
    }

    /// <summary>
    /// A runtime and all that can take over from it, in order: each fallback is followed by its own fallbacks, each is
    /// there once, and one that is the same program, model and credential as an earlier one is left out.
    /// </summary>
    /// <param name="runtime">Name of a runtime; for one that the plan has not, the list is empty.</param>
    public IReadOnlyList<PlanRuntime> CandidatesOf(string runtime)
    {
        // Read by many threads: each that finds none makes the same one.
        var all = _candidates ??= RuntimeRows.Of(Runtimes);
        return all.TryGetValue(runtime, out var row) ? row : [];
    }

    /// <summary>The runtime that a task prefers and all that can take over; empty for a task that needs none.</summary>
    public IReadOnlyList<PlanRuntime> CandidatesOf(PlanTask task) =>
        task.Work.Runtime is { } name ? CandidatesOf(name) : [];

    /// <summary>Whether a task, or a runtime that may do it, is given a secret.</summary>
    public bool UsesSecret(PlanTask task, string secret) => task.Secrets.Contains(secret)
        || CandidatesOf(task).Any(runtime => runtime.Secrets.Contains(secret));

    /// <summary>The secrets that a task, or a runtime that may do it, is given, in the order of the plan.</summary>
    public IEnumerable<SecretSource> SecretsOf(PlanTask task)
    {
        var names = task.Secrets.Concat(CandidatesOf(task).SelectMany(static runtime => runtime.Secrets)).ToHashSet();
        if (names.Count == 0)
        {
            return [];
        }

        // Looked up, since a plan of many tasks may have as many secrets.
        var places = _secretPlaces ??= Secrets.Select(static (secret, at) => (secret.Name, at))
            .DistinctBy(static place => place.Name).ToDictionary(static place => place.Name, static place => place.at);
        return names.Where(places.ContainsKey).Select(name => places[name]).Order().Select(at => Secrets[at]);
    }

    /// <summary>Whether a task, or a runtime that may do it, inherits a variable of the driver.</summary>
    public bool Inherits(PlanTask task, string variable) => task.Environment.Inherits(variable)
        || CandidatesOf(task).Any(runtime => runtime.Environment.Inherits(variable));

    /// <summary>The value of a variable; null when the plan has none of that name.</summary>
    public string? Variable(string name)
    {
        var values = _values;
        if (values is null)
        {
            values = new(Variables.Count);
            foreach (var variable in Variables)
            {
                _ = values.TryAdd(variable.Name, variable.Value);
            }

            _values = values;
        }

        return values.GetValueOrDefault(name);
    }
}

/// <summary>What a failed task does to the tasks that do not need it.</summary>
public enum FailureReaction
{
    /// <summary>They go on; only what needs the failed task is blocked.</summary>
    Continue,

    /// <summary>The run ends early: nothing new is started.</summary>
    Stop,
}

/// <summary>A variable of the plan.</summary>
/// <param name="Name">Letters, digits, <c>_</c> and <c>-</c>.</param>
/// <param name="Value">Plain text.</param>
/// <param name="FromCommandLine">Whether <c>--set</c> gave the value.</param>
public sealed record PlanVariable(string Name, string Value, bool FromCommandLine = false);

/// <summary>A named set of tasks: shown together, and bounded together where it has a bound of its own.</summary>
/// <param name="Name">As a task's name.</param>
/// <param name="MaxParallel">
/// How many attempts of the group run at once, 1 to 1024; null: the plan's bound alone.
/// </param>
public sealed record PlanGroup(string Name, int? MaxParallel);

/// <summary>The event of a run that people can be told of.</summary>
[Flags]
public enum NotifyEvents
{
    /// <summary>Only a person can go on: an approval, a checkpoint, held work.</summary>
    Waiting = 1,

    /// <summary>A task ended in failure.</summary>
    Failed = 2,

    /// <summary>The run ended, well or not.</summary>
    Done = 4,
}

/// <summary>The command that tells people about a run.</summary>
/// <param name="On">When it is called.</param>
/// <param name="Command">
/// What is called; it may use <c>run.id</c>, <c>run.name</c>, <c>run.why</c> and <c>vars</c>.
/// </param>
public sealed record NotifySetting(NotifyEvents On, PlanCommand Command);
