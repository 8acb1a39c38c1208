using Holdfast.Journal;

namespace Holdfast.Tests.Journal;

/// <summary>
/// The real storage with faults: the n-th write or sync fails, a write stops half way, or the file system is full
/// behind a number of bytes. Reserved space stays writable when it is.
/// </summary>
internal sealed class FaultyStorage : IStorage
{
    private readonly UnixStorage _real = new();

    /// <summary>Writes of open files so far.</summary>
    internal int Writes { get; private set; }

    /// <summary>Syncs of open files so far.</summary>
    internal int Syncs { get; private set; }

    /// <summary>The write (from 1) that fails half way with EIO; 0 for none.</summary>
    internal int FailWrite { get; set; }

    /// <summary>The sync (from 1) that fails with EIO; 0 for none.</summary>
    internal int FailSync { get; set; }

    /// <summary>No file grows beyond this, except into space that was reserved before it was set.</summary>
    internal long? FullAt { get; set; }

    /// <summary>No space can be reserved.</summary>
    internal bool CannotReserve { get; set; }

    /// <summary>What files say of overwriting: false keeps the writes of a journal to its batches.</summary>
    internal bool OverwritesInPlace { get; set; }

    /// <summary>How often space was asked for.</summary>
    internal int Reserves { get; private set; }

    /// <summary>Up to where it is reserved in the file that was last given some.</summary>
    internal long ReservedTo { get; private set; }

    /// <summary>The lengths that open files were cut to.</summary>
    internal List<long> Cuts { get; } = [];

    /// <summary>Called before each sync, e.g. to hold it up.</summary>
    internal Action? BeforeSync { get; set; }

    /// <summary>Called before a file is copied, e.g. to change it.</summary>
    internal Action? BeforeCopy { get; set; }

    /// <summary>Called before a lock that was taken is let go.</summary>
    internal Action? BeforeUnlock { get; set; }

    /// <summary>Names of files that cannot be deleted.</summary>
    internal HashSet<string> Undeletable { get; } = [];

    public bool FileExists(string path) => _real.FileExists(path);

    public bool FolderExists(string path) => _real.FolderExists(path);

    public IReadOnlyList<string> List(string folder) => _real.List(folder);

    public long Length(string path) => _real.Length(path);

    public Stream OpenRead(string path) => _real.OpenRead(path);

    public void CreateFolder(string path) => _real.CreateFolder(path);

    public IAppendFile OpenAppend(string path, bool create)
        => new FaultyFile(this, _real.OpenAppend(path, create), path);

    public void WriteAtomically(string path, ReadOnlySpan<byte> content) => _real.WriteAtomically(path, content);

    public bool TryCreateAtomically(string path, ReadOnlySpan<byte> content)
        => _real.TryCreateAtomically(path, content);

    public void Move(string from, string to) => _real.Move(from, to);

    public void Delete(string path)
    {
        if (Undeletable.Contains(Path.GetFileName(path)))
        {
            throw new PosixException("unlink", path, 1);
        }

        _real.Delete(path);
    }

    public void Copy(string from, string to)
    {
        BeforeCopy?.Invoke();
        _real.Copy(from, to);
    }

    public ILockHandle? TryLock(string path, ReadOnlySpan<byte> content) =>
        _real.TryLock(path, content) is { } held ? new FaultyLock(this, held) : null;

    public ILockHandle Lock(string path) => _real.Lock(path);

    public bool IsLocked(string path) => _real.IsLocked(path);

    public byte[] ReadLockContent(string path) => _real.ReadLockContent(path);

    private sealed class FaultyLock(FaultyStorage faults, ILockHandle held) : ILockHandle
    {
        public string Path => held.Path;

        public void Dispose()
        {
            faults.BeforeUnlock?.Invoke();
            held.Dispose();
        }
    }

    private sealed class FaultyFile(FaultyStorage faults, IAppendFile file, string path) : IAppendFile
    {
        private const int Eio = 5;
        private long _reservedTo;

        public long Length => file.Length;

        public bool OverwritesInPlace => faults.OverwritesInPlace;

        public void Append(ReadOnlySpan<byte> bytes) => WriteAt(Length, bytes);

        public void WriteAt(long offset, ReadOnlySpan<byte> bytes)
        {
            if (++faults.Writes == faults.FailWrite)
            {
                file.WriteAt(offset, bytes[..(bytes.Length / 2)]);
                throw new PosixException("pwrite", path, Eio);
            }

            var limit = Math.Max(faults.FullAt ?? long.MaxValue, _reservedTo);
            if (offset + bytes.Length > limit)
            {
                file.WriteAt(offset, bytes[..(int)Math.Max(0, limit - offset)]);
                throw new StorageFullException(path, new PosixException("pwrite", path, 28));
            }

            file.WriteAt(offset, bytes);
        }

        public void Sync()
        {
            faults.BeforeSync?.Invoke();
            if (++faults.Syncs == faults.FailSync)
            {
                throw new PosixException("fdatasync", path, Eio);
            }

            file.Sync();
        }

        public void Truncate(long length)
        {
            faults.Cuts.Add(length);
            file.Truncate(length);
        }

        public bool TryReserve(long offset, long bytes)
        {
            faults.Reserves++;
            if (faults.CannotReserve)
            {
                return false;
            }

            if (faults.FullAt is { } limit && offset + bytes > limit)
            {
                throw new StorageFullException(path, new PosixException("fallocate", path, 28));
            }

            file.TryReserve(offset, bytes);
            _reservedTo = faults.ReservedTo = offset + bytes;
            return true;
        }

        public void Dispose() => file.Dispose();
    }
}
