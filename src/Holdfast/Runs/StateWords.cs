namespace Holdfast.Runs;

/// <summary>Where a task stands.</summary>
public enum TaskStage
{
    /// <summary>Something it needs has not ended.</summary>
    Pending,

    /// <summary>It could start now.</summary>
    Ready,

    /// <summary>An attempt is under way, or its intent is recorded.</summary>
    Running,

    /// <summary>It failed, and waits for its next attempt.</summary>
    Retrying,

    /// <summary>It waits for a person (an approval, a checkpoint).</summary>
    Waiting,

    /// <summary>It waits for a stated time that is too far to sit through.</summary>
    Parked,

    /// <summary>Nobody knows whether it happened; a person has to resolve it.</summary>
    Held,

    /// <summary>It could start, but the run is paused.</summary>
    Paused,

    /// <summary>Done.</summary>
    Succeeded,

    /// <summary>Done before, and nothing it depends on has changed.</summary>
    Cached,

    /// <summary>Ended in failure.</summary>
    Failed,

    /// <summary>Cannot run, since something it needs did not succeed.</summary>
    Blocked,

    /// <summary>Its <c>when</c> said no.</summary>
    Skipped,

    /// <summary>Stopped on purpose.</summary>
    Cancelled,
}

/// <summary>Where a run stands.</summary>
public enum RunStatus
{
    /// <summary>Driven, or to be driven on.</summary>
    Running,

    /// <summary>Only people, or a far time, can move it on.</summary>
    Waiting,

    /// <summary>Its driver was told to leave; it can be resumed.</summary>
    Interrupted,

    /// <summary>All work is done.</summary>
    Succeeded,

    /// <summary>At least one task ended in failure.</summary>
    Failed,

    /// <summary>A person cancelled it.</summary>
    Cancelled,

    /// <summary>It failed as a whole for an infrastructure class.</summary>
    Infrastructure,
}

/// <summary>Why a run is being stopped.</summary>
public enum StopCause
{
    /// <summary>A person cancelled it; final.</summary>
    Cancel,

    /// <summary>The driver was told to leave; it can be resumed.</summary>
    Interrupt,

    /// <summary>The run's deadline has passed; final.</summary>
    Deadline,

    /// <summary>A task with <c>on-failure: stop</c> failed; final.</summary>
    OnFailure,
}

/// <summary>What a reconcile command said.</summary>
public enum ReconcileAnswer
{
    /// <summary>Exit code 0: the effect happened, the task is done.</summary>
    Happened,

    /// <summary>Exit code 1: it did not; safe to run again.</summary>
    DidNotHappen,

    /// <summary>Anything else: a person has to decide.</summary>
    Unclear,
}

/// <summary>What the plan's notify command is run for.</summary>
public enum NotifyOn
{
    /// <summary>A person is needed.</summary>
    Waiting,

    /// <summary>The run ended in failure.</summary>
    Failed,

    /// <summary>The run ended.</summary>
    Done,
}

/// <summary>The words of states, outside the code.</summary>
public static class StateWords
{
    /// <summary>Whether the task will not change any more unless a person orders it.</summary>
    public static bool IsEnd(this TaskStage status) => status >= TaskStage.Succeeded;

    /// <summary>Whether those behind the task may go on.</summary>
    public static bool Satisfies(this TaskStage status) =>
        status is TaskStage.Succeeded or TaskStage.Cached or TaskStage.Skipped;

    /// <summary>Whether the run will not change any more unless a person orders it.</summary>
    public static bool IsEnd(this RunStatus status) => status >= RunStatus.Succeeded;

    /// <summary>The word of a task's state.</summary>
    public static string Word(this TaskStage status) => status switch
    {
        TaskStage.Pending => "pending",
        TaskStage.Ready => "ready",
        TaskStage.Running => "running",
        TaskStage.Retrying => "retrying",
        TaskStage.Waiting => "waiting",
        TaskStage.Parked => "parked",
        TaskStage.Held => "held",
        TaskStage.Paused => "paused",
        TaskStage.Succeeded => "succeeded",
        TaskStage.Cached => "cached",
        TaskStage.Failed => "failed",
        TaskStage.Blocked => "blocked",
        TaskStage.Skipped => "skipped",
        _ => "cancelled",
    };

    /// <summary>The word of a run's state.</summary>
    public static string Word(this RunStatus status) => status switch
    {
        RunStatus.Running => "running",
        RunStatus.Waiting => "waiting",
        RunStatus.Interrupted => "interrupted",
        RunStatus.Succeeded => "succeeded",
        RunStatus.Failed => "failed",
        RunStatus.Cancelled => "cancelled",
        _ => "infrastructure",
    };

    /// <summary>The word of a stop's cause.</summary>
    public static string Word(this StopCause cause) => cause switch
    {
        StopCause.Cancel => "cancel",
        StopCause.Interrupt => "interrupt",
        StopCause.Deadline => "deadline",
        _ => "on_failure",
    };

    /// <summary>The word of a reconcile answer.</summary>
    public static string Word(this ReconcileAnswer answer) => answer switch
    {
        ReconcileAnswer.Happened => "happened",
        ReconcileAnswer.DidNotHappen => "did_not_happen",
        _ => "unclear",
    };

    /// <summary>The word of a resolution.</summary>
    public static string Word(this Resolution resolution) => resolution switch
    {
        Resolution.Done => "done",
        Resolution.Redo => "redo",
        _ => "fail",
    };

    /// <summary>The word of an occasion to notify.</summary>
    public static string Word(this NotifyOn on) => on switch
    {
        NotifyOn.Waiting => "waiting",
        NotifyOn.Failed => "failed",
        _ => "done",
    };

    /// <summary>The word of what was found of an attempt.</summary>
    public static string Word(this AttemptTrace trace) => trace switch
    {
        AttemptTrace.NeverStarted => "never_started",
        AttemptTrace.Alive => "alive",
        AttemptTrace.Ended => "ended",
        _ => "gone",
    };

    internal static bool TryParse(string? word, out TaskStage value) =>
        TryParse(word, Word, TaskStage.Cancelled, out value);

    internal static bool TryParse(string? word, out RunStatus value) =>
        TryParse(word, Word, RunStatus.Infrastructure, out value);

    internal static bool TryParse(string? word, out StopCause value) =>
        TryParse(word, Word, StopCause.OnFailure, out value);

    internal static bool TryParse(string? word, out ReconcileAnswer value) =>
        TryParse(word, Word, ReconcileAnswer.Unclear, out value);

    internal static bool TryParse(string? word, out Resolution value) =>
        TryParse(word, Word, Resolution.Fail, out value);

    internal static bool TryParse(string? word, out NotifyOn value) =>
        TryParse(word, Word, NotifyOn.Done, out value);

    internal static bool TryParse(string? word, out AttemptTrace value) =>
        TryParse(word, Word, AttemptTrace.Gone, out value);

    // The words are defined once, in Word; reading tries each value up to the last.
    private static bool TryParse<T>(string? word, Func<T, string> name, T last, out T value)
        where T : struct, Enum
    {
        var end = Convert.ToInt32(last);
        for (var i = 0; i <= end; i++)
        {
            value = (T)Enum.ToObject(typeof(T), i);
            if (name(value) == word)
            {
                return true;
            }
        }

        value = default;
        return false;
    }
}
