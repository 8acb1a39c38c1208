using System.Globalization;
using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Looking;

/// <summary>One line about a task: where it stands, and what a person needs to know about that.</summary>
internal static class TaskLines
{
    /// <summary>What needs a person first, what needs a look next, what runs, what waits its turn, what is
    /// done.</summary>
    internal static readonly TaskStage[] Order =
    [
        TaskStage.Held, TaskStage.Waiting, TaskStage.Failed, TaskStage.Parked, TaskStage.Retrying, TaskStage.Running,
        TaskStage.Cancelled, TaskStage.Blocked, TaskStage.Paused, TaskStage.Ready, TaskStage.Pending,
        TaskStage.Skipped, TaskStage.Succeeded, TaskStage.Cached,
    ];

    /// <summary>"10 succeeded, 1 failed, 1 blocked".</summary>
    internal static string Counts(RunState state)
    {
        var parts = new List<string>();
        foreach (var stage in Order)
        {
            if (state.Count(stage) is > 0 and var count)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {stage.Word()}")
                    + (stage == TaskStage.Failed && HandlesFailures(state) ? " (handled by its program)" : ""));
            }
        }

        var total = state.Total;
        return $"{total} {(total == 1 ? "task" : "tasks")}: {string.Join(", ", parts)}";
    }

    /// <summary>The tasks in the order of what a person needs to see, at most so many.</summary>
    internal static List<TaskState> Notable(RunState state, int most, bool alsoQuiet)
    {
        var found = new List<TaskState>();
        foreach (var stage in Order)
        {
            var isQuiet = stage is TaskStage.Succeeded or TaskStage.Cached or TaskStage.Skipped or TaskStage.Pending
                or TaskStage.Ready;
            if (isQuiet && !alsoQuiet)
            {
                continue;
            }

            foreach (var task in state.Tasks)
            {
                if (found.Count == most)
                {
                    return found;
                }

                // A fan-out speaks for its instances while they do well; those that do not speak for themselves.
                if (task.Status == stage && !(isQuiet && task.Parent is not null))
                {
                    found.Add(task);
                }
            }
        }

        return found;
    }

    /// <summary>The cells of a row: state, name, detail.</summary>
    internal static string[] Row(TaskState task, LookedRun run, DateTimeOffset now) =>
        [task.Status.Word(), task.Name, Detail(task, run, now)];

    /// <summary>The part that the word of the state does not say.</summary>
    internal static string Detail(TaskState task, LookedRun run, DateTimeOffset now)
    {
        if (task.Instances > 0)
        {
            return FanOut(task, run.State);
        }

        return task.Status switch
        {
            TaskStage.Running when run.WaitsForPlace(task) =>
                $"attempt {task.Attempts}, as soon as a place is free",
            TaskStage.Running => string.Create(
                CultureInfo.InvariantCulture, $"attempt {task.Attempts}, for {For(task.AttemptStartedAt, now)}")
                + PersonText.NextCheckpoint(task),
            TaskStage.Waiting => PersonText.Of(task, run, now),
            TaskStage.Retrying or TaskStage.Parked => Waiting(task, run, now),
            TaskStage.Failed => Failed(task) + (HandlesFailures(run.State) ? "; its program went on" : "")
                + StrayText.Of(task.Outcome?.Strays, "; "),
            TaskStage.Blocked => By(task.BlockedBy),
            TaskStage.Succeeded => Succeeded(task) + StrayText.Of(task.Outcome?.Strays, "; "),
            _ => task.Reason ?? "",
        };
    }

    /// <summary>"by "unit", "lint"".</summary>
    internal static string By(IReadOnlyList<string> names)
    {
        var text = new System.Text.StringBuilder("by ");
        for (var i = 0; i < names.Count && i < 3; i++)
        {
            text.Append(i == 0 ? "\"" : ", \"").Append(names[i]).Append('"');
        }

        return names.Count > 3 ? $"{text} and {names.Count - 3} more" : text.ToString();
    }

    // No plan ends well with a failed task. A program that went on after one did what it is written to do.
    private static bool HandlesFailures(RunState state) =>
        state is { IsOfProgram: true, Ended.Status: RunStatus.Succeeded };

    private static string Failed(TaskState task)
    {
        var kind = task.Failure is { } failure ? failure.Class.Word() : "failed";
        var text = task.Failure?.Evidence.Text ?? task.Reason;
        return text is null ? kind : $"{kind}: {text}";
    }

    private static string Waiting(TaskState task, LookedRun run, DateTimeOffset now)
    {
        var kind = task.Failure is { } failure ? failure.Class.Word() : "";
        var why = task.Reason ?? "being judged";
        why = kind.Length == 0 || why.StartsWith(kind, StringComparison.Ordinal) ? why : $"{kind}: {why}";
        if (task.WakeAt is not { } wake)
        {
            return why;
        }

        if (run.Holder is null)
        {
            // A time is nothing to wait for while nobody is there who would act on it.
            var notBefore = wake > now ? $", not before {Times.Clock(wake, now)} ({Times.In(wake, now)})" : "";
            return $"attempt {task.Attempts + 1} once the run is resumed{notBefore}; {why}";
        }

        var isFar = wake - now > TimeSpan.FromMinutes(10);
        var when = isFar ? $"at {Times.Clock(wake, now)} ({Times.In(wake, now)})" : Times.In(wake, now);
        return $"attempt {task.Attempts + 1} {when}; {why}";
    }

    private static string Succeeded(TaskState task)
    {
        if (task.TakenOver)
        {
            return "taken over from another run";
        }

        var parts = new List<string>();
        if (task.Outcome is { } outcome)
        {
            parts.Add($"in {Durations.Text(outcome.Duration)}");
        }

        if (task.Attempts > 1)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"attempt {task.Attempts}"));
        }

        if (task.Reason is { } reason)
        {
            parts.Add(reason);
        }

        return string.Join(", ", parts);
    }

    private static string FanOut(TaskState task, RunState state)
    {
        var (done, failed, running) = (0, 0, 0);
        for (var i = 0; i < task.Instances; i++)
        {
            switch (state.Tasks[task.FirstInstance + i].Status)
            {
                case TaskStage.Succeeded or TaskStage.Cached or TaskStage.Skipped:
                    done++;
                    break;
                case TaskStage.Failed:
                    failed++;
                    break;
                case TaskStage.Running:
                    running++;
                    break;
            }
        }

        var text = $"{done} of {task.Instances} done";
        text += failed > 0 ? $", {failed} failed" : "";
        return text + (running > 0 ? $", {running} running" : "");
    }

    private static string For(DateTimeOffset? since, DateTimeOffset now) =>
        since is { } start && now > start ? Durations.Text(now - start) : "0s";
}
