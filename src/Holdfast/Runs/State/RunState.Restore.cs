using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.State;

/// <content>Taking a state up from a snapshot: facts are set, and everything derived is derived anew.</content>
public sealed partial class RunState
{
    internal RunState(RunSpec spec, RestoredRun run, IReadOnlyList<RestoredTask> tasks)
        : this(spec)
    {
        LastSeq = run.Seq;
        LastAt = run.At;
        Status = run.Status;
        Paused = run.Paused;
        MassFailure = run.MassFailure;
        Closed = run.Closed;
        WasRepaired = run.WasRepaired;
        PlanSha256 = run.PlanSha256;
        DeadlineAt = run.DeadlineAt;
        Started = run.Started;
        Driver = run.Driver;
        OutputsSeenIn = run.OutputsSeenIn ?? run.Driver?.BootId;
        Stopping = run.Stopping;
        Ended = run.Ended;
        WaitingFor = run.WaitingFor;
        _notified.AddRange(run.Notified);
        foreach (var request in run.Requests)
        {
            _requests[request.Id] = request;
        }

        foreach (var (target, budget) in run.Budgets)
        {
            _budgets[target] = budget;
        }

        foreach (var target in run.Targets)
        {
            var known = TargetOf(target.Name);
            (known.Limit, known.BlockedUntil, known.BlockedFor) = (target.Limit, target.BlockedUntil,
                target.BlockedFor);
            (known.Cause, known.Why, known.Lift) = (target.Cause, target.Why, target.Lift);
        }

        foreach (var (runtime, outage) in run.Outages)
        {
            _outages[runtime] = outage;
        }

        RestoreFanOuts(tasks);
        foreach (var restored in tasks)
        {
            Restore(Find(restored.Name)
                ?? throw new FormatException($"the snapshot has a task \"{restored.Name}\", the plan not"), restored);
        }

        DeriveNeeds();
        StopperFailed = run.Stopper is { } stopper ? Find(stopper) : null;
    }

    internal bool IsExpanding => _partialItems.Count > 0;

    internal IReadOnlyCollection<RequestReceived> Requests => _requests.Values;

    internal IReadOnlyDictionary<string, RetryBudget> Budgets => _budgets;

    // Instances come after the tasks of the plan, in the order of their expansion.
    private void RestoreFanOuts(IReadOnlyList<RestoredTask> tasks)
    {
        foreach (var restored in tasks.Where(t => t.Instances is not null))
        {
            var fanOut = FanOut(restored.Name);
            Leave(fanOut, fanOut.Status);
            fanOut.Expanded = true;
            fanOut.Instances = restored.Instances!.Value;
            fanOut.Status = TaskStage.Running;
            Enter(fanOut, TaskStage.Running);
            fanOut.OpenInstances = fanOut.Instances;
        }

        var known = new Dictionary<TaskState, InstancePools>();
        foreach (var restored in tasks.Where(t => t.Of is not null))
        {
            var fanOut = FanOut(restored.Of!);
            if (!known.TryGetValue(fanOut, out var pools))
            {
                fanOut.FirstInstance = _tasks.Count;
                known[fanOut] = pools = new InstancePools(this, fanOut);
            }

            AddInstance(fanOut, new FanOutItem(restored.Name[(fanOut.Name.Length + 1)..^1], restored.Item!), pools);
        }
    }

    private TaskState FanOut(string name) => Find(name) is { IsFanOutParent: true } fanOut
        ? fanOut
        : throw new FormatException($"the snapshot has instances of \"{name}\", which is no fan-out of the plan");

    private void Restore(TaskState task, RestoredTask from)
    {
        task.Attempts = from.Attempts;
        task.AttemptsForgiven = from.Forgiven;
        task.Tally = from.Tally;
        task.Outcome = from.Outcome;
        task.Outputs = from.Outputs;
        task.Failure = from.Failure;
        task.Recovery = from.Recovery;
        task.BlockedBy = from.BlockedBy;
        task.TakenOver = from.TakenOver;
        task.TakenFrom = from.TakenFrom;
        task.StartedAt = from.StartedAt;
        task.AttemptStartedAt = from.AttemptStartedAt;
        task.AttemptBootId = from.AttemptBootId;
        task.Checkpoints = from.Checkpoints;
        (task.DueAt, task.DueFor) = (from.DueAt, from.DueFor);
        (task.Runtime, task.IsProbe) = from.Runtime ?? (task.Runtime, false);

        if (task.Status != from.Status)
        {
            _unsettled.Remove(task);
            Leave(task, task.Status);
            task.Status = from.Status;
            Enter(task, from.Status);
            UnendedTasks -= from.Status.IsEnd() ? 1 : 0;
            if (from.Status.IsEnd() && task.Parent is { } parent)
            {
                parent.OpenInstances--;
            }
        }

        task.Reason = from.Reason;
        task.EndedAt = from.EndedAt;
        if (from.WakeAt is { } wake)
        {
            Wait(task, wake);
        }

        if (from.Mark is { } mark)
        {
            SetMark(task, mark);
        }

        task.Redo = from.Redo;
        switch (from.Pending)
        {
            case "classify":
                _unclassified.Add(task);
                break;
            case "recover":
                _unrecovered.Add(task);
                break;
            case "reconcile":
                _toReconcile.Add(task);
                break;
        }
    }

