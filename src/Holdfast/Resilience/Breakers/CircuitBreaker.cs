using Holdfast.Failures;

namespace Holdfast.Resilience.Breakers;

/// <summary>The numbers of a breaker at one moment.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Standing">Where it stands.</param>
/// <param name="Counts">How often each kind of event happened since it was made, by <see
/// cref="BreakerEventKind"/>.</param>
public sealed record BreakerMetrics(
    string Name, BreakerStanding Standing, IReadOnlyDictionary<BreakerEventKind, long> Counts);

/// <summary>The breaker in front of a target is open: the operation was not tried.</summary>
/// <param name="name">Name of the breaker.</param>
/// <param name="retryAt">When it lets a probe through.</param>
public sealed class BreakerOpenException(string name, DateTimeOffset? retryAt)
    : Exception(
        $"the breaker \"{name}\" is open" + (retryAt is { } at ? $" until {at:u}" : "") + "; nothing was tried"),
        IKnownFailure
{
    FailureClass IKnownFailure.Class => FailureClass.CircuitOpen;

    string IKnownFailure.Rule => "exception.circuit";

    DateTimeOffset? IKnownFailure.Until => RetryAt;

    /// <summary>Name of the breaker.</summary>
    public string Name { get; } = name;

    /// <summary>When it lets a probe through; null where it is not known.</summary>
    public DateTimeOffset? RetryAt { get; } = retryAt;
}

/// <summary>
/// A circuit breaker in front of one target. Usable alone. Retry sits inside it: one result is recorded for a guarded
/// operation, the final one. Thread-safe; asking a closed one takes no lock and allocates nothing.
/// </summary>
public sealed class CircuitBreaker : CallGuard
{
    private readonly Lock _gate = new();
    private readonly BreakerCore _core;
    private readonly BreakerEventLog _log = new();

    // Changes of state that are not announced yet; filled under the lock, told outside of it.
    private readonly Queue<BreakerEvent> _changes = new();
    private bool _hasChanges;
    private readonly TimeProvider _time;

    // The generation of the closed phase; 0 while it is not closed.
    private int _closed;

    /// <summary>Makes a closed breaker.</summary>
    /// <param name="name">What it guards, e.g. a host.</param>
    /// <param name="settings">When it opens and closes; the defaults if left out.</param>
    /// <param name="time">The clock; the system's if left out.</param>
    /// <param name="seed">What the jitter of its openings is drawn from.</param>
    /// <exception cref="ArgumentException">The name is empty, or a setting cannot be used.</exception>
    public CircuitBreaker(
        string name, BreakerSettings? settings = null, TimeProvider? time = null, ulong seed = 0)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var chosen = settings ?? BreakerSettings.Default;
        if (chosen.Problem() is { } problem)
        {
            throw new ArgumentException(problem, nameof(settings));
        }

