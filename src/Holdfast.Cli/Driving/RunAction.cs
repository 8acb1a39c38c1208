using Holdfast.Cli.Driving.Letters;
using Holdfast.Cli.Live;
using Holdfast.Cli.Looking;
using Holdfast.Journal;
using Holdfast.Plans;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>Carries out <c>run</c>: checks everything first, then creates the run or goes on with it, and
/// drives.</summary>
internal sealed class RunAction(CommandContext context, RunRequest request)
{
    internal const string Schema = "holdfast.run.v1";

    private string PlanPath => Path.GetFullPath(request.PlanPath, context.CurrentFolder);

    internal int Execute()
    {
        if (request.Id is { } id && !RunFolder.IsGoodId(id))
        {
            throw new CliFailure(
                "bad_run_id", ExitCodes.Usage,
                $"--id \"{PlainView.OneLine(id)}\" cannot name a run; use up to 100 letters, digits, '-', '_' and '.', "
                    + "begin with none of '-' and '.', and leave \"last\" to the newest run");
        }

        if (request is { RerunChanged: true, Id: null })
        {
            throw new CliFailure(
                "bad_usage", ExitCodes.Usage,
                "--rerun-changed needs --id of the run whose finished tasks are to run again; a new run runs all of "
                    + "them anyhow");
        }

        var plan = PlanFiles.Load(request.PlanPath, request.Set, context);
        if (request.Only.Count > 0)
        {
            plan = PlanFiles.Only(plan, request.Only);
        }

        if (request.DryRun)
        {
            return new PlanOrder(context, plan).Write();
        }

        _ = SecretValues.Read(plan, context);
        WorkTreeChecks.Check(context, plan);
        var workspace = context.OpenWorkspaceFor(request.PlanPath);
        RunFiles run;
        RunDriver driver;
        using (workspace.Storage.Lock(workspace.StartLockPath))
        {
            if (request.Id is { } named && RunDriver.HasBegun(workspace.Storage, workspace.Run(named)))
            {
                (run, driver) = new PlanContinuation(context, request, plan).Open(workspace, workspace.Run(named));
            }
            else
            {
                (run, driver) = Create(workspace, plan);
            }
        }

        using (driver)
        {
            return DriverCommand.Drive(context, run, driver, request.Drive, Schema);
        }
    }

    // Under the lock of the workspace, so that of two commands at once the second sees the run of the first.
    private (RunFiles Run, RunDriver Driver) Create(Workspace workspace, Plan plan)
    {
        if (!request.IsNew)
        {
            RefuseUnfinished(workspace, plan);
        }

        var id = request.Id ?? RunFolder.NewId(context.Time.GetUtcNow(), plan.Name, RunFiles.RandomBits());
        var folder = workspace.Run(id);
        var run = new RunFiles(workspace, folder, plan);
        var who = DriverProcess.Identity();
        var driver = RunDriver.Create(
            workspace.Storage, folder, workspace.Id, PlanJson.Write(plan, folder.HomePath), run.Spec(),
            [Started(workspace, plan, folder.Id)], (context.Time, who));
        Announce(run);
        return (run, driver);
    }

    private RunStarted Started(Workspace workspace, Plan plan, string id) =>
        new(plan.Name, PlanHash.OfPlan(plan), (long)workspace.SeedOf(id), plan.Tasks.Count)
        {
            PlanPath = PlanPath,
            Deadline = plan.Deadline,
            By = Environment.UserName,
            Version = Versions.Current,
        };

    private void Announce(RunFiles run)
    {
        if (request.Drive.Detach)
        {
            return;
        }

        var tasks = run.Plan.Tasks.Count;
        context.People.WriteLine($"run {run.Folder.Id}: {tasks} task{(tasks == 1 ? "" : "s")} of {request.PlanPath}");
        context.People.WriteLine(
            $"  watch it from elsewhere: {context.Proposed($"holdfast watch {run.Folder.Id}")}");
        context.People.Flush();
    }

    private void RefuseUnfinished(Workspace workspace, Plan plan)
    {
        var same = RunGlance.Unfinished(workspace).LastOrDefault(g =>
            g.Started?.Name == plan.Name && (g.Started.PlanPath ?? PlanPath) == PlanPath);
        if (same is null)
        {
            return;
        }

        var id = same.Folder.Id;
        var holder = RunLock.Holder(workspace.Storage, same.Folder);
        throw new CliFailure(
            "unfinished_run_exists", ExitCodes.Conflict,
            $"run {id} of this plan is unfinished" + (holder is null ? "" : $", and driven by {holder}")
            + $"; {(holder is null ? "go on with" : "follow")} it, or start another with --new")
        {
            Next = holder is null
                ? [$"holdfast resume {id}", $"holdfast run {RunSummary.Quoted(request.PlanPath)} --new"]
                : [$"holdfast watch {id}", $"holdfast run {RunSummary.Quoted(request.PlanPath)} --new"],
        };
    }
}

/// <summary>Drives a run that is open and locked: in this process, or handed over to one of its own.</summary>
internal static class DriverCommand
{
    private static readonly TimeSpan HandOverTime = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    internal static int Drive(CommandContext context, RunFiles run, RunDriver driver, DriveOptions options,
        string schema)
    {
        if (driver.State is { Ended: { } ended, Closed: true })
        {
            OwedLetters.Write(context, run, driver.State);
            context.People.WriteLine($"run {run.Folder.Id} has ended; nothing of it is left to do");
            return new RunSummary(context, run, driver.State).Write(ended.ExitCode, schema);
        }

        if (!options.Detach)
        {
            return new DriveSession(context, run, options).Drive(driver, schema);
        }

        var lastSeq = driver.State.LastSeq;
        driver.Dispose();
        HandOver(context, run, options, lastSeq);
        if (context.Json)
        {
            JsonResult.Write(
                context, schema, ExitCodes.Done,
                json =>
                {
                    json.WriteString("run", run.Folder.Id);
                    json.WriteBoolean("detached", true);
                },
                [$"holdfast watch {run.Folder.Id}"]);
        }
        else
        {
            context.Out.WriteLine(run.Folder.Id);
            context.Error.WriteLine(
                $"driven in the background; watch it: {context.Proposed($"holdfast watch {run.Folder.Id}")}");
        }

        return ExitCodes.Done;
    }

    /// <summary>Starts a driver of its own and returns once it has taken the run over.</summary>
    internal static void HandOver(CommandContext context, RunFiles run, DriveOptions options, long lastSeq)
    {
        using var process = DriverProcess.StartDetached(run, options.Words(), context.Called);
        var tail = new JournalTail(context.Storage, run.Folder.Path);
        var handedOverAt = context.Time.GetTimestamp();
        var hasBegun = false;
        while (context.Time.GetElapsedTime(handedOverAt) < HandOverTime)
        {
            tail.ReadNew((in JournalRecord r) => hasBegun |= r.Seq > lastSeq && r.Type == "driver_started");
            if (hasBegun)
            {
                return;
            }

            if (process.HasExited)
            {
                break;
            }

            Pauses.Take(Pace);
        }

        throw new CliFailure(
            "driver_not_started", ExitCodes.Infrastructure,
            $"the detached driver of run {run.Folder.Id} "
            + (process.HasExited ? $"ended at once with code {process.ExitCode}" : $"has not begun within "
            + $"{Durations.Text(HandOverTime)}")
            + $"; {Path.Combine(run.Folder.Path, DriverLog.Name)} says why")
        {
            Next = [$"holdfast resume {run.Folder.Id}"],
        };
    }
}
