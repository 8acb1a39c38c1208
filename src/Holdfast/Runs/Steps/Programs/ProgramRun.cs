using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Runs.Steps.Programs;

/// <summary>What a run of a C# program is made of.</summary>
internal sealed record ProgramRunParts
{
    internal required IStorage Storage { get; init; }

    internal required RunFolder Folder { get; init; }

    internal required string WorkspaceId { get; init; }

    internal required TimeProvider Time { get; init; }

    internal required ILockHandle Held { get; init; }

    internal required StepJournal Journal { get; init; }

    internal required RunState State { get; init; }

    internal required StepResults Results { get; init; }
}

/// <summary>
/// A run of a C# program in the process that drives it. The program asks for its steps, in whatever order and from
/// whatever thread; each turn is decided under one lock from the folded state, recorded, and carried out outside of it.
/// </summary>
internal sealed partial class ProgramRun : IDisposable
{
    private readonly Lock _gate = new();
    private readonly ProgramRunParts _parts;
    private readonly RunState _state;
    private readonly StepJournal _journal;
    private readonly RunClock _clock;
    private readonly AskedSteps _asked = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Inbox _inbox;
    private readonly HashSet<string> _taken = [];
    private readonly ChangeSignal _changes;
    private TaskCompletionSource? _idle;
    private string? _mismatch;
    private JournalPoisonedException? _broken;
    private volatile AggregateException? _thrownAtStop;
    private int _active;
    private bool _left;

    internal ProgramRun(ProgramRunParts parts)
    {
        _parts = parts;
        Id = parts.Folder.Id;
        _state = parts.State;
        _journal = parts.Journal;
        _clock = new RunClock(parts.Time);
        _changes = new ChangeSignal(parts.Time);
        _inbox = new Inbox(parts.Storage, parts.Folder);

        // Known also after the run has let go of its source: whoever kept the run may still look at it.
        Token = _stop.Token;
    }

    internal string Id { get; }

    internal StepResults Results => _parts.Results;

    /// <summary>Cancelled when the run is interrupted or cancelled.</summary>
    internal CancellationToken Token { get; }

    /// <summary>Records, without waiting for the disk.</summary>
    /// <returns>Number of the last event.</returns>
    internal long Record(params ReadOnlySpan<RunEvent> events)
    {
        lock (_gate)
        {
            return RecordUnderLock(events);
        }
    }

    /// <summary>Takes up what an earlier process left: whatever it had under way ended with it.</summary>
    internal void TakeOver(DriverStarted driver, JournalCut? cut)
    {
        lock (_gate)
        {
            RecordUnderLock(driver);
            if (cut is not null)
            {
                RecordUnderLock(cut);
            }

            foreach (var task in _state.Open.Where(t => t.Timer is null).ToArray())
            {
                RecordUnderLock(
                    new AttemptAdopted(AttemptTrace.Gone) { Task = task.Name, Attempt = task.Attempts },
                    new AttemptFailed(new Outcome { EndedBy = EndedBy.Lost })
                    {
                        Task = task.Name, Attempt = task.Attempts,
                    });
            }

            // A crash between the lines of one failure leaves them to be written now.
            while (_state.FirstUnclassified is { } task)
            {
                RecordUnderLock(StepFailures.LostAttempt(Id, task));
            }

            RecoverUnderLock();
        }
    }

    /// <summary>Leaves the run to be taken up again: the steps' token is cancelled, nothing new starts.</summary>
    internal void Interrupt(string reason)
    {
        lock (_gate)
        {
            if (_left || _state.Stopping is not null || _state.Ended is not null)
            {
                return;
            }

            try
            {
                RecordUnderLock(new RunStopping(StopCause.Interrupt, "program", reason));
            }
            catch (Exception error) when (error is JournalPoisonedException or ObjectDisposedException)
            {
                // Whoever waits for the journal is told; here it is enough that the steps end.
            }
        }

        CancelSteps();
    }

    /// <summary>Takes up a request; the answer is durable when the task ends.</summary>
    internal async Task<SteeringAnswer> SteerAsync(SteeringRequest request)
    {
        SteeringAnswer answer;
        long seq;
        bool isCancelled;
        lock (_gate)
        {
            ThrowIfLeft();
            (answer, var events) = Steering.Apply(_state, request);
            RecordUnderLock([.. events]);
            seq = _journal.LastSeq;
            isCancelled = _state.Stopping is { Cause: not StopCause.Interrupt };
        }

        if (isCancelled)
        {
            CancelSteps();
        }
        else
        {
            _changes.Tell();
        }

        await _journal.WaitAsync(seq);
        return answer;
    }

    /// <summary>
    /// Looks at what moves by itself: the wall clock, and the requests of other processes. What was recorded and nobody
    /// waits for, as the start of a step that may be done again, is on the disk from here on, so that others see it.
    /// </summary>
    internal async Task LookAsync()
    {
        if (_journal.Poison is { } poison)
        {
            Break(poison);
            return;
        }

        long seq;
        lock (_gate)
        {
            if (_left)
            {
                return;
            }

            NoteClockUnderLock();
            seq = _journal.LastSeq;
        }

        await _journal.WaitAsync(seq);
        if (!_parts.Storage.FolderExists(_parts.Folder.InboxPath))
        {
            return;
        }

        foreach (var request in _inbox.Take())
        {
            if (_taken.Add(request.Id))
            {
                await AnswerAsync(request);
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _left = true;
        }

        _journal.Dispose(hasEnded: _state.Closed);
        _parts.Held.Dispose();
        _stop.Dispose();
    }

    // What the program has hung on the token runs here. What that throws is told to the program, by whoever tells it of
    // the end; it keeps nobody from being woken, and is no affair of whoever cancels.
    private void CancelSteps()
    {
        try
        {
            _stop.Cancel();
        }
        catch (AggregateException thrown)
        {
            _thrownAtStop = thrown;
        }
        catch (ObjectDisposedException)
        {
            // The program has left meanwhile.
        }

        _changes.Tell();
    }

    // What was decided is in the journal; an answer that cannot be left is given at a later look, from there.
    private async Task AnswerAsync(SteeringRequest request)
    {
        try
        {
            _inbox.Answer(request, await SteerAsync(request));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Told again, by this process or the next.
        }
        finally
        {
            _taken.Remove(request.Id);
        }
    }

    private long RecordUnderLock(params ReadOnlySpan<RunEvent> events)
    {
        var at = _clock.Wall;
        var last = 0L;
        foreach (var e in events)
        {
            var recorded = e.Addressed(e.Task, e.Attempt, at);
            last = _journal.Append(recorded, at);
            _state.Apply(recorded, last);
        }

        return last;
    }

    private void RecoverUnderLock()
    {
        while (_state.FirstUnrecovered is { } task)
        {
            if (task.Failure is { EndedBy: EndedBy.Lost })
            {
                task.Spec = task.Spec with { Retry = StepRetries.AfterLoss(task.Spec.Retry) };
            }

            RecordUnderLock([.. Recoveries.After(_state, task, _clock.Now)]);
        }
    }

    private void NoteClockUnderLock()
    {
        if (_clock.TakeJump() is { } jump)
        {
            RecordUnderLock(new ClockJumped(jump));
        }
    }
}
