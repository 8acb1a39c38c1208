using System.Net;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Tests.Resilience;

/// <summary>Retry inside, breaker outside, under a fifth of calls that fail for a moment.</summary>
public sealed class RetryAndBreakerTests
{
    /// <summary>Where the breaker lies inside of the retries it was not even asked: no attempt was made.</summary>
    [Fact]
    public async Task Retries_around_an_open_breaker_wait_until_it_lets_a_probe_in_and_none_wait_where_none_are_wanted()
    {
        var time = new FakeTime();
        var breaker = new CircuitBreaker("api", new() { Failures = 1, Jitter = TimeSpan.Zero }, time);
        var calls = 0;
        var none = new RetryExecutor(RetryPolicy.None, time);
        var token = TestContext.Current.CancellationToken;
        await Assert.ThrowsAsync<TimeoutException>(async () => await none.ExecuteAsync(Call, token));
        await Assert.ThrowsAsync<BreakerOpenException>(async () => await none.ExecuteAsync(Call, token));
        Assert.Equal((1, 0), (calls, time.Waits.Count));
        await new RetryExecutor(RetryPolicy.InProcess with { Retries = 1 }, time).ExecuteAsync(Call, token);
        Assert.Equal((2, TimeSpan.FromSeconds(30)), (calls, Assert.Single(time.Waits)));

        ValueTask Call(CancellationToken cancel) => breaker.ExecuteAsync(
            ValueTask (_) => ++calls == 1 ? throw new TimeoutException() : ValueTask.CompletedTask, cancel);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Of_10000_operations_with_20_percent_transient_failures_nearly_none_that_a_retry_saves_is_seen(
        int seed)
    {
        var time = new FakeTime();
        var random = new Random(seed);
        var retries = new RetryExecutor(new RetryExecutorOptions
        {
            Time = time, Key = new DrawKey((ulong)seed, "run", "task", 0),
        });
        var breaker = new CircuitBreaker("api", time: time, seed: (ulong)seed);
        var (savable, seen, failedFirst) = (0, 0, 0);
        for (var i = 0; i < 10_000; i++)
        {
            var draws = new[] { random.NextDouble() < 0.2, random.NextDouble() < 0.2 };
            var saved = draws[0] && !draws[1];
            failedFirst += draws[0] ? 1 : 0;
            savable += saved ? 1 : 0;
            try
            {
                await breaker.ExecuteAsync(
                    token => retries.RetryAsync(
                        (call, _) => (call.Number <= 2 ? draws[call.Number - 1] : random.NextDouble() < 0.2)
                            ? throw new HttpRequestException("busy", null, HttpStatusCode.ServiceUnavailable)
                            : ValueTask.CompletedTask,
                        token),
                    TestContext.Current.CancellationToken);
            }
            catch (Exception error) when (error is HttpRequestException or BreakerOpenException)
            {
                seen += saved ? 1 : 0;
            }
        }

        Assert.InRange(failedFirst, 1_800, 2_200);
        Assert.InRange(savable, 1_400, 1_800);
        Assert.True(
            savable - seen >= 0.99 * savable, $"{seen} of {savable} operations that one retry saves reached the user");
    }
}
