using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan.Triggers;

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
    /// <summary>Elements of the filters, as powers of two: together they leave room in the nearest cache.</summary>
    internal const int WordBits = 10;
    internal const int PairBits = 11;

    /// <summary>Letters from the last on to the nearest of those by which ends are found.</summary>
    private const int Near = 3;

    private readonly Dictionary<string, Neighbours> _triggers = new(StringComparer.Ordinal);
    private readonly HashSet<uint> _hashes = [];
    private readonly List<byte[]> _prefixes = [];
    private readonly List<byte[]> _suffixes = [];
    private readonly List<(ulong Mask, ulong Start)> _shortPrefixes = [];
    private readonly HashSet<ulong> _longPrefixes = [];
    private readonly WordFilter _wordFilter = new(WordBits);
    private readonly WordFilter _pairFilter = new(PairBits);
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
            if (i < own || rules[i].Weight >= LineJudge.LeastFarUp)
            {
                var zeroes = ZeroesThatForbid(rules[i]);
                foreach (var phrase in rules[i].Phrases)
                {
                    Cover(phrase, zeroes);
                }
            }
        }

        foreach (var end in NameContext.Ends)
        {
            AddEnd(end);
        }

        foreach (var word in ErrorNames.Before)
        {
            Trigger(word).AllowName();
        }

        _pairs = new PairTable(_hashes);
        _words = new WordTable(_triggers.Keys);
        _neighbours = new Neighbours[_words.Count];
        for (var i = 0; i < _words.Count; i++)
        {
            _neighbours[i] = _triggers[_words[i]];
            _wordFilter.Add(WordKey.Of(_words[i]).Hash);
        }
    }

    /// <summary>True where some phrase has no word to look for: every line is worth reading.</summary>
    internal bool ReadsAll { get; private set; }

    /// <summary>True where some word to look for begins with a digit.</summary>
    internal bool DigitStarts { get; private set; }

    /// <summary>
    /// The filter of words that are looked for by themselves, by <see cref="WordKey.Hash"/>, and of those that begin
    /// with all letters of a key that are looked for by their beginning.
    /// </summary>
    internal ref ulong Words => ref _wordFilter.Start;

    /// <summary>The filter of pairs of words.</summary>
    internal ref ulong Pairs => ref _pairFilter.Start;

    /// <summary>
    /// By their fifth, fourth and third letter from the last, words that are looked for by their end, and names of
    /// errors.
    /// </summary>
    internal LetterMarks Ends { get; } = new();

    /// <summary>By their first three letters, words that are looked for by a beginning shorter than a key.</summary>
    internal LetterMarks Starts { get; } = new();

    /// <summary>
    /// Whether the word that begins at a place is looked for: by itself, with the word before it, or by its beginning.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="start">Where the word begins.</param>
    /// <param name="key">Its key.</param>
    /// <param name="before">The key of the word before it; of none where that is not known.</param>
    /// <param name="behind">The key of the word behind it; of none where that is not known.</param>
    internal bool Holds(ReadOnlySpan<byte> text, int start, WordKey key, WordKey before, WordKey behind)
    {
        var end = start + key.Length;
        end = key.More == 0 ? end : Neighbours.EndOfWord(text, end);
        if (_words.Find(text[start..end], key) is >= 0 and var index
            && _neighbours[index].MayStandAround(before, behind) && _neighbours[index].MayStandAround(text, start, end))
        {
            return true;
        }

        if (before == default)
        {
            before = WordKey.Of(Neighbours.WordBefore(text, start));
        }

        var pair = WordHash.Pair(before.Hash, key.Hash);
        return (_pairFilter.MayHold(pair) && _pairs.Holds(pair) && !Neighbours.WordBefore(text, start).IsEmpty)
            || (end - start >= WordHash.KeyBytes && _longPrefixes.Contains(key.Eight) && BeginsHere(text[start..end]));
    }

    /// <summary>
    /// Whether a place is evidence for what stands there, whatever its word is: an escape or a NUL, which hide what it
    /// is, a status, a place in a source file, the name of an error.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="at">A byte of the word or behind its end.</param>
    /// <param name="isStart">Whether the word begins there.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool IsMarked(ReadOnlySpan<byte> text, int at, bool isStart)
    {
        if (text[at] is 0 or 0x1B)
        {
            return true;
        }

        if (!isStart && Neighbours.IsWordByte(text[at]))
        {
            return EndsHere(text, Neighbours.EndOfWord(text, at));
        }

        var start = isStart ? at : Neighbours.StartOfWord(text, at);
        // At the edge of a block, where what may stand here is not told, it may be any of them.
        return MayBeStatus(text, start) || PlaceContext.MayBe(text, start)
            || NameContext.StandsInBrackets(text, start)
            || (start > 0 && text[start - 1] == '.' && NameContext.MayOpenLine(text, start))
            || (isStart && (BeginsShort(WordHash.KeyOf(text[start..Neighbours.EndOfWord(text, start)]))
                || EndsHere(text, Neighbours.EndOfWord(text, start))));
    }

    private bool MayBeStatus(ReadOnlySpan<byte> text, int start)
    {
        var end = Neighbours.EndOfWord(text, start);
        var word = text[start..end];
        return IsLikeStatus(word)
            && (StatusContext.MayBe(text, start) || HoldsAlone(text, start, end, WordKey.Of(word)));
    }

    private bool HoldsAlone(ReadOnlySpan<byte> text, int start, int end, WordKey key) =>
        _words.Find(text[start..end], key) is >= 0 and var index
            && _neighbours[index].MayStandAround(text, start, end);

    private bool BeginsHere(ReadOnlySpan<byte> word)
    {
        foreach (var prefix in _prefixes)
        {
            if (word.Length >= prefix.Length && Ascii.EqualsIgnoreCase(word[..prefix.Length], prefix))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The same for beginnings that are shorter than a key.</summary>
    private bool BeginsShort(ulong eight)
    {
        foreach (var (mask, start) in _shortPrefixes)
        {
            if ((eight & mask) == start)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether what ends before a place is an end of a word that is looked for.</summary>
    private bool EndsHere(ReadOnlySpan<byte> text, int end)
    {
        foreach (var suffix in _suffixes)
        {
            if (end >= suffix.Length && (text[end - 1] | 0x20) == suffix[^1]
                && (text[end - 2] | 0x20) == suffix[^2]
                && Ascii.EqualsIgnoreCase(text[(end - suffix.Length)..end], suffix))
            {
                return true;
            }
        }

        return NameContext.EndsHere(text, end);
    }

    /// <summary>Words that forbid a rule where a zero counts them: "0 failed".</summary>
    private static HashSet<string> ZeroesThatForbid(FailureRule rule)
    {
        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var forbidden in rule.Forbidden)
        {
            if (forbidden.Elements is [{ Kind: PhraseElementKind.Words, Words: ["0"] },
                { Kind: PhraseElementKind.Words, ExactCase: false } counted])
            {
                words.UnionWith(counted.Words);
            }
        }

        return words;
    }

    private void Cover(Phrase phrase, HashSet<string> zeroes)
    {
        var elements = phrase.Elements;
        var (best, isPair, least) = (-1, false, double.MaxValue);
        for (var i = 0; i < elements.Length; i++)
        {
            var cost = elements[i].Words.Length == 0 ? double.MaxValue
                : WordCosts.Of(elements[i]) * WordCosts.Share(elements, i, zeroes);
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
                Add(phrase, best, word, zeroes.Contains(word));
            }
        }
    }

    /// <summary>A number that is looked at in any case, as it may be a status.</summary>
    private static bool IsLikeStatus(ReadOnlySpan<byte> word) => word.Length == 3
        && word[0] is (byte)'4' or (byte)'5' && char.IsAsciiDigit((char)word[1]) && char.IsAsciiDigit((char)word[2]);

    private void AddPairs(string[] firsts, string second)
    {
        var hash = WordKey.Of(second).Hash;
        foreach (var first in firsts)
        {
            var pair = WordHash.Pair(WordKey.Of(first).Hash, hash);
            _hashes.Add(pair);
            _pairFilter.Add(pair);
        }
    }

    private void Add(Phrase phrase, int element, string word, bool unlessZero)
    {
        var kind = phrase.Elements[element].Kind;
        var small = word.ToLowerInvariant();
        var bytes = Encoding.ASCII.GetBytes(small);
        DigitStarts |= kind != PhraseElementKind.Suffix && char.IsAsciiDigit(word[0]) && !IsLikeStatus(bytes);
        switch (kind)
        {
            case PhraseElementKind.Suffix:
                _suffixes.Add(bytes);
                AddEnd(bytes);
                break;
            case PhraseElementKind.Prefix:
                AddStart(bytes);
                break;
            default:
                // "can't" stands in the bytes as "can", an apostrophe of one or three bytes, and "t".
                var apostrophe = small.IndexOf('\'');
                var run = apostrophe > 0 ? small[..apostrophe] : small;
                var neighbours = Trigger(run);
                if (apostrophe > 0)
                {
                    neighbours.AllowAll();
                }
                else
                {
                    neighbours.Add(phrase, element, word, unlessZero);
                }

                break;
        }
    }

    private void AddEnd(byte[] end) =>
        Ends.Add(end.Length > Near + 1 ? end[^(Near + 2)] : LetterMarks.Any, end[^(Near + 1)], end[^Near]);

    private void AddStart(byte[] start)
    {
        if (start.Length < WordHash.KeyBytes)
        {
            Starts.Add(start[0], start[1], start.Length > 2 ? start[2] : LetterMarks.Any);
            _shortPrefixes.Add(((1UL << (8 * start.Length)) - 1, WordHash.KeyOf(start)));
            return;
        }

        // Whatever follows.
        _prefixes.Add(start);
        var eight = WordHash.KeyOf(start);
        _longPrefixes.Add(eight);
        for (uint more = 0; more <= byte.MaxValue; more++)
        {
            _wordFilter.Add(new WordKey(eight, (uint)(eight >> 56) & more).Hash);
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
}
