using System.Buffers;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Testing.Runs;

/// <summary>
/// A journal in memory for tests of the engine. It keeps each event as it would be read back from the disk, so a fold
/// of it sees what a restart sees.
/// </summary>
public sealed class MemoryJournal : IRunJournal
{
    private readonly ArrayBufferWriter<byte> _data = new();
    private readonly List<RunEvent> _events = [];

    /// <inheritdoc/>
    public event Action? DurableAdvanced;

    /// <inheritdoc/>
    public long Durable { get; private set; }

    /// <summary>
    /// Whether a sync that is asked for happens at once; true unless a test wants to be between the two.
    /// </summary>
    public bool SyncsAtOnce { get; set; } = true;

    /// <summary>The events, in order, as they would be read back; the first has number 1.</summary>
    public IReadOnlyList<RunEvent> Events => _events;

    /// <inheritdoc/>
    public long Append(RunEvent e, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(e);
        _data.ResetWrittenCount();
        EventCatalog.WriteData(e, _data);
        _events.Add(EventCatalog.Read(new JournalRecord
        {
            Seq = _events.Count + 1,
            At = new DateTimeOffset(at.UtcTicks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond,
                TimeSpan.Zero),
            Type = e.Type,
            Task = e.Task,
            Attempt = e.Attempt,
            Data = _data.WrittenMemory.ToArray(),
            Durable = Durable,
        }));
        return _events.Count;
    }

    /// <inheritdoc/>
    public void RequestSync()
    {
        if (SyncsAtOnce)
        {
            Sync();
        }
    }

    /// <summary>Everything appended becomes durable.</summary>
    public void Sync()
    {
        if (Durable < _events.Count)
        {
            Durable = _events.Count;
            DurableAdvanced?.Invoke();
        }
    }

    /// <summary>The power goes: what was not synced is lost.</summary>
    public void LoseUnsynced() => _events.RemoveRange((int)Durable, _events.Count - (int)Durable);

    /// <summary>A run folded from the events.</summary>
    public RunState Fold(RunSpec spec)
    {
        var state = new RunState(spec);
        for (var i = 0; i < _events.Count; i++)
        {
            state.Apply(_events[i], i + 1);
        }

        return state;
    }
}
