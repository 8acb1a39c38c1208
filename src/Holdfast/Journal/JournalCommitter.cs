namespace Holdfast.Journal;

/// <summary>
/// Drives one <see cref="JournalWriter"/> in production: a thread of its own commits what was appended, and what
/// arrives while a sync is under way shares the next. A caller that waits by <see cref="Wait"/> commits on its own
/// thread when nobody else does, which saves two thread switches for each event that must be durable alone.
/// </summary>
public sealed class JournalCommitter : IDisposable
{
    private const int StackBytes = 256 << 10;

    private readonly object _gate = new();
    private readonly JournalWriter _writer;
    private readonly Action<long>? _onDurable;
    private readonly Action<Exception>? _onBroken;
    private readonly Thread _thread;

    // The thread waits for this and not at the gate: woken at a gate that its waker still holds, it would wait again.
    private readonly AutoResetEvent _wake = new(initialState: false);
    private TaskCompletionSource? _next;
    private TaskCompletionSource? _current;
    private JournalBatch? _underWay;
    private Exception? _broken;
    private long _asked;
    private int _callbackThread;
    private int _sleepers;
    private bool _threadIdles;
    private bool _stopping;

    /// <summary>Starts the thread.</summary>
    /// <param name="writer">The journal; from now on committed only here. Disposed with this.</param>
    /// <param name="onDurable">
    /// Called with each new <see cref="JournalWriter.Durable"/>, rising, never twice at once, on the thread that
    /// committed. Must be short, may append, and cannot wait. An exception breaks the committer.
    /// </param>
    /// <param name="onBroken">
    /// Called once, on the thread of the committer, when nothing will ever be durable any more
    /// (<see cref="JournalPoisonedException"/>; <see cref="JournalFullException"/> leaves last words to
    /// <see cref="Writer"/>), so that a run that only listens to <paramref name="onDurable"/> learns of it too.
    /// </param>
    public JournalCommitter(JournalWriter writer, Action<long>? onDurable = null, Action<Exception>? onBroken = null)
    {
        ArgumentNullException.ThrowIfNull(writer);
        (_writer, _onDurable, _onBroken) = (writer, onDurable, onBroken);
        _thread = new Thread(CommitWhenAsked, StackBytes) { IsBackground = true, Name = "holdfast journal" };
        _thread.Start();
    }

    /// <summary>
    /// The journal, for its last words and the place of its last durable record. Append and commit only here.
    /// </summary>
    public JournalWriter Writer => _writer;

    /// <inheritdoc cref="JournalWriter.LastSeq"/>
    public long LastSeq => _writer.LastSeq;

    /// <inheritdoc cref="JournalWriter.Durable"/>
    public long Durable => _writer.Durable;

    /// <summary>
    /// Appends a record and has it committed soon. While <see cref="JournalWriter.MaxWaitingBytes"/> wait for the disk
    /// it waits for room; called from <c>onDurable</c>, which cannot wait, it throws instead.
    /// </summary>
    /// <inheritdoc cref="JournalWriter.Append"/>
    public long Append(string type, string? task, int attempt, ReadOnlySpan<byte> data, DateTimeOffset at)
    {
        var seq = AppendLazily(type, task, attempt, data, at);
        Ask(seq);
        return seq;
    }

    /// <summary>
    /// Appends a record that nobody waits for: it is committed with the next one that somebody does, by
    /// <see cref="Flush"/>, or at the end.
    /// </summary>
    /// <inheritdoc cref="JournalWriter.Append"/>
    public long AppendLazily(string type, string? task, int attempt, ReadOnlySpan<byte> data, DateTimeOffset at)
    {
        if (_callbackThread == Environment.CurrentManagedThreadId)
        {
            return _writer.Append(type, task, attempt, data, at);
        }

        long seq;
        while (!_writer.TryAppend(type, task, attempt, data, at, out seq))
        {
            Wait(_writer.LastSeq);
        }

        return seq;
    }

    /// <summary>Has all that was appended so far committed soon. Does not wait.</summary>
    public void Flush() => Ask(_writer.LastSeq);

    /// <summary>Returns when the record of that number is durable.</summary>
    /// <exception cref="JournalPoisonedException">It never will be.</exception>
    public void Wait(long seq)
    {
        if (_callbackThread == Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException("onDurable cannot wait: the next batch is committed after it returns");
        }

        while (true)
        {
            JournalBatch? batch;
            lock (_gate)
            {
                while (_underWay is not null && _writer.Durable < seq)
                {
                    _sleepers++;
                    Monitor.Wait(_gate);
                    _sleepers--;
                }

                if (_writer.Durable >= seq)
                {
                    return;
                }

                ThrowIfBroken();
                batch = Take();
                if (batch is null && seq > _writer.LastSeq)
                {
                    throw new ArgumentOutOfRangeException(nameof(seq), seq, "no record of that number was appended");
                }
            }

            Commit(batch);
        }
    }

