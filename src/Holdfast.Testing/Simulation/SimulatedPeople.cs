using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;
using Holdfast.Testing.Runs;

namespace Holdfast.Testing.Simulation;

/// <summary>
/// People and other processes: they leave requests in the run's inbox while it is driven, apply them by themselves
/// while
/// it is not, set the clock, and remember which answers they were given.
/// </summary>
internal sealed class SimulatedPeople(
    Random random, Inbox inbox, Promises promises, SimulatedTime time, MemoryTargets targets)
{
    private const int MaxRetries = 2;

    private readonly Dictionary<string, SteeringRequest> _asked = [];
    private int _requests;
    private int _retries;
    private int _edits;

    /// <summary>Rarely, somebody does something to a driven run. True if so.</summary>
    internal bool Steer(RunState state)
    {
        TakeAnswers();
        switch (random.Next(300))
        {
            case 0:
                return Ask(SteeringCommand.Pause);
            case 1 or 2:
                promises.ClockJumps();
                time.JumpWall(TimeSpan.FromSeconds(random.Next(-7_200, 7_200)));
                return true;
            case 3 when random.Next(2) == 0:
                return Ask(SteeringCommand.Cancel);
            case 4 or 5 when state.Tasks.FirstOrDefault(t => t.Status == TaskStage.Held) is { } held:
                return Ask(SteeringCommand.Resolve, held.Name);
            case 6 or 7 when state.Tasks.FirstOrDefault(t => t.Status == TaskStage.Failed) is { } failed:
                return Ask(SteeringCommand.Retry, failed.Name);
            // What must run once is stopped more often than chance would have it: there are few moments for it.
            case >= 8 and < 14 when state.Open.Any(t => t.Spec.Effect == Effect.Once):
                return Ask(SteeringCommand.Pause);
            case 14 or 15 when state.Open.Any(t => t.Spec.Effect is Effect.Once or Effect.Keyed):
                return Ask(SteeringCommand.Cancel);
            case >= 16 and < 20 when state.Open.Any(t => t.Spec.Effect == Effect.Once):
                return Ask(SteeringCommand.Cancel);
            case >= 20 and < 24 when state.Tasks.FirstOrDefault(t => t.Status == TaskStage.Waiting) is { } waiting:
                return Ask(OfWaiting(waiting));
            case >= 24 and < 28 when state.Open.FirstOrDefault(t => t.NextCheckpoint is not null) is { } open:
                return Ask(Checkpoint(open));
            case < 100 when state.Paused:
                return Ask(SteeringCommand.Unpause);
            case >= 100 and < 110 when state.Waits.Count > 0:
                return Ask(SteeringCommand.Retry, Waiting(state).Name);
            case >= 110 and < 130 when state.IsKeptFrom(SimulatedPlan.Target):
                return Ask(Reset());
            case 130:
                return Ask(Reset());
            // What must run once waits rarely, too.
            case > 130 and < 150 when state.Waits.FirstOrDefault(t => t.Spec.Effect == Effect.Once) is { } waiting:
                return Ask(SteeringCommand.Retry, waiting.Name);
            default:
                return false;
        }
    }

    /// <summary>
    /// Somebody looks at a run that nobody drives: decides about what is held, lifts a pause, and sometimes wants what
    /// failed to be tried again. True if the run is to be driven on for that.
    /// </summary>
    internal bool ComeBy(RunState state, Action<RunEvent> append, Action commit)
    {
        if (state is { FirstDue: not null, Ended: null } && random.Next(6) == 0)
        {
            // Nobody decides for a while, and somebody has the run driven on.
            time.Advance(TimeSpan.FromMinutes(random.Next(1, 70)));
            return true;
        }

        var before = state.LastSeq;
        foreach (var held in state.Tasks.Where(t => t.Status == TaskStage.Held).ToArray())
        {
            Do(state, Request(SteeringCommand.Resolve, held.Name), append);
        }

        while (state.Tasks.FirstOrDefault(t => t.Status == TaskStage.Waiting) is { } waiting)
        {
            Do(state, OfWaiting(waiting), append);
        }

        if (state.Paused && state.Ended is null)
        {
            Do(state, Request(SteeringCommand.Unpause), append);
        }

        if (state.Waits.Count > 0 && random.Next(3) == 0)
        {
            Do(state, random.Next(2) == 0 ? Reset() : Request(SteeringCommand.Retry, Waiting(state).Name), append);
        }

        if (state.Ended is { Status: not RunStatus.Succeeded } && _retries < MaxRetries && random.Next(2) == 0)
        {
            _retries++;
            Do(state, Request(SteeringCommand.Retry), append);
        }

        commit();
        return state.LastSeq > before && (state.Ended is null || !state.Closed);
    }

    /// <summary>
    /// Somebody edits the plan while nobody drives: in nothing that matters, or in tasks that have run, of which some
    /// are ordered to run again.
    /// </summary>
    internal void Edit(RunState state, Action<RunEvent> append, Action commit)
    {
        var stale = random.Next(2) == 0 ? [] : state.Spec.Tasks
            .Where(t => state.Under(t.Name).Any(RunState.HasResult) && random.Next(8) == 0)
            .Select(t => t.Name).ToArray();
        var wantsRerun = stale.Length > 0 && random.Next(2) == 0;
        var behind = wantsRerun ? Behind(state, stale) : [];
        TaskState[] tasks = [.. stale.SelectMany(state.Under).Where(RunState.HasResult),
            .. behind.SelectMany(state.Under).Where(RunState.HasResultFromNeeds)];
        if (wantsRerun)
        {
            promises.PersonEdits(tasks);
        }

        append(new PlanChanged($"{++_edits}")
        {
            Stale = [.. stale, .. behind],
            Was = [.. stale.Select(_ => $"{_edits - 1}"), .. behind.Select(_ => "")],
            Now = [.. stale.Select(_ => $"{_edits}"), .. behind.Select(_ => "as it was")],
            RerunBy = wantsRerun ? "simulated" : null,
        });
        commit();
        if (wantsRerun)
        {
            // What must not happen twice and is as it was is held: a person says whether it runs again.
            promises.EditIsDurable(tasks.Where(t => t.Spec.Effect is Effect.Repeatable or Effect.Keyed
                || !behind.Contains((t.Parent ?? t).Name)));
        }
    }

    // What has a result that was computed from one which is made anew.
    private static string[] Behind(RunState state, string[] stale)
    {
        var behind = state.Behind(stale.Select(name => state.Find(name)!));
        return [.. state.Spec.Tasks.Select(t => t.Name).Where(name => !stale.Contains(name)
            && behind.Contains(state.Find(name)!) && state.Under(name).Any(RunState.HasResultFromNeeds))];
    }

    private void Do(RunState state, SteeringRequest request, Action<RunEvent> append)
    {
        foreach (var e in Steering.Apply(state, request).Events)
        {
            append(e);
        }

        promises.CarriedOut(request);
    }

    private TaskState Waiting(RunState state) => state.Waits.ElementAt(random.Next(state.Waits.Count));

    // The breaker first, then the runs that wait for it, as the command does.
    private SteeringRequest Reset()
    {
        targets.Ledger.Reset(SimulatedPlan.Target, "simulated", time.GetUtcNow());
        return Request(SteeringCommand.Unblock);
    }

    // What waits for a person: approved or not, or its next checkpoint completed, or tried anew.
    private SteeringRequest OfWaiting(TaskState task) => task.Spec.Approval is not null
        ? Request(random.Next(4) == 0 ? SteeringCommand.Deny : SteeringCommand.Approve, task.Name)
        : random.Next(3) == 0 ? Request(SteeringCommand.Retry, task.Name) : Checkpoint(task);

    private SteeringRequest Checkpoint(TaskState task) => Request(SteeringCommand.Checkpoint, task.Name) with
    {
        Checkpoint = task.NextCheckpoint,
        Attempt = random.Next(2) == 0 ? task.Attempts : 0,
    };

    private bool Ask(SteeringCommand command, string? task = null) => Ask(Request(command, task));

    private bool Ask(SteeringRequest request)
    {
        try
        {
            inbox.Put(request);
            _asked[request.Id] = request;
        }
        catch (IOException)
        {
            // Told that it could not be left; it may have been left all the same.
        }

        return true;
    }

    private SteeringRequest Request(SteeringCommand command, string? task = null)
    {
        var request = new SteeringRequest($"r{_requests++}", command, "simulated")
        {
            Tasks = task is null ? [] : [task],
            As = command == SteeringCommand.Resolve ? (Resolution)random.Next(3) : null,
            Target = command == SteeringCommand.Unblock ? SimulatedPlan.Target : null,
            At = time.GetUtcNow(),
        };
        promises.PersonOrders(request);
        return request;
    }

    private void TakeAnswers()
    {
        foreach (var (id, request) in _asked.ToArray())
        {
            if (inbox.TakeAnswer(id) is { } answer)
            {
                promises.Answered(request, answer);
                _asked.Remove(id);
            }
        }
    }
}
