using Holdfast.Runs;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Looking;

/// <summary>The commands by which a person lets tasks go on that wait for one.</summary>
internal static class PersonSteps
{
    private const int Most = 6;

    private static readonly string[] Decisions = ["--done", "--redo", "--fail"];

    /// <summary>For the first tasks of a run that need a person.</summary>
    /// <param name="state">The run.</param>
    /// <param name="id">How the run is named in another command.</param>
    /// <param name="most">No further task is looked at once there are so many.</param>
    internal static List<string> Of(RunState state, string id, int most = Most)
    {
        var next = new List<string>();
        if (state.Ended is not null || state.Count(TaskStage.Held) + state.Count(TaskStage.Waiting) == 0)
        {
            return next;
        }

        foreach (var task in state.Tasks)
        {
            if (next.Count < most)
            {
                next.AddRange(Of(task, id));
            }
        }

        return next;
    }

    /// <summary>
    /// What lets a run go on now that waits for a time, for who has mended what it waits for; none where it waits for
    /// a minute at most.
    /// </summary>
    /// <param name="state">The run.</param>
    /// <param name="id">How the run is named in another command.</param>
    /// <param name="workspace">What names its workspace there; empty where it is found.</param>
    /// <param name="now">The time.</param>
    internal static IEnumerable<string> OfWaits(RunState state, string id, string workspace, DateTimeOffset now)
    {
        if (state is not { Ended: null, Paused: false, Stopping: null or { Cause: StopCause.Interrupt } })
        {
            return [];
        }

        var soon = now + TimeSpan.FromMinutes(1);
        var blocked = state.Targets.Values.Where(t => t.BlockedUntil > soon).MaxBy(t => t.BlockedUntil);
        return blocked is not null ? [$"holdfast breakers reset {NextSteps.Quoted(blocked.Name)}{workspace}"]
            : state.Waits.FirstOrDefault(t => t.WakeAt > soon) is { } task
                ? [$"holdfast retry {id} {NextSteps.Quoted(task.Name)}"]
                : [];
    }

    /// <summary>For one task; none if it waits for nobody.</summary>
    internal static IEnumerable<string> Of(TaskState task, string id)
    {
        var name = NextSteps.Quoted(task.Name);
        return task switch
        {
            { Status: TaskStage.Held } when RunState.IsHeldForTarget(task) =>
                [$"holdfast retry {id} {name}", $"holdfast resolve {id} {name} --fail"],
            // One line each: a shell takes a bar between them for a pipe, and would carry out the first.
            { Status: TaskStage.Held } =>
                [.. Decisions.Select(decision => $"holdfast resolve {id} {name} {decision}")],
            { Status: TaskStage.Waiting, Spec.Approval: not null } =>
                [$"holdfast approve {id} {name}", $"holdfast deny {id} {name}"],
            { Status: TaskStage.Waiting, NextCheckpoint: { } next } =>
                [$"holdfast checkpoint complete {next} {id} {name} --summary TEXT"],
            { Status: TaskStage.Waiting, Spec.Runtimes: var runtimes } when runtimes == RuntimeChoice.OfProgram =>
                [$"holdfast signal {id} {name} JSON"],
            _ => [],
        };
    }
}
