using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs;

/// <summary>What a person or another process asks of a run.</summary>
public enum SteeringCommand
{
    /// <summary>End it for good.</summary>
    Cancel,

    /// <summary>Start nothing more.</summary>
    Pause,

    /// <summary>Start again.</summary>
    Unpause,

    /// <summary>New attempts of ended tasks; those that wait for their next one go on now.</summary>
    Retry,

    /// <summary>Decide about held tasks.</summary>
    Resolve,

    /// <summary>Approve tasks that wait for it.</summary>
    Approve,

    /// <summary>Deny tasks that wait for an approval; they fail.</summary>
    Deny,

    /// <summary>Complete the next checkpoint of a task.</summary>
    Checkpoint,

    /// <summary>Bring a value to a run of a C# program.</summary>
    Signal,

    /// <summary>Let what waits for a target go on: it may be asked now.</summary>
    Unblock,
}

/// <summary>A request to steer a run. Its id is its idempotency key.</summary>
public sealed record SteeringRequest(string Id, SteeringCommand Command, string By)
{
    /// <summary>The tasks it is about; for a retry, none means every task that failed or never ran.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>The checkpoint that is reached, of a checkpoint.</summary>
    public string? Checkpoint { get; init; }

    /// <summary>The attempt that reached it, of a checkpoint; 0 where a person completes it.</summary>
    public int Attempt { get; init; }

    /// <summary>What was done, of a checkpoint; what the person said, of an approval. Null for nothing.</summary>
    public string? Comment { get; init; }

    /// <summary>What is sent, of a signal: one line of JSON.</summary>
    public string? Value { get; init; }

    /// <summary>What looking into the checkpoint came to; set by the driver.</summary>
    public CheckpointVerdict? Verdict { get; init; }

    /// <summary>The target that may be asked, of an unblock.</summary>
    public string? Target { get; init; }

    /// <summary>The decision, of a resolve.</summary>
    public Resolution? As { get; init; }

    /// <summary>When it was asked, by the asker's wall clock: requests are taken up in this order.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>When the asker stops waiting for the answer; an answer is removed some time after that.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>The answer to a request.</summary>
/// <param name="Accepted">Whether it was carried out.</param>
/// <param name="Message">What was done, or why not and what helps.</param>
/// <param name="ExitCode">For the command that asked.</param>
public sealed record SteeringAnswer(bool Accepted, string Message, int ExitCode)
{
    /// <summary>How many tasks a retry or an unblock set going; 0 for none.</summary>
    public int SetGoing { get; init; }
}

/// <summary>Turns requests into events: the same for the driver and for a command that takes the lock itself.</summary>
public static partial class Steering
{
    /// <summary>
    /// Decides about a request. A request that was taken up before gets the same answer and changes nothing.
    /// </summary>
    public static (SteeringAnswer Answer, IReadOnlyList<RunEvent> Events) Apply(RunState state, SteeringRequest request)
    {
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(request);
        if (state.RequestAnswer(request.Id) is { } before)
        {
            return (new SteeringAnswer(before.Accepted, before.Message, before.ExitCode)
            {
                SetGoing = before.SetGoing,
            }, []);
        }

        var (answer, events) = request.Command switch
        {
            SteeringCommand.Cancel => Cancel(state, request),
            SteeringCommand.Pause => Pause(state, request),
            SteeringCommand.Unpause => Unpause(state, request),
            SteeringCommand.Retry => Retry(state, request),
            SteeringCommand.Approve => Approve(state, request, approved: true),
            SteeringCommand.Deny => Approve(state, request, approved: false),
            SteeringCommand.Checkpoint => Complete(state, request),
            SteeringCommand.Signal => Signal(state, request),
            SteeringCommand.Unblock => Unblock(state, request),
            _ => Resolve(state, request),
        };
        var received = new RequestReceived(
            request.Id, request.Command.Word(), request.By, answer.Accepted, answer.Message)
        {
            ExitCode = answer.ExitCode, SetGoing = answer.SetGoing,
        };
        // A run that ended stays as it is: a refusal is an answer, and no event after its last word. What was ordered
        // is recorded before the receipt: a crash between the two then costs an answer, never the order.
        return state.Ended is not null && !answer.Accepted ? (answer, []) : (answer, [.. events, received]);
    }

