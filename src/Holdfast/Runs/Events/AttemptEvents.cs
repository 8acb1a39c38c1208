using Holdfast.Failures;
using Holdfast.Resilience;

namespace Holdfast.Runs.Events;

/// <summary>The intent to start an attempt. It is durable before anything of the attempt exists.</summary>
public sealed record AttemptStarted(string Runtime) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "attempt_started";

    /// <summary>What it is sent to, as breakers and throttles know it; null for none.</summary>
    public string? Target { get; init; }

    /// <summary>Whether it takes a probe's place at a half-open breaker.</summary>
    public bool Probe { get; init; }

    /// <summary>The preferred runtime, where another one is taken without a failure of this task.</summary>
    public string? InsteadOf { get; init; }

    /// <summary>Why the preferred runtime is not taken.</summary>
    public string? Because { get; init; }

    /// <summary>What a C# step does to the world; null for repeatable, and for tasks of plans.</summary>
    public Effect? Effect { get; init; }

    /// <summary>When a timer of a C# run is over, by the run's clock; null for anything else.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>How long a timer was meant to take; null where a time of the wall clock was named.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>The step of a C# run whose body asked for it; null where its program itself did.</summary>
    public string? Within { get; init; }

    internal override void WriteData(EventData data) => data
        .Text("runtime", Runtime).Text("target", Target).Flag("probe", Probe ? true : null)
        .Text("instead_of", InsteadOf).Text("because", Because)
        .Text("effect", Effect?.Word()).Time("until", Until).Millis("delay_ms", Delay).Text("within", Within);

    internal static AttemptStarted Read(EventFields f) => new(f.TextOrNull("runtime") ?? "command")
    {
        Target = f.TextOrNull("target"),
        Probe = f.Flag("probe"),
        InsteadOf = f.TextOrNull("instead_of"),
        Because = f.TextOrNull("because"),
        Effect = f.TextOrNull("effect") is null ? null : f.Word<Effect>("effect", EffectWords.TryParse),
        Until = f.TimeOrNull("until"),
        Delay = f.MillisOrNull("delay_ms"),
        Within = f.TextOrNull("within"),
    };
}

/// <summary>An intent was taken back before anything of the attempt existed; its number is free again.</summary>
public sealed record AttemptWithdrawn(string Reason) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "attempt_withdrawn";

    internal override void WriteData(EventData data) => data.Text("reason", Reason);

    internal static AttemptWithdrawn Read(EventFields f) => new(f.Text("reason"));
}

/// <summary>A later driver took over an attempt that an earlier one had started.</summary>
public sealed record AttemptAdopted(AttemptTrace Trace) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "attempt_adopted";

    internal override void WriteData(EventData data) => data.Text("trace", Trace.Word());

    internal static AttemptAdopted Read(EventFields f) => new(f.Word<AttemptTrace>("trace", StateWords.TryParse));
}

/// <summary>
/// An attempt whose start a repaired journal had lost was found by its files. It is under way from here on, and judged
/// like any other that an earlier driver started.
/// </summary>
public sealed record AttemptFound(AttemptTrace Trace) : RunEvent
{
    /// <summary>When it really started, as its files say; null where they do not.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <inheritdoc/>
    public override string Type => "attempt_found";

    internal override void WriteData(EventData data) => data
        .Text("trace", Trace.Word()).Time("started_at", StartedAt);

    internal static AttemptFound Read(EventFields f) => new(f.Word<AttemptTrace>("trace", StateWords.TryParse))
    {
        StartedAt = f.TimeOrNull("started_at"),
    };
}

/// <summary>The attempt ended well, and with it the task.</summary>
public sealed record AttemptSucceeded(Outcome Outcome) : RunEvent
{
    /// <summary>The declared outputs, synced before this was written.</summary>
    public IReadOnlyList<OutputFile> Outputs { get; init; } = [];

    /// <summary>What a C# step returned; null for tasks of plans, and for steps that return nothing.</summary>
    public StepResult? Result { get; init; }

