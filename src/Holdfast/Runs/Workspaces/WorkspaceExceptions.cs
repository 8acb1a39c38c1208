using Holdfast.Failures;

namespace Holdfast;

/// <summary>The workspace cannot be used.</summary>
public sealed class WorkspaceException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>No such run, or more than one.</summary>
public sealed class RunNotFoundException(string message) : Exception(message);

/// <summary>A run of this id exists; a new one never takes its place.</summary>
public sealed class RunExistsException(string runId)
    : Exception($"run {runId} exists already; choose another --id, or go on with it (`holdfast resume {runId}`)");

/// <summary>The run was being deleted, and is half gone.</summary>
public sealed class RunHalfPrunedException(string runId)
    : Exception($"run {runId} was being deleted by `holdfast prune`, which was killed half-way; `holdfast prune` "
    + "finishes it");

/// <summary>Another process, or this one, drives the run.</summary>
public sealed class RunLockedException : Exception, IKnownFailure
{
    /// <summary>Another process drives it.</summary>
    /// <param name="runId">Id of the run.</param>
    /// <param name="holder">Who holds it, as that process wrote it.</param>
    public RunLockedException(string runId, string holder)
        : this(runId, holder, "steer it from here (pause, cancel, watch), or end that process to take over")
    {
    }

    private RunLockedException(string runId, string holder, string cure)
        : base($"run {runId} is driven by {holder}; {cure}") => Holder = holder;

    // Whoever drives it lets go of it some time.
    FailureClass IKnownFailure.Class => FailureClass.ResourceContention;

    string IKnownFailure.Rule => "exception.run_locked";

    internal static RunLockedException ByThisProcess(string runId) => new(
        runId, "this process itself", "await the first RunAsync of it, or give this one another id");

    /// <summary>Who holds it, as that process wrote it.</summary>
    public string Holder { get; }
}
