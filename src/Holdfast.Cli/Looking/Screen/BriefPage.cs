using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary>Prints a brief status with the same words as the full one.</summary>
internal static class BriefPage
{
    internal static void Print(Page page, BriefStatus status, RunFolder folder, CommandContext context)
    {
        var now = context.Time.GetUtcNow();
        page.Line($"{status.Started.Name}  {folder.Id}");
        page.StateLine(
            status.Ended.Status.Word(),
            StatusCommand.EndedText(status.Ended, status.Ended.At - status.StartedAt, status.Ended.At, now));
        var (counts, rows) = Sorted(status);
        page.Line(counts);
        if (rows.Count > 0)
        {
            page.Line();
            page.Table(rows, stateColumn: 0);
            if (rows.Count == StatusCommand.MostRows && status.Tasks.Count > rows.Count)
            {
                page.Line($"  … at most {StatusCommand.MostRows} are shown; --json has all");
            }
        }

        var next = NextSteps.OfEnded(status.Ended.Status, NextSteps.Reference(folder, context));
        if (next.Count > 0)
        {
            page.Line();
            page.Next(next);
        }
    }

    private static (string Counts, List<string[]> Rows) Sorted(BriefStatus status)
    {
        var (counts, total) = ("", 0);
        var rows = new List<string[]>();
        var showAll = status.Tasks.Count <= StatusCommand.MostRows;
        foreach (var stage in TaskLines.Order)
        {
            var count = 0;
            foreach (var task in status.Tasks)
            {
                if (task.Stage != stage)
                {
                    continue;
                }

                // A fan-out counts by its instances, and speaks for those that did well.
                count += task.Instances > 0 ? 0 : 1;
                var isQuiet = stage.Satisfies();
                if (rows.Count < StatusCommand.MostRows && !(isQuiet && (task.Parent is not null || !showAll)))
                {
                    rows.Add([stage.Word(), task.Name, task.Detail]);
                }
            }

            total += count;
            counts += count == 0 ? "" : $"{(counts.Length == 0 ? "" : ", ")}{count} {stage.Word()}";
        }

        return ($"{total} {(total == 1 ? "task" : "tasks")}: {counts}", rows);
    }
}
