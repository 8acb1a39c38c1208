using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>
/// Remembers what lines proved, by their shape: all that can matter to a rule stays as it is, and any other word or
/// number becomes a sign for "some word", "some number". A log repeats the same few shapes with other times, names and
/// ids, so most lines need no second judgement. Bounded: a fixed number of places; the newer line takes the place.
/// </summary>
internal sealed class LineShapes(LineVocabulary vocabulary)
{
    /// <summary>Longest line that is remembered.</summary>
    internal const int LongestLine = 1024;

    private const int Places = 1 << 14;

    /// <summary>Places that a shape may take, so that two common ones do not drive each other out.</summary>
    private const int Ways = 4;

    /// <summary>Bytes of the signs of one word at most.</summary>
    private const int SignBytes = 5;

    /// <summary>A blank before the line, so that its first word has a byte before it.</summary>
    private const int Before = 8;

    // Signs of words, by what code may look at in any word. All of them are bytes
    // that no line of text holds; one that does is not remembered.
    private const byte Number = 1;
    private const byte TwoDigits = 2;
    private const byte OneDigit = 3;
    private const byte Stamp = 4;
    private const byte DigitFirst = 5;
    private const byte HexFirst = 6;
    private const byte ErrorName = 7;
    private const byte Affixed = 8;
    private const byte SmallFirst = 14;
    private const byte CapitalFirst = 15;
    private const byte UnderscoreFirst = 16;

    /// <summary>1 for bytes beside which words may be cut in another way.</summary>
    private static readonly byte[] Joins = [.. Enumerable.Range(0, 256).Select(static each =>
        (byte)(each is '\'' or '\\' or >= 0x80 ? 1 : 0))];

    private readonly Shape?[] _places = new Shape?[Places];
    private readonly byte[] _line = new byte[Before + LongestLine + ByteBits.Wide];
    private readonly byte[] _folded = new byte[(LongestLine * SignBytes) + 16];
    private int _length;
    private uint _hash;
    private bool _isSure;

    private int Home => (int)(_hash & (Places - Ways));

    /// <summary>What a line of the same shape proved; null where none is remembered.</summary>
    internal Finding[]? Find(ReadOnlySpan<byte> line)
    {
        _isSure = line.Length is > 0 and <= LongestLine
            && line.IndexOfAnyInRange(Number, Affixed) < 0 && line.IndexOfAnyInRange(SmallFirst, UnderscoreFirst) < 0;
        if (!_isSure)
        {
            return null;
        }

        line.CopyTo(_line.AsSpan(Before));
        _line.AsSpan(Before + line.Length, ByteBits.Wide).Clear();
        Fold(_line.AsSpan(Before, line.Length));
        _hash = Hash();
        var folded = _folded.AsSpan(0, _length);
        foreach (var place in _places.AsSpan(Home, Ways))
        {
            if (place is { } shape && shape.Hash == _hash && shape.Folded.AsSpan().SequenceEqual(folded))
            {
                return shape.Findings;
            }
        }

        return null;
    }

