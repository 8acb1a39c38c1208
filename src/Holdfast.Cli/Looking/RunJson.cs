using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Plans.Runtimes.Agents;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Looking;

/// <summary>Runs, tasks and attempts in the results of <c>--json</c>; docs/formats/json.md lists the fields.</summary>
internal static class RunJson
{
    internal static void WriteHead(Utf8JsonWriter json, LookedRun run)
    {
        var state = run.State;
        json.WriteString("run", run.Id);
        json.WriteString("name", run.Name);
        json.WriteString("folder", run.Folder.Path);
        json.WriteString("status", state.Status.Word());
        json.WriteBoolean("driven", run.Holder is not null);
        Text(json, "driver", run.Holder);
        json.WriteBoolean("paused", state.Paused);
        Time(json, "started_at", state.Started?.At);
        Time(json, "ended_at", state.Ended is null ? null : state.LastAt);
        Text(json, "plan_sha256", state.PlanSha256);
        Text(json, "plan_path", state.Started?.PlanPath);
        Text(json, "forked_from", state.Started?.ForkedFrom);
        if (state.Ended is { } ended)
        {
            json.WriteNumber("run_exit_code", ended.ExitCode);
            json.WriteString("why", ended.Why);
        }
        else if (state.WaitingFor is { } waiting)
        {
            json.WriteString("why", waiting.Why);
            Time(json, "waits_until", waiting.Until);
        }
    }

    internal static void WriteTask(Utf8JsonWriter json, TaskState task, bool waitsForPlace = false)
    {
        json.WriteStartObject();
        json.WriteString("task", task.Name);
        json.WriteString("status", task.Status.Word());
        json.WriteNumber("attempts", task.Attempts);
        if (waitsForPlace)
        {
            json.WriteBoolean("waits_for_place", true);
        }

        Text(json, "reason", task.Reason);
        Time(json, "started_at", task.StartedAt);
        Time(json, "ended_at", task.EndedAt);
        Time(json, "wakes_at", task.WakeAt);
        Time(json, "due_at", task.DueAt);
        if (task.Spec.Checkpoints.Count > 0)
        {
            Texts(json, "checkpoints", [.. task.Checkpoints.Select(c => c.Id)]);
            Text(json, "next_checkpoint", task.NextCheckpoint);
        }

        if (task.Instances > 0)
        {
            json.WriteNumber("instances", task.Instances);
        }

        if (task.Outcome is { } outcome)
        {
            json.WriteNumber("duration_ms", (long)outcome.Duration.TotalMilliseconds);
        }

        if (task.Failure is { } failure)
        {
            WriteFailure(json, failure);
        }

        if (task.BlockedBy.Count > 0)
        {
            Texts(json, "blocked_by", task.BlockedBy);
        }

        json.WriteEndObject();
    }

    internal static void WriteAttempt(
        Utf8JsonWriter json, AttemptStory attempt, AgentObservations? seen = null)
    {
        json.WriteStartObject();
        json.WriteNumber("attempt", attempt.Number);
        json.WriteString("runtime", attempt.Runtime);
        Text(json, "target", attempt.Target);
        Text(json, "instead_of", attempt.InsteadOf);
        Text(json, "because", attempt.Because);
        json.WriteString("result", ResultWord(attempt));
        Time(json, "started_at", attempt.StartedAt);
        Time(json, "ended_at", attempt.EndedAt);
        if (attempt.Outcome is { } outcome)
        {
            json.WriteNumber("duration_ms", (long)outcome.Duration.TotalMilliseconds);
            Number(json, "exit_code", outcome.ExitCode);
            Number(json, "signal", outcome.Signal);
            json.WriteString("ended_by", outcome.EndedBy.Word());
        }

        if (attempt.Failure is { } failure)
        {
            WriteFailure(json, failure);
        }

        if (attempt.Recovery is { } recovery)
        {
            json.WriteStartObject("recovery");
            json.WriteString("strategy", recovery.Decision.Strategy.Word());
            Text(json, "to", recovery.To == recovery.From ? null : recovery.To);
            json.WriteNumber("delay_ms", (long)recovery.Decision.Delay.TotalMilliseconds);
            json.WriteString("origin", recovery.Decision.Origin.Word());
            Time(json, "until", recovery.Decision.Until);
            json.WriteString("reason", recovery.Decision.Reason);
            json.WriteEndObject();
        }

        AgentLines.Write(json, seen);
        json.WriteEndObject();
    }

    internal static string ResultWord(AttemptStory attempt) => attempt switch
    {
        { Succeeded: true } => "succeeded",
        { Outcome: not null } => "failed",
        _ => "running",
    };

    internal static void WriteFailure(Utf8JsonWriter json, Failure failure)
    {
        json.WriteStartObject("failure");
        WriteFailureFields(json, failure);
        json.WriteEndObject();
    }

    internal static void WriteFailureFields(Utf8JsonWriter json, Failure failure)
    {
        json.WriteString("class", failure.Class.Word());
        json.WriteString("disposition", failure.Disposition.Word());
        if (failure.Transient is { } transient)
        {
            json.WriteBoolean("transient", transient);
        }
        else
        {
            json.WriteNull("transient");
        }

        json.WriteString("rule", failure.Evidence.Rule);
        json.WriteString("channel", failure.Evidence.Channel);
        Number(json, "line", failure.Evidence.Line);
        Text(json, "text", failure.Evidence.Text);
        Text(json, "remediation", failure.Evidence.Remediation);
        json.WriteNumber("confidence", failure.Confidence);
        json.WriteString("ended_by", failure.EndedBy.Word());
        if (failure.Context is { } context)
        {
            ErrorContextJson.WriteFields(json, context);
        }
    }

    internal static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    internal static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
    }

    internal static void Time(Utf8JsonWriter json, string name, DateTimeOffset? value)
    {
        if (value is { } time)
        {
            json.WriteString(name, Times.Iso(time));
        }
    }

    internal static void Texts(Utf8JsonWriter json, string name, IReadOnlyCollection<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
