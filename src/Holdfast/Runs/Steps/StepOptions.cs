using System.Text.Json.Serialization.Metadata;
using Holdfast.Resilience;

namespace Holdfast;

/// <summary>How a step is run. The defaults suit work that may simply be done again.</summary>
public class StepOptions
{
    /// <summary>
    /// What may be done when nobody knows whether the step happened: its process was killed, its time ran out, its
    /// connection broke after sending. Default: it is run again.
    /// </summary>
    public Effect Effect
    {
        get;
        init => field = Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "step options: that is no effect");
    }

    /// <summary>
    /// How often and how slowly a failure is tried again, by its class; a <see cref="RetryPolicy"/> stands for all
    /// classes that pass by themselves. Default: <see cref="RetryTable.PerClass"/>. What a killed process left undone
    /// is run again by <see cref="Effect"/>, whatever stands here.
    /// </summary>
    public RetryTable Retry
    {
        get;
        init => field = value ?? throw new ArgumentNullException(
            nameof(value), "step options: the retries are null; RetryTable.None tries nothing again");
    } = RetryTable.PerClass;

    /// <summary>
    /// After this time, up to <see cref="AttemptTimeout.Longest"/>, the step's token is cancelled, and the attempt
    /// counts as timed out. Null for no bound. A step that does not look at its token goes on for as long as it likes.
    /// </summary>
    public TimeSpan? Timeout
    {
        get;
        init => field = value is null || (value > TimeSpan.Zero && value <= AttemptTimeout.Longest)
            ? value
            : throw new ArgumentOutOfRangeException(
                nameof(value),
                $"step options: the timeout is {value}; it must be above 0, up to {AttemptTimeout.Longest.TotalDays:0} "
                    + "days, or null for none");
    }

    /// <summary>Whether it says something of a result, which a step that returns nothing has none of.</summary>
    internal virtual bool TellsOfResult => false;
}

/// <summary>How a step that returns a value is run.</summary>
/// <typeparam name="T">What it returns.</typeparam>
public sealed class StepOptions<T> : StepOptions
{
    /// <summary>
    /// How the result is written and read, from a source-generated context. Null for what the workspace was opened
    /// with.
    /// </summary>
    public JsonTypeInfo<T>? Json { get; init; }

    /// <summary>
    /// Asks the other side what became of a step with <see cref="Effect.Reconcile"/> whose end nobody saw. Without it
    /// a person has to decide. What it throws leaves the run as it is, and it is asked again at the next start; it has
    /// no bound but its token.
    /// </summary>
    public Func<StepContext, CancellationToken, Task<Reconciliation<T>>>? Reconcile { get; init; }

    /// <summary>
    /// Gives the result of a step that a person resolved as done, since only its program knows where to look. Without
    /// it such a step that returns a value throws.
    /// </summary>
    public Func<StepContext, CancellationToken, Task<T>>? WhenResolved { get; init; }

    /// <inheritdoc/>
    internal override bool TellsOfResult => Json is not null || Reconcile is not null || WhenResolved is not null;

    /// <summary>
    /// Whether the step does not begin before its intent is on the disk, though it may simply be run again: what it
    /// leaves behind must lead back to it.
    /// </summary>
    internal bool IsIntentDurable { get; init; }
}

/// <summary>What the other side says of a step whose end nobody saw.</summary>
public static class Reconciliation
{
    /// <summary>It happened, and this is its result.</summary>
    public static Reconciliation<T> Happened<T>(T value) => new(Runs.ReconcileAnswer.Happened, value);

    /// <summary>It did not happen, and is safe to run again.</summary>
    public static Reconciliation<T> DidNotHappen<T>() => new(Runs.ReconcileAnswer.DidNotHappen, default);

    /// <summary>It cannot be told; a person has to decide.</summary>
    public static Reconciliation<T> Unclear<T>() => new(Runs.ReconcileAnswer.Unclear, default);
}

/// <summary>One of the answers of <see cref="Reconciliation"/>.</summary>
/// <typeparam name="T">What the step returns.</typeparam>
public sealed class Reconciliation<T>
{
    internal Reconciliation(Runs.ReconcileAnswer answer, T? value) => (Answer, Value) = (answer, value);

    /// <summary>The answer.</summary>
    internal Runs.ReconcileAnswer Answer { get; }

    /// <summary>The result, where it happened.</summary>
    public T? Value { get; }
}

/// <summary>How a run is started or taken up again.</summary>
public class RunOptions
{
    /// <summary>What kind of run it is, for lists; its id if left out.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// Tries again what failed in an earlier start of the run, as <c>holdfast retry RUN --failed</c> does. Default: a
    /// failed run stays failed, and says so each time.
    /// </summary>
    public bool RetryFailed { get; init; }

    /// <summary>
    /// Whether a run of this id that was started under another <see cref="Name"/> is refused with an <see
    /// cref="InvalidOperationException"/>, since its steps are those of another program. Default: a run is known by its
    /// id alone, and its program may be renamed.
    /// </summary>
    public bool MustHaveName { get; init; }

    /// <summary>The run that has this one as a step; null for a run of its own.</summary>
    internal string? Parent { get; init; }
}

/// <summary>How a run that returns a value is started or taken up again.</summary>
/// <typeparam name="T">What it returns.</typeparam>
public sealed class RunOptions<T> : RunOptions
{
    /// <summary>How the result is written and read; null for what the workspace was opened with.</summary>
    public JsonTypeInfo<T>? Json { get; init; }
}

/// <summary>What became of a run that ended well.</summary>
public class RunResult
{
    /// <summary>Its id.</summary>
    public required string RunId { get; init; }

    /// <summary>Whether it had ended before, so that nothing was run now.</summary>
    public bool WasDone { get; init; }

    /// <summary>
    /// Steps that the journal knows and that the program, as it is now, never asked for: taken out or renamed since.
    /// </summary>
    public IReadOnlyList<string> UnaskedSteps { get; init; } = [];
}

/// <summary>What became of a run that ended well and returned a value.</summary>
/// <typeparam name="T">What it returned.</typeparam>
public sealed class RunResult<T> : RunResult
{
    /// <summary>What the program returned.</summary>
    public required T Value { get; init; }
}

/// <summary>What a person said to a run that asked for an approval.</summary>
/// <param name="IsApproved">Whether it was approved.</param>
/// <param name="Why">Who said so, and what else they said.</param>
public sealed record Approval(bool IsApproved, string Why);