        Name = name;
        Settings = chosen;
        _time = time ?? TimeProvider.System;
        _core = new BreakerCore(name, chosen, seed, Take);
        _closed = _core.Generation;
    }

    /// <summary>
    /// Raised after it opened, became half-open, closed, or was reset; on the thread whose call changed it, and never
    /// while it holds its lock. What a handler throws reaches that caller.
    /// </summary>
    public event Action<CircuitBreaker, BreakerEvent>? Changed;

    /// <summary>What it guards.</summary>
    public string Name { get; }

    /// <summary>When it opens and closes.</summary>
    public BreakerSettings Settings { get; }

    /// <summary>Where it stands now; a wait that is over counts.</summary>
    public BreakerState State
    {
        get
        {
            if (Volatile.Read(ref _closed) != 0)
            {
                return BreakerState.Closed;
            }

            BreakerState state;
            lock (_gate)
            {
                _core.Advance(_time.GetUtcNow());
                state = Publish();
            }

            Announce();
            return state;
        }
    }

    /// <summary>Whether a new one in its place would behave the same.</summary>
    internal bool HoldsNothing
    {
        get
        {
            lock (_gate)
            {
                return _core.HoldsNothing(_time.GetUtcNow());
            }
        }
    }

    /// <summary>Its numbers now.</summary>
    public BreakerMetrics Metrics
    {
        get
        {
            BreakerMetrics metrics;
            lock (_gate)
            {
                _core.Advance(_time.GetUtcNow());
                _ = Publish();
                metrics = new BreakerMetrics(Name, _core.Standing, _log.Counts());
            }

            Announce();
            return metrics;
        }
    }

    /// <summary>The last events, oldest first.</summary>
    /// <param name="last">How many at most; at most the last 200 are kept. 0 gives none.</param>
    public IReadOnlyList<BreakerEvent> Events(int last = BreakerEventLog.Kept)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(last);
        lock (_gate)
        {
            return _log.Last(last);
        }
    }

    /// <summary>
    /// Asks whether an operation may go on. A permit that is allowed must be handed back to <see cref="Record"/>.
    /// </summary>
    public BreakerPermit Enter()
    {
        var generation = Volatile.Read(ref _closed);
        return generation != 0 ? new BreakerPermit(true, false, generation) : EnterUnderLock();
    }

    /// <summary>Takes the result of an operation that was let in, once.</summary>
    /// <param name="permit">What <see cref="Enter"/> gave.</param>
    /// <param name="result">How it ended.</param>
    /// <param name="detail">For people; null for none.</param>
    public void Record(in BreakerPermit permit, BreakerResult result, string? detail = null)
    {
        if (result == BreakerResult.Neutral && !permit.IsProbe)
        {
            return;
        }

        lock (_gate)
        {
            _core.Record(permit, result, _time.GetUtcNow(), detail);
            _ = Publish();
        }

        Announce();
    }

    /// <summary>Closes it by a person's order.</summary>
    public void Reset(string? detail = null)
    {
        lock (_gate)
        {
            _core.Reset(_time.GetUtcNow(), detail);
            _ = Publish();
        }

        Announce();
    }

    private protected override ValueTask<T> CallAsync<T, TWork>(
        TWork work, CancellationToken cancellationToken, out Exception? thrown) =>
        Guard<T, TWork>(work, cancellationToken, out thrown);

    /// <summary>
    /// Calls work behind the breaker and records how it ended; its exceptions are judged by the classifier.
    /// </summary>
    internal ValueTask<T> Guard<T, TWork>(TWork work, CancellationToken cancellationToken, out Exception? thrown)
        where TWork : struct, IWork<T>
    {
        thrown = null;
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<T>(cancellationToken);
        }

        var permit = Enter();
        if (!permit.IsAllowed)
        {
            return ValueTask.FromException<T>(new BreakerOpenException(Name, permit.RetryAt));
        }

        var call = work.CallAsync(RetryCall.First, cancellationToken, out thrown);
        if (thrown is not null)
        {
            RecordError(permit, thrown, cancellationToken);
            return call;
        }

        if (!call.IsCompletedSuccessfully)
        {
            return RecordLaterAsync(permit, call, cancellationToken);
        }

        Record(permit, BreakerResult.Success);
        return call;
    }

    private async ValueTask<T> RecordLaterAsync<T>(
        BreakerPermit permit, ValueTask<T> pending, CancellationToken cancellationToken)
    {
        try
        {
            var value = await pending.ConfigureAwait(false);
            Record(permit, BreakerResult.Success);
            return value;
        }
        catch (Exception error)
        {
            RecordError(permit, error, cancellationToken);
            throw;
        }
    }

    // A cancelled probe is neutral, and gives its place back too (BR2).
    private void RecordError(in BreakerPermit permit, Exception error, CancellationToken cancellationToken)
    {
        if (!FailureClassifier.TryClassifyPlainly(error, cancellationToken, out var failureClass, out _))
        {
            failureClass = FailureClassifier.ClassifyException(error, _time.GetUtcNow(), cancellationToken).Class;
        }

        Record(permit, BreakerWords.ResultOf(failureClass), failureClass.Word());
    }

    private BreakerPermit EnterUnderLock()
    {
        BreakerPermit permit;
        lock (_gate)
        {
            permit = _core.Enter(_time.GetUtcNow());
            _ = Publish();
        }

        Announce();
        return permit;
    }

    private void Take(BreakerEvent e)
    {
        _log.Add(e);
        if (Changed is not null
            && e.Kind is BreakerEventKind.Trip or BreakerEventKind.HalfOpen or BreakerEventKind.Recover
                or BreakerEventKind.Reset)
        {
            _changes.Enqueue(e);
            Volatile.Write(ref _hasChanges, true);
        }
    }

    private void Announce()
    {
        while (Volatile.Read(ref _hasChanges))
        {
            BreakerEvent change;
            lock (_gate)
            {
                if (!_changes.TryDequeue(out change))
                {
                    _hasChanges = false;
                    return;
                }
            }

            Changed?.Invoke(this, change);
        }
    }

    private BreakerState Publish()
    {
        Volatile.Write(ref _closed, _core.State == BreakerState.Closed ? _core.Generation : 0);
        return _core.State;
    }
}
