namespace Holdfast.Failures.Text;

/// <summary>What one element of a phrase matches.</summary>
internal enum PhraseElementKind
{
    /// <summary>One of some words; <c>a|b</c>.</summary>
    Words,

    /// <summary>A word that starts so; <c>EACC*</c>.</summary>
    Prefix,

    /// <summary>A word that ends so; <c>*Exception</c>.</summary>
    Suffix,

    /// <summary>Exactly one word, any; <c>_</c>.</summary>
    Any,

    /// <summary>Up to <see cref="Phrase.GapWords"/> words, any; <c>...</c>.</summary>
    Gap,

    /// <summary>A number; <c>#</c>.</summary>
    Number,

    /// <summary>
    /// The line or column of a place in a source file, as compilers print it before a message: the 7 of
    /// <c>a.c:12:7: error</c>; <c>#:</c>.
    /// </summary>
    Position,

    /// <summary>
    /// Line and column of a place in a source file: the 7 of <c>a.c:12:7: expected</c>, never a port; <c>#:#:</c>.
    /// </summary>
    LineColumn,

    /// <summary>The first word of the line's content; <c>^</c>.</summary>
    Start,

    /// <summary>The end of the line; <c>$</c>.</summary>
    End,
}

/// <summary>One element of a phrase.</summary>
internal readonly record struct PhraseElement(PhraseElementKind Kind, string[] Words, bool ExactCase);

/// <summary>
/// A pattern of whole words, e.g. <c>too many requests</c>, <c>could not resolve ... host|name</c>,
/// <c>^ =FAIL _</c>. Words ignore case unless <c>=</c> stands before them. No backtracking blow-up is possible: gaps
/// are bounded and at most two stand in a phrase.
/// </summary>
internal sealed class Phrase
{
    /// <summary>Most words that a gap spans.</summary>
    internal const int GapWords = 8;

    /// <summary>All words that matter to how phrases are compared, beside their own.</summary>
    internal static readonly string[] KnownWords =
        ["json", "mod", "sum", "toml", "lock", "yaml", "yml", "xml", "js", "txt", "work", "cfg", "conf", "0"];

    private readonly PhraseElement[] _elements;

    private readonly int _trigger;

    private Phrase(PhraseElement[] elements, int trigger)
    {
        _elements = elements;
        _trigger = trigger;
        Needs = WordNeeds.Of(elements, trigger);
        TriggerOffset = trigger - (elements[0].Kind == PhraseElementKind.Start ? 1 : 0);
    }

    /// <summary>The element that a line must hold for the phrase to be tried: its first word.</summary>
    internal PhraseElement Trigger => _elements[_trigger];

    /// <summary>What words a line must hold for the phrase.</summary>
    internal WordNeeds Needs { get; }

    /// <summary>Tokens from the start of the phrase to its trigger.</summary>
    internal int TriggerOffset { get; }

    internal ReadOnlySpan<PhraseElement> Elements => _elements;

