using System.Text.Json;

namespace Holdfast.Failures;

/// <summary>The context of an error as fields of a JSON object: the same names wherever it is written.</summary>
internal static class ErrorContextJson
{
    /// <summary>Writes the fields into the object that is open.</summary>
    internal static void WriteFields(Utf8JsonWriter json, ErrorContext context)
    {
        if (context.Runtime is { } runtime)
        {
            json.WriteString("runtime", runtime);
        }

        if (context.Operation is { } operation)
        {
            json.WriteString("operation", operation);
        }

        WriteLines(json, "causes", context.Causes);
        WriteLines(json, "stack", context.Stack);
        json.WriteStartObject("metadata");
        foreach (var (name, value) in context.Metadata)
        {
            json.WriteString(name, value);
        }

        json.WriteEndObject();
    }

    /// <summary>Reads them back; what is missing is empty.</summary>
    /// <exception cref="InvalidOperationException">A field is of another kind.</exception>
    internal static ErrorContext Read(JsonElement from) => new()
    {
        Runtime = from.TryGetProperty("runtime", out var runtime) ? runtime.GetString() : null,
        Operation = from.TryGetProperty("operation", out var operation) ? operation.GetString() : null,
        Causes = ReadLines(from, "causes", ErrorContext.MaxCauses),
        Stack = ReadLines(from, "stack", ErrorContext.MaxStack),
        Metadata = from.TryGetProperty("metadata", out var facts)
            ? facts.EnumerateObject().Take(ErrorContext.MaxFacts)
                .DistinctBy(f => f.Name).ToDictionary(f => f.Name, f => f.Value.GetString() ?? "")
            : new Dictionary<string, string>(),
    };

    private static void WriteLines(Utf8JsonWriter json, string name, IReadOnlyList<string> lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines)
        {
            json.WriteStringValue(line);
        }

        json.WriteEndArray();
    }

    private static string[] ReadLines(JsonElement from, string name, int most) =>
        from.TryGetProperty(name, out var lines)
            ? [.. lines.EnumerateArray().Take(most).Select(l => l.GetString() ?? "")]
            : [];
}
