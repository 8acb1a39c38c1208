namespace Holdfast.Failures.Text;

/// <summary>A word of a line and what stands around it.</summary>
/// <param name="Start">Offset in the line.</param>
/// <param name="Length">Characters.</param>
/// <param name="Place">Where it stands.</param>
internal readonly record struct Token(int Start, int Length, TokenPlace Place)
{
    internal int End => Start + Length;
}

/// <summary>Where a token stands, as far as it matters to what it proves.</summary>
[Flags]
internal enum TokenPlace
{
    /// <summary>In plain text.</summary>
    Plain = 0,

    /// <summary>Part of a path or file name (<c>docs/504/x</c>): no evidence.</summary>
    Path = 1,

    /// <summary>Part of a URL: no evidence.</summary>
    Url = 2,

    /// <summary>Digits only.</summary>
    Number = 4,

    /// <summary>Alone between quotes in the flow of a sentence (type 'Timeout'): a name, no evidence.</summary>
    Name = 8,
}

/// <summary>
/// A line cut into whole words: letters, digits, underscores and inner apostrophes. Everything else separates, so
/// "rate-limit" and "rate limit" are the same phrase, while "4291" never holds 429. Reused from line to line.
/// </summary>
internal sealed class TokenLine
{
    /// <summary>Words of a line that are looked at; what follows is noise (minified code, base64).</summary>
    internal const int MaxTokens = 1_500;

    /// <summary>All words that matter to how a line is cut.</summary>
    internal static readonly string[] Words =
    [
        "i", "o", "input", "output", "read", "write", "and", "or", "ssl", "tls", "code", "reason", "status", "signal",
        "with", "errno", "exception", "by", "state", "said",
    ];

    private static readonly string[] Pairs = ["i/o", "input/output", "read/write", "and/or", "ssl/tls", "tls/ssl"];

    private static readonly string[] BeforeCodes =
        [" code", " reason", " status", " signal", " with", " errno", " exception", " by", " state", " said"];

    private Token[] _tokens = new Token[128];

    /// <summary>The text that was cut.</summary>
    internal string Text { get; private set; } = "";

    /// <summary>Words found.</summary>
    internal int Count { get; private set; }

    /// <summary>The bits of all its words, by <see cref="WordNeeds.Bit"/>.</summary>
    internal ulong Held { get; private set; }

    /// <summary>How the line opens.</summary>
    internal LineMark Mark { get; private set; }

    /// <summary>Index of the first word after time stamp, level and error mark.</summary>
    internal int ContentToken { get; private set; }

    internal ReadOnlySpan<Token> Tokens => _tokens.AsSpan(0, Count);

    internal ReadOnlySpan<char> this[int index] => Text.AsSpan(_tokens[index].Start, _tokens[index].Length);

    /// <summary>Cuts a line.</summary>
    internal void Set(string text)
    {
        Text = text;
        Count = 0;
        Held = 0;
        var at = 0;
        var urlEnd = 0;
        while (at < text.Length && Count < MaxTokens)
        {
            if (!IsWord(text[at]))
            {
                at++;
                continue;
            }

            var start = at;
            while (at < text.Length && (IsWord(text[at]) || IsInnerApostrophe(text, at)))
            {
                at++;
            }

            if (at + 2 < text.Length && text[at] == ':' && text[at + 1] == '/' && text[at + 2] == '/')
            {
                urlEnd = EndOfUrl(text, at);
            }

            Add(start, at, urlEnd);
        }

        (Mark, ContentToken) = LineMarks.Read(this);
    }

    internal static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_' || (c >= 0x80 && char.IsLetter(c));

    /// <summary>The characters between a token and the one before it, or the start of the line.</summary>
    internal ReadOnlySpan<char> Before(int index)
    {
        var from = index == 0 ? 0 : _tokens[index - 1].End;
        return Text.AsSpan(from, _tokens[index].Start - from);
    }

    /// <summary>The characters between a token and the next, or the end of the line.</summary>
    internal ReadOnlySpan<char> After(int index)
    {
        var to = index + 1 < Count ? _tokens[index + 1].Start : Text.Length;
        return Text.AsSpan(_tokens[index].End, to - _tokens[index].End);
    }

    private void Add(int start, int end, int urlEnd)
    {
        var place = TokenPlace.Plain;
        if (start < urlEnd)
        {
            place |= TokenPlace.Url;
        }
        else if ((start > 0 && Text[start - 1] is '/' or '\\' && !EscapedBreak(start))
            || (end < Text.Length && Text[end] == '/' && end + 1 < Text.Length && IsWord(Text[end + 1])))
        {
            place |= IsPair(start, end) ? TokenPlace.Plain : TokenPlace.Path;
        }
        else if (IsQuotedName(start, end))
        {
            place |= TokenPlace.Name;
        }

        if (Text.AsSpan(start, end - start).IndexOfAnyExceptInRange('0', '9') < 0)
        {
            place |= TokenPlace.Number;
        }

        if (Count == _tokens.Length)
        {
            Array.Resize(ref _tokens, Math.Min(MaxTokens, _tokens.Length * 2));
        }

        _tokens[Count++] = new Token(start, end - start, place);
        Held |= WordNeeds.Bit(Text.AsSpan(start, end - start));
    }

    /// <summary>Words that a slash joins in prose: "i/o timeout", "Input/output error".</summary>
    private bool IsPair(int start, int end)
    {
        foreach (var pair in Pairs)
        {
            var slash = pair.IndexOf('/', StringComparison.Ordinal);
            var first = end < Text.Length && Text[end] == '/' ? start : start - slash - 1;
            var stop = first + pair.Length;
            if (first >= 0 && stop <= Text.Length && (first == start || stop == end)
                && Text.AsSpan(first, pair.Length).Equals(pair, StringComparison.OrdinalIgnoreCase)
                && (first == 0 || Text[first - 1] is ' ' or '(' or '"') && (stop == Text.Length || !IsWord(Text[stop])))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsQuotedName(int start, int end)
    {
        if (start < 2 || end >= Text.Length || Text[start - 1] is not ('\'' or '`' or '‘' or '"' or '“')
            || Text[end] is not ('\'' or '`' or '’' or '"' or '”'))
        {
            return false;
        }

        var before = Text.AsSpan(0, start - 1).TrimEnd(' ');
        if (before.Length == start - 1 || before.IsEmpty || !IsWord(before[^1]))
        {
            return false;
        }

        // "failed with code 'ECONNREFUSED'" states a code.
        foreach (var each in BeforeCodes)
        {
            if (before.EndsWith(each, StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        return true;
    }

    // "(a/b" is a path; " / " between two words with spaces is not.
    private bool EscapedBreak(int start) => start >= 2 && Text[start - 2] is ' ' or '"' && Text[start - 1] == '\\';

    private static bool IsInnerApostrophe(string text, int at) =>
        text[at] is '\'' or '’' && at + 1 < text.Length && char.IsLetter(text[at + 1]) && at > 0
        && char.IsLetter(text[at - 1])
        && (at + 2 >= text.Length || !IsWord(text[at + 2]) || text[at + 2] is 'e' or 'l');

    private static int EndOfUrl(string text, int at)
    {
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not ('"' or '\'' or '<' or '>' or ')'
            or ',' or '\\' or '`' or ']'))
        {
            at++;
        }

        return at;
    }
}
