using Holdfast.Journal;

namespace Holdfast.Testing.Simulation;

/// <summary>A file that remembers what of it was synced.</summary>
internal sealed class SimulatedFile(SimulatedDisk disk, string path) : IAppendFile
{
    internal const int SectorBytes = 512;

    private const int FirstBytes = 1 << 12;

    private byte[] _content = [];
    private byte[] _synced = [];
    private int _length;
    private int _syncedLength;

    // What differs from the synced content lies in here: a journal is synced after every few lines, and only those are
    // copied.
    private int _dirtyFrom = int.MaxValue;
    private int _dirtyTo;

    // Bytes that the disk has set aside for it; at least its length.
    private long _allocated;

    // A sync failed: what lies outside the dirty part may be in the page cache alone, which takes it for written.
    private bool _differs;

    public long Length => _length;

    public bool OverwritesInPlace => true;

    internal ReadOnlySpan<byte> Content => _content.AsSpan(0, _length);

    /// <summary>How many more bytes fit in behind a place however full the disk is.</summary>
    internal long RoomBehind(long offset) => Math.Max(_allocated, _length) - offset;

    internal ReadOnlySpan<byte> Synced => _synced.AsSpan(0, _syncedLength);

    public void Append(ReadOnlySpan<byte> bytes) => WriteAt(_length, bytes);

    public void WriteAt(long offset, ReadOnlySpan<byte> bytes)
    {
        if (disk.Tear?.Invoke(bytes.Length) is { } arrived)
        {
            Put((int)offset, bytes[..arrived]);
            throw new SimulatedCrashException(SimulationCoverage.InsideWrite);
        }

        if (disk.Faults is { IsFull: true } faults && RoomBehind(offset) is var room && room < bytes.Length)
        {
            Put((int)offset, bytes[..(int)Math.Max(0, room)]);
            throw faults.Full(SimulationCoverage.FullAtWrite, path);
        }

        Put((int)offset, bytes);
        _allocated = Math.Max(_allocated, _length);
    }

    public void Sync()
    {
        disk.CrashPoint?.Invoke(SimulationCoverage.BeforeSync);
        if (disk.Faults?.AtSync() is { } random)
        {
            FailSync(random);
            throw new SimulatedFaultException(path, "its sync failed");
        }

        MarkSynced();
        disk.CrashPoint?.Invoke(SimulationCoverage.AfterSync);
    }

    public void Truncate(long length) => (_length, _allocated) = ((int)length, length);

    public bool TryReserve(long offset, long bytes)
    {
        if (disk.Faults is not { CanReserve: true } faults)
        {
            return disk.Faults is null;
        }

        if (faults.IsFull && RoomBehind(offset) < bytes)
        {
            throw faults.Full(SimulationCoverage.FullAtReserve, path);
        }

        _allocated = Math.Max(_allocated, offset + bytes);
        return true;
    }

    public void Dispose()
    {
        // The handle goes; the file stays.
    }

    internal MemoryStream OpenRead() => new(_content, 0, _length, writable: false);

    internal void Put(int offset, ReadOnlySpan<byte> bytes)
    {
        var end = Math.Max(_length, offset + bytes.Length);
        MakeRoom(ref _content, end);
        var from = Math.Min(offset, _length);
        if (offset > _length)
        {
            _content.AsSpan(_length, offset - _length).Clear();
        }

        bytes.CopyTo(_content.AsSpan(offset));
        _length = end;
        (_dirtyFrom, _dirtyTo) = (Math.Min(_dirtyFrom, from), Math.Max(_dirtyTo, offset + bytes.Length));
    }

    internal void MarkSynced()
    {
        MakeRoom(ref _synced, _length);
        var to = Math.Min(_dirtyTo, _length);
        if (_dirtyFrom < to)
        {
            // Whole sectors are written, whatever else of them an earlier sync failed to.
            var from = _dirtyFrom - (_dirtyFrom % SectorBytes);
            to = Math.Min(_length, to + SectorBytes - 1 - ((to - 1) % SectorBytes));
            _content.AsSpan(from, to - from).CopyTo(_synced.AsSpan(from));
        }

        _syncedLength = _length;
        (_dirtyFrom, _dirtyTo) = (int.MaxValue, 0);
    }

    // Each sector that was written since the last sync is kept or lost by the draw; the length may be any that the
    // file had since.
    internal void LoseUnsynced(Random random)
    {
        if (_length < _syncedLength && random.Next(2) == 0)
        {
            // That it was cut never reached the disk.
            _synced.AsSpan(_length, _syncedLength - _length).CopyTo(_content.AsSpan(_length));
            _length = _syncedLength;
        }

        var length = _length > _syncedLength ? random.Next(_syncedLength, _length + 1) : _length;
        for (var sector = 0; sector < length; sector += SectorBytes)
        {
            var end = Math.Min(length, sector + SectorBytes);
            var isDirty = end > _dirtyFrom && sector < _dirtyTo;
            if (isDirty ? random.Next(2) == 0 : !_differs)
            {
                continue;
            }

            var old = Math.Clamp(_syncedLength - sector, 0, end - sector);
            if (old > 0)
            {
                _synced.AsSpan(sector, old).CopyTo(_content.AsSpan(sector));
            }

            _content.AsSpan(sector + old, end - sector - old).Clear();
        }

        _length = length;
        if (_differs)
        {
            (_dirtyFrom, _dirtyTo, _differs) = (0, _length, false);
        }

        MarkSynced();
    }

    // As systems do it: the error is told once, some of the sectors arrived, and the page cache takes all of them for
    // written, so that a later sync does not try again.
    private void FailSync(Random random)
    {
        MakeRoom(ref _synced, _length);
        if (_length > _syncedLength)
        {
            _synced.AsSpan(_syncedLength, _length - _syncedLength).Clear();
        }

        for (var sector = 0; sector < _length; sector += SectorBytes)
        {
            var end = Math.Min(_length, sector + SectorBytes);
            if (end > _dirtyFrom && sector < _dirtyTo && random.Next(2) == 0)
            {
                _content.AsSpan(sector, end - sector).CopyTo(_synced.AsSpan(sector));
            }
        }

        _syncedLength = random.Next(Math.Min(_syncedLength, _length), Math.Max(_syncedLength, _length) + 1);
        (_dirtyFrom, _dirtyTo, _differs) = (int.MaxValue, 0, true);
    }

    private static void MakeRoom(ref byte[] buffer, int bytes)
    {
        if (buffer.Length < bytes)
        {
            Array.Resize(ref buffer, Math.Max(FirstBytes, Math.Max(bytes, buffer.Length * 2)));
        }
    }
}
