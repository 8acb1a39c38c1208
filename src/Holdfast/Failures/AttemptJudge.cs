using System.Globalization;
using Holdfast.Failures.Ends;
using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <summary>Judges one attempt from its exit, its structured events and its words. Made for one use.</summary>
internal sealed partial class AttemptJudge(RuleBook book, SecretMask mask, FailureSignals signals)
{
    // A compiler's or test runner's standard output is where it reports; an agent's is mostly quoted text.
    private const double StdoutWeight = -6;
    private const double AgentStdoutWeight = -20;

    /// <summary>Marks lines in which an agent tells the pause that it chose itself, which nobody asked for.</summary>
    private const string OwnPause = "retry_delay_ms";

    /// <summary>Lines before and after the evidence in which a told wait is looked for.</summary>
    private const int NearLines = 12;

    /// <summary>A quota that is back so soon is one per minute, whatever it says of plans and billing.</summary>
    private static readonly TimeSpan MinuteQuota = TimeSpan.FromMinutes(2);

    private readonly TextJudge _text = new(book, signals.Tool);

    private Outcome Outcome => signals.Outcome;

    private bool IsAgent => signals.Agent || AgentTools.IsModelClient(signals.Tool);

    /// <summary>
    /// Ended by a limit: what the error channel says explains the hang where it names a cause outside the work;
    /// standard output is not asked, since it quotes whatever the work read.
    /// </summary>
    internal Failure EndedFromOutside(string rule)
    {
        if (OwnWord() is { } own)
        {
            return own;
        }

        ReadErrors();
        // Plain words do not explain a hang: "Connecting… connected." is what every client prints.
        if (_text.Best(ExplainsHang) is { } finding
            && !FailureRule.IsWeak(finding.Rule))
        {
            return From(finding);
        }

        if (Prompt() is { } prompt)
        {
            // Nobody will answer the next attempt either.
            return Make(FailureClass.Timeout, "runtime.waits_for_input", "stderr", prompt, null, 0.8, transient: false)
                with { Evidence = new Evidence("runtime.waits_for_input", "stderr", null,
                    LineText.Evidence(prompt, mask), "answer by stdin, or tell the program not to ask") };
        }

        return Make(FailureClass.Timeout, rule, rule.StartsWith("exit", StringComparison.Ordinal) ? "exit" : "runtime");
    }

    /// <summary>Exit code 0, and a contract that is not met, or none: null where nothing says that it failed.</summary>
    internal Failure? ExitedWell()
    {
        var last = AgentEvents.Last(signals.Stdout.Span, IsAgent);
        if (last is { Kind: AgentEventKind.Error })
        {
            return FromEvent(last);
        }

        switch (signals.Contract)
        {
            case ContractState.CheckpointsMissing:
                return last is { Kind: AgentEventKind.CutOff } ? FromEvent(last) : CheckpointsMissing();
            case ContractState.OutputsMissing:
                ReadErrors();
                ReadLastWord();
                // The file that the task promised is not there: the nearest class is that of any missing file.
                return _text.Best() is { } named
                    ? From(named)
                    : Make(FailureClass.NotFound, FailureClassifier.OutputsRule, "contract", signals.ContractDetail);
        }

        if (last is { Kind: AgentEventKind.CutOff })
        {
            return FromEvent(last);
        }

        if (signals.DoubtSuccess && OfInnerExit() is { } inner)
        {
            return inner;
        }

        var doubt = new SuccessDoubts(book, signals);
        return (last is null ? doubt.Find() : doubt.OwnReport()) is { } finding ? From(finding)
            : signals.DoubtSuccess && !signals.Agent && !AgentTools.Is(signals.Tool) && SaysItFailed() ? Failed()
            : null;
    }

