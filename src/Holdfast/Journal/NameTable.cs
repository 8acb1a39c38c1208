namespace Holdfast.Journal;

/// <summary>
/// Gives the same string for the same bytes, so that a million events of a thousand tasks make a thousand strings.
/// Bounded: past its limit names are made anew each time, which costs memory traffic but is right.
/// </summary>
internal sealed class NameTable
{
    private const int MaxNames = 1 << 20;

    // Chains of classes, not the framework's table of bytes: that one is compiled anew by each process that reads.
    private Entry?[] _chains = new Entry?[256];
    private int _count;

    /// <summary>The text of a JSON string's inside.</summary>
    internal string Get(ReadOnlySpan<byte> bytes)
    {
        var hash = Crc32C.Append(0, bytes);
        for (var entry = _chains[hash & (_chains.Length - 1)]; entry is not null; entry = entry.Next)
        {
            if (entry.Hash == hash && bytes.SequenceEqual(entry.Bytes))
            {
                return entry.Name;
            }
        }

        var name = JournalLineReader.Unescape(bytes);
        if (_count < MaxNames)
        {
            if (_count == _chains.Length)
            {
                Grow();
            }

            Add(new Entry { Hash = hash, Bytes = bytes.ToArray(), Name = name });
            _count++;
        }

        return name;
    }

    private void Add(Entry entry)
    {
        ref var chain = ref _chains[entry.Hash & (_chains.Length - 1)];
        entry.Next = chain;
        chain = entry;
    }

    private void Grow()
    {
        var chains = _chains;
        _chains = new Entry?[chains.Length * 4];
        foreach (var chain in chains)
        {
            for (var entry = chain; entry is not null;)
            {
                var next = entry.Next;
                Add(entry);
                entry = next;
            }
        }
    }

    private sealed class Entry
    {
        internal required uint Hash;
        internal required byte[] Bytes;
        internal required string Name;
        internal Entry? Next;
    }
}
