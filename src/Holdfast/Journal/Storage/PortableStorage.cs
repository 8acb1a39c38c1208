using Microsoft.Win32.SafeHandles;

namespace Holdfast.Journal;

/// <summary>
/// The same contract on managed files, with the system's own calls only where the managed ones hide an error or offer
/// no lock (<see cref="PortableCalls"/>). What Windows does not have is left out: modes of files, the sync of a folder.
/// </summary>
public sealed class PortableStorage : IStorage
{
    private const FileShare Everyone = FileShare.ReadWrite | FileShare.Delete;

    /// <inheritdoc/>
    public bool FileExists(string path) => AttributesOf(path) is { } found && (found & FileAttributes.Directory) == 0;

    /// <inheritdoc/>
    public bool FolderExists(string path) => AttributesOf(path) is { } found && (found & FileAttributes.Directory) != 0;

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder)
    {
        var names = Directory.GetFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)).ToArray();
        Array.Sort(names, string.CompareOrdinal);
        return names;
    }

    /// <inheritdoc/>
    public long Length(string path) => new FileInfo(path).Length;

    /// <inheritdoc/>
    public Stream OpenRead(string path) => PortableCalls.IsEndless(path)
        ? throw PortableCalls.Endless(path)
        : new FileStream(path, FileMode.Open, FileAccess.Read, Everyone, bufferSize: 0);

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (FolderExists(path))
        {
            return;
        }

        if (FileExists(path))
        {
            throw new IOException($"{path} is a file, and a folder of that name is needed; move the file away");
        }

        var parent = StorageNames.FolderOf(path);
        CreateFolder(parent);
        PortableCalls.CreateFolder(path);
        PortableCalls.SyncFolder(parent);
    }

    /// <inheritdoc/>
    public IAppendFile OpenAppend(string path, bool create)
    {
        var isNew = create && !FileExists(path);
        var file = File.OpenHandle(
            path, create ? FileMode.OpenOrCreate : FileMode.Open, FileAccess.ReadWrite, Everyone);
        if (isNew)
        {
            PortableCalls.OwnerOnly(path);
            PortableCalls.SyncFolder(StorageNames.FolderOf(path));
        }

        return new PortableAppendFile(file, path);
    }

    /// <inheritdoc/>
    public void WriteAtomically(string path, ReadOnlySpan<byte> content)
    {
        var (temporary, file) = CreateTemporary(path);
        try
        {
            WriteAndSync(file, temporary, content);
            PortableCalls.KeepMode(path, temporary);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        PortableCalls.SyncFolder(StorageNames.FolderOf(path));
    }

    /// <inheritdoc/>
    public bool TryCreateAtomically(string path, ReadOnlySpan<byte> content)
    {
        if (AttributesOf(path) is not null)
        {
            return false;
        }

        var (temporary, file) = CreateTemporary(path);
        try
        {
            WriteAndSync(file, temporary, content);
            if (!PortableCalls.TryGiveName(temporary, path))
            {
                return false;
            }
        }
        finally
        {
            // Where it was moved it is gone already; where it got a second name this is the first.
            File.Delete(temporary);
        }

        PortableCalls.SyncFolder(StorageNames.FolderOf(path));
        return true;
    }

    /// <inheritdoc/>
    public void Move(string from, string to)
    {
        File.Move(from, to, overwrite: true);
        PortableCalls.SyncFolder(StorageNames.FolderOf(to));
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        if (AttributesOf(path) is not null)
        {
            File.Delete(path);
            PortableCalls.SyncFolder(StorageNames.FolderOf(path));
        }
    }

    /// <inheritdoc/>
    public void Copy(string from, string to)
    {
        using var source = OpenRead(from);
        using (var target = CreateNew(to))
        {
            PortableCalls.OwnerOnly(to);
            StorageCopy.CopyTo(source, target);
            target.Sync();
        }

        PortableCalls.SyncFolder(StorageNames.FolderOf(to));
    }

    /// <inheritdoc/>
    public ILockHandle? TryLock(string path, ReadOnlySpan<byte> content) =>
        HeldLock.TryTake(path, content, file => new PortableAppendFile(file, path));

    /// <inheritdoc/>
    public ILockHandle Lock(string path) => HeldLock.Take(path);

    /// <inheritdoc/>
    public bool IsLocked(string path) => FileExists(path) && PortableCalls.IsLocked(path);

    /// <inheritdoc/>
    public byte[] ReadLockContent(string path)
    {
        if (!FileExists(path))
        {
            return [];
        }

        using var file = PortableCalls.OpenLockFile(path);
        var content = new byte[checked((int)RandomAccess.GetLength(file))];
        return content[..RandomAccess.Read(file, content, 0)];
    }

    private static FileAttributes? AttributesOf(string path)
    {
        try
        {
            return File.GetAttributes(path);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static (string Temporary, PortableAppendFile File) CreateTemporary(string path) =>
        StorageNames.CreateTemporary(path, name => AttributesOf(name) is null ? CreateNew(name) : null);

    private static PortableAppendFile CreateNew(string path) =>
        new(File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, Everyone), path);

    private static void WriteAndSync(PortableAppendFile file, string path, ReadOnlySpan<byte> content)
    {
        using (file)
        {
            PortableCalls.OwnerOnly(path);
            file.WriteAt(0, content);
            file.Sync();
        }
    }
}

/// <summary>A file written by managed calls; only the sync and the reserve are the system's own.</summary>
internal sealed class PortableAppendFile(SafeFileHandle file, string path) : IAppendFile
{
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    public long Length => RandomAccess.GetLength(file);

    public void Append(ReadOnlySpan<byte> bytes) => WriteAt(Length, bytes);

    public void WriteAt(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(file, bytes, offset);
        }
        catch (IOException error) when (IsFull(error))
        {
            throw new StorageFullException(path, error);
        }
    }

    public void Sync() => PortableCalls.Sync(file, path);

    public void Truncate(long length) => RandomAccess.SetLength(file, length);

    public bool TryReserve(long offset, long bytes)
    {
        try
        {
            return PortableCalls.TryReserve(file, offset, bytes, path);
        }
        catch (IOException error) when (IsFull(error))
        {
            throw new StorageFullException(path, error);
        }
    }

    public void Dispose() => file.Dispose();

    internal static bool IsFull(IOException error)
        => error.HResult == WindowsDiskFull
            || (error is PosixException posix ? Posix.IsFull(posix.Errno) : Posix.IsFull(error.HResult));
}
