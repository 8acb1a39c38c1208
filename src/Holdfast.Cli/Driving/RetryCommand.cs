using System.CommandLine;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary><c>retry RUN T…|--failed</c>.</summary>
internal static class RetryCommand
{
    private const string Schema = "holdfast.retry.v1";

    internal static CommandEntry Entry { get; } = new(
        "retry", "Run", "Runs failed tasks of a run again, and waiting ones now.", Make);

    private static Command Make(CommandContext context)
    {
        var reference = CommandShape.Text("RUN", "The run.");
        var tasks = new Argument<string[]>("TASK")
        {
            Description = "Failed tasks, or ones that wait.", Arity = ArgumentArity.ZeroOrMore,
        };
        var failed = CommandShape.Flag("--failed", "Every task that failed.");
        var steer = new SteerOptions();
        var drive = new DriveSwitches();
        return CommandShape.Make(
            context, "retry",
            "New attempts of failed tasks in the same run, and of what they blocked; what is done is not repeated. A "
            + "task that waits for its next attempt, or for a target, is tried now, whoever named the wait; what it "
            + "has spent stays spent.",
            "holdfast retry last --failed\nholdfast retry last 'import[a.csv]'",
            [reference, tasks, failed, .. steer.Symbols, .. drive.Symbols],
            parsed =>
            {
                var names = (parsed.GetValue(tasks) ?? []).Distinct().ToArray();
                if (names.Length > 0 == parsed.GetValue(failed))
                {
                    throw new CliFailure("bad_usage", ExitCodes.Usage, "retry takes either tasks or --failed");
                }

                var request = steer.Request(parsed, SteeringCommand.Retry, context.Time) with { Tasks = names };
                if (ProgramSteer.Find(context, parsed.GetRequiredValue(reference)) is { } program)
                {
                    return program.Send(request, steer.Timeout(parsed), "retry a task");
                }

                var run = SteerCommands.Find(context, parsed.GetRequiredValue(reference));
                AttemptGuard.Refuse(context, run, "retry a task");
                return Retry(context, run, request, steer.Timeout(parsed), drive.Read(parsed));
            });
    }

    private static int Retry(
        CommandContext context, RunFiles run, SteeringRequest request, TimeSpan timeout, DriveOptions options)
    {
        if (PlanFileEdit.NoteOf(context, run) is { } note)
        {
            context.People.WriteLine(note);
        }

        // Before anything is ordered: what cannot start is better not asked for.
        WorkTreeChecks.Check(context, run.Plan, run.Look());
        if (RunLock.Holder(run.Workspace.Storage, run.Folder) is null)
        {
            _ = SecretValues.Read(run.Plan, context);
        }

        var action = new SteerAction(context, run, timeout);
        var steered = action.Send(request);
        using (steered.Driver)
        {
            if (!steered.Answer.Accepted || steered.Driver is null)
            {
                return action.Tell(steered.Answer, request, [$"holdfast watch {run.Folder.Id}"]);
            }

            if (!options.Detach)
            {
                context.People.WriteLine($"run {run.Folder.Id}: {steered.Answer.Message}");
            }

            return DriverCommand.Drive(context, run, steered.Driver, options, Schema);
        }
    }
}
