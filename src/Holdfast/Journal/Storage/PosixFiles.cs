using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Journal;

/// <summary>
/// The calls that write files. Descriptors are opened here and not by the managed classes, because those take an
/// advisory lock of their own at every open, which would be mistaken for a holder. 64-bit systems only.
/// </summary>
internal static partial class Posix
{
    internal const int Enoent = 2;
    internal const int Eexist = 17;
    internal const int Enotdir = 20;
    internal const int Efbig = 27;
    internal const int Enospc = 28;
    internal const uint OwnerOnlyFile = 0x180; // 0600
    internal const uint OwnerOnlyFolder = 0x1C0; // 0700

    private const int ReadOnlyFlag = 0;
    private const int ReadWriteFlag = 2;
    private const int KeepSize = 1;
    private static readonly int CreateFlag = OperatingSystem.IsMacOS() ? 0x200 : 0x40;
    private static readonly int ExclusiveFlag = OperatingSystem.IsMacOS() ? 0x800 : 0x80;
    private static readonly int CloseOnExecFlag = OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000;
    private static readonly int Edquot = OperatingSystem.IsMacOS() ? 69 : 122;
    private static readonly int Eopnotsupp = OperatingSystem.IsMacOS() ? 102 : 95;

    /// <summary>Opens a file for reading.</summary>
    internal static SafeFileHandle OpenForReading(string path) => Open(path, ReadOnlyFlag | CloseOnExecFlag);

    /// <summary>Opens an existing file for writing.</summary>
    internal static SafeFileHandle OpenForWriting(string path) => Open(path, ReadWriteFlag | CloseOnExecFlag);

    /// <summary>Opens a file for writing, creating it. Null if <paramref name="exclusive"/> and it exists.</summary>
    internal static SafeFileHandle? Create(string path, bool exclusive, uint mode)
    {
        if (OperatingSystem.IsMacOS())
        {
            // A variadic mode travels on the stack there, where a fixed signature cannot put it.
            return CreateWithoutMode(path, exclusive, mode);
        }

        var flags = ReadWriteFlag | CreateFlag | CloseOnExecFlag | (exclusive ? ExclusiveFlag : 0);
        int descriptor;
        do
        {
            descriptor = OpenWithModeRaw(path, flags, mode);
        }
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == Eintr);
        if (descriptor < 0 && exclusive && Marshal.GetLastPInvokeError() == Eexist)
        {
            return null;
        }

        ThrowIfFailed(descriptor, "open", path);
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>Writes all bytes at an offset; short writes are continued.</summary>
    internal static void WriteAll(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset, string path)
    {
        while (!bytes.IsEmpty)
        {
            var written = PwriteRaw(file, ref MemoryMarshal.GetReference(bytes), (nuint)bytes.Length, offset);
            if (written < 0)
            {
                if (Marshal.GetLastPInvokeError() == Eintr)
                {
                    continue;
                }

                ThrowIfFailed(-1, "pwrite", path);
            }

            if (written == 0)
            {
                throw new PosixException("pwrite", path, Enospc);
            }

            bytes = bytes[(int)written..];
            offset += written;
        }
    }

    /// <summary>Cuts or extends a file to a length.</summary>
    internal static void Truncate(SafeFileHandle file, long length, string path)
    {
        int result;
        do
        {
            result = FtruncateRaw(file, length);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Eintr);
        ThrowIfFailed(result, "ftruncate", path);
    }

    /// <summary>Allocates blocks without changing the length. False where the system or file system cannot.</summary>
    internal static bool TryAllocate(SafeFileHandle file, long offset, long bytes, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        int result;
        do
        {
            result = FallocateRaw(file, KeepSize, offset, bytes);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Eintr);
        if (result < 0
            && (Marshal.GetLastPInvokeError() == Eopnotsupp || Marshal.GetLastPInvokeError() == 38 /* ENOSYS */))
        {
            return false;
        }

        ThrowIfFailed(result, "fallocate", path);
        return true;
    }

    /// <summary>Makes the names in a folder durable.</summary>
    internal static void SyncFolder(string path)
    {
        using var folder = OpenFolder(path);
        Fsync(folder, path);
    }

    /// <summary>True if something has this path; false only if it is certain that nothing has.</summary>
    internal static bool Exists(string path)
    {
        if (AccessRaw(path, 0) == 0)
        {
            return true;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno is Enoent or Enotdir ? false : throw new PosixException("access", path, errno);
    }

    /// <summary>Creates one folder. False if something of that name exists.</summary>
    internal static bool TryCreateFolder(string path)
    {
        if (MkdirRaw(path, OwnerOnlyFolder) == 0)
        {
            return true;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno == Eexist ? false : throw new PosixException("mkdir", path, errno);
    }

    /// <summary>Renames, replacing the target.</summary>
    internal static void Rename(string from, string to) => ThrowIfFailed(RenameRaw(from, to), "rename", to);

    /// <summary>Gives a file a second name. False if that name is taken.</summary>
    internal static bool TryLink(string from, string to)
    {
        if (LinkRaw(from, to) == 0)
        {
            return true;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno == Eexist ? false : throw new PosixException("link", to, errno);
    }

    /// <summary>Removes a file. False if there is none.</summary>
    internal static bool TryUnlink(string path)
    {
        if (UnlinkRaw(path) == 0)
        {
            return true;
        }

        var errno = Marshal.GetLastPInvokeError();
        return errno == Enoent ? false : throw new PosixException("unlink", path, errno);
    }

    /// <summary>True for the errors that mean that there is no space.</summary>
    internal static bool IsFull(int errno) => errno == Enospc || errno == Edquot || errno == Efbig;

    private static SafeFileHandle Open(string path, int flags)
    {
        int descriptor;
        do
        {
            descriptor = OpenRaw(path, flags);
        }
        while (descriptor < 0 && Marshal.GetLastPInvokeError() == Eintr);
        ThrowIfFailed(descriptor, "open", path);
        return new SafeFileHandle(descriptor, ownsHandle: true);
    }

    private static SafeFileHandle? CreateWithoutMode(string path, bool exclusive, uint mode)
    {
        if (exclusive && Exists(path))
        {
            return null;
        }

        var options = new FileStreamOptions
        {
            Mode = exclusive ? FileMode.CreateNew : FileMode.OpenOrCreate,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = (UnixFileMode)mode;
        }

        new FileStream(path, options).Dispose();
        return OpenForWriting(path);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenWithModeRaw(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "pwrite", SetLastError = true)]
    private static partial nint PwriteRaw(SafeFileHandle file, ref byte bytes, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
    private static partial int FtruncateRaw(SafeFileHandle file, long length);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    private static partial int FallocateRaw(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AccessRaw(string path, int mode);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MkdirRaw(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameRaw(string from, string to);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int LinkRaw(string from, string to);

    [LibraryImport("libc", EntryPoint = "unlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnlinkRaw(string path);
}
