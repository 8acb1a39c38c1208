using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>
/// Finds lines that may hold evidence in raw bytes: one pass, 64 bytes at a time. Vector compares make one bit a byte
/// of word characters, digits, line ends; the beginnings of words are looked up in the table of triggers, and numbers
/// of three digits from 400 to 599 are taken for a status where a word beside them may call them one.
/// </summary>
/// <remarks>
/// The idea is that of the filters in front of multi-pattern matchers (Hyperscan's FDR, Teddy): cheap bits first, and
/// exact work for the few places that are left. Since rules are made of whole words, one look at the beginning of a
/// word replaces the look at every byte. What stands in a line with escapes or NULs, or in one over
/// <see cref="LineText.MaxBytes"/>, is not decided here: such a line is reported, and looked at when it is cleaned.
/// </remarks>
internal static class TriggerScan
{
    /// <summary>Bytes of a chunk that are decided; the rest is what a word at its end is read by.</summary>
    private const int Stride = 56;

    private const int Wide = ByteBits.Wide;
    private const int Margin = 8;
    private const ulong Within = (1UL << Stride) - 1;

    // The letters of an end must be seen, so those of the first bytes belong to the chunk before.
    private const int Seen = 5;
    private const ulong EndsWithin = Within << Seen;

    /// <summary>
    /// The first place at or after <paramref name="from"/>, which is the start of a line, in a line that may hold
    /// evidence; −1 for none.
    /// </summary>
    /// <param name="table">What is looked for.</param>
    /// <param name="text">Whole lines.</param>
    /// <param name="from">Start of a line.</param>
    /// <param name="lines">Raised by the line ends between <paramref name="from"/> and the place.</param>
    internal static int Next(TriggerTable table, ReadOnlySpan<byte> text, int from, ref long lines)
    {
        var state = new State { LineStart = from, First = from };
        var hit = Next(table, text, from, ref state);
        lines += state.Lines;
        return hit < 0 && text.Length - state.LineStart > LineText.MaxBytes ? state.LineStart : hit;
    }

