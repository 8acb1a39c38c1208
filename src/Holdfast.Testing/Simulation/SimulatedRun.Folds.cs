using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Testing.Simulation;

/// <content>What every driver folds from the disk, held against the same read in other ways.</content>
internal sealed partial class SimulatedRun
{
    private const int OpeningsPerCheck = 4;

    private int _openings;

    // Taken up from a snapshot or not, the state is that of the journal read from its start; and a snapshot of it says
    // the same once more.
    private void CheckFold(RunState state, bool fromSnapshot)
    {
        if (!RunSnapshot.CanWrite(state) || (!fromSnapshot && _openings++ % OpeningsPerCheck != 0))
        {
            return;
        }

        var written = RunSnapshot.Write(state);
        if (!RunSnapshot.Write(RunSnapshot.Read(_plan.Spec, written)).AsSpan().SequenceEqual(written))
        {
            throw new BrokenPromiseException("a state taken up from its snapshot differs from the one that was "
                + "written");
        }

        if (!fromSnapshot)
        {
            return;
        }

        var whole = new RunState(_plan.Spec);
        JournalReader.Read(_disk, _run.Path, (in JournalRecord r) => whole.TakeIn(EventCatalog.Read(r), r.Seq));
        whole.ThrowIfRefused();
        var now = _time.GetUtcNow();
        whole.Advance(now);
        state.Advance(now);
        if (whole.LastSeq != state.LastSeq || !SameTasks(whole, state))
        {
            throw new BrokenPromiseException("the state of a snapshot and what follows it differs from the whole "
                + "journal's");
        }
    }

    // A snapshot was taken of a state in which waits were already over; on a clock that was set back since, they are
    // over there and not here. That a task may start earlier so is the clock's doing.
    private static bool SameTasks(RunState one, RunState other) => one.Tasks.Count == other.Tasks.Count
        && one.Tasks.Zip(other.Tasks).All(p => p.First.Name == p.Second.Name && p.First.Attempts == p.Second.Attempts
            && p.First.Mark == p.Second.Mark && (p.First.Status == p.Second.Status || (IsQueued(p.First)
            && IsQueued(p.Second))));

    private static bool IsQueued(TaskState task) =>
        task.Status is TaskStage.Ready or TaskStage.Retrying or TaskStage.Parked or TaskStage.Pending;
}
