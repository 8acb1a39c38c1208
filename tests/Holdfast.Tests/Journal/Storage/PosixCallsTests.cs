using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Journal;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Tests.Journal;

/// <summary>
/// No direct call reports a success that it does not have, and each error says what failed where and why.
/// </summary>
public sealed class PosixCallsTests
{
    private const int Eintr = 4;
    private const int Eio = 5;
    private const int Ebadf = 9;

    [Fact]
    public void A_call_that_a_signal_interrupted_is_made_again_and_any_other_error_is_given_back()
    {
        var errors = new Queue<int>([Eintr, Eintr, 0]);
        Assert.Equal(7, Posix.Call(() => Answer(errors.Dequeue(), 7)));
        Assert.Empty(errors);
        errors = new Queue<int>([Eintr, Eio, 0]);
        Assert.Equal(-Eio, Posix.Call(() => Answer(errors.Dequeue(), 7)));
        Assert.Single(errors);
    }

    [Fact]
    public void A_write_goes_on_behind_what_was_written_and_after_an_interruption()
    {
        var written = new StringBuilder();
        var answers = new Queue<int>([3, -Eintr, 1, 6]);
        using var file = NoFile();
        Posix.WriteAll(file, "0123456789"u8, 100, "f", (to, bytes, offset) =>
        {
            Assert.Same(file, to);
            var next = answers.Dequeue();
            written.Append($"{offset}:{Encoding.ASCII.GetString(bytes)} ");
            return Answer(next < 0 ? -next : 0, next);
        });
        Assert.Equal("100:0123456789 103:3456789 103:3456789 104:456789 ", written.ToString());
        Posix.WriteAll(file, [], 0, "f", (_, _, _) => throw new InvalidOperationException("nothing is to be written"));
    }

    [Fact]
    public void A_write_that_takes_nothing_is_a_full_disk_and_one_that_fails_is_not_tried_again()
    {
        using var file = NoFile();
        var calls = 0;
        var full = Assert.Throws<PosixException>(() => Posix.WriteAll(file, "x"u8, 0, "f", (_, _, _) => calls++));
        Assert.True(Posix.IsFull(full.Errno));
        Assert.Equal(1, calls);
        var failed = Assert.Throws<PosixException>(
            () => Posix.WriteAll(file, "x"u8, 0, "f", (_, _, _) => Answer(Eio, ++calls)));
        Assert.Equal((Eio, 2), (failed.Errno, calls));
        Assert.StartsWith("pwrite of f failed: ", failed.Message, StringComparison.Ordinal);
        Assert.EndsWith(" (errno 5)", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_call_on_an_open_file_tells_its_error()
    {
        using var none = NoFile();
        Tells("fdatasync", Ebadf, path => Posix.Fdatasync(none, path));
        Tells("fsync", Ebadf, path => Posix.Fsync(none, path));
        Tells("flock", Ebadf, path => Posix.TryLock(none, Posix.LockExclusive, path));
        Tells("flock", Ebadf, path => Posix.Lock(none, Posix.LockExclusive, path));
        Tells("pwrite", Ebadf, path => Posix.WriteAll(none, "x"u8, 0, path));
        Tells("ftruncate", Ebadf, path => Posix.Truncate(none, 0, path));
        Tells("stat", Ebadf, path => Posix.IsStillAt(none, path));
        if (OperatingSystem.IsLinux())
        {
            Tells("fallocate", Ebadf, path => Posix.TryAllocate(none, 0, 1, path));
        }
    }

    [Fact]
    public void Every_call_on_a_name_tells_its_error()
    {
        const int Enoent = 2;
        using var folder = new RunFolder();
        File.WriteAllText(folder.In("file"), "x");
        File.CreateSymbolicLink(folder.In("loop"), folder.In("loop"));
        var eloop = OperatingSystem.IsMacOS() ? 62 : 40;
        var deeper = folder.In("none/deeper");
        Tells("open", Enoent, _ => Posix.OpenForReading(deeper), deeper);
        Tells("open", Enoent, _ => Posix.OpenForWriting(deeper), deeper);
        Tells("open", Enoent, _ => Posix.SyncFolder(folder.In("none")), folder.In("none"));
        Tells("mkdir", Enoent, _ => Posix.TryCreateFolder(deeper), deeper);
        Tells("rename", Enoent, _ => Posix.Rename(folder.In("none"), deeper), deeper);
        Tells("link", Enoent, _ => Posix.TryLink(folder.In("file"), deeper), deeper);
        Tells("access", eloop, _ => Posix.Exists(folder.In("loop")), folder.In("loop"));
        Tells("unlink", 20, _ => Posix.TryUnlink(folder.In("file/deeper")), folder.In("file/deeper"));
        using var file = Posix.OpenForReading(folder.In("file"));
        Tells("stat", eloop, _ => Posix.IsStillAt(file, folder.In("loop")), folder.In("loop"));
        if (!OperatingSystem.IsMacOS())
        {
            Tells("open", Enoent, _ => Posix.Create(deeper, exclusive: true, Posix.OwnerOnlyFile), deeper);
            Tells("open", eloop, _ => Posix.Create(folder.In("loop"), false, Posix.OwnerOnlyFile), folder.In("loop"));
        }
    }

    [Fact]
    public void A_name_that_is_taken_or_that_nothing_has_is_an_answer_and_no_error()
    {
        using var folder = new RunFolder();
        Assert.True(Posix.TryCreateFolder(folder.In("folder")));
        Assert.False(Posix.TryCreateFolder(folder.In("folder")));
        using (var file = Posix.Create(folder.In("file"), exclusive: true, Posix.OwnerOnlyFile))
        {
            Assert.NotNull(file);
        }

        Assert.Null(Posix.Create(folder.In("file"), exclusive: true, Posix.OwnerOnlyFile));
        Assert.True(Posix.TryLink(folder.In("file"), folder.In("second")));
        Assert.False(Posix.TryLink(folder.In("file"), folder.In("second")));
        Assert.True(Posix.Exists(folder.In("file")));
        Assert.False(Posix.Exists(folder.In("none")));
        Assert.False(Posix.Exists(folder.In("file/deeper")));
    }

    [Fact]
    public void A_folder_that_cannot_be_synced_is_an_error()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a file system without syncs is at hand on Linux only");
        Tells("fsync", 22, _ => Posix.SyncFolder("/proc"), "/proc");
    }

    [Fact]
    public void Where_no_space_can_be_reserved_that_is_an_answer_and_no_error()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there is no fallocate elsewhere");
        using var file = Posix.OpenForWriting("/proc/self/comm");
        Assert.False(Posix.TryAllocate(file, 0, 1, "/proc/self/comm"));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(13, true)]
    [InlineData(30, true)]
    [InlineData(2, false)]
    public void What_this_user_may_not_do_is_told_from_what_fails(int errno, bool denied) =>
        Assert.Equal(denied, new PosixException("open", "f", errno).IsDenied);

