using Holdfast.Plans;
using Holdfast.Runs;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Driving;

/// <summary>What work trees, merges and commits need of git, asked before anything runs.</summary>
internal static class WorkTreeChecks
{
    /// <summary>Checks for a run that is to begin, or for what is left of one that goes on.</summary>
    /// <exception cref="CliFailure">Git, the repository, a commit or a branch is missing: exit 2.</exception>
    internal static void Check(CommandContext context, Plan plan, RunState? state = null)
    {
        var left = plan.Tasks.Where(t => state?.Find(t.Name)?.Status.Satisfies() != true).ToList();
        var needy = left.Find(t => t.Worktree || t.Work is MergeWork)
            ?? left.Find(t => t.Checkpoints.Any(c => c.Commit));
        if (needy is null)
        {
            return;
        }

        var need = needy switch
        {
            { Worktree: true } => "has worktree: true",
            { Work: MergeWork } => "merges branches",
            _ => "commits at a checkpoint",
        };
        if (GitCall.Run(plan.Folder, "--version") is null)
        {
            throw Unusable(needy, need, "git cannot be started; install it, or put it on PATH");
        }

        if (GitCall.Run(plan.Folder, "rev-parse", "--is-inside-work-tree") is not { Code: 0, Text: "true" })
        {
            throw Unusable(needy, need, $"{plan.Folder} is in no git work tree; git init it, or leave that out");
        }

        if (!needy.Worktree && needy.Work is not MergeWork)
        {
            return;
        }

        if (GitCall.Run(plan.Folder, "rev-parse", "-q", "--verify", "HEAD") is not { Code: 0 })
        {
            throw Unusable(needy, need, $"the repository of {plan.Folder} has no commit yet; make a first one");
        }

        if (left.Find(t => t.Work is MergeWork) is { } merge
            && GitCall.Run(plan.Folder, "symbolic-ref", "-q", "HEAD") is not { Code: 0 })
        {
            throw Unusable(
                merge, "merges branches",
                $"{plan.Folder} is on no branch to merge into (detached HEAD); check one out with git switch");
        }

        // Who goes on with a run was told at its beginning, and its own merges may be what changed since.
        if (state is null && GitCall.Run(plan.Folder, "status", "--porcelain", "--untracked-files=no")
            is { Code: 0, Text.Length: > 0 })
        {
            context.Error.WriteLine(
                $"holdfast: {plan.Folder} has uncommitted changes; work trees begin at HEAD, without them");
        }
    }

    private static CliFailure Unusable(PlanTask task, string need, string why) => new(
        "work_tree_unusable", ExitCodes.Usage, $"task \"{task.Name}\" {need}, and {why}; nothing was started");
}
