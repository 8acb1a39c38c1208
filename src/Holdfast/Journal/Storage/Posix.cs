using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Journal;

/// <summary>
/// Direct system calls on files. The managed ones hide a failed sync, cannot sync a folder, and offer no lock that
/// survives the process, so durability rests on these. Each throws <see cref="PosixException"/> on any error.
/// </summary>
internal static partial class Posix
{
    internal const int LockShared = 1;
    internal const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int Eintr = 4;
    private static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Flushes the data of a file to the device; on macOS a full flush, since fsync there is a hint.</summary>
    internal static void Fdatasync(SafeFileHandle file, string path) => ThrowIfFailed(
        Call(() => OperatingSystem.IsMacOS() ? FcntlRaw(file, 51 /* F_FULLFSYNC */) : FdatasyncRaw(file)),
        "fdatasync", path);

    /// <summary>Flushes a file or folder with its metadata to the device.</summary>
    internal static void Fsync(SafeFileHandle file, string path) =>
        ThrowIfFailed(Call(() => FsyncRaw(file)), "fsync", path);

    /// <summary>Takes an advisory lock without waiting. False if another open file holds it.</summary>
    internal static bool TryLock(SafeFileHandle file, int kind, string path)
    {
        var result = Call(() => FlockRaw(file, kind | LockNonBlocking));
        return result != -WouldBlock && ThrowIfFailed(result, "flock", path) == 0;
    }

    /// <summary>Takes an advisory lock, waiting for as long as another open file holds it.</summary>
    internal static void Lock(SafeFileHandle file, int kind, string path) =>
        ThrowIfFailed(Call(() => FlockRaw(file, kind)), "flock", path);

    /// <summary>Whether the file system of a file is one that writes in place: ext2 to ext4, XFS, tmpfs.</summary>
    internal static bool OverwritesInPlace(SafeFileHandle file)
    {
        // struct statfs begins with its type, a machine word; 120 bytes on 64-bit systems.
        Span<long> status = stackalloc long[32];
        return OperatingSystem.IsLinux() && FstatfsRaw(file, status) == 0
            && status[0] is 0xEF53 or 0x58465342 or 0x01021994;
    }

    /// <summary>Makes a call, again whenever a signal interrupts it.</summary>
    /// <returns>What it returned; the error number below 0 if it failed.</returns>
    internal static int Call(Func<int> call)
    {
        while (true)
        {
            var result = Result(call());
            if (result != -Eintr)
            {
                return result;
            }
        }
    }

    private static int Result(int returned) => returned == -1 ? -Marshal.GetLastPInvokeError() : returned;

    /// <summary>Throws for what <see cref="Call"/> returns of a failed call; any other result is given back.</summary>
    internal static int ThrowIfFailed(int result, string call, string path) =>
        result < 0 ? throw new PosixException(call, path, -result) : result;

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FdatasyncRaw(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FsyncRaw(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    private static partial int FstatfsRaw(SafeFileHandle file, Span<long> status);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FlockRaw(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FcntlRaw(SafeFileHandle file, int command);
}

/// <summary>A system call failed.</summary>
/// <param name="call">The call, e.g. fdatasync.</param>
/// <param name="path">The file it was made on.</param>
/// <param name="errno">The error number.</param>
public sealed class PosixException(string call, string path, int errno)
    : IOException($"{call} of {path} failed: {Marshal.GetPInvokeErrorMessage(errno)} (errno {errno})")
{
    /// <summary>The error number as the system gave it.</summary>
    public int Errno { get; } = errno;

    /// <summary>Whether this user may not do that there: EPERM, EACCES, EROFS.</summary>
    public bool IsDenied => Errno is 1 or 13 or 30;
}
