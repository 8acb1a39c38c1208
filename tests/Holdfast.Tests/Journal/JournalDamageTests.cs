using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>
/// SR6, SR13: whatever happens to a journal, it reads as an exact prefix that holds all that was durable, or as
/// damage. Nothing durable is ever lost in silence, and nothing that was not written is ever handed out.
/// </summary>
public sealed class JournalDamageTests
{
    private const int LineCount = 9;

    /// <summary>
    /// Lines 1 to 6 were synced one by one; 7 to 9 came in one batch, so nothing says that they were durable.
    /// </summary>
    private static readonly List<byte[]> Lines = Samples.Lines(LineCount, seq => Math.Min(seq - 1, 6));

    private static readonly byte[] Whole = Samples.Join(Lines);

    [Fact]
    public void Any_byte_flipped_is_a_torn_tail_or_damage() => FlipEach(1, [1, 0x20, 0x80, 0xFF]);

    [Fact]
    public void Every_thirteenth_byte_flipped_is_a_torn_tail_or_damage() => FlipEach(13, [1, 0x80]);

    [Fact]
    public void Any_byte_made_a_line_end_is_a_torn_tail_or_damage() => BreakEach(1);

    [Fact]
    public void Every_seventh_byte_made_a_line_end_is_a_torn_tail_or_damage() => BreakEach(7);

    [Fact]
    public void A_cut_at_any_byte_keeps_exactly_the_whole_lines_before_it() =>
        CutAtEach(Enumerable.Range(1, Whole.Length));

    [Fact]
    public void A_cut_at_or_beside_the_end_of_a_line_keeps_exactly_the_whole_lines_before_it() =>
        CutAtEach(Enumerable.Range(2, Whole.Length - 1).Where(
            length => Whole[length - 2] == '\n' || Whole[length - 1] == '\n'
                || Whole[Math.Min(length, Whole.Length - 1)] == '\n'));

    [Fact]
    public void Any_line_dropped_is_told_unless_it_was_not_durable()
    {
        using var folder = new RunFolder();
        for (var gone = 0; gone < LineCount; gone++)
        {
            var lines = Lines.Where((_, i) => i != gone).ToList();
            var reading = Check(folder, Samples.Join(lines), promised: 6, $"line {gone + 1} gone");
            Assert.Equal(gone < 6, reading.Damage is not null);
        }
    }

    [Fact]
    public void Any_two_lines_swapped_or_one_repeated_is_told()
    {
        using var folder = new RunFolder();
        for (var a = 0; a < LineCount; a++)
        {
            var twice = Lines.Take(a + 1).Append(Lines[a]).Concat(Lines.Skip(a + 1));
            var repeated = Check(folder, Samples.Join(twice), promised: 6, $"line {a + 1} twice");
            Assert.True(repeated.Damage is not null || repeated.Torn.Lines > 0);
            for (var b = a + 1; b < LineCount; b++)
            {
                var swapped = new List<byte[]>(Lines);
                (swapped[a], swapped[b]) = (swapped[b], swapped[a]);
                var reading = Check(folder, Samples.Join(swapped), promised: 6, $"lines {a + 1} and {b + 1} swapped");
                Assert.True(reading.Damage is not null || reading.Torn.Lines > 0);
            }
        }
    }

