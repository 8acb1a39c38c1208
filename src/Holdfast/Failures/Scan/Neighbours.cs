using System.Text;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>
/// Which words may stand before or after a word in raw bytes, by a few bits of their first letters. May say yes to
/// others too, never no to one that may.
/// </summary>
/// <remarks>
/// The words of a text are cut from runs of ASCII word characters here. Where an apostrophe or a letter of another
/// script joins a run to more, the word is no longer the plain one that a phrase wants, so the run may be taken for it
/// without harm. A backslash and an n are a line break (<see cref="LineText.Clean"/>). Lines with escapes or NULs are
/// looked at when they are stripped.
/// </remarks>
internal sealed class Neighbours
{
    /// <summary>Bytes between two words that are looked over; beyond them the answer is yes.</summary>
    private const int Farthest = 64;

    /// <summary>Words in which the other side of a gap must come; twice the gap, as apostrophes cut words.</summary>
    private const int WithinWords = 2 * (Phrase.GapWords + 1);

    private Places _before;
    private Places _after;
    private Places _later;
    private bool _alone;
    private bool _beforeName;

    /// <summary>Any words may stand around.</summary>
    internal static Neighbours Any { get; } = new() { _alone = true };

    /// <summary>Notes what a phrase wants beside one of its words.</summary>
    /// <param name="phrase">The phrase.</param>
    /// <param name="element">The element that the word belongs to.</param>
    internal void Add(Phrase phrase, int element)
    {
        var elements = phrase.Elements;
        if (element + 1 < elements.Length && CanTell(elements[element + 1]))
        {
            _after.Add(elements[element + 1]);
        }
        else if (element > 0 && CanTell(elements[element - 1]))
        {
            _before.Add(elements[element - 1]);
        }
        else if (element + 2 < elements.Length && elements[element + 1].Kind == PhraseElementKind.Gap
            && CanTell(elements[element + 2]))
        {
            _later.Add(elements[element + 2]);
        }
        else
        {
            _alone = true;
        }
    }

    /// <summary>Lets any words stand around.</summary>
    internal void AllowAll() => _alone = true;

    /// <summary>Lets the name of an error stand behind.</summary>
    internal void AllowName() => _beforeName = true;

    /// <summary>Whether an element says what stands beside others in plain letters.</summary>
    internal static bool CanTell(in PhraseElement element) =>
        element.Kind is PhraseElementKind.Words or PhraseElementKind.Prefix or PhraseElementKind.Number
            or PhraseElementKind.Position
        && Array.TrueForAll(element.Words, static word => Ascii.IsValid(word) && !word.Contains('\''));

    /// <summary>Whether what stands around a word is what some phrase wants there.</summary>
    internal bool MayStandAround(ReadOnlySpan<byte> text, int start, int end) => _alone
        || (!_after.IsEmpty && MayBeNext(text, end, in _after))
        || (!_before.IsEmpty && MayBePrevious(text, start, in _before, out _))
        || (!_later.IsEmpty && MayComeLater(text, end, in _later))
        || (_beforeName && NameContext.MayFollow(text, end));

    /// <summary>1 for letters and digits of ASCII and the underscore.</summary>
    private static readonly byte[] WordBytes = [.. Enumerable.Range(0, 256).Select(static each =>
        (byte)(each < 0x80 && (char.IsAsciiLetterOrDigit((char)each) || each == '_') ? 1 : 0))];

    internal static bool IsWordByte(byte each) => WordBytes[each] != 0;

    internal static int EndOfWord(ReadOnlySpan<byte> text, int start)
    {
        var end = start;
        while (end < text.Length && IsWordByte(text[end]))
        {
            end++;
        }

        return end;
    }

    /// <summary>Whether the word after a place in the same line may be one of some words.</summary>
    internal static bool MayBeNext(ReadOnlySpan<byte> text, int at, in Places wanted)
    {
        var limit = Math.Min(text.Length, at + Farthest);
        for (; at < limit; at++)
        {
            var each = text[at];
            if (each == '\\' && at + 1 < text.Length && text[at + 1] == 'n')
            {
                at++;
            }
            else if (IsWordByte(each))
            {
                return wanted.Holds(text, at);
            }
            else if (each == '\n')
            {
                return false;
            }
        }

        return at < text.Length;
    }

    /// <summary>Whether one of the next words of the same line may be one of some words.</summary>
    private static bool MayComeLater(ReadOnlySpan<byte> text, int at, in Places wanted)
    {
        for (var words = 0; at < text.Length && text[at] != '\n'; at++)
        {
            if (text[at] == '\\')
            {
                return true;
            }

            if (IsWordByte(text[at]))
            {
                if (wanted.Holds(text, at))
                {
                    return true;
                }

                if (++words == WithinWords)
                {
                    return false;
                }

                at = EndOfWord(text, at) - 1;
            }
        }

        return false;
    }

    /// <summary>As <see cref="MayBeNext"/>, for the word before a place.</summary>
    /// <param name="text">The text.</param>
    /// <param name="at">The place.</param>
    /// <param name="wanted">The words.</param>
    /// <param name="start">Where the word begins; −1 for none.</param>
    internal static bool MayBePrevious(ReadOnlySpan<byte> text, int at, in Places wanted, out int start)
    {
        start = -1;
        var limit = Math.Max(0, at - Farthest);
        for (at--; at >= limit; at--)
        {
            if (IsWordByte(text[at]))
            {
                while (at > 0 && IsWordByte(text[at - 1]))
                {
                    at--;
                }

                start = at;
                return wanted.Holds(text, at) || (at > 0 && text[at] == 'n' && text[at - 1] == '\\');
            }

            if (text[at] == '\n')
            {
                return false;
            }
        }

        return limit > 0;
    }

    /// <summary>Some words by their first letters: a filter over the first four, and one over the first.</summary>
    internal struct Places
    {
        private const int Bits = 1024;
        private ulong[]? _firstFour;
        private ulong _first;
        private bool _number;

        internal static Places Of(string[] words)
        {
            var places = default(Places);
            foreach (var word in words)
            {
                places.Add(word);
            }

            return places;
        }

        internal readonly bool IsEmpty => _firstFour is null && _first == 0 && !_number;

        internal void Add(in PhraseElement element)
        {
            _number |= element.Words.Length == 0;
            foreach (var word in element.Words)
            {
                if (element.Kind == PhraseElementKind.Prefix)
                {
                    _first |= 1UL << (word[0] & 0x1F);
                }
                else
                {
                    Add(word);
                }
            }
        }

        internal void Add(string word)
        {
            var bit = Bit(Encoding.ASCII.GetBytes(word), 0);
            (_firstFour ??= new ulong[Bits / 64])[bit >> 6] |= 1UL << bit;
        }

        internal readonly bool Holds(ReadOnlySpan<byte> text, int start)
        {
            if (((_first >> (text[start] & 0x1F)) & 1) != 0 || (_number && char.IsAsciiDigit((char)text[start])))
            {
                return true;
            }

            if (_firstFour is not { } filter)
            {
                return false;
            }

            var bit = Bit(text, start);
            return ((filter[bit >> 6] >> bit) & 1) != 0;
        }

        private static int Bit(ReadOnlySpan<byte> text, int start)
        {
            uint key = 0;
            for (var i = start; i < start + 4 && i < text.Length && IsWordByte(text[i]); i++)
            {
                key = (key << 8) | (uint)(text[i] | 0x20);
            }

            return (int)((key * 0x9E3779B1u) >> 22);
        }
    }
}
