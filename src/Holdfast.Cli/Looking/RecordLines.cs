namespace Holdfast.Cli.Looking;

/// <summary>
/// The lines of a stream of JSON records as raw bytes, one at a time, in bounded memory: a line over the bound is
/// passed over and told as too long.
/// </summary>
/// <param name="input">Read to its end, once.</param>
internal sealed class RecordLines(Stream input)
{
    /// <summary>Bytes of the longest line that is read.</summary>
    internal const int MaxBytes = 64 << 20;

    private byte[] _buffer = new byte[64 << 10];
    private int _start;
    private int _end;
    private bool _isDone;

    /// <summary>1-based number of the line that was last read.</summary>
    internal int Number { get; private set; }

    /// <summary>Reads the next line.</summary>
    /// <param name="line">Without its end and a byte order mark; null where it is too long.</param>
    /// <returns>False at the end.</returns>
    internal bool Next(out ReadOnlyMemory<byte>? line)
    {
        var scanned = 0;
        var isTooLong = false;
        while (true)
        {
            var at = _buffer.AsSpan(_start + scanned, _end - _start - scanned).IndexOf((byte)'\n');
            if (at >= 0 || (_isDone && _end > _start))
            {
                var end = at >= 0 ? _start + scanned + at : _end;
                Number++;
                line = isTooLong || end - _start > MaxBytes
                    ? (ReadOnlyMemory<byte>?)null
                    : Trimmed(_buffer.AsMemory(_start, end - _start));
                _start = Math.Min(_end, end + 1);
                return true;
            }

            if (_isDone)
            {
                line = null;
                Number += isTooLong ? 1 : 0;
                return isTooLong;
            }

            scanned = _end - _start;
            if (scanned > MaxBytes)
            {
                isTooLong = true;
                (_start, _end, scanned) = (0, 0, 0);
            }

            Fill();
        }
    }

    private ReadOnlyMemory<byte> Trimmed(ReadOnlyMemory<byte> line) =>
        Number == 1 && line.Span.StartsWith("\uFEFF"u8) ? line[3..] : line;

    private void Fill()
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var count = input.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        _isDone = count == 0;
    }
}
