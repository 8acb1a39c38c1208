using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Journal;

/// <summary>
/// <c>syncfs</c> of Linux. It tells failed writes of any file since the descriptor was opened, from Linux 5.8 on
/// (syncfs(2), "Errors"), and on file systems whose files report to the same place; a layered one (overlayfs) does not.
/// </summary>
internal sealed partial class LinuxFileSystemSync : IFileSystemSync
{
    private static readonly Version FirstThatTells = new(5, 8);
    private static readonly string[] Known = ["ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "tmpfs"];

    private const int CurrentFolder = -100; // AT_FDCWD
    private const int StatxBytes = 256;
    private const int DeviceOffset = 136; // stx_dev_major and stx_dev_minor

    private readonly SafeFileHandle _folder;
    private readonly string _path;
    private readonly ulong? _device;

    private LinuxFileSystemSync(SafeFileHandle folder, string path) =>
        (_folder, _path, _device) = (folder, path, DeviceOf(path));

    /// <summary>Opens it for the file system of a folder; null where its answer would prove nothing.</summary>
    internal static LinuxFileSystemSync? TryOpen(string path)
    {
        if (!OperatingSystem.IsLinux() || Environment.OSVersion.Version < FirstThatTells)
        {
            return null;
        }

        try
        {
            return Known.Contains(new DriveInfo(path).DriveFormat)
                ? new LinuxFileSystemSync(Posix.OpenFolder(path), path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Each journal is then synced by itself, as it would be elsewhere.
            return null;
        }
    }

    /// <inheritdoc/>
    public bool Covers(string path) => _device is not null && DeviceOf(path) == _device;

    /// <inheritdoc/>
    public void Sync()
    {
        int result;
        do
        {
            result = SyncfsRaw(_folder);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == Posix.Eintr);
        Posix.ThrowIfFailed(result, "syncfs", _path);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private static ulong? DeviceOf(string path)
    {
        Span<byte> answer = stackalloc byte[StatxBytes];
        return StatxRaw(CurrentFolder, path, 0, 0, ref MemoryMarshal.GetReference(answer)) == 0
            ? MemoryMarshal.Read<ulong>(answer[DeviceOffset..]) : null;
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatxRaw(int folder, string path, int flags, uint mask, ref byte answer);

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncfsRaw(SafeFileHandle folder);
}
