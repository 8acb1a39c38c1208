using System.Text;

namespace Holdfast.Failures.Text;

/// <summary>
/// What words a line must hold for a phrase, as bits of their hashes: the word that it is filed under, and the longest
/// two of its other elements, each with all its words. A look at three bits spares the comparing of most phrases that
/// begin with a common word.
/// </summary>
/// <param name="Trigger">Bits of which a line must hold one.</param>
/// <param name="One">The same for another element.</param>
/// <param name="Two">The same for a third.</param>
internal readonly record struct WordNeeds(ulong Trigger, ulong One, ulong Two)
{
    /// <summary>What a phrase needs.</summary>
    /// <param name="elements">Its elements.</param>
    /// <param name="trigger">The one that it is filed under.</param>
    internal static WordNeeds Of(ReadOnlySpan<PhraseElement> elements, int trigger)
    {
        var (one, two) = (ulong.MaxValue, ulong.MaxValue);
        var (longest, next) = (0, 0);
        for (var i = 0; i < elements.Length; i++)
        {
            var length = i == trigger ? 0 : Shortest(elements[i]);
            if (length > longest)
            {
                (one, two, longest, next) = (Bits(elements[i]), one, length, longest);
            }
            else if (length > next)
            {
                (two, next) = (Bits(elements[i]), length);
            }
        }

        return new WordNeeds(Shortest(elements[trigger]) > 0 ? Bits(elements[trigger]) : ulong.MaxValue, one, two);
    }

    /// <summary>The bit of a word, by its length, its first, middle and last letter, whatever their case.</summary>
    internal static ulong Bit(ReadOnlySpan<char> word)
    {
        var hash = (uint)word.Length;
        hash = (hash * 31) + (uint)(word[0] | 0x20);
        hash = (hash * 31) + (uint)(word[word.Length / 2] | 0x20);
        hash = (hash * 31) + (uint)(word[^1] | 0x20);
        return 1UL << (int)((hash * 0x9E3779B1u) >> 26);
    }

    /// <summary>Whether a line may match that holds words of these bits.</summary>
    internal bool AreIn(ulong held) => (held & Trigger) != 0 && (held & One) != 0 && (held & Two) != 0;

    /// <summary>Letters of the shortest word of an element; 0 where its words cannot be told by their bits.</summary>
    private static int Shortest(in PhraseElement element)
    {
        if (element.Kind != PhraseElementKind.Words)
        {
            return 0;
        }

        var shortest = int.MaxValue;
        foreach (var word in element.Words)
        {
            // Patterns write a straight apostrophe for a curled one as well.
            shortest = Ascii.IsValid(word) && !word.Contains('\'') ? Math.Min(shortest, word.Length) : 0;
        }

        return shortest;
    }

    private static ulong Bits(in PhraseElement element)
    {
        ulong bits = 0;
        foreach (var word in element.Words)
        {
            bits |= Bit(word);
        }

        return bits;
    }
}
