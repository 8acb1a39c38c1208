using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.State;

/// <summary>A task of a run, folded from its events.</summary>
public sealed class TaskState
{
    internal TaskState(int index, string name, TaskSpec spec)
    {
        Index = index;
        Name = name;
        Spec = spec;
        Runtime = spec.Runtimes[0];
    }

    /// <summary>Its place in the run; instances of fan-outs follow the tasks of the plan.</summary>
    public int Index { get; }

    /// <summary>Its name; an instance of a fan-out carries its item in brackets.</summary>
    public string Name { get; }

    /// <summary>Order and policy; an instance shares its fan-out's.</summary>
    public TaskSpec Spec { get; internal set; }

    /// <summary>The runtime of its last attempt; the preferred one before the first.</summary>
    public RuntimeChoice Runtime { get; internal set; }

    /// <summary>Whether its last attempt took a probe's place at a half-open breaker.</summary>
    internal bool IsProbe { get; set; }

    /// <summary>The checkpoints that were reached, in their order.</summary>
    public IReadOnlyList<CheckpointCompleted> Checkpoints { get; internal set; } = [];

    /// <summary>The first checkpoint that is not reached yet; null if all are, or none is declared.</summary>
    public string? NextCheckpoint =>
        Checkpoints.Count < Spec.Checkpoints.Count ? Spec.Checkpoints[Checkpoints.Count] : null;

    /// <summary>Where it stands.</summary>
    public TaskStage Status { get; internal set; }

    /// <summary>Attempts made so far, counted over the whole run.</summary>
    public int Attempts { get; internal set; }

    /// <summary>Attempts that had been made when a person last ordered new ones; those count for nothing.</summary>
    public int AttemptsForgiven { get; internal set; }

    /// <summary>What its attempts have spent since a person last ordered new ones.</summary>
    public RetryTally Tally { get; internal set; } = RetryTally.Empty;

    /// <summary>The judgement of the last attempt, if that one failed.</summary>
    public Failure? Failure { get; internal set; }

    /// <summary>What the last attempt ended in.</summary>
    public Outcome? Outcome { get; internal set; }

    /// <summary>Why it stands where it stands, for people; null where the state says it all.</summary>
    public string? Reason { get; internal set; }

    /// <summary>
    /// The recovery that was decided for the last failure; null before it, and once the next attempt runs.
    /// </summary>
    public RuntimeRecoveryScheduled? Recovery { get; internal set; }

    /// <summary>When its wait is over by the run's clock; null if it does not wait.</summary>
    public DateTimeOffset? WakeAt { get; internal set; }

    /// <summary>When its wait for a person is over, and it fails; null for no bound.</summary>
    public DateTimeOffset? DueAt { get; internal set; }

    /// <summary>The step of a C# program whose body asked for it last; null where the program itself did.</summary>
    internal string? Within { get; set; }

    /// <summary>When a C# program began to wait for a person or a signal; null for anything else.</summary>
    internal DateTimeOffset? AskedAt { get; set; }

    /// <summary>How long its wait for a person was meant to be, in whole milliseconds; null for no bound.</summary>
    internal TimeSpan? DueFor { get; set; }

    /// <summary>When its first attempt started.</summary>
    public DateTimeOffset? StartedAt { get; internal set; }

    /// <summary>When its last attempt's intent was recorded.</summary>
    public DateTimeOffset? AttemptStartedAt { get; internal set; }

    /// <summary>The start of the machine in which the last attempt's intent was recorded.</summary>
    public string? AttemptBootId { get; internal set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; internal set; }

    /// <summary>The declared outputs of its success.</summary>
    public IReadOnlyList<OutputFile> Outputs { get; internal set; } = [];

    /// <summary>What a step of a C# program returned; null for nothing, and for tasks of plans.</summary>
    public StepResult? Result { get; internal set; }

    /// <summary>Whether its result was sent from outside, rather than made by an attempt.</summary>
    internal bool WasSent { get; set; }

    /// <summary>The timer of a C# program that its attempt is; null for anything else.</summary>
    internal AttemptStarted? Timer { get; set; }

    /// <summary>The names of what blocks it.</summary>
    public IReadOnlyList<string> BlockedBy { get; internal set; } = [];

    /// <summary>The fan-out that it is an instance of; null for a task of the plan.</summary>
    public TaskState? Parent { get; internal init; }

    /// <summary>The item that it stands for; null for a task of the plan.</summary>
    public string? Item { get; internal init; }

    /// <summary>Index of a fan-out's first instance; its instances are consecutive.</summary>
    public int FirstInstance { get; internal set; }

    /// <summary>How many instances a fan-out has.</summary>
    public int Instances { get; internal set; }

    /// <summary>Whether its success was taken over from another run.</summary>
    public bool TakenOver { get; internal set; }

    /// <summary>The run that it ran in, where its success was taken over; null where it was not, or in a snapshot
    /// that does not tell.</summary>
    public string? TakenFrom { get; internal set; }

    /// <summary>Whether an attempt is under way or its intent is recorded.</summary>
    public bool IsOpen => Status == TaskStage.Running && !IsFanOutParent;

    /// <summary>
    /// Whether it ended as the plan was before an edit, and its result stands although the plan says otherwise now.
    /// </summary>
    public bool IsStale => Mark is { Ran: true } && Status.IsEnd();

    /// <summary>Set by an edit of the plan under a result of the task; gone once it is to run anew.</summary>
    internal StaleMark? Mark { get; set; }

    /// <summary>
    /// The order that it was reopened by; gone once an attempt since then is known to have been made.
    /// </summary>
    internal StaleMark? Redo { get; set; }

    internal bool IsFanOutParent => Spec.IsFanOut && Parent is null;

    /// <summary>Weight of the longest chain of work that starts here, in milliseconds: what runs first.</summary>
    internal double CriticalMs { get; set; }

    internal int UnmetNeeds { get; set; }

    internal int OpenInstances { get; set; }

    internal bool Expanded { get; set; }

    internal ReadyPool Pool { get; set; } = ReadyPool.None;

    internal AttemptId CurrentAttempt => new(Name, Attempts);

    internal void ForgiveAttempts()
    {
        AttemptsForgiven = Attempts;
        Tally = RetryTally.Empty;
    }
}

/// <summary>A task's last attempt was made under another definition than the plan's present one.</summary>
/// <param name="RanAs">
/// Hash of the definition that it ran under; empty where only something that it needs is made anew.
/// </param>
/// <param name="RerunBy">Who ordered that it runs again; null where nobody did.</param>
/// <param name="Ran">
/// Whether that attempt is known to have been made; of an intent that was on record at the edit only its adoption
/// tells.
/// </param>
internal sealed record StaleMark(string RanAs, string? RerunBy, bool Ran)
{
    /// <summary>Whether its own definition is as it was, and what it needs is not.</summary>
    internal bool IsBehind => RanAs.Length == 0;
}
