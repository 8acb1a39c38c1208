using System.Runtime.InteropServices;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// Direct system calls for processes. Raw descriptors, because they are handed to children by number.
/// </summary>
internal static unsafe partial class LinuxCalls
{
    internal const int ReadOnly = 0;
    internal const int WriteOnly = 1;
    internal const int ReadWrite = 2;
    internal const int Create = 0x40;
    internal const int Exclusive = 0x80;
    internal const int Truncate = 0x200;
    internal const int Append = 0x400;
    internal const int NonBlocking = 0x800;
    internal const int CloseOnExec = 0x80000;

    internal const int Eperm = 1;
    internal const int Enoent = 2;
    internal const int Esrch = 3;
    internal const int Eintr = 4;
    internal const int E2Big = 7;
    internal const int Enoexec = 8;
    internal const int Eagain = 11;
    internal const int Eacces = 13;
    internal const int Eexist = 17;
    internal const int Enotdir = 20;
    internal const int Einval = 22;

    internal const int SigHup = 1;
    internal const int SigKill = 9;
    internal const int SigTerm = 15;
    internal const int SigCont = 18;

    internal const int FlockShared = 1;
    internal const int FlockExclusive = 2;
    internal const int FlockNonBlocking = 4;

    internal const int NoHang = 1;
    private const nint SysPidfdOpen = 434;
    private const nint SysPidfdSendSignal = 424;
    private const nint SysMemfdCreateX64 = 319;
    private const nint MemoryCloseOnExecSealable = 1 | 2;
    private const nint MemoryExecutable = 0x10;
    private const int FcntlAddSeals = 1033;
    private const int SealAll = 1 | 2 | 4 | 8; // More seals, shrinking, growing, writing.
    private const int FcntlGetFlags = 1;
    private const int FcntlSetFlags = 4;
    private const int FcntlSetOwner = 8;
    private const int FcntlDupCloseOnExec = 1030;
    private const int ClockBoottime = 7;
    private const int PrSetChildSubreaper = 36;

