using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs.Workspaces;

/// <summary>
/// Snapshots of one run: written at doublings of its events, and only once every event in them is durable; the newest
/// good one saves reading the journal from its start.
/// </summary>
internal sealed class RunSnapshots(IStorage storage, RunFolder run, Func<long, long, bool>? isDue = null)
{
    private readonly JournalSnapshots _store = new(storage, run.Path);
    private readonly Func<long, long, bool> _isDue = isDue ?? JournalSnapshots.IsDue;
    private (JournalPosition At, byte[] State)? _pending;
    private long _lastSeq = -1;

    /// <summary>Folds a run: from its newest good snapshot where there is one, then the events after it.</summary>
    /// <exception cref="ForeignJournalException">The journal is that of another run.</exception>
    internal static RunState Fold(
        IStorage storage, RunFolder run, RunSpec spec, Func<JournalRecordHandler, JournalPosition, JournalReading> read)
    {
        var (state, from) = Start(storage, run, spec);
        var reading = read((in JournalRecord r) => state.TakeIn(r), from);
        ForeignJournalException.ThrowIfForeign(reading, run.Path, run.Id);
        state.ThrowIfRefused();
        return state;
    }

    /// <summary>Looks whether a snapshot is due, and writes the one that has become durable.</summary>
    internal void Look(RunState state, long durable, JournalPosition appended)
    {
        if (_lastSeq < 0)
        {
            _lastSeq = _store.List() is [.., var newest] ? newest : 0;
        }

        if (_pending is { } ready && durable >= ready.At.Seq)
        {
            _pending = null;
            Write(ready.At, ready.State);
        }

        if (_pending is null && _isDue(state.LastSeq, _lastSeq) && RunSnapshot.CanWrite(state))
        {
            _lastSeq = state.LastSeq;
            _pending = (appended, RunSnapshot.Write(state));
        }
    }

    private void Write(JournalPosition at, byte[] state)
    {
        try
        {
            _store.Write(at, state);
            _store.KeepLast(JournalSnapshots.DefaultKept, out _);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It would have saved time. The journal is whole, and the next doubling tries again.
        }
    }

    private static (RunState State, JournalPosition From) Start(IStorage storage, RunFolder run, RunSpec spec)
    {
        var store = new JournalSnapshots(storage, run.Path);
        foreach (var seq in storage.FolderExists(run.Path) ? store.List().Reverse() : [])
        {
            try
            {
                var snapshot = store.Load(seq);
                if (JournalReader.Fits(storage, run.Path, snapshot.Position))
                {
                    return (RunSnapshot.Read(spec, snapshot.State), snapshot.Position);
                }
            }
            catch (Exception error) when (error is IOException or FormatException or InvalidDataException
                or System.Text.Json.JsonException or KeyNotFoundException or InvalidOperationException
                or ArgumentException or OverflowException)
            {
                // A bad snapshot costs time and no event: the one before it, or the start of the journal, serves.
            }
        }

        return (new RunState(spec), default);
    }
}
