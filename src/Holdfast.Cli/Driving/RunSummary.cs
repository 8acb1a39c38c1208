using System.Text;
using System.Text.Json;
using Holdfast.Cli.Live;
using Holdfast.Cli.Looking;
using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Cli.Driving;

/// <summary>What is said when a driver leaves: counts, what failed first, what waits for whom, and the next
/// commands.</summary>
internal sealed class RunSummary(CommandContext context, RunFiles run, RunState state)
{
    private const int MaxNamed = 10;

    private static readonly TaskStage[] Shown =
    [
        TaskStage.Succeeded, TaskStage.Cached, TaskStage.Failed, TaskStage.Blocked, TaskStage.Skipped,
        TaskStage.Cancelled, TaskStage.Held, TaskStage.Waiting, TaskStage.Parked, TaskStage.Retrying,
        TaskStage.Running, TaskStage.Ready, TaskStage.Pending,
    ];

    /// <summary>Writes it, for people, and as the object that ends <c>--json</c>.</summary>
    /// <returns>The exit code given.</returns>
    internal int Write(int exitCode, string schema)
    {
        var next = Next(exitCode);
        foreach (var line in Lines(exitCode))
        {
            context.People.WriteLine(PlainView.OneLine(line));
        }

        foreach (var command in next)
        {
            context.People.WriteLine($"  next: {context.Proposed(command)}");
        }

        context.People.Flush();
        if (context.Environment("GITHUB_STEP_SUMMARY") is { Length: > 0 } page
            && context.Environment("GITHUB_ACTIONS") == "true")
        {
            GitHubView.AppendSummary(page, Markdown(exitCode, next));
        }

        if (context.Json)
        {
            JsonResult.Write(context, schema, exitCode, WriteData, next);
        }

        return exitCode;
    }

    private IEnumerable<string> Lines(int exitCode)
    {
        var word = state.Ended is null && exitCode == ExitCodes.Waiting ? "waits" : state.Status.Word();
        yield return $"run {run.Folder.Id} {word} after {Durations.Text(Elapsed)}: {Counts()}";
        if (FirstFailure() is { } failed)
        {
            yield return $"failed first: {failed.Name}: {WhyFailed(failed)}";
            if (failed.Failure?.Evidence is { } evidence)
            {
                yield return $"  {evidence.Rule}, {evidence.Channel}"
                    + (evidence.Line is { } line ? $" line {line}" : "")
                    + (evidence.Text is { } text ? $": {text}" : "");
                if (evidence.Remediation is { } cure)
                {
                    yield return $"  {cure}";
                }
            }
        }

        if (StaleTasks.Line(state, NextSteps.Reference(run.Folder, context)) is { } stale)
        {
            yield return stale;
        }

        if (state.Ended is null)
        {
            foreach (var line in Waiting())
            {
                yield return line;
            }
        }
    }

    /// <summary>Class and reason of a failed task; most reasons begin with the class.</summary>
    internal static string WhyFailed(TaskState task)
    {
        var word = task.Failure?.Class.Word() ?? "failed";
        return task.Reason?.StartsWith(word, StringComparison.Ordinal) == true ? task.Reason : $"{word}: {task.Reason}";
    }

    private IEnumerable<string> Waiting()
    {
        var named = 0;
        foreach (var task in state.Tasks)
        {
            var line = task.Status switch
            {
                TaskStage.Held => $"held: {task.Name}: {task.Reason}",
                TaskStage.Waiting => $"waits for you: {task.Name}: {PersonText.Asked(task, state, run.Plan)}",
                TaskStage.Parked => $"parked: {task.Name} until {Local(task.WakeAt)}: {task.Reason}",
                TaskStage.Retrying when task.WakeAt is not null =>
                    $"waits: {task.Name} until {Local(task.WakeAt)}: {task.Reason}",
                _ => null,
            };
            if (line is not null && named++ < MaxNamed)
            {
                yield return line;
            }
        }

        if (named > MaxNamed)
        {
            yield return $"and {named - MaxNamed} more that wait";
        }
    }

