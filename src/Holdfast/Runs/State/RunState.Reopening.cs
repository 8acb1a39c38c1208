namespace Holdfast.Runs.State;

/// <content>
/// Work that comes back: ordered by a person, freed by an answer, or owed since its outputs are gone.
/// </content>
public sealed partial class RunState
{
    // Back in the queue: behind what it needs, should some of that run again.
    private void Requeue(TaskState task)
    {
        Move(task, TaskStage.Pending);
        if ((task.Parent ?? task).UnmetNeeds == 0)
        {
            Settle(task);
        }
    }

    // What never ran because of this task gets its chance again; what did run is done and stays so. A list of what is
    // still to be looked at rather than recursion: a chain may be 100,000 tasks long.
    private void Reopen(TaskState first)
    {
        var toReopen = new Queue<TaskState>([first]);
        while (toReopen.TryDequeue(out var task))
        {
            if (task.Status.IsEnd())
            {
                ReopenAlone(task, toReopen);
            }
        }
    }

    private void ReopenAlone(TaskState task, Queue<TaskState> toReopen)
    {
        if (task.Expanded)
        {
            // Carried out by its instances; an order that stayed on record would be carried out for ever.
            Unmark(task);
            foreach (var instance in InstancesOf(task).Where(i => !i.Status.Satisfies()))
            {
                toReopen.Enqueue(instance);
            }

            return;
        }

        UnendedTasks++;
        task.Redo = task.Mark is { RerunBy: not null } order ? order : task.Redo;
        Unmark(task);
        task.Checkpoints = task.Status == TaskStage.Succeeded ? [] : task.Checkpoints;
        task.ForgiveAttempts();
        task.EndedAt = null;
        task.Reason = null;
        task.Recovery = null;
        task.BlockedBy = [];
        if (task.Parent is { } parent)
        {
            parent.OpenInstances++;
            _toClose.Remove(parent);
            ReopenFanOut(parent, toReopen);
        }
        else
        {
            task.UnmetNeeds = CountUnmet(task);
        }

        Requeue(task);
        if (task.Parent is null)
        {
            ReopenDependents(task, toReopen);
        }
    }

    private void ReopenFanOut(TaskState parent, Queue<TaskState> toReopen)
    {
        if (parent.Status.IsEnd())
        {
            UnendedTasks++;
            parent.EndedAt = null;
            parent.Reason = null;
            parent.BlockedBy = [];
            Move(parent, TaskStage.Running);
            ReopenDependents(parent, toReopen);
        }
    }

    private void ReopenDependents(TaskState task, Queue<TaskState> toReopen)
    {
        foreach (var index in _graph.Dependents(task.Index))
        {
            // Counted, not added up: it may need this task by more ways than one.
            var dependent = _tasks[index];
            dependent.UnmetNeeds = CountUnmet(dependent);
            _unsettled.Remove(dependent);
            if (dependent.Expanded)
            {
                HoldBackInstances(dependent, toReopen);
            }
            else if (NeverRan(dependent))
            {
                toReopen.Enqueue(dependent);
            }
            else if (dependent.Status == TaskStage.Ready)
            {
                Move(dependent, TaskStage.Pending);
            }
        }
    }

    private void HoldBackInstances(TaskState fanOut, Queue<TaskState> toReopen)
    {
        foreach (var instance in InstancesOf(fanOut))
        {
            _unsettled.Remove(instance);
            if (instance.Status == TaskStage.Ready)
            {
                Move(instance, TaskStage.Pending);
            }
            else if (NeverRan(instance))
            {
                toReopen.Enqueue(instance);
            }
        }
    }

    private static bool NeverRan(TaskState task) => task.Status is TaskStage.Blocked or TaskStage.Skipped
        || (task.Status == TaskStage.Cancelled && task.StartedAt is null);

    private int CountUnmet(TaskState task)
    {
        var unmet = 0;
        foreach (var need in _graph.Needs(task.Index))
        {
            unmet += _tasks[need].Status.IsEnd() ? 0 : 1;
        }

        return unmet;
    }
}
