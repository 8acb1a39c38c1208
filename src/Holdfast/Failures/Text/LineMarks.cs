namespace Holdfast.Failures.Text;

/// <summary>How a line opens, which says how much its words prove.</summary>
internal enum LineMark
{
    /// <summary>Like any other line.</summary>
    None,

    /// <summary>
    /// An error mark: <c>error:</c>, <c>fatal:</c>, <c>[ERROR]</c>, <c>SomeError:</c>, <c>level=ERROR</c>.
    /// </summary>
    Error,

    /// <summary>A warning mark.</summary>
    Warning,

    /// <summary>Information, hints, notes, stack frames.</summary>
    Note,

    /// <summary>Quoted text: source lines with a margin, diffs.</summary>
    Quoted,
}

/// <summary>Reads the mark of a line from its first words.</summary>
internal static class LineMarks
{
    /// <summary>All words that matter to what is read here, but the ends of the names of exceptions.</summary>
    internal static readonly string[] Words =
    [
        "error", "fatal", "critical", "panic", "severe", "failure", "err", "panicked", "fail", "abort", "crit", "warn",
        "warning", "deprecationwarning", "info", "debug", "trace", "notice", "note", "hint", "tip", "verbose", "npm",
        "pass", "skip", "pnpm", "yarn", "at", "file", "from", "in", "main", "chunk", "go", "undefined", "null", "false",
    ];

    private const int WordsLookedAt = 12;

    /// <summary>Longest word that is looked at.</summary>
    internal const int LongestWord = 60;

    /// <summary>The mark, and the index of the first word after it.</summary>
    internal static (LineMark Mark, int Content) Read(TokenLine line)
    {
        if (IsMargin(line.Text))
        {
            return (LineMark.Quoted, 0);
        }

        if (line.Count == 0)
        {
            return (LineMark.None, 0);
        }

        if (IsTrace(line.Text) || IsFrame(line) || IsOption(line.Text) || IsEmptyField(line.Text))
        {
            return (LineMark.Note, 0);
        }

        var last = Math.Min(line.Count, WordsLookedAt);
        for (var i = 0; i < last; i++)
        {
            var mark = MarkOf(line, i);
            if (mark != LineMark.None)
            {
                return (mark, i + 1);
            }
        }

        return (LineMark.None, SkipStamp(line));
    }

    /// <summary>A command that a shell shows before it runs it (<c>set -x</c>).</summary>
    private static bool IsTrace(string text) => text is ['+', ..] && text.TrimStart('+') is [' ', not ' ', ..];

    private static LineMark MarkOf(TokenLine line, int i)
    {
        var word = line[i];
        var after = line.After(i);
        if (word.Length < 1 || word.Length > LongestWord)
        {
            return LineMark.None;
        }

        // apt: "E: Unable to locate package".
        if (i == 0 && word.Length == 1 && word[0] is 'E' or 'W' or 'N' && i == 0 && after is [':', ' ', ..]
            && line.Before(0).IsEmpty)
        {
            return word[0] == 'E' ? LineMark.Error : word[0] == 'W' ? LineMark.Warning : LineMark.Note;
        }

        if (IsKlog(line, i))
        {
            return word[0] is 'E' or 'F' ? LineMark.Error : word[0] == 'W' ? LineMark.Warning : LineMark.Note;
        }

        // A level counts where something closes it: "error:", "[error]", "ERROR ", "level=error".
        // "error-report" is the name of a thing; "error - no such key" is closed.
        var closed = after.Length == 0 || after[0] is ':' or ']' or '[' or '!' or '('
            || (after[0] is '-' && (after.Length > 1 || AllUpper(word)))
            || (after[0] is ')' && line.Before(i) is [.., '('])
            || (after[0] is ' ' or '\t' && (i == 0 || AllUpper(word) || AfterTool(line, i)));
        if (!closed || (line.Tokens[i].Place & (TokenPlace.Path | TokenPlace.Url)) != 0)
        {
            return LineMark.None;
        }

        return word switch
        {
            _ when Is(word, "error") || Is(word, "fatal") || Is(word, "critical") || Is(word, "panic")
                || Is(word, "severe") || Is(word, "failure") || Is(word, "err") || Is(word, "panicked")
                || Is(word, "fail") || Is(word, "abort") || Is(word, "crit") => LineMark.Error,
            _ when Is(word, "warn") || Is(word, "warning") || Is(word, "deprecationwarning") => LineMark.Warning,
            _ when Is(word, "info") || Is(word, "debug") || Is(word, "trace") || Is(word, "notice")
                || Is(word, "note") || Is(word, "hint") || Is(word, "tip") || Is(word, "verbose") => LineMark.Note,
            _ when after.Length > 0 && after[0] is ':' && i < 8
                && (word.EndsWith("Error", StringComparison.Ordinal)
                    || word.EndsWith("Exception", StringComparison.Ordinal) || IsQualifiedName(line, i)) =>
                LineMark.Error,
            _ => LineMark.None,
        };
    }

