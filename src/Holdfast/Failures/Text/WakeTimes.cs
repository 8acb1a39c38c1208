using System.Globalization;

namespace Holdfast.Failures.Text;

/// <summary>Reads points in time out of prose and headers: dates, and times of day with a zone.</summary>
internal static class WakeTimes
{
    private static readonly string[] IsoFormats =
    [
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd HH:mm:ss.FFFFFFFK", "yyyy-MM-dd HH:mm:ssK", "yyyy-MM-dd HH:mmK", "yyyy-MM-dd",
    ];

    private static readonly string[] WrittenFormats =
    [
        "MMMM d, yyyy h:mm tt", "MMM d, yyyy h:mm tt", "MMMM d, yyyy HH:mm", "MMM d, yyyy HH:mm", "MMMM d, yyyy",
        "MMM d, yyyy",
    ];

    private static readonly string[] Months =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

    private static readonly string[] Days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    internal static bool IsMonthName(ReadOnlySpan<char> word) => StartsWithAny(word, Months);

    internal static bool IsDayName(ReadOnlySpan<char> text) => text.Length > 4 && StartsWithAny(text, Days)
        && (text[3] is ',' or ' ' || text[..Math.Min(10, text.Length)].Contains("day,", StringComparison.Ordinal));

    /// <summary>A date with or without a time; UTC where no zone is named.</summary>
    internal static bool TryDate(ReadOnlySpan<char> text, out DateTimeOffset date)
    {
        if (IsDayName(text))
        {
            var gmt = text.IndexOf("GMT", StringComparison.Ordinal);
            return DateTimeOffset.TryParseExact(
                gmt > 0 ? text[..(gmt + 3)] : text, "r", CultureInfo.InvariantCulture, DateTimeStyles.None, out date);
        }

        if (IsMonthName(text))
        {
            return TryWritten(text, out date);
        }

        date = default;
        if (text.Length < 10 || text[4] != '-' || !char.IsAsciiDigit(text[0]))
        {
            return false;
        }

        var end = 10;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is ':' or '.' or 'T' or 'Z' or '+' or '-'
            || (text[end] == ' ' && end == 10 && end + 1 < text.Length && char.IsAsciiDigit(text[end + 1]))))
        {
            end++;
        }

        var stamp = text[..end].TrimEnd(".:-").ToString();
        var rest = text[end..].TrimStart(' ');
        if (stamp.Length == 10 && rest.StartsWith("at ", StringComparison.OrdinalIgnoreCase))
        {
            // "on 2026-01-01 at 00:00 UTC"
            rest = rest[3..].TrimStart(' ');
            var clock = rest.IndexOfAnyExcept("0123456789:");
            stamp = string.Concat(stamp, " ", rest[..(clock < 0 ? rest.Length : clock)]);
        }

        return DateTimeOffset.TryParseExact(stamp, IsoFormats, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out date);
    }

    /// <summary>A time of day: "3pm (Europe/Berlin)", "15:00 UTC", "5:30 PM". Its next occurrence.</summary>
    internal static bool TryClock(
        ReadOnlySpan<char> text, DateTimeOffset now, TimeZoneInfo local, out DateTimeOffset at)
    {
        at = default;
        var end = text.IndexOfAnyExcept("0123456789:");
        end = end < 0 ? text.Length : end;
        var clock = text[..end].TrimEnd(':').ToString();
        var rest = text[end..].TrimStart(' ');
        var colon = clock.IndexOf(':');
        var afternoon = rest.StartsWith("pm", StringComparison.OrdinalIgnoreCase);
        var half = afternoon || rest.StartsWith("am", StringComparison.OrdinalIgnoreCase);
        if ((!half && colon < 0) || clock.Length > 8 || clock.Length == 0)
        {
            return false;
        }

        var parts = clock.Split(':');
        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var hour)
            || !int.TryParse(parts.Length > 1 ? parts[1] : "0", NumberStyles.None, CultureInfo.InvariantCulture,
                out var minute)
            || hour > 23 || minute > 59 || (half && hour is 0 or > 12))
        {
            return false;
        }

        hour = half ? (hour % 12) + (afternoon ? 12 : 0) : hour;
        if (Zone(half ? rest[2..] : rest, local) is not { } zone)
        {
            return false;
        }

        at = Next(now, zone, hour, minute);
        return true;
    }

    private static DateTimeOffset Next(DateTimeOffset now, TimeZoneInfo zone, int hour, int minute)
    {
        var there = TimeZoneInfo.ConvertTime(now, zone);
        for (var day = 0; ; day++)
        {
            var wall = there.Date.AddDays(day).AddHours(hour).AddMinutes(minute);
            // A time that a change to summer time skips comes an hour later.
            wall = zone.IsInvalidTime(wall) ? wall.AddHours(1) : wall;
            var at = new DateTimeOffset(wall, zone.GetUtcOffset(wall));
            if (at > now || day >= 2)
            {
                return at.ToUniversalTime();
            }
        }
    }

    private static TimeZoneInfo? Zone(ReadOnlySpan<char> rest, TimeZoneInfo local)
    {
        rest = rest.TrimStart(" (");
        if (rest.StartsWith("UTC", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("GMT", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("Z", StringComparison.Ordinal))
        {
            return TimeZoneInfo.Utc;
        }

        var end = rest.IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_/+-0123456789");
        var name = end < 0 ? rest : rest[..end];
        if (!name.Contains('/'))
        {
            return local;
        }

        // A zone that this machine does not know must not become another one: then nothing was told.
        return TimeZoneInfo.TryFindSystemTimeZoneById(name.ToString(), out var zone) ? zone : null;
    }

    private static bool TryWritten(ReadOnlySpan<char> text, out DateTimeOffset date)
    {
        var words = text.ToString().Replace("(", " ", StringComparison.Ordinal)
            .Replace("st,", ",", StringComparison.Ordinal).Replace("nd,", ",", StringComparison.Ordinal)
            .Replace("rd,", ",", StringComparison.Ordinal).Replace("th,", ",", StringComparison.Ordinal)
            .Replace(" at ", " ", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        for (var count = Math.Min(5, words.Length); count >= 3; count--)
        {
            if (DateTimeOffset.TryParseExact(
                string.Join(' ', words[..count]).TrimEnd('.', ','), WrittenFormats, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out date))
            {
                return true;
            }
        }

        date = default;
        return false;
    }

    private static bool StartsWithAny(ReadOnlySpan<char> text, string[] words)
    {
        foreach (var word in words)
        {
            if (text.StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
