using System.Runtime.CompilerServices;
using System.Text;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>What a word may mean in a line.</summary>
[Flags]
internal enum WordUse : byte
{
    /// <summary>No rule and no code knows it.</summary>
    None = 0,

    /// <summary>It matters wherever it stands.</summary>
    Always = 1,

    /// <summary>It matters where certain words follow.</summary>
    First = 2,

    /// <summary>It matters where certain words stand before it.</summary>
    Second = 4,

    /// <summary>A word that is known by its beginning may follow it.</summary>
    BeforePrefix = 8,

    /// <summary>The name of an error may follow it.</summary>
    BeforeName = 16,
}

/// <summary>
/// All words that can change what a line proves: those of the rules, of what forbids them, of statuses and of marks. A
/// word that a rule wants beside another matters only where that one stands. Any other word may stand for any other.
/// </summary>
/// <remarks>
/// Words are known by their hashes, so one that nobody knows may be taken for one that matters, which costs a place
/// among the shapes and no truth. It must be rare all the same: a log holds thousands of different numbers, and each
/// that is taken for more than a number makes shapes of its own.
/// </remarks>
internal sealed class LineVocabulary
{
    /// <summary>Words that are read by code rather than by rules.</summary>
    internal static readonly string[] CodeWords =
    [
        .. StatusInText.Words, .. LineMarks.Words, .. TokenLine.Words, .. Phrase.KnownWords, .. ErrorNames.Before,
    ];

    /// <summary>Ends of words that mean something wherever they stand (<see cref="ErrorNames"/>).</summary>
    private static readonly string[] NameEndings = ["Error", "Exception", "Fault", "Exit"];

    /// <summary>Which of the two bits of <see cref="_edges"/>.</summary>
    private const int AtStart = 0;
    private const int AtEnd = 1;

    private readonly WordUses _uses;
    private readonly PairTable _pairs;
    private readonly HashFilter _edges = new();
    private readonly bool[] _firstLetters = new bool[256];
    private readonly List<Affix> _affixes = [];
    private readonly Affix[]?[] _byFirst;
    private readonly Affix[]?[] _byLast;

    /// <summary>Gathers the words of the rules that count far from the end.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="own">How many of them, from the first on, count wherever a line stands.</param>
    internal LineVocabulary(IReadOnlyList<FailureRule> rules, int own = 0)
    {
        var draft = new Draft();
        foreach (var word in CodeWords)
        {
            draft.Use(word, WordUse.Always);
        }

        foreach (var word in ErrorNames.Before)
        {
            draft.Use(word, WordUse.BeforeName);
        }

        foreach (var rule in rules.Where((rule, i) => i < own || rule.Weight >= LineJudge.LeastFarUp))
        {
            foreach (var phrase in rule.Phrases.Concat(rule.Forbidden))
            {
                Add(phrase.Elements, draft);
            }
        }

        foreach (var ending in NameEndings)
        {
            WordEdges.Mark(ending, atEnd: true, _edges, AtEnd);
        }

        _uses = new WordUses(draft.Uses);
        _pairs = new PairTable(draft.Pairs);
        _byFirst = Filed(atEnd: false);
        _byLast = Filed(atEnd: true);
    }

    /// <summary>What a word may mean.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal WordUse UseOf(uint hash) => _uses.Of(hash);

    /// <summary>Whether two words, one behind the other, matter for each other.</summary>
    /// <param name="use">See <see cref="UseOf"/>, of the first.</param>
    /// <param name="next">The same of the second.</param>
    /// <param name="pair">See <see cref="WordHash.Pair"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool ArePair(WordUse use, WordUse next, uint pair) =>
        (use & WordUse.First) != 0 && (next & WordUse.Second) != 0 && _pairs.Holds(pair);

    /// <summary>Whether some number is known by its beginning or end wherever it stands.</summary>
    internal bool HasNumberEdges { get; private set; }

    /// <summary>Whether a word may begin or end like one that is known by that.</summary>
    /// <param name="letter">Its first letter.</param>
    /// <param name="first">See <see cref="WordHash.OfFour"/>.</param>
    /// <param name="last">See <see cref="WordEdges.OfLast"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool MayHaveAffix(byte letter, uint first, uint last) =>
        _firstLetters[letter] | ((((_edges.At(first) >> AtStart) | (_edges.At(last) >> AtEnd)) & 1) != 0);

    /// <summary>
    /// The one beginning or end of the rules that a run of word characters has, from 1; 0 for none, −1 for several.
    /// </summary>
    internal int AffixOf(ReadOnlySpan<byte> word)
    {
        var found = 0;
        return IsOneOf(_byFirst[word[0]], word, ref found) && IsOneOf(_byLast[word[^1]], word, ref found) ? found : -1;
    }

