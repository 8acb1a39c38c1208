using System.Globalization;

namespace Holdfast.Failures.Text;

/// <summary>Reads durations as people and servers write them: 20, 20s, 1m2.5s, 500ms, 2 hours 5 minutes.</summary>
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
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || (text[at] == '.' && at + 1 < text.Length
                && char.IsAsciiDigit(text[at + 1]))))
            {
                at++;
            }

            if (!double.TryParse(
                text[start..at], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var n))
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
