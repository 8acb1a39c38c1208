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

    private readonly SafeFileHandle _folder;
    private readonly string _path;
    private readonly ulong? _device;

    private LinuxFileSystemSync(SafeFileHandle folder, string path) =>
        (_folder, _path, _device) = (folder, path, Posix.DeviceOf(path));

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
                ? new LinuxFileSystemSync(Posix.OpenForReading(path), path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Each journal is then synced by itself, as it would be elsewhere.
            return null;
        }
    }

    /// <inheritdoc/>
    public bool Covers(string path) => _device is not null && Posix.DeviceOf(path) == _device;

    /// <inheritdoc/>
    public void Sync() =>
        Posix.ThrowIfFailed(Posix.Call(() => SyncfsRaw(_folder)), "syncfs", _path);

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    [LibraryImport("libc", EntryPoint = "syncfs", SetLastError = true)]
    private static partial int SyncfsRaw(SafeFileHandle folder);
}
