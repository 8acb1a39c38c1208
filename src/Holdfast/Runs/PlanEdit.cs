using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs;

/// <summary>A task of a plan as an edit is judged by: its name, and a hash over all that its definition says.</summary>
/// <param name="Name">The task.</param>
/// <param name="Hash">The same for the same definition; 16 characters of it are kept.</param>
public readonly record struct TaskDefinition(string Name, string Hash)
{
    /// <summary>The tasks that it needs, directly.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];
}

/// <summary>What an edited plan means for a run: pure, so that it can be asked before anything is recorded.</summary>
public static class PlanEdit
{
    private const int HashChars = 16;

    /// <summary>Compares two plans on the ground of what has run.</summary>
    /// <param name="state">The run, folded under the plan as it was.</param>
    /// <param name="sha256">SHA-256 of the plan as it is now.</param>
    /// <param name="before">The tasks as they were, in any order.</param>
    /// <param name="after">The tasks as they are now.</param>
    /// <param name="rerunBy">Who wants the stale ones to run again; null where nobody does.</param>
    public static PlanChanged Of(
        RunState state, string sha256, IReadOnlyList<TaskDefinition> before, IReadOnlyList<TaskDefinition> after,
        string? rerunBy)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var old = before.ToDictionary(t => t.Name, t => Short(t.Hash));
        var names = after.Select(t => t.Name).ToHashSet();
        var (added, changed, fresh) = (new List<string>(), new List<string>(), new List<string>());
        var (stale, was, now) = (new List<string>(), new List<string>(), new List<string>());
        foreach (var (name, hash) in after)
        {
            var present = Short(hash);
            if (!old.TryGetValue(name, out var earlier))
            {
                added.Add(name);
                continue;
            }

            var wereStale = state.Under(name).Any(t => t.Mark is not null);
            var areStale = state.Under(name).Any(
                t => RunState.HasResult(t) && (t.Mark?.RanAs ?? earlier) != present);
            if (areStale && (earlier != present || rerunBy is not null))
            {
                stale.Add(name);
                was.Add(earlier);
                now.Add(present);
            }
            else if (wereStale && !areStale)
            {
                fresh.Add(name);
            }
            else if (earlier != present)
            {
                changed.Add(name);
            }
        }

        foreach (var name in rerunBy is null ? [] : Behind(state, stale, old, after))
        {
            stale.Add(name);
            was.Add("");
            now.Add(old[name]);
        }

        return new PlanChanged(sha256)
        {
            Added = added,
            Changed = changed,
            Removed = [.. before.Select(t => t.Name).Where(n => !names.Contains(n))],
            Stale = stale,
            Was = was,
            Now = now,
            Fresh = fresh,
            RerunBy = stale.Count > 0 ? rerunBy : null,
        };
    }

    // Whoever orders a task to run again speaks for what is computed from it, but not for what must not happen twice.
    internal static RunEvent Again(TaskState owed) =>
        owed is { Mark.IsBehind: true, Status: TaskStage.Succeeded, Spec.Effect: Effect.Once or Effect.Reconcile }
            ? new TaskHeld(
                FailureClass.OutcomeUnknown, "it is done, and what it needs runs again; only a person repeats it")
            {
                Task = owed.Name,
            }
            : new TaskReopened(owed.Mark!.RerunBy!) { Task = owed.Name };

    // A result computed from one that is made anew is as stale as that one. By the edited plan's needs: those of a task
    // are part of its definition, so where they changed it is stale by itself.
    private static string[] Behind(
        RunState state, List<string> stale, Dictionary<string, string> old, IReadOnlyList<TaskDefinition> after)
    {
        var known = stale.ToHashSet();
        var dependents = after.SelectMany(t => t.Needs.Select(need => (need, t.Name)))
            .ToLookup(pair => pair.need, pair => pair.Name);
        var behind = TaskGraph.Behind(stale, name => dependents[name]);
        return [.. after.Select(t => t.Name).Where(name => behind.Contains(name) && !known.Contains(name)
            && old.ContainsKey(name) && state.Under(name).Any(RunState.HasResultFromNeeds))];
    }

    /// <summary>
    /// Whether a plan is no edit of the run's at all. One of the same name is an edit as long as any task is common;
    /// one of another name only if at least half of the tasks of both are the same to the letter, as after a renaming.
    /// </summary>
    /// <param name="sameName">Whether both plans have one name.</param>
    /// <param name="before">The tasks of the run's plan.</param>
    /// <param name="after">The tasks of the other.</param>
    public static bool IsForeign(
        bool sameName, IReadOnlyList<TaskDefinition> before, IReadOnlyList<TaskDefinition> after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        var known = before.ToDictionary(t => t.Name, t => t.Hash);
        return sameName
            ? !after.Any(t => known.ContainsKey(t.Name))
            : 2 * after.Count(t => known.TryGetValue(t.Name, out var hash) && hash == t.Hash)
                < Math.Max(before.Count, after.Count);
    }

    private static string Short(string hash) => hash.Length > HashChars ? hash[..HashChars] : hash;
}
