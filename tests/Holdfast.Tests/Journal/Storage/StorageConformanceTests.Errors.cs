using System.Text;
using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>No storage reports a success that it does not have.</summary>
public abstract partial class StorageConformanceTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void A_change_of_a_name_that_cannot_be_synced_is_an_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the file system's own log makes names durable there");
        PlainUser.InUnreadableFolder(folder =>
        {
            foreach (var name in new[] { "moved", "gone", "copied", "synced" })
            {
                File.WriteAllText(folder.In(name), name);
            }

            Modes.Set(folder.Path, UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var storage = Storage;
            Denied(() => storage.CreateFolder(folder.In("folder")));
            Denied(() => storage.OpenAppend(folder.In("opened"), create: true));
            Denied(() => storage.WriteAtomically(folder.In("written"), "x"u8));
            Denied(() => storage.TryCreateAtomically(folder.In("created"), "x"u8));
            Denied(() => storage.Move(folder.In("moved"), folder.In("target")));
            Denied(() => storage.Delete(folder.In("gone")));
            Denied(() => storage.Copy(folder.In("copied"), folder.In("copy")));

            // What changes no name needs no sync of one.
            storage.CreateFolder(folder.In("folder"));
            storage.OpenAppend(folder.In("copied"), create: true).Dispose();
            storage.Delete(folder.In("none"));
            Assert.False(storage.TryCreateAtomically(folder.In("copied"), "x"u8));

            void Denied(Action change)
            {
                var error = Assert.Throws<PosixException>(change);
                Assert.True(error.IsDenied);
                Assert.StartsWith($"open of {folder.Path} failed: ", error.Message, StringComparison.Ordinal);
            }
        });
    }

    [Fact]
    public void What_has_no_end_is_not_read_and_a_pipe_is_not_waited_for()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there is no device of endless zeros there");
        using var folder = new RunFolder();
        File.CreateSymbolicLink(folder.In("zeros"), "/dev/zero");
        using var made = System.Diagnostics.Process.Start("mkfifo", [folder.In("pipe")]);
        made.WaitForExit();
        foreach (var name in new[] { "zeros", "pipe" })
        {
            var error = Assert.Throws<IOException>(() => Storage.OpenRead(folder.In(name)));
            Assert.Contains("is a pipe, a socket or a device", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_cannot_be_looked_at_is_an_error_and_not_missing()
    {
        using var folder = new RunFolder();
        var path = folder.In(new string('n', 300));
        Assert.ThrowsAny<IOException>(() => Storage.FileExists(path));
        Assert.ThrowsAny<IOException>(() => Storage.FolderExists(path));
        Assert.ThrowsAny<IOException>(() => Storage.ReadLockContent(path));
        Assert.ThrowsAny<IOException>(() => Storage.Delete(path));
        Assert.ThrowsAny<IOException>(() => Storage.OpenRead(folder.In("none")));
        Assert.ThrowsAny<IOException>(() => Storage.Length(folder.In("none")));
    }

    [Fact]
    public void A_disk_without_room_is_told_as_such()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a device that is always full is at hand on Linux only");
        PlainUser.Run(() =>
        {
            using var full = Storage.OpenAppend("/dev/full", create: false);
            var error = Assert.Throws<StorageFullException>(() => full.WriteAt(0, "x"u8));
            Assert.Equal("/dev/full", error.Path);
            Assert.NotNull(error.InnerException);
            Assert.Equal(
                "/dev/full: no space left to write it; free space on its file system or raise the quota",
                error.Message);
        });
        using var folder = new RunFolder();
        using var file = Storage.OpenAppend(folder.In("f"), create: true);
        Assert.Equal(folder.In("f"), Assert.Throws<StorageFullException>(() => file.TryReserve(0, 1L << 60)).Path);
        Assert.Equal(0, file.Length);
    }

    [Fact]
    public void A_sync_that_fails_is_told()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a file that cannot be synced is at hand on Linux only");
        PlainUser.Run(() =>
        {
            using var file = Storage.OpenAppend("/dev/null", create: false);
            var error = Assert.Throws<PosixException>(file.Sync);
            Assert.StartsWith("fdatasync of /dev/null failed: ", error.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_file_that_is_in_the_way_of_a_folder_is_named()
    {
        using var folder = new RunFolder();
        File.WriteAllText(folder.In("file"), "x");
        var error = Assert.Throws<IOException>(() => Storage.CreateFolder(folder.In("file/")));
        Assert.Equal(
            $"{folder.In("file")} is a file, and a folder of that name is needed; move the file away", error.Message);
        Assert.ThrowsAny<IOException>(() => Storage.CreateFolder(folder.In("file/deeper")));
        Assert.Equal("x", File.ReadAllText(folder.In("file")));
    }

    [Fact]
    public void A_file_is_created_whole_for_its_owner_only_or_not_at_all()
    {
        using var folder = new RunFolder();
        Assert.True(Storage.TryCreateAtomically(folder.In("f"), "first"u8));
        AssertMode(OwnerOnly, folder.In("f"));
        Assert.False(Storage.TryCreateAtomically(folder.In("f"), "second"u8));
        Assert.Equal("first", File.ReadAllText(folder.In("f")));
        Directory.CreateDirectory(folder.In("folder"));
        Assert.False(Storage.TryCreateAtomically(folder.In("folder"), "x"u8));
        Assert.ThrowsAny<IOException>(() => Storage.TryCreateAtomically(folder.In("none/f"), "x"u8));
        Assert.Equal(["f", "folder"], Storage.List(folder.Path));
    }

    [Fact]
    public void A_copy_is_for_its_owner_only_and_never_replaces()
    {
        using var folder = new RunFolder();
        File.WriteAllText(folder.In("a"), "a");
        File.WriteAllText(folder.In("b"), "b");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder.In("a"), (UnixFileMode)0x1A4); // 0644
        }

        Storage.Copy(folder.In("a"), folder.In("copy"));
        AssertMode(OwnerOnly, folder.In("copy"));
        Assert.Equal("a", File.ReadAllText(folder.In("copy")));
        Assert.ThrowsAny<IOException>(() => Storage.Copy(folder.In("a"), folder.In("b")));
        Assert.Equal("b", File.ReadAllText(folder.In("b")));
        Assert.ThrowsAny<IOException>(() => Storage.Copy(folder.In("none"), folder.In("c")));
        Assert.Equal(["a", "b", "copy"], Storage.List(folder.Path));
    }

    [Fact]
    public void What_is_created_unsynced_is_there_at_once_for_its_owner_only_and_takes_more()
    {
        using var folder = new RunFolder();
        Assert.True(Storage.TryCreateFolderUnsynced(folder.In("folder")));
        Assert.False(Storage.TryCreateFolderUnsynced(folder.In("folder")));
        AssertMode(OwnerOnly | UnixFileMode.UserExecute, folder.In("folder"));
        foreach (var content in new[] { "replaced", "new" })
        {
            using var file = Storage.CreateUnsynced(folder.In("folder/f"), Encoding.ASCII.GetBytes(content));
            file.Append(" and more"u8);
            Assert.Equal($"{content} and more", File.ReadAllText(folder.In("folder/f")));
            AssertMode(OwnerOnly, folder.In("folder/f"));
        }

        Storage.SyncName(folder.In("folder/f"));
        Assert.ThrowsAny<IOException>(() => Storage.CreateUnsynced(folder.In("none/f"), "x"u8));
        Directory.CreateDirectory(folder.In("folder/inner"));
        Assert.ThrowsAny<Exception>(() => Storage.CreateUnsynced(folder.In("folder/inner"), "x"u8));
        Assert.Equal(["f", "inner"], Storage.List(folder.In("folder")));
    }

    [Fact]
    public void A_look_finds_the_holder_of_a_lock_and_creates_nothing()
    {
        using var folder = new RunFolder();
        var path = folder.In("lock");
        Assert.False(Storage.IsLocked(path));
        Assert.Empty(Storage.List(folder.Path));
        using (var held = Storage.Lock(path))
        {
            Assert.Equal(path, held.Path);
            Assert.True(Storage.IsLocked(path));
            Assert.Null(Storage.TryLock(path, "x"u8));
        }

        Assert.False(Storage.IsLocked(path));
        Storage.TryLock(path, "a long content"u8)!.Dispose();
        using var again = Storage.TryLock(path, "short"u8);
        Assert.True(Storage.IsLocked(path));
        Assert.Equal("short"u8.ToArray(), Storage.ReadLockContent(path));
        AssertMode(OwnerOnly, path);
    }
}
