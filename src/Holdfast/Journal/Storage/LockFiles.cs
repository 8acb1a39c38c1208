using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Journal;

/// <summary>
/// Opening and looking at lock files by direct calls. A lock belongs to the open file and not to its name: a holder
/// may delete the file, so whoever got the lock checks that what it locked is still what the name stands for.
/// </summary>
internal static class LockFiles
{
    // Each round means that somebody deleted the file between our opening and our locking it.
    private const int MaxRounds = 64;

    /// <summary>Opens the file and locks it; null if the lock was refused.</summary>
    internal static SafeFileHandle? Open(string path, Func<SafeFileHandle, bool> take)
    {
        for (var round = 0; round < MaxRounds; round++)
        {
            var file = PortableCalls.OpenLockFile(path);
            try
            {
                if (!take(file))
                {
                    file.Dispose();
                    return null;
                }

                // On Windows an open file cannot be deleted, so what was locked keeps its name.
                if (OperatingSystem.IsWindows() || Posix.IsStillAt(file, path))
                {
                    return file;
                }

                file.Dispose();
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }

        throw new IOException($"{path} was deleted {MaxRounds} times while its lock was being taken; try again");
    }

    /// <summary>
    /// Whether another holds the lock. Shared, so that two looks do not take each other for a holder.
    /// </summary>
    internal static bool IsLocked(string path)
    {
        SafeFileHandle file;
        try
        {
            file = Posix.OpenForReading(path);
        }
        catch (PosixException error) when (error.Errno is Posix.Enoent or Posix.Enotdir)
        {
            return false;
        }

        // Closing gives the look's own lock back at once.
        using (file)
        {
            return !Posix.TryLock(file, Posix.LockShared, path);
        }
    }
}

/// <summary>A lock for as long as its file is open; it is never inherited, since it was opened close-on-exec.</summary>
internal sealed class HeldLock : ILockHandle
{
    private readonly SafeFileHandle _file;

    private HeldLock(SafeFileHandle file, string path) => (_file, Path) = (file, path);

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>Takes the lock, waiting for as long as another holds it.</summary>
    internal static HeldLock Take(string path) => new(PortableCalls.OpenLocked(path, wait: true)!, path);

    /// <summary>Takes the lock and writes who holds it; null if another does.</summary>
    internal static HeldLock? TryTake(
        string path, ReadOnlySpan<byte> content, Func<SafeFileHandle, IAppendFile> toWrite)
    {
        if (PortableCalls.OpenLocked(path, wait: false) is not { } file)
        {
            return null;
        }

        var held = new HeldLock(file, path);
        try
        {
            WriteForTheMessage(toWrite(file), content);
            return held;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static void WriteForTheMessage(IAppendFile file, ReadOnlySpan<byte> content)
    {
        file.Truncate(0);
        try
        {
            file.WriteAt(0, content);
        }
        catch (StorageFullException)
        {
            // The lock is held whether or not its file says by whom, and a full disk is no reason to refuse a run.
            file.Truncate(0);
        }
    }
}

/// <summary>Which file a descriptor or a name stands for, by device and inode, and what it is.</summary>
internal static partial class Posix
{
    private const int StatBytes = 512;
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint TypeAndInodeMask = 0x101;
    private const int KindMask = 0xF000;
    private const int FolderKind = 0x4000;
    private const int FileKind = 0x8000;

    /// <summary>Whether a name still stands for an open file; false too if nothing has the name.</summary>
    internal static bool IsStillAt(SafeFileHandle file, string path)
    {
        Span<byte> stat = stackalloc byte[StatBytes];
        ThrowIfFailed(StatOf(file, ref stat[0]), "stat", path);
        var open = Identity(stat);
        var result = StatOf(path, ref stat[0]);
        return result is not (-Enoent or -Enotdir) && ThrowIfFailed(result, "stat", path) == 0
            && Identity(stat) == open;
    }

    /// <summary>The file system that a file is on, links followed; null if that cannot be found out.</summary>
    internal static ulong? DeviceOf(string path)
    {
        Span<byte> stat = stackalloc byte[StatBytes];
        return StatOf(path, ref stat[0]) == 0 ? Identity(stat).Device : null;
    }

    /// <summary>
    /// Whether a name stands for a pipe, a socket or a device, links followed: to open or to read one may wait for
    /// ever. False if that cannot be found out.
    /// </summary>
    internal static bool IsEndless(string path)
    {
        Span<byte> stat = stackalloc byte[StatBytes];
        return StatOf(path, ref stat[0]) == 0 && (Mode(stat) & KindMask) is not (FileKind or FolderKind);
    }

    private static int Mode(ReadOnlySpan<byte> stat) =>
        BinaryPrimitives.ReadUInt16LittleEndian(stat[(OperatingSystem.IsMacOS() ? 4 : 28)..]);

    // Linux: struct statx, which is the same on every processor. macOS: struct stat with 64-bit inodes.
    private static (ulong Inode, ulong Device) Identity(ReadOnlySpan<byte> stat) => OperatingSystem.IsMacOS()
        ? (BinaryPrimitives.ReadUInt64LittleEndian(stat[8..]), BinaryPrimitives.ReadUInt32LittleEndian(stat))
        : (BinaryPrimitives.ReadUInt64LittleEndian(stat[32..]), BinaryPrimitives.ReadUInt64LittleEndian(stat[136..]));

    private static bool HasOldStat => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private static int StatOf(SafeFileHandle file, ref byte stat) => Result(
        !OperatingSystem.IsMacOS() ? StatxOfFileRaw(file, "", EmptyPath, TypeAndInodeMask, ref stat)
        : HasOldStat ? FstatOldRaw(file, ref stat) : FstatRaw(file, ref stat));

    private static int StatOf(string path, ref byte stat) => Result(
        !OperatingSystem.IsMacOS() ? StatxOfPathRaw(CurrentFolder, path, 0, TypeAndInodeMask, ref stat)
        : HasOldStat ? StatOldRaw(path, ref stat) : StatRaw(path, ref stat));

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatxOfFileRaw(SafeFileHandle file, string path, int flags, uint mask, ref byte stat);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatxOfPathRaw(int folder, string path, int flags, uint mask, ref byte stat);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static partial int FstatRaw(SafeFileHandle file, ref byte stat);

    [LibraryImport("libc", EntryPoint = "stat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatRaw(string path, ref byte stat);

    [LibraryImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static partial int FstatOldRaw(SafeFileHandle file, ref byte stat);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatOldRaw(string path, ref byte stat);
}
