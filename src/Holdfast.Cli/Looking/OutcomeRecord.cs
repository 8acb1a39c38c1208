using System.Text;
using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Plans;

namespace Holdfast.Cli.Looking;

/// <summary>One outcome as a line of JSON tells it, with its label where it has one.</summary>
internal sealed class OutcomeRecord
{
    private static readonly string[] Keys =
    [
        "id", "tool", "exit_code", "signal", "timed_out", "http_status", "stdout", "stderr", "contract",
    ];

    /// <summary>What labelled lines have besides; said nothing of, and no part of the judgement.</summary>
    private static readonly string[] LabelKeys = ["class", "alt", "transient", "note", "source"];

    /// <summary>The id as JSON; null for none.</summary>
    internal JsonElement? Id { get; private init; }

    /// <summary>What is known of the attempt.</summary>
    internal required FailureSignals Signals { get; init; }

    /// <summary>The class that it is labelled with; null for none.</summary>
    internal string? Label { get; private init; }

    /// <summary>Further classes that are right too.</summary>
    internal IReadOnlyList<string> Alternatives { get; private init; } = [];

    /// <summary>Whether it is labelled as passing by itself; null where that is not said.</summary>
    internal bool? Transient { get; private init; }

    /// <summary>Keys that nobody knows, each with the one that was probably meant.</summary>
    internal IReadOnlyList<string> UnknownKeys { get; private init; } = [];

