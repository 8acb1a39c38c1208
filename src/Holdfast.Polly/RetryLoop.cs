using System.Security.Cryptography;
using Holdfast.Failures;
using Holdfast.Resilience;
using Polly;
using Polly.Telemetry;
using Outcome = Polly.Outcome;

namespace Holdfast.Polly;

/// <summary>The loop that both strategies run: one place decides, <see cref="Recovery.Decide"/>.</summary>
/// <typeparam name="TResult">The result that the options know.</typeparam>
internal sealed class RetryLoop<TResult>(
    HoldfastRetryOptions<TResult> options, TimeProvider time, ResilienceStrategyTelemetry telemetry)
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);
    private readonly ulong _seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private long _calls;

    internal async ValueTask<Outcome<T>> CallAsync<T, TState>(
        Func<ResilienceContext, TState, ValueTask<Outcome<T>>> callback, ResilienceContext context, TState state,
        Func<Outcome<T>, Outcome<TResult>> told)
    {
        var tally = RetryTally.Empty;
        var call = Interlocked.Increment(ref _calls);
        while (true)
        {
            var outcome = await callback(context, state).ConfigureAwait(context.ContinueOnCapturedContext);
            if (outcome.Exception is null && options.FailureOfResult is null)
            {
                return outcome;
            }

            var seen = told(outcome);
            if (FailureOf(seen, context.CancellationToken) is not { } failure)
            {
                return outcome;
            }

            var decision = Decide(failure, tally, call, context.OperationKey);
            options.OnDecision?.Invoke(decision, seen);
            if (decision.Strategy is not (RecoveryStrategy.Retry or RecoveryStrategy.Wait))
            {
                return outcome;
            }

            telemetry.Report(new ResilienceEvent(ResilienceEventSeverity.Warning, "OnRetry"), context, seen, decision);
            tally = tally.After(decision);

            // Another attempt follows, so nobody will look at this result.
            await DisposeAsync(outcome.Result).ConfigureAwait(context.ContinueOnCapturedContext);
            try
            {
                await WaitAsync(decision.Delay, context).ConfigureAwait(context.ContinueOnCapturedContext);
            }
            catch (OperationCanceledException cancelled)
            {
                return Outcome.FromException<T>(cancelled);
            }
        }
    }

    private Failure? FailureOf(in Outcome<TResult> outcome, CancellationToken cancellationToken)
    {
        if (outcome.Exception is { } error)
        {
            return FailureClassifier.ClassifyException(error, time.GetUtcNow(), cancellationToken);
        }

        return outcome.Result is { } result ? options.FailureOfResult?.Invoke(result) : null;
    }

    private RecoveryDecision Decide(Failure failure, RetryTally tally, long call, string? operation) =>
        Recovery.Decide(new RecoveryInput
        {
            Failure = failure,
            Table = options.Retry,
            Effect = options.Effect,
            Tally = tally,
            MaxWait = options.MaxWait,
            Now = time.GetUtcNow(),
            Key = options.Seed is { } seed
                ? new DrawKey(seed, operation ?? "", options.Name ?? "", tally.Attempts + 1)
                : new DrawKey(_seed + (ulong)call, "", "", tally.Attempts + 1),
        });

    private static ValueTask DisposeAsync<T>(T? result)
    {
        if (result is IAsyncDisposable later)
        {
            return later.DisposeAsync();
        }

        (result as IDisposable)?.Dispose();
        return default;
    }

    private async ValueTask WaitAsync(TimeSpan delay, ResilienceContext context)
    {
        context.CancellationToken.ThrowIfCancellationRequested();
        for (; delay > TimeSpan.Zero; delay -= LongestTimer)
        {
            await Task.Delay(delay < LongestTimer ? delay : LongestTimer, time, context.CancellationToken)
                .ConfigureAwait(context.ContinueOnCapturedContext);
        }
    }
}
