using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>What every storage must do; each implementation runs all of it.</summary>
public abstract partial class StorageConformanceTests
{
    protected abstract IStorage Storage { get; }

    [Fact]
    public void Files_and_folders_are_told_apart_and_missing_ones_are_neither()
    {
        using var folder = new RunFolder();
        File.WriteAllText(folder.In("file"), "x");
        Assert.True(Storage.FileExists(folder.In("file")));
        Assert.False(Storage.FolderExists(folder.In("file")));
        Assert.True(Storage.FolderExists(folder.Path));
        Assert.False(Storage.FileExists(folder.Path));
        Assert.False(Storage.FileExists(folder.In("none")));
        Assert.False(Storage.FolderExists(folder.In("none/deeper")));
        Assert.Equal(1, Storage.Length(folder.In("file")));
    }

    [Fact]
    public void Folders_are_created_with_their_parents_for_their_owner_only()
    {
        using var folder = new RunFolder();
        Storage.CreateFolder(folder.In("a/b/c"));
        Storage.CreateFolder(folder.In("a/b/c"));
        Assert.True(Storage.FolderExists(folder.In("a/b/c")));
        AssertMode(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, folder.In("a/b"));
        File.WriteAllText(folder.In("file"), "x");
        Assert.Throws<IOException>(() => Storage.CreateFolder(folder.In("file")));
    }

    [Fact]
    public void Names_are_listed_in_byte_order()
    {
        using var folder = new RunFolder();
        foreach (var name in new[] { "b", "B", "a.json", "ä", "10", "9" })
        {
            File.WriteAllText(folder.In(name), "");
        }

        Assert.Equal(["10", "9", "B", "a.json", "b", "ä"], Storage.List(folder.Path));
        Assert.ThrowsAny<IOException>(() => Storage.List(folder.In("none")));
    }

    [Fact]
    public void An_open_file_is_written_synced_cut_and_written_over()
    {
        using var folder = new RunFolder();
        Assert.ThrowsAny<IOException>(() => Storage.OpenAppend(folder.In("f"), create: false));
        using (var file = Storage.OpenAppend(folder.In("f"), create: true))
        {
            file.Append("hello "u8);
            file.Append("world"u8);
            file.Sync();
            Assert.Equal(11, file.Length);
            file.WriteAt(0, "HE"u8);
            file.Truncate(8);
            Assert.Equal("HEllo wo", File.ReadAllText(folder.In("f")));
            file.TryReserve(8, 1 << 16);
            Assert.Equal(8, file.Length);
            file.WriteAt(10, "!"u8);
            file.Sync();
        }

        using (var again = Storage.OpenAppend(folder.In("f"), create: true))
        {
            again.Append("?"u8);
        }

        Assert.Equal("HEllo wo\0\0!?"u8.ToArray(), Storage.ReadAll(folder.In("f")));
        AssertMode(UnixFileMode.UserRead | UnixFileMode.UserWrite, folder.In("f"));
    }

