namespace Holdfast.Failures.Scan;

/// <summary>
/// A set of pairs of words, known by their hashes only; so it may say yes to another pair, which hardly ever happens.
/// </summary>
internal sealed class PairTable
{
    private readonly uint[] _places;
    private readonly int _shift;

    /// <summary>Makes the set.</summary>
    /// <param name="pairs">See <see cref="WordHash.Pair"/>.</param>
    internal PairTable(IReadOnlyCollection<uint> pairs)
    {
        var bits = 6;
        while (1 << bits < pairs.Count * 2)
        {
            bits++;
        }

        _places = new uint[1 << bits];
        _shift = 32 - bits;
        foreach (var pair in pairs)
        {
            var at = (int)(pair >> _shift);
            while (_places[at] != 0)
            {
                at = (at + 1) & (_places.Length - 1);
            }

            _places[at] = pair;
        }
    }

    /// <summary>Whether a pair is in the set.</summary>
    internal bool Holds(uint pair)
    {
        for (var at = (int)(pair >> _shift); _places[at] != 0; at = (at + 1) & (_places.Length - 1))
        {
            if (_places[at] == pair)
            {
                return true;
            }
        }

        return pair == 0;
    }
}
