using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>
/// What a line must hold to be evidence of anything: of each phrase of each rule a word that every line that it matches
/// holds, or two of them that stand side by side, whichever is the rarest; for a word also what must stand beside it.
/// Built once for a set of rules; read by <see cref="TriggerScan"/>.
/// </summary>
/// <remarks>
/// Words are compared whole, so what is looked up is a run of word characters, by its hash. A phrase without a word
/// that can be looked up so (of another script only, of a prefix of one letter) makes every line worth reading:
/// slower, never wrong.
/// </remarks>
internal sealed class TriggerTable
{
    /// <summary>Most pairs of letters by which ends of words are found; more make all lines worth reading.</summary>
    internal const int MostEndings = 8;

    internal const int Alone = 0;
    internal const int Second = 1;
    internal const int Beginning = 1;

    private readonly Dictionary<string, Neighbours> _triggers = new(StringComparer.Ordinal);
    private readonly HashSet<uint> _hashes = [];
    private readonly List<byte[]> _prefixes = [];
    private readonly List<byte[]> _suffixes = [];
    private readonly HashFilter _wordFilter = new();
    private readonly HashFilter _pairFilter = new();
    private readonly List<Ending> _endings = [];
    private readonly PairTable _pairs;
    private readonly WordTable _words;
    private readonly Neighbours[] _neighbours;

    /// <summary>Finds what to look for.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="own">How many of them, from the first on, count wherever a line stands.</param>
    internal TriggerTable(IReadOnlyList<FailureRule> rules, int own = 0)
    {
        for (var i = 0; i < rules.Count; i++)
        {
            // Weak rules prove nothing far from the end, so no line is read for their sake.
            foreach (var phrase in i < own || rules[i].Weight >= LineJudge.LeastFarUp ? rules[i].Phrases : [])
            {
                Cover(phrase);
            }
        }

        foreach (var word in ErrorNames.Before)
        {
            Trigger(word).AllowName();
        }

        ReadsAll |= _endings.Count > MostEndings;
        _pairs = new PairTable(_hashes);
        _words = new WordTable(_triggers.Keys);
        _neighbours = new Neighbours[_words.Count];
        for (var i = 0; i < _words.Count; i++)
        {
            _neighbours[i] = _triggers[_words[i]];
            _wordFilter.Add(WordHash.Of(_words[i]), Alone);
        }
    }

    /// <summary>True where some phrase has no word to look for: every line is worth reading.</summary>
    internal bool ReadsAll { get; private set; }

    /// <summary>True where some word to look for begins with a digit.</summary>
    internal bool DigitStarts { get; private set; }

    /// <summary>
    /// The filter of words: bit <see cref="Alone"/> for those that are looked for by themselves, bit
    /// <see cref="Second"/> for those that are looked for behind another one.
    /// </summary>
    internal ref ulong Words => ref _wordFilter.Start;

    /// <summary>
    /// The filter of pairs of words, by bit 0; and bit <see cref="Beginning"/>, by <see cref="WordHash.OfFour"/>, for
    /// words that begin like one of those that are found by their beginning.
    /// </summary>
    internal ref ulong Pairs => ref _pairFilter.Start;

    /// <summary>How words are found that are looked for by their end, beside names of errors.</summary>
    internal ReadOnlySpan<Ending> Endings => CollectionsMarshal.AsSpan(_endings);

    /// <summary>Whether the word that begins at a place, which passed a filter, is looked for there.</summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the word begins.</param>
    /// <param name="before">The hash of the word before it.</param>
    /// <param name="hash">Its hash.</param>
    internal bool Holds(ReadOnlySpan<byte> text, int start, uint before, uint hash)
    {
        var found = _wordFilter.At(hash);
        var pair = WordHash.Pair(before, hash);
        if (((found >> Second) & _pairFilter.At(pair) & 1) != 0 && _pairs.Holds(pair))
        {
            return true;
        }

        if (((found >> Alone) & 1) != 0 && HoldsAlone(text, start, hash))
        {
            return true;
        }

        return BeginsHere(text, start);
    }

    /// <summary>Whether the word that begins at a place is looked for by itself.</summary>
    internal bool HoldsAlone(ReadOnlySpan<byte> text, int start, uint hash)
    {
        var end = Neighbours.EndOfWord(text, start);
        return _words.Find(text[start..end], hash) is >= 0 and var index
            && _neighbours[index].MayStandAround(text, start, end);
    }

