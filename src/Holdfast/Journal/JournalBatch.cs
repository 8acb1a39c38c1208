namespace Holdfast.Journal;

/// <summary>Records that wait for the disk, taken out of a writer to be committed together.</summary>
public sealed class JournalBatch
{
    internal JournalBatch(byte[] buffer, int length, JournalPosition end)
        => (Buffer, Length, End) = (buffer, length, end);

    /// <summary>Number of its last record.</summary>
    public long LastSeq => End.Seq;

    internal byte[] Buffer { get; }

    internal int Length { get; }

    internal JournalPosition End { get; }
}