    /// <summary>Adds the one that a word has of some affixes to what was found; false where it is a second.</summary>
    private static bool IsOneOf(Affix[]? affixes, ReadOnlySpan<byte> word, ref int found)
    {
        foreach (var affix in affixes ?? [])
        {
            if (affix.Fits(word))
            {
                if (found != 0)
                {
                    return false;
                }

                found = affix.Number;
            }
        }

        return true;
    }

    /// <summary>The affixes by the byte that a word begins or ends with.</summary>
    private Affix[]?[] Filed(bool atEnd)
    {
        var filed = new Affix[]?[256];
        foreach (var affix in _affixes.Where(each => each.AtEnd == atEnd))
        {
            var edge = affix.Bytes[atEnd ? ^1 : 0];
            filed[edge] = [.. filed[edge] ?? [], affix];
            if (!affix.Exact && OtherCase(edge) is var other && other != edge)
            {
                filed[other] = [.. filed[other] ?? [], affix];
            }
        }

        return filed;
    }

    private static byte OtherCase(byte each) => char.IsAsciiLetter((char)each) ? (byte)(each ^ 0x20) : each;

    private void Add(ReadOnlySpan<PhraseElement> elements, Draft draft)
    {
        for (var i = 0; i < elements.Length; i++)
        {
            foreach (var word in elements[i].Words)
            {
                if (elements[i].Kind is PhraseElementKind.Prefix or PhraseElementKind.Suffix)
                {
                    AddAffix(elements, i, word, draft);
                }
                else if (IsPlain(word))
                {
                    // Around an apostrophe, and beside letters of other scripts, words are never folded.
                    draft.Add(elements, i, word);
                }
            }
        }
    }

    private void AddAffix(ReadOnlySpan<PhraseElement> elements, int index, string word, Draft draft)
    {
        if (!Ascii.IsValid(word))
        {
            return;
        }

        var isEnd = elements[index].Kind == PhraseElementKind.Suffix;
        var affix = new Affix(
            Encoding.ASCII.GetBytes(word), isEnd, elements[index].ExactCase, _affixes.Count + 1);
        if (!_affixes.Exists(each => each.AtEnd == isEnd && each.Exact == affix.Exact
            && each.Bytes.AsSpan().SequenceEqual(affix.Bytes)))
        {
            _affixes.Add(affix);
        }

        if (!isEnd && index > 0 && AreAllPlain(elements[index - 1]))
        {
            foreach (var last in elements[index - 1].Words)
            {
                draft.Use(last, WordUse.BeforePrefix);
            }
        }
        else if (!isEnd && word.Length == 1)
        {
            // One letter would let most hashes of four through.
            HasNumberEdges |= char.IsAsciiDigit(word[0]);
            _firstLetters[word[0]] = true;
            _firstLetters[OtherCase((byte)word[0])] = true;
        }
        else
        {
            HasNumberEdges |= char.IsAsciiDigit(word[isEnd ? ^1 : 0]);
            WordEdges.Mark(word, isEnd, _edges, isEnd ? AtEnd : AtStart);
        }
    }

    private static bool AreAllPlain(in PhraseElement element) =>
        element.Kind == PhraseElementKind.Words && Array.TrueForAll(element.Words, IsPlain);

    private static bool IsPlain(string word) => Ascii.IsValid(word) && !word.Contains('\'');

    /// <summary>What is gathered from the rules.</summary>
    private sealed class Draft
    {
        internal Dictionary<uint, WordUse> Uses { get; } = [];

        internal HashSet<uint> Pairs { get; } = [];

        internal void Use(string word, WordUse use)
        {
            var hash = WordHash.Of(word);
            Uses[hash] = Uses.GetValueOrDefault(hash) | use;
        }

        internal void Add(ReadOnlySpan<PhraseElement> elements, int index, string word)
        {
            if (index + 1 < elements.Length && AreAllPlain(elements[index + 1]))
            {
                foreach (var next in elements[index + 1].Words)
                {
                    AddPair(word, next);
                }
            }
            else if (index == 0 || !AreAllPlain(elements[index - 1]))
            {
                Use(word, WordUse.Always);
            }
        }

        private void AddPair(string first, string second)
        {
            Use(first, WordUse.First);
            Use(second, WordUse.Second);
            Pairs.Add(WordHash.Pair(WordHash.Of(first), WordHash.Of(second)));
        }
    }

    private sealed record Affix(byte[] Bytes, bool AtEnd, bool Exact, int Number)
    {
        internal bool Fits(ReadOnlySpan<byte> word)
        {
            if (word.Length < Bytes.Length)
            {
                return false;
            }

            var part = AtEnd ? word[^Bytes.Length..] : word[..Bytes.Length];
            return Exact ? part.SequenceEqual(Bytes) : Ascii.EqualsIgnoreCase(part, Bytes);
        }
    }
}
