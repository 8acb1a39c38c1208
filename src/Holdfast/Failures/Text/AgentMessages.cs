using System.Text;
using System.Text.Json;

namespace Holdfast.Failures.Text;

/// <summary>
/// Finds what an agent said last in JSON output: one object with the answer (Gemini, Claude Code with
/// <c>--output-format json</c>), a list of events (Qwen Code), or events line by line, of which one is its message
/// (Codex, OpenCode, Claude Code) or some are the parts of it (Gemini).
/// </summary>
internal static class AgentMessages
{
    private const int MaxBytes = 1024 * 1024;
    private const int MaxEvents = 40;

    /// <summary>The agent's last message; null where the output is no JSON or holds none.</summary>
    internal static string? Last(ReadOnlyMemory<byte> output)
    {
        var text = output.Trim(" \t\r\n"u8);
        if (text.Length < 2 || (text.Span[0], text.Span[^1]) is not (((byte)'{', (byte)'}') or ((byte)'[', (byte)']')))
        {
            return null;
        }

        if (text.Length <= MaxBytes && Read(text) is { } whole)
        {
            return whole;
        }

        var events = 0;
        var parts = "";
        foreach (var line in LogLines.Last(output.Span))
        {
            var one = output.Slice(line.Start, line.Length).Trim(" \t\r"u8);
            if (one.Length is > 2 and <= MaxBytes && Read(one, Part) is { } part)
            {
                parts = part + parts;
                continue;
            }

            if (parts.Length > 0 || ++events > MaxEvents)
            {
                break;
            }

            if (one.Length is > 2 and <= MaxBytes && (Read(one) ?? Field(one)) is { } said)
            {
                return said;
            }
        }

        return parts.Length > 0 ? parts : null;
    }

    /// <summary>A part of a message that is told as it grows.</summary>
    private static string? Part(JsonElement root) => Text(root, "type") == "message"
        && Text(root, "role") == "assistant" ? Text(root, "content") : null;

    /// <summary>The answer's own line in an object that was cut when it was captured.</summary>
    private static string? Field(ReadOnlyMemory<byte> line)
    {
        if (!line.Span.StartsWith("\"response\": \""u8))
        {
            return null;
        }

        byte[] whole = [(byte)'{', .. line.Span.TrimEnd(","u8), (byte)'}'];
        return Read(whole);
    }

    private static string? Read(ReadOnlyMemory<byte> json, Func<JsonElement, string?>? read = null)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return (read ?? Message)(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // A string that is no valid UTF-8.
            return null;
        }
    }

    private static string? Message(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            return root.EnumerateArray().Reverse().Select(Message).FirstOrDefault(each => each is not null);
        }

        if (root.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        // Gemini and Claude Code: the answer is a field of the only object.
        if (Text(root, "response") is { } response)
        {
            return response;
        }

        var type = Text(root, "type");
        return type switch
        {
            "result" => Text(root, "result"),
            "item.completed" when root.TryGetProperty("item", out var item) && Text(item, "type") == "agent_message" =>
                Text(item, "text"),
            "text" when root.TryGetProperty("part", out var part) => Text(part, "text"),
            "assistant" when root.TryGetProperty("message", out var message) => Content(message),
            _ => null,
        };
    }

    private static string? Content(JsonElement message)
    {
        if (message.ValueKind != JsonValueKind.Object || !message.TryGetProperty("content", out var content)
            || content.ValueKind != JsonValueKind.Array)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var block in content.EnumerateArray())
        {
            text.Append(Text(block, "text"));
        }

        return text.Length == 0 ? null : text.ToString();
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
            && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
