namespace Holdfast.Failures;

/// <summary>
/// The words that files, screens and APIs use for the enums of this room. Written out by hand: no reflection, no
/// start-up cost, and the compiler's exhaustiveness test in the tests shows a value without a word.
/// </summary>
public static class FailureWords
{
    /// <summary>The snake_case word of a class, e.g. <c>rate_limited</c>.</summary>
    public static string Word(this FailureClass value) => value switch
    {
        FailureClass.RateLimited => "rate_limited",
        FailureClass.QuotaExhausted => "quota_exhausted",
        FailureClass.Connection => "connection",
        FailureClass.Unavailable => "unavailable",
        FailureClass.Timeout => "timeout",
        FailureClass.ResourceContention => "resource_contention",
        FailureClass.InfrastructureLost => "infrastructure_lost",
        FailureClass.ResourceExhausted => "resource_exhausted",
        FailureClass.Auth => "auth",
        FailureClass.Permission => "permission",
        FailureClass.NotFound => "not_found",
        FailureClass.InvalidInput => "invalid_input",
        FailureClass.BuildFailure => "build_failure",
        FailureClass.TestFailure => "test_failure",
        FailureClass.Crash => "crash",
        FailureClass.PolicyDenied => "policy_denied",
        FailureClass.DependencyConflict => "dependency_conflict",
        FailureClass.MergeConflict => "merge_conflict",
        FailureClass.CircuitOpen => "circuit_open",
        FailureClass.Incomplete => "incomplete",
        FailureClass.OutcomeUnknown => "outcome_unknown",
        FailureClass.Cancelled => "cancelled",
        FailureClass.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "not a failure class"),
    };

    /// <summary>The snake_case word of a disposition, e.g. <c>fall_back</c>.</summary>
    public static string Word(this Disposition value) => value switch
    {
        Disposition.Retry => "retry",
        Disposition.Wait => "wait",
        Disposition.FallBack => "fall_back",
        Disposition.Park => "park",
        Disposition.Hold => "hold",
        Disposition.Fail => "fail",
        Disposition.Stop => "stop",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "not a disposition"),
    };

    /// <summary>The snake_case word of who ended an attempt, e.g. <c>hard_timeout</c>.</summary>
    public static string Word(this EndedBy value) => value switch
    {
        EndedBy.Itself => "itself",
        EndedBy.HardTimeout => "hard_timeout",
        EndedBy.NoProgress => "no_progress",
        EndedBy.RunDeadline => "run_deadline",
        EndedBy.OutputBound => "output_bound",
        EndedBy.Cancel => "cancel",
        EndedBy.Interrupt => "interrupt",
        EndedBy.StartFailed => "start_failed",
        EndedBy.Lost => "lost",
        EndedBy.UsageLimit => "usage_limit",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "not an end"),
    };

    /// <summary>Reads a class back from its word. False for a word that is none; case matters.</summary>
    public static bool TryParseClass(string? word, out FailureClass value)
    {
        for (var candidate = FailureClass.RateLimited; candidate <= FailureClass.Unknown; candidate++)
        {
            if (candidate.Word() == word)
            {
                value = candidate;
                return true;
            }
        }

        value = FailureClass.Unknown;
        return false;
    }

    /// <summary>Reads a disposition back from its word. False for a word that is none.</summary>
    public static bool TryParseDisposition(string? word, out Disposition value)
    {
        for (var candidate = Disposition.Retry; candidate <= Disposition.Stop; candidate++)
        {
            if (candidate.Word() == word)
            {
                value = candidate;
                return true;
            }
        }

        value = Disposition.Fail;
        return false;
    }

    /// <summary>Reads back who ended an attempt. False for a word that is none.</summary>
    public static bool TryParseEndedBy(string? word, out EndedBy value)
    {
        for (var candidate = EndedBy.Itself; candidate <= EndedBy.UsageLimit; candidate++)
        {
            if (candidate.Word() == word)
            {
                value = candidate;
                return true;
            }
        }

        value = EndedBy.Itself;
        return false;
    }
}
