using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Holdfast.Failures.Scan.Triggers;

/// <summary>
/// Finds where one of some runs of three letters stands, whatever their case, at 64 places at once: each run has one of
/// eight bits, which it may share with another. May find others too.
/// </summary>
/// <remarks>Each half of a byte says by a table which bits it may have; those that all halves have are found.</remarks>
internal sealed class LetterMarks
{
    /// <summary>Letters of a run.</summary>
    internal const int Letters = 3;

    /// <summary>Stands for any byte in a run.</summary>
    internal const byte Any = 0;

    private const int Halves = 16;
    private const int Bits = 8;
    private const int Wide = ByteBits.Wide;

    private readonly byte[] _tables = new byte[Letters * 2 * Wide];
    private readonly HashSet<uint> _known = [];

    /// <summary>The tables, for the static way to look up.</summary>
    internal ref byte Tables => ref MemoryMarshal.GetArrayDataReference(_tables);

    /// <summary>Adds three letters.</summary>
    /// <param name="letters">Letters, digits, underscores, or <see cref="Any"/>.</param>
    internal void Add(params ReadOnlySpan<byte> letters)
    {
        if (!_known.Add(((uint)letters[0] << 16) | ((uint)letters[1] << 8) | letters[2]))
        {
            return;
        }

        var bit = (byte)(1 << ((_known.Count - 1) % Bits));
        for (var each = 0; each < Letters * 2 * Wide; each++)
        {
            var letter = letters[each / (2 * Wide)] | 0x20;
            var (isUpper, half) = (each / Wide % 2 != 0, each % Halves);
            // Capitals stand two rows above small letters.
            var fits = isUpper ? half == letter >> 4 || half == (letter >> 4) - 2 : half == (letter & 0xF);
            _tables[each] |= fits || letters[each / (2 * Wide)] == Any ? bit : (byte)0;
        }
    }

    /// <summary>Where the first letter of a run may stand.</summary>
    /// <param name="tables">See <see cref="Tables"/>.</param>
    /// <param name="text">The first of 64 places; two bytes behind them are read.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ulong Find(ref byte tables, ref byte text) => ByteBits.Nonzero(
        At(ref tables, ref text)
        & At(ref Unsafe.Add(ref tables, 2 * Wide), ref Unsafe.Add(ref text, 1))
        & At(ref Unsafe.Add(ref tables, 4 * Wide), ref Unsafe.Add(ref text, 2)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> At(ref byte tables, ref byte text) =>
        ByteBits.InBoth(ref tables, ref Unsafe.Add(ref tables, Wide), ByteBits.Load(ref text));
}
