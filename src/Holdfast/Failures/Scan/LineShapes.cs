using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
internal sealed class LineShapes
{
    /// <summary>Longest line that is remembered.</summary>
    internal const int LongestLine = 1024;

    private const int Places = 1 << 14;

    /// <summary>Places that a shape may take, so that two common ones do not drive each other out.</summary>
    private const int Ways = 4;

    /// <summary>Letters of a level with month and day.</summary>
    private const int LevelLength = 5;

    /// <summary>What is said of a status beside its digits stands from this bit on.</summary>
    private const int BesideStatus = 56;

    private readonly ShapeHash[] _shapes = new ShapeHash[Places];
    private readonly Finding[]?[] _findings = new Finding[]?[Places];
    private readonly byte[] _copy = new byte[LineWords.Before + LongestLine + LineWords.Behind];
    private readonly LineVocabulary _vocabulary;
    private readonly LearnedWords _learned;
    private readonly LineWords _words;
    private ShapeHash _shape;
    private bool _isSure;

    internal LineShapes(LineVocabulary vocabulary)
    {
        _vocabulary = vocabulary;
        _learned = new LearnedWords(vocabulary);
        _words = new LineWords(_learned, vocabulary, LongestLine);
    }

    private int Home => (int)_shape.Low & (Places - Ways);

    /// <summary>What a line of the same shape proved, wherever it stands; null where none is remembered.</summary>
    /// <param name="line">The line, without what hides text.</param>
    internal Finding[]? Find(ReadOnlySpan<byte> line)
    {
        _isSure = line.Length is > 0 and <= LongestLine;
        if (!_isSure)
        {
            return null;
        }

        line.CopyTo(_copy.AsSpan(LineWords.Before));
        _copy[LineWords.Before + line.Length] = (byte)'\n';
        return Find(_copy, LineWords.Before, out _);
    }

