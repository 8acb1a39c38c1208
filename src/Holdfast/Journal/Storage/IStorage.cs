namespace Holdfast.Journal;

/// <summary>
/// The seam over files and locks. Everything that must survive a crash goes through it, so that a seeded simulator can
/// take its place and lose, tear and refuse writes. Synchronous, since durability is a sequence of steps. Every call
/// throws <see cref="IOException"/> (<see cref="StorageFullException"/> when there is no space) on any error; none
/// reports success that it does not have. Implementations are safe to call from several threads.
/// </summary>
public interface IStorage
{
    /// <summary>True if the path is a file. A folder that cannot be looked into is an error, not "false".</summary>
    bool FileExists(string path);

    /// <summary>True if the path is a folder.</summary>
    bool FolderExists(string path);

    /// <summary>Names of the files and folders in a folder, in byte order. The folder must exist.</summary>
    IReadOnlyList<string> List(string folder);

    /// <summary>Length of a file in bytes.</summary>
    long Length(string path);

    /// <summary>Opens a file for reading from its start. Takes no lock, so the file may grow meanwhile.</summary>
    /// <exception cref="IOException">It cannot be read, or is a pipe, a socket or a device.</exception>
    Stream OpenRead(string path);

    /// <summary>
    /// Creates a folder and its missing parents, readable by its owner only (0700), and makes their names durable.
    /// No error if it exists.
    /// </summary>
    void CreateFolder(string path);

    /// <summary>Opens a file for writing.</summary>
    /// <param name="path">The file.</param>
    /// <param name="create">
    /// Create it (0600, its name made durable) if it is missing; else a missing file is an error.
    /// </param>
    IAppendFile OpenAppend(string path, bool create);

    /// <summary>
    /// Replaces or creates a file so that after a crash either the old or the new content is there, whole: temporary
    /// file in the same folder (0600, or the mode of the file that is replaced), sync, rename, sync of the folder.
    /// </summary>
    void WriteAtomically(string path, ReadOnlySpan<byte> content);

    /// <summary>
    /// As <see cref="WriteAtomically"/>, but never replaces: false if the file exists, also when two processes try at
    /// once.
    /// </summary>
    bool TryCreateAtomically(string path, ReadOnlySpan<byte> content);

    /// <summary>
    /// Creates a folder (0700) in one that exists, without making its name durable: see <see cref="SyncName"/>.
    /// False if it exists.
    /// </summary>
    bool TryCreateFolderUnsynced(string path)
    {
        if (FolderExists(path))
        {
            return false;
        }

        CreateFolder(path);
        return true;
    }

    /// <summary>
    /// Creates a file (0600) that has its whole content as soon as it has its name, and replaces one of that name;
    /// neither is durable yet, see <see cref="SyncName"/>.
    /// </summary>
    /// <returns>The file, open for writing.</returns>
    IAppendFile CreateUnsynced(string path, ReadOnlySpan<byte> content)
    {
        WriteAtomically(path, content);
        return OpenAppend(path, create: false);
    }

    /// <summary>Makes the name of a file or folder durable that was created unsynced.</summary>
    void SyncName(string path)
    {
        // A storage whose creations are durable at once has nothing left to do.
    }

    /// <summary>
    /// A sync of everything on the file system of a path at once. Null if there is none that surely tells a failed
    /// write of any file. To be opened before what it syncs is written.
    /// </summary>
    IFileSystemSync? OpenFileSystemSync(string path) => null;

    /// <summary>Renames a file within its folder, replacing the target, and makes the change durable.</summary>
    void Move(string from, string to);

    /// <summary>Deletes a file and makes that durable. No error if it is missing.</summary>
    void Delete(string path);

    /// <summary>Copies a file to a new one (0600) and makes the copy durable. An existing target is an error.</summary>
    void Copy(string from, string to);

