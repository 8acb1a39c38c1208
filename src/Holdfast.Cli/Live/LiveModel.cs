using Holdfast.Cli.Looking;
using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Live;

/// <summary>What a person wants to see of a run at a glance, folded from its events on the thread of the
/// view.</summary>
internal sealed class LiveModel
{
    private const int MaxFailures = 20;
    private readonly Dictionary<string, (DateTimeOffset At, int Attempt)> _running = [];
    private readonly Dictionary<string, (DateTimeOffset Until, string Why)> _waiting = [];
    private readonly Dictionary<string, string> _held = [];
    private readonly Queue<(string Task, string Why)> _failures = new();
    private readonly IReadOnlyDictionary<string, TimeSpan> _expected;
    private readonly int _parallel;
    private readonly Places _places;
    private readonly TimeSpan _usual;
    private TimeSpan _known;
    private int _failed;

    /// <summary>A model that begins where a run stands. To be made before its driver starts.</summary>
    internal LiveModel(RunState state, int parallel)
    {
        _expected = state.Spec.Expected;
        _parallel = Math.Max(1, parallel);
        _places = new Places(_parallel);
        _usual = _expected.Count == 0
            ? TimeSpan.Zero
            : TimeSpan.FromMilliseconds(_expected.Values.Average(d => d.TotalMilliseconds));
        Progress = RunProgress.Of(state);
        StartedAt = state.Started?.At;
        foreach (var task in state.Tasks)
        {
            _known += task.Status.IsEnd() ? TimeSpan.Zero : ExpectedOf(task.Name);
            if (task.Status is TaskStage.Held or TaskStage.Waiting)
            {
                _held[task.Name] = task.Reason ?? "";
            }
            else if (task.WakeAt is { } until)
            {
                _waiting[task.Name] = (until, task.Reason ?? "");
            }
            else if (task.Status == TaskStage.Failed)
            {
                _failed++;
            }
        }
    }

    internal RunProgress Progress { get; private set; }

    internal DateTimeOffset? StartedAt { get; private set; }

    internal bool Paused { get; private set; }

    /// <summary>Why the run is being stopped; null while it goes on.</summary>
    internal string? Stopping { get; private set; }

    internal int Failed => _failed;

    internal IReadOnlyDictionary<string, (DateTimeOffset At, int Attempt)> Running => _running;

    internal IReadOnlyDictionary<string, (DateTimeOffset Until, string Why)> Waiting => _waiting;

    internal IReadOnlyDictionary<string, string> Held => _held;

    internal IReadOnlyCollection<(string Task, string Why)> Failures => _failures;

    internal void Take(SeenEvent seen)
    {
        Progress = seen.Progress;
        StartedAt ??= seen.Event is RunStarted ? seen.Event.At : null;
        switch (seen.Event)
        {
            case AttemptStarted:
                Leave(seen.Event.Task!);
                break;
            case AttemptAdopted or AttemptFound:
                Leave(seen.Event.Task!);
                _running[seen.Event.Task!] = (seen.Event.At, seen.Event.Attempt);
                break;
            case RuntimeRecoveryScheduled { Decision: { Until: { } until } decision }:
                Leave(seen.Event.Task!);
                _waiting[seen.Event.Task!] = (until, $"{decision.Strategy.Word()}: "
                    + ReasonText.Of(decision.Class, decision.Reason));
                break;
            case TaskHeld held:
                Leave(seen.Event.Task!);
                _held[seen.Event.Task!] = held.Reason;
                break;
            case TaskWaiting waiting:
                Leave(seen.Event.Task!);
                _held[seen.Event.Task!] = waiting.Why;
                break;
            case TaskFailed failed:
                Fail(failed);
                break;
            case AttemptSucceeded or TaskCancelled or TaskSkipped or TaskBlocked:
                End(seen.Event.Task!);
                break;
            case AttemptFailed or AttemptWithdrawn or TaskResolved or ApprovalDecided:
                Leave(seen.Event.Task!);
                break;
            case RunPaused or RunUnpaused:
                Paused = seen.Event is RunPaused;
                break;
            case RunStopping stopping:
                Stopping = stopping.Reason;
                break;
        }

        foreach (var started in _places.Take(seen.Event))
        {
            _running[started.Task!] = (seen.Event.At, started.Attempt);
        }
    }

    /// <summary>How long the rest may take: from history where there is any, else from the pace so far; null if
    /// nothing tells.</summary>
    internal TimeSpan? Remaining(DateTimeOffset now)
    {
        var left = Progress.Total - Progress.Done;
        if (left <= 0)
        {
            return null;
        }

        if (_expected.Count > 0)
        {
            var spent = _running.Aggregate(TimeSpan.Zero, (sum, r) => sum + Min(now - r.Value.At, ExpectedOf(r.Key)));
            var rest = (_known - spent) / Math.Min(_parallel, left);
            return rest > TimeSpan.Zero ? rest : null;
        }

        const int EnoughToTell = 3;
        return Progress.Done >= EnoughToTell && StartedAt is { } start && now > start
            ? (now - start) / Progress.Done * left
            : null;
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    // An instance is known by its fan-out: its own item may never have been seen before.
    private TimeSpan ExpectedOf(string task)
    {
        if (_expected.TryGetValue(task, out var own))
        {
            return own;
        }

        var bracket = task.IndexOf('[');
        return bracket > 0 && _expected.TryGetValue(task[..bracket], out var fanOut) ? fanOut : _usual;
    }

    private void Fail(TaskFailed failed)
    {
        End(failed.Task!);
        _failed++;
        _failures.Enqueue((failed.Task!, ReasonText.Of(failed.Class, failed.Reason)));
        if (_failures.Count > MaxFailures)
        {
            _failures.Dequeue();
        }
    }

    private void End(string task)
    {
        Leave(task);
        _known -= Min(_known, ExpectedOf(task));
    }

    private void Leave(string task)
    {
        _running.Remove(task);
        _waiting.Remove(task);
        _held.Remove(task);
    }
}
