using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <summary>
/// One rule of the text tier, as data: which phrase, on which channel, is evidence of which class. Its examples and
/// near misses run as tests.
/// </summary>
public sealed class FailureRule
{
    private bool? _plain;

    internal FailureRule(string id, FailureClass failureClass, int weight)
    {
        Id = id;
        Class = failureClass;
        Weight = weight;
    }

    /// <summary>Makes a rule of the same kind as the built-in ones.</summary>
    /// <param name="id">Unique among all rules.</param>
    /// <param name="failureClass">The class it is evidence of.</param>
    /// <param name="weight">1 to 100.</param>
    /// <param name="patterns">Patterns of whole words, one at least.</param>
    /// <param name="notNear">Patterns that must not stand in the same line.</param>
    /// <exception cref="FormatException">A pattern is not understood.</exception>
    internal static FailureRule Make(
        string id, FailureClass failureClass, int weight, IReadOnlyList<string> patterns, IReadOnlyList<string> notNear)
    {
        return new FailureRule(id, failureClass, weight)
        {
            Patterns = patterns,
            NotNear = notNear,
            Phrases = [.. patterns.Select(Phrase.Parse)],
            Forbidden = [.. notNear.Select(Phrase.Parse)],
        };
    }

    /// <summary>Id, e.g. <c>git.index_lock</c>; unique.</summary>
    public string Id { get; }

    /// <summary>The class it is evidence of.</summary>
    public FailureClass Class { get; }

    /// <summary>
    /// 1 to 100: how much it proves. 90 an error code that says it all, 70 a plain statement, 40 a hint.
    /// </summary>
    public int Weight { get; }

    /// <summary>Patterns of whole words; any of them will do.</summary>
    public IReadOnlyList<string> Patterns { get; internal set; } = [];

    /// <summary>Patterns that must not stand in the same line.</summary>
    public IReadOnlyList<string> NotNear { get; internal set; } = [];

    /// <summary>Programs it is for; empty for all.</summary>
    public IReadOnlyList<string> Tools { get; internal set; } = [];

    /// <summary>Channel it is for: stderr or stdout; null for both.</summary>
    public string? Channel { get; internal set; }

    /// <summary>Overrides what the class says about passing by itself; null to leave it.</summary>
    public bool? Transient { get; internal set; }

    /// <summary>Proves as much far from the end of the output as close to it.</summary>
    public bool AnyLine { get; internal set; }

    /// <summary>Whether its patterns are plain words, which count only in a line that states a failure.</summary>
    internal bool IsPlain => _plain ??= Id.StartsWith("generic.", StringComparison.Ordinal);

    /// <summary>
    /// Whether a rule is of words that anybody may use: they count where nothing better is said, and never turn a good
    /// exit into a failure, explain a hang or judge an exception that had a type to choose.
    /// </summary>
    internal static bool IsWeak(string id) => id.StartsWith("generic.", StringComparison.Ordinal)
        || id.StartsWith("told.", StringComparison.Ordinal);

    /// <summary>What a person can do; null for what the class says.</summary>
    public string? Remediation { get; internal set; }

    /// <summary>Lines that match, two at least.</summary>
    public IReadOnlyList<string> Examples { get; internal set; } = [];

    /// <summary>Lines that look alike and must not match, one at least.</summary>
    public IReadOnlyList<string> NearMisses { get; internal set; } = [];

    internal Phrase[] Phrases { get; set; } = [];

    internal Phrase[] Forbidden { get; set; } = [];

    /// <summary>Whether a line is evidence for this rule, its tools and channel left aside.</summary>
    public bool Matches(string line)
    {
        var tokens = new TokenLine();
        tokens.Set(line);
        for (var i = 0; i < tokens.Count; i++)
        {
            if (MatchesAt(tokens, i))
            {
                return true;
            }
        }

        return false;
    }

    internal bool MatchesAt(TokenLine line, int token)
    {
        foreach (var phrase in Phrases)
        {
            if (phrase.MatchesAt(line, token))
            {
                return !IsForbidden(line);
            }
        }

        return false;
    }

    internal bool IsForbidden(TokenLine line)
    {
        foreach (var phrase in Forbidden)
        {
            for (var i = 0; i < line.Count && phrase.Needs.AreIn(line.Held); i++)
            {
                if (phrase.MatchesAt(line, i))
                {
                    return true;
                }
            }
        }

        return false;
    }

    internal bool IsFor(string? tool)
    {
        if (Tools.Count == 0)
        {
            return true;
        }

        foreach (var each in Tools)
        {
            if (string.Equals(each, tool, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
