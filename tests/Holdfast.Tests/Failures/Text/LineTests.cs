using System.Text;
using Holdfast.Failures;
using Holdfast.Failures.Text;

namespace Holdfast.Tests.Failures.Text;

/// <summary>How the bytes of a line become text, and which lines of a capture are looked at.</summary>
public sealed class LineTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("10%\r50%\rdone\r\r  ", "done")]
    [InlineData("\e[31;1merror\e[0m: no", "error: no")]
    [InlineData("\e(B\e[merror\e(B: no", "error: no")]
    [InlineData("\e]0;a title\aerror: no", "error: no")]
    [InlineData("\e]8;;http://x\e\\link", "link")]
    [InlineData("a\e]0;b\e[1mc", "ac")]
    [InlineData("a\e]0;b\e", "a")]
    [InlineData("a\eMb", "ab")]
    [InlineData("a\0b", "ab")]
    [InlineData("a\e", "a")]
    [InlineData("a\e[", "a")]
    [InlineData("a\e[3", "a")]
    [InlineData("a\e]0;b", "a")]
    [InlineData("a\e(", "a")]
    [InlineData("say \\\"no\\\"\\nnow", "say \"no\" now")]
    [InlineData("one \\n two", "one   two")]
    public void A_line_is_read_as_a_terminal_shows_it(string raw, string shown)
    {
        var bytes = Encoding.UTF8.GetBytes(raw);
        Assert.Equal(shown, LineText.Clean(bytes));
        var stripped = new byte[LineText.MaxBytes + 16];
        var count = LineText.Strip(LineText.Visible(bytes), stripped);
        Assert.True(LineText.IsStrippedAlike(LineText.Visible(bytes)));
        Assert.Equal(shown, LineText.Clean(stripped.AsSpan(0, count)));
    }

    [Fact]
    public void Only_UTF_8_without_an_escape_before_a_longer_letter_is_the_same_as_bytes()
    {
        Assert.True(LineText.IsStrippedAlike("é"u8));
        Assert.True(LineText.IsStrippedAlike("\e[1mé"u8));
        Assert.False(LineText.IsStrippedAlike("\eé"u8));
        Assert.False(LineText.IsStrippedAlike([0xC3]));
        Assert.True(LineText.IsStrippedAlike(new byte[LineText.MaxBytes]));
        Assert.False(LineText.IsStrippedAlike(new byte[LineText.MaxBytes + 1]));
    }

    [Fact]
    public void A_long_line_is_read_at_both_ends()
    {
        var whole = new string('a', LineText.MaxBytes / 2) + new string('b', LineText.MaxBytes / 2);
        Assert.Equal(whole, LineText.Clean(Encoding.UTF8.GetBytes(whole)));
        var longer = whole.Insert(LineText.MaxBytes / 2, "xyz");
        var cut = whole.Insert(LineText.MaxBytes / 2, " … ");
        Assert.Equal(cut, LineText.Clean(Encoding.UTF8.GetBytes(longer)));
        var into = new byte[LineText.MaxBytes + 16];
        var count = LineText.Strip(Encoding.UTF8.GetBytes(longer), into);
        Assert.Equal(cut, Encoding.UTF8.GetString(into.AsSpan(0, count)));
    }

    [Fact]
    public void Evidence_is_one_masked_line_of_bounded_length()
    {
        var mask = SecretMask.For(["hunter2!"]);
        Assert.Equal("a b\tc", LineText.Evidence(" a\nb\tc ", SecretMask.Empty));
        Assert.Equal("a *** b", LineText.Evidence("a hunter2! b", mask));
        Assert.Equal("a ***", LineText.Evidence("a hun\e[1mter2!", mask));
        Assert.Equal(new string('x', 500), LineText.Evidence(new string('x', 500), mask));
        Assert.Equal(new string('x', 499) + "…", LineText.Evidence(new string('x', 501), mask));
        var cut = LineText.Evidence(new string('x', 495) + "hunter2!", mask);
        Assert.DoesNotContain("hunt", cut, StringComparison.Ordinal);
    }

    [Fact]
    public void The_last_lines_that_are_not_blank_are_chosen_with_their_numbers()
    {
        var lines = LogLines.Choose("a\n\n \t\r\nbc\n"u8);
        Assert.Equal([new LogLine(7, 2, 4, 0), new LogLine(0, 1, 1, 1)], lines);
        Assert.Empty(LogLines.Choose(default));
        var many = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(1, 300)));
        var chosen = LogLines.Choose(many, 1_000, out var before);
        Assert.Equal((250, 1_000, 751, 249), (
            chosen.Count, chosen[0].Number, chosen[^1].Number, chosen[^1].FromEnd));
        Assert.Equal(Encoding.UTF8.GetByteCount(string.Join('\n', Enumerable.Range(1, 50))), before);
    }

    [Theory]
    [InlineData("a\nb\nc\nd\ne", 4, 1, "d c b")]
    [InlineData("a\nb\nc\nd\ne", 0, 1, "b a")]
    [InlineData("a\nb\nc\nd\ne", 8, 1, "e d")]
    [InlineData("a\nb\nc\nd\ne", 4, 9, "e d c b a")]
    [InlineData("a\nb\nc\nd\ne", 5, 0, "c")]
    public void The_lines_around_a_place_are_found_in_memory_and_in_a_stream(
        string text, int at, int reach, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal(expected, string.Join(' ', LogLines.Around(bytes, at, reach)));
        Assert.Equal(expected, string.Join(' ', LogLines.Around(() => new MemoryStream(bytes), at, reach)));
    }

    [Fact]
    public void Around_a_line_far_into_a_stream_only_what_is_near_is_read()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(10_000, 40_000).Select(i => $"{i}\n")));
        const int At = 6 * 30_000;
        Assert.Equal(["40001", "40000", "39999"], LogLines.Around(() => new MemoryStream(bytes), At, 1));
        Assert.Empty(LogLines.Around(() => new MemoryStream(bytes), bytes.Length + (200 << 10), 1));
    }

    [Fact]
    public void A_wait_far_up_in_a_stream_is_found_beside_its_line()
    {
        var log = new StringBuilder();
        log.Append("starting\n").Append("HTTP 429 Too Many Requests\nretry-after: 7\n");
        for (var i = 0; i < 20_000; i++)
        {
            log.Append("copied part ").Append(i).Append(" of the bundle\n");
        }

        var bytes = Encoding.UTF8.GetBytes(log.ToString());
        foreach (var (stdout, stderr) in new[] { (bytes, Array.Empty<byte>()), ([], bytes) })
        {
            var failure = FailureClassifier.Default.Classify(new FailureSignals
            {
                Outcome = new Outcome { ExitCode = 1 },
                WholeStdout = () => new MemoryStream(stdout),
                WholeStderr = () => new MemoryStream(stderr),
                Stdout = stdout.AsMemory(Math.Max(0, stdout.Length - 100)),
                Stderr = stderr.AsMemory(Math.Max(0, stderr.Length - 100)),
                StdoutGap = new CaptureGap(1, 50),
                StderrGap = new CaptureGap(1, 50),
                Now = TestData.Now,
            });
            Assert.Equal((FailureClass.RateLimited, 2, 7.0), (
                failure!.Class, failure.Evidence.Line, failure.Told?.After?.TotalSeconds));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 12)]
    [InlineData(3, 13)]
    [InlineData(0, 0)]
    public void A_line_behind_a_gap_has_the_number_that_it_has_in_the_whole(int line, int expected)
    {
        Assert.Equal(expected, new CaptureGap(2, 10).NumberOf(line));
        Assert.Equal(line, default(CaptureGap).NumberOf(line));
        Assert.Equal(int.MaxValue, new CaptureGap(2, 1L << 40).NumberOf(2));
    }

    /// <summary>A channel that was read to its end has its lines counted; the ends of another have their gap.</summary>
    [Theory]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 51)]
    [InlineData(true, true, 1)]
    [InlineData(false, false, 51)]
    public void A_line_has_its_number_by_how_its_own_channel_was_read(bool whole, bool otherWhole, int expected)
    {
        var refused = "HTTP 429 Too Many Requests\n"u8.ToArray();
        var told = "{\"type\":\"error\",\"message\":\"429 Too Many Requests\"}\n"u8.ToArray();
        foreach (var onStderr in new[] { true, false })
        {
            Assert.Equal((onStderr, expected), (onStderr, Read(refused, onStderr)));
        }

        // What an event says knows its line in the ends only.
        Assert.Equal(51, Read(told, onStderr: false));

        int? Read(byte[] said, bool onStderr)
        {
            Func<Stream> own = () => new MemoryStream(said);
            Func<Stream> other = () => new MemoryStream("ok\n"u8.ToArray());
            var (stderrWhole, stdoutWhole) = onStderr ? (whole, otherWhole) : (otherWhole, whole);
            return FailureClassifier.Default.Classify(new FailureSignals
            {
                Outcome = new Outcome { ExitCode = 1 },
                Stderr = onStderr ? said : "ok\n"u8.ToArray(),
                Stdout = onStderr ? "ok\n"u8.ToArray() : said,
                WholeStderr = stderrWhole ? onStderr ? own : other : null,
                WholeStdout = stdoutWhole ? onStderr ? other : own : null,
                StderrGap = new CaptureGap(1, 50),
                StdoutGap = new CaptureGap(1, 50),
                Now = TestData.Now,
            })?.Evidence.Line;
        }
    }
}
