using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Runs.Steps.Programs;

/// <content>How a run ends, by how its program left.</content>
internal sealed partial class ProgramRun
{
    /// <summary>How the run ended before; null while it has not.</summary>
    internal RunEnded? Ended => _state.Ended;

    /// <summary>Why its journal cannot be written any more; null while it can.</summary>
    internal JournalPoisonedException? Poison => _journal.Poison;

    /// <summary>Why the run was cancelled for good; null where it was not.</summary>
    internal string? Cancelled
    {
        get
        {
            lock (_gate)
            {
                return _state.Stopping is { Cause: not StopCause.Interrupt } stopping ? stopping.Reason : null;
            }
        }
    }

    /// <summary>The first step that failed, as the exception that the program saw; null where none did.</summary>
    internal StepFailedException? FirstFailure()
    {
        lock (_gate)
        {
            return _state.Tasks.Where(t => t.Status == TaskStage.Failed).MinBy(t => t.EndedAt) is { } task
                ? new StepFailedException(Id, task.Name, task.Failure, task.Reason ?? "it failed", inner: null)
                : null;
        }
    }

    /// <summary>Has what failed tried again, in a run that failed before or goes on.</summary>
    internal void RetryFailed(string by)
    {
        lock (_gate)
        {
            if (_state.Count(TaskStage.Failed) > 0 && _state.Stopping is null or { Cause: StopCause.Interrupt })
            {
                var request = new SteeringRequest(RunFolderId(), SteeringCommand.Retry, by);
                RecordUnderLock([.. Steering.Apply(_state, request).Events]);
            }
        }

        // One order for each start that gives it.
        string RunFolderId() => $"retry-{_state.LastSeq}";
    }

    /// <summary>The program returned: everything that it asked for is done.</summary>
    /// <returns>Steps that the journal has and that the program never asked for.</returns>
    /// <exception cref="InvalidOperationException">Steps are still under way, which nobody awaits.</exception>
    internal async Task<IReadOnlyList<string>> SucceedAsync(StepResult? result)
    {
        long seq;
        List<string> unasked;
        lock (_gate)
        {
            if (_active > 0)
            {
                throw new InvalidOperationException(
                    $"the program of run {Id} returned while {_active} of its steps were under way; await every step");
            }

            ThrowIfNothingStarts();
            unasked = [.. _state.Tasks.Where(IsUnasked).Select(t => t.Name)];
            foreach (var task in _state.Tasks.Where(t => !t.Status.IsEnd()).ToArray())
            {
                EndUnasked(task);
            }

            seq = RecordUnderLock(new RunEnded(RunStatus.Succeeded, ExitCodes.Done, WhyDone(unasked))
            {
                Result = result,
            });
        }

        await _journal.WaitAsync(seq);
        await CloseAsync();
        return unasked;
    }

    /// <summary>The program threw: whether the run has ended with that, waits, or is to be taken up again.</summary>
    internal async Task LeaveAsync(Exception error)
    {
        // Whoever still runs is told to end, and is waited for: what it did is worth its line.
        await EndStepsAsync();
        long seq;
        var hasEnded = false;
        lock (_gate)
        {
            if (_left || _state.Ended is not null)
            {
                return;
            }

            if (_state.Stopping is { Cause: not StopCause.Interrupt })
            {
                seq = RecordUnderLock(RunEnds.Of(_state));
                hasEnded = true;
            }
            else if (Inside<StepHeldException>(error) is not null)
            {
                seq = RecordUnderLock(new RunWaiting(RunEnds.WhyWaiting(_state)));
            }
            else if (_state.Stopping is null && Inside<StepFailedException>(error) is { } failed
                && _state.Find(failed.Step)?.Status == TaskStage.Failed)
            {
                seq = RecordUnderLock(RunEnds.Of(_state));
                hasEnded = true;
            }
            else
            {
                seq = RecordUnderLock(new RunInterrupted(_state.Stopping?.Reason ?? StepFailures.Told(error)));
            }
        }

        await _journal.WaitAsync(seq);
        if (hasEnded)
        {
            await CloseAsync();
        }
    }

