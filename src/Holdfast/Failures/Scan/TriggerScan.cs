using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>
/// Finds the lines of a text that may be evidence, in one pass over the raw bytes, 64 at a time: where words begin and
/// end is told by vector compares; each word, and each with the one before it, is looked up in a filter by its hash,
/// without a branch; what passes is looked at closely.
/// </summary>
/// <remarks>
/// The bytes of a line are what it is judged by, but where they are cleaned first (<see cref="LineText.Clean"/>).
/// Carriage returns only hide text: a line is reported for what they hide, which costs time, not truth. A backslash
/// and an n are a line break to it, so the n is no letter here. A line with escapes or NULs, or over
/// <see cref="LineText.MaxBytes"/>, is not decided here: such a line is reported, and looked at when it is cleaned.
/// </remarks>
internal static class TriggerScan
{
    private const int Wide = ByteBits.Wide;

    /// <summary>The bit that makes letters small.</summary>
    private const byte Small = 0x20;

    /// <summary>Bytes that are read from the start of a block on: the next one too, and eight for a word.</summary>
    private const int Reach = Wide + Wide + WordHash.KeyBytes;

    /// <summary>Words that may begin in a block.</summary>
    private const int MostWords = (Wide / 2) + 1;

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
        var state = new State { LineStart = from };
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
        Span<uint> hashes = stackalloc uint[MostWords];
        if (at + Reach <= text.Length)
        {
            state.ReadAhead(ByteBits.Load(ref Unsafe.Add(ref start, at)));
            do
            {
                var hit = Block(table, text, at, ref Unsafe.Add(ref start, at), hashes, ref state);
                if (hit >= 0)
                {
                    return hit;
                }

                at += Wide;
            }
            while (at + Reach <= text.Length);
        }

        // The last bytes, with blanks behind them, so that no load reaches past the end.
        Span<byte> padded = stackalloc byte[Reach + Reach];
        padded.Fill((byte)' ');
        text[at..].CopyTo(padded);
        if (at == from)
        {
            state.ReadAhead(ByteBits.Load(ref padded[0]));
        }

