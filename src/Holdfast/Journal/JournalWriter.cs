namespace Holdfast.Journal;

/// <summary>Records that wait for the disk, taken out of a writer to be committed together.</summary>
public sealed class JournalBatch
{
    internal JournalBatch(byte[] buffer, int length, JournalPosition end)
        => (Buffer, Length, End) = (buffer, length, end);

    /// <summary>Number of its last record.</summary>
    public long LastSeq => End.Seq;

    internal byte[] Buffer { get; }

    internal int Length { get; }

    internal JournalPosition End { get; }
}

/// <summary>
/// Appends to the journal of a run. Appending only buffers; <see cref="TakeBatch"/> and <see cref="Commit"/> write and
/// sync what has come together since (group commit), and only then <see cref="Durable"/> advances. The steps are apart
/// so that a thread (<see cref="JournalCommitter"/>) and a seeded simulator can drive the same code. The caller holds
/// the run's lock. Safe for several threads; one batch is under way at a time.
/// </summary>
public sealed partial class JournalWriter : IDisposable
{
    /// <summary>How many bytes may wait for the disk: 64 MiB.</summary>
    public const int MaxWaitingBytes = 64 << 20;

    /// <summary>
    /// How many bytes are kept allocated behind the end, so that a full disk can still be told: 64 KiB.
    /// </summary>
    public const int ReserveBytes = 64 << 10;

    private const int FirstBufferBytes = 64 << 10;
    private const int LargestKeptBufferBytes = 4 << 20;

    private readonly Lock gate = new();
    private readonly IAppendFile file;
    private readonly string path;
    private byte[] filling = new byte[FirstBufferBytes];
    private byte[]? spare;
    private int fillingBytes;
    private JournalBatch? underWay;
    private JournalPosition appended;
    private JournalPosition committed;
    private long durable;
    private long reservedTo;
    private bool canReserve = true;
    private JournalPoisonedException? poison;
    private bool lastWordsLeft;
    private bool disposed;

    private JournalWriter(IAppendFile file, string path, JournalPosition end)
    {
        (this.file, this.path, appended, committed, durable) = (file, path, end, end, end.Seq);
        KeepReserve();
    }

    /// <summary>Number of the last record that was appended.</summary>
    public long LastSeq
    {
        get
        {
            lock (gate)
            {
                return appended.Seq;
            }
        }
    }

    /// <summary>Number of the last record that is synced, with all before it.</summary>
    public long Durable => Interlocked.Read(ref durable);

    /// <summary>The place after the last appended record; durable once <see cref="Durable"/> has reached it.</summary>
    public JournalPosition AppendedPosition
    {
        get
        {
            lock (gate)
            {
                return appended;
            }
        }
    }

    /// <summary>The place after the last synced record; what a snapshot of the state at that record names.</summary>
    public JournalPosition DurablePosition
    {
        get
        {
            lock (gate)
            {
                return committed;
            }
        }
    }

    /// <summary>Bytes that wait for the disk.</summary>
    public long WaitingBytes
    {
        get
        {
            lock (gate)
            {
                return fillingBytes + (underWay?.Length ?? 0);
            }
        }
    }

    /// <summary>The error that poisoned it; null while it is well.</summary>
    public JournalPoisonedException? Poison
    {
        get
        {
            lock (gate)
            {
                return poison;
            }
        }
    }

    /// <summary>Appends a record and returns its number. It is not durable yet.</summary>
    /// <param name="type">What happened, in snake_case.</param>
    /// <param name="task">The task it happened to, or null.</param>
    /// <param name="attempt">The attempt, or 0.</param>
    /// <param name="data">The event's own fields: one JSON object on one line.</param>
    /// <param name="at">Wall clock.</param>
    /// <exception cref="ArgumentException">The record could not be read back.</exception>
    /// <exception cref="JournalBacklogException">Over <see cref="MaxWaitingBytes"/> wait for the disk.</exception>
    /// <exception cref="JournalPoisonedException">A write or a sync failed before.</exception>
    public long Append(string type, string? task, int attempt, ReadOnlySpan<byte> data, DateTimeOffset at)
        => TryAppend(type, task, attempt, data, at, out var seq)
            ? seq
            : throw new JournalBacklogException(path, WaitingBytes, MaxWaitingBytes);

    /// <summary>As <see cref="Append"/>, but false if too many bytes wait for the disk.</summary>
    public bool TryAppend(
        string type, string? task, int attempt, ReadOnlySpan<byte> data, DateTimeOffset at, out long seq)
    {
        JournalLine.Check(type, task, attempt, data);
        var most = JournalLine.MaxBytes(type, task, data.Length);
        lock (gate)
        {
            ThrowIfUnusable();
            seq = appended.Seq + 1;
            if (fillingBytes + (underWay?.Length ?? 0) + most > MaxWaitingBytes)
            {
                return false;
            }

            MakeRoom(most);
            var crc = appended.Crc;
            var bytes = JournalLine.Write(
                filling.AsSpan(fillingBytes), seq, at, type, task, attempt, data, durable, ref crc);
            fillingBytes += bytes;
            appended = new JournalPosition(seq, appended.Offset + bytes, crc);
            return true;
        }
    }

