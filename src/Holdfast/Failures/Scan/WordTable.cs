using System.Text;

namespace Holdfast.Failures.Scan;

/// <summary>
/// A set of ASCII words, looked up by the bytes of a text whatever their case; each has a number.
/// </summary>
internal sealed class WordTable
{
    private readonly byte[][] _words;
    private readonly uint[] _hashes;
    private readonly int[] _places;

    internal WordTable(IEnumerable<string> words)
    {
        _words = [.. words.Select(static word => word.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal)
            .Select(Encoding.ASCII.GetBytes)];
        var size = 64;
        while (size < _words.Length * 4)
        {
            size *= 2;
        }

        _places = new int[size];
        _hashes = [.. _words.Select(static word => WordHash.Of(word))];
        for (var i = 0; i < _words.Length; i++)
        {
            var at = Home(_hashes[i]);
            while (_places[at] != 0)
            {
                at = (at + 1) & (size - 1);
            }

            _places[at] = i + 1;
        }
    }

    /// <summary>How many words there are; each has a number below it.</summary>
    internal int Count => _words.Length;

    internal string this[int index] => Encoding.ASCII.GetString(_words[index]);

    /// <summary>The number of a word; −1 where it is none of them.</summary>
    internal int Find(ReadOnlySpan<byte> word) => Find(word, WordHash.Of(word));

    /// <summary>As <see cref="Find(ReadOnlySpan{byte})"/>, where the hash of the word is known.</summary>
    internal int Find(ReadOnlySpan<byte> word, uint hash)
    {
        for (var at = Home(hash); _places[at] != 0; at = (at + 1) & (_places.Length - 1))
        {
            var index = _places[at] - 1;
            if (_hashes[index] == hash && Ascii.EqualsIgnoreCase(_words[index], word))
            {
                return index;
            }
        }

        return -1;
    }

    private int Home(uint hash) => (int)(hash >> 8) & (_places.Length - 1);
}
