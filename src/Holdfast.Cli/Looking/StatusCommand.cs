using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Targets;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Cli.Looking;

/// <summary><c>status [RUN]</c>: where a run stands.</summary>
internal static class StatusCommand
{
    internal const int MostRows = 20;
    private const int MostJsonTasks = 10_000;

    /// <summary>Prints a run's state.</summary>
    /// <param name="context">The process around.</param>
    /// <param name="reference">Id, unique prefix, <c>last</c>, or folder.</param>
    /// <param name="withExitCode">Whether the run's state becomes the exit code, for scripts.</param>
    internal static int Show(CommandContext context, string reference, bool withExitCode)
    {
        var folder = context.OpenLooking(reference);
        if (!context.Json && BriefStatus.Of(context.Storage, folder) is { } brief)
        {
            BriefPage.Print(new Page(context), brief, folder, context);
            return withExitCode ? brief.Ended.ExitCode : ExitCodes.Done;
        }

        var run = LookedRun.Open(context.Storage, folder);
        var next = NextSteps.Of(run, context);
        var exitCode = withExitCode ? CodeOf(run) : ExitCodes.Done;
        if (context.Json)
        {
            JsonResult.Write(
                context, "holdfast.status.v1", exitCode, json => WriteJson(json, run, context.Time.GetUtcNow()), next);
        }
        else
        {
            Print(new Page(context), run, context.Time.GetUtcNow(), next);
        }

        return exitCode;
    }

    /// <summary>The exit code that the run has, or would end a driver with now.</summary>
    internal static int CodeOf(LookedRun run) => run.State.Ended?.ExitCode ?? run.State.Status switch
    {
        _ when run.Holder is not null => ExitCodes.Inconclusive,
        RunStatus.Waiting => ExitCodes.Waiting,
        _ => ExitCodes.Interrupted,
    };

    /// <summary>"failed 2m ago after 3m12s: …".</summary>
    internal static string StateText(LookedRun run, DateTimeOffset now)
    {
        var state = run.State;
        if (state.Ended is { } ended)
        {
            var took = state.Started is { } started ? ended.At - started.At : TimeSpan.Zero;
            return EndedText(ended, took, ended.At, now);
        }

        var since = $" since {Durations.Text(now - (state.Started?.At ?? state.LastAt))}";
        return run switch
        {
            { Holder: { } holder } => $"{(state.Paused ? " (paused)" : "")}{since}, driven by {holder}",
            { IsUndriven: true, State: { IsOfProgram: true, Driver: null, Started.ForkedFrom: { } source } } =>
                $": forked from {source} {Times.Ago(state.LastAt, now)}; start its program under this id",
            { IsUndriven: true } =>
                $": its driver ended {Times.Ago(state.LastAt, now)} without a word, and nobody drives it"
                    + (state.IsOfProgram ? "; start its program again" : ""),
            { State.WaitingFor: { } waiting } => $": {waiting.Why}"
                + (waiting.Until is { } until ? $", until {Times.Clock(until, now)} ({Times.In(until, now)})" : ""),
            _ => $" {Times.Ago(state.LastAt, now)}"
                + (run.Story.InterruptedBy is { } why ? $" ({why})" : "")
                + (state.IsOfProgram ? "; start its program again to go on"
                    : "; no driver is at work, resume it to go on"),
        };
    }

    internal static string EndedText(RunEnded ended, TimeSpan took, DateTimeOffset at, DateTimeOffset now) =>
        $" {Times.Ago(at, now)}, after {Durations.Text(took)}: {ended.Why}";

    private static void Print(Page page, LookedRun run, DateTimeOffset now, IReadOnlyList<string> next)
    {
        var state = run.State;
        page.Line($"{run.Name}  {run.Id}");
        page.StateLine(run.StateWord, StateText(run, now));
        page.Line(TaskLines.Counts(state));
        if (run.PlanProblem is { } problem)
        {
            page.Line($"the plan cannot be shown: {problem}; what follows is from the journal alone");
        }

        if (state.WhyBlockedAt(now) is { } blocked)
        {
            page.Line(blocked);
        }

        PrintLifts(page, state, now);
        if (StaleTasks.Line(state, run.Id) is { } stale)
        {
            page.Line(stale);
        }

        var showAll = state.Tasks.Count <= MostRows;
        var tasks = TaskLines.Notable(state, MostRows, showAll);
        if (tasks.Count > 0)
        {
            page.Line();
            var rows = new List<string[]>(tasks.Count);
            foreach (var task in tasks)
            {
                rows.Add(TaskLines.Row(task, run, now));
            }

            page.Table(rows, stateColumn: 0);
            if (tasks.Count == MostRows && !showAll)
            {
                page.Line($"  … at most {MostRows} are shown; --json has all");
            }
        }

        foreach (var orphan in run.Orphans())
        {
            page.Line(
                $"attempt {orphan.Attempts} of \"{orphan.Name}\" still runs although nobody drives it; resume takes "
                + "it up");
        }

        if (next.Count > 0)
        {
            page.Line();
            page.Next(next);
        }
    }

    private static void PrintLifts(Page page, RunState state, DateTimeOffset now)
    {
        foreach (var (name, target) in state.Targets)
        {
            if (state.Ended is null && target.Lift is { } lift)
            {
                page.Line($"{name} may be asked again, says {lift.By} ({Times.Ago(lift.At, now)}); nothing was sent to "
                    + "it since");
            }
        }
    }

    private static void WriteJson(Utf8JsonWriter json, LookedRun run, DateTimeOffset now)
    {
        var state = run.State;
        RunJson.WriteHead(json, run);
        json.WriteStartObject("counts");
        for (var stage = TaskStage.Pending; stage <= TaskStage.Cancelled; stage++)
        {
            json.WriteNumber(stage.Word(), state.Count(stage));
        }

        json.WriteEndObject();
        StaleTasks.Write(json, state);
        WriteTargets(json, state, now);
        json.WriteStartArray("tasks");
        var left = MostJsonTasks;
        foreach (var task in state.Tasks)
        {
            if (left-- == 0)
            {
                break;
            }

            RunJson.WriteTask(json, task, run.WaitsForPlace(task));
        }

        json.WriteEndArray();
        json.WriteNumber("tasks_left_out", Math.Max(0, state.Tasks.Count - MostJsonTasks));
    }

    // Those that keep something waiting, and those that a person freed and nothing was sent to since.
    private static void WriteTargets(Utf8JsonWriter json, RunState state, DateTimeOffset now)
    {
        json.WriteStartArray("targets");
        foreach (var (name, target) in state.Targets)
        {
            var isBlocked = target.IsBlocked(now);
            if (state.Ended is null && (isBlocked || target.Lift is not null))
            {
                json.WriteStartObject();
                json.WriteString("target", name);
                RunJson.Time(json, "blocked_until", isBlocked ? target.BlockedUntil : null);
                RunJson.Text(json, "cause", isBlocked ? target.Cause.Word() : null);
                RunJson.Text(json, "why", isBlocked ? target.Why : null);
                RunJson.Text(json, "unblocked_by", target.Lift?.By);
                RunJson.Time(json, "unblocked_at", target.Lift?.At);
                json.WriteEndObject();
            }
        }

        json.WriteEndArray();
    }
}
