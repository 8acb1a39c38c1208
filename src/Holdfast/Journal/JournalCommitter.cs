namespace Holdfast.Journal;

/// <summary>
/// Drives one <see cref="JournalWriter"/> in production: a thread of its own commits what was appended, and what
/// arrives while a sync is under way shares the next. A caller that waits by <see cref="Wait"/> commits on its own
/// thread when nobody else does, which saves two thread switches for each event that must be durable alone.
/// </summary>
public sealed class JournalCommitter : IDisposable
{
    private const int StackBytes = 256 << 10;

    private readonly object gate = new();
    private readonly JournalWriter writer;
    private readonly Action<long>? onDurable;
    private readonly Action<Exception>? onBroken;
    private readonly Thread thread;
    private TaskCompletionSource? next;
    private TaskCompletionSource? current;
    private JournalBatch? underWay;
    private Exception? broken;
    private long asked;
    private int callbackThread;
    private int sleepers;
    private bool threadIdles;
    private bool stopping;

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
        (this.writer, this.onDurable, this.onBroken) = (writer, onDurable, onBroken);
        thread = new Thread(CommitWhenAsked, StackBytes) { IsBackground = true, Name = "holdfast journal" };
        thread.Start();
    }

    /// <summary>
    /// The journal, for its last words and the place of its last durable record. Append and commit only here.
    /// </summary>
    public JournalWriter Writer => writer;

    /// <inheritdoc cref="JournalWriter.LastSeq"/>
    public long LastSeq => writer.LastSeq;

    /// <inheritdoc cref="JournalWriter.Durable"/>
    public long Durable => writer.Durable;

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
        if (callbackThread == Environment.CurrentManagedThreadId)
        {
            return writer.Append(type, task, attempt, data, at);
        }

        long seq;
        while (!writer.TryAppend(type, task, attempt, data, at, out seq))
        {
            Wait(writer.LastSeq);
        }

        return seq;
    }

    /// <summary>Has all that was appended so far committed soon. Does not wait.</summary>
    public void Flush() => Ask(writer.LastSeq);

    /// <summary>Returns when the record of that number is durable.</summary>
    /// <exception cref="JournalPoisonedException">It never will be.</exception>
    public void Wait(long seq)
    {
        if (callbackThread == Environment.CurrentManagedThreadId)
        {
            throw new InvalidOperationException("onDurable cannot wait: the next batch is committed after it returns");
        }

        while (true)
        {
            JournalBatch? batch;
            lock (gate)
            {
                while (underWay is not null && writer.Durable < seq)
                {
                    sleepers++;
                    Monitor.Wait(gate);
                    sleepers--;
                }

                if (writer.Durable >= seq)
                {
                    return;
                }

                ThrowIfBroken();
                batch = Take();
                if (batch is null && seq > writer.LastSeq)
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
        lock (gate)
        {
            if (seq <= writer.Durable)
            {
                return Task.CompletedTask;
            }

            if (broken is not null)
            {
                return Task.FromException(Failure());
            }

            if (underWay is not null && seq <= underWay.LastSeq)
            {
                return (current ??= NewSource()).Task;
            }

            // One task serves all who wait for the same batch, so nothing here grows with the number of callers.
            if (seq > writer.LastSeq)
            {
                throw new ArgumentOutOfRangeException(nameof(seq), seq, "no record of that number was appended");
            }

            AskUnderLock(seq);
            return (next ??= NewSource()).Task;
        }
    }

    /// <summary>
    /// Commits what waits, stops the thread and lets go of the file. After a failure it writes nothing more.
    /// </summary>
    public void Dispose()
    {
        Stop();
        writer.Dispose();
    }

    /// <summary>Commits what waits, ends the journal with <c>journal_closed</c>, and stops.</summary>
    /// <param name="at">Wall clock.</param>
    /// <exception cref="JournalPoisonedException">A write or a sync failed.</exception>
    public void Close(DateTimeOffset at)
    {
        Stop();
        lock (gate)
        {
            ThrowIfBroken();
        }

        writer.Close(at);
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Stop()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.PulseAll(gate);
        }

        thread.Join();
    }

    private void Ask(long seq)
    {
        lock (gate)
        {
            ThrowIfBroken();
            AskUnderLock(seq);
        }
    }

    private void AskUnderLock(long seq)
    {
        asked = Math.Max(asked, seq);
        if (threadIdles && underWay is null)
        {
            Monitor.PulseAll(gate);
        }
    }

    private void CommitWhenAsked()
    {
        CommitUntilStopped();
        if (broken is not null)
        {
            onBroken?.Invoke(Failure());
        }
    }

    private void CommitUntilStopped()
    {
        while (true)
        {
            JournalBatch? batch;
            lock (gate)
            {
                while (broken is null && (underWay is not null || (asked <= writer.Durable && !stopping)))
                {
                    threadIdles = true;
                    Monitor.Wait(gate);
                    threadIdles = false;
                }

                batch = Take();
                if (broken is not null || (batch is null && stopping))
                {
                    return;
                }
            }

            Commit(batch);
        }
    }

    /// <summary>
    /// Takes a batch and the task of those who wait for it, as one step. Null if there is none to take.
    /// </summary>
    private JournalBatch? Take()
    {
        if (underWay is not null || broken is not null)
        {
            return null;
        }

        try
        {
            underWay = writer.TakeBatch();
        }
        catch (Exception error) when (error is JournalPoisonedException or ObjectDisposedException)
        {
            BreakUnderLock(error);
            return null;
        }

        if (underWay is not null)
        {
            (current, next) = (next, null);
        }

        return underWay;
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
            writer.Commit(batch);
            callbackThread = Environment.CurrentManagedThreadId;
            onDurable?.Invoke(batch.LastSeq);

            // The batch is durable, and yet there may be no room for a next one: told now, not at the next append.
            failure = writer.Poison;
        }
        catch (Exception error)
        {
            failure = error;
        }
        finally
        {
            callbackThread = 0;
        }

        TaskCompletionSource? waiting;
        lock (gate)
        {
            (waiting, current) = (current, null);
            underWay = null;
            if (failure is not null)
            {
                BreakUnderLock(failure);
            }

            // Waking the idle thread for nothing would cost the caller that commits on its own a good part of its time.
            if (sleepers > 0 || stopping || (threadIdles && asked > writer.Durable))
            {
                Monitor.PulseAll(gate);
            }
        }

        if (writer.Durable >= batch.LastSeq)
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
        broken ??= failure;
        next?.TrySetException(Failure());
        next = null;
        Monitor.PulseAll(gate);
    }

    private void ThrowIfBroken()
    {
        if (broken is not null)
        {
            throw Failure();
        }
    }

    private Exception Failure() => broken is JournalPoisonedException poisoned ? poisoned.Again() : broken!;
}
