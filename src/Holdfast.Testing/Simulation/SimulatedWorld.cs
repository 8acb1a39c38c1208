using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Testing.Simulation;

/// <summary>What a scripted attempt does once it runs.</summary>
public enum AttemptScript
{
    /// <summary>Ends well.</summary>
    Succeed,

    /// <summary>Ends with a failure that passes by itself.</summary>
    FailTransiently,

    /// <summary>Ends with a throttle that names its wait.</summary>
    FailThrottled,

    /// <summary>Ends with a failure that does not pass.</summary>
    FailForGood,

    /// <summary>Ends without the checkpoints that it declared: a person is asked, whatever its effect.</summary>
    LackCheckpoints,

    /// <summary>Runs until somebody ends it.</summary>
    Hang,

    /// <summary>Dies without leaving an end, as when its machine takes it along.</summary>
    Vanish,
}

/// <summary>One attempt as it really was, whatever any journal says of it.</summary>
public sealed class RealAttempt(AttemptId id, AttemptScript script, TimeSpan startedAt)
{
    /// <summary>Which attempt.</summary>
    public AttemptId Id { get; } = id;

    /// <summary>What it does.</summary>
    public AttemptScript Script { get; } = script;

    /// <summary>When it really started.</summary>
    public TimeSpan StartedAt { get; } = startedAt;

    /// <summary>When it really ended; null while it runs.</summary>
    public TimeSpan? EndedAt { get; set; }

    /// <summary>Its end, as its exit line and output would tell it; null while it runs, or if it left none.</summary>
    public AttemptEnd? End { get; set; }

    /// <summary>
    /// Whether it left nothing to be done. Of one that lacks checkpoints, others must have reached them.
    /// </summary>
    public bool EndedWell => End is { Failure: null } && Script != AttemptScript.LackCheckpoints;
}

/// <summary>
/// The world outside the engine: processes that go on when the driver dies, and the ledger of what really started and
/// ended. Promises are checked against the ledger, never against the journal.
/// </summary>
public sealed class SimulatedWorld : IRunHost
{
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(30);

    private readonly Random _random;
    private readonly SimulatedTime _time;
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _agenda = new();
    private readonly Dictionary<AttemptId, RealAttempt> _attempts = [];
    private readonly Func<AttemptId, AttemptScript> _script;
    private readonly Func<string, IReadOnlyList<string>> _items;
    private readonly Func<string, IReadOnlyList<string>> _checkpoints;
    private IAttemptSink? _sink;
    private long _order;
    private int _driverGeneration;
    private int _asideCuts;

    /// <summary>A world in which nothing has happened.</summary>
    public SimulatedWorld(
        Random random, SimulatedTime time, Func<AttemptId, AttemptScript> script,
        Func<string, IReadOnlyList<string>> items, Func<string, IReadOnlyList<string>> checkpoints)
    {
        _random = random;
        _time = time;
        _script = script;
        _items = items;
        _checkpoints = checkpoints;
    }

    /// <summary>Tasks whose declared output a power cut took; until their next success.</summary>
    public HashSet<string> OutputsGone { get; } = [];

    /// <summary>When a task's reconcile command last said that it did not happen.</summary>
    public Dictionary<string, TimeSpan> DidNotHappenAt { get; } = [];

    /// <summary>Everything that ever really ran, in order of start.</summary>
    public List<RealAttempt> Ledger { get; } = [];

    /// <summary>Is asked before an attempt really starts; the place to check that its intent is durable.</summary>
    public Action<AttemptId>? BeforeStart { get; set; }

    /// <summary>Is told after an attempt has really started.</summary>
    public Action<AttemptId>? AfterStart { get; set; }

    /// <summary>Is asked before an attempt is told to end.</summary>
    public Action<AttemptId, EndedBy>? BeforeStop { get; set; }

    /// <summary>When something will happen next; null if nothing is under way.</summary>
    public TimeSpan? NextAt => _agenda.TryPeek(out _, out var when) ? when.At : null;

    /// <summary>Lets what is due happen.</summary>
    public void RunDue()
    {
        while (_agenda.TryPeek(out _, out var when) && when.At <= _time.Elapsed)
        {
            _agenda.Dequeue()();
        }
    }

