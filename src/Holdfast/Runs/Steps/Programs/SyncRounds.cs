using System.Buffers.Text;
using Holdfast.Journal;

namespace Holdfast.Runs.Steps.Programs;

/// <summary>
/// Syncs the whole file system once instead of many journals one by one. That takes others' writes along, so it is left
/// alone while much of those waits, and for a while after a round that took long.
/// </summary>
internal sealed class SyncRounds : IDisposable
{
    private const long MostDirtyBytes = 32 << 20;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan ShortRest = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan PatienceEach = TimeSpan.FromMilliseconds(2);

    private readonly Lock _gate = new();
    private readonly IFileSystemSync _disk;
    private readonly TimeProvider _time;
    private readonly Func<long> _dirtyBytes;
    private TimeSpan _rest;
    private TimeSpan _nextRest = ShortRest;
    private long _restsSince;
    private long? _lookedAt;
    private volatile bool _rests;

    /// <param name="disk">The file system. Disposed with this.</param>
    /// <param name="time">Clock of the rests.</param>
    /// <param name="dirtyBytes">How many bytes of all programs wait to be written.</param>
    internal SyncRounds(IFileSystemSync disk, TimeProvider time, Func<long> dirtyBytes) =>
        (_disk, _time, _dirtyBytes) = (disk, time, dirtyBytes);

    /// <summary>Whether rounds are made now.</summary>
    internal bool IsOn => !_rests;

    /// <summary>Null where the storage has no such sync.</summary>
    internal static SyncRounds? TryOpen(IStorage storage, string folder, TimeProvider time) =>
        storage.OpenFileSystemSync(folder) is { } disk ? new SyncRounds(disk, time, DirtyBytes) : null;

    /// <summary>Whether a file is on the file system that is synced.</summary>
    internal bool Covers(string path) => _disk.Covers(path);

    /// <summary>Looks whether a round is worth it now; otherwise rounds rest for a while.</summary>
    internal bool IsWorth()
    {
        lock (_gate)
        {
            if (_rests && _time.GetElapsedTime(_restsSince) < _rest)
            {
                return false;
            }

            _rests = false;
            if (_lookedAt is not { } looked || _time.GetElapsedTime(looked) > BetweenLooks)
            {
                _lookedAt = _time.GetTimestamp();
                if (_dirtyBytes() > MostDirtyBytes)
                {
                    RestFor(ShortRest);
                }
            }

            return !_rests;
        }
    }

    /// <summary>Writes what waits in each journal, syncs once, and tells those who wait.</summary>
    internal void Sync(List<StepJournal> journals)
    {
        foreach (var elsewhere in journals.Where(static journal => !journal.JoinsRounds))
        {
            elsewhere.SyncOnce();
        }

        journals.RemoveAll(static journal => !journal.JoinsRounds || !journal.BeginRound());
        if (journals.Count == 0)
        {
            return;
        }

        var since = _time.GetTimestamp();
        Exception? failure = null;
        try
        {
            _disk.Sync();
        }
        catch (Exception error)
        {
            failure = error;
        }

        NoteTaken(_time.GetElapsedTime(since), journals.Count);
        journals.ForEach(journal => journal.EndRound(failure));
    }

    public void Dispose() => _disk.Dispose();

    private void NoteTaken(TimeSpan taken, int journals)
    {
        lock (_gate)
        {
            if (taken <= Patience + (journals * PatienceEach))
            {
                _nextRest = ShortRest;
                return;
            }

            RestFor(_nextRest);
            _nextRest = _nextRest < LongestRest ? 2 * _nextRest : LongestRest;
        }
    }

    private void RestFor(TimeSpan rest) => (_rests, _rest, _restsSince) = (true, rest, _time.GetTimestamp());

    /// <summary>
    /// What waits in memory to be written to any disk; the most there is where the system does not say.
    /// </summary>
    private static long DirtyBytes()
    {
        try
        {
            Span<byte> text = stackalloc byte[4096];
            using var file = File.OpenHandle("/proc/meminfo");
            text = text[..RandomAccess.Read(file, text, 0)];
            return 1024 * (KibOf(text, "Dirty:"u8) + KibOf(text, "Writeback:"u8));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return long.MaxValue;
        }
    }

    private static long KibOf(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        var at = text.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(text[(at + name.Length)..].TrimStart((byte)' '), out long kib, out _)
            ? kib : long.MaxValue / 4096;
    }
}
