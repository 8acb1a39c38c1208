namespace Holdfast.Failures;

/// <summary>What became of what a task declared that an attempt must bring.</summary>
public enum ContractState
{
    /// <summary>The task declares nothing: how the program ended has to do.</summary>
    None,

    /// <summary>All declared outputs and checkpoints are there.</summary>
    Met,

    /// <summary>Declared checkpoints are missing: the attempt can still be completed.</summary>
    CheckpointsMissing,

    /// <summary>Declared outputs are missing or stale: the attempt failed.</summary>
    OutputsMissing,
}

/// <summary>All that is known of an attempt that ended, in the order of trust in which it is read.</summary>
public sealed record FailureSignals
{
    /// <summary>How the attempt ended.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>Captured standard output (head and tail are enough); raw bytes, any encoding.</summary>
    public ReadOnlyMemory<byte> Stdout { get; init; }

    /// <summary>Captured standard error (head and tail are enough); raw bytes, any encoding.</summary>
    public ReadOnlyMemory<byte> Stderr { get; init; }

    /// <summary>What is left out in <see cref="Stdout"/>; the default for nothing.</summary>
    public CaptureGap StdoutGap { get; init; }

    /// <summary>What is left out in <see cref="Stderr"/>; the default for nothing.</summary>
    public CaptureGap StderrGap { get; init; }

    /// <summary>
    /// Opens all of standard output, of any length, where <see cref="Stdout"/> holds its ends only; it is read with
    /// bounded memory, and may be opened twice. Null where the ends are all there is to read.
    /// </summary>
    public Func<Stream>? WholeStdout { get; init; }

    /// <summary>As <see cref="WholeStdout"/>, of standard error.</summary>
    public Func<Stream>? WholeStderr { get; init; }

    /// <summary>Name of the program, without folder and extension (<c>dotnet</c>); null when not known.</summary>
    public string? Tool { get; init; }

    /// <summary>
    /// Whether the program is known to be a coding agent, whatever its name: its own events then say how it ended, and
    /// what else it prints is quoted.
    /// </summary>
    public bool Agent { get; init; }

    /// <summary>What became of the contract.</summary>
    public ContractState Contract { get; init; }

    /// <summary>Which output or checkpoint is missing, for the evidence.</summary>
    public string? ContractDetail { get; init; }

    /// <summary>The exception of a C# step.</summary>
    public Exception? Exception { get; init; }

    /// <summary>The caller's token of a C# step: only its own cancellation is <c>cancelled</c>.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>True when the breaker was open, so that nothing was attempted.</summary>
    public bool BreakerOpen { get; init; }

    /// <summary>
    /// True to judge an exit code of 0 without a contract by what the output shows, as <c>holdfast classify</c> does
    /// with records of unknown origin. False in a run: there a program that exits with 0 said that it succeeded.
    /// </summary>
    public bool DoubtSuccess { get; init; }

    /// <summary>Wall clock at the end of the attempt; told dates are read against it.</summary>
    public DateTimeOffset Now { get; init; }
}
