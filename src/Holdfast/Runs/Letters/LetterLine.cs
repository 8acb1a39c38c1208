using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Holdfast.Failures;

namespace Holdfast.Runs.Letters;

/// <summary>
/// One line of <c>letters.ndjson</c>: a letter whole, as it stands after a change. The last line of an id counts.
/// </summary>
internal static class LetterLine
{
    /// <summary>The line with its end.</summary>
    internal static byte[] ToBytes(Letter letter)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            WriteFields(json, letter);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The fields of a letter, as the file and <c>--json</c> have them.</summary>
    internal static void WriteFields(Utf8JsonWriter json, Letter letter)
    {
        json.WriteString("id", letter.Id);
        json.WriteString("run", letter.Run);
        json.WriteString("task", letter.Task);
        json.WriteNumber("attempts", letter.Attempts);
        Time(json, "failed_at", letter.FailedAt);
        json.WriteString("class", letter.Class.Word());
        json.WriteString("disposition", letter.Disposition.Word());
        Flag(json, "transient", letter.Transient);
        json.WriteString("message", letter.Message);
        if (letter.Evidence is { } evidence)
        {
            json.WriteStartObject("evidence");
            json.WriteString("rule", evidence.Rule);
            json.WriteString("channel", evidence.Channel);
            if (evidence.Line is { } line)
            {
                json.WriteNumber("line", line);
            }

            Text(json, "text", evidence.Text);
            Text(json, "remediation", evidence.Remediation);
            json.WriteEndObject();
        }

        if (letter.Context is { } context)
        {
            json.WriteStartObject("context");
            ErrorContextJson.WriteFields(json, context);
            json.WriteEndObject();
        }

        Text(json, "definition_sha256", letter.Definition);
        Text(json, "plan_sha256", letter.Plan);
        Time(json, "created", letter.Created);
        json.WriteString("correlation_id", letter.Correlation);
        json.WriteString("status", letter.Status.Word());
        Time(json, "closed_at", letter.ClosedAt);
        Text(json, "closed_by", letter.ClosedBy);
        Text(json, "reason", letter.Reason);
        json.WriteNumber("replay_count", letter.ReplayCount);
        WriteReplays(json, letter.Replays);
    }

    /// <summary>Reads a line back; null for one that is torn, of a later version, or no letter.</summary>
    internal static Letter? Read(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object && TextOf(root, "id") is { Length: > 0 } id
                && FailureWords.TryParseClass(TextOf(root, "class"), out var kind)
                && LetterWords.TryParse(TextOf(root, "status"), out var status)
                    ? Read(root, id) with { Class = kind, Status = status }
                    : null;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or FormatException
            or InvalidOperationException)
        {
            return null;
        }
    }

    private static Letter Read(JsonElement root, string id) => new()
    {
        Id = id,
        Run = TextOf(root, "run") ?? throw new FormatException("it has no run"),
        Task = TextOf(root, "task") ?? throw new FormatException("it has no task"),
        Attempts = NumberOf(root, "attempts"),
        FailedAt = TimeOf(root, "failed_at") ?? throw new FormatException("it has no time"),
        Disposition = FailureWords.TryParseDisposition(TextOf(root, "disposition"), out var disposition)
            ? disposition
            : Disposition.Fail,
        Transient = FlagOf(root, "transient"),
        Message = TextOf(root, "message") ?? "",
        Evidence = root.TryGetProperty("evidence", out var seen)
            ? new Evidence(
                TextOf(seen, "rule") ?? "", TextOf(seen, "channel") ?? "",
                seen.TryGetProperty("line", out _) ? NumberOf(seen, "line") : null, TextOf(seen, "text"),
                TextOf(seen, "remediation"))
            : null,
        Context = root.TryGetProperty("context", out var context) ? ErrorContextJson.Read(context) : null,
        Definition = TextOf(root, "definition_sha256"),
        Plan = TextOf(root, "plan_sha256"),
        Created = TimeOf(root, "created") ?? default,
        Correlation = TextOf(root, "correlation_id") ?? "",
        ClosedAt = TimeOf(root, "closed_at"),
        ClosedBy = TextOf(root, "closed_by"),
        Reason = TextOf(root, "reason"),
        ReplayCount = NumberOf(root, "replay_count"),
        Replays = root.TryGetProperty("replays", out var replays)
            ? [.. replays.EnumerateArray().Take(Letter.MaxReplaysKept).Select(ReadReplay)]
            : [],
    };

    private static void WriteReplays(Utf8JsonWriter json, IReadOnlyList<LetterReplay> replays)
    {
        json.WriteStartArray("replays");
        foreach (var replay in replays)
        {
            json.WriteStartObject();
            Time(json, "at", replay.At);
            json.WriteString("by", replay.By);
            Flag(json, "forced", replay.Forced ? true : null);
            Flag(json, "ordered", replay.Ordered ? true : null);
            Time(json, "ended_at", replay.EndedAt);
            Flag(json, "succeeded", replay.Succeeded);
            json.WriteNumber("attempts", replay.Attempts);
            Text(json, "class", replay.Class?.Word());
            Text(json, "message", replay.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static LetterReplay ReadReplay(JsonElement of) =>
        new(TimeOf(of, "at") ?? default, TextOf(of, "by") ?? "")
        {
            Forced = FlagOf(of, "forced") ?? false,
            Ordered = FlagOf(of, "ordered") ?? false,
            EndedAt = TimeOf(of, "ended_at"),
            Succeeded = FlagOf(of, "succeeded"),
            Attempts = NumberOf(of, "attempts"),
            Class = FailureWords.TryParseClass(TextOf(of, "class"), out var kind) ? kind : null,
            Message = TextOf(of, "message"),
        };

    private static void Text(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void Flag(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } flag)
        {
            json.WriteBoolean(name, flag);
        }
    }

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset? value) =>
        Text(json, name, value?.UtcDateTime.ToString(
            "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));

    private static string? TextOf(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static int NumberOf(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? Math.Max(0, value.GetInt32()) : 0;

    private static bool? FlagOf(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? value.GetBoolean() : null;

    private static DateTimeOffset? TimeOf(JsonElement of, string name) =>
        of.TryGetProperty(name, out var value) ? value.GetDateTimeOffset() : null;
}
