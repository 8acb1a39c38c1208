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
internal static class RunSnapshot
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

    /// <summary>The state as it was written.</summary>
    /// <exception cref="FormatException">It is of another format, or of another plan.</exception>
    internal static RunState Read(RunSpec spec, ReadOnlyMemory<byte> snapshot)
    {
        using var document = JsonDocument.Parse(snapshot);
        var root = document.RootElement;
        if (root.GetProperty("format").GetInt32() != Format)
        {
            throw new FormatException("the snapshot is of another format");
        }

        // An edited plan may say otherwise of who is ready, who is a fan-out, and what is safe to repeat.
        if (root.GetProperty("plan").GetString() != spec.Shape())
        {
            throw new FormatException("the snapshot is of another plan");
        }

        var tasks = new List<RestoredTask>(spec.Tasks.Count);
        foreach (var task in root.GetProperty("tasks").EnumerateArray())
        {
            tasks.Add(ReadTask(task));
        }

        return new RunState(spec, ReadRun(root), tasks);
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

    private static StaleMark? ReadMark(JsonElement task, string name) => task.TryGetProperty(name, out var mark)
        ? new StaleMark(mark.GetProperty("ran_as").GetString()!, Text(mark, "rerun_by"),
            mark.GetProperty("ran").GetBoolean())
        : null;

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

    private static RestoredRun ReadRun(JsonElement root) => new()
    {
        Seq = root.GetProperty("seq").GetInt64(),
        At = root.GetProperty("at").GetDateTimeOffset(),
        Status = StateWords.TryParse(root.GetProperty("status").GetString(), out RunStatus status)
            ? status
            : throw new FormatException("the snapshot holds an unknown state of the run"),
        Paused = root.GetProperty("paused").GetBoolean(),
        MassFailure = root.GetProperty("mass_failure").GetBoolean(),
        Closed = root.GetProperty("closed").GetBoolean(),
        WasRepaired = root.TryGetProperty("repaired", out _),
        PlanSha256 = Text(root, "plan_sha256"),
        DeadlineAt = Time(root, "deadline_at"),
        Started = (RunStarted?)ReadEvent(root, "started", "run_started"),
        Driver = (DriverStarted?)ReadEvent(root, "driver", "driver_started"),
        Stopping = (RunStopping?)ReadEvent(root, "stopping", "run_stopping"),
        Ended = (RunEnded?)ReadEvent(root, "ended", "run_ended"),
        WaitingFor = (RunWaiting?)ReadEvent(root, "waiting", "run_waiting"),
        Notified = [.. root.GetProperty("notified").EnumerateArray().Select(
            on => StateWords.TryParse(on.GetString(), out NotifyOn known) ? known
                : throw new FormatException("unknown occasion"))],
        Stopper = Text(root, "stopper"),
        Requests = [.. root.GetProperty("requests").EnumerateArray().Select(
            r => (RequestReceived)EventOf(r, "request_received"))],
        Budgets = root.GetProperty("budgets").EnumerateObject().ToDictionary(
            b => b.Name, b => new RetryBudget(b.Value[0].GetUInt64(), b.Value[1].GetUInt64(), b.Value[2].GetInt32())),
        Targets = TargetSnapshot.ReadTargets(root),
        Outages = TargetSnapshot.ReadOutages(root),
    };

    private static RestoredTask ReadTask(JsonElement task)
    {
        var name = task.GetProperty("name").GetString()!;
        var end = (AttemptSucceeded?)ReadEvent(task, "end", "attempt_succeeded");
        return new RestoredTask
        {
            Name = name,
            Status = StateWords.TryParse(task.GetProperty("status").GetString(), out TaskStage status)
                ? status
                : throw new FormatException("the snapshot holds an unknown state of a task"),
            Of = Text(task, "of"),
            Item = Text(task, "item"),
            Instances = Number(task, "instances"),
            Attempts = Number(task, "attempts") ?? 0,
            Forgiven = Number(task, "forgiven") ?? 0,
            Reason = Text(task, "reason"),
            Pending = Text(task, "pending"),
            WakeAt = Time(task, "wake_at"),
            DueAt = Time(task, "due_at"),
            Runtime = TargetSnapshot.ReadRuntime(task),
            Checkpoints = task.TryGetProperty("checkpoints", out var checkpoints)
                ? [.. checkpoints.EnumerateArray().Select(
                    c => (CheckpointCompleted)EventOf(c, "checkpoint_completed", name))]
                : [],
            StartedAt = Time(task, "started_at"),
            AttemptStartedAt = Time(task, "attempt_started_at"),
            AttemptBootId = Text(task, "attempt_boot_id"),
            EndedAt = Time(task, "ended_at"),
            TakenOver = task.TryGetProperty("taken_over", out _),
            TakenFrom = Text(task, "taken_from"),
            Mark = ReadMark(task, "stale"),
            Redo = ReadMark(task, "redo"),
            Outcome = end?.Outcome,
            Outputs = end?.Outputs ?? [],
            Failure = ((RuntimeErrorClassified?)ReadEvent(task, "failure", "runtime_error_classified"))?.Failure,
            Recovery = (RuntimeRecoveryScheduled?)ReadEvent(task, "recovery", "runtime_recovery_scheduled", name),
            BlockedBy = ((TaskBlocked?)ReadEvent(task, "blocked", "task_blocked"))?.By ?? [],
            Tally = task.TryGetProperty("tally", out var tally) ? ReadTally(tally) : RetryTally.Empty,
        };
    }

    private static RetryTally ReadTally(JsonElement json)
    {
        var tally = new RetryTally
        {
            Attempts = json.GetProperty("attempts").GetInt32(),
            ThrottleWaits = json.GetProperty("throttle_waits").GetInt32(),
            ThrottleWaited = TimeSpan.FromMilliseconds(json.GetProperty("throttle_waited_ms").GetInt64()),
            FreeWaits = json.GetProperty("free_waits").GetInt32(),
            FreeWaited = TimeSpan.FromMilliseconds(json.GetProperty("free_waited_ms").GetInt64()),
        };
        for (var kind = FailureClass.RateLimited; kind <= FailureClass.Unknown; kind++)
        {
            tally = Number(json, kind.Word()) is { } spent ? tally.WithSpent(kind, spent) : tally;
        }

        return tally;
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

    private static RunEvent? ReadEvent(JsonElement of, string name, string type, string? task = null) =>
        of.TryGetProperty(name, out var found) ? EventOf(found, type, task) : null;

    private static RunEvent EventOf(JsonElement found, string type, string? task = null)
    {
        var data = System.Text.Encoding.UTF8.GetBytes(found.GetProperty("data").GetRawText());
        return EventCatalog.ReadData(type, data) with
        {
            At = found.GetProperty("at").GetDateTimeOffset(),
            Task = task,
            Attempt = Number(found, "n") ?? 0,
        };
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

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static int? Number(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? value.GetInt32() : null;

    private static DateTimeOffset? Time(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? value.GetDateTimeOffset() : null;
}