    private static readonly nint SysStatx = RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => 332,
        Architecture.S390x => 379,
        Architecture.Ppc64le => 383,
        Architecture.Arm => 397,
        _ => 291,
    };

    /// <summary>A descriptor of the process, or -1; its end makes it readable.</summary>
    internal static int PidfdOpen(int pid) => (int)Syscall(SysPidfdOpen, pid, 0, 0, 0, 0);

    /// <summary>Signals exactly the process behind the descriptor, whatever became of its number.</summary>
    internal static bool PidfdSignal(int pidfd, int signal) => Syscall(SysPidfdSendSignal, pidfd, signal, 0, 0, 0) == 0;

    /// <summary>Whether the process behind the descriptor has ended; false for no descriptor.</summary>
    internal static bool HasEnded(int pidfd) => pidfd >= 0 && IsReadable(pidfd, 0);

    /// <summary>Waits until a descriptor is readable; false after the time.</summary>
    internal static bool IsReadable(int descriptor, int timeoutMs)
    {
        long poll = (uint)descriptor | (1L << 32); // struct pollfd { int fd; short events = POLLIN; short revents; }
        return Poll(&poll, 1, timeoutMs) > 0;
    }

    /// <summary>
    /// Opens with a close-on-exec descriptor of at least 10, so that 0 to 9 are free for a child's own.
    /// </summary>
    internal static int Open(string path, int flags, int mode = 0)
    {
        int descriptor;
        do
        {
            descriptor = OpenRaw(path, flags | CloseOnExec, mode);
        }
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == Eintr);
        return descriptor < 0 ? descriptor : Lift(descriptor);
    }

    /// <summary>Moves a close-on-exec descriptor to 10 or above, if it is below.</summary>
    internal static int Lift(int low)
    {
        if (low >= 10)
        {
            return low;
        }

        var high = Fcntl(low, FcntlDupCloseOnExec, 10);
        var errno = Marshal.GetLastPInvokeError();
        _ = Close(low);
        Marshal.SetLastPInvokeError(errno);
        return high;
    }

    /// <summary>
    /// Whether a number is in use as a process, group or session. F_SETOWN looks the number up and says ESRCH only
    /// if none of the three exists, which makes it the one cheap question about a session whose leader was reaped.
    /// </summary>
    internal static bool IsNumberInUse(int descriptor, int pid) =>
        Fcntl(descriptor, FcntlSetOwner, pid) == 0 || Marshal.GetLastPInvokeError() != Esrch;

    /// <summary>Descriptors above standard error that an exec would keep open.</summary>
    internal static int[] Inheritable()
    {
        var found = new List<int>();
        foreach (var link in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            // The folder's own descriptor is gone by the time that it is asked about, and answers -1.
            if (int.TryParse(link.AsSpan(14), out var descriptor) && descriptor > 2
                && Fcntl(descriptor, FcntlGetFlags, 0) == 0)
            {
                found.Add(descriptor);
            }
        }

        return [.. found];
    }

    /// <summary>
    /// A file in memory that can be executed and sealed, closed on exec, or -1. Kernels before 6.3 know no flag for the
    /// first and need none. On x86-64 only.
    /// </summary>
    internal static int MemoryFile()
    {
        fixed (byte* name = "holdfast"u8)
        {
            var file = (int)Syscall(
                SysMemfdCreateX64, (nint)name, MemoryCloseOnExecSealable | MemoryExecutable, 0, 0, 0);
            if (file < 0 && Marshal.GetLastPInvokeError() == Einval)
            {
                file = (int)Syscall(SysMemfdCreateX64, (nint)name, MemoryCloseOnExecSealable, 0, 0, 0);
            }

            return file < 0 ? file : Lift(file);
        }
    }

    /// <summary>Lets nobody change a file in memory any more.</summary>
    internal static bool Seal(int file) => Fcntl(file, FcntlAddSeals, SealAll) == 0;

    /// <summary>Clears all status flags of an open file that was opened for reading.</summary>
    internal static void MakeBlocking(int descriptor) => _ = Fcntl(descriptor, FcntlSetFlags, 0);

    /// <summary>Microseconds since boot, time asleep included: the clock of <c>/proc/&lt;pid&gt;/stat</c>.</summary>
    internal static long BoottimeUs()
    {
        long* time = stackalloc long[2];
        _ = ClockGettime(ClockBoottime, time);
        return (time[0] * 1_000_000) + (time[1] / 1000);
    }

    /// <summary>Makes orphaned descendants children of this process instead of init's.</summary>
    internal static bool BecomeSubreaper() => Prctl(PrSetChildSubreaper, 1, 0, 0, 0) == 0;

    /// <summary>Facts of an open file; false on any error.</summary>
    internal static bool TryStat(int descriptor, out FileFacts facts) =>
        TryStatAt(descriptor, string.Empty, 0x1000, out facts);

    /// <summary>Facts of a file by path, links followed; false on any error, with errno kept.</summary>
    internal static bool TryStat(string path, out FileFacts facts) => TryStatAt(-100, path, 0, out facts);

    private static bool TryStatAt(int folder, string path, int flags, out FileFacts facts)
    {
        byte* block = stackalloc byte[256];
        nint result;
        var length = System.Text.Encoding.UTF8.GetMaxByteCount(path.Length) + 1;
        Span<byte> name = length <= 1024 ? stackalloc byte[length] : new byte[length];
        name[System.Text.Encoding.UTF8.GetBytes(path, name)] = 0;
        fixed (byte* start = name)
        {
            result = Syscall(SysStatx, folder, (nint)start, flags, 0x7ff, (nint)block);
        }

        facts = result != 0
            ? default
            : new FileFacts
            {
                Mode = *(ushort*)(block + 28),
                Inode = *(ulong*)(block + 32),
                Size = *(long*)(block + 40),
                ChangedNs = (*(long*)(block + 96) * 1_000_000_000) + *(uint*)(block + 104),
                ModifiedNs = (*(long*)(block + 112) * 1_000_000_000) + *(uint*)(block + 120),
                Device = ((ulong)*(uint*)(block + 136) << 32) | *(uint*)(block + 140),
            };
        return result == 0;
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenRaw(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    internal static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    internal static partial nint ReadAt(int descriptor, byte* buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    internal static partial nint WriteAt(int descriptor, byte* buffer, nint count, long offset);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    internal static partial long Seek(int descriptor, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    internal static partial int Flock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int MakeFolder(string path, int mode);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Unlink(string path);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int pid, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitPid(int pid, int* status, int options);

    [LibraryImport("libc", EntryPoint = "getsid", SetLastError = true)]
    internal static partial int GetSession(int pid);

    [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
    internal static partial int Pipe(int* ends, int flags);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    internal static partial int EventFd(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    internal static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    internal static partial int EpollControl(int epoll, int operation, int descriptor, byte* epollEvent);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    internal static partial int EpollWait(int epoll, byte* events, int count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(void* descriptors, nuint count, int timeoutMs);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int ClockGettime(int clock, long* time);

    [LibraryImport("libc", EntryPoint = "prctl", SetLastError = true)]
    private static partial int Prctl(int option, nuint a, nuint b, nuint c, nuint d);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, nint a, nint b, nint c, nint d, nint e);
}

/// <summary>What the kernel says of a file.</summary>
internal readonly record struct FileFacts
{
    private const int TypeMask = 0xF000;

    internal int Mode { get; init; }

    internal ulong Inode { get; init; }

    internal ulong Device { get; init; }

    internal long Size { get; init; }

    internal long ModifiedNs { get; init; }

    internal long ChangedNs { get; init; }

    internal bool IsFile => (Mode & TypeMask) == 0x8000;

    internal bool IsFolder => (Mode & TypeMask) == 0x4000;

    /// <summary>Whether owner, group and others may execute it, which most programs are.</summary>
    internal bool IsForAllToRun => (Mode & 0x49) == 0x49;
}
