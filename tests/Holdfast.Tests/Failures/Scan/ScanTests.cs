using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Failures;
using Holdfast.Failures.Scan;
using Holdfast.Failures.Scan.Triggers;
using Holdfast.Failures.Text;
using static Holdfast.Tests.Failures.Scan.ScanOracle;

namespace Holdfast.Tests.Failures.Scan;

/// <summary>
/// The scan against the plain way: every line cut into words and judged, last first. Same class, rule, line and score
/// for every class, on real outputs, mutations of them, and lines made to hit the edges of the scan.
/// </summary>
public sealed class ScanTests
{
    private static readonly RuleBook Book = RuleBook.BuiltIn;
    private static readonly string[] Lines = [.. RealLines()];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_log_of_real_lines_and_mutations_is_judged_as_line_by_line(int seed)
    {
        var random = new Random(seed);
        var log = new List<byte>();
        for (var count = random.Next(260, 700); count > 0; count--)
        {
            var line = Encoding.UTF8.GetBytes(Lines[random.Next(Lines.Length)]);
            log.AddRange(random.Next(3) == 0 ? line : Mutate(line, random));
            log.Add((byte)'\n');
        }

        AssertSame([.. log], random.Next(2) == 0 ? "git" : null);
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 150)];

    /// <summary>What was remembered of one line must not be taken for another that differs where it matters.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void A_line_that_differs_in_one_word_is_judged_by_itself(int seed)
    {
        var random = new Random(seed);
        string[] others =
            ["zebra", "Zebra", "417", "7", "42", "1234", "x", "ZebraCrossing", "zebra_crossing", "a1b2c3d4e5"];
        var tail = string.Concat(Enumerable.Repeat("ok\n", LineJudge.Settled));
        for (var i = 0; i < 400; i++)
        {
            var line = Lines[random.Next(Lines.Length)];
            var words = Regex.Matches(line, "[A-Za-z0-9_]+");
            if (words.Count == 0)
            {
                continue;
            }

            var word = words[random.Next(words.Count)];
            var other = string.Concat(line.AsSpan(0, word.Index), others[random.Next(others.Length)],
                line.AsSpan(word.Index + word.Length));
            AssertSame(Encoding.UTF8.GetBytes($"{other}\n{line}\n{tail}"), null);
            AssertSame(Encoding.UTF8.GetBytes($"{line}\n{other}\n{tail}"), null);
        }
    }

    [Theory]
    [InlineData("returned error: 417", "returned error: 507")]
    [InlineData("status: 500", "status: 200")]
    [InlineData("HTTP/1.1 401", "HTTP/1.1 402")]
    [InlineData("failed=0", "failed=7")]
    [InlineData("a.c:12:7: expected x", "a.c:12:77: expected x")]
    [InlineData("E: unable to x", "A: unable to x")]
    [InlineData("psql: SQLSTATE 22012", "psql: SQLSTATE 91012")]
    [InlineData("error: SQLSTATE[23]", "error: SQLSTATE[24]")]
    [InlineData("  -7 connection refused", "  -77 connection refused")]
    [InlineData("a.c:12:07: expected ';'", "a.c:12:7: expected ';'")]
    [InlineData("c:/a.c 1:12:07: error: expected x", "c:/a.c 11:12:07: error: expected x")]
    [InlineData("connection refused by x", "connection zebra by x")]
    [InlineData("connection\\nrefused by x", "connection\\nzebra by x")]
    [InlineData("error CS1002 x", "error XX1002 x")]
    public void Numbers_and_letters_that_mean_something_are_no_shape(string one, string other)
    {
        var tail = string.Concat(Enumerable.Repeat("ok\n", LineJudge.Settled));
        AssertSame(Encoding.UTF8.GetBytes($"{one}\n{other}\n{tail}"), null);
        AssertSame(Encoding.UTF8.GetBytes($"{other}\n{one}\n{tail}"), null);
    }

    [Theory]
    [InlineData("HTTP 42\09 Too Many Requests")]
    [InlineData("\e[31mconnec\e[0mtion refused")]
    [InlineData("\e]0;title\aconnection refused")]
    [InlineData("\e")]
    [InlineData("10%\rconnection refused\r100%")]
    [InlineData("10%\r100%\rconnection refused\r\r")]
    [InlineData("{\"m\":\"a\\nconnection refused\\n\"}")]
    [InlineData("can’t connect to MySQL server")]
    [InlineData("can't connect to MySQL server")]
    [InlineData("é connection refused é")]
    [InlineData("“connection refused”")]
    [InlineData("éconnection refused")]
    [InlineData("connection\u00a0refused")]
    [InlineData("\u0001\u0002connection refused 5")]
    [InlineData("status 429")]
    [InlineData("HTTP/1.1 503")]
    [InlineData("line 429")]
    [InlineData("502 Bad Gateway")]
    [InlineData("E1120 10:00:00.000000 1 main.go:429] connection refused")]
    [InlineData("GenerateRequestsPerDayPerProjectPerModel-FreeTier")]
    [InlineData("main.ts(1,2): error TS2345: x")]
    [InlineData("x MSB4018 y")]
    public void One_line_far_up_is_found_wherever_it_stands_in_a_chunk(string line)
    {
        for (var shift = 0; shift < 66; shift++)
        {
            var log = new StringBuilder();
            log.Append('y', shift).Append('\n').Append(line).Append('\n');
            for (var i = 0; i < 300; i++)
            {
                log.Append("copied part ").Append(i).Append(" of the bundle\n");
            }

            AssertSame(Encoding.UTF8.GetBytes(log.ToString()), null);
        }
    }

    /// <summary>A zero before what is counted forbids most rules of tests, but not wherever it stands.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Lines_that_count_are_judged_as_line_by_line(int seed)
    {
        string[] parts =
        [
            "0", "0", "5", "00", "failed", "failed", "FAILED", "failures", "passed", "total", "error",
            "errors", "Error(s)", "Warning(s)", "warnings", "test", "tests", "suites", "fail", "problems", "eslint",
            "expected", "found", "zone", "a.c:5:", ":", "=", ",", " ", "/", "(", ")", "\"", ".", "\\n", "é", "'s",
        ];
        var random = new Random(seed);
        var tail = string.Concat(Enumerable.Repeat("ok\n", LineJudge.Settled));
        for (var i = 0; i < 600; i++)
        {
            var line = new StringBuilder();
            for (var count = random.Next(2, 9); count > 0; count--)
            {
                line.Append(parts[random.Next(parts.Length)]).Append(' ', random.Next(5) > 0 ? 1 : 0);
            }

            AssertSame(Encoding.UTF8.GetBytes($"{line}\n{tail}"), null);
        }
    }

    /// <summary>A text is read in stretches: a line is found wherever it stands across the edge of two.</summary>
    [Theory]
    [InlineData("connection refused")]
    [InlineData("(RateLimitReached)")]
    [InlineData("x SomeTimeoutError: y")]
    [InlineData("HTTP 503")]
    [InlineData("error TS2345: x")]
    [InlineData("a.c:12:7: expected ';'")]
    public void A_line_is_found_across_the_edge_of_two_stretches(string line)
    {
        var scan = new TriggerScan(Book.Scan.Value.Triggers);
        for (var before = 2048 - line.Length - 70; before < 2048 + 3; before++)
        {
            var (near, far) = (new string('-', before), new string('-', 3000));
            var text = Encoding.UTF8.GetBytes($"{near}\nok\n{line}\n{far}\n{line}");
            scan.Begin();
            var first = scan.Next(text, 0);
            Assert.InRange(first, before + 4, before + 4 + line.Length);
            Assert.InRange(scan.Next(text, before + 5 + line.Length), text.Length - line.Length, text.Length - 1);
        }
    }

    [Theory]
    [InlineData(8_000)]
    [InlineData(8_192)]
    [InlineData(8_193)]
    [InlineData(8_250)]
    [InlineData(9_000)]
    [InlineData(40_000)]
    [InlineData(700_000)]
    [InlineData(3_000_000)]
    public void Long_lines_are_read_at_both_ends(int length)
    {
        foreach (var where in new[] { 0, 4_085, 4_090, length / 2, length - 4_100, length - 4_090, length - 30 })
        {
            var line = new StringBuilder().Append('x', where).Append(" connection refused ");
            line.Append('z', Math.Max(0, length - line.Length)).Append('\n');
            line.Append("early 12%\r").Append('w', length / 3).Append("\rdisk quota exceeded\n");
            line.Append(string.Concat(Enumerable.Repeat("copied a part of the bundle\n\n \n", 300)));
            AssertSame(Encoding.UTF8.GetBytes(line.ToString()), null);
        }
    }

    [Fact]
    public void A_stream_of_blank_lines_and_one_without_line_ends_are_read_in_bounded_memory()
    {
        AssertSame(Encoding.UTF8.GetBytes("connection refused\n" + new string('\n', 3_000_000) + "a\nb\n"), null);
        AssertSame(Encoding.UTF8.GetBytes("connection refused" + new string(' ', 3_000_000)), null);
        AssertSame(Encoding.UTF8.GetBytes(new string('q', 3_000_000) + " connection refused"), null);
        AssertSame(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("33% connection refused\r", 150_000))), null);
        AssertSame([], null);
        AssertSame("\n"u8.ToArray(), null);
    }

    [Fact]
    public void A_stream_in_small_reads_gives_the_same()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 60_000; i++)
        {
            text.Append(i % 1_000 == 7 ? "error: connection refused by peer " : "copied part ").Append(i).Append('\n');
        }

        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var judge = new TextJudge(Book, null);
        judge.Read(new Trickle(bytes), "stderr", 0);
        Assert.Equal(Plain(bytes, null), Told(judge));
        Assert.Equal(59_008, judge.Of(FailureClass.Connection)?.Line);
    }

    [Fact]
    public void A_hundred_megabytes_are_read_in_bounded_memory()
    {
        var block = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(
            "2026-11-20 09:14:07 ERROR retrying part 17: connection refused by 10.0.0.1:80\n", 12_000)));
        new TextJudge(Book, null).Read(new MemoryStream(block), "stderr", 0);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var judge = new TextJudge(Book, null);
        judge.Read(new Repeated(block, 110), "stderr", 0);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(12_000 * 110, judge.Of(FailureClass.Connection)?.Line);
        Assert.True(allocated < 8_000_000, $"{allocated:n0} bytes allocated");
    }

    [Fact]
    public void Letters_of_other_scripts_are_never_equal_to_plain_ones()
    {
        for (var c = (char)0x80; c < char.MaxValue; c++)
        {
            for (var letter = 'a'; letter <= 'z'; letter++)
            {
                Assert.False(new string(c, 1).Equals(new string(letter, 1), StringComparison.OrdinalIgnoreCase));
            }
        }
    }

    private static byte[] Mutate(byte[] line, Random random)
    {
        var bytes = new List<byte>(line);
        for (var times = random.Next(1, 4); times > 0 && bytes.Count > 0; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(12))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveAt(at);
                    break;
                case 2:
                    bytes.Insert(at, (byte)"\0\e\r\\'\"/.:_-( )|>+"[random.Next(17)]);
                    break;
                case 3:
                    bytes.InsertRange(at, "\e[31m"u8.ToArray());
                    break;
                case 4:
                    bytes[at] ^= 0x20;
                    break;
                case 5:
                    bytes.InsertRange(at, "é"u8.ToArray());
                    break;
                case 6:
                    bytes.InsertRange(at, "\\n"u8.ToArray());
                    break;
                case 7:
                    bytes.InsertRange(at, Encoding.ASCII.GetBytes(random.Next(3, 600).ToString()));
                    break;
                case 8:
                    bytes.InsertRange(at, "’"u8.ToArray());
                    break;
                case 9:
                    bytes.InsertRange(0, Encoding.ASCII.GetBytes(new string('k', random.Next(1, 70)) + " "));
                    break;
                case 10:
                    var other = Encoding.UTF8.GetBytes(Lines[random.Next(Lines.Length)]);
                    bytes.InsertRange(at, other[..random.Next(other.Length + 1)]);
                    break;
                default:
                    bytes.InsertRange(at, " '"u8.ToArray());
                    break;
            }
        }

        bytes.RemoveAll(static each => each == '\n');
        return [.. bytes];
    }

    private static IEnumerable<string> RealLines()
    {
        foreach (var rule in BuiltInRules.Load(withExamples: true))
        {
            foreach (var line in rule.Examples.Concat(rule.NearMisses))
            {
                yield return line;
            }
        }

        foreach (var entry in TestData.Corpus())
        {
            foreach (var line in (entry.Text("stderr") + "\n" + entry.Text("stdout")).Split('\n'))
            {
                yield return line;
            }
        }
    }

    /// <summary>Gives few bytes at a time.</summary>
    private sealed class Trickle(byte[] bytes) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, 777));
    }

    /// <summary>The same bytes over and over.</summary>
    private sealed class Repeated(byte[] block, int times) : Stream
    {
        private long _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => (long)block.Length * times;

        public override long Position { get => _at; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var from = (int)(_at % block.Length);
            var length = (int)Math.Min(Math.Min(count, block.Length - from), Length - _at);
            block.AsSpan(from, length).CopyTo(buffer.AsSpan(offset));
            _at += length;
            return length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