    /// <summary>The driver dies; what it had started goes on, and nobody hears of it.</summary>
    public void DriverDied()
    {
        _driverGeneration++;
        _sink = null;
    }

    /// <summary>The machine restarts: everything that ran is gone, and left no end.</summary>
    public void MachineDied()
    {
        DriverDied();
        foreach (var attempt in Ledger.Where(a => a.EndedAt is null))
        {
            attempt.EndedAt = _time.Elapsed;
        }

        if (_random.Next(2) == 0
            && Ledger.Where(a => a.End is { Outputs.Count: > 0 } && !Ledger.Exists(b => b.Id.Task == a.Id.Task
                && b.EndedWell && b.StartedAt > a.StartedAt)).ToArray() is { Length: > 0 } finished)
        {
            OutputsGone.Add(finished[_random.Next(finished.Length)].Id.Task);
        }
    }

    /// <summary>Lets something happen later, for as long as this driver lives.</summary>
    public void Later(TimeSpan after, Action action)
    {
        var generation = _driverGeneration;
        Plan(after, () =>
        {
            if (generation == _driverGeneration)
            {
                action();
            }
        });
    }

    /// <inheritdoc/>
    public void Start(AttemptId attempt, IAttemptSink sink)
    {
        BeforeStart?.Invoke(attempt);
        _sink = sink;
        var real = new RealAttempt(attempt, _script(attempt), _time.Elapsed);
        Ledger.Add(real);
        _attempts[attempt] = real;
        if (real.Script == AttemptScript.Hang)
        {
            // Its limit holds whether a driver lives or not: the guard ends it.
            Plan(HangLimit, () => End(real, EndedBy.HardTimeout));
        }
        else
        {
            Plan(Some(), () => EndItself(real));
        }

        AfterStart?.Invoke(attempt);
    }

    /// <inheritdoc/>
    public AttemptTrace Find(AttemptId attempt) => !_attempts.TryGetValue(attempt, out var real)
        ? AttemptTrace.NeverStarted
        : real.EndedAt is null ? AttemptTrace.Alive : real.End is null ? AttemptTrace.Gone : AttemptTrace.Ended;

    /// <inheritdoc/>
    public IReadOnlyList<FoundAttempt> FindAll() =>
        [.. Ledger.Select(a => new FoundAttempt(a.Id, Find(a.Id), _time.GetUtcNow() - (_time.Elapsed - a.StartedAt)))];

    /// <inheritdoc/>
    public void Adopt(AttemptId attempt, IAttemptSink sink)
    {
        _sink = sink;
        var real = _attempts[attempt];
        if (real.EndedAt is not null)
        {
            Later(TimeSpan.Zero, () => Tell(real));
        }
    }

    /// <inheritdoc/>
    public void Stop(AttemptId attempt, EndedBy reason, bool atOnce)
    {
        BeforeStop?.Invoke(attempt, reason);
        Later(atOnce ? TimeSpan.Zero : Some(), () => End(_attempts[attempt], reason));
    }

    /// <inheritdoc/>
    public AttemptEnd Reexamine(AttemptId attempt) => _attempts[attempt].End ?? LostEnd;

    /// <inheritdoc/>
    public Expansion Expand(string task) => new([.. _items(task).Select(item => new FanOutItem(item, item))]);

    /// <inheritdoc/>
    public void VerifyCheckpoint(
        AttemptId attempt, string checkpoint, string summary, Action<CheckpointVerdict> answer)
    {
        var refused = _random.Next(8) == 0;
        Later(Some(), () => answer(new CheckpointVerdict(refused ? "its command said no" : null)));
    }

    /// <inheritdoc/>
    public Failure Incomplete(AttemptId attempt, Outcome outcome, IReadOnlyList<string> missing) =>
        Holdfast.Testing.Runs.ScriptedHost.MissingCheckpoints(missing);

