using System.Globalization;
using System.Text.Json;

namespace Holdfast.Failures.Text;

/// <summary>
/// The HTTP status that an answer states of itself, where a client printed the answer and ended well: the status of a
/// JSON problem (RFC 9457 and its many cousins), or the title of an error page.
/// </summary>
internal static class AnswerStatus
{
    /// <summary>An error page is short; a document whose title begins with a number is not one.</summary>
    private const int LongestPage = 4096;

    /// <summary>
    /// Words of "api.acme.dev | 521: Web server is down"; an article about a status has a longer title.
    /// </summary>
    private const int LongestTitle = 10;

    private static readonly string[] Fields =
        ["status", "statusCode", "status_code", "code", "httpStatus", "http_code"];

    private static readonly string[] Messages =
        ["message", "msg", "error", "title", "detail", "details", "error_description", "reason", "errors"];

    /// <summary>
    /// What else an error says of itself. An answer with any other field is a record that happens to hold a status:
    /// <c>{"url":"…","status":503,"error":null}</c> is what a monitor was asked for.
    /// </summary>
    private static readonly string[] Around =
    [
        "type", "instance", "path", "timestamp", "trace", "traceId", "trace_id", "requestId", "request_id", "name",
        "documentation_url", "errorCode", "error_code", "success", "ok", "method", "help", "hint", "description",
        "exception", "meta", "info", "object", "param", "statusText", "correlationId", "correlation_id", "more_info",
    ];

    /// <summary>Fields that hold what went wrong in a sentence.</summary>
    private static readonly string[] Sentences = ["message", "msg", "error", "detail", "error_description"];

    private static readonly (string Reason, int Status)[] Reasons =
    [
        ("bad request", 400), ("unauthorized", 401), ("payment required", 402), ("forbidden", 403), ("not found", 404),
        ("conflict", 409), ("unprocessable entity", 422), ("too many requests", 429), ("internal server error", 500),
        ("bad gateway", 502), ("service unavailable", 503), ("gateway timeout", 504),
    ];

    /// <summary>The status from 400 to 599; 0 where the answer states none.</summary>
    internal static int Find(string answer)
    {
        if (answer.StartsWith('{') && answer.EndsWith('}'))
        {
            return OfJson(answer);
        }

        return answer.StartsWith('<') && answer.Length <= LongestPage ? OfPage(answer) : 0;
    }

    /// <summary>
    /// Whether an answer is a JSON object with fields of an error only and a sentence in one of them, which does not
    /// say that all went well: <c>{"message":"API rate limit exceeded","documentation_url":"…"}</c>.
    /// </summary>
    internal static bool IsError(string answer)
    {
        if (!answer.StartsWith('{') || !answer.EndsWith('}'))
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(answer);
            var root = document.RootElement;
            return IsOnlyAnError(root) && Array.Exists(Sentences, each => Sentence(root, each) is not null)
                && !IsTrue(root, "ok") && !IsTrue(root, "success");
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>What <c>curl -f -w '%{http_code}'</c> leaves: a status alone on the last line; else null.</summary>
    internal static string? OfLastLine(ReadOnlySpan<byte> output)
    {
        var lines = LogLines.Last(output);
        var last = lines.Count == 0 ? "" : LineText.Clean(output.Slice(lines[0].Start, lines[0].Length)).Trim();
        return last is [>= '4' and <= '5', >= '0' and <= '9', >= '0' and <= '9'] ? last : null;
    }

    private static int OfJson(string answer)
    {
        try
        {
            using var document = JsonDocument.Parse(answer);
            var root = document.RootElement;
            if (!Array.Exists(Messages, each => Says(root, each)) || !IsOnlyAnError(root))
            {
                return 0;
            }

            foreach (var field in Fields)
            {
                if (root.TryGetProperty(field, out var value) && Number(value) is >= 400 and <= 599 and var status
                    && HttpStatuses.ClassOf(status) is not null)
                {
                    return status;
                }
            }

            return Sentences.Max(each => StatusOf(Sentence(root, each)));
        }
        catch (JsonException)
        {
            // Cut off, or two answers in a row: no statement that can be trusted.
        }

        return 0;
    }

    private static string? Sentence(JsonElement root, string field) =>
        root.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsTrue(JsonElement root, string field) =>
        root.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>The status whose reason a sentence is: "Not Found", "401: Unauthorized"; 0 for any other.</summary>
    private static int StatusOf(string? sentence)
    {
        var reason = (sentence ?? "").TrimEnd('.');
        return Array.Find(Reasons, each => reason.EndsWith(each.Reason, StringComparison.OrdinalIgnoreCase)
            && reason[..^each.Reason.Length].TrimEnd(':', ' ') is var before
            && (before.Length == 0 || before == each.Status.ToString(CultureInfo.InvariantCulture))).Status;
    }

    private static bool Says(JsonElement root, string field) => root.TryGetProperty(field, out var value)
        && value.ValueKind switch
        {
            JsonValueKind.String => value.GetString() is { Length: > 0 },
            JsonValueKind.Object or JsonValueKind.Array => true,
            _ => false,
        };

    private static bool IsOnlyAnError(JsonElement root)
    {
        foreach (var field in root.EnumerateObject())
        {
            if (!Array.Exists(Fields, field.NameEquals) && !Array.Exists(Messages, field.NameEquals)
                && !Array.Exists(Around, field.NameEquals))
            {
                return false;
            }
        }

        return true;
    }

    private static int Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number when value.TryGetInt32(out var number) => number,
        JsonValueKind.String when int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture,
            out var number) => number,
        _ => 0,
    };

    private static int OfPage(string page)
    {
        // Some proxies' pages have a heading and no title.
        if ((Element(page, "title") ?? Element(page, "h1")) is not { } text)
        {
            return 0;
        }

        var title = new TokenLine();
        title.Set(text);
        return title.Count > LongestTitle ? 0 : BehindBar(title.Text) is > 0 and var status ? status
            : StatusInText.Find(title);
    }

    private static string? Element(string page, string name)
    {
        var open = $"<{name}>";
        var start = page.IndexOf(open, StringComparison.OrdinalIgnoreCase);
        var end = start < 0 ? -1 : page.IndexOf($"</{name}>", start, StringComparison.OrdinalIgnoreCase);
        return end < 0 ? null : page[(start + open.Length)..end];
    }

    // What stands before a site tells its own errors so: "api.acme.dev | 521: Web server is down".
    private static int BehindBar(string title) =>
        title.AsSpan(title.LastIndexOf("| ", StringComparison.Ordinal) + 1).TrimStart()
            is [>= '4' and <= '5', >= '0' and <= '9', >= '0' and <= '9', ':', ' ', ..] and var rest
            && title.Contains('|', StringComparison.Ordinal)
            ? int.Parse(rest[..3], NumberStyles.None, CultureInfo.InvariantCulture)
            : 0;
}
