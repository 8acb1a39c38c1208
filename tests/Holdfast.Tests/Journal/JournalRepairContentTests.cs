using System.Globalization;
using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>What a repaired journal says of the events that it keeps, and what a repair does to the files.</summary>
public sealed class JournalRepairContentTests
{
    [Fact]
    public void An_event_keeps_all_but_its_number_and_what_it_says_was_durable_is_counted_anew()
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(12, seq => Math.Max(0, seq - 3));
        folder.WriteJournal(Samples.Join(lines));
        var before = Samples.Read(folder).Records;
        int[] lost = [4, 5, 9];
        folder.WriteJournal(Samples.Join(lines.Where((_, i) => !lost.Contains(i + 1))));
        var result = JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At.AddDays(1))!;
        Assert.Equal((4, 9), (result.Found.FirstLost, result.Found.LastLost));
        Assert.Equal((9, 2), (result.Found.Kept, result.Found.Unproven));
        var after = Samples.Read(folder).Records;
        var kept = before.Where(record => !lost.Contains((int)record.Seq)).ToList();
        Assert.Equal(kept.Count + 1, after.Count);
        for (var i = 0; i < kept.Count; i++)
        {
            var (old, now) = (kept[i], after[i]);
            Assert.Equal(i + 1, now.Seq);
            Assert.Equal((old.Type, old.Task, old.Attempt, old.At), (now.Type, now.Task, now.Attempt, now.At));
            Assert.Equal(Text(old), Text(now));
            Assert.Equal(kept.Count(record => record.Seq <= old.Durable), now.Durable);
        }

        Assert.Equal(
            (JournalEvents.Repaired, 10, 9, Samples.At.AddDays(1)),
            (after[^1].Type, after[^1].Seq, after[^1].Durable, after[^1].At));
        Assert.Equal(
            "{\"from\":4,\"to\":9,\"kept\":9,\"unproven\":2,\"copy\":\"journal.damaged-1.ndjson\"}", Text(after[^1]));
        Assert.Equal(10, result.RepairedSeq);
    }

    [Fact]
    public void A_journal_whose_first_lines_are_lost_opens_in_the_name_of_its_folder()
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(9);
        folder.WriteJournal(Samples.Join(lines.Skip(2)));
        var result = JournalRepair.Repair(RunFolder.Storage, folder.Path + "/", Samples.At)!;
        Assert.Equal((1, 2, 7), (result.Found.FirstLost, result.Found.LastLost, result.Found.Kept));
        var (reading, records) = Samples.Read(folder);
        Assert.Equal(new JournalOpening(1, 1, null, Path.GetFileName(folder.Path)), reading.Opening);
        Assert.Equal(9, records.Count);

        // The new first line stands for the lost one: an event that said 2 was durable now says that 1 is.
        Assert.Equal([0L, 1, 2, 3, 4, 5, 6, 7, 8], records.Select(record => record.Durable));
        Assert.Equal(Enumerable.Range(3, 7).Select(n => $"{{\"n\":{n}}}"), records.Skip(1).SkipLast(1).Select(Text));
    }

    [Fact]
    public void Events_longer_than_any_block_are_kept_as_they_are()
    {
        using var folder = new RunFolder();
        var sizes = new[] { 10, 5_000, 3, 2 << 20, 4_000, 3 << 20, 1 };
        using (var writer = JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At))
        {
            foreach (var size in sizes)
            {
                writer.Append("x", null, 0, Encoding.ASCII.GetBytes($"{{\"p\":\"{new string('p', size)}\"}}"),
                    Samples.At);
                writer.CommitAll();
            }
        }

        // The first of them is lost.
        var bytes = folder.ReadJournal();
        bytes[bytes.AsSpan().IndexOf((byte)'\n') + 20] ^= 1;
        folder.WriteJournal(bytes);
        Assert.NotNull(JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At));
        var (reading, records) = Samples.Read(folder);
        Assert.Null(reading.Damage);
        Assert.Equal(sizes.Skip(1), records.Skip(1).SkipLast(1).Select(record => record.Data.Length - 8));
    }

    [Fact]
    public void Lost_ends_of_which_a_snapshot_tells_are_counted_behind_lost_lines()
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(6);
        var snapshots = new JournalSnapshots(RunFolder.Storage, folder.Path);
        snapshots.Write(new JournalPosition(7, 0, 0), "{}"u8);
        folder.WriteJournal(Samples.Join(lines));
        var found = JournalRepair.Verify(RunFolder.Storage, folder.Path);
        Assert.Equal((7, 7, 6), (found.FirstLost, found.LastLost, found.Kept));
        Assert.False(found.IsSound);
        File.Move(snapshots.PathOf(7), snapshots.PathOf(9));
        folder.WriteJournal(Samples.Join(lines.Where((_, i) => i != 2)));
        found = JournalRepair.Verify(RunFolder.Storage, folder.Path);
        Assert.Equal((3, 3), (found.FirstLost, found.LastLost));
        folder.WriteJournal(Samples.Join(lines.Take(4)));
        Assert.Equal(9, JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At)!.Found.LastLost);
        Assert.True(File.Exists(snapshots.PathOf(9) + ".damaged"));
        Assert.Empty(snapshots.List());
    }

    [Fact]
    public void A_repair_that_failed_is_repeated_over_what_it_left()
    {
        using var folder = new RunFolder();
        var damaged = Samples.Join(Samples.Lines(9).Where((_, i) => i != 3));
        folder.WriteJournal(damaged);
        File.WriteAllBytes(folder.Journal + ".repair.tmp", new byte[100_000]);
        var storage = new FaultyStorage { FailSync = 1 };
        Assert.Throws<PosixException>(() => JournalRepair.Repair(storage, folder.Path, Samples.At));
        Assert.Equal(damaged, folder.ReadJournal());
        Assert.Equal(damaged, File.ReadAllBytes(folder.In("journal.damaged-1.ndjson")));
        var result = JournalRepair.Repair(storage, folder.Path, Samples.At)!;
        Assert.Equal(folder.In("journal.damaged-2.ndjson"), result.Copy);
        Assert.Equal(9, Samples.Read(folder).Records.Count);
        Assert.Equal(0, Samples.Read(folder).Reading.Torn.Lines);
        Assert.Equal(
            ["journal.damaged-1.ndjson", "journal.damaged-2.ndjson", JournalFormat.FileName],
            RunFolder.Storage.List(folder.Path));
    }

    [Fact]
    public void A_journal_that_changes_under_the_repair_is_told()
    {
        using var folder = new RunFolder();
        var damaged = Samples.Join(Samples.Lines(9).Where((_, i) => i != 3));
        folder.WriteJournal(damaged);
        var storage = new FaultyStorage { BeforeCopy = () => folder.WriteJournal(new byte[damaged.Length]) };
        var error = Assert.Throws<IOException>(() => JournalRepair.Repair(storage, folder.Path, Samples.At));
        Assert.Equal("the journal changed while it was repaired; is a driver running?", error.Message);
    }

    [Fact]
    public void A_run_without_a_journal_has_nothing_to_look_at()
    {
        using var folder = new RunFolder();
        var found = JournalRepair.Verify(RunFolder.Storage, folder.Path);
        Assert.True(found.IsSound && found.Reading.NeverStarted);
        Assert.Equal((0, 0, 0), (found.Kept, found.FirstLost, found.LastLost));
        Assert.Null(JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At));
        File.WriteAllText(folder.In("snapshot-1"), "");
        Assert.Throws<JournalLostException>(() => JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At));
    }

    [Fact]
    public void Each_line_with_something_wrong_is_told_by_its_place_and_only_the_first_hundred_one_by_one()
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(5);
        folder.WriteJournal(Samples.Join(
            [lines[0], "garbage\n"u8.ToArray(), lines[1], lines[2], lines[1], "\n"u8.ToArray(), .. lines.Skip(3)]));
        var found = JournalRepair.Verify(RunFolder.Storage, folder.Path);
        Assert.Equal(
            [new(2, "not JSON"), new(5, "seq 2 is there twice"), new(6, "empty line")], found.Faults);
        Assert.Equal((3, 5), (found.FaultCount, found.Kept));
        var many = Enumerable.Range(0, JournalRepair.MaxFaults + 7).Select(
            n => Encoding.ASCII.GetBytes(n.ToString(CultureInfo.InvariantCulture) + "\n"));
        folder.WriteJournal(Samples.Join([lines[0], .. many, .. lines.Skip(1)]));
        found = JournalRepair.Verify(RunFolder.Storage, folder.Path);
        Assert.Equal(Enumerable.Range(2, 100).Select(n => (long)n), found.Faults.Select(fault => fault.Line));
        Assert.Equal(107, found.FaultCount);
    }

    [Fact]
    public void An_event_that_was_changed_is_dropped_although_its_line_is_whole()
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(6);
        folder.WriteJournal(
            Samples.Join([.. lines.Take(3), Samples.Changed(lines[3], "\"n\":4", "\"n\":5"), .. lines.Skip(4)]));
        var found = JournalRepair.Verify(RunFolder.Storage, folder.Path);
        Assert.Equal([new(4, "crc")], found.Faults);
        Assert.Equal((4, 4, 5, 0), (found.FirstLost, found.LastLost, found.Kept, found.Unproven));
    }

    [Fact]
    public void Of_two_events_with_one_number_the_one_that_continues_is_kept()
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(6);
        var changed = Samples.Changed(lines[2], "\"n\":3", "\"n\":5");
        folder.WriteJournal(Samples.Join([lines[0], lines[1], changed, .. lines.Skip(2)]));
        var found = JournalRepair.Verify(RunFolder.Storage, folder.Path);
        Assert.Equal([new(3, "crc")], found.Faults);
        Assert.Equal((6, 0), (found.Kept, found.Unproven));
        folder.WriteJournal(Samples.Join([.. lines.Take(3), changed, .. lines.Skip(3)]));
        Assert.Equal(
            [new(4, "seq 3 is there twice")], JournalRepair.Verify(RunFolder.Storage, folder.Path).Faults);
        Assert.NotNull(JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At));
        Assert.Equal(
            Enumerable.Range(2, 5).Select(n => $"{{\"n\":{n}}}"),
            Samples.Read(folder).Records.Skip(1).SkipLast(1).Select(Text));
    }

    [Fact]
    public void A_changed_check_value_costs_its_own_line_and_the_next_one_proves_itself_by_the_content()
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(6);
        Assert.True(JournalLineReader.TryReadCrc(lines[2].AsSpan(0, lines[2].Length - 1), out var crc));
        var changed = Samples.Changed(lines[2], $"{crc:x8}", $"{crc ^ 1:x8}");
        folder.WriteJournal(Samples.Join([lines[0], lines[1], changed, .. lines.Skip(3)]));
        var found = JournalRepair.Verify(RunFolder.Storage, folder.Path);
        Assert.Equal([new(3, "crc")], found.Faults);
        Assert.Equal((5, 0, 3, 3), (found.Kept, found.Unproven, found.FirstLost, found.LastLost));
    }

    [Theory]
    [InlineData(1, "another_type", "{\"format\":1,\"readable_by\":1}")]
    [InlineData(3, "x", "{1}")]
    public void What_reading_would_refuse_is_not_kept_although_its_check_value_is_right(
        int number, string type, string data)
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(number - 1);
        uint crc = 0;
        if (number > 1)
        {
            Assert.True(JournalLineReader.TryReadCrc(lines[^1].AsSpan(0, lines[^1].Length - 1), out crc));
        }

        foreach (var (seq, what, with) in new[] { (number, type, data), (number + 1, "y", "{\"n\":9}") })
        {
            var line = new byte[512];
            var bytes = JournalLine.Write(
                line, seq, Samples.At, what, null, 0, Encoding.UTF8.GetBytes(with), seq - 1, ref crc);
            lines.Add(line[..bytes]);
        }

        folder.WriteJournal(Samples.Join(lines));
        var found = JournalRepair.Verify(RunFolder.Storage, folder.Path);
        Assert.Equal((number, number, number), (found.FirstLost, found.LastLost, found.Kept));
        Assert.Equal(number, Assert.Single(found.Faults).Line);
    }

    [Fact]
    public void Events_on_one_line_or_behind_rubbish_are_found()
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(7);
        folder.WriteJournal(Samples.Join(
        [
            lines[0], .. lines.Skip(1).Take(3).Select(line => line[..^1]), "\n"u8.ToArray(),
            "\0\0rubbish"u8.ToArray(), lines[4], [.. lines[5][..^1], (byte)'\r', (byte)'\n'], lines[6],
        ]));
        var found = JournalRepair.Verify(RunFolder.Storage, folder.Path);
        Assert.Equal((7, 0, 0, 0), (found.Kept, found.Unproven, found.FirstLost, found.LastLost));
        Assert.Equal([2L, 3, 4], found.Faults.Select(fault => fault.Line));
        Assert.NotNull(JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At));
        Assert.Equal(
            Enumerable.Range(2, 6).Select(n => $"{{\"n\":{n}}}"),
            Samples.Read(folder).Records.Skip(1).SkipLast(1).Select(Text));
    }

    private static string Text(JournalRecord record) => Encoding.UTF8.GetString(record.Data.Span);
}
