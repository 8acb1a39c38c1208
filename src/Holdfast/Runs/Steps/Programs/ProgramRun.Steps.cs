using System.Diagnostics;
using System.Text.Json.Serialization.Metadata;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Resilience;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Runs.Steps.Programs;

/// <content>Steps: what was done is returned, what is left is tried, and each end is durable before it is
/// told.</content>
internal sealed partial class ProgramRun
{
    /// <summary>Carries out a step, or returns what it returned before.</summary>
    internal Task<T> StepAsync<T>(
        string step, Func<StepContext, CancellationToken, Task<T>> body, StepOptions<T> options)
    {
        JsonTypeInfo<T>? type;
        try
        {
            type = Results.TypeOf(ResultOwner.Step(step), options.Json);
            if (options is { Reconcile: not null, Effect: not Effect.Reconcile })
            {
                throw new ArgumentException(
                    $"step \"{step}\" can be asked about and would never be, since its effect is "
                        + $"{options.Effect.Word()}: set Effect to Reconcile, or leave Reconcile out", nameof(options));
            }

            Enter(step);
        }
        catch (Exception error)
        {
            return Task.FromException<T>(error);
        }

        return IsDone(step, out var result) ? Tell(step, result, type) : CarryOutAsync(step, body, options, type);
    }

    // A program that is started again asks for all that it has done: each is told at once, without what a step needs
    // that is still to be carried out.
    private bool IsDone(string step, out StepResult? result)
    {
        lock (_gate)
        {
            var task = _state.Find(step);
            result = task?.Result;
            return task is { Status: TaskStage.Succeeded or TaskStage.Cached } && !IsUntold(task)
                && KindOf(task) is null or StepKind.Work;
        }
    }

    private Task<T> Tell<T>(string step, StepResult? result, JsonTypeInfo<T>? type)
    {
        try
        {
            return Task.FromResult(Read(ResultOwner.Step(step), result, type));
        }
        catch (Exception error)
        {
            return Task.FromException<T>(error);
        }
        finally
        {
            Leave(step);
        }
    }

    private async Task<T> CarryOutAsync<T>(
        string step, Func<StepContext, CancellationToken, Task<T>> body, StepOptions<T> options, JsonTypeInfo<T>? type)
    {
        try
        {
            var spec = new TaskSpec(step)
            {
                Effect = options.Effect, Retry = options.Retry, Runtimes = RuntimeChoice.OfProgram,
            };
            Exception? last = null;
            while (true)
            {
                var turn = NextTurn(spec, last);
                switch (turn.Kind)
                {
                    case TurnKind.Known when turn.IsUntold && type is not null:
                        return await ResolvedAsync(step, turn, options);
                    case TurnKind.Known:
                        return Read(ResultOwner.Step(step), turn.Result, type);
                    case TurnKind.Wait:
                        await WaitAsync(turn);
                        break;
                    case TurnKind.Ask:
                        await ReconcileAsync(turn, options, type);
                        break;
                    default:
                        var (isDone, value, error) = await TryAsync(turn, body, options, type);
                        if (isDone)
                        {
                            return value!;
                        }

                        last = error;
                        break;
                }
            }
        }
        finally
        {
            Leave(step);
        }
    }

    /// <summary>Reads a recorded result. One that does not fit stops all that is new.</summary>
    internal T Read<T>(ResultOwner owner, StepResult? result, JsonTypeInfo<T>? type)
    {
        try
        {
            return Results.Read(owner, result, type);
        }
        catch (StepMismatchException mismatch)
        {
            lock (_gate)
            {
                _mismatch ??= mismatch.Message;
            }

            throw;
        }
    }

    private async Task<(bool IsDone, T? Value, Exception? Error)> TryAsync<T>(
        Turn turn, Func<StepContext, CancellationToken, Task<T>> body, StepOptions<T> options, JsonTypeInfo<T>? type)
    {
        if (options.Effect != Effect.Repeatable || options.IsIntentDurable)
        {
            // What must not happen twice does not begin before its intent is on the disk.
            await _journal.WaitAsync(turn.Seq);
        }

        var context = turn.Context!;
        var since = _parts.Time.GetTimestamp();
        using var bound = options.Timeout is { } timeout ? Bounded(timeout) : null;
        var inside = Begin(context.Name);
        using var span = StepTraces.OfAttempt(context);
        T value;
        StepResult? result;
        try
        {
            value = await (body(context, bound?.Linked.Token ?? Token)
                ?? throw NoTask.Of($"step \"{context.Name}\" of run {Id}", "step"));
            result = Results.Write(context.Name, context.Attempt, value, type);
        }
        catch (Exception error)
        {
            var hasTimedOut = bound?.HasExpired == true;
            await _journal.WaitAsync(RecordFailure(context, error, since, hasTimedOut, inside, span));
            if (IsOfItsRun(error))
            {
                throw;
            }

            return (false, default, error);
        }

        await _journal.WaitAsync(Record(new AttemptSucceeded(OutcomeSince(since, EndedBy.Itself))
        {
            Task = context.Name, Attempt = context.Attempt, Result = result,
        }));
        return (true, value, null);
    }

