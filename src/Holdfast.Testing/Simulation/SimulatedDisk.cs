using Holdfast.Journal;

namespace Holdfast.Testing.Simulation;

/// <summary>
/// Files in memory that remember what was synced. When the process is killed all writes stay, as the page cache keeps
/// them; when the power goes, any subset of the unsynced 512-byte sectors of a file may have reached the disk.
/// Atomic replacement and names are durable at once, as the real storage syncs the folder.
/// </summary>
public sealed class SimulatedDisk : IStorage
{
    private const int SectorBytes = 512;

    private readonly SortedDictionary<string, SimulatedFile> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = [];
    private readonly HashSet<string> _locks = [];

    /// <summary>Is asked at each write and sync, by its kind; may throw to be the end of the process there.</summary>
    public Action<string>? CrashPoint { get; set; }

    /// <summary>
    /// Asked with the length of a write: how much of it arrives before the process dies; null for all of it.
    /// </summary>
    public Func<int, int?>? Tear { get; set; }

    /// <summary>What a file would hold after a power cut at the worst moment: only what was synced.</summary>
    public byte[] SyncedContent(string path) => [.. _files[path].Synced];

    /// <summary>The process dies: its locks are released, and every write stays.</summary>
    public void KillProcess() => _locks.Clear();

    /// <summary>The power goes: of what was not synced, each sector is kept or lost by the draw.</summary>
    public void CutPower(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _locks.Clear();
        foreach (var file in _files.Values)
        {
            file.LoseUnsynced(random, SectorBytes);
        }
    }

    /// <inheritdoc/>
    public bool FileExists(string path) => _files.ContainsKey(path);

    /// <inheritdoc/>
    public bool FolderExists(string path) => _folders.Contains(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder) => [.. _files.Keys.Concat(_folders)
        .Where(p => Path.GetDirectoryName(p) == folder).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];

    /// <inheritdoc/>
    public long Length(string path) => Get(path).Content.Count;

    /// <inheritdoc/>
    public Stream OpenRead(string path) => new MemoryStream([.. Get(path).Content], writable: false);

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
        for (var at = path; at is not null && _folders.Add(at); at = Path.GetDirectoryName(at))
        {
            // Each missing parent is made on the way up.
        }
    }

    /// <inheritdoc/>
    public IAppendFile OpenAppend(string path, bool create)
    {
        if (create && !FileExists(path))
        {
            _files[path] = new SimulatedFile(this);
        }

        return Get(path);
    }

    /// <inheritdoc/>
    public void WriteAtomically(string path, ReadOnlySpan<byte> content)
    {
        CrashPoint?.Invoke("before a replacement");
        var file = new SimulatedFile(this);
        file.Content.AddRange(content);
        file.MarkSynced();
        _files[path] = file;
        CrashPoint?.Invoke("after a replacement");
    }

    /// <inheritdoc/>
    public bool TryCreateAtomically(string path, ReadOnlySpan<byte> content)
    {
        if (FileExists(path))
        {
            return false;
        }

        WriteAtomically(path, content);
        return true;
    }

    /// <inheritdoc/>
    public void Move(string from, string to)
    {
        _files[to] = Get(from);
        _files.Remove(from);
    }

    /// <inheritdoc/>
    public void Delete(string path) => _files.Remove(path);

    /// <inheritdoc/>
    public void Copy(string from, string to) => WriteAtomically(to, [.. Get(from).Content]);

    /// <inheritdoc/>
    public ILockHandle? TryLock(string path, ReadOnlySpan<byte> content)
    {
        if (!_locks.Add(path))
        {
            return null;
        }

        WriteAtomically(path, content);
        return new HeldLock(this, path);
    }

    /// <inheritdoc/>
    public ILockHandle Lock(string path) =>
        TryLock(path, []) ?? throw new IOException($"{path} is held, and one thread cannot wait for itself");

    /// <inheritdoc/>
    public bool IsLocked(string path) => _locks.Contains(path);

    /// <inheritdoc/>
    public byte[] ReadLockContent(string path) => FileExists(path) ? [.. Get(path).Content] : [];

    private SimulatedFile Get(string path) =>
        _files.TryGetValue(path, out var file) ? file : throw new FileNotFoundException($"no such file: {path}", path);

    private sealed class HeldLock(SimulatedDisk disk, string path) : ILockHandle
    {
        public string Path => path;

        public void Dispose() => disk._locks.Remove(path);
    }
}

/// <summary>A file that remembers what of it was synced.</summary>
internal sealed class SimulatedFile(SimulatedDisk disk) : IAppendFile
{
    internal List<byte> Content { get; } = [];

    internal List<byte> Synced { get; } = [];

    public long Length => Content.Count;

    public void Append(ReadOnlySpan<byte> bytes) => WriteAt(Content.Count, bytes);

    public void WriteAt(long offset, ReadOnlySpan<byte> bytes)
    {
        if (disk.Tear?.Invoke(bytes.Length) is { } arrived)
        {
            Put(offset, bytes[..arrived]);
            throw new SimulatedCrashException("inside a write");
        }

        Put(offset, bytes);
    }

    private void Put(long offset, ReadOnlySpan<byte> bytes)
    {
        while (Content.Count < offset + bytes.Length)
        {
            Content.Add(0);
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            Content[(int)offset + i] = bytes[i];
        }
    }

    public void Sync()
    {
        disk.CrashPoint?.Invoke("before the sync");
        MarkSynced();
        disk.CrashPoint?.Invoke("after the sync");
    }

    internal void MarkSynced()
    {
        // Only what changed is copied: a journal is synced after every few lines.
        var same = Math.Min(Synced.Count, Content.Count);
        for (var i = 0; i < same; i++)
        {
            Synced[i] = Content[i];
        }

        if (Synced.Count > Content.Count)
        {
            Synced.RemoveRange(Content.Count, Synced.Count - Content.Count);
        }

        for (var i = same; i < Content.Count; i++)
        {
            Synced.Add(Content[i]);
        }
    }

    public void Truncate(long length) => Content.RemoveRange((int)length, Content.Count - (int)length);

    public bool TryReserve(long offset, long bytes) => true;

    public void Dispose()
    {
        // The handle goes; the file stays.
    }

    internal void LoseUnsynced(Random random, int sectorBytes)
    {
        var length = Content.Count > Synced.Count ? random.Next(Synced.Count, Content.Count + 1) : Content.Count;
        var after = new byte[length];
        for (var sector = 0; sector < length; sector += sectorBytes)
        {
            var kept = random.Next(2) == 0;
            for (var i = sector; i < Math.Min(length, sector + sectorBytes); i++)
            {
                after[i] = kept ? Content[i] : i < Synced.Count ? Synced[i] : (byte)0;
            }
        }

        Content.Clear();
        Content.AddRange(after);
        MarkSynced();
    }
}
