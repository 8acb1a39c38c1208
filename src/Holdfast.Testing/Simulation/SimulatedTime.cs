namespace Holdfast.Testing.Simulation;

/// <summary>
/// A clock that moves only when it is told to. The wall clock can be made to jump against the monotonic one.
/// </summary>
public sealed class SimulatedTime : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2026, 11, 20, 9, 30, 12, TimeSpan.Zero);

    private readonly List<SimulatedTimer> _timers = [];
    private TimeSpan _elapsed;
    private TimeSpan _wallOffset;
    private long _made;

    /// <inheritdoc/>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How long the simulation has run.</summary>
    public TimeSpan Elapsed => _elapsed;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => Epoch + _elapsed + _wallOffset;

    /// <inheritdoc/>
    public override long GetTimestamp() => _elapsed.Ticks;

    /// <summary>How long until the next timer fires; null where none is set.</summary>
    public TimeSpan? NextTimer => Next() is { } timer ? Max(timer.Due - _elapsed, TimeSpan.Zero) : null;

    /// <summary>Lets time pass on both clocks. Timers fire on the calling thread, each at its own time.</summary>
    public void Advance(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);
        var until = _elapsed + by;
        while (Next() is { } timer && timer.Due <= until)
        {
            _elapsed = Max(_elapsed, timer.Due);
            timer.Fire();
        }

        _elapsed = until;
    }

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>The process that had set them is gone: none of them fires any more.</summary>
    public void ForgetTimers() => _timers.Clear();

    /// <summary>Sets the wall clock forward or back; the monotonic one does not notice.</summary>
    public void JumpWall(TimeSpan by) => _wallOffset += by;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    // Of two that are due at once the one that was set first.
    private SimulatedTimer? Next() => _timers.MinBy(t => (t.Due, t.Number));

    private sealed class SimulatedTimer(SimulatedTime time, TimerCallback callback, object? state) : ITimer
    {
        private TimeSpan _period;

        internal TimeSpan Due { get; private set; }

        internal long Number { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            time._timers.Remove(this);
            _period = period;
            if (dueTime >= TimeSpan.Zero)
            {
                (Due, Number) = (time._elapsed + dueTime, ++time._made);
                time._timers.Add(this);
            }

            return true;
        }

        internal void Fire()
        {
            Change(_period > TimeSpan.Zero ? _period : Timeout.InfiniteTimeSpan, _period);
            callback(state);
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
