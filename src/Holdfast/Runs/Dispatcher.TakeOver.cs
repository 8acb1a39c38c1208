using Holdfast.Failures;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs;

/// <content>What earlier drivers left: attempts under way, attempts whose start was lost, outputs.</content>
public sealed partial class Dispatcher
{
    private ForgottenAttempts? _forgotten;
    private bool _outputsUnseen;

    /// <summary>Takes up what earlier drivers left under way. To be called once, before the first step.</summary>
    /// <param name="driver">Who drives from here on.</param>
    /// <param name="cut">The torn tail that was cut off at opening; null for none.</param>
    public void TakeOver(DriverStarted driver, JournalCut? cut)
    {
        // Where the system does not tell its starts apart, every new driver may be the first one after a power cut.
        // What it took is recorded before this driver is: one that dies in between has not looked, and the next does.
        _outputsUnseen = _state.Driver is not null
            && (_state.OutputsSeenIn != driver.BootId || driver.BootId.Length == 0);
        LookAtOutputs();
        Record(cut is null ? [driver] : [driver, cut]);
        TellLifts();
        _forgotten = ForgottenAttempts.Find(_state, _host);
        foreach (var task in _forgotten.TasksOf(_state))
        {
            TakeBack(task);
        }

        foreach (var task in _state.Open.ToArray())
        {
            TakeUp(task);
        }

        foreach (var fanOut in _state.Tasks.Where(t => t.IsFanOutParent && (t.Expanded || t.Status.IsEnd())))
        {
            End(_forgotten.Strangers(_state, fanOut));
        }
    }

    private void TakeUp(TaskState task)
    {
        var attempt = task.CurrentAttempt;
        TakeUpPermit(task);
        var trace = _host.Find(attempt);
        if (trace == AttemptTrace.NeverStarted)
        {
            _intents.Enqueue(new Intent(attempt, _state.LastSeq));
            return;
        }

        // What is gone is adopted too: the host ends what survived of it, judges what it left, and reports it lost.
        Record([new AttemptAdopted(trace) { Task = task.Name, Attempt = task.Attempts }]);
        _memory.Launched.Add(attempt);
        _host.Adopt(attempt, this);
        if (_forgotten?.WasTaken(attempt) == true && ForgottenAttempts.IsEnded(task.Spec.Effect, trace))
        {
            _memory.Stopped.Add(attempt);
            _host.Stop(attempt, EndedBy.Lost, atOnce: false);
        }
    }

    // Files of an earlier attempt are never written over, whatever a repair left of it.
    private AttemptStarted Numbered(AttemptStarted intent) => _forgotten is null
        ? intent
        : intent with { Attempt = _forgotten.NextNumber(_state.Find(intent.Task!)!) };

    private bool TakeBack(TaskState task)
    {
        var found = _forgotten?.Take(task);
        if (found is not null)
        {
            Record([found]);
        }

        return found is not null;
    }

    // The expansion itself may have been among the lost lines: its instances are known again only now, and one whose
    // item is gone since is known no more. No driver would ever wait for that, so it is told here, and ended if it may
    // be.
    private void Expand(TaskState fanOut)
    {
        var found = _host.Expand(fanOut.Name);
        var strangers = _forgotten?.Strangers(_state, fanOut, found.Items) ?? [];
        Record(Expansions.EventsOf(_state, fanOut.Name, ForgottenAttempts.Told(found, fanOut, strangers)));
        End(strangers);
        if (_forgotten is { IsEmpty: false })
        {
            foreach (var instance in _state.InstancesOf(fanOut).ToArray())
            {
                if (TakeBack(instance))
                {
                    TakeUp(instance);
                }
            }
        }
    }

    private void End(IReadOnlyList<(AttemptId Attempt, bool MayBeEnded)> strangers)
    {
        foreach (var (attempt, _) in strangers.Where(s => s.MayBeEnded))
        {
            _memory.Strangers.Add(attempt);
            _host.Adopt(attempt, this);
            _host.Stop(attempt, EndedBy.Lost, atOnce: false);
        }
    }

    // A run that has ended, or is being stopped for good, stays so: it is looked at once somebody reopens it.
    private void LookAtOutputs()
    {
        if (!_outputsUnseen || !_state.MayGoOn)
        {
            return;
        }

        _outputsUnseen = false;
        foreach (var task in _state.Tasks.Where(t => t.Status == TaskStage.Succeeded && t.Outputs.Count > 0).ToArray())
        {
            var lost = _host.LostOutputs(task.Name, task.Outputs);
            if (lost.Count > 0)
            {
                Record([new OutputsLost(lost) { Task = task.Name }]);
            }
        }
    }
}
