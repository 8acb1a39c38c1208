using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs;

/// <summary>Turns a judged failure into the events that record what follows it.</summary>
internal static class Recoveries
{
    internal static IReadOnlyList<RunEvent> After(RunState state, TaskState task, DateTimeOffset now)
    {
        var failure = task.Failure!;
        if (task.IsFanOutParent)
        {
            // Only a repair doubts a fan-out as a whole, and no command can be asked about items that nobody knows.
            return [new TaskHeld(FailureClass.OutcomeUnknown, failure.Evidence.Text ?? "") { Task = task.Name }];
        }

        return state.Stopping is { Cause: not StopCause.Interrupt } stopping
            ? AfterStop(task, failure, stopping, () => Decide(state, task, failure, now))
            : failure.EndedBy switch
            {
                EndedBy.Interrupt => AfterInterrupt(task, failure, now),
                EndedBy.Cancel => [new TaskCancelled("it was cancelled") { Task = task.Name }],
                _ => Record(task, Decide(state, task, failure, now), now),
            };
    }

    // The run is being stopped for good: nothing is tried again. What was ended for that, by whichever signal, was
    // stopped; what failed by itself has failed, and says why.
    private static RunEvent[] AfterStop(
        TaskState task, Failure failure, RunStopping stopping, Func<RecoveryDecision> otherwise)
    {
        switch (failure.EndedBy)
        {
            case EndedBy.Cancel or EndedBy.Interrupt when stopping.Cause != StopCause.Deadline:
                return [new TaskCancelled(stopping.Reason) { Task = task.Name }];
            case EndedBy.Cancel or EndedBy.Interrupt or EndedBy.RunDeadline:
                return [new TaskFailed(failure.Class, stopping.Reason) { Task = task.Name }];
        }

        var next = otherwise();
        var reason = next.Strategy == RecoveryStrategy.Fail
            ? next.Reason
            : $"{failure.Class.Word()}: not tried again, since {stopping.Reason}";
        return [new TaskFailed(next.Class, reason) { Task = task.Name }];
    }

    internal static RecoveryDecision Decide(RunState state, TaskState task, Failure failure, DateTimeOffset now) =>
        Recovery.Decide(new RecoveryInput
        {
            Failure = failure,
            Table = task.Spec.Retry,
            Effect = task.Spec.Effect,
            Tally = task.Tally,
            AttemptsBefore = Math.Max(0, task.Attempts - 1 - task.Tally.Attempts),
            MaxWait = state.Spec.MaxWait,
            Now = now,
            Key = new DrawKey((ulong)(state.Started?.Seed ?? 0), state.Spec.RunId, task.Name, task.Attempts),
            TargetBudgetExhausted = task.Runtime.Target is { } target && state.BudgetOf(target).Exhausted,
            Fallback = task.Spec.Runtimes.Count > 1 ? state.FallbackOf(task)?.Name : null,
            MassFailure = state.MassFailure,
        });

    // Ended by our own signal: not a failure of the work, so nothing is spent; but what it did may have happened.
    private static IReadOnlyList<RunEvent> AfterInterrupt(TaskState task, Failure failure, DateTimeOffset now)
    {
        return task.Spec.Effect switch
        {
            Effect.Once =>
            [
                new TaskHeld(FailureClass.OutcomeUnknown, "it was interrupted and may have happened; a person decides")
                {
                    Task = task.Name,
                },
            ],
            Effect.Reconcile => Again(RecoveryStrategy.Reconcile,
                "it was interrupted and may have happened, so it is asked"),
            _ => Again(RecoveryStrategy.Wait, "it was interrupted; it runs again when the run is resumed"),
        };

        IReadOnlyList<RunEvent> Again(RecoveryStrategy strategy, string reason) => Record(task, new RecoveryDecision
        {
            Strategy = strategy,
            Until = now,
            Reason = reason,
            Class = failure.Class,
            Budget = failure.Class,
            Attempt = task.Attempts,
            OfAttempts = task.Attempts + 1,
            SameKey = task.Spec.Effect == Effect.Keyed,
        }, now);
    }

    private static IReadOnlyList<RunEvent> Record(TaskState task, RecoveryDecision decision, DateTimeOffset now)
    {
        switch (decision.Strategy)
        {
            case RecoveryStrategy.Fail:
                return [new TaskFailed(decision.Class, decision.Reason) { Task = task.Name }];
            case RecoveryStrategy.Stop:
                return [new TaskCancelled(decision.Reason) { Task = task.Name }];
            case RecoveryStrategy.Hold when decision is { Class: FailureClass.Incomplete }
                && task.NextCheckpoint is { } next:
                return
                [
                    new TaskWaiting($"checkpoint \"{next}\" is missing; the attempt stays open for it")
                    {
                        Task = task.Name, Attempt = task.Attempts, Until = now + task.Spec.CheckpointWait,
                    },
                ];
            case RecoveryStrategy.Hold:
                return [new TaskHeld(decision.Class, decision.Reason) { Task = task.Name }];
        }

        var scheduled = new RuntimeRecoveryScheduled(decision)
        {
            Task = task.Name,
            Attempt = task.Attempts,
            From = task.Runtime.Name,
            To = decision.To ?? task.Runtime.Name,
        };
        return decision.Strategy == RecoveryStrategy.Reconcile
            ? [scheduled]
            : [scheduled, new TaskRetryRequested(task.Attempts + 1) { Task = task.Name, NotBefore = decision.Until }];
    }
}