    private static bool AfterTool(TokenLine line, int i) =>
        i == 1 && (Is(line[0], "npm") || Is(line[0], "pnpm") || Is(line[0], "yarn"));

    /// <summary>Kubernetes' log head: a level letter and month and day, as in E1120.</summary>
    private static bool IsKlog(TokenLine line, int i) => i == 0 && line[0].Length == 5
        && line[0][0] is 'E' or 'F' or 'W' or 'I' && line[0][1..].IndexOfAnyExceptInRange('0', '9') < 0;

    private static bool AllUpper(ReadOnlySpan<char> word)
    {
        foreach (var c in word)
        {
            if (!char.IsAsciiLetterUpper(c))
            {
                return false;
            }
        }

        return true;
    }

    private static int SkipStamp(TokenLine line)
    {
        var i = 0;
        while (i < line.Count && i < 8 && ((line.Tokens[i].Place & TokenPlace.Number) != 0 || IsStamp(line[i])))
        {
            i++;
        }

        return i == line.Count ? 0 : i;
    }

    internal static bool IsStamp(ReadOnlySpan<char> word) => word.Length <= 6 && char.IsAsciiDigit(word[0])
        && word[^1] is 'Z' or 'T' || (word.Length is 4 or 5 && word.Contains('T') && char.IsAsciiDigit(word[0]));

    /// <summary>A source line that a compiler shows: number, bar, text. Or a bar alone, or a diff line.</summary>
    private static bool IsMargin(string text)
    {
        var trimmed = text.AsSpan().TrimStart();
        var rest = trimmed.TrimStart("0123456789");
        if (rest.Length != trimmed.Length && rest.TrimStart(' ') is ['|', ..])
        {
            return true;
        }

        return trimmed is ['|', ' ', ..] or ['>', ' ', >= '0' and <= '9', ..] or ['+', '+', '+', ' ', ..]
            or ['-', '-', '-', ' ', ..] && !IsVerdict(trimmed);
    }

    /// <summary>Go prints "--- FAIL: TestX (0.01s)" where a diff prints "--- a/file".</summary>
    private static bool IsVerdict(ReadOnlySpan<char> text) =>
        text.StartsWith("--- FAIL:") || text.StartsWith("--- PASS:") || text.StartsWith("--- SKIP:");

    /// <summary>A field of a dumped object that says nothing: "  error: undefined,".</summary>
    private static bool IsEmptyField(string text)
    {
        var field = text.AsSpan().TrimEnd(" ,");
        return text is [' ' or '\t', ..] && (field.EndsWith(": undefined") || field.EndsWith(": null")
            || field.EndsWith(": false") || field.EndsWith(": {}") || field.EndsWith(": []"));
    }

    private static bool IsFrame(TokenLine line)
    {
        var text = line.Text.AsSpan().TrimStart();
        // Ruby ("a.rb:2:in `x'"), Lua ("[C]: in ?"), PHP and gdb ("#0 main() at a.c:2"), Go ("/a.go:5 +0x1").
        if ((text is ['#', >= '0' and <= '9', ..] && text.Length < line.Text.Length + 1 && text.IndexOf('(') > 0)
            || text.StartsWith("[C]: ", StringComparison.Ordinal) || text.EndsWith(": in main chunk")
            || text.StartsWith("from ", StringComparison.Ordinal) && text is [.., '\'' or '>']
            || (text.IndexOf(":in `") > 0 && text is [.., '\''])
            || (text.IndexOf(".go:") > 0 && text.IndexOf(" +0x") > 0))
        {
            return true;
        }

        return text.StartsWith("at ", StringComparison.Ordinal) && line.Text[0] is ' ' or '\t'
            || text.StartsWith("File \"", StringComparison.Ordinal);
    }

    /// <summary>A line of a program's own help, which names an option and says what it is for.</summary>
    private static bool IsOption(string text)
    {
        var option = text.AsSpan().TrimStart();
        return option.Length < text.Length
            && (option is ['-', '-', >= 'a' and <= 'z', ..] or ['-', not ' ', ' ' or ',', ..]);
    }

    /// <summary>An exception by its full name, as Python, Java and .NET print it: "a.b.Name: what happened".</summary>
    private static bool IsQualifiedName(TokenLine line, int i)
    {
        if (i == 0 || !char.IsAsciiLetterUpper(line[i][0]) || line.Before(0).Trim().Length > 0)
        {
            return false;
        }

        for (var j = 1; j <= i; j++)
        {
            if (line.Before(j) is not ".")
            {
                return false;
            }
        }

        return true;
    }

    private static bool Is(ReadOnlySpan<char> word, string other) =>
        word.Equals(other, StringComparison.OrdinalIgnoreCase);
}
