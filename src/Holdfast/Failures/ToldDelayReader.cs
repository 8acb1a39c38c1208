using System.Globalization;
using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <summary>
/// Reads the wait that the other side asked for, from headers, agents' JSON and plain words: <c>Retry-After: 120</c>,
/// <c>x-ratelimit-reset-tokens: 1m2.5s</c>, <c>"retryDelay": "34s"</c>, "try again in 20s",
/// "resets 3pm (Europe/Berlin)", "resets at 2026-11-21T00:00:00Z". Pure. What makes no sense (negative, in the past,
/// further ahead than <see cref="Longest"/>, unreadable) is not waited for, and it is told what was seen and why not.
/// </summary>
public static class ToldDelayReader
{
    /// <summary>A told delay beyond this is a misprint.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    /// <summary>Characters after a key in which its value must begin.</summary>
    private const int ValueWithin = 60;

    /// <summary>Characters kept of a told wait that cannot be used.</summary>
    private const int MostQuoted = 80;

    // Longer keys first, so that "retry-after-ms" is not read as "retry-after".
    private static readonly (string Key, bool Header, double Unit)[] Keys =
    [
        ("retry-after-ms", true, 0.001), ("retry_after_ms", true, 0.001), ("retryDelayMs", true, 0.001),
        ("retry_delay_ms", true, 0.001),
        ("retryAfterMs", true, 0.001),
        ("retry-after", true, 1), ("retry_after", true, 1), ("retryAfter", true, 1), ("retryDelay", true, 1),
        ("retry_delay", true, 1), ("resets_in_seconds", true, 1), ("reset_seconds", true, 1),
        ("resets_at", true, 1), ("reset_at", true, 1), ("resetsAt", true, 1), ("resetAt", true, 1),
        ("requests-reset", true, 1), ("tokens-reset", true, 1), ("unified-reset", true, 1),
        ("ratelimit-reset", true, 1), ("ratelimit_reset", true, 1), ("rate-limit-reset", true, 1),
        ("reset_time", true, 1), ("quotaResetTimeStamp", true, 1), ("quotaResetDelay", true, 1),
        ("try again in", false, 0), ("try again after", false, 0), ("try again at", false, 0),
        ("try again on", false, 0), ("retry after", false, 1), ("retry in", false, 0), ("retry at", false, 0),
        ("please wait", false, 0), ("wait for", false, 0), ("wait at least", false, 0), ("available in", false, 0),
        ("available again at", false, 0), ("available again in", false, 0), ("reset in", false, 0),
        ("reset after", false, 0), ("reset at", false, 0), ("next reset", false, 0),
        ("resets", false, 0), ("will reset", false, 0),
        ("regain access on", false, 0), ("regain access at", false, 0), ("limit reached|", false, 0),
        ("wait", false, 0), ("come back in", false, 0), ("until", false, -1),
    ];

    /// <summary>Reads a text of one or more lines; null where nothing usable is told.</summary>
    /// <param name="text">Headers, a message, or some lines of a log.</param>
    /// <param name="now">Wall clock against which dates are read.</param>
    /// <param name="local">Zone of a time of day that names none; default UTC.</param>
    public static ToldDelay? Read(string text, DateTimeOffset now, TimeZoneInfo? local = null) =>
        Read(text, now, out _, local);

    /// <summary>As <see cref="Read(string, DateTimeOffset, TimeZoneInfo)"/>, and says what was told in vain.</summary>
    /// <param name="text">Headers, a message, or some lines of a log.</param>
    /// <param name="now">Wall clock against which dates are read.</param>
    /// <param name="unused">
    /// Where nothing usable is told although something was: the words seen and why they cannot be used, e.g.
    /// <c>"Retry-After: -1" is below zero</c>. Not masked. Else null.
    /// </param>
    /// <param name="local">Zone of a time of day that names none; default UTC.</param>
    public static ToldDelay? Read(string text, DateTimeOffset now, out string? unused, TimeZoneInfo? local = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        unused = null;
        foreach (var (key, header, unit) in Keys)
        {
            var from = 0;
            while ((from = text.IndexOf(key, from, StringComparison.OrdinalIgnoreCase)) >= 0)
            {
                var end = from + key.Length;
                // Its own "in" tells what the value is.
                var rest = key.EndsWith(" in", StringComparison.Ordinal) ? end - 2 : end;
                string? fault = null;
                if (IsKey(text, from, end, header) && !(header && LimitHeaders.HasRoom(text, from))
                    && Value(text.AsSpan(rest, Math.Min(text.Length - rest, 200)), header, unit, now, local, out fault)
                        is { } told)
                {
                    unused = null;
                    return told;
                }

                unused ??= fault is null ? null : $"\"{Quote(text, from)}\" {fault}";
                from = end;
            }
        }

        return null;
    }

