using System.Text.Json;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary>A row of <c>list</c>: an ended run by its glance, another by its whole journal.</summary>
internal sealed record ListedRun(RunGlance Glance, LookedRun? Run, string? Problem)
{
    /// <summary>The word for a run that was killed before it had begun: nothing of it is to be gone on with.</summary>
    internal const string Empty = "empty";

    internal string Id => Glance.Folder.Id;

    internal string Name => Glance.Started?.Name ?? Run?.Name ?? "?";

    internal string State => Problem is not null ? "damaged" : Run?.StateWord ?? Glance.Ended?.Status.Word() ?? Empty;

    internal DateTimeOffset? StartedAt => Glance.StartedAt ?? Run?.State.Started?.At;

    internal DateTimeOffset? EndedAt =>
        Run is null ? Glance.EndedAt : Run.State.Ended?.At;

    internal bool IsRed => Problem is not null
        || (Run?.State.Ended ?? Glance.Ended) is { Status: RunStatus.Failed or RunStatus.Infrastructure };

    internal string Why(DateTimeOffset now) => Problem ?? (Run is { State.Ended: null } open
        ? StatusCommand.StateText(open, now).TrimStart(':', ' ')
        : (Run?.State.Ended ?? Glance.Ended)?.Why ?? "it never started, and nothing was run; run the plan again");

    /// <summary>Reads a run as cheaply as it allows.</summary>
    internal static ListedRun Of(IStorage storage, RunFolder folder)
    {
        RunGlance glance;
        try
        {
            glance = RunGlance.Of(storage, folder, withHead: true);
            var neverStarted = glance.IsEmpty && JournalReader.IsFresh(storage, folder.Path);
            return new ListedRun(
                glance, glance.Ended is null && !neverStarted ? LookedRun.Open(storage, folder) : null, null);
        }
        catch (RunNotFoundException)
        {
            return new ListedRun(RunGlance.None(folder), null, null);
        }
        catch (Exception error) when (error is JournalException or InvalidRunEventException
            or FormatException or UnauthorizedAccessException or IOException)
        {
            return new ListedRun(RunGlance.None(folder), null, error.Message);
        }
    }
}

/// <summary><c>list</c>: the runs of the workspace, newest first.</summary>
internal static class ListCommand
{
    internal const int DefaultLimit = 20;

    internal static int Show(CommandContext context, bool onlyFailed, int limit)
    {
        var workspace = context.OpenWorkspace();
        var (rows, left) = Find(workspace, onlyFailed, limit);
        var now = context.Time.GetUtcNow();
        var next = rows.Count == 0 ? Array.Empty<string>()
            : [$"holdfast status {NextSteps.Reference(rows[0].Glance.Folder, context)}"];
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.list.v1", ExitCodes.Done, json =>
                WriteJson(json, rows, left, now), next);
            return ExitCodes.Done;
        }

        var page = new Page(context);
        if (rows.Count == 0)
        {
            page.Line(onlyFailed ? "no run of this workspace ended in failure" : "this workspace has no runs yet");
            return ExitCodes.Done;
        }

        page.Table([.. rows.Select(r => Row(r, now, context.Called))], stateColumn: 0);
        page.Line();
        page.Line($"{rows.Count} {(onlyFailed ? "failed " : "")}{(rows.Count == 1 ? "run" : "runs")}, newest first"
            + (left > 0 ? $"; {left} older {(onlyFailed ? "were not looked at" : "not shown")} (--limit N shows more)"
            : ""));
        return ExitCodes.Done;
    }

    private static (List<ListedRun> Rows, int Left) Find(Workspace workspace, bool onlyFailed, int limit)
    {
        var runs = RunReferences.NewestFirst(workspace);
        var rows = new List<ListedRun>();
        var looked = 0;
        foreach (var folder in runs)
        {
            if (rows.Count == limit)
            {
                break;
            }

            looked++;
            var run = ListedRun.Of(workspace.Storage, folder);
            if (!onlyFailed || run.IsRed)
            {
                rows.Add(run);
            }
        }

        return (rows, runs.Count - looked);
    }

    private static string[] Row(ListedRun run, DateTimeOffset now, CalledAs called) =>
    [
        run.State,
        run.Id,
        run.StartedAt is { } started ? Times.Ago(started, now) : "",
        run is { StartedAt: { } from, EndedAt: { } to } ? Durations.Text(to - from) : "",
        run.State == "succeeded" ? "" : called.Sentence(run.Why(now)),
    ];

    private static void WriteJson(Utf8JsonWriter json, List<ListedRun> rows, int left, DateTimeOffset now)
    {
        json.WriteString("order", "newest_first");
        json.WriteStartArray("runs");
        foreach (var run in rows)
        {
            json.WriteStartObject();
            json.WriteString("run", run.Id);
            json.WriteString("name", run.Name);
            json.WriteString("status", run.State == "undriven" ? "running" : run.State);
            json.WriteBoolean("driven", run.Run?.Holder is not null);
            RunJson.Time(json, "started_at", run.StartedAt);
            RunJson.Time(json, "ended_at", run.EndedAt);
            RunJson.Number(json, "run_exit_code", (run.Run?.State.Ended ?? run.Glance.Ended)?.ExitCode);
            json.WriteString("why", run.Why(now));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("older", left);
    }
}
