using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Runs;

namespace Holdfast.Plans.Running;

/// <summary>Everything known about an attempt before it runs.</summary>
/// <param name="Command">How it is run.</param>
/// <param name="Outputs">Declared outputs, relative to the plan's folder.</param>
/// <param name="Tool">Name of its program, for the classifier.</param>
internal sealed record PreparedAttempt(CommandSpec Command, IReadOnlyList<string> Outputs, string? Tool);

/// <summary>From an outcome to the end that the engine records: contract first, then the classifier.</summary>
/// <param name="classifier">Masks what it quotes.</param>
/// <param name="time">Wall clock.</param>
/// <param name="mayShowText">
/// False where the value of a secret is not known: a line that cannot be masked for certain is not quoted.
/// </param>
internal sealed class AttemptJudgement(FailureClassifier classifier, TimeProvider time, bool mayShowText)
{
    internal AttemptEnd Of(PreparedAttempt attempt, Outcome outcome, Func<OutputReport>? check)
    {
        try
        {
            var report = outcome.ExitedWell ? check?.Invoke() : null;
            if (outcome.ExitedWell && report is null or { Faults.Count: 0 })
            {
                return new AttemptEnd(outcome, null) { Outputs = report?.Files ?? [] };
            }

            var paths = attempt.Command.Paths;
            return new AttemptEnd(outcome, Veiled(classifier.Classify(new FailureSignals
            {
                Outcome = outcome,
                Stdout = CaptureReader.ReadEndBytes(paths.Out),
                Stderr = CaptureReader.ReadEndBytes(paths.Err),
                Tool = attempt.Tool,
                Contract = report is null ? ContractState.None : ContractState.OutputsMissing,
                ContractDetail = report is null ? null : string.Join("; ", report.Faults.Take(5).Select(f => f.Detail)),
                Now = time.GetUtcNow(),
            }) ?? Unreadable(outcome, "it failed, and nothing says why")));
        }
        catch (Exception error)
        {
            // An attempt that ended is never lost for want of its output or its judgement: it ends unjudged.
            return new AttemptEnd(outcome, Unreadable(outcome, $"it could not be judged: {error.Message}"));
        }
    }

    internal Failure Incomplete(CommandSpec command, string? tool, Outcome outcome, IReadOnlyList<string> missing)
    {
        try
        {
            return Veiled(classifier.Classify(new FailureSignals
            {
                Outcome = outcome,
                Stdout = CaptureReader.ReadEndBytes(command.Paths.Out),
                Stderr = CaptureReader.ReadEndBytes(command.Paths.Err),
                Tool = tool,
                Contract = ContractState.CheckpointsMissing,
                ContractDetail = "missing: " + string.Join(", ", missing.Take(5)),
                Now = time.GetUtcNow(),
            }) ?? Unreadable(outcome, "checkpoints are missing, and nothing says why"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Unreadable(outcome, $"it could not be judged: {error.Message}");
        }
    }

    private Failure Veiled(Failure failure) => mayShowText || failure.Evidence.Text is null
        ? failure
        : failure with { Evidence = failure.Evidence with { Text = null } };

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
