using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>
/// A set of ASCII words, looked up by the bytes of a text whatever their case: first in a filter of 65,536 bits over
/// the first eight bytes, which most words of a text do not pass.
/// </summary>
internal sealed class WordTable
{
    /// <summary>Bytes of a word that the filter looks at.</summary>
    internal const int KeyBytes = 8;

    private const ulong Lower = 0x2020202020202020;
    private const ulong Mix = 0x9E3779B97F4A7C15;
    private readonly byte[] _filter = new byte[1 << 13];
    private readonly byte[][] _words;
    private readonly ulong[] _keys;
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
        _keys = new ulong[_words.Length];
        for (var i = 0; i < _words.Length; i++)
        {
            var key = KeyOf(_words[i]);
            var at = Home(key);
            while (_places[at] != 0)
            {
                at = (at + 1) & (size - 1);
            }

            _places[at] = i + 1;
            _keys[i] = key;
            _filter[Slot(key) >> 3] |= (byte)(1 << (Slot(key) & 7));
        }
    }

    /// <summary>A bit for each hash of a key.</summary>
    internal ReadOnlySpan<byte> Filter => _filter;

    /// <summary>How many words there are; each has a number below it.</summary>
    internal int Count => _words.Length;

    internal string this[int index] => Encoding.ASCII.GetString(_words[index]);

    /// <summary>The first eight bytes of a word, letters small.</summary>
    /// <param name="eight">Eight bytes from the start of the word on, whatever stands behind it.</param>
    /// <param name="length">Bytes of the word, from 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Key(ulong eight, int length) =>
        (eight | Lower) & (ulong.MaxValue >> ((KeyBytes - Math.Min(length, KeyBytes)) * 8));

    /// <summary>As <see cref="Key"/>, where fewer than eight bytes may be left.</summary>
    internal static ulong KeyOf(ReadOnlySpan<byte> word)
    {
        if (word.Length >= KeyBytes)
        {
            return MemoryMarshal.Read<ulong>(word) | Lower;
        }

        ulong key = 0;
        for (var i = 0; i < word.Length; i++)
        {
            key |= (ulong)(byte)(word[i] | 0x20) << (8 * i);
        }

        return key;
    }

    /// <summary>Place of a key in the filter.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static int Slot(ulong key) => (int)((key * Mix) >> 48);

    /// <summary>Whether a word of a key may be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool MayHold(ulong key) => ((_filter[Slot(key) >> 3] >> (Slot(key) & 7)) & 1) != 0;

    /// <summary>The number of a word; −1 where it is none of them.</summary>
    internal int Find(ReadOnlySpan<byte> word)
    {
        var key = KeyOf(word);
        for (var at = Home(key); _places[at] != 0; at = (at + 1) & (_places.Length - 1))
        {
            var index = _places[at] - 1;
            if (_keys[index] == key && (word.Length <= KeyBytes
                ? _words[index].Length <= KeyBytes
                : Ascii.EqualsIgnoreCase(_words[index], word)))
            {
                return index;
            }
        }

        return -1;
    }

    private int Home(ulong key) => (int)((key * Mix) >> 40) & (_places.Length - 1);
}
