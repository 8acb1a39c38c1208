using Holdfast.Plans;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>
/// The same <c>--id</c> again: an unfinished run goes on, with an edited plan where the edit touches nothing that ran;
/// a finished one is left with its code.
/// </summary>
internal sealed class PlanContinuation(CommandContext context, RunRequest request, Plan plan)
{
    /// <summary>Opens the run to be driven on, under the plan as it is now.</summary>
    /// <exception cref="CliFailure">It is of another plan, or the edit touches what has run: exit 11.</exception>
    internal (RunFiles Run, RunDriver Driver) Open(RunFiles recorded)
    {
        var id = recorded.Folder.Id;
        if (recorded.Plan.Name != plan.Name)
        {
            throw new CliFailure(
                "foreign_plan", ExitCodes.Conflict,
                $"run {id} is of the plan \"{recorded.Plan.Name}\", not of \"{plan.Name}\" ({request.PlanPath}); "
                    + "choose another --id");
        }

        var hash = PlanHash.OfPlan(plan);
        if (PlanHash.OfPlan(recorded.Plan) == hash)
        {
            return (recorded, Noted(recorded.OpenForEdit(context.Time), hash, new PlanChanged(hash)));
        }

        var state = recorded.Look();
        if (state.Ended is not null)
        {
            context.People.WriteLine($"the plan was edited since run {id} ended; a new run takes the edit");
            return (recorded, recorded.OpenForEdit(context.Time));
        }

        var change = Compare(recorded.Plan, state, hash);
        var edited = recorded with { Plan = plan };
        var driver = edited.OpenForEdit(context.Time);
        try
        {
            recorded.Workspace.Storage.WriteAtomically(recorded.Folder.PlanPath,
                PlanJson.Write(plan, recorded.Folder.HomePath));
            Noted(driver, hash, change);
            if (request.RerunChanged && change.Stale.Count > 0)
            {
                driver.Record([.. change.Stale.Select(t => new TaskReopened(Environment.UserName) { Task = t })]);
            }

            Tell(change);
            return (edited, driver);
        }
        catch
        {
            driver.Dispose();
            throw;
        }
    }

    // A crash between the plan and its event leaves the event out; it is made up for at the next opening.
    private static RunDriver Noted(RunDriver driver, string hash, PlanChanged change)
    {
        if (driver.State.Ended is null && driver.State.PlanSha256 != hash)
        {
            driver.Record([change]);
        }

        return driver;
    }

    private PlanChanged Compare(Plan before, RunState state, string hash)
    {
        var old = HashesOf(before);
        var now = HashesOf(plan);
        var (added, changed, stale) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var (name, tasksHash) in now)
        {
            if (!old.TryGetValue(name, out var oldHash))
            {
                added.Add(name);
            }
            else if (oldHash != tasksHash)
            {
                var task = state.Find(name)!;
                RefuseChangedKind(before, task);
                (task.Status.Satisfies() ? stale : changed).Add(name);
            }
        }

        var removed = old.Keys.Where(name => !now.ContainsKey(name)).ToList();
        if (removed.Find(name => HasRun(state.Find(name)!)) is { } gone)
        {
            throw Refused($"task \"{gone}\" has run already, and the edited plan no longer has it");
        }

        return new PlanChanged(hash) { Added = added, Changed = changed, Removed = removed, Stale = stale };
    }

    private void RefuseChangedKind(Plan before, TaskState task)
    {
        if (HasRun(task) && before.Find(task.Name)!.ForEach is null != plan.Find(task.Name)!.ForEach is null)
        {
            throw Refused($"task \"{task.Name}\" has run already, and the edit changes whether it runs for each item");
        }
    }

    private CliFailure Refused(string why) => new(
        "plan_conflict", ExitCodes.Conflict,
        $"{why}; take the edit back, or start a new run with another --id (`holdfast fork` takes finished results "
            + "over)")
    {
        File = request.PlanPath,
    };

    private static bool HasRun(TaskState task) => task.Attempts > 0 || task.Instances > 0 || task.Status.IsEnd();

    private static Dictionary<string, string> HashesOf(Plan plan)
    {
        var hashes = PlanHash.OfTasks(plan);
        var found = new Dictionary<string, string>(hashes.Count);
        for (var i = 0; i < hashes.Count; i++)
        {
            found[plan.Tasks[i].Name] = hashes[i];
        }

        return found;
    }

    private void Tell(PlanChanged change)
    {
        context.People.WriteLine(
            $"the plan was edited: {change.Added.Count} tasks added, {change.Changed.Count} changed, "
                + $"{change.Removed.Count} removed");
        foreach (var name in change.Stale.Take(20))
        {
            context.People.WriteLine(request.RerunChanged
                ? $"  {name} changed after it had finished; it runs again"
                : $"  {name} changed after it had finished, and stays as it is (--rerun-changed runs it again)");
        }
    }
}
