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

    private const int MaxName = 80;
    private const TokenPlace NoName = TokenPlace.Path | TokenPlace.Url | TokenPlace.Name;

    /// <summary>Phrases in order of precedence; a star at the end matches any ending of the last word.</summary>
    private static readonly (string Phrase, FailureClass Class, bool? Transient)[] Table =
    [
        ("key not found", FailureClass.Crash, null),
        ("null pointer", FailureClass.Crash, null),
        ("null reference", FailureClass.Crash, null),
        ("index out of*", FailureClass.Crash, null),
        ("out of bounds", FailureClass.Crash, null),
        ("class cast", FailureClass.Crash, null),
        ("invalid cast", FailureClass.Crash, null),
        ("illegal state", FailureClass.Crash, null),
        ("invalid operation", FailureClass.Crash, null),
        ("not implemented", FailureClass.Crash, null),
        ("zero division", FailureClass.Crash, null),
        ("divide by zero", FailureClass.Crash, null),
        ("stack overflow", FailureClass.Crash, null),
        ("no such element", FailureClass.Crash, null),
        ("no such method", FailureClass.DependencyConflict, null),
        ("no such field", FailureClass.DependencyConflict, null),
        ("concurrent modification", FailureClass.Crash, null),
        ("context length", FailureClass.InvalidInput, null),
        ("context window", FailureClass.InvalidInput, null),
        ("content filter*", FailureClass.PolicyDenied, null),
        ("content policy", FailureClass.PolicyDenied, null),
        ("policy violation", FailureClass.PolicyDenied, null),
        ("moderation", FailureClass.PolicyDenied, null),
        ("throttl*", FailureClass.RateLimited, null),
        ("too many requests", FailureClass.RateLimited, null),
        ("rate limit*", FailureClass.RateLimited, null),
        ("ratelimit*", FailureClass.RateLimited, null),
        ("memory limit", FailureClass.ResourceExhausted, null),
        ("rate exceeded", FailureClass.RateLimited, null),
        ("request limit exceeded", FailureClass.RateLimited, null),
        ("throughput exceeded", FailureClass.RateLimited, null),
        ("slow down", FailureClass.RateLimited, null),
        ("overloaded", FailureClass.RateLimited, null),
        ("quota*", FailureClass.QuotaExhausted, null),
        ("payment required", FailureClass.QuotaExhausted, null),
        ("insufficient funds", FailureClass.QuotaExhausted, null),
        ("insufficient balance", FailureClass.QuotaExhausted, null),
        ("billing*", FailureClass.QuotaExhausted, null),
        ("limit exceeded", FailureClass.QuotaExhausted, null),
        ("certificate*", FailureClass.Connection, false),
        ("cert", FailureClass.Connection, false),
        ("unknown host", FailureClass.Connection, null),
        ("host not found", FailureClass.Connection, null),
        ("name resolution", FailureClass.Connection, null),
        ("unresolved address", FailureClass.Connection, null),
        ("unauthori*", FailureClass.Auth, null),
        ("unauthenticated", FailureClass.Auth, null),
        ("not authorized", FailureClass.Auth, null),
        ("not authenticated", FailureClass.Auth, null),
        ("authentication*", FailureClass.Auth, null),
        ("authorization*", FailureClass.Auth, null),
        ("auth", FailureClass.Auth, null),
        ("forbidden", FailureClass.Auth, null),
        ("credential*", FailureClass.Auth, null),
        ("expired token", FailureClass.Auth, null),
        ("token expired", FailureClass.Auth, null),
        ("signature does not match", FailureClass.Auth, null),
        ("invalid signature", FailureClass.Auth, null),
        ("unrecognized client", FailureClass.Auth, null),
        ("invalid token", FailureClass.Auth, null),
        ("api key", FailureClass.Auth, null),
        ("permission denied", FailureClass.Auth, null),
        ("access denied", FailureClass.Auth, null),
        ("lock wait timeout", FailureClass.ResourceContention, null),
        ("lock timeout", FailureClass.ResourceContention, null),
        ("deadlock*", FailureClass.ResourceContention, null),
        ("timeout", FailureClass.Timeout, null),
        ("timed out", FailureClass.Timeout, null),
        ("deadline exceeded", FailureClass.Timeout, null),
        ("merge conflict", FailureClass.MergeConflict, null),
        ("version conflict", FailureClass.DependencyConflict, null),
        ("dependency", FailureClass.DependencyConflict, null),
        ("file load", FailureClass.DependencyConflict, null),
        ("integrity check", FailureClass.DependencyConflict, null),
        ("checksum mismatch", FailureClass.DependencyConflict, null),
        ("resolution impossible", FailureClass.DependencyConflict, null),
        ("incompatible version", FailureClass.DependencyConflict, null),
        ("version mismatch", FailureClass.DependencyConflict, null),
        ("conflict*", FailureClass.ResourceContention, null),
        ("lock", FailureClass.ResourceContention, null),
        ("locked", FailureClass.ResourceContention, null),
        ("lock held", FailureClass.ResourceContention, null),
        ("busy", FailureClass.ResourceContention, null),
        ("in use", FailureClass.ResourceContention, null),
        ("concurren*", FailureClass.ResourceContention, null),
        ("stale", FailureClass.ResourceContention, null),
        ("optimistic*", FailureClass.ResourceContention, null),
        ("already running", FailureClass.ResourceContention, null),
        ("out of memory", FailureClass.ResourceExhausted, null),
        ("memory", FailureClass.ResourceExhausted, null),
        ("disk full", FailureClass.ResourceExhausted, null),
        ("no space", FailureClass.ResourceExhausted, null),
        ("insufficient storage", FailureClass.ResourceExhausted, null),
        ("resource exhausted", FailureClass.ResourceExhausted, null),
        ("too many open files", FailureClass.ResourceExhausted, null),
        ("unavailable", FailureClass.Unavailable, null),
        ("internal server", FailureClass.Unavailable, null),
        ("internal service", FailureClass.Unavailable, null),
        ("server error", FailureClass.Unavailable, null),
        ("service error", FailureClass.Unavailable, null),
        ("bad gateway", FailureClass.Unavailable, null),
        ("not ready", FailureClass.Unavailable, null),
        ("connection*", FailureClass.Connection, null),
        ("connect", FailureClass.Connection, null),
        ("network*", FailureClass.Connection, null),
        ("socket", FailureClass.Connection, null),
        ("dns", FailureClass.Connection, null),
        ("unreachable", FailureClass.Connection, null),
        ("disconnected", FailureClass.Connection, null),
        ("broken pipe", FailureClass.Connection, null),
        ("proxy", FailureClass.Connection, null),
        ("handshake", FailureClass.Connection, false),
        ("ssl", FailureClass.Connection, false),
        ("tls", FailureClass.Connection, false),
        ("not found", FailureClass.NotFound, null),
        ("no such", FailureClass.NotFound, null),
        ("does not exist", FailureClass.NotFound, null),
        ("unknown *", FailureClass.NotFound, null),
        ("missing parameter*", FailureClass.InvalidInput, null),
        ("missing argument*", FailureClass.InvalidInput, null),
        ("missing required", FailureClass.InvalidInput, null),
        ("missing option*", FailureClass.InvalidInput, null),
        ("missing field", FailureClass.InvalidInput, null),
        ("already exists", FailureClass.InvalidInput, null),
        ("invalid*", FailureClass.InvalidInput, null),
        ("validation*", FailureClass.InvalidInput, null),
        ("bad request", FailureClass.InvalidInput, null),
        ("bad parameter", FailureClass.InvalidInput, null),
        ("malformed*", FailureClass.InvalidInput, null),
        ("argument*", FailureClass.InvalidInput, null),
        ("usage", FailureClass.InvalidInput, null),
        ("option", FailureClass.InvalidInput, null),
        ("format", FailureClass.InvalidInput, null),
        ("parse*", FailureClass.InvalidInput, null),
        ("parsing", FailureClass.InvalidInput, null),
        ("decode*", FailureClass.InvalidInput, null),
        ("encode*", FailureClass.InvalidInput, null),
        ("encoding", FailureClass.InvalidInput, null),
        ("deserializ*", FailureClass.InvalidInput, null),
        ("unsupported*", FailureClass.InvalidInput, null),
        ("not supported", FailureClass.InvalidInput, null),
        ("schema*", FailureClass.InvalidInput, null),
        ("constraint*", FailureClass.InvalidInput, null),
        ("unprocessable*", FailureClass.InvalidInput, null),
        ("config*", FailureClass.InvalidInput, null),
        ("improperly configured", FailureClass.InvalidInput, null),
        ("too large", FailureClass.InvalidInput, null),
        ("too long", FailureClass.InvalidInput, null),
        ("missing", FailureClass.NotFound, null),
        ("undefined *", FailureClass.NotFound, null),
        ("permission*", FailureClass.Permission, null),
        ("not permitted", FailureClass.Permission, null),
        ("read only", FailureClass.Permission, null),
        ("compil*", FailureClass.BuildFailure, null),
        ("assertion*", FailureClass.TestFailure, null),
        ("interrupt*", FailureClass.Cancelled, null),
        ("cancel*", FailureClass.Cancelled, null),
    ];

    /// <summary>Reads the last name of an error that a line holds; null for none that says anything.</summary>
    internal static NamedError? Find(TokenLine line)
    {
        for (var i = line.Count - 1; i >= 0; i--)
        {
            var word = line[i];
            if (word.Length is > 5 and <= MaxName
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
        foreach (var (phrase, failureClass, transient) in Table)
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