    /// <summary>Remembers what the line that was last asked for proved.</summary>
    internal void Keep(Finding[] findings)
    {
        if (_isSure)
        {
            var place = _places.AsSpan(Home, Ways);
            place[..^1].CopyTo(place[1..]);
            place[0] = new Shape(_hash, _folded.AsSpan(0, _length).ToArray(), findings);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fold(ReadOnlySpan<byte> line)
    {
        _length = 0;
        var copied = 0;
        ref var text = ref _line[Before];
        for (var chunk = 0; chunk < line.Length; chunk += ByteBits.Wide)
        {
            var low = Vector256.LoadUnsafe(ref text, (nuint)chunk);
            var high = Vector256.LoadUnsafe(ref text, (nuint)chunk + 32);
            var digits = ByteBits.Of(ByteBits.Digits(low), ByteBits.Digits(high));
            var words = digits | ByteBits.Of(ByteBits.Letters(low), ByteBits.Letters(high));
            var capitals = ByteBits.Of(ByteBits.Capitals(low), ByteBits.Capitals(high));
            var joints = (capitals & ((words & ~digits & ~capitals) << 1)) | ByteBits.Equal(low, high, (byte)'_');
            words = copied <= chunk ? words : copied - chunk < 64 ? words & (ulong.MaxValue << (copied - chunk)) : 0;
            while (words != 0)
            {
                var bit = BitOperations.TrailingZeroCount(words);
                var run = BitOperations.TrailingZeroCount(~(words >> bit));
                var start = chunk + bit;
                CopyShort(ref Unsafe.Add(ref text, copied), start - copied);
                if (bit + run < 64 && (joints & ((ulong.MaxValue >> (64 - run)) << bit)) == 0
                    && Sign(ref Unsafe.Add(ref text, start), run, digits >> bit) is > 0 and var sign)
                {
                    _folded[_length++] = sign;
                    copied = start + run;
                }
                else
                {
                    copied = bit + run < 64 ? start + run : Neighbours.EndOfWord(line, start);
                    Word(line, start, copied, IsNumber(line[start..copied]));
                }

                words = copied - chunk < 64 ? words & (ulong.MaxValue << (copied - chunk)) : 0;
            }
        }

        Copy(line[copied..]);
    }

    /// <summary>
    /// The sign of a word that can be told at a glance to be like any other; 0 for one that must be looked at.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte Sign(ref byte word, int length, ulong digits)
    {
        var key = WordTable.Key(Unsafe.ReadUnaligned<ulong>(ref word), length);
        ref var last = ref Unsafe.Add(ref word, length - 1);
        var pairs = vocabulary.Pairs;
        var special = (pairs[LineVocabulary.Pair(word, Unsafe.Add(ref word, 1))] & LineVocabulary.First)
            | (pairs[LineVocabulary.Pair(Unsafe.Add(ref last, -1), last)] & LineVocabulary.Last)
            | Joins[Unsafe.Add(ref word, -1)] | Joins[Unsafe.Add(ref last, 1)];
        if (special != 0 || vocabulary.MayHold(key) || length > LineMarks.LongestWord
            || (length == 5 && word is (byte)'E' or (byte)'F' or (byte)'W' or (byte)'I'))
        {
            return 0;
        }

        if ((digits & 1) == 0)
        {
            return length == 1 ? (byte)0 : First(word);
        }

        if (BitOperations.TrailingZeroCount(~digits) < length)
        {
            // What may be a time stamp or an address is looked at.
            return length is 4 or 5 || last is (byte)'Z' or (byte)'T' || Unsafe.Add(ref word, 1) == 'x' ? (byte)0
                : DigitFirst;
        }

        return length == 1 ? OneDigit : length == 2 ? TwoDigits
            : length != 3 || word is not ((byte)'4' or (byte)'5') ? Number : (byte)0;
    }

    private static byte First(byte letter) =>
        char.IsAsciiLetterLower((char)letter) ? SmallFirst : letter == '_' ? UnderscoreFirst : CapitalFirst;

    private static bool IsNumber(ReadOnlySpan<byte> word) => word.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;

    private void Word(ReadOnlySpan<byte> line, int start, int end, bool isNumber)
    {
        var word = line[start..end];
        var affix = vocabulary.AffixOf(word);
        if (affix < 0 || vocabulary.Holds(line, start, end) || IsCutOtherwise(line, start, end)
            || word.Length > LineMarks.LongestWord
            || (isNumber ? IsStatus(word) && StatusContext.MayBe(line, start)
                : word.Length == 1 || IsLevel(word) || NameContext.MayBe(line, start, end)))
        {
            Copy(word);
            return;
        }

        if (affix != 0)
        {
            _folded[_length++] = Affixed;
            _folded[_length++] = (byte)affix;
            _folded[_length++] = (byte)(affix >> 8);
        }

        if (isNumber)
        {
            _folded[_length++] = word.Length == 1 ? OneDigit : word.Length == 2 ? TwoDigits : Number;
            return;
        }

        if (word.EndsWith("Error"u8) || word.EndsWith("Exception"u8))
        {
            _folded[_length++] = ErrorName;
        }

        _folded[_length++] = !char.IsAsciiDigit((char)word[0]) ? First(word[0])
            : IsStamp(word) ? Stamp : word is [(byte)'0', (byte)'x', ..] ? HexFirst : DigitFirst;
    }

    /// <summary>Beside an apostrophe, a backslash or a letter of another script words may be cut otherwise.</summary>
    private static bool IsCutOtherwise(ReadOnlySpan<byte> line, int start, int end) =>
        (start > 0 && (line[start - 1] is (byte)'\\' or >= 0x80
            || (line[start - 1] == '\'' && start > 1 && IsLetter(line[start - 2]) && IsLetter(line[start]))))
        || (end < line.Length && (line[end] >= 0x80
            || (line[end] == '\'' && end + 1 < line.Length && IsLetter(line[end + 1]) && IsLetter(line[end - 1]))));

    /// <summary>A letter, or a byte that may belong to one.</summary>
    private static bool IsLetter(byte each) => each >= 0x80 || char.IsAsciiLetter((char)each);

    private static bool IsStatus(ReadOnlySpan<byte> number) =>
        number.Length == 3 && number[0] is (byte)'4' or (byte)'5';

    /// <summary>A level letter with month and day, as Kubernetes writes it.</summary>
    private static bool IsLevel(ReadOnlySpan<byte> word) => word.Length == 5
        && word[0] is (byte)'E' or (byte)'F' or (byte)'W' or (byte)'I' && char.IsAsciiDigit((char)word[1]);

    private static bool IsStamp(ReadOnlySpan<byte> word)
    {
        Span<char> text = stackalloc char[6];
        return word.Length <= text.Length
            && LineMarks.IsStamp(text[..System.Text.Encoding.ASCII.GetChars(word, text)]);
    }

    private void Copy(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_folded.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Copies sixteen bytes and keeps fewer, which costs less than to ask how many.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CopyShort(ref byte from, int length)
    {
        if (length > Vector128<byte>.Count)
        {
            Copy(MemoryMarshal.CreateReadOnlySpan(ref from, length));
            return;
        }

        Vector128.LoadUnsafe(ref from).StoreUnsafe(ref _folded[_length]);
        _length += length;
    }

    private uint Hash()
    {
        _folded.AsSpan(_length, sizeof(ulong)).Clear();
        var hash = (ulong)_length;
        foreach (var each in MemoryMarshal.Cast<byte, ulong>(_folded.AsSpan(0, (_length + 7) & ~7)))
        {
            hash = (BitOperations.RotateLeft(hash, 23) ^ each) * 0x9E3779B97F4A7C15;
        }

        return (uint)(hash >> 32);
    }

    private sealed record Shape(uint Hash, byte[] Folded, Finding[] Findings);
}
