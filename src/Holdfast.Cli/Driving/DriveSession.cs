using Holdfast.Cli.Looking;
using Holdfast.Cli.Driving.Letters;
using Holdfast.Cli.Live;
using Holdfast.Journal;
using Holdfast.Plans;
using Holdfast.Plans.Running;
using Holdfast.Plans.Runtimes;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs;
using Holdfast.Runs.Letters;
using Holdfast.Runs.State;
using Holdfast.Runs.Targets;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>Drives one run in this process, from the lock to the last line of the summary.</summary>
internal sealed class DriveSession(CommandContext context, RunFiles run, DriveOptions options)
{
    /// <summary>Drives until nothing is left for this process to do. The driver stays the caller's to
    /// dispose.</summary>
    /// <param name="driver">The run, locked.</param>
    /// <param name="schema">Of the object that ends <c>--json</c>.</param>
    /// <returns>The exit code.</returns>
    internal int Drive(RunDriver driver, string schema)
    {
        var code = Drive(driver, host => ViewOf(host, driver.State));
        return new RunSummary(context, run, driver.State).Write(code, schema);
    }

    /// <summary>As <see cref="Drive(RunDriver, string)"/>, and nothing is shown: for a command that only ends a
    /// run.</summary>
    internal int DriveSilently(RunDriver driver) => Drive(driver, _ => new ManyViews([]));

    private int Drive(RunDriver driver, Func<PlanHost, ManyViews> viewOf)
    {
        // What cancels a run must not fail for a secret that nothing will be started with.
        var secrets = driver.State.Stopping is { Cause: StopCause.Cancel }
            ? SecretValues.ReadKnown(run.Plan, context)
            : SecretValues.Read(run.Plan, context);
        var isNew = driver.State.Driver is null;
        if (driver.State.Stopping is not { Cause: StopCause.Cancel })
        {
            WorkTreeChecks.Check(context, run.Plan, driver.State);
        }

        var from = isNew ? 0 : driver.State.LastSeq;
        var startedAt = context.Time.GetUtcNow();
        var endedBefore = EndedTasks(driver.State);
        var guard = DriverProcess.TryStartGuard(context, run);
        int code;
        var place = run.Place with { OwnCommand = OwnCommandFile.Write(context, run) };
        using (var host = new PlanHost(
            run.Plan, driver.State, place, secrets, context.Time, new CommandRuntimeOptions { Subreaper = true }))
        using (var targets = TargetsOf(driver.State.Spec))
        using (var letters = new WorkspaceLetters(run.Workspace.Storage, run.Workspace.Path))
        using (var post = new LetterPost(letters, driver.State, new TaskHashes(run.Plan).Of, context.Time))
        using (var signals = new DriverSignals(context))
        using (var feed = new EventFeed(run, viewOf(host), from))
        {
            var limits = new DriverLimits
            {
                MaxParallel = options.MaxParallel ?? driver.State.Spec.MaxParallel,
                NoWait = options.NoWait,
                NotifyOn = RunPlans.NotifyOccasions(run.Plan),
            };
            try
            {
                code = driver.Drive(host, limits, DriverProcess.Identity(), dispatcher =>
                {
                    feed.Follow(dispatcher);
                    post.Follow(dispatcher);
                    signals.Attach(dispatcher);
                }, targets);
            }
            catch (JournalPoisonedException poison)
            {
                // The guard stays armed: its pipe ends with this process, and what runs goes on within its limits.
                throw Stopped("journal_unwritable", poison, driver.State);
            }
            catch (StorageFullException full)
            {
                throw Stopped("disk_full", full, driver.State);
            }

            post.Flush();
            OwedLetters.Tell(context, run.Folder, post);
        }

        guard?.Disarm();
        new RunHistory(run.Workspace).Append(run.Plan.Name, driver.State, startedAt, endedBefore);
        return code;
    }

    private WorkspaceTargets TargetsOf(RunSpec spec) => new(
        run.Workspace.Storage, run.Workspace.Path, run.Workspace.Seed, run.Folder.Id,
        target => spec.Breakers.TryGetValue(target, out var own) ? own : BreakerSettings.Default);

    private ManyViews ViewOf(PlanHost host, RunState state)
    {
        var views = new List<IRunView>();
        if (context.Json)
        {
            views.Add(new JsonView(context.Out));
        }

        var parallel = options.MaxParallel ?? state.Spec.MaxParallel;
        if (context.IsTerminal && !context.Json && !options.Quiet)
        {
            var model = new LiveModel(state, parallel);
            var title = $"{run.Plan.Name}  {run.Folder.Id}";
            views.Add(new LiveView(context, model, title, LiveView.TerminalSize, host.Mask));
        }
        else
        {
            views.Add(new PlainView(
                context.People, context.Time.LocalTimeZone, options.Quiet, host.Mask, parallel));
        }

        if (context.Environment("GITHUB_ACTIONS") == "true")
        {
            views.Add(new GitHubView(context.People, run));
        }

        return new ManyViews(views);
    }

    // An open attempt may be one that was recorded and not yet started: resume tells which.
    private CliFailure Stopped(string code, IOException error, RunState state) =>
        new(code, ExitCodes.Infrastructure,
            $"{error.Message}; nothing more is recorded or started. "
            + (state.Open.Count == 0
                ? "Nothing of the run is running"
                : "What runs goes on within its limits and can be taken up"), error)
        {
            Hint = $"free space or repair the file system, then go on with "
                + $"`holdfast resume {NextSteps.Reference(run.Folder, context)}`",
            Next = [$"holdfast resume {run.Folder.Id}"],
        };

    private static HashSet<int> EndedTasks(RunState state)
    {
        var ended = new HashSet<int>();
        foreach (var task in state.Tasks)
        {
            if (task.Status.IsEnd())
            {
                ended.Add(task.Index);
            }
        }

        return ended;
    }
}

/// <summary>The values of a plan's secrets, read before anything runs.</summary>
internal static class SecretValues
{
    /// <summary>Those that can be read; for ending a run, which must not fail for one that cannot.</summary>
    internal static IReadOnlyDictionary<string, string> ReadKnown(Plan plan, CommandContext context)
    {
        var reader = new ContextSecrets(context);
        var values = new Dictionary<string, string>();
        foreach (var secret in plan.Secrets)
        {
            if (secret.Read(plan.Folder, reader, out _) is { } value)
            {
                values[secret.Name] = value;
            }
        }

        return values;
    }

    /// <exception cref="CliFailure">One is missing: exit 2, and all that are missing are named.</exception>
    internal static IReadOnlyDictionary<string, string> Read(Plan plan, CommandContext context)
    {
        var values = new Dictionary<string, string>();
        var problems = new List<PlanMessage>();
        var reader = new ContextSecrets(context);
        foreach (var secret in plan.Secrets)
        {
            if (secret.Read(plan.Folder, reader, out var problem) is { } value)
            {
                values[secret.Name] = value;
            }
            else
            {
                problems.Add(new PlanMessage(plan.File, secret.Position, problem!, null));
            }
        }

        return problems.Count == 0 ? values : throw PlanFiles.Refused("secret_missing", problems, problems.Count);
    }
}
