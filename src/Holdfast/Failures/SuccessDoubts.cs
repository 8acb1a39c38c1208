using System.Globalization;
using System.Text;
using Holdfast.Failures.Ends;
using Holdfast.Failures.Text;

namespace Holdfast.Failures;

/// <summary>
/// Looks at an attempt that exited with 0 and declares no contract. An agent's own last words decide; of any other
/// program, and only when asked to doubt, its very last word on the error channel. Words in the middle prove nothing.
/// </summary>
internal sealed partial class SuccessDoubts(RuleBook book, FailureSignals signals)
{
    private static readonly string[] Context =
        ["LINE ", "HINT:", "DETAIL:", "CONTEXT:", "STATEMENT:", "QUERY:", "LOCATION:"];

    /// <summary>What was done to none of many: "exported 0 of 3 pages".</summary>
    private static readonly string[] Done =
    [
        "exported", "synced", "processed", "uploaded", "downloaded", "imported", "copied", "migrated", "sent",
        "delivered", "completed", "succeeded", "fetched", "saved", "written", "converted", "updated", "created",
        "published", "deployed", "done", "loaded", "stored", "indexed", "replicated", "transferred", "handled",
    ];

    /// <summary>Lines of advice that follow on an error, at most.</summary>
    private const int LinesOfAdvice = 3;

    /// <summary>Lines that explain an error below it, at most.</summary>
    private const int LinesOfContext = 5;

    private static readonly string[] RefusedOpenings =
    [
        "{\"ok\":false,", "{\"ok\": false,", "{\"success\":false,", "{\"success\": false,", "{\"error\":{",
        "{\"error\": {", "{\"error\":\"", "{\"error\": \"", "{\"errors\":[{", "{\"errors\": [{",
        "{\"data\":null,\"errors\":[", "{\"data\": null, \"errors\": [",
    ];

    private readonly TextJudge _text = new(book, signals.Tool);

    /// <summary>What an agent said last: a field of its JSON, or all of its standard output.</summary>
    private readonly ReadOnlyMemory<byte> _said = AgentTools.Is(signals.Tool)
        && AgentMessages.Last(signals.Stdout) is { } message ? Encoding.UTF8.GetBytes(message) : signals.Stdout;

    /// <summary>What says that it failed all the same; null for nothing.</summary>
    internal Finding? Find()
    {
        var agent = AgentTools.Is(signals.Tool);
        if (LastError(agent) is { } error)
        {
            return error;
        }

        if (AgentTools.IsModelClient(signals.Tool) && CutOff() is { } cut)
        {
            return cut;
        }

        return agent ? SelfReport() : RefusedAnswer() ?? RefusedByStore() ?? NothingDone();
    }

    /// <summary>
    /// A program whose last word is that it did nothing of what it set out to do ("exported 0 of 3 pages"): what it
    /// logged as it went, warnings too, is why.
    /// </summary>
    private Finding? NothingDone()
    {
        if (!signals.DoubtSuccess || !(SaysNone(signals.Stdout.Span) || SaysNone(signals.Stderr.Span)))
        {
            return null;
        }

        _text.Read(signals.Stderr.Span, "stderr", 0);
        _text.Read(signals.Stdout.Span, "stdout", 0);
        return _text.Best() is { } best && !FailureRule.IsWeak(best.Rule) ? best : null;
    }

