using Microsoft.Win32.SafeHandles;

namespace Holdfast.Journal;

/// <summary>Files and locks of Linux and macOS by direct calls, every error thrown.</summary>
public sealed class UnixStorage : IStorage
{
    /// <inheritdoc/>
    public bool FileExists(string path) => Posix.Exists(path) && !IsFolder(path);

    /// <inheritdoc/>
    public bool FolderExists(string path) => Posix.Exists(path) && IsFolder(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder)
    {
        var names = new List<string>();
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder))
        {
            names.Add(Path.GetFileName(entry));
        }

        names.Sort(string.CompareOrdinal);
        return names;
    }

    /// <inheritdoc/>
    public long Length(string path) => new FileInfo(path).Length;

    /// <inheritdoc/>
    public Stream OpenRead(string path) => Posix.IsEndless(path)
        ? throw PortableCalls.Endless(path)
        : new FileStream(Posix.OpenForReading(path), FileAccess.Read, bufferSize: 0);

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Posix.Exists(path))
        {
            if (!IsFolder(path))
            {
                throw new IOException($"{path} is a file, and a folder of that name is needed; move the file away");
            }

            return;
        }

        var parent = StorageNames.FolderOf(path);
        CreateFolder(parent);
        if (Posix.TryCreateFolder(path))
        {
            Posix.SyncFolder(parent);
        }
    }

    /// <inheritdoc/>
    public IAppendFile OpenAppend(string path, bool create)
    {
        if (!create)
        {
            return new UnixAppendFile(Posix.OpenForWriting(path), path);
        }

        var created = Posix.Create(path, exclusive: true, Posix.OwnerOnlyFile);
        if (created is null)
        {
            return new UnixAppendFile(Posix.Create(path, exclusive: false, Posix.OwnerOnlyFile)!, path);
        }

        SyncFolderOf(path, created);
        return new UnixAppendFile(created, path);
    }

    /// <inheritdoc/>
    public void WriteAtomically(string path, ReadOnlySpan<byte> content)
    {
        var mode = ModeFor(path);
        var (temporary, file) = CreateTemporary(path, mode);
        try
        {
            WriteAndSync(file, temporary, content, mode);
            Posix.Rename(temporary, path);
        }
        catch
        {
            Posix.TryUnlink(temporary);
            throw;
        }

        Posix.SyncFolder(StorageNames.FolderOf(path));
    }

    /// <inheritdoc/>
    public bool TryCreateFolderUnsynced(string path) => Posix.TryCreateFolder(path);

    /// <inheritdoc/>
    public IAppendFile CreateUnsynced(string path, ReadOnlySpan<byte> content)
    {
        var (temporary, file) = CreateTemporary(path, Posix.OwnerOnlyFile);
        try
        {
            UnixAppendFile.Guard(file, content, 0, temporary);
            Posix.Rename(temporary, path);
            return new UnixAppendFile(file, path);
        }
        catch
        {
            file.Dispose();
            Posix.TryUnlink(temporary);
            throw;
        }
    }

    /// <inheritdoc/>
    public void SyncName(string path) => Posix.SyncFolder(StorageNames.FolderOf(path));

    /// <inheritdoc/>
    public bool TryCreateAtomically(string path, ReadOnlySpan<byte> content)
    {
        if (Posix.Exists(path))
        {
            return false;
        }

        var (temporary, file) = CreateTemporary(path, Posix.OwnerOnlyFile);
        bool created;
        try
        {
            WriteAndSync(file, temporary, content, Posix.OwnerOnlyFile);

            // A link never replaces, so of two that race exactly one wins; a rename would let the second overwrite.
            created = Posix.TryLink(temporary, path);
        }
        finally
        {
            Posix.TryUnlink(temporary);
        }

        Posix.SyncFolder(StorageNames.FolderOf(path));
        return created;
    }

    /// <inheritdoc/>
    public void Move(string from, string to)
    {
        Posix.Rename(from, to);
        Posix.SyncFolder(StorageNames.FolderOf(to));
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        if (Posix.TryUnlink(path))
        {
            Posix.SyncFolder(StorageNames.FolderOf(path));
        }
    }

    /// <inheritdoc/>
    public void Copy(string from, string to)
    {
        using var source = OpenRead(from);
        using var file = Posix.Create(to, exclusive: true, Posix.OwnerOnlyFile)
            ?? throw new IOException($"{to} exists already; a copy never replaces a file");
        using var target = new UnixAppendFile(file, to);
        StorageCopy.CopyTo(source, target);
        target.Sync();
        Posix.SyncFolder(StorageNames.FolderOf(to));
    }

    /// <inheritdoc/>
    public ILockHandle? TryLock(string path, ReadOnlySpan<byte> content) =>
        HeldLock.TryTake(path, content, file => new UnixAppendFile(file, path));

    /// <inheritdoc/>
    public ILockHandle Lock(string path) => HeldLock.Take(path);

    /// <inheritdoc/>
    public IFileSystemSync? OpenFileSystemSync(string path) => LinuxFileSystemSync.TryOpen(path);

    /// <inheritdoc/>
    public bool IsLocked(string path) => LockFiles.IsLocked(path);

    /// <inheritdoc/>
    public byte[] ReadLockContent(string path) => Posix.Exists(path) ? this.ReadAll(path) : [];

    private static bool IsFolder(string path) => (File.GetAttributes(path) & FileAttributes.Directory) != 0;

    private static void SyncFolderOf(string path, SafeFileHandle opened)
    {
        try
        {
            Posix.SyncFolder(StorageNames.FolderOf(path));
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    private static uint ModeFor(string path)
    {
        try
        {
            return !OperatingSystem.IsWindows() && Posix.Exists(path)
                ? (uint)File.GetUnixFileMode(path) : Posix.OwnerOnlyFile;
        }
        catch (FileNotFoundException)
        {
            // Deleted since.
            return Posix.OwnerOnlyFile;
        }
    }

    /// <summary>A mode given at creation is cut down by the process's mask; the one that is kept must not be.</summary>
    private static void KeepMode(SafeFileHandle file, uint mode)
    {
        if (mode != Posix.OwnerOnlyFile && !OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, (UnixFileMode)mode);
        }
    }

    private static (string Temporary, SafeFileHandle File) CreateTemporary(string path, uint mode) =>
        StorageNames.CreateTemporary(path, name => Posix.Create(name, exclusive: true, mode));

    private static void WriteAndSync(SafeFileHandle file, string path, ReadOnlySpan<byte> content, uint mode)
    {
        using (file)
        {
            KeepMode(file, mode);
            UnixAppendFile.Guard(file, content, 0, path);
            Posix.Fsync(file, path);
        }
    }
}

