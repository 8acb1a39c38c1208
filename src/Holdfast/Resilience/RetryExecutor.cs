using System.Security.Cryptography;
using Holdfast.Failures;

namespace Holdfast.Resilience;

/// <summary>What a retried call is told about itself.</summary>
/// <param name="Number">1 for the first call.</param>
/// <param name="Last">The failure before this call; null at the first.</param>
public readonly record struct RetryCall(int Number, Failure? Last)
{
    internal static RetryCall First => new(1, null);
}

/// <summary>How a <see cref="RetryExecutor"/> works.</summary>
public sealed record RetryExecutorOptions
{
    /// <summary>The policy in force. Default: <see cref="RetryTable.PerClass"/>.</summary>
    public RetryTable Table { get; init; } = RetryTable.PerClass;

    /// <summary>The clock that waits are made on.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Longest wait that a call sits through; a longer told one ends the call. Default 30 min.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Seed, run and task of the draws, so that delays replay; the attempt is filled in. Null, the default: each
    /// executor draws a seed of its own and each call its own delays, so that callers do not march in step.
    /// </summary>
    public DrawKey? Key { get; init; }

    /// <summary>What the work does to the world. Default repeatable.</summary>
    public Effect Effect { get; init; }

    /// <summary>Judges an exception; default <see cref="FailureClassifier.ClassifyException"/>.</summary>
    public Func<Exception, CancellationToken, Failure>? Classify { get; init; }

    /// <summary>Hears of every decision before it is carried out.</summary>
    public Action<RecoveryDecision, Exception>? Decided { get; init; }
}

/// <summary>
/// Calls a delegate until it succeeds or its policy says no. Usable alone. Throttling spends no retry; an error that
/// ends the call is the original one, with its stack, and says how many attempts there were
/// (<see cref="AttemptsOf"/>). Thread-safe. Work that ends at once is called without any allocation, and so is a
/// retry of it after a plain failure.
/// </summary>
public sealed class RetryExecutor : CallGuard
{
    private const string AttemptsKey = "Holdfast.Attempts";
    private const string ReasonKey = "Holdfast.Reason";
    private readonly RetryExecutorOptions _options;

    private readonly ulong _seed = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private long _calls;

    // Whether plain failures may be decided without the texts of a decision that nobody would read.
    private readonly bool _isQuick;

    /// <summary>Makes an executor of the default options.</summary>
    public RetryExecutor()
        : this(new RetryExecutorOptions())
    {
    }

    /// <summary>Makes an executor with one policy for whatever is transient.</summary>
    /// <param name="policy">How often and how slowly.</param>
    /// <param name="time">The clock; the system's if left out.</param>
    public RetryExecutor(RetryPolicy policy, TimeProvider? time = null)
        : this(new RetryExecutorOptions { Table = RetryTable.Uniform(policy), Time = time ?? TimeProvider.System })
    {
    }