    /// <summary>The word of a command.</summary>
    public static string Word(this SteeringCommand command) => command switch
    {
        SteeringCommand.Cancel => "cancel",
        SteeringCommand.Pause => "pause",
        SteeringCommand.Unpause => "unpause",
        SteeringCommand.Retry => "retry",
        SteeringCommand.Approve => "approve",
        SteeringCommand.Deny => "deny",
        SteeringCommand.Checkpoint => "checkpoint",
        SteeringCommand.Signal => "signal",
        SteeringCommand.Unblock => "unblock",
        _ => "resolve",
    };

    private static (SteeringAnswer, RunEvent[]) Cancel(RunState state, SteeringRequest request) =>
        state.Ended is { } ended
            ? Refused($"the run has ended ({ended.Status.Word()}); there is nothing to cancel")
            : state.Stopping is { Cause: StopCause.Cancel }
                ? Done("the run is being cancelled already")
                : Done("the run is being cancelled", CancelledBy(request.By));

    internal static RunStopping CancelledBy(string by) => new(StopCause.Cancel, by, $"cancelled by {by}");

    private static (SteeringAnswer, RunEvent[]) Pause(RunState state, SteeringRequest request) =>
        state.Ended is { } ended
            ? Refused($"the run has ended ({ended.Status.Word()}); there is nothing to pause")
            : state.Paused
                ? Done("the run is paused already")
                : Done("paused: what runs goes on, nothing new starts", new RunPaused(request.By));

    private static (SteeringAnswer, RunEvent[]) Unpause(RunState state, SteeringRequest request) =>
        state.Ended is { } ended
            ? Refused($"the run has ended ({ended.Status.Word()}); there is nothing to unpause")
            : state.Paused
                ? Done("the run goes on", new RunUnpaused(request.By))
                : Refused("the run is not paused");

    private static (SteeringAnswer, RunEvent[]) Resolve(RunState state, SteeringRequest request)
    {
        if (request.As is not { } resolution)
        {
            return Misused("a resolve says what became of the task: --done, --redo or --fail");
        }

        if (request.Tasks.Count == 0)
        {
            return Misused("a resolve names the tasks that it is about");
        }

        var events = new List<RunEvent>();
        foreach (var name in request.Tasks.Distinct())
        {
            if (state.Find(name) is not { } task)
            {
                return NoTask(state, name);
            }

            if (task.Status != TaskStage.Held)
            {
                return Refused(
                    $"task \"{name}\" is {task.Status.Word()}, not held; there is nothing to resolve, and "
                        + $"{Status(state)} shows what is held");
            }

            events.Add(new TaskResolved(resolution, request.By) { Task = name });
        }

        return Done($"resolved as {resolution.Word()}", [.. events]);
    }

    private static (SteeringAnswer, RunEvent[]) Done(string message, params RunEvent[] events) =>
        (new SteeringAnswer(true, message, ExitCodes.Done), events);

    // A step of a program comes to be when the program first asks for it.
    private static (SteeringAnswer, RunEvent[]) NoTask(RunState state, string name) => (new SteeringAnswer(
        false,
        state.IsOfProgram
            ? $"its program has asked for no step \"{name}\" yet; {Status(state)} shows the {state.Total} it asked for"
            : $"the run has no task \"{name}\"; {Status(state)} shows all {state.Total}",
        ExitCodes.NotFound), []);

    private static string Status(RunState state) => $"`holdfast status {state.Spec.RunId}`";

    private static (SteeringAnswer, RunEvent[]) Misused(string message) =>
        (new SteeringAnswer(false, message, ExitCodes.Usage), []);

    private static (SteeringAnswer, RunEvent[]) Refused(string message) =>
        (new SteeringAnswer(false, message, ExitCodes.Conflict), []);
}
