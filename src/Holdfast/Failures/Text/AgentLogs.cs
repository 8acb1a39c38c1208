using System.Globalization;
using System.Text;

namespace Holdfast.Failures.Text;

/// <summary>
/// Finds the error that an agent met and goes on with, in the log that it writes to standard error: OpenCode, Kilo and
/// their kin write lines of <c>key=value</c>, with the error of a model call as a text or as JSON; Gemini CLI writes
/// "Attempt 2 failed". While such a program tries again by itself, for ever in some cases, it says nothing on standard
/// output: this is its own word of why.
/// </summary>
internal static class AgentLogs
{
    private const int MaxLine = 64 << 10;

    // What came from the model's server is no answer: broken on its way, or not from that server.
    private static readonly string[] Unreadable = ["AI_JSONParseError", "AI_TypeValidationError"];

    // An error that a further step followed was got over.
    private static ReadOnlySpan<byte> NextStep => "message=loop"u8;

    private static ReadOnlySpan<byte> NextAnswer => "message=process"u8;

    private static ReadOnlySpan<byte> Attempt => "Attempt "u8;

    /// <summary>The last error of a model call that nothing but further tries followed; null for none.</summary>
    internal static AgentEvent? Last(ReadOnlySpan<byte> log)
    {
        if (log.IndexOf("ERROR"u8) < 0 && log.IndexOf(Attempt) < 0)
        {
            return null;
        }

        foreach (var line in LogLines.Choose(log))
        {
            var text = log.Slice(line.Start, line.Length);
            if (text.StartsWith(Attempt) && ReadAttempt(Encoding.UTF8.GetString(text), line.Number) is { } tried)
            {
                return tried;
            }

            if (IsError(text))
            {
                if (text.Length <= MaxLine && ErrorOf(text) is { Length: > 0 } error)
                {
                    return Read(error, line.Number);
                }
            }
            else if (text.IndexOf(NextStep) >= 0 || text.IndexOf(NextAnswer) >= 0)
            {
                return null;
            }
        }

        return null;
    }

    private static bool IsError(ReadOnlySpan<byte> line) =>
        line.StartsWith("ERROR "u8) || line.IndexOf("level=ERROR"u8) >= 0;

    // "error.error=" names it in what OpenCode writes since 1.18, "error=" in what came before; quoted or JSON.
    private static string? ErrorOf(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line);
        foreach (var key in (ReadOnlySpan<string>)[" error.error=", " error.message=", " error="])
        {
            var at = text.IndexOf(key, StringComparison.Ordinal);
            if (at >= 0)
            {
                return ValueAt(text, at + key.Length);
            }
        }

        return null;
    }

    private static string ValueAt(string text, int start)
    {
        if (start >= text.Length)
        {
            return "";
        }

        if (text[start] == '{')
        {
            var end = text.LastIndexOf('}');
            return end > start ? text[start..(end + 1)] : text[start..];
        }

        if (text[start] != '"')
        {
            var space = text.IndexOf(' ', start);
            return space < 0 ? text[start..] : text[start..space];
        }

        var value = new StringBuilder();
        for (var i = start + 1; i < text.Length && text[i] != '"'; i++)
        {
            var isEscaped = text[i] == '\\' && i + 1 < text.Length;
            i += isEscaped ? 1 : 0;
            value.Append(isEscaped && text[i] is 'n' or 'r' or 't' ? ' ' : text[i]);
        }

        return value.ToString();
    }

    // "Attempt 2 failed: MESSAGE" or "Attempt 2 failed with status 503. Retrying with backoff... _ApiError: {…}".
    private static AgentEvent? ReadAttempt(string line, int number)
    {
        const string Failed = " failed";
        const string WithStatus = " with status ";
        var at = line.IndexOf(Failed, StringComparison.Ordinal);
        if (at <= Attempt.Length || line.Length > MaxLine || !line[Attempt.Length..at].All(char.IsAsciiDigit))
        {
            return null;
        }

        var rest = line[(at + Failed.Length)..];
        var status = rest.StartsWith(WithStatus, StringComparison.Ordinal) && rest.Length >= WithStatus.Length + 3
            && int.TryParse(rest.AsSpan(WithStatus.Length, 3), NumberStyles.None, null, out var told) ? told : 0;
        var json = rest.IndexOf('{', StringComparison.Ordinal);
        if (json >= 0 && AgentEvents.ReadError(Encoding.UTF8.GetBytes(rest[json..].TrimEnd()), number) is { } error)
        {
            return error.Status == 0 ? error with { Status = status } : error;
        }

        return new AgentEvent(
            AgentEventKind.Retrying, number, status, rest.TrimStart(':', ' '), Retryable: true, "");
    }

    private static AgentEvent Read(string error, int line)
    {
        if (error[0] == '{' && AgentEvents.ReadError(Encoding.UTF8.GetBytes(error), line) is { } told)
        {
            return told;
        }

        // The name of its exception says no more than that a call failed.
        var colon = error.IndexOf(": ", StringComparison.Ordinal);
        var isName = colon > 0 && error[..colon].All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            && error[..colon].EndsWith("Error", StringComparison.Ordinal);
        var text = isName ? error[(colon + 2)..] : error;
        var kind = isName && Unreadable.Contains(error[..colon]) ? AgentEventKind.Unfinished : AgentEventKind.Retrying;
        return new AgentEvent(kind, line, 0, text, Retryable: true, "");
    }
}
