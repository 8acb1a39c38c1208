using System.Runtime.CompilerServices;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>
/// Remembers what lines proved, by their shape: all that can matter to a rule stays as it is, and any other word or
/// number becomes a sign for "some word", "some number". A log repeats the same few shapes with other times, names and
/// ids, so most lines need no second judgement. Bounded: a fixed number of places; the newer line takes the place.
/// </summary>
/// <remarks>
/// A shape is known by 128 bits of hash, begun anew in each process: that two different ones among a billion lines
/// are taken for each other is less likely than a fault of the machine.
/// </remarks>
internal sealed class LineShapes(LineVocabulary vocabulary)
{
    /// <summary>Longest line that is remembered.</summary>
    internal const int LongestLine = 1024;

    private const int Places = 1 << 14;

    /// <summary>Places that a shape may take, so that two common ones do not drive each other out.</summary>
    private const int Ways = 4;

    /// <summary>Bytes before the line, so that what stands before its first word can be read.</summary>
    private const int Before = 8;

    // Signs of words, by what code may look at in any word. No line of text holds such bytes; one that does is not
    // remembered.
    private const byte Number = 1;
    private const byte TwoDigits = 2;
    private const byte OneDigit = 3;
    private const byte Stamp = 4;
    private const byte DigitFirst = 5;
    private const byte HexFirst = 6;
    private const byte ErrorName = 7;
    private const byte SmallFirst = 14;
    private const byte CapitalFirst = 15;
    private const byte UnderscoreFirst = 16;

    /// <summary>The sign of a word by its first byte, where nothing more is to be said.</summary>
    private static readonly byte[] Signs = [.. Enumerable.Range(0, 256).Select(static each =>
        char.IsAsciiDigit((char)each) ? DigitFirst : each == '_' ? UnderscoreFirst
            : char.IsAsciiLetterLower((char)each) ? SmallFirst : CapitalFirst)];

    /// <summary>1 for bytes beside which words may be cut in another way.</summary>
    private static readonly byte[] Joins = [.. Enumerable.Range(0, 256).Select(static each =>
        (byte)(each is '\'' or >= 0x80 ? 1 : 0))];

    private readonly ShapeHash[] _shapes = new ShapeHash[Places];
    private readonly Finding[]?[] _findings = new Finding[]?[Places];
    private readonly LineWords _words = new(Before, LongestLine);
    private ShapeHash _shape;
    private bool _isSure;

    private int Home => (int)_shape.Low & (Places - Ways);

    /// <summary>What a line of the same shape proved; null where none is remembered.</summary>
    internal Finding[]? Find(ReadOnlySpan<byte> line)
    {
        _isSure = line.Length is > 0 and <= LongestLine
            && line.IndexOfAnyInRange(Number, ErrorName) < 0 && line.IndexOfAnyInRange(SmallFirst, UnderscoreFirst) < 0;
        if (!_isSure)
        {
            return null;
        }

        _words.Cut(line);
        _shape = ShapeHash.New();
        Fold(ref _shape);
        for (var place = Home; place < Home + Ways; place++)
        {
            if (_shapes[place] == _shape)
            {
                return _findings[place];
            }
        }

        return null;
    }

    /// <summary>Remembers what the line that was last asked for proved.</summary>
    internal void Keep(Finding[] findings)
    {
        if (_isSure)
        {
            for (var place = Home + Ways - 1; place > Home; place--)
            {
                (_shapes[place], _findings[place]) = (_shapes[place - 1], _findings[place - 1]);
            }

            (_shapes[Home], _findings[Home]) = (_shape, findings);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Fold(ref ShapeHash shape)
    {
        var words = _words.Words;
        ref var text = ref _words.Text;
        var end = 0;
        var useBefore = WordUse.None;
        uint before = 0;
        for (var i = 0; i + 1 < words.Length; i++)
        {
            ref readonly var word = ref words[i];
            ref var start = ref Unsafe.Add(ref text, word.Start);
            var use = vocabulary.UseOf(word.Hash);
            ulong code;
            if (vocabulary.Matters(use, before, word.Hash, words[i + 1].Hash) || word.Length == 1 && !word.IsNumber)
            {
                code = Whole(ref shape, ref start, word.Length);
            }
            else
            {
                var hasEdge = MayHaveAffix(ref start, word.Length) | ((useBefore & WordUse.BeforePrefix) != 0);
                code = hasEdge | MustBeLookedAt(ref start, in word, useBefore)
                    ? LookAt(ref shape, in word, hasEdge) : SignOf(ref start, in word);
            }

            shape.Add(ref Unsafe.Add(ref text, end), word.Start - end, code);
            end = word.Start + word.Length;
            (before, useBefore) = (word.Hash, use);
        }

        shape.Add(ref Unsafe.Add(ref text, end), _words.Line.Length - end, 0);
    }

    /// <summary>Whether a word may begin or end like one that is known by that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MayHaveAffix(ref byte start, int length)
    {
        var four = Unsafe.ReadUnaligned<uint>(ref start) | 0x20202020;
        four = length < sizeof(uint) ? four & (uint.MaxValue >> (32 - (8 * length))) : four;
        var five = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, length - sizeof(ulong)))
            >> (8 * (sizeof(ulong) - WordEdges.LastBytes));
        return vocabulary.MayHaveAffix(start, WordHash.OfFour(four), WordEdges.OfLast(five));
    }

