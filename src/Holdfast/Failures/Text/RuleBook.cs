using System.Buffers;

namespace Holdfast.Failures.Text;

/// <summary>
/// Rules, found by the words of a line: each rule is filed under the first word of its patterns, so a line costs one
/// look-up a word whatever the number of rules.
/// </summary>
internal sealed class RuleBook
{
    private readonly Dictionary<string, List<Entry>> _byWord = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<Entry>>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<Entry> _byPart = [];

    internal RuleBook(IReadOnlyList<FailureRule> rules)
    {
        Rules = rules;
        _lookup = _byWord.GetAlternateLookup<ReadOnlySpan<char>>();
        var order = 0;
        foreach (var rule in rules)
        {
            foreach (var phrase in rule.Phrases)
            {
                File(new Entry(rule, phrase, order));
            }

            order++;
        }

        Anchors = new Lazy<SearchValues<string>>(
            () => SearchValues.Create([.. Text.Anchors.For(rules)], StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Parts of words of which every phrase needs one; made when a long capture is searched.</summary>
    internal Lazy<SearchValues<string>> Anchors { get; }

    /// <summary>The built-in rules; read at the first failure, never before.</summary>
    internal static RuleBook BuiltIn => Holder.Book;

    internal IReadOnlyList<FailureRule> Rules { get; }

    /// <summary>Adds every rule that a line is evidence of, each once.</summary>
    internal void Match(TokenLine line, string? tool, string channel, List<RuleMatch> into)
    {
        // A rule is decided on by its first match: what forbids it is looked for in the whole line, and a line may say
        // the same word a thousand times.
        Span<ulong> decided = stackalloc ulong[(Rules.Count / 64) + 1];
        for (var i = 0; i < line.Count; i++)
        {
            if (_lookup.TryGetValue(line[i], out var entries))
            {
                Try(entries, line, i, tool, channel, into, decided);
            }

            Try(_byPart, line, i, tool, channel, into, decided);
        }
    }

    private static void Try(List<Entry> entries, TokenLine line, int token, string? tool, string channel,
        List<RuleMatch> into, Span<ulong> decided)
    {
        foreach (var entry in entries)
        {
            var (word, bit) = (entry.Order / 64, 1UL << (entry.Order % 64));
            var start = token - entry.Phrase.TriggerOffset;
            if (start < 0 || (decided[word] & bit) != 0 || !Phrase.MatchesWord(entry.Phrase.Trigger, line, token)
                || !entry.Phrase.MatchesAt(line, start))
            {
                continue;
            }

            decided[word] |= bit;
            if (entry.Rule.IsFor(tool) && (entry.Rule.Channel is null || entry.Rule.Channel == channel)
                && !entry.Rule.IsForbidden(line))
            {
                into.Add(new RuleMatch(entry.Rule, entry.Order));
            }
        }
    }

    private void File(Entry entry)
    {
        var trigger = entry.Phrase.Trigger;
        if (trigger.Kind != PhraseElementKind.Words)
        {
            _byPart.Add(entry);
            return;
        }

        foreach (var word in trigger.Words)
        {
            File(word, entry);
            if (word.Contains('\''))
            {
                File(word.Replace('\'', '’'), entry);
            }
        }
    }

    private void File(string word, Entry entry)
    {
        if (!_byWord.TryGetValue(word, out var entries))
        {
            _byWord.Add(word, entries = []);
        }

        entries.Add(entry);
    }

    private readonly record struct Entry(FailureRule Rule, Phrase Phrase, int Order);

    private static class Holder
    {
        internal static readonly RuleBook Book = new(BuiltInRules.Load(withExamples: false));
    }
}

/// <summary>A rule that a line is evidence of.</summary>
internal readonly record struct RuleMatch(FailureRule Rule, int Order);
