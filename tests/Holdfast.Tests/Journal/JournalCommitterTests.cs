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

    [Fact]
    public void Who_sleeps_while_another_commits_the_same_record_is_woken()
    {
        using var held = new HeldCommit();
        var second = new Thread(() => held.Committer.Wait(held.Seq));
        second.Start();
        UntilItSleeps(second);
        held.Release();
        Assert.True(second.Join(Long), "it sleeps on");
        Assert.Equal((held.Seq, 1), (held.Committer.Durable, held.Storage.Syncs));
    }

    [Fact]
    public void The_end_waits_for_who_commits_and_then_comes()
    {
        using var held = new HeldCommit();
        var last = held.Committer.AppendLazily("x", null, 0, "{}"u8, Samples.At);
        var end = new Thread(held.Committer.Dispose);
        end.Start();
        UntilItSleeps(end);
        held.Release();
        Assert.True(end.Join(Long), "it never ends");
        Assert.Equal(last, held.Committer.Durable);
    }

    [Fact]
    public async Task What_is_asked_for_while_another_commits_is_committed_after_it()
    {
        using var held = new HeldCommit();
        var next = held.Committer.AppendLazily("x", null, 0, "{}"u8, Samples.At);
        held.Committer.Flush();
        var waiting = held.Committer.WaitAsync(next);
        held.Release();
        await waiting.WaitAsync(Long, TestContext.Current.CancellationToken);
        Assert.Equal((next, 2), (held.Committer.Durable, held.Storage.Syncs));
    }

    [Fact]
    public async Task Where_the_writer_is_let_go_who_waits_is_told()
    {
        using var folder = new RunFolder();
        var told = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var committer = new JournalCommitter(
            JournalWriter.Create(RunFolder.Storage, folder.Path, "w", "r", Samples.At), onBroken: told.SetResult);
        var seq = committer.AppendLazily("x", null, 0, "{}"u8, Samples.At);
        committer.Writer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => committer.Wait(seq));
        Assert.IsType<ObjectDisposedException>(
            await told.Task.WaitAsync(Long, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => committer.WaitAsync(seq));
        Assert.True(committer.WaitAsync(1).IsCompletedSuccessfully, "what was durable stays so");
    }

    private static JournalCommitter Committer(FaultyStorage storage, RunFolder folder) =>
        new(JournalWriter.Create(storage, folder.Path, "w", "r", Samples.At));

    private static void Append(JournalCommitter committer) =>
        committer.Append("x", null, 0, "{}"u8, Samples.At);

    /// <summary>Until a thread waits for something; what it does then cannot be seen from outside.</summary>
    private static void UntilItSleeps(Thread thread) =>
        Assert.True(SpinWait.SpinUntil(() => (thread.ThreadState & ThreadState.WaitSleepJoin) != 0, Long));

    /// <summary>A record that a thread of its own commits, which is held up in the sync.</summary>
    private sealed class HeldCommit : IDisposable
    {
        private readonly RunFolder _folder = new();
        private readonly SemaphoreSlim _entered = new(0);
        private readonly SemaphoreSlim _release = new(0);
        private readonly Thread _first;

        internal HeldCommit()
        {
            Committer = new JournalCommitter(
                JournalWriter.Create(Storage, _folder.Path, "w", "r", Samples.At));
            Storage.BeforeSync = () =>
            {
                _entered.Release();
                _release.Wait();
            };
            Seq = Committer.AppendLazily("x", null, 0, "{}"u8, Samples.At);
            _first = new Thread(() => Committer.Wait(Seq));
            _first.Start();
            _entered.Wait();
        }

        internal FaultyStorage Storage { get; } = new();

        internal JournalCommitter Committer { get; }

        internal long Seq { get; }

        internal void Release() => _release.Release(100);

        public void Dispose()
        {
            _first.Join();
            Committer.Dispose();
            _folder.Dispose();
            _entered.Dispose();
            _release.Dispose();
        }
    }
}
