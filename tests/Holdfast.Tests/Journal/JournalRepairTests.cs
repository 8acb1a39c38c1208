using System.Text;
using System.Text.Json;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

public sealed class JournalRepairTests
{
    private const int LineCount = 9;
    private static readonly List<byte[]> Lines = Samples.Lines(LineCount);

    [Fact]
    public void A_sound_journal_and_a_torn_tail_are_left_alone()
    {
        using var folder = new RunFolder();
        var bytes = Samples.Join([.. Lines, "{\"seq\":10,"u8.ToArray()]);
        folder.WriteJournal(bytes);
        var found = JournalRepair.Verify(RunFolder.Storage, folder.Path);
        Assert.True(found.IsSound);
        Assert.Equal((LineCount, 1), (found.Kept, found.FaultCount));
        Assert.Null(JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At));
        Assert.Equal(bytes, folder.ReadJournal());
    }

    [Fact]
    public void A_journal_of_more_than_one_block_is_repaired_as_a_whole()
    {
        const int count = 15_000;
        using var folder = new RunFolder();
        var bytes = Samples.Join(Samples.Lines(count).Where((_, i) => i != 6));
        Assert.InRange(bytes.Length, (1 << 20) + 1, 4 << 20);
        folder.WriteJournal(bytes);
        var result = JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At)!;
        Assert.Equal((7, 7, count - 1), (result.Found.FirstLost, result.Found.LastLost, result.Found.Kept));
        var (reading, records) = Samples.Read(folder);
        Assert.Null(reading.Damage);
        Assert.Equal((count, 0), (records.Count, reading.Torn.Lines));
        Assert.Equal(JournalEvents.Repaired, records[^1].Type);
        Assert.Equal($"{{\"n\":{count}}}", Encoding.UTF8.GetString(records[^2].Data.Span));
    }

    [Fact]
    public void Any_line_lost_is_named_and_all_others_are_kept()
    {
        for (var gone = 1; gone < LineCount; gone++)
        {
            using var folder = new RunFolder();
            var bytes = Samples.Join(Lines.Where((_, i) => i != gone - 1));
            folder.WriteJournal(bytes);
            var result = JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At)!;
            Assert.Equal((gone, gone), ((int)result.Found.FirstLost, (int)result.Found.LastLost));
            Assert.Equal((LineCount - 1, 1), ((int)result.Found.Kept, (int)result.Found.Unproven));
            Assert.Equal(bytes, File.ReadAllBytes(result.Copy));
            Assert.Equal(folder.In("journal.damaged-1.ndjson"), result.Copy);
            AssertRepaired(folder, Enumerable.Range(1, LineCount).Where(n => n != gone), result);
        }
    }

    [Fact]
    public void Any_byte_changed_costs_at_most_its_line_and_the_one_it_was_glued_to()
    {
        var durableEnd = Samples.Join(Lines).Length - Lines[^1].Length;
        ChangeEach(Enumerable.Range(0, durableEnd).Where(i => i % 7 == 0));
    }

    [Fact]
    public void A_byte_at_the_start_or_the_end_of_a_line_changed_costs_at_most_that_line()
    {
        var ends = Enumerable.Range(1, LineCount - 1).Select(n => Lines.Take(n).Sum(line => line.Length)).ToList();
        ChangeEach(ends.SelectMany(end => new[] { end - 1, end - 2, end - 40 }).Append(0));
    }

    [Fact]
    public void Swapped_and_repeated_lines_come_back_in_order_once()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(Samples.Join([Lines[0], Lines[2], Lines[1], Lines[1], .. Lines.Skip(3)]));
        var result = JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At)!;
        Assert.Equal((0, 0), (result.Found.FirstLost, result.Found.LastLost));
        Assert.Equal(0, result.Found.Unproven);
        Assert.Contains(result.Found.Faults, fault => fault.Reason == "seq 2 is there twice");
        AssertRepaired(folder, Enumerable.Range(1, LineCount), result);
    }

    [Fact]
    public void A_line_whose_number_was_changed_is_not_told_at_another_time()
    {
        using var folder = new RunFolder();
        var text = Encoding.UTF8.GetString(Lines[2]).Replace("{\"seq\":3,", "{\"seq\":30,", StringComparison.Ordinal);
        folder.WriteJournal(Samples.Join([Lines[0], Lines[1], Encoding.UTF8.GetBytes(text), .. Lines.Skip(3)]));
        var result = JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At)!;
        Assert.Contains(result.Found.Faults, fault => fault.Reason == "seq 30 stands before 4, which continues it");
        AssertRepaired(folder, Enumerable.Range(1, LineCount).Where(n => n != 3), result);
    }

    [Fact]
    public void A_second_repair_takes_the_next_name_and_a_driver_goes_on()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(Samples.Join(Lines.Where((_, i) => i != 3)));
        JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At);
        var (_, writer) = JournalWriter.Continue(RunFolder.Storage, folder.Path);
        writer!.Append("x", "t", 1, "{}"u8, Samples.At);
        writer.Close(Samples.At);
        var bytes = folder.ReadJournal();
        bytes[bytes.AsSpan().IndexOf((byte)'\n') + 12] ^= 1;
        folder.WriteJournal(bytes);
        var result = JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At)!;
        Assert.Equal(folder.In("journal.damaged-2.ndjson"), result.Copy);
        Assert.Null(Samples.Read(folder).Reading.Damage);
    }

    [Fact]
    public void A_journal_without_one_intact_event_is_lost_and_left_as_it_is()
    {
        using var folder = new RunFolder();
        folder.WriteJournal("garbage\n"u8);
        Assert.Throws<JournalLostException>(() => JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At));
        Assert.Equal("garbage\n"u8.ToArray(), folder.ReadJournal());
        Assert.Equal([JournalFormat.FileName], RunFolder.Storage.List(folder.Path));
    }

    [Fact]
    public void A_snapshot_from_before_the_repair_does_not_fit_any_more()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(Samples.Join(Lines));
        var place = Samples.Read(folder).Reading.End;
        Assert.True(JournalReader.Fits(RunFolder.Storage, folder.Path, place));
        Assert.True(JournalReader.Fits(RunFolder.Storage, folder.Path, default));
        Assert.False(JournalReader.Fits(RunFolder.Storage, folder.Path, place with { Crc = 1 }));
        Assert.False(JournalReader.Fits(RunFolder.Storage, folder.Path, place with { Offset = place.Offset - 1 }));
        folder.WriteJournal(Samples.Join(Lines.Where((_, i) => i != 3)));
        JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At);
        Assert.False(JournalReader.Fits(RunFolder.Storage, folder.Path, place));
    }

    private static void ChangeEach(IEnumerable<int> places)
    {
        var whole = Samples.Join(Lines);
        foreach (var i in places)
        {
            using var folder = new RunFolder();
            var bytes = (byte[])whole.Clone();
            bytes[i] ^= 2;
            folder.WriteJournal(bytes);
            var line = LineAt(i);
            var result = JournalRepair.Repair(RunFolder.Storage, folder.Path, Samples.At);
            Assert.True(result is not null, $"byte {i}");
            var kept = bytes[i] == ('\n' ^ 2)
                ? Enumerable.Range(1, LineCount) : Enumerable.Range(1, LineCount).Where(n => n != line);
            AssertRepaired(folder, kept, result);
        }
    }

    private static void AssertRepaired(RunFolder folder, IEnumerable<int> kept, JournalRepairResult result)
    {
        var (reading, records) = Samples.Read(folder);
        Assert.True(reading.Damage is null, reading.Damage?.ToString());
        Assert.Equal(0, reading.Torn.Lines);
        var numbers = new List<int>();
        foreach (var record in records.Where(record => record.Type == "attempt_started"))
        {
            using var data = JsonDocument.Parse(record.Data);
            numbers.Add(data.RootElement.GetProperty("n").GetInt32());
        }

        Assert.Equal(kept.Where(n => n != 1), numbers);
        Assert.Equal(JournalEvents.Opened, records[0].Type);
        Assert.Equal(JournalEvents.Repaired, records[^1].Type);
        Assert.Equal(result.RepairedSeq, records[^1].Seq);
        using var repaired = JsonDocument.Parse(records[^1].Data);
        Assert.Equal(result.Found.FirstLost, repaired.RootElement.GetProperty("from").GetInt64());
        Assert.Equal(result.Found.LastLost, repaired.RootElement.GetProperty("to").GetInt64());
        Assert.Equal(Path.GetFileName(result.Copy), repaired.RootElement.GetProperty("copy").GetString());
        Assert.Equal(records[^1].Seq - 1, records[^1].Durable);
    }

    private static int LineAt(int offset)
    {
        var end = 0;
        for (var i = 0; ; i++)
        {
            end += Lines[i].Length;
            if (offset < end)
            {
                return i + 1;
            }
        }
    }
}
