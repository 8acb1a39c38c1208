namespace Holdfast.Failures;

/// <summary>What a class means by default, where neither rule, policy nor effect says otherwise.</summary>
public static class FailureDefaults
{
    /// <summary>
    /// True: likely to pass by itself. False: will not. Null: unsure, or not a question for this class.
    /// </summary>
    public static bool? Transient(FailureClass failureClass) => failureClass switch
    {
        FailureClass.RateLimited or FailureClass.Connection or FailureClass.Unavailable or FailureClass.Timeout
            or FailureClass.ResourceContention or FailureClass.InfrastructureLost
            or FailureClass.CircuitOpen => true,
        // A quota comes back, but later than any retry: retrying now is wrong, so it counts as not transient.
        FailureClass.Incomplete or FailureClass.OutcomeUnknown or FailureClass.Unknown
            or FailureClass.Cancelled => null,
        _ => false,
    };

    /// <summary>What is to happen to the work by default.</summary>
    public static Disposition DispositionOf(FailureClass failureClass) => failureClass switch
    {
        FailureClass.RateLimited or FailureClass.CircuitOpen => Disposition.Wait,
        FailureClass.QuotaExhausted => Disposition.Park,
        FailureClass.Connection or FailureClass.Unavailable or FailureClass.Timeout
            or FailureClass.ResourceContention or FailureClass.InfrastructureLost
            or FailureClass.Unknown => Disposition.Retry,
        FailureClass.Incomplete or FailureClass.OutcomeUnknown => Disposition.Hold,
        FailureClass.Cancelled => Disposition.Stop,
        _ => Disposition.Fail,
    };

    /// <summary>What helps against a certificate that does not verify, whoever found that out.</summary>
    internal const string BadCertificate =
        "install the authority's certificate, renew the server's, or correct the name or the clock";

    /// <summary>The same as <see cref="Remediation"/>, where a rule that read no line knows better.</summary>
    internal static string? RemediationOf(string rule, FailureClass failureClass) => rule switch
    {
        "net.tls_verify" => BadCertificate,
        "http.407" or "http.proxy_auth" => "name the proxy with user and password (HTTPS_PROXY, HTTP_PROXY)",
        _ => Remediation(failureClass),
    };

    /// <summary>
    /// What a person can do about it, in general; a rule may know better. Null where nothing is to be done.
    /// </summary>
    public static string? Remediation(FailureClass failureClass) => failureClass switch
    {
        FailureClass.RateLimited => "wait for the limit to pass, lower the parallelism, or name a fallback",
        FailureClass.QuotaExhausted => "add credit, wait for the reset, or name a fallback",
        FailureClass.Connection => "check address, name resolution, proxy and that the other side listens",
        FailureClass.Unavailable => "the other side is down or starting; look at its status",
        FailureClass.Timeout => "raise the timeout, or find out what it waited for",
        FailureClass.ResourceContention => "find who holds the lock or port",
        FailureClass.InfrastructureLost => "look at the machine or runner that went away",
        FailureClass.ResourceExhausted => "free disk, memory or handles, or raise the limit",
        FailureClass.Auth => "renew or set the credential, and check what it may do",
        FailureClass.Permission => "check owner and mode of the file, or the user it runs as",
        FailureClass.NotFound => "check the name, the path and what is installed",
        FailureClass.InvalidInput => "correct the input or arguments named in the line",
        FailureClass.BuildFailure => "correct the first compiler error",
        FailureClass.TestFailure => "look at the first failing test",
        FailureClass.Crash => "look at the stack or core of the crash",
        FailureClass.PolicyDenied => "a policy refuses this; ask its owner",
        FailureClass.DependencyConflict => "make versions, lock file and checksums agree",
        FailureClass.MergeConflict => "resolve the conflict, or update to the newer commits",
        FailureClass.CircuitOpen => "the target failed repeatedly; it is tried again by itself",
        FailureClass.Incomplete => "complete the missing checkpoints, or start a new attempt",
        FailureClass.OutcomeUnknown => "find out whether the effect happened: holdfast resolve",
        FailureClass.Unknown => "look at the output; a rule of the plan can name this failure",
        _ => null,
    };
}
