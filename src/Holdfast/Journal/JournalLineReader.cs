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

        foreach (var digit in suffix[8..16])
        {
            var value = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                _ => -1,
            };
            if (value < 0)
            {
                return false;
            }

            crc = (crc << 4) | (uint)value;
        }

        return true;
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
        var start = n;
        while (n < body.Length && (uint)(body[n] - '0') <= 9 && n - start < MaxDigits)
        {
            value = (value * 10) + (body[n++] - '0');
        }

        return n > start && (body[start] != '0' || n == start + 1);
    }

    private static bool ReadType(ReadOnlySpan<byte> body, scoped ref int n, out ReadOnlySpan<byte> type)
    {
        var start = n;
        while (n < body.Length && (body[n] is (byte)'_' || (uint)(body[n] - 'a') < 26 || (uint)(body[n] - '0') <= 9))
        {
            n++;
        }

        type = body[start..n];
        return type.Length > 0 && Skip(body, ref n, "\""u8);
    }

    private static bool ReadText(ReadOnlySpan<byte> body, scoped ref int n, out ReadOnlySpan<byte> text)
    {
        var start = n;
        while (n < body.Length && body[n] != '"')
        {
            n += body[n] == '\\' ? 2 : 1;
        }

        n = Math.Min(n, body.Length);
        text = body[start..n];
        return text.Length > 0 && Skip(body, ref n, "\""u8);
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

        int year = Digits(t[..4]), month = Digits(t.Slice(5, 2)), day = Digits(t.Slice(8, 2));
        int hour = Digits(t.Slice(11, 2)), minute = Digits(t.Slice(14, 2)), second = Digits(t.Slice(17, 2));
        var micros = Digits(t.Slice(20, 6));
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)
            || (uint)hour > 23 || (uint)minute > 59 || (uint)second > 59 || micros < 0)
        {
            return false;
        }

        at = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Utc).AddTicks(
            micros * TimeSpan.TicksPerMicrosecond);
        return true;
    }

    private static int Digits(ReadOnlySpan<byte> digits)
    {
        var value = 0;
        foreach (var digit in digits)
        {
            if ((uint)(digit - '0') > 9)
            {
                return -1;
            }

            value = (value * 10) + (digit - '0');
        }

        return value;
    }
}
