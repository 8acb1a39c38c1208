using System.Text;

namespace Holdfast.Plans.Fanout;

/// <summary>Matches one name against one part of a pattern.</summary>
internal static class GlobName
{
    /// <summary>What is wrong with a part, to follow the pattern; null when nothing is.</summary>
    public static string? Problem(string part)
    {
        for (var i = 0; i < part.Length; i++)
        {
            if (part[i] == '\\')
            {
                i++;
            }
            else if (part[i] == '[')
            {
                i = EndOfSet(part, i);
                if (i < 0)
                {
                    return "has a bracket that is not closed";
                }
            }
        }

        return part != "**" && part.Contains("**", StringComparison.Ordinal)
            ? "has ** beside other characters; it stands alone between slashes"
            : null;
    }

    public static bool HasWildcard(string part)
    {
        for (var i = 0; i < part.Length; i++)
        {
            if (part[i] == '\\')
            {
                i++;
            }
            else if (part[i] is '*' or '?' or '[')
            {
                return true;
            }
        }

        return false;
    }

    public static string Unescape(string part)
    {
        if (!part.Contains('\\'))
        {
            return part;
        }

        var text = new StringBuilder();
        for (var i = 0; i < part.Length; i++)
        {
            i += part[i] == '\\' && i + 1 < part.Length ? 1 : 0;
            _ = text.Append(part[i]);
        }

        return text.ToString();
    }

    /// <summary>
    /// Index of the bracket that ends a set; a "]" right after its beginning belongs to it. -1: none.
    /// </summary>
    public static int EndOfSet(string text, int open)
    {
        var i = open + 1;
        if (i < text.Length && text[i] is '!' or '^')
        {
            i++;
        }

        for (i++; i < text.Length; i++)
        {
            if (text[i] == ']')
            {
                return i;
            }
        }

        return -1;
    }

    /// <summary>
    /// Whether a name matches. On a mismatch only the last star is tried again with one character more, so the time is
    /// at most the product of both lengths, whatever the pattern.
    /// </summary>
    public static bool Matches(string part, string name)
    {
        if (name.StartsWith('.') && !part.StartsWith('.') && !part.StartsWith(@"\.", StringComparison.Ordinal))
        {
            return false;
        }

        var (p, n, star, retry) = (0, 0, -1, 0);
        while (n < name.Length)
        {
            var step = p;
            _ = Rune.DecodeFromUtf16(name.AsSpan(n), out var rune, out var length);
            if (p < part.Length && part[p] == '*')
            {
                (star, retry) = (p++, n);
            }
            else if (p < part.Length && MatchesOne(part, ref step, rune))
            {
                (p, n) = (step, n + length);
            }
            else if (star >= 0)
            {
                _ = Rune.DecodeFromUtf16(name.AsSpan(retry), out _, out length);
                retry += length;
                (p, n) = (star + 1, retry);
            }
            else
            {
                return false;
            }
        }

        while (p < part.Length && part[p] == '*')
        {
            p++;
        }

        return p == part.Length;
    }

    private static bool MatchesOne(string part, ref int p, Rune rune)
    {
        switch (part[p])
        {
            case '?':
                p++;
                return true;
            case '[' when EndOfSet(part, p) is >= 0 and var end:
                var matches = InSet(part.AsSpan(p + 1, end - p - 1), rune);
                p = end + 1;
                return matches;
            case '\\' when p + 1 < part.Length:
                p++;
                break;
        }

        _ = Rune.DecodeFromUtf16(part.AsSpan(p), out var wanted, out var length);
        p += length;
        return wanted == rune;
    }

    private static bool InSet(ReadOnlySpan<char> set, Rune rune)
    {
        var negated = set.Length > 0 && set[0] is '!' or '^';
        set = negated ? set[1..] : set;
        var inside = false;
        while (set.Length > 0)
        {
            _ = Rune.DecodeFromUtf16(set, out var from, out var length);
            set = set[length..];
            var to = from;
            if (set.Length > 1 && set[0] == '-')
            {
                _ = Rune.DecodeFromUtf16(set[1..], out to, out length);
                set = set[(1 + length)..];
            }

            inside |= rune >= from && rune <= to;
        }

        return inside != negated;
    }
}
