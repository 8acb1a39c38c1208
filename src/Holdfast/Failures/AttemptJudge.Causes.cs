using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <summary>Where the best evidence is the end of a chain whose beginning was printed as well.</summary>
internal sealed partial class AttemptJudge
{
    /// <summary>By how much a name may be weaker than the bare fact that an exception ended the program.</summary>
    private const double NameOverEnd = 14;

    /// <summary>
    /// Least score of what explains that a package was not found; a name that did not resolve has it in a warning, too.
    /// </summary>
    private const double LeastCause = 36;

    /// <summary>Lines from the end in which a listed chain of causes is looked for.</summary>
    private const int ChainLines = 30;

    /// <summary>What the end of a listed chain weighs more than any line: as much as an error mark.</summary>
    private const double ChainWeight = 12;

    /// <summary>How the causes of a chain open where each stands on a line of its own; the last says it all.</summary>
    private static readonly string[] LastLinks = ["Caused by: ", "╰─▶ ", "`-> "];

    /// <summary>
    /// Rust's error libraries, and who prints like them, list a chain of causes one a line. The last of them is what
    /// went wrong, though the first line carries the error mark.
    /// </summary>
    private void ReadChainEnd()
    {
        if (ChainEnd() is var (text, number))
        {
            _text.ReadLine(text.TrimStart([.. " \t0123456789:"]), "stderr", number, 0, ChainWeight);
        }
    }

    private (string Text, int Number)? ChainEnd()
    {
        (string, int)? below = null;
        (string, int)? margin = null;
        foreach (var line in LogLines.Choose(signals.Stderr.Span).Take(ChainLines))
        {
            var text = LineText.Clean(signals.Stderr.Span.Slice(line.Start, line.Length));
            var indented = text is [' ' or '\t', ..];
            var told = text.Trim();
            if (indented && Array.Find(LastLinks, each => told.StartsWith(each, StringComparison.Ordinal)) is { } link)
            {
                return (told[link.Length..], line.Number);
            }

            // PowerShell shows the line of the script behind a margin, and the message last.
            margin ??= told is ['|', ' ', ..] && !told.EndsWith('~') ? (told[1..], line.Number) : null;
            if (told == "Line |")
            {
                return margin;
            }

            if (told.Equals("Caused by:", StringComparison.OrdinalIgnoreCase))
            {
                return below;
            }

            // A chain is indented; what stands below it is not part of it.
            below = indented ? below ?? (text, line.Number) : null;
        }

        return null;
    }

    /// <summary>What stands behind the best evidence, where that is only how it ended.</summary>
    private Finding? Explained(Finding? best) => best switch
    {
        { Class: FailureClass.Cancelled, IsOwn: false } => WhoCancelled() ?? best,
        { Rule: "crash.node" or "crash.traceback" or "crash.exception" } ended => Thrown(ended),
        { Rule: "net.registry" or "package.fetch" } => Answered() ?? best,
        { Rule: "input.syntax" } => _text.Of(FailureClass.NotFound) is { Rule: "cause.unread" } unread ? unread : best,
        { Rule: "package.missing" or "package.resolve" or "package.wrapper" or "build.step" } => Unfetched() ?? best,
        _ => best,
    };

    /// <summary>
    /// What could not be fetched was answered with a status that some print on a line of its own: "Failed to fetch …",
    /// then "Caused by: HTTP status server error (503 Service Unavailable)".
    /// </summary>
    private Finding? Answered() =>
        _text.Best(static to => to is FailureClass.Unavailable or FailureClass.RateLimited or FailureClass.NotFound
            or FailureClass.Auth) is { } answer
        && answer.Score >= LeastCause && !FailureRule.IsWeak(answer.Rule) ? answer : null;

    /// <summary>
    /// A package is "not found" where its index could not be fetched, which package managers only warn about:
    /// "Temporary failure resolving …", then "Unable to locate package curl".
    /// </summary>
    private Finding? Unfetched()
    {
        var cause = _text.Best(static to => ExplainsHang(to) || to == FailureClass.Timeout);
        return cause is { Score: >= LeastCause, Rule: var rule and not ("net.hung_up" or "package.wrapper") }
            && !FailureRule.IsWeak(rule) ? cause : null;
    }

    /// <summary>
    /// That an exception ended the program is the weakest that can be said of it: what the exception is called, or the
    /// child whose code it reports, says more.
    /// </summary>
    private Finding Thrown(Finding ended)
    {
        var named = _text.Best(static to => to != FailureClass.Crash);
        return named is { } told && told.Score >= ended.Score - NameOverEnd
            && !FailureRule.IsWeak(told.Rule)
                ? told
                : ended;
    }

    /// <summary>
    /// A TERM, or the word "cancelled", that the machine or its scheduler explains: lost, evicted, over its time.
    /// </summary>
    private Finding? WhoCancelled()
    {
        var lost = _text.Of(FailureClass.InfrastructureLost);
        var limit = _text.Of(FailureClass.Timeout);
        return Outcome.ExitCode == 129 && Usage() is { } usage ? usage
            : lost is { Score: >= 70 } ? lost
            : limit is { Score: >= 70, Rule: "runner.limit" or "timeout.killed" } ? limit
            : null;
    }
}
