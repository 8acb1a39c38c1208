using Holdfast.Failures.Reports;
using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <summary>What an agent's last message says of its work: cut off, declined, refused, not done.</summary>
internal sealed partial class SuccessDoubts
{
    /// <summary>Words that no finished sentence ends with.</summary>
    private static readonly string[] Unfinished =
    [
        "then", "and", "the", "a", "an", "to", "of", "or", "with", "in", "for", "that", "is", "are", "by", "from",
        "as", "which", "because", "but", "their", "its", "into", "when", "while", "we", "i", "must", "this", "these",
        "will", "be", "so", "if", "on", "at", "it", "our", "your", "using", "than", "not",
    ];

    /// <summary>Of these, the ones with which even a message of few words does not end: "Log in" is one.</summary>
    private static readonly string[] NeverLast = ["the", "an", "of", "and", "their", "its", "your"];

    /// <summary>A message of so many bytes is more than a few words.</summary>
    private const int SomeProse = 40;

    /// <summary>How an agent announces its next step.</summary>
    private static readonly string[] Announcements =
    [
        "I'll now ", "I will now ", "Now I'll ", "Now I will ", "Let me ", "Next, I'll ", "Next I'll ",
        "I'm going to ",
    ];

    /// <summary>A line of so many characters is prose, and no headline.</summary>
    private const int LongLine = 60;

    private const int LongSentence = 80;

    /// <summary>Finish reasons of an answer that a limit cut off, as the providers name them.</summary>
    private static readonly string[] Limited = ["length", "max_tokens", "MAX_TOKENS", "max_output_tokens"];

    /// <summary>Finish reasons of an answer that the provider withheld.</summary>
    private static readonly string[] Blocked =
    [
        "content_filter", "refusal", "SAFETY", "RECITATION", "PROHIBITED_CONTENT", "BLOCKLIST", "IMAGE_SAFETY", "SPII",
    ];

    private Finding? CutOff()
    {
        var lines = LogLines.Choose(_said.Span);
        if (lines.Count == 0)
        {
            return null;
        }

        var text = LineText.Clean(_said.Span.Slice(lines[0].Start, lines[0].Length)).TrimEnd();
        var first = LineText.Clean(_said.Span.Slice(lines[^1].Start, lines[^1].Length)).TrimStart();
        var last = text[(text.LastIndexOfAny([' ', '=']) + 1)..];
        // "max_tokens and then the answer", or "stop_reason: refusal" alone.
        string[] reasons = AgentTools.Is(signals.Tool) ? []
            : [last, first.Split(' ')[0].TrimEnd(':', ','), first.Split(' ') is [_, var named] ? named : ""];
        var number = lines[0].Number;
        if (reasons.Intersect(Blocked).Any())
        {
            return new Finding(FailureClass.PolicyDenied, "agent.blocked", "stdout", number, text, 70);
        }

        // A finish reason that the caller printed, at either end.
        var reason = reasons.Intersect(Limited).Any();
        var unfinished = _said.Length >= SomeProse
            ? Array.IndexOf(Unfinished, last.ToLowerInvariant()) >= 0 || Announces(text) || BreaksOff(text)
            : Array.IndexOf(NeverLast, last) >= 0;
        return reason || unfinished
            ? new Finding(FailureClass.Incomplete, "agent.cut_off", "stdout", number, text, 70)
            {
                Remediation = "raise the token limit, or let it go on in the same session",
            }
            : null;
    }

    /// <summary>A last line that says what it will do next and comes to no end of its sentence.</summary>
    private static bool Announces(string text) => text is [.., var end] && (char.IsLetter(end) || end == ':')
        && !text.StartsWith("Let me know ", StringComparison.Ordinal)
        && Array.Exists(Announcements, each => text.StartsWith(each, StringComparison.Ordinal));

    /// <summary>A long last line of prose without a full stop, behind a sentence that has one or in clauses.</summary>
    private static bool BreaksOff(string text) => text.Length >= LongLine && char.IsLetter(text[^1])
        && char.IsLetter(text[0]) && (text.Contains(". ", StringComparison.Ordinal)
            || (text.Length >= LongSentence && char.IsUpper(text[0]) && text.Contains(", ", StringComparison.Ordinal)));

    /// <summary>What the agent says of its own work in its last message.</summary>
    private Finding? SelfReport()
    {
        var report = new AgentReport(_said.Span);
        var all = ReadSaid(_ => true);
        if (all.Of(FailureClass.PolicyDenied) is { Rule: "report.declined" } declined)
        {
            return declined;
        }

        if (OpenItem() is { } open)
        {
            return open;
        }

        // What it shows of the error that held it up says more than that it was.
        return report.Unfinished() is { } unfinished
            ? Refused(ReadSaid(report.Lines.ToHashSet().Contains)) ?? unfinished
            : null;
    }

    private TextJudge ReadSaid(Func<int, bool> among)
    {
        var judge = new TextJudge(book, "agent-report");
        foreach (var line in LogLines.Choose(_said.Span))
        {
            if (among(line.Number))
            {
                judge.ReadLine(
                    LineText.Clean(_said.Span.Slice(line.Start, line.Length)), "stdout", line.Number, 0, 0);
            }
        }

        return judge;
    }

    /// <summary>A list of what was to be done of which some is ticked off and some is not.</summary>
    private Finding? OpenItem()
    {
        (string Text, int Number)? open = null;
        var ticked = false;
        foreach (var line in LogLines.Choose(_said.Span))
        {
            var text = LineText.Clean(_said.Span.Slice(line.Start, line.Length));
            var item = text.AsSpan().TrimStart();
            ticked |= item.StartsWith("- [x] ", StringComparison.OrdinalIgnoreCase);
            open = item.StartsWith("- [ ] ", StringComparison.Ordinal) ? (text, line.Number) : open;
        }

        return ticked && open is { } left
            ? new Finding(FailureClass.Incomplete, "report.unticked", "stdout", left.Number, left.Text, 68)
            : null;
    }

    /// <summary>Where it says that it tried and was refused, the error that it shows is the class.</summary>
    private static Finding? Refused(TextJudge judge) =>
        judge.Best(each => each is FailureClass.Auth or FailureClass.Permission or FailureClass.Connection
            or FailureClass.RateLimited or FailureClass.QuotaExhausted or FailureClass.PolicyDenied
            or FailureClass.MergeConflict or FailureClass.Unavailable or FailureClass.ResourceExhausted
            or FailureClass.ResourceContention) is { Score: >= 56 } finding
            && !FailureRule.IsWeak(finding.Rule)
            && !finding.Rule.StartsWith("package.", StringComparison.Ordinal)
            // "The budget is used up" is said of the session here.
            && !finding.Rule.StartsWith("said.", StringComparison.Ordinal)
            ? finding
            : null;
}
