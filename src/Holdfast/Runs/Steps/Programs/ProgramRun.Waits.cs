using System.Text.Json.Serialization.Metadata;
using Holdfast.Failures;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Runs.Steps.Programs;

/// <content>Waits that outlive the process: timers, signals, approvals.</content>
internal sealed partial class ProgramRun
{
    private static readonly TimeSpan WallLook = TimeSpan.FromSeconds(30);

    // Times of a journal are of whole milliseconds or microseconds. The bound of a wait is known by its begin and its
    // end alone, of which one is by the wall clock and one by the steady one, up to a second beside it.
    private static readonly TimeSpan SameTime = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan SameBound = TimeSpan.FromSeconds(2);

    /// <summary>Sleeps for a while, or until a time of the wall clock; across restarts.</summary>
    internal async Task SleepAsync(string step, TimeSpan? delay, DateTimeOffset? until)
    {
        Enter(step);
        try
        {
            var (rest, seq) = StartTimer(step, delay, until);
            if (rest is null)
            {
                return;
            }

            await _journal.WaitAsync(seq);
            var since = _parts.Time.GetTimestamp();
            while (RestOf(rest.Value, since, until) is { Ticks: > 0 } left)
            {
                long changes;
                lock (_gate)
                {
                    ThrowIfTimerStops(step);
                    changes = _changes.Count;
                }

                await _changes.WaitAsync(changes, left);
            }

            await _journal.WaitAsync(EndTimer(step, since));
        }
        finally
        {
            Leave(step);
        }
    }

    /// <summary>Waits for a value that somebody sends to the run.</summary>
    internal async Task<T> WaitForAsync<T>(string step, TimeSpan? atMost, JsonTypeInfo<T>? given)
    {
        var type = Results.TypeOf(ResultOwner.Signal(step), given)!;
        var task = await WaitForPersonAsync(
            step, new TaskWaiting("waits for a signal") { Task = step, Within = _asked.Within }, atMost,
            "nobody sent it in time");
        return task.WasSent ? await TakeSignalAsync(task, type) : Read(ResultOwner.Step(step), task.Result, type);
    }

    // What was sent and cannot be read stays until another value takes its place: the program may be what is wrong.
    private async Task<T> TakeSignalAsync<T>(TaskState task, JsonTypeInfo<T> type)
    {
        while (true)
        {
            var sent = task.Result!;
            var (value, unfit) = (default(T)!, (StepMismatchException?)null);
            try
            {
                value = Results.ReadSignal(task.Name, sent, type);
            }
            catch (StepMismatchException mismatch)
            {
                unfit = mismatch;
            }

            if (NoteTaken(task, sent, unfit, StepType<T>.Name) is { } seq)
            {
                await _journal.WaitAsync(seq);
                return unfit is null ? value : throw unfit;
            }
        }
    }

    /// <returns>The event to wait for; null where another value took the place of this one meanwhile.</returns>
    private long? NoteTaken(TaskState task, StepResult sent, StepMismatchException? unfit, string? type)
    {
        lock (_gate)
        {
            ThrowIfLeft();
            if (!ReferenceEquals(task.Result, sent))
            {
                return null;
            }

            _mismatch ??= unfit?.Message;
            var isRefused = task.Status == TaskStage.Waiting;
            return (isRefused, unfit) switch
            {
                (true, null) => RecordUnderLock(new SignalReceived(DriverIdentity.OfThisProcess.User)
                {
                    Task = task.Name, Result = sent,
                }),
                (false, not null) => RecordUnderLock(new TaskWaiting(
                    $"waits for another signal: {StepResults.KindOf(sent)} was sent, and no {type}")
                {
                    Task = task.Name,
                }),
                _ => _journal.LastSeq,
            };
        }
    }

    /// <summary>Waits for a person's approval.</summary>
    internal async Task<Approval> ApprovalAsync(string step, TimeSpan? atMost)
    {
        try
        {
            var task = await WaitForPersonAsync(
                step,
                new TaskWaiting("a person has to approve")
                {
                    Task = step, AsksApproval = true, Within = _asked.Within,
                }, atMost, "nobody approved in time");
            return new Approval(true, task.Reason ?? "approved");
        }
        catch (StepFailedException denied)
        {
            return new Approval(false, Find(denied.Step)?.Reason ?? "denied");
        }
    }

    private TaskState? Find(string step)
    {
        lock (_gate)
        {
            return _state.Find(step);
        }
    }

    private async Task<TaskState> WaitForPersonAsync(string step, TaskWaiting wait, TimeSpan? atMost, string overdue)
    {
        Enter(step);
        try
        {
            while (true)
            {
                var (task, turn, seq) = NextOfWait(step, wait, atMost, overdue);
                await _journal.WaitAsync(seq);
                if (turn is null)
                {
                    return task;
                }

                await WaitAsync(turn.Value);
            }
        }
        finally
        {
            Leave(step);
        }
    }