    /// <inheritdoc/>
    public void Reconcile(AttemptId attempt, Action<ReconcileAnswer, int?> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var happened = Ledger.Any(a => a.Id.Task == attempt.Task && a.Script == AttemptScript.Succeed);
        var isUnclear = _random.Next(8) == 0;
        var cuts = _asideCuts;
        Later(Some(), () =>
        {
            if (isUnclear || cuts != _asideCuts)
            {
                answer(ReconcileAnswer.Unclear, null);
                return;
            }

            if (!happened)
            {
                DidNotHappenAt[attempt.Task] = _time.Elapsed;
            }

            answer(happened ? ReconcileAnswer.Happened : ReconcileAnswer.DidNotHappen, happened ? 0 : 1);
        });
    }

    /// <inheritdoc/>
    public void Notify(NotifyOn on, string why, Action<int?, string?> done) => Later(Some(), () => done(0, null));

    /// <inheritdoc/>
    public void StopAside(bool atOnce)
    {
        // Asked or told, each ends by itself within seconds; being cut short, it says nothing that counts.
        _asideCuts++;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> LostOutputs(string task, IReadOnlyList<OutputFile> outputs) =>
        OutputsGone.Contains(task) ? ["out"] : [];

    private static AttemptEnd LostEnd { get; } = new(new Outcome { EndedBy = EndedBy.Lost }, Lost.Failure);

    private static AttemptEnd Ended(
        EndedBy by, FailureClass kind, ToldDelay? told = null, string rule = "simulated") => new(
        new Outcome { ExitCode = by == EndedBy.Itself ? 1 : null, EndedBy = by },
        new Failure
        {
            Class = kind,
            Disposition = Disposition.Retry,
            Evidence = new Evidence(rule, "runtime", null, null),
            EndedBy = by,
            Told = told,
        });

    private void End(RealAttempt real, EndedBy reason)
    {
        if (real.EndedAt is null)
        {
            real.End = reason == EndedBy.Lost
                ? LostEnd
                : Ended(
                    reason,
                    reason is EndedBy.HardTimeout or EndedBy.RunDeadline ? FailureClass.Timeout
                        : FailureClass.Cancelled);
            real.EndedAt = _time.Elapsed;
            Tell(real);
        }
    }

    private void EndItself(RealAttempt real)
    {
        if (real.EndedAt is not null)
        {
            return;
        }

        real.EndedAt = _time.Elapsed;
        real.End = real.Script switch
        {
            AttemptScript.Succeed => new AttemptEnd(new Outcome { ExitCode = 0 }, null)
            {
                Outputs = real.Id.Number % 2 == 1 ? [new OutputFile("out", 1, new string('0', 64))] : [],
                Checkpoints = Reached(real, _checkpoints(real.Id.Task).Count),
            },
            AttemptScript.FailTransiently => Ended(EndedBy.Itself, FailureClass.Unavailable),
            AttemptScript.FailThrottled => Ended(
                EndedBy.Itself, FailureClass.RateLimited, new ToldDelay(TimeSpan.FromSeconds(20), null)),
            AttemptScript.LackCheckpoints when _checkpoints(real.Id.Task) is { Count: > 0 } all =>
                new AttemptEnd(new Outcome { ExitCode = 0 }, null)
                {
                    Checkpoints = Reached(real, _random.Next(all.Count)),
                },
            AttemptScript.LackCheckpoints => Ended(
                EndedBy.Itself, FailureClass.Incomplete, rule: FailureClassifier.CheckpointsRule),
            AttemptScript.FailForGood => Ended(EndedBy.Itself, FailureClass.BuildFailure),
            _ => null,
        };
        if (real.EndedWell)
        {
            OutputsGone.Remove(real.Id.Task);
        }

        Tell(real);
    }

    private CheckpointCompleted[] Reached(RealAttempt real, int count) =>
        [.. _checkpoints(real.Id.Task).Take(count).Select(id => new CheckpointCompleted(id, "done", "simulated"))];

    // The runtime of the driver that lives now notices; if none lives, the end stays in the attempt's files.
    private void Tell(RealAttempt real) => _sink?.AttemptEnded(real.Id, real.End ?? LostEnd);

    private TimeSpan Some() => TimeSpan.FromMilliseconds(_random.Next(1, 5_000));

    private void Plan(TimeSpan after, Action action) => _agenda.Enqueue(action, (_time.Elapsed + after, _order++));
}