    /// <summary>
    /// What a line of the same shape proved as the one that begins at a place; null where none is remembered.
    /// </summary>
    /// <param name="text">What the line stands in.</param>
    /// <param name="start">Its first byte; a line end stands before it.</param>
    /// <param name="length">
    /// Gets its bytes up to its line end, or −1 where it cannot be read where it stands: it is too long, holds what
    /// hides text, or stands too near to an end of the text.
    /// </param>
    internal Finding[]? Find(ReadOnlySpan<byte> text, int start, out int length)
    {
        length = start >= LineWords.Before && start + LongestLine + LineWords.Behind <= text.Length
            ? _words.Cut(ref Unsafe.Add(ref MemoryMarshal.GetReference(text), start))
            : -1;
        _isSure = length >= 0;
        if (!_isSure)
        {
            return null;
        }

        var line = text.Slice(start, length);
        LookAtNoted(line);
        _shape = Fold(line.TrimEnd((byte)' '));
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
    private ShapeHash Fold(ReadOnlySpan<byte> line)
    {
        ref var text = ref MemoryMarshal.GetReference(line);
        var shape = ShapeHash.New();
        var end = 0;
        foreach (ref readonly var word in _words.Words)
        {
            shape.Add(ref Unsafe.Add(ref text, end), word.Start - end, word.Shape);
            end = word.Start + word.Length;
        }

        shape.Add(ref Unsafe.Add(ref text, end), line.Length - end, 0);
        return shape;
    }

    /// <summary>Learns the new words of a line, and finds those that are more by what stands around them.</summary>
    private void LookAtNoted(ReadOnlySpan<byte> line)
    {
        var words = _words.Words;
        foreach (var i in _words.Noted)
        {
            Learn(line, ref words[i]);
            if (i > 0)
            {
                LookBefore(line, i);
            }

            if ((words[i].Meaning.Traits & WordTraits.Special) != 0)
            {
                LookAt(line, i);
            }
        }

        // An option, a version or a level opens a line.
        if (!words.IsEmpty && words[0].Length is 1 or LevelLength)
        {
            LookAt(line, 0);
        }
    }

    private void Learn(ReadOnlySpan<byte> line, ref LineWord word)
    {
        if ((word.Meaning.Traits & WordTraits.New) != 0)
        {
            ref var start = ref Unsafe.Add(ref MemoryMarshal.GetReference(line), word.Start);
            var isSpecial = word.Meaning.Traits & WordTraits.Special;
            word.Meaning = _learned.Learn(ref start, word.Length, out word.Code).With(isSpecial);
        }
    }

    /// <summary>Finds what a word is by the one before it.</summary>
    private void LookBefore(ReadOnlySpan<byte> line, int index)
    {
        var words = _words.Words;
        ref var word = ref words[index];
        ref var before = ref words[index - 1];
        var isPair = LineVocabulary.ArePair(ref _vocabulary.Pairs, before.Meaning, word.Meaning);
        before.Meaning = before.Meaning.OrMatters(isPair);
        word.Meaning = word.Meaning.OrMatters(isPair);
        if ((before.Meaning.Use & WordUse.BeforeName) != 0 && (word.Meaning.Traits & WordTraits.Compound) != 0)
        {
            LookAt(line, index);
        }

        // A phrase may want a number or another such word between.
        for (var goesOn = (before.Meaning.Use & WordUse.BeforePrefix) != 0; goesOn && index < words.Length; index++)
        {
            word = ref words[index];
            Learn(line, ref word);
            if ((word.Meaning.Traits & (WordTraits.Number | WordTraits.Affixed)) != 0)
            {
                ref var start = ref Unsafe.Add(ref MemoryMarshal.GetReference(line), word.Start);
                word.Meaning = word.Meaning.As(_learned.MeaningOf(ref start, word.Length, isBehind: true));
            }

            goesOn = (word.Meaning.Traits & (WordTraits.Number | WordTraits.Special | WordTraits.Affixed)) != 0;
        }
    }

    /// <summary>Finds what stands for a word by what stands around it.</summary>
    private void LookAt(ReadOnlySpan<byte> line, int index)
    {
        ref var at = ref _words.Words[index];
        if (at.IsNumber)
        {
            LookAtNumber(line, index);
            return;
        }

        var (start, end) = (at.Start, at.Start + at.Length);
        if (IsCutOtherwise(line, start, end) || (index == 0 && IsLevel(line[start..end]))
            || NameContext.MayBe(line, start, end))
        {
            at.Meaning = at.Meaning.OrMatters(1);
        }
    }

    /// <summary>
    /// As <see cref="LookAt"/>, for a number. How long a number is matters where it may be the seconds of a time of
    /// day rather than a column, the version before a status, or an option that opens a line.
    /// </summary>
    private void LookAtNumber(ReadOnlySpan<byte> line, int index)
    {
        var words = _words.Words;
        ref var at = ref words[index];
        int start = at.Start;
        var number = line.Slice(start, at.Length);
        var isStatus = number.Length == 3 && number[0] is (byte)'4' or (byte)'5';
        if (isStatus)
        {
            at.Code = LearnedWords.CodeOf(ref MemoryMarshal.GetReference(number), number.Length)
                ^ (DigitsBefore(index) << BesideStatus);
        }

        if (IsCutOtherwise(line, start, start + number.Length) || (isStatus && StatusContext.MayBe(line, start)))
        {
            at.Meaning = at.Meaning.OrMatters(1);
        }

        if (index == 0 && number.Length == 1)
        {
            at.Meaning = at.Meaning.With(WordSigns.OneDigit);
        }
        else if (index >= 2 && line[start - 1] == ':')
        {
            at.Meaning = at.Meaning.With(
                WordSigns.OfClock(at.Meaning.Sign, number.Length == 2, words[index - 2].Length == 2));
        }
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

    /// <summary>A level letter with month and day, as Kubernetes writes it.</summary>
    private static bool IsLevel(ReadOnlySpan<byte> word) => word.Length == LevelLength
        && word[0] is (byte)'E' or (byte)'F' or (byte)'W' or (byte)'I' && char.IsAsciiDigit((char)word[1]);
}
