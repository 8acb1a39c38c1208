using Holdfast.Plans;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Driving;

/// <summary>Hashes of a plan's tasks, made at the first question: a run in which nothing fails needs none.</summary>
internal sealed class TaskHashes(Plan plan)
{
    private readonly Lazy<IReadOnlyList<string>> _hashes = new(() => PlanHash.OfTasks(plan));

    /// <summary>The hash of a task, an instance's of its fan-out; null for one that the plan does not have.</summary>
    internal string? Of(TaskState task)
    {
        var index = (task.Parent ?? task).Index;
        return index < plan.Tasks.Count ? _hashes.Value[index] : null;
    }
}
