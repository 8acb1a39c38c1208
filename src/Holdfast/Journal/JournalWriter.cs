namespace Holdfast.Journal;

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

    private const int FirstBufferBytes = 4 << 10;
    private const int LargestKeptBufferBytes = 4 << 20;

    private readonly Lock _gate = new();
    private readonly IAppendFile _file;
    private readonly string _path;
    private readonly JournalRoom _room;
    private byte[] _filling = GC.AllocateUninitializedArray<byte>(FirstBufferBytes);
    private byte[]? _spare;
    private int _fillingBytes;
    private JournalBatch? _underWay;
    private JournalPosition _appended;
    private JournalPosition _committed;
    private long _durable;
    private JournalPoisonedException? _poison;
    private bool _lastWordsLeft;
    private bool _disposed;

    private JournalWriter(IAppendFile file, string path, JournalPosition end, bool isDurable = true)
    {
        (_file, _path, _appended, _committed) = (file, path, end, end);
        _durable = isDurable ? end.Seq : 0;
        _room = new JournalRoom(file);
        _room.TakeUp(end.Offset, file.Length);
        KeepRoom(written: 0);
    }

    /// <summary>The journal.</summary>
    internal string Path => _path;

    /// <summary>Number of the last record that was appended.</summary>
    public long LastSeq
    {
        get
        {
            lock (_gate)
            {
                return _appended.Seq;
            }
        }
    }

    /// <summary>Number of the last record that is synced, with all before it.</summary>
    public long Durable => Interlocked.Read(ref _durable);

    /// <summary>The place after the last appended record; durable once <see cref="Durable"/> has reached it.</summary>
    public JournalPosition AppendedPosition
    {
        get
        {
            lock (_gate)
            {
                return _appended;
            }
        }
    }

    /// <summary>The place after the last synced record; what a snapshot of the state at that record names.</summary>
    public JournalPosition DurablePosition
    {
        get
        {
            lock (_gate)
            {
                return _committed;
            }
        }
    }

    /// <summary>Bytes that wait for the disk.</summary>
    public long WaitingBytes
    {
        get
        {
            lock (_gate)
            {
                return _fillingBytes + (_underWay?.Length ?? 0);
            }
        }
    }

    /// <summary>The error that poisoned it; null while it is well.</summary>
    public JournalPoisonedException? Poison
    {
        get
        {
            lock (_gate)
            {
                return _poison;
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
            : throw new JournalBacklogException(_path, WaitingBytes, MaxWaitingBytes);

    /// <summary>As <see cref="Append"/>, but false if too many bytes wait for the disk.</summary>
    public bool TryAppend(
        string type, string? task, int attempt, ReadOnlySpan<byte> data, DateTimeOffset at, out long seq)
    {
        JournalLine.Check(type, task, attempt, data);
        var most = JournalLine.MaxBytes(type, task, data.Length);
        lock (_gate)
        {
            ThrowIfUnusable();
            seq = _appended.Seq + 1;
            if (_fillingBytes + (_underWay?.Length ?? 0) + most > MaxWaitingBytes)
            {
                return false;
            }

            MakeRoom(most);
            var crc = _appended.Crc;
            var bytes = JournalLine.Write(
                _filling.AsSpan(_fillingBytes), seq, at, type, task, attempt, data, _durable, ref crc);
            _fillingBytes += bytes;
            _appended = new JournalPosition(seq, _appended.Offset + bytes, crc);
            return true;
        }
    }

    /// <summary>
    /// Takes all that was appended since the last batch. Null if there is nothing, or if a batch is under way: what
    /// arrives meanwhile shares the next sync.
    /// </summary>
    public JournalBatch? TakeBatch()
    {
        lock (_gate)
        {
            ThrowIfUnusable();
            if (_underWay is not null || _fillingBytes == 0)
            {
                return null;
            }

            _underWay = new JournalBatch(_filling, _fillingBytes, _appended);
            _filling = _spare ?? GC.AllocateUninitializedArray<byte>(FirstBufferBytes);
            _spare = null;
            _fillingBytes = 0;
            return _underWay;
        }
    }

    /// <summary>Writes and syncs a batch; when it returns, <see cref="Durable"/> covers it.</summary>
    /// <exception cref="JournalFullException">No space; <see cref="WriteLastWords"/> still works.</exception>
    /// <exception cref="JournalPoisonedException">
    /// The write or the sync failed; nothing is ever written again.
    /// </exception>
    public void Commit(JournalBatch batch) => CommitWith(batch, alsoSync: null);

    /// <summary>As <see cref="Commit"/>, with what else must be on the disk before it counts.</summary>
    internal void CommitWith(JournalBatch batch, Action? alsoSync)
    {
        WriteOut(batch);
        SyncOrRefuse(alsoSync);
        TakeAsSynced(batch);
    }

    /// <summary>
    /// The first half of <see cref="Commit"/>: the batch is written and not synced. Whoever syncs it together with
    /// others goes on with <see cref="TakeAsSynced"/> or <see cref="RefuseSync"/>.
    /// </summary>
    internal void WriteOut(JournalBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        lock (_gate)
        {
            ThrowIfUnusable();
            if (!ReferenceEquals(batch, _underWay))
            {
                throw new InvalidOperationException("the batch is not the one that is under way");
            }
        }

        try
        {
            _file.WriteAt(_committed.Offset, batch.Buffer.AsSpan(0, batch.Length));
        }
        catch (StorageFullException error)
        {
            throw Refuse(new JournalFullException(_path, error), mayStillSpeak: true);
        }
        catch (Exception error)
        {
            throw Refuse(new JournalPoisonedException(_path, error), mayStillSpeak: false);
        }
    }

    /// <summary>The batch that was written, and the names of the journal, are on the device.</summary>
    internal void TakeAsSynced(JournalBatch batch)
    {
        lock (_gate)
        {
            _committed = batch.End;
            Interlocked.Exchange(ref _durable, batch.LastSeq);
            _underWay = null;
            _spare = batch.Buffer.Length <= LargestKeptBufferBytes ? batch.Buffer : null;
        }

        KeepRoom(batch.Length);
    }

    /// <summary>The sync of the batch that was written failed: nothing is ever written again.</summary>
    internal JournalPoisonedException RefuseSync(Exception error) =>
        Refuse(new JournalPoisonedException(_path, error), mayStillSpeak: false);

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

        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_lastWordsLeft)
            {
                throw _poison?.Again() ?? throw new InvalidOperationException(
                    "last words are for a journal on a full disk");
            }

            _lastWordsLeft = false;
        }

        var crc = _committed.Crc;
        var line = new byte[ReserveBytes];
        var bytes = JournalLine.Write(line, _committed.Seq + 1, at, type, null, 0, data, _durable, ref crc);
        _file.WriteAt(_committed.Offset, line.AsSpan(0, bytes));
        SyncOrRefuse();
        lock (_gate)
        {
            _committed = new JournalPosition(_committed.Seq + 1, _committed.Offset + bytes, crc);
            Interlocked.Exchange(ref _durable, _committed.Seq);
            return _committed.Seq;
        }
    }

    /// <summary>
    /// Ends the journal of a run that ended: all before it is synced first, then <c>journal_closed</c>, which thereby
    /// says that all before it was durable. Gives the reserve back. A run that is retried opens it again.
    /// </summary>
    public void Close(DateTimeOffset at)
    {
        CommitAll();
        _room.Cut(_committed.Offset, withReserve: false);
        Append(JournalEvents.Closed, null, 0, "{}"u8, at);
        CommitAll();
        _room.Cut(_committed.Offset, withReserve: true);
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
    public void Dispose() => Dispose(giveReserveBack: false);

    /// <summary>
    /// As <see cref="Dispose()"/>; of a run that ended, with the space that is reserved behind its end.
    /// </summary>
    internal void Dispose(bool giveReserveBack)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        if (_poison is null && _fillingBytes == 0 && _underWay is null)
        {
            _room.Cut(_committed.Offset, giveReserveBack);
        }

        _file.Dispose();
    }

    private void KeepRoom(int written)
    {
        try
        {
            _room.Keep(_committed.Offset, written);
        }
        catch (StorageFullException error)
        {
            // What was committed stays so. The next call is told; the rest of the reserve is for the last words.
            Refuse(new JournalFullException(_path, error), mayStillSpeak: true);
        }
        catch (IOException error)
        {
            Refuse(new JournalPoisonedException(_path, error), mayStillSpeak: false);
        }
    }

    private void SyncOrRefuse(Action? alsoSync = null)
    {
        try
        {
            _file.Sync();
            alsoSync?.Invoke();
        }
        catch (Exception error)
        {
            throw RefuseSync(error);
        }
    }

    private JournalPoisonedException Refuse(JournalPoisonedException error, bool mayStillSpeak)
    {
        lock (_gate)
        {
            _lastWordsLeft = mayStillSpeak && _poison is null;
            return _poison ??= error;
        }
    }

    private void ThrowIfUnusable()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_poison is not null)
        {
            throw _poison.Again();
        }
    }

    private void MakeRoom(int bytes)
    {
        if (_filling.Length - _fillingBytes >= bytes)
        {
            return;
        }

        var larger = GC.AllocateUninitializedArray<byte>(
            (int)Math.Max(_filling.Length * 2L, _fillingBytes + (long)bytes));
        Buffer.BlockCopy(_filling, 0, larger, 0, _fillingBytes);
        _filling = larger;
    }
}
