namespace Holdfast.Tests.Resilience;

/// <summary>
/// A clock whose timers fire at once and move it forward, so that a wait is visible as time without anyone sleeping.
/// </summary>
internal sealed class FakeTime : TimeProvider
{
    private DateTimeOffset _now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Every wait asked for, in order.</summary>
    internal List<TimeSpan> Waits { get; } = [];

    /// <summary>Called before a wait is over.</summary>
    internal Action? Waiting { get; set; }

    /// <summary>Only a wait of this length is ever over; null, the default, for all.</summary>
    internal TimeSpan? Passing { get; set; }

    public override DateTimeOffset GetUtcNow() => _now;

    /// <summary>Lets time pass.</summary>
    internal void Advance(TimeSpan by) => _now += by;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime > TimeSpan.Zero)
        {
            Waits.Add(dueTime);
            Waiting?.Invoke();
        }

        if (dueTime > TimeSpan.Zero && (Passing ?? dueTime) == dueTime)
        {
            _now += dueTime;
            ThreadPool.QueueUserWorkItem(_ => callback(state));
        }

        return new Ended();
    }

    private sealed class Ended : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
