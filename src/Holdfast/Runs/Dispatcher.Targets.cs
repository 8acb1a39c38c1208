using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Targets;

namespace Holdfast.Runs;

/// <content>
/// The targets of attempts: asked before an intent is recorded, told how it ended. Retry sits inside the breaker:
/// while it
/// is closed, a task's attempts on one target are one guarded operation, recorded by its final result; a probe of a
/// half-open breaker tells its own end at once, since everybody waits for it.
/// </content>
public sealed partial class Dispatcher
{
    private readonly Dictionary<string, TargetPermit> _permits = [];

    /// <summary>What is known of targets beyond this run; null where nothing is shared.</summary>
    public ITargets? Targets { get; init; }

    private void Admit(AttemptStarted intent)
    {
        var attempt = new AttemptId(intent.Task!, intent.Attempt);
        if (Targets is null)
        {
            Record([intent]);
            return;
        }

        var answer = Targets.Ask(intent.Target!, attempt, _clock.Now);
        if (!answer.IsAllowed)
        {
            // At least a moment ahead, or the same question would be asked for ever.
            var until = answer.Until > _clock.Now ? answer.Until : _clock.Now + TimeSpan.FromSeconds(1);
            Record([new TargetBlocked(intent.Target!, until, answer.Cause)
            {
                Detail = answer.Detail,
                ByRun = answer.ByRun,
                ByTask = answer.By?.Task,
                ByAttempt = answer.By?.Number ?? 0,
            }]);
            return;
        }

        _permits[intent.Task!] = new TargetPermit(intent.Target!, attempt, answer.Permit);
        Record([intent with { Probe = answer.Permit.IsProbe }]);
    }

    // Of an attempt that an earlier driver let in, the journal knows no more than that; its phase is taken for today's.
    private void TakeUpPermit(TaskState task)
    {
        if (Targets is not null && task.Runtime.Target is { } target)
        {
            _permits[task.Name] = new TargetPermit(
                target, task.CurrentAttempt, new BreakerPermit(true, task.IsProbe, BreakerPermit.AnyGeneration));
        }
    }

    // Called with each event that was recorded, after the state took it in.
    private void TellTargets(RunEvent e)
    {
        if (Targets is not null && e is TargetUnblocked lift)
        {
            Targets.Lift(lift.Target, lift.By, DateTimeOffset.MaxValue, _clock.Now);
        }

        if (Targets is null || e.Task is null || !_permits.TryGetValue(e.Task, out var permit))
        {
            return;
        }

        switch (e)
        {
            case AttemptSucceeded:
                Report(e.Task, permit, null);
                break;
            case RuntimeErrorClassified classified:
                if (classified.Failure is { Class: FailureClass.RateLimited or FailureClass.QuotaExhausted })
                {
                    ShareThrottle(permit);
                }

                if (permit.Permit.IsProbe)
                {
                    Report(e.Task, permit, classified.Failure.Class);
                }

                break;
            case RuntimeRecoveryScheduled recovery:
                if (recovery.Decision.Origin is DelayOrigin.Throttle or DelayOrigin.Probe)
                {
                    ShareThrottle(permit);
                }

                if (recovery.Decision.Strategy is not (RecoveryStrategy.Retry or RecoveryStrategy.Wait))
                {
                    Report(e.Task, permit, _state.Find(e.Task)?.Failure?.Class ?? recovery.Decision.Class);
                }

                break;
            case TaskFailed or TaskHeld or TaskWaiting:
                Report(e.Task, permit, _state.Find(e.Task)?.Failure?.Class ?? FailureClass.Unknown);
                break;
            case AttemptWithdrawn or TaskCancelled or TaskReconciled or TaskResolved:
                _permits.Remove(e.Task);
                Targets.Release(permit.Target, permit.Attempt, permit.Permit, _clock.Now);
                break;
        }
    }

    private void Report(string task, in TargetPermit permit, FailureClass? failure)
    {
        _permits.Remove(task);
        Targets!.Report(permit.Target, permit.Attempt, permit.Permit, failure, _clock.Now);
    }

    // What a person said while nobody drove. What the workspace was told after that holds.
    private void TellLifts()
    {
        foreach (var (name, target) in _state.Targets)
        {
            if (target.Lift is { } lift)
            {
                Targets?.Lift(name, lift.By, lift.At, _clock.Now);
            }
        }
    }

    // A rate limit is shared knowledge: every run of the workspace waits for it. Only what was told just now is shared,
    // since a person may have ended an earlier wait that this run does not know to be over yet.
    private void ShareThrottle(in TargetPermit permit)
    {
        if (_state.Targets.GetValueOrDefault(permit.Target) is
            { Cause: BlockCause.Throttle, BlockedUntil: { } until, Why: { } why } && until > _clock.Now)
        {
            Targets!.Throttle(permit.Target, permit.Attempt, until, why, _clock.Now);
        }
    }

    private sealed record TargetPermit(string Target, AttemptId Attempt, BreakerPermit Permit);
}
