using Holdfast.Cli.Looking;
using Holdfast.Journal;
using Holdfast.Runs.Letters;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving.Letters;

/// <summary>
/// Letters that a run owes: ends that its journal tells and no letter does, since the driver was killed between the
/// two, or since the task ended while nobody drove the run. Noting an end twice changes nothing, so nobody has to know
/// whether it was noted.
/// </summary>
internal static class OwedLetters
{
    /// <summary>
    /// Writes what a run owes. A letter that cannot be written is told of, and stops nothing. Of a run whose journal is
    /// closed, letters were written before that, unless they could not be; those of one that ended longer ago than
    /// closed letters are kept may have been dropped since, and do not come back.
    /// </summary>
    internal static void Write(CommandContext context, RunFiles run, RunState state)
    {
        if (!state.Closed || state.LastAt + WorkspaceLetters.Retention > context.Time.GetUtcNow())
        {
            using var letters = new WorkspaceLetters(run.Workspace.Storage, run.Workspace.Path);
            Write(context, letters, run, state);
        }
    }

    /// <summary>
    /// Writes what the runs owe that are not over and that nobody drives. Takes no lock of a run, so that whoever goes
    /// on with one meanwhile is not refused: should a power cut take back an end that is told here already, the task
    /// runs again, and its new end goes to the same letter.
    /// </summary>
    internal static void WriteOfUndriven(CommandContext context, WorkspaceLetters letters, Workspace workspace)
    {
        foreach (var folder in workspace.Runs())
        {
            try
            {
                if (IsUndriven(workspace.Storage, folder))
                {
                    var run = RunFiles.Read(workspace, folder);
                    Write(context, letters, run, run.Look());
                }
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // One broken run keeps nobody from the letters of the others.
                FailureReport.Tell(error, context);
            }
        }
    }

    /// <summary>Tells that letters of a run could not be written.</summary>
    internal static void Tell(CommandContext context, RunFolder run, LetterPost post)
    {
        if (post.Problem is { } problem)
        {
            context.Error.WriteLine(context.Called.Sentence(
                $"holdfast: letters of run {run.Id} could not be written: {problem}; once that is mended, "
                + $"`holdfast resume {NextSteps.Reference(run, context)}` writes them"));
        }
    }

    private static bool IsUndriven(IStorage storage, RunFolder folder) => storage.FileExists(folder.PlanPath)
        && !RunRemoval.HasBegun(storage, folder)
        && RunGlance.Of(storage, folder, withHead: false) is { Ended: null, IsEmpty: false }
        && RunLock.Holder(storage, folder) is null;

    private static void Write(CommandContext context, WorkspaceLetters letters, RunFiles run, RunState state)
    {
        using var post = new LetterPost(letters, state, new TaskHashes(run.Plan).Of, context.Time);
        post.CatchUp();
        Tell(context, run.Folder, post);
    }
}