    [Fact]
    public void Where_open_takes_no_mode_a_file_is_created_with_its_mode_and_one_that_exists_is_opened()
    {
        using var folder = new RunFolder();
        var path = folder.In("file");
        const uint Mode = 0x1C0; // 0700, which no usual mask cuts down
        using (var created = Posix.CreateWithoutMode(path, exclusive: true, Mode))
        {
            Posix.WriteAll(created!, "content"u8, 0, path);
            Assert.Equal((UnixFileMode)Mode, Modes.Of(path));
        }

        Assert.Null(Posix.CreateWithoutMode(path, exclusive: true, Mode));
        using (var opened = Posix.CreateWithoutMode(path, exclusive: false, Posix.OwnerOnlyFile))
        {
            Posix.WriteAll(opened!, "C"u8, 0, path);
        }

        Assert.Equal("Content", File.ReadAllText(path));
        Assert.Equal((UnixFileMode)Mode, Modes.Of(path));
        using var another = Posix.CreateWithoutMode(folder.In("another"), exclusive: false, Mode);
        Assert.True(Posix.IsStillAt(another!, folder.In("another")));
        Assert.ThrowsAny<IOException>(() => Posix.CreateWithoutMode(folder.In("none/deeper"), exclusive: true, Mode));
    }

    [Fact]
    public void Where_open_takes_no_mode_a_file_that_another_has_locked_is_opened_all_the_same()
    {
        using var folder = new RunFolder();
        var path = folder.In("lock");
        using var held = Posix.Create(path, exclusive: true, Posix.OwnerOnlyFile)!;
        Assert.True(Posix.TryLock(held, Posix.LockExclusive, path));
        using var second = Posix.CreateWithoutMode(path, exclusive: false, Posix.OwnerOnlyFile)!;
        Assert.False(Posix.TryLock(second, Posix.LockExclusive, path));
    }

    [Fact]
    public void A_name_stands_for_the_file_that_has_it_and_for_no_other()
    {
        using var folder = new RunFolder();
        Directory.CreateDirectory(folder.In("folder"));
        var path = folder.In("folder/file");
        using var file = Posix.Create(path, exclusive: true, Posix.OwnerOnlyFile)!;
        Assert.True(Posix.IsStillAt(file, path));
        Posix.Rename(path, folder.In("moved"));
        Assert.False(Posix.IsStillAt(file, path));
        Assert.True(Posix.IsStillAt(file, folder.In("moved")));
        File.WriteAllText(path, "another");
        Assert.False(Posix.IsStillAt(file, path));
        Directory.Delete(folder.In("folder"), recursive: true);
        Assert.False(Posix.IsStillAt(file, path));
        File.WriteAllText(folder.In("folder"), "a file now");
        Assert.False(Posix.IsStillAt(file, path));
    }

    [Fact]
    public void The_file_system_of_a_name_is_found_through_links_and_is_unknown_for_a_name_that_nothing_has()
    {
        using var folder = new RunFolder();
        File.WriteAllText(folder.In("file"), "x");
        File.CreateSymbolicLink(folder.In("link"), folder.In("file"));
        Assert.NotNull(Posix.DeviceOf(folder.In("file")));
        Assert.Equal(Posix.DeviceOf(folder.In("file")), Posix.DeviceOf(folder.In("link")));
        Assert.Null(Posix.DeviceOf(folder.In("none")));
    }

    private static int Answer(int errno, int result)
    {
        Marshal.SetLastPInvokeError(errno);
        return errno == 0 ? result : -1;
    }

    /// <summary>A descriptor that no process has.</summary>
    private static SafeFileHandle NoFile() => new(0x7FFFFFF0, ownsHandle: false);

    private static void Tells(string call, int errno, Action<string> make, string path = "the/file")
    {
        var error = Assert.Throws<PosixException>(() => make(path));
        Assert.Equal(errno, error.Errno);
        Assert.Equal(
            $"{call} of {path} failed: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})", error.Message);
    }
}
