using System.Globalization;
using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.State;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Cli.Looking;

/// <summary><c>why RUN [T]</c>: the command for a red run. First cause first, then what it did, then what
/// helps.</summary>
internal static class WhyCommand
{
    internal static int Show(CommandContext context, string reference, string? taskName)
    {
        var run = LookedRun.Open(context.Storage, context.OpenLooking(reference));
        var task = taskName is null ? null : run.Find(taskName);
        var finding = WhyFinding.Of(context, run, task);
        var next = WhySteps.Of(context, run, finding, task);
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.why.v1", ExitCodes.Done, json =>
                WhyJson.Write(json, run, finding), next);
            return ExitCodes.Done;
        }

        new WhyPage(new Page(context), run, finding, context.Called, context.Time.GetUtcNow()).Print();
        if (next.Count > 0)
        {
            var page = new Page(context);
            page.Line();
            page.Next(next);
        }

        return ExitCodes.Done;
    }
}

/// <summary>The commands to go on with, the most likely first.</summary>
internal static class WhySteps
{
    internal static IReadOnlyList<string> Of(CommandContext context, LookedRun run, WhyFinding finding,
        TaskState? asked)
    {
        var id = NextSteps.Reference(run.Folder, context);
        var next = new List<string>();
        var about = asked ?? finding.Cause;
        if (about is { Attempts: > 0 })
        {
            next.Add($"holdfast logs {id} {NextSteps.Quoted(about.Name)}");
        }

        if (about is { Status: TaskStage.Held or TaskStage.Waiting })
        {
            next.AddRange(PersonSteps.Of(about, id));
        }
        else if (about is { Status: TaskStage.Failed })
        {
            next.Add($"holdfast retry {id} {NextSteps.Quoted(about.Name)}");
            next.Add($"holdfast explain {id} {NextSteps.Quoted(about.Name)}");
        }
        else if (asked is { WakeAt: not null })
        {
            next.Add($"holdfast retry {id} {NextSteps.Quoted(asked.Name)}");
        }
        else if (about is { Status: TaskStage.Blocked, BlockedBy: [var by, ..] })
        {
            next.Add($"holdfast why {id} {NextSteps.Quoted(by)}");
        }

        foreach (var step in NextSteps.Of(run, context))
        {
            if (!step.StartsWith("holdfast why", StringComparison.Ordinal) && !next.Contains(step))
            {
                next.Add(step);
            }
        }

        return next;
    }
}