    private (TaskState Task, Turn? Turn, long Seq) NextOfWait(
        string step, TaskWaiting wait, TimeSpan? atMost, string overdue)
    {
        lock (_gate)
        {
            NoteClockUnderLock();
            var task = _state.Find(step);
            var seq = task is not null && IsForAnotherTime(task, wait, atMost)
                ? RecordUnderLock(wait with { Until = task.AskedAt + atMost }) : 0;
            if (task is { Status: TaskStage.Waiting, DueAt: { } due } && due <= _clock.Now)
            {
                seq = RecordUnderLock(new TaskFailed(FailureClass.Timeout, overdue) { Task = step });
            }

            if (task is not null
                && EndOf(task, wait.AsksApproval ? StepKind.Approval : StepKind.Signal, last: null) is not null)
            {
                return (task, null, _journal.LastSeq);
            }

            ThrowIfNothingStarts();
            if (task is { WasSent: true } && !wait.AsksApproval)
            {
                return (task, null, _journal.LastSeq);
            }

            if (task is not { Status: TaskStage.Waiting } || wait.AsksApproval != task.Spec.Approval is not null)
            {
                task = _state.Describe(new TaskSpec(step) { Runtimes = RuntimeChoice.OfProgram });
                WithdrawTimer(task, "waits for a person");
                seq = RecordUnderLock(wait with { Until = _clock.Now + atMost });
                if (_state.Open.Count == 0 && _state.WaitingFor is null)
                {
                    seq = RecordUnderLock(new RunWaiting(RunEnds.WhyWaiting(_state)) { Until = task.DueAt });
                }
            }

            return (task, new Turn(TurnKind.Wait)
            {
                Changes = _changes.Count, Rest = task.DueAt is { } end ? end - _clock.Now : null,
            }, seq);
        }
    }

    private bool IsForAnotherTime(TaskState task, TaskWaiting wait, TimeSpan? atMost) =>
        task is { Status: TaskStage.Waiting, AskedAt: { } asked } && _state.Stopping is null
            && wait.AsksApproval == task.Spec.Approval is not null
            && (task.DueAt is { } due && atMost is { } bound
                ? (due - asked - bound).Duration() > SameBound : task.DueAt is null != atMost is null);

    private (TimeSpan? Left, long Seq) StartTimer(string step, TimeSpan? delay, DateTimeOffset? until)
    {
        lock (_gate)
        {
            NoteClockUnderLock();
            var task = _state.Find(step);
            if (task is not null && EndOf(task, StepKind.Timer, last: null) is not null)
            {
                return (null, 0);
            }

            ThrowIfNothingStarts();
            var end = until ?? (_clock.Now + delay!.Value);
            if (task is { IsOpen: true, Timer: { Until: { } recorded } timer })
            {
                var meant = until ?? (timer.Delay is { } was ? recorded - was + delay!.Value : end);
                if ((recorded - meant).Duration() <= SameTime && timer.Delay is null == delay is null)
                {
                    return (RestOf(recorded, delay), 0);
                }

                WithdrawTimer(task, "sleeps for another time");
                end = meant;
            }

            task = _state.Describe(new TaskSpec(step) { Runtimes = RuntimeChoice.OfProgram });
            var seq = RecordUnderLock(new AttemptStarted(RuntimeChoice.Timer)
            {
                Task = step, Attempt = task.Attempts + 1, Until = end, Delay = delay, Within = _asked.Within,
            });
            return (RestOf(end, delay), seq);
        }
    }

    // The wall clock may have moved while nobody looked: never longer than it was meant.
    private TimeSpan RestOf(DateTimeOffset end, TimeSpan? meant)
    {
        var rest = end - _clock.Now;
        return rest > meant ? meant.Value : rest;
    }

    // A time of the wall clock follows it, wherever it is set to; a delay does not.
    private TimeSpan RestOf(TimeSpan rest, long since, DateTimeOffset? until)
    {
        if (until is not { } end)
        {
            return rest - _parts.Time.GetElapsedTime(since);
        }

        var left = end - _parts.Time.GetUtcNow();
        return left < WallLook ? left : WallLook;
    }

    private long EndTimer(string step, long since)
    {
        lock (_gate)
        {
            ThrowIfLeft();
            var attempt = _state.Find(step)!.Attempts;
            return RecordUnderLock(new AttemptSucceeded(OutcomeSince(since, EndedBy.Itself))
            {
                Task = step, Attempt = attempt,
            });
        }
    }

    // An interrupted timer goes on in the next process; a cancelled one is over.
    private void ThrowIfTimerStops(string step)
    {
        if (_state.Stopping is { Cause: not StopCause.Interrupt } && _state.Find(step) is { IsOpen: true } task)
        {
            RecordUnderLock(
                new AttemptFailed(new Outcome { EndedBy = EndedBy.Cancel }) { Task = step, Attempt = task.Attempts },
                new RuntimeErrorClassified(StepFailures.Of(EndedBy.Cancel, _clock.Wall))
                {
                    Task = step, Attempt = task.Attempts,
                });
            RecoverUnderLock();
        }

        ThrowIfNothingStarts();
    }
}
