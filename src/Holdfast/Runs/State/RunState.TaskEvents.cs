using Holdfast.Resilience;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.State;

/// <content>How the events of a task change it.</content>
public sealed partial class RunState
{
    private void ApplyToTask(TaskState task, RunEvent e)
    {
        switch (e)
        {
            case AttemptStarted:
                Start(task, e);
                break;
            case AttemptAdopted adopted:
                ConfirmMark(task, ran: true);
                task.Redo = adopted.Trace == AttemptTrace.NeverStarted ? task.Redo : null;
                break;
            case AttemptSucceeded succeeded:
                ConfirmMark(task, ran: false);
                task.Redo = null;
                task.Outcome = succeeded.Outcome;
                task.Outputs = succeeded.Outputs;
                task.Result = succeeded.Result;
                task.Failure = null;
                task.Reason = null;
                NoteAnswer(task);
                Move(task, TaskStage.Succeeded);
                break;
            case AttemptFailed failed:
                ConfirmMark(task, ran: false);
                task.Redo = null;
                task.Outcome = failed.Outcome;
                task.Failure = null;
                Move(task, TaskStage.Retrying);
                _unclassified.Add(task);
                break;
            case RuntimeErrorClassified classified:
                task.Failure = classified.Failure;
                NoteFailure(task, classified.Failure);
                _unclassified.Remove(task);
                _unrecovered.Add(task);
                break;
            case AttemptFound found:
                TakeFound(task, found);
                break;
            case AttemptWithdrawn:
                ForgetProbe(task);
                Unmark(task);
                task.Attempts--;
                task.StartedAt = task.Attempts == 0 ? null : task.StartedAt;
                Readmit(task);
                break;
            case RuntimeRecoveryScheduled recovery:
                Recover(task, recovery);
                break;
            default:
                ApplyToTaskAsWhole(task, e);
                break;
        }
    }

    private void ApplyToTaskAsWhole(TaskState task, RunEvent e)
    {
        switch (e)
        {
            case TaskExpanded expanded:
                Expand(task, expanded);
                break;
            case TaskSucceeded:
                Move(task, TaskStage.Succeeded);
                break;
            case TaskFailed failed:
                task.Reason = failed.Reason;
                Move(task, TaskStage.Failed);
                break;
            case TaskBlocked blocked:
                task.BlockedBy = blocked.By;
                Move(task, TaskStage.Blocked);
                break;
            case TaskSkipped skipped:
                task.Reason = skipped.Reason;
                Move(task, TaskStage.Skipped);
                break;
            case TaskCancelled cancelled:
                task.Reason = cancelled.Reason;
                Move(task, TaskStage.Cancelled);
                break;
            case TaskHeld held:
                Hold(task, held.Reason);
                break;
            case TaskReconciled reconciled:
                task.Result = reconciled.Result;
                Reconcile(task, reconciled.Answer);
                break;
            case TaskResolved resolved:
                Resolve(task, resolved.As);
                break;
            case TaskReopened when task.Status != TaskStage.Waiting:
                Reopen(task);
                NoLongerWaiting();
                break;
            case TaskWaitEnded order:
                EndWaitByOrder(task, order);
                break;
            case TaskTakenOver taken:
                task.Outputs = taken.Outputs;
                task.Result = taken.Result;
                task.TakenOver = true;
                task.TakenFrom = taken.FromRun;
                Move(task, taken.Skipped ? TaskStage.Skipped : TaskStage.Succeeded);
                break;
            case OutputsLost lost:
                LoseOutputs(task, lost);
                break;
            default:
                ApplyOfPerson(task, e);
                break;
        }
    }

    private void Start(TaskState task, RunEvent e)
    {
        Unmark(task);
        task.Attempts = e.Attempt;
        task.AttemptStartedAt = e.At;
        task.AttemptBootId = Driver?.BootId;
        task.StartedAt ??= e.At;
        task.Reason = null;

        // After a repair a start may come without what answered the doubt about the one before.
        Rest(task, task.Status);
        task.Recovery = null;
        NoLongerWaiting();
        if (e is AttemptStarted started)
        {
            TakeRuntime(task, started);
            TakeProgramStart(task, started);
        }

        Move(task, TaskStage.Running);
    }

    private void Recover(TaskState task, RuntimeRecoveryScheduled recovery)
    {
        var decision = recovery.Decision;
        NoteRecovery(task, recovery);
        task.Recovery = recovery;
        task.Reason = decision.Reason;
        task.Tally = task.Tally.After(decision);
        if (decision.Strategy == RecoveryStrategy.Reconcile)
        {
            Rest(task, TaskStage.Retrying);
            _toReconcile.Add(task);
            return;
        }

        Rest(task, decision.Strategy == RecoveryStrategy.Park ? TaskStage.Parked : TaskStage.Retrying);
        Wait(task, decision.Until ?? LastAt);
    }

    private void Readmit(TaskState task)
    {
        var final = Stopping is { Cause: not StopCause.Interrupt };
        if (final)
        {
            task.Reason = Stopping!.Reason;
            Move(task, TaskStage.Cancelled);
        }
        else
        {
            Requeue(task);
        }
    }

