using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;

namespace Holdfast.Failures.Scan.Triggers;

/// <summary>
/// A word by its first letters, whatever their case: one of eight letters or fewer is told from all others. All 0 for
/// no word.
/// </summary>
/// <param name="Eight">The first eight, small, the first one lowest; 0 behind the end.</param>
/// <param name="More">The bits that the eighth and the ninth letter share; 0 where there is none.</param>
internal readonly record struct WordKey(ulong Eight, uint More)
{
    private const ulong Ones = 0x0101010101010101;
    private const ulong Uppers = 0x8080808080808080;

    /// <summary>A hash of it.</summary>
    internal uint Hash
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => BitOperations.Crc32C(More, Eight);
    }

    /// <summary>The first four letters.</summary>
    internal uint Four => (uint)Eight;

    /// <summary>Letters, nine where there are more.</summary>
    internal int Length => More != 0 ? WordHash.KeyBytes + 1
        : WordHash.KeyBytes - (BitOperations.LeadingZeroCount(Eight) / 8);

    /// <summary>The key of a word.</summary>
    internal static WordKey Of(ReadOnlySpan<byte> word)
    {
        var eight = WordHash.KeyOf(word);
        var ninth = word.Length > WordHash.KeyBytes ? (byte)(word[WordHash.KeyBytes] | 0x20) : (byte)0;
        return new WordKey(eight, MoreOf(eight, ninth));
    }

    /// <summary>The key of a word that is known to a rule.</summary>
    internal static WordKey Of(string word) => Of(Encoding.ASCII.GetBytes(word));

    /// <summary>The key of the word that begins at a place.</summary>
    /// <param name="letters">Letters of words, small, and 0 between words; nine are read.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static WordKey At(ref byte letters)
    {
        var eight = Unsafe.ReadUnaligned<ulong>(ref letters);
        // The first 0 borrows; below its upper bit all stays.
        var ends = (eight - Ones) & Uppers;
        eight &= ends ^ (ends - 1);
        return new WordKey(eight, MoreOf(eight, Unsafe.Add(ref letters, WordHash.KeyBytes)));
    }

    // All bytes of words share the bit that makes letters small.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint MoreOf(ulong eight, byte ninth) => (uint)(eight >> 56) & ninth;
}
