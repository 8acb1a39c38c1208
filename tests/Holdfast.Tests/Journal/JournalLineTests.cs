using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>Every line that is written can be read back, and what could not be is refused with the reason.</summary>
public sealed class JournalLineTests
{
    [Fact]
    public void A_task_comes_back_whatever_its_letters()
    {
        List<string> names = ["naïve — 你好 😀", "\"", "\\", "\\\"", "a\u007Fb", new('"', 300), "\u001F \u0020"];
        names.AddRange(Enumerable.Range(0, 0x21).Select(n => $"a{(char)n}b"));
        names.AddRange(new[] { 255, 256, 257 }.Select(length => new string('x', length - 1) + "\n"));
        foreach (var name in names)
        {
            var line = Written(name, "x");
            Assert.True(JournalLineReader.TryParse(line, out var fields), name);
            Assert.True(fields.HasTaskAsText);
            Assert.Equal(name, JournalLineReader.Unescape(fields.Task));
        }
    }

    [Fact]
    public void Only_what_JSON_demands_is_escaped()
    {
        Assert.Contains("\"task\":\"naïve — 你好 😀/'<>&\u007F\"", Encoding.UTF8.GetString(Written(
            "naïve — 你好 😀/'<>&\u007F", "x")), StringComparison.Ordinal);
        Assert.Contains("\"task\":\"\\u0000\\u001f\\u000a\\\"\\\\\"", Encoding.UTF8.GetString(Written(
            "\0\u001f\n\"\\", "x")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_time_is_written_in_microseconds_of_UTC()
    {
        var cases = new (string At, string Written)[]
        {
            ("0001-01-01T00:00:00.0000000Z", "0001-01-01T00:00:00.000000Z"),
            ("2026-11-20T23:59:58.1234569Z", "2026-11-20T23:59:58.123456Z"),
            ("2026-01-02T03:04:05.0000060+02:00", "2026-01-02T01:04:05.000006Z"),
        };
        Assert.All(cases, each =>
        {
            var (at, written) = each;
            var line = Written(Record(null, "x") with { At = DateTimeOffset.Parse(at, null) });
            Assert.Contains($",\"at\":\"{written}\",", Encoding.UTF8.GetString(line), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_bound_of_a_line_holds_for_the_longest_of_each_field()
    {
        var task = new string('\0', 50);
        var record = Record(task, new string('x', 64)) with
        {
            Seq = 999_999_999_999_999_999, Durable = 999_999_999_999_999_998, Attempt = int.MaxValue,
        };
        Assert.InRange(
            Written(record).Length + 1, 500, JournalLine.MaxBytes(record.Type, task, record.Data.Length));
        Assert.Equal(JournalLine.FrameBytes + 1 + 2, JournalLine.MaxBytes("x", null, 2));
        Assert.Equal(JournalLine.FrameBytes + 1 + 18 + 2, JournalLine.MaxBytes("x", "abc", 2));
    }

    [Fact]
    public void What_is_refused_is_named()
    {
        Refused("event type \"Not Snake\" is not snake_case of at most 64 letters", "type", "Not Snake", null, "{}");
        Refused("task \"\" is empty or no valid Unicode text", "task", "x", "", "{}");
        Refused("data of x is not one JSON object on one line", "data", "x", null, "{\"a\":\r1}");
        Refused("data of x is not one JSON object on one line", "data", "x", null, "{\"a\":\n1}");
        var long64 = new string('x', 64);
        JournalLine.Check(long64, "t", 0, "{}"u8);
        Assert.Throws<ArgumentException>(() => JournalLine.Check(long64 + "x", "t", 0, "{}"u8));
        Assert.Throws<ArgumentOutOfRangeException>(() => JournalLine.Check("x", "t", -1, "{}"u8));
        Assert.Throws<ArgumentNullException>(() => JournalLine.Check(null!, "t", 0, "{}"u8));
    }

    [Fact]
    public void An_event_as_long_as_a_line_may_be_is_taken_and_a_longer_one_is_told_what_to_do()
    {
        var most = JournalFormat.MaxLineBytes - JournalLine.FrameBytes - 1 - 6 - 8;
        JournalLine.Check("x", "t", 0, Data(most));
        var error = Assert.Throws<ArgumentException>(() => JournalLine.Check("x", "t", 0, Data(most + 1)));
        Assert.StartsWith(
            "x of task \"t\" needs up to 16777217 bytes, and a line holds 16777216; put the large part into a file and "
                + "record its hash",
            error.Message, StringComparison.Ordinal);
        Assert.Equal("data", error.ParamName);

        static byte[] Data(int bytes) => Encoding.ASCII.GetBytes($"{{\"p\":\"{new string('p', bytes)}\"}}");
    }

    [Fact]
    public void Data_is_exactly_one_object()
    {
        var cases = new (string Data, bool IsObject)[]
        {
            ("{}", true),
            ("{\"a\":[{}]}", true),
            ("{ }", true),
            ("", false),
            ("{", false),
            ("}", false),
            ("[]", false),
            (" {}", false),
            ("{} ", false),
            ("{}{}", false),
            ("{}]", false),
            ("[}", false),
            ("{a}", false),
        };
        Assert.All(cases, each =>
        {
            var (data, isObject) = each;
            Assert.Equal(isObject, JournalLine.IsObject(Encoding.UTF8.GetBytes(data)));
        });
    }

    [Fact]
    public void Data_is_text() => Assert.False(JournalLine.IsObject([.. "{\"a\":\""u8, 0xFF, .. "\"}"u8]));

    private static void Refused(string message, string parameter, string type, string? task, string data)
    {
        var error = Assert.Throws<ArgumentException>(
            () => JournalLine.Check(type, task, 0, Encoding.UTF8.GetBytes(data)));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(parameter, error.ParamName);
    }

    private static JournalRecord Record(string? task, string type) => new()
    {
        Seq = 7, At = Samples.At, Type = type, Task = task, Data = "{}"u8.ToArray(), Durable = 6,
    };

    private static byte[] Written(string task, string type) => Written(Record(task, type));

    /// <summary>Without its line end.</summary>
    private static byte[] Written(JournalRecord record)
    {
        uint crc = 5;
        var line = new byte[JournalLine.MaxBytes(record.Type, record.Task, record.Data.Length)];
        var bytes = JournalLine.Write(line, record, ref crc);
        Assert.Equal((byte)'\n', line[bytes - 1]);
        Assert.True(JournalLineReader.TryReadCrc(line.AsSpan(0, bytes - 1), out var written));
        Assert.Equal((crc, crc), (written, JournalLineReader.ComputeCrc(5, line.AsSpan(0, bytes - 1))));
        return line[..(bytes - 1)];
    }
}
