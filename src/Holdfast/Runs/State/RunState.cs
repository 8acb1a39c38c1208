using Holdfast.Resilience;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.State;

/// <summary>
/// A run, folded from its events: <see cref="Apply"/> is the only way that it changes. What is derived (who is ready,
/// what waits until when) is kept in indexes, so that the next decision costs the same with 100,000 tasks as with ten.
/// </summary>
public sealed partial class RunState
{
    private readonly List<TaskState> _tasks;
    private readonly Dictionary<string, int> _byName;
    private readonly TaskGraph _graph;
    private readonly int[] _counts = new int[(int)TaskStage.Cancelled + 1];
    private readonly List<ReadyPool> _pools = [];
    private readonly Dictionary<string, ParallelLimit> _groupLimits = [];
    private readonly SortedSet<TaskState> _waits = new(ByWakeTime.Instance);
    private readonly SortedSet<TaskState> _open = new(ByIndex.Instance);
    private readonly SortedSet<TaskState> _unclassified = new(ByIndex.Instance);
    private readonly SortedSet<TaskState> _unrecovered = new(ByIndex.Instance);
    private readonly SortedSet<TaskState> _unsettled = new(ByIndex.Instance);
    private readonly SortedSet<TaskState> _toExpand = new(ReadyPool.Order.Instance);
    private readonly SortedSet<TaskState> _toReconcile = new(ByIndex.Instance);
    private readonly SortedSet<TaskState> _toClose = new(ByIndex.Instance);
    private readonly Dictionary<TaskState, List<FanOutItem>> _partialItems = [];
    private readonly Dictionary<string, RetryBudget> _budgets = [];
    private readonly Dictionary<string, RequestReceived> _requests = [];
    private readonly Dictionary<(string Group, string Runtimes), ReadyPool> _sharedPools = [];
    private readonly List<NotifyOn> _notified = [];

    /// <summary>The state before any event: every task of the plan is pending, those without needs are ready.</summary>
    public RunState(RunSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        Spec = spec;
        _tasks = new List<TaskState>(spec.Tasks.Count);
        _byName = new Dictionary<string, int>(spec.Tasks.Count);
        for (var i = 0; i < spec.Tasks.Count; i++)
        {
            _byName.Add(spec.Tasks[i].Name, i);
        }

        foreach (var (group, max) in spec.GroupParallel)
        {
            _groupLimits[group] = new ParallelLimit(max);
        }

        _graph = TaskGraph.Build(spec, _byName);
        for (var i = 0; i < spec.Tasks.Count; i++)
        {
            var task = new TaskState(i, spec.Tasks[i].Name, spec.Tasks[i]) { CriticalMs = _graph.CriticalMs[i] };
            task.UnmetNeeds = _graph.Needs(i).Length;
            task.Pool = PoolFor(task.Spec);
            _tasks.Add(task);
            _counts[(int)TaskStage.Pending]++;
            UnendedTasks++;
        }

        foreach (var task in _tasks)
        {
            if (task.UnmetNeeds == 0)
            {
                Settle(task);
            }
        }
    }

    /// <summary>What the run was made from.</summary>
    public RunSpec Spec { get; }

    /// <summary>Where the run stands.</summary>
    public RunStatus Status { get; private set; } = RunStatus.Running;

    /// <summary>Tasks of the plan in its order, then instances of fan-outs.</summary>
    public IReadOnlyList<TaskState> Tasks => _tasks;

    /// <summary>The event that created the run; null before it.</summary>
    public RunStarted? Started { get; private set; }

    /// <summary>The last process that drove the run; null before the first.</summary>
    public DriverStarted? Driver { get; private set; }

    /// <summary>
    /// The start of the machine in which a driver last looked whether all outputs are there; null before the first.
    /// </summary>
    internal string? OutputsSeenIn { get; private set; }

    /// <summary>Whether what is lost is made again: it has not ended, and is not being stopped for good.</summary>
    internal bool MayGoOn => this is { Ended: null, Stopping: null or { Cause: StopCause.Interrupt } };

    /// <summary>Why the run is being stopped; null while it goes on.</summary>
    public RunStopping? Stopping { get; private set; }

    /// <summary>How it ended; null while it has not.</summary>
    public RunEnded? Ended { get; private set; }

    /// <summary>Why it waits; null while it does not.</summary>
    public RunWaiting? WaitingFor { get; private set; }

    /// <summary>Whether no task may start.</summary>
    public bool Paused { get; private set; }

    /// <summary>Whether it failed as a whole for an infrastructure class; retries stop.</summary>
    public bool MassFailure { get; private set; }

    /// <summary>Whether its journal was ever repaired, so that attempts may have left files and no line.</summary>
    public bool WasRepaired { get; private set; }

