using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Testing.Simulation;

/// <summary>A promise was broken; the message says which, and where.</summary>
public sealed class BrokenPromiseException(string message) : Exception(message);

/// <summary>
/// The promises of a run, checked against what really happened. What the engine says of itself counts only where it was
/// acknowledged to somebody, and for how long it said that it would wait.
/// </summary>
internal sealed class Promises(SimulatedPlan plan, SimulatedWorld world, SimulatedTime time) : IRunObserver
{
    // The journal holds delays in whole milliseconds and times in microseconds.
    private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(2);

    private readonly Dictionary<string, TaskSpec> _specs = plan.Spec.Tasks.ToDictionary(t => t.Name);
    private readonly Dictionary<string, TimeSpan> _doneAt = [];
    private readonly HashSet<string> _acknowledgedFailed = [];
    private readonly Dictionary<string, SteeringAnswer> _answers = [];
    private readonly Dictionary<AttemptId, TimeSpan> _delays = [];
    private readonly Dictionary<string, TimeSpan> _wordAt = [];
    private readonly HashSet<string> _saidDone = [];
    private readonly HashSet<string> _saidFailed = [];
    private TimeSpan _lastJump = TimeSpan.MinValue;
    private readonly Dictionary<string, TimeSpan> _again = [];
    private readonly Dictionary<string, TimeSpan> _owed = [];
    private readonly HashSet<string> _underWayAtEdit = [];
    private readonly Dictionary<string, TimeSpan> _reopenedAt = [];
    private readonly Dictionary<string, TimeSpan> _saidDoneAgain = [];
    private bool _cancelled;

    /// <summary>Whether the intent of an attempt is on the disk, whatever memory says.</summary>
    internal required Func<AttemptId, bool> IntentSynced { get; init; }

    /// <summary>An event was acknowledged to those who look.</summary>
    public void OnEvent(RunEvent e, long seq, RunProgress progress)
    {
        switch (e)
        {
            case AttemptSucceeded or TaskResolved { As: Resolution.Done }
                or TaskReconciled { Answer: ReconcileAnswer.Happened }:
                if (!_underWayAtEdit.Contains(e.Task!) && !IsOvertaken(e))
                {
                    _doneAt.TryAdd(e.Task!, time.Elapsed);
                }

                break;
            case TaskFailed:
                _acknowledgedFailed.Add(e.Task!);
                break;
        }
    }

    /// <summary>An event was appended, durable or not.</summary>
    internal void Recorded(RunEvent e)
    {
        switch (e)
        {
            case RuntimeRecoveryScheduled { Decision: { UntilIsAbsolute: false } wait } when wait.TriesAgain:
                _delays[new AttemptId(e.Task!, e.Attempt)] = wait.Delay;
                break;
            case TaskResolved or TaskReopened:
                if (e is TaskReopened)
                {
                    _reopenedAt[e.Task!] = time.Elapsed;
                }
                else if (IsOfRedo(e))
                {
                    _saidDoneAgain[e.Task!] = time.Elapsed;
                }

                // A person wants it now; these events follow from nothing else.
                _wordAt[e.Task!] = time.Elapsed;
                _delays.Keys.Where(a => a.Task == e.Task).ToList().ForEach(a => _delays.Remove(a));
                break;
            case TaskReconciled { Answer: ReconcileAnswer.Happened }:
                _saidDone.Add(e.Task!);
                break;
        }
    }

    /// <summary>
    /// The journal was repaired: what must not run twice is asked about, or held, rather than waited for.
    /// </summary>
    internal void Repaired() => _delays.Keys
        .Where(a => _specs[BaseName(a.Task)].Effect is Effect.Once or Effect.Reconcile).ToList()
        .ForEach(a => _delays.Remove(a));

    internal void ClockJumps() => _lastJump = time.Elapsed;

    /// <summary>What a person orders may happen from here on, whether the order arrives or not.</summary>
    internal void PersonOrders(SteeringRequest request)
    {
        switch (request)
        {
            case { Command: SteeringCommand.Retry }:
                _acknowledgedFailed.Clear();
                break;
            case { Command: SteeringCommand.Resolve, As: Resolution.Done }:
                _saidDone.UnionWith(request.Tasks);
                break;
            case { Command: SteeringCommand.Resolve, As: Resolution.Fail }:
                _saidFailed.UnionWith(request.Tasks);
                break;
            case { Command: SteeringCommand.Cancel }:
                _cancelled = true;
                break;
        }
    }

