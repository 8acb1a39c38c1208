using Holdfast.Failures;
using Holdfast.Resilience;

namespace Holdfast.Tests.Resilience;

public sealed class RetryExecutorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Options_without_policy_or_clock_are_refused_when_it_is_made()
    {
        Assert.Throws<ArgumentNullException>(() => new RetryExecutor(new RetryExecutorOptions { Table = null! }));
        Assert.Throws<ArgumentNullException>(() => new RetryExecutor(new RetryExecutorOptions { Time = null! }));
    }

    [Fact]
    public async Task RC1_RC16_the_wait_really_happens_on_the_clock()
    {
        var time = new FakeTime();
        var start = time.GetUtcNow();
        var calls = 0;
        var executor = new RetryExecutor(new RetryExecutorOptions { Time = time });
        await executor.ExecuteAsync(
            _ => ++calls < 4
                ? throw new HttpRequestException("x", new IOException())
                : ValueTask.CompletedTask,
            Token);
        Assert.Equal(4, calls);
        Assert.InRange((time.GetUtcNow() - start).TotalSeconds, 1 + 2 + 4, 1.5 + 3 + 6);
    }

    [Fact]
    public async Task RC5_a_404_is_not_retried_and_a_500_is()
    {
        async Task<int> CallsFor(System.Net.HttpStatusCode status)
        {
            var calls = 0;
            var executor = new RetryExecutor(new RetryExecutorOptions { Time = new FakeTime() });
            await Assert.ThrowsAsync<HttpRequestException>(() => executor.ExecuteAsync(
                _ =>
                {
                    calls++;
                    throw new HttpRequestException("x", null, status);
                },
                Token).AsTask());
            return calls;
        }

        Assert.Equal(1, await CallsFor(System.Net.HttpStatusCode.NotFound));
        Assert.Equal(1, await CallsFor(System.Net.HttpStatusCode.Unauthorized));
        Assert.Equal(4, await CallsFor(System.Net.HttpStatusCode.InternalServerError));
    }

    [Fact]
    public async Task RC14_exhaustion_keeps_the_original_error_and_says_how_many_attempts()
    {
        var executor = new RetryExecutor(new RetryExecutorOptions
        {
            Time = new FakeTime(),
            Table = RetryTable.Uniform(RetryPolicy.Standard with { Retries = 2 }),
        });
        var error = await Assert.ThrowsAsync<TimeoutException>(
            () => executor.RetryAsync((call, _) => throw new TimeoutException("try " + call.Number), Token).AsTask());
        Assert.Equal("try 3", error.Message);
        Assert.Equal("attempts 3 of 3", RetryExecutor.AttemptsOf(error));
        Assert.Contains("timeout", RetryExecutor.ReasonOf(error));
    }

    [Fact]
    public async Task Cancellation_ends_a_wait_and_is_not_retried()
    {
        using var source = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var time = new FakeTime { Waiting = source.Cancel };
        var calls = 0;
        var executor = new RetryExecutor(new RetryExecutorOptions { Time = time });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => executor.ExecuteAsync(
            _ =>
            {
                calls++;
                throw new TimeoutException();
            },
            source.Token).AsTask());
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_cancelled_token_never_calls_the_work()
    {
        var executor = new RetryExecutor(new RetryExecutorOptions());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => executor.ExecuteAsync(
            _ => throw new InvalidOperationException("must not be called"), new CancellationToken(true)).AsTask());
    }

    [Fact]
    public async Task A_told_wait_longer_than_max_wait_ends_the_call()
    {
        var executor = new RetryExecutor(new RetryExecutorOptions { Time = new FakeTime() });
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => executor.ExecuteAsync(
            _ => throw new HttpRequestException(
                "Too many requests, retry after 7200 seconds", null, System.Net.HttpStatusCode.TooManyRequests),
            Token).AsTask());
        Assert.Contains("max-wait", RetryExecutor.ReasonOf(error));
    }

    [Fact]
    public async Task Work_that_may_happen_only_once_is_not_called_again_after_a_timeout()
    {
        var calls = 0;
        var executor = new RetryExecutor(
            new RetryExecutorOptions { Time = new FakeTime(), Effect = Effect.Once });
        await Assert.ThrowsAsync<TimeoutException>(() => executor.ExecuteAsync(
            _ =>
            {
                calls++;
                throw new TimeoutException();
            },
            Token).AsTask());
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task Two_executors_of_different_runs_do_not_march_in_step()
    {
        async Task<List<TimeSpan>> Waits(string run)
        {
            var time = new FakeTime();
            var executor = new RetryExecutor(
                new RetryExecutorOptions { Time = time, Key = new DrawKey(1, run, "t", 0) });
            await Assert.ThrowsAsync<TimeoutException>(
                () => executor.ExecuteAsync(_ => throw new TimeoutException(), Token).AsTask());
            return time.Waits;
        }

        Assert.NotEqual(await Waits("a"), await Waits("b"));
        Assert.Equal(await Waits("a"), await Waits("a"));
    }

    [Fact]
    public async Task RC4_callers_without_a_key_do_not_march_in_step()
    {
        var time = new FakeTime();
        var executor = new RetryExecutor(RetryPolicy.Standard with { Retries = 1 }, time);
        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<TimeoutException>(
                () => executor.ExecuteAsync(ValueTask (_) => throw new TimeoutException(), Token).AsTask());
        }

        // Timers count whole milliseconds of 500, so that two may meet, and many may not.
        Assert.InRange(time.Waits.Distinct().Count(), 15, 20);
        Assert.All(time.Waits, wait => Assert.InRange(wait.TotalSeconds, 1, 1.5));
    }

    [Fact]
    public async Task Whoever_listens_hears_of_every_decision_with_its_error()
    {
        var heard = new List<string>();
        var executor = new RetryExecutor(new RetryExecutorOptions
        {
            Time = new FakeTime(),
            Decided = (decision, error) => heard.Add($"{decision.Strategy} {decision.Attempt} {error.Message}"),
        });
        var calls = 0;
        await Assert.ThrowsAsync<ArgumentException>(() => executor.ExecuteAsync(
            ValueTask (_) => throw (++calls < 3 ? new TimeoutException("slow") : new ArgumentException("bad")),
            Token).AsTask());
        Assert.Equal(["Retry 1 slow", "Retry 2 slow", "Fail 3 bad"], heard);
    }

    [Fact]
    public async Task RC15_retries_that_are_on_do_not_retry_what_is_permanent()
    {
        Exception[] permanent =
        [
            new ArgumentException("bad"), new FileNotFoundException("gone"), new UnauthorizedAccessException("no"),
            new NullReferenceException("bug"), new OutOfMemoryException("full"),
            new System.Security.Authentication.AuthenticationException("certificate"),
        ];
        foreach (var table in new[] { RetryTable.Standard, RetryTable.PerClass, RetryTable.EightClass })
        {
            foreach (var error in permanent)
            {
                var calls = 0;
                var executor = new RetryExecutor(new RetryExecutorOptions { Table = table, Time = new FakeTime() });
                await Assert.ThrowsAsync(error.GetType(), () => executor.ExecuteAsync(
                    ValueTask (_) => { calls++; throw error; }, Token).AsTask());
                Assert.True(calls == 1, $"{error.GetType().Name} was tried {calls} times by {table.Name}");
            }
        }
    }
}