    /// <summary>A script that told the code of the program inside it is judged as that program.</summary>
    private Failure? OfInnerExit()
    {
        if (InnerExits.CodeOf(signals.Stdout.Span) is not (> 0 and var code))
        {
            return null;
        }

        var inner = signals with { Outcome = Outcome with { ExitCode = code } };
        var failure = new AttemptJudge(book, mask, inner).Failed();
        // A bare code that means nothing, with nothing said, may be an answer: no match, files differ.
        return failure.Class == FailureClass.Unknown
            || FailureRule.IsWeak(failure.Evidence.Rule) ? null : failure;
    }

    private bool SaysItFailed() =>
        FailedEnds.Says(signals.Tool, signals.Stdout.Span, signals.Stderr.Span)
        || FailedEnds.IsSilentClient(signals.Tool, signals.Stdout.Span, signals.Stderr.Span);

    /// <summary>A code other than 0, a signal, or an HTTP status from 400.</summary>
    internal Failure Failed()
    {
        if (Outcome.HttpStatus is >= 400 and var status)
        {
            return ByStatus(status);
        }

        var exit = ExitCodes.Judge(Outcome.ExitCode, Outcome.Signal, signals.Tool);
        if (ExitCodes.FromOutside(Outcome.ExitCode, Outcome.Signal))
        {
            return KilledFromOutside(exit);
        }

        if (UnsetVariable() is { } unset)
        {
            return unset;
        }

        ReadAll();
        if (exit is { Confidence: >= ExitVerdict.Final } final)
        {
            return final.Class == FailureClass.Cancelled && WhoCancelled() is { } who ? From(who) : From(final);
        }

        if (AgentEvents.Last(signals.Stdout.Span, IsAgent) is
            { Kind: AgentEventKind.Error or AgentEventKind.CutOff } last)
        {
            return FromEvent(last);
        }

        var best = _text.Best();
        if (best is { Rule: var plain } && FailureRule.IsWeak(plain)
            && Usage() is { } usage)
        {
            // A program that prints its help was called wrongly; the words of the help mean nothing.
            best = usage;
        }

        best = Explained(best);
        if (best is { } finding && (exit is not { } verdict || finding.IsOwn || finding.Score >= Bar(verdict)))
        {
            return From(finding);
        }

        if (exit is { } code)
        {
            return From(code);
        }

        return HoldsMarkers(signals.Stdout.Span)
            ? Make(FailureClass.MergeConflict, "merge.markers", "stdout", LastWords())
            : ByWords() ?? Make(FailureClass.Unknown, "none", "exit", LastWords() ?? SilentEnd());
    }

    private Failure? UnsetVariable() => Outcome.ExitCode is 1 or 2 or 127 && LastLine(signals.Stderr.Span) is { } last
        && ShellVariables.Complains(last)
            ? Make(FailureClass.InvalidInput, "shell.variable", "stderr", last)
            : null;

    /// <summary>The markers that merge programs leave around an overlap.</summary>
    private static bool HoldsMarkers(ReadOnlySpan<byte> output) => output.IndexOf("<<<<<<< "u8) >= 0
        && output.IndexOf("\n=======\n"u8) >= 0 && output.IndexOf("\n>>>>>>> "u8) >= 0;

    // Weak codes (a generic 134) yield to any plain statement; strong ones only to an exact error code.
    private static double Bar(ExitVerdict verdict) =>
        verdict.Confidence >= 0.75 ? 72 : verdict.Confidence >= 0.6 ? 52 : 40;

    private static bool ExplainsHang(FailureClass failureClass) => failureClass is FailureClass.RateLimited
        or FailureClass.QuotaExhausted or FailureClass.Auth or FailureClass.Connection or FailureClass.Unavailable;

    private static bool ExplainsMissing(FailureClass failureClass) => ExplainsHang(failureClass)
        || failureClass is FailureClass.PolicyDenied or FailureClass.ResourceExhausted or FailureClass.Timeout;

