using System.Text;

namespace Holdfast.Failures.Text;

/// <summary>Turns the raw bytes of a line into text that rules can read.</summary>
internal static class LineText
{
    /// <summary>Bytes of a line that are read; a longer one is read at both ends.</summary>
    internal const int MaxBytes = 8 * 1024;

    /// <summary>Characters of a line that evidence keeps.</summary>
    internal const int MaxEvidence = 500;

    /// <summary>
    /// Decodes (invalid bytes become U+FFFD), keeps what a terminal would show last after carriage returns, drops
    /// escape sequences, and unescapes quoted JSON inside text.
    /// </summary>
    internal static string Clean(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd("\r "u8);
        var shown = line.LastIndexOf((byte)'\r');
        if (shown >= 0)
        {
            line = line[(shown + 1)..];
        }

        string text;
        if (line.Length > MaxBytes)
        {
            text = Encoding.UTF8.GetString(line[..(MaxBytes / 2)]) + " … "
                + Encoding.UTF8.GetString(line[^(MaxBytes / 2)..]);
        }
        else
        {
            text = Encoding.UTF8.GetString(line);
        }

        if (text.Contains('\e') || text.Contains('\0'))
        {
            text = WithoutEscapes(text);
        }

        return text.Contains("\\\"", StringComparison.Ordinal) || text.Contains("\\n", StringComparison.Ordinal)
            ? text.Replace("\\n", " ", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal)
            : text;
    }

    /// <summary>
    /// The line as evidence shows it. Masked before: of a secret that the cut goes through, no mask knows the rest.
    /// </summary>
    internal static string Shown(string text)
    {
        text = text.Trim();
        return text.Length <= MaxEvidence ? text : string.Concat(text.AsSpan(0, MaxEvidence - 1), "…");
    }

    private static string WithoutEscapes(string text)
    {
        var kept = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0')
            {
                continue;
            }

            if (text[i] != '\e')
            {
                kept.Append(text[i]);
                continue;
            }

            i++;
            if (i < text.Length && text[i] == '[')
            {
                // CSI: parameters, then one final byte from @ to ~.
                while (i + 1 < text.Length && text[i + 1] is < '@' or > '~')
                {
                    i++;
                }

                i++;
            }
            else if (i < text.Length && text[i] == ']')
            {
                // OSC: ends with BEL or ESC \.
                while (i < text.Length && text[i] is not ('\a' or '\e'))
                {
                    i++;
                }
            }
        }

        return kept.ToString();
    }
}
