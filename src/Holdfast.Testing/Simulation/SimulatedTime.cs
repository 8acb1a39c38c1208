namespace Holdfast.Testing.Simulation;

/// <summary>
/// A clock that moves only when it is told to. The wall clock can be made to jump against the monotonic one.
/// </summary>
public sealed class SimulatedTime : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 11, 20, 9, 30, 12, TimeSpan.Zero);

    private TimeSpan _elapsed;
    private TimeSpan _wallOffset;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How long the simulation has run.</summary>
    public TimeSpan Elapsed => _elapsed;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Epoch + _elapsed + _wallOffset;

    /// <inheritdoc/>
    public override long GetTimestamp() => _elapsed.Ticks;

    /// <summary>Lets time pass on both clocks.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        _elapsed += by;
    }

    /// <summary>Sets the wall clock forward or back; the monotonic one does not notice.</summary>
    public void JumpWall(TimeSpan by) => _wallOffset += by;
}
