using System.Buffers;
using System.Text.Json;
using Holdfast.Journal;
using Holdfast.Runs.State;

namespace Holdfast.Runs.Events;

/// <summary>Turns journal records into events and back: the one place that knows every word.</summary>
public static class EventCatalog
{
    /// <summary>Every word that a journal of this version can hold, in the order of the documentation.</summary>
    public static IReadOnlyList<string> Types { get; } =
    [
        "journal_opened", "run_started", "driver_started", "journal_cut", "journal_repaired", "journal_closed",
        "plan_changed", "run_paused", "run_unpaused", "run_stopping", "mass_failure_detected", "run_waiting",
        "run_interrupted", "run_ended", "run_reopened", "clock_jumped", "target_blocked", "target_unblocked",
        "notified", "request_received",
        "task_expanded", "task_succeeded", "task_failed", "task_blocked", "task_skipped", "task_held",
        "task_waiting", "task_cancelled", "task_reconciled", "task_resolved", "task_reopened", "task_wait_ended",
        "task_taken_over", "approval_decided", "checkpoint_completed", "outputs_lost", "signal_received",
        "attempt_started", "attempt_withdrawn", "attempt_adopted", "attempt_succeeded", "attempt_failed",
        "runtime_error_classified", "runtime_recovery_scheduled", "task_retry_requested", "attempt_found",
    ];

    /// <summary>Reads an event. A word that is not known gives an <see cref="OtherEvent"/>.</summary>
    /// <exception cref="InvalidRunEventException">
    /// A known event lacks a field, or holds in it what cannot be; the message names the event and the field.
    /// </exception>
    public static RunEvent Read(in JournalRecord record)
    {
        try
        {
            return ReadData(record.Type, record.Data.Span).Addressed(record.Task, record.Attempt, record.At);
        }
        catch (Exception error) when (error is FormatException or JsonException or InvalidOperationException)
        {
            throw new InvalidRunEventException(record.Seq, record.Type, record.Task, error.Message, error);
        }
    }

    /// <summary>
    /// As <see cref="Read(in JournalRecord)"/>, for a journal that may have been repaired: an event that cannot be read
    /// is one without effect, and <paramref name="problem"/> says why.
    /// </summary>
    internal static RunEvent Read(in JournalRecord record, out InvalidRunEventException? problem)
    {
        problem = null;
        try
        {
            return Read(record);
        }
        catch (InvalidRunEventException error)
        {
            problem = error;
            return new OtherEvent(record.Type).Addressed(record.Task, record.Attempt, record.At);
        }
    }

    internal static RunEvent ReadData(string type, ReadOnlySpan<byte> data)
    {
        Span<FieldSlot> slots = stackalloc FieldSlot[EventFields.MaxFields];
        return ReadData(type, new EventFields(data, slots));
    }

    /// <summary>Writes the data of an event as one JSON object.</summary>
    public static void WriteData(RunEvent e, IBufferWriter<byte> into)
    {
        using var writer = new Utf8JsonWriter(into, Json);
        writer.WriteStartObject();
        e.WriteData(new EventData(writer));
        writer.WriteEndObject();
    }

    // Journals are read by people with jq, never embedded in HTML: only what JSON itself demands is escaped.
    internal static JsonWriterOptions Json => new()
    {
        SkipValidation = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static RunEvent ReadData(string type, EventFields f) => type switch
    {
        "attempt_started" => AttemptStarted.Read(f),
        "attempt_succeeded" => AttemptSucceeded.Read(f),
        "attempt_failed" => AttemptFailed.Read(f),
        "attempt_withdrawn" => AttemptWithdrawn.Read(f),
        "attempt_adopted" => AttemptAdopted.Read(f),
        "attempt_found" => AttemptFound.Read(f),
        "runtime_error_classified" => RuntimeErrorClassified.Read(f),
        "runtime_recovery_scheduled" => RuntimeRecoveryScheduled.Read(f),
        "task_retry_requested" => TaskRetryRequested.Read(f),
        "run_started" => RunStarted.Read(f),
        "driver_started" => DriverStarted.Read(f),
        "journal_cut" => JournalCut.Read(f),
        "journal_repaired" => JournalRepaired.Read(f),
        "journal_closed" => JournalClosed.Read(f),
        "plan_changed" => PlanChanged.Read(f),
        "run_paused" => RunPaused.Read(f),
        "run_unpaused" => RunUnpaused.Read(f),
        "run_stopping" => RunStopping.Read(f),
        "mass_failure_detected" => MassFailureDetected.Read(f),
        "run_waiting" => RunWaiting.Read(f),
        "run_interrupted" => RunInterrupted.Read(f),
        "run_ended" => RunEnded.Read(f),
        "run_reopened" => RunReopened.Read(f),
        "clock_jumped" => ClockJumped.Read(f),
        "target_blocked" => TargetBlocked.Read(f),
        "target_unblocked" => TargetUnblocked.Read(f),
        "notified" => Notified.Read(f),
        "request_received" => RequestReceived.Read(f),
        _ => ReadTaskData(type, f),
    };

    private static RunEvent ReadTaskData(string type, EventFields f) => type switch
    {
        "task_expanded" => TaskExpanded.Read(f),
        "task_succeeded" => TaskSucceeded.Read(f),
        "task_failed" => TaskFailed.Read(f),
        "task_blocked" => TaskBlocked.Read(f),
        "task_skipped" => TaskSkipped.Read(f),
        "task_held" => TaskHeld.Read(f),
        "task_waiting" => TaskWaiting.Read(f),
        "approval_decided" => ApprovalDecided.Read(f),
        "checkpoint_completed" => CheckpointCompleted.Read(f),
        "signal_received" => SignalReceived.Read(f),
        "task_cancelled" => TaskCancelled.Read(f),
        "task_reconciled" => TaskReconciled.Read(f),
        "task_resolved" => TaskResolved.Read(f),
        "task_reopened" => TaskReopened.Read(f),
        "task_wait_ended" => TaskWaitEnded.Read(f),
        "task_taken_over" => TaskTakenOver.Read(f),
        "outputs_lost" => OutputsLost.Read(f),
        _ => new OtherEvent(type),
    };
}
