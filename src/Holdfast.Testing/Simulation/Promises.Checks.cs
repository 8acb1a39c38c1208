using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Testing.Simulation;

/// <content>What is checked, and when.</content>
internal sealed partial class Promises
{
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

        CheckOrders(attempt);
        CheckRoom(attempt);
        CheckDone(attempt, earlier);
        CheckUnknown(attempt, earlier);
        CheckWait(attempt, earlier);
        CheckTold(attempt);
        CheckOrder(attempt);
        CheckDeadline(attempt);
        CheckBudget(attempt, earlier);
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

        foreach (var (task, id) in _checkpoints)
        {
            if (state.Find(task)?.Checkpoints.Any(c => c.Id == id) != true)
            {
                throw new BrokenPromiseException($"checkpoint \"{id}\" of \"{task}\" was acknowledged, and the disk "
                    + "does not know it");
            }
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
        CheckOutputs(exitCode);

        var allDone = _again.Count == 0 && plan.Spec.Tasks.All(Done) && _saidFailed.Count == 0
            && _askedAt.Count == 0;
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
        if (earlier.FirstOrDefault(a => a.EndedWell && a.EndedAt > again) is { } done
            && !_saidFailed.Contains(attempt.Task) && !_underWayAtEdit.Contains(attempt.Task))
        {
            throw new BrokenPromiseException($"{attempt} starts although {done.Id} ended well");
        }

        // One that lacks nothing but checkpoints is held open for them until a person says otherwise.
        var word = _wordAt.GetValueOrDefault(attempt.Task, TimeSpan.MinValue);
        if (!_wasRepaired && earlier.FirstOrDefault(a => a is { End.Failure: null, EndedWell: false }
            && a.EndedAt > again && a.EndedAt > word) is { } open && !_saidFailed.Contains(attempt.Task))
        {
            throw new BrokenPromiseException($"{attempt} starts although {open.Id} is held open for its checkpoints");
        }
    }

    // What a person was told holds: nothing starts in a run that was cancelled, nor in one that is paused.
    private void CheckOrders(AttemptId attempt)
    {
        if (_cancelAcknowledged)
        {
            throw new BrokenPromiseException($"{attempt} starts although the run was cancelled");
        }

        if (_pauseAcknowledged)
        {
            throw new BrokenPromiseException($"{attempt} starts although the run is paused");
        }
    }

    // After a repair, what runs and what is known to run may differ for as long as it lives.
    private void CheckRoom(AttemptId attempt)
    {
        if (_wasRepaired)
        {
            return;
        }

        var running = world.Ledger.Where(a => a.EndedAt is null).Select(a => _specs[BaseName(a.Id.Task)]).ToArray();
        var spec = _specs[BaseName(attempt.Task)];
        if (running.Length >= plan.Spec.MaxParallel)
        {
            throw new BrokenPromiseException($"{attempt} starts while {running.Length} attempts run, and at most "
                + $"{plan.Spec.MaxParallel} may");
        }

        if (spec.Group is { } group && running.Count(s => s.Group == group) >= plan.Spec.GroupParallel[group])
        {
            throw new BrokenPromiseException($"{attempt} starts, and group \"{group}\" has no room for it");
        }

        if (spec.FanOutParallel is { } most && running.Count(s => ReferenceEquals(s, spec)) >= most)
        {
            throw new BrokenPromiseException($"{attempt} starts, and its fan-out has no room for it");
        }
    }