    private void DeriveNeeds()
    {
        foreach (var task in _tasks)
        {
            if (task.Parent is not null)
            {
                continue;
            }

            task.UnmetNeeds = 0;
            foreach (var need in _graph.Needs(task.Index))
            {
                task.UnmetNeeds += _tasks[need].Status.IsEnd() ? 0 : 1;
            }

            if (task.Status == TaskStage.Pending && task.UnmetNeeds == 0)
            {
                _unsettled.Add(task);
            }

            if (task.Expanded && !task.Status.IsEnd() && task.UnmetNeeds == 0)
            {
                _unsettled.UnionWith(InstancesOf(task).Where(i => i.Status == TaskStage.Pending));
            }

            if (task.IsFanOutParent && task.Expanded && task.OpenInstances == 0 && !task.Status.IsEnd())
            {
                _toClose.Add(task);
            }
        }
    }
}

/// <summary>A run's own facts in a snapshot.</summary>
internal sealed record RestoredRun
{
    internal required long Seq { get; init; }

    internal required DateTimeOffset At { get; init; }

    internal required RunStatus Status { get; init; }

    internal bool Paused { get; init; }

    internal bool MassFailure { get; init; }

    internal bool Closed { get; init; }

    internal bool WasRepaired { get; init; }

    internal string? PlanSha256 { get; init; }

    internal DateTimeOffset? DeadlineAt { get; init; }

    internal RunStarted? Started { get; init; }

    internal DriverStarted? Driver { get; init; }

    /// <summary>Null where it is that of the driver.</summary>
    internal string? OutputsSeenIn { get; init; }

    internal RunStopping? Stopping { get; init; }

    internal RunEnded? Ended { get; init; }

    /// <summary>The failed task that stops the run; null for none, or where a person reopened the run since.</summary>
    internal string? Stopper { get; init; }

    internal RunWaiting? WaitingFor { get; init; }

    internal required IReadOnlyList<NotifyOn> Notified { get; init; }

    internal required IReadOnlyList<RequestReceived> Requests { get; init; }

    internal required IReadOnlyDictionary<string, RetryBudget> Budgets { get; init; }

    internal IReadOnlyList<TargetState> Targets { get; init; } = [];

    internal IReadOnlyDictionary<string, RuntimeOutage> Outages { get; init; } =
        new Dictionary<string, RuntimeOutage>();
}

/// <summary>A task's facts in a snapshot.</summary>
internal sealed record RestoredTask
{
    internal required string Name { get; init; }

    internal required TaskStage Status { get; init; }

    internal string? Of { get; init; }

    internal string? Item { get; init; }

    internal int? Instances { get; init; }

    internal int Attempts { get; init; }

    internal int Forgiven { get; init; }

    internal string? Reason { get; init; }

    internal string? Pending { get; init; }

    internal DateTimeOffset? WakeAt { get; init; }

    internal DateTimeOffset? DueAt { get; init; }

    internal TimeSpan? DueFor { get; init; }

    internal (RuntimeChoice Choice, bool Probe)? Runtime { get; init; }

    internal IReadOnlyList<CheckpointCompleted> Checkpoints { get; init; } = [];

    internal DateTimeOffset? StartedAt { get; init; }

    internal DateTimeOffset? AttemptStartedAt { get; init; }

    internal string? AttemptBootId { get; init; }

    internal DateTimeOffset? EndedAt { get; init; }

    internal bool TakenOver { get; init; }

    internal string? TakenFrom { get; init; }

    internal StaleMark? Mark { get; init; }

    internal StaleMark? Redo { get; init; }

    internal Outcome? Outcome { get; init; }

    internal IReadOnlyList<OutputFile> Outputs { get; init; } = [];

    internal Failure? Failure { get; init; }

    internal RuntimeRecoveryScheduled? Recovery { get; init; }

    internal IReadOnlyList<string> BlockedBy { get; init; } = [];

    internal RetryTally Tally { get; init; } = RetryTally.Empty;
}
