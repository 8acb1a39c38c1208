namespace Holdfast.Failures;

/// <summary>
/// The names of one class in the systems people come from, exported beside the class. Null where a system has no
/// such thing.
/// </summary>
/// <param name="EightBucket">Retry taxonomy of eight buckets, e.g. <c>BACKPRESSURE</c>.</param>
/// <param name="AgentRuntime">Category of agent-runtime hardening, e.g. <c>rate_limit</c>.</param>
/// <param name="Pipeline">Error kinds of pipeline execution, first the most usual.</param>
/// <param name="PipelineRetryable">Whether that system retries it; null where it does not say.</param>
/// <param name="Recovery">Recovery and backoff: <c>transient</c>, <c>permanent</c>, <c>unknown</c>.</param>
/// <param name="RootCause">Root-cause class of the CI operator, e.g. <c>network_io</c>.</param>
public sealed record ForeignNames(
    string? EightBucket,
    string? AgentRuntime,
    IReadOnlyList<string> Pipeline,
    bool? PipelineRetryable,
    string? Recovery,
    string? RootCause)
{
    /// <summary>The names of a class.</summary>
    public static ForeignNames Of(FailureClass failureClass) => failureClass switch
    {
        FailureClass.Connection =>
            new("CONNECTION_BOOTSTRAP", "transport", ["Transport"], true, "transient", "network_io"),
        FailureClass.Timeout => new("TIMEOUT", "timeout", ["Execution"], true, "transient", "timeout"),
        FailureClass.RateLimited =>
            new("BACKPRESSURE", "rate_limit", ["Transport"], true, "transient", "network_io"),
        FailureClass.QuotaExhausted =>
            new("BACKPRESSURE", "rate_limit", ["Transport"], null, "transient", "network_io"),
        FailureClass.Unavailable =>
            new("BACKPRESSURE", "transport", ["Transport"], true, "transient", "network_io"),
        FailureClass.ResourceContention => Execution("Io", true, "transient", "unknown"),
        FailureClass.InfrastructureLost => Execution("Execution", true, "transient", "unknown"),
        FailureClass.ResourceExhausted => Execution("Execution", null, "permanent", "unknown"),
        FailureClass.CircuitOpen => new("CIRCUIT_OPEN", "circuit_open", ["Execution"], null, "transient", "unknown"),
        FailureClass.PolicyDenied => new("POLICY_DENIED", "policy", ["Other"], null, "permanent", "permission_denied"),
        FailureClass.InvalidInput => new(
            "VALIDATION_FAILED", "configuration", ["Manifest", "Marshaling", "Serialization"], null, "permanent",
            "unknown"),
        FailureClass.NotFound =>
            new("EXECUTION_ERROR", "configuration", ["Manifest"], null, "permanent", "missing_file"),
        FailureClass.Auth =>
            new("EXECUTION_ERROR", "runtime_auth", ["Transport"], false, "permanent", "permission_denied"),
        FailureClass.Permission =>
            new("EXECUTION_ERROR", "runtime_setup", ["Io"], false, "permanent", "permission_denied"),
        FailureClass.TestFailure => Execution("Execution", false, "permanent", "assertion_failure"),
        FailureClass.BuildFailure => Execution("Execution", false, "permanent", "build"),
        FailureClass.Crash => new(
            "EXECUTION_ERROR", "runtime_execution", ["Execution", "PythonVm", "Wasm"], false, "permanent", "panic"),
        FailureClass.DependencyConflict or FailureClass.MergeConflict =>
            new("EXECUTION_ERROR", "runtime_setup", ["Manifest"], null, "permanent", "unknown"),
        FailureClass.Incomplete => new(null, "checkpoint_incomplete", [], null, null, null),
        FailureClass.OutcomeUnknown =>
            new("UNKNOWN", "runtime_execution", [], null, "manual intervention", "unknown"),
        FailureClass.Cancelled => new(null, "interrupted", [], null, null, null),
        _ => new("UNKNOWN", "runtime_execution", ["Other"], null, "unknown", "unknown"),
    };

    private static ForeignNames Execution(string pipeline, bool? retryable, string recovery, string rootCause) =>
        new("EXECUTION_ERROR", "runtime_execution", [pipeline], retryable, recovery, rootCause);
}
