namespace Holdfast.Journal;

/// <summary>
/// Looks at what follows a bad line for lines that say what was durable. The check value of a line proves its content
/// only together with the line before it, which here is bad or missing; so a well-formed line counts unless it is
/// proven to be changed. The mistake that remains is to report damage where there was a torn tail, never the reverse.
/// </summary>
internal sealed class DurableWitnesses(JournalPosition lastIntact)
{
    private readonly List<(long Seq, long Durable)> _rising = [];
    private long _previousSeq = lastIntact.Seq;
    private uint _previousClaimed = lastIntact.Crc;
    private uint _previousComputed = lastIntact.Crc;
    private bool _previousKnown = true;

    /// <summary>The highest number that one of them says was durable.</summary>
    internal long Highest => _rising.Count == 0 ? 0 : _rising[^1].Durable;

    /// <summary>The first that says that this number, or one after it, was durable.</summary>
    internal (long Seq, long Durable)? FirstProof(long seq)
    {
        foreach (var witness in _rising)
        {
            if (witness.Durable >= seq)
            {
                return witness;
            }
        }

        return null;
    }

    /// <summary>Looks at one line of the file.</summary>
    internal void Look(ReadOnlySpan<byte> line)
    {
        if (JournalLineReader.TryParse(line, out var fields))
        {
            Consider(line, fields);
            return;
        }

        LookInside(line);
        _previousKnown = false;
        _previousSeq = 0;
    }

    private void Consider(ReadOnlySpan<byte> line, in LineFields fields)
    {
        var computed = JournalLineReader.ComputeCrc(_previousClaimed, line);
        var follows = fields.Seq == _previousSeq + 1;
        var proven = computed == fields.Crc || JournalLineReader.ComputeCrc(_previousComputed, line) == fields.Crc;
        if (proven || !(follows && _previousKnown))
        {
            Add(fields.Seq, fields.Durable);
        }

        (_previousSeq, _previousClaimed, _previousComputed, _previousKnown)
            = (fields.Seq, fields.Crc, computed, proven);
    }

    /// <summary>
    /// A line end that was overwritten makes one bad line of two good ones, and zeros after a power cut stand in front
    /// of the next line: what starts like a line is tried as one.
    /// </summary>
    private void LookInside(ReadOnlySpan<byte> line)
    {
        var mark = "{\"seq\":"u8;
        var start = line.IndexOf(mark);
        while (start >= 0)
        {
            var rest = line[start..];
            var next = rest[mark.Length..].IndexOf(mark);
            var upToNext = next < 0 ? rest : rest[..(next + mark.Length)];
            for (var cut = 0; cut <= 1; cut++)
            {
                if (JournalLineReader.TryParse(upToNext[..^cut], out var fields))
                {
                    Add(fields.Seq, fields.Durable);
                }
            }

            start = next < 0 ? -1 : start + mark.Length + next;
        }

        if (JournalLineReader.TryReadCrc(line, out var claimed))
        {
            _previousClaimed = _previousComputed = claimed;
        }
    }

    private void Add(long seq, long durable)
    {
        if (durable > Highest)
        {
            _rising.Add((seq, durable));
        }
    }
}
