using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>
/// A line has one spelling, so that it is read by position; anything else is no line, however right its check value is.
/// </summary>
public sealed class JournalLineReaderTests
{
    private const string Time = "2026-11-20T09:30:12.000001Z";

    [Fact]
    public void The_shortest_line_is_read()
    {
        Assert.True(JournalLineReader.TryParse(Line(), out var fields));
        Assert.Equal((1, 0, 0), (fields.Seq, fields.Durable, fields.Attempt));
        Assert.Equal(new DateTime(2026, 11, 20, 9, 30, 12, DateTimeKind.Utc).AddMicroseconds(1), fields.At);
        Assert.Equal("x", Encoding.UTF8.GetString(fields.Type));
        Assert.False(fields.HasTask);
        Assert.Equal("{}", Encoding.UTF8.GetString(Line().AsSpan(fields.DataStart, fields.DataBytes)));
    }

    [Theory]
    [InlineData("1", "0")]
    [InlineData("2", "1")]
    [InlineData("10", "9")]
    [InlineData("999999999999999999", "999999999999999998")]
    public void The_smallest_and_the_largest_numbers_are_read(string seq, string durable)
    {
        Assert.True(JournalLineReader.TryParse(Line(seq: seq, durable: durable), out var fields));
        Assert.Equal((seq, durable), ($"{fields.Seq}", $"{fields.Durable}"));
    }

    [Theory]
    [InlineData("", "0")]
    [InlineData("0", "0")]
    [InlineData("01", "0")]
    [InlineData("-1", "0")]
    [InlineData("1 ", "0")]
    [InlineData("1000000000000000000", "0")]
    [InlineData("5", "")]
    [InlineData("5", "00")]
    [InlineData("5", "01")]
    [InlineData("5", "-1")]
    [InlineData("5", "5")]
    [InlineData("5", "6")]
    public void Other_numbers_are_refused_and_so_is_a_line_that_says_it_is_durable_itself(string seq, string durable) =>
        Assert.False(JournalLineReader.TryParse(Line(seq: seq, durable: durable), out _));

