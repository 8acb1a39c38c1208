using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Runs.Events;
using Holdfast.Runs.Targets;

namespace Holdfast.Runs.State;

/// <summary>Targets and runtimes in a snapshot of a run; absent in those of runs that have none.</summary>
internal static class TargetSnapshot
{
    internal static void Write(Utf8JsonWriter json, RunState state)
    {
        if (state.Targets.Count > 0)
        {
            json.WriteStartObject("targets");
            foreach (var (name, target) in state.Targets)
            {
                json.WriteStartObject(name);
                new EventData(json).Long("limit", target.Limit).Time("blocked_until", target.BlockedUntil)
                    .Millis("blocked_ms", target.BlockedFor).Text("cause", target.Cause.Word()).Text("why", target.Why)
                    .Text("lifted_by", target.Lift?.By).Time("lifted_at", target.Lift?.At);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        if (state.Outages.Count > 0)
        {
            json.WriteStartObject("outages");
            foreach (var (name, outage) in state.Outages)
            {
                json.WriteStartObject(name);
                new EventData(json).Text("class", outage.Class.Word()).Long("probes", outage.Probes)
                    .Time("next_probe_at", outage.NextProbeAt).Text("probe_by", outage.ProbeBy);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }
    }

    internal static void WriteRuntime(Utf8JsonWriter json, TaskState task)
    {
        if (task.Attempts > 0 && !ReferenceEquals(task.Runtime, RuntimeChoice.PlainCommand[0]))
        {
            new EventData(json).Text("runtime", task.Runtime.Name).Text("target", task.Runtime.Target)
                .Flag("probe", task.IsProbe ? true : null);
        }
    }

    internal static (RuntimeChoice Choice, bool Probe)? ReadRuntime(in EventFields task) =>
        task.TextOrNull("runtime") is { } name
            ? (new RuntimeChoice(name, task.TextOrNull("target")), task.Flag("probe"))
            : null;

    internal static IReadOnlyList<TargetState> ReadTargets(JsonElement root)
    {
        var targets = new List<TargetState>();
        foreach (var each in Objects(root, "targets"))
        {
            _ = TargetWords.TryParse(Text(each.Value, "cause"), out var cause);
            targets.Add(new TargetState(each.Name, null)
            {
                Limit = each.Value.TryGetProperty("limit", out var limit) ? limit.GetInt32() : null,
                BlockedUntil = Time(each.Value, "blocked_until"),
                BlockedFor = each.Value.TryGetProperty("blocked_ms", out var lasts)
                    ? TimeSpan.FromMilliseconds(lasts.GetInt64())
                    : null,
                Cause = cause,
                Why = Text(each.Value, "why"),
                Lift = Text(each.Value, "lifted_by") is { } by && Time(each.Value, "lifted_at") is { } liftedAt
                    ? new TargetLift(by, liftedAt)
                    : null,
            });
        }

        return targets;
    }

    internal static IReadOnlyDictionary<string, RuntimeOutage> ReadOutages(JsonElement root)
    {
        var outages = new Dictionary<string, RuntimeOutage>();
        foreach (var each in Objects(root, "outages"))
        {
            outages[each.Name] = new RuntimeOutage(
                FailureWords.TryParseClass(Text(each.Value, "class"), out var known) ? known : FailureClass.Unknown,
                each.Value.GetProperty("probes").GetInt32(),
                Time(each.Value, "next_probe_at") ?? DateTimeOffset.MinValue,
                Text(each.Value, "probe_by"));
        }

        return outages;
    }

    private static JsonElement.ObjectEnumerator Objects(JsonElement root, string name) =>
        root.TryGetProperty(name, out var found) ? found.EnumerateObject() : default;

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? value.GetDateTimeOffset() : null;
}
