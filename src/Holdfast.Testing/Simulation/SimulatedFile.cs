using Holdfast.Journal;

namespace Holdfast.Testing.Simulation;

/// <summary>A file that remembers what of it was synced.</summary>
internal sealed class SimulatedFile(SimulatedDisk disk) : IAppendFile
{
    private const int FirstBytes = 1 << 12;

    private byte[] _content = [];
    private byte[] _synced = [];
    private int _length;
    private int _syncedLength;

    // What differs from the synced content lies in here: a journal is synced after every few lines, and only those are
    // copied.
    private int _dirtyFrom = int.MaxValue;
    private int _dirtyTo;

    public long Length => _length;

    internal ReadOnlySpan<byte> Content => _content.AsSpan(0, _length);

    internal ReadOnlySpan<byte> Synced => _synced.AsSpan(0, _syncedLength);

    public void Append(ReadOnlySpan<byte> bytes) => WriteAt(_length, bytes);

    public void WriteAt(long offset, ReadOnlySpan<byte> bytes)
    {
        if (disk.Tear?.Invoke(bytes.Length) is { } arrived)
        {
            Put((int)offset, bytes[..arrived]);
            throw new SimulatedCrashException(SimulationCoverage.InsideWrite);
        }

        Put((int)offset, bytes);
    }

    public void Sync()
    {
        disk.CrashPoint?.Invoke(SimulationCoverage.BeforeSync);
        MarkSynced();
        disk.CrashPoint?.Invoke(SimulationCoverage.AfterSync);
    }

    public void Truncate(long length) => _length = (int)length;

    public bool TryReserve(long offset, long bytes) => true;

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
            _content.AsSpan(_dirtyFrom, to - _dirtyFrom).CopyTo(_synced.AsSpan(_dirtyFrom));
        }

        _syncedLength = _length;
        (_dirtyFrom, _dirtyTo) = (int.MaxValue, 0);
    }

    // Each sector that was written since the last sync is kept or lost by the draw; the length may be any that the
    // file had since.
    internal void LoseUnsynced(Random random, int sectorBytes)
    {
        var length = _length > _syncedLength ? random.Next(_syncedLength, _length + 1) : _length;
        for (var sector = 0; sector < length; sector += sectorBytes)
        {
            var end = Math.Min(length, sector + sectorBytes);
            if (end <= _dirtyFrom || sector >= _dirtyTo || random.Next(2) == 0)
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
        MarkSynced();
    }

    private static void MakeRoom(ref byte[] buffer, int bytes)
    {
        if (buffer.Length < bytes)
        {
            Array.Resize(ref buffer, Math.Max(FirstBytes, Math.Max(bytes, buffer.Length * 2)));
        }
    }
}
