using Holdfast.Runs.Targets;

namespace Holdfast.Runs.Events;

/// <summary>The run was created. Everything that it must not change later is recorded here.</summary>
public sealed record RunStarted(string Name, string PlanSha256, long Seed, int Tasks) : RunEvent
{
    /// <summary>The plan file as it was named, for people; the run itself reads its own copy.</summary>
    public string? PlanPath { get; init; }

    /// <summary>Longest time that the run as a whole may take; null for no bound.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>The run whose finished results were taken over; null for a run of its own.</summary>
    public string? ForkedFrom { get; init; }

    /// <summary>The operating system's user.</summary>
    public string? By { get; init; }

    /// <summary>Version of Holdfast.</summary>
    public string? Version { get; init; }

    /// <summary>
    /// Whether its tasks are the steps of a C# program, which come to be as the program asks for them, and which only
    /// that program can run.
    /// </summary>
    public bool IsOfProgram { get; init; }

    /// <summary>The run of a C# program that runs this one as one of its steps; null for a run of its own.</summary>
    public string? Parent { get; init; }

    /// <inheritdoc/>
    public override string Type => "run_started";

    internal override void WriteData(EventData data) => data
        .Text("name", Name).Text("plan_sha256", PlanSha256).Long("seed", Seed).Long("tasks", Tasks)
        .Text("plan_path", PlanPath).Millis("deadline_ms", Deadline).Text("forked_from", ForkedFrom)
        .Text("by", By).Text("version", Version).Flag("program", IsOfProgram ? true : null)
        .Text("parent", Parent);

    internal static RunStarted Read(EventFields f) =>
        new(f.Text("name"), f.Text("plan_sha256"), f.Long("seed"), f.Int("tasks"))
        {
            PlanPath = f.TextOrNull("plan_path"),
            Deadline = f.MillisOrNull("deadline_ms"),
            ForkedFrom = f.TextOrNull("forked_from"),
            By = f.TextOrNull("by"),
            Version = f.TextOrNull("version"),
            IsOfProgram = f.Flag("program"),
            Parent = f.TextOrNull("parent"),
        };
}

/// <summary>A process took the run's lock and drives it from here on.</summary>
public sealed record DriverStarted(int Pid, string BootId, string Host, int MaxParallel, bool Resumed) : RunEvent
{
    /// <summary>Version of Holdfast.</summary>
    public string? Version { get; init; }

    /// <inheritdoc/>
    public override string Type => "driver_started";

    internal override void WriteData(EventData data) => data
        .Long("pid", Pid).Text("boot_id", BootId).Text("host", Host).Long("max_parallel", MaxParallel)
        .Flag("resumed", Resumed).Text("version", Version);

    internal static DriverStarted Read(EventFields f) =>
        new(f.Int("pid"), f.Text("boot_id"), f.Text("host"), f.Int("max_parallel"), f.Flag("resumed"))
        {
            Version = f.TextOrNull("version"),
        };
}

/// <summary>A torn tail, never acknowledged to anyone, was cut off when the journal was opened.</summary>
public sealed record JournalCut(int Lines, long Bytes) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "journal_cut";

    internal override void WriteData(EventData data) => data.Long("lines", Lines).Long("bytes", Bytes);

    internal static JournalCut Read(EventFields f) => new(f.Int("lines"), f.Long("bytes"));
}

/// <summary>Damage was repaired by a person's order; every unfinished task counts as outcome unknown.</summary>
public sealed record JournalRepaired(long From, long To) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "journal_repaired";

    internal override void WriteData(EventData data) => data.Long("from", From).Long("to", To);

    internal static JournalRepaired Read(EventFields f) => new(f.Long("from"), f.Long("to"));
}

/// <summary>
/// The run ended and everything before this line is synced, so that damage to the very end shows too.
/// </summary>
public sealed record JournalClosed(RunStatus Status) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "journal_closed";

    internal override void WriteData(EventData data) => data.Text("status", Status.Word());

    internal static JournalClosed Read(EventFields f) => new(f.Word<RunStatus>("status", StateWords.TryParse));
}

/// <summary>
/// The run took an edited plan over, or a person ordered that what finished before an edit runs again.
/// </summary>
public sealed record PlanChanged(string PlanSha256) : RunEvent
{
    /// <summary>Tasks that are new.</summary>
    public IReadOnlyList<string> Added { get; init; } = [];

    /// <summary>Tasks that changed and will run as edited.</summary>
    public IReadOnlyList<string> Changed { get; init; } = [];

    /// <summary>Tasks that the plan no longer has.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>
    /// Tasks that changed after an attempt of them whose result counts: reported, and left as they are unless a rerun
    /// was asked for. If it was, also those with results that came of such a task.
    /// </summary>
    public IReadOnlyList<string> Stale { get; init; } = [];

