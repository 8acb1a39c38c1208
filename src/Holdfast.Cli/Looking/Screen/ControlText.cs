using System.Text;

namespace Holdfast.Cli.Looking;

/// <summary>
/// Text of programs made safe for a terminal: colours (SGR) and tabs stay, every other control character is shown in
/// caret notation, as <c>cat -v</c> does (<c>^[</c> for escape, <c>M-^[</c> for its 8-bit form). So a log can colour,
/// and cannot move the cursor, set a title, write a clipboard or answer for the keyboard.
/// </summary>
internal static class ControlText
{
    internal const string Reset = "\u001b[0m";
    private const int LongestColour = 64;

    /// <summary>One line; a carriage return at its end, which belongs to the line's end, is dropped.</summary>
    internal static string ForTerminal(string line)
    {
        line = line.EndsWith('\r') ? line[..^1] : line;
        if (!line.Any(IsUnsafe))
        {
            return line;
        }

        var safe = new StringBuilder(line.Length + 16);
        for (var i = 0; i < line.Length; i++)
        {
            var colour = line[i] == '\u001b' ? ColourLength(line.AsSpan(i)) : 0;
            if (colour > 0)
            {
                safe.Append(line, i, colour);
                i += colour - 1;
            }
            else if (IsUnsafe(line[i]))
            {
                AppendCaret(safe, line[i]);
            }
            else
            {
                safe.Append(line[i]);
            }
        }

        return safe.ToString();
    }

    /// <summary>Whether a safe line sets colours, which then have to be reset in the end.</summary>
    internal static bool HasColour(string line) => line.Contains('\u001b');

    private static bool IsUnsafe(char c) => char.IsControl(c) && c != '\t';

    // ESC [ digits, ";" and ":" up to "m"; anything else is no colour.
    private static int ColourLength(ReadOnlySpan<char> text)
    {
        if (text.Length < 3 || text[1] != '[')
        {
            return 0;
        }

        var end = text[2..].IndexOfAnyExcept("0123456789;:");
        return end is >= 0 and < LongestColour && text[end + 2] == 'm' ? end + 3 : 0;
    }

    private static void AppendCaret(StringBuilder to, char c)
    {
        if (c >= '\u0080')
        {
            to.Append("M-");
            c -= '\u0080';
        }

        to.Append('^').Append(c == '\u007f' ? '?' : (char)(c + '@'));
    }
}
