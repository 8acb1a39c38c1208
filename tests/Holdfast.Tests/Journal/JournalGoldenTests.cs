using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>
/// Journals that earlier versions wrote. A file here is never changed or removed: every later version reads it.
/// </summary>
public sealed class JournalGoldenTests
{
    private static readonly (string Type, string? Task, int Attempt, string Data)[] Format1 =
    [
        ("attempt_started", "build", 1, "{\"runtime\":\"command\"}"),
        ("attempt_failed", "build", 1, "{\"exit_code\":1,\"line\":\"naïve — 你好 \\u0000 \\\"x\\\"\"}"),
        ("runtime_recovery_scheduled", "build", 1, "{\"delay_ms\":1000,\"until\":\"2026-11-20T09:30:14.000000Z\"}"),
        ("attempt_started", "import[a \"b\"\\c\n\t😀.csv]", 2, "{}"),
        ("a_type_of_a_later_version", null, 0, "{\"nested\":{\"seq\":1,\"list\":[{},[],null,true,-1.5e3]}}"),
        ("run_succeeded", null, 0, "{}"),
    ];

    private static string GoldenFile
        => Path.Combine(AppContext.BaseDirectory, "data", "golden", "journal-format-1.ndjson");

    [Fact]
    public void Format_1_is_read_field_by_field()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(File.ReadAllBytes(GoldenFile));
        var (reading, records) = Samples.Read(folder);
        Assert.Null(reading.Damage);
        Assert.Equal(0, reading.Torn.Lines);
        Assert.Equal(new JournalOpening(1, 1, "w-7", "20261120-093012-golden-0001"), reading.Opening);
        Assert.True(reading.Closed);
        Assert.Equal(
            Format1, records.Skip(1).SkipLast(1).Select(
                r => (r.Type, r.Task, r.Attempt, Encoding.UTF8.GetString(r.Data.Span))));
        for (var i = 0; i < records.Count; i++)
        {
            Assert.Equal(Samples.At.AddMicroseconds(i), records[i].At);
            Assert.Equal(i + 1, records[i].Seq);
        }
    }

    [Fact]
    public void Format_1_is_written_byte_for_byte()
    {
        using var folder = new RunFolder();
        using var writer = JournalWriter.Create(
            RunFolder.Storage, folder.Path, "w-7", "20261120-093012-golden-0001", Samples.At);
        var i = 0;
        foreach (var (type, task, attempt, data) in Format1)
        {
            writer.Append(type, task, attempt, Encoding.UTF8.GetBytes(data), Samples.At.AddMicroseconds(++i));
            if (i % 2 == 0)
            {
                writer.CommitAll();
            }
        }

        writer.Close(Samples.At.AddMicroseconds(++i));
        Assert.Equal(File.ReadAllText(GoldenFile), Encoding.UTF8.GetString(folder.ReadJournal()));
    }
}
