using Holdfast.Failures.Ends;
using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <summary>
/// Says what went wrong with an attempt, from signals read in order of trust: what the runtime knows, structured
/// facts, the error channel, standard output. Pure; nothing of it is initialised before the first failure.
/// Thread-safe.
/// </summary>
public sealed class FailureClassifier
{
    /// <summary>Rule of an attempt that exited well and left declared checkpoints open.</summary>
    public const string CheckpointsRule = "contract.checkpoints";

    /// <summary>Rule of an agent that a limit of turns, tokens or cost cut off.</summary>
    public const string CutOffRule = "agent.cut_off";

    /// <summary>Rule of an attempt that exited well and lacks a declared output.</summary>
    public const string OutputsRule = "contract.outputs";

    private readonly Lazy<RuleBook> _book;
    private readonly SecretMask _mask;

    /// <summary>Makes a classifier.</summary>
    /// <param name="ownRules">
    /// Rules that come before the built-in ones, for example a plan's; null for none. Evidence by one of them counts
    /// for more than any by a built-in rule.
    /// </param>
    /// <param name="mask">Masks evidence; null where there are no secrets.</param>
    public FailureClassifier(IReadOnlyList<FailureRule>? ownRules = null, SecretMask? mask = null)
    {
        _mask = mask ?? SecretMask.Empty;
        _book = ownRules is null || ownRules.Count == 0
            ? new Lazy<RuleBook>(static () => RuleBook.BuiltIn)
            : new Lazy<RuleBook>(() => new RuleBook([.. ownRules, .. RuleBook.BuiltIn.Rules], ownRules.Count));
    }

    /// <summary>A classifier with the built-in rules only.</summary>
    public static FailureClassifier Default { get; } = new();

    /// <summary>Classifies an attempt; null means that it did not fail.</summary>
    public Failure? Classify(FailureSignals signals)
    {
        ArgumentNullException.ThrowIfNull(signals);
        var outcome = signals.Outcome;
        if (signals.BreakerOpen)
        {
            return Known(signals, FailureClass.CircuitOpen, "breaker.open", "runtime");
        }

        if (signals.Exception is { } exception && outcome.EndedBy is EndedBy.Itself)
        {
            return WithContext(exception, signals.Now, _mask, signals.Cancellation);
        }

        switch (outcome.EndedBy)
        {
            case EndedBy.Itself:
                break;
            case EndedBy.StartFailed:
                return StartJudge.Judge(outcome.StartError) is var (startClass, rule)
                    ? Known(signals, startClass, rule, "runtime", outcome.StartError)
                    : null;
            case EndedBy.Cancel or EndedBy.Interrupt:
                return Known(signals, FailureClass.Cancelled, "runtime." + outcome.EndedBy.Word(), "runtime");
            case EndedBy.OutputBound:
                return Known(signals, FailureClass.ResourceExhausted, "runtime.output_bound", "runtime");
            case EndedBy.UsageLimit:
                return Known(signals, FailureClass.Incomplete, CutOffRule, "runtime", signals.ContractDetail);
            case EndedBy.Lost:
                return Known(signals, FailureClass.InfrastructureLost, "runtime.lost", "runtime");
            default:
                return new AttemptJudge(_book.Value, _mask, signals)
                    .EndedFromOutside("runtime." + outcome.EndedBy.Word());
        }

        if (outcome.ExitedWell && outcome.HttpStatus is not >= 400)
        {
            if (signals.Contract is ContractState.Met)
            {
                return null;
            }

            if (signals.Contract is ContractState.None && !signals.DoubtSuccess && !signals.Agent
                && !AgentTools.Is(signals.Tool))
            {
                return null;
            }

            return new AttemptJudge(_book.Value, _mask, signals).ExitedWell();
        }

        return signals.DoubtSuccess && Answers.IsOne(signals)
            ? null
            : new AttemptJudge(_book.Value, _mask, signals).Failed();
    }

    /// <summary>Classifies an exception by its type, the bases of its type, and what is inside it.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="now">Wall clock for told dates.</param>
    /// <param name="cancellationToken">The caller's token: a cancellation is <c>cancelled</c> only if it was its
    /// own.</param>
    public static Failure ClassifyException(
        Exception exception, DateTimeOffset now, CancellationToken cancellationToken = default) =>
        WithContext(exception, now, SecretMask.Empty, cancellationToken);

    private static Failure WithContext(
        Exception exception, DateTimeOffset now, SecretMask mask, CancellationToken cancellationToken) =>
        OfException(exception, now, mask, cancellationToken) with
        {
            Context = ErrorContext.OfException(exception, mask),
        };

    /// <summary>
    /// Class and transience as <see cref="ClassifyException"/> finds them, without its texts; false where those matter.
    /// </summary>
    internal static bool TryClassifyPlainly(
        Exception exception, CancellationToken cancellationToken, out FailureClass failureClass, out bool? transient) =>
        PlainVerdicts.TryJudge(exception, cancellationToken, out failureClass, out transient);

    /// <summary>Whether an exception of that class may say in its message how long to wait.</summary>
    internal static bool MayTellAWait(FailureClass failureClass) =>
        failureClass is FailureClass.RateLimited or FailureClass.QuotaExhausted or FailureClass.Unavailable;

