using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Holdfast.Failures.Scan;

/// <summary>
/// A filter of hashes: two bits for each place among 2^16, found by the upper bits of the hash, so that one load
/// answers two questions. May say yes to a hash that was not put in, never no to one that was. It fills half of the
/// nearest cache.
/// </summary>
internal sealed class HashFilter
{
    private const int PlaceBits = 16;

    /// <summary>Places to an element, 32 of two bits, as a power of two.</summary>
    private const int ElementBits = 5;

    private readonly ulong[] _bits = new ulong[1 << (PlaceBits - ElementBits)];

    /// <summary>The first element, for the static way to look up.</summary>
    internal ref ulong Start => ref MemoryMarshal.GetArrayDataReference(_bits);

    /// <summary>Puts a hash in.</summary>
    /// <param name="hash">The hash.</param>
    /// <param name="bit">0 or 1: which of the two bits.</param>
    internal void Add(uint hash, int bit) =>
        _bits[hash >> (32 - PlaceBits + ElementBits)] |= 1UL << (Shift(hash) + bit);

    /// <summary>Lets every hash through.</summary>
    /// <param name="bit">0 or 1: which of the two bits.</param>
    internal void AddAll(int bit)
    {
        foreach (ref var each in _bits.AsSpan())
        {
            each |= 0x5555555555555555UL << bit;
        }
    }

    /// <summary>The two bits of a hash.</summary>
    internal ulong At(uint hash) => At(ref Start, hash);

    /// <summary>The two bits of a hash; whatever stands above them is left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong At(ref ulong start, uint hash) =>
        Unsafe.Add(ref start, (nuint)(hash >> (32 - PlaceBits + ElementBits))) >> Shift(hash);

    // The shift takes the lower six bits of its count.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Shift(uint hash) => (int)(hash >> (32 - PlaceBits - 1)) & 0x3E;
}
