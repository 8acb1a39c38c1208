using System.Text;
using System.Text.Json;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>The journal cases of resume.json.</summary>
public sealed class JournalResumeVectorTests
{
    private static readonly JsonElement Cases = Samples.Vectors("resume.json").GetProperty("journal");

    public static TheoryData<string> Names()
        => new(Cases.EnumerateArray().Select(c => c.GetProperty("lines").GetString()!));

    [Theory]
    [MemberData(nameof(Names))]
    public void Opening_does_what_the_vector_says(string name)
    {
        var expected = Cases.EnumerateArray().Single(c => c.GetProperty("lines").GetString() == name);
        using var folder = new RunFolder();
        folder.WriteJournal(Content(name));
        var from = name.Contains("snapshot after 2", StringComparison.Ordinal) ? SnapshotAfter(2, folder) : default;
        var events = 0L;
        var reading = JournalReader.Read(RunFolder.Storage, folder.Path, (in JournalRecord _) => events++, from);
        foreach (var property in expected.EnumerateObject())
        {
            switch (property.Name)
            {
                case "lines" or "note":
                    break;
                case "events" or "applied_after_snapshot":
                    Assert.Null(reading.Damage);
                    Assert.Equal(property.Value.GetInt64(), events);
                    Assert.Equal(name.Contains("torn", StringComparison.Ordinal) ? 1 : 0, reading.Torn.Lines);
                    break;
                case "error":
                    Assert.StartsWith("names the line", property.Value.GetString(), StringComparison.Ordinal);
                    Assert.StartsWith("line 3: ", reading.Damage!.ToString(), StringComparison.Ordinal);
                    Assert.Equal(2, events);
                    break;
                default:
                    Assert.Fail($"unknown field {property.Name} in \"{name}\"");
                    break;
            }
        }
    }

    private static byte[] Content(string name)
    {
        var lines = Samples.Lines(5);
        return name switch
        {
            "3 good" => Samples.Join(lines.Take(3)),
            "5 good, snapshot after 2" => Samples.Join(lines),
            "4 good + torn last line" => Samples.Join([.. lines.Take(4), lines[4][..^20]]),
            "2 good, damaged, 2 good" => Samples.Join(
                [lines[0], lines[1], [.. "damaged "u8, .. lines[2]], lines[3], lines[4]]),
            "2 good, non-object JSON, 1 good" => Samples.Join(
                [lines[0], lines[1], "[1]\n"u8.ToArray(), Samples.Lines(4)[3]]),
            "none: empty file" => [],
            _ => throw new InvalidOperationException($"unknown case \"{name}\""),
        };
    }

    private static JournalPosition SnapshotAfter(int events, RunFolder folder)
    {
        var position = default(JournalPosition);
        var whole = folder.ReadJournal();
        folder.WriteJournal(Samples.Join(Samples.Lines(events)));
        position = Samples.Read(folder).Reading.End;
        folder.WriteJournal(whole);
        var store = new JournalSnapshots(RunFolder.Storage, folder.Path);
        store.Write(position, Encoding.UTF8.GetBytes($"{{\"events\":{events}}}"));
        var latest = store.Latest(out _, place => JournalReader.Fits(RunFolder.Storage, folder.Path, place));
        return latest!.Position;
    }
}
