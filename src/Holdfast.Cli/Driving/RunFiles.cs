using System.Security.Cryptography;
using Holdfast.Journal;
using Holdfast.Plans;
using Holdfast.Plans.Running;
using Holdfast.Runs;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>A run on disk with its plan: what every command that drives or steers one starts from.</summary>
/// <param name="Workspace">Its workspace.</param>
/// <param name="Folder">Its own folder.</param>
/// <param name="Plan">The plan as resolved.</param>
internal sealed record RunFiles(Workspace Workspace, RunFolder Folder, Plan Plan)
{
    internal RunPlace Place => new(Folder, Workspace.Path, Workspace.Id);

    /// <summary>Reads the plan of a run.</summary>
    /// <exception cref="RunNotFoundException">The run was never begun: it has no plan.</exception>
    internal static RunFiles Read(Workspace workspace, RunFolder folder)
    {
        if (!workspace.Storage.FileExists(folder.PlanPath))
        {
            throw new RunNotFoundException(
                $"run {folder.Id} never started (it has no plan.json); run the plan again");
        }

        return new RunFiles(workspace, folder, PlanJson.Read(workspace.Storage.ReadAll(folder.PlanPath),
            folder.HomePath));
    }

    /// <summary>The engine's view of the plan, with durations known from earlier runs.</summary>
    internal RunSpec Spec() =>
        RunPlans.SpecOf(Plan, Folder.Id, new RunHistory(Workspace).DurationsOf(Plan.Name));

    /// <summary>The run as it stands, read without its lock.</summary>
    internal RunState Look() => RunDriver.Look(Workspace.Storage, Folder, Spec()).State;

    /// <summary>
    /// Takes the lock. Whoever only looks whether a run is driven holds it for an instant, so it is asked for again
    /// before another driver is believed in.
    /// </summary>
    /// <exception cref="RunLockedException">Another process drives it.</exception>
    internal RunDriver Open(TimeProvider time)
    {
        var driver = Open(time, Spec());
        if (driver.State.PlanSha256 is { } named && PlanHash.OfPlan(Plan) != named)
        {
            driver.Dispose();
            throw new CliFailure(
                "plan_damaged", ExitCodes.Infrastructure,
                $"{Folder.PlanPath} is not the plan that the journal of run {Folder.Id} names; nothing was started. "
                + $"Restore it from a copy, or take the plan file in again: `holdfast run PLAN --id {Folder.Id}`");
        }

        return driver;
    }

    /// <summary>As <see cref="Open(TimeProvider)"/>, for taking an edited plan in: the hashes may differ.</summary>
    internal RunDriver OpenForEdit(TimeProvider time) => Open(time, Spec());

    internal RunDriver Open(TimeProvider time, RunSpec spec)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return RunDriver.Open(Workspace.Storage, Folder, spec, time, DriverProcess.Identity());
            }
            catch (RunLockedException) when (tries < MaxLockTries)
            {
                Pauses.Take(LockPace);
            }
        }
    }

    internal static ulong RandomBits() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));

    private const int MaxLockTries = 15;
    private static readonly TimeSpan LockPace = TimeSpan.FromMilliseconds(20);
}

/// <summary>Short pauses between two looks at something that no signal tells of.</summary>
internal static class Pauses
{
    private static readonly ManualResetEvent Never = new(initialState: false);

    internal static void Take(TimeSpan pause) => Never.WaitOne(pause);
}
