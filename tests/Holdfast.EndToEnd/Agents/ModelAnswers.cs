using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Holdfast.EndToEnd.Agents;

/// <summary>The answers of the stub, in the bytes of each of the dialects.</summary>
internal static class ModelAnswers
{
    /// <summary>Every answer, with the class that it must be judged as; "" for a good one.</summary>
    internal static readonly (string Name, string Class)[] All =
    [
        ("good", ""), ("429", "rate_limited"), ("429-retry-after", "rate_limited"), ("quota", "quota_exhausted"),
        ("401", "auth"), ("403", "auth"), ("404-model", "not_found"), ("400-context", "invalid_input"),
        ("500", "unavailable"), ("503", "unavailable"), ("529", "rate_limited"), ("closed", "connection"),
        ("hang", "timeout"), ("drip", "timeout"), ("malformed", "connection"),
    ];

    private static readonly TimeSpan Drop = TimeSpan.FromSeconds(1);

    internal static async Task SendAsync(
        NetworkStream stream, string answer, ModelRequest request, string? command, CancellationToken stop)
    {
        var good = ModelDialects.Good(request, command);
        switch (answer)
        {
            case "good":
                var isWhole = GeminiDialect.Speaks(request) && !GeminiDialect.IsStream(request);
                await WriteAsync(stream, (isWhole ? Whole(good) : Streaming) + good, stop);
                break;
            case "closed":
                // As real servers stream: in chunks, of which the last one says that it is the last.
                var half = good[..(good.Length / 2)];
                var size = half.Length.ToString("x", CultureInfo.InvariantCulture);
                await WriteAsync(stream, $"{Chunked}{size}\r\n{half}\r\n", stop);
                break;
            case "hang":
                // The other side says nothing more: this ends when it goes away, or the test does.
                _ = await stream.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false, stop);
                break;
            case "drip":
                await WriteAsync(stream, Streaming, stop);
                foreach (var drop in good)
                {
                    await WriteAsync(stream, drop.ToString(), stop);
                    await Task.Delay(Drop, TimeProvider.System, stop);
                }

                break;
            case "malformed":
                await WriteAsync(
                    stream, Streaming + "data: {\"type\":\"response.created\",\"respon\n\ndata: }{\n\n", stop);
                break;
            default:
                await WriteAsync(stream, Refusal(answer, request), stop);
                break;
        }
    }

    private static string Streaming =>
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";

    private static string Chunked =>
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";

    private static string Whole(string body) => string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {body.Length}\r\n")
        + "connection: close\r\n\r\n";

    private static async Task WriteAsync(NetworkStream stream, string text, CancellationToken stop) =>
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text), stop);

    // "told-N": a 429 that names N seconds.
    private static string Refusal(string answer, ModelRequest request)
    {
        var isAnthropic = request.Path.Contains("/messages", StringComparison.Ordinal);
        var told = answer.StartsWith("told-", StringComparison.Ordinal) ? answer[5..] : "20";
        var (status, body) = GeminiDialect.Speaks(request) ? GeminiDialect.Refusal(answer, told) : answer switch
        {
            "quota" => isAnthropic
                ? (400, Anthropic("invalid_request_error",
                    "Your credit balance is too low to access the Anthropic API."))
                : (429, OpenAi("insufficient_quota", "insufficient_quota",
                    "You exceeded your current quota, please check your plan and billing details.")),
            "401" => (401, isAnthropic ? Anthropic("authentication_error", "invalid x-api-key")
                : OpenAi("invalid_request_error", "invalid_api_key", "Incorrect API key provided: sk-t***est.")),
            "403" => (403, isAnthropic
                ? Anthropic("permission_error", "Your API key does not have permission to use the specified resource.")
                : OpenAi("invalid_request_error", "forbidden",
                    "You have insufficient permissions for this operation.")),
            "404-model" => (404, isAnthropic ? Anthropic("not_found_error", "model: nothing-like-it")
                : OpenAi("invalid_request_error", "model_not_found", "The model `nothing-like-it` does not exist.")),
            "400-context" => (400, isAnthropic
                ? Anthropic("invalid_request_error", "prompt is too long: 250000 tokens > 200000 maximum")
                : OpenAi("invalid_request_error", "context_length_exceeded",
                    "This model's maximum context length is 128000 tokens, however you requested 250000 tokens.")),
            "500" => (500, isAnthropic ? Anthropic("api_error", "Internal server error")
                : OpenAi("server_error", null, "The server had an error while processing your request.")),
            "503" => (503, isAnthropic ? Anthropic("api_error", "Service Unavailable")
                : OpenAi("server_error", null, "The server is currently unavailable.")),
            "529" => (529, isAnthropic ? Anthropic("overloaded_error", "Overloaded")
                : OpenAi("overloaded_error", "overloaded", "Overloaded")),
            _ => (429, isAnthropic
                ? Anthropic("rate_limit_error", "This request would exceed your organization's rate limit.")
                : OpenAi("requests", "rate_limit_exceeded", "Rate limit reached for requests per minute.")),
        };
        var wait = answer == "429-retry-after" || answer.StartsWith("told-", StringComparison.Ordinal)
            ? $"retry-after: {told}\r\n" : "";
        var length = Encoding.UTF8.GetByteCount(body);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} No\r\ncontent-type: application/json\r\n{wait}content-length: {length}\r\n")
            + $"connection: close\r\n\r\n{body}";
    }

    private static string OpenAi(string type, string? code, string message) =>
        $$$"""{"error":{"message":"{{{message}}}","type":"{{{type}}}","param":null,"code":{{{Quoted(code)}}}}}""";

    private static string Anthropic(string type, string message) =>
        $$$"""{"type":"error","error":{"type":"{{{type}}}","message":"{{{message}}}"},"request_id":"req_1"}""";

    private static string Quoted(string? text) => text is null ? "null" : $"\"{text}\"";
}