    private List<string> Next(int exitCode)
    {
        var id = run.Folder.Id;
        var next = PersonSteps.Of(state, id);

        if (exitCode is ExitCodes.Failed or ExitCodes.Infrastructure)
        {
            next.Add($"holdfast why {id}");
            next.Add($"holdfast retry {id} --failed");
            next.Add("holdfast letters list");
        }

        // Where nothing but people is waited for, their command starts the driver again.
        var peopleOnly = exitCode == ExitCodes.Waiting
            && state.Count(TaskStage.Waiting) + state.Count(TaskStage.Held) > 0
            && state.Count(TaskStage.Parked) + state.Count(TaskStage.Retrying) == 0;
        if (exitCode is ExitCodes.Interrupted or ExitCodes.Waiting && state.Ended is null && !peopleOnly)
        {
            next.Add($"holdfast resume {id}");
            next.AddRange(PersonSteps.OfWaits(state, id, "", context.Time.GetUtcNow()));
        }

        return next;
    }

    private TaskState? FirstFailure() => state.Count(TaskStage.Failed) == 0 ? null
        : state.Tasks.Where(t => t.Status == TaskStage.Failed && !t.IsFanOutParent).MinBy(t => t.EndedAt)
        ?? state.Tasks.FirstOrDefault(t => t.Status == TaskStage.Failed);

    private TimeSpan Elapsed => state.Started is { } started && state.LastAt > started.At
        ? state.LastAt - started.At
        : TimeSpan.Zero;

    private string Counts()
    {
        var parts = new List<string>();
        foreach (var stage in Shown)
        {
            if (state.Count(stage) is > 0 and var count)
            {
                parts.Add($"{count} {stage.Word()}");
            }
        }

        return parts.Count == 0 ? "no tasks" : string.Join(", ", parts);
    }

    private string Local(DateTimeOffset? time) => time is { } at
        ? $"{TimeZoneInfo.ConvertTime(at, context.Time.LocalTimeZone):yyyy-MM-dd HH:mm:ss zzz}"
        : "a person goes on";

    private void WriteData(Utf8JsonWriter json)
    {
        json.WriteString("run", run.Folder.Id);
        json.WriteString("status", state.Status.Word());
        json.WriteNumber("duration_ms", (long)Elapsed.TotalMilliseconds);
        json.WriteStartObject("tasks");
        foreach (var stage in Shown)
        {
            json.WriteNumber(stage.Word(), state.Count(stage));
        }

        json.WriteEndObject();
        if (FirstFailure() is { } failed)
        {
            json.WriteStartObject("failed_first");
            json.WriteString("task", failed.Name);
            json.WriteString("class", failed.Failure?.Class.Word() ?? "unknown");
            json.WriteString("reason", failed.Reason);
            json.WriteString("rule", failed.Failure?.Evidence.Rule);
            json.WriteString("text", failed.Failure?.Evidence.Text);
            json.WriteEndObject();
        }

        StaleTasks.Write(json, state);
        json.WriteStartArray("waiting");
        foreach (var task in state.Tasks.Where(Waits).Take(MaxNamed))
        {
            json.WriteStartObject();
            json.WriteString("task", task.Name);
            json.WriteString("status", task.Status.Word());
            json.WriteString("reason", task.Reason);
            if (task.WakeAt is { } until)
            {
                json.WriteString("until", EventData.Iso(until));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static bool Waits(TaskState task) =>
        task.Status is TaskStage.Held or TaskStage.Waiting or TaskStage.Parked
        || (task.Status == TaskStage.Retrying && task.WakeAt is not null);

    private string Markdown(int exitCode, List<string> next)
    {
        var page = new StringBuilder();
        page.Append("## Run ").Append(run.Folder.Id).Append(": ").Append(state.Status.Word()).Append("\n\n");
        page.Append("| state | tasks |\n| --- | ---: |\n");
        foreach (var stage in Shown)
        {
            if (state.Count(stage) is > 0 and var count)
            {
                page.Append("| ").Append(stage.Word()).Append(" | ").Append(count).Append(" |\n");
            }
        }

        page.Append('\n');
        foreach (var line in Lines(exitCode).Skip(1))
        {
            page.Append("- ").Append(PlainView.OneLine(line).Replace("<", "&lt;")).Append('\n');
        }

        foreach (var command in next)
        {
            page.Append("- next: `").Append(context.Proposed(command)).Append("`\n");
        }

        return page.Append('\n').ToString();
    }

    /// <summary>A name as a shell takes it.</summary>
    internal static string Quoted(string name) =>
        name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/' or ':')
            ? name
            : $"'{name.Replace("'", "'\\''")}'";
}
