using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>What a writer refuses, and what it leaves on the disk.</summary>
public sealed class JournalWriterRulesTests
{
    [Fact]
    public void A_batch_whose_sync_failed_is_never_written_again()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage { FailSync = 1 };
        using var writer = Create(storage, folder);
        var batch = Batch(writer);
        Assert.Throws<JournalPoisonedException>(() => writer.Commit(batch));
        Assert.Throws<JournalPoisonedException>(() => writer.Commit(batch));
        Assert.Equal((1, 1, 1), (storage.Writes, storage.Syncs, writer.Durable));
    }

    [Fact]
    public void The_first_failure_is_the_one_that_is_told()
    {
        using var folder = new RunFolder();
        using var writer = Create(new FaultyStorage { FailWrite = 1 }, folder);
        var batch = Batch(writer);
        var first = Assert.Throws<JournalPoisonedException>(() => writer.Commit(batch));
        var told = writer.RefuseSync(new IOException("a later one"));
        Assert.Equal(first.Message, told.Message);
        Assert.Equal(first.Message, writer.Poison!.Message);
    }

    [Fact]
    public void After_it_let_go_of_the_file_it_refuses_everything()
    {
        using var folder = new RunFolder();
        var writer = Create(new FaultyStorage(), folder);
        var batch = Batch(writer);
        writer.Dispose();
        writer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Append(writer));
        Assert.Throws<ObjectDisposedException>(writer.TakeBatch);
        Assert.Throws<ObjectDisposedException>(() => writer.Commit(batch));
        Assert.Throws<ObjectDisposedException>(() => writer.WriteLastWords("x", "{}"u8, Samples.At));
        Assert.Single(Samples.Read(folder).Records);
    }

    [Fact]
    public void What_waits_for_the_disk_is_counted_until_it_is_there()
    {
        using var folder = new RunFolder();
        using var writer = Create(new FaultyStorage(), folder);
        Assert.Equal(0, writer.WaitingBytes);
        var start = writer.AppendedPosition;
        Assert.Equal(start, writer.DurablePosition);
        Append(writer);
        var one = writer.WaitingBytes;
        Assert.Equal(writer.AppendedPosition.Offset - start.Offset, one);
        var batch = writer.TakeBatch()!;
        Append(writer);
        Assert.Equal(2 * one, writer.WaitingBytes);
        Assert.Equal((2, 3), (batch.LastSeq, writer.LastSeq));
        writer.Commit(batch);
        Assert.Equal((one, 2), (writer.WaitingBytes, writer.Durable));
        Assert.Equal(start.Offset + one, writer.DurablePosition.Offset);
        writer.CommitAll();
        Assert.Equal(writer.AppendedPosition, writer.DurablePosition);
        Assert.Equal(Samples.Read(folder).Reading.End, writer.DurablePosition);
    }

    [Fact]
    public void Last_words_are_for_a_full_disk_and_fit_into_the_reserve()
    {
        using var folder = new RunFolder();
        using var writer = Create(new FaultyStorage(), folder);
        var error = Assert.Throws<InvalidOperationException>(
            () => writer.WriteLastWords("x", "{}"u8, Samples.At));
        Assert.Equal("last words are for a journal on a full disk", error.Message);
        var data = Encoding.ASCII.GetBytes($"{{\"p\":\"{new string('p', JournalWriter.ReserveBytes)}\"}}");
        var tooLong = Assert.Throws<ArgumentException>(() => writer.WriteLastWords("x", data, Samples.At));
        Assert.Equal("data", tooLong.ParamName);
        Assert.StartsWith(
            $"last words with {data.Length} bytes of data do not fit into the reserve of 65536", tooLong.Message,
            StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => writer.WriteLastWords("Not Snake", "{}"u8, Samples.At));
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Last_words_fill_the_reserve_to_the_last_byte(int over, bool fit)
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage();
        using var writer = Create(storage, folder);
        Assert.Throws<JournalFullException>(() => FillUp(storage, writer));
        var most = JournalWriter.ReserveBytes - JournalLine.MaxBytes("x", null, 0);
        var data = Encoding.ASCII.GetBytes($"{{\"p\":\"{new string('p', most - 8 + over)}\"}}");
        if (!fit)
        {
            Assert.Throws<ArgumentException>(() => writer.WriteLastWords("x", data, Samples.At));
            return;
        }

        var seq = writer.WriteLastWords("x", data, Samples.At);
        Assert.Equal((seq, seq), (writer.Durable, writer.DurablePosition.Seq));
        var (reading, records) = Samples.Read(folder);
        Assert.Equal(writer.DurablePosition, reading.End);
        Assert.Equal((seq, seq - 1), (records[^1].Seq, records[^1].Durable));
    }

    [Fact]
    public void Last_words_that_cannot_be_synced_are_not_durable_and_not_said_again()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage();
        using var writer = Create(storage, folder);
        Assert.Throws<JournalFullException>(() => FillUp(storage, writer));
        var durable = writer.Durable;
        storage.FailSync = storage.Syncs + 1;
        Assert.ThrowsAny<JournalPoisonedException>(() => writer.WriteLastWords("x", "{}"u8, Samples.At));
        Assert.ThrowsAny<JournalPoisonedException>(() => writer.WriteLastWords("x", "{}"u8, Samples.At));
        Assert.Equal(durable, writer.Durable);
    }

    [Fact]
    public void A_reserve_that_cannot_be_kept_is_told_at_the_next_call_and_what_was_committed_stays()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage();
        using var writer = Create(storage, folder);
        storage.FullAt = writer.DurablePosition.Offset + (3 * JournalWriter.ReserveBytes);
        var data = Encoding.ASCII.GetBytes($"{{\"p\":\"{new string('p', 2 * JournalWriter.ReserveBytes)}\"}}");
        writer.Append("x", null, 0, data, Samples.At);
        var batch = writer.TakeBatch()!;
        writer.Commit(batch);
        Assert.Equal(2, writer.Durable);
        Assert.IsType<JournalFullException>(writer.Poison);
        Assert.Throws<JournalFullException>(() => Append(writer));
        Assert.Equal(3, writer.WriteLastWords("x", "{}"u8, Samples.At));
    }

    [Fact]
    public void The_reserve_is_kept_at_one_call_for_each_64_KiB_and_the_end_gives_it_back()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage();
        var writer = Create(storage, folder);
        var start = writer.DurablePosition.Offset;
        Assert.Equal((1, start + (128 << 10)), (storage.Reserves, storage.ReservedTo));
        var data = Encoding.ASCII.GetBytes($"{{\"p\":\"{new string('p', 10_000)}\"}}");
        for (var i = 0; i < 50; i++)
        {
            writer.Append("x", null, 0, data, Samples.At);
            writer.CommitAll();
            Assert.InRange(storage.ReservedTo - writer.DurablePosition.Offset, 64 << 10, 128 << 10);
            Assert.InRange(storage.Reserves, 1, 1 + ((writer.DurablePosition.Offset - start) / (64 << 10)));
        }

        Assert.Empty(storage.Cuts);
        writer.Close(Samples.At);
        Assert.Equal([writer.DurablePosition.Offset], storage.Cuts);
        Assert.Equal(52, writer.Durable);
    }

    [Fact]
    public void Where_no_space_can_be_reserved_that_is_asked_once()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage { CannotReserve = true };
        using var writer = Create(storage, folder);
        writer.Commit(Batch(writer));
        writer.Commit(Batch(writer));
        Assert.Equal((1, 3), (storage.Reserves, writer.Durable));
        Assert.Null(writer.Poison);
    }

    [Fact]
    public void A_run_that_ended_gives_the_reserve_back_only_if_all_of_it_is_on_the_disk()
    {
        foreach (var (left, failing, cuts) in new[] { (false, 0, 1), (true, 0, 0), (false, 1, 0) })
        {
            using var folder = new RunFolder();
            var storage = new FaultyStorage { FailSync = failing };
            var writer = Create(storage, folder);
            var batch = Batch(writer);
            Assert.Equal(failing > 0, Record.Exception(() => writer.Commit(batch)) is not null);
            if (left)
            {
                Append(writer);
            }

            writer.Dispose(giveReserveBack: true);
            Assert.Equal(cuts, storage.Cuts.Count);
            Assert.All(storage.Cuts, cut => Assert.Equal(writer.DurablePosition.Offset, cut));
        }
    }

    [Fact]
    public void At_most_64_MiB_wait_for_the_disk_those_under_way_counted_and_the_committer_waits_for_room()
    {
        using var folder = new RunFolder();
        var large = new byte[15 << 20];
        large.AsSpan().Fill((byte)'p');
        byte[] data = [.. "{\"p\":\""u8, .. large, .. "\"}"u8];
        using (var writer = Create(new FaultyStorage(), folder))
        {
            for (var i = 0; i < 4; i++)
            {
                writer.Append("x", null, 0, data, Samples.At);
            }

            Assert.False(writer.TryAppend("x", null, 0, data, Samples.At, out _));
            var batch = writer.TakeBatch()!;
            var error = Assert.Throws<JournalBacklogException>(
                () => writer.Append("x", null, 0, data, Samples.At));
            Assert.Equal(
                $"{folder.Journal}: {writer.WaitingBytes} bytes wait for the disk and at most 67108864 may",
                error.Message);
            Append(writer);
            writer.Commit(batch);
            Assert.True(writer.TryAppend("x", null, 0, data, Samples.At, out var seq));
            Assert.Equal(7, seq);
        }

        using var another = new RunFolder();
        using var committer = new JournalCommitter(Create(new FaultyStorage(), another));
        for (var i = 0; i < 5; i++)
        {
            committer.AppendLazily("x", null, 0, data, Samples.At);
        }

        Assert.Equal((6, 5), (committer.LastSeq, committer.Durable));
    }

    [Fact]
    public void Large_and_small_records_come_back_as_they_were()
    {
        using var folder = new RunFolder();
        using var writer = Create(new FaultyStorage(), folder);
        var sizes = new[] { 1, 3_000, 2, 5_000, 20_000, 3, 6 << 20, 1, 4_000 };
        foreach (var size in sizes)
        {
            var data = Encoding.ASCII.GetBytes($"{{\"p\":\"{new string('p', size)}\"}}");
            writer.Append("x", "task", 1, data, Samples.At);
            if (size < 4)
            {
                writer.CommitAll();
            }
        }

        writer.CommitAll();
        var (reading, records) = Samples.Read(folder);
        Assert.Equal(writer.DurablePosition, reading.End);
        Assert.Equal(sizes, records.Skip(1).Select(record => record.Data.Length - 8));
    }

    [Fact]
    public void A_new_run_names_the_journal_that_it_would_replace_and_takes_an_empty_one()
    {
        using var folder = new RunFolder();
        folder.WriteJournal([]);
        JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At).Dispose();
        var error = Assert.Throws<IOException>(
            () => JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At));
        Assert.Equal(
            $"{folder.Journal} exists already; a new run never replaces a journal, resume it instead", error.Message);
        Assert.Equal(new JournalOpening(1, 1, "w", "r"), Samples.Read(folder).Reading.Opening);
    }

    [Fact]
    public void A_journal_that_was_not_synced_at_its_start_becomes_durable_with_its_first_commit()
    {
        using var folder = new RunFolder();
        using var writer = JournalWriter.CreateUnsynced(RunFolder.Storage, folder.Path, "w", "r", Samples.At);
        Assert.Equal((0, 1), (writer.Durable, writer.LastSeq));
        var batch = Batch(writer);
        var alsoSynced = 0;
        writer.CommitWith(batch, () => alsoSynced++);
        Assert.Equal((2, 1), (writer.Durable, alsoSynced));
        Assert.Equal([0L, 0L], Samples.Read(folder).Records.Select(record => record.Durable));
    }

    [Fact]
    public void What_else_must_be_synced_and_is_not_poisons_as_well()
    {
        using var folder = new RunFolder();
        using var writer = Create(new FaultyStorage(), folder);
        var batch = Batch(writer);
        var error = Assert.Throws<JournalPoisonedException>(
            () => writer.CommitWith(batch, () => throw new IOException("the names")));
        Assert.EndsWith("the names", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, writer.Durable);
    }

    [Fact]
    public void A_run_that_never_started_has_no_writer_and_one_without_a_line_end_gets_it()
    {
        using var folder = new RunFolder();
        var (reading, writer) = JournalWriter.Continue(RunFolder.Storage, folder.Path);
        Assert.True(reading.NeverStarted);
        Assert.Null(writer);
        var whole = Samples.Join(Samples.Lines(3));
        folder.WriteJournal(whole.AsSpan(0, whole.Length - 1));
        (reading, writer) = JournalWriter.Continue(RunFolder.Storage, folder.Path);
        using (writer)
        {
            Assert.True(reading.Unterminated);
            Assert.Equal(whole.Length, writer!.DurablePosition.Offset);
            Assert.Equal(whole, folder.ReadJournal());
        }
    }

    [Fact]
    public void More_than_one_block_that_nothing_says_was_durable_is_written_again_as_it_was()
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(1_200, _ => 0);
        var whole = Samples.Join(lines);
        Assert.InRange(whole.Length, 2 << 16, 3 << 16);
        folder.WriteJournal(whole);
        var storage = new FaultyStorage();
        var (_, writer) = JournalWriter.Continue(storage, folder.Path);
        writer!.Dispose();
        Assert.Equal((3, 1), (storage.Writes, storage.Syncs));
        Assert.Equal(whole, folder.ReadJournal());
    }

    private static JournalWriter Create(FaultyStorage storage, RunFolder folder) =>
        JournalWriter.Create(storage, folder.Path, "w", "r", Samples.At);

    private static void Append(JournalWriter writer) => writer.Append("x", null, 0, "{}"u8, Samples.At);

    private static JournalBatch Batch(JournalWriter writer)
    {
        Append(writer);
        return writer.TakeBatch()!;
    }

    private static void FillUp(FaultyStorage storage, JournalWriter writer)
    {
        storage.FullAt = writer.DurablePosition.Offset + 1000;
        var data = Encoding.ASCII.GetBytes($"{{\"p\":\"{new string('p', 300_000)}\"}}");
        writer.Append("x", null, 0, data, Samples.At);
        writer.CommitAll();
    }
}
