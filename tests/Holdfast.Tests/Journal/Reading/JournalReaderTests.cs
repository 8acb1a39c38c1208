using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal.Reading;

/// <summary>What reading a journal says of it as a whole.</summary>
public sealed class JournalReaderTests
{
    private static readonly List<byte[]> Lines = Samples.Lines(6, seq => Math.Min(seq - 1, 3));

    [Fact]
    public void A_whole_journal_is_described()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(Samples.Join(Lines));
        var (reading, records) = Samples.Read(folder);
        var last = Lines[^1];
        Assert.True(JournalLineReader.TryReadCrc(last.AsSpan(0, last.Length - 1), out var crc));
        Assert.Equal(
            new JournalReading
            {
                Events = 6,
                End = new JournalPosition(6, Samples.Join(Lines).Length, crc),
                HighestDurable = 3,
                UnprovenOffset = Lines.Take(3).Sum(line => line.Length),
                Opening = new JournalOpening(1, 1, null, "r"),
            },
            reading);
        Assert.Equal(Enumerable.Range(1, 6).Select(n => (long)n), records.Select(record => record.Seq));
    }

    [Fact]
    public void Reading_on_from_a_place_gives_the_rest_and_the_same_end()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(Samples.Join(Lines.Take(2)));
        var place = Samples.Read(folder).Reading.End;
        folder.WriteJournal(Samples.Join(Lines));
        var whole = Samples.Read(folder).Reading;
        var seen = new List<long>();
        var rest = JournalReader.Read(
            RunFolder.Storage, folder.Path, (in JournalRecord record) => seen.Add(record.Seq), place);
        Assert.Equal([3L, 4, 5, 6], seen);
        Assert.Equal(whole with { Events = 4, Opening = null }, rest);
        folder.WriteJournal(Samples.Join([Lines[0], Lines[1], "bad\n"u8.ToArray(), Lines[3]]));
        Assert.Equal(
            "line 3: not JSON; it was durable",
            JournalReader.Read(RunFolder.Storage, folder.Path, null, place).Damage!.ToString());
    }

    [Fact]
    public void Nothing_is_never_started_unless_output_or_a_snapshot_shows_that_there_was_something()
    {
        using var folder = new RunFolder();
        Assert.True(JournalReader.IsFresh(RunFolder.Storage, folder.In("none")));
        Assert.True(JournalReader.Read(RunFolder.Storage, folder.In("none")).NeverStarted);
        File.WriteAllText(folder.In("plan.json"), "{}");
        Assert.True(JournalReader.IsFresh(RunFolder.Storage, folder.Path));
        Directory.CreateDirectory(folder.In("output"));
        Assert.False(JournalReader.IsFresh(RunFolder.Storage, folder.Path));
        var lost = Samples.Read(folder).Reading;
        Assert.False(lost.NeverStarted);
        Assert.Equal(new JournalDamage(0, "journal lost", 0, 0), lost.Damage);
        folder.WriteJournal([]);
        Assert.Equal(lost, Samples.Read(folder).Reading);
    }

    [Fact]
    public void A_place_fits_only_where_a_line_with_its_check_value_ends()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(Samples.Join(Lines.Take(1)));
        var first = Samples.Read(folder).Reading.End;
        Assert.True(Fits(first));
        Assert.False(Fits(first with { Offset = first.Offset + 1 }));
        Assert.False(Fits(new JournalPosition(1, 0, 0)));
        Assert.False(Fits(new JournalPosition(1, 5, first.Crc)));
        folder.WriteJournal(Samples.Join([Lines[0][..^1], "x"u8.ToArray()]));
        Assert.False(Fits(first));
        folder.WriteJournal("\n"u8);
        Assert.False(Fits(first));
        File.Delete(folder.Journal);
        Assert.False(Fits(first));
        Assert.True(Fits(default));
        var tail = Lines[0][^(JournalLine.CrcSuffixBytes + 1)..];
        folder.WriteJournal(tail);
        Assert.True(Fits(first with { Offset = tail.Length }));

        bool Fits(JournalPosition place) => JournalReader.Fits(RunFolder.Storage, folder.Path, place);
    }

    [Fact]
    public void The_format_is_read_from_any_spelling_of_the_first_line()
    {
        var cases = new (string Line, int Format, int ReadableBy, string? Workspace, string? Run)[]
        {
            (
                "{\"type\":\"journal_opened\","
                    + "\"data\":{\"format\":3,\"readable_by\":2,\"workspace\":\"w\",\"run\":\"r\"}}",
                3, 2, "w", "r"),
            ("{\"data\":{\"format\":3,\"run\":7},\"x\":0,\"type\":\"journal_opened\"}", 3, 3, null, null),
            ("{\"type\":\"journal_opened\",\"data\":{\"format\":3,\"readable_by\":2.5}}", 3, 3, null, null),
        };
        Assert.All(cases, each =>
        {
            var (line, format, readableBy, workspace, run) = each;
            Assert.Equal(
                new JournalOpening(format, readableBy, workspace, run),
                JournalReader.ReadOpening(Encoding.UTF8.GetBytes(line)));
        });
    }

    [Fact]
    public void A_line_that_opens_nothing_has_no_format()
    {
        var cases = new string[]
        {
            "",
            "[]",
            "{}",
            "{\"type\":\"journal_opened\"}",
            "{\"type\":\"another\",\"data\":{\"format\":3}}",
            "{\"type\":7,\"data\":{\"format\":3}}",
            "{\"type\":\"journal_opened\",\"data\":[3]}",
            "{\"type\":\"journal_opened\",\"data\":{}}",
            "{\"type\":\"journal_opened\",\"data\":{\"format\":3.5}}",
            "{\"type\":\"journal_opened\",\"data\":{\"format\":\"3\"}}",
            "{\"type\":\"journal_opened\",\"data\":{\"format\":3}",
        };
        Assert.All(cases, each =>
        {
            Assert.Null(JournalReader.ReadOpening(Encoding.UTF8.GetBytes(each)));
        });
    }

    [Fact]
    public void A_snapshot_ahead_of_the_journal_shows_that_its_end_is_missing()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(Samples.Join(Lines));
        var snapshots = new JournalSnapshots(RunFolder.Storage, folder.Path);
        snapshots.Write(new JournalPosition(6, 0, 0), "{}"u8);
        Assert.Null(Samples.Read(folder).Reading.Damage);
        snapshots.Write(new JournalPosition(7, 0, 0), "{}"u8);
        var reading = Samples.Read(folder).Reading;
        Assert.Equal(
            new JournalDamage(7, "the journal ends after 6, and a snapshot says 7 was durable", 6, 7), reading.Damage);
        Assert.Equal(JournalTorn.None, reading.Torn);

        // What the journal itself says goes first.
        folder.WriteJournal(Samples.Join(Lines.Where((_, i) => i != 1)));
        Assert.Equal(
            new JournalDamage(2, "seq 3 follows 1, and line 3 says 2 was durable", 1, 3),
            Samples.Read(folder).Reading.Damage);
    }

    [Fact]
    public void A_record_that_is_kept_has_data_of_its_own()
    {
        var data = "{}"u8.ToArray();
        var record = new JournalRecord { Seq = 1, At = Samples.At, Type = "x", Data = data, Durable = 0 };
        var kept = record.Keep();
        data[0] = (byte)'[';
        Assert.Equal("{}", Encoding.UTF8.GetString(kept.Data.Span));
    }
}
