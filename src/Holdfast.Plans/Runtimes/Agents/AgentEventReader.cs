using System.Globalization;
using System.Text.Json;
using Holdfast.Failures;

namespace Holdfast.Plans.Runtimes.Agents;

/// <summary>
/// Reads the events of agent programs, one JSON object a line, into what an attempt was seen to do. The programs agree
/// in little, so each field is looked for under the names that they use; what is of an unexpected kind is left out.
/// </summary>
internal sealed class AgentEventReader(SecretMask mask)
{
    private const int MaxErrorText = 500;
    private readonly Dictionary<string, long> _tools = [];
    private readonly Queue<AgentError> _errors = new();
    private readonly HashSet<string> _messages = [];
    private long _line;
    private long? _inSum;
    private long? _outSum;
    private decimal? _costSum;

    internal string? Session { get; private set; }

    internal int Turns { get; private set; }

    internal long ToolCalls { get; private set; }

    internal long? TokensIn => _inSum;

    internal long? TokensOut => _outSum;

    internal decimal? CostUsd => _costSum;

    internal string? Text { get; private set; }

    internal long ErrorCount { get; private set; }

    internal long Events { get; private set; }

    internal long Unreadable { get; private set; }

    internal IReadOnlyDictionary<string, long> Tools => _tools;

    internal IReadOnlyList<AgentError> Errors => [.. _errors];

