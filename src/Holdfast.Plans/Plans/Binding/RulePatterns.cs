using Holdfast.Failures.Text;

namespace Holdfast.Plans.Binding;

/// <summary>Says what is wrong with a pattern of a rule.</summary>
internal static class RulePatterns
{
    private const int MaxLength = 500;

    /// <summary>What is wrong, as the second half of a sentence; null for nothing.</summary>
    public static string? Problem(string pattern)
    {
        if (pattern.Length > MaxLength)
        {
            return $"has over {MaxLength} characters";
        }

        if (LooksLikeRegularExpression(pattern))
        {
            return "looks like a regular expression";
        }

        try
        {
            foreach (var element in Phrase.Parse(pattern).Elements)
            {
                foreach (var word in element.Words)
                {
                    if (!IsWord(word))
                    {
                        return $"has \"{Shown.Short(word)}\", which is no whole word of letters, digits and _, "
                            + "so that it would never match";
                    }
                }
            }

            return null;
        }
        catch (FormatException error)
        {
            return $"is no pattern: {error.Message}";
        }
    }

    private static bool LooksLikeRegularExpression(string pattern)
    {
        var trimmed = pattern.AsSpan().Trim();
        return pattern.AsSpan().IndexOfAny("\\[](){}+?") >= 0
            || pattern.Contains(".*", StringComparison.Ordinal)
            || (trimmed.Length > 2 && trimmed[0] == '/' && trimmed[^1] == '/')
            || (trimmed.Length > 1 && trimmed[0] == '^' && trimmed[1] is not ' ')
            || (trimmed.Length > 1 && trimmed[^1] == '$' && trimmed[^2] is not ' ');
    }

    private static bool IsWord(string word)
    {
        foreach (var c in word)
        {
            if (!TokenLine.IsWord(c) && c is not ('\'' or '’'))
            {
                return false;
            }
        }

        return true;
    }
}
