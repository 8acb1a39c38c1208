using System.Numerics;
using System.Runtime.CompilerServices;

namespace Holdfast.Failures.Scan;

/// <summary>
/// Hashes of the first four and the last five letters of words, whatever their case. One that is shorter stands for all
/// that it can be a part of.
/// </summary>
internal static class WordEdges
{
    /// <summary>Letters of the end that count.</summary>
    internal const int LastBytes = 5;

    private const int FirstBytes = 4;
    private const int ShortestEnd = 3;
    private const int ShortestStart = 2;
    private const ulong Lower = 0x2020202020;

    /// <summary>The hash of the last letters of a word.</summary>
    /// <param name="five">The five bytes up to its end; what stands above them does not count.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint OfLast(ulong five) => BitOperations.Crc32C(1, (five | Lower) & 0xFFFFFFFFFF);

    /// <summary>Lets all words through a filter that begin or end so.</summary>
    /// <param name="part">ASCII, of one letter at least; if it is too short to tell, all words are let through.</param>
    /// <param name="atEnd">Whether they end so.</param>
    /// <param name="into">The filter.</param>
    /// <param name="bit">Which of its bits.</param>
    internal static void Mark(string part, bool atEnd, HashFilter into, int bit)
    {
        if (part.Length < (atEnd ? ShortestEnd : ShortestStart))
        {
            into.AddAll(bit);
            return;
        }

        ulong key = 0;
        var length = Math.Min(part.Length, atEnd ? LastBytes : FirstBytes);
        var kept = atEnd ? part[^length..] : part[..length];
        for (var i = 0; i < length; i++)
        {
            key |= (ulong)(byte)(kept[i] | 0x20) << (8 * i);
        }

        Mark(key, length, atEnd, hash => into.Add(hash, bit));
    }

    private static void Mark(ulong key, int length, bool atEnd, Action<uint> mark)
    {
        if (!atEnd)
        {
            mark(WordHash.OfFour(key));
        }
        else if (length == LastBytes)
        {
            mark(OfLast(key));
        }

        // A word may be as short as what it begins with; what stands before a short word is any byte at all.
        for (var each = 0; each < 0x80 && length < (atEnd ? LastBytes : FirstBytes); each++)
        {
            if (!char.IsAsciiLetterUpper((char)each) && (Neighbours.IsWordByte((byte)each) || atEnd))
            {
                var letter = (ulong)(each | 0x20);
                Mark(atEnd ? (key << 8) | letter : key | (letter << (8 * length)), length + 1, atEnd, mark);
            }
        }
    }
}
