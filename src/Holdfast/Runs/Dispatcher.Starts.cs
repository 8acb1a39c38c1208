using Holdfast.Runs.Events;

namespace Holdfast.Runs;

/// <content>From a recorded intent to the start of its attempt.</content>
public sealed partial class Dispatcher
{
    // Enough for some short tasks to follow each other at once.
    private const int MostReady = 4;

    private readonly Queue<Intent> _intents = new();

    // A withdrawn attempt's number is given again: its old intent must not start it before the new one is durable.
    private void Forget(AttemptId withdrawn)
    {
        _host.GiveUp(withdrawn);
        for (var left = _intents.Count; left > 0; left--)
        {
            var intent = _intents.Dequeue();
            if (intent.Attempt != withdrawn)
            {
                _intents.Enqueue(intent);
            }
        }
    }

    // An attempt starts when its intent is durable and a place is free; a later line never overtakes an earlier one,
    // so a durable intent proves that the ends it builds on are durable too.
    private void Launch()
    {
        while (_memory.Launched.Count < _limits.MaxParallel && _intents.TryPeek(out var next)
            && next.Seq <= _journal.Durable && !_state.Paused)
        {
            _intents.Dequeue();
            var task = _state.Find(next.Attempt.Task)!;
            if (!task.IsOpen || task.Attempts != next.Attempt.Number || _state.Stopping is not null)
            {
                _host.GiveUp(next.Attempt);
                continue;
            }

            // Since its intent was recorded, a person ordered something that it needs to run again; or its target named
            // a wait.
            var runsAgain = (task.Parent ?? task).UnmetNeeds > 0;
            if (runsAgain || _state.IsTargetBlocked(task))
            {
                Record([new AttemptWithdrawn(runsAgain ? "what it needs runs again" : "its target is blocked")
                {
                    Task = task.Name, Attempt = task.Attempts,
                }]);
                _journal.RequestSync();
                NextStepAt = _clock.Now;
            }
            else
            {
                _memory.Launched.Add(next.Attempt);
                _host.Start(next.Attempt, this);
            }
        }
    }

    // Each once, when it comes to the front, and only the first few: what is made ready holds descriptors.
    private void MakeReady()
    {
        var left = MostReady;
        foreach (var waiting in _intents)
        {
            if (left-- == 0)
            {
                return;
            }

            if (!waiting.IsOffered)
            {
                waiting.IsOffered = true;
                _host.MakeReady(waiting.Attempt);
            }
        }
    }

    private sealed record Intent(AttemptId Attempt, long Seq)
    {
        /// <summary>Whether the host was told that it may make it ready.</summary>
        internal bool IsOffered { get; set; }
    }
}
