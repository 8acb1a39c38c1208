using Microsoft.Win32.SafeHandles;

namespace Holdfast.Plans.Runtimes.Agents;

/// <summary>Takes in the lines of a capture.</summary>
/// <param name="line">Without its end; valid until the call returns.</param>
internal delegate void LineSink(ReadOnlySpan<byte> line);

/// <summary>
/// Reads a capture while it grows, line by line, in bounded memory. A line over a mebibyte is skipped, and counted.
/// </summary>
internal sealed class CaptureFollower(string path) : IDisposable
{
    /// <summary>The longest line that is told.</summary>
    internal const int LongestLine = 1 << 20;

    private const int Chunk = 128 << 10;
    private readonly byte[] _chunk = new byte[Chunk];
    private byte[] _held = [];
    private int _heldLength;
    private bool _skips;
    private long _offset;
    private SafeFileHandle? _file;

    /// <summary>Lines that were too long.</summary>
    internal long Skipped { get; private set; }

    /// <summary>Reads on.</summary>
    /// <param name="most">Bytes that are read at most by this call.</param>
    /// <param name="isOver">Nothing more will come: what stands at the end is a line, with or without an end.</param>
    /// <param name="sink">Is given each whole line.</param>
    internal void Read(long most, bool isOver, LineSink sink)
    {
        if (_file is null && !File.Exists(path))
        {
            return;
        }

        _file ??= File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        for (long read = 0; read < most;)
        {
            var count = RandomAccess.Read(_file, _chunk, _offset);
            if (count == 0)
            {
                break;
            }

            read += count;
            _offset += count;
            Split(_chunk.AsSpan(0, count), sink);
        }

        if (isOver && _heldLength > 0)
        {
            sink(_held.AsSpan(0, _heldLength));
            _heldLength = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void Split(ReadOnlySpan<byte> bytes, LineSink sink)
    {
        while (bytes.IndexOf((byte)'\n') is var end && end >= 0)
        {
            if (_skips)
            {
                _skips = false;
            }
            else if (_heldLength == 0)
            {
                sink(bytes[..end]);
            }
            else if (Hold(bytes[..end]))
            {
                sink(_held.AsSpan(0, _heldLength));
            }
            else
            {
                _skips = false;
            }

            _heldLength = 0;
            bytes = bytes[(end + 1)..];
        }

        if (!_skips && bytes.Length > 0)
        {
            Hold(bytes);
        }
    }

    private bool Hold(ReadOnlySpan<byte> bytes)
    {
        var length = _heldLength + bytes.Length;
        if (length > LongestLine)
        {
            Skipped++;
            _skips = true;
            (_held, _heldLength) = ([], 0);
            return false;
        }

        if (length > _held.Length)
        {
            Array.Resize(ref _held, Math.Min(LongestLine, Math.Max(length, 2 * _held.Length)));
        }

        bytes.CopyTo(_held.AsSpan(_heldLength));
        _heldLength = length;
        return true;
    }
}
