using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.Letters;
using Holdfast.Runs.Workspaces;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Cli.Driving.Letters;

/// <summary>From what a person typed to letters.</summary>
internal static class LetterFile
{
    /// <summary>The letters of the workspace, with what runs owe that nobody drives.</summary>
    internal static WorkspaceLetters Open(CommandContext context, out Workspace workspace)
    {
        workspace = context.OpenWorkspace();
        var letters = new WorkspaceLetters(context.Storage, workspace.Path);
        OwedLetters.WriteOfUndriven(context, letters, workspace);
        return letters;
    }

    /// <summary>
    /// The run of a letter by its whole id, since what merely begins so is another; null for one that was deleted.
    /// </summary>
    internal static RunFolder? RunOf(Workspace workspace, string id) =>
        workspace.Run(id) is var folder && workspace.Storage.FolderExists(folder.Path) ? folder : null;

    /// <summary>The letter of an id or unique prefix.</summary>
    /// <exception cref="CliFailure">There is none (10), or several (2).</exception>
    internal static Letter Find(WorkspaceLetters letters, string id)
    {
        var found = letters.Look().Where(l => l.Id.StartsWith(id, StringComparison.Ordinal)).Take(3).ToList();
        return found switch
        {
            [var one] => one,
            _ when found.Find(l => l.Id == id) is { } exact => exact,
            [] => throw new CliFailure(
                "letter_not_found", ExitCodes.NotFound,
                $"this workspace has no letter \"{id}\"; `holdfast letters list --all` shows those it has")
            {
                Next = ["holdfast letters list --all"],
            },
            _ => throw new CliFailure(
                "letter_ambiguous", ExitCodes.Usage,
                $"more than one letter begins with \"{id}\"; write more of the id"),
        };
    }

    internal static List<Letter> Chosen(IReadOnlyList<Letter> all, bool closedToo, FailureClass? kind) =>
    [
        .. all.Where(l => (closedToo || l.Status == LetterStatus.Open) && (kind is null || l.Class == kind))
            .OrderBy(l => l.FailedAt),
    ];
}
