using System.Buffers;
using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.State;

/// <summary>
/// A folded run as JSON, so that a resume of a long run need not read its journal from the start. Parts that events
/// describe already (outcome, failure, recovery) are written as those events' data: one format for each thing.
/// </summary>
internal static partial class RunSnapshot
{
    private const int Format = 1;

    /// <summary>Whether a state can be written now. Between the events of one expansion it cannot.</summary>
    internal static bool CanWrite(RunState state) => !state.IsExpanding;

    internal static byte[] Write(RunState state)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteNumber("format", Format);
        json.WriteString("plan", state.Spec.Shape());
        json.WriteNumber("seq", state.LastSeq);
        json.WriteString("at", EventData.Iso(state.LastAt));
        WriteRun(json, state);
        json.WriteStartArray("tasks");
        foreach (var task in state.Tasks)
        {
            WriteTask(json, task);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteRun(Utf8JsonWriter json, RunState state)
    {
        json.WriteString("status", state.Status.Word());
        json.WriteBoolean("paused", state.Paused);
        json.WriteBoolean("mass_failure", state.MassFailure);
        json.WriteBoolean("closed", state.Closed);
        if (state.WasRepaired)
        {
            json.WriteBoolean("repaired", true);
        }

        WriteText(json, "plan_sha256", state.PlanSha256);
        WriteText(json, "deadline_at", state.DeadlineAt is { } deadline ? EventData.Iso(deadline) : null);
        WriteEvent(json, "started", state.Started);
        WriteEvent(json, "driver", state.Driver);
        WriteText(
            json, "outputs_seen_in", state.OutputsSeenIn == state.Driver?.BootId ? null : state.OutputsSeenIn);
        WriteEvent(json, "stopping", state.Stopping);
        WriteEvent(json, "ended", state.Ended);
        WriteEvent(json, "waiting", state.WaitingFor);
        json.WriteStartArray("notified");
        foreach (var on in state.NotifiedOn)
        {
            json.WriteStringValue(on.Word());
        }

        json.WriteEndArray();
        WriteText(json, "stopper", state.StopperFailed?.Name);
        json.WriteStartArray("requests");
        foreach (var request in state.Requests)
        {
            WriteEvent(json, null, request);
        }

        json.WriteEndArray();
        json.WriteStartObject("budgets");
        foreach (var (target, budget) in state.Budgets)
        {
            json.WriteStartArray(target);
            json.WriteNumberValue(budget.Low);
            json.WriteNumberValue(budget.High);
            json.WriteNumberValue(budget.Count);
            json.WriteEndArray();
        }

        json.WriteEndObject();
        TargetSnapshot.Write(json, state);
    }

    private static void WriteTask(Utf8JsonWriter json, TaskState task)
    {
        json.WriteStartObject();
        json.WriteString("name", task.Name);
        json.WriteString("status", task.Status.Word());
        if (task.Parent is { } parent)
        {
            json.WriteString("of", parent.Name);
            json.WriteString("item", task.Item);
        }

        if (task.Expanded)
        {
            json.WriteNumber("instances", task.Instances);
        }

        WriteNumber(json, "attempts", task.Attempts);
        WriteNumber(json, "forgiven", task.AttemptsForgiven);
        WriteText(json, "reason", task.Reason);
        WriteTime(json, "wake_at", task.WakeAt);
        WriteTime(json, "due_at", task.DueAt);
        new EventData(json).Millis("due_ms", task.DueFor);
        TargetSnapshot.WriteRuntime(json, task);
        WriteTime(json, "started_at", task.StartedAt);
        WriteTime(json, "attempt_started_at", task.AttemptStartedAt);
        WriteText(json, "attempt_boot_id", task.AttemptBootId);
        WriteTime(json, "ended_at", task.EndedAt);
        if (task.TakenOver)
        {
            json.WriteBoolean("taken_over", true);
            WriteText(json, "taken_from", task.TakenFrom);
        }

        WriteMark(json, "stale", task.Mark);
        WriteMark(json, "redo", task.Redo);
        WriteText(json, "pending", task.Status == TaskStage.Retrying && task.WakeAt is null ? PendingOf(task) : null);
        WriteEvent(json, "end", task.Outcome is { } outcome ? new AttemptSucceeded(outcome) { Outputs = task.Outputs }
            : null);
        WriteEvent(json, "failure", task.Failure is { } failure ? new RuntimeErrorClassified(failure) : null);
        WriteEvent(json, "recovery", task.Recovery);
        WriteEvent(json, "blocked", task.BlockedBy.Count > 0 ? new TaskBlocked(task.BlockedBy) : null);
        if (task.Checkpoints.Count > 0)
        {
            json.WriteStartArray("checkpoints");
            foreach (var checkpoint in task.Checkpoints)
            {
                WriteEvent(json, null, checkpoint);
            }

            json.WriteEndArray();
        }

        WriteTally(json, task.Tally);
        json.WriteEndObject();
    }

    private static void WriteMark(Utf8JsonWriter json, string name, StaleMark? mark)
    {
        if (mark is null)
        {
            return;
        }

        json.WriteStartObject(name);
        json.WriteString("ran_as", mark.RanAs);
        WriteText(json, "rerun_by", mark.RerunBy);
        json.WriteBoolean("ran", mark.Ran);
        json.WriteEndObject();
    }

    // A task between two events of one failure: what is still to be recorded for it.
    private static string PendingOf(TaskState task) =>
        task.Recovery?.Decision.Strategy == RecoveryStrategy.Reconcile ? "reconcile"
        : task.Failure is null ? "classify" : "recover";

    private static void WriteTally(Utf8JsonWriter json, RetryTally tally)
    {
        if (tally == RetryTally.Empty)
        {
            return;
        }

        json.WriteStartObject("tally");
        json.WriteNumber("attempts", tally.Attempts);
        json.WriteNumber("throttle_waits", tally.ThrottleWaits);
        json.WriteNumber("throttle_waited_ms", (long)tally.ThrottleWaited.TotalMilliseconds);
        json.WriteNumber("free_waits", tally.FreeWaits);
        json.WriteNumber("free_waited_ms", (long)tally.FreeWaited.TotalMilliseconds);
        for (var kind = FailureClass.RateLimited; kind <= FailureClass.Unknown; kind++)
        {
            WriteNumber(json, kind.Word(), tally.Spent(kind));
        }

        json.WriteEndObject();
    }

    private static void WriteEvent(Utf8JsonWriter json, string? name, RunEvent? e)
    {
        if (e is null)
        {
            return;
        }

        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        json.WriteStartObject();
        json.WriteString("at", EventData.Iso(e.At));
        if (e.Attempt > 0)
        {
            json.WriteNumber("n", e.Attempt);
        }

        json.WriteStartObject("data");
        e.WriteData(new EventData(json));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? value) =>
        WriteText(json, name, value is { } time ? EventData.Iso(time) : null);

    private static void WriteNumber(Utf8JsonWriter json, string name, int value)
    {
        if (value != 0)
        {
            json.WriteNumber(name, value);
        }
    }
}
