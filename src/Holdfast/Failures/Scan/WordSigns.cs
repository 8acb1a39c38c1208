using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>
/// What stands for words that do not matter, by what code may look at in any word.
/// </summary>
internal static class WordSigns
{
    /// <summary>A number.</summary>
    internal const ushort Number = 1;

    /// <summary>A number of one digit that opens a line.</summary>
    internal const ushort OneDigit = 2;

    /// <summary>The greatest number of a beginning or end that is told by a sign.</summary>
    internal const int GreatestAffix = ushort.MaxValue >> AffixBit;

    private const int Stamp = 3;
    private const int DigitFirst = 4;
    private const int HexFirst = 5;
    private const int SmallFirst = 6;
    private const int CapitalFirst = 7;
    private const int UnderscoreFirst = 8;
    private const int ErrorName = 16;

    // Of numbers only, which have neither of the bits.
    private const int ShortNumber = 8;
    private const int ShortFirst = 16;
    private const int AffixBit = 5;

    /// <summary>The sign of a word.</summary>
    /// <param name="word">The word.</param>
    /// <param name="isNumber">Whether it is made of digits only.</param>
    /// <param name="affix">Its beginning or end that a rule has, 0 for none.</param>
    internal static ushort Of(ReadOnlySpan<byte> word, bool isNumber, int affix)
    {
        var name = word.EndsWith("Error"u8) || word.EndsWith("Exception"u8) ? ErrorName : 0;
        return (ushort)((isNumber ? Number : KindOf(word)) | name | (affix << AffixBit));
    }

    /// <summary>
    /// The sign of a number behind a colon: it may be the seconds of a time of day, or the column of a place.
    /// </summary>
    /// <param name="sign">Its sign elsewhere.</param>
    /// <param name="isShort">Whether it has two digits.</param>
    /// <param name="isFirstShort">Whether the word before the last one has two letters.</param>
    internal static ushort OfClock(ushort sign, bool isShort, bool isFirstShort) =>
        (ushort)(sign | (isShort ? ShortNumber : 0) | (isFirstShort ? ShortFirst : 0));

    private static int KindOf(ReadOnlySpan<byte> word) => word[0] switch
    {
        <= (byte)'9' => IsStamp(word) ? Stamp : word is [(byte)'0', (byte)'x', ..] ? HexFirst : DigitFirst,
        (byte)'_' => UnderscoreFirst,
        < (byte)'_' => CapitalFirst,
        _ => SmallFirst,
    };

    /// <summary>As <see cref="LineMarks.IsStamp"/>, of a word that begins with a digit.</summary>
    private static bool IsStamp(ReadOnlySpan<byte> word) => (word.Length <= 6 && word[^1] is (byte)'Z' or (byte)'T')
        || (word.Length is 4 or 5 && word.Contains((byte)'T'));
}
