using Holdfast.Failures.Text;

namespace Holdfast.Failures.Scan;

/// <summary>A line that is kept until it is known how many follow.</summary>
/// <param name="Bytes">The line, cut as <see cref="LineText.Clean"/> would cut it.</param>
/// <param name="Number">1-based.</param>
/// <param name="Offset">Where it begins in the channel.</param>
internal readonly record struct HeldLine(byte[] Bytes, long Number, long Offset);

/// <summary>
/// Cuts a stream into blocks of whole lines. The last non-blank lines of a block stay in it until it is known what
/// follows; where they fill half of it, they are held one by one. What has enough lines behind it goes to the scan.
/// Memory: one block and the held lines, whatever the stream holds: a line that fills half a block is cut to its ends,
/// as it would be when it is read.
/// </summary>
internal sealed class StreamedLines(ChannelScan scan, byte[] block)
{
    /// <summary>Bytes kept of each end of a line that is too long; more than are read, for blanks at its end.</summary>
    private const int EndBytes = 2 * LineText.MaxBytes;

    private readonly Queue<HeldLine> _held = new();
    private long _number = 1;
    private long _offset;

    internal IReadOnlyList<HeldLine> Read(Stream input)
    {
        var length = 0;
        for (int count; (count = input.Read(block, length, block.Length - length)) > 0;)
        {
            length += count;
            if (length < block.Length)
            {
                continue;
            }

            length = Drop(Lines(block.AsSpan(0, length).LastIndexOf((byte)'\n') + 1), length);
            if (length > block.Length / 2)
            {
                length = MakeRoom(length);
            }
        }

        var last = block.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
        var from = Lines(last);
        HoldAll(block.AsSpan(from, last - from));
        Hold(block.AsSpan(last, length - last), _number, _offset);
        return [.. _held.Reverse()];
    }

    /// <summary>Takes the whole lines at the start of the block, but the last ones.</summary>
    /// <returns>Bytes taken.</returns>
    private int Lines(int length)
    {
        var text = block.AsSpan(0, length);
        var tail = length;
        var nonBlank = 0;
        while (tail > 0 && nonBlank < LineJudge.Settled)
        {
            var start = text[..(tail - 1)].LastIndexOf((byte)'\n') + 1;
            nonBlank += LogLines.IsBlank(text[start..(tail - 1)]) ? 0 : 1;
            tail = start;
        }

        if (nonBlank == LineJudge.Settled)
        {
            // Enough follow within the block for all that came before.
            while (_held.TryDequeue(out var line))
            {
                scan.Line(line.Bytes, line.Number, line.Offset);
            }

            _number = scan.Body(text[..tail], _number, _offset);
            _offset += tail;
        }
        else
        {
            tail = 0;
        }

        if (length - tail < block.Length / 2)
        {
            return tail;
        }

        HoldAll(text[tail..]);
        return length;
    }

    private void HoldAll(ReadOnlySpan<byte> lines)
    {
        for (var at = 0; at < lines.Length;)
        {
            var end = lines[at..].IndexOf((byte)'\n') + at;
            Hold(lines[at..end], _number, _offset + at);
            _number++;
            at = end + 1;
        }

        _offset += lines.Length;
    }

    private void Hold(ReadOnlySpan<byte> line, long number, long offset)
    {
        if (LogLines.IsBlank(line))
        {
            return;
        }

        var visible = LineText.Visible(line);
        _held.Enqueue(new HeldLine(
            visible.Length > 2 * EndBytes
                ? [.. visible[..EndBytes], .. visible[^EndBytes..]]
                : visible.ToArray(),
            number, offset));
        if (_held.Count > LineJudge.Settled)
        {
            var settled = _held.Dequeue();
            scan.Line(settled.Bytes, settled.Number, settled.Offset);
        }
    }

    /// <summary>Makes room in a block that an unfinished line and the lines before it fill by more than half.</summary>
    private int MakeRoom(int length)
    {
        var whole = block.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
        HoldAll(block.AsSpan(0, whole));
        length = Drop(whole, length);
        return length > block.Length / 2 ? Shorten(length) : length;
    }

    /// <summary>Drops the first bytes of the block.</summary>
    private int Drop(int count, int length)
    {
        block.AsSpan(count, length - count).CopyTo(block);
        return length - count;
    }

    /// <summary>
    /// Makes room in a block that one unfinished line fills: drops what a carriage return overwrote, then the middle.
    /// </summary>
    private int Shorten(int length)
    {
        var line = block.AsSpan(0, length);
        var shown = line.TrimEnd("\r "u8).LastIndexOf((byte)'\r') + 1;
        if (shown > 0)
        {
            line[shown..].CopyTo(block);
            _offset += shown;
            length -= shown;
        }

        if (length > 2 * EndBytes)
        {
            block.AsSpan(length - EndBytes, EndBytes).CopyTo(block.AsSpan(EndBytes));
            _offset += length - (2 * EndBytes);
            length = 2 * EndBytes;
        }

        return length;
    }
}
