using System.Collections.Concurrent;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs;

/// <summary>
/// The one loop of a run: takes in what happened, decides, records, and acts once the record is durable. Everything in
/// here runs on one thread; other threads only post. It never waits, so a simulator can drive it step by step.
/// </summary>
public sealed partial class Dispatcher : IAttemptSink
{
    // Between two looks at the outer world, so that a cascade of 100,000 blocked tasks does not hold up an end.
    private const int MaxDecisionsPerStep = 2_000;

    private readonly RunState _state;
    private readonly IRunJournal _journal;
    private readonly IRunHost _host;
    private readonly RunClock _clock;
    private readonly DriverLimits _limits;
    private readonly DriverMemory _memory = new();
    private readonly ConcurrentQueue<Action> _posted = new();
    private readonly Queue<Unseen> _unseen = new();
    private readonly Queue<DueAnswer> _answers = new();
    private int _interrupts;
    private volatile bool _waitsForDisk = true;

    /// <summary>A dispatcher over a state that was folded from this journal.</summary>
    public Dispatcher(RunState state, IRunJournal journal, IRunHost host, RunClock clock, DriverLimits limits)
    {
        _state = state;
        _journal = journal;
        _host = host;
        _clock = clock;
        _limits = limits;
        _journal.DurableAdvanced += () =>
        {
            if (_waitsForDisk || IsBroken())
            {
                Woken?.Invoke();
            }
        };
    }

    /// <summary>Raised on any thread when a step is worth taking.</summary>
    public event Action? Woken;

    /// <summary>Sees durable events; null for nobody.</summary>
    public IRunObserver? Observer { get; set; }

    /// <summary>The state, for reading on the thread of the steps.</summary>
    public RunState State => _state;

    /// <summary>When the next step is due even if nothing happens; null for never.</summary>
    public DateTimeOffset? NextStepAt { get; private set; }