    /// <summary>Makes an executor.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The longest wait is negative.</exception>
    public RetryExecutor(RetryExecutorOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(options.Table);
        ArgumentNullException.ThrowIfNull(options.Time);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxWait, TimeSpan.Zero);
        _options = options;
        _isQuick = options is { Classify: null, Decided: null, Effect: Effect.Repeatable };
    }

    /// <summary>"attempts 3 of 3", as noted on an error that ended a call; null on others.</summary>
    public static string? AttemptsOf(Exception error) =>
        error?.Data[AttemptsKey] is string text ? "attempts " + text : null;

    /// <summary>Why no further attempt was made, as noted on an error that ended a call; null on others.</summary>
    public static string? ReasonOf(Exception error) => error?.Data[ReasonKey] as string;

    /// <summary>
    /// As <c>ExecuteAsync</c>, for work that wants to know which call it is and how the one before it failed.
    /// </summary>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public ValueTask<T> RetryAsync<T>(
        Func<RetryCall, CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Start<T, NumberedWork<T>>(new NumberedWork<T>(work), cancellationToken);
    }

    /// <inheritdoc cref="RetryAsync{T}"/>
    public ValueTask RetryAsync(
        Func<RetryCall, CancellationToken, ValueTask> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return CallResult.Void(
            RetryAsync((call, token) => CallResult.Valued(work(call, token)), cancellationToken));
    }

    private protected override ValueTask<T> CallAsync<T, TWork>(
        TWork work, CancellationToken cancellationToken, out Exception? thrown) =>
        Retry<T, TWork>(work, cancellationToken, out thrown);

    /// <summary>
    /// Calls until it succeeds or is given up. As long as calls end at once and nothing is waited for, it stays in
    /// this loop; the first call that runs on, or the first wait, is taken over by an async method.
    /// </summary>
    internal ValueTask<T> Retry<T, TWork>(TWork work, CancellationToken cancellationToken, out Exception? thrown)
        where TWork : struct, IWork<T>
    {
        var progress = default(RetryProgress);
        while (!cancellationToken.IsCancellationRequested)
        {
            var call = work.CallAsync(progress.NextCall, cancellationToken, out thrown);
            if (thrown is null)
            {
                if (call.IsCompletedSuccessfully)
                {
                    return call;
                }

                if (!call.IsCompleted)
                {
                    return GoOnAsync<T, TWork>(work, call, TimeSpan.Zero, progress, cancellationToken);
                }
            }

            var error = thrown ?? CallResult.ErrorOf(ref call);
            if (!TriesAgain(error, TWork.WantsFailure, ref progress, cancellationToken, out var delay))
            {
                return call;
            }

            if (delay > TimeSpan.Zero)
            {
                thrown = null;
                return GoOnAsync<T, TWork>(work, null, delay, progress, cancellationToken);
            }
        }

        thrown = null;
        return ValueTask.FromCanceled<T>(cancellationToken);
    }

    private async ValueTask<T> GoOnAsync<T, TWork>(
        TWork work, ValueTask<T>? first, TimeSpan delay, RetryProgress progress, CancellationToken cancellationToken)
        where TWork : struct, IWork<T>
    {
        var running = first;
        while (true)
        {
            if (running is null)
            {
                await WaitAsync(delay, cancellationToken).ConfigureAwait(false);
                cancellationToken.ThrowIfCancellationRequested();
            }

            try
            {
                return running is { } call
                    ? await call.ConfigureAwait(false)
                    : await CallOnce<T, TWork>(work, progress, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                if (!TriesAgain(error, TWork.WantsFailure, ref progress, cancellationToken, out delay))
                {
                    throw;
                }
            }

            running = null;
        }
    }

    private static ValueTask<T> CallOnce<T, TWork>(
        TWork work, RetryProgress progress, CancellationToken cancellationToken)
        where TWork : struct, IWork<T>
    {
        var call = work.CallAsync(progress.NextCall, cancellationToken, out var thrown);
        return thrown is null ? call : CallResult.Failed<T>(thrown);
    }

    /// <summary>Decides what follows an error, and counts it. What is plain is decided without any text.</summary>
    private bool TriesAgain(
        Exception error, bool wantsFailure, ref RetryProgress progress, CancellationToken cancellationToken,
        out TimeSpan delay)
    {
        if (_isQuick && !wantsFailure
            && FailureClassifier.TryClassifyPlainly(
                error, cancellationToken, out var failureClass, out var transient)
            && Recovery.PlainRetry(
                _options.Table, failureClass, transient, progress.Spent(failureClass), progress.TotalSpent,
                KeyOf(ref progress)) is { } plain)
        {
            progress.AddRetry(failureClass);
            delay = plain;
            return true;
        }

        var tally = progress.Tally;
        var failure = Judge(error, cancellationToken);
        var decision = Decide(failure, tally, KeyOf(ref progress));
        _options.Decided?.Invoke(decision, error);
        delay = decision.Delay;
        if (decision.Strategy is RecoveryStrategy.Retry or RecoveryStrategy.Wait)
        {
            progress.Add(decision, failure);
            return true;
        }

        Note(error, decision);
        return false;
    }

    private Failure Judge(Exception error, CancellationToken cancellationToken) =>
        _options.Classify is { } classify
        ? classify(error, cancellationToken)
        : FailureClassifier.ClassifyException(error, _options.Time.GetUtcNow(), cancellationToken);

    private RecoveryDecision Decide(Failure failure, RetryTally tally, in DrawKey key)
    {
        return Recovery.Decide(new RecoveryInput
        {
            Failure = failure,
            Table = _options.Table,
            Effect = _options.Effect,
            Tally = tally,
            MaxWait = _options.MaxWait,
            Now = _options.Time.GetUtcNow(),
            Key = key,
        });
    }

    private DrawKey KeyOf(ref RetryProgress progress)
    {
        if (_options.Key is { } told)
        {
            return told with { Attempt = progress.Attempts + 1 };
        }

        if (progress.Call == 0)
        {
            progress.Call = Interlocked.Increment(ref _calls);
        }

        // Another key of the hash for each call: its draws have nothing to do with those of the calls beside it.
        return new DrawKey(_seed + (ulong)progress.Call, "", "", progress.Attempts + 1);
    }

    private static void Note(Exception error, RecoveryDecision decision)
    {
        // Some exceptions (shared, or of a foreign kind) have data that cannot be written: the error matters more.
        if (error.Data is { IsReadOnly: false } data)
        {
            data[AttemptsKey] = $"{decision.Attempt} of {Math.Max(decision.Attempt, decision.OfAttempts)}";
            data[ReasonKey] = decision.Reason;
        }
    }

    private async ValueTask WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        // Timers of the platform end below 50 days; a longer wait is made of several.
        var longest = TimeSpan.FromDays(40);
        for (; delay > longest; delay -= longest)
        {
            await Task.Delay(longest, _options.Time, cancellationToken).ConfigureAwait(false);
        }

        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, _options.Time, cancellationToken).ConfigureAwait(false);
        }
    }
}
