using System.Collections.Concurrent;
using System.Globalization;

namespace Holdfast.Resilience;

/// <summary>
/// Bounds how long a call may take: its token is cancelled when the time is over, and the caller gets a <see
/// cref="TimeoutException"/>. Work that does not obey its token is waited for all the same. Usable alone. Thread-safe;
/// the sources of tokens are used again, so a call that ends in time costs no allocation.
/// </summary>
public sealed class AttemptTimeout : CallGuard
{
    /// <summary>The longest bound that a timer of the platform keeps: 49 days.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    private const int MostPooled = 64;

    private static readonly ConcurrentQueue<CancellationTokenSource> Pool = new();
    private static CancellationTokenSource? _spare;
    private static int _pooled;

    private readonly TimeProvider _time;

    /// <summary>Makes a bound.</summary>
    /// <param name="limit">Above 0, up to <see cref="Longest"/>.</param>
    /// <param name="time">The clock; the system's if left out.</param>
    /// <exception cref="ArgumentOutOfRangeException">The bound is no such time.</exception>
    public AttemptTimeout(TimeSpan limit, TimeProvider? time = null)
    {
        if (limit <= TimeSpan.Zero || limit > Longest)
        {
            throw new ArgumentOutOfRangeException(nameof(limit), string.Create(CultureInfo.InvariantCulture,
                $"timeout: it is {limit}; it must be above 0, up to {Longest.TotalDays:0} days"));
        }

        Limit = limit;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>How long a call may take.</summary>
    public TimeSpan Limit { get; }

    private protected override ValueTask<T> CallAsync<T, TWork>(
        TWork work, CancellationToken cancellationToken, out Exception? thrown) =>
        Bound<T, TWork>(work, RetryCall.First, cancellationToken, out thrown);

    /// <summary>Calls work with a token that ends with the caller's or with the time.</summary>
    internal ValueTask<T> Bound<T, TWork>(
        TWork work, in RetryCall call, CancellationToken cancellationToken, out Exception? thrown)
        where TWork : struct, IWork<T>
    {
        if (cancellationToken.IsCancellationRequested)
        {
            thrown = null;
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        var source = Rent();
        var link = cancellationToken.UnsafeRegister(
            static state => ((CancellationTokenSource)state!).Cancel(), source);
        var running = work.CallAsync(call, source.Token, out thrown);
        if (thrown is null && !running.IsCompletedSuccessfully)
        {
            return FinishAsync(running, source, link, cancellationToken);
        }

        if (thrown is not null)
        {
            thrown = Translate(thrown, source, cancellationToken);
        }

        Return(source, link);
        return running;
    }

    private async ValueTask<T> FinishAsync<T>(
        ValueTask<T> pending, CancellationTokenSource source, CancellationTokenRegistration link,
        CancellationToken cancellationToken)
    {
        try
        {
            return await pending.ConfigureAwait(false);
        }
        catch (OperationCanceledException error)
        {
            if (Translate(error, source, cancellationToken) is TimeoutException timeout)
            {
                throw timeout;
            }

            throw;
        }
        finally
        {
            Return(source, link);
        }
    }

    /// <summary>A cancellation that nobody asked for was ours: the time was over.</summary>
    private Exception Translate(Exception error, CancellationTokenSource source, CancellationToken cancellationToken) =>
        error is OperationCanceledException && source.IsCancellationRequested
            && !cancellationToken.IsCancellationRequested
                ? new TimeoutException($"the call did not end within {Limit:c}", error)
                : error;

    private CancellationTokenSource Rent()
    {
        if (_time != TimeProvider.System)
        {
            return new CancellationTokenSource(Limit, _time);
        }

        var source = Interlocked.Exchange(ref _spare, null);
        if (source is null)
        {
            if (Pool.TryDequeue(out source))
            {
                Interlocked.Decrement(ref _pooled);
            }
            else
            {
                source = new CancellationTokenSource();
            }
        }

        source.CancelAfter(Limit);
        return source;
    }

    private void Return(CancellationTokenSource source, CancellationTokenRegistration link)
    {
        // Waits for a callback that runs just now, so that it cannot cancel the next call.
        link.Dispose();
        if (_time != TimeProvider.System || !source.TryReset())
        {
            source.Dispose();
            return;
        }

        if (Interlocked.CompareExchange(ref _spare, source, null) is null)
        {
            return;
        }

        if (Interlocked.Increment(ref _pooled) <= MostPooled)
        {
            Pool.Enqueue(source);
            return;
        }

        Interlocked.Decrement(ref _pooled);
        source.Dispose();
    }
}
