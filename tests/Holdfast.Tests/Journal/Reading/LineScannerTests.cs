using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal.Reading;

/// <summary>Lines come out as they are in the file, whatever the pieces a stream gives them in.</summary>
public sealed class LineScannerTests
{
    private static readonly int[] Lengths =
        [0, 1, 0, 100, 4094, 4095, 4096, 4097, 2047, 2048, 2049, 6143, 6144, 6145, 0, 20_000, 3, 0];

    [Theory]
    [InlineData(1, false)]
    [InlineData(7, true)]
    [InlineData(4096, true)]
    [InlineData(4097, false)]
    [InlineData(1 << 20, true)]
    public void Every_line_has_its_bytes_and_its_place(int atOnce, bool seekable)
    {
        foreach (var terminated in new[] { true, false })
        {
            var text = string.Join('\n', Lengths.Select((length, i) => new string((char)('a' + i), length)))
                + (terminated ? "\n" : "tail");
            foreach (var start in new[] { 0, 5, 105 })
            {
                Assert.Equal(Expected(text, start), Scanned(text, start, atOnce, seekable));
            }
        }
    }

    [Fact]
    public void Nothing_has_no_lines_and_an_end_stays_the_end()
    {
        var scanner = new LineScanner(new MemoryStream("a\n"u8.ToArray()), 0);
        Assert.True(scanner.MoveNext());
        Assert.False(scanner.MoveNext());
        Assert.False(scanner.MoveNext());
        Assert.False(new LineScanner(new MemoryStream(), 0).MoveNext());
    }

    [Fact]
    public void A_small_file_is_read_into_a_small_buffer()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var scanner = new LineScanner(new MemoryStream("a\n"u8.ToArray()), 0);
        Assert.True(scanner.MoveNext());
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 32 << 10);
    }

    [Fact]
    public void A_line_of_the_greatest_length_is_whole_and_a_longer_one_comes_in_pieces_and_is_told()
    {
        foreach (var (length, overlong) in new[]
        {
            (JournalFormat.MaxLineBytes, false), (JournalFormat.MaxLineBytes + 1, true),
            (2 * JournalFormat.MaxLineBytes, true),
        })
        {
            var content = new byte[length + 4];
            content.AsSpan().Fill((byte)'x');
            content[0] = content[length + 1] = (byte)'\n';
            var scanner = new LineScanner(new Pieces(content, 1 << 20, seekable: true), 0);
            Assert.True(scanner.MoveNext() && scanner.Terminated && !scanner.Overlong);
            var bytes = 0;
            do
            {
                Assert.True(scanner.MoveNext());
                Assert.Equal(bytes > 0, scanner.Continues);
                Assert.Equal(1 + bytes, scanner.Offset);
                Assert.Equal(overlong, scanner.Overlong);
                bytes += scanner.Line.Length;
            }
            while (!scanner.Terminated);

            Assert.Equal((length, length + 2), (bytes, scanner.NextOffset));
            Assert.True(scanner.MoveNext());
            Assert.Equal((2, false), (scanner.Line.Length, scanner.Terminated));
            Assert.False(scanner.Continues || scanner.Overlong, "the line after it is a line of its own");
        }
    }

    private static List<(string Line, long Offset, long Next, bool Terminated)> Expected(string text, int start)
    {
        var lines = new List<(string, long, long, bool)>();
        for (var at = start; at < text.Length;)
        {
            var end = text.IndexOf('\n', at);
            var (line, next) = end < 0 ? (text[at..], text.Length) : (text[at..end], end + 1);
            lines.Add((line, at, next, end >= 0));
            at = next;
        }

        return lines;
    }

    private static List<(string Line, long Offset, long Next, bool Terminated)> Scanned(
        string text, int start, int atOnce, bool seekable)
    {
        using var stream = new Pieces(Encoding.ASCII.GetBytes(text), atOnce, seekable) { Position = start };
        var scanner = new LineScanner(stream, start);
        var lines = new List<(string, long, long, bool)>();
        while (scanner.MoveNext())
        {
            Assert.False(scanner.Overlong || scanner.Continues);
            lines.Add((
                Encoding.ASCII.GetString(scanner.Line.Span), scanner.Offset, scanner.NextOffset, scanner.Terminated));
        }

        return lines;
    }

    /// <summary>Gives a bounded number of bytes at once.</summary>
    private sealed class Pieces(byte[] content, int atOnce, bool seekable) : MemoryStream(content)
    {
        public override bool CanSeek => seekable;

        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, atOnce));
    }
}
