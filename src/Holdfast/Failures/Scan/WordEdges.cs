namespace Holdfast.Failures.Scan;

/// <summary>
/// Hashes of the first four letters of words, whatever their case. One that is shorter stands for all that it can be a
/// part of.
/// </summary>
internal static class WordEdges
{
    private const int FirstBytes = 4;
    private const int ShortestStart = 2;

    /// <summary>Lets all words through a filter that begin so.</summary>
    /// <param name="part">ASCII, of one letter at least; if it is too short to tell, all words are let through.</param>
    /// <param name="into">The filter.</param>
    /// <param name="bit">Which of its bits.</param>
    internal static void Mark(string part, HashFilter into, int bit)
    {
        if (part.Length < ShortestStart)
        {
            into.AddAll(bit);
            return;
        }

        ulong key = 0;
        var length = Math.Min(part.Length, FirstBytes);
        for (var i = 0; i < length; i++)
        {
            key |= (ulong)(byte)(part[i] | 0x20) << (8 * i);
        }

        Mark(key, length, hash => into.Add(hash, bit));
    }

    private static void Mark(ulong key, int length, Action<uint> mark)
    {
        mark(WordHash.OfFour(key));

        // A word may be as short as what it begins with.
        for (var each = 0; each < 0x80 && length < FirstBytes; each++)
        {
            if (!char.IsAsciiLetterUpper((char)each) && Neighbours.IsWordByte((byte)each))
            {
                Mark(key | ((ulong)(each | 0x20) << (8 * length)), length + 1, mark);
            }
        }
    }
}
