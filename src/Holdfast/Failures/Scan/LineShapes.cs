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

    // Signs of words, by what code may look at in any word; no word that stays as it is is equal to one.
    private const byte Number = 1;
    private const byte OneDigit = 2;
    private const byte Stamp = 3;
    private const byte DigitFirst = 4;
    private const byte HexFirst = 5;
    private const byte SmallFirst = 6;
    private const byte CapitalFirst = 7;
    private const byte UnderscoreFirst = 8;
    private const byte ErrorName = 9;

    /// <summary>Letters of a level with month and day.</summary>
    private const int LevelLength = 5;

    /// <summary>What is said of a status beside its digits stands from this bit on.</summary>
    private const int BesideStatus = 56;

    private readonly ShapeHash[] _shapes = new ShapeHash[Places];
    private readonly Finding[]?[] _findings = new Finding[]?[Places];
    private readonly LineWords _words = new(Before, LongestLine);
    private ShapeHash _shape;
    private bool _isSure;

    private int Home => (int)_shape.Low & (Places - Ways);

    /// <summary>What a line of the same shape proved; null where none is remembered.</summary>
    internal Finding[]? Find(ReadOnlySpan<byte> line)
    {
        _isSure = line.Length is > 0 and <= LongestLine;
        if (!_isSure)
        {
            return null;
        }

        _words.Cut(line);
        _shape = Fold();
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
    private ShapeHash Fold()
    {
        var words = _words.Words;
        ref var text = ref _words.Text;
        var shape = ShapeHash.New();
        var (use, useBefore, isSecond, end) = (vocabulary.UseOf(words[0].Hash), WordUse.None, false, 0);
        for (var i = 0; i + 1 < words.Length; i++)
        {
            ref readonly var word = ref words[i];
            ref readonly var next = ref words[i + 1];
            ref var start = ref Unsafe.Add(ref text, word.Start);
            var useNext = vocabulary.UseOf(next.Hash);
            var isFirst = vocabulary.ArePair(use, useNext, WordHash.Pair(word.Hash, next.Hash));
            var matters = isFirst | isSecond | ((use & WordUse.Always) != 0);
            var mayBeMore = ((word.Traits & WordTraits.Special) != 0) | ((useBefore & WordUse.BeforePrefix) != 0)
                | ((i == 0) & (word.Length is 1 or LevelLength));
            ulong code;
            if (!word.IsNumber)
            {
                code = matters | (word.Length == 1) ? ShapeHash.CodeOf(ref start, word.Length)
                    : mayBeMore | IsNameBehind(in word, useBefore) | MayHaveAffix(ref start, word.Length) ? LookAt(i)
                    : SignOf(ref start, word.Length);
            }
            else if (mayBeMore || (vocabulary.HasNumberEdges && MayHaveAffix(ref start, word.Length)))
            {
                code = LookAtNumber(i, matters);
            }
            else
            {
                code = matters ? ShapeHash.CodeOf(ref start, word.Length) : Number;
            }

            shape.Add(ref Unsafe.Add(ref text, end), word.Start - end, code);
            end = word.Start + word.Length;
            (use, useBefore, isSecond) = (useNext, use, isFirst);
        }

        shape.Add(ref Unsafe.Add(ref text, end), _words.Line.Length - end, 0);
        return shape;
    }

    /// <summary>Whether a word of several stands behind one behind which it may be the name of an error.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsNameBehind(in LineWord word, WordUse useBefore) =>
        ((word.Traits & WordTraits.Compound) != 0) & ((useBefore & WordUse.BeforeName) != 0);

    /// <summary>Whether a word may begin or end like one that is known by that.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool MayHaveAffix(ref byte start, int length)
    {
        var four = (uint)WordHash.Key(Unsafe.ReadUnaligned<uint>(ref start), Math.Min(length, sizeof(uint)));
        var five = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref start, length - sizeof(ulong)))
            >> (8 * (sizeof(ulong) - WordEdges.LastBytes));
        return vocabulary.MayHaveAffix(start, WordHash.OfFour(four), WordEdges.OfLast(five));
    }

    /// <summary>What a word stands for of which nothing more is to be said.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong SignOf(ref byte start, int length) => start <= '9' ? SignOfMixed(ref start, length)
        : start == '_' ? UnderscoreFirst : start < '_' ? CapitalFirst : (ulong)SmallFirst;

    /// <summary>The sign of a word that begins with a digit: a part of a time, an address, or any.</summary>
    private static ulong SignOfMixed(ref byte start, int length)
    {
        // As LineMarks.IsStamp.
        var last = Unsafe.Add(ref start, length - 1);
        var isStamp = length <= 6 && last is (byte)'Z' or (byte)'T';
        for (var i = 1; i < length && length is 4 or 5; i++)
        {
            isStamp |= Unsafe.Add(ref start, i) == 'T';
        }

        return isStamp ? Stamp : start == '0' && Unsafe.Add(ref start, 1) == 'x' ? HexFirst : (ulong)DigitFirst;
    }

    /// <summary>What a word stands for that must be looked at closely.</summary>
    private ulong LookAt(int index)
    {
        var line = _words.Line;
        ref readonly var at = ref _words.Words[index];
        var (start, end) = (at.Start, at.Start + at.Length);
        var word = line[start..end];
        var affix = vocabulary.AffixOf(word);
        ref var first = ref Unsafe.Add(ref _words.Text, start);
        if (affix < 0 || IsCutOtherwise(line, start, end) || word.Length > LineMarks.LongestWord
            || IsLevel(word) || NameContext.MayBe(line, start, end))
        {
            return ShapeHash.CodeOf(ref first, word.Length);
        }

        var name = word.EndsWith("Error"u8) || word.EndsWith("Exception"u8) ? ErrorName : 0;
        return SignOf(ref first, word.Length) | ((ulong)name << 8) | ((ulong)affix << 16);
    }

    /// <summary>
    /// As <see cref="LookAt"/>, for a number. How long a number is matters where it may be the seconds of a time of
    /// day rather than a column, the version before a status, or an option that opens a line.
    /// </summary>
    private ulong LookAtNumber(int index, bool matters)
    {
        var line = _words.Line;
        var words = _words.Words;
        int start = words[index].Start;
        var number = line.Slice(start, words[index].Length);
        var affix = vocabulary.AffixOf(number);
        var isStatus = IsStatus(number);
        if (matters || affix < 0 || number.Length > LineMarks.LongestWord
            || IsCutOtherwise(line, start, start + number.Length) || (isStatus && StatusContext.MayBe(line, start)))
        {
            var whole = ShapeHash.CodeOf(ref Unsafe.Add(ref _words.Text, start), number.Length);
            return isStatus ? whole | (DigitsBefore(index) << BesideStatus) : whole;
        }

        var isOption = index == 0 && number.Length == 1;
        var clock = index < 2 || line[start - 1] != ':' ? 0
            : (number.Length == 2 ? 1UL : 0) | (words[index - 2].Length == 2 ? 2UL : 0);
        return (isOption ? OneDigit : (ulong)Number) | (clock << 8) | ((ulong)affix << 16);
    }

    /// <summary>How many of the two words before one are single digits.</summary>
    private ulong DigitsBefore(int index)
    {
        ulong count = 0;
        for (var i = index - 1; i >= 0 && count < 2 && _words.Words[i] is { IsNumber: true, Length: 1 }; i--)
        {
            count++;
        }

        return count;
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
    private static bool IsLevel(ReadOnlySpan<byte> word) => word.Length == LevelLength
        && word[0] is (byte)'E' or (byte)'F' or (byte)'W' or (byte)'I' && char.IsAsciiDigit((char)word[1]);
}
