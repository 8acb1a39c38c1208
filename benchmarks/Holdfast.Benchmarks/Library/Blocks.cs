using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Holdfast.Benchmarks.Library;

/// <summary>
/// Both sides do the same: static work with a state that ends at once, three retries without delay, the same breaker
/// and the same timeout.
/// </summary>
public static class Blocks
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private static RetryExecutor OurRetry => new(
        new RetryPolicy { Retries = 3, Base = TimeSpan.Zero, Jitter = 0 });

    private static RetryStrategyOptions TheirRetry => new()
    {
        MaxRetryAttempts = 3, Delay = TimeSpan.Zero, BackoffType = DelayBackoffType.Constant,
        ShouldHandle = static e => new ValueTask<bool>(e.Outcome.Exception is not null),
    };

    private static ResiliencePipeline TheirRetryAlone => new ResiliencePipelineBuilder().AddRetry(TheirRetry).Build();

    /// <summary>The happy path of a retry.</summary>
    public class Retry
    {
        private readonly RetryExecutor _ours = OurRetry;
        private readonly ResiliencePipeline _theirs = TheirRetryAlone;

        /// <summary>Ours.</summary>
        [Benchmark]
        public ValueTask<int> Holdfast() => _ours.ExecuteAsync(static (s, _) => new ValueTask<int>(s), 1);

        /// <summary>Polly's.</summary>
        [Benchmark(Baseline = true)]
        public ValueTask<int> Polly() => _theirs.ExecuteAsync(static (s, _) => new ValueTask<int>(s), 1);
    }

    /// <summary>The happy path of breaker, retry and timeout.</summary>
    public class Pipeline
    {
        private readonly CallPipeline _ours = new()
        {
            Breaker = new CircuitBreaker("bench"),
            Retry = OurRetry,
            AttemptTimeout = new AttemptTimeout(Timeout),
        };

        private readonly ResiliencePipeline _theirs = new ResiliencePipelineBuilder()
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions { BreakDuration = TimeSpan.FromSeconds(30) })
            .AddRetry(TheirRetry).AddTimeout(Timeout).Build();

        /// <summary>Ours.</summary>
        [Benchmark]
        public ValueTask<int> Holdfast() => _ours.ExecuteAsync(static (s, _) => new ValueTask<int>(s), 1);

        /// <summary>Polly's.</summary>
        [Benchmark(Baseline = true)]
        public ValueTask<int> Polly() => _theirs.ExecuteAsync(static (s, _) => new ValueTask<int>(s), 1);
    }

    /// <summary>Work that throws at the first call of each two.</summary>
    public sealed class Flaky
    {
        private int _calls;

        /// <summary>Throws an exception whose type says what it is.</summary>
        public ValueTask<int> Typed() =>
            (++_calls & 1) == 1 ? throw new TimeoutException("too slow") : new ValueTask<int>(_calls);

        /// <summary>Throws an exception whose type says nothing.</summary>
        public ValueTask<int> Untyped() =>
            (++_calls & 1) == 1 ? throw new InvalidOperationException("it went wrong") : new ValueTask<int>(_calls);

        /// <summary>Throws out of an async method.</summary>
        public async ValueTask<int> InAsync()
        {
            if ((++_calls & 1) == 1)
            {
                throw new TimeoutException("too slow");
            }

            await ValueTask.CompletedTask;
            return _calls;
        }
    }

    /// <summary>One exception at once, then success.</summary>
    public class Error
    {
        private readonly RetryExecutor _ours = OurRetry;
        private readonly ResiliencePipeline _theirs = TheirRetryAlone;
        private readonly Flaky _work = new();
        private readonly Func<Flaky, CancellationToken, ValueTask<int>> _bare = static (w, _) => w.Typed();

        /// <summary>Ours.</summary>
        [Benchmark]
        public ValueTask<int> Holdfast() => _ours.ExecuteAsync(static (w, _) => w.Typed(), _work);

        /// <summary>Polly's.</summary>
        [Benchmark(Baseline = true)]
        public ValueTask<int> Polly() => _theirs.ExecuteAsync(static (w, _) => w.Typed(), _work);

        /// <summary>What it costs at least.</summary>
        [Benchmark]
        [MethodImpl(MethodImplOptions.NoInlining)]
        public ValueTask<int> BareLoop()
        {
            for (var i = 0; ; i++)
            {
                try
                {
                    return _bare(_work, CancellationToken.None);
                }
                catch (TimeoutException) when (i < 3)
                {
                    // Once more.
                }
            }
        }
    }

    /// <summary>One exception out of an async method, then success.</summary>
    public class ErrorAsync
    {
        private readonly RetryExecutor _ours = OurRetry;
        private readonly ResiliencePipeline _theirs = TheirRetryAlone;
        private readonly Flaky _work = new();

        /// <summary>Ours.</summary>
        [Benchmark]
        public ValueTask<int> Holdfast() => _ours.ExecuteAsync(static (w, _) => w.InAsync(), _work);

        /// <summary>Polly's.</summary>
        [Benchmark(Baseline = true)]
        public ValueTask<int> Polly() => _theirs.ExecuteAsync(static (w, _) => w.InAsync(), _work);
    }

    /// <summary>One exception whose type says nothing, so that its words are read.</summary>
    public class ErrorByText
    {
        private readonly RetryExecutor _ours = OurRetry;
        private readonly ResiliencePipeline _theirs = TheirRetryAlone;
        private readonly Flaky _work = new();

        /// <summary>Ours.</summary>
        [Benchmark]
        public ValueTask<int> Holdfast() => _ours.ExecuteAsync(static (w, _) => w.Untyped(), _work);

        /// <summary>Polly's.</summary>
        [Benchmark(Baseline = true)]
        public ValueTask<int> Polly() => _theirs.ExecuteAsync(static (w, _) => w.Untyped(), _work);
    }

    /// <summary>Asking a closed breaker.</summary>
    public class Breaker
    {
        private readonly CircuitBreaker _breaker = new("bench");

        /// <summary>Asks.</summary>
        [Benchmark]
        public bool Check() => _breaker.Enter().IsAllowed;

        /// <summary>Asks, and tells that it went well.</summary>
        [Benchmark]
        public bool CheckAndRecord()
        {
            var permit = _breaker.Enter();
            _breaker.Record(permit, BreakerResult.Success);
            return permit.IsAllowed;
        }
    }
}
