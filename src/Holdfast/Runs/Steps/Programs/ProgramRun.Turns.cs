using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs.Steps.Programs;

/// <content>What comes next for a step, by the folded state.</content>
internal sealed partial class ProgramRun
{
    private Turn NextTurn(TaskSpec spec, Exception? last)
    {
        lock (_gate)
        {
            NoteClockUnderLock();
            _state.Advance(_clock.Now);
            if (_state.Find(spec.Name) is { } known && EndOf(known, StepKind.Work, last) is { } end)
            {
                return end;
            }

            ThrowIfNothingStarts();
            if (_state.Paused)
            {
                return new Turn(TurnKind.Wait) { Changes = _changes.Count };
            }

            var task = _state.Describe(spec);
            if (_state.ToReconcile.Contains(task))
            {
                return new Turn(TurnKind.Ask) { Context = ContextOf(task, task.Attempts) };
            }

            if (task.WakeAt is { } wake)
            {
                return new Turn(TurnKind.Wait) { Changes = _changes.Count, Rest = wake - _clock.Now };
            }

            WithdrawTimer(task, "asks for a step");
            var seq = RecordUnderLock(new AttemptStarted(RuntimeChoice.Step)
            {
                Task = task.Name,
                Attempt = task.Attempts + 1,
                Effect = spec.Effect == Effect.Repeatable ? null : spec.Effect,
                Within = _asked.Within,
            });
            return new Turn(TurnKind.Try) { Context = ContextOf(task, task.Attempts), Seq = seq };
        }
    }

    // A step that has ended is told so whatever became of the run: what is done is done.
    private Turn? EndOf(TaskState task, StepKind asked, Exception? last)
    {
        switch (task.Status)
        {
            case TaskStage.Succeeded or TaskStage.Cached:
                ThrowIfOther(task, asked);
                return new Turn(TurnKind.Known)
                {
                    Result = task.Result,
                    IsUntold = IsUntold(task),
                    Context = ContextOf(task, Math.Max(1, task.Attempts)),
                };
            case TaskStage.Failed:
                throw new StepFailedException(Id, task.Name, task.Failure, task.Reason ?? "it failed", last);
            case TaskStage.Held when task.Failure is { Class: FailureClass.QuotaExhausted or FailureClass.RateLimited
                or FailureClass.CircuitOpen }:
                throw new StepHeldException(Id, task.Name, task.Reason ?? "a person decides");
            case TaskStage.Held:
                throw new OutcomeUnknownException(Id, task.Name, task.Reason ?? "nobody saw it end");
            case TaskStage.Cancelled:
                throw new RunCancelledException(Id, task.Reason ?? "it was cancelled", _thrownAtStop);
            default:
                return null;
        }
    }

    // Done by a word from outside, which brought no result.
    private static bool IsUntold(TaskState task) => task.Result is null && task.Reason is not null;

    private void ThrowIfLeft()
    {
        if (_left)
        {
            throw new ObjectDisposedException(
                typeof(DurableRun).FullName,
                $"the program of run {Id} has left, so nothing more is done in it; await every step before it returns");
        }
    }

    private void ThrowIfNothingStarts()
    {
        ThrowIfLeft();
        if (_broken is not null)
        {
            throw _broken.Again();
        }

        if (_mismatch is not null)
        {
            throw new StepMismatchException(_mismatch);
        }

        switch (_state.Stopping)
        {
            case { Cause: StopCause.Interrupt } stopping:
                throw new OperationCanceledException(
                    $"run {Id} was interrupted ({stopping.Reason}); start the program again to go on", _thrownAtStop,
                    Token);
            case { } stopping:
                throw new RunCancelledException(Id, stopping.Reason, _thrownAtStop);
        }
    }

    private enum TurnKind
    {
        Known,
        Wait,
        Ask,
        Try,
    }

    private readonly record struct Turn(TurnKind Kind)
    {
        internal StepContext? Context { get; init; }

        internal StepResult? Result { get; init; }

        /// <summary>Whether it counts as done by a word from outside, which brought no result.</summary>
        internal bool IsUntold { get; init; }

        /// <summary>The changes that were seen when it was decided to wait.</summary>
        internal long Changes { get; init; }

        /// <summary>How long to wait at most; null for until something changes.</summary>
        internal TimeSpan? Rest { get; init; }

        internal long Seq { get; init; }
    }
}
