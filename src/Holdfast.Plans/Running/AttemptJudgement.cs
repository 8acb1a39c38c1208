using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Runs;

namespace Holdfast.Plans.Running;

/// <summary>Everything known about an attempt before it runs.</summary>
/// <param name="Command">How it is run.</param>
/// <param name="Outputs">Declared outputs, relative to the plan's folder.</param>
/// <param name="Tool">Name of its program, for the classifier.</param>
/// <param name="Agent">What is watched and kept of it; null for what is no agent.</param>
internal sealed record PreparedAttempt(
    CommandSpec Command, IReadOnlyList<string> Outputs, string? Tool, AgentAttempt? Agent = null);

/// <summary>From an outcome to the end that the engine records: contract first, then the classifier.</summary>
/// <param name="classifier">Masks what it quotes.</param>
/// <param name="mask">The same mask, for what stands beside the class.</param>
/// <param name="time">Wall clock.</param>
/// <param name="mayShowText">
/// False where the value of a secret is not known: a line that cannot be masked for certain is not quoted.
/// </param>
internal sealed class AttemptJudgement(
    FailureClassifier classifier, SecretMask mask, TimeProvider time, bool mayShowText)
{
    // Less than a block: nothing more can be written.
    private const long LeastFreeBytes = 4096;

    internal AttemptEnd Of(PreparedAttempt attempt, Outcome outcome, Func<OutputReport>? check)
    {
        try
        {
            var report = outcome.ExitedWell ? check?.Invoke() : null;
            // Where nothing is declared, an agent's exit code proves nothing: its own last event decides.
            var isProven = attempt.Agent is null || report is not null || attempt.Agent.HasCheckpoints;
            if (outcome.ExitedWell && isProven && report is null or { Faults.Count: 0 })
            {
                return new AttemptEnd(outcome, null) { Outputs = report?.Files ?? [] };
            }

            var signals = Signals(attempt, outcome);
            var failure = classifier.Classify(signals with
            {
                Contract = report is null ? ContractState.None : ContractState.OutputsMissing,
                ContractDetail = report is null ? attempt.Agent?.PastLimit
                    : string.Join("; ", report.Faults.Take(5).Select(f => f.Detail)),
            });
            return failure is null && outcome.ExitedWell && report is null
                ? new AttemptEnd(outcome, null)
                : new AttemptEnd(outcome, WithLimit(attempt.Command, Veiled(AttemptContexts.Of(
                    WithDisk(attempt.Command, failure ?? Unreadable(outcome, "it failed, and nothing says why")),
                    attempt, signals, mask))));
        }
        catch (Exception error)
        {
            // An attempt that ended is never lost for want of its output or its judgement: it ends unjudged.
            return new AttemptEnd(outcome, Unreadable(outcome, $"it could not be judged: {error.Message}"));
        }
    }

    /// <summary>The end of an attempt that was stopped before its program had started.</summary>
    internal AttemptEnd Stopped(EndedBy reason)
    {
        var outcome = new Outcome { EndedBy = reason };
        return new AttemptEnd(outcome, classifier.Classify(new FailureSignals
        {
            Outcome = outcome, Now = time.GetUtcNow(),
        }));
    }

    private FailureSignals Signals(PreparedAttempt attempt, Outcome outcome) => new()
    {
        Outcome = outcome,
        Stdout = CaptureReader.ReadEndBytes(attempt.Command.Paths.Out, out var outGap),
        StdoutGap = outGap,
        Stderr = CaptureReader.ReadEndBytes(attempt.Command.Paths.Err, out var errGap),
        StderrGap = errGap,
        WholeStderr = WholeCapture.Of(attempt.Command.Paths.Err),

        // What an agent printed is what it read and wrote; its own words stand at the end.
        WholeStdout = attempt.Agent is null ? WholeCapture.Of(attempt.Command.Paths.Out) : null,
        Tool = attempt.Tool,
        Agent = attempt.Agent is not null,
        Now = time.GetUtcNow(),
    };

    internal Failure Incomplete(PreparedAttempt attempt, Outcome outcome, IReadOnlyList<string> missing)
    {
        try
        {
            var signals = Signals(attempt, outcome);
            var failure = classifier.Classify(signals with
            {
                Contract = ContractState.CheckpointsMissing,
                ContractDetail = "missing: " + string.Join(", ", missing.Take(5)),
            }) ?? Unreadable(outcome, "checkpoints are missing, and nothing says why");
            return Veiled(AttemptContexts.Of(failure, attempt, signals, mask));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Unreadable(outcome, $"it could not be judged: {error.Message}");
        }
    }

    // A program whose output has no room any more cannot say so: what it would say it with is on the same disk.
    private static Failure WithDisk(CommandSpec command, Failure failure)
    {
        if (failure is not { Class: FailureClass.Unknown, EndedBy: EndedBy.Itself }
            || new DriveInfo(Path.GetDirectoryName(command.Paths.Out)!).AvailableFreeSpace >= LeastFreeBytes)
        {
            return failure;
        }

        return failure with
        {
            Class = FailureClass.ResourceExhausted,
            Disposition = Disposition.Fail,
            Transient = false,
            Confidence = 0.8,
            Evidence = new Evidence(
                "runtime.disk_full", "runtime", null,
                $"it failed while the disk that its output is kept on was full ({command.Paths.Out})",
                "free space on its file system or raise the quota"),
        };
    }

    // What a limit ended says nothing of it itself: the key of the plan and its value do.
    private static Failure WithLimit(CommandSpec command, Failure failure)
    {
        var evidence = failure.Evidence;
        return evidence is not { Channel: "runtime", Text: null } ? failure : failure with
        {
            Evidence = failure.EndedBy switch
            {
                EndedBy.HardTimeout => evidence with
                {
                    Text = $"it ran until its time limit (timeout: {Durations.Text(command.HardTimeout)})",
                },
                EndedBy.NoProgress when command.NoProgress is { } bound => evidence with
                {
                    Text = $"it printed nothing and used no processor (no-progress: {Durations.Text(bound)})",
                },
                EndedBy.OutputBound => evidence with
                {
                    Text = $"it printed more than {command.OutputBound:N0} bytes, the most that is kept of an attempt",
                    Remediation = "let it print less, or into a file of its own; no key of a plan raises this",
                },
                _ => evidence,
            },
        };
    }

    private Failure Veiled(Failure failure) => mayShowText
        ? failure
        : failure with
        {
            Evidence = failure.Evidence with { Text = null },
            Context = failure.Context is { } context
                ? new ErrorContext { Runtime = context.Runtime, Operation = context.Operation }
                : null,
        };

    internal static AttemptEnd NotPrepared(Exception error)
    {
        var outcome = new Outcome { EndedBy = EndedBy.StartFailed, StartError = error.Message };
        var kind = error is IOException or UnauthorizedAccessException ? FailureClass.Permission
            : FailureClass.InvalidInput;
        return new AttemptEnd(outcome, new Failure
        {
            Class = kind,
            Disposition = Disposition.Fail,
            Transient = false,
            Evidence = new Evidence("prepare", "runtime", null, error.Message),
            EndedBy = EndedBy.StartFailed,
            Context = ErrorContext.OfException(error, SecretMask.Empty) with { Operation = "prepare" },
        });
    }

    private static Failure Unreadable(Outcome outcome, string why) => new()
    {
        Class = FailureClass.Unknown,
        Disposition = Disposition.Retry,
        Evidence = new Evidence("none", "runtime", null, why),
        Confidence = 0,
        EndedBy = outcome.EndedBy,
    };
}
