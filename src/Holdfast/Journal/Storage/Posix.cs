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
    internal const int LockNonBlocking = 4;
    internal const int LockRelease = 8;
    internal const int Eintr = 4;
    private static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Flushes the data of a file to the device; on macOS a full flush, since fsync there is a hint.</summary>
    internal static void Fdatasync(SafeFileHandle file, string path)
    {
        int result;
        do
        {
            result = OperatingSystem.IsMacOS() ? FcntlRaw(file, 51 /* F_FULLFSYNC */) : FdatasyncRaw(file);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Eintr);
        ThrowIfFailed(result, "fdatasync", path);
    }

    /// <summary>Flushes a file or folder with its metadata to the device.</summary>
    internal static void Fsync(SafeFileHandle file, string path)
    {
        int result;
        do
        {
            result = FsyncRaw(file);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Eintr);
        ThrowIfFailed(result, "fsync", path);
    }

    /// <summary>Takes an advisory lock without waiting. False if another open file holds it.</summary>
    internal static bool TryLock(SafeFileHandle file, int kind, string path)
    {
        int result;
        do
        {
            result = FlockRaw(file, kind | LockNonBlocking);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Eintr);
        if (result < 0 && Marshal.GetLastPInvokeError() == WouldBlock)
        {
            return false;
        }

        ThrowIfFailed(result, "flock", path);
        return true;
    }

    /// <summary>Takes an advisory lock, waiting for as long as another open file holds it.</summary>
    internal static void Lock(SafeFileHandle file, int kind, string path)
    {
        int result;
        do
        {
            result = FlockRaw(file, kind);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Eintr);
        ThrowIfFailed(result, "flock", path);
    }

    /// <summary>Opens a folder for <see cref="Fsync"/>.</summary>
    internal static SafeFileHandle OpenFolder(string path)
    {
        var descriptor = OpenRaw(path, OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000 /* O_RDONLY | O_CLOEXEC */);
        ThrowIfFailed(descriptor, "open", path);
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    internal static void ThrowIfFailed(int result, string call, string path)
    {
        if (result < 0)
        {
            throw new PosixException(call, path, Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FdatasyncRaw(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FsyncRaw(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int FlockRaw(SafeFileHandle file, int operation);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int FcntlRaw(SafeFileHandle file, int command);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenRaw(string path, int flags);
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
