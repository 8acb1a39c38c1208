namespace Holdfast.Journal;

/// <summary>
/// Follows a journal that a driver writes. Takes no lock; the caller decides when to look again. Only whole lines are
/// handed out, each once. Not for several threads at once.
/// </summary>
/// <param name="storage">Where the run is.</param>
/// <param name="runFolder">Folder of the run; the journal may not be there yet.</param>
/// <param name="from">Where to begin; the start if left out.</param>
public sealed class JournalTail(IStorage storage, string runFolder, JournalPosition from = default)
{
    private readonly string _path = JournalFormat.PathIn(runFolder);

    /// <summary>The place after the last event that was handed out.</summary>
    public JournalPosition Position { get; private set; } = from;

    /// <summary>True if the last event that was handed out is <c>journal_closed</c>.</summary>
    public bool Closed { get; private set; }

    /// <summary>
    /// Why the next whole line cannot be read; null if it can or there is none. What a crashed driver left goes away
    /// when the next one cuts it; what <c>journal repair</c> wrote anew does not fit, and is to be followed from the
    /// start.
    /// </summary>
    public string? Problem { get; private set; }

    /// <summary>Hands out what came since the last call, and returns how many events that were.</summary>
    /// <exception cref="JournalFormatException">Written in a format that this version cannot read.</exception>
    public long ReadNew(JournalRecordHandler onRecord)
    {
        Problem = null;
        if (!storage.FileExists(_path))
        {
            return 0;
        }

        using var stream = storage.OpenRead(_path);
        if (stream.Length <= Position.Offset)
        {
            Problem = stream.Length < Position.Offset
                ? $"{_path} is shorter than what was read of it ({stream.Length} of {Position.Offset} bytes)"
                : null;
            return 0;
        }

        // Room that the writer made ahead: most looks find nothing new, and need not read all of it.
        stream.Seek(Position.Offset, SeekOrigin.Begin);
        if (stream.ReadByte() == '\n')
        {
            return 0;
        }

        var reading = new JournalPass(_path, onRecord, Position) { WholeLinesOnly = true }.Run(stream);
        Position = reading.End;
        Closed = reading.Events > 0 ? reading.Closed : Closed;
        Problem = reading.Damage?.ToString() ?? reading.Torn switch
        {
            { Reason: null or JournalPass.Incomplete } => null,
            var torn => $"line {Position.Seq + 1}: {torn.Reason}",
        };
        return reading.Events;
    }
}
