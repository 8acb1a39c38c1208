using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs.Events;
using Holdfast.Runs.Targets;

namespace Holdfast.Runs.State;

/// <content>
/// What attempts are sent to: who may be asked now, how many at once, and which runtime stands in for which. Ready
/// tasks
/// whose target is blocked stay ready and cost nothing: they are passed over pool by pool.
/// </content>
public sealed partial class RunState
{
    // A throttle that is short is sat through rather than fled from: the design gives it half an hour.
    internal static readonly TimeSpan PatienceWithThrottle = TimeSpan.FromMinutes(30);

    private readonly Dictionary<string, TargetState> _targets = [];
    private readonly Dictionary<string, RuntimeOutage> _outages = [];

    // Derived, as waits are: a reader that never advances it sees everything as blocked as it was recorded.
    private DateTimeOffset _now = DateTimeOffset.MinValue;

    internal IReadOnlyDictionary<string, TargetState> Targets => _targets;

    internal IReadOnlyDictionary<string, RuntimeOutage> Outages => _outages;

    /// <summary>
    /// The best ready task that may start within all bounds but the driver's own, and on which runtime.
    /// </summary>
    internal (TaskState Task, RuntimeRoute Route)? BestReady()
    {
        (TaskState Task, RuntimeRoute Route)? best = null;
        foreach (var pool in _pools)
        {
            if (pool.Best is { } task && pool.HasRoom
                && (best is null || ReadyPool.Order.Instance.Compare(task, best.Value.Task) < 0)
                && RouteOf(pool.Runtimes) is { } route)
            {
                best = (task, route);
            }
        }

        return best;
    }

    /// <summary>
    /// Whether a task is ready that only a blocked target, or a runtime that is out, keeps from starting.
    /// </summary>
    internal bool HasBlockedReady => _pools.Exists(p => p.Count > 0 && p.HasRoom && RouteOf(p.Runtimes) is null);

    /// <summary>When a target or runtime that ready tasks wait for can be asked again; null for none.</summary>
    internal DateTimeOffset? NextRouteAt
    {
        get
        {
            DateTimeOffset? next = null;
            foreach (var pool in _pools)
            {
                foreach (var choice in pool.Count > 0 ? pool.Runtimes : [])
                {
                    var target = choice.Target is { } name ? _targets.GetValueOrDefault(name) : null;
                    Earliest(target?.BlockedUntil, ref next);
                    Earliest(pool.Runtimes.Count > 1 ? _outages.GetValueOrDefault(choice.Name)?.NextProbeAt : null,
                        ref next);
                }
            }

            return next;
        }
    }

    /// <summary>Whether nothing may be sent now to where the last attempt of a task goes.</summary>
    internal bool IsTargetBlocked(TaskState task) =>
        task.Runtime.Target is { } name && _targets.GetValueOrDefault(name)?.IsBlocked(_now) == true;

    /// <summary>Why ready tasks do not start, for people; null if none is kept.</summary>
    internal string? WhyBlocked
    {
        get
        {
            foreach (var pool in _pools)
            {
                if (pool.Count > 0 && pool.HasRoom && RouteOf(pool.Runtimes) is null)
                {
                    var target = pool.Runtimes[0].Target is { } name ? _targets.GetValueOrDefault(name) : null;
                    return $"task \"{pool.Best!.Name}\" waits: " + (target?.IsBlocked(_now) == true
                        ? target.Why ?? $"{target.Name} is blocked ({target.Cause.Word()})"
                        : "no runtime of it can be asked now");
                }
            }

            return null;
        }
    }

    /// <summary>As <see cref="WhyBlocked"/> at a moment, for one who only looks: nothing else changes.</summary>
    internal string? WhyBlockedAt(DateTimeOffset now)
    {
        LookAt(now);
        return Ended is null && !Paused ? WhyBlocked : null;
    }

    /// <summary>Sets the moment at which a target counts as blocked, for one who only looks or orders.</summary>
    internal void LookAt(DateTimeOffset now) => _now = now;

    /// <summary>The next runtime after the one of a task's last attempt that is not out; null for none.</summary>
    internal RuntimeChoice? FallbackOf(TaskState task)
    {
        var at = IndexOf(task.Spec.Runtimes, task.Runtime.Name);
        for (var i = 0; i < task.Spec.Runtimes.Count; i++)
        {
            var choice = task.Spec.Runtimes[i];
            if (i != at && !_outages.ContainsKey(choice.Name)
                && !(choice.Target is { } name && _targets.GetValueOrDefault(name)?.IsBlocked(LastAt) == true))
            {
                return choice;
            }
        }

        return null;
    }

