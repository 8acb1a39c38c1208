using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>
/// What a line must hold to be evidence of anything: of each phrase of each rule one word that every line that it
/// matches holds, the rarest that it has, and where another word of the phrase stands next to it, that one too. Built
/// once for a set of rules; read by <see cref="TriggerScan"/>.
/// </summary>
/// <remarks>
/// Words are compared whole, so what is looked up is a run of word characters: a filter of 65,536 bits over the first
/// eight bytes, then the word itself, then the first letters of its neighbour. A phrase without a word that can be
/// looked up so (of another script only, of a prefix of one letter) makes every line worth reading: slower, never
/// wrong.
/// </remarks>
internal sealed class TriggerTable
{
    /// <summary>Most pairs of letters by which ends of words are found; more make all lines worth reading.</summary>
    internal const int MostPairs = 12;

    private readonly Dictionary<string, Neighbours> _triggers = new(StringComparer.Ordinal);
    private readonly List<byte[]> _prefixes = [];
    private readonly List<byte[]> _suffixes = [];
    private readonly byte[] _beginnings = new byte[1 << 13];
    private readonly List<(byte One, byte Two, int Distance)> _endings = [.. NameContext.Endings];
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

        ReadsAll |= _endings.Count > MostPairs;
        _words = new WordTable(_triggers.Keys);
        _neighbours = new Neighbours[_words.Count];
        for (var i = 0; i < _words.Count; i++)
        {
            _neighbours[i] = _triggers[_words[i]];
        }
    }

    /// <summary>True where some phrase has no word to look for: every line is worth reading.</summary>
    internal bool ReadsAll { get; private set; }

    /// <summary>True where some word to look for begins with a digit.</summary>
    internal bool DigitStarts { get; private set; }

    /// <summary>True where a place in a source file, line and column, is looked for by itself.</summary>
    internal bool LooksForPlaces { get; private set; }

    /// <summary>See <see cref="WordTable.Filter"/>.</summary>
    internal ReadOnlySpan<byte> Filter => _words.Filter;

    /// <summary>
    /// A bit for each hash of the first four letters, by <see cref="SlotOfFour"/>, of words that begin like one of
    /// those that are found by their beginning.
    /// </summary>
    internal ReadOnlySpan<byte> Beginnings => _beginnings;

    /// <summary>Place in <see cref="Beginnings"/> of the first four bytes of a key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int SlotOfFour(ulong key) => (int)(((uint)key * 0x9E3779B1u) >> 16);

    /// <summary>
    /// Two letters of the ends of words that are found by them, and how far the first stands from the last letter.
    /// </summary>
    internal ReadOnlySpan<(byte One, byte Two, int Distance)> Endings => CollectionsMarshal.AsSpan(_endings);

    /// <summary>Whether a word, which passed the filter, is looked for.</summary>
    internal bool Holds(ReadOnlySpan<byte> text, int start)
    {
        var end = Neighbours.EndOfWord(text, start);
        return _words.Find(text[start..end]) is >= 0 and var index
            && _neighbours[index].MayStandAround(text, start, end);
    }

    /// <summary>Whether a word, which passed the filter of beginnings, begins like one that is looked for.</summary>
    internal bool BeginsHere(ReadOnlySpan<byte> text, int start)
    {
        var word = text[start..Neighbours.EndOfWord(text, start)];
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
        var best = -1;
        var least = double.MaxValue;
        for (var i = 0; i < phrase.Elements.Length; i++)
        {
            var element = phrase.Elements[i];
            var cost = element.Words.Length == 0 ? double.MaxValue : WordCosts.Of(element);
            if (cost < least)
            {
                (best, least) = (i, cost);
            }
        }

        if (best < 0)
        {
            var isPlace = phrase.Elements.ToArray().Any(static each => each.Kind == PhraseElementKind.LineColumn);
            LooksForPlaces |= isPlace;
            ReadsAll |= !isPlace;
            return;
        }

        foreach (var word in phrase.Elements[best].Words)
        {
            Add(phrase, best, word.ToLowerInvariant());
        }
    }

    private void Add(Phrase phrase, int element, string word)
    {
        var kind = phrase.Elements[element].Kind;
        DigitStarts |= kind == PhraseElementKind.Words && char.IsAsciiDigit(word[0]);
        switch (kind)
        {
            case PhraseElementKind.Suffix:
                var suffix = Encoding.ASCII.GetBytes(word);
                _suffixes.Add(suffix);
                var ending = ((byte)(suffix[^2] | 0x20), (byte)(suffix[^1] | 0x20), 1);
                if (!_endings.Contains(ending))
                {
                    _endings.Add(ending);
                }

                break;
            case PhraseElementKind.Prefix:
                var prefix = Encoding.ASCII.GetBytes(word);
                _prefixes.Add(prefix);
                var first = prefix.AsSpan(0, Math.Min(4, prefix.Length));
                MarkBeginning((uint)WordTable.KeyOf(first), first.Length);
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

    /// <summary>Lets all words pass that begin so.</summary>
    private void MarkBeginning(uint key, int length)
    {
        var slot = SlotOfFour(key);
        _beginnings[slot >> 3] |= (byte)(1 << (slot & 7));
        for (var each = 0; each < 0x80 && length < 4; each++)
        {
            if (Neighbours.IsWordByte((byte)each) && !char.IsAsciiLetterUpper((char)each))
            {
                MarkBeginning(key | ((uint)(each | 0x20) << (8 * length)), length + 1);
            }
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
