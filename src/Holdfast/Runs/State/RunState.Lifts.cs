using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.State;

/// <content>
/// Waits that a person ends: who mended the cause need not sit through what the other side once told. Nobody else ends
/// them, and what is told after that holds again.
/// </content>
public sealed partial class RunState
{
    /// <summary>Whether a task waits for a time: for its next attempt, or parked.</summary>
    internal static bool WaitsForTime(TaskState task) => task.WakeAt is not null;

    /// <summary>Whether a task is ready, and only what its targets said keeps it from starting.</summary>
    internal bool IsKept(TaskState task) => task.Status == TaskStage.Ready && !task.IsFanOutParent
        && RouteOf(task.Pool.Runtimes) is null && BlockedTargetsOf(task).Any();

    /// <summary>Whether the last failure of a task was one of what it was sent to, rather than of its work.</summary>
    internal static bool FailedOfTarget(TaskState task) => task is { Runtime.Target: not null, Failure.Class: var kind }
        && (kind == FailureClass.CircuitOpen || BreakerWords.ResultOf(kind) == BreakerResult.Failure);

    /// <summary>
    /// Whether a task is held since the run's patience with a target is used up, not since it may have happened: a
    /// person who says that it can be tried decides nothing about an effect.
    /// </summary>
    internal static bool IsHeldForTarget(TaskState task) => task is
    {
        Status: TaskStage.Held,
        Failure: { Class: FailureClass.QuotaExhausted or FailureClass.RateLimited or FailureClass.CircuitOpen } failure,
    } && (task.Spec.Effect == Effect.Repeatable || !Recovery.EffectPossible(failure));

    /// <summary>The targets of a task that nothing is sent to now.</summary>
    internal IEnumerable<string> BlockedTargetsOf(TaskState task) =>
        task.Spec.Runtimes.Where(IsKeptFrom).Select(r => r.Target!);

    /// <summary>Whether the run sends nothing to a target now, or has left the runtime behind it.</summary>
    internal bool IsKeptFrom(string target) => _targets.GetValueOrDefault(target)?.IsBlocked(_now) == true
        || RuntimesOf(target).Any(IsKeptFrom);

    /// <summary>
    /// Tasks that wait for a time because of what their target said to their last attempt, or are held for it.
    /// </summary>
    internal IReadOnlyList<TaskState> WaitersOf(string target) =>
    [
        .. _waits.Where(t => t.Runtime.Target == target && t.WakeAt > _now && FailedOfTarget(t)),
        .. Count(TaskStage.Held) == 0 ? []
            : _tasks.Where(t => t.Runtime.Target == target && IsHeldForTarget(t)),
    ];

    /// <summary>How many ready tasks only what a target said keeps from starting.</summary>
    internal int KeptBy(string target)
    {
        var kept = 0;
        foreach (var pool in _pools)
        {
            kept += pool.Count > 0 && RouteOf(pool.Runtimes) is null
                && pool.Runtimes.Any(r => r.Target == target && IsKeptFrom(r)) ? pool.Count : 0;
        }

        return kept;
    }

    /// <summary>Whether anything of the run may be sent to a target.</summary>
    internal bool Knows(string target) => _targets.ContainsKey(target) || RuntimesOf(target).Any();

    private bool IsKeptFrom(RuntimeChoice choice) => choice.Target is { } name
        && (_targets.GetValueOrDefault(name)?.IsBlocked(_now) == true
            || (_outages.TryGetValue(choice.Name, out var outage) && outage.ProbeBy is null
                && outage.NextProbeAt > _now));

    private IEnumerable<RuntimeChoice> RuntimesOf(string target) =>
        _pools.SelectMany(p => p.Runtimes).Where(r => r.Target == target);

    private void TakeLift(TargetUnblocked lift)
    {
        var target = TargetOf(lift.Target);
        (target.BlockedUntil, target.BlockedFor, target.Why) = (null, null, null);
        target.Lift = new TargetLift(lift.By, lift.At);
        foreach (var runtime in RuntimesOf(lift.Target))
        {
            // One attempt tries it, as after any wait; the first answer takes it back for all.
            if (_outages.TryGetValue(runtime.Name, out var outage) && outage.NextProbeAt > lift.At)
            {
                _outages[runtime.Name] = outage with { NextProbeAt = lift.At };
            }
        }

        NoLongerWaiting();
    }

    // A wait may be over by the clock already, and its task ready: then there is nothing to end.
    private void EndWaitByOrder(TaskState task, TaskWaitEnded order)
    {
        if (task.WakeAt is not { } wake)
        {
            return;
        }

        if (task.Recovery is { Decision: var decision })
        {
            task.Tally = task.Tally.WithoutRest(decision, wake - order.At);
        }

        task.Reason = $"its wait was ended by {order.By}";
        EndWait(task);
        Requeue(task);
        NoLongerWaiting();
    }
}
