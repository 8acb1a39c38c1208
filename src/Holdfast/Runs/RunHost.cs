using Holdfast.Failures;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs;

/// <summary>One item of a fan-out.</summary>
/// <param name="Label">What the instance is called by, in brackets: short, and on one line.</param>
/// <param name="Value">The item itself.</param>
public sealed record FanOutItem(string Label, string Value);

/// <summary>What a fan-out came to, or why it could not.</summary>
/// <param name="Items">The items, in byte order.</param>
/// <param name="Warning">What a person should know, e.g. that nothing matched.</param>
/// <param name="Error">Why there are no items; the task then fails as invalid input.</param>
public sealed record Expansion(IReadOnlyList<FanOutItem> Items, string? Warning = null, string? Error = null);

/// <summary>What became of looking into a checkpoint.</summary>
/// <param name="Refusal">Why it is not reached yet; null if it is.</param>
/// <param name="Commit">The commit that was made of the work tree; null for none.</param>
public sealed record CheckpointVerdict(string? Refusal, string? Commit = null);

/// <summary>Everything that the engine asks of the world for the tasks of one run.</summary>
public interface IRunHost : IAttemptHost
{
    /// <summary>Where the driver rests, so that ends arrive on its own thread; null if they arrive on others.</summary>
    IDriverRest? Rest => null;

    /// <summary>Finds the items of a fan-out.</summary>
    Expansion Expand(string task);

    /// <summary>Judges anew an attempt that ended and whose judgement was lost; answers from its files.</summary>
    AttemptEnd Reexamine(AttemptId attempt);

    /// <summary>
    /// Looks into a checkpoint that somebody says is reached: its <c>verify</c> command, its commit. The answer comes
    /// on
    /// any thread, at once where there is nothing to look into.
    /// </summary>
    /// <param name="attempt">The attempt that reached it.</param>
    /// <param name="checkpoint">Its id.</param>
    /// <param name="summary">What was done, as its commit says too.</param>
    /// <param name="answer">Told once.</param>
    void VerifyCheckpoint(
        AttemptId attempt, string checkpoint, string summary, Action<CheckpointVerdict> answer);

    /// <summary>
    /// Judges an attempt that exited well and left checkpoints open: its error channel may name the cause.
    /// </summary>
    Failure Incomplete(AttemptId attempt, Outcome outcome, IReadOnlyList<string> missing);

    /// <summary>Runs the task's reconcile command; the answer comes on any thread.</summary>
    void Reconcile(AttemptId attempt, Action<ReconcileAnswer, int?> answer);

    /// <summary>Runs the plan's notify command; its end comes on any thread.</summary>
    void Notify(NotifyOn on, string why, Action<int?, string?> done);

    /// <summary>
    /// Ends the reconcile and notify commands that run: TERM, grace, KILL; or KILL at once. Each still answers.
    /// </summary>
    void StopAside(bool atOnce);

    /// <summary>Those of the recorded outputs that are gone or have another content.</summary>
    IReadOnlyList<string> LostOutputs(string task, IReadOnlyList<OutputFile> outputs);
}

/// <summary>The journal as the engine writes it.</summary>
public interface IRunJournal
{
    /// <summary>The highest event known to be synced.</summary>
    long Durable { get; }

    /// <summary>Appends an event to what the next sync takes along.</summary>
    /// <returns>Its number.</returns>
    long Append(RunEvent e, DateTimeOffset at);

    /// <summary>Asks for a sync of everything appended; its end is told by <see cref="DurableAdvanced"/>.</summary>
    void RequestSync();

    /// <summary>Raised on any thread when <see cref="Durable"/> has grown, or the journal is poisoned.</summary>
    event Action? DurableAdvanced;
}

/// <summary>Sees every event of a run once it is durable, in order. Must not block.</summary>
public interface IRunObserver
{
    /// <summary>An event is durable.</summary>
    /// <param name="e">The event.</param>
    /// <param name="seq">Its number in the journal.</param>
    /// <param name="progress">How far the run was with it; the state may already be further on.</param>
    void OnEvent(RunEvent e, long seq, RunProgress progress);

    /// <summary>
    /// The run has ended, everything recorded is durable and was seen, and its journal is closed next: what has to be
    /// written because of the run, and is to be there whenever the journal is closed, is written before this returns.
    /// May block.
    /// </summary>
    void OnClosing()
    {
    }
}