    /// <summary>Takes a line of standard output in; whatever is no event is passed over.</summary>
    internal void Take(ReadOnlySpan<byte> line)
    {
        _line++;
        line = line.Trim(" \t\r"u8);
        if (line.Length < 2 || line[0] != (byte)'{')
        {
            return;
        }

        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = 64 });
            using var document = JsonDocument.ParseValue(ref reader);
            Take(document.RootElement);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException)
        {
            // Half a line, NUL bytes, broken UTF-8: no event that anyone can rely on.
            Unreadable++;
        }
    }

    private void Take(JsonElement e)
    {
        if (Word(e, "type") is not { } type)
        {
            return;
        }

        Session = Word(e, "sessionID") ?? Word(e, "session_id") ?? Word(e, "thread_id") ?? Session;
        switch (type)
        {
            case "text":
                Say(Word(Inner(e, "part"), "text"));
                break;
            case "tool_use" when Inner(e, "part") is { ValueKind: JsonValueKind.Object } part:
                Called(Word(part, "tool"));
                break;
            case "tool_use":
                Called(Word(e, "tool_name") ?? Word(e, "name"));
                break;
            case "step_finish":
                Step(Inner(e, "part"));
                break;
            case "item.completed":
                Item(Inner(e, "item"));
                break;
            case "turn.completed":
                Used(Inner(e, "usage"), isTotal: true);
                break;
            case "assistant":
                Answered(Inner(e, "message"));
                break;
            case "message" when Word(e, "role") is "assistant" or "model":
                Turn(Word(e, "id"));
                Say(Word(e, "content"));
                break;
            case "result":
                Result(e);
                break;
            case "error" or "turn.failed" or "session.error":
            case "system" when Word(e, "subtype") == "api_retry":
                Failed(e);
                break;
        }

        // Last, since a text in it may turn out to be no text.
        Events++;
    }

    // OpenCode and Kilo: each step is an answer of the model with its own tokens and cost.
    private void Step(JsonElement part)
    {
        Turn(id: null);
        var tokens = Inner(part, "tokens");
        var cache = Inner(tokens, "cache");
        Add(ref _inSum, Sum(Whole(tokens, "input"), Whole(cache, "read"), Whole(cache, "write")));
        Add(ref _outSum, Sum(Whole(tokens, "output"), Whole(tokens, "reasoning")));
        if (Money(part, "cost") is { } cost)
        {
            _costSum = (_costSum ?? 0) + cost;
        }
    }

    // Codex: items are answers, calls and notes.
    private void Item(JsonElement item)
    {
        switch (Word(item, "type"))
        {
            case "agent_message":
                Turn(id: null);
                Say(Word(item, "text"));
                break;
            case ("command_execution" or "file_change" or "web_search" or "mcp_tool_call") and var kind:
                Turn(id: null);
                Called(kind);
                break;
        }
    }

    // Claude Code tells one message in several events, one for each part of it.
    private void Answered(JsonElement message)
    {
        var isNew = Turn(Word(message, "id"));
        foreach (var part in Items(message, "content"))
        {
            Say(Word(part, "text"));
            if (Word(part, "type") == "tool_use")
            {
                Called(Word(part, "name"));
            }
        }

        if (isNew)
        {
            Used(Inner(message, "usage"), isTotal: false);
        }
    }

    private void Result(JsonElement e)
    {
        if (Inner(e, "usage") is { ValueKind: JsonValueKind.Object } usage)
        {
            Used(usage, isTotal: true);
        }

        // Gemini's sums.
        var stats = Inner(e, "stats");
        _inSum = Whole(stats, "input_tokens") ?? _inSum;
        _outSum = Whole(stats, "output_tokens") ?? _outSum;
        _costSum = Money(e, "total_cost_usd") ?? _costSum;
        Turns = (int)Math.Clamp(Whole(e, "num_turns") ?? Turns, Turns, int.MaxValue);
        if (Flag(e, "is_error") == true || Word(e, "status") == "error")
        {
            Failed(e);
        }
        else
        {
            Say(Word(e, "result"));
        }
    }

    private void Used(JsonElement usage, bool isTotal)
    {
        var into = Sum(
            Whole(usage, "input_tokens"), Whole(usage, "cache_read_input_tokens"),
            Whole(usage, "cache_creation_input_tokens"));
        var from = Whole(usage, "output_tokens");
        if (isTotal)
        {
            (_inSum, _outSum) = (into ?? _inSum, from ?? _outSum);
        }
        else
        {
            Add(ref _inSum, into);
            Add(ref _outSum, from);
        }
    }

    private void Failed(JsonElement e)
    {
        ErrorCount++;
        var facts = new ErrorFacts();
        facts.Read(e, depth: 0);
        var text = mask.Mask(facts.Text);
        _errors.Enqueue(new AgentError(
            _line, facts.Status, facts.Retryable, facts.Told is { } told ? mask.Mask(told) : null,
            text.Length > MaxErrorText ? text[..MaxErrorText] : text));
        if (_errors.Count > AgentObservations.MaxErrors)
        {
            _errors.Dequeue();
        }
    }

    private bool Turn(string? id)
    {
        if (id is not null && (_messages.Count >= 10_000 || !_messages.Add(id)))
        {
            return false;
        }

        Turns++;
        return true;
    }

    private void Say(string? text)
    {
        if (!string.IsNullOrWhiteSpace(text))
        {
            // Cut before it is masked, so a secret on the cut could show its first half: masked with room to spare.
            var room = text.Length > 4 * AgentObservations.MaxText ? text[..(4 * AgentObservations.MaxText)] : text;
            var masked = mask.Mask(room);
            Text = masked.Length > AgentObservations.MaxText ? masked[..AgentObservations.MaxText] : masked;
        }
    }

    private void Called(string? tool)
    {
        ToolCalls++;
        if (tool is { Length: > 0 and <= 100 }
            && (_tools.ContainsKey(tool) || _tools.Count < AgentObservations.MaxTools))
        {
            _tools[tool] = _tools.GetValueOrDefault(tool) + 1;
        }
    }

    private static void Add(ref long? sum, long? more) => sum = more is null ? sum : (sum ?? 0) + more;

    private static long? Sum(params ReadOnlySpan<long?> parts)
    {
        long? sum = null;
        foreach (var part in parts)
        {
            Add(ref sum, part);
        }

        return sum;
    }

    private static JsonElement Inner(JsonElement e, string name) =>
        e.ValueKind == JsonValueKind.Object && e.TryGetProperty(name, out var inner) ? inner : default;

    private static JsonElement.ArrayEnumerator Items(JsonElement e, string name) =>
        Inner(e, name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : default;

    private static string? Word(JsonElement e, string name) =>
        Inner(e, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    private static bool? Flag(JsonElement e, string name) => Inner(e, name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    // A count below zero, or one that no program can have used, is no count.
    private static long? Whole(JsonElement e, string name) =>
        Inner(e, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value)
            && value is >= 0 and <= 1L << 50 ? value : null;

    private static decimal? Money(JsonElement e, string name) =>
        Inner(e, name) is { ValueKind: JsonValueKind.Number } number && number.TryGetDecimal(out var value)
            && value is >= 0 and <= 1_000_000_000 ? value : null;

    /// <summary>What an error says, wherever in its object.</summary>
    private sealed class ErrorFacts
    {
        private const int MaxDepth = 8;
        private string? _text;
        private string? _name;
        private string? _kind;

        internal int? Status { get; private set; }

        internal bool? Retryable { get; private set; }

        internal string? Told { get; private set; }

        internal string Text => _text ?? _name ?? _kind ?? "";

        internal void Read(JsonElement e, int depth)
        {
            if (e.ValueKind != JsonValueKind.Object || depth > MaxDepth)
            {
                return;
            }

            foreach (var property in e.EnumerateObject())
            {
                Read(property.Name, property.Value, depth);
            }
        }

        private void Read(string name, JsonElement value, int depth)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    Read(value, depth + 1);
                    break;
                case JsonValueKind.Number when name is "statusCode" or "status" or "status_code" or "error_status"
                    or "api_error_status" or "code" && value.TryGetInt32(out var status) && status is >= 400 and <= 599:
                    Status ??= status;
                    break;
                case JsonValueKind.True or JsonValueKind.False when name is "isRetryable" or "retryable":
                    Retryable ??= value.ValueKind == JsonValueKind.True;
                    break;
                case JsonValueKind.String or JsonValueKind.Number when Waits(name):
                    Told ??= string.Create(CultureInfo.InvariantCulture, $"{name}: {value}");
                    break;
                case JsonValueKind.String when name is "message" or "result":
                    _text ??= value.GetString();
                    break;
                case JsonValueKind.String when name is "name" or "error":
                    _name ??= value.GetString();
                    break;
                case JsonValueKind.String when name == "subtype":
                    _kind ??= value.GetString();
                    break;
            }
        }

        private static bool Waits(string name) => name.StartsWith("retry", StringComparison.OrdinalIgnoreCase)
            || name.Contains("reset", StringComparison.OrdinalIgnoreCase);
    }
}
