using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Holdfast.Failures.Scan;

/// <summary>A run of word characters of a line.</summary>
internal struct LineWord
{
    /// <summary>What stands for it as it is.</summary>
    internal ulong Code;

    /// <summary>What is known of it.</summary>
    internal WordMeaning Meaning;

    /// <summary>Its first byte in the line.</summary>
    internal ushort Start;

    /// <summary>Bytes.</summary>
    internal ushort Length;

    /// <summary>Whether it is made of digits only.</summary>
    internal readonly bool IsNumber => (Meaning.Traits & WordTraits.Number) != 0;

    /// <summary>What stands for it in the shape of the line.</summary>
    internal readonly ulong Shape
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Meaning.Sign ^ ((Meaning.Sign ^ Code) & (0 - Meaning.Matters));
    }
}

/// <summary>The words of a line, found where the line stands. Reused.</summary>
/// <param name="learned">What is known of words.</param>
/// <param name="vocabulary">The words that matter.</param>
/// <param name="longest">Bytes of a line at most.</param>
internal sealed class LineWords(LearnedWords learned, LineVocabulary vocabulary, int longest)
{
    /// <summary>Bytes before a line that are read.</summary>
    internal const int Before = 1;

    /// <summary>Bytes behind the longest line that are read.</summary>
    internal const int Behind = 2 * ByteBits.Wide;

    // The first is none, of which nothing is known.
    private readonly LineWord[] _words = new LineWord[((longest + Behind) / 2) + 2];

    // A word may be noted for what it is and for where it stands.
    private readonly ushort[] _noted = new ushort[longest + Behind + 2];
    private int _count;
    private int _notedCount;

    /// <summary>The words, as each is by itself.</summary>
    internal Span<LineWord> Words => _words.AsSpan(1, _count);

    /// <summary>Which of them are new, or may be more by what stands around them.</summary>
    internal ReadOnlySpan<ushort> Noted => _noted.AsSpan(0, _notedCount);

    /// <summary>Takes another line.</summary>
    /// <param name="line">
    /// Its first byte; the one before belongs to no word. <see cref="Before"/> bytes before it can be read, and
    /// <see cref="Behind"/> behind it if it is as long as it may be.
    /// </param>
    /// <returns>
    /// Bytes up to its line end; −1 where it is too long, or holds what must be stripped before it is read.
    /// </returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal int Cut(ref byte line)
    {
        (_count, _notedCount) = (0, 0);
        for (var at = 0; at <= longest;)
        {
            // One byte before belongs to no word, and says what the first may be.
            ref var text = ref Unsafe.Add(ref line, at - 1);
            var bytes = ByteBits.Load(ref text);
            var breaks = ByteBits.Equal(bytes, (byte)'\n') & ~1UL;
            var inside = (breaks ^ (breaks - 1)) & ~1UL;
            if (((ByteBits.Equal(bytes, (byte)'\r') | ByteBits.Equal(bytes, 0x1B) | ByteBits.Equal(bytes, 0))
                & inside) != 0)
            {
                return -1;
            }

            var broken = (ByteBits.Equal(bytes, (byte)'\\') << 1) & ByteBits.Equal(bytes, (byte)'n');
            var digits = ByteBits.Digits(bytes) & inside;
            var letters = ByteBits.Letters(bytes) & ~broken & inside;
            var words = digits | letters | (ByteBits.Equal(bytes, (byte)'_') & inside);
            var starts = words & ~(words << 1);
            var taken = ByteBits.Wide - 1;
            if (words >> taken != 0)
            {
                // The last word may go on: it is taken with the next bytes, unless it is as long as all of them.
                taken = ByteBits.Wide - 2 - BitOperations.LeadingZeroCount(starts);
                if (taken == 0)
                {
                    at += TakeLong(ref line, at);
                    continue;
                }

                starts &= ulong.MaxValue >> (ByteBits.Wide - 1 - taken);
            }

            Take(ref text, at - 1, See(bytes, words, starts, digits, letters));
            if (breaks != 0)
            {
                return at - 1 + BitOperations.TrailingZeroCount(breaks);
            }

            at += taken;
        }

        return -1;
    }

