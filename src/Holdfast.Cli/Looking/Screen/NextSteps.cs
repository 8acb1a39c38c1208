using Holdfast.Runs;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Looking;

/// <summary>The commands that help next: every red or waiting end names at least one.</summary>
internal static class NextSteps
{
    internal static IReadOnlyList<string> Of(LookedRun run, CommandContext context)
    {
        var id = Reference(run.Id, context);
        var next = new List<string>();
        if (run.State.Ended is { } ended)
        {
            if (ended.Status != RunStatus.Succeeded)
            {
                next.Add($"holdfast why {id}");
            }

            if (ended.Status is RunStatus.Failed or RunStatus.Infrastructure)
            {
                next.Add($"holdfast retry {id} --failed");
            }

            return next;
        }

        foreach (var task in run.State.Tasks)
        {
            if (task.Status is TaskStage.Held && next.Count < 3)
            {
                next.Add($"holdfast resolve {id} {Quoted(task.Name)} --done|--redo|--fail");
            }
        }

        if (run.Holder is not null)
        {
            next.Add(run.State.Paused ? $"holdfast unpause {id}" : $"holdfast watch {id}");
        }
        else if (next.Count == 0 || run.State.Status != RunStatus.Waiting)
        {
            next.Add($"holdfast resume {id}");
        }

        return next;
    }

    /// <summary>How to name the run in another command: its id, and the workspace where that was named.</summary>
    internal static string Reference(string id, CommandContext context) => context.WorkspacePath is { } workspace
        ? $"{id} --workspace {Quoted(workspace)}"
        : id;

    /// <summary>As a person has to type it in a shell.</summary>
    internal static string Quoted(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"-_./=:,+@%".Contains(c))
            {
                return $"'{text.Replace("'", @"'\''")}'";
            }
        }

        return text.Length == 0 ? "''" : text;
    }
}
