using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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

    /// <summary>Bytes equal to one when some of their bits are set first: small letters whatever their case.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Equal(Vector512<byte> bytes, byte to, byte set)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return Equal(bytes | Vector512.Create(set), to);
        }

        var (wanted, bits) = (Vector256.Create(to), Vector256.Create(set));
        return Bits(
            Vector256.Equals(bytes.GetLower() | bits, wanted), Vector256.Equals(bytes.GetUpper() | bits, wanted));
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

    /// <summary>The bits of one block moved down, filled up from the block behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Ahead(ulong bits, ulong later, int by) => (bits >> by) | (later << 1 << (63 - by));

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
