using System.Buffers;
using System.Text;

namespace Holdfast.Failures.Text;

/// <summary>
/// Searches raw bytes for anchors, chunk by chunk. Bytes become characters one to one, since the words searched for
/// are ASCII whatever the encoding; a chunk is widened once, however many hits it holds.
/// </summary>
internal sealed class AnchorScan(SearchValues<string> anchors) : IDisposable
{
    private const int Chunk = 32 * 1024;

    // Longer than any anchor, so that one on the border of two chunks is found in the second.
    private const int Overlap = 64;

    private readonly char[] _wide = ArrayPool<char>.Shared.Rent(Chunk);
    private int _start;
    private int _size;

    /// <summary>The first hit at or after an offset; −1 for none. Offsets only go up.</summary>
    internal int Next(ReadOnlySpan<byte> text, int from)
    {
        while (from < text.Length)
        {
            var end = _start + _size;
            if (from < _start || from >= end || (from > end - Overlap && end < text.Length))
            {
                _start = from;
                _size = Math.Min(Chunk, text.Length - from);
                Encoding.Latin1.GetChars(text.Slice(_start, _size), _wide);
                end = _start + _size;
            }

            var hit = _wide.AsSpan(from - _start, end - from).IndexOfAny(anchors);
            if (hit >= 0)
            {
                return from + hit;
            }

            if (end == text.Length)
            {
                return -1;
            }

            from = end - Overlap + 1;
        }

        return -1;
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<char>.Shared.Return(_wide);
}