/// <summary>Prints a finding.</summary>
internal sealed class WhyPage(
    Page page, LookedRun run, WhyFinding finding, CalledAs called, DateTimeOffset now)
{
    private const int MostNames = 8;
    private const int MostAttempts = 12;

    internal void Print()
    {
        page.Line($"{run.Name}  {run.Id}");
        page.StateLine(run.StateWord, StatusCommand.StateText(run, now));
        page.Line(TaskLines.Counts(run.State));
        if (finding.Cause is { } cause)
        {
            PrintTask(cause);
            PrintChain(cause);
            PrintBlocked();
            PrintAlso();
        }

        PrintWaits();
        PrintFailures("Failed on the way, and recovered", finding.Recovered);
        PrintFailures("Failed before it was cancelled", finding.CutShort);
        PrintAgainstGood();
        PrintIncidents();
        if (finding.IsAllGood)
        {
            page.Line();
            page.Line(finding.Recovered.Count > 0
                ? "all is well: what failed on the way was recovered, as told above"
                : run.State.Status == RunStatus.Cancelled ? "nothing had failed when it was cancelled"
                : "nothing went wrong: every attempt succeeded the first time");
        }
    }

    private void PrintTask(TaskState task)
    {
        page.Heading(finding.CauseHeading);
        page.Table([TaskLines.Row(task, run, now)], stateColumn: 0);
        if (task.Failure is { } failure)
        {
            PrintFailure(failure, task);
        }
        else if (task.Reason is { } reason)
        {
            page.Item("reason", reason);
        }

        PrintAttempts(task);
        if (finding.LastLines.Count > 0)
        {
            page.Heading($"Last lines of its {finding.LastLinesOf}");
            foreach (var line in finding.LastLines)
            {
                page.Line($"  | {line}");
            }
        }
    }

    private void PrintFailure(Failure failure, TaskState task)
    {
        page.Item("class", failure.Class.Word()
            + (failure.EndedBy == EndedBy.Itself ? "" : $" (ended by {failure.EndedBy.Word()})")
            + failure.Transient switch { true => ", likely to pass by itself", false =>
            ", will not pass by itself", _ => "" });
        page.Item("disposition", failure.Disposition.Word()
            + (task.Reason is { } reason && task.Status.IsEnd() ? $"; {reason}" : ""));
        var evidence = failure.Evidence;
        page.Item("rule", string.Create(
            CultureInfo.InvariantCulture, $"{evidence.Rule}, confidence {failure.Confidence:0.##}"));
        if (evidence.Text is { } text)
        {
            page.Item(evidence.Channel + (evidence.Line is { } line ? $":{line}" : ""), text);
        }
        else
        {
            page.Item("seen in", evidence.Channel);
        }

        if (evidence.Remediation is { } remediation)
        {
            page.Item("what helps", remediation);
        }

        if (failure.Context is { } context)
        {
            ContextLines.PrintFacts(page, context);
            ContextLines.PrintStack(page, context);
        }
    }

    private void PrintAttempts(TaskState task)
    {
        if (run.Story.Of(task.Name) is not { } story)
        {
            return;
        }

        if (story.Attempts.Count > 0)
        {
            page.Heading(story.Attempts.Count == 1 ? "Its attempt" : $"Its {story.Attempts.Count} attempts");
            var from = Math.Max(0, story.Attempts.Count - MostAttempts);
            page.Table([.. story.Attempts.Skip(from).Select(a => AttemptLines.Row(a, now))], stateColumn: 1);
            foreach (var attempt in story.Attempts.Skip(from))
            {
                if (AgentLines.Of(run, task.Name, attempt.Number) is { } seen)
                {
                    page.Line($"  #{attempt.Number} {string.Join("; ", AgentLines.Tell(seen))}");
                }
            }

            if (from > 0)
            {
                page.Line(called.Sentence($"  ({from} earlier ones are in `holdfast explain`)"));
            }
        }

        foreach (var (at, text) in story.Notes)
        {
            page.Line($"  {Times.Ago(at, now)}: {text}");
        }
    }

    private void PrintChain(TaskState task)
    {
        if (task.Status == TaskStage.Failed)
        {
            page.Heading("From cause to effect");
            foreach (var (link, i) in new WhyChain(run, finding).Of(task).Select((l, i) => (l, i)))
            {
                page.Item(i == 0 ? "" : "→", link.Text, nameWidth: 3);
            }
        }
    }

    private void PrintBlocked()
    {
        if (finding.Blocked.Count > 0)
        {
            page.Heading("Blocked by it");
            page.Line(
                $"  {finding.Blocked.Count} {(finding.Blocked.Count == 1 ? "task" : "tasks")}: "
                + $"{Names(finding.Blocked)}");
        }
    }

    private void PrintAlso()
    {
        if (finding.Also.Count == 0)
        {
            return;
        }

        page.Heading("Also failed, later");
        page.Table([.. finding.Also.Take(MostNames).Select(g => new[]
        {
            g.Class, g.Tasks.Count == 1 ? g.Tasks[0] : $"{g.Tasks.Count} tasks", g.Tasks.Count == 1 ? g.Text
                : $"{Names(g.Tasks)}: {g.Text}",
        })]);
    }

    private void PrintWaits()
    {
        if (finding.Waits.Count == 0)
        {
            return;
        }

        page.Heading("What it waits for");
        page.Table([.. finding.Waits.Select(t => TaskLines.Row(t, run, now))], stateColumn: 0);
        foreach (var orphan in run.Orphans())
        {
            page.Line(
                $"  attempt {orphan.Attempts} of \"{orphan.Name}\" still runs although nobody drives it; resume takes "
                + "it up");
        }
    }

    private void PrintFailures(string heading, IReadOnlyList<(string Task, AttemptStory Attempt)> failures)
    {
        if (failures.Count == 0)
        {
            return;
        }

        page.Heading(heading);
        page.Table([.. failures.Take(MostNames).Select(r => new[]
        {
            r.Task, $"attempt {r.Attempt.Number}", r.Attempt.Failure is { } f
                ? $"{f.Class.Word()}: {f.Evidence.Text ?? f.Evidence.Rule}" : AttemptLines.Outcome(r.Attempt),
        })]);
        if (failures.Count > MostNames)
        {
            page.Line($"  … and {failures.Count - MostNames} more attempts");
        }
    }

    private void PrintAgainstGood()
    {
        if (finding.Good is not { } good)
        {
            return;
        }

        page.Heading($"Against the last good run ({good.Id}, {Times.Ago(good.EndedAt, now)})");
        foreach (var difference in good.Differences)
        {
            page.Line($"  {difference}");
        }
    }

    private void PrintIncidents()
    {
        if (run.Story.Incidents.Count == 0)
        {
            return;
        }

        page.Heading("What happened to the run");
        foreach (var (at, text) in run.Story.Incidents.TakeLast(MostNames))
        {
            page.Line($"  {Times.Ago(at, now)}: {text}");
        }
    }

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MostNames))
            + (names.Count > MostNames ? $" and {names.Count - MostNames} more" : "");
}
