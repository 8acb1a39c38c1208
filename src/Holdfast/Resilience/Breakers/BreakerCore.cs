namespace Holdfast.Resilience.Breakers;

/// <summary>Where a breaker stands, as it can be written down and taken up again.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Failures">Consecutive failures while closed.</param>
/// <param name="Successes">Probes that succeeded while half-open.</param>
/// <param name="ProbesUnderWay">Probes that were let in and have not ended.</param>
/// <param name="Openings">Openings since it was last closed; the wait doubles with each.</param>
/// <param name="RetryAt">When an open one lets probes in; null otherwise.</param>
/// <param name="Generation">Raised by one whenever it closes, opens or becomes half-open.</param>
public readonly record struct BreakerStanding(
    BreakerState State, int Failures, int Successes, int ProbesUnderWay, int Openings, DateTimeOffset? RetryAt,
    int Generation);

/// <summary>
/// The state machine of a circuit breaker (Nygard, "Release It!", 2007) with bounded probes and a wait that doubles.
/// Without lock and without clock of its own: the thread-safe breaker and the one that several processes share drive
/// the same transitions. Time passes in every call, so no check can hide a wait that is over (BR1).
/// </summary>
internal sealed class BreakerCore(string name, BreakerSettings settings, ulong seed, Action<BreakerEvent>? onEvent)
{
    private readonly ResultWindow? _window = settings.Ratio is null ? null : new ResultWindow(settings.Window);
    private BreakerState _state;
    private int _failures;
    private int _successes;
    private int _probes;
    private int _openings;
    private int _generation = 1;
    private DateTimeOffset _retryAt;

    /// <summary>Raised by one whenever it closes, opens or becomes half-open.</summary>
    internal int Generation => _generation;

    internal BreakerState State => _state;

    /// <summary>Whether it is closed and has counted nothing against its target.</summary>
    internal bool HoldsNothing(DateTimeOffset now) => _state == BreakerState.Closed && _failures == 0
        && (_window is null || _window.Count(now).Failed == 0);

    internal BreakerStanding Standing => new(
        _state, _failures, _successes, _probes, _openings, _state == BreakerState.Open ? _retryAt : null,
        _generation);

    /// <summary>Takes up what was written down.</summary>
    internal void Restore(in BreakerStanding standing)
    {
        if (standing.State == BreakerState.Closed && standing.Generation != _generation)
        {
            // Whoever closed it counts anew.
            _window?.Clear();
        }

        _state = standing.State;
        _failures = standing.Failures;
        _successes = standing.Successes;
        _probes = standing.ProbesUnderWay;
        _openings = standing.Openings;
        _retryAt = standing.RetryAt ?? default;
        _generation = standing.Generation;
    }

    /// <summary>Counts a result of the past in the window of the ratio mode, without an event.</summary>
    internal void Remember(DateTimeOffset at, bool failed) => _window?.Add(at, failed);

    /// <summary>Lets time pass: an open breaker whose wait is over becomes half-open.</summary>
    internal void Advance(DateTimeOffset now)
    {
        if (_state != BreakerState.Open)
        {
            return;
        }

        // A clock that was set back must not draw the wait out: it is never longer than it was meant.
        var longest = settings.WaitOf(_openings, 1);
        if (_retryAt - now > longest)
        {
            _retryAt = now + longest;
        }

        if (now >= _retryAt)
        {
            BecomeHalfOpen(now, null);
        }
    }

    /// <summary>
    /// Ends the wait of an open one by a person's order; of a half-open one the places of probes are free again.
    /// </summary>
    internal void EndWait(DateTimeOffset now, string? detail)
    {
        if (_state == BreakerState.Open)
        {
            BecomeHalfOpen(now, detail);
        }
        else
        {
            FreeProbes();
        }
    }

