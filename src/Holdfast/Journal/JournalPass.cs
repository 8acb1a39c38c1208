namespace Holdfast.Journal;

/// <summary>
/// Reads a journal once through. Up to the first bad line events are handed out; what follows it is only asked for one
/// thing: does any line there say that the bad one, or one after it, was durable? Yes is damage, no is a torn tail.
/// Blank lines up to the end of the file are neither: they are room that a writer made ahead.
/// </summary>
internal sealed class JournalPass(string path, JournalRecordHandler? onRecord, JournalPosition from)
{
    /// <summary>What is said of a last line that has no end yet.</summary>
    internal const string Incomplete = "incomplete";

    private readonly NameTable _names = new();
    private readonly UnprovenLines _unproven = new(from.Offset);
    private LineScanner _scanner = null!;
    private JournalPosition _end = from;
    private JournalOpening? _opening;
    private long _lineNumber = from.Seq;
    private long _events;
    private bool _closed;
    private bool _unterminated;

    /// <summary>Leave a last line without line end for later, even if all else of it is there.</summary>
    internal bool WholeLinesOnly { get; init; }

    /// <summary>
    /// Reads on to the end. A driver may be writing meanwhile, and who reads beside it may see the end of what it wrote
    /// before the start: what is bad counts only once a second look at it has found nothing new.
    /// </summary>
    internal JournalReading Run(Stream stream)
    {
        var reading = ReadOn(stream);
        while (reading.Damage is not null || reading.Torn.Reason is not (null or Incomplete))
        {
            var events = _events;
            reading = ReadOn(stream);
            if (_events == events)
            {
                break;
            }
        }

        return reading;
    }

    private JournalReading ReadOn(Stream stream)
    {
        stream.Seek(_end.Offset, SeekOrigin.Begin);
        _scanner = new LineScanner(stream, _end.Offset);
        _lineNumber = _end.Seq;
        while (_scanner.MoveNext())
        {
            _lineNumber++;
            var start = _scanner.Offset;
            if (_end.Seq > 0 && IsBlank)
            {
                _scanner.SkipBlankLines();
                return _scanner.MoveNext() ? Finish(LineFault.Blank, start) : Result();
            }

            var fault = Take(_scanner.Line, out var seenSeq);
            if (fault != LineFault.None)
            {
                return Finish(fault, start, seenSeq);
            }
        }

        return Result();
    }

    private bool IsBlank => _scanner.Line.IsEmpty && _scanner is { Terminated: true, Continues: false };

    private LineFault Take(ReadOnlyMemory<byte> memory, out long seenSeq)
    {
        var line = memory.Span;
        seenSeq = 0;
        if (_lineNumber == 1)
        {
            RefuseNewerFormat(line);
        }

        if (_scanner.Overlong)
        {
            return LineFault.Overlong;
        }

        if ((WholeLinesOnly && !_scanner.Terminated) || !JournalLineReader.TryParse(line, out var fields))
        {
            return LineFault.Form;
        }

        seenSeq = fields.Seq;
        if (fields.Seq != _end.Seq + 1)
        {
            return LineFault.Seq;
        }

        if (JournalLineReader.ComputeCrc(_end.Crc, line) != fields.Crc)
        {
            return LineFault.Crc;
        }

        if (!JournalLine.IsObject(line.Slice(fields.DataStart, fields.DataBytes))
            || !fields.HasTaskAsText)
        {
            return LineFault.Data;
        }

        var type = _names.Get(fields.Type);
        if (fields.Seq == 1 && (_opening is null || type != JournalEvents.Opened))
        {
            return LineFault.NotOpened;
        }

        HandOut(memory, fields, type);
        return LineFault.None;
    }

