using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Holdfast.Failures.Scan;

/// <summary>
/// What words may mean, by their hashes. Half of the places is filled at most, and each is small, so that all of them
/// stay in the nearest caches.
/// </summary>
internal sealed class WordUses
{
    private const int UseBits = 8;

    // The lower bits of the hash, and below them what the word may mean; 0 for none. The upper bits are the place.
    private readonly uint[] _places;
    private readonly int _shift;

    internal WordUses(IReadOnlyDictionary<uint, WordUse> uses)
    {
        var bits = UseBits;
        while (1 << bits < uses.Count * 2)
        {
            bits++;
        }

        _places = new uint[1 << bits];
        _shift = 32 - bits;
        foreach (var (hash, use) in uses)
        {
            var at = (int)(hash >> _shift);
            while (_places[at] != 0)
            {
                at = (at + 1) & (_places.Length - 1);
            }

            _places[at] = (hash << UseBits) | (uint)use;
        }
    }

    /// <summary>What a word may mean.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal WordUse Of(uint hash)
    {
        ref var places = ref MemoryMarshal.GetArrayDataReference(_places);
        for (var at = hash >> _shift; ; at = (at + 1) & (uint)(_places.Length - 1))
        {
            var place = Unsafe.Add(ref places, at);
            if (place == 0 || ((place ^ (hash << UseBits)) >> UseBits) == 0)
            {
                return (WordUse)place;
            }
        }
    }
}