    /// <summary>Asks whether an operation may go on. A permit that is allowed must come back with its result.</summary>
    internal BreakerPermit Enter(DateTimeOffset now)
    {
        Advance(now);
        switch (_state)
        {
            case BreakerState.Closed:
                return new BreakerPermit(true, false, _generation);
            case BreakerState.HalfOpen when _probes < settings.Probes:
                _probes++;
                return new BreakerPermit(true, true, _generation);
            case BreakerState.HalfOpen:
                Tell(BreakerEventKind.ShortCircuit, now, $"{_probes} of {settings.Probes} probes are under way");
                return new BreakerPermit(false, false, _generation, now + settings.RecoverAfter);
            default:
                Tell(BreakerEventKind.ShortCircuit, now, null);
                return new BreakerPermit(false, false, _generation, _retryAt);
        }
    }

    /// <summary>Takes the result of an operation that was let in.</summary>
    internal void Record(in BreakerPermit permit, BreakerResult result, DateTimeOffset now, string? detail = null)
    {
        Advance(now);
        var isCurrent = permit.Generation == _generation || permit.Generation == BreakerPermit.AnyGeneration;
        if (permit.IsProbe && isCurrent)
        {
            _probes = Math.Max(0, _probes - 1);
        }

        switch (result)
        {
            case BreakerResult.Success:
                Succeed(isCurrent, now, detail);
                break;
            case BreakerResult.Failure:
                Fail(isCurrent, now, detail);
                break;
        }
    }

    /// <summary>Gives the places of probes back whose ends nobody will tell any more.</summary>
    internal void FreeProbes() => _probes = 0;

    /// <summary>Closes it by a person's order.</summary>
    internal void Reset(DateTimeOffset now, string? detail) => Close(BreakerEventKind.Reset, now, detail);

    private void BecomeHalfOpen(DateTimeOffset now, string? detail)
    {
        (_successes, _probes) = (0, 0);
        MoveTo(BreakerState.HalfOpen, BreakerEventKind.HalfOpen, now, detail);
    }

    private void Succeed(bool isCurrent, DateTimeOffset now, string? detail)
    {
        if (!isCurrent)
        {
            // It was let in before the breaker opened: its late answer neither closes nor counts as a probe.
            Tell(BreakerEventKind.Success, now, detail, isLate: true);
            return;
        }

        _failures = 0;
        _window?.Add(now, failed: false);
        Tell(BreakerEventKind.Success, now, detail);
        if (_state == BreakerState.HalfOpen && ++_successes >= settings.Successes)
        {
            Close(BreakerEventKind.Recover, now, null);
        }
    }

    private void Fail(bool isCurrent, DateTimeOffset now, string? detail)
    {
        if (!isCurrent)
        {
            Tell(BreakerEventKind.Failure, now, detail, isLate: true);
            return;
        }

        _failures = Math.Min(_failures + 1, int.MaxValue - 1);
        _window?.Add(now, failed: true);
        Tell(BreakerEventKind.Failure, now, detail);
        if (_state == BreakerState.HalfOpen || MustOpen(now))
        {
            Open(now);
        }
    }

    private bool MustOpen(DateTimeOffset now)
    {
        if (_window is null)
        {
            return _failures >= settings.Failures;
        }

        var (failed, all) = _window.Count(now);
        return all >= settings.Minimum && failed >= settings.Ratio * all;
    }

    private void Open(DateTimeOffset now)
    {
        _openings = Math.Min(_openings + 1, 1_000_000);
        var wait = settings.WaitOf(_openings, RetryDelay.Draw(new DrawKey(seed, "breaker", name, _openings)));
        _retryAt = wait > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + wait;
        MoveTo(BreakerState.Open, BreakerEventKind.Trip, now,
            _openings == 1 ? null : $"opening {_openings} since it was last closed");
    }

    private void Close(BreakerEventKind kind, DateTimeOffset now, string? detail)
    {
        (_failures, _successes, _probes, _openings) = (0, 0, 0, 0);
        _window?.Clear();
        MoveTo(BreakerState.Closed, kind, now, detail);
    }

    private void MoveTo(BreakerState state, BreakerEventKind kind, DateTimeOffset now, string? detail)
    {
        _state = state;
        _generation++;
        Tell(kind, now, detail);
    }

    private void Tell(BreakerEventKind kind, DateTimeOffset now, string? detail, bool isLate = false) =>
        onEvent?.Invoke(new BreakerEvent(now, kind, _state, detail) { IsLate = isLate });
}
