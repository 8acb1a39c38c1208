namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// Tells a hang from quiet work: a window in which no byte was captured and all processes together used under 1 % of a
/// core. Of a metered attempt, one in which nothing new was printed and they used under 10 %. What files of the work
/// tree say is no matter (PR4).
/// </summary>
internal sealed class ProgressWatch
{
    /// <summary>What quiet work uses at least.</summary>
    internal const double CoreShare = 0.01;

    /// <summary>
    /// The same for an agent: its own interface takes some percent of a core while it only waits for its model.
    /// </summary>
    internal const double MeteredCoreShare = 0.1;

    private readonly long _windowMs;
    private readonly long _enoughTicks;
    private readonly long _lookEveryMs;
    private long _bytes = -1;
    private long _ticks = -1;
    private long _movedAtMs;

    internal ProgressWatch(TimeSpan window, long nowMs, double coreShare = CoreShare)
    {
        _windowMs = Math.Max(1, (long)window.TotalMilliseconds);
        _enoughTicks = Math.Max(1, (long)Math.Ceiling(_windowMs * coreShare * ProcessTable.TicksPerSecond / 1000));
        _lookEveryMs = Math.Clamp(_windowMs / 8, 25, 5000);
        _movedAtMs = nowMs;
        DueMs = nowMs;
    }

    /// <summary>Monotonic milliseconds of the next look.</summary>
    internal long DueMs { get; private set; }

    /// <summary>Whether nothing has moved for a whole window.</summary>
    internal bool HasStalled(long nowMs, long bytes, Func<long> cpuTicks)
    {
        if (nowMs < DueMs && bytes == _bytes)
        {
            return false;
        }

        DueMs = nowMs + _lookEveryMs;
        if (bytes != _bytes)
        {
            // Output alone proves progress; the processes are looked at only when there is none.
            (_bytes, _ticks, _movedAtMs) = (bytes, -1, nowMs);
            return false;
        }

        var ticks = cpuTicks();
        if (_ticks < 0 || ticks < _ticks)
        {
            // First look of this quiet spell, or somebody ended and took its count along.
            _ticks = ticks;
        }
        else if (ticks - _ticks >= _enoughTicks)
        {
            (_ticks, _movedAtMs) = (ticks, nowMs);
        }

        DueMs = Math.Min(DueMs, _movedAtMs + _windowMs);
        return nowMs - _movedAtMs >= _windowMs;
    }
}