    /// <inheritdoc/>
    public override string Type => "attempt_succeeded";

    internal override void WriteData(EventData data)
    {
        AttemptFailed.WriteOutcome(data, Outcome);
        data.Outputs("outputs", Outputs);
        StepResult.Write(data, Result);
    }

    internal static AttemptSucceeded Read(EventFields f) =>
        new(AttemptFailed.ReadOutcome(f)) { Outputs = f.Outputs("outputs"), Result = StepResult.Read(f) };
}

/// <summary>The attempt ended, and not well. What it means follows in <see cref="RuntimeErrorClassified"/>.</summary>
public sealed record AttemptFailed(Outcome Outcome) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "attempt_failed";

    internal override void WriteData(EventData data) => WriteOutcome(data, Outcome);

    internal static AttemptFailed Read(EventFields f) => new(ReadOutcome(f));

    internal static void WriteOutcome(EventData data, Outcome outcome) => data
        .Long("exit_code", outcome.ExitCode).Long("signal", outcome.Signal)
        .Text("ended_by", outcome.EndedBy == EndedBy.Itself ? null : outcome.EndedBy.Word())
        .Text("start_error", outcome.StartError).Long("http_status", outcome.HttpStatus)
        .Millis("duration_ms", outcome.Duration)
        .Long("stdout_bytes", outcome.StdoutBytes).Long("stderr_bytes", outcome.StderrBytes)
        .Texts("strays", outcome.Strays);

    internal static Outcome ReadOutcome(EventFields f) => new()
    {
        ExitCode = f.IntOrNull("exit_code"),
        Signal = f.IntOrNull("signal"),
        EndedBy = f.WordOr("ended_by", FailureWords.TryParseEndedBy, EndedBy.Itself),
        StartError = f.TextOrNull("start_error"),
        HttpStatus = f.IntOrNull("http_status"),
        Duration = f.MillisOrNull("duration_ms") ?? TimeSpan.Zero,
        StdoutBytes = f.Long("stdout_bytes"),
        StderrBytes = f.Long("stderr_bytes"),
        Strays = f.Texts("strays"),
    };
}

/// <summary>
/// The failure of an attempt, judged. Beside our own words it carries the fields that people who come from other
/// agent runtimes look for: code, category, recoverable, retryable, rate_limited.
/// </summary>
public sealed record RuntimeErrorClassified(Failure Failure) : RunEvent
{
    /// <inheritdoc/>
    public override string Type => "runtime_error_classified";

    internal override void WriteData(EventData data)
    {
        var f = Failure;
        data.Text("code", f.Evidence.Rule).Text("category", ForeignNames.Of(f.Class).AgentRuntime)
            .Text("class", f.Class.Word()).Text("disposition", f.Disposition.Word())
            .Flag("recoverable", f.Disposition is not (Disposition.Fail or Disposition.Stop))
            .Flag("retryable", f.Disposition is Disposition.Retry or Disposition.Wait)
            .Flag("rate_limited", f.Class is FailureClass.RateLimited or FailureClass.QuotaExhausted)
            .Flag("transient", f.Transient).Number("confidence", f.Confidence)
            .Text("rule", f.Evidence.Rule).Text("channel", f.Evidence.Channel).Long("line", f.Evidence.Line)
            .Text("text", f.Evidence.Text).Text("remediation", f.Evidence.Remediation)
            .Text("ended_by", f.EndedBy == EndedBy.Itself ? null : f.EndedBy.Word())
            .Millis("told_ms", f.Told?.After).Time("told_until", f.Told?.Until)
            .Text("told_unused", f.ToldUnused)
            .Text("runtime", f.Context?.Runtime).Text("operation", f.Context?.Operation)
            .Texts("causes", f.Context?.Causes ?? []).Texts("stack", f.Context?.Stack ?? [])
            .Map("metadata", f.Context?.Metadata);
    }

