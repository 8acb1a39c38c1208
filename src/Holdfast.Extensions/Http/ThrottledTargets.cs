using System.Collections.Concurrent;

namespace Holdfast.Extensions.Http;

/// <summary>
/// Hosts that told somebody to wait: what one request was told, all that come after it obey. Bounded by what is
/// remembered only until the told time is over.
/// </summary>
internal sealed class ThrottledTargets(TimeProvider time)
{
    // Timers of the platform end below 50 days; who waits longer looks again.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);

    /// <summary>The clock that waits are made on.</summary>
    internal TimeProvider Time => time;

    /// <summary>Holds a host back until a time; an earlier one changes nothing.</summary>
    internal void Hold(string target, DateTimeOffset until) =>
        _until.AddOrUpdate(target, until, (_, known) => known > until ? known : until);

    /// <summary>
    /// Waits until a host may be asked again. A wait longer than the bound is not made: the host itself will say so.
    /// </summary>
    /// <returns>How long it waited, at most the bound.</returns>
    internal async ValueTask<TimeSpan> WaitAsync(string target, TimeSpan bound, CancellationToken cancellationToken)
    {
        var waited = TimeSpan.Zero;
        while (_until.TryGetValue(target, out var until))
        {
            var rest = until - time.GetUtcNow();
            if (rest > bound - waited)
            {
                return waited;
            }

            if (rest <= TimeSpan.Zero)
            {
                _until.TryRemove(new KeyValuePair<string, DateTimeOffset>(target, until));
                return waited;
            }

            var next = rest < LongestTimer ? rest : LongestTimer;
            await Task.Delay(next, time, cancellationToken).ConfigureAwait(false);
            waited += next;
        }

        return waited;
    }
}
