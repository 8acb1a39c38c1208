using System.Globalization;
using Holdfast.Journal;

namespace Holdfast.Idempotency;

/// <summary>How far a piece of work had come, as it was kept.</summary>
public sealed record Snapshot
{
    /// <summary>Its id, which sorts by time to the microsecond: <c>20261120-093012-000001</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The run that it is of.</summary>
    public required string Run { get; init; }

    /// <summary>When it was made, UTC; written in ISO 8601.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Names of the work that was complete, as told.</summary>
    public required IReadOnlyList<string> Completed { get; init; }

    /// <summary>Events that went into the state, 0 or more.</summary>
    public required long Events { get; init; }

    /// <summary>The state, byte for byte as it was given.</summary>
    public required ReadOnlyMemory<byte> State { get; init; }
}

/// <summary>
/// Snapshots of a program's own state in a folder: copied and never moved, whole or not there, each with a SHA-256
/// over all that it says. The folder names no other place, so that it can be copied and moved. States of over 64 KiB
/// are compressed. Usable alone; several processes may write to one folder.
/// </summary>
public sealed class SnapshotStore
{
    /// <summary>States larger than this are compressed: 64 KiB.</summary>
    public const int CompressedOver = 64 << 10;

    /// <summary>The largest state that is kept: 512 MiB.</summary>
    public const int LargestState = 512 << 20;

    private const string Prefix = "snapshot-";
    private const string Suffix = ".json";
    private const string IdFormat = "yyyyMMdd-HHmmss-ffffff";

    private readonly IStorage _storage;
    private readonly TimeProvider _time;

    /// <summary>A store in a folder, which is made when the first snapshot is.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="time">The clock; the system's if left out.</param>
    public SnapshotStore(string folder, TimeProvider? time = null)
        : this(LocalStorage.Instance, folder, time)
    {
    }

