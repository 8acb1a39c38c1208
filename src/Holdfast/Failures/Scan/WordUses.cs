using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Holdfast.Failures.Scan;

/// <summary>
/// What words may mean, by their hashes. Each word stands at one of two places (cuckoo hashing), so that a look takes
/// two loads and no branch; and each place is small, so that all of them stay in the nearest cache. One of some
/// thousand words that were not put in is taken for one that was.
/// </summary>
internal sealed class WordUses
{
    private const int UseBits = 5;
    private const int UseMask = (1 << UseBits) - 1;
    private const int TagMask = ushort.MaxValue & ~UseMask;
    private const int FewestPlaces = 8;
    private const int MostMoves = 500;

    // Odd, without a pattern.
    private const uint OtherMix = 0x9E3779B1;

    // The lower bits of the hash, and below them what the word may mean; 0 for none. The upper bits are the place.
    private readonly ushort[] _places;
    private readonly int _shift;

    internal WordUses(IReadOnlyDictionary<uint, WordUse> uses)
    {
        for (var bits = FewestPlaces; ; bits++)
        {
            _shift = 32 - bits;
            var held = new (uint Hash, WordUse Use)[1 << bits];
            if (uses.All(each => Put(each.Key, each.Value, held)))
            {
                _places = [.. held.Select(static each => (ushort)((each.Hash << UseBits) | (uint)each.Use))];
                return;
            }
        }
    }

    /// <summary>What a word may mean.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal WordUse Of(uint hash)
    {
        ref var places = ref MemoryMarshal.GetArrayDataReference(_places);
        var tag = hash << UseBits;
        return (WordUse)(UseIf(Unsafe.Add(ref places, hash >> _shift) ^ tag)
            | UseIf(Unsafe.Add(ref places, (hash * OtherMix) >> _shift) ^ tag));
    }

    /// <summary>What stands at a place if its tag differs in nothing, else 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint UseIf(uint differing) =>
        differing & UseMask & (uint)((int)((differing & TagMask) - 1) >> 31);

    private bool Put(uint hash, WordUse use, (uint Hash, WordUse Use)[] held)
    {
        var each = (Hash: hash, Use: use);
        var at = hash >> _shift;
        for (var moves = 0; moves < MostMoves; moves++)
        {
            (each, held[at]) = (held[at], each);
            if (each.Use == WordUse.None)
            {
                return true;
            }

            // Whatever stood here goes to its other place.
            var (one, two) = (each.Hash >> _shift, (each.Hash * OtherMix) >> _shift);
            at = at == one ? two : one;
        }

        return false;
    }
}
