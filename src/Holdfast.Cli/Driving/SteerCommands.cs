using System.CommandLine;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary><c>cancel</c>, <c>pause</c>, <c>unpause</c> and <c>resolve</c>: they steer a run, whoever drives
/// it.</summary>
internal static class SteerCommands
{
    internal static IReadOnlyList<CommandEntry> Entries { get; } =
    [
        new("cancel", "Steer", "Ends a run for good, with its attempts.", MakeCancel),
        new("pause", "Steer", "Starts nothing more in a run; what runs goes on.", MakePause),
        new("unpause", "Steer", "Lets a paused run go on.", MakeUnpause),
        new("resolve", "Steer", "Decides about held tasks.", MakeResolve),
    ];

    private static Command MakeCancel(CommandContext context)
    {
        var reference = CommandShape.Text("RUN", "The run.");
        var options = new SteerOptions();
        return CommandShape.Make(
            context, "cancel", "Ends a run for good: its attempts are ended, what has not run never does.",
            "holdfast cancel last", [reference, .. options.Symbols],
            parsed =>
            {
                var request = options.Request(parsed, SteeringCommand.Cancel, context.Time);
                if (ProgramSteer.Find(context, parsed.GetRequiredValue(reference)) is { } program)
                {
                    return program.Send(request, options.Timeout(parsed), "cancel a run");
                }

                var run = Find(context, parsed.GetRequiredValue(reference));
                AttemptGuard.Refuse(context, run, "cancel a run");
                return Cancel(context, run, request, options.Timeout(parsed));
            });
    }

    private static Command MakePause(CommandContext context) => MakePlain(
        context, "pause", SteeringCommand.Pause,
        "Starts nothing more in a run; what runs goes on to its end. `unpause` lets it go on.");

    private static Command MakeUnpause(CommandContext context) => MakePlain(
        context, "unpause", SteeringCommand.Unpause, "Lets a paused run go on.");

    private static Command MakePlain(CommandContext context, string name, SteeringCommand command, string summary)
    {
        var reference = CommandShape.Text("RUN", "The run.");
        var options = new SteerOptions();
        return CommandShape.Make(
            context, name, summary, $"holdfast {name} last", [reference, .. options.Symbols],
            parsed =>
            {
                var request = options.Request(parsed, command, context.Time);
                var guarded = command == SteeringCommand.Unpause ? "unpause a run" : null;
                if (ProgramSteer.Find(context, parsed.GetRequiredValue(reference)) is { } program)
                {
                    return program.Send(request, options.Timeout(parsed), guarded);
                }

                var run = Find(context, parsed.GetRequiredValue(reference));
                if (guarded is not null)
                {
                    AttemptGuard.Refuse(context, run, guarded);
                }

                var action = new SteerAction(context, run, options.Timeout(parsed));
                var steered = action.Send(request);
                using (steered.Driver)
                {
                    var goesOn = command == SteeringCommand.Unpause && steered.Driver is { State.Ended: null };
                    return action.Tell(
                        steered.Answer, request, goesOn ? [$"holdfast resume {run.Folder.Id}"] : []);
                }
            });
    }

    private static Command MakeResolve(CommandContext context)
    {
        var reference = CommandShape.Text("RUN", "The run.");
        var tasks = new Argument<string[]>("TASK") { Description = "Held tasks.", Arity = ArgumentArity.OneOrMore };
        var done = CommandShape.Flag("--done", "It happened: the task counts as succeeded.");
        var redo = CommandShape.Flag("--redo", "It did not: run it again.");
        var fail = CommandShape.Flag("--fail", "The task ends in failure.");
        var stay = CommandShape.Flag("--no-resume", "Do not start the run's driver again.");
        var options = new SteerOptions();
        return CommandShape.Make(
            context, "resolve",
            "Decides about tasks of which nobody knows whether they happened. If nobody drives the run, a driver is "
                + "started.",
            "holdfast resolve last announce --done", [reference, tasks, done, redo, fail, stay, .. options.Symbols],
            parsed =>
            {
                var said = new[]
                {
                    (parsed.GetValue(done), Resolution.Done), (parsed.GetValue(redo), Resolution.Redo),
                    (parsed.GetValue(fail), Resolution.Fail),
                }.Where(s => s.Item1).Select(s => s.Item2).ToArray();
                if (said.Length != 1)
                {
                    throw new CliFailure(
                        "bad_usage", ExitCodes.Usage,
                        $"resolve needs exactly one of --done, --redo and --fail, and got {said.Length}");
                }

                var request = options.Request(parsed, SteeringCommand.Resolve, context.Time) with
                {
                    Tasks = parsed.GetRequiredValue(tasks).Distinct().ToArray(),
                    As = said[0],
                };
                if (ProgramSteer.Find(context, parsed.GetRequiredValue(reference)) is { } program)
                {
                    return program.Send(request, options.Timeout(parsed), "resolve a task");
                }

                var run = Find(context, parsed.GetRequiredValue(reference));
                AttemptGuard.Refuse(context, run, "resolve a task");
                return new HandOn(context, run, options.Timeout(parsed)) { Stay = parsed.GetValue(stay) }
                    .Send(request);
            });
    }

    internal static RunFiles Find(CommandContext context, string reference)
    {
        var workspace = context.OpenWorkspaceOf(reference);
        return RunFiles.Read(workspace, workspace.Find(reference));
    }

    // Where nobody drives, this process does, for as long as it takes to end what may still run.
    private static int Cancel(CommandContext context, RunFiles run, SteeringRequest request, TimeSpan timeout)
    {
        var action = new SteerAction(context, run, timeout);
        var steered = action.Send(request);
        using (steered.Driver)
        {
            if (steered is { Answer.Accepted: true, Driver: { State.Ended: null } driver })
            {
                new DriveSession(context, run, new DriveOptions { Quiet = true }).DriveSilently(driver);
            }

            return action.Tell(steered.Answer, request, []);
        }
    }
}