    /// <summary>
    /// A person edits finished tasks in the plan and orders that they run again, whether the order arrives or not.
    /// </summary>
    internal void PersonEdits(IEnumerable<TaskState> tasks)
    {
        _acknowledgedFailed.Clear();
        foreach (var task in tasks)
        {
            _again[task.Name] = time.Elapsed;
            _doneAt.Remove(task.Name);
            if (!task.Status.IsEnd())
            {
                // Its result may come before the order is carried out, and counts for nothing then.
                _underWayAtEdit.Add(task.Name);
            }
        }
    }

    /// <summary>The order to run these again is on the disk: they do, or the run does not end well.</summary>
    internal void EditIsDurable(IEnumerable<TaskState> tasks)
    {
        foreach (var task in tasks.Where(t => t.Status.Satisfies() && t.Spec.When != WhenKind.Failed))
        {
            _owed[task.Name] = time.Elapsed;
        }
    }

    internal void Answered(string id, SteeringAnswer answer) => _answers[id] = answer;

    /// <summary>A power cut took what these tasks had left: they may be done again, by their effect.</summary>
    internal void OutputsLost(IEnumerable<string> tasks)
    {
        foreach (var task in tasks)
        {
            _doneAt.Remove(task);
            _saidFailed.Add(task);
            _acknowledgedFailed.Remove(BaseName(task));
        }
    }

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

        CheckDone(attempt, earlier);
        CheckOnce(attempt, earlier);
        CheckWait(attempt, earlier);
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

        if (_acknowledgedFailed.FirstOrDefault(
            t => state.Find(t) is not { Status: TaskStage.Failed } && !WasReopened(t)) is { } lost)
        {
            throw new BrokenPromiseException($"\"{lost}\" was acknowledged as failed, and the disk says otherwise");
        }

