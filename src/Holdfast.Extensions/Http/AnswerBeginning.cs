namespace Holdfast.Extensions.Http;

/// <summary>
/// Reads the beginning of an answer that says why it failed, and leaves the answer readable from there for whoever gets
/// it: what came in chunks, or packed, does not say how long it is.
/// </summary>
internal static class AnswerBeginning
{
    /// <summary>Most bytes that are looked at.</summary>
    private const int MostBytes = 64 << 10;

    internal static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(
        HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var content = answer.Content;
        if (content.Headers.ContentLength is 0)
        {
            return default;
        }

        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        var beginning = new byte[Math.Min(content.Headers.ContentLength ?? MostBytes, MostBytes)];
        var length = await stream.ReadAtLeastAsync(
            beginning, beginning.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        answer.Content = new Rest(content, beginning.AsMemory(0, length), stream);
        return beginning.AsMemory(0, length);
    }

    /// <summary>The whole content, of which the beginning was read already.</summary>
    private sealed class Rest : StreamContent
    {
        private readonly HttpContent _whole;

        internal Rest(HttpContent whole, ReadOnlyMemory<byte> beginning, Stream rest)
            : base(new Joined(beginning, rest))
        {
            _whole = whole;
            foreach (var (name, values) in whole.Headers.NonValidated)
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            _whole.Dispose();
        }
    }

    /// <summary>Two parts as one stream that is read once, from its begin to its end.</summary>
    private sealed class Joined(ReadOnlyMemory<byte> beginning, Stream rest) : Stream
    {
        private ReadOnlyMemory<byte> _left = beginning;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer) => _left.IsEmpty ? rest.Read(buffer) : Take(buffer);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            _left.IsEmpty ? rest.ReadAsync(buffer, cancellationToken) : new ValueTask<int>(Take(buffer.Span));

        public override Task<int> ReadAsync(
            byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Flush()
        {
            // Nothing is written.
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            rest.Dispose();
        }

        private int Take(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, _left.Length);
            _left.Span[..count].CopyTo(buffer);
            _left = _left[count..];
            return count;
        }
    }
}
