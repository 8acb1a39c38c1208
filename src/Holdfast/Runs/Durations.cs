namespace Holdfast.Runs;

/// <summary>
/// Durations as people write them in plans: <c>250ms</c>, <c>2.5s</c>, <c>1m30s</c>, <c>6h</c>, <c>3d</c>.
/// </summary>
public static class Durations
{
    /// <summary>The shortest honest wording: two units at most, rounded in the smaller one.</summary>
    public static string Text(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero)
        {
            return "-" + Text(duration.Negate());
        }

        if (duration < TimeSpan.FromSeconds(1))
        {
            return $"{(long)duration.TotalMilliseconds}ms";
        }

        if (duration < TimeSpan.FromSeconds(10))
        {
            return $"{Math.Floor(duration.TotalSeconds * 10) / 10:0.#}s";
        }

        if (duration < TimeSpan.FromMinutes(1))
        {
            return $"{(int)duration.TotalSeconds}s";
        }

        if (duration < TimeSpan.FromHours(1))
        {
            return Two((int)duration.TotalMinutes, "m", duration.Seconds, "s");
        }

        return duration < TimeSpan.FromDays(2)
            ? Two((int)duration.TotalHours, "h", duration.Minutes, "m")
            : Two((int)duration.TotalDays, "d", duration.Hours, "h");
    }

    private static string Two(int big, string bigUnit, int small, string smallUnit) =>
        small == 0 ? $"{big}{bigUnit}" : $"{big}{bigUnit}{small}{smallUnit}";
}
