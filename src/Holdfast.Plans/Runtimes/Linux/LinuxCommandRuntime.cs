using System.Collections.Concurrent;
using Holdfast.Failures;
using Holdfast.Runs;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// The runtime on Linux. Starts are made ready on the caller's thread and spawned on others; everything after that
/// happens on the thread whose turn it is, which waits for the kernel's word on ends and looks at limits when they
/// are due.
/// </summary>
internal sealed class LinuxCommandRuntime : CommandRuntime
{
    private const int LongestWaitMs = 100;
    private const int MaxTokens = 64;
    private const long StayAwakeMs = 2000;
    private readonly Lock _gate = new();
    private readonly Dictionary<int, RunningAttempt> _byToken = [];
    private readonly Dictionary<AttemptId, RunningAttempt?> _byId = [];
    private readonly Dictionary<AttemptId, AttemptFiles> _ready = [];
    private readonly List<StopRequest> _early = [];
    private readonly ConcurrentQueue<StopRequest> _stops = new();
    private readonly TimeProvider _clock;
    private readonly AttemptStarter _starter;
    private readonly SpawnThreads _spawns = new();
    private readonly EventQueue _events = new();
    private readonly AttemptWatch _watch;
    private readonly List<RunningAttempt> _due = [];
    private readonly WatchTurns _turns;
    private int _lastToken;
    private long _nextMs;
    private long _busyUntilMs;
    private volatile bool _isClosed;
    private volatile bool _isAsleep;

    internal LinuxCommandRuntime(CommandRuntimeOptions options)
    {
        _clock = options.Clock;
        _starter = new AttemptStarter(_clock);
        var orphans = options.Subreaper && LinuxCalls.BecomeSubreaper() ? new Orphans() : null;
        _watch = new AttemptWatch(_clock, _events, orphans, IsLeader);
        _turns = new WatchTurns(_events, Round, NowMs);
    }

    /// <inheritdoc/>
    public override bool CanAdopt => true;

    /// <inheritdoc/>
    public override IDriverRest? Rest => _turns;

    /// <inheritdoc/>
    public override bool MakeReady(CommandSpec spec)
    {
        if (AttemptFiles.TryMake(spec) is not { } files)
        {
            return false;
        }

        lock (_gate)
        {
            if (!_isClosed && _ready.TryAdd(spec.Id, files))
            {
                return true;
            }
        }

        files.Dispose();
        return false;
    }

    /// <inheritdoc/>
    public override void GiveUp(AttemptId attempt) => TakeReady(attempt)?.Dispose();

    /// <inheritdoc/>
    public override void Start(CommandSpec spec, Action<Outcome> ended)
    {
        Reserve(spec.Id);
        try
        {
            var spawn = _starter.Prepare(spec, ended, TakeReady(spec.Id));
            _spawns.Run(() => Register(spawn()));
        }
        catch
        {
            Unreserve(spec.Id);
            throw;
        }
    }

    /// <inheritdoc/>
    public override AttemptTrace Find(CommandSpec spec) => AttemptLock.Find(spec);