    internal static RuntimeErrorClassified Read(EventFields f)
    {
        var after = f.MillisOrNull("told_ms");
        var until = f.TimeOrNull("told_until");
        return new(new Failure
        {
            Class = f.Word<FailureClass>("class", FailureWords.TryParseClass),
            Disposition = f.Word<Disposition>("disposition", FailureWords.TryParseDisposition),
            Transient = f.FlagOrNull("transient"),
            Confidence = f.Number("confidence", 1),
            Evidence = new Evidence(
                f.Text("rule"), f.Text("channel"), f.IntOrNull("line"), f.TextOrNull("text"),
                    f.TextOrNull("remediation")),
            EndedBy = f.WordOr("ended_by", FailureWords.TryParseEndedBy, EndedBy.Itself),
            Told = after is null && until is null ? null : new ToldDelay(after, until),
            ToldUnused = f.TextOrNull("told_unused"),
            Context = ContextOf(f),
        });
    }

    private static ErrorContext? ContextOf(EventFields f)
    {
        var context = new ErrorContext
        {
            Runtime = f.TextOrNull("runtime"),
            Operation = f.TextOrNull("operation"),
            Causes = f.Texts("causes"),
            Stack = f.Texts("stack"),
            Metadata = f.Map("metadata"),
        };
        return context.IsEmpty ? null : context;
    }
}

/// <summary>What follows a failure, recorded before it is carried out.</summary>
public sealed record RuntimeRecoveryScheduled(RecoveryDecision Decision) : RunEvent
{
    /// <summary>The runtime that failed.</summary>
    public string? From { get; init; }

    /// <summary>The runtime of the next attempt.</summary>
    public string? To { get; init; }

    /// <inheritdoc/>
    public override string Type => "runtime_recovery_scheduled";

    internal override void WriteData(EventData data) => data
        .Text("strategy", Decision.Strategy.Word()).Text("class", Decision.Class.Word())
        .Text("from", From).Text("to", To)
        .Millis("delay_ms", Decision.Delay).Time("until", Decision.Until)
        .Flag("absolute", Decision.UntilIsAbsolute ? true : null)
        .Text("origin", Decision.Origin.Word())
        .Text("budget", Decision.Budget == Decision.Class ? null : Decision.Budget.Word())
        .Long("attempt", Decision.Attempt).Long("of_attempts", Decision.OfAttempts)
        .Flag("same_key", Decision.SameKey ? true : null).Flag("same_session", Decision.SameSession ? true : null)
        .Text("reason", Decision.Reason);

    internal static RuntimeRecoveryScheduled Read(EventFields f)
    {
        var kind = f.Word<FailureClass>("class", FailureWords.TryParseClass);
        return new(new RecoveryDecision
        {
            Strategy = f.Word<RecoveryStrategy>("strategy", RecoveryWords.TryParse),
            Class = kind,
            Budget = f.TextOrNull("budget") is null ? kind : f.Word<FailureClass>("budget", FailureWords.TryParseClass),
            Delay = f.MillisOrNull("delay_ms") ?? TimeSpan.Zero,
            Until = f.TimeOrNull("until"),
            UntilIsAbsolute = f.Flag("absolute"),
            Origin = f.Word<DelayOrigin>("origin", RecoveryWords.TryParse),
            Attempt = f.Int("attempt"),
            OfAttempts = f.Int("of_attempts"),
            SameKey = f.Flag("same_key"),
            SameSession = f.Flag("same_session"),
            Reason = f.Text("reason"),
        })
        {
            From = f.TextOrNull("from"),
            To = f.TextOrNull("to"),
        };
    }
}

/// <summary>Another attempt of the task is wanted, at once or after the wait of its recovery.</summary>
public sealed record TaskRetryRequested(int NextAttempt) : RunEvent
{
    /// <summary>Not before this time; null for at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <inheritdoc/>
    public override string Type => "task_retry_requested";

    internal override void WriteData(EventData data) => data
        .Long("next_attempt", NextAttempt).Time("not_before", NotBefore);

    internal static TaskRetryRequested Read(EventFields f) =>
        new(f.Int("next_attempt")) { NotBefore = f.TimeOrNull("not_before") };
}