    [Fact]
    public void A_file_is_replaced_whole_keeps_its_mode_and_leaves_nothing_beside_it()
    {
        using var folder = new RunFolder();
        Storage.WriteAtomically(folder.In("f"), "one"u8);
        AssertMode(UnixFileMode.UserRead | UnixFileMode.UserWrite, folder.In("f"));

        // More than the mask of most processes lets through.
        const UnixFileMode mode = (UnixFileMode)0x1B6; // 0666
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.In("f"), mode);
        }

        Storage.WriteAtomically(folder.In("f"), "two"u8);
        AssertMode(mode, folder.In("f"));
        Storage.WriteAtomically(folder.In("empty"), []);
        Assert.Equal("two", File.ReadAllText(folder.In("f")));
        Assert.Equal(["empty", "f"], Storage.List(folder.Path));
        Assert.ThrowsAny<IOException>(() => Storage.WriteAtomically(folder.In("none/f"), "x"u8));
        Directory.CreateDirectory(folder.In("folder"));
        Assert.ThrowsAny<Exception>(() => Storage.WriteAtomically(folder.In("folder"), "x"u8));
        Assert.Equal(["empty", "f", "folder"], Storage.List(folder.Path));
    }

    [Fact]
    public void Of_many_who_create_a_file_exactly_one_wins()
    {
        using var folder = new RunFolder();
        var won = 0;
        Parallel.For(0, 16, i =>
        {
            if (Storage.TryCreateAtomically(folder.In("f"), Encoding.ASCII.GetBytes($"{i}")))
            {
                Interlocked.Increment(ref won);
            }
        });
        Assert.Equal(1, won);
        Assert.False(Storage.TryCreateAtomically(folder.In("f"), "x"u8));
        Assert.Equal(["f"], Storage.List(folder.Path));
    }

    [Fact]
    public void Of_many_threads_that_create_one_file_at_once_exactly_one_wins_and_its_content_stays()
    {
        const int Threads = 8;
        const int Rounds = 150;
        using var folder = new RunFolder();
        using var together = new Barrier(Threads);
        var winners = new List<int>[Rounds];
        Array.ForEach(Enumerable.Range(0, Rounds).ToArray(), round => winners[round] = []);
        var threads = Enumerable.Range(0, Threads).Select(i => new Thread(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                together.SignalAndWait();
                if (Storage.TryCreateAtomically(folder.In($"f{round}"), Encoding.ASCII.GetBytes($"{i}")))
                {
                    lock (winners[round])
                    {
                        winners[round].Add(i);
                    }
                }
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        for (var round = 0; round < Rounds; round++)
        {
            var winner = Assert.Single(winners[round]);
            Assert.Equal($"{winner}", Encoding.ASCII.GetString(Storage.ReadAll(folder.In($"f{round}"))));
        }

        Assert.Equal(Rounds, Storage.List(folder.Path).Count);
    }

    [Fact]
    public void Files_are_moved_copied_and_deleted()
    {
        using var folder = new RunFolder();
        var content = new byte[(3 << 20) + 17];
        new Random(7).NextBytes(content);
        Storage.WriteAtomically(folder.In("a"), content);
        Storage.Copy(folder.In("a"), folder.In("b"));
        Assert.Equal(content, Storage.ReadAll(folder.In("b")));
        Assert.ThrowsAny<IOException>(() => Storage.Copy(folder.In("a"), folder.In("b")));
        Storage.WriteAtomically(folder.In("c"), "c"u8);
        Storage.Move(folder.In("c"), folder.In("b"));
        Assert.Equal("c"u8.ToArray(), Storage.ReadAll(folder.In("b")));
        Storage.Delete(folder.In("b"));
        Storage.Delete(folder.In("b"));
        Assert.Equal(["a"], Storage.List(folder.Path));
    }

    [Fact]
    public void A_lock_has_one_holder_and_its_content_is_for_the_other()
    {
        using var folder = new RunFolder();
        var path = folder.In("run.lock");
        Assert.Empty(Storage.ReadLockContent(path));
        using (var held = Storage.TryLock(path, "pid 1"u8))
        {
            Assert.NotNull(held);
            Assert.Equal(path, held.Path);
            Assert.Null(Storage.TryLock(path, "pid 2"u8));
            Assert.Equal("pid 1"u8.ToArray(), Storage.ReadLockContent(path));
        }

        using (var next = Storage.TryLock(path, "p3"u8))
        {
            Assert.NotNull(next);
            Assert.Equal("p3"u8.ToArray(), Storage.ReadLockContent(path));
        }

        Storage.Lock(path).Dispose();
    }

    [Fact]
    public void A_lock_is_had_only_after_its_holder_let_go()
    {
        using var folder = new RunFolder();
        for (var round = 0; round < 20; round++)
        {
            using var asks = new ManualResetEventSlim();
            var letGo = false;
            var waited = false;
            var held = Storage.Lock(folder.In("l"));
            Exception? failure = null;
            var second = new Thread(() => failure = Record.Exception(() =>
            {
                asks.Set();
                using var mine = Storage.Lock(folder.In("l"));
                waited = Volatile.Read(ref letGo);
            }));
            second.Start();
            asks.Wait(TestContext.Current.CancellationToken);
            Thread.Yield();
            Volatile.Write(ref letGo, true);
            held.Dispose();
            second.Join();
            Assert.Null(failure);
            Assert.True(waited);
        }
    }

    [Fact]
    public void A_lock_waits_for_its_holder()
    {
        using var folder = new RunFolder();
        var inside = 0;
        var together = 0;
        var threads = Enumerable.Range(0, 8).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                using var held = Storage.Lock(folder.In("l"));
                together = Math.Max(together, Interlocked.Increment(ref inside));
                Interlocked.Decrement(ref inside);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        Assert.Equal(1, together);
    }

    private static void AssertMode(UnixFileMode expected, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(expected, File.GetUnixFileMode(path));
        }
    }
}

