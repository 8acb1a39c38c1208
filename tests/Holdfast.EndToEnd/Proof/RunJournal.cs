using System.Text.Json;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Proof;

/// <summary>One line of a journal, as any reader of NDJSON sees it: by none of the product's own code.</summary>
/// <param name="Offset">Of its first byte in the file.</param>
internal sealed record JournalEntry(long Offset, string Type, string? Task, int Attempt, JsonElement Data)
{
    internal bool IsEnd => Type is "attempt_succeeded" or "attempt_failed";

    internal long? Number(string name) => Data.TryGetProperty(name, out var value) ? value.GetInt64() : null;
}

/// <summary>The journal of a run, read from outside.</summary>
internal static class RunJournal
{
    /// <summary>All complete lines; a torn last one is what a killed writer leaves.</summary>
    internal static List<JournalEntry> Of(Holding at, string run)
    {
        var path = Path.Combine(at.Folder, ".holdfast", "runs", run, "journal.ndjson");
        return File.Exists(path) ? Parse(File.ReadAllBytes(path)) : [];
    }

    internal static List<JournalEntry> Parse(ReadOnlyMemory<byte> bytes)
    {
        var entries = new List<JournalEntry>();
        var offset = 0;
        while (bytes.Span[offset..].IndexOf((byte)'\n') is >= 0 and var length)
        {
            var line = bytes.Slice(offset, length);
            if (length > 0 && One(line, offset) is { } entry)
            {
                entries.Add(entry);
            }

            offset += length + 1;
        }

        return entries;
    }

    private static JournalEntry? One(ReadOnlyMemory<byte> line, long offset)
    {
        if (line.Span.Trim((byte)' ').IsEmpty)
        {
            return null;
        }

        using var json = JsonDocument.Parse(line);
        var root = json.RootElement;
        return new JournalEntry(
            offset,
            root.GetProperty("type").GetString()!,
            root.TryGetProperty("task", out var task) ? task.GetString() : null,
            root.TryGetProperty("attempt", out var attempt) ? attempt.GetInt32() : 0,
            root.TryGetProperty("data", out var data) ? data.Clone() : default);
    }
}
