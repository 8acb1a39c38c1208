using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal.Reading;

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

    [Fact]
    public void The_smallest_and_the_largest_numbers_are_read()
    {
        var cases = new (string Seq, string Durable)[]
        {
            ("1", "0"),
            ("2", "1"),
            ("10", "9"),
            ("999999999999999999", "999999999999999998"),
        };
        Assert.All(cases, each =>
        {
            var (seq, durable) = each;
            Assert.True(JournalLineReader.TryParse(Line(seq: seq, durable: durable), out var fields));
            Assert.Equal((seq, durable), ($"{fields.Seq}", $"{fields.Durable}"));
        });
    }

    [Fact]
    public void Other_numbers_are_refused_and_so_is_a_line_that_says_it_is_durable_itself()
    {
        var cases = new (string Seq, string Durable)[]
        {
            ("", "0"),
            ("0", "0"),
            ("01", "0"),
            ("-1", "0"),
            ("1 ", "0"),
            ("1000000000000000000", "0"),
            ("5", ""),
            ("5", "00"),
            ("5", "01"),
            ("5", "-1"),
            ("5", "5"),
            ("5", "6"),
        };
        Assert.All(cases, each =>
        {
            var (seq, durable) = each;
            Assert.False(JournalLineReader.TryParse(Line(seq: seq, durable: durable), out _));
        });
    }

    [Fact]
    public void The_first_and_the_last_moment_are_read()
    {
        var cases = new string[]
        {
            "0001-01-01T00:00:00.000000Z",
            "9999-12-31T23:59:59.999999Z",
            "2028-02-29T09:30:12.000001Z",
        };
        Assert.All(cases, each =>
        {
            Assert.True(JournalLineReader.TryParse(Line(time: each), out var fields));
            Assert.Equal(each, fields.At.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", null));
            Assert.Equal(DateTimeKind.Utc, fields.At.Kind);
        });
    }

    [Fact]
    public void What_is_no_moment_is_refused()
    {
        var cases = new string[]
        {
            "0000-11-20T09:30:12.000001Z",
            "2026-00-20T09:30:12.000001Z",
            "2026-13-20T09:30:12.000001Z",
            "2026-11-00T09:30:12.000001Z",
            "2026-11-31T09:30:12.000001Z",
            "2026-02-29T09:30:12.000001Z",
            "2026-11-20T24:30:12.000001Z",
            "2026-11-20T09:60:12.000001Z",
            "2026-11-20T09:30:60.000001Z",
            "2026-11-20T09:30:12.00000xZ",
            "202x-11-20T09:30:12.000001Z",
            "2026-x1-20T09:30:12.000001Z",
            "2026-11-x0T09:30:12.000001Z",
            "2026-11-20Tx9:30:12.000001Z",
            "2026-11-20T09:x0:12.000001Z",
            "2026-11-20T09:30:x2.000001Z",
            "2026-11-20T09:30:1/.000001Z",
            "2026-11-20T09:30:1:.000001Z",
            "2026/11-20T09:30:12.000001Z",
            "2026-11/20T09:30:12.000001Z",
            "2026-11-20 09:30:12.000001Z",
            "2026-11-20T09.30:12.000001Z",
            "2026-11-20T09:30.12.000001Z",
            "2026-11-20T09:30:12,000001Z",
            "2026-11-20T09:30:12.000001z",
            "2026-11-20T09:30:12.0000010Z",
            "",
        };
        Assert.All(cases, each =>
        {
            Assert.False(JournalLineReader.TryParse(Line(time: each), out _));
        });
    }

    [Fact]
    public void A_type_is_snake_case()
    {
        var cases = new (string Type, bool Read)[]
        {
            ("a", true),
            ("z", true),
            ("_", true),
            ("0", true),
            ("9", true),
            ("az_09", true),
            ("", false),
            ("`", false),
            ("{", false),
            ("/", false),
            (":", false),
            ("A", false),
            ("a b", false),
        };
        Assert.All(cases, each =>
        {
            var (type, read) = each;
            Assert.Equal(read, JournalLineReader.TryParse(Line(type: type), out _));
        });
    }

    [Fact]
    public void A_task_is_one_text_that_is_not_empty()
    {
        var cases = new (string Task, bool Read, string Text)[]
        {
            (",\"task\":\"t\"", true, "t"),
            (",\"task\":\"a\\\"b\"", true, "a\\\"b"),
            (",\"task\":\"a\\\\\"", true, "a\\\\"),
            (",\"task\":\"\"", false, ""),
            (",\"task\":\"a\\\"", false, ""),
            (",\"task\":t", false, ""),
            (",\"task\":null", false, ""),
        };
        Assert.All(cases, each =>
        {
            var (task, read, text) = each;
            Assert.Equal(read, JournalLineReader.TryParse(Line(more: task), out var fields));
            Assert.Equal(text, read ? Encoding.UTF8.GetString(fields.Task) : "");
        });
    }

    [Fact]
    public void A_line_that_lacks_its_end_is_refused_although_a_check_value_stands_there()
    {
        var whole = Encoding.UTF8.GetString(Line(more: ",\"task\":\"t\",\"attempt\":1", data: "{\"a\":1}"));
        var body = whole[..^JournalLine.CrcSuffixBytes];
        Assert.True(JournalLineReader.TryParse(Chained(body), out _));
        for (var length = 0; length < body.Length; length++)
        {
            Assert.False(JournalLineReader.TryParse(Chained(body[..length]), out _), body[..length]);
        }
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

    [Fact]
    public void An_attempt_counts_from_one_and_stands_behind_the_task()
    {
        var cases = new (string More, int? Attempt)[]
        {
            (",\"attempt\":1", 1),
            (",\"attempt\":2147483647", int.MaxValue),
            (",\"attempt\":0", null),
            (",\"attempt\":2147483648", null),
            (",\"attempt\":", null),
            (",\"attempt\":1,\"attempt\":2", null),
            (",\"attempt\":1,\"task\":\"t\"", null),
        };
        Assert.All(cases, each =>
        {
            var (more, attempt) = each;
            Assert.Equal(attempt is not null, JournalLineReader.TryParse(Line(more: more), out var fields));
            Assert.Equal(attempt ?? fields.Attempt, fields.Attempt);
        });
    }

    [Fact]
    public void Data_lies_between_its_braces()
    {
        var cases = new (string Data, bool Read)[]
        {
            ("{\"a\":\",\\\"durable\\\":7\"}", true),
            ("{", false),
            ("}", false),
            ("", false),
            ("[]", false),
            ("{]", false),
        };
        Assert.All(cases, each =>
        {
            var (data, read) = each;
            var line = Line(data: data);
            Assert.Equal(read, JournalLineReader.TryParse(line, out var fields));
            Assert.Equal(read ? data : "", Encoding.UTF8.GetString(line.AsSpan(fields.DataStart, fields.DataBytes)));
        });
    }

    [Fact]
    public void Other_names_of_fields_are_refused()
    {
        var cases = new (string Field, string Other)[]
        {
            ("\"durable\":0", "\"lasting\":0"),
            (",\"durable\":0", "\"durable\":0"),
            ("{\"seq\"", "{\"Seq\""),
            (",\"at\":", ",\"on\":"),
            ("\",\"type\"", "\",\"kind\""),
            (",\"data\":{", ",\"dada\":{"),
            (",\"durable\":0", ""),
        };
        Assert.All(cases, each =>
        {
            var (field, other) = each;
            var text = Encoding.UTF8.GetString(Line());
            Assert.Contains(field, text, StringComparison.Ordinal);
            var body = text[..^JournalLine.CrcSuffixBytes].Replace(field, other, StringComparison.Ordinal);
            Assert.False(JournalLineReader.TryParse(Chained(body), out _));
        });
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

    [Fact]
    public void What_is_no_line_is_described()
    {
        var cases = new (string Line, string Description)[]
        {
            ("", "empty line"),
            ("a\0b", "binary"),
            ("{}", "not in the form of format 1"),
            (" {\"a\":[1]} ", "not in the form of format 1"),
            ("[{}]", "not a JSON object"),
            ("7", "not a JSON object"),
            ("{} {}", "not JSON"),
            ("{\"a\":1", "not JSON"),
        };
        Assert.All(cases, each =>
        {
            var (line, description) = each;
            Assert.Equal(description, JournalLineReader.Describe(Encoding.UTF8.GetBytes(line)));
        });
    }

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
