using Holdfast.Plans;
using Holdfast.Runs;

namespace Holdfast.Cli.Driving;

/// <summary>What a plan would run, in the order in which it could start: what <c>run --dry-run</c> shows.</summary>
internal sealed class PlanOrder(CommandContext context, Plan plan)
{
    private const int MaxShown = 1_000;

    internal int Write()
    {
        var order = Sort();
        var depth = Depths(order);
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.run.v1", ExitCodes.Done, json =>
            {
                json.WriteString("plan", plan.Name);
                json.WriteNumber("tasks", order.Count);
                json.WriteStartArray("order");
                foreach (var task in order)
                {
                    json.WriteStartObject();
                    json.WriteString("task", task.Name);
                    json.WriteNumber("step", depth[task.Index]);
                    json.WriteBoolean("fan_out", task.ForEach is not null);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
            return ExitCodes.Done;
        }

        context.Out.WriteLine($"{plan.Name}: {order.Count} tasks would run, in this order:");
        foreach (var task in order.Take(MaxShown))
        {
            var names = string.Join(", ", task.Needs.Take(5).Select(n => plan.Tasks[n].Name));
            var needs = names.Length == 0 ? "" : $", after {names}";
            var more = task.Needs.Count > 5 ? $" and {task.Needs.Count - 5} more" : "";
            var fanOut = task.ForEach is null ? "" : " (once for each item)";
            context.Out.WriteLine($"  {depth[task.Index],3}  {task.Name}{fanOut}{needs}{more}");
        }

        if (order.Count > MaxShown)
        {
            context.Out.WriteLine($"  and {order.Count - MaxShown} more");
        }

        return ExitCodes.Done;
    }

    // A task comes when all it needs has come; among those, the one with the longest chain behind it, then by name.
    private List<PlanTask> Sort()
    {
        var chain = new int[plan.Tasks.Count];
        var open = new int[plan.Tasks.Count];
        var behind = new List<int>[plan.Tasks.Count];
        foreach (var task in plan.Tasks)
        {
            open[task.Index] = task.Needs.Count;
            foreach (var need in task.Needs)
            {
                (behind[need] ??= []).Add(task.Index);
            }
        }

        var reverse = Walk(open, behind, task => (0, task.Name));
        for (var i = reverse.Count - 1; i >= 0; i--)
        {
            var at = reverse[i].Index;
            chain[at] = 1 + (behind[at] is { } next ? next.Max(n => chain[n]) : 0);
        }

        return Walk(open, behind, task => (-chain[task.Index], task.Name));
    }

    private List<PlanTask> Walk(int[] needs, List<int>[] behind, Func<PlanTask, (int, string)> rank)
    {
        var open = (int[])needs.Clone();
        var ready = new PriorityQueue<PlanTask, (int Rank, string Name)>(
            Comparer<(int Rank, string Name)>.Create((x, y) =>
                x.Rank != y.Rank ? x.Rank.CompareTo(y.Rank) : string.CompareOrdinal(x.Name, y.Name)));
        foreach (var task in plan.Tasks.Where(t => open[t.Index] == 0))
        {
            ready.Enqueue(task, rank(task));
        }

        var order = new List<PlanTask>(plan.Tasks.Count);
        while (ready.TryDequeue(out var task, out _))
        {
            order.Add(task);
            foreach (var next in behind[task.Index] ?? [])
            {
                if (--open[next] == 0)
                {
                    ready.Enqueue(plan.Tasks[next], rank(plan.Tasks[next]));
                }
            }
        }

        return order;
    }

    private int[] Depths(List<PlanTask> order)
    {
        var depth = new int[plan.Tasks.Count];
        foreach (var task in order)
        {
            depth[task.Index] = 1 + (task.Needs.Count == 0 ? 0 : task.Needs.Max(n => depth[n]));
        }

        return depth;
    }
}