    private RuntimeRoute? RouteOf(IReadOnlyList<RuntimeChoice> runtimes)
    {
        string? because = null;
        foreach (var choice in runtimes)
        {
            if (runtimes.Count > 1 && _outages.TryGetValue(choice.Name, out var outage)
                && (outage.ProbeBy is not null || outage.NextProbeAt > _now))
            {
                because ??= $"{choice.Name} is out ({outage.Class.Word()})";
                continue;
            }

            var target = choice.Target is { } name ? _targets.GetValueOrDefault(name) : null;
            if (target?.IsBlocked(_now) == true)
            {
                if (target.Cause == BlockCause.Throttle && target.BlockedUntil - _now <= PatienceWithThrottle)
                {
                    return null;
                }

                because ??= target.Why ?? $"{target.Name} is blocked ({target.Cause.Word()})";
                continue;
            }

            return target?.HasRoom == false ? null
                : because is null ? new RuntimeRoute(choice)
                : new RuntimeRoute(choice, runtimes[0].Name, because);
        }

        return null;
    }

    private TargetState TargetOf(string name)
    {
        if (!_targets.TryGetValue(name, out var target))
        {
            target = new TargetState(name, Spec.TargetParallel.TryGetValue(name, out var most) ? most : null);
            _targets.Add(name, target);
        }

        return target;
    }

    private void TakeRuntime(TaskState task, AttemptStarted started)
    {
        var at = IndexOf(task.Spec.Runtimes, started.Runtime);
        task.Runtime = at >= 0 && (started.Target is null || started.Target == task.Spec.Runtimes[at].Target)
            ? task.Spec.Runtimes[at]
            : new RuntimeChoice(started.Runtime, started.Target);
        task.IsProbe = started.Probe;
        if (task.Spec.Runtimes.Count > 1 && _outages.TryGetValue(started.Runtime, out var outage))
        {
            _outages[started.Runtime] = outage with { ProbeBy = task.Name };
        }

        if (task.Runtime.Target is { } target)
        {
            TargetOf(target).Lift = null;
            _budgets[target] = BudgetOf(target).Record(isRetry: task.Attempts - task.AttemptsForgiven > 1);
        }
    }

    private void Occupy(TaskState task, int delta)
    {
        task.Pool.Occupy(delta);
        if (task.Runtime.Target is { } name)
        {
            var target = TargetOf(name);
            target.Open = Math.Max(0, target.Open + delta);
            if (delta < 0 && target.Cause == BlockCause.Breaker)
            {
                // Whatever it ended in, it may have been the probe that others wait for: the breaker is asked again.
                target.BlockedUntil = null;
            }
        }
    }

    private void NoteAnswer(TaskState task)
    {
        EndOutage(task);
        if (task.Runtime.Target is { } name && TargetOf(name) is { Limit: { } limit } target)
        {
            var bound = Math.Min(target.Most ?? int.MaxValue, Math.Max(Driver?.MaxParallel ?? Spec.MaxParallel, 1));
            target.Limit = limit + 1 >= bound ? null : limit + 1;
        }
    }

    private void NoteFailure(TaskState task, Failure failure)
    {
        if (!Recovery.LeavesRuntime(failure))
        {
            if (BreakerWords.ResultOf(failure.Class) == BreakerResult.Neutral)
            {
                EndOutage(task);
            }
            else
            {
                PutOffProbe(task);
            }
        }

        if (failure.Class is not (FailureClass.RateLimited or FailureClass.QuotaExhausted))
        {
            return;
        }

        if (task.Runtime.Target is not { } name)
        {
            return;
        }

        var target = TargetOf(name);
        target.Limit = Math.Max(1, (target.Open + 1) / 2);
        if (failure.Told is { } told)
        {
            var until = told.Until ?? Later(LastAt, told.After ?? TimeSpan.Zero);
            Block(target, Earlier(until, Later(LastAt, Recovery.LongestTold)), told.Until is null ? told.After : null,
                BlockCause.Throttle, $"{name} told to wait ({failure.Class.Word()})");
        }
    }

