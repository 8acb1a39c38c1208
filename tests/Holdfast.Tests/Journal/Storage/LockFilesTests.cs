using Holdfast.Journal;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Tests.Journal;

/// <summary>A lock belongs to the file that has the name, whoever deletes it meanwhile.</summary>
public sealed class LockFilesTests
{
    [Fact]
    public void Who_waited_for_a_lock_whose_file_is_deleted_takes_the_one_that_has_the_name_then()
    {
        using var folder = new RunFolder();
        var path = folder.In("lock");
        var tried = new List<SafeFileHandle>();
        using var file = LockFiles.Open(path, opened =>
        {
            tried.Add(opened);
            if (tried.Count < 3)
            {
                File.Delete(path);
            }

            return true;
        });
        Assert.Equal(3, tried.Count);
        Assert.Same(tried[2], file);
        Assert.True(Posix.IsStillAt(file!, path));
        Assert.True(tried[0].IsClosed && tried[1].IsClosed, "what was deleted is let go");
    }

    [Fact]
    public void A_lock_file_that_is_deleted_again_and_again_is_given_up()
    {
        using var folder = new RunFolder();
        var path = folder.In("lock");
        var rounds = 0;
        var error = Assert.Throws<IOException>(() => LockFiles.Open(path, _ =>
        {
            File.Delete(path);
            return rounds++ < 1000;
        }));
        Assert.Equal($"{path} was deleted {rounds} times while its lock was being taken; try again", error.Message);
    }

    [Fact]
    public void A_lock_that_is_refused_or_fails_leaves_no_file_open()
    {
        using var folder = new RunFolder();
        SafeFileHandle? tried = null;
        Assert.Null(LockFiles.Open(folder.In("lock"), file =>
        {
            tried = file;
            return false;
        }));
        Assert.True(tried!.IsClosed);
        Assert.Throws<PosixException>(() => LockFiles.Open(folder.In("lock"), file =>
        {
            tried = file;
            throw new PosixException("flock", "lock", 5);
        }));
        Assert.True(tried.IsClosed);
    }

    [Fact]
    public void A_look_at_a_lock_neither_creates_its_file_nor_hinders_another_look()
    {
        using var folder = new RunFolder();
        File.WriteAllText(folder.In("file"), "x");
        Assert.False(LockFiles.IsLocked(folder.In("lock")));
        Assert.False(LockFiles.IsLocked(folder.In("none/lock")));
        Assert.False(LockFiles.IsLocked(folder.In("file/lock")));
        Assert.Equal(["file"], RunFolder.Storage.List(folder.Path));
        using (var look = Posix.OpenForReading(folder.In("file")))
        {
            Assert.True(Posix.TryLock(look, Posix.LockShared, folder.In("file")));
            Assert.False(LockFiles.IsLocked(folder.In("file")));
            using var holder = Posix.OpenForWriting(folder.In("file"));
            Assert.False(Posix.TryLock(holder, Posix.LockExclusive, folder.In("file")));
        }

        using var held = RunFolder.Storage.Lock(folder.In("file"));
        Assert.True(LockFiles.IsLocked(folder.In("file")));
    }

    [Fact]
    public void A_full_disk_is_no_reason_to_refuse_a_lock_and_half_a_message_is_taken_away()
    {
        using var folder = new RunFolder();
        var path = folder.In("lock");
        File.WriteAllText(path, "what an earlier holder wrote");
        var storage = new FaultyStorage { FullAt = 3 };
        using (var held = HeldLock.TryTake(path, "pid 1"u8, _ => storage.OpenAppend(path, create: false)))
        {
            Assert.Equal(path, held!.Path);
            Assert.True(LockFiles.IsLocked(path));
            Assert.Equal(0, new FileInfo(path).Length);
        }

        Assert.False(LockFiles.IsLocked(path));
    }

    [Fact]
    public void A_lock_whose_message_cannot_be_written_is_let_go()
    {
        using var folder = new RunFolder();
        var path = folder.In("lock");
        var storage = new FaultyStorage { FailWrite = 1 };
        Assert.Throws<PosixException>(
            () => HeldLock.TryTake(path, "pid 1"u8, _ => storage.OpenAppend(path, create: false)));
        Assert.False(LockFiles.IsLocked(path));
    }

    [Fact]
    public void A_look_that_fails_does_not_say_that_nobody_holds_the_lock()
    {
        using var folder = new RunFolder();
        File.CreateSymbolicLink(folder.In("loop"), folder.In("loop"));
        Assert.Throws<PosixException>(() => LockFiles.IsLocked(folder.In("loop")));
    }
}
