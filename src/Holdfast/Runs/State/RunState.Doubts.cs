using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.State;

/// <content>
/// What cannot be: events without their cause, and work of which a repair or a reboot took the proof.
/// </content>
public sealed partial class RunState
{
    private static bool NeedsTask(RunEvent e) => e is AttemptStarted or AttemptSucceeded or AttemptFailed
        or AttemptWithdrawn or AttemptAdopted or AttemptFound or RuntimeErrorClassified or RuntimeRecoveryScheduled
        or TaskRetryRequested
        or TaskExpanded or TaskSucceeded or TaskFailed or TaskBlocked or TaskSkipped or TaskCancelled or TaskHeld
        or TaskReconciled or TaskResolved or TaskReopened or TaskWaitEnded or TaskTakenOver or OutputsLost
        or TaskWaiting or ApprovalDecided or CheckpointCompleted or SignalReceived;

    // One row for each event that has a cause. A row never asks what a plan's edit may have changed since.
    private string? WhyNot(TaskState task, RunEvent e) => e switch
    {
        AttemptStarted when task.IsFanOutParent => "a fan-out has no attempts of its own",
        AttemptStarted when task.IsOpen => $"its attempt {task.Attempts} is still under way",
        AttemptStarted when task.Status.IsEnd() => $"the task has ended ({task.Status.Word()})",
        AttemptStarted when e.Attempt <= task.Attempts => $"its last attempt was already number {task.Attempts}",
        AttemptFound when task.IsFanOutParent => "a fan-out has no attempts of its own",
        AttemptFound when e.Attempt <= task.Attempts => $"its last attempt was already number {task.Attempts}",
        AttemptSucceeded or AttemptFailed or AttemptWithdrawn when !task.IsOpen =>
            $"no attempt of it is under way, it is {task.Status.Word()}",
        AttemptSucceeded or AttemptFailed or AttemptWithdrawn when e.Attempt != task.Attempts =>
            $"the attempt under way is number {task.Attempts}, not {e.Attempt}",
        RuntimeErrorClassified when !_unclassified.Contains(task) => "no failed attempt of it waits for its judgement",
        RuntimeRecoveryScheduled when !_unrecovered.Contains(task) => "no failure of it waits for a recovery",
        TaskExpanded expanded => WhyNotExpand(task, expanded),
        TaskSucceeded when !_toClose.Contains(task) => "it is no fan-out whose instances have all ended",
        TaskHeld when task.Expanded => "it stands for its instances, and each is held for itself",
        TaskHeld when _owed.Contains(task) => Ended is null ? null : "the run has ended, and nobody reopened it",
        TaskFailed or TaskBlocked or TaskSkipped or TaskCancelled or TaskHeld or TaskTakenOver
            when task.Status.IsEnd() => $"the task has ended ({task.Status.Word()})",
        TaskFailed or TaskBlocked or TaskSkipped or TaskCancelled or TaskHeld or TaskTakenOver when task.IsOpen =>
            $"its attempt {task.Attempts} is under way",
        TaskWaiting when task.Status.IsEnd() && !task.WasSent => $"the task has ended ({task.Status.Word()})",
        TaskWaiting when task.IsOpen => $"its attempt {task.Attempts} is under way",
        ApprovalDecided when task.Spec.Approval is null => "it is no approval",
        ApprovalDecided when task.Status != TaskStage.Waiting => $"it is {task.Status.Word()}, nobody was asked",
        SignalReceived when !IsOfProgram => "signals are for the steps of a C# program",
        SignalReceived when task.Status.IsEnd() => $"the task has ended ({task.Status.Word()})",
        SignalReceived when task.IsOpen => $"its attempt {task.Attempts} is under way",
        CheckpointCompleted when task.Status.IsEnd() => $"the task has ended ({task.Status.Word()})",
        CheckpointCompleted completed => WhyNotComplete(task, completed),
        TaskReopened when Ended is not null => "the run has ended, and nobody reopened it",
        TaskResolved when task.Status != TaskStage.Held => $"it is {task.Status.Word()}, not held",
        TaskReconciled when !task.Status.IsEnd() && !_toReconcile.Contains(task) => "nobody asked",
        _ => null,
    };

