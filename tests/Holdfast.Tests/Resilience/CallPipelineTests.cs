using System.Runtime.CompilerServices;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Tests.Resilience;

/// <summary>Breaker, timeouts and retries together, and each guard with every shape of work.</summary>
public sealed class CallPipelineTests
{
    private static readonly RetryPolicy AtOnce = new() { Retries = 3, Base = TimeSpan.Zero, Jitter = 0 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Guards => ["retry", "breaker", "timeout", "pipeline"];

    [Theory]
    [MemberData(nameof(Guards))]
    public async Task Every_guard_takes_every_shape_of_work(string name)
    {
        var guard = Guard(name);
        var calls = 0;
        await guard.ExecuteAsync(_ => { calls++; return ValueTask.CompletedTask; }, Token);
        await guard.ExecuteAsync(async _ => { await Task.Yield(); calls++; }, Token);
        await guard.ExecuteAsync(_ => { calls++; return Task.CompletedTask; }, Token);
        await guard.ExecuteAsync(static (box, _) => { box[0]++; return ValueTask.CompletedTask; }, new int[1], Token);
        Assert.Equal(1, await guard.ExecuteAsync(_ => new ValueTask<int>(1), Token));
        Assert.Equal(2, await guard.ExecuteAsync(async _ => { await Task.Yield(); return 2; }, Token));
        Assert.Equal("3", await guard.ExecuteAsync(_ => Task.FromResult("3"), Token));
        Assert.Equal(4, await guard.ExecuteAsync(static (n, _) => new ValueTask<int>(n), 4, Token));
        Assert.Equal(3, calls);
    }

    [Theory]
    [MemberData(nameof(Guards))]
    public async Task Every_guard_gives_the_original_error_with_its_stack_and_never_throws_at_the_call(string name)
    {
        var guard = Guard(name);
        var thrown = new ArgumentException("at once");
        var call = guard.ExecuteAsync(ValueTask (_) => throw thrown, Token).AsTask();
        var error = await Assert.ThrowsAsync<ArgumentException>(() => call);
        Assert.Same(thrown, error);
        Assert.Contains(nameof(Every_guard_gives_the_original_error_with_its_stack_and_never_throws_at_the_call),
            error.StackTrace, StringComparison.Ordinal);

        var late = new ArgumentException("late");
        Assert.Same(late, await Assert.ThrowsAsync<ArgumentException>(() => guard.ExecuteAsync(
            async _ => { await Task.Yield(); throw late; }, Token).AsTask()));
        Assert.Same(late, await Assert.ThrowsAsync<ArgumentException>(() => guard.ExecuteAsync(
            _ => Task.FromException<int>(late), Token).AsTask()));
    }

    [Theory]
    [MemberData(nameof(Guards))]
    public async Task Every_guard_calls_nothing_once_its_token_is_cancelled_and_ends_as_cancelled(string name)
    {
        var guard = Guard(name);
        var called = false;
        var call = guard.ExecuteAsync(
            _ => { called = true; return ValueTask.CompletedTask; }, new CancellationToken(true)).AsTask();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.True(call.IsCanceled && !called);

        using var source = new CancellationTokenSource();
        var running = guard.ExecuteAsync(
            token => { source.Cancel(); token.ThrowIfCancellationRequested(); return ValueTask.CompletedTask; },
            source.Token).AsTask();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(running.IsCanceled);
    }

    [Fact]
    public async Task An_attempt_that_hangs_is_ended_and_retried_and_the_last_error_says_why()
    {
        var calls = 0;
        var pipeline = new CallPipeline
        {
            Retry = new RetryExecutor(AtOnce with { Retries = 2 }),
            AttemptTimeout = new AttemptTimeout(TimeSpan.FromSeconds(5), new FakeTime()),
        };
        var error = await Assert.ThrowsAsync<TimeoutException>(() => pipeline.ExecuteAsync(
            async token => { calls++; await Hang(token); }, Token).AsTask());
        Assert.Equal(3, calls);
        Assert.Equal("the call did not end within 00:00:05", error.Message);
        Assert.IsAssignableFrom<OperationCanceledException>(error.InnerException);
        Assert.Equal("attempts 3 of 3", RetryExecutor.AttemptsOf(error));
    }

    [Fact]
    public async Task The_whole_call_is_bounded_too_and_the_breaker_counts_it_as_a_failure_of_the_target()
    {
        var breaker = new CircuitBreaker("b", new BreakerSettings { Failures = 1 });
        var pipeline = new CallPipeline
        {
            Breaker = breaker,
            TotalTimeout = new AttemptTimeout(TimeSpan.FromMinutes(1), new FakeTime()),
            Retry = new RetryExecutor(AtOnce),
        };
        await Assert.ThrowsAsync<TimeoutException>(() => pipeline.ExecuteAsync(Hang, Token).AsTask());
        Assert.Equal(BreakerState.Open, breaker.State);
        await Assert.ThrowsAsync<BreakerOpenException>(
            () => pipeline.ExecuteAsync(
                ValueTask (_) => throw new InvalidOperationException("called"), Token).AsTask());
    }

    [Fact]
    public async Task BR4_the_breaker_sees_one_result_for_a_guarded_operation_whatever_its_attempts()
    {
        var breaker = new CircuitBreaker("b", new BreakerSettings { Failures = 3 });
        var pipeline = new CallPipeline { Breaker = breaker, Retry = new RetryExecutor(AtOnce) };
        var calls = 0;
        await pipeline.ExecuteAsync(
            _ => ++calls < 4 ? throw new TimeoutException() : ValueTask.CompletedTask, Token);
        Assert.Equal([BreakerEventKind.Success], breaker.Events().Select(e => e.Kind));
        await Assert.ThrowsAsync<TimeoutException>(
            () => pipeline.ExecuteAsync(ValueTask (_) => throw new TimeoutException(), Token).AsTask());
        Assert.Equal(1, breaker.Metrics.Standing.Failures);
    }

    [Fact]
    public async Task The_callers_token_ends_an_attempt_and_is_no_timeout()
    {
        using var source = new CancellationTokenSource();
        var timeout = new AttemptTimeout(TimeSpan.FromDays(1));
        var call = timeout.ExecuteAsync(Hang, source.Token).AsTask();
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.True(call.IsCanceled);
    }

    [Fact]
    public async Task A_source_that_fired_is_never_used_again()
    {
        var timeout = new AttemptTimeout(TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < 20; i++)
        {
            await Assert.ThrowsAsync<TimeoutException>(() => timeout.ExecuteAsync(Hang, Token).AsTask());
            await new AttemptTimeout(TimeSpan.FromDays(1)).ExecuteAsync(
                token => { Assert.False(token.IsCancellationRequested); return ValueTask.CompletedTask; }, Token);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(50 * 24 * 3600)]
    public void A_bound_that_no_timer_keeps_is_refused(int seconds)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(
            () => new AttemptTimeout(TimeSpan.FromSeconds(seconds)));
        Assert.Contains("it must be above 0, up to 49 days", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_longest_bound_that_a_timer_keeps_can_be_had() =>
        Assert.Equal(TimeSpan.FromDays(49), new AttemptTimeout(AttemptTimeout.Longest).Limit);

    [Fact]
    public void What_ends_at_once_costs_no_allocation()
    {
        var retry = new RetryExecutor(AtOnce);
        var pipeline = new CallPipeline
        {
            Breaker = new CircuitBreaker("b"),
            TotalTimeout = new AttemptTimeout(TimeSpan.FromDays(2)),
            Retry = retry,
            AttemptTimeout = new AttemptTimeout(TimeSpan.FromDays(1)),
        };
        using var source = new CancellationTokenSource();
        Assert.Equal(0, Allocated(() => retry.ExecuteAsync(static (n, _) => new ValueTask<int>(n), 1, source.Token)));
        Assert.Equal(0, Allocated(
            () => pipeline.ExecuteAsync(static (n, _) => new ValueTask<int>(n), 1, source.Token)));
    }

    [Fact]
    public void A_retry_after_a_plain_error_allocates_no_more_than_the_error()
    {
        var retry = new RetryExecutor(AtOnce);
        var work = new Flaky();
        foreach (var kind in new[] { Flaky.Typed, Flaky.Untyped })
        {
            var bare = Allocated(() => work.BareLoop(kind));
            Assert.InRange(bare, 1_000, 1_000_000);
            Assert.Equal(bare, Allocated(() => retry.ExecuteAsync(kind, work)));
        }
    }

    /// <summary>Bytes that a thousand calls allocate, once everything is warm.</summary>
    private static long Allocated(Func<ValueTask<int>> call)
    {
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                Assert.True(IsDone(call()));
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static bool IsDone(ValueTask<int> call) => call.IsCompletedSuccessfully;

    private static async ValueTask Hang(CancellationToken cancellationToken) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);

    private static CallGuard Guard(string name) => name switch
    {
        "retry" => new RetryExecutor(AtOnce),
        "breaker" => new CircuitBreaker("b"),
        "timeout" => new AttemptTimeout(TimeSpan.FromDays(1)),
        _ => new CallPipeline
        {
            Breaker = new CircuitBreaker("b"),
            TotalTimeout = new AttemptTimeout(TimeSpan.FromDays(2)),
            Retry = new RetryExecutor(AtOnce),
            AttemptTimeout = new AttemptTimeout(TimeSpan.FromDays(1)),
        },
    };

    /// <summary>
    /// Fails at the first of each two calls. Nothing of it is inlined, so that traces are equally long on both sides.
    /// </summary>
    private sealed class Flaky
    {
        internal static readonly Func<Flaky, CancellationToken, ValueTask<int>> Typed =
            [MethodImpl(MethodImplOptions.NoInlining)] static (flaky, _) =>
                flaky.IsTurn() ? throw new TimeoutException("slow") : new ValueTask<int>(1);

        internal static readonly Func<Flaky, CancellationToken, ValueTask<int>> Untyped =
            [MethodImpl(MethodImplOptions.NoInlining)] static (flaky, _) =>
                flaky.IsTurn() ? throw new InvalidOperationException("it went wrong") : new ValueTask<int>(1);

        private int _calls;

        internal ValueTask<int> BareLoop(Func<Flaky, CancellationToken, ValueTask<int>> work)
        {
            while (true)
            {
                try
                {
                    return work(this, Token);
                }
                catch (Exception error) when (error is TimeoutException or InvalidOperationException)
                {
                    // Once more.
                }
            }
        }

        private bool IsTurn() => (++_calls & 1) == 1;
    }
}
