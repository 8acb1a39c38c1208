using Holdfast.Resilience;

namespace Holdfast.Extensions.Http;

/// <summary>How a <see cref="ResilientHandler"/> works.</summary>
public sealed class ResilientHandlerOptions
{
    /// <summary>The policy of retries. Default: that of <see cref="HoldfastOptions"/>.</summary>
    public RetryTable Retry { get; set; } = RetryTable.PerClass;

    /// <summary>
    /// Longest wait that a request sits through; a longer told one ends it. Default: that of <see
    /// cref="HoldfastOptions"/>.
    /// </summary>
    public TimeSpan MaxWait { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>
    /// Bound on each attempt, until its headers are there; null for none. Default 30 s. The client's own timeout bounds
    /// the whole request, waits included: set it to infinite, or large enough.
    /// </summary>
    public TimeSpan? AttemptTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Bound on the whole request, waits included; null, the default, for none.</summary>
    public TimeSpan? TotalTimeout { get; set; }

    /// <summary>
    /// Bodies of requests up to this size are kept in memory, so that they can be sent again; a request with a larger
    /// one is sent once. Default 1 MiB.
    /// </summary>
    public int LargestBody { get; set; } = 1 << 20;
}
