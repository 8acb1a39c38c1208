using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Holdfast.Failures.Scan;

/// <summary>A run of word characters of a line.</summary>
internal struct LineWord
{
    /// <summary>Its hash, whatever the case of its letters.</summary>
    internal uint Hash;

    /// <summary>Its first byte in the line.</summary>
    internal ushort Start;

    /// <summary>Bytes.</summary>
    internal ushort Length;

    /// <summary>What else is known of it.</summary>
    internal WordTraits Traits;

    /// <summary>Whether it is made of digits only.</summary>
    internal readonly bool IsNumber => (Traits & WordTraits.Number) != 0;
}

/// <summary>What is seen of a word without reading it.</summary>
[Flags]
internal enum WordTraits : byte
{
    /// <summary>Nothing of these.</summary>
    None = 0,

    /// <summary>It is made of digits only.</summary>
    Number = 1,

    /// <summary>It is made of several words: <c>rate_limit</c>, <c>RateLimit</c>.</summary>
    Compound = 2,

    /// <summary>
    /// It may be more than some word: it is a number that may be a status or a place in a file, a name of several
    /// words where names of errors stand, too long for a word, or cut from what an apostrophe or a letter of another
    /// script belongs to.
    /// </summary>
    Special = 4,
}

/// <summary>The words of a line, in a copy of it that may be read a little beyond its ends. Reused.</summary>
/// <param name="before">Bytes before the line that may be read.</param>
/// <param name="longest">Bytes of a line at most.</param>
internal sealed class LineWords(int before, int longest)
{
    private readonly byte[] _line = new byte[before + longest + (2 * ByteBits.Wide)];
    private readonly LineWord[] _words = new LineWord[(longest / 2) + 2];
    private int _length;
    private int _count;

    /// <summary>The first byte of the line.</summary>
    internal ref byte Text => ref _line[before];

    /// <summary>The line.</summary>
    internal ReadOnlySpan<byte> Line => _line.AsSpan(before, _length);

    /// <summary>Its words, and behind them one that is none, of hash 0.</summary>
    internal ReadOnlySpan<LineWord> Words => _words.AsSpan(0, _count + 1);

    /// <summary>Takes another line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Cut(ReadOnlySpan<byte> line)
    {
        line.CopyTo(_line.AsSpan(before));
        _line.AsSpan(before + line.Length, ByteBits.Wide).Clear();
        _length = line.Length;
        ref var word = ref MemoryMarshal.GetArrayDataReference(_words);
        ref var first = ref word;
        var at = 0;
        while (at < line.Length)
        {
            // One byte before belongs to no word, and says what the first may be.
            ref var text = ref Unsafe.Add(ref Text, at - 1);
            var bytes = ByteBits.Load(ref text);
            var broken = (ByteBits.Equal(bytes, (byte)'\\') << 1) & ByteBits.Equal(bytes, (byte)'n');
            var digits = ByteBits.Digits(bytes) & ~1UL;
            var letters = ByteBits.Letters(bytes) & ~broken & ~1UL;
            var underscores = ByteBits.Equal(bytes, (byte)'_') & ~1UL;
            var words = digits | letters | underscores;
            var starts = words & ~(words << 1);
            var taken = ByteBits.Wide - 1;
            if (words >> taken != 0)
            {
                // The last word may go on: it is taken with the next bytes, unless it is as long as all of them.
                taken = ByteBits.Wide - 2 - BitOperations.LeadingZeroCount(starts);
                if (taken == 0)
                {
                    at += TakeLong(ref word, line, at, digits == words);
                    word = ref Unsafe.Add(ref word, 1);
                    continue;
                }

                starts &= ulong.MaxValue >> (ByteBits.Wide - 1 - taken);
            }

            var ends = (words << 1) & ~words;
            var numbers = ByteBits.EndsOf(digits, starts) & ends;
            var capitals = ByteBits.Capitals(bytes);
            var compounds = ByteBits.EndsOf(words, underscores | (capitals & ((letters & ~capitals) << 1)));
            var special = Special(bytes, words, starts, digits, numbers, compounds);
            while (starts != 0)
            {
                var (start, end) = (BitOperations.TrailingZeroCount(starts), BitOperations.TrailingZeroCount(ends));
                var counted = Math.Min(end - start, WordHash.LongestLength);
                word.Start = (ushort)(at - 1 + start);
                word.Length = (ushort)(end - start);
                word.Hash = WordHash.Of(
                    WordHash.Key(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, start)), counted), counted);
                word.Traits = (WordTraits)(((numbers >> end) & 1) | (((compounds >> end) & 1) << 1)
                    | (((special >> end) & 1) << 2));
                word = ref Unsafe.Add(ref word, 1);
                starts &= starts - 1;
                ends &= ends - 1;
            }

            at += taken;
        }

        word = default;
        _count = (int)(Unsafe.ByteOffset(ref first, ref word) / Unsafe.SizeOf<LineWord>());
    }

    /// <summary>Ends of words that may be more than some word.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Special(
        Vector512<byte> bytes, ulong words, ulong starts, ulong digits, ulong numbers, ulong compounds)
    {
        var joins = ByteBits.Foreign(bytes) | ByteBits.Equal(bytes, (byte)'\'');
        var colons = ByteBits.Equal(bytes, (byte)':');
        var opening = colons | ByteBits.Equal(bytes, (byte)'.') | ByteBits.Equal(bytes, (byte)'(');
        var statuses = digits & (digits >> 1) & (digits >> 2) & ~(words >> 3) & ByteBits.InRange(bytes, (byte)'4', 2);
        var places = ByteBits.EndsOf(words, starts & (colons << 1)) & (colons | ByteBits.Equal(bytes, (byte)')'));
        return ByteBits.EndsOf(words, starts & (statuses | (joins << 1))) | joins | (places & numbers)
            | (ByteBits.EndsOf(words, starts & (opening << 1)) & compounds);
    }

    /// <summary>Takes a word that is longer than what is looked at together.</summary>
    /// <returns>Its length.</returns>
    private static int TakeLong(ref LineWord word, ReadOnlySpan<byte> line, int at, bool isNumber)
    {
        var length = Neighbours.EndOfWord(line, at) - at;
        word.Start = (ushort)at;
        word.Length = (ushort)length;
        word.Hash = WordHash.Of(line.Slice(at, length));
        word.Traits = WordTraits.Compound | WordTraits.Special | (isNumber ? WordTraits.Number : 0);
        return length;
    }
}
