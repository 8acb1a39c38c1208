namespace Holdfast.Plans.Fanout;

/// <summary>Writes out <c>{a,b}</c>, which may be nested.</summary>
internal static class GlobBraces
{
    /// <summary>Adds every alternative; returns what is wrong, or null.</summary>
    public static string? Expand(string pattern, List<string> alternatives)
    {
        var pending = new Stack<string>([pattern]);
        while (pending.TryPop(out var text))
        {
            if (alternatives.Count + pending.Count > Glob.MaxAlternatives)
            {
                return $"stands for more than {Glob.MaxAlternatives} patterns";
            }

            var open = IndexOf(text, 0, "{");
            if (open < 0)
            {
                alternatives.Add(text);
                continue;
            }

            var commas = new List<int> { open };
            if (Close(text, open, commas) is var close && close < 0)
            {
                return "has a brace that is not closed";
            }

            commas.Add(close);
            // Pushed from the last to the first, so that alternatives come out as written.
            for (var i = commas.Count - 2; i >= 0; i--)
            {
                pending.Push(text[..open] + text[(commas[i] + 1)..commas[i + 1]] + text[(close + 1)..]);
            }
        }

        return null;
    }

    private static int Close(string text, int open, List<int> commas)
    {
        var depth = 0;
        for (var at = open; at >= 0; at = IndexOf(text, at + 1, "{},"))
        {
            depth += text[at] == '{' ? 1 : text[at] == '}' ? -1 : 0;
            if (depth == 0)
            {
                return at;
            }

            if (text[at] == ',' && depth == 1)
            {
                commas.Add(at);
            }
        }

        return -1;
    }

    // The next of these characters that neither a backslash nor a bracket keeps from its meaning.
    private static int IndexOf(string text, int from, string any)
    {
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '[' && GlobName.EndOfSet(text, i) is >= 0 and var end)
            {
                i = end;
            }
            else if (any.Contains(text[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
