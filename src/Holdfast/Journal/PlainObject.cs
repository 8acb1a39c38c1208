using System.Buffers.Text;
using System.Text.Json;

namespace Holdfast.Journal;

/// <summary>A field of a JSON object, as places in its bytes.</summary>
internal readonly struct FieldSlot(int nameStart, int nameLength, int start, int length, JsonTokenType kind)
{
    internal static readonly FieldSlot Absent;

    // Fields, not properties: code that has just been compiled calls a method for each look at a property.
    internal readonly int NameStart = nameStart;
    internal readonly int NameLength = nameLength;
    internal readonly int Start = start;
    internal readonly int Length = length;
    internal readonly JsonTokenType Kind = kind;

    internal bool IsAbsent => Kind is JsonTokenType.None or JsonTokenType.Null;
}

/// <summary>
/// Finds the fields of a JSON object that is spelled plainly, as those of nearly all events are: no white space, no
/// escapes, texts in ASCII, whole numbers, nothing nested. Of any other it says nothing, and the general reader, which
/// costs several times as much, has to judge.
/// </summary>
internal static class PlainObject
{
    /// <summary>True if it is one. It is valid JSON then; fields beyond the slots are passed over.</summary>
    internal static bool TryScan(ReadOnlySpan<byte> json, Span<FieldSlot> slots, out int count)
    {
        count = 0;
        if (json.Length < 2 || json[0] != '{' || json[^1] != '}'
            || json.ContainsAnyExceptInRange((byte)' ', (byte)'~') || json.IndexOf((byte)'\\') >= 0)
        {
            return false;
        }

        // The brace at the end stops whatever is looked for.
        var n = 1;
        while (json[n] == '"')
        {
            var name = n + 1;
            if (!SkipText(json, ref n) || json[n] != ':')
            {
                return false;
            }

            var nameEnd = n++;
            var start = n;
            var kind = SkipValue(json, ref n);
            if (count < slots.Length)
            {
                slots[count++] = new FieldSlot(name, nameEnd - name - 1, start, n - start, kind);
            }

            if (kind == JsonTokenType.None || json[n] != ',')
            {
                return kind != JsonTokenType.None && n == json.Length - 1;
            }

            n++;
        }

        return json.Length == 2;
    }

    private static JsonTokenType SkipValue(ReadOnlySpan<byte> json, ref int n)
    {
        switch (json[n])
        {
            case (byte)'"':
                return SkipText(json, ref n) ? JsonTokenType.String : JsonTokenType.None;
            case (byte)'t':
                return Skip(json, ref n, "true"u8, JsonTokenType.True);
            case (byte)'f':
                return Skip(json, ref n, "false"u8, JsonTokenType.False);
            case (byte)'n':
                return Skip(json, ref n, "null"u8, JsonTokenType.Null);
            default:
                return SkipNumber(json, ref n) ? JsonTokenType.Number : JsonTokenType.None;
        }
    }

    private static bool SkipText(ReadOnlySpan<byte> json, ref int n)
    {
        var length = json[(n + 1)..].IndexOf((byte)'"');
        n += length + 2;
        return length >= 0;
    }

    private static bool SkipNumber(ReadOnlySpan<byte> json, ref int n)
    {
        // One that is too large for the parser is left to the general reader.
        var first = n + (json[n] == '-' ? 1 : 0);
        if (!char.IsAsciiDigit((char)json[first]) || !Utf8Parser.TryParse(json[n..], out long _, out var bytes))
        {
            return false;
        }

        n += bytes;
        return json[first] != '0' || n == first + 1;
    }

    private static JsonTokenType Skip(ReadOnlySpan<byte> json, ref int n, ReadOnlySpan<byte> word, JsonTokenType kind)
    {
        if (!json[n..].StartsWith(word))
        {
            return JsonTokenType.None;
        }

        n += word.Length;
        return kind;
    }
}
