using System.Globalization;

namespace Holdfast.Failures.Text;

/// <summary>
/// Reads durations as people and servers write them: 20, 20s, 1m2.5s, 500ms, 2 hours 5 minutes, 3,5 s, 1,500 ms.
/// </summary>
internal static class Durations
{
    /// <summary>Seconds read, whether a unit was named, and how many digits were seen (0: no duration).</summary>
    internal static (double Seconds, bool HasUnit, int Digits) Read(ReadOnlySpan<char> text)
    {
        double total = 0;
        var hasUnit = false;
        var digits = 0;
        var at = 0;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
        {
            var start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || (text[at] is '.' or ',' && at + 1 < text.Length
                && char.IsAsciiDigit(text[at + 1]))))
            {
                at++;
            }

            if (!TryNumber(text[start..at], out var n))
            {
                return (0, false, 0);
            }

            var next = SkipBlanks(text, at);
            var unitEnd = next;
            while (unitEnd < text.Length && char.IsAsciiLetter(text[unitEnd]))
            {
                unitEnd++;
            }

            var factor = Factor(text[next..unitEnd]);
            if (factor == 0)
            {
                // A second number without a unit belongs to something else.
                return hasUnit ? (total, true, digits) : (n, false, at - start);
            }

            digits += at - start;
            total += n * factor;
            hasUnit = true;
            at = SkipBlanks(text, unitEnd);
            if (text[at..].StartsWith("and ", StringComparison.OrdinalIgnoreCase))
            {
                at += 4;
            }
        }

        return (total, hasUnit, digits);
    }

    /// <summary>Hours, minutes and seconds, or minutes and seconds, between colons: 01:02:03, 1:30.</summary>
    internal static bool TryColons(ReadOnlySpan<char> text, out TimeSpan span)
    {
        span = default;
        var end = text.IndexOfAnyExcept("0123456789:");
        var parts = (end < 0 ? text : text[..end]).TrimEnd(':').ToString().Split(':');
        if (parts.Length is not (2 or 3))
        {
            return false;
        }

        var seconds = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Length is 0 or > 3 || !int.TryParse(parts[i], NumberStyles.None,
                CultureInfo.InvariantCulture, out var n) || (i > 0 && n > 59))
            {
                return false;
            }

            seconds = (seconds * 60) + n;
        }

        span = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>
    /// A number with a point or a comma. Groups of three behind commas are thousands ("1,500"), which is also the
    /// longer wait where it was meant otherwise; any other single comma is a decimal one ("3,5"). Where both stand, the
    /// last kind is the decimal one ("1.500,5").
    /// </summary>
    private static bool TryNumber(ReadOnlySpan<char> text, out double number)
    {
        var comma = text.LastIndexOf(',');
        var point = text.LastIndexOf('.');
        if (comma < 0)
        {
            return Parse(text.ToString(), out number);
        }

        var (group, decimals) = point > comma || (point < 0 && IsGrouped(text, ',')) ? (',', '.') : ('.', ',');
        var whole = text.LastIndexOf(decimals) is >= 0 and var cut ? text[..cut] : text;
        if (whole.Contains(group) && !IsGrouped(whole, group))
        {
            number = 0;
            return false;
        }

        return Parse(text.ToString().Replace(group.ToString(), "").Replace(decimals, '.'), out number);
    }

    private static bool Parse(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    private static bool IsGrouped(ReadOnlySpan<char> text, char separator)
    {
        var first = text.IndexOf(separator);
        if (first is < 1 or > 3 || text[0] == '0' || (text.Length - first) % 4 != 0)
        {
            return false;
        }

        for (var i = first; i < text.Length; i++)
        {
            if ((i - first) % 4 == 0 != (text[i] == separator))
            {
                return false;
            }
        }

        return true;
    }

    private static int SkipBlanks(ReadOnlySpan<char> text, int at)
    {
        while (at < text.Length && text[at] is ' ' or ',')
        {
            at++;
        }

        return at;
    }

    private static double Factor(ReadOnlySpan<char> unit) => unit.ToString().ToLowerInvariant() switch
    {
        "ms" or "msec" or "millis" or "millisecond" or "milliseconds" => 0.001,
        "s" or "sec" or "secs" or "second" or "seconds" => 1,
        "m" or "min" or "mins" or "minute" or "minutes" => 60,
        "h" or "hr" or "hrs" or "hour" or "hours" => 3600,
        "d" or "day" or "days" => 86_400,
        "w" or "week" or "weeks" => 604_800,
        _ => 0,
    };
}
