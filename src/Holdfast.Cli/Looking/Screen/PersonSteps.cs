using Holdfast.Runs;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Looking;

/// <summary>The commands by which a person lets tasks go on that wait for one.</summary>
internal static class PersonSteps
{
    private const int Most = 3;

    /// <summary>For the first tasks of a run that need a person.</summary>
    /// <param name="state">The run.</param>
    /// <param name="id">How the run is named in another command.</param>
    internal static List<string> Of(RunState state, string id)
    {
        var next = new List<string>();
        if (state.Ended is not null || state.Count(TaskStage.Held) + state.Count(TaskStage.Waiting) == 0)
        {
            return next;
        }

        foreach (var task in state.Tasks)
        {
            if (next.Count < Most)
            {
                next.AddRange(Of(task, id));
            }
        }

        return next;
    }

    /// <summary>For one task; none if it waits for nobody.</summary>
    internal static IEnumerable<string> Of(TaskState task, string id)
    {
        var name = NextSteps.Quoted(task.Name);
        return task switch
        {
            { Status: TaskStage.Held } => [$"holdfast resolve {id} {name} --done|--redo|--fail"],
            { Status: TaskStage.Waiting, Spec.Approval: not null } =>
                [$"holdfast approve {id} {name}", $"holdfast deny {id} {name}"],
            { Status: TaskStage.Waiting, NextCheckpoint: { } next } =>
                [$"holdfast checkpoint complete {next} {id} {name} --summary TEXT"],
            _ => [],
        };
    }
}
