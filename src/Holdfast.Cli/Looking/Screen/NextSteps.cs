using Holdfast.Plans.Runtimes;
using Holdfast.Runs;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary>The commands that help next: every red or waiting end names at least one.</summary>
internal static class NextSteps
{
    internal static IReadOnlyList<string> Of(LookedRun run, CommandContext context)
    {
        var id = Reference(run.Folder, context);
        if (run.State.Ended is { } ended)
        {
            return OfEnded(ended.Status, id);
        }

        var next = PersonSteps.Of(run.State, id);

        if (run.Holder is not null)
        {
            next.Add(run.State.Paused ? $"holdfast unpause {id}" : $"holdfast watch {id}");
        }
        else if (run.State.IsOfProgram)
        {
            // Its program goes on with it, and no command can.
            next.Add($"holdfast events {id}");
        }
        else if (next.Count == 0 || run.State.Status != RunStatus.Waiting)
        {
            next.Add($"holdfast resume {id}");
        }

        next.AddRange(PersonSteps.OfWaits(
            run.State, id, OfWorkspace(run.Folder, context), context.Time.GetUtcNow()));
        return next;
    }

    /// <summary>The same for a run that has ended.</summary>
    internal static List<string> OfEnded(RunStatus status, string id)
    {
        var next = new List<string>();
        if (status != RunStatus.Succeeded)
        {
            next.Add($"holdfast why {id}");
        }

        if (status is RunStatus.Failed or RunStatus.Infrastructure)
        {
            next.Add($"holdfast retry {id} --failed");
        }

        return next;
    }

    /// <summary>How to name the workspace of a run in another command typed here; empty where it would be
    /// found.</summary>
    private static string OfWorkspace(RunFolder run, CommandContext context)
    {
        var workspace = Path.GetDirectoryName(Path.GetDirectoryName(run.Path))!;
        return context.WorkspacePath is null && Workspace.FindAbove(context.Storage, context.CurrentFolder) == workspace
            ? "" : $" --workspace {Quoted(workspace)}";
    }

    /// <summary>
    /// How to name the run in another command typed here: its id, with the workspace where that was named; its folder
    /// where it lies outside of the workspace that would be found.
    /// </summary>
    internal static string Reference(RunFolder run, CommandContext context)
    {
        var workspace = Path.GetDirectoryName(Path.GetDirectoryName(run.Path));
        if (context.WorkspacePath is { } named && named == workspace)
        {
            return $"{run.Id} --workspace {Quoted(named)}";
        }

        return Workspace.FindAbove(context.Storage, context.CurrentFolder) == workspace ? run.Id : Quoted(run.Path);
    }

    /// <summary>As a person has to type it in a shell.</summary>
    internal static string Quoted(string text) => ShellWord.Of(text);
}
