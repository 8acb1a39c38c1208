using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using Holdfast.Journal;

namespace Holdfast.Cli.Mcp;

/// <summary>
/// What an agent writes, line by line, on its way to the server. The server's library passes over a line that is no
/// message, so that whoever sent it would wait for ever, and at the end of the lines drops what it has not answered:
/// such a line is refused here, everything else goes on as it came, and the end waits for the answers.
/// </summary>
/// <param name="from">Where the lines come from.</param>
/// <param name="refuse">Called with the code of JSON-RPC and the reason.</param>
internal sealed class McpInput(Stream from, Func<int, string, Task> refuse)
{
    internal const int ParseError = -32700;
    internal const int InvalidRequest = -32600;

    // The library reads the id even of a line that nests deeper than it would take.
    private const int MaxDepth = 1_000;

    // An agent that is gone keeps nothing running for longer.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

    private readonly Pipe _messages = new();
    private readonly TaskCompletionSource _allAnswered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The lines themselves count as one, until they end.
    private int _open = 1;

    /// <summary>What goes on to the server; ends when the lines do.</summary>
    internal Stream Messages => _messages.Reader.AsStream();

    /// <summary>Tells that a request was answered, or never will be.</summary>
    internal void Answered()
    {
        if (Interlocked.Decrement(ref _open) == 0)
        {
            _allAnswered.TrySetResult();
        }
    }

    /// <summary>Reads until the lines end and what they asked is answered.</summary>
    internal async Task ReadAsync()
    {
        var lines = new LineScanner(from, 0);
        while (lines.MoveNext())
        {
            if (lines.Continues)
            {
                continue;
            }

            if (lines.Overlong)
            {
                await refuse(ParseError, $"a line is longer than {JournalFormat.MaxLineBytes} bytes");
            }
            else if (!lines.Line.Span.ContainsAnyExcept(" \t\r"u8))
            {
                // Nothing was asked.
            }
            else if (Refusal(lines.Line) is var (code, why))
            {
                await refuse(code, why);
            }
            else
            {
                _messages.Writer.Write(lines.Line.Span);
                _messages.Writer.Write("\n"u8);
                await _messages.Writer.FlushAsync();
            }
        }

        Answered();
        await Task.WhenAny(_allAnswered.Task, Task.Delay(LongestEnd, TimeProvider.System));
        await _messages.Writer.CompleteAsync();
    }

    // Null for what the server answers itself, or need not answer.
    private (int Code, string Why)? Refusal(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = MaxDepth });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object)
            {
                return (InvalidRequest, "a message is one JSON object on a line of its own");
            }

            if (!IsAnswer(root) && HasId(root))
            {
                Interlocked.Increment(ref _open);
            }
            else if (IsNotification(root))
            {
                if (root.GetProperty("method").ValueEquals("notifications/cancelled"))
                {
                    Answered();
                }
            }
            else if (!IsAnswer(root))
            {
                return (InvalidRequest,
                    "a request is {\"jsonrpc\":\"2.0\",\"id\":…,\"method\":…}, its id a text or a whole number");
            }

            return null;
        }
        catch (JsonException)
        {
            return (ParseError, "the line is no JSON");
        }
    }

    private static bool HasId(JsonElement root) => root.TryGetProperty("id", out var id)
        && (id.ValueKind == JsonValueKind.String || (id.ValueKind == JsonValueKind.Number && id.TryGetInt64(out _)));

    private static bool IsAnswer(JsonElement root) =>
        root.TryGetProperty("error", out _) || root.TryGetProperty("result", out _);

    private static bool IsNotification(JsonElement root) => !root.TryGetProperty("id", out _)
        && root.TryGetProperty("jsonrpc", out var version) && version.ValueEquals("2.0")
        && root.TryGetProperty("method", out var method) && method.ValueKind == JsonValueKind.String;
}
