using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.Targets;

namespace Holdfast.Cli.Looking;

/// <summary>One attempt as the journal tells it.</summary>
internal sealed class AttemptStory
{
    internal required int Number { get; init; }

    internal required DateTimeOffset StartedAt { get; init; }

    internal string Runtime { get; init; } = "command";

    /// <summary>What it was sent to; null for none.</summary>
    internal string? Target { get; init; }

    /// <summary>The preferred runtime, where another one was taken without a failure of this task.</summary>
    internal string? InsteadOf { get; init; }

    /// <summary>Why the preferred one was not taken.</summary>
    internal string? Because { get; init; }

    internal DateTimeOffset? EndedAt { get; set; }

    internal Outcome? Outcome { get; set; }

    internal Failure? Failure { get; set; }

    internal RuntimeRecoveryScheduled? Recovery { get; set; }

    internal bool Succeeded { get; set; }

    /// <summary>What a later driver found of it when it took over; null if the same driver saw it end.</summary>
    internal AttemptTrace? TakenUp { get; set; }
}

/// <summary>The attempts of one task, and what people did to it.</summary>
internal sealed class TaskStory
{
    internal List<AttemptStory> Attempts { get; } = [];

    /// <summary>Number of the event that ended it in failure; 0 for none, or if it was ordered again since.</summary>
    internal long FailedSeq { get; set; }

    internal FailureClass? FailedClass { get; set; }

    /// <summary>What people and reconcile commands said, in order, with the time.</summary>
    internal List<(DateTimeOffset At, string Text)> Notes { get; } = [];

    internal AttemptStory? Last => Attempts.Count > 0 ? Attempts[^1] : null;
}

/// <summary>
/// What happened in a run, attempt by attempt: the state alone tells only where each task stands now. Fed with the same
/// events as the state, in the same pass.
/// </summary>
internal sealed class RunStory
{
    private const int MostKept = 1_000;

    private readonly Dictionary<string, TaskStory> _tasks = [];

    /// <summary>What happened to the run as a whole and a person may want to know.</summary>
    internal List<(DateTimeOffset At, string Text)> Incidents { get; } = [];

    /// <summary>When targets were blocked, in order; at most the last 1,000.</summary>
    internal Queue<TargetBlocked> Blocks { get; } = new();

    /// <summary>When people said that targets may be asked again, in order; at most the last 1,000.</summary>
    internal Queue<TargetUnblocked> Lifts { get; } = new();

    internal int Drivers { get; private set; }

    internal TaskStory? Of(string task) => _tasks.GetValueOrDefault(task);

    /// <summary>What interrupted the last driver; null where it was not, or where another one took over.</summary>
    internal string? InterruptedBy { get; private set; }

    internal void Add(RunEvent e, long seq)
    {
        if (e.Task is not { } name)
        {
            AddIncident(e);
            return;
        }

        if (!_tasks.TryGetValue(name, out var task))
        {
            _tasks.Add(name, task = new TaskStory());
        }

        switch (e)
        {
            case AttemptStarted started:
                task.Attempts.Add(new AttemptStory
                {
                    Number = e.Attempt, StartedAt = e.At, Runtime = started.Runtime, Target = started.Target,
                    InsteadOf = started.InsteadOf, Because = started.Because,
                });
                break;
            case AttemptFound found:
                task.Attempts.Add(new AttemptStory
                {
                    Number = e.Attempt, StartedAt = found.StartedAt ?? e.At, TakenUp = found.Trace,
                });
                break;
            case AttemptWithdrawn when task.Attempts.Count > 0:
                task.Attempts.RemoveAt(task.Attempts.Count - 1);
                break;
            case TaskFailed failed:
                task.FailedSeq = seq;
                task.FailedClass = failed.Class;
                break;
            default:
                AddToAttempt(task, e);
                break;
        }
    }

    private static void AddToAttempt(TaskStory task, RunEvent e)
    {
        if (task.Last is { } attempt)
        {
            switch (e)
            {
                case AttemptSucceeded succeeded:
                    attempt.Outcome = succeeded.Outcome;
                    attempt.EndedAt = e.At;
                    attempt.Succeeded = true;
                    return;
                case AttemptFailed failed:
                    attempt.Outcome = failed.Outcome;
                    attempt.EndedAt = e.At;
                    return;
                case RuntimeErrorClassified classified:
                    attempt.Failure = classified.Failure;
                    return;
                case RuntimeRecoveryScheduled recovery:
                    attempt.Recovery = recovery;
                    return;
                case AttemptAdopted adopted:
                    attempt.TakenUp = adopted.Trace;
                    return;
            }
        }

        AddNote(task, e);
    }

