using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs.Steps.Programs;

/// <content>
/// What a step is. One that ended as another kind than the program asks for now is not told: a person approved nothing
/// where a step did its work, and where a timer ran out no step did any.
/// </content>
internal sealed partial class ProgramRun
{
    private enum StepKind
    {
        Work,
        Timer,
        Signal,
        Approval,
    }

    // Null where the journal does not say: of what another run did, only the result is known.
    private static StepKind? KindOf(TaskState task) => task switch
    {
        { WasSent: true } => StepKind.Signal,
        { Timer: not null } => StepKind.Timer,
        { Spec.Approval: not null } => StepKind.Approval,
        { Attempts: > 0 } => StepKind.Work,
        _ => null,
    };

    private void ThrowIfOther(TaskState task, StepKind asked)
    {
        switch (KindOf(task))
        {
            case { } was when was == asked:
                return;
            case StepKind.Signal:
                // Whoever sent it could not know the names of all steps: no change of the program.
                throw new StepMismatchException(
                    $"a signal \"{task.Name}\" was sent to run {Id}, and its program asks for {Words(asked)} of that "
                        + "name; rename it in the program");
            case { } was:
                _mismatch ??= $"step \"{task.Name}\" of run {Id} was {Words(was)} when it ended, and the program asks "
                    + $"for {Words(asked)} now; nothing new was started. Give the changed step a new name, or start a "
                    + "new run";
                throw new StepMismatchException(_mismatch);
        }
    }

    // An earlier version of the program slept where this one does something else.
    private void WithdrawTimer(TaskState task, string instead)
    {
        if (task.IsOpen)
        {
            RecordUnderLock(new AttemptWithdrawn($"the program {instead} where a timer was")
            {
                Task = task.Name, Attempt = task.Attempts,
            });
        }
    }

    private static string Words(StepKind kind) => kind switch
    {
        StepKind.Work => "a step that works",
        StepKind.Timer => "a timer",
        StepKind.Signal => "a wait for a signal",
        _ => "an approval",
    };
}
