using System.Globalization;

namespace Holdfast.Plans.Binding;

/// <summary>Durations as a plan writes them: <c>250ms</c>, <c>2s</c>, <c>10m</c>, <c>1h30m</c>, <c>3d</c>.</summary>
public static class DurationText
{
    /// <summary>The longest duration that a plan may name.</summary>
    public static TimeSpan Max { get; } = TimeSpan.FromDays(3650);

    private static ReadOnlySpan<long> UnitMs => [86_400_000, 3_600_000, 60_000, 1000, 1];

    /// <summary>
    /// Reads a duration: whole numbers with a unit, from the largest unit to the smallest, each once.
    /// </summary>
    /// <param name="text">What was written.</param>
    /// <param name="value">The duration; zero is one.</param>
    /// <param name="problem">What is wrong, to follow the text; null on success.</param>
    public static bool TryParse(string text, out TimeSpan value, out string? problem)
    {
        value = default;
        problem = null;
        var at = 0;
        var unitFrom = 0;
        var sumMs = 0L;
        while (at < text.Length)
        {
            var digits = at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
            {
                at++;
            }

            if (at == digits)
            {
                problem = text[0] == '-' ? "is negative" : "is no duration";
                return false;
            }

            if (at == text.Length)
            {
                problem = "has no unit";
                return false;
            }

            if (text[at] is '.' or ',')
            {
                problem = "holds a fraction";
                return false;
            }

            var unit = UnitAt(text, ref at);
            if (unit < unitFrom)
            {
                problem = unit < 0 ? "has a unit that is not known"
                    : "does not go from the largest unit to the smallest";
                return false;
            }

            unitFrom = unit + 1;
            var number = text.AsSpan(digits, at - digits).TrimEnd("dhms");
            if (!long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                || count > (long)Max.TotalMilliseconds / UnitMs[unit]
                || (sumMs += count * UnitMs[unit]) > (long)Max.TotalMilliseconds)
            {
                problem = "is longer than ten years";
                return false;
            }
        }

        value = TimeSpan.FromMilliseconds(sumMs);
        problem = text.Length == 0 ? "is empty" : null;
        return problem is null;
    }

    /// <summary>Writes a duration the way it is read; parts under a millisecond are dropped.</summary>
    public static string Format(TimeSpan value)
    {
        var left = (long)value.TotalMilliseconds;
        if (left == 0)
        {
            return "0s";
        }

        var text = new System.Text.StringBuilder();
        ReadOnlySpan<string> units = ["d", "h", "m", "s", "ms"];
        for (var i = 0; i < units.Length; i++)
        {
            if (left >= UnitMs[i])
            {
                _ = text.Append(CultureInfo.InvariantCulture, $"{left / UnitMs[i]}{units[i]}");
                left %= UnitMs[i];
            }
        }

        return text.ToString();
    }

    private static int UnitAt(string text, ref int at)
    {
        var c = text[at++];
        if (c == 'm' && at < text.Length && text[at] == 's')
        {
            at++;
            return 4;
        }

        return c switch { 'd' => 0, 'h' => 1, 'm' => 2, 's' => 3, _ => -1 };
    }
}
