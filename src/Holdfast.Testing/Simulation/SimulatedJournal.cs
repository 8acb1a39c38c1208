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
public sealed class SimulatedJournal(
    JournalWriter writer, SimulatedWorld world, Random random, Action<string> crashPoint, Action<RunEvent>? recorded
        = null)
    : IRunJournal
{
    private readonly ArrayBufferWriter<byte> _data = new();
    private bool _syncAgreed;

    /// <inheritdoc/>
    public event Action? DurableAdvanced;

    /// <inheritdoc/>
    public long Durable => writer.Durable;

    /// <summary>The place after the last appended event.</summary>
    public JournalPosition AppendedPosition => writer.AppendedPosition;

    /// <summary>Events appended by this driver.</summary>
    public int Appended { get; private set; }

    /// <inheritdoc/>
    public long Append(RunEvent e, DateTimeOffset at)
    {
        ArgumentNullException.ThrowIfNull(e);
        crashPoint($"before {e.Type}");
        _data.ResetWrittenCount();
        EventCatalog.WriteData(e, _data);
        var seq = writer.Append(e.Type, e.Task, e.Attempt, _data.WrittenSpan, at);
        Appended++;
        recorded?.Invoke(e);
        crashPoint($"after {e.Type}");
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
        world.Later(TimeSpan.FromMicroseconds(random.Next(100, 20_000)), Commit);
    }

    private void Commit()
    {
        _syncAgreed = false;
        if (writer.TakeBatch() is { } batch)
        {
            writer.Commit(batch);
            DurableAdvanced?.Invoke();
        }
    }
}
