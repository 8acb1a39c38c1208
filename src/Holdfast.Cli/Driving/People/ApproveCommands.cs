using System.CommandLine;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary><c>approve RUN T…</c> and <c>deny RUN T…</c>.</summary>
internal static class ApproveCommands
{
    internal static IReadOnlyList<CommandEntry> Entries { get; } =
    [
        new("approve", "Steer", "Approves tasks that wait for it.", context => Make(context, approves: true)),
        new("deny", "Steer", "Denies tasks that wait for an approval.", context => Make(context, approves: false)),
    ];

    private static Command Make(CommandContext context, bool approves)
    {
        var name = approves ? "approve" : "deny";
        var reference = CommandShape.Text("RUN", "The run.");
        var tasks = new Argument<string[]>("TASK")
        {
            Description = "Tasks that wait for an approval.", Arity = ArgumentArity.OneOrMore,
        };
        var comment = CommandShape.Value("--comment", "TEXT", "What you have to say about it; kept in the journal.");
        var stay = CommandShape.Flag("--no-resume", "Do not start the run's driver again.");
        var options = new SteerOptions();
        return CommandShape.Make(
            context, name,
            (approves ? "Approves tasks that wait for it: what needs them goes on. "
                : "Denies tasks that wait for an approval: they fail, and block what needs them. ")
                + "If nobody drives the run, a driver is started.",
            $"holdfast {name} last ship --comment '{(approves ? "checked the numbers" : "not on a Friday")}'",
            [reference, tasks, comment, stay, .. options.Symbols],
            parsed =>
            {
                var request = options.Request(
                    parsed, approves ? SteeringCommand.Approve : SteeringCommand.Deny, context.Time) with
                {
                    Tasks = parsed.GetRequiredValue(tasks).Distinct().ToArray(),
                    Comment = Spoken("--comment", parsed.GetValue(comment)),
                };
                if (ProgramSteer.Find(context, parsed.GetRequiredValue(reference)) is { } program)
                {
                    return program.Send(request, options.Timeout(parsed), $"{name} a task");
                }

                var run = SteerCommands.Find(context, parsed.GetRequiredValue(reference));
                AttemptGuard.Refuse(context, run, $"{name} a task");
                return new HandOn(context, run, options.Timeout(parsed)) { Stay = parsed.GetValue(stay) }
                    .Send(request);
            });
    }

    /// <summary>A text that becomes part of the journal; null for nothing said.</summary>
    /// <exception cref="CliFailure">It is too long: exit 2.</exception>
    internal static string? Spoken(string option, string? text) => text?.Length > Inbox.MaxCommentChars
        ? throw new CliFailure(
            "bad_usage", ExitCodes.Usage,
            $"{option} has {text.Length} characters, and {Inbox.MaxCommentChars} are the most; keep the rest in a file "
                + "and name that")
        : string.IsNullOrWhiteSpace(text) ? null : text;
}