        for (var inside = 0; at < text.Length; at += Wide, inside += Wide)
        {
            var hit = Block(table, text, at, ref padded[inside], hashes, ref state);
            if (hit >= 0)
            {
                return hit;
            }
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Block(
        TriggerTable table, ReadOnlySpan<byte> text, int at, ref byte bytes, Span<uint> hashes, ref State state)
    {
        var (words, digits) = (state.Words, state.Digits);
        var block = ByteBits.Load(ref bytes);
        state.ReadAhead(ByteBits.Load(ref Unsafe.Add(ref bytes, Wide)));
        var breaks = ByteBits.Equal(block, (byte)'\n');
        var masks = default(Masks);
        masks.Odd = ByteBits.Equal(block, 0) | ByteBits.Equal(block, 0x1B);
        masks.Starts = words & ~((words << 1) | (state.Before.Words >> 63));
        FindNames(ref masks, table, words, block, ByteBits.Load(ref Unsafe.Add(ref bytes, 1)), in state);
        FindNumbers(ref masks, words, digits, block, in state);
        masks.Hashed = table.DigitStarts ? masks.Starts : masks.Starts & ~digits;
        masks.Found = Find(table, masks.Hashed, words, state.Words, ref bytes, hashes, ref state.Last);
        var candidates = masks.Found | masks.Odd | masks.Numbers | masks.Ends | masks.Names | masks.Places;
        state.Before = new Edge(words, digits, masks.Dots, masks.Colons, masks.Brackets);
        while (candidates != 0)
        {
            var i = BitOperations.TrailingZeroCount(candidates);
            if (IsHit(table, text, at + i, in masks, i, hashes))
            {
                return Report(ref state, at, i, breaks, at + i);
            }

            candidates &= candidates - 1;
        }

        return breaks == 0 ? -1 : EndLines(ref state, at, breaks);
    }

    /// <summary>
    /// Where words begin that may be looked for, by themselves, by their beginning or with the word before them.
    /// </summary>
    /// <param name="table">What is looked for.</param>
    /// <param name="starts">Where the words begin.</param>
    /// <param name="words">Bytes of words.</param>
    /// <param name="later">The same of the next block.</param>
    /// <param name="bytes">The block.</param>
    /// <param name="hashes">Gets the hash of the last word of the block before, then those of the words.</param>
    /// <param name="last">The hash of the last word of the block before; set to that of this one.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Find(
        TriggerTable table, ulong starts, ulong words, ulong later, ref byte bytes, Span<uint> hashes, ref uint last)
    {
        ref var singles = ref table.Words;
        ref var pairs = ref table.Pairs;
        ref var into = ref MemoryMarshal.GetReference(hashes);
        into = last;
        var before = last;
        ulong found = 0;
        while (starts != 0)
        {
            var i = BitOperations.TrailingZeroCount(starts);
            var length = WordHash.Length(ByteBits.Ahead(words, later, i));
            var key = WordHash.Key(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref bytes, i)), length);
            var hash = WordHash.Of(key, length);
            into = ref Unsafe.Add(ref into, 1);
            into = hash;
            var word = HashFilter.At(ref singles, hash);
            var pair = HashFilter.At(ref pairs, WordHash.Pair(before, hash));
            var beginning = HashFilter.At(ref pairs, WordHash.OfFour(key));
            found |= (((word >> TriggerTable.Alone) | ((word >> TriggerTable.Second) & pair)
                | (beginning >> TriggerTable.Beginning)) & 1) << i;
            before = hash;
            starts &= starts - 1;
        }

        last = before;
        return found;
    }

    /// <summary>
    /// Where names of errors may stand: words that end so, the last word of a full name before a colon, and a word in
    /// brackets. What ends them is found for all words at once: a sum carries from the start of a word to its end.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FindNames(
        ref Masks masks, TriggerTable table, ulong words, Vector512<byte> bytes, Vector512<byte> next,
        in State state)
    {
        var (before, later) = (state.Before, state.Words);
        var rr = ByteBits.Equal(bytes, (byte)'r', Small) & ByteBits.Equal(next, (byte)'r', Small);
        var au = ByteBits.Equal(bytes, (byte)'a', Small) & ByteBits.Equal(next, (byte)'u', Small);
        var xi = ByteBits.Equal(bytes, (byte)'x', Small) & ByteBits.Equal(next, (byte)'i', Small);
        var pt = ByteBits.Equal(bytes, (byte)'p', Small) & ByteBits.Equal(next, (byte)'t', Small);
        var (near, far) = (rr | au, pt);
        foreach (var ending in table.Endings)
        {
            var found = ByteBits.Equal(bytes, ending.One, Small) & ByteBits.Equal(next, ending.Two, Small);
            near |= ending.IsFar ? 0 : found;
            far |= ending.IsFar ? found : 0;
        }

        masks.Ends = (xi & Last(words, later, 2)) | (near & Last(words, later, 3)) | (far & Last(words, later, 4));

        masks.Dots = ByteBits.Equal(bytes, (byte)'.');
        masks.Colons = ByteBits.Equal(bytes, (byte)':');
        masks.Brackets = ByteBits.Equal(bytes, (byte)'(');
        masks.Closing = ByteBits.Equal(bytes, (byte)')');
        var unclear = ByteBits.Foreign(bytes) | ByteBits.Equal(bytes, (byte)'\'');
        var dotted = ((masks.Dots << 1) | (before.Dots >> 63)) & masks.Starts & ByteBits.Capitals(bytes);
        var colons = ((masks.Colons << 1) | (before.Colons >> 63)) & ((masks.Colons << 2) | (before.Colons >> 62));
        var enclosed = (colons | (masks.Brackets << 1) | (before.Brackets >> 63)) & masks.Starts;
        masks.Names = Closed(dotted, words, masks.Colons | unclear) | Closed(enclosed, words, masks.Closing | unclear);
    }

    /// <summary>Where numbers may be statuses, or columns of places in files.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FindNumbers(ref Masks masks, ulong words, ulong digits, Vector512<byte> bytes, in State state)
    {
        var (before, later, laterWords) = (state.Before, state.Digits, state.Words);
        masks.Numbers = masks.Starts & digits & ByteBits.Ahead(digits, later, 1) & ByteBits.Ahead(digits, later, 2)
            & ~ByteBits.Ahead(words, laterWords, 3) & ByteBits.InRange(bytes, (byte)'4', 2);
        var columns = masks.Starts & digits & ((masks.Colons << 1) | (before.Colons >> 63))
            & ((digits << 2) | (before.Digits >> 62));
        masks.Places = Closed(columns, words,
            masks.Closing | (masks.Colons & ~ByteBits.Ahead(words, laterWords, 1)));
    }

    /// <summary>
    /// Of words that begin at some places, where those end that something stands behind; and where a word begins that
    /// does not end in the block.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Closed(ulong starts, ulong words, ulong by)
    {
        var sum = starts + words;
        var open = sum < words ? 1UL << (63 - BitOperations.LeadingZeroCount(starts | 1)) : 0;
        return (sum & ~words & by) | open;
    }

    /// <summary>Places that stand so many bytes before the last byte of a word, within it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Last(ulong words, ulong later, int distance) =>
        ByteBits.Ahead(words, later, distance) & ~ByteBits.Ahead(words, later, distance + 1);

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
        TriggerTable table, ReadOnlySpan<byte> text, int at, in Masks masks, int i, ReadOnlySpan<uint> hashes)
    {
        var bit = 1UL << i;
        if ((masks.Found & bit) != 0)
        {
            var index = BitOperations.PopCount(masks.Hashed & (bit - 1)) + 1;
            if (table.Holds(text, at, hashes[index - 1], hashes[index]))
            {
                return true;
            }
        }

        return (masks.Odd & bit) != 0
            || ((masks.Numbers & bit) != 0 && (StatusContext.MayBe(text, at)
                || table.HoldsAlone(text, at, WordHash.Of(text.Slice(at, 3)))))
            || ((masks.Places & bit) != 0 && PlaceContext.MayBe(text, StartOfWord(text, at)))
            || ((masks.Names & bit) != 0 && (NameContext.StandsInBrackets(text, StartOfWord(text, at))
                || NameContext.MayOpenLine(text, StartOfWord(text, at))))
            || ((masks.Ends & bit) != 0 && table.EndsHere(text, Neighbours.EndOfWord(text, at)));
    }

    /// <summary>Where the word begins that a place belongs to, or that ends before it.</summary>
    private static int StartOfWord(ReadOnlySpan<byte> text, int at)
    {
        while (at > 0 && Neighbours.IsWordByte(text[at - 1]))
        {
            at--;
        }

        return at;
    }

    /// <summary>What stands where in a block, one bit a byte.</summary>
    private struct Masks
    {
        /// <summary>Beginnings of words.</summary>
        internal ulong Starts;

        /// <summary>Those whose hash was looked up.</summary>
        internal ulong Hashed;

        /// <summary>Those that passed.</summary>
        internal ulong Found;

        /// <summary>Numbers that may be statuses.</summary>
        internal ulong Numbers;

        /// <summary>Escapes and NULs.</summary>
        internal ulong Odd;

        /// <summary>Letters near the end of words that are looked for by their end.</summary>
        internal ulong Ends;

        /// <summary>What stands behind words that may be names.</summary>
        internal ulong Names;

        /// <summary>What stands behind numbers behind a number and a colon.</summary>
        internal ulong Places;

        internal ulong Dots;

        internal ulong Colons;

        internal ulong Brackets;

        internal ulong Closing;
    }

    /// <summary>What stood where in the block before, of which the last bytes matter.</summary>
    private readonly record struct Edge(ulong Words, ulong Digits, ulong Dots, ulong Colons, ulong Brackets);

    private struct State
    {
        /// <summary>Where the line of the next byte begins.</summary>
        internal int LineStart;

        /// <summary>Line ends passed.</summary>
        internal long Lines;

        /// <summary>The hash of the last word.</summary>
        internal uint Last;

        /// <summary>Bytes of words in the block that comes next.</summary>
        internal ulong Words;

        /// <summary>Digits in the block that comes next.</summary>
        internal ulong Digits;

        /// <summary>The block before.</summary>
        internal Edge Before;

        /// <summary>Backslashes of the block that was read ahead.</summary>
        private ulong _backslashes;

        /// <summary>Finds words and digits in the block that comes next.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal void ReadAhead(Vector512<byte> block)
        {
            var backslashes = ByteBits.Equal(block, (byte)'\\');
            var broken = ((backslashes << 1) | (_backslashes >> 63)) & ByteBits.Equal(block, (byte)'n');
            _backslashes = backslashes;
            Digits = ByteBits.Digits(block);
            Words = (Digits | ByteBits.Letters(block) | ByteBits.Equal(block, (byte)'_')) & ~broken;
        }
    }
}
