using System.Text;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan.Triggers;

/// <summary>What phrases want beside one of their words, where they want it spelled alike.</summary>
/// <param name="spelling">How it is spelled; null for in any case.</param>
/// <param name="unlessZero">Whether a zero before the word forbids the rules of the phrases.</param>
internal sealed class WordSides(string? spelling, bool unlessZero)
{
    /// <summary>Words in which the other side of a gap must come; twice the gap, as apostrophes cut words.</summary>
    private const int WithinWords = 2 * (Phrase.GapWords + 1);

    private readonly byte[]? _spelling = spelling is null ? null : Encoding.ASCII.GetBytes(spelling);

    private Neighbours.Places _before;
    private Neighbours.Places _beforeNumber;
    private Neighbours.Places _beforeAny;
    private Neighbours.Places _after;
    private Neighbours.Places _later;
    private bool _isAlone;

    /// <summary>How the word is spelled; null for in any case.</summary>
    internal string? Spelling => spelling;

    /// <summary>Whether a zero before the word forbids the rules of the phrases.</summary>
    internal bool UnlessZero => unlessZero;

    /// <summary>What may stand before the word, for a quick look.</summary>
    internal KeyBits Before => _isAlone ? KeyBits.All
        : !_beforeAny.IsEmpty ? KeyBits.All : _before.Bits | (_beforeNumber.IsEmpty ? default : KeyBits.Numbers);

    /// <summary>What may stand behind the word, for a quick look.</summary>
    internal KeyBits Behind => _later.IsEmpty ? _after.Bits : KeyBits.All;

    /// <summary>Notes what a phrase wants.</summary>
    /// <param name="elements">The phrase.</param>
    /// <param name="at">The element that the word belongs to.</param>
    internal void Add(ReadOnlySpan<PhraseElement> elements, int at)
    {
        if (at + 1 < elements.Length && CanTell(elements[at + 1]))
        {
            _after.Add(elements[at + 1]);
        }
        else if (at > 1 && elements[at - 1].Kind == PhraseElementKind.Number && CanTell(elements[at - 2]))
        {
            _beforeNumber.Add(elements[at - 2]);
        }
        else if (at > 1 && elements[at - 1].Kind == PhraseElementKind.Any && CanTell(elements[at - 2]))
        {
            _beforeAny.Add(elements[at - 2]);
        }
        else if (at > 0 && CanTell(elements[at - 1]))
        {
            _before.Add(elements[at - 1]);
        }
        else if (at + 2 < elements.Length && elements[at + 1].Kind == PhraseElementKind.Gap
            && CanTell(elements[at + 2]))
        {
            _later.Add(elements[at + 2]);
        }
        else
        {
            _isAlone = true;
        }
    }

    /// <summary>Whether what stands around a word is what some phrase wants there.</summary>
    internal bool MayBe(ReadOnlySpan<byte> text, int start, int end) =>
        (_spelling is null || text[start..end].SequenceEqual(_spelling))
        && !(unlessZero && IsBehindZero(text, start, end))
        && (_isAlone
            || (!_after.IsEmpty && Neighbours.MayBeNext(text, end, in _after))
            || (!_before.IsEmpty && Neighbours.MayBePrevious(text, start, in _before, out _))
            || (!_beforeNumber.IsEmpty && MayStandBeforeNumber(text, start))
            || (!_beforeAny.IsEmpty && MayStandBeforeAny(text, start))
            || (!_later.IsEmpty && MayComeLater(text, end)));

    /// <summary>Whether an element says what stands beside others in plain letters.</summary>
    private static bool CanTell(in PhraseElement element) =>
        element.Kind is PhraseElementKind.Words or PhraseElementKind.Prefix or PhraseElementKind.Number
            or PhraseElementKind.Position
        && Array.TrueForAll(element.Words, static word => Ascii.IsValid(word) && !word.Contains('\''));

    /// <summary>
    /// Whether a word is for certain what a zero counts, "0 failed", as a phrase of both would match it.
    /// </summary>
    private static bool IsBehindZero(ReadOnlySpan<byte> text, int start, int end) =>
        start > 1 && text[start - 1] == ' ' && text[start - 2] == '0'
        && (start == 2 || text[start - 3] is (byte)' ' or (byte)'\t' or (byte)'\n')
        && (end == text.Length || text[end] is (byte)' ' or (byte)',' or (byte)';' or (byte)'(' or (byte)')'
                or (byte)'\n');

    /// <summary>Whether the word before the last one may be one that some phrase wants there.</summary>
    private bool MayStandBeforeAny(ReadOnlySpan<byte> text, int start)
    {
        var at = start;
        for (; at > 0 && !Neighbours.IsWordByte(text[at - 1]); at--)
        {
            if (text[at - 1] == '\n')
            {
                return false;
            }
        }

        // Beside an apostrophe or a letter of another script words may be cut otherwise.
        var word = Neighbours.StartOfWord(text, at);
        return text[Math.Max(0, word - 1)..start].ContainsAnyInRange((byte)0x80, byte.MaxValue)
            || text[Math.Max(0, word - 1)..start].ContainsAny((byte)'\'', (byte)'\\')
            || Neighbours.MayBePrevious(text, word, in _beforeAny, out _);
    }

    private bool MayStandBeforeNumber(ReadOnlySpan<byte> text, int start) =>
        Neighbours.MayBePrevious(text, start, in Neighbours.Places.AnyNumber, out var number)
        && (number < 0 || !char.IsAsciiDigit((char)text[number])
            || Neighbours.MayBePrevious(text, number, in _beforeNumber, out _));

    /// <summary>Whether one of the next words of the same line may be one of some words.</summary>
    private bool MayComeLater(ReadOnlySpan<byte> text, int at)
    {
        for (var words = 0; at < text.Length && text[at] != '\n'; at++)
        {
            if (text[at] == '\\')
            {
                return true;
            }

            if (Neighbours.IsWordByte(text[at]))
            {
                if (_later.Holds(text, at))
                {
                    return true;
                }

                if (++words == WithinWords)
                {
                    return false;
                }

                at = Neighbours.EndOfWord(text, at) - 1;
            }
        }

        return false;
    }
}
