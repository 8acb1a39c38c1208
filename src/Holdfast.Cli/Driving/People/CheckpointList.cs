using System.Text.Json;
using Holdfast.Cli.Looking;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Driving;

/// <summary>Shows the checkpoints of a run's tasks.</summary>
internal static class CheckpointList
{
    private const string Schema = "holdfast.checkpoints.v1";

    internal static int Show(CommandContext context, string reference, string? taskName)
    {
        var run = LookedRun.Open(context.Storage, context.OpenLooking(reference));
        var tasks = taskName is null
            ? [.. run.State.Tasks.Where(t => t.Spec.Checkpoints.Count > 0 && t.Instances == 0)]
            : new[] { run.Find(taskName) };
        var next = PersonSteps.Of(run.State, NextSteps.Reference(run.Folder, context));
        if (context.Json)
        {
            JsonResult.Write(context, Schema, ExitCodes.Done, json => Write(json, run, tasks), next);
            return ExitCodes.Done;
        }

        var page = new Page(context);
        foreach (var task in tasks)
        {
            page.Line($"{task.Name}  {task.Status.Word()}{(task.Attempts > 0 ? $", attempt {task.Attempts}" : "")}");
            page.Table([.. task.Spec.Checkpoints.Select((id, i) => Row(task, id, i, run))], stateColumn: 0);
        }

        if (tasks.All(t => t.Spec.Checkpoints.Count == 0))
        {
            page.Line(taskName is null ? "no task of the run declares checkpoints" : "it declares no checkpoints");
        }

        page.Next(next);
        return ExitCodes.Done;
    }

    /// <summary>As <c>--json</c> and tools for agents show them.</summary>
    internal static void Write(Utf8JsonWriter json, LookedRun run, IReadOnlyList<TaskState> tasks)
    {
        json.WriteString("run", run.Id);
        json.WriteStartArray("tasks");
        foreach (var task in tasks)
        {
            json.WriteStartObject();
            json.WriteString("task", task.Name);
            json.WriteString("status", task.Status.Word());
            json.WriteNumber("attempts", task.Attempts);
            RunJson.Text(json, "next", task.NextCheckpoint);
            RunJson.Time(json, "due_at", task.DueAt);
            json.WriteStartArray("checkpoints");
            for (var i = 0; i < task.Spec.Checkpoints.Count; i++)
            {
                Write(json, task, i, run);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, TaskState task, int i, LookedRun run)
    {
        json.WriteStartObject();
        json.WriteString("id", task.Spec.Checkpoints[i]);
        json.WriteString("state", Word(task, i));
        if (run.PlanTaskOf(task)?.Checkpoints.ElementAtOrDefault(i) is { } setting)
        {
            json.WriteBoolean("verified", setting.Verify is not null);
            json.WriteBoolean("commits", setting.Commit);
        }

        if (task.Checkpoints.ElementAtOrDefault(i) is { } done)
        {
            json.WriteString("summary", done.Summary);
            json.WriteString("by", done.By);
            json.WriteNumber("attempt", done.Attempt);
            RunJson.Time(json, "at", done.At);
            RunJson.Text(json, "commit", done.Commit);
        }

        json.WriteEndObject();
    }

    private static string Word(TaskState task, int i) =>
        i < task.Checkpoints.Count ? "completed" : i == task.Checkpoints.Count ? "next" : "later";

    private static string[] Row(TaskState task, string id, int i, LookedRun run)
    {
        var detail = task.Checkpoints.ElementAtOrDefault(i) is { } done
            ? Told(done)
            : run.PlanTaskOf(task)?.Checkpoints.ElementAtOrDefault(i) switch
            {
                { Verify: not null, Commit: true } => "verified, then committed",
                { Verify: not null } => "verified by its command",
                { Commit: true } => "committed",
                _ => "",
            };
        return [Word(task, i), id, detail];
    }

    private static string Told(CheckpointCompleted done) =>
        $"by {done.By}: {done.Summary}" + (done.Commit is { Length: > 10 } commit ? $" (commit {commit[..10]})" : "");
}
