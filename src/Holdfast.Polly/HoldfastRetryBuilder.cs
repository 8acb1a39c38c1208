using System.Diagnostics.CodeAnalysis;
using Polly;

namespace Holdfast.Polly;

/// <summary>Adds the retry strategy of Holdfast to a Polly pipeline.</summary>
public static class HoldfastRetryBuilder
{
    /// <summary>
    /// Adds retries that go by the class of the failure: what does not pass by itself is not tried again, a wait that
    /// the other side named is waited, a rate limit spends no retry, and delays are reproducible.
    /// </summary>
    /// <param name="builder">The pipeline. Put a breaker before it and a timeout after it.</param>
    /// <param name="options">How it works; the defaults if left out.</param>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification =
        "Polly looks for annotations of the options; these have none and are checked here.")]
    public static ResiliencePipelineBuilder AddHoldfastRetry(
        this ResiliencePipelineBuilder builder, HoldfastRetryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var chosen = options ?? new HoldfastRetryOptions();
        Check(chosen);
        return builder.AddStrategy(
            context => new HoldfastRetryStrategy(chosen, context.TimeProvider, context.Telemetry), chosen);
    }

    /// <summary>As the other one, for a pipeline of one kind of result, which can be failures too.</summary>
    /// <inheritdoc cref="AddHoldfastRetry(ResiliencePipelineBuilder, HoldfastRetryOptions?)"/>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification =
        "Polly looks for annotations of the options; these have none and are checked here.")]
    public static ResiliencePipelineBuilder<TResult> AddHoldfastRetry<TResult>(
        this ResiliencePipelineBuilder<TResult> builder, HoldfastRetryOptions<TResult>? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var chosen = options ?? new HoldfastRetryOptions<TResult>();
        Check(chosen);
        return builder.AddStrategy(
            context => new HoldfastRetryStrategy<TResult>(chosen, context.TimeProvider, context.Telemetry), chosen);
    }

    private static void Check<TResult>(HoldfastRetryOptions<TResult> options)
    {
        ArgumentNullException.ThrowIfNull(options.Retry, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxWait, TimeSpan.Zero, nameof(options));
    }
}
