namespace Holdfast.Plans.Binding;

/// <summary>
/// Finds circles among needs, without recursion: a chain of 100,000 tasks is no reason to overflow a stack.
/// </summary>
internal static class Cycles
{
    private const byte Unseen = 0;
    private const byte Open = 1;
    private const byte Done = 2;

    /// <summary>
    /// One circle for each place where a depth-first walk along needs runs into its own path; tasks of a circle that
    /// was found are not walked again, so each task is part of one of them at most.
    /// </summary>
    /// <returns>Indices in the order in which each needs the next; the first is the first in the file.</returns>
    public static IReadOnlyList<int[]> Find(IReadOnlyList<PlanTask> tasks) =>
        Find(tasks.Count, task => tasks[task].Needs);

    /// <summary>As <see cref="Find(IReadOnlyList{PlanTask})"/>, for anything that leads to others by index.</summary>
    public static IReadOnlyList<int[]> Find(int count, Func<int, IReadOnlyList<int>> needsOf)
    {
        var found = new List<int[]>();
        var state = new byte[count];
        var path = new List<(int Task, int Next)>();
        for (var start = 0; start < count; start++)
        {
            if (state[start] != Unseen)
            {
                continue;
            }

            state[start] = Open;
            path.Add((start, 0));
            while (path.Count > 0)
            {
                var (task, next) = path[^1];
                var needs = needsOf(task);
                if (next == needs.Count)
                {
                    state[task] = Done;
                    path.RemoveAt(path.Count - 1);
                    continue;
                }

                path[^1] = (task, next + 1);
                var need = needs[next];
                if (state[need] == Unseen)
                {
                    state[need] = Open;
                    path.Add((need, 0));
                }
                else if (state[need] == Open)
                {
                    found.Add(Close(path, need, state));
                }
            }
        }

        return found;
    }

    private static int[] Close(List<(int Task, int Next)> path, int need, byte[] state)
    {
        var from = path.FindLastIndex(step => step.Task == need);
        var circle = new int[path.Count - from];
        for (var i = 0; i < circle.Length; i++)
        {
            circle[i] = path[from + i].Task;
            state[circle[i]] = Done;
        }

        path.RemoveRange(from, circle.Length);
        var first = Array.IndexOf(circle, circle.Min());
        return [.. circle[first..], .. circle[..first]];
    }
}
