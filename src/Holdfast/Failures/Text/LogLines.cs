using System.Buffers;

namespace Holdfast.Failures.Text;

/// <summary>A line of a capture that is worth reading.</summary>
/// <param name="Start">First byte.</param>
/// <param name="Length">Bytes, without the line end.</param>
/// <param name="Number">1-based.</param>
/// <param name="FromEnd">Non-blank lines after it; 0 for the last.</param>
internal readonly record struct LogLine(int Start, int Length, int Number, int FromEnd);

/// <summary>
/// Chooses the lines of a capture that are read: the last ones always, of the rest those that hold a word that any
/// rule needs. The rest is searched with one vectorised multi-pattern scan over the raw bytes, so a clean log of any
/// size costs one pass and no memory.
/// </summary>
internal static class LogLines
{
    /// <summary>Non-blank lines at the end that are always read.</summary>
    internal const int TailLines = 250;

    /// <summary>Lines before the tail that are kept although more match: the first and the last of them.</summary>
    internal const int FirstHits = 50;

    /// <inheritdoc cref="FirstHits"/>
    internal const int LastHits = 150;

    /// <summary>The lines to read, last first.</summary>
    /// <param name="text">The capture.</param>
    /// <param name="anchors">What makes a line before the tail worth reading; null for none of them.</param>
    internal static List<LogLine> Choose(ReadOnlySpan<byte> text, Lazy<SearchValues<string>>? anchors = null)
    {
        var chosen = new List<LogLine>();
        var number = text.Count((byte)'\n') + 1;
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

        if (end > 0 && anchors is not null)
        {
            AddHits(text[..end], chosen, anchors.Value);
        }

        return chosen;
    }

    private static void AddHits(ReadOnlySpan<byte> text, List<LogLine> chosen, SearchValues<string> anchors)
    {
        var first = new List<LogLine>();
        var last = new Queue<LogLine>();
        var at = 0;
        var counted = 0;
        var number = 1;
        using var scan = new AnchorScan(anchors);
        while ((at = scan.Next(text, at)) >= 0)
        {
            var start = text[..at].LastIndexOf((byte)'\n') + 1;
            var length = text[start..].IndexOf((byte)'\n');
            length = length < 0 ? text.Length - start : length;
            number += text[counted..start].Count((byte)'\n');
            counted = start;
            var line = new LogLine(start, length, number, TailLines);
            if (first.Count < FirstHits)
            {
                first.Add(line);
            }
            else
            {
                last.Enqueue(line);
                if (last.Count > LastHits)
                {
                    last.Dequeue();
                }
            }

            at = start + length + 1;
            if (at >= text.Length)
            {
                break;
            }
        }

        var late = last.ToArray();
        for (var i = late.Length - 1; i >= 0; i--)
        {
            chosen.Add(late[i]);
        }

        for (var i = first.Count - 1; i >= 0; i--)
        {
            chosen.Add(first[i]);
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t\r"u8) < 0;
}
