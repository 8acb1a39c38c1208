using System.Text.RegularExpressions;

namespace Holdfast.Failures.Text;

/// <summary>
/// Finds the last stack that a program printed, in the forms of .NET, Java, Node, Python, Ruby, Go, Rust, Perl and PHP,
/// with the causes that stand with it. Looks at the last lines of a stream only.
/// </summary>
internal sealed partial class PrintedStack
{
    private const RegexOptions Options =
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture;

    // From effect to cause; the last one is the root.
    private readonly List<Block> _chain = [];
    private Block? _current;
    private string? _before;
    private bool _listsCauses;
    private bool _causeFirst;

    /// <summary>What the failure followed from, nearest first; without what is the effect itself.</summary>
    internal IReadOnlyList<string> Causes => [.. _chain.Skip(1).Select(b => b.Head)];

    /// <summary>The root's own line, and its frames as printed.</summary>
    internal IReadOnlyList<string> Stack =>
        _chain.FindLast(b => b.Frames.Count > 0) is { } root ? [root.Head, .. root.Frames] : [];

    internal static PrintedStack Find(ReadOnlySpan<byte> output)
    {
        var found = new PrintedStack();
        var lines = LogLines.Choose(output);
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            var raw = output.Slice(lines[i].Start, lines[i].Length);
            found.Take(LineText.Clean(raw), (char)raw[0] is ' ' or '\t');
        }

        return found;
    }

    private void Take(string line, bool isIndented)
    {
        var text = line.Trim();
        if (_listsCauses && isIndented && !Frame().IsMatch(line))
        {
            _chain.Add(new Block(Numbered().Replace(text, "")));
            return;
        }

        _listsCauses = false;
        if (IsFrame(line, text))
        {
            _current ??= Begin(_before ?? "");
            _current.Frames.Add(text);
        }
        else if (text.StartsWith("--- End of inner exception", StringComparison.Ordinal))
        {
            // .NET prints the frames of the inner one first: those of the outer one follow.
            _current = _current is { } inner && _chain.IndexOf(inner) is > 0 and var at ? _chain[at - 1] : _current;
        }
        else if (CauseIn(text) is { } cause)
        {
            TakeCause(cause);
        }
        else if (!IsBetweenFrames(text, isIndented))
        {
            TakeOther(text);
        }
    }

    private void TakeCause(string cause)
    {
        if (_current is null && _before is { } effect)
        {
            Begin(effect);
        }

        if (cause.Length == 0)
        {
            _listsCauses = true;
            return;
        }

        _current = new Block(cause);
        _chain.Add(_current);
        _before = null;
    }

    private void TakeOther(string text)
    {
        if (PythonLink().IsMatch(text))
        {
            _causeFirst = true;
            _current = null;
            return;
        }

        if (text.StartsWith("Traceback (most recent call last)", StringComparison.Ordinal))
        {
            // Python prints the cause first, and the error below its frames.
            _current = new Block("") { EndsWithHead = true };
            if (!_causeFirst)
            {
                _chain.Clear();
            }

            _chain.Insert(0, _current);
            _causeFirst = false;
            return;
        }

        if (_current is { EndsWithHead: true, Head.Length: 0 })
        {
            _current.Head = text;
        }

        _current = null;
        _before = text;
    }

    private Block Begin(string head)
    {
        _chain.Clear();
        var block = new Block(head);
        _chain.Add(block);
        return block;
    }

    private bool IsFrame(string line, string text) => Frame().IsMatch(line)
        || (GoFunction().IsMatch(text) && _before?.StartsWith("goroutine ", StringComparison.Ordinal) == true)
        || (_current is { Frames.Count: > 0 } && GoFunction().IsMatch(text)
            && GoFile().IsMatch(_current.Frames[^1]));

    // Source lines and marks below them, and counts of frames that were left out, do not end a stack.
    private bool IsBetweenFrames(string text, bool isIndented) => _current is not null
        && ((isIndented && _current.EndsWithHead) || Omitted().IsMatch(text) || text is "}" or "^"
            || text.StartsWith("--- ", StringComparison.Ordinal));

    private static string? CauseIn(string text)
    {
        foreach (var mark in (ReadOnlySpan<string>)["Caused by:", "---> ", "[cause]:"])
        {
            if (text.StartsWith(mark, StringComparison.Ordinal))
            {
                return text[mark.Length..].Trim();
            }
        }

        return null;
    }

    // A place is asked for, so that a sentence that begins with "at" is no frame.
    [GeneratedRegex(
        """^\s+at \S.*(\(|:\d+| in )|^\s+File ".+", line \d+|^\s+from \S+:\d+|^\s+\S+\.go:\d+|^\s+\d+: \S+::\S"""
        + """|^#\d+\s+(\S+\(\d+\): |0x|\S+ \(.*\) at |\{main\})|^\s+\S+\(.*\) called at """,
        Options)]
    private static partial Regex Frame();

    [GeneratedRegex("""^[\w./*()-]+\.[\w.*()]+\(.*\)$""",
        Options)]
    private static partial Regex GoFunction();

    [GeneratedRegex("""\.go:\d+""", Options)]
    private static partial Regex GoFile();

    [GeneratedRegex("""^\d+: """, Options)]
    private static partial Regex Numbered();

    [GeneratedRegex("""^\.\.\. \d+ more|^\.\.\. \d+ (levels|lines)|^\[Previous line repeated""",
        Options)]
    private static partial Regex Omitted();

    [GeneratedRegex("^(During handling of the above exception|The above exception was the direct cause)",
        Options)]
    private static partial Regex PythonLink();

    private sealed class Block(string head)
    {
        internal string Head { get; set; } = head;

        internal bool EndsWithHead { get; init; }

        internal List<string> Frames { get; } = [];
    }
}
