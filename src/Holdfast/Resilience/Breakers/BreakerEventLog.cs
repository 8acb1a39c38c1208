namespace Holdfast.Resilience.Breakers;

/// <summary>
/// The last events of a breaker, and how often each kind happened. Guarded by the breaker's own lock.
/// </summary>
internal sealed class BreakerEventLog
{
    /// <summary>Events that are kept.</summary>
    internal const int Kept = 200;

    private readonly BreakerEvent[] _events = new BreakerEvent[Kept];
    private readonly long[] _counts = new long[(int)BreakerEventKind.Reset + 1];
    private long _added;

    internal void Add(BreakerEvent e)
    {
        _events[_added++ % Kept] = e;
        _counts[(int)e.Kind]++;
    }

    internal IReadOnlyList<BreakerEvent> Last(int most)
    {
        var count = (int)Math.Min(Math.Min(most, Kept), _added);
        var found = new BreakerEvent[count];
        for (var i = 0; i < count; i++)
        {
            found[i] = _events[(_added - count + i) % Kept];
        }

        return found;
    }

    internal Dictionary<BreakerEventKind, long> Counts()
    {
        var counts = new Dictionary<BreakerEventKind, long>();
        for (var kind = BreakerEventKind.Success; kind <= BreakerEventKind.Reset; kind++)
        {
            counts[kind] = _counts[(int)kind];
        }

        return counts;
    }
}
