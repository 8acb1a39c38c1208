using System.Text;
using Holdfast.Cli;

namespace Holdfast.Tests.Cli.Driving;

public sealed class SafeWriterTests
{
    [Fact]
    public void A_reader_that_went_away_ends_the_writing_and_nothing_else()
    {
        var inner = new Gone();
        using var writer = new SafeWriter(inner);
        writer.WriteLine("one");
        inner.IsGone = true;
        writer.WriteLine("two");
        writer.Flush();
        inner.IsGone = false;
        writer.WriteLine("three");
        Assert.True(writer.IsLost);
        Assert.Equal("one\n", inner.Text.ToString());
    }

    private sealed class Gone : TextWriter
    {
        internal StringBuilder Text { get; } = new();

        internal bool IsGone { get; set; }

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            if (IsGone)
            {
                throw new IOException("Broken pipe");
            }

            Text.Append(value);
        }
    }
}
