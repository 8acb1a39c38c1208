using System.Globalization;
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

    /// <summary>
    /// The same failure, saying what was lost: it is told by another process, which knows nothing of it but where it
    /// stood. What has not been lost stays as it is.
    /// </summary>
    /// <param name="failure">As it was judged.</param>
    /// <param name="run">Id of the run.</param>
    /// <param name="task">The task or step.</param>
    /// <param name="attempt">The attempt, from 1.</param>
    /// <param name="runtime">The runtime that it was started on.</param>
    internal static Failure Named(Failure failure, string run, string task, int attempt, string runtime)
    {
        if (failure.EndedBy != EndedBy.Lost)
        {
            return failure;
        }

        var known = failure.Context ?? new ErrorContext();
        return failure with
        {
            Context = (known with { Runtime = known.Runtime ?? runtime, Operation = "lost" }).With(
                SecretMask.Empty, ("run", run), ("task", task),
                ("attempt", attempt.ToString(CultureInfo.InvariantCulture))),
        };
    }
}