    /// <summary>
    /// Of each stale task the hash of its definition before the edit, 16 hex digits; empty where that is as it was, and
    /// only something that it needs runs again.
    /// </summary>
    public IReadOnlyList<string> Was { get; init; } = [];

    /// <summary>Of each stale task the hash of its definition now, 16 hex digits.</summary>
    public IReadOnlyList<string> Now { get; init; } = [];

    /// <summary>Tasks that were stale and are again as they ran: an edit that was taken back.</summary>
    public IReadOnlyList<string> Fresh { get; init; } = [];

    /// <summary>Who ordered that the stale tasks run again; null where nobody did.</summary>
    public string? RerunBy { get; init; }

    /// <summary>Of the stale tasks those that changed themselves.</summary>
    public IReadOnlyList<string> Edited => [.. Stale.Where((_, i) => i >= Was.Count || Was[i].Length > 0)];

    /// <summary>Of the stale tasks those that run again only because of what they need.</summary>
    public IReadOnlyList<string> Behind => [.. Stale.Where((_, i) => i < Was.Count && Was[i].Length == 0)];

    /// <inheritdoc/>
    public override string Type => "plan_changed";

    internal override void WriteData(EventData data) => data
        .Text("plan_sha256", PlanSha256).Texts("added", Added).Texts("changed", Changed)
        .Texts("removed", Removed).Texts("stale", Stale).Texts("was", Was).Texts("now", Now).Texts("fresh", Fresh)
        .Text("rerun_by", RerunBy);

    internal static PlanChanged Read(EventFields f) => new(f.Text("plan_sha256"))
    {
        Added = f.Texts("added"),
        Changed = f.Texts("changed"),
        Removed = f.Texts("removed"),
        Stale = f.Texts("stale"),
        Was = f.Texts("was"),
        Now = f.Texts("now"),
        Fresh = f.Texts("fresh"),
        RerunBy = f.TextOrNull("rerun_by"),
    };
}

/// <summary>No task starts from here on; what runs goes on.</summary>
public sealed record RunPaused(string By) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "run_paused";

    internal override void WriteData(EventData data) => data.Text("by", By);

    internal static RunPaused Read(EventFields f) => new(f.Text("by"));
}

/// <summary>Tasks start again.</summary>
public sealed record RunUnpaused(string By) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "run_unpaused";

    internal override void WriteData(EventData data) => data.Text("by", By);

    internal static RunUnpaused Read(EventFields f) => new(f.Text("by"));
}

/// <summary>The run is being stopped; its attempts are ended.</summary>
public sealed record RunStopping(StopCause Cause, string By, string Reason) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "run_stopping";

    internal override void WriteData(EventData data) => data
        .Text("cause", Cause.Word()).Text("by", By).Text("reason", Reason);

    internal static RunStopping Read(EventFields f) =>
        new(f.Word<StopCause>("cause", StateWords.TryParse), f.Text("by"), f.Text("reason"));
}

/// <summary>So many tasks ended for infrastructure reasons that the run as a whole is at fault; retries stop.</summary>
public sealed record MassFailureDetected(int Failed, int Of) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "mass_failure_detected";

    internal override void WriteData(EventData data) => data.Long("failed", Failed).Long("of", Of);

    internal static MassFailureDetected Read(EventFields f) => new(f.Int("failed"), f.Int("of"));
}

/// <summary>Only people, or a time that the driver was told not to sit through, can move the run on.</summary>
public sealed record RunWaiting(string Why) : RunEvent
{
    /// <summary>The next time at which something can go on by itself; null if people alone can.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <inheritdoc/>
    public override string Type => "run_waiting";

    internal override void WriteData(EventData data) => data.Text("why", Why).Time("until", Until);

    internal static RunWaiting Read(EventFields f) => new(f.Text("why")) { Until = f.TimeOrNull("until") };
}

/// <summary>The driver left because it was interrupted; nothing runs, and the run can be resumed.</summary>
public sealed record RunInterrupted(string Reason) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "run_interrupted";

    internal override void WriteData(EventData data) => data.Text("reason", Reason);

    internal static RunInterrupted Read(EventFields f) => new(f.Text("reason"));
}

/// <summary>Every task has ended.</summary>
public sealed record RunEnded(RunStatus Status, int ExitCode, string Why) : RunEvent
{
    /// <summary>What the program of a C# run returned; null for runs of plans.</summary>
    public StepResult? Result { get; init; }

    /// <inheritdoc/>
    public override string Type => "run_ended";

    internal override void WriteData(EventData data)
    {
        data.Text("status", Status.Word()).Long("exit_code", ExitCode).Text("why", Why);
        StepResult.Write(data, Result);
    }

