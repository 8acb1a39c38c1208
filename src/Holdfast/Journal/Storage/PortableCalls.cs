using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Journal;

/// <summary>
/// The few calls of the portable storage that differ between systems: on Windows FlushFileBuffers, LockFileEx and an
/// allocation size; elsewhere the direct calls of <see cref="Posix"/>.
/// </summary>
internal static partial class PortableCalls
{
    private const uint FailImmediately = 1;
    private const uint Exclusive = 2;
    private const uint Shared = 0;
    private const int ErrorLockViolation = 33;
    private const int ErrorIoPending = 997;
    private const int FileAllocationInfo = 5;
    private const int ErrorFileExists = unchecked((int)0x80070050);
    private const int ErrorAlreadyExists = unchecked((int)0x800700b7);

    /// <summary>Behind any content, since on Windows the locked bytes cannot be read by others.</summary>
    private const uint LockedByteHigh = 0x7fffffff;

    internal static void Sync(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Posix.Fdatasync(file, path);
        }
        else if (!FlushFileBuffers(file))
        {
            throw Failed("FlushFileBuffers", path);
        }
    }

    /// <summary>On Windows names are made durable by the file system's own log.</summary>
    internal static void SyncFolder(string folder)
    {
        if (!OperatingSystem.IsWindows())
        {
            Posix.SyncFolder(folder);
        }
    }

    internal static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, (UnixFileMode)Posix.OwnerOnlyFolder);
        }
    }

    internal static void OwnerOnly(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, (UnixFileMode)Posix.OwnerOnlyFile);
        }
    }

    /// <summary>Gives the file that replaces another one that one's mode.</summary>
    internal static void KeepMode(string replaced, string temporary)
    {
        if (!OperatingSystem.IsWindows() && Posix.Exists(replaced))
        {
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(replaced));
        }
    }

    /// <summary>Whether a name stands for what has no end of its own; on Windows no file name does.</summary>
    internal static bool IsEndless(string path) => !OperatingSystem.IsWindows() && Posix.IsEndless(path);

    /// <summary>The error of such a name where a file is needed.</summary>
    internal static IOException Endless(string path) =>
        new($"{path} is a pipe, a socket or a device, and a file is needed; move it away");

    /// <summary>
    /// Gives a finished file its name, if nobody has that name; of any that race exactly one wins. Elsewhere than on
    /// Windows a managed move looks first and renames then, and a rename replaces: there it is a link, which never
    /// does.
    /// </summary>
    /// <returns>False if the name was taken.</returns>
    internal static bool TryGiveName(string temporary, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            return Posix.TryLink(temporary, path);
        }

        try
        {
            File.Move(temporary, path, overwrite: false);
            return true;
        }
        catch (IOException error) when (error.HResult is ErrorFileExists or ErrorAlreadyExists)
        {
            return false;
        }
    }

    /// <summary>
    /// Elsewhere than on Windows a managed open takes a lock of its own, so it is not used for lock files.
    /// </summary>
    internal static SafeFileHandle OpenLockFile(string path) => OperatingSystem.IsWindows()
        ? File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite)
        : Posix.Create(path, exclusive: false, Posix.OwnerOnlyFile)!;

    /// <summary>Opens a lock file and takes the lock; null if it is held and is not to be waited for.</summary>
    internal static SafeFileHandle? OpenLocked(string path, bool wait)
    {
        bool Take(SafeFileHandle file)
        {
            if (!wait)
            {
                return TryLock(file, Exclusive, path);
            }

            Lock(file, path);
            return true;
        }

        return LockFiles.Open(path, Take);
    }

    internal static bool IsLocked(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            return LockFiles.IsLocked(path);
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        return !TryLock(file, Shared, path);
    }

    private static bool TryLock(SafeFileHandle file, uint kind, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            return Posix.TryLock(file, Posix.LockExclusive, path);
        }

        var place = new Place { OffsetHigh = LockedByteHigh };
        if (LockFileEx(file, FailImmediately | kind, 0, 1, 0, ref place))
        {
            return true;
        }

        return Marshal.GetLastPInvokeError() is ErrorLockViolation or ErrorIoPending
            ? false : throw Failed("LockFileEx", path);
    }

    private static void Lock(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Posix.Lock(file, Posix.LockExclusive, path);
            return;
        }

        var place = new Place { OffsetHigh = LockedByteHigh };
        if (!LockFileEx(file, Exclusive, 0, 1, 0, ref place))
        {
            throw Failed("LockFileEx", path);
        }
    }

    internal static bool TryReserve(SafeFileHandle file, long offset, long bytes, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            return Posix.TryAllocate(file, offset, bytes, path);
        }

        var end = Math.Max(offset + bytes, RandomAccess.GetLength(file));
        return SetFileInformationByHandle(file, FileAllocationInfo, ref end, sizeof(long))
            ? true
            : throw Failed("SetFileInformationByHandle", path);
    }

    private static IOException Failed(string call, string path)
    {
        var code = Marshal.GetLastPInvokeError();
        return new IOException(
            $"{call} of {path} failed: {Marshal.GetPInvokeErrorMessage(code)} ({code})",
            unchecked((int)(0x80070000 | (uint)code)));
    }

    /// <summary>OVERLAPPED: where the locked bytes are.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Place
    {
        internal nuint Internal;
        internal nuint InternalHigh;
        internal uint Offset;
        internal uint OffsetHigh;
        internal nint Event;
    }

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool FlushFileBuffers(SafeFileHandle file);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool LockFileEx(
        SafeFileHandle file, uint flags, uint reserved, uint bytesLow, uint bytesHigh, ref Place place);

    [LibraryImport("kernel32", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetFileInformationByHandle(
        SafeFileHandle file, int kind, ref long allocation, uint bytes);
}