    // A computed wait for a throttle is shared like a told one: others would only be told the same.
    private void NoteRecovery(TaskState task, RuntimeRecoveryScheduled recovery)
    {
        var decision = recovery.Decision;
        if (decision.Strategy == RecoveryStrategy.FallBack)
        {
            LeaveRuntime(task, decision);
        }
        else if (task.Runtime.Target is { } name
            && decision is { Origin: DelayOrigin.Throttle or DelayOrigin.Probe, Until: { } until })
        {
            Block(TargetOf(name), until, decision.Delay, BlockCause.Throttle,
                $"{name} throttles ({decision.Class.Word()})");
        }
    }

    private void LeaveRuntime(TaskState task, RecoveryDecision decision)
    {
        var from = task.Runtime.Name;
        var probes = _outages.TryGetValue(from, out var before) ? before.Probes + 1 : 0;
        var told = task.Failure?.Told is { } wait ? wait.Until ?? Later(LastAt, wait.After ?? TimeSpan.Zero) : LastAt;
        var paced = Later(LastAt, RuntimeOutage.PaceAfter(probes));
        _outages[from] = new RuntimeOutage(decision.Class, probes, told > paced ? told : paced, null);
    }

    // It answered: well, or with a failure of the work itself, which is an answer too.
    private void EndOutage(TaskState task)
    {
        if (_outages.TryGetValue(task.Runtime.Name, out var outage) && outage.ProbeBy == task.Name)
        {
            _outages.Remove(task.Runtime.Name);
        }
    }

    // The probe never got an answer: the next one comes later still.
    private void PutOffProbe(TaskState task)
    {
        if (_outages.TryGetValue(task.Runtime.Name, out var outage) && outage.ProbeBy == task.Name)
        {
            var probes = outage.Probes + 1;
            _outages[task.Runtime.Name] = outage with
            {
                Probes = probes, NextProbeAt = Later(LastAt, RuntimeOutage.PaceAfter(probes)), ProbeBy = null,
            };
        }
    }

    private void ForgetProbe(TaskState task)
    {
        if (_outages.TryGetValue(task.Runtime.Name, out var outage) && outage.ProbeBy == task.Name)
        {
            _outages[task.Runtime.Name] = outage with { ProbeBy = null };
        }
    }

    private void TakeBlock(TargetBlocked blocked)
    {
        var target = TargetOf(blocked.Target);
        target.Lift = null;
        Block(
            target, blocked.Until, blocked.Cause == BlockCause.Breaker ? blocked.Until - LastAt : null, blocked.Cause,
            blocked.Detail);
    }

    private static void Block(TargetState target, DateTimeOffset until, TimeSpan? lasts, BlockCause cause, string? why)
    {
        if (target.BlockedUntil is { } known && known >= until)
        {
            return;
        }

        (target.BlockedUntil, target.BlockedFor, target.Cause, target.Why) = (until, lasts, cause, why);
    }

    private void TakeUpBlocks(DateTimeOffset now)
    {
        foreach (var target in _targets.Values)
        {
            if (target is { BlockedFor: { } lasts, BlockedUntil: { } until } && Later(now, lasts) < until)
            {
                target.BlockedUntil = Later(now, lasts);
            }
        }

        foreach (var (name, outage) in _outages.ToArray())
        {
            var pace = RuntimeOutage.PaceAfter(outage.Probes);
            if (outage is { ProbeBy: null, Class: not FailureClass.QuotaExhausted }
                && Later(now, pace) < outage.NextProbeAt)
            {
                _outages[name] = outage with { NextProbeAt = Later(now, pace) };
            }
        }
    }

    private void ShiftBlocks(TimeSpan by)
    {
        foreach (var target in _targets.Values)
        {
            if (target is { BlockedFor: not null, BlockedUntil: { } until })
            {
                target.BlockedUntil = Later(until, by);
            }
        }
    }

    private static int IndexOf(IReadOnlyList<RuntimeChoice> runtimes, string name)
    {
        for (var i = 0; i < runtimes.Count; i++)
        {
            if (runtimes[i].Name == name)
            {
                return i;
            }
        }

        return -1;
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    private void Earliest(DateTimeOffset? at, ref DateTimeOffset? earliest)
    {
        if (at > _now && (earliest is null || at < earliest))
        {
            earliest = at;
        }
    }
}