    private static bool SaysNone(ReadOnlySpan<byte> output)
    {
        var lines = LogLines.Last(output);
        var tokens = new TokenLine();
        tokens.Set(lines.Count == 0 ? "" : LineText.Clean(output.Slice(lines[0].Start, lines[0].Length)));
        for (var i = 0; i + 3 < tokens.Count; i++)
        {
            if (tokens[i + 1] is "0" && tokens[i + 2] is "of" && tokens[i + 3] is not "0"
                && (tokens.Tokens[i + 3].Place & TokenPlace.Number) != 0
                && Array.IndexOf(Done, tokens[i].ToString().ToLowerInvariant()) >= 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// A client of a key-value store, which prints the server's refusal where the value would stand (some as an error,
    /// where they are asked to) and ends well:
    /// "NOAUTH Authentication required.", "(error) OOM command not allowed …". Only rules of stores count.
    /// </summary>
    private Finding? RefusedByStore()
    {
        var (output, channel) = signals.Stdout.IsEmpty ? (signals.Stderr, "stderr") : (signals.Stdout, "stdout");
        var lines = LogLines.Choose(output.Span);
        if (!signals.DoubtSuccess || lines.Count == 0
            || signals.Tool is not ("redis" or "redis-cli" or "valkey-cli" or "keydb-cli"))
        {
            return null;
        }

        var text = LineText.Clean(output.Span.Slice(lines[0].Start, lines[0].Length));
        var code = text.StartsWith("(error) ", StringComparison.Ordinal) ? text.AsSpan(8) : text.AsSpan();
        var end = code.IndexOf(' ');
        // "ERR timeout" is too short for a refusal, so it is a value.
        if (end < 3 || code[..end].ContainsAnyExceptInRange('A', 'Z') || code[(end + 1)..].Trim().IndexOf(' ') < 0)
        {
            return null;
        }

        _text.ReadLine(text, channel, lines[0].Number, 0, 0);
        return _text.Best(
            each => _text.Of(each) is { } said && (said.Rule == "sql.read_only"
                || said.Rule.StartsWith("store.", StringComparison.Ordinal)));
    }

    /// <summary>An HTTP client that prints one answer, JSON or page, which says of itself that it is refused.</summary>
    private Finding? RefusedAnswer()
    {
        if (!signals.DoubtSuccess || signals.Tool is not ("curl" or "wget" or "httpie" or "http" or "xh"))
        {
            return null;
        }

        // All of it and not as a terminal shows it: the lines of a page end in carriage returns.
        var answer = Encoding.UTF8.GetString(
            signals.Stdout.Span[..Math.Min(signals.Stdout.Length, LineText.MaxBytes)]).ReplaceLineEndings(" ").Trim();
        var status = AnswerStatus.Find(answer) is > 0 and var stated ? stated : FailedEnds.StatusAlone(answer);
        if (status == 0 && !SaysRefused(answer))
        {
            return null;
        }

        _text.ReadLine(answer, "stdout", 1, 0, 0);
        if (status == 0)
        {
            return _text.Best() is { Score: >= 56 } finding ? finding : null;
        }

        _text.ReadLine(string.Create(CultureInfo.InvariantCulture, $"HTTP status {status}"), "stdout", 1, 0, 0);
        var plain = HttpStatuses.ClassOf(status);
        return _text.Best(to => to == plain || HttpStatuses.MayRefine(status, to)) is { } found
            ? found with { Text = answer }
            : null;
    }

    private static bool SaysRefused(string answer) => AnswerStatus.IsError(answer) || (answer.EndsWith('}')
        && Array.Exists(RefusedOpenings, each => answer.StartsWith(each, StringComparison.Ordinal)));

    /// <summary>An agent that ended its turn well and says itself that the work is not done.</summary>
    internal Finding? OwnReport() => AgentTools.Is(signals.Tool) ? CutOff() ?? SelfReport() : null;

    /// <summary>The last line of stderr (of an agent also of stdout), where it opens as an error.</summary>
    private Finding? LastError(bool agent)
    {
        if (agent || !FailedEnds.GoesOnOtherwise(signals.Stdout.Span))
        {
            ReadLastError(signals.Stderr, "stderr", agent);
        }

        if (agent)
        {
            ReadLastError(signals.Stdout, "stdout", agent);
            ReadClientError();
        }

        // Plain words do not turn a good exit into a failure.
        return _text.Best() is { } best && !FailureRule.IsWeak(best.Rule) ? best : null;
    }

    /// <summary>
    /// The error of the client library inside an agent, named as no report is and followed by a line or two of advice:
    /// "litellm.AuthenticationError: …", "The API provider is not able to authenticate you."; of another: "Ran into
    /// this error: Rate limit exceeded".
    /// </summary>
    private void ReadClientError()
    {
        foreach (var line in LogLines.Choose(signals.Stdout.Span).Take(LinesOfAdvice + 1))
        {
            var text = LineText.Clean(signals.Stdout.Span.Slice(line.Start, line.Length));
            if (text.StartsWith("litellm.", StringComparison.Ordinal)
                || text.StartsWith("Ran into this error: ", StringComparison.Ordinal))
            {
                _text.ReadLine(text, "stdout", line.Number, 0, 0);
                return;
            }
        }
    }

    private void ReadLastError(ReadOnlyMemory<byte> output, string channel, bool agent)
    {
        var tokens = new TokenLine();
        var seen = 0;
        foreach (var line in LogLines.Choose(output.Span))
        {
            var text = LineText.Clean(output.Span.Slice(line.Start, line.Length));
            tokens.Set(text);
            if (tokens.Mark is LineMark.Quoted || tokens.Count == 0)
            {
                continue;
            }

            var context = IsContext(text);
            if (!context && !GoesOn(tokens) && (LosesData(tokens)
                || (agent && channel == "stdout" ? IsAgentError(tokens) : OpensAsError(tokens, agent))))
            {
                _text.ReadLine(text, channel, line.Number, 0, 0);
                return;
            }

            if (!context || ++seen > LinesOfContext)
            {
                return;
            }
        }
    }

    /// <summary>What PostgreSQL's client prints below an error to explain it.</summary>
    private static bool IsContext(string text) => text.TrimStart() is ['^', ..]
        || Array.Exists(Context, each => text.StartsWith(each, StringComparison.Ordinal));

    // "ERROR: …" and "fatal: …" as the first word, not somewhere in the line.
    private static bool OpensAsError(TokenLine line, bool agent)
    {
        var opens = line.Mark == LineMark.Error && line.ContentToken <= 2 && line.Before(0).Trim(" [").IsEmpty;
        if (!opens)
        {
            return line.Count > 2 && line[1].Equals("failed", StringComparison.OrdinalIgnoreCase)
                && line.After(1) is [':', ..] && char.IsAsciiLetterUpper(line[0][0]);
        }

        // "ERROR 1213 (40001) at line 1: …" of an SQL client; it goes on with the next statement and exits with 0.
        if (agent || (line.Text.StartsWith("ERROR ", StringComparison.Ordinal) && line.Count > 2
            && (line.Tokens[1].Place & TokenPlace.Number) != 0 && line.After(1) is " ("))
        {
            return true;
        }

        // "BrokenPipeError: …" of a program that exits with 0 was handled; a bare "ERROR: …" as last word was not.
        var word = line[0];
        return line.After(line.ContentToken - 1) is [':', ..] && line.ContentToken == 1
            && (word.Equals("error", StringComparison.OrdinalIgnoreCase)
                || word.Equals("fatal", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A line that says itself that the work went on.</summary>
    private static bool GoesOn(TokenLine line)
    {
        for (var i = 0; i < line.Count; i++)
        {
            if (line[i] is "continuing" or "ignoring" or "ignored" or "skipping" or "skipped" or "fallback" or "falling"
                or "retrying" or "using" or "recovered" or "proceeding" or "tolerated")
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// An agent's error on its standard output: "API Error: …", "[ERROR] …". A sentence that begins with the word
    /// ("Error handling now covers …", "Error: x is now retried") is its report.
    /// </summary>
    private static bool IsAgentError(TokenLine line)
    {
        var opens = line.Mark == LineMark.Error && line.ContentToken <= 2 && line.Before(0).Trim(" [").IsEmpty
            && line.After(line.ContentToken - 1) is [':' or ']', ..]
            && (line.ContentToken == 1 || line[1].Equals("error", StringComparison.OrdinalIgnoreCase));
        for (var i = 1; opens && i < line.Count; i++)
        {
            opens = line[i] is not ("now" or "added" or "removed" or "fixed" or "handled");
        }

        return opens;
    }

    /// <summary>A full disk on output is a loss, whatever the last program of a pipe returned.</summary>
    private static bool LosesData(TokenLine line) =>
        line.Text.EndsWith(": No space left on device", StringComparison.Ordinal);
}
