using System.Text;
using System.Text.Json;

namespace Holdfast.Failures.Text;

/// <summary>What a line of an agent's JSON output says about how its work ended.</summary>
internal enum AgentEventKind
{
    /// <summary>The agent reports an error.</summary>
    Error,

    /// <summary>It ended its turn well.</summary>
    Success,

    /// <summary>It was cut off by a limit of turns or tokens.</summary>
    CutOff,

    /// <summary>It met an error and tries again by itself: the cause, where it is ended meanwhile.</summary>
    Retrying,

    /// <summary>The model's answer stopped without an end, as one does whose connection was cut.</summary>
    Unfinished,
}

/// <summary>A decisive line of an agent's JSON output.</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Line">1-based line.</param>
/// <param name="Status">HTTP status named in it; 0 for none.</param>
/// <param name="Text">Message, code and type of the error, for the rules.</param>
/// <param name="Retryable">What the agent itself thinks; null if it does not say.</param>
/// <param name="Headers">Header-like fields about waiting, as "name: value" lines.</param>
internal sealed record AgentEvent(
    AgentEventKind Kind, int Line, int Status, string Text, bool? Retryable, string Headers);

/// <summary>
/// Finds the last decisive event in NDJSON output of coding agents (OpenCode, Codex, Claude Code, Gemini and their
/// like), which all report errors as objects with a type. Agents that nobody here knows name it otherwise; of them the
/// last line alone is believed. A line that is no whole JSON object is no event.
/// </summary>
internal static class AgentEvents
{
    private const int MaxLine = 1024 * 1024;
    private const int MaxText = 4096;

    /// <summary>Keys in which a program wraps the event itself.</summary>
    private static readonly string[] Wraps = ["msg", "event", "data", "payload", "params"];

    /// <summary>What fails below an agent, and is its own to get over.</summary>
    private static readonly string[] Parts =
    [
        "tool", "command", "exec", "item", "step", "test", "hook", "file", "mcp", "function", "call", "patch", "check",
    ];

