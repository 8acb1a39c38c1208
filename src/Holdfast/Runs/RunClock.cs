namespace Holdfast.Runs;

/// <summary>
/// The clock of one driver: the wall clock as it was when the driver started, carried on by the monotonic one, so that
/// a step of the wall clock neither cuts a wait short nor draws it out. A drift over a second is reported once, and
/// followed from then on.
/// </summary>
public sealed class RunClock
{
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private DateTimeOffset _anchorWall;
    private long _anchorTicks;

    /// <summary>Starts at the wall clock of now.</summary>
    public RunClock(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        Anchor();
    }

    /// <summary>The steady time.</summary>
    public DateTimeOffset Now => _anchorWall + _time.GetElapsedTime(_anchorTicks);

    /// <summary>The wall clock as read.</summary>
    public DateTimeOffset Wall => _time.GetUtcNow();

    /// <summary>How far the wall clock jumped since it was last in step; null while it is in step.</summary>
    public TimeSpan? TakeJump()
    {
        var drift = Wall - Now;
        if (drift.Duration() <= Tolerance)
        {
            return null;
        }

        Anchor();
        return drift;
    }

    private void Anchor()
    {
        _anchorTicks = _time.GetTimestamp();
        _anchorWall = _time.GetUtcNow();
    }
}
