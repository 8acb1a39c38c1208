namespace Holdfast.Journal;

/// <summary>A journal cannot be used as it is.</summary>
public abstract class JournalException(string path, string message, Exception? inner)
    : IOException($"{path}: {message}", inner)
{
    /// <summary>The journal.</summary>
    public string Path { get; } = path;
}

/// <summary>Something that was durable is missing or changed. Nothing was skipped and nothing was cut.</summary>
public sealed class JournalDamagedException(string path, JournalDamage damage)
    : JournalException(path, damage.Tell(), inner: null)
{
    /// <summary>Where the damage is and what is safe.</summary>
    public JournalDamage Damage { get; } = damage;
}

/// <summary>The journal was written by a newer Holdfast in a format that this one cannot read.</summary>
public sealed class JournalFormatException(string path, int format, int readableBy)
    : JournalException(
        path,
        $"format {format} needs a Holdfast that reads format {readableBy}; "
            + $"this one reads up to {JournalFormat.Version}",
        inner: null)
{
    /// <summary>The format it was written in.</summary>
    public int Format { get; } = format;

    /// <summary>The oldest format version whose reader can read it.</summary>
    public int ReadableBy { get; } = readableBy;
}

/// <summary>The journal of one run lies in the folder of another.</summary>
public sealed class ForeignJournalException(string path, string named, string expected)
    : JournalException(
        path,
        $"it is the journal of run {named}, and lies in the folder of run {expected}; nothing was started. Put the "
            + "right one back, or give the folder its run's name",
        inner: null)
{
    /// <summary>The run that the journal names.</summary>
    public string Named { get; } = named;

    /// <summary>Throws if the journal in a run's folder says that it is another's.</summary>
    internal static void ThrowIfForeign(JournalReading reading, string folder, string run)
    {
        if (reading.Opening?.Run is { } named && named != run)
        {
            throw new ForeignJournalException(JournalFormat.PathIn(folder), named, run);
        }
    }
}

/// <summary>
/// A write or a sync of the journal failed. What is on the device is not known any more, so the writer refuses
/// everything from then on: the run stops (exit 8), and the next driver reads what is really there.
/// </summary>
public class JournalPoisonedException(string path, string message, Exception? inner)
    : JournalException(path, message, inner)
{
    /// <summary>Made from the error that poisoned it.</summary>
    public JournalPoisonedException(string path, Exception cause)
        : this(path, $"cannot be written any more: {cause.Message}", cause)
    {
    }

    /// <summary>
    /// The same for another caller: an exception that is thrown on two threads would mix their traces.
    /// </summary>
    internal virtual JournalPoisonedException Again() => new(Path, InnerException!);
}

/// <summary>
/// The file system is full. What was durable is safe, and the reserve still takes
/// <see cref="JournalWriter.WriteLastWords"/>; nothing else is written.
/// </summary>
public sealed class JournalFullException(string path, Exception? inner)
    : JournalPoisonedException(path, "no space left on its file system; free some and resume the run", inner)
{
    internal override JournalPoisonedException Again() => new JournalFullException(Path, InnerException);
}

/// <summary>
/// More bytes wait for the disk than may wait. Commit, or append through a <see cref="JournalCommitter"/>, which
/// waits.
/// </summary>
public sealed class JournalBacklogException(string path, long waitingBytes, long limitBytes)
    : JournalException(path, $"{waitingBytes} bytes wait for the disk and at most {limitBytes} may", inner: null);

/// <summary>Something durable is missing or changed.</summary>
/// <param name="Line">The line of the file, from 1; 0 if the whole journal is lost.</param>
/// <param name="Reason">E.g. <c>crc; it was durable</c>.</param>
/// <param name="SafeSeq">Number of the last event before the damage; all up to it are intact.</param>
/// <param name="HighestDurable">The highest number that any intact line says was durable.</param>
public sealed record JournalDamage(long Line, string Reason, long SafeSeq, long HighestDurable)
{
    /// <summary>E.g. <c>line 2: crc; it was durable</c>.</summary>
    public override string ToString() => Line == 0 ? Reason : $"line {Line}: {Reason}";

    /// <summary>What is damaged, what is safe, and the cure.</summary>
    internal string Tell() => Line == 0
        ? $"the journal is lost although the run has output; {JournalLostException.Cure}"
        : $"damaged at {this}; "
            + (SafeSeq == 0 ? "no event before it is safe" : $"the events up to {SafeSeq} are safe")
            + ", and nothing was changed; `holdfast journal verify` shows all, `holdfast journal repair` keeps every "
            + "intact line";
}

/// <summary>
/// Bad or incomplete lines at the end that nothing says were durable: what a crash while writing leaves.
/// </summary>
/// <param name="Lines">How many, an incomplete last one counted.</param>
/// <param name="Bytes">How many.</param>
/// <param name="Reason">What is wrong with the first; null if there are none.</param>
public sealed record JournalTorn(long Lines, long Bytes, string? Reason)
{
    /// <summary>No torn tail.</summary>
    public static JournalTorn None { get; } = new(0, 0, null);
}

/// <summary>A journal holds no intact event, so that there is nothing to repair.</summary>
public sealed class JournalLostException(string path)
    : JournalException(path, $"holds no intact event, so {Cure}", inner: null)
{
    internal const string Cure = "nothing can be repaired; restore it from a copy, or delete the run's folder and run "
        + "the plan anew";
}
