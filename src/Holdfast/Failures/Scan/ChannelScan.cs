using System.Buffers;
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

    private readonly LineJudge _judge;
    private readonly LineShapes _shapes;
    private readonly TriggerTable _triggers;
    private readonly BestLine?[] _best = new BestLine?[(int)FailureClass.Unknown + 1];
    private readonly byte[] _stripped = new byte[LineText.MaxBytes + 64];
    private readonly List<Finding> _findings = [];

    internal ChannelScan(ScanTables tables, LineJudge judge)
    {
        _judge = judge;
        _triggers = tables.Triggers;
        _shapes = new LineShapes(tables.Vocabulary);
    }

    /// <summary>Lines above the last ones: each has at least <see cref="LineJudge.Settled"/> lines behind it.</summary>
    /// <param name="text">Whole lines.</param>
    /// <param name="number">1-based number of its first line.</param>
    /// <param name="offset">Where it stands in the channel.</param>
    /// <returns>The number of the line that follows.</returns>
    internal long Body(ReadOnlySpan<byte> text, long number, long offset)
    {
        var at = 0;
        var isBad = false;
        while (at < text.Length)
        {
            // Behind a line that tells of a failure there often is another: it is not searched for.
            var hit = isBad || _triggers.ReadsAll ? at : TriggerScan.Next(_triggers, text, at, ref number);
            if (hit < 0)
            {
                break;
            }

            var start = text[at..hit].LastIndexOf((byte)'\n') + 1 + at;
            var end = text[hit..].IndexOf((byte)'\n');
            end = end < 0 ? text.Length : hit + end;
            isBad = Line(text[start..end], number, offset + start);
            at = end + 1;
            number += end < text.Length ? 1 : 0;
        }

        return number;
    }

    /// <summary>A line above the last ones.</summary>
    /// <returns>Whether it is evidence of anything.</returns>
    internal bool Line(ReadOnlySpan<byte> line, long number, long offset)
    {
        var isPlain = line.IndexOfAny((byte)'\r', (byte)0, (byte)0x1B) < 0;
        var visible = isPlain ? line.TrimEnd((byte)' ') : LineText.Visible(line);
        var plain = visible;
        if (visible.Length > LineText.MaxBytes || (!isPlain && visible.IndexOfAny((byte)0, (byte)0x1B) >= 0))
        {
            plain = _stripped.AsSpan(0, LineText.Strip(visible, _stripped, out var isSame));
            if (!MayTell(plain))
            {
                return false;
            }

            // Where bytes and characters may be stripped in different ways, the line is judged as it stands.
            plain = isSame ? plain : default;
        }

        if (_shapes.Find(plain) is not { } known)
        {
            _findings.Clear();
            if (plain.IsEmpty || MayTell(plain))
            {
                _judge.Judge(LineText.Clean(line), LineJudge.Settled, _findings);
            }

            known = BestOfEach();
            _shapes.Keep(known);
        }

        for (var i = 0; i < known.Length; i++)
        {
            ref readonly var finding = ref known[i];
            ref var best = ref _best[(int)finding.Class];
            if (best is null || !best.Finding.Beats(in finding))
            {
                (best ??= new BestLine()).Set(known, i, line, visible, number, offset);
            }
        }

        return known.Length > 0;
    }

    private bool MayTell(ReadOnlySpan<byte> line) => _triggers.ReadsAll || TriggerScan.Holds(_triggers, line);

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

    /// <summary>The best evidence for a class so far, and a copy of its line.</summary>
    private sealed class BestLine
    {
        private Finding[] _known = [];
        private int _at;
        private byte[] _line = [];
        private int _length;
        private string? _text;
        private long _number;
        private long _offset;

        /// <summary>The evidence, without its line.</summary>
        internal ref readonly Finding Finding => ref _known[_at];

        internal void Set(
            Finding[] known, int at, ReadOnlySpan<byte> line, ReadOnlySpan<byte> visible, long number, long offset)
        {
            (_known, _at, _number, _offset) = (known, at, number, offset);
            _text = visible.Length > LineText.MaxBytes ? LineText.Clean(line) : null;
            _length = _text is null ? visible.Length : 0;
            if (_line.Length < _length)
            {
                _line = new byte[_length];
            }

            visible[.._length].CopyTo(_line);
        }

        internal Finding Whole() => Finding with
        {
            Line = (int)Math.Min(int.MaxValue, _number),
            Offset = _offset,
            Text = _text ?? LineText.Clean(_line.AsSpan(0, _length)),
        };
    }
}
