namespace Holdfast.Failures;

/// <summary>What went wrong. One vocabulary for every kind of work; the words outside are snake_case.</summary>
public enum FailureClass
{
    /// <summary>429, 529, throttling, overloaded.</summary>
    RateLimited,

    /// <summary>Credits, plan or daily limit used up.</summary>
    QuotaExhausted,

    /// <summary>Refused, reset, DNS, TLS, no route.</summary>
    Connection,

    /// <summary>500, 502, 503, 504, a server that is starting or full, exit code 75.</summary>
    Unavailable,

    /// <summary>A deadline, or no progress.</summary>
    Timeout,

    /// <summary>Lock held, EAGAIN, deadlock, port in use.</summary>
    ResourceContention,

    /// <summary>The machine or the runner died under the attempt.</summary>
    InfrastructureLost,

    /// <summary>Out of memory, disk full, too many files.</summary>
    ResourceExhausted,

    /// <summary>Bad or expired credential, or the remote side refuses.</summary>
    Auth,

    /// <summary>Local EACCES or EPERM, read-only file system.</summary>
    Permission,

    /// <summary>File, command (127), module, model, 404.</summary>
    NotFound,

    /// <summary>Validation, schema, usage, 400, context too long.</summary>
    InvalidInput,

    /// <summary>Compiler, linker, types.</summary>
    BuildFailure,

    /// <summary>Assertions, failing tests.</summary>
    TestFailure,

    /// <summary>Signal, panic, unhandled exception.</summary>
    Crash,

    /// <summary>Safety gate, branch protection, content policy.</summary>
    PolicyDenied,

    /// <summary>Version resolution, lock or checksum mismatch.</summary>
    DependencyConflict,

    /// <summary>Version control conflict.</summary>
    MergeConflict,

    /// <summary>Not attempted: the breaker is open.</summary>
    CircuitOpen,

    /// <summary>Declared checkpoints missing, or cut off by a turn, token or length limit.</summary>
    Incomplete,

    /// <summary>It was started and nobody saw it end.</summary>
    OutcomeUnknown,

    /// <summary>A person or a signal stopped it.</summary>
    Cancelled,

    /// <summary>Nothing matched.</summary>
    Unknown,
}

/// <summary>What is to happen to the work after a failure.</summary>
public enum Disposition
{
    /// <summary>Try again after the computed delay; spends a retry.</summary>
    Retry,

    /// <summary>Try again when told, or when the throttle has passed; spends no retry.</summary>
    Wait,

    /// <summary>Move to the next runtime that the failed one names; parks or fails where there is none.</summary>
    FallBack,

    /// <summary>Leave it until a stated time, beyond what the run sits through.</summary>
    Park,

    /// <summary>A person has to decide.</summary>
    Hold,

    /// <summary>The task ends in failure.</summary>
    Fail,

    /// <summary>The task was stopped on purpose.</summary>
    Stop,
}

/// <summary>Who ended an attempt.</summary>
public enum EndedBy
{
    /// <summary>The program itself: its exit code or its own signal says how.</summary>
    Itself,

    /// <summary>Holdfast, at the attempt's hard timeout.</summary>
    HardTimeout,

    /// <summary>Holdfast, because nothing moved for the no-progress window.</summary>
    NoProgress,

    /// <summary>Holdfast, at the deadline of the run.</summary>
    RunDeadline,

    /// <summary>Holdfast, because its output passed the bound.</summary>
    OutputBound,

    /// <summary>A person cancelled the run or the task; final.</summary>
    Cancel,

    /// <summary>A signal interrupted the driver; the run can be resumed.</summary>
    Interrupt,

    /// <summary>It could not be started at all; <see cref="Outcome.StartError"/> says why.</summary>
    StartFailed,

    /// <summary>Nobody saw it end: the machine or the wrapper died under it.</summary>
    Lost,

    /// <summary>Holdfast, because an agent used more than its limits of cost, tokens or turns.</summary>
    UsageLimit,
}
