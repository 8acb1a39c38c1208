using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>One bit a byte for 64 bytes, by vector compares: which are digits, letters, equal to something.</summary>
internal static class ByteBits
{
    /// <summary>Bytes that are looked at together.</summary>
    internal const int Wide = 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Of(Vector256<byte> low, Vector256<byte> high) =>
        low.ExtractMostSignificantBits() | ((ulong)high.ExtractMostSignificantBits() << 32);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Equal(Vector256<byte> low, Vector256<byte> high, byte to) =>
        Of(Vector256.Equals(low, Vector256.Create(to)), Vector256.Equals(high, Vector256.Create(to)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<byte> Digits(Vector256<byte> text) =>
        Vector256.LessThan(text - Vector256.Create((byte)'0'), Vector256.Create((byte)10));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<byte> Capitals(Vector256<byte> text) =>
        Vector256.LessThan(text - Vector256.Create((byte)'A'), Vector256.Create((byte)26));

    /// <summary>Letters and the underscore.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<byte> Letters(Vector256<byte> text) =>
        Vector256.LessThan((text | Vector256.Create((byte)0x20)) - Vector256.Create((byte)'a'),
            Vector256.Create((byte)26))
        | Vector256.Equals(text, Vector256.Create((byte)'_'));
}
