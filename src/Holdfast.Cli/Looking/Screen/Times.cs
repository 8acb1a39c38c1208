using System.Globalization;
using Holdfast.Runs;

namespace Holdfast.Cli.Looking;

/// <summary>Times for people: "2m ago", "in 3h"; and for machines: UTC with microseconds.</summary>
internal static class Times
{
    internal static string Ago(DateTimeOffset then, DateTimeOffset now)
    {
        var past = now - then;
        if (past < TimeSpan.FromSeconds(1))
        {
            // A clock that was set back, or a copy of a run from a machine whose clock runs ahead.
            return past < TimeSpan.FromMinutes(-1) ? $"at {Utc(then)}" : "just now";
        }

        return past < TimeSpan.FromDays(60) ? $"{Coarse(past)} ago" : $"on {then.UtcDateTime:yyyy-MM-dd}";
    }

    /// <summary>"in 4s"; "now" once it is past.</summary>
    internal static string In(DateTimeOffset then, DateTimeOffset now) =>
        then <= now ? "now" : $"in {Durations.Text(then - now)}";

    /// <summary>"14:00 UTC", with the date when that is another day.</summary>
    internal static string Clock(DateTimeOffset then, DateTimeOffset now) =>
        then.UtcDateTime.Date == now.UtcDateTime.Date ? $"{then.UtcDateTime:HH:mm} UTC" : Utc(then);

    internal static string Utc(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    internal static string Iso(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    // One unit is enough for "ago"; the exact time is in --json.
    private static string Coarse(TimeSpan past) => past.TotalSeconds switch
    {
        < 60 => $"{(int)past.TotalSeconds}s",
        < 3_600 => $"{(int)past.TotalMinutes}m",
        < 172_800 => $"{(int)past.TotalHours}h",
        _ => $"{(int)past.TotalDays}d",
    };
}
