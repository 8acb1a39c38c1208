using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

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

    /// <summary>Size of the filter of pairs, as a power of two.</summary>
    private const int PairBits = 18;

    /// <summary>Letters are told apart by their lowest five bits.</summary>
    private const int EdgeLetters = 32;

    private readonly Dictionary<uint, WordUse> _uses;
    private readonly BitFilter _known = new(16);
    private readonly BitFilter _pairs = new(PairBits);
    private readonly BitFilter _numbers = new(13);
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

        _uses = draft.Uses;
        foreach (var hash in _uses.Keys)
        {
            _known.Add(hash);
        }

        foreach (var pair in draft.Pairs)
        {
            _pairs.Add(pair);
        }

        foreach (var number in draft.Numbers)
        {
            AddNumber(number);
        }

        _byFirst = Filed(atEnd: false);
        _byLast = Filed(atEnd: true);
    }

    /// <summary>The filter of words that matter together: see <see cref="ArePair"/>.</summary>
    internal ref ulong Pairs => ref _pairs.Start;

    /// <summary>What a word may mean.</summary>
    internal WordUse UseOf(uint hash) => _known.Holds(hash) ? _uses.GetValueOrDefault(hash) : WordUse.None;

    /// <summary>Whether a rule may know a number.</summary>
    /// <param name="code">What stands for the number as it is: see <see cref="LearnedWords"/>.</param>
    internal bool MayKnow(ulong code) => _numbers.Holds(NumberHash(code));

    /// <summary>
    /// 1 where two words, one behind the other, matter for each other, else 0. Of other two that rules know one pair in
    /// forty is taken for such a one, which costs a place among the shapes and no truth.
    /// </summary>
    /// <param name="pairs">See <see cref="Pairs"/>.</param>
    /// <param name="one">What is known of the first.</param>
    /// <param name="two">What is known of the second.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong ArePair(ref ulong pairs, WordMeaning one, WordMeaning two) =>
        BitFilter.At(ref pairs, PairBits, WordHash.Pair(one.Hash, two.Hash)) & one.MayPair(two);

    /// <summary>
    /// The one beginning or end of the rules that a run of word characters has, from 1; 0 for none, −1 for several.
    /// </summary>
    /// <param name="word">The word.</param>
    /// <param name="isBehind">Whether those count that mean something behind certain words only.</param>
    internal int AffixOf(ReadOnlySpan<byte> word, bool isBehind)
    {
        var found = 0;
        var second = word.Length > 1 ? 1 : 0;
        foreach (var affix in _byFirst[Edge(word[0], word[second])] ?? [])
        {
            if ((isBehind || affix.IsAnywhere) && affix.Fits(word))
            {
                found = found == 0 ? affix.Number : -1;
            }
        }

        foreach (var affix in _byLast[Edge(word[^1], word[^(1 + second)])] ?? [])
        {
            if (affix.Fits(word))
            {
                found = found == 0 ? affix.Number : -1;
            }
        }

        return found;
    }

    /// <summary>The affixes by the two letters that a word begins or ends with.</summary>
    private Affix[]?[] Filed(bool atEnd)
    {
        var filed = new Affix[]?[EdgeLetters * EdgeLetters];
        foreach (var affix in _affixes.Where(each => each.AtEnd == atEnd))
        {
            var edge = atEnd ? affix.Bytes.AsEnumerable().Reverse().ToArray() : affix.Bytes;
            for (var second = 0; second < EdgeLetters; second++)
            {
                if (edge.Length == 1 || second == edge[1] % EdgeLetters)
                {
                    ref var place = ref filed[Edge(edge[0], (byte)second)];
                    place = [.. place ?? [], affix];
                }
            }
        }

        return filed;
    }

    /// <summary>Where words with two letters at their edge are filed, whatever their case.</summary>
    private static int Edge(byte first, byte second) => (first % EdgeLetters * EdgeLetters) + (second % EdgeLetters);

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
        var opening = isEnd ? null : Opening(elements, index);
        foreach (var last in opening ?? [])
        {
            draft.Use(last, WordUse.BeforePrefix);
        }

        var bytes = Encoding.ASCII.GetBytes(word);
        var exact = elements[index].ExactCase;
        var affix = _affixes.Find(each => each.AtEnd == isEnd && each.Exact == exact
            && each.Bytes.AsSpan().SequenceEqual(bytes));
        if (affix is null)
        {
            _affixes.Add(affix = new Affix(bytes, isEnd, exact, _affixes.Count + 1));
        }

        affix.IsAnywhere |= opening is null;
        if (opening is null && char.IsAsciiDigit(word[isEnd ? ^1 : 0]))
        {
            _numbers.AddAll();
        }
    }

    /// <summary>
    /// The words that stand before one that is known by its beginning, with but numbers and others of its kind between;
    /// null where any may.
    /// </summary>
    private static string[]? Opening(ReadOnlySpan<PhraseElement> elements, int index)
    {
        do
        {
            index--;
        }
        while (index >= 0 && (elements[index].Kind == PhraseElementKind.Number
            || (elements[index].Kind == PhraseElementKind.Prefix && Array.TrueForAll(elements[index].Words, IsPlain))));

        return index >= 0 && AreAllPlain(elements[index]) ? elements[index].Words : null;
    }

    private void AddNumber(string number)
    {
        if (number.Length > LearnedWords.Longest)
        {
            _numbers.AddAll();
        }
        else
        {
            _numbers.Add(NumberHash(LearnedWords.CodeOf(Encoding.ASCII.GetBytes(number))));
        }
    }

    private static uint NumberHash(ulong code) => (uint)(code >> 32);

    private static bool AreAllPlain(in PhraseElement element) =>
        element.Kind == PhraseElementKind.Words && Array.TrueForAll(element.Words, IsPlain);

    private static bool IsPlain(string word) => Ascii.IsValid(word) && !word.Contains('\'');

    /// <summary>What is gathered from the rules.</summary>
    private sealed class Draft
    {
        internal Dictionary<uint, WordUse> Uses { get; } = [];

        internal HashSet<string> Numbers { get; } = [];

        internal HashSet<uint> Pairs { get; } = [];

        internal void Use(string word, WordUse use)
        {
            var hash = WordHash.Of(word);
            Uses[hash] = Uses.GetValueOrDefault(hash) | use;
            if (word.All(char.IsAsciiDigit))
            {
                Numbers.Add(word);
            }
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
        /// <summary>Whether it means something whatever stands before it.</summary>
        internal bool IsAnywhere { get; set; }

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
