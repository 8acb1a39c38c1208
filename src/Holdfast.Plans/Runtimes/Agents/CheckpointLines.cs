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
    private const int MaxRefused = 10;
    private const int MaxSummary = 1000;

    /// <summary>Lines that are kept: a checkpoint may be told too early, and again when it is its turn.</summary>
    private const int MaxTold = 10 * CheckpointSetting.MaxCount;

    private readonly List<ToldCheckpoint> _told = [];

    internal IReadOnlyList<ToldCheckpoint> Told => _told;

    private static ReadOnlySpan<byte> Mark => "HOLDFAST:checkpoint "u8;

    internal void Take(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t\r"u8);
        if (!line.StartsWith(Mark) || _told.Count >= MaxTold)
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
                && (_told.Count == 0 || _told[^1].Id != name))
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

    /// <summary>
    /// Those of the told checkpoints that count, in order, and why the others do not, as "id: why". One that came too
    /// early counts where it is told again in its turn.
    /// </summary>
    /// <param name="told">In the order of their lines.</param>
    /// <param name="declared">All of the task, in order.</param>
    /// <param name="done">How many of them are completed.</param>
    internal static (IReadOnlyList<ToldCheckpoint> Taken, IReadOnlyList<string> Refused) InOrder(
        IEnumerable<ToldCheckpoint> told, IReadOnlyList<string> declared, int done)
    {
        var taken = new List<ToldCheckpoint>();
        var refused = new List<string>();
        foreach (var each in told)
        {
            var index = declared.ToList().IndexOf(each.Id);
            var next = done + taken.Count;
            if (index == next)
            {
                taken.Add(each);
                continue;
            }

            // By the names that the rules have where a command completes it.
            var why = $"{each.Id}: "
                + (index < 0 ? "rule declared: the task has no such checkpoint"
                : index < next ? "rule once: it is completed already"
                : $"rule order: \"{declared[next]}\" comes before it");
            if (refused.Count < MaxRefused && !refused.Contains(why))
            {
                refused.Add(why);
            }
        }

        return (taken, refused);
    }
}
