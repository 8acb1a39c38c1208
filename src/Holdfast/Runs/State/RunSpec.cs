using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Runs.State;

/// <summary>When a task runs, judged once everything that it needs has ended.</summary>
public enum WhenKind
{
    /// <summary>Everything needed succeeded, was cached or skipped. The default.</summary>
    Success,

    /// <summary>Whatever became of what it needs, but not after a cancel.</summary>
    Always,

    /// <summary>The named task ended in failure.</summary>
    Failed,
}

/// <summary>A runtime that can execute a task.</summary>
/// <param name="Name">Its name in the plan; <c>command</c> for the one that needs none.</param>
/// <param name="Target">
/// What it sends to, as breakers, throttles and retry budgets know it; null for what has none.
/// </param>
public sealed record RuntimeChoice(string Name, string? Target = null)
{
    /// <summary>The runtime of a plain command.</summary>
    public const string Command = "command";

    /// <summary>The runtime of a step of a C# program.</summary>
    public const string Step = "step";

    /// <summary>The runtime of a timer of a C# program.</summary>
    public const string Timer = "timer";

    /// <summary>The one choice of a step of a C# program.</summary>
    public static IReadOnlyList<RuntimeChoice> OfProgram { get; } = [new(Step)];

    /// <summary>The one choice of a task that is a plain command without a target.</summary>
    public static IReadOnlyList<RuntimeChoice> PlainCommand { get; } = [new(Command)];
}

/// <summary>A task as the engine sees it: order and policy, and nothing of how it is executed.</summary>
public sealed record TaskSpec(string Name)
{
    /// <summary>Names of the tasks that must have ended before this one is judged.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];

    /// <summary>When it runs.</summary>
    public WhenKind When { get; init; }

    /// <summary>The task that <see cref="WhenKind.Failed"/> asks about.</summary>
    public string? WhenFailedTask { get; init; }

    /// <summary>What may be done after an attempt whose end nobody saw.</summary>
    public Effect Effect { get; init; }

    /// <summary>Retries of each class, with their delays.</summary>
    public RetryTable Retry { get; init; } = RetryTable.PerClass;

    /// <summary>The runtime that executes it, and what stands in for it, in order.</summary>
    public IReadOnlyList<RuntimeChoice> Runtimes { get; init; } = RuntimeChoice.PlainCommand;

    /// <summary>
    /// For a fan-out whose instances are sent to different targets: the runtimes of an instance, from its name, its
    /// item and its place. Pure, since a fold asks it again. Null: those of the fan-out.
    /// </summary>
    public Func<string, string, int, IReadOnlyList<RuntimeChoice>>? InstanceRuntimes { get; init; }

    /// <summary>Whether it stands for many instances, found when it is ready.</summary>
    public bool IsFanOut { get; init; }

    /// <summary>Most instances of it that run at once; null for the run's own bound.</summary>
    public int? FanOutParallel { get; init; }

    /// <summary>Ids of the checkpoints that an attempt must reach, in order.</summary>
    public IReadOnlyList<string> Checkpoints { get; init; } = [];

    /// <summary>How long an attempt that ended without its checkpoints stays open for them. Default 24 h.</summary>
    public TimeSpan CheckpointWait { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Set for a task that is a person's approval: how long it waits for it. Null for work.</summary>
    public TimeSpan? Approval { get; init; }

    /// <summary>A named group of tasks; may have a bound of its own.</summary>
    public string? Group { get; init; }

    /// <summary>Whether its failure ends the run early.</summary>
    public bool StopsRunOnFailure { get; init; }
}

/// <summary>A run as the engine sees it.</summary>
public sealed record RunSpec
{
    // Of each list of tasks once: a driver writes snapshots every few thousand events, of runs of many tasks.
    private static readonly ConditionalWeakTable<IReadOnlyList<TaskSpec>, string> Shapes = [];

    /// <summary>Id of the run; part of every draw, so that two runs do not march in step.</summary>
    public required string RunId { get; init; }

    /// <summary>Every task, in the plan's order.</summary>
    public required IReadOnlyList<TaskSpec> Tasks { get; init; }

    /// <summary>
    /// Tasks that an edit takes away which is not on record yet: what the journal says of them is passed over.
    /// </summary>
    public IReadOnlyList<string> Former { get; init; } = [];

    /// <summary>Most attempts under way at once, unless the driver says otherwise.</summary>
    public int MaxParallel { get; init; } = 4;

    /// <summary>The longest wait that is waited as such; beyond it a task is parked. Default 6 h.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromHours(6);

    /// <summary>Bounds of named groups: most tasks of the group that run at once.</summary>
    public IReadOnlyDictionary<string, int> GroupParallel { get; init; } = new Dictionary<string, int>();

    /// <summary>
    /// Bounds of targets: most attempts that are under way towards one; none for what is not in here.
    /// </summary>
    public IReadOnlyDictionary<string, int> TargetParallel { get; init; } = new Dictionary<string, int>();

    /// <summary>When the breaker of a target opens and closes; the defaults for what is not in here.</summary>
    public IReadOnlyDictionary<string, BreakerSettings> Breakers { get; init; } =
        new Dictionary<string, BreakerSettings>();

    /// <summary>Expected duration of a task by name, from history; 1 s where nothing is known.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Expected { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>
    /// A hash over all that the folded state of a run depends on: two plans of one shape fold a journal alike.
    /// </summary>
    internal string Shape() => Shapes.GetValue(Tasks, ShapeOf);

    private static string ShapeOf(IReadOnlyList<TaskSpec> tasks)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var task in tasks)
        {
            Add(hash, task.Name);
            Add(hash, task.WhenFailedTask ?? "");
            foreach (var choice in task.Runtimes)
            {
                Add(hash, choice.Name);
                Add(hash, choice.Target ?? "");
            }

            foreach (var checkpoint in task.Checkpoints)
            {
                Add(hash, checkpoint);
            }

            Add(hash, $"{(int)task.When} {(int)task.Effect} {task.IsFanOut} {task.StopsRunOnFailure} "
                + $"{task.Needs.Count} {task.Runtimes.Count} {task.Checkpoints.Count} {task.Approval is not null}");
            foreach (var need in task.Needs)
            {
                Add(hash, need);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, string text)
    {
        // The length goes first, so that no two lists of texts look alike.
        var bytes = new byte[4 + Encoding.UTF8.GetByteCount(text)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length - 4);
        Encoding.UTF8.GetBytes(text, bytes.AsSpan(4));
        hash.AppendData(bytes);
    }
}
