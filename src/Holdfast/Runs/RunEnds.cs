using Holdfast.Resilience;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs;

/// <summary>How a run ends, or what it waits for.</summary>
internal static class RunEnds
{
    internal static RunEnded Of(RunState state)
    {
        var failed = state.Count(TaskStage.Failed);
        var blocked = state.Count(TaskStage.Blocked);
        var cancelled = state.Count(TaskStage.Cancelled);
        if (state.MassFailure)
        {
            return new RunEnded(
                RunStatus.Infrastructure,
                ExitCodes.Infrastructure,
                $"{state.InfrastructureFailures} of {state.Total} tasks failed for infrastructure classes");
        }

        if (state.Stopping is { Cause: StopCause.Cancel } cancel)
        {
            return new RunEnded(RunStatus.Cancelled, ExitCodes.Interrupted, cancel.Reason);
        }

        if (failed + blocked + cancelled > 0)
        {
            var first = state.Tasks.Where(t => t.Status == TaskStage.Failed && t.Instances == 0).MinBy(t => t.EndedAt);
            var why = (state.Stopping is { Cause: not StopCause.Interrupt } stopping ? stopping.Reason : null)
                ?? (first is null ? "not everything succeeded" : $"task \"{first.Name}\" failed: {first.Reason}");
            return new RunEnded(RunStatus.Failed, ExitCodes.Failed, why);
        }

        return new RunEnded(RunStatus.Succeeded, ExitCodes.Done, state.Total switch
        {
            0 => "there was nothing to do",
            1 => "its task is done",
            var total => $"all {total} tasks are done",
        });
    }

    internal static string WhyWaiting(RunState state)
    {
        var held = state.Tasks.Where(t => t.Status is TaskStage.Held or TaskStage.Waiting).Take(6).ToArray();
        if (held.Length > 0)
        {
            var names = string.Join(", ", held.Take(5).Select(t => $"\"{t.Name}\""))
                + (held.Length > 5 ? " and more" : "");
            return $"a person has to decide about {names}";
        }

        var next = state.Waits.FirstOrDefault();
        return next is null
            ? state.WhyBlocked ?? "nothing can go on by itself" : $"task \"{next.Name}\" waits: {next.Reason}";
    }

    // A short back-off is sat through even by a driver that was told not to wait: leaving would only repeat it.
    internal static bool OnlyLongWaits(RunState state) =>
        state.Waits.All(t => t.Recovery?.Decision.Strategy is RecoveryStrategy.Wait or RecoveryStrategy.Park);
}