    internal SnapshotStore(IStorage storage, string folder, TimeProvider? time)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _storage = storage;
        _time = time ?? TimeProvider.System;
        Folder = Path.GetFullPath(folder);
    }

    /// <summary>Where they are.</summary>
    public string Folder { get; }

    /// <summary>Keeps a copy of a state.</summary>
    /// <param name="run">The run that it is of.</param>
    /// <param name="state">Any bytes; a JSON object stays readable in the file.</param>
    /// <param name="completed">Names of the work that is complete.</param>
    /// <param name="events">Events that went into the state, 0 or more.</param>
    /// <param name="cancellationToken">Looked at before the write begins; a write that began is finished.</param>
    /// <exception cref="ArgumentException">The run is empty, a name is null, the number negative, or the state over
    /// <see cref="LargestState"/>.</exception>
    /// <exception cref="IOException">It cannot be written; then nothing of it is there.</exception>
    public Task<Snapshot> CreateAsync(
        string run, ReadOnlyMemory<byte> state, IReadOnlyCollection<string> completed, long events,
        CancellationToken cancellationToken = default)
    {
        Check(run, completed, events);

        // A copy, so that what the caller does with its buffer afterwards changes no snapshot. Syncs block for as
        // long as the disk takes, so they do not belong on the caller's thread.
        var copy = state.Length <= LargestState
            ? state.ToArray()
            : throw new ArgumentException($"the state has {state.Length} bytes, {LargestState} are the most");
        return Task.Run(() => Create(run, copy, [.. completed], events), cancellationToken);
    }

    /// <summary>Keeps a copy of a file; the file itself stays where it is, as it is.</summary>
    /// <param name="run">The run that it is of.</param>
    /// <param name="stateFile">The file with the state. It must not change meanwhile.</param>
    /// <param name="completed">Names of the work that is complete.</param>
    /// <param name="events">Events that went into the state, 0 or more.</param>
    /// <param name="cancellationToken">Looked at before the write begins; a write that began is finished.</param>
    /// <exception cref="IOException">The file cannot be read, or the snapshot not be written.</exception>
    public Task<Snapshot> CreateFromFileAsync(
        string run, string stateFile, IReadOnlyCollection<string> completed, long events,
        CancellationToken cancellationToken = default)
    {
        Check(run, completed, events);
        ArgumentException.ThrowIfNullOrEmpty(stateFile);
        return Task.Run(
            () =>
            {
                var length = _storage.Length(stateFile);
                return length <= LargestState
                    ? Create(run, _storage.ReadAll(stateFile), [.. completed], events)
                    : throw new ArgumentException($"{stateFile} has {length} bytes, {LargestState} are the most");
            },
            cancellationToken);
    }

    /// <summary>Ids of the snapshots, oldest first. Other files of the folder are not looked at.</summary>
    public IReadOnlyList<string> List()
    {
        if (!_storage.FolderExists(Folder))
        {
            return [];
        }

        var ids = new List<string>();
        foreach (var name in _storage.List(Folder))
        {
            if (name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal)
                && TimeOf(name[Prefix.Length..^Suffix.Length]) is not null)
            {
                ids.Add(name[Prefix.Length..^Suffix.Length]);
            }
        }

        ids.Sort(StringComparer.Ordinal);
        return ids;
    }

    /// <summary>Reads one.</summary>
    /// <param name="id">Its id. Anything else, such as a path, is refused.</param>
    /// <exception cref="ArgumentException">It is no id of a snapshot.</exception>
    /// <exception cref="InvalidDataException">It is not whole, or was changed.</exception>
    /// <exception cref="IOException">It cannot be read, or is not there.</exception>
    public Snapshot Load(string id)
    {
        var path = PathOf(id);
        var snapshot = SnapshotFile.Read(path, _storage.ReadAll(path));
        return snapshot.Id == id
            ? snapshot
            : throw new InvalidDataException($"{path}: says that it is {snapshot.Id}");
    }

    /// <summary>The newest that is whole; null if there is none.</summary>
    /// <param name="skipped">Those that were passed over and why, to be told.</param>
    /// <param name="run">Only those of this run; null for any.</param>
    public Snapshot? Latest(out IReadOnlyList<SnapshotProblem> skipped, string? run = null)
    {
        var problems = new List<SnapshotProblem>();
        skipped = problems;
        foreach (var id in List().Reverse())
        {
            if (TryLoad(id, problems) is { } snapshot && (run is null || snapshot.Run == run))
            {
                return snapshot;
            }
        }

        return null;
    }

    /// <summary>Deletes all but the newest. One that cannot be deleted is told, and does not keep the others.</summary>
    /// <param name="count">How many are kept; 0 deletes all.</param>
    /// <param name="failed">
    /// Those that could not be deleted; where a run is named also those of which nobody can read whose they are.
    /// </param>
    /// <param name="run">
    /// Only those of this run count and are deleted, for which each is read; null for all in the folder, whosever they
    /// are.
    /// </param>
    /// <returns>How many were deleted.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public int KeepLast(int count, out IReadOnlyList<SnapshotProblem> failed, string? run = null)
    {
        var unreadable = new List<SnapshotProblem>();
        var ids = run is null ? List() : [.. List().Where(id => TryLoad(id, unreadable)?.Run == run)];
        var deleted = SnapshotRetention.KeepLast(_storage, ids, PathOf, count, out failed);
        failed = [.. failed, .. unreadable];
        return deleted;
    }

    /// <summary>The file of a snapshot.</summary>
    /// <exception cref="ArgumentException">It is no id of a snapshot.</exception>
    public string PathOf(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return TimeOf(id) is not null
            ? Path.Combine(Folder, Prefix + id + Suffix)
            : throw new ArgumentException($"\"{id}\" is no id of a snapshot; ids read 20261120-093012-000001");
    }

    private Snapshot? TryLoad(string id, List<SnapshotProblem> problems)
    {
        try
        {
            return Load(id);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            problems.Add(new SnapshotProblem(PathOf(id), error.Message));
            return null;
        }
    }

    private static void Check(string run, IReadOnlyCollection<string> completed, long events)
    {
        ArgumentException.ThrowIfNullOrEmpty(run);
        ArgumentNullException.ThrowIfNull(completed);
        ArgumentOutOfRangeException.ThrowIfNegative(events);
        if (completed.Any(each => each is null))
        {
            throw new ArgumentException("a name of completed work is null", nameof(completed));
        }
    }

    private Snapshot Create(string run, byte[] state, IReadOnlyList<string> completed, long events)
    {
        _storage.CreateFolder(Folder);
        var newest = List() is [.., var last] ? TimeOf(last)! : null;
        var now = _time.GetUtcNow();

        // A clock that stands or was set back must not put a newer snapshot before an older one.
        var at = newest is { } seen && seen >= Whole(now) ? seen.AddMicroseconds(1) : Whole(now);
        while (true)
        {
            var snapshot = new Snapshot
            {
                Id = at.UtcDateTime.ToString(IdFormat, CultureInfo.InvariantCulture),
                Run = run,
                Created = at,
                Completed = completed,
                Events = events,
                State = state,
            };
            if (_storage.TryCreateAtomically(PathOf(snapshot.Id), SnapshotFile.Write(snapshot)))
            {
                return snapshot;
            }

            at = at.AddMicroseconds(1);
        }
    }

    private static DateTimeOffset Whole(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMicrosecond), TimeSpan.Zero);

    private static DateTimeOffset? TimeOf(string id) => DateTimeOffset.TryParseExact(
        id, IdFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
