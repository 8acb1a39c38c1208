using System.Net;
using Holdfast.Failures;
using Holdfast.Polly;
using Holdfast.Resilience;
using Holdfast.Tests.Resilience;
using Polly;

namespace Holdfast.Tests.Extensions;

/// <summary>The strategy in real Polly pipelines.</summary>
public sealed class PollyStrategyTests
{
    private readonly FakeTime _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transient_failure_is_tried_again_and_a_permanent_one_is_not()
    {
        var pipeline = Pipeline();
        Assert.Equal(4, await CallsUntilEnd(pipeline, () => new TimeoutException(), RetryPolicy.Standard.Retries + 1));
        Assert.Equal(1, await CallsUntilEnd(pipeline, () => new ArgumentException("bad"), 9));
        Assert.Equal(
            1, await CallsUntilEnd(pipeline, () => new HttpRequestException("x", null, HttpStatusCode.NotFound), 9));
    }

    [Fact]
    public async Task RC12_a_told_wait_is_waited_and_spends_no_retry()
    {
        var calls = 0;
        var table = RetryTable.Uniform(RetryPolicy.Standard with { Retries = 1 });
        await Pipeline(new HoldfastRetryOptions { Retry = table }).ExecuteAsync(
            _ => ++calls <= 4
                ? throw new HttpRequestException("try again in 9s", null, HttpStatusCode.TooManyRequests)
                : ValueTask.CompletedTask,
            Token);
        Assert.Equal(Enumerable.Repeat(TimeSpan.FromSeconds(9), 4), _time.Waits);
    }

    [Fact]
    public async Task With_a_seed_delays_replay_and_with_another_they_differ()
    {
        async Task<List<TimeSpan>> Waits(ulong? seed)
        {
            _time.Waits.Clear();
            await CallsUntilEnd(Pipeline(new HoldfastRetryOptions { Seed = seed }), () => new TimeoutException(), 9);
            return [.. _time.Waits];
        }

        var first = await Waits(7);
        Assert.Equal(2, first.Count);
        Assert.Equal(first, await Waits(7));
        Assert.NotEqual(first, await Waits(8));
        Assert.NotEqual(await Waits(null), await Waits(null));
    }

    [Fact]
    public async Task Results_can_be_failures_and_the_last_one_is_given_on()
    {
        var decisions = new List<string>();
        var pipeline = new ResiliencePipelineBuilder<int> { TimeProvider = _time }
            .AddHoldfastRetry(new HoldfastRetryOptions<int>
            {
                FailureOfResult = status => FailureClassifier.Default.ClassifyHttp(status, default, _time.GetUtcNow()),
                OnDecision = (decision, outcome) => decisions.Add($"{outcome.Result} {decision.Strategy.Word()}"),
            }).Build();
        var answers = new Queue<int>([503, 500, 200]);
        Assert.Equal(200, await pipeline.ExecuteAsync(_ => new ValueTask<int>(answers.Dequeue()), Token));
        Assert.Equal(["503 retry", "500 retry"], decisions);
        Assert.Equal(404, await pipeline.ExecuteAsync(_ => new ValueTask<int>(404), Token));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_result_that_is_followed_by_another_attempt_is_disposed_of(bool isLater)
    {
        var made = new List<Held>();
        var pipeline = new ResiliencePipelineBuilder<Held> { TimeProvider = _time }
            .AddHoldfastRetry(new HoldfastRetryOptions<Held>
            {
                FailureOfResult = held => FailureClassifier.Default.ClassifyHttp(held.Status, default, default),
            }).Build();
        var last = await pipeline.ExecuteAsync(_ =>
        {
            var status = made.Count < 2 ? 503 : 200;
            made.Add(isLater ? new HeldLater { Status = status } : new HeldAtOnce { Status = status });
            return new ValueTask<Held>(made[^1]);
        }, Token);
        Assert.Same(made[2], last);
        Assert.Equal([true, true, false], made.Select(each => each.IsDisposed));
    }

    [Fact]
    public async Task Cancellation_ends_a_wait()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        _time.Waiting = source.Cancel;
        var calls = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Pipeline().ExecuteAsync(
            ValueTask (_) => { calls++; throw new TimeoutException(); }, source.Token).AsTask());
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Work_that_may_happen_only_once_is_not_called_again_after_a_timeout() => Assert.Equal(
        1, await CallsUntilEnd(
            Pipeline(new HoldfastRetryOptions { Effect = Effect.Once }), () => new TimeoutException(), 9));

    [Fact]
    public void Options_that_cannot_work_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(
        () => Pipeline(new HoldfastRetryOptions { MaxWait = TimeSpan.FromSeconds(-1) }));

    private ResiliencePipeline Pipeline(HoldfastRetryOptions? options = null) =>
        new ResiliencePipelineBuilder { TimeProvider = _time }
            .AddHoldfastRetry(options ?? new HoldfastRetryOptions { Retry = RetryTable.Standard }).Build();

    private static async Task<int> CallsUntilEnd(ResiliencePipeline pipeline, Func<Exception> error, int most)
    {
        var calls = 0;
        try
        {
            await pipeline.ExecuteAsync(
                _ => ++calls <= most ? throw error() : ValueTask.CompletedTask, Token);
        }
        catch (Exception seen)
        {
            Assert.Equal(error().GetType(), seen.GetType());
        }

        return calls;
    }

    private abstract class Held
    {
        internal int Status { get; init; }

        internal bool IsDisposed { get; private protected set; }
    }

    private sealed class HeldAtOnce : Held, IDisposable
    {
        public void Dispose() => IsDisposed = true;
    }

    private sealed class HeldLater : Held, IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return default;
        }
    }
}
