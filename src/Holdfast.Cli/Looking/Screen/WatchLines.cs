using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;

namespace Holdfast.Cli.Looking;

/// <summary>One plain line for an event that a person cares about, and for each start; the rest has none.</summary>
internal static class WatchLines
{
    internal static IEnumerable<string> Of(RunEvent e, IEnumerable<AttemptStarted> starts) =>
        new[] { OfEvent(e) }.OfType<string>().Concat(starts.Select(s =>
            $"{"started",-10} {s.Task}{(s.Attempt > 1 ? $", attempt {s.Attempt}" : "")}"));

    private static string? OfEvent(RunEvent e) => e switch
    {
        RunStarted started => $"run {started.Name}: {started.Tasks} tasks",
        DriverStarted { Resumed: true } driver => $"taken up by process {driver.Pid} on {driver.Host}",
        RunPaused paused => $"paused by {paused.By}",
        RunUnpaused unpaused => $"goes on, says {unpaused.By}",
        RunStopping stopping => $"stopping: {stopping.Reason}",
        MassFailureDetected mass => $"{mass.Failed} of {mass.Of} tasks failed for infrastructure classes; retries stop",
        RunWaiting waiting => $"waiting: {waiting.Why}",
        RunInterrupted interrupted => $"interrupted: {interrupted.Reason}",
        RunEnded ended => $"{ended.Status.Word()}: {ended.Why}",
        RunReopened reopened => $"opened again by {reopened.By}",
        JournalCut cut => $"a torn end of the journal was cut off ({cut.Bytes} bytes)",
        TargetUnblocked lift => $"{lift.Target} may be asked again, says {lift.By}: {lift.Why}",
        ClockJumped jumped => $"the wall clock jumped by {Durations.Text(jumped.By)}",
        _ => OfTask(e),
    };

    private static string? OfTask(RunEvent e)
    {
        var name = e.Task ?? "";
        return e switch
        {
            AttemptFound found => $"{"found",-10} {name}, attempt {e.Attempt}, which the journal had lost: "
                + found.Trace.Word(),
            AttemptAdopted adopted => $"{"adopted",-10} {name}: {adopted.Trace.Word()}",
            AttemptSucceeded done => $"{"succeeded",-10} {name} in {Durations.Text(done.Outcome.Duration)}",
            RuntimeErrorClassified bad =>
                $"{bad.Failure.Class.Word(),-10} {name}: {bad.Failure.Evidence.Text ?? bad.Failure.Evidence.Rule}",
            RuntimeRecoveryScheduled { Decision: var d } =>
                $"{d.Strategy.Word(),-10} {name}{(d.Delay > TimeSpan.Zero ? $" in {Durations.Text(d.Delay)}" : "")}: "
                    + $"{d.Reason}",
            TaskExpanded expanded => $"{"expanded",-10} {name}: {expanded.From + expanded.Items.Count} items"
                + (expanded.Warning is { } warning ? $" ({warning})" : ""),
            TaskSucceeded done => $"{"succeeded",-10} {name}: all {done.Instances}",
            TaskFailed failed => $"{"failed",-10} {name}: {failed.Reason}",
            TaskBlocked blocked => $"{"blocked",-10} {name} by {string.Join(", ", blocked.By)}",
            TaskSkipped skipped => $"{"skipped",-10} {name}: {skipped.Reason}",
            TaskHeld held => $"{"held",-10} {name}: {held.Reason}",
            TaskCancelled cancelled => $"{"cancelled",-10} {name}: {cancelled.Reason}",
            TaskResolved resolved => $"{"resolved",-10} {name} as {resolved.As.Word()} by {resolved.By}",
            TaskWaiting waiting => $"{"waiting",-10} {name}: {waiting.Why}",
            ApprovalDecided said => $"{(said.Approved ? "approved" : "denied"),-10} {name} by {said.By}"
                + (said.Comment is { } comment ? $": {comment}" : ""),
            CheckpointCompleted reached => $"{"checkpoint",-10} {name}: \"{reached.Id}\" by {reached.By}: "
                + reached.Summary,
            TaskReopened reopened => $"{"reopened",-10} {name} by {reopened.By}",
            TaskWaitEnded order => $"{"goes on",-10} {name}: its wait was ended by {order.By}",
            TaskTakenOver taken => $"{"taken over",-10} {name} from {taken.FromRun}",
            OutputsLost lost => $"{"lost",-10} {name}: {string.Join(", ", lost.Paths)}",
            _ => null,
        };
    }
}
