using System.Text.Json;
using Holdfast.Runs;
using Holdfast.Runs.Letters;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary><c>holdfast</c> alone: what needs a person first, what runs, what ended last, each with its next
/// command.</summary>
internal static class OverviewCommand
{
    private const int MostEnded = 5;
    private const int MostOpen = 20;

    internal static int Show(CommandContext context)
    {
        var path = context.FindWorkspace();
        if (path is null)
        {
            return WithoutWorkspace(context);
        }

        var workspace = Workspace.Open(context.Storage, path, create: false);
        var found = Look(workspace);
        if (context.Json)
        {
            WriteJson(context, workspace, found);
            return ExitCodes.Done;
        }

        Print(new Page(context), workspace, found, context);
        return ExitCodes.Done;
    }

    private static int WithoutWorkspace(CommandContext context)
    {
        string[] next = ["holdfast init", "holdfast run PLAN", "holdfast --help"];
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.overview.v1", ExitCodes.Done, json =>
                json.WriteNull("workspace"), next);
            return ExitCodes.Done;
        }

        var page = new Page(context);
        page.Line(
            $"There is no workspace ({Workspace.FolderName}) in {context.CurrentFolder} or above it: nothing has run "
            + $"here yet.");
        page.Line();
        page.Table(
        [
            [context.Proposed("holdfast init"), "writes a plan that runs, with comments"],
            [context.Proposed("holdfast run PLAN"), "runs a plan; the workspace is made beside it"],
            [context.Called.Command("holdfast --help"), "shows all commands"],
        ]);
        return ExitCodes.Done;
    }

    private static Found Look(Workspace workspace)
    {
        using var letters = new WorkspaceLetters(workspace.Storage, workspace.Path);
        var found = new Found { OpenLetters = letters.Look().Count(l => l.Status == LetterStatus.Open) };
        foreach (var folder in RunReferences.NewestFirst(workspace))
        {
            var glance = Glance(workspace, folder);
            if (glance is { Ended: not null })
            {
                found.EndedCount++;
                if (found.Ended.Count < MostEnded)
                {
                    found.Ended.Add(ListedRun.Of(workspace.Storage, folder));
                }
            }
            else if (found.Needy.Count + found.Running.Count < MostOpen)
            {
                Sort(ListedRun.Of(workspace.Storage, folder), found);
            }
            else
            {
                found.MoreOpen++;
            }
        }

        return found;
    }

    private static RunGlance? Glance(Workspace workspace, RunFolder folder)
    {
        try
        {
            return RunGlance.Of(workspace.Storage, folder, withHead: false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static void Sort(ListedRun run, Found found)
    {
        var isDriven = run.Run?.Holder is not null;
        var needsPerson = run.Run?.State.Count(TaskStage.Held) > 0 || run.Run?.State.Count(TaskStage.Waiting) > 0;
        (isDriven && !needsPerson ? found.Running : found.Needy).Add(run);
    }

    private static void Print(Page page, Workspace workspace, Found found, CommandContext context)
    {
        var now = context.Time.GetUtcNow();
        page.Line($"workspace {workspace.Path}");
        if (found.IsEmpty)
        {
            page.Line("no runs yet");
            page.Line();
            page.Next(["holdfast run PLAN", "holdfast init"]);
            return;
        }

        Section(page, "Needs you", found.Needy, now, context);
        Section(page, "Running", found.Running, now, context);
        if (found.MoreOpen > 0)
        {
            page.Line(context.Called.Sentence(
                $"  … and {found.MoreOpen} more unfinished; `holdfast list --limit 1000` shows them"));
        }

        if (found.OpenLetters > 0)
        {
            page.Line();
            page.Line(context.Called.Sentence($"{found.OpenLetters} "
                + $"{(found.OpenLetters == 1 ? "task that failed waits" : "tasks that failed wait")} to be made good: "
                + "`holdfast letters list`"));
        }

        if (found.Ended.Count > 0)
        {
            page.Heading(found.EndedCount > found.Ended.Count ? $"Last ended (of {found.EndedCount})" : "Ended");
            page.Table(
                [.. found.Ended.Select(r => new[]
                {
                    r.State, r.Id, r.EndedAt is { } at ? Times.Ago(at, now) : "", r.State == "succeeded" ? ""
                        : context.Called.Sentence(r.Why(now)),
                })],
                stateColumn: 0);
            page.Line();
            page.Next(NextOf(found.Ended[0], context));
        }
    }

    private static void Section(Page page, string heading, List<ListedRun> runs, DateTimeOffset now,
        CommandContext context)
    {
        if (runs.Count == 0)
        {
            return;
        }

        page.Heading(heading);
        foreach (var run in runs)
        {
            page.Table([[run.State, run.Id, context.Called.Sentence(run.Why(now))]], stateColumn: 0);
            foreach (var task in Pressing(run))
            {
                page.Line($"    {task.Status.Word()} \"{task.Name}\": {TaskLines.Detail(task, run.Run!, now)}");
            }

            foreach (var orphan in run.Run?.Orphans() ?? [])
            {
                page.Line($"    attempt {orphan.Attempts} of \"{orphan.Name}\" still runs, driven by nobody");
            }

            foreach (var (i, command) in NextOf(run, context).Index())
            {
                page.Line($"    {(i == 0 ? "next:" : "     ")} {context.Proposed(command)}");
            }
        }
    }

    private static List<TaskState> Pressing(ListedRun run)
    {
        var found = new List<TaskState>();
        foreach (var task in run.Run?.State.Tasks ?? [])
        {
            if (task.Status is TaskStage.Held or TaskStage.Waiting or TaskStage.Parked && found.Count < 3)
            {
                found.Add(task);
            }
        }

        return found;
    }

    /// <summary>One command, or all that a person can answer its first question with.</summary>
    private static List<string> NextOf(ListedRun run, CommandContext context)
    {
        var id = NextSteps.Reference(run.Glance.Folder, context);
        return run switch
        {
            { Problem: not null } => [$"holdfast journal verify {id}"],
            { State: ListedRun.Empty } => ["holdfast run PLAN"],
            { Run: { State.Ended: null } open } => PersonSteps.Of(open.State, id, most: 1) is [_, ..] answers
                ? answers
                : [NextSteps.Of(open, context) is [var first, ..] ? first : $"holdfast status {id}"],
            { IsRed: true } => [$"holdfast why {id}"],
            _ => [$"holdfast status {id}"],
        };
    }

    private static void WriteJson(CommandContext context, Workspace workspace, Found found)
    {
        var now = context.Time.GetUtcNow();
        var next = new List<string>();
        foreach (var run in found.Needy)
        {
            next.AddRange(NextOf(run, context));
        }

        JsonResult.Write(context, "holdfast.overview.v1", ExitCodes.Done, json =>
        {
            json.WriteString("workspace", workspace.Path);
            Write(json, "needs_you", found.Needy, now);
            Write(json, "running", found.Running, now);
            Write(json, "ended", found.Ended, now);
            json.WriteNumber("open_letters", found.OpenLetters);
            json.WriteNumber("ended_in_all", found.EndedCount);
            json.WriteNumber("unfinished_left_out", found.MoreOpen);
        }, next);
    }

    private static void Write(Utf8JsonWriter json, string name, List<ListedRun> runs, DateTimeOffset now)
    {
        json.WriteStartArray(name);
        foreach (var run in runs)
        {
            json.WriteStartObject();
            json.WriteString("run", run.Id);
            json.WriteString("status", run.State);
            json.WriteString("why", run.Why(now));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private sealed class Found
    {
        internal List<ListedRun> Needy { get; } = [];

        internal List<ListedRun> Running { get; } = [];

        internal List<ListedRun> Ended { get; } = [];

        internal int EndedCount { get; set; }

        internal int MoreOpen { get; set; }

        internal int OpenLetters { get; set; }

        internal bool IsEmpty => Needy.Count + Running.Count + Ended.Count == 0;
    }
}