    internal static RunEnded Read(EventFields f) =>
        new(f.Word<RunStatus>("status", StateWords.TryParse), f.Int("exit_code"), f.Text("why"))
        {
            Result = StepResult.Read(f),
        };
}

/// <summary>A person ordered more work in a run that had ended.</summary>
public sealed record RunReopened(string By, string Reason) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "run_reopened";

    internal override void WriteData(EventData data) => data.Text("by", By).Text("reason", Reason);

    internal static RunReopened Read(EventFields f) => new(f.Text("by"), f.Text("reason"));
}

/// <summary>
/// Nothing may be sent to a target for now: known from its breaker, or from what another run was told by it.
/// </summary>
public sealed record TargetBlocked(string Target, DateTimeOffset Until, BlockCause Cause) : RunEvent
{
    /// <summary>For people; null where the cause says it all.</summary>
    public string? Detail { get; init; }

    /// <summary>Whose failure did it, as far as that is known: its run, which may be this one.</summary>
    public string? ByRun { get; init; }

    /// <summary>The task whose failure did it.</summary>
    public string? ByTask { get; init; }

    /// <summary>The attempt whose failure did it; 0 where that is not known.</summary>
    public int ByAttempt { get; init; }

    /// <inheritdoc/>
    public override string Type => "target_blocked";

    internal override void WriteData(EventData data) => data
        .Text("target", Target).Time("until", Until).Text("cause", Cause.Word()).Text("detail", Detail)
        .Text("by_run", ByRun).Text("by_task", ByTask).Long("by_attempt", ByAttempt > 0 ? ByAttempt : null);

    internal static TargetBlocked Read(EventFields f) => new(
        f.Text("target"),
        f.TimeOrNull("until") ?? throw new FormatException("it has no field \"until\""),
        f.Word<BlockCause>("cause", TargetWords.TryParse))
    {
        Detail = f.TextOrNull("detail"),
        ByRun = f.TextOrNull("by_run"),
        ByTask = f.TextOrNull("by_task"),
        ByAttempt = f.Int("by_attempt"),
    };
}

/// <summary>The wall clock moved against the monotonic one by more than a second.</summary>
public sealed record ClockJumped(TimeSpan By) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "clock_jumped";

    internal override void WriteData(EventData data) => data.Millis("by_ms", By);

    internal static ClockJumped Read(EventFields f) => new(f.MillisOrNull("by_ms") ?? TimeSpan.Zero);
}

/// <summary>The plan's <c>notify</c> command was run.</summary>
public sealed record Notified(NotifyOn On, int? ExitCode) : RunEvent
{
    /// <summary>Why it could not be run, or what it said; null when it went well.</summary>
    public string? Error { get; init; }

    /// <inheritdoc/>
    public override string Type => "notified";

    internal override void WriteData(EventData data) => data
        .Text("on", On.Word()).Long("exit_code", ExitCode).Text("error", Error);

    internal static Notified Read(EventFields f) =>
        new(f.Word<NotifyOn>("on", StateWords.TryParse), f.IntOrNull("exit_code")) { Error = f.TextOrNull("error") };
}

/// <summary>A person said that a target may be asked now: what blocked it for the run does so no longer.</summary>
public sealed record TargetUnblocked(string Target, string By, string Why) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "target_unblocked";

    internal override void WriteData(EventData data) => data.Text("target", Target).Text("by", By).Text("why", Why);

    internal static TargetUnblocked Read(EventFields f) => new(f.Text("target"), f.Text("by"), f.Text("why"));
}

/// <summary>A request from another process was taken up, or refused. Its id is its idempotency key.</summary>
public sealed record RequestReceived(string Id, string Command, string By, bool Accepted, string Message) : RunEvent
{
    /// <summary>For the command that asked, should it ask again; see <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; init; }

    /// <summary>How many tasks the request set going; 0 for none, and for requests that are not about that.</summary>
    public int SetGoing { get; init; }

    /// <inheritdoc/>
    public override string Type => "request_received";

    internal override void WriteData(EventData data) => data
        .Text("id", Id).Text("command", Command).Text("by", By).Flag("accepted", Accepted).Text("message", Message)
        .Long("exit_code", ExitCode).Long("set_going", SetGoing > 0 ? SetGoing : null);

    internal static RequestReceived Read(EventFields f) =>
        new(f.Text("id"), f.Text("command"), f.Text("by"), f.Flag("accepted"), f.Text("message"))
        {
            ExitCode = f.Int("exit_code", f.Flag("accepted") ? ExitCodes.Done : ExitCodes.Conflict),
            SetGoing = f.Int("set_going", 0),
        };
}
