namespace Holdfast.Failures.Text;

/// <summary>
/// Finds a small set of parts of words of which every phrase of every rule needs at least one. Few and rare: the fewer
/// there are and the rarer they stand in clean logs, the faster the scan.
/// </summary>
internal static class Anchors
{
    /// <summary>Parts that cover most phrases; a phrase that none of them covers adds its own longest word.</summary>
    private static readonly string[] Usual =
    [
        "error", "fail", "fatal", "denied", "refuse", "timed out", "timeout", "exceed", "quota", "unable", "could",
        "cannot", "can't", "invalid", "unauthor", "forbid", "expired", "conflict", "unavail", "overload", "exhaust",
        "exception", "panic", "abort", "killed", "assert", "missing", "unknown", "unsupported", "unexpected",
        "reject", "certificate", "undefined", "mismatch", "throttl", "not found", "limit",
    ];

    /// <summary>Weaker rules than this prove nothing far from the end, so no line is read for their sake.</summary>
    internal const int LeastWeight = 50;

    /// <summary>HTTP statuses are found by number, whatever words stand beside them.</summary>
    private static readonly string[] Statuses =
        ["400", "401", "402", "403", "404", "408", "409", "422", "429", "500", "502", "503", "504", "529"];

    /// <summary>The anchors of some rules.</summary>
    internal static HashSet<string> For(IReadOnlyList<FailureRule> rules)
    {
        var anchors = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var each in Usual)
        {
            anchors.Add(each);
        }

        foreach (var each in Statuses)
        {
            anchors.Add(each);
        }

        foreach (var rule in rules)
        {
            if (rule.Weight < LeastWeight)
            {
                continue;
            }

            foreach (var phrase in rule.Phrases)
            {
                Cover(phrase, anchors);
            }
        }

        return anchors;
    }

    private static void Cover(Phrase phrase, HashSet<string> anchors)
    {
        string[]? best = null;
        foreach (var element in phrase.Elements)
        {
            if (element.Words.Length == 0)
            {
                continue;
            }

            if (Array.TrueForAll(element.Words, IsCovered))
            {
                return;
            }

            if (best is null || Shortest(element.Words) > Shortest(best))
            {
                best = element.Words;
            }
        }

        foreach (var word in best ?? [])
        {
            // A text may hold the curled apostrophe, whose bytes are no ASCII: the part before it is enough.
            var apostrophe = word.IndexOf('\'');
            anchors.Add(apostrophe > 0 ? word[..apostrophe] : word);
        }
    }

    private static bool IsCovered(string word)
    {
        foreach (var each in Usual)
        {
            if (word.Contains(each, StringComparison.OrdinalIgnoreCase) && !each.Contains('\''))
            {
                return true;
            }
        }

        return false;
    }

    private static int Shortest(string[] words)
    {
        var shortest = int.MaxValue;
        foreach (var each in words)
        {
            shortest = Math.Min(shortest, each.Length);
        }

        return shortest;
    }
}
