using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary>From what a person typed to a run.</summary>
internal static class RunReferences
{
    /// <summary>
    /// The folder of a run: by its path (no workspace is needed then, so a run that was copied alone can be looked at),
    /// else by id, unique prefix or <c>last</c> in the workspace.
    /// </summary>
    internal static RunFolder OpenLooking(this CommandContext context, string reference)
    {
        if (Workspace.IsPath(reference))
        {
            var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(reference, context.CurrentFolder));
            return context.Storage.FileExists(JournalFormat.PathIn(folder))
                ? new RunFolder(folder)
                : throw new CliFailure(
                    "run_not_found", ExitCodes.NotFound,
                        $"{reference} is no folder of a run (it has no {JournalFormat.FileName})");
        }

        return context.OpenWorkspace().Find(reference);
    }

    /// <summary>All runs of a workspace, newest first: by the time in their ids, else by when the journal was last
    /// written.</summary>
    internal static List<RunFolder> NewestFirst(Workspace workspace)
    {
        var runs = new List<(string Key, RunFolder Run)>();
        foreach (var run in workspace.Runs())
        {
            runs.Add((KeyOf(run), run));
        }

        runs.Sort(static (a, b) =>
        {
            var byTime = string.CompareOrdinal(b.Key, a.Key);
            return byTime != 0 ? byTime : string.CompareOrdinal(b.Run.Id, a.Run.Id);
        });
        var sorted = new List<RunFolder>(runs.Count);
        foreach (var (_, run) in runs)
        {
            sorted.Add(run);
        }

        return sorted;
    }

    // Ids that we gave begin with the time. Those that people chose say nothing, so the file's own time has to do.
    private static string KeyOf(RunFolder run)
    {
        var id = run.Id;
        return id.Length > 15 && id[8] == '-' && id[15] == '-' && IsDigits(id.AsSpan(0, 8)) && IsDigits(id.AsSpan(9, 6))
            ? id[..15]
            : File.GetLastWriteTimeUtc(JournalFormat.PathIn(run.Path)).ToString("yyyyMMdd-HHmmss");
    }

    private static bool IsDigits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;
}
