using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>
/// Remembers words by their letters, and what each may mean and stands for by itself. A log brings few new words, so
/// most are looked up once and found here then, with a few loads. Bounded; the newer word takes the place.
/// </summary>
/// <param name="vocabulary">The words that matter.</param>
internal sealed class LearnedWords(LineVocabulary vocabulary)
{
    private const int PlaceBits = 13;

    /// <summary>Bytes of the longest word that is remembered: its first and last ones say all.</summary>
    internal const int Longest = 16;

    private readonly Place[] _places = new Place[1 << PlaceBits];

    /// <summary>The first place.</summary>
    internal ref Place Start => ref MemoryMarshal.GetArrayDataReference(_places);

    /// <summary>Where a word would be.</summary>
    /// <param name="start">The first place.</param>
    /// <param name="code">See <see cref="ShapeHash"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ref Place PlaceOf(ref Place start, ulong code) =>
        ref Unsafe.Add(ref start, (nuint)(code >> (64 - PlaceBits)));

    /// <summary>What stands for a word of up to 16 letters as it is.</summary>
    /// <param name="word">Its first byte; eight may be read.</param>
    /// <param name="length">Bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong CodeOf(ref byte word, int length)
    {
        var more = length - sizeof(ulong);
        return ShapeHash.CodeOf(ShapeHash.FirstOf(ref word, length),
            ShapeHash.FirstOf(ref Unsafe.Add(ref word, (nuint)(uint)(more & ~(more >> 31))), length), length);
    }

    /// <summary>As <see cref="CodeOf(ref byte, int)"/>, where nothing else may be read.</summary>
    internal static ulong CodeOf(ReadOnlySpan<byte> word)
    {
        Span<byte> room = stackalloc byte[Longest + sizeof(ulong)];
        word.CopyTo(room);
        return CodeOf(ref room[0], word.Length);
    }

    /// <summary>Looks a word up, and remembers it.</summary>
    /// <param name="start">Its first byte; eight may be read.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="code">Gets what stands for it as it is.</param>
    internal WordMeaning Learn(ref byte start, int length, out ulong code)
    {
        var learned = MeaningOf(ref start, length, isBehind: false);
        if (length > Longest)
        {
            code = ShapeHash.CodeOf(ref start, length);
        }
        else
        {
            code = CodeOf(ref start, length);
            PlaceOf(ref Start, code) = new Place { Code = code, Meaning = learned };
        }

        return learned;
    }

    /// <summary>What is known of a word that is not to be told by what stands around it.</summary>
    /// <param name="start">Its first byte; eight may be read.</param>
    /// <param name="length">Bytes.</param>
    /// <param name="isBehind">Whether it stands behind one that others follow that begin as a rule has it.</param>
    internal WordMeaning MeaningOf(ref byte start, int length, bool isBehind)
    {
        var word = MemoryMarshal.CreateReadOnlySpan(ref start, length);
        var counted = Math.Min(length, WordHash.LongestLength);
        var hash = WordHash.Of(WordHash.Key(Unsafe.ReadUnaligned<ulong>(ref start), counted), counted);
        var use = vocabulary.UseOf(hash);
        var behind = vocabulary.AffixOf(word, isBehind: true);
        var affix = isBehind || behind == 0 ? behind : vocabulary.AffixOf(word, isBehind: false);
        var isNumber = word[0] <= '9' && word.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
        if (affix is < 0 or > WordSigns.GreatestAffix || length > LineMarks.LongestWord || (length == 1 && !isNumber)
            || (length >= ErrorNames.ShortestEnding && NameContext.EndsLikeName(word)))
        {
            use |= WordUse.Always;
        }

        var traits = (isNumber ? WordTraits.Number : 0) | (behind != 0 ? WordTraits.Affixed : 0)
            | (NameContext.IsCompound(word) ? WordTraits.Compound : 0);
        return new WordMeaning(hash, WordSigns.Of(word, isNumber, affix), use, traits);
    }

    /// <summary>A word that is remembered.</summary>
    internal struct Place
    {
        /// <summary>What stands for it as it is.</summary>
        internal ulong Code;

        /// <summary>What is known of it.</summary>
        internal WordMeaning Meaning;
    }
}
