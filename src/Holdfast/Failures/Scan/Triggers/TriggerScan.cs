using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan.Triggers;

/// <summary>
/// Finds the lines of a text that may be evidence, in one pass over the raw bytes, a stretch at a time: where words
/// begin, and where marks may stand that are no word of a rule, is told by vector compares (<see cref="WordMarks"/>);
/// each word, and each with the one before it, is looked up in a filter by its hash, without a branch. Only what passes
/// is looked at closely.
/// </summary>
/// <remarks>
/// The bytes of a line are what it is judged by, but where they are cleaned first (<see cref="LineText.Clean"/>).
/// Carriage returns only hide text: a line is reported for what they hide, which costs time, not truth. A backslash
/// and an n are a line break to it, so the n is no letter here. A line with escapes or NULs, or over
/// <see cref="LineText.MaxBytes"/>, is not decided here: such a line is reported, and looked at when it is cleaned.
/// </remarks>
/// <param name="table">What is looked for.</param>
internal sealed class TriggerScan(TriggerTable table)
{
    private const int Wide = ByteBits.Wide;

    private readonly WordMarks _marks = new();
    private readonly ulong[] _found = new ulong[WordMarks.Blocks];

    /// <summary>Where the stretch begins and ends that was looked at last.</summary>
    private int _start;
    private int _end;

    /// <summary>Where the line of the next byte begins.</summary>
    private int _lineStart;

    /// <summary>Start of a line that turned out to be too long and was not reported yet; −1 for none.</summary>
    private int _longLine;

    /// <summary>The hash of the last word.</summary>
    private uint _last;

    /// <summary>Takes another text.</summary>
    internal void Begin() => (_start, _end, _lineStart, _longLine) = (0, 0, 0, -1);

    /// <summary>Whether a line without escapes and NULs, of any length, may hold evidence.</summary>
    internal bool Holds(ReadOnlySpan<byte> line)
    {
        Begin();
        // As if the line began far behind: none is too long then.
        _lineStart = int.MaxValue / 2;
        return Next(line) >= 0;
    }

    /// <summary>
    /// The first place at or after another, which is the start of a line, in a line that may hold evidence; −1 for
    /// none.
    /// </summary>
    /// <param name="text">Whole lines; the same from one call to the next, unless another one is begun.</param>
    /// <param name="from">Start of a line; never less than before.</param>
    internal int Next(ReadOnlySpan<byte> text, int from)
    {
        if (from >= _end)
        {
            (_start, _end, _lineStart) = (from, from, from);
        }

        _longLine = _longLine < from ? -1 : _longLine;

        return NextInStretch(text, from) is >= 0 and var hit ? hit : Next(text);
    }

    /// <summary>As <see cref="Next(ReadOnlySpan{byte},int)"/>, behind the stretch that was looked at last.</summary>
    private int Next(ReadOnlySpan<byte> text)
    {
        while (_end < text.Length)
        {
            Read(text);
            if (NextInStretch(text, _start) is >= 0 and var hit)
            {
                return hit;
            }
        }

        return text.Length - _lineStart > LineText.MaxBytes ? _lineStart : -1;
    }

    private int NextInStretch(ReadOnlySpan<byte> text, int from)
    {
        if (_longLine >= 0)
        {
            return _longLine;
        }

        for (var block = (from - _start) / Wide; _start + (block * Wide) < _end; block++)
        {
            var at = _start + (block * Wide);
            var (found, marks) = (_found[block], _marks.Marks[block]);
            var candidates = found | marks;
            candidates &= from > at ? ulong.MaxValue << (from - at) : ulong.MaxValue;
            for (; candidates != 0; candidates &= candidates - 1)
            {
                var i = BitOperations.TrailingZeroCount(candidates);
                if ((((found >> i) & 1) != 0 && IsFound(text, at + i))
                    || (((marks >> i) & 1) != 0 && table.IsMarked(text, at + i, _marks.IsStart(at - _start + i))))
                {
                    return at + i;
                }
            }
        }

        return -1;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool IsFound(ReadOnlySpan<byte> text, int at)
    {
        var place = at - _start;
        return table.Holds(text, at, _marks.KeyAt(place), _marks.KeyBefore(place), _marks.KeyBehind(place));
    }

    /// <summary>Looks up the words of the next stretch.</summary>
    private void Read(ReadOnlySpan<byte> text)
    {
        _start = _end;
        _end = _start + _marks.Read(text, _start, table);
        Find();
        _longLine = -1;
        var stretch = text[_start.._end];
        if (stretch.IndexOf((byte)'\n') is >= 0 and var first)
        {
            _longLine = _start + first - _lineStart > LineText.MaxBytes ? _lineStart : -1;
            _lineStart = _start + stretch.LastIndexOf((byte)'\n') + 1;
        }
    }

    /// <summary>
    /// Finds where words begin that may be looked for, by themselves, by their beginning or with the word before them.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Find()
    {
        ref var singles = ref table.Words;
        ref var pairs = ref table.Pairs;
        ref var letters = ref _marks.Letters;
        ref var starts = ref _marks.Hashed;
        ref var into = ref MemoryMarshal.GetArrayDataReference(_found);
        var before = _last;
        for (var block = 0; block * Wide < _end - _start; block++)
        {
            ulong found = 0;
            for (var left = Unsafe.Add(ref starts, block); left != 0; left &= left - 1)
            {
                var i = BitOperations.TrailingZeroCount(left);
                var key = WordKey.At(ref Unsafe.Add(ref letters, i));
                var hash = key.Hash;
                var word = WordFilter.At(ref singles, TriggerTable.WordBits, hash);
                var pair = WordFilter.At(ref pairs, TriggerTable.PairBits, WordHash.Pair(before, hash));
                found |= ((word | pair) & 1) << i;
                before = hash;
            }

            Unsafe.Add(ref into, block) = found;
            letters = ref Unsafe.Add(ref letters, Wide);
        }

        _last = before;
    }
}
