using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Testing.Simulation;

/// <summary>A promise was broken; the message says which, and where.</summary>
public sealed class BrokenPromiseException(string message) : Exception(message);

/// <summary>The promises of a run, checked against what really happened.</summary>
internal sealed class Promises(SimulatedPlan plan, SimulatedWorld world) : IRunObserver
{
    private readonly Dictionary<string, TimeSpan> _doneAt = [];
    private readonly HashSet<string> _repeatOrdered = [];
    private readonly HashSet<string> _doubted = [];

    /// <summary>Simulated time, for the messages and the order of things.</summary>
    internal required Func<TimeSpan> Elapsed { get; init; }

    /// <summary>Whether the intent of an attempt is on the disk, whatever memory says.</summary>
    internal required Func<AttemptId, bool> IntentSynced { get; init; }

    public void OnEvent(RunEvent e, long seq)
    {
        if (e is AttemptSucceeded or TaskResolved { As: Resolution.Done }
            or TaskReconciled { Answer: ReconcileAnswer.Happened })
        {
            _doneAt.TryAdd(e.Task!, Elapsed());
        }
    }

    /// <summary>A person ordered a repetition, or the run's own rule allows one more.</summary>
    internal void AllowRepeat(string task) => _repeatOrdered.Add(task);

    /// <summary>Checked before an attempt really starts.</summary>
    internal void BeforeStart(AttemptId attempt)
    {
        if (!IntentSynced(attempt))
        {
            throw new BrokenPromiseException($"{attempt} starts before its intent is durable");
        }

        if (_doneAt.TryGetValue(attempt.Task, out var at))
        {
            throw new BrokenPromiseException($"{attempt} starts although the task was acknowledged as done at {at}");
        }

        var earlier = world.Ledger.Where(a => a.Id.Task == attempt.Task).ToArray();
        if (earlier.Any(a => a.EndedAt is null))
        {
            throw new BrokenPromiseException($"{attempt} starts while an earlier attempt of it runs");
        }

        if (earlier.Any(a => a.Id.Number == attempt.Number))
        {
            throw new BrokenPromiseException($"{attempt} starts twice");
        }

        CheckOnce(attempt, earlier);
        CheckOrder(attempt);
    }

    /// <summary>Checked on the state that a new driver folds from the disk.</summary>
    internal void AfterRestart(RunState state)
    {
        foreach (var (task, at) in _doneAt)
        {
            if (state.Find(task) is not { Status: TaskStage.Succeeded })
            {
                throw new BrokenPromiseException($"\"{task}\" was acknowledged as done at {at}, and the disk says "
                    + $"otherwise");
            }
        }
    }

    /// <summary>Checked when the run has ended.</summary>
    internal void AtEnd(RunState state)
    {
        foreach (var task in state.Tasks)
        {
            if (!task.Status.IsEnd())
            {
                throw new BrokenPromiseException($"the run ended, and \"{task.Name}\" is {task.Status.Word()}");
            }

            var claimsSuccess = task.Status == TaskStage.Succeeded && !task.Spec.IsFanOut && task.Outcome?.ExitCode == 0
                && task.Failure is null && task.Reason is null;
            if (claimsSuccess && !world.Ledger.Any(a => a.Id.Task == task.Name && a.End is { Failure: null }))
            {
                throw new BrokenPromiseException($"\"{task.Name}\" is succeeded, and no attempt of it ever ended well");
            }
        }

        if (world.Ledger.Find(a => a.EndedAt is null) is { } left)
        {
            throw new BrokenPromiseException($"the run ended, and {left.Id} still runs");
        }

        if (state.Status == RunStatus.Succeeded && state.Count(TaskStage.Failed) + state.Count(TaskStage.Blocked) > 0)
        {
            throw new BrokenPromiseException("the run is succeeded with failed tasks");
        }
    }

    // What must run once may be tried again only after an attempt whose failure says that nothing happened.
    private void CheckOnce(AttemptId attempt, RealAttempt[] earlier)
    {
        var spec = SpecOf(attempt.Task);
        if (spec.Effect != Effect.Once || _repeatOrdered.Contains(attempt.Task))
        {
            return;
        }

        var unsafeAttempt = earlier.FirstOrDefault(a => a.End?.Failure is not { } failure
            || Recovery.EffectPossible(failure));
        if (unsafeAttempt is not null)
        {
            throw new BrokenPromiseException($"{attempt} starts, and {unsafeAttempt.Id} of a once task may have "
                + $"happened");
        }
    }

    private void CheckOrder(AttemptId attempt)
    {
        var spec = SpecOf(attempt.Task);
        if (spec.When != WhenKind.Success)
        {
            return;
        }

        foreach (var need in spec.Needs)
        {
            if (world.Ledger.Find(a => a.EndedAt is null && BaseName(a.Id.Task) == need) is { } running)
            {
                throw new BrokenPromiseException($"{attempt} starts while {running.Id}, which it needs, still runs");
            }
        }
    }

    private TaskSpec SpecOf(string task) => plan.Spec.Tasks.First(t => t.Name == BaseName(task));

    private static string BaseName(string task) => task.IndexOf('[', StringComparison.Ordinal) is > 0 and var at
        ? task[..at] : task;
}