    /// <summary>Whether a line without escapes and NULs, of any length, may hold evidence.</summary>
    internal static bool Holds(TriggerTable table, ReadOnlySpan<byte> line)
    {
        // As if the line began far behind: none is too long then.
        var state = new State { LineStart = int.MaxValue / 2 };
        return Next(table, line, 0, ref state) >= 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Next(TriggerTable table, ReadOnlySpan<byte> text, int from, ref State state)
    {
        var at = from;
        ref var start = ref MemoryMarshal.GetReference(text);
        while (at + Wide + Margin <= text.Length)
        {
            var hit = Chunk(table, text, at, ref Unsafe.Add(ref start, at), ref state);
            if (hit >= 0)
            {
                return hit;
            }

            at += Stride;
        }

        // The last bytes, with blanks behind them, so that no load reaches past the end.
        Span<byte> padded = stackalloc byte[Wide + Wide + Margin + Margin];
        padded.Fill((byte)' ');
        text[at..].CopyTo(padded);
        for (var inside = 0; at < text.Length; at += Stride, inside += Stride)
        {
            var hit = Chunk(table, text, at, ref padded[inside], ref state);
            if (hit >= 0)
            {
                return hit;
            }
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Chunk(
        TriggerTable table, ReadOnlySpan<byte> text, int at, ref byte bytes, ref State state)
    {
        var low = Vector256.LoadUnsafe(ref bytes);
        var high = Vector256.LoadUnsafe(ref bytes, 32);
        var digits = ByteBits.Of(ByteBits.Digits(low), ByteBits.Digits(high));
        var words = digits | ByteBits.Of(ByteBits.Letters(low), ByteBits.Letters(high));
        var breaks = ByteBits.Equal(low, high, (byte)'\n');
        var odd = ByteBits.Of(Odd(low), Odd(high));
        if (odd != 0)
        {
            words = WithoutEscapedBreaks(text, at, words, odd, out odd);
        }

        var starts = words & ~((words << 1) | state.Carry) & Within;
        state.Carry = (words >> (Stride - 1)) & 1;
        var candidates = starts & ~digits;
        var numbers = starts & digits & (digits >> 1) & (digits >> 2) & ~(words >> 3);
        if (numbers != 0)
        {
            numbers &= ByteBits.Of(FourOrFive(low), FourOrFive(high));
        }

        var masks = new Masks { Starts = starts, Numbers = numbers, Odd = odd & Within };
        Find(ref masks, table, text, at, (low, high), (words, digits), at == state.First);
        candidates |= masks.Others | (table.DigitStarts ? starts : 0);
        ref var filter = ref MemoryMarshal.GetReference(table.Filter);
        ref var beginnings = ref MemoryMarshal.GetReference(table.Beginnings);
        while (candidates != 0)
        {
            var i = BitOperations.TrailingZeroCount(candidates);
            var key = WordTable.Key(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, i)),
                BitOperations.TrailingZeroCount(~(words >> i)));
            var slot = WordTable.Slot(key);
            var four = TriggerTable.SlotOfFour(key);
            var isWord = (Unsafe.Add(ref filter, slot >> 3) >> (slot & 7)) & 1;
            var isBeginning = (Unsafe.Add(ref beginnings, four >> 3) >> (four & 7)) & 1;
            var bit = candidates & (~candidates + 1);
            if (((masks.Others & bit) != 0 || (isWord | isBeginning) != 0)
                && IsHit(table, text, at + i, in masks, bit, isWord != 0, isBeginning != 0))
            {
                return Report(ref state, at, i, breaks, at + i);
            }

            candidates ^= bit;
        }

        breaks &= Within;
        return breaks == 0 ? -1 : EndLines(ref state, at, breaks);
    }

    /// <summary>Where ends of words may stand that are looked for, names of errors, and places in files.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Find(
        ref Masks masks, TriggerTable table, ReadOnlySpan<byte> text, int at,
        (Vector256<byte> Low, Vector256<byte> High) chunk, (ulong Words, ulong Digits) bits, bool isFirst)
    {
        var (low, high) = chunk;
        var (words, digits) = bits;
        var before = at > 0 && at < text.Length ? text[at - 1] : (byte)'\n';
        masks.Ends = Endings(table, low, high) & words & ~(words >> 1)
            & (isFirst ? EndsWithin | ((1UL << Seen) - 1) : EndsWithin);

        // A capital behind a point may be the name of an error at the end of its full name.
        var dots = (ByteBits.Equal(low, high, (byte)'.') << 1) | (before == '.' ? 1UL : 0);
        masks.Dotted = dots & masks.Starts & ByteBits.Of(ByteBits.Capitals(low), ByteBits.Capitals(high));
        var colons = ByteBits.Equal(low, high, (byte)':') << 1;
        var brackets = (ByteBits.Equal(low, high, (byte)'(') << 1) | (before is (byte)'(' or (byte)':' ? 1UL : 0);
        masks.Bracketed = (brackets | colons) & masks.Starts & ~digits;
        if (table.LooksForPlaces)
        {
            masks.Places = masks.Starts & digits & (digits << 2) & colons;
            masks.Places |= IsBehindNumber(text, at) ? masks.Starts & digits & 3 : 0;
        }

        masks.Others = masks.Numbers | masks.Odd | masks.Ends | masks.Dotted | masks.Bracketed | masks.Places;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EndLines(ref State state, int at, ulong ends)
    {
        if (at + BitOperations.TrailingZeroCount(ends) - state.LineStart > LineText.MaxBytes)
        {
            return state.LineStart;
        }

        state.LineStart = at + Wide - BitOperations.LeadingZeroCount(ends);
        state.Lines += BitOperations.PopCount(ends);
        return -1;
    }

    private static int Report(ref State state, int at, int bit, ulong ends, int hit)
    {
        ends &= (1UL << bit) - 1;
        if (ends != 0 && at + BitOperations.TrailingZeroCount(ends) - state.LineStart > LineText.MaxBytes)
        {
            // A line too long to be decided here ends before the hit; it comes first.
            return state.LineStart;
        }

        state.Lines += BitOperations.PopCount(ends);
        return hit;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsHit(
        TriggerTable table, ReadOnlySpan<byte> text, int at, in Masks masks, ulong bit, bool isWord, bool isBeginning)
    {
        if ((masks.Starts & bit) != 0
            && ((isWord && table.Holds(text, at)) || (isBeginning && table.BeginsHere(text, at))))
        {
            return true;
        }

        return (masks.Others & bit) != 0
            && ((masks.Odd & bit) != 0
                || ((masks.Numbers & bit) != 0 && StatusContext.MayBe(text, at))
                || ((masks.Places & bit) != 0 && PlaceContext.MayBe(text, at))
                || ((masks.Bracketed & bit) != 0 && NameContext.StandsInBrackets(text, at))
                || ((masks.Dotted & bit) != 0 && NameContext.MayOpenLine(text, at))
                || ((masks.Ends & bit) != 0 && table.EndsHere(text, at + 1)));
    }

    /// <summary>Whether a number and a colon may stand before a chunk, of which its bytes show nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsBehindNumber(ReadOnlySpan<byte> text, int at) =>
        at > 0 && at < text.Length && (text[at - 1] == ':' || text[at] == ':');

    /// <summary>
    /// A backslash and an n stand for a line break inside quoted text, as <see cref="LineText.Clean"/> reads them: the
    /// n is no letter. What is left in <paramref name="odd"/> are escapes and NULs.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong WithoutEscapedBreaks(ReadOnlySpan<byte> text, int at, ulong words, ulong odd, out ulong rest)
    {
        rest = odd;
        if (at > 0 && text[at - 1] == '\\' && at < text.Length && text[at] == 'n')
        {
            words &= ~1UL;
        }

        for (var left = odd; left != 0; left &= left - 1)
        {
            var i = BitOperations.TrailingZeroCount(left);
            if (at + i < text.Length && text[at + i] == '\\')
            {
                rest &= ~(1UL << i);
                if (i < 63 && at + i + 1 < text.Length && text[at + i + 1] == 'n')
                {
                    words &= ~(1UL << (i + 1));
                }
            }
        }

        return words;
    }

    /// <summary>Where a word may end that is looked for by its end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Endings(TriggerTable table, Vector256<byte> low, Vector256<byte> high)
    {
        ulong found = 0;
        var blank = Vector256.Create((byte)0x20);
        (low, high) = (low | blank, high | blank);
        foreach (var (one, two, distance) in table.Endings)
        {
            found |= (ByteBits.Equal(low, high, one) & (ByteBits.Equal(low, high, two) >> 1)) << distance;
        }

        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> FourOrFive(Vector256<byte> text) =>
        Vector256.Equals(text & Vector256.Create((byte)0xFE), Vector256.Create((byte)'4'));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Odd(Vector256<byte> text) =>
        Vector256.Equals(text, Vector256<byte>.Zero) | Vector256.Equals(text, Vector256.Create((byte)0x1B))
        | Vector256.Equals(text, Vector256.Create((byte)'\\'));

    /// <summary>What stands where in a chunk, one bit a byte.</summary>
    private struct Masks
    {
        /// <summary>Beginnings of words.</summary>
        internal ulong Starts;

        /// <summary>Numbers that may be statuses.</summary>
        internal ulong Numbers;

        /// <summary>Escapes and NULs.</summary>
        internal ulong Odd;

        /// <summary>Last letters of words that are looked for by their end.</summary>
        internal ulong Ends;

        /// <summary>Capitals behind a point.</summary>
        internal ulong Dotted;

        /// <summary>Words behind a bracket or a colon.</summary>
        internal ulong Bracketed;

        /// <summary>Numbers behind a number and a colon.</summary>
        internal ulong Places;

        /// <summary>All of them but plain beginnings.</summary>
        internal ulong Others;
    }

    private struct State
    {
        /// <summary>Where the line of the next byte begins.</summary>
        internal int LineStart;

        /// <summary>Where the search began.</summary>
        internal int First;

        /// <summary>1 where the byte before the chunk belongs to a word.</summary>
        internal ulong Carry;

        /// <summary>Line ends passed.</summary>
        internal long Lines;
    }
}
