using System.Buffers;
using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Runs.Steps.Programs;

/// <summary>
/// The journal of a C# run: events in, and a task for each caller that ends when its event is durable. It has no thread
/// of its own, since a process may drive hundreds of runs.
/// </summary>
internal sealed class StepJournal
{
    private readonly object _gate = new();
    private readonly JournalWriter _writer;
    private readonly JournalSyncs _syncs;
    private readonly ArrayBufferWriter<byte> _data = new(512);
    private Action? _syncNames;
    private JournalBatch? _written;
    private TaskCompletionSource? _current;
    private TaskCompletionSource? _next;
    private long _underWayTo;
    private bool _isUnderWay;
    private bool _isQueued;
    private Exception? _broken;

    // Last words take the number of an event that was lost: what counts as durable ends before them.
    private long _mostDurable = long.MaxValue;

    /// <param name="writer">The journal; appended and committed only here. Disposed with this.</param>
    /// <param name="syncs">Who syncs.</param>
    /// <param name="syncNames">Makes the names of a new run durable, with the first sync; null for none.</param>
    internal StepJournal(JournalWriter writer, JournalSyncs syncs, Action? syncNames)
    {
        (_writer, _syncs, _syncNames) = (writer, syncs, syncNames);
        JoinsRounds = syncs.Covers(writer.Path);
    }

    /// <summary>Whether it may be synced with its whole file system: not if it is on another one.</summary>
    internal bool JoinsRounds { get; }

    internal long LastSeq => _writer.LastSeq;

    internal long Durable => Math.Min(_writer.Durable, Interlocked.Read(ref _mostDurable));

    /// <summary>Why nothing can be written any more; null while it can.</summary>
    internal JournalPoisonedException? Poison => _writer.Poison;

    /// <summary>Appends an event. The callers take turns, as the order of events is theirs to keep.</summary>
    /// <exception cref="JournalPoisonedException">Nothing can be written any more.</exception>
    internal long Append(RunEvent e, DateTimeOffset at)
    {
        _data.ResetWrittenCount();
        EventCatalog.WriteData(e, _data);
        long seq;
        while (!_writer.TryAppend(e.Type, e.Task, e.Attempt, _data.WrittenSpan, at, out seq))
        {
            MakeRoom();
        }

        return seq;
    }

    /// <summary>
    /// A task that ends when the event of that number is durable: at once, where the caller was alone and has synced
    /// it.
    /// </summary>
    internal Task WaitAsync(long seq)
    {
        if (Durable >= seq)
        {
            return Task.CompletedTask;
        }

        if (_syncs.TryBeAlone(this))
        {
            try
            {
                SyncOnce();
            }
            finally
            {
                _syncs.LeaveAlone();
            }
        }

        lock (_gate)
        {
            if (Durable >= seq)
            {
                return Task.CompletedTask;
            }

            if (_broken is not null)
            {
                return Task.FromException(Failure());
            }

            if (_isUnderWay && seq <= _underWayTo)
            {
                return (_current ??= NewSource()).Task;
            }

            EnqueueUnderLock();
            return (_next ??= NewSource()).Task;
        }
    }

    /// <summary>Commits what waits, if nobody does so just now. Never throws: those who wait are told.</summary>
    internal void SyncOnce()
    {
        if (TakeBatch() is { } batch)
        {
            End(Commit(batch));
        }
    }

    /// <summary>
    /// Writes what waits, for a sync that is made for many journals at once. If true, <see cref="EndRound"/> has to
    /// follow that sync; if false, nothing waits here. Never throws: those who wait are told.
    /// </summary>
    internal bool BeginRound()
    {
        if (TakeBatch() is not { } batch)
        {
            return false;
        }

        try
        {
            _writer.WriteOut(batch);
            _written = batch;
            return true;
        }
        catch (Exception error)
        {
            End(error);
            return false;
        }
    }

    /// <summary>The sync after <see cref="BeginRound"/> is over. Never throws: those who wait are told.</summary>
    internal void EndRound(Exception? failure)
    {
        if (failure is null)
        {
            _writer.TakeAsSynced(_written!);
            _syncNames = null;
            End(_writer.Poison);
        }
        else
        {
            End(_writer.RefuseSync(failure));
        }
    }

    /// <summary>After <see cref="JournalFullException"/>: says why the run leaves, in the room kept for it.</summary>
    internal void SayLastWords(RunEvent e, DateTimeOffset at)
    {
        Interlocked.Exchange(ref _mostDurable, _writer.Durable);
        LastWords.SayIntoReserve(_writer, e, at);
    }

    /// <summary>Lets go of the file; of a run that ended with the space behind its end.</summary>
    internal void Dispose(bool hasEnded)
    {
        lock (_gate)
        {
            while (_isUnderWay)
            {
                Monitor.Wait(_gate);
            }

            // A thread of the pool may still have it in its queue, and must find nothing to do.
            BreakUnderLock(new ObjectDisposedException(nameof(Workspace)));
        }

        _writer.Dispose(giveReserveBack: hasEnded);
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Null where nothing waits, or where whoever commits now looks again when it is through.
    private JournalBatch? TakeBatch()
    {
        lock (_gate)
        {
            _isQueued = false;
            if (_isUnderWay || _broken is not null)
            {
                return null;
            }

            JournalBatch? batch;
            try
            {
                batch = _writer.TakeBatch();
            }
            catch (Exception error) when (error is JournalPoisonedException or ObjectDisposedException)
            {
                BreakUnderLock(error);
                return null;
            }

            if (batch is not null)
            {
                (_isUnderWay, _underWayTo) = (true, batch.LastSeq);
                (_current, _next) = (_next, null);
            }

            return batch;
        }
    }

    private void End(Exception? failure)
    {
        TaskCompletionSource? waiting;
        lock (_gate)
        {
            _isUnderWay = false;
            (waiting, _current) = (_current, null);
            if (failure is not null)
            {
                BreakUnderLock(failure);
            }
            else if (_next is not null)
            {
                EnqueueUnderLock();
            }

            Monitor.PulseAll(_gate);
        }

        if (failure is null)
        {
            waiting?.SetResult();
        }
        else
        {
            waiting?.SetException(Failure());
        }
    }

    private Exception? Commit(JournalBatch batch)
    {
        try
        {
            _writer.CommitWith(batch, _syncNames);
            _syncNames = null;
            return _writer.Poison;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    private void EnqueueUnderLock()
    {
        if (!_isQueued && !_isUnderWay)
        {
            _isQueued = true;
            _syncs.Enqueue(this);
        }
    }

    // Over 64 MiB wait for the disk: whoever wants to add to it waits too.
    private void MakeRoom()
    {
        SyncOnce();
        lock (_gate)
        {
            while (_isUnderWay)
            {
                Monitor.Wait(_gate);
            }

            if (_broken is not null)
            {
                throw Failure();
            }
        }
    }

    private void BreakUnderLock(Exception failure)
    {
        _broken ??= failure;
        _next?.TrySetException(Failure());
        _next = null;
    }

    private Exception Failure() => _broken is JournalPoisonedException poisoned ? poisoned.Again() : _broken!;
}