/// <summary>Direct calls.</summary>
public sealed class UnixStorageTests : StorageConformanceTests
{
    [Fact]
    public void A_sync_of_the_file_system_covers_what_is_on_it_and_nothing_else()
    {
        Assert.Null(Storage.OpenFileSystemSync("/proc"));
        Assert.Null(Storage.OpenFileSystemSync("/none"));
        using var sync = Storage.OpenFileSystemSync("/dev/shm");
        if (!OperatingSystem.IsLinux())
        {
            Assert.Null(sync);
            return;
        }

        using var folder = new RunFolder();
        File.CreateSymbolicLink(folder.In("link"), "/dev/shm");
        Assert.True(sync!.Covers("/dev/shm"));
        Assert.True(sync.Covers(folder.In("link")));
        Assert.False(sync.Covers("/proc/self/stat"));
        Assert.False(sync.Covers("/dev/shm/none"));
        sync.Sync();
    }

    [Fact]
    public void What_is_created_unsynced_needs_no_sync_of_its_folder_until_its_name_is_to_be_durable() =>
        PlainUser.InUnreadableFolder(folder =>
        {
            Modes.Set(folder.Path, UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Storage.CreateUnsynced(folder.In("file"), "x"u8).Dispose();
            Assert.True(Storage.TryCreateFolderUnsynced(folder.In("folder")));
            Assert.Throws<PosixException>(() => Storage.SyncName(folder.In("file")));
            Assert.Throws<PosixException>(() => Storage.TryCreateFolderUnsynced(folder.In("none/deeper")));
        });

    [Fact]
    public void A_file_that_is_longer_than_it_was_when_it_was_opened_is_read_as_it_is()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "files that do not know their length are at hand on Linux only");
        Assert.Equal(File.ReadAllBytes("/proc/version"), Storage.ReadAll("/proc/version"));
    }

    protected override IStorage Storage { get; } = new UnixStorage();

    [Fact]
    public void Every_error_names_call_file_and_reason()
    {
        using var folder = new RunFolder();
        var error = Assert.Throws<PosixException>(() => Storage.OpenRead(folder.In("none")));
        Assert.Equal(2, error.Errno);
        Assert.Contains("open of", error.Message, StringComparison.Ordinal);
        Assert.Contains(folder.In("none"), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Reserved_space_is_allocated_without_length_and_given_back_by_truncate()
    {
        using var folder = new RunFolder();
        using var file = Storage.OpenAppend(folder.In("f"), create: true);
        file.Append("x"u8);
        Assert.True(file.TryReserve(1, 1 << 20) || !OperatingSystem.IsLinux());
        Assert.Equal(1, file.Length);
    }
}

/// <summary>Managed files, as on Windows; here with the direct calls behind <c>PortableCalls</c>.</summary>
public sealed class PortableStorageTests : StorageConformanceTests
{
    protected override IStorage Storage { get; } = new PortableStorage();

    [Fact]
    public void A_full_disk_is_told_from_other_errors_on_each_system()
    {
        Assert.True(PortableAppendFile.IsFull(new IOException("", unchecked((int)0x80070070))));
        Assert.True(PortableAppendFile.IsFull(new IOException("", 28)));
        Assert.True(PortableAppendFile.IsFull(new PosixException("pwrite", "f", 28)));
        Assert.False(PortableAppendFile.IsFull(new IOException("", unchecked((int)0x80070071))));
        Assert.False(PortableAppendFile.IsFull(new IOException("", 5)));
        Assert.False(PortableAppendFile.IsFull(new PosixException("pwrite", "f", 5)));
    }

    [Fact]
    public void This_system_has_the_storage_that_is_made_for_it() => Assert.Equal(
        OperatingSystem.IsWindows() ? typeof(PortableStorage) : typeof(UnixStorage), LocalStorage.Instance.GetType());
}

/// <summary>The storage that injects faults, while it injects none.</summary>
public sealed class FaultyStorageTests : StorageConformanceTests
{
    protected override IStorage Storage { get; } = new FaultyStorage();
}
