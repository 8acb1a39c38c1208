namespace Holdfast.Journal;

/// <summary>
/// Cuts a stream into lines in one buffer that is used again. Memory is bounded by one line: what is longer comes in
/// pieces, marked as such.
/// </summary>
internal sealed class LineScanner(Stream stream, long offset)
{
    private const int MaxBlockBytes = 1 << 18;
    private const int MinBlockBytes = 1 << 12;

    // What is short is read into a short buffer: a look at a journal's tail, or at one of a few hundred events, must
    // not cost half a megabyte each time.
    private readonly int _blockBytes = BlockFor(stream, offset);
    private byte[] _buffer = new byte[BlockFor(stream, offset) + Math.Max(MinBlockBytes, BlockFor(stream, offset) / 2)];
    private int _lineStart;
    private int _lineBytes;
    private int _next;
    private int _filled;
    private long _bufferOffset = offset;
    private bool _ended;

    /// <summary>The line without its line end.</summary>
    internal ReadOnlyMemory<byte> Line => _buffer.AsMemory(_lineStart, _lineBytes);

    /// <summary>Where the line starts in the file.</summary>
    internal long Offset => _bufferOffset + _lineStart;

    /// <summary>Where the next line starts in the file.</summary>
    internal long NextOffset => _bufferOffset + _next;

    /// <summary>True if the line ends with a line end; only the last one may not.</summary>
    internal bool Terminated { get; private set; }

    /// <summary>True if this is a piece of a line that is longer than a line may be.</summary>
    internal bool Overlong { get; private set; }

    /// <summary>True if the line goes on from an overlong piece before it.</summary>
    internal bool Continues { get; private set; }

    /// <summary>Finds the next line. False at the end of the stream.</summary>
    internal bool MoveNext()
    {
        Continues = Overlong && !Terminated;
        _lineStart = _next;
        var searched = 0;
        while (true)
        {
            var rest = _buffer.AsSpan(_lineStart + searched, _filled - _lineStart - searched);
            var end = rest.IndexOf((byte)'\n');
            if (end >= 0)
            {
                var bytes = searched + end;
                return Found(bytes, terminated: true, Continues || bytes > JournalFormat.MaxLineBytes);
            }

            searched = _filled - _lineStart;
            if (searched > JournalFormat.MaxLineBytes)
            {
                return Found(searched, terminated: false, overlong: true);
            }

            if (_ended)
            {
                return searched > 0 && Found(searched, terminated: false, overlong: Continues);
            }

            Fill();
        }
    }

    /// <summary>Passes over the empty lines that follow at once.</summary>
    /// <returns>How many there were.</returns>
    internal long SkipBlankLines()
    {
        for (var skipped = 0L; ; Fill())
        {
            var rest = _buffer.AsSpan(_next, _filled - _next);
            var blank = rest.IndexOfAnyExcept((byte)'\n') is >= 0 and var other ? other : rest.Length;
            skipped += blank;
            _next += blank;
            (_lineStart, _lineBytes) = (_next, 0);
            if (blank < rest.Length || _ended)
            {
                return skipped;
            }
        }
    }

    private bool Found(int bytes, bool terminated, bool overlong)
    {
        _lineBytes = bytes;
        _next = _lineStart + bytes + (terminated ? 1 : 0);
        Terminated = terminated;
        Overlong = overlong;
        return true;
    }

    private static int BlockFor(Stream stream, long offset) =>
        stream.CanSeek ? (int)Math.Clamp(stream.Length - offset + 1, MinBlockBytes, MaxBlockBytes) : MaxBlockBytes;

    private void Fill()
    {
        if (_buffer.Length - _filled < _blockBytes)
        {
            var kept = _filled - _lineStart;
            var target = kept + _blockBytes <= _buffer.Length ? _buffer : new byte[_buffer.Length * 2];
            Buffer.BlockCopy(_buffer, _lineStart, target, 0, kept);
            _buffer = target;
            _bufferOffset += _lineStart;
            (_lineStart, _next, _filled) = (0, 0, kept);
        }

        var read = stream.Read(_buffer, _filled, _buffer.Length - _filled);
        _filled += read;
        _ended = read == 0;
    }
}
