using System.Text.Json;
using Holdfast.Cli.Live;
using Holdfast.Cli.Looking;
using Holdfast.Failures;
using Holdfast.Plans.Running;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Driving;

/// <summary>Says of each task why it will or will not run when its run is taken up; of many alike, the first
/// few.</summary>
internal sealed class ResumeReport(CommandContext context, RunFiles run, RunState state)
{
    private const int MaxOfAKind = 10;
    private const int MaxInJson = 10_000;

    private static readonly string[] Kinds =
        ["done", "adopted", "judged", "rerun", "reconciled", "waits", "runs", "later", "waiting", "held", "failed",
            "blocked", "cancelled"];

    internal void Write()
    {
        var byKind = new Dictionary<string, (int Count, List<(string Task, string Why)> First)>();
        foreach (var (task, kind, why) in Verdicts())
        {
            var (count, first) = byKind.TryGetValue(kind, out var known) ? known : (0, []);
            if (first.Count < MaxOfAKind)
            {
                first.Add((task, why));
            }

            byKind[kind] = (count + 1, first);
        }

        context.People.WriteLine($"run {run.Folder.Id}: {state.Total} task{(state.Total == 1 ? "" : "s")}");
        foreach (var kind in Kinds)
        {
            if (byKind.TryGetValue(kind, out var found))
            {
                WriteKind(kind, found.Count, found.First);
            }
        }

        context.People.Flush();
    }

    internal void WriteData(Utf8JsonWriter json)
    {
        json.WriteString("run", run.Folder.Id);
        json.WriteNumber("total", state.Total);
        json.WriteStartArray("tasks");
        foreach (var (task, kind, why) in Verdicts().Take(MaxInJson))
        {
            json.WriteStartObject();
            json.WriteString("task", task);
            json.WriteString("verdict", kind);
            json.WriteString("why", why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteKind(string kind, int count, List<(string Task, string Why)> first)
    {
        if (kind is "done" or "later" or "blocked" or "cancelled" && count > 3)
        {
            var names = string.Join(", ", first.Take(5).Select(f => f.Task));
            context.People.WriteLine(PlainView.OneLine($"  {kind,-10} {count}: {names}{(count > 5 ? ", …" : "")}"));
            return;
        }

        foreach (var (task, why) in first)
        {
            context.People.WriteLine(PlainView.OneLine($"  {kind,-10} {task}: {context.Called.Sentence(why)}"));
        }

        if (count > first.Count)
        {
            context.People.WriteLine($"  {kind,-10} and {count - first.Count} more");
        }
    }

    private IEnumerable<(string Task, string Kind, string Why)> Verdicts()
    {
        // A secret is needed to start work, not to find what was started.
        using var host = new PlanHost(
            run.Plan, state, run.Place, new Dictionary<string, string>(), context.Time);
        var forgotten = ForgottenAttempts.Find(state, host);
        foreach (var task in state.Tasks)
        {
            if (task is { IsFanOutParent: true, Instances: > 0 })
            {
                continue;
            }

            var (kind, why) = forgotten.Of(task) is { } found ? OfForgotten(task, found)
                : task.IsOpen ? OfOpen(task, host.Find(task.CurrentAttempt)) : Of(task);
            yield return (task.Name, kind, why);
        }
    }

    private (string Kind, string Why) Of(TaskState task) => task.Status switch
    {
        TaskStage.Succeeded or TaskStage.Cached =>
            ("done", task.TakenOver ? "taken over from another run" : "succeeded; it is not repeated"),
        TaskStage.Skipped => ("done", $"skipped: {task.Reason}"),
        TaskStage.Failed => ("failed", $"stays failed ({RunSummary.WhyFailed(task)}); "
            + $"{Command($"holdfast retry {run.Folder.Id} {NextSteps.Quoted(task.Name)}")} runs it again"),
        TaskStage.Blocked => ("blocked", $"by {string.Join(", ", task.BlockedBy)}"),
        TaskStage.Cancelled => ("cancelled", task.Reason ?? "it was cancelled"),
        TaskStage.Held => ("held", OfPerson(task)),
        TaskStage.Waiting => ("waiting", OfPerson(task)),
        TaskStage.Ready => ("runs", "everything it needs has ended"),
        TaskStage.Pending => ("later", "after what it needs"),
        _ when task.WakeAt is { } until => (
            "waits", $"until {TimeZoneInfo.ConvertTime(until, context.Time.LocalTimeZone):yyyy-MM-dd HH:mm:ss zzz}: "
                + $"{task.Reason}"),
        _ => ("rerun", task.Reason ?? "its last attempt failed"),
    };

    private string OfPerson(TaskState task)
    {
        var ways = PersonSteps.Of(task, run.Folder.Id).Select(Command).ToList();
        return ways is [] ? task.Reason ?? "" : $"{task.Reason}; {string.Join(" or ", ways)}";
    }

    private string Command(string proposed) => $"`{context.Proposed(proposed)}`";

    private static (string Kind, string Why) OfForgotten(TaskState task, FoundAttempt found)
    {
        var attempt = $"attempt {found.Attempt.Number}, whose start the journal lost,";
        return found.Trace switch
        {
            AttemptTrace.Alive when ForgottenAttempts.IsEnded(task.Spec.Effect, found.Trace) =>
                ("rerun", $"{attempt} still runs; it is ended first"),
            AttemptTrace.Alive => ("adopted", $"{attempt} still runs"),
            AttemptTrace.Ended => ("judged", $"{attempt} ended while nobody watched"),
            _ => OfGone(task, $"{attempt} is gone"),
        };
    }

    private static (string Kind, string Why) OfOpen(TaskState task, AttemptTrace trace) => trace switch
    {
        AttemptTrace.Alive => ("adopted", $"attempt {task.Attempts} still runs"),
        AttemptTrace.Ended => ("judged", $"attempt {task.Attempts} ended while nobody watched"),
        AttemptTrace.NeverStarted => ("runs", $"attempt {task.Attempts} was recorded and never started"),
        _ => OfGone(task, $"attempt {task.Attempts} is gone"),
    };

    private static (string Kind, string Why) OfGone(TaskState task, string gone) => task.Spec.Effect switch
    {
        Effect.Once => ("held", $"{gone} and may have happened; a person decides"),
        Effect.Reconcile => ("reconciled", $"{gone}; its reconcile command says whether it happened"),
        Effect.Keyed => ("rerun", $"{gone}; it runs again with the same idempotency key"),
        _ => ("rerun", $"{gone}, and running it again does no harm"),
    };
}
