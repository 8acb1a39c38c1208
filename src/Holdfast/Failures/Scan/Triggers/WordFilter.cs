using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Holdfast.Failures.Scan.Triggers;

/// <summary>
/// A filter of hashes: each has two bits of one element, so that a look takes one load and no branch. May say yes to a
/// hash that was not put in, never no to one that was.
/// </summary>
/// <param name="sizeBits">Elements, as a power of two.</param>
internal sealed class WordFilter(int sizeBits)
{
    private const int BitsOfPlace = 6;

    private readonly ulong[] _elements = new ulong[1 << sizeBits];

    /// <summary>The first element, for the static way to look up.</summary>
    internal ref ulong Start => ref MemoryMarshal.GetArrayDataReference(_elements);

    /// <summary>Puts a hash in.</summary>
    internal void Add(uint hash) =>
        _elements[hash >> (32 - sizeBits)] |= (1UL << (int)hash) | (1UL << (int)(hash >> BitsOfPlace));

    /// <summary>Whether a hash may have been put in, by the lowest bit; the others mean nothing.</summary>
    /// <param name="start">See <see cref="Start"/>.</param>
    /// <param name="sizeBits">As it was made.</param>
    /// <param name="hash">The hash.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong At(ref ulong start, int sizeBits, uint hash)
    {
        var element = Unsafe.Add(ref start, (nuint)(hash >> (32 - sizeBits)));
        return (element >> (int)hash) & (element >> (int)(hash >> BitsOfPlace));
    }

    /// <summary>Whether a hash may have been put in.</summary>
    internal bool MayHold(uint hash) => (At(ref Start, sizeBits, hash) & 1) != 0;
}
