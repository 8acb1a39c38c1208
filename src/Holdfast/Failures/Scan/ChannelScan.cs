using System.Buffers;
using Holdfast.Failures.Scan.Triggers;
using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>
/// Reads one channel of any length: from a span, or from a stream in blocks with bounded memory. Lines near the end are
/// judged one by one, since there the distance from the end counts. All lines further up weigh the same wherever they
/// stand, so of them only those with a trigger are looked at, each shape of line is judged once, and of each class the
/// last of the best lines is kept. The result is that of judging every line.
/// </summary>
internal sealed class ChannelScan
{
    private const int BlockBytes = 1 << 20;

    /// <summary>Lines that tell of failures, at most, for which as many are read that tell of none.</summary>
    private const int MostBad = 3;

    private readonly LineJudge _judge;
    private readonly LineShapes _shapes;
    private readonly bool _readsAll;
    private readonly TriggerScan _search;
    private readonly TriggerScan _searchOfLine;
    private readonly BestLine?[] _best = new BestLine?[(int)FailureClass.Unknown + 1];
    private readonly byte[] _stripped = new byte[LineText.MaxBytes + 64];
    private readonly List<Finding> _findings = [];

    internal ChannelScan(ScanTables tables, LineJudge judge)
    {
        _judge = judge;
        _readsAll = tables.Triggers.ReadsAll;
        _search = new TriggerScan(tables.Triggers);
        _searchOfLine = new TriggerScan(tables.Triggers);
        _shapes = new LineShapes(tables.Vocabulary);
    }

    /// <summary>Lines above the last ones: each has at least <see cref="LineJudge.Settled"/> lines behind it.</summary>
    /// <param name="text">Whole lines.</param>
    /// <param name="number">1-based number of its first line.</param>
    /// <param name="offset">Where it stands in the channel.</param>
    /// <returns>The number of the line that follows.</returns>
    internal long Body(ReadOnlySpan<byte> text, long number, long offset)
    {
        _search.Begin();
        var at = 0;
        var bad = 0;
        while (at < text.Length)
        {
            // Among lines that tell of failures the next often does too: it is not searched for.
            var hit = bad > 0 || _readsAll ? at : _search.Next(text, at);
            if (hit < 0)
            {
                number += text[at..].Count((byte)'\n');
                break;
            }

            var start = hit == at ? at : text[at..hit].LastIndexOf((byte)'\n') + 1 + at;
            number += text[at..start].Count((byte)'\n');
            var (known, length) = (default(Finding[]), -1);
            if (text[hit] is not (0 or 0x1B))
            {
                known = _shapes.Find(text, start, out length);
            }

            if (length < 0)
            {
                length = text[hit..].IndexOf((byte)'\n');
                length = (length < 0 ? text.Length : hit + length) - start;
                known = Proves(text.Slice(start, length));
            }
            else
            {
                known ??= Judge(text.Slice(start, length));
            }

            Note(known, start, length, number);
            bad = known.Length > 0 ? Math.Min(bad + 1, MostBad) : Math.Max(bad - 1, 0);
            at = start + length + 1;
            number += at <= text.Length ? 1 : 0;
        }

        Settle(text, offset);
        return number;
    }

    /// <summary>A line above the last ones.</summary>
    internal void Line(ReadOnlySpan<byte> line, long number, long offset)
    {
        Note(Proves(line), 0, line.Length, number);
        Settle(line, offset);
    }

    /// <summary>What a line proves.</summary>
    private Finding[] Proves(ReadOnlySpan<byte> line)
    {
        var isPlain = line.IndexOfAny((byte)'\r', (byte)0, (byte)0x1B) < 0;
        var visible = isPlain ? line.TrimEnd((byte)' ') : LineText.Visible(line);
        var plain = visible;
        if (visible.Length > LineText.MaxBytes || (!isPlain && visible.IndexOfAny((byte)0, (byte)0x1B) >= 0))
        {
            plain = _stripped.AsSpan(0, LineText.Strip(visible, _stripped));
            if (!MayTell(plain))
            {
                return [];
            }

            // Where bytes and characters may be stripped in different ways, the line is judged as it stands.
            plain = LineText.IsStrippedAlike(visible) ? plain : default;
        }

        return _shapes.Find(plain) ?? Judge(line, isRead: plain.IsEmpty || MayTell(plain));
    }

