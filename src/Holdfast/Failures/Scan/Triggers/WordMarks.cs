using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan.Triggers;

/// <summary>
/// A stretch of text, 64 bytes at a time by vector compares: where words begin, a copy of their letters, and where
/// something may stand that is evidence whatever its words are.
/// </summary>
/// <remarks>
/// What a byte is may depend on the block before or behind. Where a word begins is told across blocks; what may stand
/// there is not, and at the edges of a block the answer is yes.
/// </remarks>
internal sealed class WordMarks
{
    /// <summary>Blocks of a stretch at most.</summary>
    internal const int Blocks = 32;

    private const int Wide = ByteBits.Wide;
    private const int Longest = Blocks * Wide;

    /// <summary>Bytes before and behind a stretch that are read.</summary>
    private const int Before = 4;
    private const int Behind = 2 * Wide;

    private readonly byte[] _letters = new byte[Longest + Wide];
    private readonly ulong[] _starts = new ulong[Blocks + 1];
    private readonly ulong[] _hashed = new ulong[Blocks + 1];
    private readonly ulong[] _marks = new ulong[Blocks + 1];
    private readonly byte[] _padded = new byte[Before + Longest + Behind];

    private int _blocks;

    /// <summary>The bytes of words, letters small; 0 for all others.</summary>
    internal ref byte Letters => ref MemoryMarshal.GetArrayDataReference(_letters);

    /// <summary>Where words begin that are looked up, a bit for each byte of a block.</summary>
    internal ref ulong Hashed => ref MemoryMarshal.GetArrayDataReference(_hashed);

    /// <summary>What is to be looked at closely whatever its words are.</summary>
    internal ulong[] Marks => _marks;

    /// <summary>The key of the word that begins at a place of the stretch.</summary>
    internal WordKey KeyAt(int place) => WordKey.At(ref _letters[place]);

    /// <summary>Whether a word begins at a place of the stretch.</summary>
    internal bool IsStart(int place) => ((_starts[place / Wide] >> place) & 1) != 0;

    /// <summary>The key of the word before one; of none where that stands too far away to tell.</summary>
    internal WordKey KeyBefore(int place)
    {
        var block = place / Wide;
        var starts = _starts[block] & ((1UL << place) - 1);
        if (starts == 0 && block > 0)
        {
            starts = _starts[--block];
        }

        return starts == 0 ? default : KeyAt((block * Wide) + BitOperations.Log2(starts));
    }

    /// <summary>The key of the word behind one; of none where that stands too far away to tell.</summary>
    internal WordKey KeyBehind(int place)
    {
        var block = place / Wide;
        var starts = _starts[block] & (~1UL << place);
        if (starts == 0 && ++block < _blocks)
        {
            starts = _starts[block];
        }

        return starts == 0 ? default : KeyAt((block * Wide) + BitOperations.TrailingZeroCount(starts));
    }

    /// <summary>Reads a stretch.</summary>
    /// <returns>How many bytes it has.</returns>
    internal int Read(ReadOnlySpan<byte> text, int at, TriggerTable table)
    {
        var length = Math.Min(Longest, text.Length - at);
        _blocks = (length + Wide - 1) / Wide;
        ref var start = ref MemoryMarshal.GetReference(text);
        start = ref Unsafe.Add(ref start, at);
        if (at < Before || text.Length - at < (_blocks * Wide) + Behind)
        {
            // At its ends, with blanks around it, so that no load reaches past them.
            _padded.AsSpan(0, Before + (_blocks * Wide) + Behind).Fill((byte)' ');
            var (from, to) = (Math.Max(0, at - Before), Math.Min(text.Length, at + (_blocks * Wide) + Behind));
            text[from..to].CopyTo(_padded.AsSpan(Before + from - at));
            start = ref _padded[Before];
        }

        Read(ref start, _blocks, table);
        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Read(ref byte text, int blocks, TriggerTable table)
    {
        ref var letters = ref Letters;
        ref var startsOf = ref MemoryMarshal.GetArrayDataReference(_starts);
        ref var hashedOf = ref MemoryMarshal.GetArrayDataReference(_hashed);
        ref var marksOf = ref MemoryMarshal.GetArrayDataReference(_marks);
        ref var ends = ref table.Ends.Tables;
        ref var beginnings = ref table.Starts.Tables;
        var skipped = table.DigitStarts ? 0 : ulong.MaxValue;
        var before = Neighbours.IsWordByte(Unsafe.Add(ref text, -1)) && !(Unsafe.Add(ref text, -1) == 'n'
            && Unsafe.Add(ref text, -2) == '\\') ? 1UL : 0;
        for (var block = 0; block <= blocks; block++)
        {
            var bytes = ByteBits.Load(ref text);
            var small = ByteBits.SmallWords(bytes);
            small.StoreUnsafe(ref letters);
            var words = ByteBits.Nonzero(small);
            var broken = ByteBits.Equal(ByteBits.Load(ref Unsafe.Add(ref text, -1)), (byte)'\\')
                & ByteBits.Equal(bytes, (byte)'n');
            if (broken != 0)
            {
                words &= ~broken;
                Clear(ref letters, broken);
            }

            var starts = words & ~((words << 1) | before);
            before = words >> 63;
            var digits = ByteBits.Digits(bytes);
            Unsafe.Add(ref startsOf, block) = starts;
            Unsafe.Add(ref hashedOf, block) = starts & ~(digits & skipped);
            var marks = LetterMarks.Find(ref ends, ref Unsafe.Add(ref text, -Before)) & words & ~(words >> 1);
            marks |= LetterMarks.Find(ref beginnings, ref text) & starts;
            marks |= ByteBits.Equal(bytes, 0) | ByteBits.Equal(bytes, 0x1B);
            marks |= starts & digits & ((digits >> 1) | (1UL << 63)) & ((digits >> 2) | (3UL << 62))
                & ~(words >> 3) & ByteBits.InRange(bytes, (byte)'4', 2);
            var colons = ByteBits.Equal(bytes, (byte)':');
            var closing = ByteBits.Equal(bytes, (byte)')');
            var behindColon = (colons << 1) | 1;
            marks |= Closed(starts & digits & behindColon & ((digits << 2) | 3), words,
                closing | (colons & ~(words >> 1)));
            var opened = (((ByteBits.Equal(bytes, (byte)'.') << 1) | 1) & ByteBits.Capitals(bytes))
                | (ByteBits.Equal(bytes, (byte)'(') << 1) | 1 | (behindColon & ((behindColon << 1) | 1));
            opened &= starts & ~digits;
            marks |= Closed(opened, words, ByteBits.Equal(bytes, (byte)'\'') | ByteBits.Foreign(bytes))
                | Closed(opened & ~EndSoon(words), words, closing | colons);
            Unsafe.Add(ref marksOf, block) = marks;
            text = ref Unsafe.Add(ref text, Wide);
            letters = ref Unsafe.Add(ref letters, Wide);
        }
    }

    /// <summary>Where fewer letters of words follow than a name of an error has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong EndSoon(ulong words)
    {
        var ends = ~words >> 1;
        ends |= ends >> 1;
        return ends | (ends >> 2) | (ends >> (ErrorNames.ShortestName - 3));
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

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Clear(ref byte letters, ulong places)
    {
        for (; places != 0; places &= places - 1)
        {
            Unsafe.Add(ref letters, BitOperations.TrailingZeroCount(places)) = 0;
        }
    }
}
