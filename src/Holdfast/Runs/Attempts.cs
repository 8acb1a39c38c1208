using Holdfast.Failures;
using Holdfast.Runs.Events;

namespace Holdfast.Runs;

/// <summary>One try at a task. The pair names its files, so that any later process finds them again.</summary>
/// <param name="Task">Name of the task, an instance of a fan-out included (<c>import[a.csv]</c>).</param>
/// <param name="Number">1 for the first try.</param>
public sealed record AttemptId(string Task, int Number)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Task}#{Number}";
}

/// <summary>A declared output as it was when the attempt ended.</summary>
/// <param name="Path">Relative to the plan's folder.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Sha256">64 hex digits.</param>
public sealed record OutputFile(string Path, long Size, string Sha256);

/// <summary>The end of an attempt: what it ended in, and the judgement. No failure means that it succeeded.</summary>
public sealed record AttemptEnd(Outcome Outcome, Failure? Failure)
{
    /// <summary>The declared outputs, synced before this was reported.</summary>
    public IReadOnlyList<OutputFile> Outputs { get; init; } = [];

    /// <summary>Checkpoints that the attempt completed by its own output, verified, in their order.</summary>
    public IReadOnlyList<CheckpointCompleted> Checkpoints { get; init; } = [];
}

/// <summary>What can be proven about an attempt whose intent is recorded and whose end is not.</summary>
public enum AttemptTrace
{
    /// <summary>It never ran a single instruction of the work; also true for work that must run once.</summary>
    NeverStarted,

    /// <summary>It runs now, and can be adopted.</summary>
    Alive,

    /// <summary>It ended while nobody watched, and left its exit code.</summary>
    Ended,

    /// <summary>It was started, is not alive, and left no end.</summary>
    Gone,
}

/// <summary>An attempt of which its files tell, whatever the journal says.</summary>
/// <param name="Attempt">Which; its task may be one that the run does not know yet, an instance of a fan-out.</param>
/// <param name="Trace">What can be proven about it.</param>
/// <param name="StartedAt">When it started, by the wall clock; null where its files do not say.</param>
public sealed record FoundAttempt(AttemptId Attempt, AttemptTrace Trace, DateTimeOffset? StartedAt);

/// <summary>Hears of attempts. Called on any thread.</summary>
public interface IAttemptSink
{
    /// <summary>The attempt ended. Called once for each attempt that was started or adopted.</summary>
    void AttemptEnded(AttemptId attempt, AttemptEnd end);
}

/// <summary>
/// Executes attempts for the engine: the seam between deciding and doing. No call waits for work; ends arrive at the
/// sink. The engine calls <see cref="Start"/> only after the intent is durable.
/// </summary>
public interface IAttemptHost
{
    /// <summary>
    /// A hint: the attempt is likely to start soon, once its intent is durable and a place is free. What can be made
    /// ahead is made now, e.g. its files, so that the place stays empty for less time. Nothing of the work itself may
    /// run. Never fails; <see cref="Start"/> works without it.
    /// </summary>
    void MakeReady(AttemptId attempt)
    {
    }

    /// <summary>It will not start now after all: what was made ready is given up.</summary>
    void GiveUp(AttemptId attempt)
    {
    }

    /// <summary>
    /// Starts an attempt. A start that fails arrives at the sink as an end with <see cref="EndedBy.StartFailed"/>.
    /// </summary>
    void Start(AttemptId attempt, IAttemptSink sink);

    /// <summary>Says what can be proven about an attempt that an earlier driver may have started.</summary>
    AttemptTrace Find(AttemptId attempt);

    /// <summary>
    /// Every attempt of this run that ever left a file. As costly as the run is long, so it is asked only of a run
    /// whose journal was repaired, where the files may know of attempts that the journal lost.
    /// </summary>
    IReadOnlyList<FoundAttempt> FindAll();

    /// <summary>
    /// Takes up an attempt of an earlier driver: watches it if it is alive (its limits go on from its real start),
    /// reads
    /// its end if it ended meanwhile, and else ends what survived of it and reports it as lost.
    /// </summary>
    void Adopt(AttemptId attempt, IAttemptSink sink);

    /// <summary>Ends a running attempt: TERM, grace, KILL; or KILL at once. Its end arrives at the sink.</summary>
    void Stop(AttemptId attempt, EndedBy reason, bool atOnce);
}