    [Theory]
    [InlineData("0001-01-01T00:00:00.000000Z")]
    [InlineData("9999-12-31T23:59:59.999999Z")]
    [InlineData("2028-02-29T09:30:12.000001Z")]
    public void The_first_and_the_last_moment_are_read(string time)
    {
        Assert.True(JournalLineReader.TryParse(Line(time: time), out var fields));
        Assert.Equal(time, fields.At.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", null));
        Assert.Equal(DateTimeKind.Utc, fields.At.Kind);
    }

    [Theory]
    [InlineData("0000-11-20T09:30:12.000001Z")]
    [InlineData("2026-00-20T09:30:12.000001Z")]
    [InlineData("2026-13-20T09:30:12.000001Z")]
    [InlineData("2026-11-00T09:30:12.000001Z")]
    [InlineData("2026-11-31T09:30:12.000001Z")]
    [InlineData("2026-02-29T09:30:12.000001Z")]
    [InlineData("2026-11-20T24:30:12.000001Z")]
    [InlineData("2026-11-20T09:60:12.000001Z")]
    [InlineData("2026-11-20T09:30:60.000001Z")]
    [InlineData("2026-11-20T09:30:12.00000xZ")]
    [InlineData("202x-11-20T09:30:12.000001Z")]
    [InlineData("2026-x1-20T09:30:12.000001Z")]
    [InlineData("2026-11-x0T09:30:12.000001Z")]
    [InlineData("2026-11-20Tx9:30:12.000001Z")]
    [InlineData("2026-11-20T09:x0:12.000001Z")]
    [InlineData("2026-11-20T09:30:x2.000001Z")]
    [InlineData("2026-11-20T09:30:1/.000001Z")]
    [InlineData("2026-11-20T09:30:1:.000001Z")]
    [InlineData("2026/11-20T09:30:12.000001Z")]
    [InlineData("2026-11/20T09:30:12.000001Z")]
    [InlineData("2026-11-20 09:30:12.000001Z")]
    [InlineData("2026-11-20T09.30:12.000001Z")]
    [InlineData("2026-11-20T09:30.12.000001Z")]
    [InlineData("2026-11-20T09:30:12,000001Z")]
    [InlineData("2026-11-20T09:30:12.000001z")]
    [InlineData("2026-11-20T09:30:12.0000010Z")]
    [InlineData("")]
    public void What_is_no_moment_is_refused(string time) =>
        Assert.False(JournalLineReader.TryParse(Line(time: time), out _));

    [Theory]
    [InlineData("a", true)]
    [InlineData("z", true)]
    [InlineData("_", true)]
    [InlineData("0", true)]
    [InlineData("9", true)]
    [InlineData("az_09", true)]
    [InlineData("", false)]
    [InlineData("`", false)]
    [InlineData("{", false)]
    [InlineData("/", false)]
    [InlineData(":", false)]
    [InlineData("A", false)]
    [InlineData("a b", false)]
    public void A_type_is_snake_case(string type, bool read) =>
        Assert.Equal(read, JournalLineReader.TryParse(Line(type: type), out _));

    [Theory]
    [InlineData(",\"task\":\"t\"", true, "t")]
    [InlineData(",\"task\":\"a\\\"b\"", true, "a\\\"b")]
    [InlineData(",\"task\":\"a\\\\\"", true, "a\\\\")]
    [InlineData(",\"task\":\"\"", false, "")]
    [InlineData(",\"task\":\"a\\\"", false, "")]
    [InlineData(",\"task\":t", false, "")]
    [InlineData(",\"task\":null", false, "")]
    public void A_task_is_one_text_that_is_not_empty(string task, bool read, string text)
    {
        Assert.Equal(read, JournalLineReader.TryParse(Line(more: task), out var fields));
        Assert.Equal(text, read ? Encoding.UTF8.GetString(fields.Task) : "");
    }

    [Fact]
    public void A_task_without_an_end_is_refused()
    {
        foreach (var rest in new[] { "t", "t\\", "t\\\\", "\\" })
        {
            var body = $"{{\"seq\":1,\"at\":\"{Time}\",\"type\":\"x\",\"task\":\"{rest}";
            Assert.False(JournalLineReader.TryParse(Chained(body), out _));
        }
    }

    [Theory]
    [InlineData(",\"attempt\":1", 1)]
    [InlineData(",\"attempt\":2147483647", int.MaxValue)]
    [InlineData(",\"attempt\":0", null)]
    [InlineData(",\"attempt\":2147483648", null)]
    [InlineData(",\"attempt\":", null)]
    [InlineData(",\"attempt\":1,\"attempt\":2", null)]
    [InlineData(",\"attempt\":1,\"task\":\"t\"", null)]
    public void An_attempt_counts_from_one_and_stands_behind_the_task(string more, int? attempt)
    {
        Assert.Equal(attempt is not null, JournalLineReader.TryParse(Line(more: more), out var fields));
        Assert.Equal(attempt ?? fields.Attempt, fields.Attempt);
    }

    [Theory]
    [InlineData("{\"a\":\",\\\"durable\\\":7\"}", true)]
    [InlineData("{", false)]
    [InlineData("}", false)]
    [InlineData("", false)]
    [InlineData("[]", false)]
    [InlineData("{]", false)]
    public void Data_lies_between_its_braces(string data, bool read)
    {
        var line = Line(data: data);
        Assert.Equal(read, JournalLineReader.TryParse(line, out var fields));
        Assert.Equal(read ? data : "", Encoding.UTF8.GetString(line.AsSpan(fields.DataStart, fields.DataBytes)));
    }

    [Theory]
    [InlineData("\"durable\":0", "\"lasting\":0")]
    [InlineData(",\"durable\":0", "\"durable\":0")]
    [InlineData("{\"seq\"", "{\"Seq\"")]
    [InlineData(",\"at\":", ",\"on\":")]
    [InlineData("\",\"type\"", "\",\"kind\"")]
    [InlineData(",\"data\":{", ",\"dada\":{")]
    [InlineData(",\"durable\":0", "")]
    public void Other_names_of_fields_are_refused(string field, string other)
    {
        var text = Encoding.UTF8.GetString(Line());
        Assert.Contains(field, text, StringComparison.Ordinal);
        var body = text[..^JournalLine.CrcSuffixBytes].Replace(field, other, StringComparison.Ordinal);
        Assert.False(JournalLineReader.TryParse(Chained(body), out _));
    }

    [Fact]
    public void A_check_value_is_eight_small_hexadecimal_digits_at_the_very_end()
    {
        Assert.True(JournalLineReader.TryReadCrc(",\"crc\":\"0189afde\"}"u8, out var crc));
        Assert.Equal(0x0189AFDEu, crc);
        foreach (var bad in new[]
        {
            ",\"crc\":\"0189AFDE\"}", ",\"crc\":\"0189afdg\"}", ",\"crc\":\"0189af`e\"}", ",\"crc\":\"/189afde\"}",
            ",\"crc\":\":189afde\"}", ",\"crc\":\"0189afde\" ", ",\"crc\":\"0189afde }", ",\"crc\":'0189afde\"}",
            "\"crc\":\"0189afde\"}", "",
        })
        {
            Assert.False(JournalLineReader.TryReadCrc(Encoding.ASCII.GetBytes(bad), out _), bad);
        }
    }

    [Theory]
    [InlineData("", "empty line")]
    [InlineData("a\0b", "binary")]
    [InlineData("{}", "not in the form of format 1")]
    [InlineData(" {\"a\":[1]} ", "not in the form of format 1")]
    [InlineData("[{}]", "not a JSON object")]
    [InlineData("7", "not a JSON object")]
    [InlineData("{} {}", "not JSON")]
    [InlineData("{\"a\":1", "not JSON")]
    public void What_is_no_line_is_described(string line, string description) =>
        Assert.Equal(description, JournalLineReader.Describe(Encoding.UTF8.GetBytes(line)));

    [Fact]
    public void What_is_no_text_is_described() => Assert.Equal("not UTF-8", JournalLineReader.Describe([0x41, 0xFF]));

    [Fact]
    public void A_task_that_stands_for_no_text_is_none()
    {
        Assert.True(JournalLineReader.IsText("naïve"u8));
        Assert.True(JournalLineReader.IsText("\\ud83d\\ude00"u8));
        Assert.False(JournalLineReader.IsText([0xC3]));
        Assert.False(JournalLineReader.IsText("\\ud83d"u8));
        Assert.False(JournalLineReader.IsText("\\x"u8));
    }

    private static byte[] Line(
        string seq = "1", string time = Time, string type = "x", string more = "", string data = "{}",
        string durable = "0") => Chained(
            $"{{\"seq\":{seq},\"at\":\"{time}\",\"type\":\"{type}\"{more},\"data\":{data},\"durable\":{durable}");

    private static byte[] Chained(string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        return [.. bytes, .. Encoding.ASCII.GetBytes($",\"crc\":\"{Crc32C.Append(0, bytes):x8}\"}}")];
    }
}
