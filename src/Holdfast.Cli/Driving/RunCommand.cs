using System.CommandLine;

namespace Holdfast.Cli.Driving;

/// <summary><c>run PLAN</c>.</summary>
internal static class RunCommand
{
    private const string Summary =
        "Runs a plan. What is finished is never repeated: the same --id again goes on with an unfinished run, "
        + "and returns the code of a finished one.";

    internal static CommandEntry Entry { get; } = new("run", "Run", "Runs a plan.", Make);

    private static Command Make(CommandContext context)
    {
        var plan = CommandShape.Text("PLAN", "The plan file.");
        var id = CommandShape.Value("--id", "ID", "Id of the run; letters, digits, '-', '_' and '.'.");
        var isNew = CommandShape.Flag("--new", "Start another run although one of this plan is unfinished.");
        var only = new Option<string[]>("--only")
        {
            Description = "Only these tasks and what they need; a * stands for any characters.",
            HelpName = "TASK",
            AllowMultipleArgumentsPerToken = true,
            Arity = ArgumentArity.OneOrMore,
        };
        var set = new Option<string[]>("--set")
        {
            Description = "Value of a variable of the plan.",
            HelpName = "NAME=VALUE",
            Arity = ArgumentArity.OneOrMore,
        };
        var rerun = CommandShape.Flag(
            "--rerun-changed",
            "With --id of a run: run finished tasks again that the plan changed since; reopens an ended run.");
        var dryRun = CommandShape.Flag("--dry-run", "Only show what would run, in order.");
        var drive = new DriveSwitches();
        return CommandShape.Make(
            context, "run", Summary,
            "holdfast run nightly.yaml\nholdfast run nightly.yaml --only 'test-*' --set model=small --detach",
            [plan, id, isNew, only, set, rerun, .. drive.Symbols, dryRun],
            parsed => new RunAction(context, new RunRequest(parsed.GetRequiredValue(plan))
            {
                Id = parsed.GetValue(id),
                IsNew = parsed.GetValue(isNew),
                Only = parsed.GetValue(only) ?? [],
                Set = parsed.GetValue(set) ?? [],
                RerunChanged = parsed.GetValue(rerun),
                DryRun = parsed.GetValue(dryRun),
                Drive = drive.Read(parsed),
            }).Execute());
    }
}

/// <summary>What <c>run</c> was asked for.</summary>
/// <param name="PlanPath">As typed.</param>
internal sealed record RunRequest(string PlanPath)
{
    internal string? Id { get; init; }

    internal bool IsNew { get; init; }

    internal IReadOnlyList<string> Only { get; init; } = [];

    internal IReadOnlyList<string> Set { get; init; } = [];

    internal bool RerunChanged { get; init; }

    internal bool DryRun { get; init; }

    internal DriveOptions Drive { get; init; } = new();
}
