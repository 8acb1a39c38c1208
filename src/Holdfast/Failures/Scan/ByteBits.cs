using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Holdfast.Failures.Scan;

/// <summary>
/// One bit a byte for 64 bytes, by vector compares: which are digits, letters, equal to something. In one vector where
/// the processor has such wide ones, else in two.
/// </summary>
internal static class ByteBits
{
    /// <summary>Bytes that are looked at together.</summary>
    internal const int Wide = 64;

    /// <summary>Bytes equal to one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Equal(ref byte text, byte to)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return Vector512.Equals(Vector512.LoadUnsafe(ref text), Vector512.Create(to)).ExtractMostSignificantBits();
        }

        var wanted = Vector256.Create(to);
        return Bits(Vector256.Equals(Vector256.LoadUnsafe(ref text), wanted),
            Vector256.Equals(Vector256.LoadUnsafe(ref text, 32), wanted));
    }

    /// <summary>Bytes equal to one when some of their bits are set first: small letters whatever their case.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Equal(ref byte text, byte to, byte set)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return Vector512.Equals(Vector512.LoadUnsafe(ref text) | Vector512.Create(set), Vector512.Create(to))
                .ExtractMostSignificantBits();
        }

        var (wanted, bits) = (Vector256.Create(to), Vector256.Create(set));
        return Bits(Vector256.Equals(Vector256.LoadUnsafe(ref text) | bits, wanted),
            Vector256.Equals(Vector256.LoadUnsafe(ref text, 32) | bits, wanted));
    }

    /// <summary>Bytes of a range, when some of their bits are set first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong InRange(ref byte text, byte first, byte count, byte set = 0)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            return Vector512.LessThan(
                    (Vector512.LoadUnsafe(ref text) | Vector512.Create(set)) - Vector512.Create(first),
                    Vector512.Create(count)).ExtractMostSignificantBits();
        }

        var (from, limit, bits) = (Vector256.Create(first), Vector256.Create(count), Vector256.Create(set));
        return Bits(Vector256.LessThan((Vector256.LoadUnsafe(ref text) | bits) - from, limit),
            Vector256.LessThan((Vector256.LoadUnsafe(ref text, 32) | bits) - from, limit));
    }

    /// <summary>Bytes of letters of other scripts, and whatever else is not ASCII.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Foreign(ref byte text) => Vector512.IsHardwareAccelerated
        ? Vector512.LoadUnsafe(ref text).ExtractMostSignificantBits()
        : Bits(Vector256.LoadUnsafe(ref text), Vector256.LoadUnsafe(ref text, 32));

    /// <summary>Digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Digits(ref byte text) => InRange(ref text, (byte)'0', 10);

    /// <summary>Letters of ASCII.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Letters(ref byte text) => InRange(ref text, (byte)'a', 26, 0x20);

    /// <summary>Capitals of ASCII.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Capitals(ref byte text) => InRange(ref text, (byte)'A', 26);

    /// <summary>The bits of one block moved down, filled up from the block behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Ahead(ulong bits, ulong later, int by) => (bits >> by) | (later << 1 << (63 - by));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Bits(Vector256<byte> low, Vector256<byte> high) =>
        low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);
}
