namespace Holdfast.Failures.Scan;

/// <summary>
/// A set of pairs of words, known by their hashes only; so it may say yes to another pair, which hardly ever happens.
/// </summary>
internal sealed class PairTable
{
    private readonly ulong[] _places;

    /// <summary>Makes the set.</summary>
    /// <param name="pairs">See <see cref="Of"/>.</param>
    internal PairTable(IReadOnlyCollection<ulong> pairs)
    {
        var size = 64;
        while (size < pairs.Count * 3)
        {
            size *= 2;
        }

        _places = new ulong[size];
        foreach (var pair in pairs)
        {
            var at = Home(pair);
            while (_places[at] != 0)
            {
                at = (at + 1) & (size - 1);
            }

            _places[at] = pair;
        }
    }

    /// <summary>A pair by the hashes of its words.</summary>
    internal static ulong Of(uint first, uint second) => ((ulong)first << 32) | second;

    /// <summary>Whether a pair is in the set.</summary>
    internal bool Holds(ulong pair)
    {
        for (var at = Home(pair); _places[at] != 0; at = (at + 1) & (_places.Length - 1))
        {
            if (_places[at] == pair)
            {
                return true;
            }
        }

        return pair == 0;
    }

    private int Home(ulong pair) => (int)((pair * 0x9E3779B97F4A7C15) >> 40) & (_places.Length - 1);
}
