using Holdfast.Plans.Expressions;
using Holdfast.Plans.Runtimes;
using Holdfast.Runs;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Plans.Running;

/// <content>Git work trees of tasks, merges of their branches, and what looks into checkpoints.</content>
internal sealed partial class AttemptSpecs
{
    private const string Shell = "/bin/sh";

    /// <summary>
    /// The folder that relative paths of a task start at: the plan's, or the one that stands for it in the task's own
    /// work tree.
    /// </summary>
    internal string HomeOf(string task) => TaskOf(task).Worktree ? TreeHomeOf(task) : plan.Folder;

    /// <summary>The attempt, moved into the work tree of its task where the task has one.</summary>
    internal PreparedAttempt Placed(PreparedAttempt prepared)
    {
        var command = prepared.Command;
        return !TaskOf(command.Task).Worktree ? prepared : prepared with
        {
            Command = command with
            {
                Argv =
                [
                    Shell, "-c", GitScripts.WithinTree, "holdfast-tree", plan.Folder, TreeOf(command.Task),
                    WorkTrees.BranchOf(place.Folder.Id, command.Task), TreeHomeOf(command.Task),
                    InTree(command.Task, command.WorkingFolder), .. command.Argv,
                ],
                WorkingFolder = plan.Folder,
            },
        };
    }

    /// <summary>The command that looks into a checkpoint; null where the word is enough.</summary>
    internal CommandSpec? Check(AttemptId attempt, CheckpointSetting setting, string summary, TimeSpan timeout,
        string kind = "checkpoint")
    {
        if (setting is { Verify: null, Commit: false })
        {
            return null;
        }

        var spec = Aside(attempt, setting.Verify, kind, why: null, timeout);
        return !setting.Commit ? spec : spec with
        {
            Argv =
            [
                Shell, "-c", GitScripts.Commit, "holdfast-commit", $"checkpoint {setting.Id}: {summary}", .. spec.Argv,
            ],
        };
    }

    private PreparedAttempt PrepareMerge(AttemptId attempt, CommandSpec located, MergeWork work)
    {
        var branches = new List<string>();
        foreach (var index in work.Tasks)
        {
            var merged = state.Find(plan.Tasks[index].Name)!;
            foreach (var task in merged.Instances > 0 ? state.InstancesOf(merged) : [merged])
            {
                // What was skipped never had a branch; what was taken over has that of the run it ran in.
                if (task.Status is TaskStage.Succeeded or TaskStage.Cached && task.Instances == 0)
                {
                    var run = task.TakenOver
                        ? task.TakenFrom ?? state.Started?.ForkedFrom ?? place.Folder.Id
                        : place.Folder.Id;
                    branches.Add(WorkTrees.BranchOf(run, task.Name));
                    branches.Add(WorkTrees.PathOf(SiblingOf(run), task.Name));
                }
            }
        }

        var command = located with
        {
            Argv =
            [
                Shell, "-c", GitScripts.Merge, "holdfast-merge", $"{plan.Name}, task {attempt.Task}", .. branches,
            ],
            WorkingFolder = plan.Folder,
            Environment = EnvironmentOf(
                attempt, located, TaskOf(attempt.Task), ContextOf(attempt.Task), new RenderedCommand([], [])),
        };
        return new PreparedAttempt(command, Outputs(attempt), "git");
    }

    private RunFolder SiblingOf(string run) => run == place.Folder.Id
        ? place.Folder
        : new RunFolder(Path.Combine(Path.GetDirectoryName(place.Folder.Path)!, run));

    private string TreeOf(string task) => WorkTrees.PathOf(place.Folder, task);

    private string TreeHomeOf(string task) => WorkTrees.RootAbove(plan.Folder) is { } root
        ? Path.GetFullPath(Path.Combine(TreeOf(task), Path.GetRelativePath(root, plan.Folder)))
        : throw new TemplateException(
            $"task \"{task}\" has worktree: true, and {plan.Folder} is in no git work tree; git init it, or leave "
                + "worktree out");

    // A working folder below the plan's has its like in the work tree; one elsewhere is meant as it is.
    private string InTree(string task, string folder)
    {
        var relative = Path.GetRelativePath(plan.Folder, folder);
        return relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative)
            ? folder
            : Path.GetFullPath(Path.Combine(TreeHomeOf(task), relative));
    }
}