    private Failure KilledFromOutside(ExitVerdict? exit)
    {
        var failure = EndedFromOutside("exit." + (Outcome.ExitCode ?? (128 + (Outcome.Signal ?? 9)))
            .ToString(CultureInfo.InvariantCulture));
        if (failure.Class != FailureClass.Timeout || Outcome.ExitCode == 124 || exit is not { } verdict)
        {
            return failure;
        }

        // 137 with a record of the memory killer; without one it is a KILL from somebody.
        ReadOutput(StdoutWeight);
        return _text.Of(FailureClass.ResourceExhausted) is { } memory ? From(memory)
            : _text.Of(FailureClass.Timeout) is { } timeout ? From(timeout)
            : From(verdict);
    }

    private Failure CheckpointsMissing()
    {
        ReadErrors();
        ReadLastWord();
        // Auth before rate limit: a wrong key is often answered with a throttle in the end.
        var cause = _text.Of(FailureClass.Auth) ?? _text.Best(ExplainsMissing);
        return cause is { } finding
            ? From(finding)
            : Make(FailureClass.Incomplete, FailureClassifier.CheckpointsRule, "contract", signals.ContractDetail);
    }

    private Finding? Usage() => _text.Of(FailureClass.InvalidInput) is
        { Rule: "input.usage_only" or "input.usage" or "usage.option" or "usage.try" } usage
            ? usage
            : null;

    private void ReadAll()
    {
        ReadErrors();
        ReadChainEnd();
        var quotes = IsAgent && !signals.Stderr.IsEmpty;
        ReadOutput(quotes ? AgentStdoutWeight : StdoutWeight);
        if (signals.Tool is "curl" && Outcome.ExitCode == 22
            && AnswerStatus.OfLastLine(signals.Stdout.Span) is { } status)
        {
            _text.ReadLine("HTTP status " + status, "stdout", 1, 0, 0);
        }
    }

    private void ReadErrors() => Read(signals.Stderr, signals.WholeStderr, "stderr", 0);

    private void ReadOutput(double weight) => Read(signals.Stdout, signals.WholeStdout, "stdout", weight);

    private void Read(ReadOnlyMemory<byte> ends, Func<Stream>? whole, string channel, double weight)
    {
        if (whole is null)
        {
            _text.Read(ends.Span, channel, weight);
            return;
        }

        using var input = whole();
        _text.Read(input, channel, weight);
    }

    private Failure ByStatus(int status)
    {
        ReadAll();
        if (AgentEvents.Last(signals.Stdout.Span, IsAgent) is { Kind: AgentEventKind.Error } error)
        {
            _text.ReadLine(error.Text, "stdout", error.Line, 0, 14);
        }

        var byStatus = HttpStatuses.ClassOf(status) ?? FailureClass.Unknown;
        var rule = "http." + status.ToString(CultureInfo.InvariantCulture);
        var finding = _text.Best(to => HttpStatuses.MayRefine(status, to));
        if (finding is { } refined && (refined.IsOwn || refined.Score >= 45) && refined.Class != byStatus
            && !refined.Rule.StartsWith("http.", StringComparison.Ordinal))
        {
            return From(refined);
        }

        return _text.Of(byStatus) is { } same
            ? From(same)
            : ByStatusAlone(byStatus, rule);
    }

    /// <summary>The last line, where it is a question to a person.</summary>
    private string? Prompt() =>
        LastLine(signals.Stderr.Span) is { } error && Prompts.Asks(error) ? error.TrimEnd()
        : LastLine(signals.Stdout.Span) is { } printed && Prompts.Asks(printed) ? printed.TrimEnd()
        : null;

    private string? LastWords() => LastLine(signals.Stderr.Span) ?? LastLine(signals.Stdout.Span);

    private static string? LastLine(ReadOnlySpan<byte> output) => LogLines.Last(output) is [var last, ..]
        ? LineText.Clean(output.Slice(last.Start, last.Length))
        : null;

