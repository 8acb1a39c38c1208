using System.Text.Json;
using Holdfast.Cli.Driving;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Looking;

/// <summary>Finished tasks under which the plan was edited: how many, which, and what runs them again.</summary>
internal static class StaleTasks
{
    private const int MaxNamed = 5;
    private const int MaxInJson = 1_000;

    /// <summary>One line for people; null where no task is stale.</summary>
    internal static string? Line(RunState state, string id)
    {
        var stale = state.Stale.ToList();
        if (stale.Count == 0)
        {
            return null;
        }

        var names = string.Join(", ", stale.Take(MaxNamed).Select(t => t.Name));
        var behind = state.BehindStale();
        return $"{stale.Count} finished {(stale.Count == 1 ? "task was" : "tasks were")} changed in the plan since "
            + $"({names}{(stale.Count > MaxNamed ? ", …" : "")}) and {(stale.Count == 1 ? "stands" : "stand")} as "
            + $"{(stale.Count == 1 ? "it" : "they")} ran; to run {(stale.Count == 1 ? "it" : "them")} again"
            + (behind.Count == 0 ? "" : $", and what was computed from that ({EditReport.Names(behind, MaxNamed)})")
            + ": " + Command(state, id);
    }

    /// <summary>The command that takes an edit of the plan in, and runs again what it changed.</summary>
    internal static string Command(RunState state, string id) =>
        $"holdfast run {NextSteps.Quoted(state.Started?.PlanPath ?? "PLAN")} --id {id} --rerun-changed";

    internal static void Write(Utf8JsonWriter json, RunState state)
    {
        json.WriteStartArray("stale");
        foreach (var task in state.Stale.Take(MaxInJson))
        {
            json.WriteStringValue(task.Name);
        }

        json.WriteEndArray();
        json.WriteStartArray("behind_stale");
        foreach (var task in state.BehindStale().Take(MaxInJson))
        {
            json.WriteStringValue(task.Name);
        }

        json.WriteEndArray();
    }
}
