using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Failures.Scan;

/// <summary>
/// The hash of a word in raw bytes, whatever the case of its letters: the CRC-32C of its first eight bytes, begun with
/// its length, which processors have an instruction for. Words of more than eight letters that begin alike and are as
/// long share one.
/// </summary>
internal static class WordHash
{
    /// <summary>Bytes of a word that count.</summary>
    internal const int KeyBytes = 8;

    /// <summary>The greatest length that is told from a greater one.</summary>
    internal const int LongestLength = 31;

    private const ulong Lower = 0x2020202020202020;

    /// <summary>The first eight bytes of a word, letters small.</summary>
    /// <param name="eight">Eight bytes from the start of the word on, whatever stands behind it.</param>
    /// <param name="length">Its length; from 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Key(ulong eight, int length) => Bmi2.X64.IsSupported
        ? Bmi2.X64.ZeroHighBits(eight | Lower, (ulong)length * 8)
        : (eight | Lower) & (ulong.MaxValue >> ((KeyBytes - Math.Min(length, KeyBytes)) * 8));

    /// <summary>As <see cref="Key"/>, where fewer than eight bytes may be left.</summary>
    internal static ulong KeyOf(ReadOnlySpan<byte> word)
    {
        if (word.Length >= KeyBytes)
        {
            return MemoryMarshal.Read<ulong>(word) | Lower;
        }

        ulong key = 0;
        for (var i = 0; i < word.Length; i++)
        {
            key |= (ulong)(byte)(word[i] | 0x20) << (8 * i);
        }

        return key;
    }

    /// <summary>The hash of a word by its key and length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Of(ulong key, int length) => BitOperations.Crc32C((uint)length, key);

    /// <summary>The hash of a word.</summary>
    internal static uint Of(ReadOnlySpan<byte> word) => Of(KeyOf(word), Math.Min(word.Length, LongestLength));

    /// <summary>The hash of a word that is known to a rule.</summary>
    internal static uint Of(string word) => Of(System.Text.Encoding.ASCII.GetBytes(word));

    /// <summary>The hash of two words, one behind the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static uint Pair(uint first, uint second) => (first * 9) + second;
}
