using System.Globalization;
using System.Text.Json;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Agents;

namespace Holdfast.Cli.Looking;

/// <summary>What was seen of an attempt in the events of its agent, for people and for programs.</summary>
internal static class AgentLines
{
    private const int MostTools = 5;

    /// <summary>Null for an attempt of no agent, or where nothing was kept.</summary>
    internal static AgentObservations? Of(LookedRun run, string task, int attempt) => AgentObservations.TryRead(
        Path.Combine(run.Folder.OutputPath, AttemptPaths.FolderName(task), $"{attempt}.files"));

    /// <summary>One line, and one for each matter there is something to say of.</summary>
    internal static IEnumerable<string> Tell(AgentObservations seen)
    {
        yield return Parts(
            $"{seen.Runtime}: {seen.Version ?? seen.Flavor}", seen.Model is null ? null : $"model {seen.Model}",
            seen.Session is null ? null
                : $"session {seen.Session}" + (seen.Resumed == seen.Session ? ", gone on with" : ""));
        if (seen.Events > 0)
        {
            yield return Parts(
                Count(seen.Turns, "turn"), Count(seen.ToolCalls, "tool call") + Tools(seen),
                seen.TokensIn is null ? null : $"{Number(seen.TokensIn)} tokens in, {Number(seen.TokensOut ?? 0)} out",
                seen.CostUsd is null ? null : string.Create(CultureInfo.InvariantCulture, $"{seen.CostUsd} USD"));
        }

        if (seen.Errors.Count > 0)
        {
            var last = seen.Errors[^1];
            yield return $"reported {Count(seen.ErrorCount, "error")}, the last: "
                + (last.Status is { } status
                    ? string.Create(CultureInfo.InvariantCulture, $"HTTP {status}, ") : "")
                + last.Text + (last.Told is { } told ? $" ({told})" : "");
        }

        if (seen.PastLimit is { } limit)
        {
            yield return $"cut off: {limit}";
        }

        foreach (var refused in seen.Refused)
        {
            yield return $"checkpoint refused: {refused}";
        }
    }

    /// <summary>The same as an object.</summary>
    internal static void Write(Utf8JsonWriter json, AgentObservations? seen)
    {
        if (seen is null)
        {
            return;
        }

        json.WriteStartObject("observed");
        RunJson.Text(json, "version", seen.Version);
        RunJson.Text(json, "model", seen.Model);
        RunJson.Text(json, "session", seen.Session);
        RunJson.Text(json, "resumed", seen.Resumed);
        json.WriteNumber("turns", seen.Turns);
        json.WriteNumber("tool_calls", seen.ToolCalls);
        RunJson.Number(json, "tokens_in", seen.TokensIn);
        RunJson.Number(json, "tokens_out", seen.TokensOut);
        if (seen.CostUsd is { } cost)
        {
            json.WriteNumber("cost_usd", cost);
        }

        json.WriteNumber("error_count", seen.ErrorCount);
        RunJson.Text(json, "past_limit", seen.PastLimit);
        json.WriteStartArray("refused");
        foreach (var refused in seen.Refused)
        {
            json.WriteStringValue(refused);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Tools(AgentObservations seen) => seen.Tools.Count == 0 ? ""
        : $" ({string.Join(", ", seen.Tools.OrderByDescending(t => t.Value).ThenBy(t => t.Key, StringComparer.Ordinal)
            .Take(MostTools).Select(t => $"{t.Key} {Number(t.Value)}"))})";

    private static string Parts(params string?[] parts) => string.Join(", ", parts.Where(p => p is not null));

    private static string Count(long count, string what) => $"{Number(count)} {what}{(count == 1 ? "" : "s")}";

    private static string Number(long? count) => string.Create(CultureInfo.InvariantCulture, $"{count:#,0}");
}
