using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Holdfast.Cli;

/// <summary>What <c>--json</c> prints: one object <c>{schema, exit_code, data, error?, next}</c> on one line.</summary>
internal static class JsonResult
{
    /// <summary>Results are read by programs and people with jq, never embedded in HTML.</summary>
    internal static JsonWriterOptions Options => new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one object of NDJSON.</summary>
    internal static void WriteLine(CommandContext context, Action<Utf8JsonWriter> fields)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            fields(json);
            json.WriteEndObject();
        }

        context.Out.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    /// <summary>Writes the object.</summary>
    /// <param name="context">Where to.</param>
    /// <param name="schema">e.g. <c>holdfast.status.v1</c>.</param>
    /// <param name="exitCode">Of the command.</param>
    /// <param name="data">Writes the properties inside <c>data</c>; null for none.</param>
    /// <param name="next">Commands that help next.</param>
    /// <param name="error">Writes an <c>error</c> property; null for none.</param>
    internal static void Write(
        CommandContext context, string schema, int exitCode, Action<Utf8JsonWriter>? data,
        IReadOnlyList<string>? next = null, Action<Utf8JsonWriter>? error = null)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("schema", schema);
            json.WriteNumber("exit_code", exitCode);
            json.WriteStartObject("data");
            data?.Invoke(json);
            json.WriteEndObject();
            error?.Invoke(json);
            json.WriteStartArray("next");
            foreach (var command in next ?? [])
            {
                json.WriteStringValue(context.Proposed(command));
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        context.Out.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
        context.Out.Flush();
    }
}
