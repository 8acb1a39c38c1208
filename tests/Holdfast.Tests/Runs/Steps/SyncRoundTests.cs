using System.Collections.Concurrent;
using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.Steps.Programs;
using Holdfast.Tests.Journal;
using Holdfast.Testing.Simulation;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>Many journals synced by one sync of their file system: nothing is told before it is on the disk.</summary>
public sealed class SyncRoundTests : IDisposable
{
    private static readonly DateTimeOffset At = Samples.At;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly RunFolder _folder = new();
    private readonly WitnessDisk _disk = new();
    private readonly SimulatedTime _time = new();
    private readonly List<(StepJournal Journal, JournalWriter Writer, string Path)> _journals = [];
    private readonly JournalSyncs _syncs;
    private readonly SyncRounds _rounds;
    private readonly ManualResetEventSlim _held = new();
    private long _dirty;

    public SyncRoundTests()
    {
        _rounds = new SyncRounds(_disk, _time, () => Volatile.Read(ref _dirty));
        _syncs = new JournalSyncs(_rounds);
    }

    public void Dispose()
    {
        _held.Set();
        _journals.ForEach(j => j.Journal.Dispose(hasEnded: false));
        _syncs.Dispose();
        _folder.Dispose();
        _held.Dispose();
    }

    [Fact]
    public async Task Nothing_is_told_before_a_sync_that_began_behind_its_write()
    {
        const int each = 25;
        await Task.WhenAll(Enumerable.Range(0, 40).Select(number =>
        {
            var (journal, writer, path) = Open($"j{number}");
            return Task.Run(async () =>
            {
                for (var i = 0; i < each; i++)
                {
                    var seq = journal.Append(new RunInterrupted($"{i}"), At);
                    var end = writer.AppendedPosition.Offset;
                    await journal.WaitAsync(seq);
                    Assert.True(_disk.Covered(path) >= end, $"{path}: {_disk.Covered(path)} of {end} were synced");
                }
            }, TestContext.Current.CancellationToken);
        }));
        Assert.InRange(_disk.Rounds, 1, 40 * each / 2);
    }

    [Fact]
    public async Task A_round_that_fails_poisons_each_of_its_journals_and_no_other()
    {
        var held = HoldTwo();
        _disk.Failure = new PosixException("syncfs", "/the disk", 5);
        var waiting = Enumerable.Range(0, 3).Select(n => Write(Open($"r{n}").Journal)).ToArray();
        held.Release();
        foreach (var wait in waiting)
        {
            var error = await Assert.ThrowsAsync<JournalPoisonedException>(() => wait);
            Assert.Contains("/the disk", error.InnerException?.Message ?? error.Message);
        }

        await Task.WhenAll(held.Waiting);
        Assert.Throws<JournalPoisonedException>(() => _journals[^1].Journal.Append(new RunInterrupted("more"), At));
        await Write(_journals[0].Journal);
    }

    [Fact]
    public async Task A_journal_that_cannot_be_written_leaves_the_others_of_its_round_alone()
    {
        var held = HoldTwo();
        var bad = Write(Open("bad", storage => storage.FailWrite = 1).Journal);
        var good = Write(Open("good").Journal);
        held.Release();
        await Assert.ThrowsAsync<JournalPoisonedException>(() => bad);
        await good;
        await Task.WhenAll(held.Waiting);
        Assert.Equal(1, _disk.Rounds);
    }

    [Fact]
    public async Task A_journal_on_another_disk_is_synced_by_itself()
    {
        _disk.Elsewhere = "linked";
        var held = HoldTwo();
        var linked = Open("linked");
        var waiting = new[] { Write(linked.Journal), Write(Open("here").Journal) };
        held.Release();
        await Task.WhenAll([.. waiting, .. held.Waiting]);
        Assert.Equal(linked.Writer.DurablePosition.Offset, _disk.Covered(linked.Path));
        Assert.Equal(1, _disk.Rounds);
    }

    [Fact]
    public async Task Who_comes_while_others_wait_for_the_disk_does_not_sync_on_its_own_thread()
    {
        var held = HoldTwo();
        var journal = Open("alone").Journal;
        Assert.False(_syncs.TryBeAlone(journal), "another one had the last turn");
        Assert.False(_syncs.TryBeAlone(journal), "two are under way");
        held.Release();
        await Task.WhenAll(held.Waiting);
        Assert.True(SpinWait.SpinUntil(() => _syncs.TryBeAlone(journal), Patience));
        Assert.False(_syncs.TryBeAlone(journal), "somebody is alone already");
        _syncs.LeaveAlone();
        Assert.True(_syncs.TryBeAlone(journal));
    }

