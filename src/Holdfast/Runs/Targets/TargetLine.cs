using System.Buffers;
using System.Text.Json;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.Targets;

/// <summary>
/// One line of <c>breakers.ndjson</c>: what happened at a target, and how its breaker stands after it.
/// </summary>
/// <param name="At">Wall clock.</param>
/// <param name="Target">The target.</param>
/// <param name="Kind">A breaker's event by its word, <see cref="Probe"/>, <see cref="Throttle"/> or
/// <see cref="Lift"/>.</param>
/// <param name="Standing">How the breaker stands after it.</param>
public sealed record TargetLine(DateTimeOffset At, string Target, string Kind, BreakerStanding Standing)
{
    /// <summary>A probe took its place, or gave it back without a result.</summary>
    public const string Probe = "probe";

    /// <summary>The target named a wait.</summary>
    public const string Throttle = "throttle";

    /// <summary>A person said that it may be asked: waits ended.</summary>
    public const string Lift = "lift";

    /// <summary>The end of the wait, of a throttle, and of a lift that leaves one.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>For people.</summary>
    public string? Detail { get; init; }

    /// <summary>See <see cref="BreakerEvent.IsLate"/>.</summary>
    public bool IsLate { get; init; }

    /// <summary>The run that it happened in.</summary>
    public string? Run { get; init; }

    /// <summary>The task that it happened to.</summary>
    public string? Task { get; init; }

    /// <summary>The attempt; 0 for none.</summary>
    public int Attempt { get; init; }

    /// <summary>The line with its end.</summary>
    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            var data = new EventData(json);
            data.Time("at", At).Text("target", Target).Text("event", Kind).Text("state", Standing.State.Word())
                .Long("failures", Standing.Failures).Long("successes", Standing.Successes)
                .Long("probes", Standing.ProbesUnderWay).Long("openings", Standing.Openings)
                .Long("generation", Standing.Generation).Time("retry_at", Standing.RetryAt)
                .Time("until", Until).Flag("late", IsLate ? true : null).Text("detail", Detail)
                .Text("run", Run).Text("task", Task)
                .Long("attempt", Attempt > 0 ? Attempt : null);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a line back; null for one that is torn, of a later version, or no line of this kind.</summary>
    public static TargetLine? Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("target", out var target) && target.GetString() is { Length: > 0 } name
                && root.TryGetProperty("event", out var kind) && kind.GetString() is { } word
                && BreakerWords.TryParse(root.GetProperty("state").GetString(), out BreakerState state)
                    ? new TargetLine(root.GetProperty("at").GetDateTimeOffset(), name, word, new BreakerStanding(
                        state, Number(root, "failures"), Number(root, "successes"), Number(root, "probes"),
                        Number(root, "openings"), Time(root, "retry_at"), Math.Max(1, Number(root, "generation"))))
                    {
                        Until = Time(root, "until"),
                        IsLate = root.TryGetProperty("late", out var late) && late.GetBoolean(),
                        Detail = Text(root, "detail"),
                        Run = Text(root, "run"),
                        Task = Text(root, "task"),
                        Attempt = Number(root, "attempt"),
                    }
                    : null;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException)
        {
            return null;
        }
    }

    private static int Number(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? Math.Max(0, value.GetInt32()) : 0;

    private static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static DateTimeOffset? Time(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? value.GetDateTimeOffset() : null;
}
