using System.CommandLine;
using Holdfast.Cli.Looking;
using Holdfast.Runs;

namespace Holdfast.Cli.Driving;

/// <summary><c>signal RUN NAME JSON</c>.</summary>
internal static class SignalCommand
{
    internal static CommandEntry Entry { get; } = new(
        "signal", "Steer", "Sends a value to a run of a C# program.", Make);

    private static Command Make(CommandContext context)
    {
        var reference = CommandShape.Text("RUN", "The run.");
        var name = CommandShape.Text("NAME", "The signal that its program waits for, now or later.");
        var value = CommandShape.Text("JSON", "The value, as one line of JSON.");
        var options = new SteerOptions();
        return CommandShape.Make(
            context, "signal", "Sends a value to a run of a C# program, which waits for it by WaitForAsync.",
            "holdfast signal last paid '{\"amount\":7}'", [reference, name, value, .. options.Symbols],
            parsed =>
            {
                var request = options.Request(parsed, SteeringCommand.Signal, context.Time) with
                {
                    Tasks = [parsed.GetRequiredValue(name)], Value = parsed.GetRequiredValue(value),
                };
                var run = ProgramSteer.Find(context, parsed.GetRequiredValue(reference)) ?? throw new CliFailure(
                    "run_of_plan", ExitCodes.Conflict,
                    $"run {context.OpenLooking(parsed.GetRequiredValue(reference)).Id} is one of a plan; signals "
                        + "are for runs of C# programs");
                return run.Send(request, options.Timeout(parsed), "signal a run");
            });
    }
}
