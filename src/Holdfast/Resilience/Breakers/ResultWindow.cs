namespace Holdfast.Resilience.Breakers;

/// <summary>
/// Results of the last while, in ten buckets, so that memory stays the same however many there are. What lies further
/// back than the window goes with its bucket, a tenth of the window at a time.
/// </summary>
internal sealed class ResultWindow(TimeSpan window)
{
    private const int Buckets = 10;
    private readonly long[] _failed = new long[Buckets];
    private readonly long[] _all = new long[Buckets];
    private readonly long _bucketTicks = Math.Max(1, window.Ticks / Buckets);
    private long _newest = long.MinValue;

    internal void Add(DateTimeOffset at, bool failed)
    {
        var slot = Advance(at);
        _all[slot]++;
        _failed[slot] += failed ? 1 : 0;
    }

    internal (long Failed, long All) Count(DateTimeOffset now)
    {
        Advance(now);
        var (failed, all) = (0L, 0L);
        for (var i = 0; i < Buckets; i++)
        {
            failed += _failed[i];
            all += _all[i];
        }

        return (failed, all);
    }

    internal void Clear()
    {
        Array.Clear(_failed);
        Array.Clear(_all);
    }

    // A clock that was set back counts in the newest bucket: what was seen is not forgotten by it.
    private int Advance(DateTimeOffset at)
    {
        var bucket = at.UtcTicks / _bucketTicks;
        if (_newest == long.MinValue || bucket - _newest >= Buckets)
        {
            Clear();
            _newest = bucket;
        }

        while (_newest < bucket)
        {
            _newest++;
            _failed[_newest % Buckets] = 0;
            _all[_newest % Buckets] = 0;
        }

        return (int)(_newest % Buckets);
    }
}
