using Holdfast.Journal;

namespace Holdfast.Testing.Simulation;

/// <summary>
/// Files in memory that remember what was synced. When the process is killed all writes stay, as the page cache keeps
/// them; when the power goes, any subset of the unsynced 512-byte sectors of a file may have reached the disk.
/// Atomic replacement and names are durable at once, as the real storage syncs the folder.
/// </summary>
public sealed class SimulatedDisk : IStorage
{
    private readonly SortedDictionary<string, SimulatedFile> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = [];

    // By folder: an inbox is looked into at every step of a driver.
    private readonly Dictionary<string, SortedSet<string>> _names = [];
    private readonly HashSet<string> _locks = [];

    /// <summary>Is asked at each write and sync, by its kind; may throw to be the end of the process there.</summary>
    public Action<string>? CrashPoint { get; set; }

    /// <summary>
    /// Asked with the length of a write: how much of it arrives before the process dies; null for all of it.
    /// </summary>
    public Func<int, int?>? Tear { get; set; }

    /// <summary>What is wrong with it; null for a disk without faults.</summary>
    internal SimulatedFaults? Faults { get; set; }

    /// <summary>What a file would hold after a power cut at the worst moment: only what was synced.</summary>
    public ReadOnlySpan<byte> Synced(string path) => _files[path].Synced;

    /// <summary>How many more bytes a file takes in behind a place however full the disk is.</summary>
    internal long RoomBehind(string path, long offset) => _files[path].RoomBehind(offset);

    /// <summary>The process dies: its locks are released, and every write stays.</summary>
    public void KillProcess() => _locks.Clear();

    /// <summary>The power goes: of what was not synced, each sector is kept or lost by the draw.</summary>
    public void CutPower(Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        _locks.Clear();
        foreach (var file in _files.Values)
        {
            file.LoseUnsynced(random);
        }
    }

    /// <inheritdoc/>
    public bool FileExists(string path) => _files.ContainsKey(path);

    /// <inheritdoc/>
    public bool FolderExists(string path) => _folders.Contains(path);

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string folder) =>
        _names.TryGetValue(folder, out var names) && names.Count > 0 ? [.. names] : [];

    /// <inheritdoc/>
    public long Length(string path) => Get(path).Length;

    /// <inheritdoc/>
    public Stream OpenRead(string path) => Get(path).OpenRead();

    /// <inheritdoc/>
    public void CreateFolder(string path)
    {
        for (var at = path; at is not null && _folders.Add(at); at = Path.GetDirectoryName(at))
        {
            Name(at);
        }
    }

    /// <inheritdoc/>
    public IAppendFile OpenAppend(string path, bool create)
    {
        if (create && !FileExists(path))
        {
            _files[path] = new SimulatedFile(this, path);
            Name(path);
        }

        return Get(path);
    }

    /// <inheritdoc/>
    public void WriteAtomically(string path, ReadOnlySpan<byte> content)
    {
        CrashPoint?.Invoke(SimulationCoverage.BeforeReplacement);
        var failure = Faults?.AtReplacement(path);
        if (failure is { IsReplaced: false })
        {
            throw failure.Value.Error;
        }

        Replace(path, content);
        CrashPoint?.Invoke(SimulationCoverage.AfterReplacement);
        if (failure is { } late)
        {
            throw late.Error;
        }
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
        Name(to);
        Delete(from);
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        if (_files.Remove(path))
        {
            _names[FolderOf(path)].Remove(Path.GetFileName(path));
        }
    }

    /// <inheritdoc/>
    public void Copy(string from, string to) => WriteAtomically(to, Get(from).Content);

    /// <inheritdoc/>
    public ILockHandle? TryLock(string path, ReadOnlySpan<byte> content)
    {
        if (!_locks.Add(path))
        {
            return null;
        }

        // A full disk is no reason to refuse a lock: what its file says is for people.
        CrashPoint?.Invoke(SimulationCoverage.BeforeReplacement);
        Replace(path, content);
        CrashPoint?.Invoke(SimulationCoverage.AfterReplacement);
        return new HeldLock(this, path);
    }

    /// <inheritdoc/>
    public ILockHandle Lock(string path) =>
        TryLock(path, []) ?? throw new IOException($"{path} is held, and one thread cannot wait for itself");

    /// <inheritdoc/>
    public bool IsLocked(string path) => _locks.Contains(path);

    /// <inheritdoc/>
    public byte[] ReadLockContent(string path) => FileExists(path) ? [.. Get(path).Content] : [];

    private void Replace(string path, ReadOnlySpan<byte> content)
    {
        var file = new SimulatedFile(this, path);
        file.Put(0, content);
        file.MarkSynced();
        _files[path] = file;
        Name(path);
    }

    private void Name(string path)
    {
        var folder = FolderOf(path);
        if (!_names.TryGetValue(folder, out var names))
        {
            _names.Add(folder, names = new SortedSet<string>(StringComparer.Ordinal));
        }

        names.Add(Path.GetFileName(path));
    }

    private static string FolderOf(string path) => Path.GetDirectoryName(path) ?? "";

    private SimulatedFile Get(string path) =>
        _files.TryGetValue(path, out var file) ? file : throw new FileNotFoundException($"no such file: {path}", path);

    private sealed class HeldLock(SimulatedDisk disk, string path) : ILockHandle
    {
        public string Path => path;

        public void Dispose() => disk._locks.Remove(path);
    }
}
