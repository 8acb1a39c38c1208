namespace Holdfast.Failures;

/// <summary>What an HTTP status means when the body says nothing more exact.</summary>
public static class HttpStatuses
{
    /// <summary>The class of a status; null below 400.</summary>
    public static FailureClass? ClassOf(int status) => status switch
    {
        < 400 => null,
        401 or 407 or 511 => FailureClass.Auth,
        402 => FailureClass.QuotaExhausted,
        403 => FailureClass.Auth,
        404 or 410 => FailureClass.NotFound,
        408 => FailureClass.Timeout,
        409 or 423 or 425 => FailureClass.ResourceContention,
        // 495, 496, 525 and 526 are what proxies answer when TLS with the other side did not come about.
        421 or 495 or 496 or 525 or 526 => FailureClass.Connection,
        429 or 420 or 529 => FailureClass.RateLimited,
        451 => FailureClass.PolicyDenied,
        507 => FailureClass.ResourceExhausted,
        501 or 505 => FailureClass.InvalidInput,
        < 500 => FailureClass.InvalidInput,
        <= 599 => FailureClass.Unavailable,
        _ => null,
    };

    /// <summary>
    /// Whether the body may refine the class of a status. A 5xx stays one whatever its page mentions, except that
    /// providers throttle and time out with it; a 4xx is refined by an exact code in its body.
    /// </summary>
    internal static bool MayRefine(int status, FailureClass to) => status switch
    {
        400 or 422 or 413 => to is FailureClass.Auth or FailureClass.RateLimited or FailureClass.QuotaExhausted
            or FailureClass.NotFound or FailureClass.PolicyDenied or FailureClass.InvalidInput
            or FailureClass.ResourceContention or FailureClass.Timeout,
        401 => to is FailureClass.Auth or FailureClass.QuotaExhausted,
        403 => to is FailureClass.RateLimited or FailureClass.QuotaExhausted or FailureClass.PolicyDenied
            or FailureClass.Auth,
        404 => to is FailureClass.NotFound or FailureClass.Auth,
        // "Already exists" is a 409 that waiting does not cure.
        409 or 412 => to is FailureClass.MergeConflict or FailureClass.ResourceContention
            or FailureClass.DependencyConflict or FailureClass.InvalidInput or FailureClass.PolicyDenied,
        429 or 402 or 529 => to is FailureClass.QuotaExhausted or FailureClass.RateLimited
            or FailureClass.ResourceExhausted,
        405 => to is FailureClass.PolicyDenied or FailureClass.Auth or FailureClass.InvalidInput,
        500 or 502 or 503 or 504 => to is FailureClass.RateLimited or FailureClass.QuotaExhausted
            or FailureClass.Timeout or FailureClass.ResourceContention or FailureClass.Unavailable
            // A model's server on one's own machine says so where the model does not fit into its memory.
            or FailureClass.ResourceExhausted,
        // Statuses of single vendors, as 498.
        > 451 and < 500 => to is FailureClass.RateLimited or FailureClass.QuotaExhausted or FailureClass.Auth,
        _ => false,
    };
}
