using Holdfast.Failures;

namespace Holdfast.Runs;

/// <summary>The judgement of an attempt that nobody saw end.</summary>
public static class Lost
{
    /// <summary>It may come back on another try; whether it may be tried is for its effect to say.</summary>
    public static Failure Failure { get; } = new()
    {
        Class = FailureClass.InfrastructureLost,
        Disposition = Disposition.Retry,
        Transient = true,
        Evidence = new Evidence(
            "runtime.lost", "runtime", null, "it was started, and is gone without having left an exit code"),
        EndedBy = EndedBy.Lost,
    };
}
