using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Resilience;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.State;

/// <content>How each event changes the run.</content>
public sealed partial class RunState
{
    // The first event that cannot follow from those before it. A repair by a person answers for all before it.
    private InvalidRunEventException? _refusal;

    // The first event about each task that the plan does not have: an edit further on may have taken the task away.
    private readonly Dictionary<string, InvalidRunEventException> _unknownTasks = [];

    /// <summary>Takes one event in, in the order of the journal.</summary>
    /// <param name="e">The event.</param>
    /// <param name="seq">Its number in the journal.</param>
    /// <exception cref="InvalidRunEventException">The event cannot follow from those before it.</exception>
    public void Apply(RunEvent e, long seq)
    {
        TakeIn(e, seq);
        ThrowIfRefused();
    }

    /// <summary>
    /// As <see cref="Apply"/>, for reading a journal that may have been repaired: an event whose cause was lost is
    /// taken
    /// for what it still says, and complained of by <see cref="ThrowIfRefused"/> only if no repair follows it.
    /// </summary>
    internal void TakeIn(RunEvent e, long seq)
    {
        ArgumentNullException.ThrowIfNull(e);
        LastSeq = seq;
        LastAt = e.At;
        Closed = e is JournalClosed;
        if (e.Task is null)
        {
            if (NeedsTask(e))
            {
                _refusal ??= new InvalidRunEventException(seq, e, "it names no task");
                return;
            }

            ApplyToRun(e);
        }
        else if (!_byName.TryGetValue(e.Task, out var index) && !TryDeclare(e, out index))
        {
            if (e is not OtherEvent && !Spec.Former.Contains(e.Task))
            {
                _unknownTasks.TryAdd(
                    e.Task, new InvalidRunEventException(seq, e, "no task of the plan is called that"));
            }
        }
        else if (WhyNot(_tasks[index], e) is { } why)
        {
            _refusal ??= new InvalidRunEventException(seq, e, why);
            TakeWithoutCause(_tasks[index], e);
        }
        else
        {
            ApplyToTask(_tasks[index], e);
        }
    }

    /// <summary>
    /// As <see cref="TakeIn(RunEvent, long)"/>, with a record: one that cannot be read is complained of in the same
    /// way,
    /// since a repair keeps lines that nothing proves. Returns what was taken in.
    /// </summary>
    internal RunEvent TakeIn(in JournalRecord record)
    {
        var e = EventCatalog.Read(record, out var problem);
        _refusal ??= problem;
        TakeIn(e, record.Seq);
        return e;
    }

    /// <exception cref="InvalidRunEventException">An event could not be, and no repair followed it.</exception>
    internal void ThrowIfRefused()
    {
        if ((_refusal ?? _unknownTasks.Values.FirstOrDefault()) is { } refusal)
        {
            throw refusal;
        }
    }

    private void ApplyToRun(RunEvent e)
    {
        switch (e)
        {
            case RunStarted started:
                Started = started;
                PlanSha256 = started.PlanSha256;
                DeadlineAt = started.Deadline is { } bound ? Later(e.At, bound) : null;
                break;
            case DriverStarted driver:
                Driver = driver;
                OutputsSeenIn = MayGoOn ? driver.BootId : OutputsSeenIn;
                GoOn();
                TakeUpWaits(e.At);
                break;
            case RunPaused:
                Paused = true;
                break;
            case RunUnpaused:
                Paused = false;
                NoLongerWaiting();
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
            case RunInterrupted when Ended is null:
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
                TakeEdit(changed);
                break;
            case ClockJumped jumped:
                ShiftClock(jumped.By);
                break;
            // Told of a waiting that is over by now, nobody was told of the next one.
            case Notified notified when notified.On != NotifyOn.Waiting || Status == RunStatus.Waiting:
                _notified.Add(notified.On);
                break;
            default:
                TakeAside(e);
                break;
        }
    }

    // What comes from outside the run's own course: other runs, other processes, a person's repair.
    private void TakeAside(RunEvent e)
    {
        switch (e)
        {
            case TargetBlocked blocked:
                TakeBlock(blocked);
                break;
            case TargetUnblocked lift:
                TakeLift(lift);
                break;
            case RequestReceived request:
                _requests[request.Id] = request;
                TakeOrder(request);
                break;
            case JournalRepaired:
                DoubtUnfinished();
                break;
        }
    }

    // The line of an order itself may be one that a repair lost. Its receipt is recorded right behind it and answers
    // for it, since somebody was told; where both are there it says the same again.
    private void TakeOrder(RequestReceived receipt)
    {
        if (!receipt.Accepted || Ended is not null)
        {
            return;
        }

        if (receipt.Command == SteeringCommand.Cancel.Word() && Stopping is not { Cause: StopCause.Cancel })
        {
            Stop(Steering.CancelledBy(receipt.By) with { At = receipt.At });
        }
        else if (receipt.Command == SteeringCommand.Pause.Word())
        {
            Paused = true;
        }
        else if (receipt.Command == SteeringCommand.Unpause.Word() && Paused)
        {
            Paused = false;
            NoLongerWaiting();
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
        DeadlineAt = Started?.Deadline is { } bound ? Later(LastAt, bound) : null;
        _notified.Clear();

        // Whoever reopens a run knows of the failure that stopped it; only a new one stops it again.
        StopperFailed = null;
    }

    // An answer or a start ends the waiting that was recorded: what the run waits for next is news again.
    private void NoLongerWaiting()
    {
        if (Status == RunStatus.Waiting)
        {
            Status = RunStatus.Running;
            WaitingFor = null;
            _notified.Remove(NotifyOn.Waiting);
        }
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
                && !_unrecovered.Contains(task) && !_toReconcile.Contains(task))
            {
                task.Reason = stopping.Reason;
                Move(task, TaskStage.Cancelled);
            }
        }

        // Fan-outs last: one that is expanded ends by what its instances came to.
        foreach (var task in _tasks)
        {
            if (!task.Status.IsEnd() && task.IsFanOutParent && !task.Expanded)
            {
                task.Reason = stopping.Reason;
                Move(task, TaskStage.Cancelled);
            }
        }
    }
}

/// <summary>A journal holds an event that cannot follow from those before it, or that cannot be read.</summary>
public sealed class InvalidRunEventException : Exception
{
    /// <summary>An event that cannot follow from those before it.</summary>
    /// <param name="seq">Its number in the journal.</param>
    /// <param name="e">The event.</param>
    /// <param name="why">What speaks against it.</param>
    public InvalidRunEventException(long seq, RunEvent e, string why)
        : this(seq, e.Type, e.Task, why)
    {
    }

    /// <summary>An event that cannot be read.</summary>
    /// <param name="seq">Its number in the journal.</param>
    /// <param name="type">Its word.</param>
    /// <param name="task">The task that it is about; null for none.</param>
    /// <param name="why">Which field, and what was seen in it.</param>
    /// <param name="inner">What the reading said; null for none.</param>
    public InvalidRunEventException(long seq, string type, string? task, string why, Exception? inner = null)
        : base($"event {seq} ({type}{(task is null ? "" : $" of task \"{task}\"")}) cannot be: {why}", inner)
    {
        Seq = seq;
    }

    /// <summary>Number of the event in the journal.</summary>
    public long Seq { get; }
}
