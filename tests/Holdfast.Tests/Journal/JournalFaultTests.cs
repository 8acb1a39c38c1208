using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

public sealed class JournalFaultTests
{
    [Fact]
    public void A_failed_sync_poisons_for_good_and_durable_never_advances()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage { FailSync = 2 };
        using var writer = JournalWriter.Create(storage, folder.Path, "w", "r", Samples.At);
        writer.Append("x", null, 0, "{}"u8, Samples.At);
        writer.CommitAll();
        Assert.Equal(2, writer.Durable);
        writer.Append("x", null, 0, "{}"u8, Samples.At);
        var error = Assert.Throws<JournalPoisonedException>(writer.CommitAll);
        Assert.Contains("fdatasync", error.Message, StringComparison.Ordinal);
        AssertPoisoned(writer, storage, durable: 2);
    }

    [Fact]
    public void A_failed_write_poisons_and_the_next_driver_cuts_what_it_left()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage { FailWrite = 2 };
        using (var writer = JournalWriter.Create(storage, folder.Path, "w", "r", Samples.At))
        {
            writer.Append("x", null, 0, "{}"u8, Samples.At);
            writer.CommitAll();
            writer.Append("x", null, 0, "{}"u8, Samples.At);
            Assert.Throws<JournalPoisonedException>(writer.CommitAll);
            AssertPoisoned(writer, storage, durable: 2);
        }

        var (reading, next) = JournalWriter.Continue(RunFolder.Storage, folder.Path);
        next!.Dispose();
        Assert.Equal(2, reading.Events);
        Assert.Equal(1, reading.Torn.Lines);
    }

    [Fact]
    public void A_failed_sync_while_opening_is_told_and_nothing_is_believed()
    {
        using var folder = new RunFolder();
        folder.WriteJournal(Samples.Join(Samples.Lines(3)));
        var storage = new FaultyStorage { FailSync = 1 };
        Assert.Throws<PosixException>(() => JournalWriter.Continue(storage, folder.Path));
    }

    [Fact]
    public void Opening_writes_again_all_that_nothing_says_was_durable_and_syncs_it()
    {
        using var folder = new RunFolder();
        var lines = Samples.Lines(8, seq => Math.Min(seq - 1, 4));
        folder.WriteJournal(Samples.Join(lines));
        var storage = new FaultyStorage();
        var (reading, writer) = JournalWriter.Continue(storage, folder.Path);
        writer!.Dispose();
        Assert.Equal(4, reading.HighestDurable);
        Assert.Equal(lines.Take(4).Sum(line => line.Length), reading.UnprovenOffset);
        Assert.Equal((1, 1), (storage.Writes, storage.Syncs));
        Assert.Equal(8, writer.Durable);
        Assert.Equal(Samples.Join(lines), folder.ReadJournal());
    }

    [Theory]
    [InlineData(100)]
    [InlineData(60_000)]
    [InlineData(300_000)]
    public void A_full_disk_keeps_what_was_durable_and_still_takes_the_last_words(int payloadBytes)
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage();
        var data = Encoding.ASCII.GetBytes($"{{\"p\":\"{new string('p', payloadBytes)}\"}}");
        long durable;
        using (var writer = JournalWriter.Create(storage, folder.Path, "w", "r", Samples.At))
        {
            writer.Append("x", null, 0, "{}"u8, Samples.At);
            writer.CommitAll();
            storage.FullAt = writer.DurablePosition.Offset + 1000;
            JournalFullException? full = null;
            for (var i = 0; i < 5000 && full is null; i++)
            {
                try
                {
                    writer.Append("x", null, 0, data, Samples.At);
                    writer.CommitAll();
                }
                catch (JournalFullException error)
                {
                    full = error;
                }
            }

            Assert.NotNull(full);
            durable = writer.Durable;
            Assert.Throws<JournalFullException>(() => writer.Append("x", null, 0, "{}"u8, Samples.At));
            Assert.Equal(durable + 1, writer.WriteLastWords(JournalEvents.Full, "{\"free\":0}"u8, Samples.At));
            Assert.Throws<JournalFullException>(() => writer.WriteLastWords(JournalEvents.Full, "{}"u8, Samples.At));
        }

        var (reading, records) = Samples.Read(folder);
        Assert.Null(reading.Damage);
        Assert.Equal(durable + 1, records.Count);
        Assert.Equal(JournalEvents.Full, records[^1].Type);
    }

    [Fact]
    public async Task What_arrives_while_a_sync_is_under_way_shares_the_next()
    {
        using var folder = new RunFolder();
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        var storage = new FaultyStorage();
        using var committer = new JournalCommitter(JournalWriter.Create(storage, folder.Path, "w", "r", Samples.At));
        storage.BeforeSync = () =>
        {
            entered.Release();
            release.Wait();
        };
        var first = committer.WaitAsync(committer.Append("x", null, 0, "{}"u8, Samples.At));
        await entered.WaitAsync(TestContext.Current.CancellationToken);
        var rest = Enumerable.Range(0, 50)
            .Select(_ => committer.WaitAsync(committer.Append("x", null, 0, "{}"u8, Samples.At))).ToList();
        Assert.False(first.IsCompleted);
        release.Release(2);
        await Task.WhenAll([first, .. rest]);
        Assert.Equal(2, storage.Syncs);
        Assert.Equal(52, committer.Durable);
    }

    [Fact]
    public async Task A_failure_reaches_everyone_who_waits_and_everyone_after()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage { FailSync = 1 };
        var told = 0L;
        using var committer = new JournalCommitter(
            JournalWriter.Create(storage, folder.Path, "w", "r", Samples.At), seq => told = seq);
        var seq = committer.AppendLazily("x", null, 0, "{}"u8, Samples.At);
        var waiting = committer.WaitAsync(seq);
        await Assert.ThrowsAnyAsync<JournalPoisonedException>(() => waiting);
        Assert.ThrowsAny<JournalPoisonedException>(() => committer.Wait(seq));
        Assert.ThrowsAny<JournalPoisonedException>(() => committer.Append("x", null, 0, "{}"u8, Samples.At));
        Assert.ThrowsAny<JournalPoisonedException>(() => committer.Close(Samples.At));
        Assert.True(committer.WaitAsync(seq).IsFaulted);
        Assert.Equal((0L, 1L), (told, committer.Durable));
    }

    [Fact]
    public async Task A_run_that_only_listens_is_told_once_that_nothing_will_be_durable_any_more()
    {
        foreach (var full in new[] { false, true })
        {
            using var folder = new RunFolder();
            var told = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
            var storage = new FaultyStorage();
            var writer = JournalWriter.Create(storage, folder.Path, "w", "r", Samples.At);
            if (full)
            {
                storage.FullAt = 0;
            }
            else
            {
                storage.FailSync = 1;
            }

            using var committer = new JournalCommitter(writer, onBroken: told.SetResult);
            var data = Encoding.ASCII.GetBytes($"{{\"p\":\"{new string('p', 100_000)}\"}}");
            committer.Append("x", null, 0, data, Samples.At);
            Assert.Equal(full, await told.Task is JournalFullException);
            Assert.Equal(full ? 2 : 1, committer.Durable);
        }
    }

    [Fact]
    public async Task The_callback_may_append_but_cannot_wait()
    {
        using var folder = new RunFolder();
        JournalCommitter? committer = null;
        var failure = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        committer = new JournalCommitter(
            JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At),
            seq =>
            {
                var next = committer!.Append("x", null, 0, "{}"u8, Samples.At);
                if (seq == 3)
                {
                    committer.Wait(next);
                }
            },
            failure.SetResult);
        committer.Append("x", null, 0, "{}"u8, Samples.At);
        Assert.IsType<InvalidOperationException>(await failure.Task);
        Assert.Equal((3, 4), (committer.Durable, committer.LastSeq));
        committer.Dispose();
    }

    [Fact]
    public void Sixteen_writers_lose_nothing_and_keep_their_order()
    {
        using var folder = new RunFolder();
        const int Writers = 16, Each = 400;
        var rising = new List<long>();
        using (var committer = new JournalCommitter(
            JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At), rising.Add))
        {
            var threads = Enumerable.Range(0, Writers).Select(w => new Thread(() =>
            {
                for (var i = 1; i <= Each; i++)
                {
                    var seq = i % 3 == 0
                        ? committer.Append("x", $"t{w}", i, "{}"u8, Samples.At)
                        : committer.AppendLazily("x", $"t{w}", i, "{}"u8, Samples.At);
                    if (i % 7 == 0)
                    {
                        committer.Wait(seq);
                        Assert.True(committer.Durable >= seq);
                    }
                    else if (i % 11 == 0)
                    {
                        committer.WaitAsync(seq).GetAwaiter().GetResult();
                    }
                }
            })).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
            committer.Close(Samples.At);
        }

        var (reading, records) = Samples.Read(folder);
        Assert.Null(reading.Damage);
        Assert.True(reading.Closed);
        Assert.Equal((Writers * Each) + 2, records.Count);
        foreach (var group in records.Where(record => record.Task is not null).GroupBy(record => record.Task))
        {
            Assert.Equal(Enumerable.Range(1, Each), group.Select(record => record.Attempt));
        }

        Assert.Equal(rising.Order().Distinct(), rising);
    }

    [Theory]
    [InlineData("Not Snake", "t", "{}")]
    [InlineData("", "t", "{}")]
    [InlineData("x", "", "{}")]
    [InlineData("x", "t", "")]
    [InlineData("x", "t", "[]")]
    [InlineData("x", "t", "{}{}")]
    [InlineData("x", "t", "{\"a\":\n1}")]
    [InlineData("x", "t", "{\"a\":}")]
    public void What_could_not_be_read_back_is_never_written(string type, string task, string data)
    {
        using var folder = new RunFolder();
        using var writer = JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At);
        Assert.ThrowsAny<ArgumentException>(
            () => writer.Append(type, task, 0, Encoding.UTF8.GetBytes(data), Samples.At));
        Assert.Equal(1, writer.LastSeq);
    }

    [Fact]
    public void A_task_name_that_is_no_text_is_refused_since_two_would_look_the_same()
    {
        using var folder = new RunFolder();
        using var writer = JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At);
        foreach (var name in new[] { "half \uD800 pair", "\uDC00", "end \uD83D" })
        {
            Assert.Throws<ArgumentException>(() => writer.Append("x", name, 0, "{}"u8, Samples.At));
        }

        writer.Append("x", "whole \uD83D\uDE00 pair", 0, "{}"u8, Samples.At);
    }

    [Fact]
    public void A_new_run_never_replaces_a_journal()
    {
        using var folder = new RunFolder();
        JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At).Dispose();
        var before = folder.ReadJournal();
        Assert.Throws<IOException>(() => JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At));
        Assert.Equal(before, folder.ReadJournal());
    }

    private static void AssertPoisoned(JournalWriter writer, FaultyStorage storage, long durable)
    {
        var writes = storage.Writes;
        Assert.ThrowsAny<JournalPoisonedException>(() => writer.Append("x", null, 0, "{}"u8, Samples.At));
        Assert.ThrowsAny<JournalPoisonedException>(() => writer.TakeBatch());
        Assert.ThrowsAny<JournalPoisonedException>(() => writer.Close(Samples.At));
        Assert.ThrowsAny<JournalPoisonedException>(() => writer.WriteLastWords("x", "{}"u8, Samples.At));
        Assert.Equal((durable, writes), (writer.Durable, storage.Writes));
        Assert.NotNull(writer.Poison);
    }
}
