using Holdfast.Failures;

namespace Holdfast.Resilience;

/// <summary>What a retried call is told about itself.</summary>
/// <param name="Number">1 for the first call.</param>
/// <param name="Last">The failure before this call; null at the first.</param>
public readonly record struct RetryCall(int Number, Failure? Last);

/// <summary>How a <see cref="RetryExecutor"/> works.</summary>
public sealed record RetryExecutorOptions
{
    /// <summary>The policy in force. Default: <see cref="RetryTable.PerClass"/>.</summary>
    public RetryTable Table { get; init; } = RetryTable.PerClass;

    /// <summary>The clock that waits are made on.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Longest wait that a call sits through; a longer told one ends the call. Default 30 min.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>Seed, run and task of the draws, so that delays replay; the attempt is filled in.</summary>
    public DrawKey Key { get; init; } = new(0, "", "", 0);

    /// <summary>What the work does to the world. Default repeatable.</summary>
    public Effect Effect { get; init; }

    /// <summary>Judges an exception; default <see cref="FailureClassifier.ClassifyException"/>.</summary>
    public Func<Exception, CancellationToken, Failure>? Classify { get; init; }

    /// <summary>Hears of every decision before it is carried out.</summary>
    public Action<RecoveryDecision, Exception>? Decided { get; init; }
}

/// <summary>
/// Calls a delegate until it succeeds or its policy says no. Usable alone. Throttling spends no retry; an error that
/// ends the call is the original one, rethrown with its stack, and says how many attempts there were
/// (<see cref="AttemptsOf"/>). Thread-safe.
/// </summary>
public sealed class RetryExecutor
{
    private const string AttemptsKey = "Holdfast.Attempts";
    private const string ReasonKey = "Holdfast.Reason";
    private readonly RetryExecutorOptions _options;

    /// <summary>Makes an executor.</summary>
    public RetryExecutor(RetryExecutorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxWait, TimeSpan.Zero);
        _options = options;
    }

    /// <summary>"attempts 3 of 3", as noted on an error that ended a call; null on others.</summary>
    public static string? AttemptsOf(Exception error) =>
        error?.Data[AttemptsKey] is string text ? "attempts " + text : null;

    /// <summary>Why no further attempt was made, as noted on an error that ended a call; null on others.</summary>
    public static string? ReasonOf(Exception error) => error?.Data[ReasonKey] as string;

    /// <summary>Runs the work.</summary>
    public Task ExecuteAsync(
        Func<RetryCall, CancellationToken, Task> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return ExecuteAsync<bool>(
            async (call, token) =>
            {
                await work(call, token);
                return true;
            },
            cancellationToken);
    }

    /// <summary>Runs the work and returns its result.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled before, during or between
    /// calls.</exception>
    public async Task<T> ExecuteAsync<T>(
        Func<RetryCall, CancellationToken, Task<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        var tally = RetryTally.Empty;
        Failure? last = null;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            RecoveryDecision decision;
            try
            {
                return await work(new RetryCall(tally.Attempts + 1, last), cancellationToken);
            }
            catch (Exception error)
            {
                last = Judge(error, cancellationToken);
                decision = Decide(last, tally);
                _options.Decided?.Invoke(decision, error);
                if (decision.Strategy is not (RecoveryStrategy.Retry or RecoveryStrategy.Wait))
                {
                    Note(error, decision);
                    throw;
                }
            }

            tally = tally.After(decision);
            await WaitAsync(decision.Delay, cancellationToken);
        }
    }

    private Failure Judge(Exception error, CancellationToken cancellationToken) => _options.Classify is { } classify
        ? classify(error, cancellationToken)
        : FailureClassifier.ClassifyException(error, _options.Time.GetUtcNow(), cancellationToken);

    private RecoveryDecision Decide(Failure failure, RetryTally tally) => Recovery.Decide(new RecoveryInput
    {
        Failure = failure,
        Table = _options.Table,
        Effect = _options.Effect,
        Tally = tally,
        MaxWait = _options.MaxWait,
        Now = _options.Time.GetUtcNow(),
        Key = _options.Key with { Attempt = tally.Attempts + 1 },
    });

    private static void Note(Exception error, RecoveryDecision decision)
    {
        // Some exceptions (shared, or of a foreign kind) have data that cannot be written: the error matters more.
        if (error.Data is { IsReadOnly: false } data)
        {
            data[AttemptsKey] = $"{decision.Attempt} of {Math.Max(decision.Attempt, decision.OfAttempts)}";
            data[ReasonKey] = decision.Reason;
        }
    }

    private async Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        // Timers of the platform end below 50 days; a longer wait is made of several.
        var longest = TimeSpan.FromDays(40);
        for (; delay > longest; delay -= longest)
        {
            await Task.Delay(longest, _options.Time, cancellationToken);
        }

        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, _options.Time, cancellationToken);
        }
    }
}
