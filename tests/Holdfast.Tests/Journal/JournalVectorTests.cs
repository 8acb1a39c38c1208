using System.Text;
using System.Text.Json;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

public sealed class JournalVectorTests
{
    private static readonly JsonElement Vectors = Samples.Vectors("journal.json");

    [Fact]
    public void Crc32C_gives_the_check_values()
    {
        var checks = Vectors.GetProperty("check").EnumerateObject().ToList();
        Assert.NotEmpty(checks);
        foreach (var check in checks)
        {
            Assert.Equal(check.Value.GetString(), Crc32C.Append(0, Encoding.UTF8.GetBytes(check.Name)).ToString("x8"));
        }
    }

    [Fact]
    public void Golden_lines_are_written_byte_for_byte()
    {
        uint crc = 0;
        foreach (var golden in GoldenLines())
        {
            var json = JsonDocument.Parse(golden).RootElement;
            var record = new JournalRecord
            {
                Seq = json.GetProperty("seq").GetInt64(),
                At = json.GetProperty("at").GetDateTimeOffset(),
                Type = json.GetProperty("type").GetString()!,
                Task = json.TryGetProperty("task", out var task) ? task.GetString() : null,
                Attempt = json.TryGetProperty("attempt", out var attempt) ? attempt.GetInt32() : 0,
                Data = Encoding.UTF8.GetBytes(json.GetProperty("data").GetRawText()),
                Durable = json.GetProperty("durable").GetInt64(),
            };
            var line = new byte[4096];
            var bytes = JournalLine.Write(line, record, ref crc);
            Assert.Equal(golden + "\n", Encoding.UTF8.GetString(line, 0, bytes));
        }
    }

    [Fact]
    public void Golden_lines_are_read_field_by_field()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(Encoding.UTF8.GetBytes(string.Join('\n', GoldenLines()) + "\n"));
        var (reading, records) = Samples.Read(folder);
        Assert.Equal(GoldenLines().Count, records.Count);
        Assert.Equal("20261120-093012-nightly-7k3f", reading.Opening!.Run);
        Assert.Equal(2, reading.HighestDurable);
        Assert.Equal("build", records[2].Task);
        Assert.Equal(1, records[2].Attempt);
        Assert.Equal("attempt_succeeded", records[2].Type);
        Assert.Equal(new DateTimeOffset(2026, 11, 20, 9, 30, 13, 100, TimeSpan.Zero), records[2].At);
        Assert.Equal("{\"exit_code\":0,\"note\":\"naïve — 你好\"}", Encoding.UTF8.GetString(records[2].Data.Span));
    }

    public static TheoryData<string> Openings() => new(
        Vectors.GetProperty("opening").EnumerateArray().Select(c => c.GetProperty("file").GetString()!));

    [Theory]
    [MemberData(nameof(Openings))]
    public void Opening_says_what_the_vector_says(string file)
    {
        var expected = Vectors.GetProperty("opening").EnumerateArray().Single(
            c => c.GetProperty("file").GetString() == file);
        using var folder = new RunFolder();
        folder.WriteJournal(Content(file, folder));
        var (reading, records) = Samples.Read(folder);
        foreach (var property in expected.EnumerateObject())
        {
            switch (property.Name)
            {
                case "file" or "note":
                    break;
                case "torn":
                    Assert.Equal(property.Value.GetInt64(), reading.Torn.Lines);
                    break;
                case "events":
                    Assert.Equal(property.Value.GetInt32(), records.Count);
                    break;
                case "damage":
                    Assert.Equal(property.Value.GetString(), reading.Damage?.ToString());
                    break;
                default:
                    Assert.Fail($"unknown field {property.Name} in the vector \"{file}\"");
                    break;
            }
        }
    }

    private static byte[] Content(string file, RunFolder folder)
    {
        var lines = GoldenLines().Select(line => Encoding.UTF8.GetBytes(line + "\n")).ToList();
        switch (file)
        {
            case "lines 1-3":
                return Samples.Join(lines);
            case "lines 1-2 + first 40 bytes of line 3":
                return Samples.Join([lines[0], lines[1], lines[2][..40]]);
            case "line 1 + line 3 (line 2 gone)":
                return Samples.Join([lines[0], lines[2]]);
            case "lines 1-2 with one byte of line 2 changed, no line 3":
                return Samples.Join([lines[0], Changed(lines[1])]);
            case "lines 1-3 with one byte of line 2 changed":
                return Samples.Join([lines[0], Changed(lines[1]), lines[2]]);
            case "empty, folder has output/":
                Directory.CreateDirectory(folder.In("output"));
                return [];
            case "empty, folder empty":
                return [];
            default:
                throw new InvalidOperationException($"unknown case \"{file}\"");
        }
    }

    private static byte[] Changed(byte[] line)
    {
        var text = Encoding.UTF8.GetString(line).Replace("command", "commanD", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text);
    }

    private static List<string> GoldenLines()
        => Vectors.GetProperty("lines").EnumerateArray().Select(line => line.GetString()!).ToList();
}
