using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs;

/// <summary>What one driver has already set in motion and the journal does not show yet.</summary>
public sealed class DriverMemory
{
    /// <summary>Attempts that were started or adopted by this driver, and have not ended.</summary>
    public HashSet<AttemptId> Launched { get; } = [];

    /// <summary>Attempts that were told to end.</summary>
    public HashSet<AttemptId> Stopped { get; } = [];

    /// <summary>Attempts of no task of the run that were told to end, and are waited for.</summary>
    public HashSet<AttemptId> Strangers { get; } = [];

    /// <summary>Tasks whose reconcile command is running, or attempts that are being judged anew.</summary>
    public HashSet<string> Asked { get; } = [];

    /// <summary>Occasions for which the notify command is running.</summary>
    public HashSet<NotifyOn> Notifying { get; } = [];
}

/// <summary>What a driver may do, set when it starts.</summary>
public sealed record DriverLimits
{
    /// <summary>Most attempts that run at once.</summary>
    public int MaxParallel { get; init; } = 4;

    /// <summary>Leave when only waits are left, rather than sit through them.</summary>
    public bool NoWait { get; init; }

    /// <summary>Occasions on which the plan wants its notify command run.</summary>
    public IReadOnlyList<NotifyOn> NotifyOn { get; init; } = [];
}

/// <summary>
/// Decides what a run does next: a pure function of the state, the time, and what the driver has under way. The rows
/// are tried in order and the first that fits is taken; every state fits exactly one.
/// </summary>
public static class Decider
{
    private const int MaxReopenedAtOnce = 500;