    private long RecordFailure(
        StepContext context, Exception error, long since, bool hasTimedOut, AskedSteps.Inside inside, Activity? span)
    {
        lock (_gate)
        {
            ThrowIfLeft();
            _asked.Release(inside);
            var endedBy = error switch
            {
                StepHeldException or OperationCanceledException when _state.Stopping is { } stopping =>
                    stopping.Cause switch
                {
                    StopCause.Interrupt => EndedBy.Interrupt,
                    StopCause.Deadline => EndedBy.RunDeadline,
                    _ => EndedBy.Cancel,
                },
                _ when IsOfItsRun(error) => EndedBy.Interrupt,
                OperationCanceledException when hasTimedOut => EndedBy.HardTimeout,
                _ => EndedBy.Itself,
            };
            var failure = endedBy == EndedBy.Itself
                ? StepFailures.Of(error, _clock.Wall, Token)
                : StepFailures.Of(endedBy, _clock.Wall);
            if (endedBy != EndedBy.Interrupt)
            {
                span.Fail(error, failure);
            }

            RecordUnderLock(
                new AttemptFailed(OutcomeSince(since, endedBy)) { Task = context.Name, Attempt = context.Attempt },
                new RuntimeErrorClassified(StepFailures.InStep(failure))
                {
                    Task = context.Name, Attempt = context.Attempt,
                });
            RecoverUnderLock();
            return _journal.LastSeq;
        }
    }

    // A run inside this step waits for a person, was cancelled, cannot be written any more, or no longer fits its
    // program: no failure of the step, which goes on once that is put right.
    private static bool IsOfItsRun(Exception error) =>
        error is StepHeldException or RunCancelledException or JournalException or StorageFullException
        || Inside<StepMismatchException>(error) is not null;

    private async Task ReconcileAsync<T>(Turn turn, StepOptions<T> options, JsonTypeInfo<T>? type)
    {
        var context = turn.Context!;
        var answer = Reconciliation.Unclear<T>();
        if (options.Reconcile is { } ask)
        {
            answer = await (ask(context, Token)
                ?? throw NoTask.Of($"step \"{context.Name}\" of run {Id}", "StepOptions.Reconcile"));
        }

        var result = answer.Answer == ReconcileAnswer.Happened
            ? Results.Write(context.Name, context.Attempt, answer.Value!, type) : null;
        await _journal.WaitAsync(Record(new TaskReconciled(answer.Answer, null)
        {
            Task = context.Name, Result = result,
        }));
    }

    private async Task<T> ResolvedAsync<T>(string step, Turn turn, StepOptions<T> options) =>
        options.WhenResolved is { } tell
            ? await (tell(turn.Context!, Token)
                ?? throw NoTask.Of($"step \"{step}\" of run {Id}", "StepOptions.WhenResolved"))
            : throw new StepMismatchException(
                $"a person resolved step \"{step}\" of run {Id} as done, and only its program can tell what it "
                    + "returned: give StepOptions.WhenResolved, or fork the run from that step, to do it anew");

    private Task WaitAsync(Turn turn) => _changes.WaitAsync(turn.Changes, turn.Rest);

    private StepContext ContextOf(TaskState task, int attempt) => new(_parts.WorkspaceId, Id, task.Name, attempt)
    {
        IsOrdered = task.AttemptsForgiven > 0,
    };

    private Outcome OutcomeSince(long since, EndedBy endedBy) => new()
    {
        EndedBy = endedBy, Duration = _parts.Time.GetElapsedTime(since),
    };

    private StepBound Bounded(TimeSpan timeout) => new(timeout, _parts.Time, Token);

    private void Enter(string step)
    {
        lock (_gate)
        {
            if (!_asked.TryEnter(step))
            {
                throw new DuplicateStepException(Id, step);
            }

            _active++;
        }
    }

    private AskedSteps.Inside Begin(string step)
    {
        lock (_gate)
        {
            return _asked.Begin(step);
        }
    }

    private void Leave(string step)
    {
        lock (_gate)
        {
            _asked.Leave(step);
            if (--_active == 0)
            {
                _idle?.TrySetResult();
            }
        }
    }
}