    [Fact]
    public void Several_random_changes_never_lose_in_silence()
    {
        using var folder = new RunFolder();
        var changes = Gen.Zip(Gen.Choose(0, Whole.Length - 1), Gen.Choose(0, 255)).ListOf();
        Prop.ForAll(Arb.From(changes), list =>
        {
            var bytes = (byte[])Whole.Clone();
            foreach (var (at, value) in list)
            {
                bytes[at] = (byte)value;
            }

            folder.WriteJournal(bytes);
            try
            {
                var (_, records) = Samples.Read(folder);
                return IsPrefix(records);
            }
            catch (JournalFormatException)
            {
                // Two digits changed together may speak of a newer format: refused aloud is not lost in silence.
                return list.Exists(change => change.Item1 < Lines[0].Length);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("[1,2]", "not a JSON object")]
    [InlineData("\"text\"", "not a JSON object")]
    [InlineData("{\"seq\":3}", "not in the form of format 1")]
    [InlineData("", "empty line")]
    [InlineData("hello", "not JSON")]
    public void A_foreign_line_is_named(string foreign, string reason)
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(4);
        folder.WriteJournal(
            Samples.Join([lines[0], lines[1], Encoding.UTF8.GetBytes(foreign + "\n"), lines[2], lines[3]]));
        Assert.Equal($"line 3: {reason}; it was durable", Samples.Read(folder).Reading.Damage!.ToString());
    }

    [Fact]
    public void Binary_and_invalid_text_and_overlong_lines_are_named()
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(4);
        var overlong = new byte[JournalFormat.MaxLineBytes + 4096];
        overlong.AsSpan().Fill((byte)'x');
        foreach (var (bad, reason) in new[]
        {
            (new byte[] { 0, 1, 2 }, "binary"), ([0xFF, 0xFE, 0x41], "not UTF-8"), (
                overlong, "longer than 16777216 bytes"),
        })
        {
            folder.WriteJournal(Samples.Join([lines[0], lines[1], [.. bad, (byte)'\n'], lines[2], lines[3]]));
            Assert.Equal($"line 3: {reason}; it was durable", Samples.Read(folder).Reading.Damage!.ToString());
        }
    }

    [Fact]
    public void A_file_that_is_no_journal_is_damage_and_not_an_empty_run()
    {
        using var folder = new RunFolder();
        foreach (var content in new[] { "garbage", "\n", "{}\n", "\0\0\0\0", "# a log\nline\n" })
        {
            folder.WriteJournal(Encoding.UTF8.GetBytes(content));
            var (reading, records) = Samples.Read(folder);
            Assert.Empty(records);
            Assert.Equal(1, reading.Damage!.Line);
        }
    }

    [Fact]
    public void Zeros_in_front_of_the_unsynced_tail_are_a_torn_tail()
    {
        using var folder = new RunFolder();
        var bytes = (byte[])Whole.Clone();
        var start = Lines.Take(6).Sum(line => line.Length);
        bytes.AsSpan(start, Lines[6].Length + 20).Clear();
        var reading = Check(folder, bytes, promised: 6, "zeros");
        Assert.Null(reading.Damage);
        Assert.Equal("binary", reading.Torn.Reason);
    }

    [Fact]
    public void A_line_that_is_proven_to_be_changed_is_no_witness()
    {
        using var folder = new RunFolder();
        var lines = new List<byte[]>(Lines);
        lines[6] = Samples.Changed(lines[6], "\"n\":7", "\"n\":8");
        lines[8] = Samples.Changed(lines[8], "\"durable\":6", "\"durable\":8");
        var reading = Check(folder, Samples.Join(lines), promised: 6, "durable of line 9 raised");
        Assert.Null(reading.Damage);
        Assert.Equal(3, reading.Torn.Lines);
    }

    [Fact]
    public void A_journal_that_is_gone_is_lost_only_if_something_shows_that_it_was_there()
    {
        using var folder = new RunFolder();
        Assert.True(Samples.Read(folder).Reading.NeverStarted);
        File.WriteAllText(folder.In("snapshot-000000000007.json"), "{}");
        Assert.Equal("journal lost", Samples.Read(folder).Reading.Damage!.ToString());
    }

    [Fact]
    public void A_snapshot_says_what_was_durable_too()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(Samples.Join([Lines[0], Lines[1], Lines[2][..30]]));
        var store = new JournalSnapshots(RunFolder.Storage, folder.Path);
        store.Write(new JournalPosition(2, 0, 0), "{}"u8);
        Assert.Null(Samples.Read(folder).Reading.Damage);
        store.Write(new JournalPosition(5, 0, 0), "{}"u8);
        Assert.Equal(
            "line 3: incomplete, and a snapshot says 5 was durable", Samples.Read(folder).Reading.Damage!.ToString());
        var result = JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At)!;
        Assert.Equal((3, 5), (result.Found.FirstLost, result.Found.LastLost));
        Assert.Empty(store.List());
        Assert.Null(Samples.Read(folder).Reading.Damage);
    }

    [Fact]
    public void A_newer_format_is_refused_by_the_version_it_needs_and_a_compatible_one_is_read()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(
            "{\"seq\":1,\"new\":true,\"type\":\"journal_opened\",\"data\":{\"format\":9,\"readable_by\":7}}\n"u8);
        var error = Assert.Throws<JournalFormatException>(() => Samples.Read(folder));
        Assert.EndsWith(
            "format 9 needs a Holdfast that reads format 7; this one reads up to 1",
            error.Message, StringComparison.Ordinal);

        uint crc = 0;
        var line = new byte[512];
        var record = new JournalRecord
        {
            Seq = 1, At = Samples.At, Type = JournalEvents.Opened, Durable = 0,
            Data = "{\"format\":2,\"readable_by\":1}"u8.ToArray(),
        };
        folder.WriteJournal(line.AsSpan(0, JournalLine.Write(line, record, ref crc)));
        Assert.Equal(2, Samples.Read(folder).Reading.Opening!.Format);
    }

    [Fact]
    public void A_driver_cuts_the_torn_tail_and_goes_on_behind_it()
    {
        using var folder = new RunFolder();
        for (var length = Lines[0].Length; length <= Whole.Length; length += 7)
        {
            folder.WriteJournal(Whole.AsSpan(0, length));
            var (reading, writer) = JournalWriter.Continue(RunFolder.Storage, folder.Path);
            using (writer)
            {
                Assert.Equal(reading.End.Seq + 1, writer!.Append("task_succeeded", "t", 1, "{}"u8, Samples.At));
                writer.CommitAll();
            }

            var (again, records) = Samples.Read(folder);
            Assert.Null(again.Damage);
            Assert.Equal(0, again.Torn.Lines);
            Assert.Equal(reading.Events + 1, records.Count);
        }
    }

    [Fact]
    public void A_driver_refuses_damage_and_changes_nothing()
    {
        using var folder = new RunFolder();
        var bytes = Samples.Join(Lines.Where((_, i) => i != 2));
        folder.WriteJournal(bytes);
        var error = Assert.Throws<JournalDamagedException>(
            () => JournalWriter.Continue(RunFolder.Storage, folder.Path));
        Assert.Equal("line 3: seq 4 follows 2, and line 4 says 3 was durable", error.Damage.ToString());
        Assert.Equal(2, error.Damage.SafeSeq);
        Assert.Contains(folder.Journal, error.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, folder.ReadJournal());
    }

    [Fact]
    public void A_format_that_its_own_version_could_not_read_is_damage_and_no_newer_format()
    {
        using var folder = new RunFolder();
        List<byte[]> lines = [Samples.Changed(Lines[0], "\"readable_by\":1", "\"readable_by\":2"), .. Lines.Skip(1)];
        Assert.NotNull(Check(folder, Samples.Join(lines), promised: 6, "readable_by of line 1 raised").Damage);
    }

    private static void CutAtEach(IEnumerable<int> lengths)
    {
        using var folder = new RunFolder();
        foreach (var length in lengths)
        {
            folder.WriteJournal(Whole.AsSpan(0, length));
            var (reading, records) = Samples.Read(folder);
            var whole = WholeLines(length);
            if (whole == 0)
            {
                Assert.NotNull(reading.Damage);
                continue;
            }

            Assert.Null(reading.Damage);
            Assert.Equal(whole, records.Count);
            var rest = length - Lines.Take(whole).Sum(line => line.Length);
            Assert.Equal(rest > 0 ? 1 : 0, reading.Torn.Lines);
            Assert.Equal(Math.Max(rest, 0), reading.Torn.Bytes);
        }
    }

    private static void FlipEach(int step, byte[] masks)
    {
        using var folder = new RunFolder();
        for (var i = 0; i < Whole.Length; i += step)
        {
            foreach (var mask in masks)
            {
                var bytes = (byte[])Whole.Clone();
                bytes[i] ^= mask;
                var reading = Check(folder, bytes, promised: 6, $"byte {i} ^ {mask:x2}");

                // The very last byte is a line end; without it the line is still whole.
                Assert.True(i == Whole.Length - 1 || reading.Damage is not null
                    || reading.Torn.Lines > 0, $"byte {i} ^ {mask:x2}");
            }
        }
    }

    private static void BreakEach(int step)
    {
        using var folder = new RunFolder();
        for (var i = 0; i < Whole.Length; i += step)
        {
            if (Whole[i] != '\n')
            {
                var bytes = (byte[])Whole.Clone();
                bytes[i] = (byte)'\n';
                Check(folder, bytes, promised: 6, $"line end at {i}");
            }
        }
    }

    private static JournalReading Check(RunFolder folder, byte[] bytes, int promised, string what)
    {
        folder.WriteJournal(bytes);
        var (reading, records) = Samples.Read(folder);
        Assert.True(IsPrefix(records), what);
        Assert.True(reading.Damage is not null
            || records.Count >= promised, $"{what}: {records.Count} events and no damage");
        return reading;
    }

    private static bool IsPrefix(List<JournalRecord> records)
    {
        uint crc = 0;
        var line = new byte[1024];
        for (var i = 0; i < records.Count; i++)
        {
            var bytes = JournalLine.Write(line, records[i], ref crc);
            if (i >= LineCount || !line.AsSpan(0, bytes).SequenceEqual(Lines[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static int WholeLines(int length)
    {
        var (count, end) = (0, 0);
        foreach (var line in Lines)
        {
            end += line.Length;
            count += length >= end - 1 ? 1 : 0;
        }

        return count;
    }
}