    /// <summary>Reads a line.</summary>
    /// <exception cref="FormatException">It is no such record; says what was seen and what is expected.</exception>
    internal static OutcomeRecord Read(ReadOnlyMemory<byte> line, DateTimeOffset now)
    {
        using var document = Parse(line);
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"is {Seen(root)}; an object is expected");
        }

        var contract = Text(root, "contract") switch
        {
            null => ContractState.None,
            "met" => ContractState.Met,
            "missing" => ContractState.CheckpointsMissing,
            var other => throw new FormatException(
                $"has a \"contract\" of \"{Shown.Short(other)}\"; it must be \"met\" or \"missing\""),
        };
        return new OutcomeRecord
        {
            Id = root.TryGetProperty("id", out var id) ? id.Clone() : null,
            Label = Text(root, "class"),
            Alternatives = Texts(root, "alt"),
            Transient = Flag(root, "transient"),
            UnknownKeys = Unknown(root),
            Signals = new FailureSignals
            {
                Outcome = EndOf(Number(root, "exit_code"), Number(root, "signal"), Number(root, "http_status"),
                    Flag(root, "timed_out") == true),
                Tool = Text(root, "tool"),
                Stdout = Encoding.UTF8.GetBytes(Text(root, "stdout") ?? ""),
                Stderr = Encoding.UTF8.GetBytes(Text(root, "stderr") ?? ""),
                Contract = contract,
                DoubtSuccess = contract == ContractState.None,
                Now = now,
            },
        };
    }

    /// <summary>
    /// How it ended, as programs that run others tell it: a signal as a negative exit code (Python; -1 is an exit code
    /// of many), or beside an exit code of 0; an answer below 400 with no exit code at all ended well.
    /// </summary>
    internal static Outcome EndOf(int? exitCode, int? signal, int? status, bool timedOut)
    {
        const int LastSignal = 64;
        signal = signal is > 0 ? signal : exitCode is < -1 and >= -LastSignal ? -exitCode : null;
        exitCode = signal is not null && exitCode is <= 0 ? null
            : exitCode is null && signal is null && !timedOut && status is < 400 ? 0
            : exitCode;
        return new Outcome
        {
            ExitCode = exitCode,
            Signal = signal,
            HttpStatus = status,
            EndedBy = timedOut ? EndedBy.HardTimeout : EndedBy.Itself,
        };
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> line)
    {
        var nul = line.Span.IndexOf((byte)0);
        if (nul >= 0)
        {
            throw new FormatException($"has a NUL at byte {nul + 1}; write it as \\u0000 inside a text");
        }

        try
        {
            // What is no UTF-8 is read as U+FFFD, as everywhere in captures.
            return JsonDocument.Parse(System.Text.Unicode.Utf8.IsValid(line.Span)
                ? line
                : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(line.Span)));
        }
        catch (JsonException error)
        {
            var half = error.BytePositionInLine >= line.Length - 1 ? "half a line, or " : "";
            throw new FormatException(
                $"is {half}no JSON: not understood at byte {error.BytePositionInLine + 1}", error);
        }
    }

    private static List<string> Unknown(JsonElement root)
    {
        var unknown = new List<string>();
        foreach (var property in root.EnumerateObject())
        {
            var name = property.Name;
            if (Array.IndexOf(Keys, name) < 0 && Array.IndexOf(LabelKeys, name) < 0
                && !name.StartsWith("x-", StringComparison.Ordinal))
            {
                unknown.Add(Nearest.Of(name, Keys) is { } nearest
                    ? $"\"{Shown.Short(name)}\"; did you mean \"{nearest}\"?"
                    : $"\"{Shown.Short(name)}\", which is not read");
            }
        }

        return unknown;
    }

    private static bool IsThere(JsonElement root, string name, out JsonElement value) =>
        root.TryGetProperty(name, out value) && value.ValueKind != JsonValueKind.Null;

    private static string? Text(JsonElement root, string name)
    {
        if (!IsThere(root, name, out var value))
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            throw Wrong(name, value, "a text");
        }

        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return WithoutHalves(value.GetRawText());
        }
    }

    /// <summary>
    /// A text with half a surrogate pair, which is how Python writes a byte of a capture that is no UTF-8
    /// (<c>surrogateescape</c>). Read as U+FFFD, as everywhere in captures.
    /// </summary>
    private static string WithoutHalves(string json)
    {
        const int EscapeLength = 6;
        var text = new StringBuilder(json.Length);
        for (var at = 0; at < json.Length; at++)
        {
            var length = json[at] != '\\' ? 1 : json[at + 1] == 'u' ? EscapeLength : 2;
            var unit = length == EscapeLength ? (char)Convert.ToUInt16(json.Substring(at + 2, 4), 16) : '\0';
            var next = at + EscapeLength;
            if (char.IsHighSurrogate(unit) && next + EscapeLength <= json.Length && json.AsSpan(next).StartsWith(@"\u")
                && char.IsLowSurrogate((char)Convert.ToUInt16(json.Substring(next + 2, 4), 16)))
            {
                length *= 2;
                unit = '\0';
            }

            _ = char.IsSurrogate(unit) ? text.Append('\uFFFD') : text.Append(json, at, length);
            at += length - 1;
        }

        using var whole = JsonDocument.Parse(text.ToString());
        return whole.RootElement.GetString()!;
    }

    private static List<string> Texts(JsonElement root, string name)
    {
        if (!IsThere(root, name, out var value))
        {
            return [];
        }

        return value.ValueKind == JsonValueKind.Array
            && value.EnumerateArray().All(static each => each.ValueKind == JsonValueKind.String)
                ? [.. value.EnumerateArray().Select(static each => each.GetString() ?? "")]
                : throw Wrong(name, value, "a list of texts");
    }

    private static int? Number(JsonElement root, string name)
    {
        if (!IsThere(root, name, out var value))
        {
            return null;
        }

        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : throw Wrong(name, value, "a whole number");
    }

    private static bool? Flag(JsonElement root, string name)
    {
        if (!IsThere(root, name, out var value))
        {
            return null;
        }

        return value.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? value.GetBoolean()
            : throw Wrong(name, value, "true or false");
    }

    private static FormatException Wrong(string name, JsonElement value, string expected) =>
        new($"has {Seen(value)} as \"{name}\"; {expected} is expected");

    private static string Seen(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "the number " + Shown.Short(value.GetRawText()),
        var other => other.ToString().ToLowerInvariant(),
    };
}
