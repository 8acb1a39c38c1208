namespace Holdfast.Journal;

/// <summary>One event of a journal.</summary>
public readonly struct JournalRecord
{
    /// <summary>Orders the events; the first is 1, and each line holds the next number.</summary>
    public required long Seq { get; init; }

    /// <summary>Wall clock (UTC, microseconds) as it was read; it may step backwards.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>
    /// What happened, in snake_case. Types that this version does not know are handed out like all others.
    /// </summary>
    public required string Type { get; init; }

    /// <summary>The task it happened to; null for events of the run.</summary>
    public string? Task { get; init; }

    /// <summary>The attempt it happened to, from 1; 0 for none.</summary>
    public int Attempt { get; init; }

    /// <summary>
    /// The event's own fields: one JSON object as UTF-8. Lives in the reader's buffer and is good only until the
    /// handler returns; <see cref="Keep"/> makes a record to hold on to.
    /// </summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>The highest <see cref="Seq"/> that was known to be synced when this line was written.</summary>
    public required long Durable { get; init; }

    /// <summary>The same record with its own copy of <see cref="Data"/>.</summary>
    public JournalRecord Keep() => this with { Data = Data.ToArray() };
}

/// <summary>
/// Is called with each event, in order. <see cref="JournalRecord.Data"/> is good only until it returns.
/// </summary>
/// <param name="record">The event.</param>
public delegate void JournalRecordHandler(in JournalRecord record);

/// <summary>A place between two lines of a journal, and the check value that the next line continues from.</summary>
/// <param name="Seq">Number of the line before it; 0 at the start.</param>
/// <param name="Offset">In bytes from the start of the file.</param>
/// <param name="Crc">Check value of the line before it; 0 at the start.</param>
public readonly record struct JournalPosition(long Seq, long Offset, uint Crc);

/// <summary>What the first line of a journal says.</summary>
/// <param name="Format">Version of the format it was written in.</param>
/// <param name="ReadableBy">The oldest version that can read it.</param>
/// <param name="Workspace">Id of the workspace, if it is known.</param>
/// <param name="Run">Id of the run.</param>
public sealed record JournalOpening(int Format, int ReadableBy, string? Workspace, string? Run);

/// <summary>The event types that belong to the journal itself.</summary>
public static class JournalEvents
{
    /// <summary>The first line.</summary>
    public const string Opened = "journal_opened";

    /// <summary>The last line of a run that ended; a run that is retried goes on after it.</summary>
    public const string Closed = "journal_closed";

    /// <summary>Lines were lost and the rest was chained anew; every unfinished task has an unknown outcome.</summary>
    public const string Repaired = "journal_repaired";

    /// <summary>The file system is full: the last words of a journal, written into its reserve.</summary>
    public const string Full = "journal_full";
}

/// <summary>Names and limits of the format.</summary>
public static class JournalFormat
{
    /// <summary>The version that is written, and the newest that can be read.</summary>
    public const int Version = 1;

    /// <summary>Longest line in bytes (16 MiB), its line end not counted.</summary>
    public const int MaxLineBytes = 16 << 20;

    /// <summary>Name of the journal in the folder of a run.</summary>
    public const string FileName = "journal.ndjson";

    /// <summary>The journal of a run.</summary>
    public static string PathIn(string runFolder) => Path.Combine(runFolder, FileName);
}
