using Holdfast.Runs;
using Holdfast.Runs.Events;

namespace Holdfast.Testing.Simulation;

/// <content>Told waits: they are waited as told by all that is sent there, unless a person ends them.</content>
internal sealed partial class Promises
{
    // The steady clock of a driver may differ from the wall clock, by which a told wait begins, by up to a second; the
    // rest is rounding.
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromMilliseconds(1_002);

    private readonly Dictionary<AttemptId, string> _sentTo = [];
    private readonly Dictionary<string, TimeSpan> _told = [];

    // Named in an order to try again, and targets of which a person said that they may be asked.
    private readonly HashSet<string> _hurried = [];
    private readonly HashSet<string> _reset = [];
    private bool _retriedFailed;

    // Only a person ends a wait. That is no word about whether an effect has happened: what must run once is asked
    // about as before.
    private void TakeLift(RunEvent e)
    {
        if (e is TargetUnblocked { Target: var target })
        {
            if (!_reset.Contains(target) && !_retriedFailed
                && !_hurried.Any(t => _specs[t].Runtimes.Any(r => r.Target == target)))
            {
                throw new BrokenPromiseException($"{target} counts as free to be asked, and nobody said so");
            }

            _told.Remove(target);
            return;
        }

        var isReset = _sentTo.Any(s => s.Key.Task == e.Task && _reset.Contains(s.Value));
        if (!_hurried.Contains(BaseName(e.Task!)) && !isReset)
        {
            throw new BrokenPromiseException($"the wait of {e.Task} is ended, and nobody ordered that");
        }

        _delays.Keys.Where(a => a.Task == e.Task).ToList().ForEach(a => _delays.Remove(a));
    }

    private void CheckTold(AttemptId attempt)
    {
        if (_sentTo.TryGetValue(attempt, out var target) && _told.TryGetValue(target, out var until)
            && time.Elapsed < until - ClockTolerance)
        {
            throw new BrokenPromiseException(
                $"{attempt} is sent to {target} at {time.Elapsed}, which told everybody to wait until {until}");
        }
    }
}
