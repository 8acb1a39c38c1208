using Holdfast.Failures.Text;

namespace Holdfast.Failures.Ends;

/// <summary>
/// Tells a run that failed by what the program says of it, where the exit code that was seen is 0: it is that of the
/// last program of a pipe, or of a later command.
/// </summary>
internal static class FailedEnds
{
    /// <summary>A status alone, as a client's format prints it, has no more words before it: "status=503".</summary>
    private const int WordsOfStatus = 2;

    /// <summary>How clients say that the other side was not reached or refused them.</summary>
    private static readonly string[] Unreached =
        ["curl: (", "ssh: connect to host", "ssh: Could not resolve", "wget: unable to resolve", "psql: error:"];

    private static readonly Dictionary<string, Lines> Places = new(StringComparer.Ordinal)
    {
        ["any"] = Lines.Any,
        ["last"] = Lines.Last,
        ["err"] = Lines.AnyOfStderr,
        ["errlast"] = Lines.LastOfStderr,
        ["outlast"] = Lines.LastOfStdout,
    };

    private static readonly Lazy<ILookup<string, Phrase>> ByTool = new(() => Parse(EndPhrases.Text));

    /// <summary>Words of a last line that tells of work done.</summary>
    private static readonly string[] WorkDone =
    [
        "done", "finished", "completed", "imported", "exported", "processed", "written", "wrote", "saved", "ok",
        "ready", "listening", "started", "passed", "synced", "succeeded", "success",
    ];

    /// <summary>Words of a last line that tells what was done instead.</summary>
    private static readonly string[] Fallback =
    [
        "skipped", "skipping", "using", "continuing", "ignored", "ignoring", "fallback", "cached", "anyway", "instead",
        "tolerated", "optional", "default", "defaults", "served", "serving", "without", "disabled", "degraded",
    ];

    private enum Lines
    {
        Any,
        Last,
        AnyOfStderr,
        LastOfStderr,
        LastOfStdout,
    }

    /// <summary>Whether the program says that its run failed.</summary>
    internal static bool Says(string? tool, ReadOnlySpan<byte> stdout, ReadOnlySpan<byte> stderr)
    {
        var printed = Cleaned(stdout);
        var errors = Cleaned(stderr);
        var isShell = tool is "bash" or "sh";
        return (HasPhrase(tool, errors, isStderr: true) && !LastHas(printed, Fallback))
            || (!isShell && HasPhrase(tool, printed, isStderr: false))
            || (EndsWithTraceback(errors) && !LastHas(printed, WorkDone) && !LastHas(printed, Fallback))
            || (tool is "python" or "python3" && (EndsWithTraceback(printed) || EndsInTraceback(printed)));
    }

    /// <summary>
    /// Whether a client printed nothing and complained last: <c>curl … | jq .version</c>. Only what keeps it from
    /// reaching the other side counts; <c>rm old.log || true</c> looks the same.
    /// </summary>
    internal static bool IsSilentClient(string? tool, ReadOnlySpan<byte> stdout, ReadOnlySpan<byte> stderr) =>
        tool is "bash" or "sh" or "curl" && Cleaned(stdout).Count == 0
        // What explains the complaint stands below it, indented.
        && Cleaned(stderr).Find(static each => each[0] is not (' ' or '\t')) is { } last
        && Array.Exists(Unreached, each => last.StartsWith(each, StringComparison.Ordinal));

    /// <summary>The status from 400 that a client's format printed alone; 0 for none.</summary>
    internal static int StatusAlone(string answer)
    {
        var tokens = new TokenLine();
        tokens.Set(answer);
        return tokens.Count is > 0 and <= WordsOfStatus && answer[^1] is >= '0' and <= '9'
            && tokens[tokens.Count - 1] is [>= '4' and <= '5', >= '0' and <= '9', >= '0' and <= '9'] and var status
            && (tokens.Count == 1 || tokens[0] is "status" or "code" or "http" or "HTTP" or "http_code")
                ? int.Parse(status, System.Globalization.CultureInfo.InvariantCulture)
                : 0;
    }

