using System.Runtime.InteropServices;
using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Resilience;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.State;

/// <content>Reading it again.</content>
internal static partial class RunSnapshot
{
    /// <summary>More fields than a task has.</summary>
    private const int MaxTaskFields = 40;

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
            tasks.Add(ReadTask(JsonMarshal.GetRawUtf8Value(task)));
        }

        return new RunState(spec, ReadRun(root), tasks);
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
        OutputsSeenIn = Text(root, "outputs_seen_in"),
        Stopping = (RunStopping?)ReadEvent(root, "stopping", "run_stopping"),
        Ended = (RunEnded?)ReadEvent(root, "ended", "run_ended"),
        WaitingFor = (RunWaiting?)ReadEvent(root, "waiting", "run_waiting"),
        Notified = [.. root.GetProperty("notified").EnumerateArray().Select(
            on => StateWords.TryParse(on.GetString(), out NotifyOn known) ? known
                : throw new FormatException("unknown occasion"))],
        Stopper = Text(root, "stopper"),
        Requests = [.. root.GetProperty("requests").EnumerateArray().Select(
            r => (RequestReceived)ReadEvent(JsonMarshal.GetRawUtf8Value(r), "request_received")!)],
        Budgets = root.GetProperty("budgets").EnumerateObject().ToDictionary(
            b => b.Name, b => new RetryBudget(b.Value[0].GetUInt64(), b.Value[1].GetUInt64(), b.Value[2].GetInt32())),
        Targets = TargetSnapshot.ReadTargets(root),
        Outages = TargetSnapshot.ReadOutages(root),
    };

    // A run has tens of thousands of them: their fields are found in one pass, not by a search of the object for each.
    private static RestoredTask ReadTask(ReadOnlySpan<byte> json)
    {
        var task = new EventFields(json, stackalloc FieldSlot[MaxTaskFields]);
        var name = task.Text("name");
        var end = (AttemptSucceeded?)ReadEvent(task.Json("end"), "attempt_succeeded");
        return new RestoredTask
        {
            Name = name,
            Status = StateWords.TryParse(task.Text("status"), out TaskStage status)
                ? status
                : throw new FormatException("the snapshot holds an unknown state of a task"),
            Of = task.TextOrNull("of"),
            Item = task.TextOrNull("item"),
            Instances = task.IntOrNull("instances"),
            Attempts = task.Int("attempts"),
            Forgiven = task.Int("forgiven"),
            Reason = task.TextOrNull("reason"),
            Pending = task.TextOrNull("pending"),
            WakeAt = task.TimeOrNull("wake_at"),
            DueAt = task.TimeOrNull("due_at"),
            DueFor = task.MillisOrNull("due_ms"),
            Runtime = TargetSnapshot.ReadRuntime(task),
            Checkpoints = ReadCheckpoints(task.Json("checkpoints"), name),
            StartedAt = task.TimeOrNull("started_at"),
            AttemptStartedAt = task.TimeOrNull("attempt_started_at"),
            AttemptBootId = task.TextOrNull("attempt_boot_id"),
            EndedAt = task.TimeOrNull("ended_at"),
            TakenOver = task.Flag("taken_over"),
            TakenFrom = task.TextOrNull("taken_from"),
            Mark = ReadMark(task.Json("stale")),
            Redo = ReadMark(task.Json("redo")),
            Outcome = end?.Outcome,
            Outputs = end?.Outputs ?? [],
            Failure = ((RuntimeErrorClassified?)ReadEvent(task.Json("failure"), "runtime_error_classified"))?.Failure,
            Recovery = (RuntimeRecoveryScheduled?)ReadEvent(
                task.Json("recovery"), "runtime_recovery_scheduled", name),
            BlockedBy = ((TaskBlocked?)ReadEvent(task.Json("blocked"), "task_blocked"))?.By ?? [],
            Tally = ReadTally(task.Json("tally")),
        };
    }

    private static CheckpointCompleted[] ReadCheckpoints(ReadOnlySpan<byte> json, string task)
    {
        if (json.IsEmpty)
        {
            return [];
        }

        var found = new List<CheckpointCompleted>();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var each = json[start..(int)reader.BytesConsumed];
            found.Add((CheckpointCompleted)ReadEvent(each, "checkpoint_completed", task)!);
        }

        return [.. found];
    }

    private static RetryTally ReadTally(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
        {
            return RetryTally.Empty;
        }

        var fields = new EventFields(json, stackalloc FieldSlot[EventFields.MaxFields]);
        var tally = new RetryTally
        {
            Attempts = fields.Int("attempts"),
            ThrottleWaits = fields.Int("throttle_waits"),
            ThrottleWaited = TimeSpan.FromMilliseconds(fields.Long("throttle_waited_ms")),
            FreeWaits = fields.Int("free_waits"),
            FreeWaited = TimeSpan.FromMilliseconds(fields.Long("free_waited_ms")),
        };
        for (var kind = FailureClass.RateLimited; kind <= FailureClass.Unknown; kind++)
        {
            tally = fields.IntOrNull(kind.Word()) is { } spent ? tally.WithSpent(kind, spent) : tally;
        }

        return tally;
    }

    private static StaleMark? ReadMark(ReadOnlySpan<byte> json)
    {
        if (json.IsEmpty)
        {
            return null;
        }

        var mark = new EventFields(json, stackalloc FieldSlot[EventFields.MaxFields]);
        return new StaleMark(mark.Text("ran_as"), mark.TextOrNull("rerun_by"), mark.Flag("ran"));
    }

    private static RunEvent? ReadEvent(JsonElement of, string name, string type) =>
        of.TryGetProperty(name, out var found) ? ReadEvent(JsonMarshal.GetRawUtf8Value(found), type) : null;

    private static RunEvent? ReadEvent(ReadOnlySpan<byte> json, string type, string? task = null)
    {
        if (json.IsEmpty)
        {
            return null;
        }

        var found = new EventFields(json, stackalloc FieldSlot[EventFields.MaxFields]);
        return EventCatalog.ReadData(type, found.Json("data")) with
        {
            At = found.TimeOrNull("at") ?? throw new FormatException("the snapshot holds an event without its time"),
            Task = task,
            Attempt = found.Int("n"),
        };
    }

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? value.GetDateTimeOffset() : null;
}