    private void HandOut(ReadOnlyMemory<byte> memory, in LineFields fields, string type)
    {
        _end = new JournalPosition(fields.Seq, _scanner.NextOffset, fields.Crc);
        _unproven.Add(fields.Seq, fields.Durable, _scanner.NextOffset);
        _unterminated = !_scanner.Terminated;
        _closed = string.Equals(type, JournalEvents.Closed, StringComparison.Ordinal);
        _events++;
        onRecord?.Invoke(new JournalRecord
        {
            Seq = fields.Seq,
            At = new DateTimeOffset(fields.At),
            Type = type,
            Task = fields.HasTask ? _names.Get(fields.Task) : null,
            Attempt = fields.Attempt,
            Data = memory.Slice(fields.DataStart, fields.DataBytes),
            Durable = fields.Durable,
        });
    }

    // A format is always readable by its own version: a line that denies it was changed, and its checksum tells so.
    private void RefuseNewerFormat(ReadOnlySpan<byte> line)
    {
        _opening = JournalReader.ReadOpening(line);
        if (_opening is { } opening && opening.ReadableBy > JournalFormat.Version
            && opening.ReadableBy <= opening.Format)
        {
            throw new JournalFormatException(path, opening.Format, opening.ReadableBy);
        }
    }

    private JournalReading Finish(LineFault fault, long tornStart, long seenSeq = 0)
    {
        var badLine = _lineNumber;
        var what = Words(fault, _scanner.Line.Span, seenSeq);
        var witnesses = new DurableWitnesses(_end);
        var lines = 0L;
        do
        {
            witnesses.Look(_scanner.Line.Span);
            if (IsBlank)
            {
                _scanner.SkipBlankLines();
            }
            else
            {
                lines += _scanner.Continues ? 0 : 1;
            }
        }
        while (_scanner.MoveNext());

        var result = Result() with { Torn = new JournalTorn(lines, _scanner.NextOffset - tornStart, what) };
        if (witnesses.FirstProof(_end.Seq + 1) is { } proof)
        {
            var reason = fault == LineFault.Seq
                ? $"{what}, and line {proof.Seq} says {proof.Durable} was durable"
                : $"{what}; it was durable";
            return Damaged(result, badLine, reason, witnesses.Highest);
        }

        // The first line is written, synced and renamed into place before anything else can be: it is always durable.
        return _end.Seq == 0 && !(WholeLinesOnly && !_scanner.Terminated)
            ? Damaged(result, badLine, $"{what}; it was durable", 1) : result;
    }

    private JournalReading Damaged(JournalReading result, long line, string reason, long highest)
        => result with { Torn = JournalTorn.None, Damage = new JournalDamage(line, reason, _end.Seq, highest) };

    private string Words(LineFault fault, ReadOnlySpan<byte> line, long seenSeq) => fault switch
    {
        LineFault.Seq => $"seq {seenSeq} follows {_end.Seq}",
        LineFault.Crc => "crc",
        LineFault.Data => "data is not a JSON object",
        LineFault.Overlong => $"longer than {JournalFormat.MaxLineBytes} bytes",
        LineFault.Blank => "empty line",
        LineFault.NotOpened => $"does not open a journal of format {JournalFormat.Version}",
        _ when _scanner.Terminated => JournalLineReader.Describe(line),
        _ => Incomplete,
    };

    private JournalReading Result() => new()
    {
        Events = _events,
        End = _end,
        HighestDurable = _unproven.HighestDurable,
        UnprovenOffset = _unproven.Offset,
        Unterminated = _unterminated,
        Closed = _closed,
        Opening = _opening,
    };
}

/// <summary>
/// Where the lines start that no line says were durable: the ends of those after the highest durable one.
/// </summary>
internal sealed class UnprovenLines(long offset)
{
    private readonly Queue<(long Seq, long End)> _ends = new();

    internal long HighestDurable { get; private set; }

    internal long Offset { get; private set; } = offset;

    internal void Add(long seq, long durable, long end)
    {
        _ends.Enqueue((seq, end));
        HighestDurable = Math.Max(HighestDurable, durable);
        while (_ends.TryPeek(out var first) && first.Seq <= HighestDurable)
        {
            Offset = first.End;
            _ends.Dequeue();
        }
    }
}
