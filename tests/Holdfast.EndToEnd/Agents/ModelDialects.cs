using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdfast.EndToEnd.Agents;

/// <summary>
/// A good streaming answer: a call of the shell where one is wanted and was not yet made, else a text.
/// </summary>
internal static class ModelDialects
{
    private const string Text = "All done.";

    internal static string Good(ModelRequest request, string? command)
    {
        if (GeminiDialect.Speaks(request))
        {
            return GeminiDialect.Good(request, Text, Pending(request, command, "functionResponse"));
        }

        if (request.Path.EndsWith("/responses", StringComparison.Ordinal))
        {
            return Responses(Pending(request, command, "function_call_output"));
        }

        return request.Path.Contains("/messages", StringComparison.Ordinal)
            ? Messages(Pending(request, command, "tool_result"))
            : Chat(Pending(request, command, "\"role\":\"tool\""));
    }

    // The conversation comes back with each request: the command was run if its result is in it.
    private static string? Pending(ModelRequest request, string? command, string sign) =>
        command is null || !request.Body.Contains("\"tools\"", StringComparison.Ordinal)
            || request.Body.Contains(sign, StringComparison.Ordinal) ? null : command;

    private static string Responses(string? command)
    {
        // Codex calls its shell "exec_command" with "cmd"; OpenCode calls it "bash" with "command": both take both.
        var item = command is null
            ? Json(new { type = "message", id = "msg_1", role = "assistant", status = "completed", content = new[]
            {
                new { type = "output_text", text = Text, annotations = Array.Empty<string>() },
            } })
            : Json(new { type = "function_call", id = "fc_1", call_id = "call_1", name = "exec_command",
                arguments = Json(new { cmd = command }).ToJsonString(), status = "completed" });
        var added = item.DeepClone();
        added["status"] = "in_progress";
        added[command is null ? "content" : "arguments"] = command is null ? new JsonArray() : "";
        var stream = new StringBuilder();
        Event(stream, "response.created", new { response = new
        {
            id = "resp_1", created_at = 1, model = "m", status = "in_progress", output = Array.Empty<string>(),
        } });
        Event(stream, "response.output_item.added", new { output_index = 0, item = added });
        if (command is null)
        {
            Event(stream, "response.output_text.delta",
                new { item_id = "msg_1", output_index = 0, content_index = 0, delta = Text });
        }
        else
        {
            Event(stream, "response.function_call_arguments.delta",
                new { item_id = "fc_1", output_index = 0, delta = (string)item["arguments"]! });
            Event(stream, "response.function_call_arguments.done",
                new { item_id = "fc_1", output_index = 0, arguments = (string)item["arguments"]! });
        }

        Event(stream, "response.output_item.done", new { output_index = 0, item });
        Event(stream, "response.completed", new { response = new
        {
            id = "resp_1", created_at = 1, model = "m", status = "completed", output = new[] { item.DeepClone() },
            usage = new
            {
                input_tokens = 100, output_tokens = 20, total_tokens = 120,
                input_tokens_details = new { cached_tokens = 10 }, output_tokens_details = new { reasoning_tokens = 0 },
            },
        } });
        return stream.ToString();
    }

    private static string Messages(string? command)
    {
        var stream = new StringBuilder();
        Event(stream, "message_start", new { message = new
        {
            id = "msg_1", type = "message", role = "assistant", model = "m", content = Array.Empty<string>(),
            stop_reason = (string?)null, stop_sequence = (string?)null,
            usage = new { input_tokens = 100, output_tokens = 1 },
        } });
        if (command is null)
        {
            Event(stream, "content_block_start", new { index = 0, content_block = new { type = "text", text = "" } });
            Event(stream, "content_block_delta", new { index = 0, delta = new { type = "text_delta", text = Text } });
        }
        else
        {
            Event(stream, "content_block_start", new { index = 0, content_block = new
            {
                type = "tool_use", id = "toolu_1", name = "Bash", input = new { },
            } });
            Event(stream, "content_block_delta", new { index = 0, delta = new
            {
                type = "input_json_delta",
                partial_json = Json(new { command, description = "run it" }).ToJsonString(),
            } });
        }

        Event(stream, "content_block_stop", new { index = 0 });
        Event(stream, "message_delta", new
        {
            delta = new { stop_reason = command is null ? "end_turn" : "tool_use", stop_sequence = (string?)null },
            usage = new { output_tokens = 20 },
        });
        Event(stream, "message_stop", new { });
        return stream.ToString();
    }

    private static string Chat(string? command)
    {
        var stream = new StringBuilder();
        Chunk(stream, new { role = "assistant", content = "" }, null);
        Chunk(stream, command is null ? new { content = Text } : new { tool_calls = new[]
        {
            new { index = 0, id = "call_1", type = "function", function = new
            {
                name = "bash", arguments = Json(new { command, description = "run it" }).ToJsonString(),
            } },
        } }, null);
        Chunk(stream, new { }, command is null ? "stop" : "tool_calls");
        stream.Append("data: ").Append(Json(new
        {
            id = "c1", @object = "chat.completion.chunk", created = 1, model = "m", choices = Array.Empty<string>(),
            usage = new { prompt_tokens = 100, completion_tokens = 20, total_tokens = 120 },
        }).ToJsonString()).Append("\n\ndata: [DONE]\n\n");
        return stream.ToString();
    }

    private static void Chunk(StringBuilder stream, object delta, string? reason) => stream.Append("data: ").Append(
        Json(new
        {
            id = "c1", @object = "chat.completion.chunk", created = 1, model = "m",
            choices = new[] { new { index = 0, delta, finish_reason = reason } },
        }).ToJsonString()).Append("\n\n");

    private static void Event(StringBuilder stream, string type, object data)
    {
        var json = Json(data);
        json["type"] = type;
        stream.Append("event: ").Append(type).Append("\ndata: ").Append(json.ToJsonString()).Append("\n\n");
    }

    private static JsonNode Json(object value) => JsonSerializer.SerializeToNode(value)!;
}
