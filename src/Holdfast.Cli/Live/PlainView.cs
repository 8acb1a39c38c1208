using Holdfast.Cli.Looking;
using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Targets;

namespace Holdfast.Cli.Live;

/// <summary>One line for each thing that happens: time, a fixed word, the task. Made to be searched and kept.</summary>
/// <param name="to">Gets the lines.</param>
/// <param name="zone">Of the times.</param>
/// <param name="quiet">Whether only failures and the end are told.</param>
/// <param name="mask">Takes secrets out.</param>
/// <param name="parallel">Places of the run.</param>
internal sealed class PlainView(TextWriter to, TimeZoneInfo zone, bool quiet, SecretMask mask, int parallel) : IRunView
{
    // A failure high up in a plan of 100,000 tasks blocks them all; the summary counts what is left out here.
    private const int MaxUnrun = 50;
    private readonly Places _places = new(parallel);
    private int _unrun;
    private RunProgress _told;

    public void Show(SeenEvent seen)
    {
        if (LineOf(seen) is { } line && !(quiet && !IsLoud(seen.Event)))
        {
            Write(seen.Event.At, line);
        }

        foreach (var started in quiet ? [] : _places.Take(seen.Event))
        {
            Write(seen.Event.At, $"started    {started.Task}{Try(started.Attempt)}"
                + (started.InsteadOf is { } preferred
                    ? $" on {started.Runtime} instead of {preferred}: {started.Because}"
                    : ""));
        }
    }

    private void Write(DateTimeOffset at, string line)
    {
        to.WriteLine(mask.Mask($"{TimeZoneInfo.ConvertTime(at, zone):HH:mm:ss} {OneLine(line)}"));
        to.Flush();
    }

    public void Idle()
    {
        // Lines stand as they were printed.
    }

    public void Close() => to.Flush();

