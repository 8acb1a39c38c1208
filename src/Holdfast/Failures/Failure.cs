namespace Holdfast.Failures;

/// <summary>What an attempt ended in, before judgement.</summary>
public sealed record Outcome
{
    /// <summary>Exit code of the program; null when it was ended by a signal, never started, or lost.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Number of the signal that ended it (a shell's 128+n is told as n); null for none.</summary>
    public int? Signal { get; init; }

    /// <summary>Who ended it.</summary>
    public EndedBy EndedBy { get; init; }

    /// <summary>Why it could not be started, as the name of the errno (ENOENT) and what was missing.</summary>
    public string? StartError { get; init; }

    /// <summary>HTTP status of the answer, where there was one.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>From start to end, by the monotonic clock where the driver saw both, else by the wall clock.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Bytes captured from standard output.</summary>
    public long StdoutBytes { get; init; }

    /// <summary>Bytes captured from standard error.</summary>
    public long StderrBytes { get; init; }

    /// <summary>Processes of the attempt that outlived its normal end ("pid name"); at most 20 are listed.</summary>
    public IReadOnlyList<string> Strays { get; init; } = [];

    /// <summary>Whether the program itself ended with success; its contract is judged apart from this.</summary>
    public bool ExitedWell => EndedBy == EndedBy.Itself && ExitCode == 0;
}

/// <summary>Where the judgement of a failure comes from. The text is masked.</summary>
/// <param name="Rule">Id of the rule that matched, e.g. <c>http.429</c> or <c>exit.127</c>.</param>
/// <param name="Channel">stderr, stdout, exit, runtime, exception, http or contract.</param>
/// <param name="Line">1-based line within the channel; null where lines mean nothing.</param>
/// <param name="Text">The line itself, masked and cut at 500 characters.</param>
/// <param name="Remediation">What a person can do about it; null when there is nothing general to say.</param>
public sealed record Evidence(string Rule, string Channel, int? Line, string? Text, string? Remediation = null);

/// <summary>A delay that the other side asked for. Exactly one of the two is set.</summary>
/// <param name="After">Relative to when it was told.</param>
/// <param name="Until">An absolute reset time; follows the wall clock.</param>
public sealed record ToldDelay(TimeSpan? After, DateTimeOffset? Until);

/// <summary>A classified failure: what went wrong, what is to happen, and why we think so.</summary>
public sealed record Failure
{
    /// <summary>What went wrong.</summary>
    public required FailureClass Class { get; init; }

    /// <summary>What is to happen to the work by default; policy and effect may refine it.</summary>
    public required Disposition Disposition { get; init; }

    /// <summary>True: likely to pass by itself. False: will not. Null: unsure.</summary>
    public bool? Transient { get; init; }

    /// <summary>Which rule matched where.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>0 to 1: how sure the class is.</summary>
    public double Confidence { get; init; } = 1;

    /// <summary>The wait that the other side asked for; null if it named none.</summary>
    public ToldDelay? Told { get; init; }

    /// <summary>
    /// What the other side told that cannot be used as a wait, and why: <c>"Retry-After: -1" is below zero</c>. Masked.
    /// Null where nothing was told, or where <see cref="Told"/> holds it.
    /// </summary>
    public string? ToldUnused { get; init; }

    /// <summary>Who ended the attempt, kept although the class names the cause behind it.</summary>
    public EndedBy EndedBy { get; init; }

    /// <summary>What else is known: operation, causes, stack, facts; null where nothing is.</summary>
    public ErrorContext? Context { get; init; }
}
