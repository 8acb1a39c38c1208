using System.Runtime.InteropServices;
using Holdfast.Failures.Scan;

namespace Holdfast.Failures.Text;

/// <summary>
/// Rules, found by the words of a line: each rule is filed under the first word of its patterns, so a line costs one
/// look-up a word whatever the number of rules.
/// </summary>
internal sealed class RuleBook
{
    private readonly Dictionary<string, List<Entry>> _byWord = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, List<Entry>>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<(Entry Entry, WordEdges Edges)> _byPart = [];
    private readonly Lazy<ScanTables> _scanOfAnyTool;

    /// <summary>Files rules.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="own">How many of them, from the first on, come before all others.</param>
    internal RuleBook(IReadOnlyList<FailureRule> rules, int own = 0)
    {
        Rules = rules;
        Own = own;
        _lookup = _byWord.GetAlternateLookup<ReadOnlySpan<char>>();
        var order = 0;
        foreach (var rule in rules)
        {
            foreach (var phrase in rule.Phrases)
            {
                File(new Entry(rule, phrase, phrase.Needs, order));
            }

            order++;
        }

        Scan = new Lazy<ScanTables>(() => new ScanTables(rules, own));
        _scanOfAnyTool = new Lazy<ScanTables>(() =>
            new ScanTables([.. rules.Where(IsForAll)], rules.Take(own).Count(IsForAll)));
    }

    /// <summary>What is looked for in long captures, by all rules; made when one is searched.</summary>
    internal Lazy<ScanTables> Scan { get; }

    /// <summary>The built-in rules; read at the first failure, never before.</summary>
    internal static RuleBook BuiltIn => Holder.Book;

    internal IReadOnlyList<FailureRule> Rules { get; }

    /// <summary>Rules before this one come before all others.</summary>
    internal int Own { get; }

    /// <summary>
    /// What is looked for in the long captures of a program: rules for other programs only would have lines read that
    /// prove nothing.
    /// </summary>
    internal ScanTables ScanFor(string? tool) => Rules.Any(rule => !IsForAll(rule) && rule.IsFor(tool))
        ? Scan.Value
        : _scanOfAnyTool.Value;

    private static bool IsForAll(FailureRule rule) => rule.Tools.Count == 0;

    /// <summary>Adds every rule that a line is evidence of, each once.</summary>
    internal void Match(TokenLine line, string? tool, string channel, List<RuleMatch> into)
    {
        // A rule is decided on by its first match: what forbids it is looked for in the whole line, and a line may say
        // the same word a thousand times.
        Span<ulong> decided = stackalloc ulong[(Rules.Count / 64) + 1];
        Span<int> parts = stackalloc int[_byPart.Count];
        parts = parts[..PartsOf(line, parts)];
        for (var i = 0; i < line.Count; i++)
        {
            if (_lookup.TryGetValue(line[i], out var entries))
            {
                foreach (ref readonly var entry in CollectionsMarshal.AsSpan(entries))
                {
                    if (entry.Needs.AreIn(line.Held))
                    {
                        Try(in entry, line, i, tool, channel, into, decided);
                    }
                }
            }

            foreach (var part in parts)
            {
                ref readonly var entry = ref CollectionsMarshal.AsSpan(_byPart)[part];
                if (entry.Edges.MayFit(line[i]))
                {
                    Try(in entry.Entry, line, i, tool, channel, into, decided);
                }
            }
        }
    }

    /// <summary>Which of the phrases that are filed under a part of a word may stand in a line.</summary>
    private int PartsOf(TokenLine line, Span<int> into)
    {
        var (first, last, count) = (0U, 0U, 0);
        for (var i = 0; i < line.Count; i++)
        {
            first |= WordEdges.Bit(line[i][0]);
            last |= WordEdges.Bit(line[i][^1]);
        }

        var parts = CollectionsMarshal.AsSpan(_byPart);
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Edges.AreIn(first, last) && parts[i].Entry.Needs.AreIn(line.Held))
            {
                into[count++] = i;
            }
        }

        return count;
    }

    private static void Try(
        in Entry entry, TokenLine line, int token, string? tool, string channel, List<RuleMatch> into,
        Span<ulong> decided)
    {
        var (word, bit) = (entry.Order / 64, 1UL << (entry.Order % 64));
        var start = token - entry.Phrase.TriggerOffset;
        if (start < 0 || (decided[word] & bit) != 0 || !Phrase.MatchesWord(entry.Phrase.Trigger, line, token)
            || !entry.Phrase.MatchesAt(line, start))
        {
            return;
        }

        decided[word] |= bit;
        if (entry.Rule.IsFor(tool) && (entry.Rule.Channel is null || entry.Rule.Channel == channel)
            && !entry.Rule.IsForbidden(line))
        {
            into.Add(new RuleMatch(entry.Rule, entry.Order));
        }
    }

    private void File(Entry entry)
    {
        var trigger = entry.Phrase.Trigger;
        if (trigger.Kind != PhraseElementKind.Words)
        {
            _byPart.Add((entry, WordEdges.Of(trigger)));
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

    /// <summary>The first or last letters of what a trigger fits, as bits: most words are ruled out by them.</summary>
    private readonly record struct WordEdges(uint Letters, bool AtEnd)
    {
        internal static uint Bit(char letter) => letter < 0x80 ? 1U << (letter & 0x1F) : uint.MaxValue;

        internal static WordEdges Of(in PhraseElement trigger)
        {
            uint letters = trigger.Words.Length == 0 ? uint.MaxValue : 0;
            var atEnd = trigger.Kind == PhraseElementKind.Suffix;
            foreach (var word in trigger.Words)
            {
                var letter = atEnd ? word[^1] : word[0];
                letters |= Bit(letter);
            }

            return new WordEdges(letters, atEnd);
        }

        /// <summary>Whether a line may hold a word that fits.</summary>
        /// <param name="first">Bits of the first letters of its words.</param>
        /// <param name="last">Bits of the last ones.</param>
        internal bool AreIn(uint first, uint last) => (Letters & (AtEnd ? last : first)) != 0;

        internal bool MayFit(ReadOnlySpan<char> word) =>
            ((Letters >> ((AtEnd ? word[^1] : word[0]) & 0x1F)) & 1) != 0;
    }

    // What a phrase needs stands beside it: most entries are passed over by it, without a look at the phrase.
    private readonly record struct Entry(FailureRule Rule, Phrase Phrase, WordNeeds Needs, int Order);

    private static class Holder
    {
        internal static readonly RuleBook Book = new(BuiltInRules.Load(withExamples: false));
    }
}

/// <summary>A rule that a line is evidence of.</summary>
internal readonly record struct RuleMatch(FailureRule Rule, int Order);
