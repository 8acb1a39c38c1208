using Microsoft.Win32.SafeHandles;

namespace Holdfast.Plans.Runtimes;

/// <summary>
/// A capture as one stream, for the classifier to read with bounded memory: as long as it is when it is opened. What is
/// left behind of a task may write on, and would never let it end.
/// </summary>
internal sealed class WholeCapture : Stream
{
    /// <summary>
    /// The longest capture that is read whole, 256 MiB: a few seconds of one processor at most. Of a longer one both
    /// ends have to do.
    /// </summary>
    internal const long MostBytes = 256L << 20;

    private readonly SafeFileHandle _file;
    private long _at;

    private WholeCapture(SafeFileHandle file)
    {
        _file = file;
        Length = RandomAccess.GetLength(file);
    }

    /// <summary>Opens all of a capture; null where its ends are all of it, or where it is too long.</summary>
    internal static Func<Stream>? Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists && file.Length is > CaptureReader.HeadBytes + CaptureReader.TailBytes and <= MostBytes
            ? () => new WholeCapture(CaptureReader.Open(path))
            : null;
    }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    public override long Position
    {
        get => _at;
        set => _at = value;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var count = RandomAccess.Read(_file, buffer[..(int)Math.Min(buffer.Length, Math.Max(0, Length - _at))], _at);
        _at += count;
        return count;
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Current => _at,
        SeekOrigin.End => Length,
        _ => 0,
    };

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException("a capture is read only");

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("a capture is read only");

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }
}
