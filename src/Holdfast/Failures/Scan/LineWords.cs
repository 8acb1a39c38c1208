using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

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

    /// <summary>Whether it is made of digits only.</summary>
    internal bool IsNumber;

    /// <summary>Whether it is made of several words: <c>rate_limit</c>, <c>RateLimit</c>.</summary>
    internal bool IsCompound;
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

    /// <summary>Whether there is an apostrophe or a letter of another script: beside it words are cut otherwise.</summary>
    internal bool HasJoins { get; private set; }

    /// <summary>Takes another line.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Cut(ReadOnlySpan<byte> line)
    {
        line.CopyTo(_line.AsSpan(before));
        _line.AsSpan(before + line.Length, 2 * ByteBits.Wide).Clear();
        _length = line.Length;
        ref var text = ref Text;
        ref var word = ref MemoryMarshal.GetArrayDataReference(_words);
        var count = 0;
        ulong joins = 0;
        var (current, edge) = (default(Bits), default(Bits));
        current.Read(ref text, in edge);
        for (var at = 0; at < line.Length; at += ByteBits.Wide)
        {
            joins |= ByteBits.Foreign(ref Unsafe.Add(ref text, at))
                | ByteBits.Equal(ref Unsafe.Add(ref text, at), (byte)'\'');
            var next = default(Bits);
            next.Read(ref Unsafe.Add(ref text, at + ByteBits.Wide), in current);
            var starts = current.Words & ~((current.Words << 1) | (edge.Words >> 63));
            while (starts != 0)
            {
                var i = BitOperations.TrailingZeroCount(starts);
                var run = ByteBits.Ahead(current.Words, next.Words, i);
                var visible = BitOperations.TrailingZeroCount(~run | (1UL << 63));
                var length = visible < 63 ? visible : Neighbours.EndOfWord(line, at + i) - at - i;
                var counted = Math.Min(visible, WordHash.LongestLength);
                word.Start = (ushort)(at + i);
                word.Length = (ushort)length;
                word.Hash = WordHash.Of(
                    WordHash.Key(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref text, at + i)), counted), counted);
                word.IsNumber = BitOperations.TrailingZeroCount(
                    ~ByteBits.Ahead(current.Digits, next.Digits, i) | (1UL << 63)) >= visible;
                word.IsCompound = visible == 63
                    || (ByteBits.Ahead(current.Joints, next.Joints, i) & ((1UL << visible) - 1)) != 0;
                word = ref Unsafe.Add(ref word, 1);
                count++;
                starts &= starts - 1;
            }

            (edge, current) = (current, next);
        }

        word = default;
        _count = count;
        HasJoins = joins != 0;
    }

    /// <summary>What stands where in 64 bytes.</summary>
    private struct Bits
    {
        internal ulong Words;
        internal ulong Digits;

        /// <summary>Underscores, and capitals behind small letters.</summary>
        internal ulong Joints;

        private ulong _small;
        private ulong _backslashes;

        /// <summary>A backslash and an n are a line break inside quoted text, so the n is no letter.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal void Read(ref byte text, in Bits before)
        {
            _backslashes = ByteBits.Equal(ref text, (byte)'\\');
            var broken = ((_backslashes << 1) | (before._backslashes >> 63)) & ByteBits.Equal(ref text, (byte)'n');
            var underscores = ByteBits.Equal(ref text, (byte)'_');
            var letters = ByteBits.Letters(ref text) & ~broken;
            var capitals = ByteBits.Capitals(ref text);
            Digits = ByteBits.Digits(ref text);
            Words = Digits | letters | underscores;
            _small = letters & ~capitals;
            Joints = underscores | (capitals & ((_small << 1) | (before._small >> 63)));
        }
    }
}
