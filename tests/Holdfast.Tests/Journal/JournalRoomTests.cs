using System.Globalization;
using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>Blank lines that a writer makes ahead, and what those who read and those who go on make of them.</summary>
public sealed class JournalRoomTests
{
    private const int LineBytes = 400;

    [Fact]
    public void A_journal_of_some_length_that_grows_by_small_batches_is_written_over_blank_lines()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage { OverwritesInPlace = true };
        using var writer = Create(storage, folder);
        AppendUpTo(writer, JournalRoom.ShortestBytes - LineBytes);
        Assert.Equal(writer.DurablePosition.Offset, storage.Length(folder.Journal));
        AppendUpTo(writer, JournalRoom.ShortestBytes);
        var length = storage.Length(folder.Journal);
        Assert.Equal(writer.DurablePosition.Offset + JournalWriter.ReserveBytes, length);
        Assert.Equal(-1, folder.ReadJournal().AsSpan((int)writer.DurablePosition.Offset).IndexOfAnyExcept((byte)'\n'));
        AppendUpTo(writer, length - JournalRoom.LargestBatchBytes - LineBytes);
        Assert.Equal(length, storage.Length(folder.Journal));
        AppendUpTo(writer, length - JournalRoom.LargestBatchBytes + LineBytes);
        Assert.Equal(length + JournalWriter.ReserveBytes, storage.Length(folder.Journal));
    }

    [Fact]
    public void Where_overwriting_needs_new_space_and_behind_large_batches_nothing_is_written_ahead()
    {
        using var folder = new RunFolder();
        using var copying = Create(new FaultyStorage(), folder);
        AppendUpTo(copying, 4 * JournalRoom.ShortestBytes);
        Assert.Equal(copying.DurablePosition.Offset, folder.ReadJournal().Length);

        using var other = new RunFolder();
        using var writer = Create(new FaultyStorage { OverwritesInPlace = true }, other);
        writer.Append("x", null, 0, Data(8 * JournalRoom.ShortestBytes), Samples.At);
        writer.CommitAll();
        Assert.Equal(writer.DurablePosition.Offset, other.ReadJournal().Length);
    }

    [Fact]
    public void Who_looks_beside_the_writer_sees_the_events_and_nothing_wrong()
    {
        using var folder = new RunFolder();
        using var writer = Create(LocalStorage.Instance, folder);
        var tail = new JournalTail(RunFolder.Storage, folder.Path);
        var followed = 0L;
        while (writer.DurablePosition.Offset < 6 * JournalRoom.ShortestBytes)
        {
            Append(writer);
            followed += tail.ReadNew((in JournalRecord _) => { });
            Assert.Equal((writer.Durable, null), (followed, tail.Problem));
        }

        Assert.Equal(0, tail.ReadNew((in JournalRecord _) => { }));
        var (reading, records) = Samples.Read(folder);
        Assert.Equal((writer.Durable, writer.DurablePosition), (records.Count, reading.End));
        Assert.Equal((JournalTorn.None, null), (reading.Torn, reading.Damage));
        var verified = JournalRepair.Verify(RunFolder.Storage, folder.Path);
        Assert.Equal((true, 0, records.Count), (verified.IsSound, verified.FaultCount, verified.Kept));
    }

    [Fact]
    public void After_a_kill_the_next_writer_goes_on_over_the_blank_lines()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage { OverwritesInPlace = true };
        var killed = Create(storage, folder);
        AppendUpTo(killed, 2 * JournalRoom.ShortestBytes);
        var length = storage.Length(folder.Journal);

        var (reading, next) = JournalWriter.Continue(storage, folder.Path);
        Assert.Equal((0, killed.DurablePosition), (reading.Torn.Bytes, reading.End));
        Append(next!);
        Assert.Equal(length, storage.Length(folder.Journal));
        Assert.Empty(storage.Cuts);
        next!.Dispose();
        Assert.Equal([next.DurablePosition.Offset], storage.Cuts);
        Assert.Equal(next.DurablePosition.Offset, storage.Length(folder.Journal));
        Assert.Equal(next.Durable, Samples.Read(folder).Records.Count);
    }

    [Fact]
    public void A_run_that_ended_has_no_blank_lines_already_when_its_last_event_is_written()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage { OverwritesInPlace = true };
        var writer = Create(storage, folder);
        AppendUpTo(writer, 2 * JournalRoom.ShortestBytes);
        var last = writer.DurablePosition.Offset;
        writer.Close(Samples.At);
        Assert.Equal([last, writer.DurablePosition.Offset], storage.Cuts);
        Assert.True(Samples.Read(folder).Reading.Closed);
        Assert.Equal(writer.DurablePosition.Offset, folder.ReadJournal().Length);
    }

    [Fact]
    public void A_full_disk_refuses_blank_lines_without_harm_and_takes_what_fits()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage { OverwritesInPlace = true, CannotReserve = true };
        using var writer = Create(storage, folder);
        storage.FullAt = JournalRoom.ShortestBytes + (40 * LineBytes);
        AppendUpTo(writer, storage.FullAt.Value - (2 * LineBytes));
        Assert.Null(writer.Poison);
        Assert.Equal(writer.Durable, Samples.Read(folder).Records.Count);
        Assert.Equal(JournalTorn.None, Samples.Read(folder).Reading.Torn);
        Assert.Throws<JournalFullException>(() => AppendUpTo(writer, storage.FullAt.Value + LineBytes));
    }

    [Fact]
    public void A_device_that_fails_under_blank_lines_poisons_the_journal()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage { OverwritesInPlace = true };
        using var writer = Create(storage, folder);
        AppendUpTo(writer, JournalRoom.ShortestBytes - LineBytes);
        storage.FailWrite = storage.Writes + 2; // behind the batch with which it is long enough
        var committed = writer.Durable;
        Assert.Throws<JournalPoisonedException>(() => Append(writer));
        Assert.Equal((storage.FailWrite, committed + 1), (storage.Writes, writer.Durable));
        Assert.NotNull(writer.Poison);
        Assert.Equal(writer.Durable, Samples.Read(folder).Records.Count);
    }

    [Theory]
    [InlineData(4, 0, "line 4: empty line; it was durable")] // the fifth line says so of the fourth
    [InlineData(5, 2, null)]
    public void Blank_lines_in_front_of_others_are_damage_or_a_torn_tail(int lost, int torn, string? damage)
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(6, durable: seq => Math.Min(seq - 1, 4));
        lines[lost - 1].AsSpan().Fill((byte)'\n');
        lines[5].AsSpan(0, 40).Fill((byte)'\n'); // its start is lost, so that nothing can be said of it
        folder.WriteJournal([.. Samples.Join(lines), .. "tail"u8, .. "\n\n\n"u8]);
        var (reading, records) = Samples.Read(folder);
        Assert.Equal(lost - 1, records.Count);
        Assert.Equal(damage, reading.Damage?.ToString());
        Assert.Equal(torn, (int)reading.Torn.Lines);
        if (damage is null)
        {
            var length = folder.ReadJournal().Length;
            Assert.Equal((length - reading.End.Offset, "empty line"), (reading.Torn.Bytes, reading.Torn.Reason));
            var (_, next) = JournalWriter.Continue(RunFolder.Storage, folder.Path);
            next!.Dispose();
            Assert.Equal(reading.End.Offset, folder.ReadJournal().Length);
        }
    }

    [Fact]
    public void What_a_writer_fills_in_during_a_look_is_neither_torn_nor_damage()
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(7);
        folder.WriteJournal([.. Samples.Join(lines), .. "\n\n\n\n"u8]);
        var late = lines[..3].Sum(line => line.Length);
        var stale = folder.ReadJournal();
        stale.AsSpan(late, lines[3].Length + 20).Fill((byte)'\n'); // read before it was written; what follows after
        var seqs = new List<long>();
        using var stream = new ChangingStream(stale, folder.ReadJournal());
        var reading = new JournalPass("j", (in JournalRecord record) => seqs.Add(record.Seq), default).Run(stream);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], seqs);
        Assert.Equal((JournalTorn.None, null, 6), (reading.Torn, reading.Damage, reading.HighestDurable));
        Assert.Equal(1, reading.Opening!.Format);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1 << 20)]
    public void Blank_lines_are_passed_over_whatever_the_pieces_they_come_in(int atOnce)
    {
        foreach (var blank in new[] { 0, 1, 5000, 20_000 })
        {
            var bytes = Encoding.ASCII.GetBytes("a\n" + new string('\n', blank) + "b");
            var scanner = new LineScanner(new PieceStream(bytes, atOnce), 0);
            Assert.True(scanner.MoveNext());
            Assert.Equal(blank, scanner.SkipBlankLines());
            Assert.Equal(0, scanner.SkipBlankLines());
            Assert.True(scanner.MoveNext());
            Assert.Equal(("b", 2 + blank), (Encoding.ASCII.GetString(scanner.Line.Span), scanner.Offset));
            Assert.False(scanner.MoveNext());
            Assert.Equal(0, scanner.SkipBlankLines());
        }
    }

    private static JournalWriter Create(IStorage storage, RunFolder folder) =>
        JournalWriter.Create(storage, folder.Path, "w", "r", Samples.At);

    private static byte[] Data(int bytes) =>
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"p\":\"{new string('p', bytes)}\"}}"));

    private static void Append(JournalWriter writer)
    {
        writer.Append("x", null, 0, Data(LineBytes - 100), Samples.At);
        writer.CommitAll();
    }

    private static void AppendUpTo(JournalWriter writer, long offset)
    {
        while (writer.DurablePosition.Offset < offset)
        {
            Append(writer);
        }
    }

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class PieceStream(byte[] bytes, int atOnce) : MemoryStream(bytes)
    {
        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, Math.Min(count, atOnce));
    }

    /// <summary>Has other bytes from the second time on that it is read from a place.</summary>
    private sealed class ChangingStream(byte[] first, byte[] then) : MemoryStream(first.ToArray())
    {
        private int _seeks;

        public override long Seek(long offset, SeekOrigin loc)
        {
            if (++_seeks == 2)
            {
                Position = 0;
                Write(then);
            }

            return base.Seek(offset, loc);
        }
    }
}
