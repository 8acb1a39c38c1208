using System.Globalization;
using System.Text;

namespace Holdfast.Plans.Graph;

/// <summary>
/// Levels from top to bottom; each task with what it needs. Bounded, so that it can be read for any plan.
/// </summary>
internal static class TextGraph
{
    private const int MaxLevels = 60;
    private const int MaxTasksOfLevel = 40;
    private const int MaxNeeds = 6;

    public static string Render(Plan plan)
    {
        var levels = PlanGraph.Levels(plan);
        var byLevel = plan.Tasks.GroupBy(task => levels[task.Index]).OrderBy(static level => level.Key).ToList();
        var edges = plan.Tasks.Sum(static task => task.Needs.Count);
        var text = new StringBuilder();
        _ = text.Append(CultureInfo.InvariantCulture, $"{plan.Name}: {Count(plan.Tasks.Count, "task")}, ")
            .Append(CultureInfo.InvariantCulture, $"{Count(edges, "need")}, {Count(byLevel.Count, "level")}\n");
        var shown = 0;
        var number = 0;
        foreach (var level in byLevel)
        {
            if (number == MaxLevels || shown >= PlanGraph.MaxShownTasks)
            {
                _ = text.Append(CultureInfo.InvariantCulture, $"… and {Count(byLevel.Count - number, "more level")}, ")
                    .Append(CultureInfo.InvariantCulture, $"with "
                        + $"{Count(byLevel.Skip(number).Sum(static l => l.Count()), "task")}\n");
                break;
            }

            number++;
            shown += Level(plan, text, number, level);
        }

        return text.ToString();
    }

    private static int Level(Plan plan, StringBuilder text, int number, IEnumerable<PlanTask> level)
    {
        var tasks = level.ToList();
        var shown = Math.Min(tasks.Count, MaxTasksOfLevel);
        _ = text.Append(CultureInfo.InvariantCulture, $"level {number}\n");
        // Tasks of a group stay together; those without one come first.
        var ordered = tasks.Count > MaxTasksOfLevel ? tasks : [.. tasks.OrderBy(static task => task.Group,
            StringComparer.Ordinal)];
        string? group = null;
        for (var i = 0; i < shown; i++)
        {
            var task = ordered[i];
            if (task.Group != group && task.Group is not null && ordered != tasks)
            {
                _ = text.Append(CultureInfo.InvariantCulture, $"  ({task.Group})\n");
            }

            group = task.Group;
            Task(plan, text, task, i == tasks.Count - 1);
        }

        if (shown < tasks.Count)
        {
            _ = text.Append(CultureInfo.InvariantCulture, $"  └─ … and {tasks.Count - shown} more\n");
        }

        return shown;
    }

    private static void Task(Plan plan, StringBuilder text, PlanTask task, bool last)
    {
        _ = text.Append(last ? "  └─ " : "  ├─ ").Append(task.Name);
        if (PlanGraph.Note(plan, task) is { } note)
        {
            _ = text.Append(" [").Append(note).Append(']');
        }

        if (task.Needs.Count > 0)
        {
            _ = text.Append(" ← ").AppendJoin(", ", task.Needs.Take(MaxNeeds).Select(need => plan.Tasks[need].Name));
            if (task.Needs.Count > MaxNeeds)
            {
                _ = text.Append(CultureInfo.InvariantCulture, $" and {task.Needs.Count - MaxNeeds} more");
            }
        }

        _ = text.Append('\n');
    }

    private static string Count(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");
}
