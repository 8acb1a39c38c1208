namespace Holdfast.Failures.Text;

/// <summary>A line of a capture that is worth reading.</summary>
/// <param name="Start">First byte.</param>
/// <param name="Length">Bytes, without the line end.</param>
/// <param name="Number">1-based.</param>
/// <param name="FromEnd">Non-blank lines after it; 0 for the last.</param>
internal readonly record struct LogLine(int Start, int Length, int Number, int FromEnd);

/// <summary>Finds the last lines of a capture, and the lines around a line.</summary>
internal static class LogLines
{
    /// <summary>Non-blank lines at the end that are looked at one by one.</summary>
    internal const int TailLines = 250;

    /// <summary>Bytes on each side of a line of a stream that are read for the lines around it.</summary>
    private const int AroundBytes = 64 << 10;

    /// <summary>The last non-blank lines, last first.</summary>
    internal static List<LogLine> Choose(ReadOnlySpan<byte> text) =>
        Choose(text, text.Count((byte)'\n') + 1, out _);

    /// <summary>
    /// As <see cref="Choose(ReadOnlySpan{byte})"/>, without numbers, for which all lines would have to be counted.
    /// </summary>
    internal static List<LogLine> Last(ReadOnlySpan<byte> text) => Choose(text, 0, out _);

    /// <summary>The last non-blank lines, last first, numbered from the last one back, which has a number.</summary>
    /// <param name="text">A capture.</param>
    /// <param name="number">The number of its last line, blank or not.</param>
    /// <param name="before">Bytes that stand before these lines, without the line end between.</param>
    internal static List<LogLine> Choose(ReadOnlySpan<byte> text, int number, out int before)
    {
        var chosen = new List<LogLine>();
        var end = text.Length;
        while (end >= 0 && chosen.Count < TailLines)
        {
            var start = text[..end].LastIndexOf((byte)'\n') + 1;
            if (!IsBlank(text[start..end]))
            {
                chosen.Add(new LogLine(start, end - start, number, chosen.Count));
            }

            number--;
            end = start - 1;
        }

        before = Math.Max(0, end);
        return chosen;
    }

    /// <summary>Blanks and carriage returns only.</summary>
    internal static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t\r"u8) < 0;

    /// <summary>The lines up to some lines before and after a place, cleaned, last first.</summary>
    /// <param name="text">A capture or a part of it.</param>
    /// <param name="at">A byte of the line in the middle.</param>
    /// <param name="reach">Lines on each side.</param>
    internal static List<string> Around(ReadOnlySpan<byte> text, int at, int reach)
    {
        var found = new List<string>();
        var start = text[..at].LastIndexOf((byte)'\n') + 1;
        var up = 0;
        for (; up < reach && start > 0; up++)
        {
            start = text[..(start - 1)].LastIndexOf((byte)'\n') + 1;
        }

        for (var lines = up + 1 + reach; lines > 0 && start <= text.Length; lines--)
        {
            var end = text[start..].IndexOf((byte)'\n');
            end = end < 0 ? text.Length : start + end;
            found.Add(LineText.Clean(text[start..end]));
            start = end + 1;
        }

        found.Reverse();
        return found;
    }

    /// <summary>As <see cref="Around(ReadOnlySpan{byte}, int, int)"/>, of a stream that can seek; bounded.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    internal static List<string> Around(Func<Stream> open, long at, int reach)
    {
        using var input = open();
        var from = Math.Max(0, at - AroundBytes);
        input.Position = from;
        var bytes = new byte[2 * AroundBytes];
        var length = input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return at - from > length ? [] : Around(bytes.AsSpan(0, length), (int)(at - from), reach);
    }
}
