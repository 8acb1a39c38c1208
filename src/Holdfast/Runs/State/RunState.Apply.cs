using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.State;

/// <content>How each event changes the run.</content>
public sealed partial class RunState
{
    /// <summary>Takes one event in, in the order of the journal.</summary>
    /// <param name="e">The event.</param>
    /// <param name="seq">Its number in the journal.</param>
    /// <exception cref="InvalidRunEventException">The event names a task or attempt that cannot be.</exception>
    public void Apply(RunEvent e, long seq)
    {
        ArgumentNullException.ThrowIfNull(e);
        LastSeq = seq;
        LastAt = e.At;
        Closed = e is JournalClosed;
        if (e.Task is null)
        {
            ApplyToRun(e);
        }
        else if (_byName.TryGetValue(e.Task, out var index))
        {
            ApplyToTask(_tasks[index], e);
        }
        else if (e is not OtherEvent)
        {
            throw new InvalidRunEventException(seq, e, "no task of the plan is called that");
        }
    }

    private void ApplyToRun(RunEvent e)
    {
        switch (e)
        {
            case RunStarted started:
                Started = started;
                PlanSha256 = started.PlanSha256;
                DeadlineAt = started.Deadline is { } bound ? e.At + bound : null;
                break;
            case DriverStarted driver:
                Driver = driver;
                GoOn();
                break;
            case RunPaused:
                Paused = true;
                break;
            case RunUnpaused:
                Paused = false;
                break;
            case RunStopping stopping:
                Stop(stopping);
                break;
            case MassFailureDetected:
                MassFailure = true;
                break;
            case RunWaiting waiting:
                WaitingFor = waiting;
                Status = RunStatus.Waiting;
                break;
            case RunInterrupted:
                Status = RunStatus.Interrupted;
                break;
            case RunEnded ended:
                Ended = ended;
                Status = ended.Status;
                break;
            case RunReopened:
                Reopen();
                break;
            case PlanChanged changed:
                PlanSha256 = changed.PlanSha256;
                break;
            case ClockJumped jumped:
                ShiftClock(jumped.By);
                break;
            case Notified notified:
                _notified.Add(notified.On);
                break;
            case RequestReceived request:
                _requests[request.Id] = request.Accepted;
                break;
            case JournalRepaired repaired:
                DoubtUnfinished(repaired);
                break;
        }
    }

    private void GoOn()
    {
        if (Ended is not null)
        {
            return;
        }

        Status = RunStatus.Running;
        WaitingFor = null;
        _notified.Clear();
        if (Stopping is { Cause: StopCause.Interrupt })
        {
            Stopping = null;
        }
    }

    private void Reopen()
    {
        Ended = null;
        Stopping = null;
        MassFailure = false;
        WaitingFor = null;
        Status = RunStatus.Running;
        DeadlineAt = Started?.Deadline is { } bound ? LastAt + bound : null;
        _notified.Clear();
    }

    private void Stop(RunStopping stopping)
    {
        Stopping = stopping;
        if (stopping.Cause == StopCause.Interrupt)
        {
            return;
        }

        foreach (var task in _tasks)
        {
            if (!task.Status.IsEnd() && !task.IsOpen && !task.IsFanOutParent && !_unclassified.Contains(task)
                && !_unrecovered.Contains(task))
            {
                task.Reason = stopping.Reason;
                Move(task, TaskStage.Cancelled);
            }
        }

        // Fan-outs last: one that has instances under way ends when these have.
        foreach (var task in _tasks)
        {
            if (!task.Status.IsEnd() && task.IsFanOutParent && task.OpenInstances == 0)
            {
                task.Reason = stopping.Reason;
                Move(task, TaskStage.Cancelled);
            }
        }
    }

    private void ApplyToTask(TaskState task, RunEvent e)
    {
        switch (e)
        {
            case AttemptStarted:
                Start(task, e);
                break;
            case AttemptSucceeded succeeded:
                task.Outcome = succeeded.Outcome;
                task.Outputs = succeeded.Outputs;
                task.Failure = null;
                task.Reason = null;
                Move(task, TaskStage.Succeeded);
                break;
            case AttemptFailed failed:
                task.Outcome = failed.Outcome;
                task.Failure = null;
                Move(task, TaskStage.Retrying);
                _unclassified.Add(task);
                break;
            case RuntimeErrorClassified classified:
                task.Failure = classified.Failure;
                _unclassified.Remove(task);
                _unrecovered.Add(task);
                break;
            case AttemptWithdrawn:
                task.Attempts--;
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
                task.Reason = held.Reason;
                Rest(task, TaskStage.Held);
                break;
            case TaskReconciled reconciled:
                Reconcile(task, reconciled.Answer);
                break;
            case TaskResolved resolved:
                Resolve(task, resolved.As);
                break;
            case TaskReopened:
                Reopen(task);
                break;
            case TaskTakenOver taken:
                task.Outputs = taken.Outputs;
                task.TakenOver = true;
                Move(task, taken.Skipped ? TaskStage.Skipped : TaskStage.Succeeded);
                break;
            case OutputsLost lost:
                Reopen(task);
                task.Reason = $"declared outputs are gone: {string.Join(", ", lost.Paths)}";
                break;
        }
    }