    /// <summary>The last decisive event; null for none.</summary>
    /// <param name="output">Standard output.</param>
    /// <param name="isAgent">
    /// Whether an agent printed it. The last line of a log that some other program shows may be an error of anybody.
    /// </param>
    internal static AgentEvent? Last(ReadOnlySpan<byte> output, bool isAgent = false)
    {
        if (output.IndexOf("{\""u8) < 0)
        {
            return null;
        }

        foreach (var line in LogLines.Choose(output))
        {
            var isLastWord = isAgent && line.FromEnd == 0;
            if (Drafted(output.Slice(line.Start, line.Length))?.Finish(line.Number, isLastWord) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>
    /// A line that is an error in a program's structured log, or an error event of any shape; null for another.
    /// </summary>
    internal static AgentEvent? ReadLogged(ReadOnlySpan<byte> line, int number) => Drafted(line)?.Logged(number);

    /// <summary>An object that is an error, whatever its type; null where it is no whole JSON.</summary>
    internal static AgentEvent? ReadError(ReadOnlySpan<byte> json, int number) =>
        Drafted(json)?.As(AgentEventKind.Retrying, number);

    private static Draft? Drafted(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t\r"u8);
        if (line.Length is <= 10 or > MaxLine || line[0] != '{' || line[^1] != '}')
        {
            return null;
        }

        var draft = new Draft();
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 64 });
            var name = "";
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    name = reader.GetString() ?? "";
                }
                else
                {
                    draft.Take(name, ref reader);
                }
            }
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // A string that is no valid UTF-8: not an event that anyone can rely on.
            return null;
        }

        return draft;
    }

    private sealed class Draft
    {
        private readonly StringBuilder _text = new();
        private readonly StringBuilder _headers = new();
        private string _type = "";
        private string _kind = "";
        private string _level = "";
        private string _inside = "";
        private string _subtype = "";
        private string _ended = "";
        private string _reason = "";
        private bool? _isError;
        private bool? _retryable;
        private int _status;

        internal void Take(string name, ref Utf8JsonReader reader)
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject when reader.CurrentDepth == 1:
                    _inside = name;
                    break;
                case JsonTokenType.String:
                    TakeString(name, reader.GetString() ?? "", reader.CurrentDepth);
                    break;
                case JsonTokenType.Number when reader.TryGetInt64(out var number):
                    TakeNumber(name, number);
                    break;
                case JsonTokenType.True or JsonTokenType.False when name == "is_error":
                    _isError = reader.TokenType == JsonTokenType.True;
                    break;
                case JsonTokenType.True or JsonTokenType.False when name is "isRetryable" or "retryable":
                    _retryable = reader.TokenType == JsonTokenType.True;
                    break;
            }
        }

        /// <param name="number">1-based line.</param>
        /// <param name="isLastWord">Whether it is the last line of an agent, so that any shape of error is one.</param>
        internal AgentEvent? Finish(int number, bool isLastWord)
        {
            AgentEventKind? kind = _type switch
            {
                "error" or "turn.failed" or "turn_failed" or "session.error" => AgentEventKind.Error,
                "system" when _subtype == "api_retry" => AgentEventKind.Retrying,
                "result" when _subtype.StartsWith("error_max", StringComparison.Ordinal) => AgentEventKind.CutOff,
                "result" when _isError == true || _ended == "error"
                    || _subtype.StartsWith("error", StringComparison.Ordinal) => AgentEventKind.Error,
                "result" or "turn.completed" => AgentEventKind.Success,
                "step_finish" when _reason is "length" or "max_tokens" => AgentEventKind.CutOff,
                "step_finish" when _reason is "content-filter" or "content_filter" => AgentEventKind.Error,
                "step_finish" when _reason is "stop" or "end_turn" => AgentEventKind.Success,
                "step_finish" when _reason == "unknown" => AgentEventKind.Unfinished,
                _ when isLastWord && SaysFailed(_type.Length > 0 ? _type : _kind) => AgentEventKind.Error,
                _ => null,
            };
            if (kind == AgentEventKind.Success && _reason is "max_tokens" or "length")
            {
                kind = AgentEventKind.CutOff;
            }

            return kind is { } decided ? As(decided, number) : null;
        }

        internal AgentEvent? Logged(int number) =>
            SaysFailed(_type.Length > 0 ? _type : _kind)
                || _level.ToLowerInvariant() is "error" or "fatal" or "critical"
                ? As(AgentEventKind.Error, number)
                : null;

        // "error", "run.failed", "agent_error": not "tool_error", which the agent met and read.
        private static bool SaysFailed(string type)
        {
            var words = type.ToLowerInvariant().Split('.', '_', '-', '/', ':', ' ');
            return words[^1] is "error" or "failed" or "failure" or "fatal" && !Parts.Contains(words[0]);
        }

        // What was cut off often says only by its kind of what: "error_max_turns" and nothing more.
        internal AgentEvent As(AgentEventKind kind, int number) => new(
            kind, number, StatusOf(_text),
            _text.Length == 0 && kind == AgentEventKind.CutOff ? _subtype : _text.ToString(), _retryable,
            _headers.ToString());

        private void TakeString(string name, string value, int depth)
        {
            if (name == "type" && depth == 1)
            {
                _type = value;
            }
            else if (name is "kind" or "event" && depth == 1)
            {
                _kind = value;
            }
            else if (name is "level" or "severity" or "lvl" && depth == 1)
            {
                _level = value;
            }
            else if (name == "subtype" && depth == 1)
            {
                _subtype = value;
            }
            else if (name == "status" && depth == 1)
            {
                _ended = value;
            }
            else if (name == "type" && depth == 2 && Wraps.Contains(_inside))
            {
                _kind = value;
            }
            else if (name is "message" or "msg" or "error" or "code" or "type" or "result" or "status" or "detail"
                or "responseBody" or "name")
            {
                Note(_text, value);
            }

            if (name is "reason" or "stop_reason" or "finish_reason")
            {
                _reason = value;
                Note(_text, value);
            }

            if (TellsWait(name))
            {
                Note(_headers, name + ": " + value + "\n");
            }
        }

        private void TakeNumber(string name, long value)
        {
            if (value is >= 400 and <= 599 && name is "statusCode" or "status" or "error_status"
                or "api_error_status" or "code" or "status_code" or "http_status")
            {
                _status = (int)value;
            }
            else if (name == "level" && value is 50 or 60)
            {
                // As pino counts them.
                _level = "error";
            }
            else if (TellsWait(name))
            {
                Note(_headers, name + ": " + value.ToString(System.Globalization.CultureInfo.InvariantCulture) + "\n");
            }
        }

        // Codex has the status in its message alone.
        private int StatusOf(StringBuilder text)
        {
            const string Mark = "unexpected status ";
            var said = text.ToString();
            var at = said.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length;
            return _status == 0 && at >= Mark.Length && at + 3 <= said.Length
                && int.TryParse(said.AsSpan(at, 3), System.Globalization.NumberStyles.None, null, out var status)
                && status is >= 400 and <= 599 ? status : _status;
        }

        // The pause that an agent itself chose before it tries again is not what the other side asked for.
        private static bool TellsWait(string name) => name != "retry_delay_ms"
            && (name.Contains("retry", StringComparison.OrdinalIgnoreCase)
                || name.Contains("reset", StringComparison.OrdinalIgnoreCase));

        private static void Note(StringBuilder to, string value)
        {
            if (to.Length < MaxText && value.Length > 0)
            {
                to.Append(to.Length > 0 && to[^1] != '\n' ? " | " : "");
                to.Append(value.AsSpan(0, Math.Min(value.Length, MaxText)));
            }
        }
    }
}
