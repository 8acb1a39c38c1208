namespace Holdfast.Idempotency;

/// <summary>What is left of a plan, given what is done.</summary>
/// <param name="Rerun">Work without a success in the journal, in plan order.</param>
/// <param name="NoLongerPlanned">
/// Finished work that the plan no longer has, to be reported; in the order it was told.
/// </param>
public sealed record RemainingWork(IReadOnlyList<string> Rerun, IReadOnlyList<string> NoLongerPlanned);

/// <summary>Decides what a resume has to do.</summary>
public static class Resume
{
    /// <summary>
    /// The tasks whose success is not in the journal, by name and not by place, so that a task put in front shifts
    /// nothing. Pure.
    /// </summary>
    /// <param name="tasks">Names in plan order.</param>
    /// <param name="done">Names of those that succeeded, at any attempt; repeated ones are harmless.</param>
    /// <exception cref="ArgumentException">The plan has a name twice.</exception>
    public static RemainingWork Incomplete(IReadOnlyCollection<string> tasks, IEnumerable<string> done)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(done);
        var planned = new HashSet<string>(tasks.Count, StringComparer.Ordinal);
        foreach (var task in tasks)
        {
            if (!planned.Add(task))
            {
                throw new ArgumentException($"task \"{task}\" is in the plan twice", nameof(tasks));
            }
        }

        var finished = new HashSet<string>(StringComparer.Ordinal);
        var foreign = new List<string>();
        foreach (var task in done)
        {
            if (finished.Add(task) && !planned.Contains(task))
            {
                foreign.Add(task);
            }
        }

        return new RemainingWork([.. tasks.Where(task => !finished.Contains(task))], foreign);
    }
}
