using Holdfast.Failures;
using Holdfast.Runs;

namespace Holdfast.Testing.Runs;

/// <summary>A world for tests of the engine: it does what the test says, when the test says it.</summary>
public sealed class ScriptedHost : IRunHost
{
    private readonly Dictionary<AttemptId, IAttemptSink> _running = [];

    /// <summary>Every attempt that could be made ready, in order.</summary>
    public List<AttemptId> MadeReady { get; } = [];

    /// <summary>Every attempt that was not to start after all, in order.</summary>
    public List<AttemptId> GivenUp { get; } = [];

    /// <summary>Every attempt that was started, in order.</summary>
    public List<AttemptId> Started { get; } = [];

    /// <summary>Every attempt that was taken over from an earlier driver, in order.</summary>
    public List<AttemptId> Adopted { get; } = [];

    /// <summary>Every order to end an attempt, in order.</summary>
    public List<(AttemptId Attempt, EndedBy Reason, bool AtOnce)> Stopped { get; } = [];

    /// <summary>Every question of a reconcile command that waits for <see cref="AnswerReconcile"/>, in order.</summary>
    public List<(AttemptId Attempt, Action<ReconcileAnswer, int?> Answer)> Asked { get; } = [];

    /// <summary>Every occasion on which the notify command was run, with its reason.</summary>
    public List<(NotifyOn On, string Why)> Notified { get; } = [];

    /// <summary>Whether the notify command ends at once; else <see cref="EndNotify"/> ends it.</summary>
    public bool NotifyEndsAtOnce { get; set; } = true;

    /// <summary>Ends the notify command that runs; null while none does.</summary>
    public Action? EndNotify { get; private set; }

    /// <summary>Every order to end reconcile and notify commands, in order: whether at once.</summary>
    public List<bool> AsideStopped { get; } = [];

    /// <summary>What is found of attempts of earlier drivers; those not named were never started.</summary>
    public Dictionary<AttemptId, AttemptTrace> Traces { get; } = [];

    /// <summary>Items of fan-outs; those not named have none.</summary>
    public Dictionary<string, Expansion> Items { get; } = [];

    /// <summary>What judging an attempt anew comes to.</summary>
    public AttemptEnd Reexamined { get; set; } = new(new Outcome { EndedBy = EndedBy.Lost }, Lost.Failure);

    /// <summary>What looking into a checkpoint comes to, by its id; those not named are reached.</summary>
    public Dictionary<string, CheckpointVerdict> Verdicts { get; } = [];

    /// <summary>Outputs that are gone, by task.</summary>
    public Dictionary<string, string[]> Gone { get; } = [];

    /// <summary>Whether the driver dies when it looks whether outputs are there.</summary>
    public bool DiesAtLook { get; set; }

    /// <summary>Attempts that run now.</summary>
    public IReadOnlyCollection<AttemptId> Running => _running.Keys;

    /// <summary>Ends a running attempt.</summary>
    /// <exception cref="KeyNotFoundException">It does not run.</exception>
    public void End(AttemptId attempt, AttemptEnd end)
    {
        var sink = _running[attempt];
        _running.Remove(attempt);
        sink.AttemptEnded(attempt, end);
    }

    /// <summary>Answers the first question that waits.</summary>
    public void AnswerReconcile(ReconcileAnswer answer)
    {
        var (_, tell) = Asked[0];
        Asked.RemoveAt(0);
        tell(answer, answer == ReconcileAnswer.Happened ? 0 : 1);
    }

    /// <summary>The driver dies; what runs goes on, and can be found.</summary>
    public void LoseDriver()
    {
        foreach (var attempt in _running.Keys)
        {
            Traces[attempt] = AttemptTrace.Alive;
        }

        _running.Clear();
        Asked.Clear();
    }

    /// <inheritdoc/>
    public void MakeReady(AttemptId attempt) => MadeReady.Add(attempt);

    /// <inheritdoc/>
    public void GiveUp(AttemptId attempt) => GivenUp.Add(attempt);

    /// <inheritdoc/>
    public void Start(AttemptId attempt, IAttemptSink sink)
    {
        Started.Add(attempt);
        _running.Add(attempt, sink);
    }

    /// <inheritdoc/>
    public AttemptTrace Find(AttemptId attempt) => Traces.GetValueOrDefault(attempt, AttemptTrace.NeverStarted);

    /// <inheritdoc/>
    public IReadOnlyList<FoundAttempt> FindAll() =>
        [.. Traces.Select(t => new FoundAttempt(t.Key, t.Value, StartedAt: null))];

    /// <inheritdoc/>
    public void Adopt(AttemptId attempt, IAttemptSink sink)
    {
        Adopted.Add(attempt);
        _running.Add(attempt, sink);
    }

    /// <inheritdoc/>
    public void Stop(AttemptId attempt, EndedBy reason, bool atOnce) => Stopped.Add((attempt, reason, atOnce));

    /// <inheritdoc/>
    public Expansion Expand(string task) => Items.GetValueOrDefault(task) ?? new Expansion([]);

    /// <inheritdoc/>
    public AttemptEnd Reexamine(AttemptId attempt) => Reexamined;

    /// <inheritdoc/>
    public void VerifyCheckpoint(
        AttemptId attempt, string checkpoint, string summary, Action<CheckpointVerdict> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        answer(Verdicts.GetValueOrDefault(checkpoint) ?? new CheckpointVerdict(null));
    }

    /// <inheritdoc/>
    public Failure Incomplete(AttemptId attempt, Outcome outcome, IReadOnlyList<string> missing) =>
        MissingCheckpoints(missing);

    /// <summary>
    /// The judgement of an attempt that ended well without its checkpoints, where nothing else is known.
    /// </summary>
    public static Failure MissingCheckpoints(IReadOnlyList<string> missing) => new()
    {
        Class = FailureClass.Incomplete,
        Disposition = Disposition.Hold,
        Evidence = new Evidence(FailureClassifier.CheckpointsRule, "contract", null, string.Join(", ", missing)),
    };

    /// <inheritdoc/>
    public void Reconcile(AttemptId attempt, Action<ReconcileAnswer, int?> answer) => Asked.Add((attempt, answer));

    /// <inheritdoc/>
    public void Notify(NotifyOn on, string why, Action<int?, string?> done)
    {
        ArgumentNullException.ThrowIfNull(done);
        Notified.Add((on, why));
        EndNotify = () => done(0, null);
        if (NotifyEndsAtOnce)
        {
            EndNotify();
        }
    }

    /// <inheritdoc/>
    public void StopAside(bool atOnce) => AsideStopped.Add(atOnce);

    /// <inheritdoc/>
    public IReadOnlyList<string> LostOutputs(string task, IReadOnlyList<OutputFile> outputs) =>
        DiesAtLook ? throw new IOException("the driver dies") : Gone.GetValueOrDefault(task) ?? [];
}