    private void Start(TaskState task, RunEvent e)
    {
        task.Attempts = e.Attempt;
        task.AttemptStartedAt = e.At;
        task.AttemptBootId = Driver?.BootId;
        task.StartedAt ??= e.At;
        task.Reason = null;
        EndWait(task);
        task.Recovery = null;
        if (task.Spec.Target is { } target)
        {
            _budgets[target] = BudgetOf(target).Record(isRetry: task.Attempts - task.AttemptsForgiven > 1);
        }

        Move(task, TaskStage.Running);
    }

    private void Recover(TaskState task, RuntimeRecoveryScheduled recovery)
    {
        var decision = recovery.Decision;
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
        task.Reason = final ? Stopping!.Reason : task.Reason;
        Move(task, final ? TaskStage.Cancelled : TaskStage.Ready);
    }

    private void Rest(TaskState task, TaskStage status)
    {
        EndWait(task);
        _unrecovered.Remove(task);
        _unclassified.Remove(task);
        _toReconcile.Remove(task);
        if (task.Status != status)
        {
            Move(task, status);
        }
    }

    private void Reconcile(TaskState task, ReconcileAnswer answer)
    {
        if (task.Status.IsEnd())
        {
            // The run was stopped for good while the question was under way.
            return;
        }

        Rest(task, TaskStage.Retrying);
        switch (answer)
        {
            case ReconcileAnswer.Happened:
                task.Reason = "its reconcile command says that it happened";
                task.Failure = null;
                Move(task, TaskStage.Succeeded);
                break;
            case ReconcileAnswer.DidNotHappen:
                task.Reason = "its reconcile command says that it did not happen";
                Readmit(task);
                break;
            default:
                task.Reason = "its reconcile command could not say whether it happened";
                Move(task, TaskStage.Held);
                break;
        }
    }

    private void Resolve(TaskState task, Resolution resolution)
    {
        Rest(task, TaskStage.Held);
        task.Reason = null;
        switch (resolution)
        {
            case Resolution.Done:
                task.Failure = null;
                task.Reason = "a person said that it is done";
                Move(task, TaskStage.Succeeded);
                break;
            case Resolution.Redo:
                task.ForgiveAttempts();
                Move(task, TaskStage.Ready);
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

        _partialItems.Remove(fanOut);
        Leave(fanOut, fanOut.Status);
        fanOut.Expanded = true;
        fanOut.Status = TaskStage.Running;
        Enter(fanOut, TaskStage.Running);
        fanOut.StartedAt ??= LastAt;
        fanOut.Reason = expanded.Warning;
        fanOut.FirstInstance = _tasks.Count;
        fanOut.Instances = items.Count;
        fanOut.OpenInstances = items.Count;
        var pool = fanOut.Spec.FanOutParallel is { } max
            ? PoolFor(fanOut.Spec, new ParallelLimit(max))
            : fanOut.Pool;
        foreach (var item in items)
        {
            AddInstance(fanOut, item, pool);
        }

        if (items.Count == 0)
        {
            _toClose.Add(fanOut);
        }
    }

    private void AddInstance(TaskState fanOut, FanOutItem item, ReadyPool pool)
    {
        var name = $"{fanOut.Name}[{item.Label}]";
        var task = new TaskState(_tasks.Count, name, fanOut.Spec)
        {
            Parent = fanOut,
            Item = item.Value,
            CriticalMs = fanOut.CriticalMs,
            Pool = pool,
        };
        _byName.Add(name, task.Index);
        _tasks.Add(task);
        _counts[(int)TaskStage.Pending]++;
        UnendedTasks++;
        Move(task, TaskStage.Ready);
    }

    // A lost line may have been the start of anything unfinished. What may simply run again does; the rest is asked or
    // held. Attempt numbers skip ahead, so that no file of a forgotten attempt is written over.
    private void DoubtUnfinished(JournalRepaired repaired)
    {
        var lost = (int)Math.Clamp(repaired.To - repaired.From + 1, 1, 1_000);
        foreach (var task in _tasks.Where(t => !t.Status.IsEnd() && !t.IsFanOutParent && !t.IsOpen).ToArray())
        {
            task.Attempts += lost;
            task.AttemptsForgiven = task.Attempts;
            if (task.Spec.Effect is Effect.Once or Effect.Reconcile)
            {
                task.Failure = new Failure
                {
                    Class = FailureClass.OutcomeUnknown,
                    Disposition = Disposition.Hold,
                    Evidence = new Evidence("journal.repaired", "runtime", null, "a lost line may have been its start"),
                };
                Rest(task, TaskStage.Retrying);
                _unrecovered.Add(task);
            }
        }
    }
}

/// <summary>A journal holds an event that cannot follow from those before it.</summary>
public sealed class InvalidRunEventException(long seq, RunEvent e, string why)
    : Exception($"event {seq} ({e.Type}{(e.Task is null ? "" : $" of task \"{e.Task}\"")}) cannot be: {why}");