        foreach (var (id, answer) in _answers)
        {
            if (answer.Accepted && state.RequestAnswer(id) is not { Accepted: true })
            {
                throw new BrokenPromiseException($"request {id} was answered \"{answer.Message}\", and the disk does "
                    + $"not know it");
            }
        }
    }

    /// <summary>Checked when the run has ended.</summary>
    internal void AtEnd(RunState state, int exitCode)
    {
        if (state.Tasks.FirstOrDefault(t => !t.Status.IsEnd()) is { } open)
        {
            throw new BrokenPromiseException($"the run ended, and \"{open.Name}\" is {open.Status.Word()}");
        }

        if (world.Ledger.Find(a => a.EndedAt is null) is { } left)
        {
            throw new BrokenPromiseException($"the run ended, and {left.Id} still runs");
        }

        // The ledger's own verdict, which knows nothing of states: everything was done, or something was not.
        var undone = plan.Spec.Tasks.Where(t => !Done(t) && !MayBeSkipped(t)).Select(t => t.Name).ToArray();
        if (exitCode == ExitCodes.Done && undone.Length > 0)
        {
            throw new BrokenPromiseException($"the exit code is 0, and {string.Join(", ", undone)} never ended well");
        }

        CheckOwed(exitCode);

        var allDone = _again.Count == 0 && plan.Spec.Tasks.All(Done) && _saidFailed.Count == 0;
        if (exitCode != ExitCodes.Done && allDone && !_cancelled)
        {
            throw new BrokenPromiseException($"the exit code is {exitCode}, and every task ended well");
        }

        var fits = exitCode switch
        {
            ExitCodes.Done => state.Status == RunStatus.Succeeded,
            ExitCodes.Failed => state.Status == RunStatus.Failed,
            ExitCodes.Interrupted => state.Status == RunStatus.Cancelled && _cancelled,
            ExitCodes.Infrastructure => state.Status == RunStatus.Infrastructure,
            _ => false,
        };
        if (!fits)
        {
            throw new BrokenPromiseException($"the run ended as {state.Status.Word()} with exit code {exitCode}");
        }
    }

    // Whatever was acknowledged: what really ended well in front of a living driver, or whose end is in its files, is
    // never run again.
    private void CheckDone(AttemptId attempt, RealAttempt[] earlier)
    {
        var again = _again.GetValueOrDefault(attempt.Task, TimeSpan.MinValue);
        if (earlier.FirstOrDefault(a => a.End is { Failure: null } && a.EndedAt > again) is { } done
            && !_saidFailed.Contains(attempt.Task) && !_underWayAtEdit.Contains(attempt.Task))
        {
            throw new BrokenPromiseException($"{attempt} starts although {done.Id} ended well");
        }
    }

    // What must run once may be tried again only after an attempt whose failure says that nothing happened.
    private void CheckOnce(AttemptId attempt, RealAttempt[] earlier)
    {
        if (_specs[BaseName(attempt.Task)].Effect != Effect.Once)
        {
            return;
        }

        var word = _wordAt.GetValueOrDefault(attempt.Task, TimeSpan.MinValue);
        var unsafeAttempt = earlier.Where(a => a.EndedAt > word).FirstOrDefault(a => a.End?.Failure is not { } failure
            || failure.EndedBy == EndedBy.Interrupt || Recovery.EffectPossible(failure));
        if (unsafeAttempt is not null)
        {
            throw new BrokenPromiseException($"{attempt} starts, and {unsafeAttempt.Id} of a once task may have "
                + $"happened");
        }
    }

    // RC1. A wall clock that was set while nobody drove may shorten what is left of a wait, never draw it out.
    private void CheckWait(AttemptId attempt, RealAttempt[] earlier)
    {
        if (earlier.LastOrDefault() is { EndedAt: { } ended } last && _delays.TryGetValue(last.Id, out var delay)
            && _lastJump < ended && time.Elapsed - ended < delay - Rounding)
        {
            throw new BrokenPromiseException(
                $"{attempt} starts {time.Elapsed - ended} after the failure of {last.Id}, and was to wait {delay}");
        }
    }

    // What a person ordered to run again, and is on the disk, ran again if all ended well.
    private void CheckOwed(int exitCode)
    {
        foreach (var (task, at) in exitCode == ExitCodes.Done ? _owed : [])
        {
            // A fan-out that somebody decided about as a whole, before it had instances, ran again by all of them.
            string[] names = _specs.TryGetValue(task, out var spec) && spec.IsFanOut
                ? [.. plan.Items(task).Select(item => $"{task}[{item}]")]
                : [task];
            if (names.Any(n => !world.Ledger.Exists(a => a.Id.Task == n && a.StartedAt >= at) && !SaidDone(n, at)
                && !SaidDone(task, at)))
            {
                throw new BrokenPromiseException($"the exit code is 0, and {task}, which was to run again, did not");
            }
        }
    }

    // A person who says that it is done, of a task that an order had reopened, speaks of what was ordered.
    private bool IsOfRedo(RunEvent e) => e is TaskResolved { As: Resolution.Done }
        && _again.TryGetValue(e.Task!, out var at) && _reopenedAt.GetValueOrDefault(e.Task!, TimeSpan.MinValue) >= at;

    private bool SaidDone(string task, TimeSpan since) =>
        _saidDoneAgain.GetValueOrDefault(task, TimeSpan.MinValue) >= since;

    // A result that an order overtook is not final, e.g. of a question that was asked before it was carried out.
    private bool IsOvertaken(RunEvent e) => _again.TryGetValue(e.Task!, out var at) && !IsOfRedo(e)
        && !world.Ledger.Exists(a => a.Id == new AttemptId(e.Task!, e.Attempt) && a.StartedAt >= at);

    private bool WasReopened(string task) => _wordAt.Keys.Any(w => w == task || BaseName(w) == task);

    private void CheckOrder(AttemptId attempt)
    {
        var spec = _specs[BaseName(attempt.Task)];
        foreach (var need in spec.Needs)
        {
            if (world.Ledger.Find(a => a.EndedAt is null && BaseName(a.Id.Task) == need) is { } running)
            {
                throw new BrokenPromiseException($"{attempt} starts while {running.Id}, which it needs, still runs");
            }

            if (spec.When == WhenKind.Success && !Done(_specs[need]) && !MayBeSkipped(_specs[need]))
            {
                throw new BrokenPromiseException($"{attempt} starts, and \"{need}\", which it needs, never ended well");
            }
        }
    }

    private bool Done(TaskSpec spec) => plan.TakenOver.Contains(spec.Name) || _saidDone.Contains(spec.Name)
        || (spec.IsFanOut ? plan.Items(spec.Name).All(item => DoneOne($"{spec.Name}[{item}]")) : DoneOne(spec.Name));

    private bool DoneOne(string task) =>
        _saidDone.Contains(task) || world.Ledger.Exists(a => a.Id.Task == task && a.End is { Failure: null });

    // Whether it was is the engine's word, and the ledger shows at least that it never ran,
    // or that what it asks about came to a good end after all, or needed none itself in the end.
    private bool MayBeSkipped(TaskSpec spec) => spec.When == WhenKind.Failed
        && (!world.Ledger.Exists(a => BaseName(a.Id.Task) == spec.Name)
            || Done(_specs[spec.WhenFailedTask!]) || MayBeSkipped(_specs[spec.WhenFailedTask!]));

    private static string BaseName(string task) => task.IndexOf('[', StringComparison.Ordinal) is > 0 and var at
        ? task[..at] : task;
}
