using Polly;
using Polly.Telemetry;

namespace Holdfast.Polly;

/// <summary>The strategy in a pipeline of any result.</summary>
internal sealed class HoldfastRetryStrategy(
    HoldfastRetryOptions options, TimeProvider time, ResilienceStrategyTelemetry telemetry) : ResilienceStrategy
{
    private readonly RetryLoop<object> _loop = new(options, time, telemetry);

    protected override ValueTask<Outcome<T>> ExecuteCore<T, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<T>>> callback, ResilienceContext context, TState state) =>
        _loop.CallAsync(callback, context, state, static outcome => outcome.Exception is { } error
            ? Outcome.FromException<object>(error)
            : Outcome.FromResult<object>(outcome.Result!));
}

/// <summary>The strategy in a pipeline of one kind of result.</summary>
internal sealed class HoldfastRetryStrategy<TResult>(
    HoldfastRetryOptions<TResult> options, TimeProvider time, ResilienceStrategyTelemetry telemetry)
    : ResilienceStrategy<TResult>
{
    private readonly RetryLoop<TResult> _loop = new(options, time, telemetry);

    protected override ValueTask<Outcome<TResult>> ExecuteCore<TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<TResult>>> callback, ResilienceContext context,
        TState state) => _loop.CallAsync(callback, context, state, static outcome => outcome);
}
