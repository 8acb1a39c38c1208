namespace Holdfast.Failures.Text;

/// <summary>
/// Tells the lines of printed stacks, by their form in each language. A line has to name a place or a call, so that a
/// sentence that begins with "at" is none. One pass over each line, whatever is in it.
/// </summary>
internal static class StackFrames
{
    /// <summary>Whether a line is a frame.</summary>
    /// <param name="text">Without the blanks around it.</param>
    /// <param name="isIndented">Whether blanks stood before it.</param>
    internal static bool IsFrame(string text, bool isIndented) =>
        isIndented ? IsIndentedFrame(text) : IsNumberedFrame(text);

    /// <summary>A function as Go prints it: <c>main.(*T).f(0x1, ...)</c>.</summary>
    internal static bool IsGoFunction(string text)
    {
        var open = text.LastIndexOf('(');
        return open > 0 && text[^1] == ')' && text.AsSpan(0, open).Contains('.')
            && !text.AsSpan(0, open).Contains(' ');
    }

    /// <summary>A place as Go prints it, below its function.</summary>
    internal static bool IsGoPlace(string text) => HasNumberAfter(text, ".go:");

    /// <summary>Says that frames were left out.</summary>
    internal static bool IsOmission(string text) =>
        (text.StartsWith("... ", StringComparison.Ordinal) && text.Length > 4 && char.IsAsciiDigit(text[4]))
            || text.StartsWith("[Previous line repeated", StringComparison.Ordinal);

    /// <summary>Python's sentence between a cause and what it led to.</summary>
    internal static bool IsPythonLink(string text) =>
        text.StartsWith("During handling of the above exception", StringComparison.Ordinal)
            || text.StartsWith("The above exception was the direct cause", StringComparison.Ordinal);

    /// <summary>.NET's mark between the frames of a throw and those of the next of the same exception.</summary>
    internal static bool IsRethrow(string text) => text.StartsWith("--- ", StringComparison.Ordinal);

    /// <summary>
    /// The frames of .NET lines without the marks of rethrows, and after each without methods that stood before it: who
    /// catches and throws again stands there twice. A method that calls itself keeps all its frames.
    /// </summary>
    internal static IEnumerable<string> WithoutRethrows(IEnumerable<string> lines)
    {
        var before = new HashSet<string>();
        var since = new List<string>();
        foreach (var line in lines)
        {
            if (IsRethrow(line))
            {
                before.UnionWith(since);
                since.Clear();
                continue;
            }

            var method = line.Split(" in ", 2)[0];
            if (!before.Contains(method))
            {
                since.Add(method);
                yield return line;
            }
        }
    }

    /// <summary>A cause of a list, without its number.</summary>
    internal static string WithoutNumber(string text)
    {
        var digits = Digits(text, 0);
        return digits > 0 && text.AsSpan(digits).StartsWith(": ") ? text[(digits + 2)..] : text;
    }

    private static bool IsIndentedFrame(string text) =>
        // .NET, Java, Node, and Rust's place below a function.
        (text.StartsWith("at ", StringComparison.Ordinal) && (text.Contains('(', StringComparison.Ordinal)
            || text.Contains(" in ", StringComparison.Ordinal) || HasNumberAfter(text, ":")))
        || (text.StartsWith("File \"", StringComparison.Ordinal) && HasNumberAfter(text, "\", line "))
        || (text.StartsWith("from ", StringComparison.Ordinal) && HasNumberAfter(text, ":"))
        || IsGoPlace(text)
        || (Digits(text, 0) is > 0 and var digits && text.AsSpan(digits).StartsWith(": ")
            && text.Contains("::", StringComparison.Ordinal))
        || text.Contains(") called at ", StringComparison.Ordinal);

    // "#0 /w/x.php(4): f()", "#1 {main}", "#2  0x0000 in f () at x.c:3".
    private static bool IsNumberedFrame(string text)
    {
        if (text.Length < 4 || text[0] != '#' || Digits(text, 1) is var digits && (digits == 0
            || 1 + digits >= text.Length || text[1 + digits] != ' '))
        {
            return false;
        }

        var rest = text.AsSpan(1 + digits).TrimStart();
        return rest.StartsWith("0x") || rest.SequenceEqual("{main}")
            || rest.Contains("): ", StringComparison.Ordinal) || rest.Contains(") at ", StringComparison.Ordinal);
    }

    private static bool HasNumberAfter(string text, string mark)
    {
        for (var at = text.IndexOf(mark, StringComparison.Ordinal); at >= 0;
            at = text.IndexOf(mark, at + 1, StringComparison.Ordinal))
        {
            if (Digits(text, at + mark.Length) > 0)
            {
                return true;
            }
        }

        return false;
    }

    private static int Digits(string text, int from)
    {
        var at = from;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            at++;
        }

        return at - from;
    }
}
