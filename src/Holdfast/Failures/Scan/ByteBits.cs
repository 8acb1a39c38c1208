using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Failures.Scan;

/// <summary>
/// One bit a byte for 64 bytes, by vector compares: which are digits, letters, equal to something. The bytes are held
/// in one vector where the processor has such wide ones, else in two.
/// </summary>
internal static class ByteBits
{
    /// <summary>Bytes that are looked at together.</summary>
    internal const int Wide = 64;

    /// <summary>Takes 64 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<byte> Load(ref byte text) => Vector512.LoadUnsafe(ref text);

    /// <summary>Bytes equal to one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Equal(Vector512<byte> bytes, byte to)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return Vector512.Equals(bytes, Vector512.Create(to)).ExtractMostSignificantBits();
        }

        var wanted = Vector256.Create(to);
        return Bits(Vector256.Equals(bytes.GetLower(), wanted), Vector256.Equals(bytes.GetUpper(), wanted));
    }

    /// <summary>Bytes of a range, when some of their bits are set first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong InRange(Vector512<byte> bytes, byte first, byte count, byte set = 0)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return Vector512.LessThan(
                    (bytes | Vector512.Create(set)) - Vector512.Create(first), Vector512.Create(count))
                .ExtractMostSignificantBits();
        }

        var (from, limit, bits) = (Vector256.Create(first), Vector256.Create(count), Vector256.Create(set));
        return Bits(Vector256.LessThan((bytes.GetLower() | bits) - from, limit),
            Vector256.LessThan((bytes.GetUpper() | bits) - from, limit));
    }

    /// <summary>Bytes of letters of other scripts, and whatever else is not ASCII.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Foreign(Vector512<byte> bytes) => Vector512.IsHardwareAccelerated
        ? bytes.ExtractMostSignificantBits()
        : Bits(bytes.GetLower(), bytes.GetUpper());

    /// <summary>Digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Digits(Vector512<byte> bytes) => InRange(bytes, (byte)'0', 10);

    /// <summary>Letters of ASCII.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Letters(Vector512<byte> bytes) => InRange(bytes, (byte)'a', 26, 0x20);

    /// <summary>Capitals of ASCII.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Capitals(Vector512<byte> bytes) => InRange(bytes, (byte)'A', 26);

    /// <summary>Bytes other than 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Nonzero(Vector512<byte> bytes) => ~Equal(bytes, 0);

    /// <summary>Bytes of words, letters small; 0 for all others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<byte> SmallWords(Vector512<byte> bytes)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            var small = bytes | Vector512.Create((byte)0x20);
            return small & (Vector512.LessThan(small - Vector512.Create((byte)'a'), Vector512.Create((byte)26))
                | Vector512.LessThan(bytes - Vector512.Create((byte)'0'), Vector512.Create((byte)10))
                | Vector512.Equals(bytes, Vector512.Create((byte)'_')));
        }

        return Vector512.Create(SmallWords(bytes.GetLower()), SmallWords(bytes.GetUpper()));
    }

    /// <summary>
    /// For each byte, the bits that one table of 16 holds at its lower half and another one at its upper half.
    /// </summary>
    /// <param name="lower">The one table, four times.</param>
    /// <param name="upper">The other, four times.</param>
    /// <param name="bytes">The bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector512<byte> InBoth(ref byte lower, ref byte upper, Vector512<byte> bytes)
    {
        if (Avx512BW.IsSupported)
        {
            var half = Vector512.Create((byte)0xF);
            return Avx512BW.Shuffle(Load(ref lower), bytes & half)
                & Avx512BW.Shuffle(Load(ref upper), (bytes.AsUInt16() >>> 4).AsByte() & half);
        }

        if (Avx2.IsSupported)
        {
            var (low, high) = (Vector256.LoadUnsafe(ref lower), Vector256.LoadUnsafe(ref upper));
            return Vector512.Create(InBoth(low, high, bytes.GetLower()), InBoth(low, high, bytes.GetUpper()));
        }

        var (one, other) = (Vector128.LoadUnsafe(ref lower), Vector128.LoadUnsafe(ref upper));
        return Vector512.Create(
            Vector256.Create(InBoth(one, other, bytes.GetLower().GetLower()),
                InBoth(one, other, bytes.GetLower().GetUpper())),
            Vector256.Create(InBoth(one, other, bytes.GetUpper().GetLower()),
                InBoth(one, other, bytes.GetUpper().GetUpper())));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> InBoth(Vector256<byte> lower, Vector256<byte> upper, Vector256<byte> bytes)
    {
        var half = Vector256.Create((byte)0xF);
        return Avx2.Shuffle(lower, bytes & half) & Avx2.Shuffle(upper, (bytes.AsUInt16() >>> 4).AsByte() & half);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> InBoth(Vector128<byte> lower, Vector128<byte> upper, Vector128<byte> bytes) =>
        Vector128.ShuffleNative(lower, bytes & Vector128.Create((byte)0xF))
            & Vector128.ShuffleNative(upper, bytes >>> 4);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> SmallWords(Vector256<byte> bytes)
    {
        var small = bytes | Vector256.Create((byte)0x20);
        return small & (Vector256.LessThan(small - Vector256.Create((byte)'a'), Vector256.Create((byte)26))
            | Vector256.LessThan(bytes - Vector256.Create((byte)'0'), Vector256.Create((byte)10))
            | Vector256.Equals(bytes, Vector256.Create((byte)'_')));
    }

    /// <summary>
    /// Of words that hold some places, where they end: a sum carries from a place to the end of its word.
    /// </summary>
    /// <param name="words">Bytes of words.</param>
    /// <param name="places">Places in them.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong EndsOf(ulong words, ulong places) => ((places & words) + words) & ~words;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(Vector256<byte> low, Vector256<byte> high) =>
        low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);
}
