using Holdfast.Journal;

namespace Holdfast.Idempotency;

/// <summary>What is left of a plan, given what is done.</summary>
/// <param name="Rerun">Work without a success in the journal, in plan order.</param>
/// <param name="NoLongerPlanned">
/// Finished work that the plan no longer has, to be reported; in the order it was told.
/// </param>
public sealed record RemainingWork(IReadOnlyList<string> Rerun, IReadOnlyList<string> NoLongerPlanned);

/// <summary>Where a piece of work goes on.</summary>
public sealed record ResumePoint
{
    /// <summary>The run that it is of.</summary>
    public required string Run { get; init; }

    /// <summary>The snapshot that it goes on from; null for from the start.</summary>
    public required Snapshot? Snapshot { get; init; }

    /// <summary>The state that it goes on from; empty for from the start.</summary>
    public ReadOnlyMemory<byte> State => Snapshot?.State ?? default;

    /// <summary>How many events the state holds: those after it are to be applied to it.</summary>
    public long Events => Snapshot?.Events ?? 0;

    /// <summary>What is to run again, in the order of the plan, and what is no longer planned.</summary>
    public required RemainingWork Left { get; init; }

    /// <summary>Snapshots that were passed over, and why.</summary>
    public required IReadOnlyList<SnapshotProblem> Skipped { get; init; }

    /// <summary>
    /// False where snapshots are there and none could be read: then it begins anew, and <see cref="Skipped"/> says why.
    /// </summary>
    public bool Success => Snapshot is not null || Skipped.Count == 0;
}

/// <summary>Decides what a resume has to do.</summary>
public static class Resume
{
    /// <summary>Where a run goes on: from its latest snapshot that is whole, with what is not complete in it.</summary>
    /// <param name="store">Its snapshots.</param>
    /// <param name="run">The run.</param>
    /// <param name="tasks">Names of its work in plan order.</param>
    /// <param name="doneSince">Work that was complete after the snapshot, by the program's own log; null for none.
    /// </param>
    /// <exception cref="ArgumentException">The plan has a name twice, or the run is empty.</exception>
    public static ResumePoint From(
        SnapshotStore store, string run, IReadOnlyCollection<string> tasks, IEnumerable<string>? doneSince = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentException.ThrowIfNullOrEmpty(run);
        var latest = store.Latest(out var skipped, run);
        return new ResumePoint
        {
            Run = run,
            Snapshot = latest,
            Left = Incomplete(tasks, (latest?.Completed ?? []).Concat(doneSince ?? [])),
            Skipped = skipped,
        };
    }

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
