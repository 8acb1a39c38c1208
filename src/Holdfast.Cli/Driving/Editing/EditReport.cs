using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Driving;

/// <summary>What an edit of the plan means for a run, told to who made it before anything of it starts.</summary>
internal static class EditReport
{
    private const int MaxNamed = 20;

    /// <summary>Of an edit that was taken in: what changed, and what that means for each finished task.</summary>
    /// <param name="state">The run with the edit taken in.</param>
    /// <param name="change">The edit.</param>
    internal static IEnumerable<string> Lines(RunState state, PlanChanged change)
    {
        yield return IsSelection(change)
            ? $"no task of the run was edited: {Selected(change)}"
            : $"the plan was edited: {change.Added.Count} tasks added, {change.Changed.Count} changed, "
                + $"{change.Removed.Count} removed";
        foreach (var name in change.Edited.Take(MaxNamed))
        {
            yield return $"  {name} {EditedText(state.Under(name).ToArray(), change.RerunBy is not null)}";
        }

        foreach (var name in change.Behind.Take(MaxNamed))
        {
            yield return $"  {name} {BehindText(state.Under(name).ToArray())}";
        }

        var left = Math.Max(0, change.Edited.Count - MaxNamed) + Math.Max(0, change.Behind.Count - MaxNamed);
        if (left > 0)
        {
            yield return $"  and {left} more";
        }

        if (change.RerunBy is null && Names(state.BehindStale()) is { } behind)
        {
            yield return $"  --rerun-changed would also run again what was computed from that: {behind}";
        }
    }

    /// <summary>Of an edit that an ended run did not take in; null where there is nothing to say.</summary>
    internal static string Ended(string id, RunState state, PlanChanged change)
    {
        var tasks = change.Stale.Count + change.Added.Count;
        var behind = state.Behind(change.Stale.SelectMany(state.Under))
            .Count(t => !change.Stale.Contains(t.Name) && state.Under(t.Name).Any(RunState.HasResultFromNeeds));
        return (IsSelection(change)
            ? $"run {id} has ended, and none of its tasks was edited: {Selected(change)}"
            : $"the plan was edited since run {id} ended: {change.Stale.Count} finished tasks changed, "
                + $"{change.Added.Count} are new")
            + "; the run stays as it is"
            + (tasks == 0 ? "" : ". --rerun-changed reopens it and runs those"
                + (behind == 0 ? "" : $" and {behind} that {(behind == 1 ? "needs" : "need")} them")
                + "; another --id runs all anew");
    }

    /// <summary>Why an ended run goes on.</summary>
    internal static string Reopening(PlanChanged change) => IsSelection(change) ? Selected(change)
        : "the plan was edited: "
        + $"{change.Edited.Count} finished tasks run again, {change.Behind.Count} behind them, "
        + $"{change.Added.Count} are new";

    // What --only left out of a run was never in its plan, so it looks like what was written since.
    private static bool IsSelection(PlanChanged change) =>
        change is { Stale.Count: 0, Changed.Count: 0, Fresh.Count: 0 } && change.Added.Count + change.Removed.Count > 0;

    private static string Selected(PlanChanged change) => string.Join(", and ", new[]
    {
        Apart(change.Added.Count, "of the plan", "in it", "new"),
        Apart(change.Removed.Count, "of it", "in the plan", "removed"),
    }.OfType<string>());

    private static string? Apart(int tasks, string of, string where, string became) => tasks == 0 ? null
        : $"{tasks} {(tasks == 1 ? "task" : "tasks")} {of} {(tasks == 1 ? "is" : "are")} not {where} "
            + $"(left out by --only, or {became} since)";

    /// <summary>A few names, and how many more there are; null for none.</summary>
    internal static string? Names(IReadOnlyList<TaskState> tasks, int most = 5) => tasks.Count == 0 ? null
        : string.Join(", ", tasks.Take(most).Select(t => t.Name))
            + (tasks.Count > most ? $" and {tasks.Count - most} more" : "");

    private static string EditedText(TaskState[] tasks, bool ordered) =>
        (ordered, tasks.Any(t => t.Mark is not null && !t.Status.IsEnd())) switch
        {
            (true, false) => "changed after it had finished; it runs again",
            (true, true) => "changed while it ran; once it has ended, it runs again",
            (false, true) => "changed while it ran, and goes on as it was (or --rerun-changed)",
            _ => "changed after it had finished, and stays as it is (--rerun-changed runs it again)",
        };

    private static string BehindText(TaskState[] tasks) =>
        tasks.Any(t => t is { Status: TaskStage.Succeeded, Spec.Effect: Effect.Once or Effect.Reconcile })
            ? "needs what runs again; it may not be repeated without you, so it is held: "
                + "`holdfast resolve` it with --done or --redo"
            : tasks.Any(t => t.Parent is not null)
                ? "needs what runs again, so it runs again too, for the same items"
                : "needs what runs again, so it runs again too";
}
