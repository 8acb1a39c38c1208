using System.Text;
using System.Text.Json;
using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>Vectors and corpus as they lie beside the tests.</summary>
internal static class TestData
{
    internal static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    internal static JsonElement Vectors(string name)
    {
        var path = Path.Combine(AppContext.BaseDirectory, "data", "vectors", name + ".json");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }

    internal static string CorpusFolder => Path.Combine(AppContext.BaseDirectory, "data", "corpus");

    internal static List<JsonElement> Corpus(string name = "dev.jsonl")
    {
        var path = Path.Combine(CorpusFolder, name);
        var entries = new List<JsonElement>();
        foreach (var line in File.ReadLines(path))
        {
            using var document = JsonDocument.Parse(line);
            entries.Add(document.RootElement.Clone());
        }

        return entries;
    }

    internal static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    internal static int? Number(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            ? value.GetInt32()
            : null;

    internal static ReadOnlyMemory<byte> Bytes(string? text) => Encoding.UTF8.GetBytes(text ?? "");

    /// <summary>An entry as <c>holdfast classify --batch</c> reads it.</summary>
    internal static FailureSignals Signals(JsonElement entry)
    {
        var timedOut = entry.TryGetProperty("timed_out", out var killed) && killed.ValueKind == JsonValueKind.True;
        return new FailureSignals
        {
            Outcome = new Outcome
            {
                ExitCode = entry.Number("exit_code"),
                HttpStatus = entry.Number("http_status"),
                EndedBy = timedOut ? EndedBy.HardTimeout : EndedBy.Itself,
            },
            Tool = entry.Text("tool"),
            Stdout = Bytes(entry.Text("stdout")),
            Stderr = Bytes(entry.Text("stderr")),
            DoubtSuccess = true,
            Now = Now,
        };
    }
}