    private string? WhyNotExpand(TaskState task, TaskExpanded expanded)
    {
        if (!task.IsFanOutParent || task.Expanded || task.Status.IsEnd())
        {
            return task.IsFanOutParent ? $"it is {task.Status.Word()}" : "it is no fan-out";
        }

        var known = _partialItems.GetValueOrDefault(task);
        if (expanded.From != 0 && expanded.From != known?.Count)
        {
            return $"it begins at item {expanded.From}, and {known?.Count ?? 0} are known";
        }

        var seen = new HashSet<string>();
        foreach (var item in expanded.From == 0 ? expanded.Items : known!.Concat(expanded.Items))
        {
            if (!seen.Add(item.Label) || _byName.ContainsKey($"{task.Name}[{item.Label}]"))
            {
                return $"two of its instances would be called \"{task.Name}[{item.Label}]\"";
            }
        }

        return null;
    }

    // Only a repaired journal holds such events. That an attempt was made, and how it ended, holds without its cause;
    // the rest is decided anew.
    private void TakeWithoutCause(TaskState task, RunEvent e)
    {
        if (e is TaskReopened)
        {
            // A person reopens a run before a task of it, so the line that was lost is the one before.
            Reopen();
            ApplyToTask(task, e);
            return;
        }

        var tells = e is AttemptStarted or AttemptSucceeded or AttemptFailed or CheckpointCompleted;
        if (!tells || e.Attempt < 1 || task.IsFanOutParent || task.Status is TaskStage.Succeeded or TaskStage.Cached
            || (e is CheckpointCompleted completed && WhyNotComplete(task, completed) is not null))
        {
            return;
        }

        StartBelated(task, e);
        if (e is not AttemptStarted)
        {
            ApplyToTask(task, e);
        }
    }

    // What waited for it is reopened along, but not if all that had not started was called off meanwhile.
    private void StartBelated(TaskState task, RunEvent e)
    {
        if (Ended is not null)
        {
            // Nothing of a run is under way when it ends: somebody reopened it since.
            Reopen();
        }

        Reopen(task);
        Start(task, e);
        if (Stopping is { Cause: not StopCause.Interrupt } stopping)
        {
            Stop(stopping);
        }
    }

    // A lost line may have been the start of anything unfinished. What may simply run again does; the rest is asked or
    // held. Attempts whose files are still there are found by the next driver, which knows more of them than this.
    private void DoubtUnfinished()
    {
        WasRepaired = true;
        _refusal = null;
        _unknownTasks.Clear();
        foreach (var task in _tasks)
        {
            if (!task.Status.IsEnd() && !task.IsOpen && !task.Expanded
                && task.Spec.Effect is Effect.Once or Effect.Reconcile)
            {
                Doubt(task, "journal.repaired", "a lost line may have been its start");
            }
        }
    }

    // Its number is above all that the journal knows, so whatever the journal says of the task is older: what was under
    // way had ended, and what had ended was ordered to run again.
    private void TakeFound(TaskState task, AttemptFound found)
    {
        StartBelated(task, found);
        task.Redo = null;
        task.AttemptStartedAt = found.StartedAt ?? found.At;
        task.AttemptsForgiven = Math.Max(task.AttemptsForgiven, task.Attempts - 1);

        // The boot of its intent is lost too; without it nothing but its own file proves that it never ran.
        task.AttemptBootId = null;
    }

    // It did happen, and what it left is gone. Doing it again is for its effect to say.
    private void LoseOutputs(TaskState task, OutputsLost lost)
    {
        if (!task.Status.IsEnd())
        {
            return;
        }

        var why = $"declared outputs are gone: {string.Join(", ", lost.Paths)}";
        var mark = task.Mark;
        Reopen(task);
        if (mark is not null)
        {
            // Should it turn out to have happened, it still happened as the plan was before the edit.
            SetMark(task, mark);
            task.Redo = null;
        }

        // Told once: who then says that it is done says so without them, and the next reboot must not ask again.
        task.Outputs = [];
        task.Reason = why;
        if (task.Spec.Effect is Effect.Once or Effect.Reconcile)
        {
            Doubt(task, "outputs.lost", why);
        }
    }

    private void Doubt(TaskState task, string rule, string why)
    {
        task.Failure = new Failure
        {
            Class = FailureClass.OutcomeUnknown,
            Disposition = Disposition.Hold,
            Evidence = new Evidence(rule, "runtime", null, why),
        };
        task.Recovery = null;
        Rest(task, TaskStage.Retrying);
        _unrecovered.Add(task);
    }
}
