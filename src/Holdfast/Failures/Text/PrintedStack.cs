namespace Holdfast.Failures.Text;

/// <summary>
/// Finds the last stack that a program printed, in the forms of .NET, Java, Node, Python, Ruby, Go, Rust, Perl and PHP,
/// with the causes that stand with it. Looks at the last lines of a stream only.
/// </summary>
internal sealed class PrintedStack
{
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
        _chain.FindLast(b => b.Frames.Count > 0) is { } root
            ? [root.Head, .. StackFrames.WithoutRethrows(root.Frames)]
            : [];

    internal static PrintedStack Find(ReadOnlySpan<byte> output)
    {
        var found = new PrintedStack();
        var lines = LogLines.Last(output);
        for (var i = lines.Count - 1; i >= 0; i--)
        {
            var raw = output.Slice(lines[i].Start, lines[i].Length);
            found.Take(LineText.Clean(raw).Trim(), (char)raw[0] is ' ' or '\t');
        }

        return found;
    }

    private void Take(string text, bool isIndented)
    {
        if (_listsCauses && isIndented && !StackFrames.IsFrame(text, isIndented))
        {
            _chain.Add(new Block(StackFrames.WithoutNumber(text)));
            return;
        }

        _listsCauses = false;
        if (IsFrame(text, isIndented))
        {
            _current ??= Begin(_before ?? "");
            _current.Frames.Add(text);
        }
        else if (text.StartsWith("--- End of inner exception", StringComparison.Ordinal))
        {
            // .NET prints the frames of the inner one first: those of the outer one follow.
            _current = _current is { } inner && _chain.IndexOf(inner) is > 0 and var at ? _chain[at - 1] : _current;
        }
        else if (_current is { Frames.Count: > 0 } && StackFrames.IsRethrow(text))
        {
            _current.Frames.Add(text);
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
        if (StackFrames.IsPythonLink(text))
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

    // Go prints a function on a line of its own, above its place.
    private bool IsFrame(string text, bool isIndented) => StackFrames.IsFrame(text, isIndented)
        || (StackFrames.IsGoFunction(text)
            && (_before?.StartsWith("goroutine ", StringComparison.Ordinal) == true
                || _current is { Frames: [.., var last] } && StackFrames.IsGoPlace(last)));

    // Source lines and marks below them, and counts of frames that were left out, do not end a stack.
    private bool IsBetweenFrames(string text, bool isIndented) => _current is not null
        && ((isIndented && _current.EndsWithHead) || StackFrames.IsOmission(text) || text is "}" or "^");

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

    private sealed class Block(string head)
    {
        internal string Head { get; set; } = head;

        internal bool EndsWithHead { get; init; }

        internal List<string> Frames { get; } = [];
    }
}