    private void Rest(TaskState task, TaskStage status)
    {
        EndWait(task);
        _unrecovered.Remove(task);
        _unclassified.Remove(task);
        _toReconcile.Remove(task);
        _unsettled.Remove(task);
        if (task.Status != status)
        {
            Move(task, status);
        }
    }

    // What is done may be held too: a person ordered what it needs to run again, and only a person repeats it.
    private void Hold(TaskState task, string reason)
    {
        if (task.Status.IsEnd())
        {
            Reopen(task);
            NoLongerWaiting();
        }

        task.Reason = reason;
        Rest(task, TaskStage.Held);
    }

    private void Reconcile(TaskState task, ReconcileAnswer answer)
    {
        if (task.Status.IsEnd())
        {
            // Whoever stopped the run insisted, and did not wait for the answer.
            return;
        }

        Rest(task, TaskStage.Retrying);
        switch (answer)
        {
            case ReconcileAnswer.Happened:
                task.Reason = "its reconcile command says that it happened";
                task.Failure = null;
                RenewOrder(task);
                Move(task, TaskStage.Succeeded);
                break;
            case ReconcileAnswer.DidNotHappen:
                task.Reason = "its reconcile command says that it did not happen";
                Readmit(task);
                break;
            default:
                task.Reason = "its reconcile command could not say whether it happened";
                Move(task, Stopping is { Cause: not StopCause.Interrupt } ? TaskStage.Cancelled : TaskStage.Held);
                break;
        }
    }

    private void Resolve(TaskState task, Resolution resolution)
    {
        Rest(task, TaskStage.Held);
        task.Reason = null;
        NoLongerWaiting();
        switch (resolution)
        {
            case Resolution.Done:
                // Whatever was ordered before the question is answered by this too, carried out or not.
                task.Failure = null;
                task.Redo = null;
                Unmark(task);
                task.Reason = "a person said that it is done";
                Move(task, TaskStage.Succeeded);
                break;
            case Resolution.Redo:
                task.ForgiveAttempts();
                Requeue(task);
                break;
            default:
                task.Reason = "a person said that it failed";
                Move(task, TaskStage.Failed);
                break;
        }
    }

    private void Expand(TaskState fanOut, TaskExpanded expanded)
    {
        if (expanded.From == 0)
        {
            _partialItems[fanOut] = [];
        }

        var items = _partialItems[fanOut];
        items.AddRange(expanded.Items);
        if (expanded.More)
        {
            return;
        }

        // An edit under a fan-out that had no instances yet (held as a whole, say): they run as the plan is now.
        Unmark(fanOut);
        fanOut.Redo = null;
        Rest(fanOut, fanOut.Status);
        _partialItems.Remove(fanOut);
        Leave(fanOut, fanOut.Status);
        fanOut.Expanded = true;
        fanOut.Instances = items.Count;
        fanOut.Status = TaskStage.Running;
        Enter(fanOut, TaskStage.Running);
        fanOut.StartedAt ??= LastAt;
        fanOut.Reason = expanded.Warning;
        fanOut.FirstInstance = _tasks.Count;
        fanOut.OpenInstances = items.Count;
        var pools = new InstancePools(this, fanOut);
        foreach (var item in items)
        {
            AddInstance(fanOut, item, pools);
        }

        if (items.Count == 0)
        {
            _toClose.Add(fanOut);
        }
    }

    private void AddInstance(TaskState fanOut, FanOutItem item, InstancePools pools)
    {
        var name = $"{fanOut.Name}[{item.Label}]";
        var spec = fanOut.Spec.InstanceRuntimes is { } runtimesOf
            ? fanOut.Spec with { Runtimes = runtimesOf(name, item.Value, _tasks.Count - fanOut.FirstInstance) }
            : fanOut.Spec;
        var task = new TaskState(_tasks.Count, name, spec)
        {
            Parent = fanOut,
            Item = item.Value,
            CriticalMs = fanOut.CriticalMs,
            Pool = pools.For(spec),
        };
        _byName.Add(name, task.Index);
        _tasks.Add(task);
        _counts[(int)TaskStage.Pending]++;
        UnendedTasks++;
        Move(task, TaskStage.Ready);
    }

    /// <summary>The pools of one fan-out: one for each place that its instances are sent to, under one bound.</summary>
    private sealed class InstancePools(RunState run, TaskState fanOut)
    {
        private readonly ParallelLimit? _own = fanOut.Spec.FanOutParallel is { } max ? new ParallelLimit(max) : null;
        private readonly Dictionary<string, ReadyPool> _pools = [];

        internal ReadyPool For(TaskSpec spec)
        {
            if (_own is null)
            {
                return ReferenceEquals(spec, fanOut.Spec) ? fanOut.Pool : run.PoolFor(spec);
            }

            var key = KeyOf(spec.Runtimes);
            if (!_pools.TryGetValue(key, out var pool))
            {
                _pools.Add(key, pool = run.PoolFor(spec, _own));
            }

            return pool;
        }
    }
}