    private static Failure OfException(
        Exception exception, DateTimeOffset now, SecretMask mask, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(exception);
        var whole = $"{exception.GetType().Name}: {MessageOf(exception)}".ReplaceLineEndings(" ");
        var text = LineText.Evidence(whole, mask);
        if (ExceptionJudge.Judge(exception, cancellationToken) is { } verdict)
        {
            var judged = Make(verdict.Class, verdict.Rule, "exception", null, text, verdict.Confidence,
                verdict.Transient, null);
            return MayTellAWait(verdict.Class) ? judged.WithTold(exception.Message, now, mask)
                : ExceptionJudge.UntilOf(exception) is { } until ? judged with { Told = new ToldDelay(null, until) }
                : judged;
        }

        // No type says anything, so the words may: they are the program's own statement, but only a third tier.
        var judge = new TextJudge(RuleBook.BuiltIn, null);
        judge.ReadLine(exception.Message.ReplaceLineEndings(" "), "exception", 0, 0, -2);
        // Plain words are too little where a program had the choice of a type and made none.
        if (judge.Best() is { } finding && !FailureRule.IsWeak(finding.Rule))
        {
            return Make(finding.Class, finding.Rule, "exception", null, text, Math.Min(0.7, finding.Score / 100),
                finding.Transient, finding.Remediation).WithTold(exception.Message, now, mask);
        }

        return Make(FailureClass.Unknown, "exception.unknown", "exception", null, text, 0.3, null, null);
    }

    // Evidence is one line, and nobody can look inside of it.
    private static string MessageOf(Exception exception)
    {
        const string Elsewhere = ", see inner exception.";
        const string Sending = "An error occurred while sending the request.";
        var told = exception.Message;
        return exception.InnerException is not { } inner ? told
            : told.EndsWith(Elsewhere, StringComparison.Ordinal) ? $"{told[..^Elsewhere.Length]}: {inner.Message}"
            : told == Sending ? $"{told[..^1]}: {inner.Message}"
            : told;
    }

    /// <summary>Classifies an HTTP answer: the status is the default, an error code in the body refines it.</summary>
    /// <returns>Null for a status below 400.</returns>
    public Failure? ClassifyHttp(int status, ReadOnlyMemory<byte> body, DateTimeOffset now, string? headers = null) =>
        ClassifyHttp(status, body, null, now, headers);

    /// <summary>The same for a body of any length.</summary>
    /// <param name="status">Of the answer.</param>
    /// <param name="body">The body, or its ends.</param>
    /// <param name="whole">Opens all of it; null where the ends are all there is to read.</param>
    /// <param name="now">Wall clock for told dates.</param>
    /// <param name="headers">One a line.</param>
    internal Failure? ClassifyHttp(
        int status, ReadOnlyMemory<byte> body, Func<Stream>? whole, DateTimeOffset now, string? headers)
    {
        if (HttpStatuses.ClassOf(status) is null)
        {
            return null;
        }

        var failure = new AttemptJudge(_book.Value, _mask, new FailureSignals
        {
            Outcome = new Outcome { HttpStatus = status, ExitCode = null },
            Stdout = body,
            WholeStdout = whole,
            Now = now,
        }).Failed();
        return headers is null ? failure : failure?.WithTold(headers, now, _mask);
    }

    /// <summary>Classifies a program that ended by itself, by its exit code and what it printed.</summary>
    /// <param name="exitCode">Its exit code; 128+n where signal n ended it.</param>
    /// <param name="stderr">What it wrote to standard error, UTF-8.</param>
    /// <param name="now">Wall clock for told dates.</param>
    /// <param name="stdout">What it wrote to standard output, UTF-8; weighs less.</param>
    /// <returns>Null where it did not fail: exit code 0 of a program that promised nothing else.</returns>
    public Failure? ClassifyProcess(
        int exitCode, ReadOnlyMemory<byte> stderr, DateTimeOffset now, ReadOnlyMemory<byte> stdout = default) =>
        Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = exitCode }, Stderr = stderr, Stdout = stdout, Now = now,
        });

    private Failure Known(
        FailureSignals signals, FailureClass failureClass, string rule, string channel, string? text = null) =>
        Make(failureClass, rule, channel, null, text is null ? null : LineText.Evidence(text, _mask), 1, null, null)
            with { EndedBy = signals.Outcome.EndedBy };

    internal static Failure Make(
        FailureClass failureClass, string rule, string channel, int? line, string? text, double confidence,
        bool? transient, string? remediation)
    {
        var passes = transient ?? FailureDefaults.Transient(failureClass);
        var disposition = FailureDefaults.DispositionOf(failureClass);
        if (passes == false && disposition == Disposition.Retry)
        {
            disposition = Disposition.Fail;
        }

        if (rule is CutOffRule && failureClass == FailureClass.Incomplete)
        {
            disposition = Disposition.Retry;
        }

        return new Failure
        {
            Class = failureClass,
            Disposition = disposition,
            Transient = passes,
            Evidence = new Evidence(rule, channel, line is > 0 ? line : null, text,
                remediation ?? FailureDefaults.RemediationOf(rule, failureClass)),
            Confidence = Math.Round(Math.Clamp(confidence, 0.05, 1), 2),
        };
    }
}
