using System.CommandLine;
using Holdfast.Cli.Looking;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary><c>resume [RUN|--all]</c>.</summary>
internal static class ResumeCommand
{
    internal const string Schema = "holdfast.resume.v1";

    private const string Summary =
        "Goes on with a run where it was: what is done stays done, what still runs is taken up, what failed stays "
            + "failed. "
        + "Without RUN: the only unfinished one.";

    internal static CommandEntry Entry { get; } = new("resume", "Run", "Goes on with an unfinished run.", Make);

    private static Command Make(CommandContext context)
    {
        var reference = CommandShape.OptionalText("RUN", "The run; without it, the only unfinished one.");
        var all = CommandShape.Flag("--all", "Every unfinished run of the workspace; what a reboot runs.");
        var dryRun = CommandShape.Flag("--dry-run", "Only say why each task will or will not run.");
        var detached = new Option<bool>(DriveOptions.DetachedWord) { Hidden = true };
        var drive = new DriveSwitches();
        return CommandShape.Make(
            context, "resume", Summary, "holdfast resume\nholdfast resume last --dry-run\nholdfast resume --all",
            [reference, all, dryRun, .. drive.Symbols, detached],
            parsed =>
            {
                if (parsed.GetValue(detached))
                {
                    DriverProcess.LeaveSession();
                }

                var named = parsed.GetValue(reference);
                var options = drive.Read(parsed);
                if (parsed.GetValue(all))
                {
                    return named is null
                        ? new ResumeAll(context, options).Execute(parsed.GetValue(dryRun))
                        : throw new CliFailure("bad_usage", ExitCodes.Usage, $"give RUN (\"{named}\") or --all, not "
                            + "both");
                }

                return Resume(context, named, options, parsed.GetValue(dryRun), parsed.GetValue(detached));
            });
    }

    /// <summary>As typed without options.</summary>
    internal static int Resume(CommandContext context, string? named) =>
        Resume(context, named, new DriveOptions(), dryRun: false, detached: false);

    private static int Resume(CommandContext context, string? named, DriveOptions options, bool dryRun, bool detached)
    {
        var workspace = named is null ? context.OpenWorkspace() : context.OpenWorkspaceOf(named);
        if ((named is null ? OnlyUnfinished(workspace) : workspace.Find(named)) is not { } folder)
        {
            var isLeft = ProgramSteer.TellUnfinished(context, workspace).Count > 0;
            context.People.WriteLine(
                isLeft ? "no run of a plan is unfinished" : "no run is unfinished; there is nothing to resume");
            if (context.Json)
            {
                JsonResult.Write(context, Schema, ExitCodes.Done, data: null);
            }

            return ExitCodes.Done;
        }

        if (ProgramSteer.IsOfProgram(workspace.Storage, folder))
        {
            throw ProgramSteer.MustBeStarted(folder);
        }

        if (detached)
        {
            DriverLog.Of(folder).Watch(context.Out, context.Error);
        }

        var run = RunFiles.Read(workspace, folder);
        if (dryRun)
        {
            return DryRun(context, run);
        }

        using var driver = run.Open(context.Time);
        if (driver.State.Ended is null)
        {
            new ResumeReport(context, run, driver.State).Write();
        }

        return DriverCommand.Drive(context, run, driver, options, Schema);
    }

    internal static int DryRun(CommandContext context, RunFiles run)
    {
        var state = run.Look();
        if (RunLock.Holder(context.Storage, run.Folder) is { } holder)
        {
            context.People.WriteLine($"run {run.Folder.Id} is driven by {holder}; this is how it stands now");
        }

        var report = new ResumeReport(context, run, state);
        report.Write();
        if (context.Json)
        {
            JsonResult.Write(context, Schema, ExitCodes.Done, report.WriteData);
        }

        return ExitCodes.Done;
    }

    /// <exception cref="CliFailure">There are several: exit 11, and they are listed.</exception>
    private static RunFolder? OnlyUnfinished(Workspace workspace)
    {
        var unfinished = RunGlance.Unfinished(workspace).ToList();
        return unfinished.Count switch
        {
            0 => null,
            1 => unfinished[0].Folder,
            _ => throw new CliFailure(
                "several_unfinished", ExitCodes.Conflict,
                $"{unfinished.Count} runs are unfinished; name one of them, or take --all")
            {
                Next =
                [
                    .. unfinished.TakeLast(10).Select(g => $"holdfast resume {g.Folder.Id}"), "holdfast resume --all",
                ],
            },
        };
    }
}
