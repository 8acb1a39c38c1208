using Holdfast.Failures;
using Holdfast.Resilience;
using Polly;

namespace Holdfast.Polly;

/// <summary>How the retry strategy works that <see cref="HoldfastRetryBuilder"/> adds to a Polly pipeline.</summary>
/// <typeparam name="TResult">The result of the pipeline.</typeparam>
public class HoldfastRetryOptions<TResult> : ResilienceStrategyOptions
{
    /// <summary>Options with the defaults.</summary>
    public HoldfastRetryOptions() => Name = "HoldfastRetry";

    /// <summary>The policy of each class of failure. Default: <see cref="RetryTable.PerClass"/>.</summary>
    public RetryTable Retry { get; set; } = RetryTable.PerClass;

    /// <summary>What the call does to the world. Default repeatable.</summary>
    public Effect Effect { get; set; }

    /// <summary>Longest wait that a call sits through; a longer told one ends it. Default 30 min.</summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Seed of the delays. With a seed, delays depend on it, the operation key and the attempt only, so that they
    /// replay. Null, the default: each call draws its own.
    /// </summary>
    public ulong? Seed { get; set; }

    /// <summary>
    /// Says whether a result is a failure, and which one; null for a good result. By default results are good, and
    /// exceptions are classified.
    /// </summary>
    public Func<TResult, Failure?>? FailureOfResult { get; set; }

    /// <summary>Hears of every decision before it is carried out.</summary>
    public Action<RecoveryDecision, Outcome<TResult>>? OnDecision { get; set; }
}

/// <summary>Options for a pipeline of any result: exceptions are classified, results are good.</summary>
public class HoldfastRetryOptions : HoldfastRetryOptions<object>;