    private static bool HasPhrase(string? tool, List<string> lines, bool isStderr)
    {
        foreach (var phrase in tool is null ? [] : ByTool.Value[tool])
        {
            var read = phrase.Lines is Lines.Any or Lines.AnyOfStderr ? lines : lines[..Math.Min(1, lines.Count)];
            var elsewhere = isStderr ? phrase.Lines is Lines.LastOfStdout
                : phrase.Lines is Lines.AnyOfStderr or Lines.LastOfStderr;
            if (!elsewhere && read.Exists(phrase.IsIn))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A traceback that nothing follows, that begins in the program's outermost frame and that no line of a log opens:
    /// an exception that was caught is logged with a word of what it means. A reader that closes the pipe has what it
    /// wanted.
    /// </summary>
    private static bool EndsWithTraceback(List<string> lines)
    {
        var head = lines.FindIndex(static each => each.StartsWith("Traceback (most recent", StringComparison.Ordinal));
        if (head < 0 || lines[0].StartsWith("BrokenPipeError", StringComparison.Ordinal))
        {
            return false;
        }

        // Below the head stand frames, which are indented, then the exception, whose message may go on indented.
        var below = lines[..head];
        var exception = below.FindLastIndex(static each => !each.StartsWith(' '));
        var above = new TokenLine();
        above.Set(head + 1 < lines.Count ? lines[head + 1] : "");
        return exception >= 0
            && below[..exception].TrueForAll(static each => each.StartsWith(' '))
            && below[^1].EndsWith(", in <module>", StringComparison.Ordinal)
            && above.Mark is not (LineMark.Error or LineMark.Warning);
    }

    /// <summary>The end of a traceback whose head was cut off: an exception below its source line.</summary>
    private static bool EndsInTraceback(List<string> lines)
    {
        if (lines is not [var last, var above, ..] || !above.StartsWith("    ", StringComparison.Ordinal))
        {
            return false;
        }

        var name = last.AsSpan(0, Math.Max(0, last.IndexOf(": ", StringComparison.Ordinal)));
        return (name.EndsWith("Error") || name.EndsWith("Exception"))
            && !name.ContainsAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.");
    }

    /// <summary>Whether the last line tells what was done instead of what failed.</summary>
    internal static bool GoesOnOtherwise(ReadOnlySpan<byte> stdout) => LastHas(Cleaned(stdout), Fallback);

    private static bool LastHas(List<string> printed, string[] words)
    {
        var last = new TokenLine();
        last.Set(printed.Count == 0 ? "" : printed[0]);
        for (var i = 0; i < last.Count; i++)
        {
            if (Array.IndexOf(words, last[i].ToString().ToLowerInvariant()) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The last lines that are not blank, last first.</summary>
    private static List<string> Cleaned(ReadOnlySpan<byte> output)
    {
        var cleaned = new List<string>();
        foreach (var line in LogLines.Last(output))
        {
            var text = LineText.Clean(output.Slice(line.Start, line.Length));
            if (!string.IsNullOrWhiteSpace(text) && !IsSource(text))
            {
                cleaned.Add(text);
            }
        }

        return cleaned;
    }

    /// <summary>A source line that a compiler shows behind a margin: "    2 | puts("x: error: y");".</summary>
    private static bool IsSource(string line) => line.StartsWith(' ')
        && line.AsSpan().TrimStart(" 0123456789").StartsWith("|");

    private static ILookup<string, Phrase> Parse(string table)
    {
        var rows =
            from row in table.Split('\n')
            let cells = row.Split(" : ", 2)
            from cell in SplitPhrases(cells[1])
            from tool in cells[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            select (Tool: tool, Phrase: Phrase.Of(cell));
        return rows.ToLookup(static each => each.Tool, static each => each.Phrase, StringComparer.Ordinal);
    }

    /// <summary>A cell begins with the lines that it is about, so that a phrase may hold colons itself.</summary>
    private static IEnumerable<string> SplitPhrases(string cells)
    {
        var start = 0;
        while (start < cells.Length)
        {
            var end = cells.Length;
            foreach (var place in Places.Keys)
            {
                var next = cells.IndexOf($" : {place} ", start, StringComparison.Ordinal);
                end = next < 0 ? end : Math.Min(end, next);
            }

            yield return cells[start..end];
            start = end + 3;
        }
    }

    /// <summary>One phrase of the table.</summary>
    /// <param name="Lines">Where it may stand.</param>
    /// <param name="Opens">Whether the line begins with it.</param>
    /// <param name="Above">What stands before it in the line; null for anything.</param>
    /// <param name="Before">What stands before the number or gap, or all of it.</param>
    /// <param name="After">What follows on the number or gap; null where there is none.</param>
    /// <param name="IsNumber">A number and no gap.</param>
    private sealed record Phrase(
        Lines Lines, bool Opens, string? Above, string Before, string? After, bool IsNumber)
    {
        internal static Phrase Of(string cell)
        {
            var space = cell.IndexOf(' ');
            var text = cell[(space + 1)..];
            var opens = text[0] == '^';
            text = opens ? text[1..] : text;
            var gap = text.IndexOf('…');
            var above = gap >= 0 && text.IndexOf('#') > gap ? text[..gap] : null;
            text = above is null ? text : text[(gap + 1)..];
            var mark = text.AsSpan().IndexOfAny('#', '…');
            return new Phrase(Places[cell[..space]], opens, above, mark < 0 ? text : text[..mark],
                mark < 0 ? null : text[(mark + 1)..], mark >= 0 && text[mark] == '#');
        }

        internal bool IsIn(string line)
        {
            var text = Plain(line);
            var first = Above is null ? 0 : text.IndexOf(Above, StringComparison.Ordinal);
            for (var at = first < 0 ? -1 : text.IndexOf(Before, first, StringComparison.Ordinal); at >= 0;
                at = at + 1 < text.Length ? text.IndexOf(Before, at + 1, StringComparison.Ordinal) : -1)
            {
                if (Opens && at > 0)
                {
                    return false;
                }

                var rest = at + Before.Length;
                if (After is null ? EndsWord(text, rest)
                    : IsNumber ? IsCounted(text, rest)
                    : text.IndexOf(After, rest, StringComparison.Ordinal) >= 0)
                {
                    return true;
                }
            }

            return false;
        }

        private bool IsCounted(string text, int from)
        {
            var end = from;
            while (end < text.Length && char.IsAsciiDigit(text[end]))
            {
                end++;
            }

            return text.AsSpan(from, end - from).ContainsAnyExcept('0')
                && string.CompareOrdinal(text, end, After, 0, After!.Length) == 0
                && EndsWord(text, end + After.Length);
        }

        /// <summary>"1 failed_login_test" counts no failure; "2 errors" counts as "2 error".</summary>
        private static bool EndsWord(string text, int end) =>
            end == text.Length || !char.IsLetter(text[end - 1]) || text[end] == 's'
            || !(char.IsLetter(text[end]) || text[end] == '_');

        /// <summary>Without rulers around it, and with one blank between words.</summary>
        private static string Plain(string line) =>
            string.Join(' ', line.Trim('=', ' ').Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
