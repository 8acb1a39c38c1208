using System.Runtime.CompilerServices;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>
/// All words that can change what a line proves: those of the rules, of what forbids them, of statuses and of marks,
/// each with what must stand beside it for that. Any other word may stand for any other.
/// </summary>
internal sealed class LineVocabulary
{
    /// <summary>Flag of letters that may begin something special.</summary>
    internal const byte First = 1;

    /// <summary>Flag of letters that may end something special.</summary>
    internal const byte Last = 2;

    /// <summary>Words that are read by code rather than by rules.</summary>
    internal static readonly string[] CodeWords =
    [
        .. StatusInText.Words, .. LineMarks.Words, .. TokenLine.Words, .. Phrase.KnownWords, .. ErrorNames.Before,
    ];

    private readonly WordTable _words;
    private readonly Neighbours[] _neighbours;
    private readonly List<Affix> _affixes = [];
    private readonly List<int>?[] _byFirst = new List<int>?[256];
    private readonly List<int>?[] _byLast = new List<int>?[256];

    /// <summary>Gathers the words of the rules that count far from the end.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="own">How many of them, from the first on, count wherever a line stands.</param>
    internal LineVocabulary(IReadOnlyList<FailureRule> rules, int own = 0)
    {
        var words = new Dictionary<string, Neighbours>(StringComparer.Ordinal);
        foreach (var word in CodeWords)
        {
            words[word] = Neighbours.Any;
        }

        foreach (var rule in rules.Where((rule, i) => i < own || rule.Weight >= LineJudge.LeastFarUp))
        {
            foreach (var phrase in rule.Phrases.Concat(rule.Forbidden))
            {
                for (var i = 0; i < phrase.Elements.Length; i++)
                {
                    foreach (var word in phrase.Elements[i].Words)
                    {
                        Add(phrase, i, word, words);
                    }
                }
            }
        }

        _words = new WordTable(words.Keys);
        _neighbours = new Neighbours[_words.Count];
        for (var i = 0; i < _words.Count; i++)
        {
            _neighbours[i] = words[_words[i]];
        }

        for (var i = 0; i < _affixes.Count; i++)
        {
            var affix = _affixes[i];
            var edge = affix.Bytes[affix.AtEnd ? ^1 : 0];
            var by = affix.AtEnd ? _byLast : _byFirst;
            (by[edge] ??= []).Add(i);
            if (!affix.Exact && OtherCase(edge) != edge)
            {
                (by[OtherCase(edge)] ??= []).Add(i);
            }
        }

        FillPairs();
    }

    /// <summary>What two letters may mean at the edges of a word: flags by <see cref="Pair"/>.</summary>
    internal byte[] Pairs { get; } = new byte[1024];

    /// <summary>Place of two letters, whatever their case; others may share it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Pair(byte one, byte two) => ((one & 0x1F) << 5) | (two & 0x1F);

    /// <summary>Whether a word of this key may be one of the words.</summary>
    internal bool MayHold(ulong key) => _words.MayHold(key);

    /// <summary>Whether a run of word characters is one of the words, and stands where it can matter.</summary>
    internal bool Holds(ReadOnlySpan<byte> line, int start, int end) =>
        _words.Find(line[start..end]) is >= 0 and var index && _neighbours[index].MayStandAround(line, start, end);

    /// <summary>
    /// The one beginning or end of the rules that a run of word characters has, from 1; 0 for none, −1 for several.
    /// </summary>
    internal int AffixOf(ReadOnlySpan<byte> word)
    {
        var found = 0;
        foreach (var candidates in (ReadOnlySpan<List<int>?>)[_byFirst[word[0]], _byLast[word[^1]]])
        {
            for (var i = 0; i < candidates?.Count; i++)
            {
                if (_affixes[candidates[i]].Fits(word))
                {
                    if (found != 0)
                    {
                        return -1;
                    }

                    found = candidates[i] + 1;
                }
            }
        }

        return found;
    }

    private static byte OtherCase(byte each) => char.IsAsciiLetter((char)each) ? (byte)(each ^ 0x20) : each;

    private void FillPairs()
    {
        MarkPair("Error"u8[^2..], Last);
        MarkPair("Exception"u8[^2..], Last);
        MarkPair("Fault"u8[^2..], Last);
        MarkPair("Exit"u8[^2..], Last);
        foreach (var affix in _affixes)
        {
            var bytes = affix.Bytes;
            if (bytes.Length >= 2)
            {
                MarkPair(affix.AtEnd ? bytes.AsSpan(bytes.Length - 2) : bytes.AsSpan(0, 2), affix.AtEnd ? Last : First);
                continue;
            }

            for (byte other = 0; other < 32; other++)
            {
                MarkPair(affix.AtEnd ? [other, bytes[0]] : [bytes[0], other], affix.AtEnd ? Last : First);
            }
        }
    }

    private void MarkPair(ReadOnlySpan<byte> two, byte flag) => Pairs[Pair(two[0], two[1])] |= flag;

    private void Add(Phrase phrase, int index, string word, Dictionary<string, Neighbours> words)
    {
        ref readonly var element = ref phrase.Elements[index];
        switch (element.Kind)
        {
            case PhraseElementKind.Prefix or PhraseElementKind.Suffix when System.Text.Ascii.IsValid(word):
                var affix = new Affix(System.Text.Encoding.ASCII.GetBytes(word),
                    element.Kind == PhraseElementKind.Suffix, element.ExactCase);
                if (!_affixes.Exists(each => each.AtEnd == affix.AtEnd && each.Exact == affix.Exact
                    && each.Bytes.AsSpan().SequenceEqual(affix.Bytes)))
                {
                    _affixes.Add(affix);
                }

                break;
            default:
                // Around an apostrophe, and beside letters of other scripts, words are never folded.
                word = word.ToLowerInvariant();
                if (System.Text.Ascii.IsValid(word) && !word.Contains('\''))
                {
                    if (!words.TryGetValue(word, out var neighbours))
                    {
                        words.Add(word, neighbours = new Neighbours());
                    }

                    neighbours.Add(phrase, index);
                }

                break;
        }
    }

    private sealed record Affix(byte[] Bytes, bool AtEnd, bool Exact)
    {
        internal bool Fits(ReadOnlySpan<byte> word)
        {
            if (word.Length < Bytes.Length)
            {
                return false;
            }

            var part = AtEnd ? word[^Bytes.Length..] : word[..Bytes.Length];
            return Exact ? part.SequenceEqual(Bytes) : System.Text.Ascii.EqualsIgnoreCase(part, Bytes);
        }
    }
}
