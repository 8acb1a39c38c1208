using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Testing.Simulation;

/// <content>
/// Bounds: on how long anything waits, on how often it is tried, on who ends what lives, and on how long a result that
/// is gone counts.
/// </content>
internal sealed partial class Promises
{
    // By the steady clock, as whoever was told of them counts.
    private readonly Dictionary<string, TimeSpan> _wakeAt = [];
    private readonly Dictionary<string, TimeSpan> _dueAt = [];
    private readonly Dictionary<string, TimeSpan> _dueOnItsWay = [];
    private readonly Dictionary<string, TimeSpan> _outputsLostAt = [];
    private readonly Dictionary<string, TimeSpan> _succeededAt = [];
    private TimeSpan _driverSince = TimeSpan.MinValue;
    private TimeSpan _boundFrom = TimeSpan.MinValue;
    private TimeSpan _endedAt = TimeSpan.MinValue;
    private TimeSpan _firstBound = TimeSpan.MaxValue;
    private bool _interrupted;

    /// <summary>Somebody interrupts the driver that lives now.</summary>
    internal void Interrupts() => _interrupted = true;

    /// <summary>
    /// Checked after each step of a driver: what was to be over by now is, whatever the engine believes is due.
    /// </summary>
    internal void AfterStep(RunState state)
    {
        if (time.Elapsed - ClockTolerance <= _firstBound || state is not { Stopping: null, Ended: null })
        {
            return;
        }

        // A task whose wait is over may still be kept from its target.
        EndBounds(_wakeAt, task => state.Find(task) is { Status: TaskStage.Retrying, WakeAt: not null }, "to wait");
        EndBounds(_dueAt, task => state.Find(task)?.Status == TaskStage.Waiting, "to wait for a person");
        _firstBound = _wakeAt.Values.Concat(_dueAt.Values).DefaultIfEmpty(TimeSpan.MaxValue).Min();
    }

    private void EndBounds(Dictionary<string, TimeSpan> bounds, Func<string, bool> waits, string what)
    {
        foreach (var (task, until) in bounds.Where(b => time.Elapsed - ClockTolerance > b.Value).ToArray())
        {
            if (waits(task))
            {
                throw new BrokenPromiseException($"{task} was {what} until {until}, and still waits at {time.Elapsed}");
            }

            bounds.Remove(task);
        }
    }

    /// <summary>Checked before an attempt that may live is told to end.</summary>
    internal void BeforeStop(AttemptId attempt, EndedBy reason)
    {
        var isDue = reason switch
        {
            EndedBy.Interrupt => _interrupted,
            EndedBy.Cancel => _cancelled || plan.Spec.Tasks.Any(t => t.StopsRunOnFailure),
            EndedBy.RunDeadline => plan.Deadline is { } deadline && (_lastJump >= _boundFrom || _wasRepaired
                || time.Elapsed >= _boundFrom + deadline - ClockTolerance),
            EndedBy.Lost => _wasRepaired,
            _ => false,
        };
        if (!isDue)
        {
            throw new BrokenPromiseException($"{attempt} is ended ({reason}), and nothing asks for that");
        }
    }

    private void NoteBounds(RunEvent e)
    {
        switch (e)
        {
            case DriverStarted:
                if (_lastJump > TimeSpan.MinValue)
                {
                    // Whether the jump, and what was waited for since, got to the disk is open: a clock that was set
                    // while nobody drove may shorten what is left.
                    ForgetBounds();
                }

                _dueOnItsWay.Clear();
                (_driverSince, _interrupted) = (time.Elapsed, false);
                break;
            case RunEnded:
                _endedAt = time.Elapsed;
                break;
            case RunStarted or RunReopened:
                _boundFrom = time.Elapsed;
                break;
            case RuntimeRecoveryScheduled { Decision: { UntilIsAbsolute: false } wait } when wait.TriesAgain:
                _wakeAt[e.Task!] = Bound(time.Elapsed + wait.Delay);
                break;
            case TaskReopened:
                _dueAt.Remove(e.Task!);
                break;
            case TaskWaiting { Until: { } until }:
                _dueAt.Remove(e.Task!);
                _dueOnItsWay[e.Task!] = time.Elapsed + (until - time.GetUtcNow());
                break;
            case TaskFailed { Class: FailureClass.PolicyDenied } when _dueAt.TryGetValue(e.Task!, out var due)
                && time.Elapsed < due - ClockTolerance:
                throw new BrokenPromiseException($"{e.Task} fails since nobody approved, at {time.Elapsed}, and was to "
                    + $"wait until {due}");
            case AttemptSucceeded:
                _succeededAt[e.Task!] = time.Elapsed;
                break;
        }
    }

    private void ForgetBounds()
    {
        _wakeAt.Clear();
        _dueAt.Clear();
    }

    // The run's own bound: nothing starts once it is over.
    private void CheckDeadline(AttemptId attempt)
    {
        if (plan.Deadline is { } deadline && !_wasRepaired && _lastJump < _boundFrom
            && time.Elapsed > _boundFrom + deadline + ClockTolerance)
        {
            throw new BrokenPromiseException($"{attempt} starts at {time.Elapsed}, and the run was to be over "
                + $"{deadline} after {_boundFrom}");
        }
    }

    // RC13. What failed by itself spends a budget, and no restart of a driver gives it back; a person's order does.
    private void CheckBudget(AttemptId attempt, RealAttempt[] earlier)
    {
        var spec = _specs[BaseName(attempt.Task)];
        var since = Latest(_wordAt.GetValueOrDefault(attempt.Task, TimeSpan.MinValue),
            _outputsLostAt.GetValueOrDefault(attempt.Task, TimeSpan.MinValue));
        var allowed = spec.Retry.For(FailureClass.Unavailable).AllowedRetries;
        var failed = earlier.Count(a => a.StartedAt >= since && a is
        {
            End.Failure: { Class: FailureClass.Unavailable, EndedBy: EndedBy.Itself },
        });
        if (failed > allowed && !_wasRepaired && spec.Runtimes[0].Target is null)
        {
            throw new BrokenPromiseException($"{attempt} starts, and {failed} attempts of it failed as unavailable, of "
                + $"which {allowed} may be tried again");
        }
    }

    // What a power cut took is made again, or a person says that it need not be. A run that had ended stays so, and a
    // task that runs if another one fails may not be wanted any more.
    private void CheckOutputs(int exitCode)
    {
        if (exitCode == ExitCodes.Done && world.OutputsGone.FirstOrDefault(t => !_saidDone.Contains(t)
            && _outputsLostAt[t] < _endedAt && _specs[BaseName(t)].When != WhenKind.Failed
            && _outputsLostAt[t] > _succeededAt.GetValueOrDefault(t, TimeSpan.MaxValue)) is { } gone)
        {
            throw new BrokenPromiseException($"the exit code is 0, and what {gone} had made is gone since "
                + $"{_outputsLostAt[gone]}");
        }
    }

    private TimeSpan Bound(TimeSpan until)
    {
        _firstBound = until < _firstBound ? until : _firstBound;
        return until;
    }

    private static TimeSpan Latest(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
