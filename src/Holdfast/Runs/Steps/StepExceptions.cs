using Holdfast.Failures;

namespace Holdfast;

/// <summary>
/// A step failed, and its policy allows no further try. The same exception is thrown when the run is started again,
/// until <c>holdfast retry RUN STEP</c>; what the step itself threw is inside only in the process that saw it.
/// </summary>
public sealed class StepFailedException : Exception
{
    internal StepFailedException(string runId, string step, Failure? failure, string reason, Exception? inner)
        : base($"step \"{step}\" of run {runId} failed: {reason}"
            + (failure?.Evidence.Text is { } text ? $" ({text})" : "")
            + $"; `holdfast why {runId}` says more, `holdfast retry {runId} '{step}'` tries it again at the next start",
            inner) => (RunId, Step, Failure) = (runId, step, failure);

    /// <summary>Id of the run.</summary>
    public string RunId { get; }

    /// <summary>Name of the step with that of its scopes.</summary>
    public string Step { get; }

    /// <summary>What went wrong; null where no attempt failed, as after a person's word.</summary>
    public Failure? Failure { get; }
}

/// <summary>A step waits for a person's decision: <c>holdfast resolve RUN STEP --done|--redo|--fail</c>.</summary>
public class StepHeldException : Exception
{
    internal StepHeldException(string runId, string step, string reason)
        : base($"step \"{step}\" of run {runId} is held: {reason}; find out whether it happened, say so by `holdfast "
            + $"resolve {runId} '{step}' --done`, --redo or --fail, and start the program again") =>
        (RunId, Step) = (runId, step);

    /// <summary>Id of the run.</summary>
    public string RunId { get; }

    /// <summary>Name of the step with that of its scopes.</summary>
    public string Step { get; }
}

/// <summary>
/// A step that must not happen twice was started, and nobody knows whether it happened. Thrown until a person has
/// resolved it.
/// </summary>
public sealed class OutcomeUnknownException : StepHeldException
{
    internal OutcomeUnknownException(string runId, string step, string reason)
        : base(runId, step, reason)
    {
    }
}

/// <summary>
/// The program no longer fits what its run's journal says: a step returns another type than the one recorded. No new
/// step of the run starts any more in this process.
/// </summary>
public sealed class StepMismatchException : Exception
{
    internal StepMismatchException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>
/// Two steps of one scope have the same name, so neither could be told from the other after a restart.
/// </summary>
public sealed class DuplicateStepException : Exception
{
    internal DuplicateStepException(string runId, string step)
        : base($"run {runId} asked twice for a step \"{step}\"; give each step of a scope its own name, each item of a "
            + "loop its own scope (ForEachAsync, Scope), and ask for no step within another one, which asks again when "
            + "it is tried again") => Step = step;

    private DuplicateStepException(string message, string runId, string step)
        : base($"run {runId} {message}") => Step = step;

    internal static DuplicateStepException OfItem(string runId, string scope, int place) => new(
        $"has several items \"{scope}\", the second as item {place}; nothing was done: let the label tell each item "
            + "from all others", runId, scope);

    /// <summary>The name that both have.</summary>
    public string Step { get; }
}

/// <summary>The run was cancelled for good, by <c>holdfast cancel</c> or <see cref="Workspace.CancelAsync"/>.</summary>
public sealed class RunCancelledException : OperationCanceledException
{
    internal RunCancelledException(string runId, string reason, Exception? inner = null)
        : base($"run {runId} was cancelled: {reason}", inner) => RunId = runId;

    /// <summary>Id of the run.</summary>
    public string RunId { get; }
}

/// <summary>A large result that the journal names is gone, or is not what was written.</summary>
public sealed class StepResultLostException : IOException
{
    internal StepResultLostException(string path, string why)
        : base($"{path} holds the result of a finished step, and {why}; restore it from a copy, or fork the run from "
            + "that step")
    {
    }
}
