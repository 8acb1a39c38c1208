using System.Text.Json;

namespace Holdfast.Cli.Looking;

/// <summary>A finding as <c>data</c> of <c>why --json</c>.</summary>
internal static class WhyJson
{
    private const int MostRows = 1_000;

    internal static void Write(Utf8JsonWriter json, LookedRun run, WhyFinding finding)
    {
        RunJson.WriteHead(json, run);
        if (finding.Cause is { } cause)
        {
            json.WritePropertyName("cause");
            RunJson.WriteTask(json, cause);
            json.WriteStartArray("attempts");
            foreach (var attempt in run.Story.Of(cause.Name)?.Attempts ?? [])
            {
                RunJson.WriteAttempt(json, attempt, AgentLines.Of(run, cause.Name, attempt.Number));
            }

            json.WriteEndArray();
            new WhyChain(run, finding).Write(json, cause);
            json.WriteString("last_lines_of", finding.LastLinesOf);
            RunJson.Texts(json, "last_lines", [.. finding.LastLines]);
        }

        RunJson.Texts(json, "blocked", [.. finding.Blocked.Take(MostRows)]);
        json.WriteNumber("blocked_count", finding.Blocked.Count);
        json.WriteStartArray("also_failed");
        foreach (var group in finding.Also)
        {
            json.WriteStartObject();
            json.WriteString("class", group.Class);
            json.WriteString("text", group.Text);
            json.WriteNumber("count", group.Tasks.Count);
            RunJson.Texts(json, "tasks", [.. group.Tasks.Take(MostRows)]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("waits");
        foreach (var task in finding.Waits)
        {
            RunJson.WriteTask(json, task);
        }

        json.WriteEndArray();
        WriteFailures(json, "recovered", finding.Recovered);
        WriteFailures(json, "cut_short", finding.CutShort);
        if (finding.Good is { } good)
        {
            json.WriteStartObject("last_good_run");
            json.WriteString("run", good.Id);
            RunJson.Time(json, "ended_at", good.EndedAt);
            RunJson.Texts(json, "differences", [.. good.Differences]);
            json.WriteEndObject();
        }
    }

    private static void WriteFailures(
        Utf8JsonWriter json, string name, IReadOnlyList<(string Task, AttemptStory Attempt)> failures)
    {
        json.WriteStartArray(name);
        foreach (var (task, attempt) in failures.Take(MostRows))
        {
            json.WriteStartObject();
            json.WriteString("task", task);
            json.WritePropertyName("attempt");
            RunJson.WriteAttempt(json, attempt);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
