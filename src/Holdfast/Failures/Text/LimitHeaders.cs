using System.Globalization;

namespace Holdfast.Failures.Text;

/// <summary>Headers about limits that come in pairs, and values that stand in braces.</summary>
internal static class LimitHeaders
{
    private const int LongestName = 80;

    // Characters before and behind a reset in which its pair is looked for: more than the headers of an answer take,
    // and
    // what keeps a text of thousands of resets from being read thousands of times.
    private const int Near = 4096;
    private const string Reset = "reset";

    /// <summary>
    /// Whether a reset is of a limit that still has room: servers tell the reset of every limit in every answer, and
    /// only that of an exhausted one is to be waited for. The pair of <c>x-ratelimit-reset-tokens</c> is
    /// <c>x-ratelimit-remaining-tokens</c>, that of <c>anthropic-ratelimit-requests-reset</c>
    /// <c>anthropic-ratelimit-requests-remaining</c>.
    /// </summary>
    /// <param name="text">Headers, or JSON that holds them.</param>
    /// <param name="at">A place within the name of the header.</param>
    internal static bool HasRoom(string text, int at)
    {
        var start = at;
        while (start > 0 && at - start < LongestName && IsNamePart(text[start - 1]))
        {
            start--;
        }

        var end = at;
        while (end < text.Length && end - at < LongestName && IsNamePart(text[end]))
        {
            end++;
        }

        var name = text[start..end];
        var reset = name.IndexOf(Reset, StringComparison.OrdinalIgnoreCase);
        if (reset < 0)
        {
            return false;
        }

        var pair = string.Concat(name.AsSpan(0, reset), "remaining", name.AsSpan(reset + Reset.Length));
        var around = text.AsSpan(Math.Max(0, start - Near));
        around = around[..Math.Min(around.Length, 2 * Near)];
        var found = around.IndexOf(pair, StringComparison.OrdinalIgnoreCase);
        if (found < 0)
        {
            return false;
        }

        var value = around[(found + pair.Length)..].TrimStart("\"' :=\t[");
        var digits = value.IndexOfAnyExceptInRange('0', '9');
        return long.TryParse(digits < 0 ? value : value[..digits], NumberStyles.None, CultureInfo.InvariantCulture,
            out var remaining) && remaining > 0;
    }

    /// <summary>
    /// The value of a message in the text form of protocol buffers, <c>{ seconds: 34 nanos: 5 }</c>; anything else as
    /// it is.
    /// </summary>
    internal static ReadOnlySpan<char> InBraces(ReadOnlySpan<char> text)
    {
        const string Field = "seconds:";
        var inside = text.TrimStart(" :");
        if (inside.Length == 0 || inside[0] != '{')
        {
            return text;
        }

        inside = inside[1..].TrimStart();
        return inside.StartsWith(Field, StringComparison.Ordinal) ? inside[Field.Length..] : text;
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';
}
