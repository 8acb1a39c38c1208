using System.Text;
using Holdfast.Failures.Scan.Triggers;
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

    private readonly List<WordSides> _sides = [];
    private bool _isAlone;
    private bool _beforeName;
    private KeyBits _before;
    private KeyBits _behind;

    /// <summary>Notes what a phrase wants beside one of its words.</summary>
    /// <param name="phrase">The phrase.</param>
    /// <param name="element">The element that the word belongs to.</param>
    /// <param name="word">The word.</param>
    /// <param name="unlessZero">Whether its rule is forbidden by a zero before the word.</param>
    internal void Add(Phrase phrase, int element, string word, bool unlessZero = false)
    {
        var spelling = phrase.Elements[element].ExactCase ? word : null;
        var sides = _sides.Find(each => each.Spelling == spelling && each.UnlessZero == unlessZero);
        if (sides is null)
        {
            _sides.Add(sides = new WordSides(spelling, unlessZero));
        }

        sides.Add(phrase.Elements, element);
        _before |= sides.Before;
        _behind |= sides.Behind;
    }

    /// <summary>Lets any words stand around.</summary>
    internal void AllowAll() => (_isAlone, _before) = (true, KeyBits.All);

    /// <summary>Lets the name of an error stand behind.</summary>
    internal void AllowName() => (_beforeName, _behind) = (true, KeyBits.All);

    /// <summary>As below, by a quick look that says yes to others too.</summary>
    /// <param name="before">The key of the word before; of none where that is not known.</param>
    /// <param name="behind">The key of the word behind; of none where that is not known.</param>
    internal bool MayStandAround(WordKey before, WordKey behind) => _before.MayHold(before) || _behind.MayHold(behind);

    /// <summary>Whether what stands around a word is what some phrase wants there.</summary>
    internal bool MayStandAround(ReadOnlySpan<byte> text, int start, int end)
    {
        if (_isAlone || (_beforeName && NameContext.MayFollow(text, end)))
        {
            return true;
        }

        foreach (var sides in _sides)
        {
            if (sides.MayBe(text, start, end))
            {
                return true;
            }
        }

        return false;
    }

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

    /// <summary>Where the word begins that a place belongs to, or that ends before it.</summary>
    internal static int StartOfWord(ReadOnlySpan<byte> text, int at)
    {
        while (at > 0 && IsWordByte(text[at - 1]) && !IsBreak(text, at))
        {
            at--;
        }

        return at;
    }

    /// <summary>The word before a place in the same line; empty for none.</summary>
    internal static ReadOnlySpan<byte> WordBefore(ReadOnlySpan<byte> text, int at)
    {
        while (at > 0 && text[at - 1] != '\n' && (!IsWordByte(text[at - 1]) || IsBreak(text, at)))
        {
            at--;
        }

        return text[StartOfWord(text, at)..at];
    }

    /// <summary>Whether a backslash and an n stand before a place.</summary>
    private static bool IsBreak(ReadOnlySpan<byte> text, int at) =>
        at > 1 && text[at - 1] == 'n' && text[at - 2] == '\\';

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

    /// <summary>Some words by their first four letters, and beginnings of words by their first two or one.</summary>
    internal struct Places
    {
        private const int MostLetters = 4;
        private const int LettersOfPart = 2;

        /// <summary>Tells beginnings from words; no bit of a letter.</summary>
        private const uint IsPart = 1U << 31;

        /// <summary>Any number.</summary>
        internal static readonly Places AnyNumber = new() { _number = true };

        private HashSet<uint>? _starts;
        private bool _hasParts;
        private uint _first;
        private bool _number;
        private bool _position;

        internal static Places Of(string[] words)
        {
            var places = default(Places);
            foreach (var word in words)
            {
                places.Add(word);
            }

            return places;
        }

        /// <summary>What stands here, for a quick look.</summary>
        internal readonly KeyBits Bits
        {
            get
            {
                var bits = _first != 0 || _hasParts ? KeyBits.All : default;
                bits |= _number || _position ? KeyBits.Numbers : default;
                foreach (var start in _starts ?? [])
                {
                    bits |= KeyBits.Of(start);
                }

                return bits;
            }
        }

        internal readonly bool IsEmpty => _starts is null && _first == 0 && !_number && !_position;

        internal void Add(in PhraseElement element)
        {
            _number |= element.Kind == PhraseElementKind.Number;
            _position |= element.Kind == PhraseElementKind.Position;
            foreach (var word in element.Words)
            {
                if (element.Kind != PhraseElementKind.Prefix)
                {
                    Add(word);
                }
                else if (word.Length < LettersOfPart)
                {
                    _first |= 1U << (word[0] & 0x1F);
                }
                else
                {
                    _hasParts = true;
                    (_starts ??= []).Add(IsPart | Key(Encoding.ASCII.GetBytes(word), 0, LettersOfPart));
                }
            }
        }

        internal void Add(string word) => (_starts ??= []).Add(Key(Encoding.ASCII.GetBytes(word), 0, MostLetters));

        internal readonly bool Holds(ReadOnlySpan<byte> text, int start) =>
            ((_first >> (text[start] & 0x1F)) & 1) != 0 || (_number && char.IsAsciiDigit((char)text[start]))
            || (_position && IsClosed(text, start))
            || (_starts is not null && (_starts.Contains(Key(text, start, MostLetters))
                || (_hasParts && _starts.Contains(IsPart | Key(text, start, LettersOfPart)))));

        /// <summary>As the line or column of a place in a source file is.</summary>
        private static bool IsClosed(ReadOnlySpan<byte> text, int start) =>
            char.IsAsciiDigit((char)text[start]) && EndOfWord(text, start) is var end
            && end < text.Length && text[end] is (byte)':' or (byte)')';

        private static uint Key(ReadOnlySpan<byte> text, int start, int letters)
        {
            uint key = 0;
            for (var i = start; i < start + letters && i < text.Length && IsWordByte(text[i]); i++)
            {
                key |= (uint)(text[i] | 0x20) << (8 * (i - start));
            }

            return key;
        }
    }
}
