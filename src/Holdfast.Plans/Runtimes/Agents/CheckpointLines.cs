using System.Text.Json;
using Holdfast.Failures;

namespace Holdfast.Plans.Runtimes.Agents;

/// <summary>A checkpoint that a line of output told.</summary>
/// <param name="Id">As told; whether the task has it is for others to say.</param>
/// <param name="Summary">What was done, masked and cut.</param>
public sealed record ToldCheckpoint(string Id, string Summary);

/// <summary>
/// Finds lines <c>HOLDFAST:checkpoint {"id":"…","summary":"…"}</c>. Only for runtimes that opted in, since an agent
/// prints what it reads.
/// </summary>
internal sealed class CheckpointLines(SecretMask mask)
{
    private const int MaxId = 100;
    private const int MaxSummary = 1000;
    private readonly List<ToldCheckpoint> _told = [];

    internal IReadOnlyList<ToldCheckpoint> Told => _told;

    private static ReadOnlySpan<byte> Mark => "HOLDFAST:checkpoint "u8;

    internal void Take(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t\r"u8);
        if (!line.StartsWith(Mark) || _told.Count >= CheckpointSetting.MaxCount)
        {
            return;
        }

        try
        {
            var reader = new Utf8JsonReader(line[Mark.Length..]);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("id", out var id)
                && id.ValueKind == JsonValueKind.String && id.GetString() is { Length: > 0 and <= MaxId } name
                && _told.TrueForAll(t => t.Id != name))
            {
                var summary = root.TryGetProperty("summary", out var text) && text.ValueKind == JsonValueKind.String
                    ? mask.Mask(text.GetString()!) : "";
                _told.Add(new(name, summary.Length > MaxSummary ? summary[..MaxSummary] : summary));
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // A line that only begins like one.
        }
    }
}