    // After an attempt that may have done its work, what must run once is decided about by a person, and what can be
    // asked about by its answer that it did not happen.
    private void CheckUnknown(AttemptId attempt, RealAttempt[] earlier)
    {
        var effect = _specs[BaseName(attempt.Task)].Effect;
        if (effect is not (Effect.Once or Effect.Reconcile))
        {
            return;
        }

        var word = _wordAt.GetValueOrDefault(attempt.Task, TimeSpan.MinValue);
        var answered = effect == Effect.Reconcile
            ? world.DidNotHappenAt.GetValueOrDefault(attempt.Task, TimeSpan.MinValue) : TimeSpan.MinValue;
        var unsafeAttempt = earlier.Where(a => a.EndedAt > word && a.EndedAt > answered).FirstOrDefault(
            a => a.End?.Failure is not { } failure || failure.EndedBy == EndedBy.Interrupt
                || Recovery.EffectPossible(failure));
        if (unsafeAttempt is not null)
        {
            throw new BrokenPromiseException($"{attempt} starts, and {unsafeAttempt.Id} of a {effect.Word()} task may "
                + $"have happened");
        }
    }

    // RC1. A wall clock that was set while nobody drove may shorten what is left of a wait, never draw it out; one that
    // is set under a driver changes nothing.
    private void CheckWait(AttemptId attempt, RealAttempt[] earlier)
    {
        if (earlier.LastOrDefault() is { EndedAt: { } ended } last && _delays.TryGetValue(last.Id, out var delay)
            && (_lastJump < ended || _driverSince < ended)
            && time.Elapsed - ended < delay - (_lastJump < ended ? Rounding : ClockTolerance))
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
            if (names.Any(n => !RanAgain(n, at) && !SaidDone(n, at)
                && !SaidDone(task, at)))
            {
                throw new BrokenPromiseException($"the exit code is 0, and {task}, which was to run again, did not");
            }
        }
    }

    // A person who says that it is done, of a task that an order had reopened or held, speaks of what was ordered.
    private bool IsOfRedo(RunEvent e) => e is TaskResolved { As: Resolution.Done }
        && _again.TryGetValue(e.Task!, out var at)
        && (_reopenedAt.GetValueOrDefault(e.Task!, TimeSpan.MinValue) >= at
            || _heldAt.GetValueOrDefault(e.Task!, TimeSpan.MinValue) >= at);

    // Reached by an attempt whose result is replaced: the next one reaches them anew.
    private void ForgetCheckpoints(string task)
    {
        _checkpoints.RemoveWhere(c => c.Task == task);
        _checkpointsOnTheirWay.RemoveWhere(c => c.Task == task);
    }

    // An approval does not run: somebody is asked again.
    private bool RanAgain(string task, TimeSpan since) => _askedAt.GetValueOrDefault(task, TimeSpan.MinValue) >= since
        || world.Ledger.Exists(a => a.Id.Task == task && a.StartedAt >= since);

    private bool SaidDone(string task, TimeSpan since) =>
        _saidDoneAgain.GetValueOrDefault(task, TimeSpan.MinValue) >= since;

    // A result that an order overtook is not final, e.g. of a question that was asked before it was carried out.
    private bool IsOvertaken(RunEvent e) => _again.TryGetValue(e.Task!, out var at)
        && !(e is TaskResolved && SaidDone(e.Task!, at))
        && !(e is ApprovalDecided && _askedAt.GetValueOrDefault(e.Task!, TimeSpan.MinValue) >= at)
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
        _saidDone.Contains(task) || world.Ledger.Exists(a => a.Id.Task == task && a.EndedWell);

    // Whether it was is the engine's word, and the ledger shows at least that it never ran,
    // or that what it asks about came to a good end after all, or needed none itself in the end, or was ordered to run
    // again and did not, say since something that it needs failed.
    private bool MayBeSkipped(TaskSpec spec) => spec.When == WhenKind.Failed
        && (!world.Ledger.Exists(a => BaseName(a.Id.Task) == spec.Name)
            || Done(_specs[spec.WhenFailedTask!]) || MayBeSkipped(_specs[spec.WhenFailedTask!])
            || WasTakenBack(spec.WhenFailedTask!));

    private bool WasTakenBack(string task) => _reopenedAt.Any(r => BaseName(r.Key) == task
        && !world.Ledger.Exists(a => a.Id.Task == r.Key && a.StartedAt >= r.Value));

    private static string BaseName(string task) => task.IndexOf('[', StringComparison.Ordinal) is > 0 and var at
        ? task[..at] : task;
}
