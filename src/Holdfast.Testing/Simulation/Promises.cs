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
internal sealed partial class Promises(SimulatedPlan plan, SimulatedWorld world, SimulatedTime time) : IRunObserver
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
    private readonly Dictionary<string, TimeSpan> _heldAt = [];
    private readonly Dictionary<string, TimeSpan> _saidDoneAgain = [];
    private readonly Dictionary<string, TimeSpan> _askedAt = [];
    private readonly HashSet<(string Task, string Id)> _checkpoints = [];
    private readonly HashSet<(string Task, string Id)> _checkpointsOnTheirWay = [];
    private bool _cancelled;
    private bool _cancelAcknowledged;
    private bool _pauseAcknowledged;
    private string? _lastPause;

    // Asked and not answered: requests are taken up by the askers' clocks, so a later pause may come before it.
    private readonly HashSet<string> _unpauses = [];
    private bool _wasRepaired;

    /// <summary>Whether the intent of an attempt is on the disk, whatever memory says.</summary>
    internal required Func<AttemptId, bool> IntentSynced { get; init; }

    /// <summary>An event was acknowledged to those who look.</summary>
    public void OnEvent(RunEvent e, long seq, RunProgress progress)
    {
        switch (e)
        {
            case AttemptSucceeded or TaskResolved { As: Resolution.Done } or ApprovalDecided { Approved: true }
                or TaskReconciled { Answer: ReconcileAnswer.Happened }:
                if (!_underWayAtEdit.Contains(e.Task!) && !IsOvertaken(e))
                {
                    _doneAt.TryAdd(e.Task!, time.Elapsed);
                }

                break;
            case TaskWaiting when _dueOnItsWay.Remove(e.Task!, out var due):
                _dueAt[e.Task!] = Bound(due);
                break;
            case TaskFailed or ApprovalDecided { Approved: false }:
                _acknowledgedFailed.Add(e.Task!);
                break;
            case CheckpointCompleted checkpoint:
                if (_checkpointsOnTheirWay.Remove((e.Task!, checkpoint.Id)))
                {
                    _checkpoints.Add((e.Task!, checkpoint.Id));
                }

                break;
        }
    }

    /// <summary>An event was appended, durable or not.</summary>
    internal void Recorded(RunEvent e)
    {
        NoteBounds(e);
        switch (e)
        {
            case AttemptStarted { Target: { } target }:
                _sentTo[new AttemptId(e.Task!, e.Attempt)] = target;
                break;
            case RuntimeErrorClassified { Failure: { Class: FailureClass.RateLimited, Told.After: { } after } }
                when _sentTo.TryGetValue(new AttemptId(e.Task!, e.Attempt), out var told):
                _told[told] = time.Elapsed + after;
                break;
            case TaskWaitEnded or TargetUnblocked:
                TakeLift(e);
                break;
            case RuntimeRecoveryScheduled { Decision: { UntilIsAbsolute: false } wait } when wait.TriesAgain:
                _delays[new AttemptId(e.Task!, e.Attempt)] = wait.Delay;
                break;
            case TaskResolved or TaskReopened:
                ForgetCheckpoints(e.Task!);
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
            case CheckpointCompleted checkpoint:
                _checkpointsOnTheirWay.Add((e.Task!, checkpoint.Id));
                break;
            case TaskHeld when _again.ContainsKey(e.Task!):
                // Done, and held since what it needs runs again: what it reached is no longer of this plan. Whoever is
                // asked after an order answers it.
                ForgetCheckpoints(e.Task!);
                _heldAt[e.Task!] = time.Elapsed;
                break;
            case TaskWaiting:
                _askedAt[e.Task!] = time.Elapsed;
                break;
        }
    }

    /// <summary>
    /// The journal was repaired: what must not run twice is asked about, or held, rather than waited for.
    /// </summary>
    internal void Repaired()
    {
        _wasRepaired = true;

        // What was told may be in the lines that are lost.
        _told.Clear();
        ForgetBounds();
        _delays.Keys.Where(a => _specs[BaseName(a.Task)].Effect is Effect.Once or Effect.Reconcile).ToList()
            .ForEach(a => _delays.Remove(a));
    }

    internal void ClockJumps()
    {
        _lastJump = time.Elapsed;

        // A clock that is set while nobody drives may shorten what is left.
        _told.Clear();
    }

    /// <summary>What a person orders may happen from here on, whether the order arrives or not.</summary>
    internal void PersonOrders(SteeringRequest request)
    {
        switch (request)
        {
            case { Command: SteeringCommand.Retry }:
                _acknowledgedFailed.Clear();
                _hurried.UnionWith(request.Tasks.Select(BaseName));
                _retriedFailed |= request.Tasks.Count == 0;
                break;
            case { Command: SteeringCommand.Unblock }:
                _reset.Add(request.Target!);
                break;
            case { Command: SteeringCommand.Resolve, As: Resolution.Done }:
                _saidDone.UnionWith(request.Tasks);
                break;
            case { Command: SteeringCommand.Resolve, As: Resolution.Fail }:
                _saidFailed.UnionWith(request.Tasks);
                break;
            case { Command: SteeringCommand.Approve or SteeringCommand.Checkpoint }:
                _saidDone.UnionWith(request.Tasks);
                break;
            case { Command: SteeringCommand.Deny }:
                _saidFailed.UnionWith(request.Tasks);
                break;
            case { Command: SteeringCommand.Pause }:
                // Beside an order to go on that nobody has answered yet it may be carried out before that one.
                _lastPause = _unpauses.Count == 0 ? request.Id : null;
                break;
            case { Command: SteeringCommand.Unpause }:
                (_lastPause, _pauseAcknowledged) = (null, false);
                _unpauses.Add(request.Id);
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
            ForgetCheckpoints(task.Name);
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

    /// <summary>A person's own command did it, durable or not.</summary>
    internal void CarriedOut(SteeringRequest request) => _unpauses.Remove(request.Id);

    /// <summary>A person was given an answer.</summary>
    internal void Answered(SteeringRequest request, SteeringAnswer answer)
    {
        _answers[request.Id] = answer;
        _cancelAcknowledged |= answer.Accepted && request.Command == SteeringCommand.Cancel;
        _unpauses.Remove(request.Id);
        _pauseAcknowledged |= answer.Accepted && request.Id == _lastPause;
    }

    /// <summary>A power cut took what these tasks had left: they may be done again, by their effect.</summary>
    internal void OutputsLost(IEnumerable<string> tasks)
    {
        foreach (var task in tasks)
        {
            _doneAt.Remove(task);
            ForgetCheckpoints(task);
            _saidFailed.Add(task);
            _acknowledgedFailed.Remove(BaseName(task));
            _outputsLostAt[task] = time.Elapsed;
        }
    }
}