    [Fact]
    public async Task A_thread_that_rests_is_woken_for_the_next_journal()
    {
        var journals = new[] { Open("one").Journal, Open("other").Journal };
        for (var i = 0; i < 2 * (JournalSyncs.MaxThreads + 1); i++)
        {
            await Write(journals[i % 2]).WaitAsync(Patience, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task Without_rounds_sixteen_background_threads_sync_one_journal_each()
    {
        using var syncs = new JournalSyncs(rounds: null);
        Assert.True(syncs.TryBeAlone(Open("alone").Journal));
        var threads = new ConcurrentDictionary<Thread, bool>();
        var waiting = Enumerable.Range(0, 2 * JournalSyncs.MaxThreads).Select(n => Write(Open($"j{n}", storage =>
            storage.BeforeSync = () =>
            {
                threads[Thread.CurrentThread] = Thread.CurrentThread.IsBackground;
                _held.Wait(Patience);
            }, syncs).Journal)).ToArray();
        Assert.True(SpinWait.SpinUntil(() => threads.Count == JournalSyncs.MaxThreads, Patience));
        _held.Set();
        await Task.WhenAll(waiting);
        Assert.Equal(JournalSyncs.MaxThreads, threads.Count);
        Assert.All(threads, thread => Assert.Equal(("holdfast syncs", true), (thread.Key.Name, thread.Value)));
    }

    [Fact]
    public void The_disk_is_let_go_with_the_threads()
    {
        _syncs.Dispose();
        Assert.True(_disk.IsDisposed);
    }

    [Fact]
    public void Rounds_rest_while_much_of_others_waits_for_the_disk()
    {
        Assert.True(_rounds.IsWorth());
        _dirty = 32 << 20;
        _time.Advance(TimeSpan.FromMilliseconds(11));
        Assert.True(_rounds.IsWorth());
        _dirty++;
        _time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.True(_rounds.IsWorth(), "it was looked 10 ms ago");
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(_rounds.IsWorth());
        Assert.False(_rounds.IsOn);
        _dirty = 0;
        _time.Advance(TimeSpan.FromMilliseconds(199));
        Assert.False(_rounds.IsWorth());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(_rounds.IsWorth());
    }

    [Fact]
    public void Each_long_round_is_followed_by_a_longer_rest_until_one_is_short()
    {
        foreach (var rest in new[] { 200, 400, 800 })
        {
            Round(TimeSpan.FromMilliseconds(25));
            _time.Advance(TimeSpan.FromMilliseconds(rest - 1));
            Assert.False(_rounds.IsWorth());
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.True(_rounds.IsWorth());
        }

        Round(TimeSpan.FromMilliseconds(20));
        Assert.True(_rounds.IsWorth());
        Round(TimeSpan.FromMilliseconds(25));
        _time.Advance(TimeSpan.FromMilliseconds(200));
        Assert.True(_rounds.IsWorth());
    }

    private void Round(TimeSpan takes)
    {
        _disk.During = () => _time.Advance(takes);
        var journal = Open($"t{_journals.Count}").Journal;
        journal.Append(new RunInterrupted("x"), At);
        _rounds.Sync([journal]);
    }

    // Two threads that sync one journal each, so that what comes behind them gathers.
    private (List<Task> Waiting, Action Release) HoldTwo()
    {
        List<Task> waiting = [];
        foreach (var name in new[] { "h1", "h2" })
        {
            var reached = new ManualResetEventSlim();
            waiting.Add(Write(Open(name, storage => storage.BeforeSync = () =>
            {
                reached.Set();
                _held.Wait();
            }).Journal));
            reached.Wait(TestContext.Current.CancellationToken);
        }

        return (waiting, _held.Set);
    }

    private static Task Write(StepJournal journal) => journal.WaitAsync(journal.Append(new RunInterrupted("x"), At));

    private (StepJournal Journal, JournalWriter Writer, string Path) Open(
        string name, Action<FaultyStorage>? change = null, JournalSyncs? syncs = null)
    {
        var folder = _folder.In(name);
        Directory.CreateDirectory(folder);
        var path = JournalFormat.PathIn(folder);
        var storage = new FaultyStorage { BeforeSync = () => _disk.Cover(path) };
        var writer = JournalWriter.Create(storage, folder, "w", name, At);
        change?.Invoke(storage);
        _disk.Files.Add(path);
        _journals.Add((new StepJournal(writer, syncs ?? _syncs, syncNames: null), writer, path));
        return _journals[^1];
    }

    /// <summary>Knows how much of each file had been written when the last sync began that is through.</summary>
    private sealed class WitnessDisk : IFileSystemSync
    {
        private readonly ConcurrentDictionary<string, long> _covered = new();
        private int _rounds;

        internal ConcurrentBag<string> Files { get; } = [];

        internal Exception? Failure { get; set; }

        internal Action? During { get; set; }

        internal int Rounds => Volatile.Read(ref _rounds);

        internal long Covered(string path) => _covered.GetValueOrDefault(path);

        /// <summary>A file that is on another disk.</summary>
        internal string? Elsewhere { get; set; }

        public bool Covers(string path) => Elsewhere is null || !path.Contains(Elsewhere, StringComparison.Ordinal);

        internal void Cover(string path) => _covered[path] = new FileInfo(path).Length;

        public void Sync()
        {
            if (Failure is not null)
            {
                throw Failure;
            }

            var written = Files.Where(Covers).Select(path => (path, new FileInfo(path).Length)).ToArray();
            During?.Invoke();
            Interlocked.Increment(ref _rounds);
            foreach (var (path, length) in written)
            {
                _covered.AddOrUpdate(path, length, (_, before) => Math.Max(before, length));
            }
        }

        internal bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