    /// <summary>Where a program printed nothing, the way it ended is all there is to show.</summary>
    private string? SilentEnd() => Outcome switch
    {
        { Signal: { } signal } => string.Create(CultureInfo.InvariantCulture, $"signal {signal}, nothing printed"),
        { ExitCode: { } code } => string.Create(CultureInfo.InvariantCulture, $"exit code {code}, nothing printed"),
        _ => null,
    };

    private Failure From(ExitVerdict verdict) =>
        Make(verdict.Class, verdict.Rule, "exit", LastWords() ?? SilentEnd(), null, verdict.Confidence,
            verdict.Transient);

    private Failure From(Finding finding, string? headers = null)
    {
        // What was read to its end has the right numbers; everything else was read in the ends.
        var isWhole = finding.Offset >= 0
            && (finding.Channel == "stderr" ? signals.WholeStderr : signals.WholeStdout) is not null;
        var line = isWhole ? finding.Line : NumberOf(finding.Channel, finding.Line);
        var failure = FailureClassifier.Make(
            finding.Class, finding.Rule, finding.Channel, line, LineText.Evidence(finding.Text, mask),
            Math.Min(0.99, finding.Score / 100), finding.Transient, finding.Remediation);
        var told = WithTold(failure with { EndedBy = Outcome.EndedBy }, finding, headers);
        return finding.Rule == "quota.credits" && told.Told is { After: { } after } && after <= MinuteQuota
            ? From(finding with { Class = FailureClass.RateLimited, Rule = "limit.minute_quota" }, headers)
            : told;
    }

    /// <summary>
    /// A told wait stands in the line itself, in the event's headers, or close by in the same channel.
    /// </summary>
    private Failure WithTold(Failure failure, Finding finding, string? headers)
    {
        if (finding.Class is not (FailureClass.RateLimited or FailureClass.QuotaExhausted or FailureClass.Unavailable))
        {
            return failure;
        }

        failure = failure.WithTold(headers + finding.Text, signals.Now, mask);
        foreach (var line in failure.Told is null ? Around(finding) : [])
        {
            if (line.Contains(OwnPause, StringComparison.Ordinal))
            {
                continue;
            }

            failure = failure.WithTold(line, signals.Now, mask);
            if (failure.Told is not null)
            {
                break;
            }
        }

        return failure;
    }

    private List<string> Around(Finding finding)
    {
        var (ends, whole) = finding.Channel == "stderr"
            ? (signals.Stderr, signals.WholeStderr)
            : (signals.Stdout, signals.WholeStdout);
        if (finding.Offset >= 0)
        {
            return whole is null
                ? LogLines.Around(ends.Span, (int)finding.Offset, NearLines)
                : LogLines.Around(whole, finding.Offset, NearLines);
        }

        // An event knows its line only, and is one of the last.
        var near = new List<string>();
        foreach (var line in LogLines.Choose(ends.Span))
        {
            if (Math.Abs(line.Number - finding.Line) <= NearLines)
            {
                near.Add(LineText.Clean(ends.Span.Slice(line.Start, line.Length)));
            }
        }

        return near;
    }

    /// <summary>The number in the whole channel of a line of its ends.</summary>
    private int NumberOf(string channel, int line) => channel switch
    {
        "stdout" => signals.StdoutGap.NumberOf(line),
        "stderr" => signals.StderrGap.NumberOf(line),
        _ => line,
    };

    private Failure Make(
        FailureClass failureClass, string rule, string channel, string? text = null, int? line = null,
        double confidence = 0.9, bool? transient = null)
    {
        var shown = text is null ? null : LineText.Evidence(text, mask);
        var sure = rule == "none" ? 0.3 : confidence;
        line = line is { } number ? NumberOf(channel, number) : null;
        return FailureClassifier.Make(failureClass, rule, channel, line, shown, sure, transient, null)
            with { EndedBy = Outcome.EndedBy };
    }
}
