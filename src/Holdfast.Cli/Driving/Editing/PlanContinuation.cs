using Holdfast.Plans;
using Holdfast.Plans.Running;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>
/// The same <c>--id</c> again: an unfinished run goes on, with an edited plan where the edit touches nothing that ran;
/// a finished one is left with its code. <c>--rerun-changed</c> runs again what finished before the plan changed it,
/// and reopens a run that has ended for that. Everything is compared and recorded under the run's lock.
/// </summary>
internal sealed class PlanContinuation(CommandContext context, RunRequest request, Plan plan)
{
    private readonly string _hash = PlanHash.OfPlan(plan);
    private readonly IReadOnlyList<TaskDefinition> _now = RunPlans.DefinitionsOf(plan);

    /// <summary>Opens the run to be driven on, under the plan as it is now.</summary>
    /// <exception cref="CliFailure">It is of another plan, or the edit touches what has run: exit 11.</exception>
    internal (RunFiles Run, RunDriver Driver) Open(Workspace workspace, RunFolder folder)
    {
        if (request.RerunChanged)
        {
            AttemptGuard.Refuse(context, new RunFiles(workspace, folder, plan), "run finished tasks again");
        }

        RunFiles? run = null;
        IReadOnlyList<RunEvent> events = [];
        var driver = RunFiles.OpenForEdit(workspace, folder, context.Time, () =>
        {
            (run, events) = Judge(workspace, folder);
            return run.Spec() with { Former = events is [.., PlanChanged change] ? change.Removed : [] };
        });
        try
        {
            if (events.Count > 0)
            {
                TakeIn(run!, driver, events);
                Tell(driver.State, (PlanChanged)events[^1]);
            }

            return driver.State.PlanSha256 is { } named && named != PlanHash.OfPlan(run!.Plan)
                ? throw run!.NotNamed()
                : (run!, driver);
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    // Beside the old plan first, and in its place once the journal names it: whatever is killed in between, the next
    // opening knows which of the two holds.
    private void TakeIn(RunFiles run, RunDriver driver, IReadOnlyList<RunEvent> events)
    {
        var storage = run.Workspace.Storage;
        var isNew = driver.State.PlanSha256 != _hash;
        if (isNew)
        {
            storage.WriteAtomically(run.Folder.NextPlanPath, PlanJson.Write(plan, run.Folder.HomePath));
        }

        driver.Record(events);
        if (isNew)
        {
            storage.Move(run.Folder.NextPlanPath, run.Folder.PlanPath);
        }
    }

    // Which plan the run goes on under, and what is to be recorded for it.
    private (RunFiles Run, IReadOnlyList<RunEvent> Events) Judge(Workspace workspace, RunFolder folder)
    {
        var edited = new RunFiles(workspace, folder, plan);
        var recorded = Recorded(workspace, folder, edited);
        var isSame = PlanHash.OfPlan(recorded.Plan) == _hash;
        if (isSame && !request.RerunChanged)
        {
            return (recorded, []);
        }

        var state = recorded.Look();
        if (state.PlanSha256 is { } named && named != PlanHash.OfPlan(recorded.Plan))
        {
            recorded = named == _hash ? Restored(edited) : throw recorded.NotNamed();
            (isSame, state) = (true, recorded.Look());
            if (!request.RerunChanged)
            {
                return (recorded, []);
            }
        }

        var before = RunPlans.DefinitionsOf(recorded.Plan);
        RefuseForeign(folder.Id, recorded.Plan, before);
        RefuseCancelled(folder.Id, state);
        var change = PlanEdit.Of(state, _hash, before, _now, request.RerunChanged ? Environment.UserName : null);
        if (state.Ended is not null && !(request.RerunChanged && change.Stale.Count + change.Added.Count > 0))
        {
            TellEnded(folder.Id, state, change, isSame);
            return (recorded, []);
        }

        if (isSame && change.Stale.Count == 0)
        {
            context.People.WriteLine("no finished task was changed by an edit of the plan; --rerun-changed has nothing "
                + "to do");
            return (recorded, []);
        }

        Refuse(recorded.Plan, state, change);
        return (isSame ? recorded : edited, state.Ended is null
            ? [change]
            : [new RunReopened(Environment.UserName, EditReport.Reopening(change)), change]);
    }

    // A plan.json that cannot be read is made anew from the plan file, if that is the one which the journal names.
    private RunFiles Recorded(Workspace workspace, RunFolder folder, RunFiles edited)
    {
        try
        {
            var recorded = RunFiles.Read(workspace, folder);
            recorded.FinishEdit();
            return recorded;
        }
        catch (PlanDamagedException) when (IsNamed(edited))
        {
            return Restored(edited);
        }
    }

    private bool IsNamed(RunFiles edited)
    {
        try
        {
            return edited.Look().PlanSha256 == _hash;
        }
        catch (InvalidRunEventException)
        {
            // The journal speaks of tasks that this plan does not have.
            return false;
        }
    }

    private RunFiles Restored(RunFiles edited)
    {
        edited.Workspace.Storage.WriteAtomically(
            edited.Folder.PlanPath, PlanJson.Write(plan, edited.Folder.HomePath));
        context.People.WriteLine($"the run's copy of its plan was damaged; it was made anew from {request.PlanPath}");
        return edited;
    }

    private void RefuseForeign(string id, Plan before, IReadOnlyList<TaskDefinition> tasks)
    {
        if (!PlanEdit.IsForeign(before.Name == plan.Name, tasks, _now))
        {
            return;
        }

        var known = tasks.Select(t => t.Name).ToHashSet();
        throw new CliFailure(
            "foreign_plan", ExitCodes.Conflict,
            $"run {id} is of the plan \"{before.Name}\" ({tasks.Count} tasks), not of \"{plan.Name}\" "
                + $"({request.PlanPath}: {_now.Count} tasks, {_now.Count(t => known.Contains(t.Name))} of them called "
                + "as there); choose another --id");
    }

    private void RefuseCancelled(string id, RunState state)
    {
        if (request.RerunChanged && state.Stopping is { Cause: StopCause.Cancel })
        {
            throw new CliFailure(
                "refused", ExitCodes.Conflict,
                $"run {id} was cancelled, which is final: --rerun-changed cannot reopen it; start a new run with "
                    + "another --id (`holdfast fork` takes finished results over)");
        }
    }

    private void Refuse(Plan before, RunState state, PlanChanged change)
    {
        foreach (var name in change.Stale.Concat(change.Changed))
        {
            RefuseOtherItems(before.Find(name)!, plan.Find(name)!, state.Find(name)!);
        }

        if (change.Removed.FirstOrDefault(name => HasRun(state.Find(name)!)) is { } gone)
        {
            throw Refused($"task \"{gone}\" has run already, and the edited plan no longer has it");
        }
    }

    private void RefuseOtherItems(PlanTask before, PlanTask now, TaskState task)
    {
        if (HasRun(task) && before.ForEach is null != now.ForEach is null)
        {
            throw Refused($"task \"{task.Name}\" has run already, and the edit changes whether it runs for each item");
        }

        // Instances are found once, and journalled: other items would be other tasks.
        if (task.Expanded && before.ForEach is { } was && now.ForEach is { } present
            && (was.Source != present.Source
                || !was.Values.Select(v => v.Source).SequenceEqual(present.Values.Select(v => v.Source))))
        {
            throw Refused($"task \"{task.Name}\" was expanded into {task.Instances} instances already, and the edit "
                + "changes its items");
        }
    }

    private CliFailure Refused(string why) => new(
        "plan_conflict", ExitCodes.Conflict,
        $"{why}; take the edit back, or start a new run with another --id (`holdfast fork` takes finished results "
            + "over)")
    {
        File = request.PlanPath,
    };

    private static bool HasRun(TaskState task) => task.Attempts > 0 || task.Instances > 0
        || (task.Status.IsEnd() && task.Status != TaskStage.Blocked);

    private void Tell(RunState state, PlanChanged change)
    {
        foreach (var line in EditReport.Lines(state, change))
        {
            context.People.WriteLine(line);
        }
    }

    private void TellEnded(string id, RunState state, PlanChanged change, bool isSame)
    {
        if (request.RerunChanged)
        {
            context.People.WriteLine($"run {id} has ended, and no finished task of it was changed since");
        }
        else if (!isSame)
        {
            context.People.WriteLine(EditReport.Ended(id, state, change));
        }
    }
}
