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
    private const int Eopnotsupp = 95; // where there is fallocate
    private const int Enosys = 38;

    /// <summary>Writes at an offset and returns how many bytes; -1 if it failed.</summary>
    internal delegate int WriteCall(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Opens a file for reading, or a folder for <see cref="Fsync"/>.</summary>
    internal static SafeFileHandle OpenForReading(string path) => Open(path, ReadOnlyFlag);

    /// <summary>Opens an existing file for writing.</summary>
    internal static SafeFileHandle OpenForWriting(string path) => Open(path, ReadWriteFlag);

    /// <summary>Opens a file for writing, creating it. Null if <paramref name="exclusive"/> and it exists.</summary>
    internal static SafeFileHandle? Create(string path, bool exclusive, uint mode)
    {
        if (OperatingSystem.IsMacOS())
        {
            return CreateWithoutMode(path, exclusive, mode);
        }

        var flags = ReadWriteFlag | CreateFlag | CloseOnExecFlag | (exclusive ? ExclusiveFlag : 0);
        var result = Call(() => OpenWithModeRaw(path, flags, mode));
        return exclusive && result == -Eexist ? null : Opened(result, path);
    }

    /// <summary>
    /// As <see cref="Create"/> where <c>open</c> cannot be told a mode: a variadic argument travels on the stack on
    /// macOS, and a fixed signature cannot put it there. The managed classes create, and only that: they take a lock
    /// of their own at every open, which a file that another holds would refuse.
    /// </summary>
    internal static SafeFileHandle? CreateWithoutMode(string path, bool exclusive, uint mode)
    {
        if (!Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = (UnixFileMode)mode;
            }

            try
            {
                new FileStream(path, options).Dispose();
                return OpenForWriting(path);
            }
            catch (IOException) when (Exists(path))
            {
                // Another was faster.
            }
        }

        return exclusive ? null : OpenForWriting(path);
    }

    /// <summary>Writes all bytes at an offset; short writes are continued.</summary>
    internal static void WriteAll(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset, string path) =>
        WriteAll(file, bytes, offset, path, static (f, some, at) =>
            (int)PwriteRaw(f, ref MemoryMarshal.GetReference(some), (nuint)some.Length, at));

    /// <summary>The same by a given call.</summary>
    internal static void WriteAll(
        SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset, string path, WriteCall write)
    {
        while (!bytes.IsEmpty)
        {
            var written = Result(write(file, bytes, offset));
            if (written != -Eintr)
            {
                // Nothing written and no error, again and again, would never end.
                ThrowIfFailed(written == 0 ? -Enospc : written, "pwrite", path);
                bytes = bytes[written..];
                offset += written;
            }
        }
    }

    /// <summary>Cuts or extends a file to a length.</summary>
    internal static void Truncate(SafeFileHandle file, long length, string path) =>
        ThrowIfFailed(Call(() => FtruncateRaw(file, length)), "ftruncate", path);

    /// <summary>Allocates blocks without changing the length. False where the system or file system cannot.</summary>
    internal static bool TryAllocate(SafeFileHandle file, long offset, long bytes, string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var result = Call(() => FallocateRaw(file, KeepSize, offset, bytes));
        return result is not (-Eopnotsupp or -Enosys) && ThrowIfFailed(result, "fallocate", path) == 0;
    }

    /// <summary>Makes the names in a folder durable.</summary>
    internal static void SyncFolder(string path)
    {
        using var folder = OpenForReading(path);
        Fsync(folder, path);
    }

    /// <summary>True if something has this path; false only if it is certain that nothing has.</summary>
    internal static bool Exists(string path)
    {
        var result = Call(() => AccessRaw(path, 0));
        return result is not (-Enoent or -Enotdir) && ThrowIfFailed(result, "access", path) == 0;
    }

    /// <summary>Creates one folder. False if something of that name exists.</summary>
    internal static bool TryCreateFolder(string path)
    {
        var result = Call(() => MkdirRaw(path, OwnerOnlyFolder));
        return result != -Eexist && ThrowIfFailed(result, "mkdir", path) == 0;
    }

    /// <summary>Renames, replacing the target.</summary>
    internal static void Rename(string from, string to) =>
        ThrowIfFailed(Call(() => RenameRaw(from, to)), "rename", to);

    /// <summary>Gives a file a second name. False if that name is taken.</summary>
    internal static bool TryLink(string from, string to)
    {
        var result = Call(() => LinkRaw(from, to));
        return result != -Eexist && ThrowIfFailed(result, "link", to) == 0;
    }

    /// <summary>Removes a file. False if there is none.</summary>
    internal static bool TryUnlink(string path)
    {
        var result = Call(() => UnlinkRaw(path));
        return result != -Enoent && ThrowIfFailed(result, "unlink", path) == 0;
    }

    /// <summary>True for the errors that mean that there is no space.</summary>
    internal static bool IsFull(int errno) => errno == Enospc || errno == Edquot || errno == Efbig;

    private static SafeFileHandle Open(string path, int flags) => Opened(
        Call(() => OpenRaw(path, flags | CloseOnExecFlag)), path);

    private static SafeFileHandle Opened(int result, string path) =>
        new(ThrowIfFailed(result, "open", path), ownsHandle: true);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenRaw(string path, int flags);

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
