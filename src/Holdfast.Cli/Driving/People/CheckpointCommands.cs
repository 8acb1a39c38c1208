using System.CommandLine;
using Holdfast.Cli.Looking;
using Holdfast.Runs;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Driving;

/// <summary><c>checkpoint list</c> and <c>checkpoint complete</c>, for people and for attempts.</summary>
internal static class CheckpointCommands
{
    internal static CommandEntry Entry { get; } = new(
        "checkpoint", "Steer", "Lists or completes checkpoints of tasks.", Make);

    private static Command Make(CommandContext context)
    {
        var command = new Command(
            "checkpoint",
            "Lists or completes the checkpoints of tasks. Inside an attempt, run and task are its own."
                + CommandShape.ExampleMark
                + "holdfast checkpoint list\nholdfast checkpoint complete --summary 'the tests pass'");
        command.Subcommands.Add(MakeList(context));
        command.Subcommands.Add(MakeComplete(context));
        return command;
    }

    private static Command MakeList(CommandContext context)
    {
        var reference = CommandShape.OptionalText("RUN", "The run. Without it: the attempt's own, else the last.");
        var task = CommandShape.OptionalText("TASK", "A task of it. Without it: the attempt's own, else all.");
        return CommandShape.Make(
            context, "list", "Lists checkpoints: which are completed, by whom, and which is the next.",
            "holdfast checkpoint list\nholdfast checkpoint list last feature", [reference, task],
            parsed =>
            {
                var place = CheckpointPlace.Of(context, parsed.GetValue(reference), parsed.GetValue(task));
                return CheckpointList.Show(context, place.Run, place.Task);
            });
    }

    private static Command MakeComplete(CommandContext context)
    {
        var id = CommandShape.OptionalText("ID", "The checkpoint. Without it: the next one of the task.");
        var reference = CommandShape.OptionalText("RUN", "The run. Without it: the attempt's own.");
        var task = CommandShape.OptionalText("TASK", "Its task. Without it: the attempt's own.");
        var summary = new Option<string>("--summary")
        {
            Description = "What was done, in a few words; kept in the journal.", HelpName = "TEXT", Required = true,
        };
        var stay = CommandShape.Flag("--no-resume", "Do not start the run's driver again.");
        var options = new SteerOptions(CheckpointCheck.Longest);
        return CommandShape.Make(
            context, "complete",
            "Completes a checkpoint of a task: looks into it as the plan says (its verify command, its commit), and "
                + "records it. RUN and TASK come together. If that was what the run waited for and nobody drives it, "
                + "a driver is started.",
            "holdfast checkpoint complete --summary 'the tests pass'\n"
                + "holdfast checkpoint complete green last feature --summary 'looked at by hand'",
            [id, reference, task, summary, stay, .. options.Symbols],
            parsed =>
            {
                var said = ApproveCommands.Spoken("--summary", parsed.GetValue(summary)) ?? throw new CliFailure(
                    "bad_usage", ExitCodes.Usage, "--summary is empty; say in a few words what was done");
                var words = new[] { id, reference, task }.Select(a => parsed.GetValue(a)).OfType<string>().ToArray();
                var named = words.Length != 2 ? words.ElementAtOrDefault(0) : null;
                var place = CheckpointPlace.Of(
                    context, words.ElementAtOrDefault(words.Length - 2), words.ElementAtOrDefault(words.Length - 1),
                    words.Length > 1);
                var request = options.Request(parsed, SteeringCommand.Checkpoint, context.Time) with { Comment = said };
                return Complete(
                    context, place, named, request,
                    (run, r, frees) => new HandOn(context, run, options.Timeout(parsed))
                    {
                        Stay = parsed.GetValue(stay),
                    }.Send(r, frees));
            });
    }

    private static int Complete(
        CommandContext context, CheckpointPlace place, string? named, SteeringRequest request,
        Func<RunFiles, SteeringRequest, Func<RunState, bool>, int> send)
    {
        var run = SteerCommands.Find(context, place.Run);
        var task = place.Task!;
        var caller = AttemptGuard.Completing(context, run, task);
        return send(
            run,
            request with
            {
                Tasks = [task],
                Checkpoint = named ?? NextOf(run, task),
                Attempt = caller?.Attempt ?? 0,
                By = caller is null ? request.By : $"attempt {caller.Attempt}",
            },
            state => caller is null && state.Find(task)?.Status.IsEnd() == true);
    }

    /// <exception cref="CliFailure">There is none that could be meant: exit 10 or 11.</exception>
    private static string NextOf(RunFiles run, string name) => run.Look().Find(name) switch
    {
        null => throw new CliFailure(
            "task_not_found", ExitCodes.NotFound, $"run {run.Folder.Id}: the run has no task \"{name}\""),
        { NextCheckpoint: { } next } => next,
        { Spec.Checkpoints.Count: 0 } => throw new CliFailure(
            "refused", ExitCodes.Conflict,
            $"run {run.Folder.Id}: rule declared: task \"{name}\" declares no checkpoints"),
        _ => throw new CliFailure(
            "refused", ExitCodes.Conflict,
            $"run {run.Folder.Id}: rule once: all checkpoints of task \"{name}\" are completed already"),
    };
}

/// <summary>The run and task that a checkpoint command is about.</summary>
/// <param name="Run">As the workspace finds it.</param>
/// <param name="Task">The task; null for all.</param>
internal sealed record CheckpointPlace(string Run, string? Task)
{
    /// <summary>As said, else as the environment of an attempt says.</summary>
    internal static CheckpointPlace Of(CommandContext context, string? run, string? task)
    {
        if (run is not null)
        {
            return new(run, task);
        }

        return OfAttempt(context) ?? new("last", null);
    }

    /// <summary>The same where both or none are said, and a task is needed.</summary>
    /// <exception cref="CliFailure">Neither is known: exit 2.</exception>
    internal static CheckpointPlace Of(CommandContext context, string? run, string? task, bool isSaid) =>
        isSaid ? new(run!, task) : OfAttempt(context) ?? throw new CliFailure(
            "bad_usage", ExitCodes.Usage,
            "outside of an attempt, checkpoint complete needs the run and the task")
        {
            Next = ["holdfast checkpoint complete last TASK --summary TEXT"],
        };

    private static CheckpointPlace? OfAttempt(CommandContext context)
    {
        if (context.Environment(AttemptGuard.RunName) is not { Length: > 0 } run
            || context.Environment(AttemptGuard.TaskName) is not { Length: > 0 } task)
        {
            return null;
        }

        context.WorkspacePath ??= context.Environment(AttemptGuard.WorkspaceName) is { Length: > 0 } workspace
            ? Path.GetFullPath(workspace)
            : null;
        return new(run, task);
    }
}