    /// <summary>Takes words.</summary>
    /// <param name="text">What they stand in.</param>
    /// <param name="at">Where that begins in the line.</param>
    /// <param name="seen">The words.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Take(ref byte text, int at, in Marks seen)
    {
        ref var places = ref learned.Start;
        ref var pairs = ref vocabulary.Pairs;
        ref var word = ref _words[_count];
        ref var first = ref word;
        var (starts, ends) = (seen.Starts, seen.Ends);
        var before = word.Meaning;
        while (starts != 0)
        {
            var (start, end) = (BitOperations.TrailingZeroCount(starts), BitOperations.TrailingZeroCount(ends));
            var length = end - start;
            var code = LearnedWords.CodeOf(ref Unsafe.Add(ref text, (nuint)(uint)start), length);
            ref var place = ref LearnedWords.PlaceOf(ref places, code);
            var meaning = place.Meaning;
            if (place.Code != code)
            {
                meaning = ((seen.Numbers >> end) & 1) == 0 || vocabulary.MayKnow(code)
                    ? WordMeaning.New
                    : WordMeaning.AnyNumber;
            }

            var isPair = LineVocabulary.ArePair(ref pairs, before, meaning);
            word.Meaning = word.Meaning.OrMatters(isPair);
            word = ref Unsafe.Add(ref word, 1);
            word.Code = code;
            word.Meaning = meaning.OrMatters(isPair);
            word.Start = (ushort)(at + start);
            word.Length = (ushort)length;
            if (meaning.MustBeLookedAt(before))
            {
                Note(ref word);
            }

            before = meaning;
            starts &= starts - 1;
            ends &= ends - 1;
        }

        for (var special = seen.Special & seen.Ends; special != 0; special &= special - 1)
        {
            var index = BitOperations.PopCount(seen.Ends & ((special & (0 - special)) - 1));
            ref var each = ref Unsafe.Add(ref first, index + 1);
            each.Meaning = each.Meaning.With(WordTraits.Special);
            Note(ref each);
        }

        _count += (int)(Unsafe.ByteOffset(ref first, ref word) / Unsafe.SizeOf<LineWord>());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Note(ref LineWord word) => _noted[_notedCount++] =
        (ushort)(Unsafe.ByteOffset(ref _words[1], ref word) / Unsafe.SizeOf<LineWord>());

    /// <summary>Takes a word that is longer than what is looked at together.</summary>
    /// <returns>Its length.</returns>
    private int TakeLong(ref byte line, int at)
    {
        var length = ByteBits.Wide - 1;
        while (at + length <= longest && Neighbours.IsWordByte(Unsafe.Add(ref line, at + length)))
        {
            length++;
        }

        _noted[_notedCount++] = (ushort)_count;
        ref var word = ref _words[++_count];
        word.Meaning = learned.Learn(ref Unsafe.Add(ref line, at), length, out word.Code);
        word.Meaning = word.Meaning.With(WordTraits.Special);
        word.Start = (ushort)at;
        word.Length = (ushort)length;
        return length;
    }

    /// <summary>What stands where, as far as the bytes tell.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Marks See(Vector512<byte> bytes, ulong words, ulong starts, ulong digits, ulong letters)
    {
        var seen = default(Marks);
        seen.Starts = starts;
        seen.Ends = (words << 1) & ~words;
        seen.Numbers = ByteBits.EndsOf(digits, starts) & seen.Ends;
        var capitals = ByteBits.Capitals(bytes);
        var compounds = ByteBits.EndsOf(words,
            (words & ~letters & ~digits) | (capitals & ((letters & ~capitals) << 1)));
        // What stands behind the last byte is not seen.
        var foreign = ByteBits.Foreign(bytes);
        var joined = letters | foreign;
        var joins = foreign | (ByteBits.Equal(bytes, (byte)'\'') & (joined << 1) & ((joined >> 1) | (1UL << 63)));
        var colons = ByteBits.Equal(bytes, (byte)':');
        var opening = colons | ByteBits.Equal(bytes, (byte)'.') | ByteBits.Equal(bytes, (byte)'(');
        var statuses = digits & (digits >> 1) & (digits >> 2) & ~(words >> 3) & ByteBits.InRange(bytes, (byte)'4', 2);
        var places = ByteBits.EndsOf(words, starts & (colons << 1)) & (colons | ByteBits.Equal(bytes, (byte)')'));
        seen.Special = ByteBits.EndsOf(words, starts & (statuses | (joins << 1))) | joins | (places & seen.Numbers)
            | (ByteBits.EndsOf(words, starts & (opening << 1)) & compounds);
        return seen;
    }

    /// <summary>What stands where among some bytes, one bit a byte.</summary>
    private struct Marks
    {
        /// <summary>Beginnings of words.</summary>
        internal ulong Starts;

        /// <summary>Their ends.</summary>
        internal ulong Ends;

        /// <summary>Ends of <see cref="WordTraits.Number"/>.</summary>
        internal ulong Numbers;

        /// <summary>Ends of <see cref="WordTraits.Special"/>.</summary>
        internal ulong Special;
    }
}
