using Holdfast.Runs.Events;

namespace Holdfast.Runs.State;

/// <content>
/// Results under which the plan was edited: they stand until a person orders otherwise, and then run again.
/// </content>
public sealed partial class RunState
{
    private readonly SortedSet<TaskState> _marked = new(ByIndex.Instance);
    private readonly SortedSet<TaskState> _owed = new(ByIndex.Instance);

    /// <summary>Tasks and instances that ended as the plan was before an edit, in the order of the run.</summary>
    public IEnumerable<TaskState> Stale => _marked.Where(t => t.IsStale);

    /// <summary>Stale tasks that a person ordered to run again and that were not reopened yet.</summary>
    internal IReadOnlyCollection<TaskState> Owed => _owed;

    /// <summary>
    /// Whether a result of the task counts that was, or is being, brought about under the present definition. What
    /// waits for its next attempt, or never had one, runs as the plan then is.
    /// </summary>
    internal static bool HasResult(TaskState task) => task.Status switch
    {
        TaskStage.Pending or TaskStage.Ready or TaskStage.Parked or TaskStage.Blocked => false,
        TaskStage.Retrying => task.WakeAt is null,
        TaskStage.Cancelled => task.StartedAt is not null,
        _ => true,
    };

    /// <summary>
    /// Whether a result of the task counts that came of what it needs, and is old once that is made anew.
    /// </summary>
    internal static bool HasResultFromNeeds(TaskState task) =>
        HasResult(task) && !NeverRan(task) && task.Status != TaskStage.Held;

    /// <summary>The tasks of the plan that need one of these, directly or by others.</summary>
    public IReadOnlySet<TaskState> Behind(IEnumerable<TaskState> tasks) => TaskGraph.Behind(tasks, DependentsOf);

    /// <summary>
    /// Tasks and instances with results that came of stale ones, in the order of the run: whoever has those run again
    /// has these run again too. Not those that are stale themselves.
    /// </summary>
    public IReadOnlyList<TaskState> BehindStale()
    {
        var behind = Behind(Stale);
        return behind.Count == 0 ? [] : [.. _tasks.Where(t => !t.IsStale && !(t.IsFanOutParent && t.Expanded)
            && behind.Contains(t.Parent ?? t) && HasResultFromNeeds(t))];
    }

    /// <summary>What a name of the plan stands for: the task, or the instances of a fan-out that is expanded.</summary>
    internal IEnumerable<TaskState> Under(string name) => Find(name) is not { } task ? []
        : task is { IsFanOutParent: true, Expanded: true } ? InstancesOf(task) : [task];

    private void TakeEdit(PlanChanged changed)
    {
        PlanSha256 = changed.PlanSha256;
        foreach (var name in changed.Removed)
        {
            _unknownTasks.Remove(name);
        }

        foreach (var task in changed.Fresh.SelectMany(Under))
        {
            Unmark(task);
        }

        for (var i = 0; i < changed.Stale.Count; i++)
        {
            var was = i < changed.Was.Count ? changed.Was[i] : "?";
            var now = i < changed.Now.Count ? changed.Now[i] : "?";
            foreach (var task in Under(changed.Stale[i]).Where(was.Length == 0 ? HasResultFromNeeds : HasResult))
            {
                var ranAs = task.Mark?.RanAs ?? was;
                if (ranAs == now)
                {
                    Unmark(task);
                    continue;
                }

                SetMark(task, new StaleMark(
                    ranAs, changed.RerunBy ?? task.Mark?.RerunBy, !task.IsOpen || task.Mark is { Ran: true }));
            }
        }
    }

    private void SetMark(TaskState task, StaleMark mark)
    {
        task.Mark = mark;
        _marked.Add(task);
        Owe(task);
    }

    private void Unmark(TaskState task)
    {
        task.Mark = null;
        _marked.Remove(task);
        _owed.Remove(task);
    }

    private void Owe(TaskState task)
    {
        if (task is { IsStale: true, Mark.RerunBy: not null })
        {
            _owed.Add(task);
        }
    }

    // Reopened by an order, and then doubted: what happened is the result that the order was about, as every attempt
    // made since would have been found by its files.
    private void RenewOrder(TaskState task)
    {
        if (task.Redo is { } order)
        {
            task.Redo = null;
            SetMark(task, order);
        }
    }

    // An intent that nobody carried out before the edit was carried out after it, as the plan is now.
    private void ConfirmMark(TaskState task, bool ran)
    {
        if (task.Mark is not { Ran: false } mark)
        {
            return;
        }

        if (ran)
        {
            SetMark(task, mark with { Ran = true });
        }
        else
        {
            Unmark(task);
        }
    }
}