    /// <inheritdoc/>
    public override void Adopt(CommandSpec spec, Action<Outcome> ended)
    {
        Reserve(spec.Id);
        try
        {
            var attempt = AttemptAdoption.Adopt(spec, ended, NowMs());
            Register(attempt);
            if (attempt.Reason is { } reason)
            {
                // Its driver, or the guard, died while it was ending it: that goes on.
                Stop(spec.Id, reason, atOnce: false);
            }
        }
        catch
        {
            Unreserve(spec.Id);
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Stop(AttemptId attempt, EndedBy reason, bool atOnce)
    {
        _stops.Enqueue(new StopRequest(attempt, reason, atOnce));
        _events.Wake();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        _spawns.Dispose();
        _turns.Dispose();
        foreach (var files in _ready.Values)
        {
            files.Dispose();
        }

        foreach (var attempt in _byToken.Values)
        {
            AttemptWatch.Close(attempt);
        }

        _watch.Dispose();
        _events.Dispose();
        _starter.Dispose();
    }

    private long NowMs() => AttemptStarter.NowUs(_clock) / 1000;

    // A place is taken before the spawn, so that two callers cannot start one attempt twice, and one that is to be
    // stopped before it was spawned is not forgotten.
    private void Reserve(AttemptId id)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        lock (_gate)
        {
            if (!_byId.TryAdd(id, null))
            {
                throw new InvalidOperationException($"attempt {id} is running already");
            }
        }
    }

    private void Unreserve(AttemptId id)
    {
        lock (_gate)
        {
            _byId.Remove(id);

            // Whoever wanted this start ended does not mean the next one of the same number.
            _early.RemoveAll(stop => stop.Attempt == id);
        }
    }

    private AttemptFiles? TakeReady(AttemptId attempt)
    {
        lock (_gate)
        {
            return _ready.Remove(attempt, out var files) ? files : null;
        }
    }

    private void Register(RunningAttempt attempt)
    {
        lock (_gate)
        {
            attempt.Token = ++_lastToken;
            _byId[attempt.Spec.Id] = attempt;
            _byToken.Add(attempt.Token, attempt);
            foreach (var stop in _early.FindAll(s => s.Attempt == attempt.Spec.Id))
            {
                _early.Remove(stop);
                _stops.Enqueue(stop);
            }
        }

        if (attempt.PidFd >= 0)
        {
            _events.Watch(attempt.PidFd, attempt.Token);
        }

        // Paired with the fence in the loop: either it sees the new attempt before it sleeps, or we see it asleep.
        Interlocked.MemoryBarrier();
        if (_isAsleep || attempt.DueMs == long.MinValue || !_stops.IsEmpty)
        {
            _events.Wake();
        }
    }

    private bool IsLeader(int pid)
    {
        lock (_gate)
        {
            foreach (var attempt in _byToken.Values)
            {
                if (attempt.Pid == pid)
                {
                    return true;
                }
            }
        }

        return false;
    }

    // Waits for the kernel's word, then does what came and what is due. One thread at a time.
    private void Round(int longestMs)
    {
        Span<int> tokens = stackalloc int[MaxTokens];
        var nowMs = NowMs();
        var waitMs = (int)Math.Clamp(_nextMs - nowMs, 0, LongestWaitMs);
        if (IsEmpty() && nowMs >= _busyUntilMs)
        {
            _isAsleep = true;
            Interlocked.MemoryBarrier();
            waitMs = !IsEmpty() || !_stops.IsEmpty || _isClosed ? 0 : longestMs == int.MaxValue ? -1 : longestMs;
        }

        var count = _events.Wait(waitMs < 0 ? -1 : Math.Min(waitMs, longestMs), tokens);
        _isAsleep = false;
        for (var i = 0; i < count; i++)
        {
            if (ByToken(tokens[i]) is { } attempt)
            {
                Handle(attempt, AttemptWatch.LeaderEnded(attempt));
            }
        }

        while (_stops.TryDequeue(out var stop))
        {
            if (ToStop(stop) is { } attempt)
            {
                _watch.Stop(attempt, stop.Reason, stop.AtOnce);
            }
        }

        nowMs = NowMs();
        _busyUntilMs = count > 0 ? nowMs + StayAwakeMs : _busyUntilMs;
        _nextMs = Look(nowMs);
    }

    private long Look(long nowMs)
    {
        var nextMs = nowMs + LongestWaitMs;
        _due.Clear();
        lock (_gate)
        {
            foreach (var attempt in _byToken.Values)
            {
                if (attempt.DueMs <= nowMs)
                {
                    _due.Add(attempt);
                }
                else
                {
                    nextMs = Math.Min(nextMs, attempt.DueMs);
                }
            }
        }

        _watch.NewMoment();
        foreach (var attempt in _due)
        {
            Handle(attempt, hasNews: true);
            nextMs = Math.Min(nextMs, attempt.DueMs);
        }

        return nextMs;
    }

    private void Handle(RunningAttempt attempt, bool hasNews)
    {
        if (!hasNews || _watch.Advance(attempt) is not { } outcome)
        {
            return;
        }

        lock (_gate)
        {
            _byToken.Remove(attempt.Token);
            _byId.Remove(attempt.Spec.Id);
        }

        AttemptWatch.Close(attempt);
        attempt.Ended(outcome);
    }

    private bool IsEmpty()
    {
        lock (_gate)
        {
            return _byToken.Count == 0;
        }
    }

    private RunningAttempt? ByToken(int token)
    {
        lock (_gate)
        {
            return _byToken.GetValueOrDefault(token);
        }
    }

    private RunningAttempt? ToStop(StopRequest stop)
    {
        lock (_gate)
        {
            if (_byId.TryGetValue(stop.Attempt, out var attempt) && attempt is null)
            {
                _early.Add(stop);
            }

            return attempt;
        }
    }

    private sealed record StopRequest(AttemptId Attempt, EndedBy Reason, bool AtOnce);
}
