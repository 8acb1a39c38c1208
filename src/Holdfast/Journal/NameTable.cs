namespace Holdfast.Journal;

/// <summary>
/// Gives the same string for the same bytes, so that a million events of a thousand tasks make a thousand strings.
/// Bounded: past its limit names are made anew each time, which costs memory traffic but is right.
/// </summary>
internal sealed class NameTable
{
    private const int MaxNames = 1 << 20;
    private readonly Dictionary<byte[], string> _names = new(new ByBytes());
    private readonly Dictionary<byte[], string>.AlternateLookup<ReadOnlySpan<byte>> _byBytes;

    internal NameTable() => _byBytes = _names.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The text of a JSON string's inside.</summary>
    internal string Get(ReadOnlySpan<byte> bytes)
    {
        if (_byBytes.TryGetValue(bytes, out var known))
        {
            return known;
        }

        var name = JournalLineReader.Unescape(bytes);
        if (_names.Count < MaxNames)
        {
            _byBytes[bytes] = name;
        }

        return name;
    }

    private sealed class ByBytes : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(byte[] bytes) => GetHashCode(bytes.AsSpan());

        public int GetHashCode(ReadOnlySpan<byte> alternate) => (int)Crc32C.Append(0, alternate);

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