    /// <summary>
    /// A task that ends when the record of that number is durable, or with <see cref="JournalPoisonedException"/>.
    /// </summary>
    public Task WaitAsync(long seq)
    {
        lock (_gate)
        {
            if (seq <= _writer.Durable)
            {
                return Task.CompletedTask;
            }

            if (_broken is not null)
            {
                return Task.FromException(Failure());
            }

            if (_underWay is not null && seq <= _underWay.LastSeq)
            {
                return (_current ??= NewSource()).Task;
            }

            // One task serves all who wait for the same batch, so nothing here grows with the number of callers.
            if (seq > _writer.LastSeq)
            {
                throw new ArgumentOutOfRangeException(nameof(seq), seq, "no record of that number was appended");
            }

            if (AskUnderLock(seq))
            {
                Wake();
            }

            return (_next ??= NewSource()).Task;
        }
    }

    /// <summary>
    /// Commits what waits, stops the thread and lets go of the file. After a failure it writes nothing more.
    /// </summary>
    public void Dispose()
    {
        if (!_wake.SafeWaitHandle.IsClosed)
        {
            Stop();
            _wake.Dispose();
        }

        _writer.Dispose();
    }

    /// <summary>Commits what waits, ends the journal with <c>journal_closed</c>, and stops.</summary>
    /// <param name="at">Wall clock.</param>
    /// <exception cref="JournalPoisonedException">A write or a sync failed.</exception>
    public void Close(DateTimeOffset at)
    {
        Stop();
        lock (_gate)
        {
            ThrowIfBroken();
        }

        _writer.Close(at);
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
        }

        Wake();
        _thread.Join();
    }

    private void Ask(long seq)
    {
        bool wakes;
        lock (_gate)
        {
            ThrowIfBroken();
            wakes = AskUnderLock(seq);
        }

        if (wakes)
        {
            Wake();
        }
    }

    // True when the thread is to be woken, once the gate is open.
    private bool AskUnderLock(long seq)
    {
        _asked = Math.Max(_asked, seq);
        return IsThreadNeeded();
    }

    // Outside the gate, so another caller may have stopped the thread meanwhile.
    private void Wake()
    {
        try
        {
            _wake.Set();
        }
        catch (ObjectDisposedException)
        {
            // The thread has committed what there was, and ended: nobody is left to be woken.
        }
    }

    private bool IsThreadNeeded()
    {
        var isNeeded = _threadIdles && _underWay is null && _asked > _writer.Durable;
        _threadIdles &= !isNeeded;
        return isNeeded;
    }

    private void CommitWhenAsked()
    {
        CommitUntilStopped();
        if (_broken is not null)
        {
            _onBroken?.Invoke(Failure());
        }
    }

    private void CommitUntilStopped()
    {
        while (true)
        {
            JournalBatch? batch;
            bool idles;
            lock (_gate)
            {
                idles = _broken is null && (_underWay is not null || (_asked <= _writer.Durable && !_stopping));
                _threadIdles = idles;
                batch = idles ? null : Take();
                if (!idles && (_broken is not null || (batch is null && _stopping)))
                {
                    return;
                }
            }

            if (idles)
            {
                _wake.WaitOne();
            }

            Commit(batch);
        }
    }

    /// <summary>
    /// Takes a batch and the task of those who wait for it, as one step. Null if there is none to take.
    /// </summary>
    private JournalBatch? Take()
    {
        if (_underWay is not null || _broken is not null)
        {
            return null;
        }

        try
        {
            _underWay = _writer.TakeBatch();
        }
        catch (Exception error) when (error is JournalPoisonedException or ObjectDisposedException)
        {
            BreakUnderLock(error);
            return null;
        }

        if (_underWay is not null)
        {
            (_current, _next) = (_next, null);
        }

        return _underWay;
    }

    private void Commit(JournalBatch? batch)
    {
        if (batch is null)
        {
            return;
        }

        Exception? failure = null;
        try
        {
            _writer.Commit(batch);
            _callbackThread = Environment.CurrentManagedThreadId;
            _onDurable?.Invoke(batch.LastSeq);

            // The batch is durable, and yet there may be no room for a next one: told now, not at the next append.
            failure = _writer.Poison;
        }
        catch (Exception error)
        {
            failure = error;
        }
        finally
        {
            _callbackThread = 0;
        }

        TaskCompletionSource? waiting;
        bool wakes;
        lock (_gate)
        {
            (waiting, _current) = (_current, null);
            _underWay = null;
            if (failure is not null)
            {
                BreakUnderLock(failure);
            }

            if (_sleepers > 0)
            {
                Monitor.PulseAll(_gate);
            }

            // Waking the idle thread for nothing would cost the caller that commits on its own a good part of its time.
            wakes = IsThreadNeeded() || _stopping;
        }

        if (wakes)
        {
            Wake();
        }

        if (_writer.Durable >= batch.LastSeq)
        {
            waiting?.SetResult();
        }
        else
        {
            waiting?.SetException(Failure());
        }
    }

    private void BreakUnderLock(Exception failure)
    {
        _broken = failure;
        _next?.TrySetException(Failure());
        _next = null;
        Monitor.PulseAll(_gate);
        Wake();
    }

    private void ThrowIfBroken()
    {
        if (_broken is not null)
        {
            throw Failure();
        }
    }

    private Exception Failure() => _broken is JournalPoisonedException poisoned ? poisoned.Again() : _broken!;
}
