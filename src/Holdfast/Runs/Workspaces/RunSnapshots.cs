using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs.Workspaces;

/// <summary>
/// Snapshots of one run: written at doublings of its events, and only once every event in them is durable; the newest
/// good one saves reading the journal from its start.
/// </summary>
internal sealed class RunSnapshots(IStorage storage, RunFolder run)
{
    private readonly SnapshotStore _store = new(storage, run.Path);
    private (JournalPosition At, byte[] State)? _pending;
    private long _lastSeq;

    /// <summary>Folds a run: from its newest good snapshot where there is one, then the events after it.</summary>
    internal static RunState Fold(
        IStorage storage, RunFolder run, RunSpec spec, Func<JournalRecordHandler, JournalPosition, JournalReading> read)
    {
        var (state, from) = Start(storage, run, spec);
        read((in JournalRecord r) => state.Apply(EventCatalog.Read(r), r.Seq), from);
        return state;
    }

    /// <summary>Looks whether a snapshot is due, and writes the one that has become durable.</summary>
    internal void Look(RunState state, RunJournal journal)
    {
        if (_pending is { } ready && journal.Durable >= ready.At.Seq)
        {
            _pending = null;
            _store.Write(ready.At, ready.State);
            _store.KeepLast(SnapshotStore.DefaultKept, out _);
        }

        if (_pending is null && SnapshotStore.IsDue(state.LastSeq, _lastSeq) && RunSnapshot.CanWrite(state))
        {
            _lastSeq = state.LastSeq;
            _pending = (journal.AppendedPosition, RunSnapshot.Write(state));
        }
    }

    private static (RunState State, JournalPosition From) Start(IStorage storage, RunFolder run, RunSpec spec)
    {
        var store = new SnapshotStore(storage, run.Path);
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
                or System.Text.Json.JsonException or KeyNotFoundException or InvalidOperationException)
            {
                // A bad snapshot costs time and no event: the one before it, or the start of the journal, serves.
            }
        }

        return (new RunState(spec), default);
    }
}
