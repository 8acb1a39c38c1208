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

    private static readonly string[] HttpFormats = ["r", "dddd, dd-MMM-yy HH:mm:ss 'GMT'"];

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
            return TryHttpDate(text, out date);
        }

        date = default;
        if (IsMonthName(text))
        {
            return TryWritten(text, out date);
        }

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

        return DateTimeOffset.TryParseExact(WithOffset(stamp, rest), IsoFormats, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out date);
    }

    /// <summary>The three forms of RFC 9110, section 5.6.7, two of which are obsolete and still to be read.</summary>
    private static bool TryHttpDate(ReadOnlySpan<char> text, out DateTimeOffset date)
    {
        const DateTimeStyles Style = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal
            | DateTimeStyles.AllowInnerWhite;
        var gmt = text.IndexOf("GMT", StringComparison.Ordinal);
        if (gmt > 0)
        {
            return DateTimeOffset.TryParseExact(
                text[..(gmt + 3)].ToString(), HttpFormats, CultureInfo.InvariantCulture, Style, out date);
        }

        const int AsctimeLength = 24;
        return DateTimeOffset.TryParseExact(text[..Math.Min(AsctimeLength, text.Length)].ToString(),
            "ddd MMM d HH:mm:ss yyyy", CultureInfo.InvariantCulture, Style, out date);
    }

    /// <summary>A stamp with the offset that stands in or behind it without a colon: "12:05:00 +0200".</summary>
    private static string WithOffset(string stamp, ReadOnlySpan<char> rest)
    {
        const int OffsetLength = 5;
        if (stamp.Length > "yyyy-MM-dd HH:mm".Length && stamp[^OffsetLength] is '+' or '-'
            && stamp.AsSpan(stamp.Length - 4).IndexOfAnyExceptInRange('0', '9') < 0)
        {
            return stamp.Insert(stamp.Length - 2, ":");
        }

        return stamp.Length > "yyyy-MM-dd".Length && rest.Length >= OffsetLength && rest[0] is '+' or '-'
            && rest[1..OffsetLength].IndexOfAnyExceptInRange('0', '9') < 0
                ? string.Concat(stamp, rest[..3], ":", rest[3..OffsetLength])
                : stamp;
    }

    /// <summary>A time of day: "3pm (Europe/Berlin)", "15:00 UTC", "5:30 PM". Its next occurrence.</summary>
    internal static bool TryClock(
        ReadOnlySpan<char> text, DateTimeOffset now, TimeZoneInfo local, out DateTimeOffset at)
    {
        at = default;
        if (!TryHourAndZone(text, local, out var hour, out var minute, out var zone))
        {
            return false;
        }

        at = Next(now, zone, hour, minute);
        return true;
    }

    internal static bool TryHourAndZone(
        ReadOnlySpan<char> text, TimeZoneInfo local, out int hour, out int minute, out TimeZoneInfo zone)
    {
        (hour, minute, zone) = (0, 0, local);
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
        if (!int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out hour)
            || !int.TryParse(parts.Length > 1 ? parts[1] : "0", NumberStyles.None, CultureInfo.InvariantCulture,
                out minute)
            || hour > 23 || minute > 59 || (half && hour is 0 or > 12)
            || Zone(half ? rest[2..] : rest, local) is not { } named)
        {
            return false;
        }

        hour = half ? (hour % 12) + (afternoon ? 12 : 0) : hour;
        zone = named;
        return true;
    }

    /// <summary>
    /// A day of a month with a time of day: "Nov 21, 3pm (Europe/Berlin)", "Nov 21, 2026 at 9am UTC". Without a year
    /// its next occurrence.
    /// </summary>
    internal static bool TryDayAndClock(
        ReadOnlySpan<char> text, DateTimeOffset now, TimeZoneInfo local, out DateTimeOffset at)
    {
        at = default;
        var month = text.Length < 3 ? -1
            : Array.FindIndex(Months, text[..3].ToString().ToLowerInvariant().Equals) + 1;
        var name = text.IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.");
        if (month < 1 || name < 3)
        {
            return false;
        }

        var rest = text[name..].TrimStart(' ');
        var end = rest.IndexOfAnyExceptInRange('0', '9');
        if (end is < 1 or > 2
            || !int.TryParse(rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var day))
        {
            return false;
        }

        rest = rest[end..].TrimStart("stndrh, ");
        var hasYear = TryYear(ref rest, out var named);
        rest = rest.StartsWith("at ", StringComparison.OrdinalIgnoreCase) ? rest[3..].TrimStart(' ') : rest;
        if (!TryHourAndZone(rest, local, out var hour, out var minute, out var zone))
        {
            return false;
        }

        var first = hasYear ? named : TimeZoneInfo.ConvertTime(now, zone).Year;
        for (var year = first; year <= (hasYear ? first : first + 1); year++)
        {
            if (day >= 1 && day <= DateTime.DaysInMonth(year, month))
            {
                at = At(new DateTime(year, month, day, hour, minute, 0), zone);
                if (at > now)
                {
                    return true;
                }
            }
        }

        return at != default;
    }

    // Four digits with a blank or a comma behind them: no clock has so many.
    private static bool TryYear(ref ReadOnlySpan<char> text, out int year)
    {
        const int Digits = 4;
        year = 0;
        if (text.Length <= Digits || text[Digits] is not (' ' or ',')
            || !int.TryParse(text[..Digits], NumberStyles.None, CultureInfo.InvariantCulture, out year) || year < 1970)
        {
            return false;
        }

        text = text[Digits..].TrimStart(", ");
        return true;
    }

    internal static DateTimeOffset At(DateTime wall, TimeZoneInfo zone)
    {
        // A time that a change to summer time skips comes an hour later.
        wall = zone.IsInvalidTime(wall) ? wall.AddHours(1) : wall;
        return new DateTimeOffset(wall, zone.GetUtcOffset(wall)).ToUniversalTime();
    }

    private static DateTimeOffset Next(DateTimeOffset now, TimeZoneInfo zone, int hour, int minute)
    {
        var there = TimeZoneInfo.ConvertTime(now, zone);
        for (var day = 0; ; day++)
        {
            var at = At(there.Date.AddDays(day).AddHours(hour).AddMinutes(minute), zone);
            if (at > now || day >= 2)
            {
                return at;
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
        if (words.Length > 0)
        {
            // "Nov. 21" and "Sept 21" are written, too.
            var month = words[0].TrimEnd('.');
            words[0] = month.Equals("Sept", StringComparison.OrdinalIgnoreCase) ? "Sep" : month;
        }

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

/// <summary>
/// Reads days by their distance from now, with a time of day: "Mon 9am (UTC)", "tomorrow at 09:00 UTC".
/// </summary>
internal static class RelativeDays
{
    private const int WeekDays = 7;
    private const int ShortName = 3;

    private static readonly string[] Weekdays =
        ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    /// <summary>Whether a word names such a day: a day of the week, also cut, today or tomorrow.</summary>
    internal static bool IsOne(ReadOnlySpan<char> word) => NumberOf(word) is not null;

    /// <summary>The point in time; of a day of the week the next one from now on.</summary>
    internal static bool TryRead(
        ReadOnlySpan<char> text, DateTimeOffset now, TimeZoneInfo local, out DateTimeOffset at)
    {
        at = default;
        var end = text.IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        if (end <= 0 || NumberOf(text[..end]) is not { } day)
        {
            return false;
        }

        var rest = text[end..].TrimStart("., ");
        rest = rest.StartsWith("at ", StringComparison.OrdinalIgnoreCase) ? rest[ShortName..].TrimStart(' ') : rest;
        if (!WakeTimes.TryHourAndZone(rest, local, out var hour, out var minute, out var zone))
        {
            return false;
        }

        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        var ahead = day < 0 ? day + 2 : (day - (int)today.DayOfWeek + WeekDays) % WeekDays;
        at = WakeTimes.At(today.AddDays(ahead).AddHours(hour).AddMinutes(minute), zone);
        at = day >= 0 && at <= now
            ? WakeTimes.At(today.AddDays(ahead + WeekDays).AddHours(hour).AddMinutes(minute), zone) : at;
        return true;
    }

    // Sunday is 0, as in the calendar; today -2, tomorrow -1.
    private static int? NumberOf(ReadOnlySpan<char> word)
    {
        if (word.Equals("today", StringComparison.OrdinalIgnoreCase))
        {
            return -2;
        }

        if (word.Equals("tomorrow", StringComparison.OrdinalIgnoreCase))
        {
            return -1;
        }

        for (var day = 0; day < WeekDays; day++)
        {
            if (word.Length >= ShortName && Weekdays[day].AsSpan().StartsWith(word, StringComparison.OrdinalIgnoreCase))
            {
                return day;
            }
        }

        return null;
    }
}
