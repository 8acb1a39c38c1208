using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Holdfast.Journal;

/// <summary>
/// Writes one line:
/// <c>{"seq":…,"at":"…","type":"…"[,"task":"…"][,"attempt":…],"data":{…},"durable":…,"crc":"…"}</c> and a line end.
/// One spelling only, without white space, so that a line is read back by position.
/// </summary>
internal static class JournalLine
{
    /// <summary>Bytes from <c>,"crc"</c> to the closing brace.</summary>
    internal const int CrcSuffixBytes = 18;

    /// <summary>
    /// Bytes of a line apart from type, task and data: field names, three numbers, the time, the check value.
    /// </summary>
    internal const int FrameBytes = 192;

    private const int MaxTypeLength = 64;
    private static readonly SearchValues<char> TypeLetters = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyz0123456789_");

    /// <summary>Upper bound of a line's bytes, its line end counted.</summary>
    internal static int MaxBytes(string type, string? task, int dataBytes)
        => checked(FrameBytes + type.Length + ((task?.Length ?? 0) * 6) + dataBytes);

    /// <summary>Writes a line and returns its length with the line end; the check value is continued.</summary>
    internal static int Write(Span<byte> line, in JournalRecord record, ref uint crc)
        => Write(line, record.Seq, record.At, record.Type, record.Task, record.Attempt,
            record.Data.Span, record.Durable, ref crc);

    /// <inheritdoc cref="Write(Span{byte}, in JournalRecord, ref uint)"/>
    internal static int Write(
        Span<byte> line, long seq, DateTimeOffset at, string type, string? task, int attempt,
        ReadOnlySpan<byte> data, long durable, ref uint crc)
    {
        var n = Put(line, 0, "{\"seq\":"u8);
        n = Put(line, n, seq);
        n = Put(line, n, ",\"at\":\""u8);
        n = PutTime(line, n, at);
        n = Put(line, n, "\",\"type\":\""u8);
        n += Encoding.ASCII.GetBytes(type, line[n..]);
        line[n++] = (byte)'"';
        if (task is not null)
        {
            n = Put(line, n, ",\"task\":\""u8);
            n = PutEscaped(line, n, task);
            line[n++] = (byte)'"';
        }

        if (attempt > 0)
        {
            n = Put(line, n, ",\"attempt\":"u8);
            n = Put(line, n, attempt);
        }

        n = Put(line, n, ",\"data\":"u8);
        n = Put(line, n, data);
        n = Put(line, n, ",\"durable\":"u8);
        n = Put(line, n, durable);
        crc = Crc32C.Append(crc, line[..n]);
        n = Put(line, n, ",\"crc\":\""u8);
        n = PutHex(line, n, crc);
        return Put(line, n, "\"}\n"u8);
    }

    /// <summary>Refuses what a reader would refuse, so that no line is ever written that cannot be read back.</summary>
    /// <exception cref="ArgumentException">Names the field and what is wrong with it.</exception>
    internal static void Check(string type, string? task, int attempt, ReadOnlySpan<byte> data)
    {
        ArgumentException.ThrowIfNullOrEmpty(type);
        ArgumentOutOfRangeException.ThrowIfNegative(attempt);
        if (type.Length > MaxTypeLength || type.AsSpan().ContainsAnyExcept(TypeLetters))
        {
            throw new ArgumentException(
                $"event type \"{type}\" is not snake_case of at most {MaxTypeLength} letters", nameof(type));
        }

        if (task is not null && (task.Length == 0 || !IsWellFormed(task)))
        {
            throw new ArgumentException($"task \"{task}\" is empty or no valid Unicode text", nameof(task));
        }

        if (!IsObject(data) || data.ContainsAny((byte)'\n', (byte)'\r'))
        {
            throw new ArgumentException($"data of {type} is not one JSON object on one line", nameof(data));
        }

        var bytes = (long)FrameBytes + type.Length + ((task?.Length ?? 0) * 6L) + data.Length;
        if (bytes > JournalFormat.MaxLineBytes)
        {
            throw new ArgumentException(
                $"{type} of task \"{task}\" needs up to {bytes} bytes, and a line holds {JournalFormat.MaxLineBytes}; "
                + "put the large part into a file and record its hash", nameof(data));
        }
    }

    /// <summary>True if the bytes are exactly one JSON object in valid UTF-8.</summary>
    internal static bool IsObject(ReadOnlySpan<byte> data)
    {
        if (PlainObject.TryScan(data, [], out _))
        {
            return true;
        }

        if (data.Length < 2 || data[0] != '{' || data[^1] != '}' || !Utf8.IsValid(data))
        {
            return false;
        }

        try
        {
            var reader = new Utf8JsonReader(data);
            while (reader.Read())
            {
                // Reading to the end is the check; the reader throws on anything after the object.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 >= text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }

    private static int Put(Span<byte> line, int n, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(line[n..]);
        return n + bytes.Length;
    }

    private static int Put(Span<byte> line, int n, long value)
    {
        Utf8Formatter.TryFormat(value, line[n..], out var written);
        return n + written;
    }

    private static int PutTime(Span<byte> line, int n, DateTimeOffset at)
    {
        var utc = at.UtcDateTime;
        var (date, time) = (DateOnly.FromDateTime(utc), utc.TimeOfDay.Ticks);
        var text = line.Slice(n, JournalLineReader.TimeBytes);
        "0000-00-00T00:00:00.000000Z"u8.CopyTo(text);
        PutDigits(text[..4], date.Year);
        PutDigits(text.Slice(5, 2), date.Month);
        PutDigits(text.Slice(8, 2), date.Day);
        PutDigits(text.Slice(11, 2), (int)(time / TimeSpan.TicksPerHour));
        PutDigits(text.Slice(14, 2), (int)(time / TimeSpan.TicksPerMinute % 60));
        PutDigits(text.Slice(17, 2), (int)(time / TimeSpan.TicksPerSecond % 60));
        PutDigits(text.Slice(20, 6), (int)(time / TimeSpan.TicksPerMicrosecond % 1_000_000));
        return n + JournalLineReader.TimeBytes;
    }

    private static void PutDigits(Span<byte> digits, int value)
    {
        for (var i = digits.Length - 1; i >= 0; i--)
        {
            digits[i] = (byte)('0' + (value % 10));
            value /= 10;
        }
    }

    private static int PutHex(Span<byte> line, int n, uint value)
    {
        for (var shift = 28; shift >= 0; shift -= 4)
        {
            line[n++] = "0123456789abcdef"u8[(int)(value >> shift) & 15];
        }

        return n;
    }

    /// <summary>Escapes only what JSON demands, so that names stay readable in the file.</summary>
    private static int PutEscaped(Span<byte> line, int n, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text, line[n..]);
        return NeedsEscape(line.Slice(n, bytes)) ? Escape(line, n, line.Slice(n, bytes).ToArray()) : n + bytes;
    }

    private static int Escape(Span<byte> line, int n, byte[] plain)
    {
        foreach (var b in plain)
        {
            if (b is (byte)'"' or (byte)'\\')
            {
                line[n++] = (byte)'\\';
                line[n++] = b;
            }
            else if (b < 0x20)
            {
                n = Put(line, n, "\\u00"u8);
                line[n++] = "0123456789abcdef"u8[b >> 4];
                line[n++] = "0123456789abcdef"u8[b & 15];
            }
            else
            {
                line[n++] = b;
            }
        }

        return n;
    }

    private static bool NeedsEscape(ReadOnlySpan<byte> text)
        => text.ContainsAny((byte)'"', (byte)'\\') || text.ContainsAnyInRange((byte)0, (byte)0x1F);
}
