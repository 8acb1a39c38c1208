using Holdfast.Failures;
using Holdfast.Runs.Events;

namespace Holdfast.Runs;

/// <summary>What a driver is to do next. Exactly one at a time; after it, the state decides anew.</summary>
public abstract record Decision
{
    /// <summary>Record these events, in one piece.</summary>
    public sealed record Record(IReadOnlyList<RunEvent> Events) : Decision;

    /// <summary>
    /// Ask the target of an attempt; record its intent if it may be sent, else that the target is blocked.
    /// </summary>
    public sealed record Admit(AttemptStarted Intent) : Decision;

    /// <summary>Find the items of a fan-out and record them.</summary>
    public sealed record Expand(string Task) : Decision;

    /// <summary>Ask the task's reconcile command whether its effect happened.</summary>
    public sealed record Reconcile(string Task) : Decision;

    /// <summary>Judge an attempt whose end is recorded and whose judgement is not.</summary>
    public sealed record Classify(AttemptId Attempt) : Decision;

    /// <summary>End a running attempt.</summary>
    public sealed record Stop(AttemptId Attempt, EndedBy Reason) : Decision;

    /// <summary>Run the plan's notify command.</summary>
    public sealed record Notify(NotifyOn On) : Decision;

    /// <summary>Nothing is left for this driver: leave, with this exit code.</summary>
    public sealed record Leave(int ExitCode) : Decision;

    /// <summary>Nothing can be done before something happens, or this time comes.</summary>
    public sealed record Await(DateTimeOffset? Until) : Decision;
}
