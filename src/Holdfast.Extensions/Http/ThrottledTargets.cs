using System.Collections.Concurrent;

namespace Holdfast.Extensions.Http;

/// <summary>
/// Hosts that told somebody to wait: what one request was told, all that come after it obey. Bounded by what is
/// remembered only until the told time is over.
/// </summary>
internal sealed class ThrottledTargets(TimeProvider time)
{
    private readonly ConcurrentDictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);

    /// <summary>Holds a host back until a time; an earlier one changes nothing.</summary>
    internal void Hold(string target, DateTimeOffset until) =>
        _until.AddOrUpdate(target, until, (_, known) => known > until ? known : until);

    /// <summary>
    /// Waits until a host may be asked again. A wait longer than the bound is not made: the host itself will say so.
    /// </summary>
    internal async ValueTask WaitAsync(string target, TimeSpan bound, CancellationToken cancellationToken)
    {
        while (_until.TryGetValue(target, out var until))
        {
            var rest = until - time.GetUtcNow();
            if (rest > bound)
            {
                return;
            }

            if (rest <= TimeSpan.Zero)
            {
                _until.TryRemove(new KeyValuePair<string, DateTimeOffset>(target, until));
                return;
            }

            await Task.Delay(rest, time, cancellationToken).ConfigureAwait(false);
        }
    }
}
