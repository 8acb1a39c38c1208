using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Plans.Running;

/// <summary>A plan as the engine takes it: order and policy, without what is executed.</summary>
public static class RunPlans
{
    /// <summary>
    /// How many attempts run at once where neither plan nor command line says: one for each processor.
    /// </summary>
    public static int DefaultMaxParallel => Environment.ProcessorCount;

    /// <summary>The engine's view of a plan.</summary>
    /// <param name="plan">The plan as resolved.</param>
    /// <param name="runId">Id of the run.</param>
    /// <param name="expected">Durations from history, by task; null where there are none.</param>
    public static RunSpec SpecOf(Plan plan, string runId, IReadOnlyDictionary<string, TimeSpan>? expected = null)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var tasks = new TaskSpec[plan.Tasks.Count];
        for (var i = 0; i < tasks.Length; i++)
        {
            tasks[i] = SpecOf(plan, plan.Tasks[i], runId);
        }

        var groups = new Dictionary<string, int>();
        foreach (var group in plan.Groups)
        {
            if (group.MaxParallel is { } max)
            {
                groups[group.Name] = max;
            }
        }

        return new RunSpec
        {
            RunId = runId,
            Tasks = tasks,
            MaxParallel = plan.MaxParallel ?? DefaultMaxParallel,
            MaxWait = plan.MaxWait,
            GroupParallel = groups,
            TargetParallel = RuntimeTargets.ParallelOf(plan),
            Breakers = RuntimeTargets.BreakersOf(plan),
            Expected = expected ?? new Dictionary<string, TimeSpan>(),
        };
    }

    /// <summary>The plan that a run was made from, as kept in its folder.</summary>
    /// <param name="storage">The files.</param>
    /// <param name="run">The run's folder.</param>
    /// <exception cref="RunNotFoundException">The run never came so far as to have a plan.</exception>
    /// <exception cref="PlanDamagedException">It cannot be read.</exception>
    public static Plan Read(IStorage storage, RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(run);
        if (storage.FileExists(run.PlanPath))
        {
            return Read(storage, run, run.PlanPath);
        }

        throw WasStarted(storage, run)
            ? new PlanDamagedException($"{run.PlanPath} is gone, and the run had started; nothing was done. Restore "
                + $"it from a copy, or take the plan file in again as it was: holdfast run PLAN --id {run.Id}")
            : new RunNotFoundException(
                $"run {run.Id} has no plan.json; it never started, or belongs to a C# program: run its plan or that "
                    + "program again");
    }

    // A plan is on the disk before its run starts: one that is missing then was taken away.
    private static bool WasStarted(IStorage storage, RunFolder run)
    {
        var started = false;
        JournalReader.Read(storage, run.Path, (in JournalRecord record) =>
            started |= record.Type == "run_started" && EventCatalog.Read(record) is RunStarted { IsOfProgram: false });
        return started;
    }

    /// <summary>As <see cref="Read(IStorage,RunFolder)"/>, from another file of the run.</summary>
    public static Plan Read(IStorage storage, RunFolder run, string path)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(run);
        try
        {
            return PlanJson.Read(storage.ReadAll(path), run.HomePath);
        }
        catch (Exception error) when (error is FormatException or System.Text.Json.JsonException
            or InvalidDataException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new PlanDamagedException($"{path} cannot be read: {error.Message}; nothing was started. Restore it "
                + $"from a copy, or take the plan file in again: holdfast run PLAN --id {run.Id}", error);
        }
    }

    /// <summary>The tasks of a plan as an edit of it is judged by.</summary>
    public static IReadOnlyList<TaskDefinition> DefinitionsOf(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var hashes = PlanHash.OfTasks(plan);
        return [.. plan.Tasks.Select((task, i) => new TaskDefinition(task.Name, hashes[i])
        {
            Needs = Names(plan, task.Needs),
        })];
    }

    /// <summary>The occasions on which a plan wants to be told.</summary>
    public static IReadOnlyList<NotifyOn> NotifyOccasions(Plan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var found = new List<NotifyOn>();
        foreach (var (flag, on) in new[]
        {
            (NotifyEvents.Waiting, NotifyOn.Waiting),
            (NotifyEvents.Failed, NotifyOn.Failed),
            (NotifyEvents.Done, NotifyOn.Done),
        })
        {
            if (plan.Notify?.On.HasFlag(flag) == true)
            {
                found.Add(on);
            }
        }

        return found;
    }

    /// <summary>The retry table that a task's setting comes to.</summary>
    public static RetryTable TableOf(RetrySetting setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        var table = setting.Preset switch
        {
            RetryPreset.Standard => RetryTable.Standard,
            RetryPreset.InProcess => RetryTable.InProcess,
            RetryPreset.EightClass => RetryTable.EightClass,
            RetryPreset.None => RetryTable.None,
            _ => RetryTable.PerClass,
        };
        foreach (var change in setting.Overrides)
        {
            table = table.With(change.Class, Changed(table.For(change.Class), change));
        }

        return setting.MaxAttempts is { } most ? table.WithMaxAttempts(most) : table;
    }

    private static RetryPolicy Changed(RetryPolicy policy, RetryOverride change)
    {
        // A class that the preset never retries has no delays of its own: it takes those of the standard policy.
        var start = policy.Kind == RetryKind.None && change.Retries > 0 ? RetryPolicy.Standard : policy;
        return start with
        {
            Retries = change.Retries ?? start.Retries,
            Base = change.Base ?? start.Base,
            Cap = change.Cap ?? (change.Base > start.Cap ? change.Base.Value : start.Cap),
            Multiplier = change.Multiplier ?? start.Multiplier,
            Jitter = change.Jitter ?? start.Jitter,
        };
    }

    private static TaskSpec SpecOf(Plan plan, PlanTask task, string runId) => new(task.Name)
    {
        Needs = Names(plan, task.Needs),
        When = task.When.Kind switch
        {
            WhenKind.Always => Runs.State.WhenKind.Always,
            WhenKind.Failed => Runs.State.WhenKind.Failed,
            _ => Runs.State.WhenKind.Success,
        },
        WhenFailedTask = task.When.Task >= 0 ? plan.Tasks[task.When.Task].Name : null,
        Effect = task.Effect.Kind switch
        {
            EffectKind.Keyed => Effect.Keyed,
            EffectKind.Once => Effect.Once,
            EffectKind.Reconcile => Effect.Reconcile,
            _ => Effect.Repeatable,
        },
        Retry = task.Retry == RetrySetting.PerClass ? RetryTable.PerClass : TableOf(task.Retry),
        IsFanOut = task.ForEach is not null,
        FanOutParallel = task.ForEach?.MaxParallel,
        Runtimes = RuntimeTargets.ChoicesOf(plan, task, runId),
        InstanceRuntimes = RuntimeTargets.InstanceChoicesOf(plan, task, runId),
        Checkpoints = task.Checkpoints.Count == 0 ? [] : [.. task.Checkpoints.Select(c => c.Id)],
        CheckpointWait = task.CheckpointDeadline,
        Approval = task.Work is ApprovalWork approval ? approval.Timeout ?? ApprovalWork.DefaultTimeout : null,
        Group = task.Group,
        StopsRunOnFailure = task.OnFailure == FailureReaction.Stop || plan.OnFailure == FailureReaction.Stop,
    };

    private static string[] Names(Plan plan, IReadOnlyList<int> needs)
    {
        if (needs.Count == 0)
        {
            return [];
        }

        var names = new string[needs.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = plan.Tasks[needs[i]].Name;
        }

        return names;
    }
}

/// <summary>The copy of its plan that a run keeps cannot be read, or is not the one that its journal names.</summary>
public sealed class PlanDamagedException(string message, Exception? inner = null) : Exception(message, inner);
