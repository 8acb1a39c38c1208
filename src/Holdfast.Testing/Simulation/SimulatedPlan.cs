using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.State;

namespace Holdfast.Testing.Simulation;

/// <summary>A random plan, and what each attempt of its tasks will do: drawn from the seed alone.</summary>
internal sealed class SimulatedPlan
{
    internal const string Target = "api";

    private static readonly string[] Checkpoints = ["drafted", "reviewed"];

    private readonly Dictionary<string, AttemptScript[]> _scripts = [];
    private readonly Dictionary<string, string[]> _items = [];
    private readonly Dictionary<string, TaskSpec> _specs;
    private readonly Random _random;
    private readonly bool _outage;

    internal SimulatedPlan(Random random, string runId)
    {
        _random = random;
        _outage = random.Next(4) == 0;
        Deadline = random.Next(4) == 0 ? TimeSpan.FromMinutes(random.Next(1, 30)) : null;
        var count = random.Next(Simulator.MinTasks + 4, 41);
        var tasks = new List<TaskSpec>();
        for (var i = 0; i < count; i++)
        {
            tasks.Add(Task($"t{i:00}", tasks));
        }

        _specs = tasks.ToDictionary(t => t.Name);
        Spec = new RunSpec
        {
            RunId = runId,
            Tasks = tasks,
            MaxParallel = random.Next(1, 6),
            GroupParallel = new Dictionary<string, int> { ["narrow"] = random.Next(1, 3) },
        };
        TakenOver = random.Next(3) == 0
            ? [.. tasks.Where(t => t.Needs.Count == 0 && !t.IsFanOut).Select(t => t.Name).Take(random.Next(1, 3))]
            : [];
    }

    internal RunSpec Spec { get; }

    /// <summary>The deadline of the run; null for none.</summary>
    internal TimeSpan? Deadline { get; }

    /// <summary>Tasks whose results a fork took over.</summary>
    internal IReadOnlyList<string> TakenOver { get; }

    internal IReadOnlyList<string> Items(string task) => _items[task];

    /// <summary>The declared effect of a task or instance; null for none.</summary>
    internal Effect? EffectOf(string? task) => task is null ? null : SpecOf(task).Effect;

    /// <summary>What the plan says of a task or instance.</summary>
    internal TaskSpec SpecOf(string task) =>
        _specs[task.IndexOf('[', StringComparison.Ordinal) is > 0 and var at ? task[..at] : task];

    /// <summary>What an attempt does; after its script every further attempt ends well.</summary>
    internal AttemptScript Script(AttemptId attempt)
    {
        if (!_scripts.TryGetValue(attempt.Task, out var script))
        {
            _scripts[attempt.Task] = script = DrawScript(SpecOf(attempt.Task).Checkpoints.Count > 0);
        }

        return attempt.Number <= script.Length ? script[attempt.Number - 1] : AttemptScript.Succeed;
    }

    private TaskSpec Task(string name, List<TaskSpec> earlier)
    {
        var needs = _outage && _random.Next(3) > 0 ? [] : earlier.Where(_ => _random.Next(earlier.Count) < 2).Select(t
            => t.Name).Take(3).ToArray();
        var fanOut = _random.Next(12) == 0;
        if (fanOut)
        {
            _items[name] = [.. Enumerable.Range(0, _random.Next(0, 5)).Select(i => $"item {i}")];
        }

        var approval = !fanOut && _random.Next(12) == 0;
        var checkpoints = approval || _random.Next(5) > 0 ? 0 : _random.Next(1, Checkpoints.Length + 1);
        _scripts[name] = DrawScript(checkpoints > 0);
        var runtimes = DrawRuntimes();
        if (runtimes[0].Target is not null && checkpoints == 0 && !_outage && _random.Next(3) == 0)
        {
            // What it tells one is told to all that are sent there.
            _scripts[name] = [AttemptScript.FailThrottled];
        }

        var when = needs.Length == 0 ? 0 : _random.Next(10);
        return new TaskSpec(name)
        {
            Needs = needs,
            When = when switch { 0 when needs.Length > 0 => WhenKind.Failed, 1 => WhenKind.Always, _
                => WhenKind.Success },
            WhenFailedTask = when == 0 && needs.Length > 0 ? needs[0] : null,
            Effect = _outage || approval ? Effect.Repeatable : (Effect)_random.Next(4),
            Approval = approval ? TimeSpan.FromMinutes(_random.Next(1, 60)) : null,
            Checkpoints = Checkpoints[..checkpoints],
            CheckpointWait = TimeSpan.FromMinutes(_random.Next(1, 60)),
            IsFanOut = fanOut,
            FanOutParallel = fanOut && _random.Next(2) == 0 ? 1 : null,
            Runtimes = runtimes,
            Group = _random.Next(4) == 0 ? "narrow" : null,
            StopsRunOnFailure = _random.Next(40) == 0,
        };
    }

    private IReadOnlyList<RuntimeChoice> DrawRuntimes() => _random.Next(9) switch
    {
        < 2 => [new RuntimeChoice("agent", Target)],
        2 => [new RuntimeChoice("agent", Target), new RuntimeChoice("other")],
        _ => RuntimeChoice.PlainCommand,
    };

    private AttemptScript[] DrawScript(bool hasCheckpoints) => hasCheckpoints && _random.Next(3) == 0
        ? [AttemptScript.LackCheckpoints]
        : _outage && _random.Next(10) < 8
        ? [.. Enumerable.Repeat(AttemptScript.FailTransiently, 9)]
        : DrawOneScript();

    private AttemptScript[] DrawOneScript() => _random.Next(10) switch
    {
        0 => [AttemptScript.FailTransiently],
        1 => [AttemptScript.FailTransiently, AttemptScript.FailTransiently],
        2 => [AttemptScript.FailThrottled],
        3 => [AttemptScript.Hang],
        4 => [AttemptScript.Vanish],
        5 when _random.Next(2) == 0 => [AttemptScript.LackCheckpoints],
        5 when _random.Next(3) == 0 => [.. Enumerable.Repeat(AttemptScript.FailForGood, 3)],
        _ => [],
    };
}
