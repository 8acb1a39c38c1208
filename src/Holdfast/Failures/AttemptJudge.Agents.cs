using System.Globalization;
using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <content>What agents say of themselves, in their events and logs.</content>
internal sealed partial class AttemptJudge
{
    // What an agent itself says of the error that it tries to get over goes before every line around it, and names
    // causes that a plain hang has not: a model that does not exist is asked for again and again by some.
    private Failure? OwnWord()
    {
        var told = AgentEvents.Last(signals.Stdout.Span, IsAgent);
        if (told is { Kind: AgentEventKind.Unfinished })
        {
            return Make(FailureClass.Connection, "agent.unfinished", "stdout",
                "the model's answer ended without a reason", told.Line, 0.7);
        }

        var (found, channel) = told is { Kind: AgentEventKind.Error or AgentEventKind.Retrying }
            ? (told, "stdout")
            : (IsAgent ? AgentLogs.Last(signals.Stderr.Span) : null, "stderr");
        if (found is null)
        {
            return null;
        }

        if (found.Kind == AgentEventKind.Unfinished)
        {
            return Make(FailureClass.Connection, "agent.unreadable", channel, found.Text, found.Line, 0.7);
        }

        if (Stated(found, channel) is { } stated)
        {
            return IsAgent || ExplainsHang(stated.Class) ? stated : null;
        }

        // One that is tried again for a reason that no rule knows is out of order for now, as far as the agent knows.
        return found.Retryable == true && IsAgent
            ? Make(FailureClass.Unavailable, "agent.error", channel, found.Text, found.Line, 0.6)
            : null;
    }

    // A contract that is not met by a program that ended well: its very last line tells why, where it tells an error.
    private void ReadLastWord()
    {
        if (LogLines.Choose(signals.Stdout.Span) is not [var last, ..])
        {
            return;
        }

        var line = signals.Stdout.Span.Slice(last.Start, last.Length);
        if (AgentEvents.ReadLogged(line, last.Number) is { } logged)
        {
            var status = logged.Status > 0 ? FormattableString.Invariant($" | http status {logged.Status}") : "";
            _text.ReadLine(logged.Text + status, "stdout", last.Number, 0, 14);
            return;
        }

        var words = new TokenLine();
        words.Set(LineText.Clean(line));
        if (words.Mark == LineMark.Error && !IsSentence(words))
        {
            _text.ReadLine(words.Text, "stdout", last.Number, 0, 0);
        }
    }

    // "I added a test for Error: …" has an error's mark behind words of its own; before a real one stand names at most.
    private static bool IsSentence(TokenLine line)
    {
        var words = 0;
        for (var i = 0; i < line.ContentToken - 1; i++)
        {
            words += line[i].ContainsAnyInRange('a', 'z') ? 1 : 0;
        }

        return words > 2;
    }

    private Failure FromEvent(AgentEvent found)
    {
        if (found.Kind == AgentEventKind.CutOff)
        {
            return Make(FailureClass.Incomplete, "agent.cut_off", "stdout", found.Text, found.Line);
        }

        if (Stated(found, "stdout") is { } stated)
        {
            return stated;
        }

        ReadAll();
        return _text.Best() is { } around
            ? From(around)
            : Make(found.Retryable == true ? FailureClass.Unavailable : FailureClass.Unknown, "agent.error", "stdout",
                found.Text, found.Line);
    }

    // The event is the agent's own word: only what it says counts, not what surrounds it.
    private Failure? Stated(AgentEvent found, string channel)
    {
        var own = new TextJudge(book, signals.Tool);
        own.ReadLine(found.Text, channel, found.Line, 0, 14);
        var byStatus = HttpStatuses.ClassOf(found.Status);
        var best = found.Status > 0
            ? own.Best(to => to == byStatus || HttpStatuses.MayRefine(found.Status, to))
            : own.Best();
        // What runs out on this machine names no time at which it is there again; a limit of the other side does.
        if (byStatus is null && best?.IsOwn != true && best?.Class is null or FailureClass.ResourceExhausted
            && ToldDelayReader.Read(found.Headers, signals.Now) is not null)
        {
            return Make(FailureClass.RateLimited, "agent.told_wait", channel, found.Text, found.Line, 0.7)
                .WithTold(found.Headers, signals.Now, mask);
        }

        if (best is { } finding && (byStatus is null || finding.Class == byStatus
            || !finding.Rule.StartsWith("http.", StringComparison.Ordinal)))
        {
            return From(finding with { Text = found.Text }, found.Headers);
        }

        if (byStatus is { } plain)
        {
            return Make(plain, "http." + found.Status.ToString(CultureInfo.InvariantCulture), channel, found.Text,
                found.Line).WithTold(found.Headers + found.Text, signals.Now, mask);
        }

        return null;
    }
}
