using System.Globalization;

namespace Holdfast.Resilience.Breakers;

/// <summary>When a circuit breaker opens, and how it closes again. The defaults are those of failures.md.</summary>
public sealed record BreakerSettings
{
    /// <summary>The defaults.</summary>
    public static BreakerSettings Default { get; } = new();

    /// <summary>
    /// Consecutive failures of the target that open it, 1 to 10,000. Default 5. Unused in ratio mode.
    /// </summary>
    public int Failures { get; init; } = 5;

    /// <summary>How long it stays open before probes are let through, above 0, up to one day. Default 30 s.</summary>
    public TimeSpan RecoverAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Most that is added to each opening, drawn once for it, up to one hour. Default 5 s.</summary>
    public TimeSpan Jitter { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bound on the wait, which doubles with each failed recovery; up to one day. Default 5 min.</summary>
    public TimeSpan MaxRecover { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Probes that may be under way at once while it is half-open, 1 to 1,000. Default 2.</summary>
    public int Probes { get; init; } = 2;

    /// <summary>Probes that must succeed for it to close, 1 to 1,000. Default 2.</summary>
    public int Successes { get; init; } = 2;

    /// <summary>
    /// Ratio mode: share of failures in the window that opens it, above 0, up to 1. Null, the default, for the
    /// consecutive mode.
    /// </summary>
    public double? Ratio { get; init; }

    /// <summary>Ratio mode: how far back results count, 1 s to one day. Default 60 s.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Ratio mode: results in the window below which it never opens, 1 to 1,000,000. Default 10.</summary>
    public int Minimum { get; init; } = 10;

    /// <summary>The first value that cannot be used, what was seen and what is allowed; null if all can.</summary>
    public string? Problem()
    {
        var day = TimeSpan.FromDays(1);
        return Number("failures", Failures, 10_000)
            ?? Number("probes", Probes, 1_000)
            ?? Number("successes", Successes, 1_000)
            ?? Number("minimum", Minimum, 1_000_000)
            ?? Time("recover-after", RecoverAfter, TimeSpan.FromTicks(1), day)
            ?? Time("jitter", Jitter, TimeSpan.Zero, TimeSpan.FromHours(1))
            ?? Time("max-recover", MaxRecover, TimeSpan.FromTicks(1), day)
            ?? Time("window", Window, TimeSpan.FromSeconds(1), day)
            ?? (MaxRecover < RecoverAfter
                ? $"breaker: max-recover is {MaxRecover}; it must be at least recover-after, {RecoverAfter}"
                : Ratio is null or (> 0 and <= 1)
                    ? null
                    : string.Create(CultureInfo.InvariantCulture,
                        $"breaker: ratio is {Ratio}; it must be above 0, up to 1"));
    }

    /// <summary>How long the opening of that number lasts: doubled each time, bounded, with its own jitter.</summary>
    /// <param name="opening">1 for the first since it was last closed.</param>
    /// <param name="u">A draw in [0, 1).</param>
    internal TimeSpan WaitOf(int opening, double u)
    {
        var ticks = Math.Min(RecoverAfter.Ticks * Math.Pow(2, opening - 1), MaxRecover.Ticks);
        return TimeSpan.FromTicks((long)(ticks + (Jitter.Ticks * u)));
    }

    private static string? Number(string name, int value, int most) => value >= 1 && value <= most
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"breaker: {name} is {value}; it must be 1 to {most}");

    private static string? Time(string name, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value >= least && value <= most)
        {
            return null;
        }

        var from = least.Ticks switch { 0 => "0 or more", 1 => "above 0", _ => $"{least}" };
        return $"breaker: {name} is {value}; it must be {from}, up to {most}";
    }
}
