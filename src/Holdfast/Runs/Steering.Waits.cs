using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs;

/// <content>
/// What is tried again, and what is tried now: a person who mended the cause ends waits that nobody else may.
/// </content>
public static partial class Steering
{
    private static (SteeringAnswer, RunEvent[]) Retry(RunState state, SteeringRequest request)
    {
        if (state.Stopping is { Cause: StopCause.Cancel })
        {
            return Refused("the run was cancelled, which is final; start a new one, or fork it");
        }

        if (WhyStopping(state) is { } stopping)
        {
            return Refused($"{stopping}; wait for its end, and retry then");
        }

        var chosen = new List<TaskState>();
        foreach (var name in request.Tasks.Distinct())
        {
            if (state.Find(name) is not { } task)
            {
                return NoTask(state, name);
            }

            // Of a fan-out, what failed or waits; one of which nothing does is refused under its own name.
            TaskState[] some = task.Instances > 0
                ? [.. state.InstancesOf(task).Where(t => HasFailed(t) || Waits(state, t))] : [];
            chosen.AddRange(some.Length > 0 ? some : [task]);
        }

        if (request.Tasks.Count == 0)
        {
            chosen.AddRange(state.Tasks.Where(t => HasFailed(t) && !(t.IsFanOutParent && t.Instances > 0)));
        }

        chosen = [.. chosen.Distinct()];
        if (chosen.Find(t => !HasFailed(t) && !Waits(state, t)) is { } refused)
        {
            return Refused(WhyNot(refused));
        }

        return chosen.Count > 0 ? Again(state, request.By, chosen)
            : Refused("no task of the run has failed" + (state.Waits.Count > 0
                ? "; one that waits is tried now if it is named, as in "
                    + $"`holdfast retry {state.Spec.RunId} {state.Waits.First().Name}`" : ""));
    }

    private static (SteeringAnswer, RunEvent[]) Again(RunState state, string by, List<TaskState> chosen)
    {
        var failed = chosen.Where(HasFailed).ToList();
        var waiting = chosen.Except(failed).ToList();
        string[] parts =
        [
            .. failed.Count == 0 ? [] : (string[])[Told(failed, "runs again", "run again")],
            .. waiting.Count == 0 ? [] : (string[])[Told(waiting, "is tried now", "are tried now")],
        ];
        var text = string.Join(", ", parts) + (state.Paused ? "; the run is paused, and starts nothing until it is "
            + "unpaused" : "");

        // A refused key or a spent quota is not tried again before it is mended, so its target may be asked as well.
        var targets = waiting.SelectMany(state.BlockedTargetsOf)
            .Concat(waiting.Where(t => EndOfWait(t, by) is not null).Concat(failed.Where(RunState.FailedOfTarget))
                .Select(t => t.Runtime.Target).OfType<string>())
            .Distinct();
        RunEvent[] events =
        [
            .. targets.Select(t => new TargetUnblocked(t, by, text)),
            .. failed.Select(t => new TaskReopened(by) { Task = t.Name }),
            .. waiting.Select(t => EndOfWait(t, by)).OfType<RunEvent>(),
        ];
        return Going(
            chosen.Count, text, state.Ended is null ? events : [new RunReopened(by, text), .. events]);
    }

    // The answer to `breakers reset`, for one run.
    private static (SteeringAnswer, RunEvent[]) Unblock(RunState state, SteeringRequest request)
    {
        if (request.Target is not { Length: > 0 } target)
        {
            return Misused("an unblock names the target that may be asked");
        }

        if (state.Ended is { } ended)
        {
            return Refused($"the run has ended ({ended.Status.Word()}); nothing of it waits");
        }

        if (WhyStopping(state) is { } stopping)
        {
            return Refused($"{stopping}; nothing more of it starts");
        }

        var waiting = state.WaitersOf(target);
        if (waiting.Count == 0 && !state.IsKeptFrom(target))
        {
            return Done($"nothing waits for {target}");
        }

        var count = waiting.Count + state.KeptBy(target);
        var text = $"{target} is asked again, and "
            + (count == 1 ? "1 task goes on" : $"{count} tasks go on")
            + (state.Paused ? " once the run is unpaused" : "");
        return Going(count, text,
        [
            new TargetUnblocked(target, request.By, "its breaker was reset"),
            .. waiting.Select(t => EndOfWait(t, request.By)).OfType<RunEvent>(),
        ]);
    }

    // One that waits only since its target is blocked has no wait of its own.
    private static RunEvent? EndOfWait(TaskState task, string by) =>
        RunState.IsHeldForTarget(task) ? new TaskResolved(Resolution.Redo, by) { Task = task.Name }
        : RunState.WaitsForTime(task) ? new TaskWaitEnded(by) { Task = task.Name }
        : null;

    private static string? WhyStopping(RunState state) =>
        state is { Stopping: { Cause: not StopCause.Interrupt } stopping, Ended: null }
            ? $"the run is being stopped ({stopping.Reason})" : null;

    private static string Told(List<TaskState> tasks, string one, string many) =>
        tasks.Count == 1 ? $"task \"{tasks[0].Name}\" {one}" : $"{tasks.Count} tasks {many}";

    private static (SteeringAnswer, RunEvent[]) Going(int count, string message, RunEvent[] events) =>
        (new SteeringAnswer(true, message, ExitCodes.Done) { SetGoing = count }, events);

    private static bool HasFailed(TaskState task) => task.Status is TaskStage.Failed or TaskStage.Cancelled
        || (task.Status == TaskStage.Waiting && task.Spec.Approval is null);

    private static bool Waits(RunState state, TaskState task) =>
        RunState.WaitsForTime(task) || RunState.IsHeldForTarget(task) || state.IsKept(task);

    private static string WhyNot(TaskState task) => task.Status switch
    {
        TaskStage.Blocked =>
            $"task \"{task.Name}\" is blocked by {string.Join(", ", task.BlockedBy.Select(b => $"\"{b}\""))}; retry "
                + $"that",
        TaskStage.Waiting => $"task \"{task.Name}\" waits for an approval; approve or deny it",
        TaskStage.Held => $"task \"{task.Name}\" is held; decide with resolve --done, --redo or --fail",
        TaskStage.Succeeded or TaskStage.Cached =>
            $"task \"{task.Name}\" is done and is never repeated in this run; fork the run from it instead",
        TaskStage.Pending => $"task \"{task.Name}\" waits for what it needs; only what failed, or waits for a time or "
            + "a target, is tried again",
        TaskStage.Ready => $"task \"{task.Name}\" is ready, and starts as soon as it has a place; only what failed, or "
            + "waits for a time or a target, is tried again",
        _ => $"task \"{task.Name}\" is {task.Status.Word()}; only what failed, or waits for a time or a target, is "
            + "tried again",
    };
}
