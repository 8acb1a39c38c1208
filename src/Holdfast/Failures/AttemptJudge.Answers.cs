using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <content>What an answer over HTTP says, where no rule knows its words.</content>
internal sealed partial class AttemptJudge
{
    /// <summary>Where answers tell people what is wrong, the most telling first; a text has to follow.</summary>
    private static readonly string[] Telling =
    [
        "\"message\"", "\"error_description\"", "\"detail\"", "\"description\"", "\"reason\"", "\"error\"",
        "\"title\"", "<message", "<title", "<h1",
    ];

    /// <summary>
    /// The class of a status, with the line of the body that tells most ("}" and "&lt;/html&gt;" tell nothing), and the
    /// wait that the body names: people are told "try again in 20s" by servers that set no header.
    /// </summary>
    private Failure ByStatusAlone(FailureClass byStatus, string rule)
    {
        var (channel, ends) = signals.Stderr.IsEmpty ? ("stdout", signals.Stdout) : ("stderr", signals.Stderr);
        if (Telltale(ends.Span) is not (var number, { } text))
        {
            return Make(byStatus, rule, "http");
        }

        // Without a place: an answer of many MiB is read in its ends, and a place there is none in the whole.
        var finding = new Finding(byStatus, rule, channel, number, text, 0);
        return WithTold(Make(byStatus, rule, "http", text), finding, headers: null);
    }

    private static (int Number, string? Text) Telltale(ReadOnlySpan<byte> body)
    {
        var lines = new List<(int Number, string Text)>();
        foreach (var line in LogLines.Choose(body))
        {
            lines.Insert(0, (line.Number, LineText.Clean(body.Slice(line.Start, line.Length))));
        }

        foreach (var key in Telling)
        {
            if (lines.Find(line => Follows(line.Text, key)) is { Text: not null } told)
            {
                return (told.Number, told.Text.Trim());
            }
        }

        return lines.FindLast(static line => SaysSomething(line.Text)) is { Text: not null } last ? last
            : lines is [.., var end] ? end
            : (0, null);
    }

    /// <summary>Whether a text stands behind a key of JSON, or in an element.</summary>
    private static bool Follows(string line, string key)
    {
        var at = line.IndexOf(key, StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return false;
        }

        var rest = line.AsSpan(at + key.Length);
        return key[0] == '<'
            ? rest.IndexOf('>') is >= 0 and var end && SaysSomething(rest[(end + 1)..])
            : rest.TrimStart() is [':', .. var value] && value.TrimStart() is ['"', not '"', ..];
    }

    /// <summary>Whether there is a letter or digit outside of what stands between angle brackets.</summary>
    private static bool SaysSomething(ReadOnlySpan<char> line)
    {
        var inTag = false;
        foreach (var c in line)
        {
            inTag = c == '<' || (inTag && c != '>');
            if (!inTag && char.IsLetterOrDigit(c))
            {
                return true;
            }
        }

        return false;
    }
}
