using Holdfast.Resilience;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs;

/// <summary>
/// Attempts of which files tell and a repaired journal does not: a lost line may have been the start of one that still
/// lives, and a second try must not run beside it.
/// </summary>
public sealed class ForgottenAttempts
{
    private const int MaxNamed = 5;

    private readonly Dictionary<string, List<FoundAttempt>> _byTask = [];
    private readonly HashSet<AttemptId> _taken = [];
    private readonly Dictionary<string, int> _last = [];

    private ForgottenAttempts()
    {
    }

    /// <summary>Looks for them if the journal was ever repaired; else there are none, and nothing is read.</summary>
    public static ForgottenAttempts Find(RunState state, IAttemptHost host)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(host);
        var forgotten = new ForgottenAttempts();

        // What provably never ran is nobody's attempt, and its number is free.
        foreach (var found in state.WasRepaired ? host.FindAll() : [])
        {
            if (found.Trace == AttemptTrace.NeverStarted)
            {
                continue;
            }

            var (name, number) = (found.Attempt.Task, found.Attempt.Number);
            forgotten._last[name] = Math.Max(number, forgotten._last.GetValueOrDefault(name));

            // A run that has ended stays so.
            if (state.Ended is null && (state.Find(name) is not { } task || number > task.Attempts))
            {
                if (!forgotten._byTask.TryGetValue(name, out var ofTask))
                {
                    forgotten._byTask.Add(name, ofTask = []);
                }

                ofTask.Add(found);
            }
        }

        return forgotten;
    }

    /// <summary>Whether none was found.</summary>
    public bool IsEmpty => _byTask.Count == 0;

    /// <summary>Tasks of the run that have such an attempt, in its order.</summary>
    public IReadOnlyList<TaskState> TasksOf(RunState state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return [.. _byTask.Keys.Select(state.Find).OfType<TaskState>().OrderBy(t => t.Index)];
    }

    /// <summary>
    /// The number of a task's next attempt: above those that files tell of, also where the task had ended without them.
    /// </summary>
    internal int NextNumber(TaskState task) => Math.Max(task.Attempts, _last.GetValueOrDefault(task.Name)) + 1;

    /// <summary>
    /// The one that says where a task stands: that which lives, else the last. Null if there is none, or if the task
    /// has ended and nothing of it lives.
    /// </summary>
    public FoundAttempt? Of(TaskState task)
    {
        ArgumentNullException.ThrowIfNull(task);
        if (!_byTask.TryGetValue(task.Name, out var all) || task.IsFanOutParent)
        {
            return null;
        }

        var later = all.Where(f => f.Attempt.Number > task.Attempts).OrderBy(f => f.Attempt.Number).ToArray();
        return later.LastOrDefault(f => f.Trace == AttemptTrace.Alive)
            ?? (task.Status.IsEnd() ? null : later.LastOrDefault());
    }

    /// <summary>
    /// Whether a living one is ended before the task starts again: what does no harm twice is run from its start by a
    /// driver that knows all of it; anything else is waited for, since it must never run twice.
    /// </summary>
    public static bool IsEnded(Effect effect, AttemptTrace trace) =>
        trace == AttemptTrace.Alive && (effect is Effect.Repeatable or Effect.Keyed);

    /// <summary>
    /// What lives of instances that a fan-out does not have, or will not have with these items: their items are gone.
    /// </summary>
    internal IReadOnlyList<(AttemptId Attempt, bool MayBeEnded)> Strangers(
        RunState state, TaskState fanOut, IReadOnlyList<FanOutItem>? items = null)
    {
        var known = (items ?? []).Select(i => $"{fanOut.Name}[{i.Label}]").ToHashSet();
        return [.. _byTask
            .Where(pair => pair.Key.StartsWith($"{fanOut.Name}[", StringComparison.Ordinal)
                && !known.Contains(pair.Key) && state.Find(pair.Key) is null)
            .SelectMany(pair => pair.Value)
            .Where(found => found.Trace == AttemptTrace.Alive)
            .Select(found => (found.Attempt, IsEnded(fanOut.Spec.Effect, found.Trace)))];
    }

    /// <summary>The expansion with a word about those; as it was where there are none.</summary>
    internal static Expansion Told(
        Expansion found, TaskState fanOut, IReadOnlyList<(AttemptId Attempt, bool MayBeEnded)> strangers)
    {
        if (strangers.Count == 0)
        {
            return found;
        }

        var names = string.Join(", ", strangers.Take(MaxNamed).Select(s => $"\"{s.Attempt.Task}\""))
            + (strangers.Count > MaxNamed ? $" and {strangers.Count - MaxNamed} more" : "");
        var told = $"the items are gone of {names}, which the journal had lost and which still runs: "
            + (strangers[0].MayBeEnded ? "ended"
                : $"not ended, since the effect is {EffectWord(fanOut)}; look after it");
        return found.Error is { } error
            ? found with { Error = $"{error}; {told}" }
            : found with { Warning = found.Warning is { } warning ? $"{warning}; {told}" : told };
    }

    private static string EffectWord(TaskState fanOut) =>
        fanOut.Spec.Effect == Effect.Once ? "`once`" : "`reconcile`";

    /// <summary>The event that takes a task's attempt back into the journal; null if there is none.</summary>
    internal AttemptFound? Take(TaskState task)
    {
        if (Of(task) is not { } found)
        {
            return null;
        }

        _taken.Add(found.Attempt);
        return new AttemptFound(found.Trace)
        {
            Task = task.Name,
            Attempt = found.Attempt.Number,
            StartedAt = found.StartedAt,
        };
    }

    /// <summary>Whether an attempt was taken back by this driver.</summary>
    internal bool WasTaken(AttemptId attempt) => _taken.Contains(attempt);
}