    /// <summary>
    /// Takes a lock that the system itself releases when the holder dies, however it dies. Null if another holds it.
    /// The lock file stays behind; only the held lock means something.
    /// </summary>
    /// <param name="path">
    /// The lock file; created (0600) if missing. Only its holder may delete it: who waited for a deleted one is not
    /// given that, and takes the one that has its name then.
    /// </param>
    /// <param name="content">Written for the message that the refused one shows; never read to decide.</param>
    ILockHandle? TryLock(string path, ReadOnlySpan<byte> content);

    /// <summary>
    /// Takes the lock, waiting for as long as another holds it. For locks held for one short step only.
    /// </summary>
    ILockHandle Lock(string path);

    /// <summary>
    /// Whether another holds the lock now, found without taking it: the file is neither written nor created, and looks
    /// do not hinder each other. One who takes the lock at the very instant of a look may be refused once.
    /// </summary>
    bool IsLocked(string path);

    /// <summary>What the holder wrote at <see cref="TryLock"/>; empty if the file is missing.</summary>
    byte[] ReadLockContent(string path);
}

/// <summary>A file open for writing. Not safe for several threads at once.</summary>
public interface IAppendFile : IDisposable
{
    /// <summary>Length in bytes, as the file has it now.</summary>
    long Length { get; }

    /// <summary>
    /// Whether bytes that are written over others take their place on the device, so that they need no new space and
    /// nothing else has to be recorded of them. False where that is not known.
    /// </summary>
    bool OverwritesInPlace => false;

    /// <summary>Writes all bytes at the end of the file as it is now.</summary>
    void Append(ReadOnlySpan<byte> bytes);

    /// <summary>Writes all bytes at an offset, over what is there and beyond the end if need be.</summary>
    void WriteAt(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>
    /// Returns when all that was written is on the device. After an error nothing is known of what is there.
    /// </summary>
    void Sync();

    /// <summary>Cuts the file to a length, and gives back space reserved beyond it.</summary>
    void Truncate(long length);

    /// <summary>
    /// Allocates space from the offset on, beyond the end if need be, without changing the length: writes there cannot
    /// fail for want of space. False if this file system cannot; <see cref="StorageFullException"/> if it is full.
    /// </summary>
    bool TryReserve(long offset, long bytes);
}

/// <summary>Syncs a whole file system. Safe to call from several threads.</summary>
public interface IFileSystemSync : IDisposable
{
    /// <summary>Whether a file is on it, links followed; false where that cannot be found out.</summary>
    bool Covers(string path);

    /// <summary>
    /// Returns when all that was written to it before, by whomever, is on the device, names included. After an error
    /// nothing is known of any of it.
    /// </summary>
    void Sync();
}

/// <summary>A held lock; released by disposing, or by the system when the process ends.</summary>
public interface ILockHandle : IDisposable
{
    /// <summary>The lock file.</summary>
    string Path { get; }
}

/// <summary>A write failed because the file system or the quota is full.</summary>
/// <param name="path">The file that was written.</param>
/// <param name="inner">The error as the system gave it.</param>
public sealed class StorageFullException(string path, Exception? inner)
    : IOException($"{path}: no space left to write it; free space on its file system or raise the quota", inner)
{
    /// <summary>The file that was written.</summary>
    public string Path { get; } = path;
}

/// <summary>Whole-file reading on top of the seam.</summary>
public static class StorageReading
{
    /// <summary>Reads a whole file.</summary>
    /// <exception cref="IOException">It cannot be read, or is over 2 GB.</exception>
    public static byte[] ReadAll(this IStorage storage, string path)
    {
        ArgumentNullException.ThrowIfNull(storage);
        using var stream = storage.OpenRead(path);
        using var content = new MemoryStream(checked((int)Math.Min(stream.Length, Array.MaxLength)));
        stream.CopyTo(content);
        return content.Capacity == content.Length ? content.GetBuffer() : content.ToArray();
    }
}
