using System.Text;
using Holdfast.Failures;

namespace Holdfast.Plans.Runtimes;

/// <summary>The ends of a captured stream, enough to classify by.</summary>
/// <param name="Head">The first bytes, up to the end of a character.</param>
/// <param name="Tail">The last bytes, from the start of a line; empty where the head has everything.</param>
/// <param name="TotalBytes">Size of the whole capture.</param>
/// <param name="SkippedBytes">Between head and tail.</param>
/// <param name="TailLine">1-based line number of the first line of the tail.</param>
public sealed record CaptureEnds(string Head, string Tail, long TotalBytes, long SkippedBytes, long TailLine)
{
    /// <summary>Head and tail together, with nothing between them.</summary>
    public string Text => Head + Tail;
}

/// <summary>
/// Reads captures: raw bytes of a program, of any size and any encoding, of which nothing is to be expected.
/// </summary>
public static class CaptureReader
{
    /// <summary>Bytes of the head that are read by default.</summary>
    public const int HeadBytes = 256 << 10;

    /// <summary>Bytes of the tail that are read by default.</summary>
    public const int TailBytes = 1 << 20;

    private const int LongestLineBytes = 64 << 10;
    private const int ChunkBytes = 64 << 10;

    /// <summary>Head and tail of a capture; an absent file is an empty one. Invalid UTF-8 becomes U+FFFD.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static CaptureEnds ReadEnds(string path, int headBytes = HeadBytes, int tailBytes = TailBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(headBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(tailBytes);
        if (!File.Exists(path))
        {
            return new CaptureEnds(string.Empty, string.Empty, 0, 0, 1);
        }

        using var file = Open(path);
        var total = RandomAccess.GetLength(file);
        if (total <= (long)headBytes + tailBytes)
        {
            return new CaptureEnds(Encoding.UTF8.GetString(Read(file, 0, (int)total)), string.Empty, total, 0, 1);
        }

        var head = Read(file, 0, headBytes);
        var headLength = WholeCharacters(head);
        var tailStart = total - tailBytes;
        var tail = Read(file, tailStart, tailBytes);
        var newline = tail.AsSpan().IndexOf((byte)'\n');
        if (newline >= 0)
        {
            // Half a line could match a rule that the whole one does not.
            tail = tail[(newline + 1)..];
            tailStart += newline + 1;
        }

