using Holdfast.Runs;

namespace Holdfast.Plans.Runtimes;

/// <summary>
/// Everything that one attempt of a command needs: what to run, where, within which limits, captured where.
/// </summary>
public sealed record CommandSpec
{
    /// <summary>Id of the run, for the attempt file; without it nobody could tell whose attempt it was.</summary>
    public required string Run { get; init; }

    /// <summary>Name of the task, an instance of a fan-out included.</summary>
    public required string Task { get; init; }

    /// <summary>1 for the first try.</summary>
    public required int Attempt { get; init; }

    /// <summary>Program and arguments; the program is looked up by the PATH of <see cref="Environment"/>.</summary>
    public required string[] Argv { get; init; }

    /// <summary>Absolute path of the folder that the program starts in.</summary>
    public required string WorkingFolder { get; init; }

    /// <summary>The complete environment as KEY=VALUE; nothing is added to it.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>File for standard input, relative to <see cref="WorkingFolder"/>; null for an empty input.</summary>
    public string? StdinFile { get; init; }

    /// <summary>
    /// Folder of the task's captures and attempt files, made if missing. See <see cref="AttemptPaths.FolderName"/>.
    /// </summary>
    public required string Folder { get; init; }

    /// <summary>Whether a later driver can take the attempt up. Costs one more small process per attempt.</summary>
    public bool Adopt { get; init; } = true;

    /// <summary>Longest time that the attempt may take.</summary>
    public TimeSpan HardTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>
    /// Window without output and under 1 % of a core after which the attempt is ended; null for none.
    /// </summary>
    public TimeSpan? NoProgress { get; init; }

    /// <summary>
    /// Bytes that both streams together may reach. It is polled, so a fast writer passes it by a little.
    /// </summary>
    public long OutputBound { get; init; } = 1L << 30;

    /// <summary>Time between TERM and KILL.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Who reads the output while it grows; its word replaces bytes as the sign of progress, and it may end the
    /// attempt. Null where size says enough.
    /// </summary>
    public IOutputMeter? Meter { get; init; }

    /// <summary>Whether processes that outlive a normal end are ended too; else they are only listed.</summary>
    public bool EndStrays { get; init; }

    /// <summary>
    /// A POSIX shell to be the wrapper; null for a program of our own where the system runs it, else <c>/bin/sh</c>.
    /// </summary>
    public string? Shell { get; init; }

    /// <summary>
    /// Boot id under which the intent was recorded; null if unknown. It decides only where the attempt file itself is
    /// missing or torn: after a power cut that is no proof that nothing ran.
    /// </summary>
    public string? IntentBoot { get; init; }

    /// <summary>Task and number.</summary>
    public AttemptId Id => new(Task, Attempt);

    /// <summary>Paths of the files of this attempt.</summary>
    public AttemptPaths Paths => new(Folder, Attempt);
}