    /// <summary>The exit code once the driver may leave.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Lets an action run on the dispatcher's thread at the next step.</summary>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        Woken?.Invoke();
    }

    /// <inheritdoc/>
    public void AttemptEnded(AttemptId attempt, AttemptEnd end) => Post(() => TakeEnd(attempt, end));

    /// <summary>Ends the attempts and leaves the run to be resumed; a second time at once.</summary>
    public void Interrupt(string reason) => Post(() =>
    {
        _host.StopAside(atOnce: ++_interrupts > 1);
        if (_state.Ended is not null)
        {
            return;
        }

        if (_state.Stopping is null)
        {
            Record([new RunStopping(StopCause.Interrupt, "signal", reason)]);
            return;
        }

        // Whoever insists does not wait for the answer of a question either; it will be asked again.
        _memory.Asked.Clear();
        foreach (var attempt in _memory.Launched.Concat(_memory.Strangers))
        {
            _host.Stop(attempt, EndedBy.Interrupt, atOnce: true);
        }
    });

    /// <summary>Takes up a request of another process; the answer is given once it is durable.</summary>
    public void Steer(SteeringRequest request, Action<SteeringAnswer> answer) => Post(() =>
    {
        if (request.Command == SteeringCommand.Checkpoint)
        {
            SteerCheckpoint(request, answer);
        }
        else
        {
            Answer(Steering.Apply(_state, request), answer);
        }
    });

    /// <summary>Records the first events of a run that has none yet.</summary>
    public void Begin(IReadOnlyList<RunEvent> first) => Record(first);

    /// <summary>Takes in, decides, records and acts, until nothing more can be done now.</summary>
    /// <exception cref="JournalPoisonedException">The journal cannot be written; nothing more may be done.</exception>
    public void Step()
    {
        _waitsForDisk = false;
        var durable = _journal.Durable;
        while (_posted.TryDequeue(out var action))
        {
            action();
        }

        LookAtOutputs();
        if (_clock.TakeJump() is { } jump)
        {
            Record([new ClockJumped(jump)]);
        }

        _state.Advance(_clock.Now);
        var more = true;
        for (var i = 0; more && i < MaxDecisionsPerStep; i++)
        {
            more = Act(Decider.Decide(_state, _clock.Now, _limits, _memory));
        }

        if (more)
        {
            NextStepAt = _clock.Now;
        }

        _journal.RequestSync();
        Launch();
        MakeReady();
        ShowDurable();
        _waitsForDisk = WaitsForDisk;

        // What became durable during this step woke nobody: looked at again, now that somebody waits for it.
        Interlocked.MemoryBarrier();
        if (_waitsForDisk && _journal.Durable > durable)
        {
            Woken?.Invoke();
        }
    }

    // While all places are taken and nobody waits for an answer, a sync changes nothing that could be done now, and
    // waking for each would cost as much as the work of a short task. What became durable is shown at the next step.
    private bool WaitsForDisk => _memory.Launched.Count == 0 || _answers.Count > 0
        || (_intents.Count > 0 && _memory.Launched.Count < _limits.MaxParallel);

    private bool IsBroken()
    {
        try
        {
            return _journal.Durable < 0;
        }
        catch (JournalPoisonedException)
        {
            return true;
        }
    }

    private bool Act(Decision decision)
    {
        switch (decision)
        {
            case Decision.Record { Events: [JournalClosed] } when _journal.Durable < _state.LastSeq:
                NextStepAt = null;
                return false;
            case Decision.Record { Events: [JournalClosed] close }:
                ShowDurable();
                Observer?.OnClosing();
                Record(close);
                return true;
            case Decision.Record { Events: [AttemptStarted intent] }:
                Record([Numbered(intent)]);
                return true;
            case Decision.Record record:
                Record(record.Events);
                return true;
            case Decision.Admit admit:
                Admit(Numbered(admit.Intent));
                return true;
            case Decision.Expand expand:
                Expand(_state.Find(expand.Task)!);
                return true;
            case Decision.Classify classify:
                Classify(classify.Attempt);
                return true;
            case Decision.Stop stop:
                _memory.Stopped.Add(stop.Attempt);
                _host.Stop(stop.Attempt, stop.Reason, atOnce: false);
                return true;
            case Decision.Reconcile ask:
                Reconcile(_state.Find(ask.Task)!);
                return true;
            case Decision.Notify notify:
                Notify(notify.On);
                return true;
            case Decision.Leave leave:
                ExitCode = _journal.Durable >= _state.LastSeq ? leave.ExitCode : null;
                NextStepAt = null;
                return false;
            case Decision.Await wait:
                NextStepAt = wait.Until;
                return false;
            default:
                throw new InvalidOperationException($"no way to carry out {decision}");
        }
    }

    private long Record(IReadOnlyList<RunEvent> events)
    {
        var at = _clock.Wall;
        var last = 0L;
        foreach (var e in events)
        {
            var recorded = e with { At = at };
            last = _journal.Append(recorded, at);
            _state.Apply(recorded, last);
            TellTargets(recorded);
            if (Observer is not null)
            {
                _unseen.Enqueue(new Unseen(recorded, last, RunProgress.Of(_state)));
            }

            if (e is AttemptStarted)
            {
                _intents.Enqueue(new Intent(new AttemptId(e.Task!, e.Attempt), last));
            }
            else if (e is AttemptWithdrawn)
            {
                Forget(new AttemptId(e.Task!, e.Attempt));
            }
        }

        return last;
    }

    private void ShowDurable()
    {
        var durable = _journal.Durable;
        while (_unseen.TryPeek(out var next) && next.Seq <= durable)
        {
            _unseen.Dequeue();
            Observer!.OnEvent(next.Event, next.Seq, next.Progress);
        }

        while (_answers.TryPeek(out var next) && next.Seq <= durable)
        {
            _answers.Dequeue();
            next.Answer();
        }
    }

    private void TakeEnd(AttemptId attempt, AttemptEnd end)
    {
        if (_memory.Strangers.Remove(attempt) || !_memory.Launched.Remove(attempt))
        {
            // No task stands for a stranger. And an end is told once; a host that tells it twice makes no second one.
            return;
        }

        _memory.Stopped.Remove(attempt);
        Record(EventsOf(attempt, WithCheckpoints(_state.Find(attempt.Task)!, end)));
    }

    private RunEvent[] EventsOf(AttemptId attempt, AttemptEnd end) => end.Failure is { } failure
        ?
        [
            new AttemptFailed(end.Outcome) { Task = attempt.Task, Attempt = attempt.Number },
            Classified(attempt, failure),
        ]
        :
        [
            new AttemptSucceeded(end.Outcome)
            {
                Task = attempt.Task, Attempt = attempt.Number, Outputs = end.Outputs,
            },
        ];

    private void Classify(AttemptId attempt)
    {
        var end = _host.Reexamine(attempt);
        var task = _state.Find(attempt.Task)!;
        var failure = end.Outcome.ExitedWell && task.NextCheckpoint is not null
            ? WithCheckpoints(task, end with { Checkpoints = [] }).Failure
            : end.Failure;
        Record([Classified(attempt, failure ?? Lost.Failure)]);
    }

    private RuntimeErrorClassified Classified(AttemptId attempt, Failure failure) => new(
        Lost.Named(
            failure, _state.Spec.RunId, attempt.Task, attempt.Number, _state.Find(attempt.Task)!.Runtime.Name))
    {
        Task = attempt.Task, Attempt = attempt.Number,
    };

    private void Reconcile(TaskState task)
    {
        _memory.Asked.Add(task.Name);
        _host.Reconcile(task.CurrentAttempt, (answer, exitCode) => Post(() =>
        {
            _memory.Asked.Remove(task.Name);

            // Cut short by whoever interrupted the run, it said nothing; the next driver asks again.
            if (answer != ReconcileAnswer.Unclear || _interrupts == 0)
            {
                Record([new TaskReconciled(answer, exitCode) { Task = task.Name }]);
            }
        }));
    }

    private void Notify(NotifyOn on)
    {
        _memory.Notifying.Add(on);
        var why = _state.Ended?.Why ?? _state.WaitingFor?.Why ?? "";
        _host.Notify(on, why, (exitCode, error) => Post(() =>
        {
            _memory.Notifying.Remove(on);
            Record([new Notified(on, exitCode) { Error = error }]);
        }));
    }

    // Classes, since the framework's collections are compiled ahead for these, and for each kind of value as it runs.
    private sealed record Unseen(RunEvent Event, long Seq, RunProgress Progress);

    private sealed record DueAnswer(Action Answer, long Seq);
}
