namespace Holdfast.Failures.Scan;

/// <summary>What a word may mean in a line.</summary>
[Flags]
internal enum WordUse : byte
{
    /// <summary>No rule and no code knows it.</summary>
    None = 0,

    /// <summary>It matters where certain words follow.</summary>
    First = 1,

    /// <summary>It matters wherever it stands: what stands for it is the word itself, not its sign.</summary>
    Always = 2,

    /// <summary>It matters where certain words stand before it.</summary>
    Second = 4,

    /// <summary>A word that is known by its beginning may follow it.</summary>
    BeforePrefix = 8,

    /// <summary>The name of an error may follow it.</summary>
    BeforeName = 16,
}

/// <summary>What a word is.</summary>
[Flags]
internal enum WordTraits : byte
{
    /// <summary>Nothing of these.</summary>
    None = 0,

    /// <summary>It is made of digits only.</summary>
    Number = 1,

    /// <summary>It is new, and must be learned.</summary>
    New = 2,

    /// <summary>
    /// It may be more than it is by itself: it is a number that may be a status or a place in a file, a name of several
    /// words where names of errors stand, or cut from what an apostrophe or a letter of another script belongs to.
    /// </summary>
    Special = 4,

    /// <summary>It is made of several words: <c>rate_limit</c>, <c>RateLimit</c>.</summary>
    Compound = 8,

    /// <summary>It begins or ends as a rule has it, at least behind certain words.</summary>
    Affixed = 16,
}

/// <summary>What is known of a word, in one number, so that it is looked up, changed and kept at once.</summary>
/// <param name="Bits">From the lowest bit on: 8 of use, 8 of traits, 16 of sign, 32 of hash.</param>
internal readonly record struct WordMeaning(ulong Bits)
{
    private const int TraitsBit = 8;
    private const int SignBit = 16;
    private const int HashBit = 32;
    private const ulong SignMask = (ulong)ushort.MaxValue << SignBit;

    internal WordMeaning(uint hash, ushort sign, WordUse use, WordTraits traits)
        : this((ulong)use | ((ulong)traits << TraitsBit) | ((ulong)sign << SignBit) | ((ulong)hash << HashBit))
    {
    }

    /// <summary>A number that means no more than others.</summary>
    internal static WordMeaning AnyNumber => new(0, WordSigns.Number, WordUse.None, WordTraits.Number);

    /// <summary>A word of which nothing is known yet, so the next one must be looked at too.</summary>
    internal static WordMeaning New => new(0, 0, WordUse.BeforePrefix | WordUse.BeforeName, WordTraits.New);

    /// <summary>Its hash, whatever the case of its letters: see <see cref="WordHash"/>.</summary>
    internal uint Hash => (uint)(Bits >> HashBit);

    /// <summary>What it stands for in the shape of a line where it does not matter.</summary>
    internal ushort Sign => (ushort)(Bits >> SignBit);

    /// <summary>What it may mean.</summary>
    internal WordUse Use => (WordUse)Bits;

    /// <summary>What it is.</summary>
    internal WordTraits Traits => (WordTraits)(Bits >> TraitsBit);

    /// <summary>Whether it matters: 1 or 0.</summary>
    internal ulong Matters => (Bits / (ulong)WordUse.Always) & 1;

    /// <summary>The same, and that it matters if a bit is set.</summary>
    internal WordMeaning OrMatters(ulong bit) => new(Bits | (bit * (ulong)WordUse.Always));

    /// <summary>The same, and that it may be more if a bit is set.</summary>
    internal WordMeaning OrSpecial(ulong bit) => new(Bits | (bit * ((ulong)WordTraits.Special << TraitsBit)));

    /// <summary>The same with a trait more.</summary>
    internal WordMeaning With(WordTraits traits) => new(Bits | ((ulong)traits << TraitsBit));

    /// <summary>The same with another sign.</summary>
    internal WordMeaning With(ushort sign) => new((Bits & ~SignMask) | ((ulong)sign << SignBit));

    /// <summary>The same with the sign of what else is known of the word, and all that it may mean.</summary>
    internal WordMeaning As(WordMeaning other) => new((Bits & ~SignMask) | other.Bits);

    /// <summary>Whether the word must be looked at, by itself or for the sake of the one before it.</summary>
    internal bool MustBeLookedAt(WordMeaning before) =>
        ((Bits & ((ulong)(WordTraits.New | WordTraits.Special) << TraitsBit))
            | (before.Bits & (ulong)(WordUse.BeforePrefix | WordUse.BeforeName))) != 0;

    /// <summary>1 where a word may matter together with the next, by what each may mean, else 0.</summary>
    internal ulong MayPair(WordMeaning next) =>
        (Bits / (ulong)WordUse.First) & (next.Bits / (ulong)WordUse.Second) & 1;
}
