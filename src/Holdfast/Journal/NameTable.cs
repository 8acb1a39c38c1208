namespace Holdfast.Journal;

/// <summary>
/// Gives the same string for the same bytes, so that a million events of a thousand tasks make a thousand strings.
/// Bounded: past its limit names are made anew each time, which costs memory traffic but is right.
/// </summary>
internal sealed class NameTable
{
    private const int MaxNames = 1 << 20;
    private Entry[] _entries = new Entry[256];
    private int _count;

    /// <summary>The text of a JSON string's inside.</summary>
    internal string Get(ReadOnlySpan<byte> bytes)
    {
        var hash = Crc32C.Append(0, bytes);
        var slot = hash & (uint)(_entries.Length - 1);
        while (_entries[slot].Bytes is { } known)
        {
            if (_entries[slot].Hash == hash && bytes.SequenceEqual(known))
            {
                return _entries[slot].Name;
            }

            slot = (slot + 1) & (uint)(_entries.Length - 1);
        }

        var name = JournalLineReader.Unescape(bytes);
        if (_count < MaxNames)
        {
            _entries[slot] = new Entry(hash, bytes.ToArray(), name);
            _count++;
            GrowIfHalfFull();
        }

        return name;
    }

    private void GrowIfHalfFull()
    {
        if (_count * 2 < _entries.Length)
        {
            return;
        }

        var old = _entries;
        _entries = new Entry[old.Length * 2];
        foreach (var entry in old)
        {
            if (entry.Bytes is null)
            {
                continue;
            }

            var slot = entry.Hash & (uint)(_entries.Length - 1);
            while (_entries[slot].Bytes is not null)
            {
                slot = (slot + 1) & (uint)(_entries.Length - 1);
            }

            _entries[slot] = entry;
        }
    }

    private readonly record struct Entry(uint Hash, byte[] Bytes, string Name);
}
