using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Holdfast.Failures.Scan;

/// <summary>What words may mean, by their hashes. A quarter of the places is filled at most, so most look-ups end at
/// the first.</summary>
internal sealed class WordUses
{
    // The hash above, what it may mean below; 0 for none.
    private readonly ulong[] _places;
    private readonly int _shift;

    internal WordUses(IReadOnlyDictionary<uint, WordUse> uses)
    {
        var bits = 6;
        while (1 << bits < uses.Count * 4)
        {
            bits++;
        }

        _places = new ulong[1 << bits];
        _shift = 32 - bits;
        foreach (var (hash, use) in uses)
        {
            var at = (int)(hash >> _shift);
            while (_places[at] != 0)
            {
                at = (at + 1) & (_places.Length - 1);
            }

            _places[at] = ((ulong)hash << 32) | (ulong)use;
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
            if (place == 0 || (uint)(place >> 32) == hash)
            {
                return (WordUse)place;
            }
        }
    }
}