    private static void AddNote(TaskStory task, RunEvent e)
    {
        var note = e switch
        {
            TaskHeld held => $"held: {held.Reason}",
            TaskWaiting waiting => $"waits for a person: {waiting.Why}",
            ApprovalDecided said => $"{(said.Approved ? "approved" : "denied")} by {said.By}"
                + (said.Comment is { } comment ? $": {comment}" : ""),
            CheckpointCompleted reached => $"checkpoint \"{reached.Id}\" completed by {reached.By}: {reached.Summary}",
            TaskReconciled reconciled => $"its reconcile command answered {reconciled.Answer.Word()}",
            TaskResolved resolved => $"{resolved.By} resolved it as {resolved.As.Word()}",
            TaskReopened reopened => $"{reopened.By} ordered new attempts",
            TaskWaitEnded order => $"{order.By} ended its wait: it is tried now",
            TaskTakenOver taken => $"its result was taken over from run {taken.FromRun}",
            OutputsLost lost => $"declared outputs were gone after a restart: {string.Join(", ", lost.Paths)}",
            _ => null,
        };
        if (e is TaskResolved { As: Resolution.Redo } or TaskReopened or OutputsLost)
        {
            task.FailedSeq = 0;
            task.FailedClass = null;
        }

        if (note is not null)
        {
            task.Notes.Add((e.At, note));
        }
    }

    private static void Keep<T>(Queue<T> last, T one)
    {
        last.Enqueue(one);
        if (last.Count > MostKept)
        {
            last.Dequeue();
        }
    }

    private void AddIncident(RunEvent e)
    {
        if (e is DriverStarted)
        {
            Drivers++;
        }
        else if (e is TargetBlocked block)
        {
            Keep(Blocks, block);
        }
        else if (e is TargetUnblocked lifted)
        {
            Keep(Lifts, lifted);
        }

        InterruptedBy = e switch
        {
            RunInterrupted interrupted => interrupted.Reason,
            DriverStarted => null,
            _ => InterruptedBy,
        };
        var text = e switch
        {
            RunInterrupted interrupted => $"interrupted: {interrupted.Reason}",
            DriverStarted { Resumed: true } driver => $"taken up by process {driver.Pid} on {driver.Host}",
            JournalCut cut => $"a torn end of the journal was cut off ({cut.Bytes} bytes, never acknowledged)",
            JournalRepaired repaired => $"the journal was repaired; events {repaired.From} to {repaired.To} are lost",
            PlanChanged changed => $"the plan was edited ({changed.Changed.Count} tasks changed, "
                + $"{changed.Added.Count} added, {changed.Removed.Count} removed)"
                + (changed.Stale.Count == 0 ? "" : changed.RerunBy is { } who
                    ? $"; {changed.Edited.Count} finished before it and run again, as ordered by {who}"
                        + (changed.Behind.Count == 0 ? "" : $", and {changed.Behind.Count} behind them")
                    : $"; {changed.Stale.Count} finished before it and stand as they ran"),
            TargetBlocked blocked => $"{blocked.Target} was blocked until {Times.Iso(blocked.Until)} "
                + $"({blocked.Cause.Word()}): {blocked.Detail ?? "it said so"}",
            TargetUnblocked lift => $"{lift.Target} may be asked again, says {lift.By}: {lift.Why}",
            RunPaused paused => $"paused by {paused.By}",
            RunStopping stopping => $"stopped: {stopping.Reason}",
            MassFailureDetected mass =>
                $"{mass.Failed} of {mass.Of} tasks failed for infrastructure classes; retries stopped",
            RunReopened reopened => $"opened again by {reopened.By}: {reopened.Reason}",
            ClockJumped jumped => $"the wall clock jumped by {Durations.Text(jumped.By)}",
            Notified { Error: { } error } => $"notify could not be told: {error}",
            _ => null,
        };
        if (text is not null)
        {
            Incidents.Add((e.At, text));
        }
    }
}
