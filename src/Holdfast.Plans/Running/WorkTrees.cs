using Holdfast.Plans.Runtimes;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Plans.Running;

/// <summary>Where the git work trees of a run's tasks are, and what their branches are called.</summary>
public static class WorkTrees
{
    /// <summary>Name of the folder of a run that holds the work trees of its tasks.</summary>
    public const string FolderName = "trees";

    /// <summary>The work tree of a task or instance: below the run's folder, so that it goes with the run.</summary>
    public static string PathOf(RunFolder run, string task)
    {
        ArgumentNullException.ThrowIfNull(run);
        return Path.Combine(run.Path, FolderName, AttemptPaths.FolderName(task));
    }

    /// <summary>Its branch: <c>holdfast/RUN/TASK</c>; names that git refuses are told by their folder's name.</summary>
    public static string BranchOf(string runId, string task) => $"holdfast/{Plain(runId)}/{Plain(task)}";

    /// <summary>Root of the git work tree that a folder lies in; null if it lies in none.</summary>
    public static string? RootAbove(string folder)
    {
        for (var at = folder; at is not null; at = Path.GetDirectoryName(at))
        {
            var git = Path.Combine(at, ".git");
            if (Directory.Exists(git) || File.Exists(git))
            {
                return at;
            }
        }

        return null;
    }

    private static string Plain(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_'))
            {
                return AttemptPaths.FolderName(name).Replace('.', '-');
            }
        }

        return name[0] == '-' ? AttemptPaths.FolderName(name) : name;
    }
}