    /// <summary>Reads a phrase.</summary>
    /// <exception cref="FormatException">It is empty, does not begin with a word, or has too many gaps.</exception>
    internal static Phrase Parse(string text)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var elements = new PhraseElement[parts.Length];
        var gaps = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            elements[i] = Element(parts[i]);
            gaps += elements[i].Kind == PhraseElementKind.Gap ? 1 : 0;
        }

        if (gaps > 2)
        {
            throw new FormatException($"pattern \"{text}\" has {gaps} gaps (...); at most 2 are allowed");
        }

        for (var i = 0; i < elements.Length && elements[i].Kind != PhraseElementKind.Gap; i++)
        {
            if (elements[i].Kind is PhraseElementKind.Words or PhraseElementKind.Prefix or PhraseElementKind.Suffix
                or PhraseElementKind.LineColumn)
            {
                return new Phrase(elements, i);
            }
        }

        throw new FormatException($"pattern \"{text}\" has no word, or a gap (...) before its first word");
    }

    /// <summary>Whether the phrase stands in the line with its first word at a token.</summary>
    internal bool MatchesAt(TokenLine line, int token)
    {
        var element = 0;
        if (_elements[0].Kind == PhraseElementKind.Start)
        {
            if (token != line.ContentToken && token != 0)
            {
                return false;
            }

            element = 1;
        }

        return Match(line, token, element);
    }

    private bool Match(TokenLine line, int token, int element)
    {
        for (; element < _elements.Length; element++, token++)
        {
            ref readonly var wanted = ref _elements[element];
            if (wanted.Kind == PhraseElementKind.End)
            {
                return token >= line.Count;
            }

            if (wanted.Kind == PhraseElementKind.Gap)
            {
                return MatchAfterGap(line, token, element + 1);
            }

            if (token >= line.Count || !MatchesWord(wanted, line, token))
            {
                return false;
            }

            if (element > 0 && wanted.Kind == PhraseElementKind.Words
                && _elements[element - 1].Kind == PhraseElementKind.Words && IsCode(line, token))
            {
                return false;
            }
        }

        return !IsZero(line, token - 1);
    }

    /// <summary>A counter that reads zero ("failed=0", "timeouts: 0", in JSON too): nothing happened.</summary>
    private static bool IsZero(TokenLine line, int token)
    {
        if (token + 1 >= line.Count || line[token + 1] is not "0")
        {
            return false;
        }

        var between = line.After(token);
        var after = line.After(token + 1);
        return between is "=" or ": " or ":" or "=\"" or "\":" or "\": "
            && (after.Trim().IsEmpty || after is [',' or ';' or ')' or '}' or '"', ..]);
    }

    /// <summary>Words that only points and brackets join are code ("Connection().reset()"), not a statement.</summary>
    private static bool IsCode(TokenLine line, int token)
    {
        var between = line.Before(token);
        return between.IndexOfAny('.', '(', ')') >= 0 && between.IndexOfAny(' ', '\t', '"') < 0
            && !(between is "." && IsExtension(line[token]));
    }

    /// <summary>"go.mod" and "package.json" are names of files, which rules may speak of.</summary>
    private static bool IsExtension(ReadOnlySpan<char> word) => word is "json" or "mod" or "sum" or "toml" or "lock"
        or "yaml" or "yml" or "xml" or "js" or "txt" or "work" or "cfg" or "conf";

    private bool MatchAfterGap(TokenLine line, int token, int element)
    {
        for (var skip = 0; skip <= GapWords && token + skip <= line.Count; skip++)
        {
            if (Match(line, token + skip, element))
            {
                return true;
            }
        }

        return false;
    }

    internal static bool MatchesWord(in PhraseElement wanted, TokenLine line, int token)
    {
        var word = line[token];
        var place = line.Tokens[token].Place;
        switch (wanted.Kind)
        {
            case PhraseElementKind.Any:
                return true;
            case PhraseElementKind.Position:
                return IsPosition(line, token);
            case PhraseElementKind.LineColumn:
                return IsPosition(line, token) && token >= 2 && line.Before(token) is ":"
                    && (line.Tokens[token - 1].Place & TokenPlace.Number) != 0 && line.Before(token - 1) is ":"
                    && (line.Tokens[token - 2].Place & TokenPlace.Number) == 0;
            case PhraseElementKind.Number:
                return (place & TokenPlace.Number) != 0;
            default:
                // The words of a path or URL are names, not statements.
                return (place & (TokenPlace.Path | TokenPlace.Url | TokenPlace.Name)) == 0
                    && WordFits(wanted, word);
        }
    }

    /// <summary>A number that a colon or bracket closes, with the name of a file before it; no time of day.</summary>
    private static bool IsPosition(TokenLine line, int token)
    {
        if ((line.Tokens[token].Place & TokenPlace.Number) == 0 || token == 0
            || !(line.After(token) is [':', ' ', ..] or [')', ':', ..] or [')', ' ', ':', ..] or [':']
                || (line.After(token) is ") " && line.Before(token) is ", " or ",")))
        {
            return false;
        }

        // A port: "127.0.0.1:9042: Error: connect".
        if (token >= 2 && line.Before(token) is ":" && line.Before(token - 1) is "."
            && ((line.Tokens[token - 1].Place & line.Tokens[token - 2].Place) & TokenPlace.Number) != 0)
        {
            return false;
        }

        // The fraction of a second in a time: "04:33:00.000:ERROR".
        if (line.Before(token) is "." && (line.Tokens[token - 1].Place & TokenPlace.Number) != 0)
        {
            return false;
        }

        // "clang-14: error" and "aclocal-1.16: error" are names of programs.
        var at = line.Tokens[token].Start;
        while (at > 0 && (char.IsAsciiDigit(line.Text[at - 1]) || line.Text[at - 1] is '.' or '-' or ' '))
        {
            at--;
        }

        if (at == 0 || line.Text[at - 1] is not (':' or '(' or ','))
        {
            return false;
        }

        var clock = token >= 2 && line.Before(token) is ":" && line.Before(token - 1) is ":"
            && line.Tokens[token].Length == 2 && line.Tokens[token - 2].Length == 2
            && (line.Tokens[token - 2].Place & TokenPlace.Number) != 0;
        return !clock && line.Text.AsSpan(0, line.Tokens[token].Start).IndexOf('.') >= 0;
    }

    private static bool WordFits(in PhraseElement wanted, ReadOnlySpan<char> word)
    {
        var comparison = wanted.ExactCase ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        foreach (var each in wanted.Words)
        {
            var fits = wanted.Kind switch
            {
                PhraseElementKind.Prefix => word.StartsWith(each, comparison),
                PhraseElementKind.Suffix => word.EndsWith(each, comparison),
                _ => word.Equals(each, comparison) || EqualsStraight(word, each),
            };
            if (fits)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Patterns write can't with a straight apostrophe; tools also print the curled one.</summary>
    private static bool EqualsStraight(ReadOnlySpan<char> word, string other)
    {
        var at = word.Length == other.Length ? word.IndexOf('’') : -1;
        return at >= 0 && other[at] == '\''
            && word[..at].Equals(other.AsSpan(0, at), StringComparison.OrdinalIgnoreCase)
            && word[(at + 1)..].Equals(other.AsSpan(at + 1), StringComparison.OrdinalIgnoreCase);
    }

    private static PhraseElement Element(string part)
    {
        switch (part)
        {
            case "...":
                return new PhraseElement(PhraseElementKind.Gap, [], false);
            case "_":
                return new PhraseElement(PhraseElementKind.Any, [], false);
            case "#":
                return new PhraseElement(PhraseElementKind.Number, [], false);
            case "#:":
                return new PhraseElement(PhraseElementKind.Position, [], false);
            case "#:#:":
                return new PhraseElement(PhraseElementKind.LineColumn, [], false);
            case "^":
                return new PhraseElement(PhraseElementKind.Start, [], false);
            case "$":
                return new PhraseElement(PhraseElementKind.End, [], false);
        }

        var exact = part[0] == '=';
        var words = (exact ? part[1..] : part).Split('|');
        var kind = words[0] is ['*', _, ..] ? PhraseElementKind.Suffix
            : words[0] is [_, .., '*'] ? PhraseElementKind.Prefix : PhraseElementKind.Words;
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = words[i].Trim('*');
            if (words[i].Length == 0 || words[i].AsSpan().IndexOfAny("-:.#") >= 0)
            {
                throw new FormatException($"\"{part}\" in a pattern is not made of whole words");
            }
        }

        return new PhraseElement(kind, words, exact);
    }
}
