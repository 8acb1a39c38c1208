using System.CommandLine;
using Holdfast.Plans.Running;
using Holdfast.Plans.Runtimes;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>
/// What the guard of a run becomes when its driver was killed: it holds the limits of the living attempts until they
/// ended or a driver is back. Not for people.
/// </summary>
internal static class GuardCommand
{
    // Whoever looks at the lock, or steers the run for a moment, holds it too; only a driver holds it so long.
    private const int LooksThatProveADriver = 40;
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(250);
    private const int MaxSettlingLooks = 40;

    internal static CommandEntry Entry { get; } = new(
        "guard", "", "Keeps the limits of attempts whose driver died.", Make) { Hidden = true };

    private static Command Make(CommandContext context)
    {
        var folder = CommandShape.Text("RUN-FOLDER", "Folder of the run.");
        var command = CommandShape.Make(
            context, "guard", "Keeps the limits of attempts whose driver died. Started by a driver, not by people.",
            "holdfast guard .holdfast/runs/20261120-093012-nightly-7k3f", [folder],
            parsed => Run(context, new RunFolder(Path.GetFullPath(parsed.GetRequiredValue(folder)))));
        command.Hidden = true;
        return command;
    }

    private static int Run(CommandContext context, RunFolder run)
    {
        var meters = new GuardMeters(context.Storage, run, context.Time);
        while (true)
        {
            var looks = 0;
            var report = GuardDuty.Run(
                GuardDuty.FindAttempts(run.OutputPath),
                () => (looks = RunLock.Holder(context.Storage, run) is null ? 0 : looks + 1) >= LooksThatProveADriver,
                context.Time, meters.Of);
            if (!report.WasRelieved || IsDriven(context, run))
            {
                return ExitCodes.Done;
            }
        }
    }

    // A long fold by a steering command looks like a driver; the attempts stay ours if it leaves without driving.
    private static bool IsDriven(CommandContext context, RunFolder run)
    {
        for (var look = 0; look < MaxSettlingLooks; look++)
        {
            if (RunLock.Holder(context.Storage, run) is null)
            {
                return false;
            }

            Pauses.Take(Settling);
        }

        return true;
    }
}