    private bool BeginsHere(ReadOnlySpan<byte> text, int start)
    {
        var word = text[start..Neighbours.EndOfWord(text, start)];
        if (((_pairFilter.At(WordHash.OfFour(WordHash.KeyOf(word))) >> Beginning) & 1) == 0)
        {
            return false;
        }

        foreach (var prefix in _prefixes)
        {
            if (word.Length >= prefix.Length && Ascii.EqualsIgnoreCase(word[..prefix.Length], prefix))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether what ends before a place is an end of a word that is looked for.</summary>
    internal bool EndsHere(ReadOnlySpan<byte> text, int end)
    {
        foreach (var suffix in _suffixes)
        {
            if (end >= suffix.Length && Ascii.EqualsIgnoreCase(text[(end - suffix.Length)..end], suffix))
            {
                return true;
            }
        }

        return NameContext.EndsHere(text, end);
    }

    private void Cover(Phrase phrase)
    {
        var elements = phrase.Elements;
        var (best, isPair, least) = (-1, false, double.MaxValue);
        for (var i = 0; i < elements.Length; i++)
        {
            var cost = elements[i].Words.Length == 0 ? double.MaxValue : WordCosts.Of(elements[i]);
            if (cost < least)
            {
                (best, isPair, least) = (i, false, cost);
            }

            if (i > 0 && WordCosts.OfPair(elements[i - 1], elements[i]) is var both && both < least)
            {
                (best, isPair, least) = (i, true, both);
            }
        }

        if (best < 0)
        {
            // Places in source files are looked for in any case.
            ReadsAll |= !elements.ToArray().Any(static each => each.Kind == PhraseElementKind.LineColumn);
            return;
        }

        foreach (var word in elements[best].Words)
        {
            if (isPair)
            {
                AddPairs(elements[best - 1].Words, word);
            }
            else
            {
                Add(phrase, best, word.ToLowerInvariant());
            }
        }
    }

    /// <summary>A number that is looked at in any case, as it may be a status.</summary>
    private static bool IsLikeStatus(string word) =>
        word.Length == 3 && word[0] is '4' or '5' && char.IsAsciiDigit(word[1]) && char.IsAsciiDigit(word[2]);

    private void AddPairs(string[] firsts, string second)
    {
        var hash = WordHash.Of(second);
        _wordFilter.Add(hash, Second);
        foreach (var first in firsts)
        {
            var pair = WordHash.Pair(WordHash.Of(first), hash);
            _hashes.Add(pair);
            _pairFilter.Add(pair, 0);
        }
    }

    private void Add(Phrase phrase, int element, string word)
    {
        var kind = phrase.Elements[element].Kind;
        DigitStarts |= kind == PhraseElementKind.Words && char.IsAsciiDigit(word[0]) && !IsLikeStatus(word);
        switch (kind)
        {
            case PhraseElementKind.Suffix:
                var suffix = Encoding.ASCII.GetBytes(word);
                _suffixes.Add(suffix);
                var ending = Ending.Of(suffix);
                if (!_endings.Contains(ending))
                {
                    _endings.Add(ending);
                }

                break;
            case PhraseElementKind.Prefix:
                var prefix = Encoding.ASCII.GetBytes(word);
                _prefixes.Add(prefix);
                WordEdges.Mark(word, _pairFilter, Beginning);
                break;
            default:
                // "can't" stands in the bytes as "can", an apostrophe of one or three bytes, and "t".
                var apostrophe = word.IndexOf('\'');
                var run = apostrophe > 0 ? word[..apostrophe] : word;
                var neighbours = Trigger(run);
                if (apostrophe > 0)
                {
                    neighbours.AllowAll();
                }
                else
                {
                    neighbours.Add(phrase, element);
                }

                break;
        }
    }

    private Neighbours Trigger(string word)
    {
        if (!_triggers.TryGetValue(word, out var neighbours))
        {
            _triggers.Add(word, neighbours = new Neighbours());
        }

        return neighbours;
    }

    /// <summary>The two rarest letters, small, that stand side by side near the end of a word.</summary>
    /// <param name="One">The first.</param>
    /// <param name="Two">The second.</param>
    /// <param name="IsFar">Whether the first stands four letters before the last one, else three.</param>
    internal readonly record struct Ending(byte One, byte Two, bool IsFar)
    {
        /// <summary>Letters from the most to the least frequent in English.</summary>
        private const string ByFrequency = "etaoinsrhldcumfpgwybvkxjqz";

        private const int Near = 3;
        private const int Far = 4;

        internal static Ending Of(ReadOnlySpan<byte> suffix)
        {
            var (best, rarest) = (default(Ending), -1);
            for (var distance = Near; distance <= Math.Min(suffix.Length - 1, Far); distance++)
            {
                var (one, two) = ((byte)(suffix[^(distance + 1)] | 0x20), (byte)(suffix[^distance] | 0x20));
                var rare = ByFrequency.IndexOf((char)one) + ByFrequency.IndexOf((char)two);
                if (rare > rarest)
                {
                    (best, rarest) = (new Ending(one, two, distance == Far), rare);
                }
            }

            return best;
        }
    }
}
