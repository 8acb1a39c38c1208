using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Holdfast.Failures.Scan;

/// <summary>
/// A filter of hashes, one bit for each place, found by their upper bits. May say yes to a hash that was not put in,
/// never no to one that was.
/// </summary>
/// <param name="size">Places, as a power of two.</param>
internal sealed class BitFilter(int size)
{
    private readonly ulong[] _bits = new ulong[1 << (size - 6)];

    /// <summary>The first element, for the static way to look up.</summary>
    internal ref ulong Start => ref MemoryMarshal.GetArrayDataReference(_bits);

    /// <summary>Puts a hash in.</summary>
    internal void Add(uint hash) => _bits[hash >> (32 - size + 6)] |= 1UL << (int)(hash >> (32 - size));

    /// <summary>Lets every hash through.</summary>
    internal void AddAll() => _bits.AsSpan().Fill(ulong.MaxValue);

    /// <summary>Whether a hash may have been put in.</summary>
    internal bool Holds(uint hash) => (At(ref Start, size, hash) & 1) != 0;

    /// <summary>The bit of a hash; whatever stands above it is left.</summary>
    /// <param name="start">See <see cref="Start"/>.</param>
    /// <param name="size">Places, as a power of two.</param>
    /// <param name="hash">The hash.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong At(ref ulong start, int size, uint hash) =>
        Unsafe.Add(ref start, (nuint)(hash >> (32 - size + 6))) >> (int)(hash >> (32 - size));
}
