using System.Net;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Tests.Resilience;

/// <summary>Retry inside, breaker outside, under a fifth of calls that fail for a moment.</summary>
public sealed class RetryAndBreakerTests
{
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