    /// <summary>Control characters of a name or a message never reach the terminal.</summary>
    internal static string OneLine(string text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c))
            {
                return string.Create(text.Length, text, static (into, from) =>
                {
                    for (var i = 0; i < into.Length; i++)
                    {
                        into[i] = char.IsControl(from[i]) ? '\uFFFD' : from[i];
                    }
                });
            }
        }

        return text;
    }

    private static bool IsLoud(RunEvent e) => e is TaskFailed or TaskHeld or TaskWaiting
        or RunStopping or MassFailureDetected or JournalCut or OutputsLost or ClockJumped;

    private string? LineOf(SeenEvent seen) => seen.Event switch
    {
        AttemptFound e => $"found      {e.Task}{Try(e.Attempt)}, which the journal had lost: {TraceText(e.Trace)}",
        AttemptAdopted e => $"adopted    {e.Task}{Try(e.Attempt)}: {TraceText(e.Trace)}",
        AttemptSucceeded e =>
            $"succeeded  {e.Task} in {Durations.Text(e.Outcome.Duration)}{ProgressText(seen.Progress)}"
                + StrayText.Of(e.Outcome.Strays, "; "),
        AttemptFailed { Outcome.Strays.Count: > 0 } e => $"strays     {e.Task}: {StrayText.Of(e.Outcome.Strays)}",
        RuntimeErrorClassified e =>
            $"error      {e.Task}{Try(e.Attempt)}: {e.Failure.Class.Word()}{EvidenceText(e.Failure.Evidence)}",
        RuntimeRecoveryScheduled e => RecoveryLine(e),
        RequestReceived e => $"request    {e.Command} by {e.By}: {e.Message}",
        TargetBlocked e => $"blocked    target {e.Target} until {TimeZoneInfo.ConvertTime(e.Until, zone):HH:mm:ss} "
            + $"({e.Cause.Word()})" + (e.Detail is { } detail ? $": {detail}" : ""),
        TargetUnblocked e => $"unblocked  target {e.Target} by {e.By}: {e.Why}",
        RunPaused e => $"paused     by {e.By}: what runs goes on, nothing new starts",
        RunUnpaused e => $"unpaused   by {e.By}",
        RunStopping e => $"stopping   {e.Reason}",
        MassFailureDetected e =>
            $"failing    {e.Failed} of {e.Of} tasks failed for infrastructure classes: retries stop",
        RunWaiting e => $"waiting    {e.Why}",
        RunInterrupted e => $"ended      interrupted: {e.Reason}",
        RunEnded e => $"ended      {e.Status.Word()}: {e.Why}",
        ClockJumped e => $"clock      the wall clock moved by {Durations.Text(e.By)}",
        Notified { Error: { } error } e => $"notify     {e.On.Word()} could not be told: {error}",
        JournalCut e => $"journal    cut off {e.Lines} lines ({e.Bytes} bytes) that a crash left half written",
        PlanChanged e => $"plan       {ChangeText(e)}",
        _ => TaskLine(seen.Event),
    };

    // What was missed and is read again from the journal comes with one number for all of it: no number comes twice.
    private string ProgressText(RunProgress progress)
    {
        if (progress == _told)
        {
            return "";
        }

        _told = progress;
        return $" ({progress.Done} of {progress.Total})";
    }

    private string? TaskLine(RunEvent seen) => seen switch
    {
        TaskExpanded { Warning: { } warning } e => $"warning    {e.Task}: {warning}",
        TaskExpanded { From: 0 } e => $"expanded   {e.Task}: {e.Items.Count}{(e.More ? " and more" : "")} instances",
        TaskFailed e => $"failed     {e.Task}: {ReasonText.Of(e.Class, e.Reason)}",
        TaskHeld e => $"held       {e.Task}: {ReasonText.Of(e.Class, e.Reason)}",
        TaskWaiting e => $"waiting    {e.Task}: {e.Why}",
        ApprovalDecided e => $"{(e.Approved ? "approved  " : "denied    ")} {e.Task} by {e.By}"
            + (e.Comment is { } comment ? $": {comment}" : ""),
        CheckpointCompleted e => $"checkpoint {e.Task}: \"{e.Id}\" by {e.By}: {e.Summary}",
        TaskReconciled e => $"reconciled {e.Task}: {e.Answer.Word()}",
        TaskResolved e => $"resolved   {e.Task}: {e.As.Word()} by {e.By}",
        TaskReopened e => $"reopened   {e.Task} by {e.By}",
        TaskWaitEnded e => $"goes on    {e.Task}: its wait was ended by {e.By}",
        TaskTakenOver e => $"taken over {e.Task} from {e.FromRun}",
        OutputsLost e => $"outputs    {e.Task}: gone or changed: {string.Join(", ", e.Paths)}",
        TaskBlocked e => Unrun($"blocked    {e.Task} by {string.Join(", ", e.By)}"),
        TaskSkipped e => Unrun($"skipped    {e.Task}: {e.Reason}"),
        TaskCancelled e => Unrun($"cancelled  {e.Task}: {e.Reason}"),
        _ => null,
    };

    private string? Unrun(string line) => ++_unrun switch
    {
        <= MaxUnrun => line,
        MaxUnrun + 1 => "...        further tasks that do not run are only counted at the end",
        _ => null,
    };

    internal static string Try(int attempt) => attempt > 1 ? $" (attempt {attempt})" : "";

    private static string TraceText(AttemptTrace trace) => trace switch
    {
        AttemptTrace.Alive => "it still runs",
        AttemptTrace.Ended => "it ended while nobody watched",
        _ => "it is gone",
    };

    private static string EvidenceText(Evidence evidence)
    {
        var place = evidence.Line is { } line ? $"{evidence.Channel} line {line}" : evidence.Channel;
        return evidence.Text is { } text ? $" ({evidence.Rule}, {place}: {text})" : $" ({evidence.Rule}, {place})";
    }

    private string? RecoveryLine(RuntimeRecoveryScheduled e)
    {
        var decision = e.Decision;
        var word = decision.Strategy switch
        {
            RecoveryStrategy.Retry => "retry     ",
            RecoveryStrategy.Wait => "wait      ",
            RecoveryStrategy.Park => "parked    ",
            RecoveryStrategy.Reconcile => "reconcile ",
            RecoveryStrategy.FallBack => "fall back ",
            _ => null,
        };
        if (word is null)
        {
            return null;
        }

        var tries = decision.Strategy == RecoveryStrategy.Retry
            ? $" attempt {decision.Attempt + 1} of {decision.OfAttempts}"
            : "";
        if (decision.Strategy == RecoveryStrategy.FallBack)
        {
            tries = $" from {e.From} to {e.To}";
        }

        var when = decision.Delay > TimeSpan.Zero ? $" in {Durations.Text(decision.Delay)}" : "";
        var until = decision is { Strategy: RecoveryStrategy.Park, Until: { } time }
            ? $" until {TimeZoneInfo.ConvertTime(time, zone):yyyy-MM-dd HH:mm:ss zzz}"
            : "";
        return $"{word} {e.Task}{tries}{when}{until}: {ReasonText.Of(decision.Class, decision.Reason)}";
    }

    private static string ChangeText(PlanChanged e)
    {
        var parts = new List<string>(4);
        Add("added", e.Added);
        Add("changed", e.Changed);
        Add("removed", e.Removed);
        Add(e.RerunBy is { } who ? $"changed after they had finished, and run again as ordered by {who}:"
            : "changed after they had finished, so they stay as they are:", e.Edited);
        Add("behind those, and so run again too:", e.Behind);
        Add("again as they ran:", e.Fresh);
        return parts.Count == 0 ? "edited in nothing that concerns a task" : string.Join("; ", parts);

        void Add(string what, IReadOnlyList<string> names)
        {
            if (names.Count > 0)
            {
                var more = names.Count > 5 ? $" and {names.Count - 5} more" : "";
                parts.Add($"{what} {string.Join(", ", names.Take(5))}{more}");
            }
        }
    }
}
