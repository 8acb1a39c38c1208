using Holdfast.Plans;
using Holdfast.Plans.Expressions;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Looking;

/// <summary>What a task asks of a person.</summary>
internal static class PersonText
{
    /// <summary>Why it waits, what the plan asks, of whom, and until when.</summary>
    internal static string Of(TaskState task, LookedRun run, DateTimeOffset now)
    {
        var text = Asked(task, run.State, run.Plan);
        return task.DueAt is { } due ? $"{text}; fails {Times.In(due, now)} without" : text;
    }

    /// <summary>Why it waits, what the plan asks, and of whom.</summary>
    internal static string Asked(TaskState task, RunState state, Plan? plan)
    {
        var text = task.Reason ?? "";
        if (LookedRun.PlanTaskOf(plan, task)?.Work is ApprovalWork approval)
        {
            text += approval.By.Count > 0 ? $" ({string.Join(" or ", approval.By)})" : "";
            text += approval.Message is { } message ? $": {Asked(message, task, state, plan!)}" : "";
        }

        return text;
    }

    /// <summary>The checkpoint that an attempt under way is to reach next; empty where it declares none.</summary>
    internal static string NextCheckpoint(TaskState task) => task.Spec.Checkpoints.Count == 0 ? ""
        : task.NextCheckpoint is { } next
            ? $"; checkpoint \"{next}\" is next ({task.Checkpoints.Count} of {task.Spec.Checkpoints.Count} completed)"
            : "; all checkpoints completed";

    private static string Asked(Template message, TaskState task, RunState state, Plan plan)
    {
        try
        {
            return message.RenderPlain(new TemplateContext
            {
                RunId = state.Spec.RunId,
                RunName = state.Started?.Name ?? plan.Name,
                TaskName = task.Name,
                Variable = plan.Variable,
                Item = task.Item is { } item ? new ItemValue(item, task.Index - task.Parent!.FirstInstance) : null,
                NeedOutputs = name => state.Find(name) is { } need ? [.. need.Outputs.Select(o => o.Path)] : null,
            });
        }
        catch (TemplateException)
        {
            // What it stands for is not known any more; its own words still say what is meant.
            return message.Source;
        }
    }
}
