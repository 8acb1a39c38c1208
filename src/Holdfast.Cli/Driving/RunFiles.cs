using System.Security.Cryptography;
using Holdfast.Journal;
using Holdfast.Plans;
using Holdfast.Plans.Running;
using Holdfast.Runs;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>A run on disk with its plan: what every command that drives or steers one starts from.</summary>
internal sealed class RunFiles(Workspace workspace, RunFolder folder, Plan plan)
{
    /// <summary>Its workspace.</summary>
    internal Workspace Workspace => workspace;

    /// <summary>Its own folder.</summary>
    internal RunFolder Folder => folder;

    /// <summary>The plan as resolved; read anew under the lock when the run is opened.</summary>
    internal Plan Plan { get; private set; } = plan;

    internal RunPlace Place => new(Folder, Workspace.Path, Workspace.Id);

    /// <summary>Reads the plan of a run.</summary>
    /// <exception cref="RunNotFoundException">The run was never begun: it has no plan.</exception>
    /// <exception cref="PlanDamagedException">Its plan cannot be read.</exception>
    internal static RunFiles Read(Workspace workspace, RunFolder folder)
    {
        RunRemoval.ThrowIfBegun(workspace.Storage, folder);
        return new RunFiles(workspace, folder, RunPlans.Read(workspace.Storage, folder));
    }

    /// <summary>The engine's view of the plan, with durations known from earlier runs.</summary>
    internal RunSpec Spec() =>
        RunPlans.SpecOf(Plan, Folder.Id, new RunHistory(Workspace).DurationsOf(Plan.Name));

    /// <summary>The run as it stands, read without its lock.</summary>
    internal RunState Look() => RunDriver.Look(Workspace.Storage, Folder, Spec()).State;

    /// <summary>Takes the lock, and reads plan and journal under it.</summary>
    /// <exception cref="RunLockedException">Another process drives it.</exception>
    /// <exception cref="PlanDamagedException">Its plan is not the one that its journal names.</exception>
    internal RunDriver Open(TimeProvider time) => Open(time, () =>
    {
        FinishEdit();
        Plan = RunPlans.Read(Workspace.Storage, Folder);
        return Spec();
    });

    /// <summary>As <see cref="Open(TimeProvider)"/>, with a plan that is chosen under the lock.</summary>
    internal RunDriver Open(TimeProvider time, Func<RunSpec> specUnderLock)
    {
        var driver = RunDriver.Open(Workspace.Storage, Folder, specUnderLock, time, DriverProcess.Identity());
        if (driver.State.PlanSha256 is { } named && PlanHash.OfPlan(Plan) != named)
        {
            driver.Dispose();
            throw NotNamed();
        }

        return driver;
    }

    /// <summary>Takes the lock for <see cref="PlanContinuation"/>, which compares the plans by itself.</summary>
    internal static RunDriver OpenForEdit(
        Workspace workspace, RunFolder folder, TimeProvider time, Func<RunSpec> specUnderLock) =>
        RunDriver.Open(workspace.Storage, folder, specUnderLock, time, DriverProcess.Identity());

    /// <summary>The failure of a plan that the journal does not name.</summary>
    internal PlanDamagedException NotNamed() => new(
        $"{Folder.PlanPath} is not the plan that the journal of run {Folder.Id} names; nothing was started. "
        + $"Restore it from a copy, or take the plan file in again: holdfast run PLAN --id {Folder.Id}");

    /// <summary>
    /// An edited plan is written beside the old one, then named by the journal, then put in its place: finishes what a
    /// crash left half done. Only under the lock.
    /// </summary>
    internal void FinishEdit()
    {
        var storage = Workspace.Storage;
        if (!storage.FileExists(Folder.NextPlanPath))
        {
            return;
        }

        string? next = null;
        try
        {
            next = PlanHash.OfPlan(RunPlans.Read(storage, Folder, Folder.NextPlanPath));
        }
        catch (PlanDamagedException)
        {
            // Written atomically, so somebody changed it; the journal decides whether it is missed.
        }

        if (next is not null && Look().PlanSha256 == next)
        {
            storage.Move(Folder.NextPlanPath, Folder.PlanPath);
            Plan = RunPlans.Read(storage, Folder);
        }
        else
        {
            storage.Delete(Folder.NextPlanPath);
        }
    }

    internal static ulong RandomBits() => BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8));
}

/// <summary>Short pauses between two looks at something that no signal tells of.</summary>
internal static class Pauses
{
    private static readonly ManualResetEvent Never = new(initialState: false);

    internal static void Take(TimeSpan pause) => Never.WaitOne(pause);
}
