using System.Runtime.ExceptionServices;

namespace Holdfast.Journal;

/// <summary>
/// Reads a long journal on a thread of its own, some batches ahead of whoever folds its events, so that finding and
/// checking its lines takes another core than folding them. In order, and in bounded memory.
/// </summary>
internal sealed class JournalAhead
{
    /// <summary>What is shorter is read before a thread is of use.</summary>
    private const int LeastBytes = 256 << 10;

    private const int Batches = 4;
    private const int FirstRecords = 16;
    private const int MaxRecords = 1 << 10;

    private readonly object _gate = new();
    private readonly Queue<Batch> _full = new();
    private readonly Queue<Batch> _empty = new();
    private readonly Func<JournalRecordHandler, JournalReading> _read;
    private Batch _filling = new();
    private int _records = FirstRecords;
    private JournalReading? _reading;
    private ExceptionDispatchInfo? _failure;
    private bool _hasEnded;
    private bool _isStopped;

    private JournalAhead(Func<JournalRecordHandler, JournalReading> read)
    {
        _read = read;
        for (var i = 1; i < Batches; i++)
        {
            _empty.Enqueue(new Batch());
        }
    }

    /// <summary>Whether reading so many bytes is worth a thread here.</summary>
    internal static bool Pays(long bytes) => bytes >= LeastBytes && Environment.ProcessorCount > 1;

    /// <summary>Reads, and calls the handler on the calling thread, as if it were called by the reading.</summary>
    /// <param name="read">The reading: calls the handler that it is given with each event.</param>
    /// <param name="onRecord">The handler.</param>
    internal static JournalReading Read(Func<JournalRecordHandler, JournalReading> read, JournalRecordHandler onRecord)
    {
        var ahead = new JournalAhead(read);
        var thread = new Thread(ahead.Run) { IsBackground = true, Name = "holdfast reads" };
        thread.Start();
        try
        {
            while (ahead.Next() is { } batch)
            {
                batch.HandOut(onRecord);
                ahead.GiveBack(batch);
            }
        }
        finally
        {
            ahead.Stop();
            thread.Join();
        }

        ahead._failure?.Throw();
        return ahead._reading!;
    }

    private void Run()
    {
        try
        {
            _reading = _read(Take);
        }
        catch (Exception error)
        {
            // Told to the caller behind the events before it.
            _failure = ExceptionDispatchInfo.Capture(error);
        }

        lock (_gate)
        {
            _full.Enqueue(_filling);
            _hasEnded = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void Take(in JournalRecord record)
    {
        if (_filling.Count < _records && _filling.TryAdd(record))
        {
            return;
        }

        lock (_gate)
        {
            _full.Enqueue(_filling);
            Monitor.PulseAll(_gate);
            while (_empty.Count == 0 && !_isStopped)
            {
                Monitor.Wait(_gate);
            }

            if (_isStopped)
            {
                throw new OperationCanceledException("the handler of an event has thrown");
            }

            _filling = _empty.Dequeue();
        }

        // Small ones first: whoever folds does not wait long for its first event.
        _records = Math.Min(_records * 4, MaxRecords);
        _filling.TryAdd(record);
    }

    private Batch? Next()
    {
        lock (_gate)
        {
            while (_full.Count == 0 && !_hasEnded)
            {
                Monitor.Wait(_gate);
            }

            return _full.Count > 0 ? _full.Dequeue() : null;
        }
    }

    private void GiveBack(Batch batch)
    {
        batch.Clear();
        lock (_gate)
        {
            _empty.Enqueue(batch);
            Monitor.PulseAll(_gate);
        }
    }

    private void Stop()
    {
        lock (_gate)
        {
            _isStopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    // Events with their own copies of their data, whose places in the reader's buffer are used again.
    private sealed class Batch
    {
        private readonly JournalRecord[] _records = new JournalRecord[MaxRecords];
        private byte[] _data = new byte[64 << 10];
        private int _used;

        internal int Count { get; private set; }

        /// <summary>False if it does not fit any more; an empty one takes any.</summary>
        internal bool TryAdd(in JournalRecord record)
        {
            var data = record.Data.Span;
            if (data.Length > _data.Length - _used)
            {
                if (Count > 0)
                {
                    return false;
                }

                _data = new byte[data.Length];
            }

            data.CopyTo(_data.AsSpan(_used));
            _records[Count++] = record with { Data = _data.AsMemory(_used, data.Length) };
            _used += data.Length;
            return true;
        }

        internal void HandOut(JournalRecordHandler onRecord)
        {
            for (var i = 0; i < Count; i++)
            {
                onRecord(_records[i]);
            }
        }

        internal void Clear() => (_used, Count) = (0, 0);
    }
}
