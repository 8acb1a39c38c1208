namespace Holdfast.Failures.Scan.Triggers;

/// <summary>
/// Some words by one of 64 bits for the first four letters of each, and one for all that begin with a digit: quicker to
/// ask than a set. May say yes to others too.
/// </summary>
/// <param name="Bits">The bits.</param>
internal readonly record struct KeyBits(ulong Bits)
{
    /// <summary>All words.</summary>
    internal static KeyBits All { get; } = new(ulong.MaxValue);

    /// <summary>All that begin with a digit.</summary>
    internal static KeyBits Numbers { get; } = Of('0');

    /// <summary>One word.</summary>
    /// <param name="key">Its first four letters, small, the first one lowest.</param>
    internal static KeyBits Of(uint key) => new(1UL << Place(key));

    public static KeyBits operator |(KeyBits one, KeyBits other) => new(one.Bits | other.Bits);

    /// <summary>Whether a word may be one of them.</summary>
    /// <param name="key">The word; of none where it is not known.</param>
    internal bool MayHold(WordKey key) => key == default || ((Bits >> Place(key.Four)) & 1) != 0;

    private static int Place(uint key) => (int)(((key & 0xFF) - '0' < 10 ? 0 : key * 0x9E3779B1u) >> 26);
}
