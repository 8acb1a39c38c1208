namespace Holdfast.Runs.State;

/// <summary>A bound on how many tasks run at once; shared by all pools that it applies to.</summary>
internal sealed class ParallelLimit(int max)
{
    internal int Max { get; } = max;

    internal int Running { get; set; }
}

/// <summary>
/// Ready tasks under the same bounds, best first. A pool whose bound is reached is passed over whole, so that a
/// fan-out of 100,000 items with a bound of 8 costs nothing while its 8 run.
/// </summary>
internal sealed class ReadyPool(IReadOnlyList<ParallelLimit> limits, IReadOnlyList<RuntimeChoice> runtimes)
{
    internal static readonly ReadyPool None = new([], []);

    private readonly SortedSet<TaskState> _ready = new(Order.Instance);

    internal int Count => _ready.Count;

    /// <summary>What can execute its tasks, in order: they are all sent to the same targets.</summary>
    internal IReadOnlyList<RuntimeChoice> Runtimes => runtimes;

    internal TaskState? Best => _ready.Min;

    internal bool HasRoom
    {
        get
        {
            foreach (var limit in limits)
            {
                if (limit.Running >= limit.Max)
                {
                    return false;
                }
            }

            return true;
        }
    }

    internal void Add(TaskState task) => _ready.Add(task);

    internal void Remove(TaskState task) => _ready.Remove(task);

    internal void Occupy(int delta)
    {
        foreach (var limit in limits)
        {
            limit.Running += delta;
        }
    }

    /// <summary>Longest critical path first, then name, byte by byte.</summary>
    internal sealed class Order : IComparer<TaskState>
    {
        internal static readonly Order Instance = new();

        public int Compare(TaskState? x, TaskState? y)
        {
            var byWeight = y!.CriticalMs.CompareTo(x!.CriticalMs);
            return byWeight != 0 ? byWeight : string.CompareOrdinal(x.Name, y.Name);
        }
    }
}
