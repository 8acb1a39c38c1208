using System.Text;

namespace Holdfast.Failures.Scan.Triggers;

/// <summary>
/// A set of ASCII words, looked up by the bytes of a text whatever their case; each has a number.
/// </summary>
internal sealed class WordTable
{
    private readonly byte[][] _words;

    // What is looked up, and the number of the word from 1 on, side by side, as they are read together.
    private readonly (WordKey Key, int Number)[] _places;

    internal WordTable(IEnumerable<string> words)
    {
        _words = [.. words.Select(static word => word.ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal)
            .Select(Encoding.ASCII.GetBytes)];
        var size = 64;
        while (size < _words.Length * 2)
        {
            size *= 2;
        }

        _places = new (WordKey, int)[size];
        for (var i = 0; i < _words.Length; i++)
        {
            var key = WordKey.Of(_words[i]);
            var at = Home(key);
            while (_places[at].Number != 0)
            {
                at = (at + 1) & (size - 1);
            }

            _places[at] = (key, i + 1);
        }
    }

    /// <summary>How many words there are; each has a number below it.</summary>
    internal int Count => _words.Length;

    internal string this[int index] => Encoding.ASCII.GetString(_words[index]);

    /// <summary>The number of a word; −1 where it is none of them.</summary>
    internal int Find(ReadOnlySpan<byte> word) => Find(word, WordKey.Of(word));

    /// <summary>As <see cref="Find(ReadOnlySpan{byte})"/>, where the key of the word is known.</summary>
    internal int Find(ReadOnlySpan<byte> word, WordKey key)
    {
        for (var at = Home(key); _places[at].Number != 0; at = (at + 1) & (_places.Length - 1))
        {
            ref readonly var place = ref _places[at];
            if (place.Key == key && (key.More == 0 || Ascii.EqualsIgnoreCase(_words[place.Number - 1], word)))
            {
                return place.Number - 1;
            }
        }

        return -1;
    }

    private int Home(WordKey key) => (int)(key.Hash >> 8) & (_places.Length - 1);
}
