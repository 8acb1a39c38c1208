using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs;

/// <content>Checkpoints: looked into before they count, and asked for when an attempt ends well without them.</content>
public sealed partial class Dispatcher
{
    // What a checkpoint's own command or commit says is known only later; the request is judged again then, since the
    // run went on meanwhile.
    private void SteerCheckpoint(SteeringRequest request, Action<SteeringAnswer> answer)
    {
        var first = Steering.Apply(_state, request);
        if (!first.Answer.Accepted || first.Events.Count == 0)
        {
            Answer(first, answer);
            return;
        }

        var task = _state.Find(request.Tasks[0])!;
        var asked = AskedAbout(task.Name);
        _memory.Asked.Add(asked);
        _host.VerifyCheckpoint(task.CurrentAttempt, request.Checkpoint!, request.Comment ?? "", verdict => Post(() =>
        {
            _memory.Asked.Remove(asked);
            Answer(Steering.Apply(_state, request with { Verdict = verdict }), answer);
        }));
    }

    private void Answer(
        (SteeringAnswer Answer, IReadOnlyList<RunEvent> Events) result, Action<SteeringAnswer> answer)
    {
        var last = result.Events.Count > 0 ? Record(result.Events) : _journal.Durable;
        _answers.Enqueue(new DueAnswer(() => answer(result.Answer), last));
    }

    // An attempt that exited well and lacks checkpoints did not succeed: what it printed may say why.
    private AttemptEnd WithCheckpoints(TaskState task, AttemptEnd end)
    {
        foreach (var completed in end.Checkpoints)
        {
            if (task.NextCheckpoint == completed.Id)
            {
                Record([completed with { Task = task.Name, Attempt = task.Attempts }]);
            }
        }

        return end.Failure is null && task.NextCheckpoint is not null
            ? end with { Failure = _host.Incomplete(task.CurrentAttempt, end.Outcome, Missing(task)) }
            : end;
    }

    private static string[] Missing(TaskState task) => [.. task.Spec.Checkpoints.Skip(task.Checkpoints.Count)];

    // No name of a task holds a line end, so this is not one of a task.
    private static string AskedAbout(string task) => task + "\ncheckpoint";
}