/// <summary>A file written by direct calls.</summary>
internal sealed class UnixAppendFile(SafeFileHandle file, string path) : IAppendFile
{
    public long Length => RandomAccess.GetLength(file);

    public bool OverwritesInPlace => Posix.OverwritesInPlace(file);

    public void Append(ReadOnlySpan<byte> bytes) => Guard(file, bytes, Length, path);

    public void WriteAt(long offset, ReadOnlySpan<byte> bytes) => Guard(file, bytes, offset, path);

    public void Sync() => Posix.Fdatasync(file, path);

    public void Truncate(long length) => Posix.Truncate(file, length, path);

    public bool TryReserve(long offset, long bytes)
    {
        try
        {
            return Posix.TryAllocate(file, offset, bytes, path);
        }
        catch (PosixException error) when (Posix.IsFull(error.Errno))
        {
            throw new StorageFullException(path, error);
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>Writes all bytes and turns the errors that mean "no space" into the one of the seam.</summary>
    internal static void Guard(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset, string path)
    {
        try
        {
            Posix.WriteAll(file, bytes, offset, path);
        }
        catch (PosixException error) when (Posix.IsFull(error.Errno))
        {
            throw new StorageFullException(path, error);
        }
    }
}

/// <summary>Copies by blocks of bounded size.</summary>
internal static class StorageCopy
{
    private const int BlockBytes = 1 << 20;

    internal static void CopyTo(Stream source, IAppendFile target)
    {
        var block = new byte[BlockBytes];
        long offset = 0;
        int read;
        while ((read = source.Read(block, 0, block.Length)) > 0)
        {
            target.WriteAt(offset, block.AsSpan(0, read));
            offset += read;
        }
    }
}
