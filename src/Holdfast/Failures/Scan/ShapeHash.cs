using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace Holdfast.Failures.Scan;

/// <summary>The hash of the shape of a line: two of 64 bits over the same parts, mixed in different ways.</summary>
internal struct ShapeHash : IEquatable<ShapeHash>
{
    // Odd numbers without a pattern: the golden ratio and the constants of SplitMix64.
    private const ulong Mix = 0x9E3779B97F4A7C15;
    private const ulong OtherMix = 0xBF58476D1CE4E5B9;
    private const ulong GapMix = 0x94D049BB133111EB;

    /// <summary>Begins every hash, so that nobody can make up lines that share one.</summary>
    private static readonly ulong Seed = MakeSeed();

    private ulong _one;
    private ulong _two;

    /// <summary>Good bits to find a place by.</summary>
    internal readonly ulong Low => _one >> 32;

    /// <summary>The hash of nothing yet.</summary>
    internal static ShapeHash New() => new() { _one = Seed, _two = ~Seed };

    /// <summary>What stands for a word as it is, by its first and last eight bytes and its length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong CodeOf(ulong first, ulong last, int length)
    {
        var code = ((Seed + (ulong)(uint)length) ^ first) * Mix;
        return (BitOperations.RotateLeft(code, 32) ^ last) * OtherMix;
    }

    /// <summary>As <see cref="CodeOf(ulong, ulong, int)"/>, of a word that these do not say all of.</summary>
    /// <param name="word">Its first byte.</param>
    /// <param name="length">Bytes, at least eight.</param>
    internal static ulong CodeOf(ref byte word, int length)
    {
        var code = Seed + (uint)length;
        for (var at = 0; at < length - sizeof(ulong); at += sizeof(ulong))
        {
            code = (BitOperations.RotateLeft(code, 25) ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref word, at)))
                * Mix;
        }

        var last = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref word, length - sizeof(ulong)));
        return (BitOperations.RotateLeft(code, 25) ^ last) * OtherMix;
    }

    /// <summary>The first of eight bytes.</summary>
    /// <param name="text">The first byte; eight may be read.</param>
    /// <param name="length">How many, up to 31, of which those above eight do not count.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong FirstOf(ref byte text, int length)
    {
        var eight = Unsafe.ReadUnaligned<ulong>(ref text);
        return Bmi2.X64.IsSupported ? Bmi2.X64.ZeroHighBits(eight, (uint)length * 8)
            : length >= sizeof(ulong) ? eight : eight & ((1UL << (8 * length)) - 1);
    }

    /// <summary>Adds what stands between two words, and the code of the second.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add(ref byte gap, int length, ulong code)
    {
        for (; length > sizeof(ulong); length -= sizeof(ulong))
        {
            Add(Unsafe.ReadUnaligned<ulong>(ref gap), 0);
            gap = ref Unsafe.Add(ref gap, sizeof(ulong));
        }

        Add(FirstOf(ref gap, length), code);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(ulong gap, ulong code)
    {
        var both = (gap * GapMix) + code;
        _one = (BitOperations.RotateLeft(_one, 25) ^ both) * Mix;
        _two = (BitOperations.RotateLeft(_two, 37) + (BitOperations.RotateLeft(code, 32) ^ gap)) * OtherMix;
    }

    public readonly bool Equals(ShapeHash other) => _one == other._one && _two == other._two;

    public override readonly bool Equals(object? obj) => obj is ShapeHash other && Equals(other);

    public override readonly int GetHashCode() => (int)Low;

    public static bool operator ==(in ShapeHash one, in ShapeHash two) => one.Equals(two);

    public static bool operator !=(in ShapeHash one, in ShapeHash two) => !one.Equals(two);

    private static ulong MakeSeed()
    {
        Span<ulong> seed = stackalloc ulong[1];
        System.Security.Cryptography.RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(seed));
        return seed[0];
    }
}
