namespace Holdfast.Failures.Reports;

/// <summary>
/// A turn of phrase: words in order, each <c>a|b</c>, <c>_</c> (any word), <c>#</c> (a number, not nought),
/// <c>*ed</c> (what was done), <c>...</c> (up to eight words), <c>^</c> and <c>$</c> (begin and end of the clause);
/// <c>?</c> behind a word makes it optional.
/// </summary>
internal sealed class ReportCue
{
    /// <summary>Most words that a gap spans.</summary>
    private const int GapWords = 8;

    private static readonly Dictionary<string, int> Numerals = new(StringComparer.Ordinal)
    {
        ["one"] = 1, ["two"] = 2, ["three"] = 3, ["four"] = 4, ["five"] = 5, ["six"] = 6, ["seven"] = 7,
        ["eight"] = 8, ["nine"] = 9, ["ten"] = 10, ["eleven"] = 11, ["twelve"] = 12, ["both"] = 2, ["several"] = 3,
    };

    /// <summary>What tells of an attempt, or of its end, and of nothing that was done.</summary>
    private static readonly HashSet<string> NotDone =
    [
        "tried", "attempted", "failed", "stopped", "reached", "skipped", "aborted", "paused", "interrupted", "blocked",
        "halted", "needed", "refused", "rejected", "denied", "started", "prepared", "reverted", "managed", "decided",
        "wanted", "killed", "cancelled", "canceled", "terminated", "crashed", "abandoned", "suspended", "timed",
    ];

    private readonly Element[] _elements;

    internal ReportCue(CueGroup group, int counts, IEnumerable<(string[] Words, bool IsOptional)> elements)
    {
        Group = group;
        Counts = counts;
        _elements = [.. elements.Select(each => new Element(each.Words, each.IsOptional))];
    }

    internal CueGroup Group { get; }

    /// <summary>What it counts for, above nought that work is left, below that it is done.</summary>
    internal int Counts { get; }

    /// <summary>Words of which a clause must hold one; empty where any clause may do.</summary>
    internal IEnumerable<string> Needs => _elements
        .Where(each => each is { Kind: ElementKind.Words, IsOptional: false })
        .MinBy(each => each.Words.Count)?.Words ?? [];

    internal bool StandsIn(string[] words)
    {
        for (var at = 0; at <= words.Length; at++)
        {
            if (Matches(words, at, 0))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The value of a number in digits or letters; 0 for none.</summary>
    internal static int ValueOf(string word) => Numerals.TryGetValue(word, out var value) ? value
        : char.IsAsciiDigit(word[0]) && int.TryParse(word.Replace(",", "", StringComparison.Ordinal).TrimEnd('%'),
            out var number) ? number : 0;

    internal static bool IsDone(string word) =>
        word.Length > 4 && word.EndsWith("ed", StringComparison.Ordinal) && !NotDone.Contains(word)
        && !word.StartsWith("un", StringComparison.Ordinal);

    private bool Matches(string[] words, int at, int from)
    {
        if (from == _elements.Length)
        {
            return true;
        }

        var element = _elements[from];
        if (element.IsOptional && Matches(words, at, from + 1))
        {
            return true;
        }

        switch (element.Kind)
        {
            case ElementKind.Start:
                return at == 0 && Matches(words, at, from + 1);
            case ElementKind.End:
                return at == words.Length && Matches(words, at, from + 1);
            case ElementKind.Gap:
                for (var next = at; next <= Math.Min(at + GapWords, words.Length); next++)
                {
                    if (Matches(words, next, from + 1))
                    {
                        return true;
                    }
                }

                return false;
            default:
                return at < words.Length && element.Takes(words[at]) && Matches(words, at + 1, from + 1);
        }
    }

    private enum ElementKind
    {
        Words,
        Any,
        Gap,
        Start,
        End,
    }

    private sealed class Element
    {
        private readonly bool _takesNumbers;
        private readonly bool _takesDone;

        internal Element(string[] words, bool isOptional)
        {
            Kind = words switch
            {
                ["..."] => ElementKind.Gap,
                ["^"] => ElementKind.Start,
                ["$"] => ElementKind.End,
                _ when words.Contains("_") || words.Contains("#") || words.Contains("*ed") => ElementKind.Any,
                _ => ElementKind.Words,
            };
            IsOptional = isOptional;
            Words = [.. words];
            _takesNumbers = Words.Contains("#");
            _takesDone = Words.Contains("*ed");
        }

        internal ElementKind Kind { get; }

        internal bool IsOptional { get; }

        internal HashSet<string> Words { get; }

        internal bool Takes(string word) => Words.Contains(word) || Words.Contains("_")
            || (_takesNumbers && ValueOf(word) > 0) || (_takesDone && IsDone(word));
    }
}
