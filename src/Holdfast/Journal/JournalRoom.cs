namespace Holdfast.Journal;

/// <summary>
/// The room behind the end of a journal that is being written. Some of it is only set aside, so that a full disk can
/// still be told. In a journal of some length that grows by small batches the next lines are written ahead as blank
/// ones: a sync of what is written over them has no change of the file's length or layout to put on the disk, and takes
/// two thirds of the time (docs/decisions/2026-11-28-room-written-ahead.md).
/// </summary>
internal sealed class JournalRoom(IAppendFile file)
{
    /// <summary>A shorter journal has none: most runs are short, and would write more ahead than in.</summary>
    internal const int ShortestBytes = 16 << 10;

    /// <summary>After a larger batch nothing is written ahead: its data costs more than the length does.</summary>
    internal const int LargestBatchBytes = 4 << 10;

    // Shared by all journals, and never written to.
    private static readonly byte[] Blank = BlankLines();

    private long _reservedTo;
    private bool _canReserve = true;
    private long _blankTo;
    private bool _writesAhead = true;

    /// <summary>Takes up the blank lines of a journal that is driven on.</summary>
    internal void TakeUp(long end, long length) => _blankTo = Math.Max(end, length);

    /// <summary>Sees to it that there is room.</summary>
    /// <param name="end">Where the next batch will be written.</param>
    /// <param name="written">How many bytes the last batch had.</param>
    /// <exception cref="StorageFullException">Nothing can be set aside any more.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    internal void Keep(long end, int written)
    {
        if (_canReserve && _reservedTo - end < JournalWriter.ReserveBytes)
        {
            // Twice the reserve at a time, so that this costs one call for every 64 KiB written.
            _canReserve = file.TryReserve(end, 2 * JournalWriter.ReserveBytes);
            _reservedTo = end + (2 * JournalWriter.ReserveBytes);
        }

        if (_writesAhead && end >= ShortestBytes && written <= LargestBatchBytes
            && _blankTo - end < LargestBatchBytes)
        {
            WriteAhead(Math.Max(end, _blankTo));
        }
    }

    /// <summary>Takes the blank lines away, and writes none any more.</summary>
    /// <param name="end">Where the last line ends.</param>
    /// <param name="withReserve">Give the rest of the room back too.</param>
    internal void Cut(long end, bool withReserve)
    {
        if (withReserve || _blankTo > end)
        {
            file.Truncate(end);
        }

        (_blankTo, _writesAhead) = (end, false);
    }

    private void WriteAhead(long from)
    {
        // Asked here, not at once: most journals never grow so long.
        if (!file.OverwritesInPlace)
        {
            _writesAhead = false;
            return;
        }

        try
        {
            file.WriteAt(from, Blank);
            _blankTo = from + Blank.Length;
        }
        catch (StorageFullException)
        {
            // Nothing is owed to blank lines: a batch that needs the space is told by its own write.
            (_blankTo, _writesAhead) = (from + Blank.Length, false);
        }
    }

    private static byte[] BlankLines()
    {
        var lines = new byte[JournalWriter.ReserveBytes];
        lines.AsSpan().Fill((byte)'\n');
        return lines;
    }
}