    /// <summary>Decides the next step.</summary>
    public static Decision Decide(RunState state, DateTimeOffset now, DriverLimits limits, DriverMemory memory)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentNullException.ThrowIfNull(memory);
        return Judge(state, now, memory)
            ?? Bound(state, now)
            ?? (state.Stopping is { } stopping ? EndAttempts(state, stopping, memory) : GoOn(state, now, limits,
                memory))
            ?? Finish(state, limits, memory)
            ?? new Decision.Await(NextTime(state));
    }

    /// <summary>The next time at which the state changes by itself; null if it does not.</summary>
    internal static DateTimeOffset? NextTime(RunState state)
    {
        var wake = state.Stopping is null && !state.Paused
            ? Earlier(state.Waits.FirstOrDefault()?.WakeAt, Earlier(state.NextRouteAt, state.FirstDue?.DueAt))
            : null;
        var deadline = state.Stopping is null && state.Ended is null ? state.DeadlineAt : null;
        return wake is null || deadline < wake ? deadline ?? wake : wake;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;

    // Ended attempts first: nothing else is decided on a state that does not yet say what they mean.
    private static Decision? Judge(RunState state, DateTimeOffset now, DriverMemory memory)
    {
        if (state.FirstUnclassified is { } unclassified && !memory.Asked.Contains(unclassified.Name))
        {
            return new Decision.Classify(unclassified.CurrentAttempt);
        }

        if (state.FirstUnrecovered is { } failed)
        {
            return new Decision.Record(Recoveries.After(state, failed, now));
        }

        if (state.FirstUnsettled is { } settled)
        {
            return new Decision.Record([Settle(state, settled)]);
        }

        return state.FirstToClose is { } fanOut ? new Decision.Record([Close(state, fanOut)]) : null;
    }

    private static RunEvent Settle(RunState state, TaskState task) => state.Judge(task) switch
    {
        SettleVerdict.Skip => new TaskSkipped($"task \"{task.Spec.WhenFailedTask}\" did not fail") { Task = task.Name },
        _ => new TaskBlocked(
            [.. state.NeedsOf(task).Where(n => !n.Status.Satisfies())
                .SelectMany(n => n.Status == TaskStage.Blocked ? n.BlockedBy : [n.Name]).Distinct().Take(20)])
        {
            Task = task.Name,
        },
    };

    private static RunEvent Close(RunState state, TaskState fanOut)
    {
        TaskState? failed = null;
        var failures = 0;
        var cancelled = 0;
        var blocked = new List<string>();
        foreach (var instance in state.InstancesOf(fanOut))
        {
            failures += instance.Status == TaskStage.Failed ? 1 : 0;
            cancelled += instance.Status == TaskStage.Cancelled ? 1 : 0;
            if (instance.Status == TaskStage.Blocked && blocked.Count < 20)
            {
                blocked.AddRange(instance.BlockedBy.Except(blocked));
            }

            failed ??= instance.Status == TaskStage.Failed ? instance : null;
        }

        return failed is not null
            ? new TaskFailed(
                failed.Failure?.Class ?? FailureClass.Unknown,
                $"{failures} of {fanOut.Instances} instances failed, the first is \"{failed.Name}\"") { Task
                    = fanOut.Name }
            : cancelled > 0
                ? new TaskCancelled($"{cancelled} of {fanOut.Instances} instances were cancelled") { Task
                = fanOut.Name }
                : blocked.Count > 0
                    ? new TaskBlocked(blocked) { Task = fanOut.Name }
                    : new TaskSucceeded(fanOut.Instances) { Task = fanOut.Name };
    }

    // Bounds on the run as a whole.
    private static Decision.Record? Bound(RunState state, DateTimeOffset now)
    {
        if (state.Ended is not null)
        {
            return null;
        }

        if (!state.MassFailure && MassFailure.Holds(state.Total, state.InfrastructureFailures))
        {
            return new Decision.Record([new MassFailureDetected(state.InfrastructureFailures, state.Total)]);
        }

        if (state.Stopping is { Cause: not StopCause.Interrupt })
        {
            return null;
        }

        if (state.DeadlineAt <= now && state.UnendedTasks > 0)
        {
            var bound = Durations.Text(state.Started?.Deadline ?? TimeSpan.Zero);
            return new Decision.Record([new RunStopping(StopCause.Deadline, "holdfast",
                $"the run's deadline of {bound} has passed")]);
        }

        return state.Stopping is null && state.StopperFailed is { } stopper && state.UnendedTasks > 0
            ? new Decision.Record(
                [new RunStopping(StopCause.OnFailure, "holdfast",
                    $"task \"{stopper.Name}\" failed, and says on-failure: stop")])
            : null;
    }

    private static Decision? EndAttempts(RunState state, RunStopping stopping, DriverMemory memory)
    {
        foreach (var task in state.Open)
        {
            var attempt = task.CurrentAttempt;
            if (!memory.Launched.Contains(attempt))
            {
                return Withdraw(task, "the run is being stopped");
            }

            if (!memory.Stopped.Contains(attempt))
            {
                return new Decision.Stop(attempt, stopping.Cause switch
                {
                    StopCause.Interrupt => EndedBy.Interrupt,
                    StopCause.Deadline => EndedBy.RunDeadline,
                    _ => EndedBy.Cancel,
                });
            }
        }

        // A question under way is heard out, since its answer may be that the work is done.
        return stopping.Cause != StopCause.Interrupt
            && state.ToReconcile.FirstOrDefault(t => !memory.Asked.Contains(t.Name)) is { } unasked
            ? new Decision.Record([new TaskCancelled($"it may have happened; {stopping.Reason}") { Task
            = unasked.Name }])
            : null;
    }

    private static Decision.Record Withdraw(TaskState task, string why) =>
        new([new AttemptWithdrawn(why) { Task = task.Name, Attempt = task.Attempts }]);

    private static Decision? GoOn(RunState state, DateTimeOffset now, DriverLimits limits, DriverMemory memory)
    {
        if (state.Ended is not null)
        {
            return null;
        }

        if (EndOverdue(state, now) is { } overdue)
        {
            return overdue;
        }

        if (state.Owed.Count > 0)
        {
            // Before a pause counts, and before the run could end: to be owed an attempt is not to start one.
            return new Decision.Record([.. state.Owed.Take(MaxReopenedAtOnce)
                .Select(PlanEdit.Again)]);
        }

        foreach (var task in state.ToReconcile)
        {
            if (memory.Asked.Count >= limits.MaxParallel)
            {
                break;
            }

            if (!memory.Asked.Contains(task.Name))
            {
                return new Decision.Reconcile(task.Name);
            }
        }

        if (state.Paused)
        {
            // An intent that was recorded ahead goes back: whoever looks sees what really runs.
            return state.Open.FirstOrDefault(t => !memory.Launched.Contains(t.CurrentAttempt)) is { } ahead
                ? Withdraw(ahead, "the run was paused")
                : null;
        }

        if (state.FirstToAsk is { } approval)
        {
            return new Decision.Record([new TaskWaiting("a person has to approve")
            {
                Task = approval.Name, Until = now + approval.Spec.Approval!.Value,
            }]);
        }

        return state.ToExpand.FirstOrDefault() is { } fanOut
            ? new Decision.Expand(fanOut.Name)
            : StartNext(state, limits);
    }

    // Who waits for a person does not wait for ever.
    private static Decision.Record? EndOverdue(RunState state, DateTimeOffset now)
    {
        if (state.FirstDue is not { } task || task.DueAt > now)
        {
            return null;
        }

        return task.Spec.Approval is not null
            ? new Decision.Record([new TaskFailed(FailureClass.PolicyDenied, "nobody approved in time")
            {
                Task = task.Name,
            }])
            : new Decision.Record([new TaskFailed(FailureClass.Incomplete,
                $"checkpoint \"{task.NextCheckpoint}\" was not completed in time") { Task = task.Name }]);
    }

    // Intents are recorded ahead of free places, so that a place never waits for a sync; what must run only once is
    // not, since a recorded intent that nobody saw through would have to be asked about.
    private static Decision? StartNext(RunState state, DriverLimits limits)
    {
        if (state.Open.Count >= limits.MaxParallel * 2 || state.BestReady() is not { } next)
        {
            return null;
        }

        // Nor is what goes to a target: the next answer may be that nothing more is to be sent.
        if (state.Open.Count >= limits.MaxParallel
            && (next.Task.Spec.Effect == Effect.Once || next.Route.Choice.Target is not null))
        {
            return null;
        }

        var intent = new AttemptStarted(next.Route.Choice.Name)
        {
            Task = next.Task.Name,
            Attempt = next.Task.Attempts + 1,
            Target = next.Route.Choice.Target,
            InsteadOf = next.Route.InsteadOf,
            Because = next.Route.Because,
        };
        return intent.Target is null ? new Decision.Record([intent]) : new Decision.Admit(intent);
    }

    private static Decision? Finish(RunState state, DriverLimits limits, DriverMemory memory)
    {
        if (state.Open.Count > 0 || memory.Asked.Count > 0 || memory.Strangers.Count > 0)
        {
            return null;
        }

        if (state.Ended is { } ended)
        {
            return CloseJournal(state, ended, limits, memory);
        }

        // Whoever interrupts a driver does not take back what was ordered: the next one reopens it.
        if (state.UnendedTasks == 0 && !(state.Owed.Count > 0 && state.Stopping is { Cause: StopCause.Interrupt }))
        {
            return new Decision.Record([RunEnds.Of(state)]);
        }

        if (state.Stopping is { Cause: StopCause.Interrupt } interrupt)
        {
            if (memory.Notifying.Count > 0)
            {
                // It was told to end, and is not left behind.
                return null;
            }

            return state.Status == RunStatus.Interrupted
                ? new Decision.Leave(ExitCodes.Interrupted)
                : new Decision.Record([new RunInterrupted(interrupt.Reason)]);
        }

        return LeaveWaiting(state, limits, memory);
    }

    private static Decision? CloseJournal(RunState state, RunEnded ended, DriverLimits limits, DriverMemory memory)
    {
        if (Wanted(state, limits, memory, ended.Status) is { } notify)
        {
            return notify;
        }

        if (memory.Notifying.Count > 0)
        {
            return null;
        }

        return state.Closed ? new Decision.Leave(ended.ExitCode)
            : new Decision.Record([new JournalClosed(ended.Status)]);
    }

    private static Decision? LeaveWaiting(RunState state, DriverLimits limits, DriverMemory memory)
    {
        var startable = state.BestReady() is not null || state.ToExpand.Count > 0;
        var sitThrough = (state.Waits.Count > 0 && !(limits.NoWait && RunEnds.OnlyLongWaits(state)))
            || (state.HasBlockedReady && !limits.NoWait);
        if (state.ToReconcile.Count > 0 || ((startable || sitThrough) && !(state.Paused && limits.NoWait)))
        {
            // A paused driver stays too, unless it was told not to wait: the request that lets it go on reaches it
            // through the inbox.
            return null;
        }

        if (state.WaitingFor is null)
        {
            return new Decision.Record([new RunWaiting(RunEnds.WhyWaiting(state)) { Until = NextTime(state) }]);
        }

        if (Wanted(state, limits, memory, RunStatus.Waiting) is { } notify)
        {
            return notify;
        }

        return memory.Notifying.Count > 0 ? null : new Decision.Leave(ExitCodes.Waiting);
    }

    private static Decision.Notify? Wanted(RunState state, DriverLimits limits, DriverMemory memory, RunStatus status)
    {
        foreach (var on in limits.NotifyOn)
        {
            var applies = on switch
            {
                NotifyOn.Waiting => status == RunStatus.Waiting,
                NotifyOn.Failed => status is RunStatus.Failed or RunStatus.Infrastructure,
                _ => status.IsEnd(),
            };
            if (applies && !state.NotifiedOn.Contains(on) && !memory.Notifying.Contains(on))
            {
                return new Decision.Notify(on);
            }
        }

        return null;
    }
}
