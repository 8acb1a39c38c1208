using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Holdfast.Journal;

/// <summary>The fields of one line, as places in it.</summary>
internal ref struct LineFields
{
    internal long Seq;
    internal DateTime At;
    internal ReadOnlySpan<byte> Type;
    internal ReadOnlySpan<byte> Task;
    internal bool HasTask;
    internal int Attempt;
    internal int DataStart;
    internal int DataBytes;
    internal long Durable;
    internal uint Crc;

    /// <summary>Whether the task's name, if there is one, can be told: valid UTF-8, escaped as JSON has it.</summary>
    internal readonly bool HasTaskAsText => !HasTask || JournalLineReader.IsText(Task);
}

/// <summary>What is wrong with a line.</summary>
internal enum LineFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is not spelled as a line of the journal.</summary>
    Form,

    /// <summary>It is empty, and something follows it.</summary>
    Blank,

    /// <summary>Its check value does not continue the line before it.</summary>
    Crc,

    /// <summary>Its number does not follow the line before it: lines are missing, repeated or swapped.</summary>
    Seq,

    /// <summary>Its check value fits, but its data is no JSON object.</summary>
    Data,

    /// <summary>It is longer than a line may be.</summary>
    Overlong,

    /// <summary>It is the first line and does not open a journal.</summary>
    NotOpened,
}

/// <summary>Reads lines by position; the inverse of <see cref="JournalLine"/>.</summary>
internal static class JournalLineReader
{
    /// <summary>Bytes of a time: <c>2026-11-20T09:30:12.000001Z</c>.</summary>
    internal const int TimeBytes = 27;

    private const int MaxDigits = 18;

    /// <summary>
    /// Finds the fields. False if the line is not spelled as a line of the journal. Proves nothing of its content.
    /// </summary>
    internal static bool TryParse(ReadOnlySpan<byte> line, out LineFields fields)
    {
        fields = default;
        if (!TryReadCrc(line, out fields.Crc))
        {
            return false;
        }

        var body = line[..^JournalLine.CrcSuffixBytes];
        var n = 0;
        if (!Skip(body, ref n, "{\"seq\":"u8) || !ReadNumber(body, ref n, out fields.Seq) || fields.Seq == 0
            || !Skip(body, ref n, ",\"at\":\""u8) || !ReadTime(body, ref n, out fields.At)
            || !Skip(body, ref n, "\",\"type\":\""u8) || !ReadType(body, ref n, out fields.Type))
        {
            return false;
        }

        if (Skip(body, ref n, ",\"task\":\""u8))
        {
            fields.HasTask = true;
            if (!ReadText(body, ref n, out fields.Task))
            {
                return false;
            }
        }

        if (Skip(body, ref n, ",\"attempt\":"u8))
        {
            if (!ReadNumber(body, ref n, out var attempt) || attempt is 0 or > int.MaxValue)
            {
                return false;
            }

            fields.Attempt = (int)attempt;
        }

        if (!Skip(body, ref n, ",\"data\":{"u8))
        {
            return false;
        }

        fields.DataStart = n - 1;
        return ReadDurable(body, ref fields);
    }

    /// <summary>The check value that a line claims at its end, whatever the rest of it is.</summary>
    internal static bool TryReadCrc(ReadOnlySpan<byte> line, out uint crc)
    {
        crc = 0;
        if (line.Length < JournalLine.CrcSuffixBytes)
        {
            return false;
        }

        var suffix = line[^JournalLine.CrcSuffixBytes..];
        if (!suffix.StartsWith(",\"crc\":\""u8) || suffix[16] != '"' || suffix[17] != '}')
        {
            return false;
        }

        // Small letters only: of the digits of a hexadecimal number just the large ones lack that bit.
        const ulong Small = 0x2020_2020_2020_2020;
        var digits = suffix[8..16];
        return (BinaryPrimitives.ReadUInt64LittleEndian(digits) & Small) == Small
            && Utf8Parser.TryParse(digits, out crc, out var read, 'x') && read == digits.Length;
    }

    /// <summary>The check value of a line's bytes, continued from the line before it.</summary>
    internal static uint ComputeCrc(uint previous, ReadOnlySpan<byte> line)
        => Crc32C.Append(previous, line[..^JournalLine.CrcSuffixBytes]);

    /// <summary>Says in words what a line is that has not the form of one.</summary>
    internal static string Describe(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
        {
            return "empty line";
        }

        if (line.Contains((byte)0))
        {
            return "binary";
        }

        if (!Utf8.IsValid(line))
        {
            return "not UTF-8";
        }

        try
        {
            var reader = new Utf8JsonReader(line);
            reader.Read();
            var first = reader.TokenType;
            reader.Skip();
            return reader.Read() || first != JsonTokenType.StartObject
                ? "not a JSON object" : "not in the form of format 1";
        }
        catch (JsonException)
        {
            return "not JSON";
        }
    }

