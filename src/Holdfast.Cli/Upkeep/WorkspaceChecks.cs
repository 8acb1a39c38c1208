using Holdfast.Cli.Looking;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Upkeep;

/// <summary>What is left behind in a workspace, and whether the clock fits to it.</summary>
internal static class WorkspaceChecks
{
    private const int MostNamed = 5;

    internal static IEnumerable<Check> Of(CommandContext context, string path)
    {
        Workspace workspace;
        Check? unreadable = null;
        try
        {
            workspace = Workspace.Open(context.Storage, path, create: false);
        }
        catch (WorkspaceException error)
        {
            unreadable = new Check("workspace", Health.Fail, error.Message, "see the message");
            workspace = null!;
        }

        if (unreadable is not null)
        {
            yield return unreadable;
            yield break;
        }

        var (undriven, damaged, orphans) = Look(workspace);
        yield return undriven.Count == 0
            ? new Check("unfinished", Health.Ok, "no run is left that nobody drives")
            : new Check("unfinished", Health.Warn, $"nobody drives {Names(undriven)}", "holdfast resume --all");
        yield return damaged.Count == 0
            ? new Check("journals", Health.Ok, "no unfinished run has a damaged journal")
            : new Check("journals", Health.Fail, $"damaged: {Names(damaged)}", $"holdfast journal verify {damaged[0]}");
        yield return orphans.Count == 0
            ? new Check("orphans", Health.Ok, "no attempt lives without a driver")
            : new Check("orphans", Health.Warn, $"living, driven by nobody: {Names(orphans)}",
            "`holdfast resume` takes them up");
        yield return Clock(context, workspace);
    }

    private static (List<string> Undriven, List<string> Damaged, List<string> Orphans) Look(Workspace workspace)
    {
        var (undriven, damaged, orphans) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var folder in workspace.Runs())
        {
            var run = ListedRun.Of(workspace.Storage, folder);
            if (run.Problem is not null)
            {
                damaged.Add(run.Id);
            }
            else if (run.Run is { State.Ended: null, Holder: null } open)
            {
                if (open.State.Status != RunStatus.Waiting)
                {
                    undriven.Add(run.Id);
                }

                foreach (var task in open.Orphans())
                {
                    orphans.Add($"{task.Name}#{task.Attempts} of {run.Id}");
                }
            }
        }

        return (undriven, damaged, orphans);
    }

    private static Check Clock(CommandContext context, Workspace workspace)
    {
        var now = context.Time.GetUtcNow();
        DateTimeOffset newest = default;
        foreach (var folder in workspace.Runs())
        {
            var file = JournalFormat.PathIn(folder.Path);
            var written = File.Exists(file) ? File.GetLastWriteTimeUtc(file) : default;
            newest = written > newest.UtcDateTime ? new DateTimeOffset(written, TimeSpan.Zero) : newest;
        }

        return newest > now + TimeSpan.FromMinutes(1)
            ? new Check("clock", Health.Warn,
            $"it says {Times.Utc(now)}, yet a journal was written at {Times.Utc(newest)}",
                "set the clock; waits until a stated time depend on it")
            : new Check("clock", Health.Ok, $"{Times.Utc(now)}, after everything recorded here");
    }

    private static string Names(List<string> names) => string.Join(", ", names.Take(MostNamed))
        + (names.Count > MostNamed ? $" and {names.Count - MostNamed} more" : "");
}
