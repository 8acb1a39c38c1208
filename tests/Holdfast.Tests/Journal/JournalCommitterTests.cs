using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>Who waits for a record is answered, whatever happens to it and on whichever thread.</summary>
public sealed class JournalCommitterTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_failure_on_the_thread_of_a_caller_that_waits_is_told_to_who_only_listens()
    {
        for (var round = 0; round < 20; round++)
        {
            using var folder = new RunFolder();
            var idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var told = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
            var storage = new FaultyStorage { FailSync = 2 };
            using var committer = new JournalCommitter(
                JournalWriter.Create(storage, folder.Path, "w", "r", Samples.At),
                _ => idle.TrySetResult(), told.SetResult);

            // The first is committed by the committer's own thread, which idles then; the second by this one.
            Append(committer);
            await idle.Task.WaitAsync(Long, TestContext.Current.CancellationToken);
            var seq = committer.AppendLazily("x", null, 0, "{}"u8, Samples.At);
            Assert.Throws<JournalPoisonedException>(() => committer.Wait(seq));
            Assert.IsType<JournalPoisonedException>(
                await told.Task.WaitAsync(Long, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task It_commits_on_a_thread_of_its_own_that_keeps_no_process_alive()
    {
        using var folder = new RunFolder();
        var told = new TaskCompletionSource<(string?, bool)>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var committer = new JournalCommitter(
            JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At),
            _ => told.SetResult((Thread.CurrentThread.Name, Thread.CurrentThread.IsBackground)));
        Append(committer);
        Assert.Equal(
            ("holdfast journal", true), await told.Task.WaitAsync(Long, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_appended_lazily_waits_for_a_flush()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage();
        using var committer = Committer(storage, folder);
        var seq = committer.AppendLazily("x", null, 0, "{}"u8, Samples.At);
        Assert.Equal((0, 1), (storage.Syncs, committer.Durable));
        committer.Flush();
        await committer.WaitAsync(seq).WaitAsync(Long, TestContext.Current.CancellationToken);
        Assert.Equal((1, 2), (storage.Syncs, committer.Durable));
        committer.Flush();
        committer.Wait(seq);
        Assert.True(committer.WaitAsync(seq).IsCompletedSuccessfully);
        Assert.Equal(1, storage.Syncs);
    }

    [Fact]
    public async Task Who_waits_for_a_record_has_it_committed()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage();
        using var committer = Committer(storage, folder);
        var seq = committer.AppendLazily("x", null, 0, "{}"u8, Samples.At);
        await committer.WaitAsync(seq).WaitAsync(Long, TestContext.Current.CancellationToken);
        Assert.Equal((seq, 1), (committer.Durable, storage.Syncs));
    }

    [Fact]
    public void Nobody_waits_for_a_record_that_was_never_appended()
    {
        using var folder = new RunFolder();
        using var committer = Committer(new FaultyStorage(), folder);
        var seq = committer.AppendLazily("x", null, 0, "{}"u8, Samples.At);
        foreach (var error in new[]
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => committer.Wait(seq + 1)),
            Assert.Throws<ArgumentOutOfRangeException>(() => { _ = committer.WaitAsync(seq + 1); }),
        })
        {
            Assert.Equal("seq", error.ParamName);
            Assert.StartsWith("no record of that number was appended", error.Message, StringComparison.Ordinal);
        }

        committer.Wait(seq);
        Assert.Equal(seq, committer.Durable);
    }

    [Fact]
    public void The_end_makes_durable_what_nobody_waited_for()
    {
        using var folder = new RunFolder();
        var storage = new FaultyStorage();
        var committer = Committer(storage, folder);
        committer.AppendLazily("x", null, 0, "{}"u8, Samples.At);
        committer.Dispose();
        Assert.Equal((2, 1), (committer.Durable, storage.Syncs));
        Assert.Throws<ObjectDisposedException>(() => committer.Writer.Append("x", null, 0, "{}"u8, Samples.At));
        Assert.Equal(2, Samples.Read(folder).Records.Count);
    }

    [Fact]
    public void A_callback_that_throws_breaks_the_committer_and_what_was_durable_stays_so()
    {
        using var folder = new RunFolder();
        using var committer = new JournalCommitter(
            JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At),
            _ => throw new InvalidOperationException("the callback"));
        var seq = committer.AppendLazily("x", null, 0, "{}"u8, Samples.At);
        committer.Wait(seq);
        Assert.Equal(seq, committer.Durable);
        var error = Assert.Throws<InvalidOperationException>(() => Append(committer));
        Assert.Equal("the callback", error.Message);
        error = Assert.Throws<InvalidOperationException>(() => committer.Close(Samples.At));
        Assert.Equal("the callback", error.Message);
    }

    [Fact]
    public void Wait_from_the_callback_is_refused_with_the_reason()
    {
        using var folder = new RunFolder();
        JournalCommitter? committer = null;
        Exception? refused = null;
        committer = new JournalCommitter(
            JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At),
            seq => refused ??= Record.Exception(() => committer!.Wait(seq)));
        using (committer)
        {
            var seq = committer.AppendLazily("x", null, 0, "{}"u8, Samples.At);
            committer.Wait(seq);
            Assert.Equal(
                "onDurable cannot wait: the next batch is committed after it returns",
                Assert.IsType<InvalidOperationException>(refused).Message);

            // After it has returned this thread may wait again.
            committer.Wait(committer.AppendLazily("x", null, 0, "{}"u8, Samples.At));
            Assert.Equal(3, committer.Durable);
        }
    }

    [Fact]
    public async Task Who_waits_while_another_commits_sleeps_until_it_is_done_and_is_not_committed_twice()
    {
        using var folder = new RunFolder();
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        var storage = new FaultyStorage();
        using var committer = Committer(storage, folder);
        storage.BeforeSync = () =>
        {
            entered.Release();
            release.Wait();
        };
        var first = committer.AppendLazily("x", null, 0, "{}"u8, Samples.At);
        var waiting = Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () => committer.Wait(first), CancellationToken.None, TaskCreationOptions.LongRunning,
            TaskScheduler.Default)).ToArray();
        await entered.WaitAsync(TestContext.Current.CancellationToken);
        var second = committer.AppendLazily("x", null, 0, "{}"u8, Samples.At);
        var current = committer.WaitAsync(first);
        var next = committer.WaitAsync(second);
        Assert.Same(current, committer.WaitAsync(first));
        Assert.Same(next, committer.WaitAsync(second));
        Assert.False(current.IsCompleted);
        release.Release(2);
        await Task.WhenAll([.. waiting, current, next]).WaitAsync(Long, TestContext.Current.CancellationToken);
        Assert.Equal((second, 2), (committer.Durable, storage.Syncs));
    }

    private static JournalCommitter Committer(FaultyStorage storage, RunFolder folder) =>
        new(JournalWriter.Create(storage, folder.Path, "w", "r", Samples.At));

    private static void Append(JournalCommitter committer) =>
        committer.Append("x", null, 0, "{}"u8, Samples.At);
}
