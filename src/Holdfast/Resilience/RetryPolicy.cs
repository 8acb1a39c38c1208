using System.Globalization;

namespace Holdfast.Resilience;

/// <summary>How the delay before a retry grows.</summary>
public enum RetryKind
{
    /// <summary>No retry at all.</summary>
    None,

    /// <summary>The same delay before every retry.</summary>
    Fixed,

    /// <summary>The delay is multiplied before every further retry, up to the cap.</summary>
    Exponential,
}

/// <summary>
/// How often and how slowly to try again. <see cref="Retries"/> counts tries after the first, so 3 retries are at
/// most 4 calls. Immutable; every value is checked when it is set, and the error names it.
/// </summary>
public sealed record RetryPolicy
{
    /// <summary>The longest delay that can be stated: 365 days.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromDays(365);

    /// <summary>No retry.</summary>
    public static RetryPolicy None { get; } = new() { Kind = RetryKind.None, Retries = 0 };

    /// <summary>3 retries, 1 s × 2, cap 60 s, jitter 0.5.</summary>
    public static RetryPolicy Standard { get; } = Exponential(3, 1, 60);

    /// <summary>3 retries, 100 ms × 2, cap 400 ms, no jitter: for calls inside one process.</summary>
    public static RetryPolicy InProcess { get; } = Exponential(3, 0.1, 0.4) with { Jitter = 0 };

    /// <summary>The default for plans: one budget for each failure class.</summary>
    public static RetryTable PerClass => RetryTable.PerClass;

    /// <summary>
    /// The table of the eight-bucket taxonomy: connection 3 × 1 s, timeout 2 × 2 s, backpressure 5 × 0.5 s.
    /// </summary>
    public static RetryTable EightClass => RetryTable.EightClass;

    /// <summary>How the delay grows. Default exponential.</summary>
    public RetryKind Kind { get; init; } = RetryKind.Exponential;

    /// <summary>Tries after the first, 0 or more. Default 3.</summary>
    public int Retries
    {
        get;
        init => field = value >= 0 ? value : throw Bad(nameof(Retries), value, "0 or more (tries after the first)");
    } = 3;

    /// <summary>Delay before the first retry, 0 or more. Default 1 s.</summary>
    public TimeSpan Base
    {
        get;
        init => field = value >= TimeSpan.Zero && value <= LongestDelay
            ? value
            : throw Bad(nameof(Base), value, "from 0 to 365 days");
    } = TimeSpan.FromSeconds(1);

    /// <summary>Factor from one retry to the next, 1 or more. Default 2.</summary>
    public double Multiplier
    {
        get;
        init => field = double.IsFinite(value) && value >= 1
            ? value
            : throw Bad(nameof(Multiplier), value, "a finite number of 1 or more");
    } = 2;

    /// <summary>No delay is longer than this; above 0. Default 60 s.</summary>
    public TimeSpan Cap
    {
        get;
        init => field = value > TimeSpan.Zero && value <= LongestDelay
            ? value
            : throw Bad(nameof(Cap), value, "above 0, up to 365 days");
    } = TimeSpan.FromSeconds(60);

    /// <summary>Share of the delay that is drawn, 0 to 1. Default 0.5.</summary>
    public double Jitter
    {
        get;
        init => field = value is >= 0 and <= 1 ? value : throw Bad(nameof(Jitter), value, "from 0 to 1");
    } = 0.5;

    /// <summary>The retries that this policy really allows: 0 for <see cref="RetryKind.None"/>.</summary>
    public int AllowedRetries => Kind == RetryKind.None ? 0 : Retries;

    /// <summary>Makes an exponential policy (× 2, jitter 0.5) from seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is negative, not a number, or too large.</exception>
    public static RetryPolicy Exponential(int retries, double baseSeconds, double capSeconds) => new()
    {
        Kind = RetryKind.Exponential,
        Retries = retries,
        Base = Seconds(nameof(Base), baseSeconds),
        Cap = Seconds(nameof(Cap), capSeconds),
    };

    /// <summary>
    /// Reads a number of seconds that may come from a file; NaN and infinities are named, not wrapped.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is no duration.</exception>
    public static TimeSpan Seconds(string name, double seconds) =>
        double.IsFinite(seconds) && Math.Abs(seconds) <= LongestDelay.TotalSeconds
            ? TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond))
            : throw Bad(name, seconds, "a finite number of seconds, up to 365 days");

    private static ArgumentOutOfRangeException Bad(string name, object seen, string wanted)
    {
        var word = name.ToLowerInvariant();
        var value = string.Create(CultureInfo.InvariantCulture, $"{seen}");
        return new ArgumentOutOfRangeException(word, $"retry policy: {word} is {value}; it must be {wanted}");
    }
}
