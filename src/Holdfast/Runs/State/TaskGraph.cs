namespace Holdfast.Runs.State;

/// <summary>
/// Who needs whom, by index, for the tasks of the plan. Built in one pass; a plan has up to 100,000 tasks.
/// </summary>
internal sealed class TaskGraph
{
    private readonly int[][] _needs;
    private readonly int[][] _dependents;

    private TaskGraph(int[][] needs, int[][] dependents, double[] criticalMs)
    {
        _needs = needs;
        _dependents = dependents;
        CriticalMs = criticalMs;
    }

    internal double[] CriticalMs { get; }

    internal ReadOnlySpan<int> Needs(int task) => task < _needs.Length ? _needs[task] : [];

    internal ReadOnlySpan<int> Dependents(int task) => task < _dependents.Length ? _dependents[task] : [];

    /// <summary>
    /// All that needs one of the starts, directly or by others; a start itself only if it needs another.
    /// </summary>
    internal static HashSet<T> Behind<T>(IEnumerable<T> starts, Func<T, IEnumerable<T>> dependents)
    {
        var found = new HashSet<T>();
        var open = new Stack<T>(starts);
        while (open.TryPop(out var task))
        {
            foreach (var dependent in dependents(task))
            {
                if (found.Add(dependent))
                {
                    open.Push(dependent);
                }
            }
        }

        return found;
    }

    /// <exception cref="ArgumentException">
    /// A need that no task is called, or a cycle. Plans are checked before.
    /// </exception>
    internal static TaskGraph Build(RunSpec spec, Dictionary<string, int> byName)
    {
        var count = spec.Tasks.Count;
        var needs = new int[count][];
        var outDegree = new int[count];
        for (var i = 0; i < count; i++)
        {
            var names = spec.Tasks[i].Needs;
            needs[i] = names.Count == 0 ? [] : new int[names.Count];
            for (var n = 0; n < names.Count; n++)
            {
                if (!byName.TryGetValue(names[n], out var need))
                {
                    throw new ArgumentException($"task \"{spec.Tasks[i].Name}\" needs \"{names[n]}\", which no task "
                        + $"is called");
                }

                needs[i][n] = need;
                outDegree[need]++;
            }
        }

        var dependents = new int[count][];
        for (var i = 0; i < count; i++)
        {
            dependents[i] = outDegree[i] == 0 ? [] : new int[outDegree[i]];
        }

        var filled = new int[count];
        for (var i = 0; i < count; i++)
        {
            foreach (var need in needs[i])
            {
                dependents[need][filled[need]++] = i;
            }
        }

        return new TaskGraph(needs, dependents, Critical(spec, needs, outDegree));
    }

    // Backwards from the tasks that nobody needs (Kahn): the weight of a task is its own duration plus the heaviest
    // of what follows it.
    private static double[] Critical(RunSpec spec, int[][] needs, int[] outDegree)
    {
        var count = needs.Length;
        var weight = new double[count];
        var heaviestAfter = new double[count];
        var open = new int[count];
        var head = 0;
        var tail = 0;
        var left = (int[])outDegree.Clone();
        for (var i = 0; i < count; i++)
        {
            if (left[i] == 0)
            {
                open[tail++] = i;
            }
        }

        while (head < tail)
        {
            var task = open[head++];
            var own = spec.Expected.TryGetValue(spec.Tasks[task].Name, out var known) ? known.TotalMilliseconds : 1_000;
            weight[task] = own + heaviestAfter[task];
            foreach (var need in needs[task])
            {
                heaviestAfter[need] = Math.Max(heaviestAfter[need], weight[task]);
                if (--left[need] == 0)
                {
                    open[tail++] = need;
                }
            }
        }

        return tail == count ? weight : throw new ArgumentException("the tasks need each other in a circle");
    }
}
