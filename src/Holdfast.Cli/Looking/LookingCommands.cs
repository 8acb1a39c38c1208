using System.CommandLine;
using Holdfast.Cli.Upkeep;

namespace Holdfast.Cli.Looking;

/// <summary>The commands that look at runs and plans, and those that keep a workspace in order.</summary>
internal static class LookingCommands
{
    private const string Looks = "Look at runs";
    private const string Plans = "Plans";
    private const string Keeps = "Upkeep and proof";
    private const string RunText = "Id, unique prefix, \"last\", or a run's folder.";

    internal static IReadOnlyList<CommandEntry> Entries { get; } =
    [
        new("status", Looks, "Where a run stands.", Status),
        new("list", Looks, "The runs of the workspace, newest first.", List),
        new("why", Looks, "Why a run is red: first cause, evidence, what helps.", Why),
        new("explain", Looks, "The policy of a task, where it comes from, what attempts did with it.", Explain),
        new("logs", Looks, "What an attempt printed.", Logs),
        new("events", Looks, "The records of the journal.", Events),
        new("watch", Looks, "Follows a run that another process drives.", Watch),
        new("breakers", Looks, "Targets, and whether their breakers let anything through.", BreakersCommand.Make),
        new("runtimes", Looks, "The runtimes of a plan, and whether they are there.", RuntimesCommand.Make),
        new("classify", Looks, "The failure class of any output.", ClassifyCommand.Make),
        new("init", Plans, "Writes a plan that runs, with comments.", InitCommand.Make),
        new("validate", Plans, "Checks a plan whole and shows every error.", PlanCommands.Validate),
        new("graph", Plans, "Draws a plan.", PlanCommands.Graph),
        new("schema", Plans, "Prints the JSON Schema of plans.", PlanCommands.Schema),
        new("journal", Keeps, "Verifies or repairs a journal.", JournalCommands.Make),
        new("prune", Keeps, "Deletes old ended runs.", PruneCommand.Make),
        new("doctor", Keeps, "Checks what Holdfast needs of this machine.", DoctorCommand.Make),
        new("simulate", Keeps, "Proves the engine against crashes, by seed.", SimulateCommand.Make),
    ];

    private static Command Status(CommandContext context)
    {
        var run = CommandShape.OptionalText("RUN", $"{RunText} Without it: the last.");
        var code = CommandShape.Flag("--exit-code", "End with the run's own exit code (7 while it runs), for scripts.");
        return CommandShape.Make(
            context, "status", "Shows where a run stands: its tasks, what they wait for, and what to do next.",
            "holdfast status\nholdfast status last --exit-code", [run, code],
            parsed => StatusCommand.Show(context, parsed.GetValue(run) ?? "last", parsed.GetValue(code)));
    }

    private static Command List(CommandContext context)
    {
        var failed = CommandShape.Flag("--failed", "Only runs that failed or are damaged.");
        var limit = CommandShape.Number("--limit", "N",
            $"At most so many ({ListCommand.DefaultLimit} by default), the newest.");
        return CommandShape.Make(
            context, "list", "Lists the runs of the workspace, newest first.", "holdfast list --failed --limit 5",
            [failed, limit],
            parsed => ListCommand.Show(
                context, parsed.GetValue(failed), Positive("--limit", parsed.GetValue(limit))
                    ?? ListCommand.DefaultLimit));
    }

    private static Command Why(CommandContext context)
    {
        var run = CommandShape.OptionalText("RUN", $"{RunText} Without it: the last.");
        var task = CommandShape.OptionalText("TASK", "A task of it. Without it: the first that failed.");
        return CommandShape.Make(
            context, "why",
            "Says why a run is red, waits, or stopped: the first cause with its class, rule and line, what it "
                + "blocked, what "
            + "changed against the last good run, and what helps.",
            "holdfast why\nholdfast why last deploy", [run, task],
            parsed => WhyCommand.Show(context, parsed.GetValue(run) ?? "last", parsed.GetValue(task)));
    }

    private static Command Explain(CommandContext context)
    {
        var run = CommandShape.Text("RUN", RunText);
        var task = CommandShape.Text("TASK", "A task or an instance of it.");
        return CommandShape.Make(
            context, "explain",
            "Shows the policy in force for a task, where each value comes from, and what each attempt did with it.",
            "holdfast explain last deploy", [run, task],
            parsed => ExplainCommand.Show(context, parsed.GetValue(run)!, parsed.GetValue(task)!));
    }

    private static Command Logs(CommandContext context)
    {
        var run = CommandShape.Text("RUN", RunText);
        var task = CommandShape.Text("TASK", "A task or an instance of it.");
        var attempt = CommandShape.Number("--attempt", "N", "Which attempt, counted from 1. Without it: the last.");
        var follow = CommandShape.Flag("--follow", "Go on until the attempt ends.");
        follow.Aliases.Add("-f");
        var lines = CommandShape.Number("--lines", "N", "Only the last N lines of each stream.");
        lines.Aliases.Add("-n");
        var stdout = CommandShape.Flag("--stdout", "Only standard output.");
        var stderr = CommandShape.Flag("--stderr", "Only standard error.");
        var raw = CommandShape.Flag("--raw", "Let a terminal have control characters as they were printed.");
        return CommandShape.Make(
            context, "logs",
            "Prints what an attempt printed, but for secrets, which are masked. On a terminal, control "
                + "characters other than colours are shown as ^X.",
            "holdfast logs last build\nholdfast logs last build --stderr -n 50",
                [run, task, attempt, follow, lines, stdout, stderr, raw],
            parsed =>
            {
                var (only1, only2) = (parsed.GetValue(stdout), parsed.GetValue(stderr));
                return LogsCommand.Show(context, new LogsWanted(parsed.GetValue(run)!, parsed.GetValue(task)!)
                {
                    Attempt = parsed.GetValue(attempt),
                    Follow = parsed.GetValue(follow),
                    Lines = Positive("--lines", parsed.GetValue(lines)),
                    Raw = parsed.GetValue(raw),
                    Stdout = only1 || !only2,
                    Stderr = only2 || !only1,
                });
            });
    }

    private static Command Events(CommandContext context)
    {
        var run = CommandShape.OptionalText("RUN", $"{RunText} Without it: the last.");
        var follow = CommandShape.Flag("--follow", "Go on until the run ends or nobody drives it any more.");
        follow.Aliases.Add("-f");
        var output = CommandShape.Flag("--output", "Show between them what attempts print.");
        return CommandShape.Make(
            context, "events",
            "Prints the records of the journal: aligned text, or NDJSON with --json (docs/formats/events.md has every "
                + "field).",
            "holdfast events last\nholdfast events last -f --json | jq .type", [run, follow, output],
            parsed => EventsCommand.Show(
                context, parsed.GetValue(run) ?? "last", parsed.GetValue(follow), parsed.GetValue(output)));
    }

    private static Command Watch(CommandContext context)
    {
        var run = CommandShape.OptionalText("RUN", $"{RunText} Without it: the last.");
        return CommandShape.Make(
            context, "watch",
                "Follows a run that another process drives, until it ends. Leaving it does not touch the run.",
            "holdfast watch last", [run], parsed => WatchCommand.Show(context, parsed.GetValue(run) ?? "last"));
    }

    internal static int? Positive(string option, int? value) => value is null or > 0
        ? value
        : throw new CliFailure("bad_usage", Runs.ExitCodes.Usage, $"{option} is {value}; it must be 1 or more");
}