    /// <summary>Judges a line of a new shape.</summary>
    /// <param name="line">The line.</param>
    /// <param name="isRead">Whether it may tell of anything.</param>
    private Finding[] Judge(ReadOnlySpan<byte> line, bool isRead = true)
    {
        _findings.Clear();
        if (isRead)
        {
            _judge.Judge(LineText.Clean(line), LineJudge.Settled, _findings);
        }

        var best = BestOfEach();
        _shapes.Keep(best);
        return best;
    }

    /// <summary>Notes where a line stands, wherever it is the best for a class.</summary>
    private void Note(Finding[] known, int start, int length, long number)
    {
        for (var i = 0; i < known.Length; i++)
        {
            ref readonly var finding = ref known[i];
            ref var best = ref _best[(int)finding.Class];
            if (best is null || !best.Finding.Beats(in finding))
            {
                (best ??= new BestLine()).Set(known, i, start, length, number);
            }
        }
    }

    /// <summary>Keeps the best lines before the text that they stand in is gone.</summary>
    private void Settle(ReadOnlySpan<byte> text, long offset)
    {
        foreach (var each in _best)
        {
            each?.Settle(text, offset);
        }
    }

    private bool MayTell(ReadOnlySpan<byte> line) => _readsAll || _searchOfLine.Holds(line);

    /// <summary>The best line of each class among those above the last ones.</summary>
    internal IEnumerable<Finding> Best()
    {
        foreach (var each in _best)
        {
            if (each is not null)
            {
                yield return each.Whole();
            }
        }
    }

    /// <summary>Reads a whole stream.</summary>
    /// <param name="input">Read to its end, once.</param>
    /// <returns>The last lines, last first; those further up are in <see cref="Best"/>.</returns>
    internal IReadOnlyList<HeldLine> Read(Stream input)
    {
        var block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        try
        {
            return new StreamedLines(this, block).Read(input);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    /// <summary>Of one line only the best evidence for each class counts, the first where two are equal.</summary>
    private Finding[] BestOfEach()
    {
        if (_findings.Count == 0)
        {
            return [];
        }

        var kept = new List<Finding>();
        foreach (var each in _findings)
        {
            if (each.Score < TextJudge.Least)
            {
                continue;
            }

            var at = kept.FindIndex(other => other.Class == each.Class);
            if (at < 0)
            {
                kept.Add(each with { Text = "" });
            }
            else if (each.Beats(kept[at]))
            {
                kept[at] = each with { Text = "" };
            }
        }

        return [.. kept];
    }

    /// <summary>The best evidence for a class so far, and where its line stands, or what it says.</summary>
    private sealed class BestLine
    {
        private Finding[] _known = [];
        private int _at;
        private int _start;
        private int _length;
        private long _number;
        private long _offset;
        private string _text = "";
        private bool _isRead;

        /// <summary>The evidence, without its line.</summary>
        internal ref readonly Finding Finding => ref _known[_at];

        /// <summary>Takes another one.</summary>
        internal void Set(Finding[] known, int at, int start, int length, long number)
        {
            if (!ReferenceEquals(_known, known))
            {
                _known = known;
            }

            (_at, _start, _length, _number, _isRead) = (at, start, length, number, false);
        }

        /// <summary>Reads the line, if it stands in a text that is about to go.</summary>
        internal void Settle(ReadOnlySpan<byte> text, long offset)
        {
            if (!_isRead)
            {
                _isRead = true;
                _text = LineText.Clean(text.Slice(_start, _length));
                _offset = offset + _start;
            }
        }

        internal Finding Whole() => Finding with
        {
            Line = (int)Math.Min(int.MaxValue, _number),
            Offset = _offset,
            Text = _text,
        };
    }
}