    /// <summary>
    /// Takes all that was appended since the last batch. Null if there is nothing, or if a batch is under way: what
    /// arrives meanwhile shares the next sync.
    /// </summary>
    public JournalBatch? TakeBatch()
    {
        lock (gate)
        {
            ThrowIfUnusable();
            if (underWay is not null || fillingBytes == 0)
            {
                return null;
            }

            underWay = new JournalBatch(filling, fillingBytes, appended);
            filling = spare ?? new byte[FirstBufferBytes];
            spare = null;
            fillingBytes = 0;
            return underWay;
        }
    }

    /// <summary>Writes and syncs a batch; when it returns, <see cref="Durable"/> covers it.</summary>
    /// <exception cref="JournalFullException">No space; <see cref="WriteLastWords"/> still works.</exception>
    /// <exception cref="JournalPoisonedException">
    /// The write or the sync failed; nothing is ever written again.
    /// </exception>
    public void Commit(JournalBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        lock (gate)
        {
            ThrowIfUnusable();
            if (!ReferenceEquals(batch, underWay))
            {
                throw new InvalidOperationException("the batch is not the one that is under way");
            }
        }

        try
        {
            file.WriteAt(committed.Offset, batch.Buffer.AsSpan(0, batch.Length));
        }
        catch (StorageFullException error)
        {
            throw Refuse(new JournalFullException(path, error), mayStillSpeak: true);
        }
        catch (Exception error)
        {
            throw Refuse(new JournalPoisonedException(path, error), mayStillSpeak: false);
        }

        SyncOrRefuse();
        lock (gate)
        {
            committed = batch.End;
            Interlocked.Exchange(ref durable, batch.LastSeq);
            underWay = null;
            spare = batch.Buffer.Length <= LargestKeptBufferBytes ? batch.Buffer : null;
        }

        KeepReserve();
    }

    /// <summary>
    /// After <see cref="JournalFullException"/>: writes and syncs one record into the reserve, behind the last durable
    /// one, over whatever the failed write left. Works once; then the journal is poisoned for good.
    /// </summary>
    /// <returns>Its number.</returns>
    public long WriteLastWords(string type, ReadOnlySpan<byte> data, DateTimeOffset at)
    {
        JournalLine.Check(type, null, 0, data);
        if (JournalLine.MaxBytes(type, null, data.Length) > ReserveBytes)
        {
            throw new ArgumentException(
                $"last words with {data.Length} bytes of data do not fit into the reserve of {ReserveBytes}",
                nameof(data));
        }

        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (!lastWordsLeft)
            {
                throw poison?.Again() ?? throw new InvalidOperationException(
                    "last words are for a journal on a full disk");
            }

            lastWordsLeft = false;
        }

        var crc = committed.Crc;
        var line = new byte[ReserveBytes];
        var bytes = JournalLine.Write(line, committed.Seq + 1, at, type, null, 0, data, durable, ref crc);
        file.WriteAt(committed.Offset, line.AsSpan(0, bytes));
        SyncOrRefuse();
        lock (gate)
        {
            committed = new JournalPosition(committed.Seq + 1, committed.Offset + bytes, crc);
            Interlocked.Exchange(ref durable, committed.Seq);
            return committed.Seq;
        }
    }

    /// <summary>
    /// Ends the journal of a run that ended: all before it is synced first, then <c>journal_closed</c>, which thereby
    /// says that all before it was durable. Gives the reserve back. A run that is retried opens it again.
    /// </summary>
    public void Close(DateTimeOffset at)
    {
        CommitAll();
        Append(JournalEvents.Closed, null, 0, "{}"u8, at);
        CommitAll();
        file.Truncate(committed.Offset);
        Dispose();
    }

    /// <summary>Commits until nothing waits. For callers that have no committer.</summary>
    public void CommitAll()
    {
        while (TakeBatch() is { } batch)
        {
            Commit(batch);
        }
    }

    /// <summary>Lets go of the file. What was appended and not committed is not written.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (disposed)
            {
                return;
            }

            disposed = true;
        }

        file.Dispose();
    }

    private void KeepReserve()
    {
        if (!canReserve || reservedTo - committed.Offset >= ReserveBytes)
        {
            return;
        }

        try
        {
            // Twice the reserve at a time, so that this costs one call for every 64 KiB written.
            canReserve = file.TryReserve(committed.Offset, 2 * ReserveBytes);
            reservedTo = committed.Offset + (2 * ReserveBytes);
        }
        catch (StorageFullException error)
        {
            // What was committed stays so. The next call is told; the rest of the reserve is for the last words.
            Refuse(new JournalFullException(path, error), mayStillSpeak: true);
        }
        catch (IOException error)
        {
            Refuse(new JournalPoisonedException(path, error), mayStillSpeak: false);
        }
    }

    private void SyncOrRefuse()
    {
        try
        {
            file.Sync();
        }
        catch (Exception error)
        {
            throw Refuse(new JournalPoisonedException(path, error), mayStillSpeak: false);
        }
    }

    private JournalPoisonedException Refuse(JournalPoisonedException error, bool mayStillSpeak)
    {
        lock (gate)
        {
            lastWordsLeft = mayStillSpeak && poison is null;
            return poison ??= error;
        }
    }

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (poison is not null)
        {
            throw poison.Again();
        }
    }

    private void MakeRoom(int bytes)
    {
        if (filling.Length - fillingBytes >= bytes)
        {
            return;
        }

        var larger = new byte[Math.Max(filling.Length * 2L, fillingBytes + (long)bytes)];
        Buffer.BlockCopy(filling, 0, larger, 0, fillingBytes);
        filling = larger;
    }
}
