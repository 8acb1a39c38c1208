using Holdfast.Resilience.Breakers;

namespace Holdfast.Resilience;

/// <summary>
/// Breaker, timeouts and retries as one, in the one order in which they make sense: outside the breaker, which sees
/// one result for each guarded operation, the final one; in it the bound on the whole call, so that a target which
/// takes too long counts as failed; in it the retries; innermost the bound on each attempt. Each part is optional.
/// Thread-safe; a call that ends at once and well costs no allocation.
/// </summary>
public sealed class CallPipeline : CallGuard
{
    /// <summary>The breaker in front of the target, shared by all pipelines that call it; null for none.</summary>
    public CircuitBreaker? Breaker { get; init; }

    /// <summary>Bound on the whole call, with all its attempts and waits; null for none.</summary>
    public AttemptTimeout? TotalTimeout { get; init; }

    /// <summary>Tries again inside the breaker; null for a single attempt.</summary>
    public RetryExecutor? Retry { get; init; }

    /// <summary>Bound on each attempt, so that one that hangs is a failure like any other; null for none.</summary>
    public AttemptTimeout? AttemptTimeout { get; init; }

    private protected override ValueTask<T> CallAsync<T, TWork>(
        TWork work, CancellationToken cancellationToken, out Exception? thrown)
    {
        var attempt = new Timed<T, TWork>(work, AttemptTimeout);
        var retried = new Retried<T, Timed<T, TWork>>(attempt, Retry);
        var whole = new Timed<T, Retried<T, Timed<T, TWork>>>(retried, TotalTimeout);
        return Breaker is null
            ? whole.CallAsync(RetryCall.First, cancellationToken, out thrown)
            : Breaker.Guard<T, Timed<T, Retried<T, Timed<T, TWork>>>>(whole, cancellationToken, out thrown);
    }

    private readonly struct Timed<T, TWork>(TWork work, AttemptTimeout? timeout) : IWork<T>
        where TWork : struct, IWork<T>
    {
        public ValueTask<T> CallAsync(
            in RetryCall call, CancellationToken cancellationToken, out Exception? thrown) => timeout is null
            ? work.CallAsync(call, cancellationToken, out thrown)
            : timeout.Bound<T, TWork>(work, call, cancellationToken, out thrown);
    }

    private readonly struct Retried<T, TWork>(TWork work, RetryExecutor? retry) : IWork<T>
        where TWork : struct, IWork<T>
    {
        public ValueTask<T> CallAsync(
            in RetryCall call, CancellationToken cancellationToken, out Exception? thrown) => retry is null
            ? work.CallAsync(call, cancellationToken, out thrown)
            : retry.Retry<T, TWork>(work, cancellationToken, out thrown);
    }
}
