using System.Text;
using System.Text.Unicode;

namespace Holdfast.Failures.Text;

/// <summary>Turns the raw bytes of a line into text that rules can read.</summary>
internal static class LineText
{
    /// <summary>Bytes of a line that are read; a longer one is read at both ends.</summary>
    internal const int MaxBytes = 8 * 1024;

    /// <summary>What stands between the ends of a long line.</summary>
    private const string CutText = " … ";

    /// <summary>Characters of a line that evidence keeps.</summary>
    internal const int MaxEvidence = 500;

    private static ReadOnlySpan<byte> Cut => " … "u8;

    /// <summary>
    /// Decodes (invalid bytes become U+FFFD), keeps what a terminal would show last after carriage returns, drops
    /// escape sequences, and unescapes quoted JSON inside text.
    /// </summary>
    internal static string Clean(ReadOnlySpan<byte> line)
    {
        line = Visible(line);
        string text;
        if (line.Length > MaxBytes)
        {
            text = Encoding.UTF8.GetString(line[..(MaxBytes / 2)]) + CutText
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

    /// <summary>What a terminal shows of a line in the end: what follows its last carriage return.</summary>
    internal static ReadOnlySpan<byte> Visible(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd("\r "u8);
        var shown = line.LastIndexOf((byte)'\r');
        return shown >= 0 ? line[(shown + 1)..] : line;
    }

    /// <summary>
    /// Whether the bytes that <see cref="Strip"/> leaves are for certain those of the cleaned text: they are UTF-8, and
    /// no escape stands before a letter of several bytes.
    /// </summary>
    /// <param name="visible">See <see cref="Visible"/>.</param>
    internal static bool IsStrippedAlike(ReadOnlySpan<byte> visible)
    {
        var isSame = visible.Length <= MaxBytes && Utf8.IsValid(visible);
        for (var at = 0; isSame && visible[at..].IndexOf((byte)0x1B) is >= 0 and var next;)
        {
            at += next + 1;
            isSame = at == visible.Length || visible[at] < 0x80;
        }

        return isSame;
    }

    /// <summary>
    /// Copies what <see cref="Clean"/> reads of a line, without escapes and NULs, as bytes.
    /// </summary>
    /// <param name="visible">See <see cref="Visible"/>.</param>
    /// <param name="into">At least <see cref="MaxBytes"/> and a few bytes.</param>
    /// <returns>Bytes written.</returns>
    internal static int Strip(ReadOnlySpan<byte> visible, Span<byte> into)
    {
        if (visible.Length <= MaxBytes)
        {
            visible.CopyTo(into);
            return StripEscapes(into[..visible.Length]);
        }

        visible[..(MaxBytes / 2)].CopyTo(into);
        Cut.CopyTo(into[(MaxBytes / 2)..]);
        visible[^(MaxBytes / 2)..].CopyTo(into[((MaxBytes / 2) + Cut.Length)..]);
        return StripEscapes(into[..(MaxBytes + Cut.Length)]);
    }

    /// <summary>As <see cref="WithoutEscapes"/>, in place.</summary>
    private static int StripEscapes(Span<byte> line)
    {
        var kept = 0;
        for (var at = 0; at < line.Length;)
        {
            var plain = line[at..].IndexOfAny((byte)0, (byte)0x1B);
            plain = plain < 0 ? line.Length - at : plain;
            line.Slice(at, plain).CopyTo(line[kept..]);
            kept += plain;
            at += plain;
            if (at < line.Length)
            {
                at = line[at] == 0 ? at + 1 : EndOfEscape(line, at);
            }
        }

        return kept;
    }

    /// <summary>What follows an escape sequence that begins at a place.</summary>
    private static int EndOfEscape(ReadOnlySpan<byte> line, int at)
    {
        at++;
        if (at < line.Length && line[at] == '[')
        {
            while (at + 1 < line.Length && line[at + 1] is < (byte)'@' or > (byte)'~')
            {
                at++;
            }

            at++;
        }
        else if (at < line.Length && line[at] == ']')
        {
            while (at < line.Length && line[at] is not (7 or 0x1B))
            {
                at++;
            }

            if (at < line.Length && line[at] == 0x1B)
            {
                return at + 1 < line.Length && line[at + 1] == '\\' ? at + 2 : at;
            }
        }
        else
        {
            while (at < line.Length && line[at] is >= 0x20 and < 0x30)
            {
                at++;
            }
        }

        return at + 1;
    }

    /// <summary>
    /// A text as evidence shows it: on one line, masked, and cut. Masked before it is cut, since of a secret that the
    /// cut goes through no mask knows the rest; and again when it is plain, since a secret may have an escape sequence
    /// within.
    /// </summary>
    internal static string Evidence(string text, SecretMask mask)
    {
        text = mask.Mask(OneLine(mask.Mask(text))).Trim();
        return text.Length <= MaxEvidence ? text : string.Concat(text.AsSpan(0, MaxEvidence - 1), "…");
    }

    // Escape sequences dropped, line ends and other control characters but the tab made spaces.
    private static string OneLine(string text)
    {
        if (!text.Any(static c => char.IsControl(c) && c != '\t'))
        {
            return text;
        }

        var plain = WithoutEscapes(text).ToCharArray();
        for (var i = 0; i < plain.Length; i++)
        {
            plain[i] = char.IsControl(plain[i]) && plain[i] != '\t' ? ' ' : plain[i];
        }

        return new string(plain);
    }

    /// <summary>The text without escape sequences and NULs.</summary>
    internal static string WithoutEscapes(string text)
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
                // OSC: ends with BEL or ESC \; any other ESC begins the next sequence.
                while (i < text.Length && text[i] is not ('\a' or '\e'))
                {
                    i++;
                }

                if (i < text.Length && text[i] == '\e')
                {
                    i += i + 1 < text.Length && text[i + 1] == '\\' ? 1 : -1;
                }
            }
            else
            {
                // Another one, as of "tput sgr0" (ESC ( B): what stands between, then its last character.
                while (i < text.Length && text[i] is >= ' ' and < '0')
                {
                    i++;
                }
            }
        }

        return kept.ToString();
    }
}
