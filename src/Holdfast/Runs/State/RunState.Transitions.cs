using Holdfast.Resilience;

namespace Holdfast.Runs.State;

/// <content>The named transitions: every change of a task's state passes through <see cref="Move"/>.</content>
public sealed partial class RunState
{
    /// <summary>
    /// Lets time pass: waits that are over by now make their tasks ready. Derived from the recorded wake times, so a
    /// reader may call it or not; only a driver needs it.
    /// </summary>
    internal void Advance(DateTimeOffset now)
    {
        _now = now;
        while (_waits.Min is { } task && task.WakeAt <= now)
        {
            EndWait(task);
            Requeue(task);
        }
    }

    /// <summary>
    /// Takes up recorded waits at a restart: a computed wait is never longer than it was meant, however the wall clock
    /// moved meanwhile; a time that the other side stated stands.
    /// </summary>
    private void TakeUpWaits(DateTimeOffset now)
    {
        foreach (var task in _waits.ToArray())
        {
            if (task.Recovery?.Decision is { UntilIsAbsolute: false } wait && Later(now, wait.Delay) < task.WakeAt)
            {
                Rewake(task, Later(now, wait.Delay));
            }
        }

        TakeUpBlocks(now);
        TakeUpDues(now);
        if (Started?.Deadline is { } bound && Later(now, bound) < DeadlineAt)
        {
            DeadlineAt = Later(now, bound);
        }
    }

    private void ShiftClock(TimeSpan by)
    {
        foreach (var task in _waits.ToArray())
        {
            if (task.Recovery?.Decision is { UntilIsAbsolute: false })
            {
                Rewake(task, Later(task.WakeAt!.Value, by));
            }
        }

        ShiftBlocks(by);
        ShiftTimers(by);
        ShiftDues(by);
        DeadlineAt = DeadlineAt is { } deadline ? Later(deadline, by) : null;
    }

    // A journal can hold any time; what lies beyond the calendar is its last day.
    private static DateTimeOffset Later(DateTimeOffset at, TimeSpan by) =>
        by > DateTimeOffset.MaxValue - at ? DateTimeOffset.MaxValue
        : by < DateTimeOffset.MinValue - at ? DateTimeOffset.MinValue
        : at + by;

    private void Rewake(TaskState task, DateTimeOffset at)
    {
        _waits.Remove(task);
        task.WakeAt = at;
        _waits.Add(task);
    }

    private void Wait(TaskState task, DateTimeOffset until)
    {
        EndWait(task);
        task.WakeAt = until;
        _waits.Add(task);
    }

    private void EndWait(TaskState task)
    {
        if (task.WakeAt is not null)
        {
            _waits.Remove(task);
            task.WakeAt = null;
        }
    }

    private void Move(TaskState task, TaskStage to)
    {
        var from = task.Status;
        Leave(task, from);
        task.Status = to;
        Enter(task, to);
        if (!from.IsEnd() && to.IsEnd())
        {
            OnEnd(task);
        }
    }

    private void Leave(TaskState task, TaskStage from)
    {
        _counts[(int)from] -= CountsAs(task);
        switch (from)
        {
            case TaskStage.Ready when task.IsFanOutParent:
                _toExpand.Remove(task);
                break;
            case TaskStage.Ready when task.Spec.Approval is not null:
                _toAsk.Remove(task);
                break;
            case TaskStage.Ready:
                task.Pool.Remove(task);
                break;
            case TaskStage.Running when !task.IsFanOutParent:
                _open.Remove(task);
                Occupy(task, -1);
                break;
            case TaskStage.Waiting:
                _due.Remove(task);
                (task.DueAt, task.DueFor) = (null, null);
                break;
            case TaskStage.Failed:
                InfrastructureFailures -= IsInfrastructure(task) ? 1 : 0;
                StopperFailed = StopperFailed == task ? null : StopperFailed;
                break;
        }
    }

    private void Enter(TaskState task, TaskStage to)
    {
        _counts[(int)to] += CountsAs(task);
        switch (to)
        {
            case TaskStage.Ready when task.IsFanOutParent:
                _toExpand.Add(task);
                break;
            case TaskStage.Ready when task.Spec.Approval is not null:
                _toAsk.Add(task);
                break;
            case TaskStage.Ready:
                task.Pool.Add(task);
                break;
            case TaskStage.Running when !task.IsFanOutParent:
                _open.Add(task);
                Occupy(task, 1);
                break;
            case TaskStage.Waiting when task.DueAt is not null:
                _due.Add(task);
                break;
            case TaskStage.Failed:
                InfrastructureFailures += IsInfrastructure(task) ? 1 : 0;
                StopperFailed ??= task.Spec.StopsRunOnFailure ? task : null;
                break;
        }
    }

    // A fan-out is counted by its instances alone, and by itself where it came to none.
    private static int CountsAs(TaskState task) => task.Instances > 0 ? 0 : 1;

    private static bool IsInfrastructure(TaskState task) =>
        !task.IsFanOutParent && task.Failure is { } failure && Resilience.MassFailure.Counts(failure.Class);

    private void OnEnd(TaskState task)
    {
        UnendedTasks--;
        task.EndedAt = LastAt;
        EndWait(task);
        _unsettled.Remove(task);
        _unclassified.Remove(task);
        _unrecovered.Remove(task);
        _toReconcile.Remove(task);
        _toClose.Remove(task);
        _partialItems.Remove(task);
        Owe(task);
        if (task.Parent is { } parent)
        {
            if (--parent.OpenInstances == 0 && !parent.Status.IsEnd())
            {
                _toClose.Add(parent);
            }

            return;
        }

        foreach (var index in _graph.Dependents(task.Index))
        {
            var dependent = _tasks[index];
            if (--dependent.UnmetNeeds == 0)
            {
                SettleAll(dependent);
            }
        }
    }

    // A fan-out that was expanded before something that it needs ran again: its instances waited for that too.
    private void SettleAll(TaskState task)
    {
        if (task.Status == TaskStage.Pending)
        {
            Settle(task);
        }
        else if (task.Expanded && !task.Status.IsEnd())
        {
            foreach (var instance in InstancesOf(task))
            {
                if (instance.Status == TaskStage.Pending)
                {
                    Settle(instance);
                }
            }
        }
    }

    // Everything needed has ended. A task that may run is ready by that alone; that one cannot is for the decider to
    // record, since blocking and skipping are events of their own.
    private void Settle(TaskState task)
    {
        if (Judge(task) == SettleVerdict.Run)
        {
            Move(task, TaskStage.Ready);
        }
        else
        {
            _unsettled.Add(task);
        }
    }

    internal SettleVerdict Judge(TaskState task)
    {
        switch (task.Spec.When)
        {
            case WhenKind.Always:
                return SettleVerdict.Run;
            case WhenKind.Failed:
                return Find(task.Spec.WhenFailedTask!)?.Status == TaskStage.Failed
                    ? SettleVerdict.Run
                    : SettleVerdict.Skip;
            default:
                foreach (var need in _graph.Needs((task.Parent ?? task).Index))
                {
                    if (!_tasks[need].Status.Satisfies())
                    {
                        return SettleVerdict.Block;
                    }
                }

                return SettleVerdict.Run;
        }
    }
}

/// <summary>What a task whose needs have all ended is to do.</summary>
internal enum SettleVerdict
{
    Run,
    Block,
    Skip,
}