        return new CaptureEnds(
            Encoding.UTF8.GetString(head, 0, headLength),
            Encoding.UTF8.GetString(tail),
            total,
            tailStart - headLength,
            1 + CountLines(file, 0, tailStart));
    }

    /// <summary>The same ends as raw bytes, one after the other.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] ReadEndBytes(string path, int headBytes = HeadBytes, int tailBytes = TailBytes) =>
        ReadEndBytes(path, headBytes, tailBytes, countsLines: false, out _);

    /// <summary>The same ends as raw bytes, one after the other, for the classifier.</summary>
    /// <param name="path">An absent file is an empty one.</param>
    /// <param name="gap">
    /// What is left out between them, which is read for its lines; the default where nothing is.
    /// </param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[] ReadEndBytes(string path, out CaptureGap gap) =>
        ReadEndBytes(path, HeadBytes, TailBytes, countsLines: true, out gap);

    private static byte[] ReadEndBytes(
        string path, int headBytes, int tailBytes, bool countsLines, out CaptureGap gap)
    {
        gap = default;
        if (!File.Exists(path))
        {
            return [];
        }

        using var file = Open(path);
        var total = RandomAccess.GetLength(file);
        if (total <= (long)headBytes + tailBytes)
        {
            return Read(file, 0, (int)total);
        }

        var head = Read(file, 0, headBytes);
        if (countsLines)
        {
            // The line that the head ends in goes on behind it, and the one that the tail begins in began before it.
            gap = new CaptureGap(
                head.AsSpan().Count((byte)'\n') + 2, CountLines(file, headBytes, total - tailBytes) - 1);
        }

        // A line end between the two, so that the last line of the head and the first of the tail do not become one.
        return [.. head, (byte)'\n', .. Read(file, total - tailBytes, tailBytes)];
    }

    /// <summary>
    /// The lines of a capture without their ends, from a byte offset on; a line over 64 KiB comes in pieces. A last
    /// line without an end comes too.
    /// </summary>
    /// <param name="path">An absent file has no lines.</param>
    /// <param name="offset">Where to begin; a follower goes on from where the last call ended.</param>
    public static IEnumerable<CaptureLine> Lines(string path, long offset = 0)
    {
        if (!File.Exists(path))
        {
            yield break;
        }

        using var file = Open(path);
        var buffer = new byte[ChunkBytes + LongestLineBytes];
        var held = 0;
        while (true)
        {
            var count = RandomAccess.Read(file, buffer.AsSpan(held, ChunkBytes), offset + held);
            var length = held + count;
            var at = 0;
            while (buffer.AsSpan(at, length - at).IndexOf((byte)'\n') is var end && end >= 0)
            {
                yield return new CaptureLine(Text(buffer.AsSpan(at, end)), offset + at + end + 1, IsComplete: true);
                at += end + 1;
            }

            held = length - at;
            if (count == 0 || held >= LongestLineBytes)
            {
                var piece = count == 0 ? held : WholeCharacters(buffer.AsSpan(at, held));
                if (piece > 0)
                {
                    yield return new CaptureLine(
                        Text(buffer.AsSpan(at, piece)), offset + at + piece, IsComplete: false);
                }

                at += piece;
                held -= piece;
            }

            if (count == 0)
            {
                yield break;
            }

            buffer.AsSpan(at, held).CopyTo(buffer);
            offset += at;
        }
    }

    private static string Text(ReadOnlySpan<byte> line) =>
        Encoding.UTF8.GetString(line.EndsWith("\r"u8) ? line[..^1] : line);

    // A capture may grow, or be read by others, at the same time.
    internal static Microsoft.Win32.SafeHandles.SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private static byte[] Read(Microsoft.Win32.SafeHandles.SafeFileHandle file, long offset, int count)
    {
        var bytes = new byte[count];
        var length = 0;
        while (length < count && RandomAccess.Read(file, bytes.AsSpan(length), offset + length) is var read and > 0)
        {
            length += read;
        }

        return length == count ? bytes : bytes[..length];
    }

    private static long CountLines(Microsoft.Win32.SafeHandles.SafeFileHandle file, long start, long end)
    {
        var buffer = new byte[ChunkBytes];
        long lines = 0;
        for (var at = start; at < end;)
        {
            var count = RandomAccess.Read(file, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - at)), at);
            if (count == 0)
            {
                break;
            }

            lines += buffer.AsSpan(0, count).Count((byte)'\n');
            at += count;
        }

        return lines;
    }

    // Cuts off a character that the end of the bytes splits; at most three bytes, so invalid text cannot hide much.
    private static int WholeCharacters(ReadOnlySpan<byte> bytes)
    {
        for (var back = 1; back <= 3 && back <= bytes.Length; back++)
        {
            var b = bytes[^back];
            if (b < 0x80)
            {
                break;
            }

            if (b >= 0xC0)
            {
                var needed = b >= 0xF0 ? 4 : b >= 0xE0 ? 3 : 2;
                return needed > back ? bytes.Length - back : bytes.Length;
            }
        }

        return bytes.Length;
    }
}

/// <summary>A line of a capture.</summary>
/// <param name="Text">Without its end; invalid UTF-8 as U+FFFD. Not masked.</param>
/// <param name="NextOffset">Byte offset behind it.</param>
/// <param name="IsComplete">False for the last line without an end, and for a piece of an overlong one.</param>
public readonly record struct CaptureLine(string Text, long NextOffset, bool IsComplete);
