using Holdfast.Resilience;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.State;

/// <content>
/// Runs of C# programs: their tasks are not known beforehand, each comes to be with the first event about it.
/// </content>
public sealed partial class RunState
{
    // What all steps are until the program describes them: a journal tells of thousands that it never will.
    private static readonly TaskSpec Undescribed = new("") { Runtimes = RuntimeChoice.OfProgram };

    private ReadyPool? _programPool;

    /// <summary>Whether the tasks are the steps of a C# program, which only that program can run.</summary>
    public bool IsOfProgram => Started?.IsOfProgram == true;

    /// <summary>
    /// The task that stands for a step, as the program now describes it. It is new until an event is about it, and a
    /// task that no event is about is not part of the run.
    /// </summary>
    internal TaskState Describe(TaskSpec spec)
    {
        if (!_byName.TryGetValue(spec.Name, out var index))
        {
            index = Declare(spec.Name, spec);
        }

        // What it waits for is told by its events alone, since the indexes of what is ready go by it.
        var task = _tasks[index];
        task.Spec = spec with { Approval = task.Spec.Approval };
        return task;
    }

    private bool TryDeclare(RunEvent e, out int index)
    {
        index = -1;
        if (!IsOfProgram || e is OtherEvent)
        {
            return false;
        }

        index = Declare(e.Task!, Undescribed);
        return true;
    }

    private int Declare(string name, TaskSpec spec)
    {
        var task = new TaskState(_tasks.Count, name, spec) { Pool = _programPool ??= PoolFor(spec) };
        _byName.Add(name, task.Index);
        _tasks.Add(task);
        _counts[(int)TaskStage.Pending]++;
        UnendedTasks++;
        Move(task, TaskStage.Ready);
        return task.Index;
    }

    // What the journal says of a step's effect is what a later process goes by, until the program describes it anew.
    private void TakeProgramStart(TaskState task, AttemptStarted started)
    {
        if (IsOfProgram)
        {
            task.Within = started.Within;
            task.Timer = started.Until is null ? null : started;
            var effect = started.Effect ?? Effect.Repeatable;
            if (task.Spec.Effect != effect || task.Spec.Approval is not null)
            {
                task.Spec = task.Spec with { Effect = effect, Approval = null };
            }
        }
    }

    // A timer of a stated length is as long as it was meant, however the wall clock is set; one that waits for a time
    // of the wall clock follows it.
    private void ShiftTimers(TimeSpan by)
    {
        foreach (var task in _open)
        {
            if (task.Timer is { Until: { } until, Delay: not null } timer)
            {
                task.Timer = timer with { Until = Later(until, by) };
            }
        }
    }

    private void TakeProgramWait(TaskState task, TaskWaiting waiting, bool goesOn)
    {
        if (!IsOfProgram)
        {
            return;
        }

        task.Within = waiting.Within;
        task.Timer = null;
        var isOther = waiting.AsksApproval != task.Spec.Approval is not null;

        // A wait that goes on for another time than it did began when it did.
        task.AskedAt = goesOn && !isOther ? task.AskedAt : waiting.At;
        if (isOther)
        {
            task.Spec = task.Spec with { Approval = waiting.AsksApproval ? TimeSpan.MaxValue : null };
        }
    }

    private void TakeSignal(TaskState task, SignalReceived signal)
    {
        NoLongerWaiting();
        task.Result = signal.Result;
        task.WasSent = true;
        task.Reason = $"sent by {signal.By}";
        Move(task, TaskStage.Succeeded);
    }
}
