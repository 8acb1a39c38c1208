using Holdfast.Cli.Driving;
using Holdfast.Plans.Running;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Upkeep;

/// <summary>
/// Takes the git work trees of a run away before its folder goes. Branches that are merged go with them; the others are
/// kept, since they are somebody's work.
/// </summary>
internal static class TreeRemoval
{
    internal static void Remove(RunFolder run)
    {
        var trees = Path.Combine(run.Path, WorkTrees.FolderName);
        foreach (var tree in Directory.Exists(trees) ? Directory.GetDirectories(trees) : [])
        {
            // What git does not know any more, or where it is missing, goes with the folder; git prunes its own notes.
            if (GitCall.Run(tree, "rev-parse", "--path-format=absolute", "--git-common-dir") is not
                { Code: 0, Text: var repository })
            {
                continue;
            }

            var branch = GitCall.Run(tree, "symbolic-ref", "-q", "--short", "HEAD");
            GitCall.Run(repository, "worktree", "remove", "--force", tree);
            if (branch is { Code: 0, Text: var name } && name.StartsWith("holdfast/", StringComparison.Ordinal))
            {
                GitCall.Run(repository, "branch", "-q", "-d", name);
            }
        }
    }
}
