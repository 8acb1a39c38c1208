namespace Holdfast.Runs.Steps.Programs;

/// <summary>
/// Wakes the steps that wait for a change of their run. Each has a source of its own, which is let go when its time is
/// over: a thousand timers do not wake each other, and nothing is left behind at a task that lives longer.
/// </summary>
internal sealed class ChangeSignal(TimeProvider time)
{
    // Timers of the platform end below 50 days; who waits longer comes again.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private readonly Lock _gate = new();
    private readonly HashSet<TaskCompletionSource> _waiting = [];
    private long _count;

    /// <summary>How many changes there were: read before the look that decides to wait.</summary>
    internal long Count
    {
        get
        {
            lock (_gate)
            {
                return _count;
            }
        }
    }

    internal void Tell()
    {
        TaskCompletionSource[] woken;
        lock (_gate)
        {
            _count++;
            woken = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var one in woken)
        {
            one.TrySetResult();
        }
    }

    /// <summary>Ends at the first change after those that were seen, or after the time given.</summary>
    internal async Task WaitAsync(long seen, TimeSpan? atMost)
    {
        if (atMost <= TimeSpan.Zero)
        {
            return;
        }

        var source = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_count != seen)
            {
                return;
            }

            _waiting.Add(source);
        }

        using var timer = atMost is { } rest ? TimerFor(source, rest < Longest ? rest : Longest) : null;
        await source.Task;
    }

    // Timers of the platform cut off what is below a millisecond, and would end just before the time.
    private ITimer TimerFor(TaskCompletionSource source, TimeSpan rest) => time.CreateTimer(
        _ =>
        {
            lock (_gate)
            {
                _waiting.Remove(source);
            }

            source.TrySetResult();
        },
        null, TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
}
