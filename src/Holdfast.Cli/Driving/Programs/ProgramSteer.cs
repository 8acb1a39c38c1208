using Holdfast.Cli.Looking;
using Holdfast.Journal;
using Holdfast.Runs.Steps.Programs;
using Holdfast.Runs;
using Holdfast.Runs.Steps;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>
/// A run of a C# program, as commands meet it: they look at it and steer it like any other, and cannot drive it, since
/// its steps are in the program.
/// </summary>
internal sealed class ProgramSteer(CommandContext context, Workspace workspace, RunFolder folder)
{
    /// <summary>The run that a reference names, if it is one of a C# program; null for one of a plan.</summary>
    internal static ProgramSteer? Find(CommandContext context, string reference)
    {
        var workspace = context.OpenWorkspaceOf(reference);
        var folder = workspace.Find(reference);
        RunRemoval.ThrowIfBegun(workspace.Storage, folder);
        return IsOfProgram(workspace.Storage, folder) ? new ProgramSteer(context, workspace, folder) : null;
    }

    /// <summary>Whether a folder holds a run of a C# program: it has no plan, and its journal says so.</summary>
    internal static bool IsOfProgram(IStorage storage, RunFolder folder) => !storage.FileExists(folder.PlanPath)
        && RunGlance.Of(storage, folder, withHead: true).Started is { IsOfProgram: true };

    /// <summary>The failure of a command that would have to run the program.</summary>
    internal static CliFailure MustBeStarted(RunFolder folder) => new(
        "run_of_program", ExitCodes.Conflict,
        $"{AloneDrives(folder)}; {StartItAgain}");

    /// <summary>
    /// Names every run of a C# program that has not ended, and says what goes on with it: who asks for all runs to go
    /// on must not take those for done.
    /// </summary>
    /// <returns>Each with why it does not go on; null where its program drives it.</returns>
    internal static IReadOnlyList<(RunFolder Run, string? Why)> TellUnfinished(
        CommandContext context, Workspace workspace)
    {
        var told = new List<(RunFolder, string?)>();
        var unfinished = RunGlance.UnfinishedPrograms(workspace).ToList();
        var ids = unfinished.Select(g => g.Folder.Id).ToHashSet();
        foreach (var glance in unfinished)
        {
            if (glance.Started!.Parent is { } parent && ids.Contains(parent))
            {
                // It goes on with its parent.
                continue;
            }

            var holder = RunLock.Holder(workspace.Storage, glance.Folder);
            var why = holder is null ? $"{AloneDrives(glance.Folder)}; {StartItAgain}" : null;
            context.People.WriteLine(why ?? $"run {glance.Folder.Id} is driven by {holder} already");
            told.Add((glance.Folder, why));
        }

        return told;
    }

    private const string StartItAgain = "start the program again: it goes on where it was";

    private static string AloneDrives(RunFolder folder) =>
        $"run {folder.Id} is one of a C# program, which alone can drive it";

    /// <summary>Makes a new run that takes results over; its program is started by a person.</summary>
    internal int Fork(string from, string? id)
    {
        if (id is not null && !RunFolder.IsGoodId(id))
        {
            throw new CliFailure(
                "bad_run_id", ExitCodes.Usage,
                $"--id \"{Live.PlainView.OneLine(id)}\" cannot name a run; use letters, digits, '-', '_' and '.'");
        }

        AttemptGuard.Refuse(context, workspace.Path, "fork a run");
        var target = workspace.Run(id ?? RunFolder.NewId(context.Time.GetUtcNow(), folder.Id, RunFiles.RandomBits()));
        var taken = new ProgramFork(workspace, context.Time).Fork(folder, target, from);
        context.People.WriteLine(
            $"run {target.Id}: forked from {folder.Id}, {taken.Count} results taken over; start its program under that "
                + "id");
        if (context.Json)
        {
            JsonResult.Write(
                context, "holdfast.fork.v1", ExitCodes.Done, json => json.WriteString("run", target.Id), []);
        }

        return ExitCodes.Done;
    }

    /// <summary>Brings the request to the run, whoever drives it, and tells the answer.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="timeout">How long a process that drives the run may take.</param>
    /// <param name="guarded">What an attempt of the workspace may not do, for the message; null for what it
    /// may.</param>
    internal int Send(SteeringRequest request, TimeSpan timeout, string? guarded = null)
    {
        if (guarded is not null)
        {
            AttemptGuard.Refuse(context, workspace.Path, guarded);
        }

        SteeringAnswer answer;
        try
        {
            answer = new ProgramSteering(workspace.Storage, folder, context.Time)
                .SendAsync(request, timeout, CancellationToken.None).GetAwaiter().GetResult();
        }
        catch (TimeoutException late)
        {
            throw new CliFailure("no_answer", ExitCodes.Conflict, late.Message)
            {
                Hint = $"ask again with --request-id {request.Id}, which carries it out once at most",
            };
        }

        var code = SteerAction.Tell(context, folder, answer, request, []);
        if (request.Command is not (SteeringCommand.Cancel or SteeringCommand.Pause)
            && RunLock.Holder(workspace.Storage, folder) is null)
        {
            context.People.WriteLine("nobody drives it now: start its program again, which goes on where it was");
        }

        return code;
    }
}
