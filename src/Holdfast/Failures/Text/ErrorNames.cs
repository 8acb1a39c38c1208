namespace Holdfast.Failures.Text;

/// <summary>What the name of an error says.</summary>
/// <param name="Class">The class.</param>
/// <param name="Transient">Overrides what the class says; null to leave it.</param>
internal readonly record struct NamedError(FailureClass Class, bool? Transient);

/// <summary>
/// Reads the names that libraries and services give to errors: <c>ResourceNotFoundException</c>,
/// <c>RATE_LIMIT_EXCEEDED</c>, <c>MongoNetworkTimeoutError</c>. A name is cut into its words, and the first phrase of
/// the table that stands in them decides; so names that nobody listed are read like those that somebody did.
/// </summary>
internal static class ErrorNames
{
    /// <summary>Words behind which a name of several words is the name of an error.</summary>
    internal static readonly string[] Before =
    [
        "code", "reason", "type", "errorcode", "error", "error_code", "error_type", "status", "errortype", "errcode",
        "occurred", "server", "exception", "handlererrorcode",
    ];

    /// <summary>Characters of a name that is known by its ending, at least.</summary>
    internal const int ShortestEnding = 8;

    /// <summary>Characters of any name, at least.</summary>
    internal const int ShortestName = 6;

    private const int MaxName = 80;
    private const TokenPlace NoName = TokenPlace.Path | TokenPlace.Url | TokenPlace.Name;

    /// <summary>Reads the last name of an error that a line holds; null for none that says anything.</summary>
    internal static NamedError? Find(TokenLine line)
    {
        for (var i = line.Count - 1; i >= 0; i--)
        {
            var word = line[i];
            if (word.Length is >= ShortestName and <= MaxName
                && (line.Tokens[i].Place & NoName) == 0 && IsName(line, i) && Read(word) is { } named)
            {
                return named;
            }
        }

        return null;
    }

    /// <summary>Reads one name.</summary>
    internal static NamedError? Read(ReadOnlySpan<char> name)
    {
        Span<char> words = stackalloc char[(MaxName * 2) + 2];
        var length = Split(name, words);
        ReadOnlySpan<char> cut = words[..length];
        foreach (var (phrase, failureClass, transient) in ErrorNameTable.Phrases)
        {
            if (Holds(cut, phrase))
            {
                return new NamedError(failureClass, transient);
            }
        }

        return null;
    }

    /// <summary>
    /// A word is the name of an error where it ends like one, or is made of several words and stands where a code
    /// stands: in brackets before "when calling", or after "code", "reason", "type" and their like.
    /// </summary>
    private static bool IsName(TokenLine line, int i)
    {
        var word = line[i];
        if (!char.IsAsciiLetter(word[0]) && word[0] != '_')
        {
            return false;
        }

        var suffix = word.EndsWith("Error", StringComparison.Ordinal)
            || word.EndsWith("Exception", StringComparison.Ordinal) || word.EndsWith("Fault", StringComparison.Ordinal)
            || word.EndsWith("_ERROR", StringComparison.Ordinal) || word.EndsWith("_error", StringComparison.Ordinal)
            || word.EndsWith("Exit", StringComparison.Ordinal);
        if (suffix && word.Length >= ShortestEnding)
        {
            // A constructor call or a member is source code: "raise TimeoutError(", "errors.TimeoutError".
            return line.After(i) is not ['(', ..] || i == 0;
        }

        if (i == 0 || !IsCompound(word))
        {
            return false;
        }

        // "jinja2.exceptions.TemplateNotFound: base.html"
        if (line.Mark == LineMark.Error && i == line.ContentToken - 1 && line.Before(i) is ".")
        {
            return true;
        }

        var before = line[i - 1];
        var between = line.Before(i);
        if (between is [.., '('] && line.After(i) is [')', ..])
        {
            // "... (MEMORY_LIMIT_EXCEEDED)": but "f(someName)" is a call.
            return between.Length > 1;
        }

        // Ruby closes with it: "execution expired (Net::OpenTimeout)".
        if (between is "::" && line.After(i) is ")")
        {
            return true;
        }

        return IsAny(before, Before)
            && (between.IndexOfAny(":=(") >= 0 || between.Length == 1 || between.Contains('['));
    }

    private static bool IsCompound(ReadOnlySpan<char> word)
    {
        if (word.IndexOf('_') > 0)
        {
            return true;
        }

        for (var i = 1; i < word.Length; i++)
        {
            if (char.IsAsciiLetterUpper(word[i]) && char.IsAsciiLetterLower(word[i - 1]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"HTTPTimeoutError" becomes " http timeout error ".</summary>
    private static int Split(ReadOnlySpan<char> name, Span<char> into)
    {
        var length = 0;
        into[length++] = ' ';
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            var opens = i > 0 && char.IsAsciiLetterUpper(c)
                && (char.IsAsciiLetterLower(name[i - 1])
                    || (i + 1 < name.Length && char.IsAsciiLetterLower(name[i + 1])));
            if ((opens || c == '_') && into[length - 1] != ' ')
            {
                into[length++] = ' ';
            }

            if (c != '_')
            {
                into[length++] = char.ToLowerInvariant(c);
            }
        }

        into[length++] = ' ';
        return length;
    }

    private static bool Holds(ReadOnlySpan<char> words, string phrase)
    {
        var open = phrase[^1] == '*';
        var wanted = open ? phrase.AsSpan(0, phrase.Length - 1) : phrase;
        for (var at = 0; at < words.Length;)
        {
            var found = words[at..].IndexOf(wanted);
            if (found < 0)
            {
                return false;
            }

            at += found;
            if (words[at - 1] == ' ' && (open || words[at + wanted.Length] == ' '))
            {
                return true;
            }

            at++;
        }

        return false;
    }

    private static bool IsAny(ReadOnlySpan<char> word, string[] words)
    {
        foreach (var each in words)
        {
            if (word.Equals(each, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