    /// <summary>Whether <c>journal_closed</c> is its last word.</summary>
    public bool Closed { get; private set; }

    /// <summary>When the run as a whole must be over, by its clock; null for no bound.</summary>
    public DateTimeOffset? DeadlineAt { get; private set; }

    /// <summary>Sequence number of the last event applied.</summary>
    public long LastSeq { get; private set; }

    /// <summary>Time of the last event applied.</summary>
    public DateTimeOffset LastAt { get; private set; }

    /// <summary>SHA-256 of the plan in force.</summary>
    public string? PlanSha256 { get; private set; }

    /// <summary>What the plan's notify command was already run for since the run last went on.</summary>
    public IReadOnlyList<NotifyOn> NotifiedOn => _notified;

    /// <summary>How many tasks stand where; a fan-out counts by its instances once they are known.</summary>
    public int Count(TaskStage status) => _counts[(int)status];

    /// <summary>Finds a task or instance by name.</summary>
    public TaskState? Find(string name) => _byName.TryGetValue(name, out var index) ? _tasks[index] : null;

    /// <summary>The tasks that a task needs.</summary>
    public IEnumerable<TaskState> NeedsOf(TaskState task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return _graph.Needs((task.Parent ?? task).Index).ToArray().Select(i => _tasks[i]);
    }

    /// <summary>The tasks that need a task.</summary>
    public IEnumerable<TaskState> DependentsOf(TaskState task)
    {
        ArgumentNullException.ThrowIfNull(task);
        return _graph.Dependents((task.Parent ?? task).Index).ToArray().Select(i => _tasks[i]);
    }

    /// <summary>The instances of a fan-out.</summary>
    public IEnumerable<TaskState> InstancesOf(TaskState fanOut)
    {
        ArgumentNullException.ThrowIfNull(fanOut);
        return _tasks.Skip(fanOut.FirstInstance).Take(fanOut.Instances);
    }

    /// <summary>Whether a request was already taken up; what was recorded of it if so.</summary>
    public RequestReceived? RequestAnswer(string id) => _requests.GetValueOrDefault(id);

    /// <summary>Attempts under way, or whose intent is recorded.</summary>
    public IReadOnlyCollection<TaskState> Open => _open;

    internal IReadOnlyCollection<TaskState> Waits => _waits;

    internal TaskState? FirstUnclassified => _unclassified.Min;

    internal TaskState? FirstUnrecovered => _unrecovered.Min;

    internal TaskState? FirstUnsettled => _unsettled.Min;

    internal TaskState? FirstToClose => _toClose.Min;

    internal IReadOnlyCollection<TaskState> ToExpand => _toExpand;

    internal IReadOnlyCollection<TaskState> ToReconcile => _toReconcile;

    /// <summary>A failed task that says <c>on-failure: stop</c>; null while there is none.</summary>
    internal TaskState? StopperFailed { get; private set; }

    internal int UnendedTasks { get; private set; }

    internal int InfrastructureFailures { get; private set; }

    /// <summary>Tasks in all; a fan-out counts by its instances once they are known.</summary>
    public int Total => _counts.Sum();

    internal RetryBudget BudgetOf(string target) => _budgets.GetValueOrDefault(target);

    private ReadyPool PoolFor(TaskSpec spec, ParallelLimit? own = null)
    {
        var group = spec.Group is { } name && _groupLimits.TryGetValue(name, out var limit) ? limit : null;
        var key = (group is null ? "" : spec.Group!, KeyOf(spec.Runtimes));
        if (own is null && _sharedPools.TryGetValue(key, out var shared))
        {
            return shared;
        }

        var pool = new ReadyPool([.. new[] { own, group }.OfType<ParallelLimit>()], spec.Runtimes);
        _pools.Add(pool);
        if (own is null)
        {
            _sharedPools[key] = pool;
        }

        return pool;
    }

    // Two tasks share a pool if they are sent to the same places; most tasks are plain commands, which share one.
    private static string KeyOf(IReadOnlyList<RuntimeChoice> runtimes) =>
        ReferenceEquals(runtimes, RuntimeChoice.PlainCommand)
            ? ""
            : string.Join('\n', runtimes.Select(r => $"{r.Name}\t{r.Target}"));

    private sealed class ByWakeTime : IComparer<TaskState>
    {
        internal static readonly ByWakeTime Instance = new();

        public int Compare(TaskState? x, TaskState? y)
        {
            var byTime = Nullable.Compare(x!.WakeAt, y!.WakeAt);
            return byTime != 0 ? byTime : x.Index.CompareTo(y.Index);
        }
    }

    private sealed class ByIndex : IComparer<TaskState>
    {
        internal static readonly ByIndex Instance = new();

        public int Compare(TaskState? x, TaskState? y) => x!.Index.CompareTo(y!.Index);
    }
}