    /// <summary>Reads the value of a <c>Retry-After</c> header: seconds, or an HTTP date (RFC 9110).</summary>
    public static ToldDelay? ReadRetryAfter(string value, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(value);
        // As behind the header's name, so that the sign of "-1" is not taken for the rest of a longer name.
        var behind = string.Concat(":", value.AsSpan(0, Math.Min(value.Length, 200)));
        return Value(behind, header: true, unit: 1, now, null, out _);
    }

    private static bool IsKey(string text, int start, int end, bool header)
    {
        if (start > 0 && TokenLine.IsWord(text[start - 1]) && !header)
        {
            return false;
        }

        // A program that says "will retry in 5 s" or "retrying" tells its own plan, not the other side's.
        var before = text.AsSpan(Math.Max(0, start - 6), Math.Min(6, start));
        if (before.EndsWith("will ", StringComparison.OrdinalIgnoreCase)
            && (text.AsSpan(start).StartsWith("retry", StringComparison.OrdinalIgnoreCase)
                || text.AsSpan(start).StartsWith("wait", StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        // "x-ratelimit-reset-requests": the rest of a header's name still belongs to the key. A bar ends one itself.
        return end < text.Length && (header || !TokenLine.IsWord(text[end]) || text[end - 1] == '|');
    }

    private static ToldDelay? Value(
        ReadOnlySpan<char> text, bool header, double unit, DateTimeOffset now, TimeZoneInfo? local, out string? fault)
    {
        fault = null;
        if (header)
        {
            var rest = text.IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_");
            text = rest > 0 && text[0] is '-' or '_' ? text[rest..] : text;
        }

        text = header ? LimitHeaders.InBraces(text) : text;
        var skipped = SkipToValue(text);
        if (skipped < 0)
        {
            fault = header && HasOtherValue(text) ? ToldFaults.Unreadable : null;
            return null;
        }

        // "in 00:01:30" is a wait of a minute and a half, "at 00:01:30" a time of day.
        var isSpan = text[..skipped].TrimEnd().EndsWith("in", StringComparison.OrdinalIgnoreCase);
        text = text[skipped..];
        var line = text.IndexOfAny('\r', '\n');
        text = line >= 0 ? text[..line] : text;
        if (text.IsEmpty || text[0] == '-')
        {
            fault = text.Length > 1 && char.IsAsciiDigit(text[1]) ? ToldFaults.Negative : null;
            return null;
        }

        if (isSpan && Durations.TryColons(text, out var span))
        {
            return new ToldDelay(span, null);
        }

        var zone = local ?? TimeZoneInfo.Utc;
        if (WakeTimes.TryDayAndClock(text, now, zone, out var date) || RelativeDays.TryRead(text, now, zone, out date)
            || WakeTimes.TryDate(text, out date) || WakeTimes.TryClock(text, now, zone, out date))
        {
            return Sane(date, now, out fault);
        }

        // "until" only ever names a point in time.
        return unit < 0 ? null : Duration(text, header, unit, now, out fault);
    }

    /// <summary>Whether a header has a value that is no number and no date, and no word for none.</summary>
    private static bool HasOtherValue(ReadOnlySpan<char> text)
    {
        text = text.TrimStart("\" '\t");
        if (text.IsEmpty || text[0] is not (':' or '='))
        {
            return false;
        }

        text = text[1..].TrimStart("\" '\t");
        var end = text.IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
        return (end < 0 ? text : text[..end]).ToString().ToLowerInvariant() is not ("" or "null" or "none" or "nil"
            or "undefined" or "false" or "true" or "unknown");
    }

    // With what stands before the key in its own word: "x-ratelimit-reset", not "ratelimit-reset".
    private static string Quote(string whole, int from)
    {
        while (from > 0 && (char.IsAsciiLetter(whole[from - 1]) || whole[from - 1] is '-' or '_'))
        {
            from--;
        }

        var text = whole.AsSpan(from, Math.Min(whole.Length - from, MostQuoted));
        var line = text.IndexOfAny('\r', '\n');
        return (line >= 0 ? text[..line] : text).TrimEnd(" \t\",;.}])").ToString();
    }

    private static int SkipToValue(ReadOnlySpan<char> text)
    {
        var at = 0;
        while (at < text.Length && at < ValueWithin)
        {
            if (char.IsAsciiDigit(text[at]) || text[at] == '-' || WakeTimes.IsDayName(text[at..]))
            {
                return at;
            }

            if (!char.IsAsciiLetter(text[at]))
            {
                if (text[at] is '\n' or ';' or '{' or '}' or '.')
                {
                    return -1;
                }

                at++;
                continue;
            }

            var word = at;
            while (at < text.Length && char.IsAsciiLetter(text[at]))
            {
                at++;
            }

            if (!IsFiller(text[word..at]))
            {
                return WakeTimes.IsMonthName(text[word..at]) || RelativeDays.IsOne(text[word..at]) ? word : -1;
            }
        }

        return -1;
    }

    private static bool IsFiller(ReadOnlySpan<char> word) => word.ToString().ToLowerInvariant() is "in" or "after"
        or "at" or "on" or "for" or "about" or "approximately" or "around" or "is" or "the" or "a" or "be" or "until"
        or "least" or "another" or "again" or "and" or "retry" or "before" or "trying" or "seconds" or "value";

    private static ToldDelay? Duration(
        ReadOnlySpan<char> text, bool header, double unit, DateTimeOffset now, out string? fault)
    {
        var (seconds, hasUnit, digits) = Durations.Read(text);
        if (digits == 0 || !double.IsFinite(seconds))
        {
            fault = header || unit > 0 || digits > 0 ? ToldFaults.Unreadable : null;
            return null;
        }

        if (!hasUnit)
        {
            // An epoch is no duration: 1.8e9 is a time in seconds, 1.8e12 one in milliseconds.
            if (seconds is >= 1e9 and < 1e11)
            {
                return Sane(DateTimeOffset.UnixEpoch.AddSeconds(seconds), now, out fault);
            }

            if (seconds is >= 1e11 and < 1e14)
            {
                return Sane(DateTimeOffset.UnixEpoch.AddMilliseconds(seconds), now, out fault);
            }

            if (unit == 0)
            {
                // "try again in 20" names no unit: nothing to rely on.
                fault = ToldFaults.OfBareNumber(text[digits..]);
                return null;
            }

            if (digits < text.Length && char.IsAsciiLetter(text[digits]))
            {
                // "1e12" is no 1, and "20x" no 20.
                fault = ToldFaults.Unreadable;
                return null;
            }

            seconds *= unit;
        }

        fault = seconds > Longest.TotalSeconds ? ToldFaults.TooFar : null;
        return fault is null ? new ToldDelay(TimeSpan.FromSeconds(seconds), null) : null;
    }

    private static ToldDelay? Sane(DateTimeOffset until, DateTimeOffset now, out string? fault)
    {
        fault = until <= now ? ToldFaults.Past : until - now > Longest ? ToldFaults.TooFar : null;
        return fault is null ? new ToldDelay(null, until) : null;
    }

    /// <summary>Formats a told delay for people.</summary>
    public static string Text(ToldDelay told)
    {
        ArgumentNullException.ThrowIfNull(told);
        return told.Until is { } until
            ? "until " + until.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"for {told.After.GetValueOrDefault().TotalSeconds:0.###} s");
    }
}
