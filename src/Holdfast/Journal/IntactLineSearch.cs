namespace Holdfast.Journal;

/// <summary>An event that is intact in a damaged journal.</summary>
internal readonly record struct IntactLine(long Seq, long Offset, int Bytes, long Line, uint Crc, bool Proven);

/// <summary>
/// Finds the intact events of a damaged journal, wherever they stand: behind the damage, in the wrong order, twice, or
/// glued to another line.
/// </summary>
internal sealed class IntactLineSearch
{
    private readonly List<IntactLine> _found = [];
    private readonly List<JournalFault> _faults = [];

    internal List<IntactLine> Kept { get; } = [];

    internal IReadOnlyList<JournalFault> Faults => _faults;

    internal long FaultCount { get; private set; }

    /// <summary>Collects what is spelled like an event.</summary>
    internal void Scan(LineScanner scanner)
    {
        long number = 0;
        var firstBlank = 0L;
        while (scanner.MoveNext())
        {
            number += scanner.Continues ? 0 : 1;
            var line = scanner.Line.Span;
            if (line.IsEmpty && !scanner.Continues)
            {
                firstBlank = number;
                number += scanner.SkipBlankLines();
                continue;
            }

            if (firstBlank > 0)
            {
                // Up to the end they would be room that the writer made ahead.
                Fault(firstBlank, "empty line");
                firstBlank = 0;
            }

            var before = _found.Count;
            if (TryAdd(line, scanner.Offset, number))
            {
                DropIfRenumbered(before, line);
                continue;
            }

            if (!scanner.Continues)
            {
                Fault(number, scanner.Overlong
                    ? $"longer than {JournalFormat.MaxLineBytes} bytes" : JournalLineReader.Describe(line));
            }

            LookInside(line, scanner.Offset, number);
        }
    }

    /// <summary>
    /// Keeps those whose check value continues the event before, and those of which nothing can be said.
    /// </summary>
    internal void Prove(Stream stream)
    {
        _found.Sort((a, b) => a.Seq != b.Seq ? a.Seq.CompareTo(b.Seq) : a.Offset.CompareTo(b.Offset));
        var buffer = new byte[4096];
        var previous = new Previous(0, 0, 0, Proven: true);
        for (var i = 0; i < _found.Count;)
        {
            var group = i;
            IntactLine? kept = null;
            var next = previous;
            for (; i < _found.Count && _found[i].Seq == _found[group].Seq; i++)
            {
                if (kept is { Proven: true })
                {
                    Fault(_found[i].Line, $"seq {_found[i].Seq} is there twice");
                    continue;
                }

                if (Judge(stream, _found[i], previous, ref buffer, out next) is { } judged)
                {
                    kept = judged;
                }
                else
                {
                    Fault(_found[i].Line, "crc");
                }
            }

            previous = next;
            if (kept is { } line)
            {
                Kept.Add(line);
            }
        }

        _faults.Sort((a, b) => a.Line.CompareTo(b.Line));
    }

    private static IntactLine? Judge(
        Stream stream, IntactLine line, Previous previous, ref byte[] buffer, out Previous next)
    {
        if (buffer.Length < line.Bytes)
        {
            buffer = new byte[line.Bytes];
        }

        var bytes = buffer.AsSpan(0, line.Bytes);
        stream.Seek(line.Offset, SeekOrigin.Begin);
        stream.ReadExactly(bytes);
        var follows = line.Seq == previous.Seq + 1;
        var computed = JournalLineReader.ComputeCrc(previous.Claimed, bytes);
        var proven = follows
            && (computed == line.Crc || JournalLineReader.ComputeCrc(previous.Computed, bytes) == line.Crc);
        var changed = follows && previous.Proven && !proven;
        next = new Previous(line.Seq, line.Crc, computed, proven);
        return changed || !JournalLineReader.TryParse(bytes, out var fields)
            || !JournalLine.IsObject(bytes.Slice(fields.DataStart, fields.DataBytes))
            ? null
            : line with { Proven = proven };
    }

    private void LookInside(ReadOnlySpan<byte> line, long offset, long number)
    {
        var mark = "{\"seq\":"u8;
        var start = line.IndexOf(mark);
        while (start >= 0)
        {
            var next = line[(start + mark.Length)..].IndexOf(mark);
            var end = next < 0 ? line.Length : start + mark.Length + next;
            if (!TryAdd(line[start..end], offset + start, number))
            {
                TryAdd(line[start..(end - 1)], offset + start, number);
            }

            start = next < 0 ? -1 : end;
        }
    }

    /// <summary>
    /// A line that the next one in the file continues, but not by number, is one whose number was changed: kept, it
    /// would tell its event at the wrong time.
    /// </summary>
    private void DropIfRenumbered(int added, ReadOnlySpan<byte> line)
    {
        if (added == 0)
        {
            return;
        }

        var (before, after) = (_found[added - 1], _found[added]);
        if (after.Seq != before.Seq + 1 && JournalLineReader.ComputeCrc(before.Crc, line) == after.Crc)
        {
            _found.RemoveAt(added - 1);
            Fault(before.Line, $"seq {before.Seq} stands before {after.Seq}, which continues it");
        }
    }

    private bool TryAdd(ReadOnlySpan<byte> line, long offset, long number)
    {
        if (!JournalLineReader.TryParse(line, out var fields)
            || !fields.HasTaskAsText
            || (fields.Seq == 1 && !fields.Type.SequenceEqual("journal_opened"u8)))
        {
            return false;
        }

        _found.Add(new IntactLine(fields.Seq, offset, line.Length, number, fields.Crc, Proven: false));
        return true;
    }

    private void Fault(long line, string reason)
    {
        FaultCount++;
        if (_faults.Count < JournalRepair.MaxFaults)
        {
            _faults.Add(new JournalFault(line, reason));
        }
    }

    private readonly record struct Previous(long Seq, uint Claimed, uint Computed, bool Proven);
}