    /// <summary>Whether a word that does not matter by itself may be more than some word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool MustBeLookedAt(ref byte start, in LineWord word, WordUse useBefore)
    {
        var before = Unsafe.Add(ref start, -1);
        var isStatus = word.IsNumber & (word.Length == 3) & (start is (byte)'4' or (byte)'5');
        var mayBeName = word.IsCompound
            & (((useBefore & WordUse.BeforeName) != 0) | (before is (byte)'.' or (byte)':' or (byte)'('));
        var mayBeLevel = (word.Length == 5) & (start is (byte)'E' or (byte)'F' or (byte)'W' or (byte)'I');
        return ((Joins[before] | Joins[Unsafe.Add(ref start, word.Length)]) != 0)
            | (word.Length > LineMarks.LongestWord) | isStatus | mayBeName | mayBeLevel;
    }

    /// <summary>What a word stands for of which nothing more is to be said.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte SignOf(ref byte start, in LineWord word)
    {
        var sign = Signs[start];
        return sign != DigitFirst ? sign
            : word.IsNumber ? SignOfNumber(ref start, word.Length) : SignOfMixed(ref start, word.Length);
    }

    /// <summary>
    /// The sign of a number. One digit may be an option or the version before a status; two may be the seconds of a
    /// time of day.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte SignOfNumber(ref byte start, int length) => length == 1 ? OneDigit
        : length == 2 && (Unsafe.Add(ref start, -1) == ':' || Unsafe.Add(ref start, 2) == ':') ? TwoDigits : Number;

    /// <summary>The sign of a word that begins with a digit: a part of a time, an address, or any.</summary>
    private static byte SignOfMixed(ref byte start, int length)
    {
        // As LineMarks.IsStamp.
        var last = Unsafe.Add(ref start, length - 1);
        var isStamp = length <= 6 && last is (byte)'Z' or (byte)'T';
        for (var i = 1; i < length && length is 4 or 5; i++)
        {
            isStamp |= Unsafe.Add(ref start, i) == 'T';
        }

        return isStamp ? Stamp : start == '0' && Unsafe.Add(ref start, 1) == 'x' ? HexFirst : DigitFirst;
    }

    /// <summary>A word as it stands.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Whole(ref ShapeHash shape, ref byte start, int length)
    {
        var eight = Unsafe.ReadUnaligned<ulong>(ref start);
        if (length > sizeof(ulong))
        {
            shape.Add(ref start, length, 0);
            return 0;
        }

        return eight & (ulong.MaxValue >> (64 - (8 * length)));
    }

    /// <summary>What a word stands for that must be looked at closely.</summary>
    private ulong LookAt(ref ShapeHash shape, in LineWord at, bool hasEdge)
    {
        var line = _words.Line;
        var (start, end) = (at.Start, at.Start + at.Length);
        var word = line[start..end];
        var affix = hasEdge ? vocabulary.AffixOf(word) : 0;
        if (affix < 0 || IsCutOtherwise(line, start, end) || word.Length > LineMarks.LongestWord
            || (at.IsNumber ? IsStatus(word) && StatusContext.MayBe(line, start)
                : IsLevel(word) || NameContext.MayBe(line, start, end)))
        {
            return Whole(ref shape, ref Unsafe.Add(ref _words.Text, start), word.Length);
        }

        var sign = SignOf(ref Unsafe.Add(ref _words.Text, start), in at);
        var name = word.EndsWith("Error"u8) || word.EndsWith("Exception"u8) ? ErrorName : 0;

        // Bytes that no word holds, so that it is equal to none.
        return sign | ((ulong)name << 8) | ((ulong)affix << 16) | (1UL << 63);
    }

    /// <summary>Beside an apostrophe or a letter of another script words may be cut otherwise.</summary>
    private static bool IsCutOtherwise(ReadOnlySpan<byte> line, int start, int end) =>
        (start > 0 && (line[start - 1] >= 0x80
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
}
