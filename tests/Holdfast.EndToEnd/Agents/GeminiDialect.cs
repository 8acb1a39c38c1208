using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdfast.EndToEnd.Agents;

/// <summary>The Gemini API, as Google's own client speaks it: the model and the verb are in the path.</summary>
internal static class GeminiDialect
{
    internal static bool Speaks(ModelRequest request) =>
        request.Path.Contains("enerateContent", StringComparison.Ordinal)
            || request.Path.Contains(":countTokens", StringComparison.Ordinal);

    internal static bool IsStream(ModelRequest request) =>
        request.Path.Contains(":streamGenerateContent", StringComparison.Ordinal);

    /// <summary>A good answer: one event of a stream, or the whole body.</summary>
    internal static string Good(ModelRequest request, string text, string? command)
    {
        if (request.Path.Contains(":countTokens", StringComparison.Ordinal))
        {
            return """{"totalTokens":100}""";
        }

        // What the program asks beside its conversation (who speaks next, which model to take), it asks as JSON.
        object part = command is not null
            ? new { functionCall = new { name = "run_shell_command", args = new { command } } }
            : new { text = IsStream(request) ? text : """{"reasoning":"it is done","next_speaker":"user"}""" };
        var json = JsonSerializer.SerializeToNode(new
        {
            candidates = new[]
            {
                new { content = new { parts = new[] { part }, role = "model" }, finishReason = "STOP", index = 0 },
            },
            usageMetadata = new { promptTokenCount = 100, candidatesTokenCount = 20, totalTokenCount = 120 },
            modelVersion = "m",
        })!.ToJsonString();
        return IsStream(request) ? $"data: {json}\r\n\r\n" : json;
    }

    /// <summary>Status and body of a refusal.</summary>
    internal static (int Status, string Body) Refusal(string answer, string told) => answer switch
    {
        "quota" => (429, Error(429, "RESOURCE_EXHAUSTED",
            "You exceeded your current quota, please check your plan and billing details.",
            new { violations = new[]
            {
                new
                {
                    quotaMetric = "generativelanguage.googleapis.com/generate_content_free_tier_requests",
                    quotaId = "GenerateRequestsPerDayPerProjectPerModel-FreeTier", quotaValue = "50",
                },
            } }, "QuotaFailure")),
        "401" => (401, Error(401, "UNAUTHENTICATED",
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
            + "valid authentication credential.")),
        "403" => (403, Error(403, "PERMISSION_DENIED", "The caller does not have permission")),
        "404-model" => (404, Error(404, "NOT_FOUND",
            "models/nothing-like-it is not found for API version v1beta, or is not supported for generateContent.")),
        "400-context" => (400, Error(400, "INVALID_ARGUMENT",
            "The input token count (1250000) exceeds the maximum number of tokens allowed (1048576).")),
        "500" => (500, Error(500, "INTERNAL", "An internal error has occurred. Please retry.")),
        "503" => (503, Error(503, "UNAVAILABLE", "The service is currently unavailable.")),

        // Google has no 529; its word for it is this.
        "529" => (503, Error(503, "UNAVAILABLE", "The model is overloaded. Please try again later.")),
        "429" => (429, Error(429, "RESOURCE_EXHAUSTED", "Resource exhausted. Please try again later.")),
        _ => (429, Error(429, "RESOURCE_EXHAUSTED", $"Resource exhausted. Please retry in {told}s.",
            new { retryDelay = told + "s" }, "RetryInfo")),
    };

    private static string Error(int code, string status, string message, object? detail = null, string kind = "")
    {
        var error = JsonSerializer.SerializeToNode(new { code, message, status })!;
        if (detail is not null)
        {
            var told = JsonSerializer.SerializeToNode(detail)!;
            told["@type"] = "type.googleapis.com/google.rpc." + kind;
            error["details"] = new JsonArray(told);
        }

        return new JsonObject { ["error"] = error }.ToJsonString();
    }
}