    /// <summary>The journal cannot be written any more: ends what goes on beside whoever met that.</summary>
    internal async Task LeaveBrokenAsync(JournalPoisonedException poison)
    {
        Break(poison);
        await IdleAsync();
    }

    // Nothing that is done from here on would be remembered, and no signal could be taken: whoever works or waits is
    // told so, instead of waiting for what never comes.
    private void Break(JournalPoisonedException poison)
    {
        lock (_gate)
        {
            if (_left || _broken is not null)
            {
                return;
            }

            _broken = poison;
            if (poison is JournalFullException)
            {
                _journal.SayLastWords(LastWords.Of(poison), _clock.Wall);
            }
        }

        CancelSteps();
    }

    private async Task EndStepsAsync()
    {
        var idle = IdleAsync();
        if (!idle.IsCompleted)
        {
            Interrupt("the program left while its steps were under way");
            await idle;
        }
    }

    private Task IdleAsync()
    {
        lock (_gate)
        {
            return _active == 0
                ? Task.CompletedTask
                : (_idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    // What a step asked for that was done before is not asked for again: it is part of what the step has told.
    private bool IsUnasked(TaskState task)
    {
        var isUnasked = !_asked.Contains(task.Name);
        for (var outer = task.Within; isUnasked && outer is not null; outer = _state.Find(outer)?.Within)
        {
            isUnasked = !_asked.WasTold(outer);
        }

        return isUnasked;
    }

    private void EndUnasked(TaskState task)
    {
        if (task.IsOpen)
        {
            RecordUnderLock(new AttemptWithdrawn("the program no longer asks for it")
            {
                Task = task.Name, Attempt = task.Attempts,
            });
        }

        // What may have happened is told as such: nobody asks about it any more.
        var isInDoubt = task.Status == TaskStage.Held || _state.ToReconcile.Contains(task);
        var why = (isInDoubt ? "it may have happened, and " : "") + "the program no longer asks for it";
        RecordUnderLock(new TaskCancelled(why) { Task = task.Name });
    }

    private string WhyDone(List<string> unasked)
    {
        var failed = _state.Count(TaskStage.Failed);
        var steps = _state.Total switch
        {
            0 => "the program returned, and asked for no step",
            1 => "the program returned; its step has ended",
            var total => $"the program returned; all {total} steps have ended",
        };
        return steps
            + (failed > 0 ? $", {failed} of them in a failure that it handled" : "")
            + (unasked.Count == 0 ? ""
                : $"; not asked for: {string.Join(", ", unasked.Take(5).Select(n => $"\"{n}\""))}"
                    + (unasked.Count > 5 ? $" and {unasked.Count - 5} more" : ""));
    }

    /// <summary>
    /// Ends the journal of a run that has ended, where that is not done: after the sync of all before it, so that it
    /// proves that. A process that was killed in between leaves it to the next one.
    /// </summary>
    internal Task CloseAsync() => _state.Closed
        ? Task.CompletedTask
        : _journal.WaitAsync(Record(new JournalClosed(_state.Status)));

    /// <summary>Of a run that has ended: cancels the children that nothing goes on with any more.</summary>
    internal Task CancelChildrenAsync()
    {
        IReadOnlyList<string> left;
        lock (_gate)
        {
            left = ChildRuns.StepsLeft(_state);
        }

        return new ChildRuns(_parts.Storage, _parts.Time).CancelAsync(_parts.Folder, left);
    }

    private static T? Inside<T>(Exception error)
        where T : Exception => error switch
        {
            T found => found,
            AggregateException many => many.InnerExceptions.Select(Inside<T>).FirstOrDefault(e => e is not null),
            { InnerException: { } inner } => Inside<T>(inner),
            _ => null,
        };
}
