using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs;

/// <content>Approvals and checkpoints.</content>
public static partial class Steering
{
    private static (SteeringAnswer, RunEvent[]) Approve(RunState state, SteeringRequest request, bool approved)
    {
        if (request.Tasks.Count == 0)
        {
            return Misused("an approval names the tasks that it is about");
        }

        var events = new List<RunEvent>();
        foreach (var name in request.Tasks.Distinct())
        {
            if (state.Find(name) is not { } task)
            {
                return NoTask(state, name);
            }

            if (task.Spec.Approval is null)
            {
                return Refused(
                    $"task \"{name}\" is no approval; there is nothing to approve or deny, and {Status(state)} shows "
                        + "what waits");
            }

            if (task.Status != TaskStage.Waiting)
            {
                return Refused(
                    $"task \"{name}\" is {task.Status.Word()}, and waits for no approval; {Status(state)} shows what "
                        + "does");
            }

            events.Add(new ApprovalDecided(approved, request.By) { Task = name, Comment = request.Comment });
        }

        return Done(approved ? "approved" : "denied", [.. events]);
    }

    // An attempt completes its own task's checkpoints, while it is the current one; a person those of any.
    private static (SteeringAnswer, RunEvent[]) Complete(RunState state, SteeringRequest request)
    {
        if (request.Tasks.Count != 1 || string.IsNullOrEmpty(request.Checkpoint))
        {
            return Misused("a checkpoint names one task and the id of the checkpoint");
        }

        var name = request.Tasks[0];
        if (state.Find(name) is not { } task)
        {
            return NoTask(state, name);
        }

        if (task.Spec.Checkpoints.Count == 0)
        {
            return Refused($"rule declared: task \"{name}\" declares no checkpoints");
        }

        if (request.Attempt != 0 && request.Attempt != task.Attempts)
        {
            return Refused($"rule current attempt: the attempt of task \"{name}\" is number {task.Attempts}, not "
                + $"{request.Attempt}");
        }

        if (!task.IsOpen && task.Status != TaskStage.Waiting)
        {
            return Refused($"rule open attempt: task \"{name}\" is {task.Status.Word()}; no attempt of it is open");
        }

        if (WhyNotComplete(task, request.Checkpoint) is { } rule)
        {
            return Refused(rule);
        }

        if (request.Verdict?.Refusal is { } refusal)
        {
            return Refused($"rule verified: checkpoint \"{request.Checkpoint}\" is not reached: {refusal}");
        }

        var left = task.Spec.Checkpoints.Count - task.Checkpoints.Count - 1;
        return Done(
            $"checkpoint \"{request.Checkpoint}\" is completed; "
                + (left == 0
                    ? "it was the last one" : $"next is \"{task.Spec.Checkpoints[task.Checkpoints.Count + 1]}\""),
            new CheckpointCompleted(request.Checkpoint, request.Comment ?? "", request.By)
            {
                Task = name, Attempt = task.Attempts, Commit = request.Verdict?.Commit,
            });
    }

    private static string? WhyNotComplete(TaskState task, string checkpoint) =>
        !task.Spec.Checkpoints.Contains(checkpoint)
            ? $"rule declared: \"{checkpoint}\" is no checkpoint of task \"{task.Name}\"; it declares "
                + string.Join(", ", task.Spec.Checkpoints.Select(c => $"\"{c}\""))
        : task.Checkpoints.Any(c => c.Id == checkpoint)
            ? $"rule once: checkpoint \"{checkpoint}\" is completed already"
        : task.NextCheckpoint != checkpoint
            ? $"rule order: the next checkpoint of task \"{task.Name}\" is \"{task.NextCheckpoint}\", not "
                + $"\"{checkpoint}\""
        : null;
}