    /// <summary>The text of a JSON string's inside.</summary>
    internal static string Unescape(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'\\'))
        {
            return Encoding.UTF8.GetString(text);
        }

        var quoted = new byte[text.Length + 2];
        quoted[0] = quoted[^1] = (byte)'"';
        text.CopyTo(quoted.AsSpan(1));
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        return reader.GetString()!;
    }

    /// <summary>True if the bytes are the inside of a JSON string that stands for Unicode text.</summary>
    internal static bool IsText(ReadOnlySpan<byte> text)
    {
        if (!Utf8.IsValid(text))
        {
            return false;
        }

        try
        {
            return !text.Contains((byte)'\\') || Unescape(text).Length > 0;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // An escape that JSON does not know, or half a surrogate pair.
            return false;
        }
    }

    /// <summary>
    /// The number stands before the check value, so it is read from the end: the data is whatever lies between.
    /// </summary>
    private static bool ReadDurable(ReadOnlySpan<byte> body, ref LineFields fields)
    {
        // Ends at the latest at the brace that the data starts with.
        var digits = body.Length;
        while (char.IsAsciiDigit((char)body[digits - 1]))
        {
            digits--;
        }

        var n = digits;
        var label = ",\"durable\":"u8;
        var dataEnd = digits - label.Length;
        if (!ReadNumber(body, ref n, out fields.Durable) || dataEnd < fields.DataStart + 2
            || !body[dataEnd..digits].SequenceEqual(label) || body[dataEnd - 1] != '}')
        {
            return false;
        }

        fields.DataBytes = dataEnd - fields.DataStart;
        return fields.Durable < fields.Seq;
    }

    private static bool Skip(ReadOnlySpan<byte> body, scoped ref int n, scoped ReadOnlySpan<byte> expected)
    {
        if (!body[n..].StartsWith(expected))
        {
            return false;
        }

        n += expected.Length;
        return true;
    }

    private static bool ReadNumber(ReadOnlySpan<byte> body, ref int n, out long value)
    {
        value = 0;
        if (n == body.Length || !char.IsAsciiDigit((char)body[n])
            || !Utf8Parser.TryParse(body[n..], out value, out var digits) || digits > MaxDigits)
        {
            return false;
        }

        var hasZeroAhead = body[n] == '0' && digits > 1;
        n += digits;
        return !hasZeroAhead;
    }

    private static bool ReadType(ReadOnlySpan<byte> body, scoped ref int n, out ReadOnlySpan<byte> type)
    {
        type = default;
        var length = body[n..].IndexOf((byte)'"');
        if (length <= 0)
        {
            return false;
        }

        type = body.Slice(n, length);
        n += length + 1;
        foreach (var b in type)
        {
            if (b is not ((>= (byte)'a' and <= (byte)'z') or (byte)'_' or (>= (byte)'0' and <= (byte)'9')))
            {
                return false;
            }
        }

        return true;
    }

    private static bool ReadText(ReadOnlySpan<byte> body, scoped ref int n, out ReadOnlySpan<byte> text)
    {
        text = default;
        var length = body[n..].IndexOf((byte)'"');
        if (length > 0 && body.Slice(n, length).IndexOf((byte)'\\') >= 0)
        {
            length = EscapedLength(body[n..]);
        }

        if (length <= 0)
        {
            return false;
        }

        text = body.Slice(n, length);
        n += length + 1;
        return true;
    }

    // Up to the first quotation mark that no backslash stands before; below zero for none.
    private static int EscapedLength(ReadOnlySpan<byte> text)
    {
        var n = 0;
        while (n < text.Length && text[n] != '"')
        {
            n += text[n] == '\\' ? 2 : 1;
        }

        return n < text.Length ? n : -1;
    }

    private static bool ReadTime(ReadOnlySpan<byte> body, ref int n, out DateTime at)
    {
        at = default;
        if (body.Length - n < TimeBytes)
        {
            return false;
        }

        var t = body.Slice(n, TimeBytes);
        n += TimeBytes;
        if (t[4] != '-' || t[7] != '-' || t[10] != 'T' || t[13] != ':' || t[16] != ':' || t[19] != '.' || t[26] != 'Z')
        {
            return false;
        }

        int year = (Two(t, 0) * 100) + Two(t, 2), month = Two(t, 5), day = Two(t, 8);
        int hour = Two(t, 11), minute = Two(t, 14), second = Two(t, 17);
        var micros = (Two(t, 20) * 10_000) + (Two(t, 22) * 100) + Two(t, 24);
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || (uint)hour > 23 || (uint)minute > 59 || (uint)second > 59 || micros < 0)
        {
            return false;
        }

        at = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).AddTicks(
            micros * TimeSpan.TicksPerMicrosecond);
        return true;
    }

    // So far below zero for anything but digits that no sum with others comes back.
    private static int Two(ReadOnlySpan<byte> text, int at)
    {
        int tens = text[at] - '0', ones = text[at + 1] - '0';
        return (uint)tens <= 9 && (uint)ones <= 9 ? (tens * 10) + ones : -1_000_000;
    }
}
