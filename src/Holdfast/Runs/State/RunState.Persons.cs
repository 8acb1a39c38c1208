using Holdfast.Runs.Events;

namespace Holdfast.Runs.State;

/// <content>Tasks that wait for people: approvals, and attempts that ended before all their checkpoints.</content>
public sealed partial class RunState
{
    private readonly SortedSet<TaskState> _toAsk = new(ReadyPool.Order.Instance);
    private readonly SortedSet<TaskState> _due = new(ByDueTime.Instance);

    /// <summary>The best approval that is ready and that nobody was asked for yet; null for none.</summary>
    internal TaskState? FirstToAsk => _toAsk.Min;

    /// <summary>The task that waits for a person and whose time is over first; null if no wait has a bound.</summary>
    internal TaskState? FirstDue => _due.Min;

    private void ApplyOfPerson(TaskState task, RunEvent e)
    {
        switch (e)
        {
            case TaskWaiting waiting:
                WaitForPerson(task, waiting);
                break;
            case ApprovalDecided decided:
                Decide(task, decided);
                break;
            case CheckpointCompleted completed:
                Complete(task, completed);
                break;
            case SignalReceived signal:
                TakeSignal(task, signal);
                break;
            case TaskReopened:
                // A new attempt, rather than the missing checkpoints of the one that was held open.
                task.ForgiveAttempts();
                task.Reason = null;
                Requeue(task);
                NoLongerWaiting();
                break;
        }
    }

    private void WaitForPerson(TaskState task, TaskWaiting waiting)
    {
        if (task.Status.IsEnd())
        {
            // A signal was sent that the program cannot read: kept, until another one takes its place.
            Reopen(task);
        }

        var goesOn = task.Status == TaskStage.Waiting;
        Rest(task, task.Status);
        task.Reason = waiting.Why;

        // Tasks that are due are kept in the order of their times: out with the old one, then in with the new.
        Move(task, TaskStage.Waiting);
        task.DueAt = waiting.Until;
        if (waiting.Until is { } until)
        {
            task.DueFor = TimeSpan.FromMilliseconds(Math.Ceiling((until - waiting.At).TotalMilliseconds));
            _due.Add(task);
        }

        TakeProgramWait(task, waiting, goesOn);
    }

    // A person has the time that they were told, however the wall clock moves meanwhile.
    private void TakeUpDues(DateTimeOffset now)
    {
        foreach (var task in _due.Where(t => t.DueFor is { } lasts && Later(now, lasts) < t.DueAt).ToArray())
        {
            Redue(task, Later(now, task.DueFor!.Value));
        }
    }

    private void ShiftDues(TimeSpan by)
    {
        foreach (var task in _due.ToArray())
        {
            Redue(task, Later(task.DueAt!.Value, by));
        }
    }

    private void Redue(TaskState task, DateTimeOffset at)
    {
        _due.Remove(task);
        if (task.AskedAt is { } asked)
        {
            // A program that gives the wait another bound counts from where it began.
            task.AskedAt = Later(asked, at - task.DueAt!.Value);
        }

        task.DueAt = at;
        _due.Add(task);
    }

    private void Decide(TaskState task, ApprovalDecided decided)
    {
        NoLongerWaiting();
        var said = decided.Comment is { } comment ? $": {comment}" : "";
        task.Reason = $"{(decided.Approved ? "approved" : "denied")} by {decided.By}{said}";
        Move(task, decided.Approved ? TaskStage.Succeeded : TaskStage.Failed);
    }

    private void Complete(TaskState task, CheckpointCompleted completed)
    {
        task.Checkpoints = [.. task.Checkpoints, completed];
        if (task.Status == TaskStage.Waiting && task.NextCheckpoint is null)
        {
            // The attempt ended well but for its checkpoints, and was held open for them.
            NoLongerWaiting();
            task.Failure = null;
            task.Reason = "its checkpoints were completed after its attempt had ended";
            Move(task, TaskStage.Succeeded);
        }
    }

    private static string? WhyNotComplete(TaskState task, CheckpointCompleted completed) =>
        !task.Spec.Checkpoints.Contains(completed.Id) ? $"\"{completed.Id}\" is no checkpoint of it"
        : task.NextCheckpoint == completed.Id ? null
        : task.Checkpoints.Any(c => c.Id == completed.Id) ? $"checkpoint \"{completed.Id}\" is completed already"
        : $"its next checkpoint is \"{task.NextCheckpoint}\"";

    private sealed class ByDueTime : IComparer<TaskState>
    {
        internal static readonly ByDueTime Instance = new();

        public int Compare(TaskState? x, TaskState? y)
        {
            var byTime = Nullable.Compare(x!.DueAt, y!.DueAt);
            return byTime != 0 ? byTime : x.Index.CompareTo(y.Index);
        }
    }
}
