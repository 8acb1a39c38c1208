using System.Globalization;
using System.Text;

namespace Holdfast.Plans;

/// <summary>Makes text of unknown origin fit for one line of a message or a label.</summary>
internal static class Shown
{
    private const int MaxLength = 80;

    /// <summary>The text on one line, control characters escaped, cut at 80 characters.</summary>
    public static string Short(string text)
    {
        var cut = text.Length > MaxLength ? $"{text.AsSpan(0, MaxLength - 1)}…" : text;
        return Escape(cut);
    }

    /// <summary>
    /// The text with a backslash doubled and everything that would break a line, or turn the reading direction,
    /// written as an escape. Different texts stay different.
    /// </summary>
    public static string Escape(string text)
    {
        var i = 0;
        while (i < text.Length && !NeedsEscape(text[i]))
        {
            i++;
        }

        if (i == text.Length)
        {
            return text;
        }

        var escaped = new StringBuilder(text, 0, i, text.Length + 16);
        for (; i < text.Length; i++)
        {
            var c = text[i];
            _ = c switch
            {
                '\\' => escaped.Append(@"\\"),
                '\n' => escaped.Append(@"\n"),
                '\t' => escaped.Append(@"\t"),
                '\r' => escaped.Append(@"\r"),
                _ when NeedsEscape(c) => escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => escaped.Append(c),
            };
        }

        return escaped.ToString();
    }

    private static bool NeedsEscape(char c) =>
        c is '\\' or < ' ' or '\u007f'
        || (c > '\u007f' && !char.IsSurrogate(c) && CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.Control
            or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
