using System.Buffers;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;

namespace Holdfast.Testing.Simulation;

/// <summary>The process died at this point. Only the simulator throws and catches it.</summary>
public sealed class SimulatedCrashException(string point) : Exception($"simulated crash {point}")
{
    /// <summary>Where, in words.</summary>
    public string Point { get; } = point;
}

/// <summary>The real journal writer over the simulated disk; syncs take simulated time, as a thread's would.</summary>
internal sealed class SimulatedJournal(
    JournalWriter writer, SimulatedWorld world, Random random, CrashPlan crashes, SimulatedPlan plan,
    Action<RunEvent> recorded)
    : IRunJournal
{
    // A disk that others use too, or that is about to fail, takes seconds now and then.
    private const int SyncsPerSlowOne = 12;

    private readonly ArrayBufferWriter<byte> _data = new();
    private readonly Queue<(long Seq, long From, long To, CrashCell Cell)> _unwritten = new();
    private bool _syncAgreed;

    /// <inheritdoc/>
    public event Action? DurableAdvanced;

    /// <inheritdoc/>
    public long Durable => writer.Poison is { } poison ? throw poison : writer.Durable;

    /// <summary>The place after the last appended event.</summary>
    public JournalPosition AppendedPosition => writer.AppendedPosition;

    /// <inheritdoc/>
    public long Append(RunEvent e, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(e);
        var cell = new CrashCell(e.Type, plan.EffectOf(e.Task), CrashMoment.Before);
        crashes.Pass(cell);
        _data.ResetWrittenCount();
        EventCatalog.WriteData(e, _data);
        var from = writer.AppendedPosition.Offset;
        var seq = writer.Append(e.Type, e.Task, e.Attempt, _data.WrittenSpan, at);
        _unwritten.Enqueue((seq, from, writer.AppendedPosition.Offset, cell with { Moment = CrashMoment.Inside }));
        recorded(e);
        crashes.Pass(cell with { Moment = CrashMoment.After });
        return seq;
    }

    /// <inheritdoc/>
    public void RequestSync()
    {
        if (_syncAgreed || writer.LastSeq == writer.Durable)
        {
            return;
        }

        _syncAgreed = true;
        var longestMicroseconds = random.Next(SyncsPerSlowOne) == 0 ? 10_000_000 : 20_000;
        world.Later(TimeSpan.FromMicroseconds(random.Next(100, longestMicroseconds)), CommitInTime);
    }

    /// <summary>Writes and syncs what waits, at once: a command that does not drive.</summary>
    public void CommitAll()
    {
        if (writer.LastSeq > writer.Durable)
        {
            CommitBatch();
        }
    }

    // As on a thread of its own: the dispatcher learns of a failure at its next step.
    private void CommitInTime()
    {
        try
        {
            CommitBatch();
        }
        catch (JournalPoisonedException) when (crashes.Dying is null)
        {
            DurableAdvanced?.Invoke();
        }
    }

    private void CommitBatch()
    {
        _syncAgreed = false;
        if (writer.TakeBatch() is { } batch)
        {
            var lines = new List<WrittenLine>();
            var start = writer.DurablePosition.Offset;
            while (_unwritten.TryPeek(out var next) && next.Seq <= batch.LastSeq)
            {
                _unwritten.Dequeue();
                lines.Add(new WrittenLine(next.Cell, (int)(next.From - start), (int)(next.To - next.From)));
            }

            crashes.Batch = lines;
            writer.Commit(batch);
            crashes.Batch = [];
            DurableAdvanced?.Invoke();
        }
    }
}
