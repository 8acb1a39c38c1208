using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Holdfast.Resilience;

/// <summary>The result of work that has none.</summary>
internal readonly struct NoResult;

/// <summary>
/// What is called. The shapes are structs, so that guards that are nested call each other directly and pass
/// everything on without a closure.
/// </summary>
internal interface IWork<T>
{
    /// <summary>Whether it wants to be told of the failure before each call.</summary>
    static virtual bool WantsFailure => false;

    /// <summary>
    /// Calls it once. It does not throw: what was thrown at once comes back beside the call. Caught as near to the
    /// throw as can be, an exception has a short trace, and costs little more than in a loop written by hand.
    /// </summary>
    ValueTask<T> CallAsync(in RetryCall call, CancellationToken cancellationToken, out Exception? thrown);
}

/// <summary>Work with a state.</summary>
internal readonly struct StateWork<T, TState>(Func<TState, CancellationToken, ValueTask<T>> work, TState state)
    : IWork<T>
{
    public ValueTask<T> CallAsync(in RetryCall call, CancellationToken cancellationToken, out Exception? thrown)
    {
        thrown = null;
        try
        {
            return work(state, cancellationToken);
        }
        catch (Exception error)
        {
            thrown = error;
            return default;
        }
    }
}

/// <summary>Work that wants to know which call it is.</summary>
internal readonly struct NumberedWork<T>(Func<RetryCall, CancellationToken, ValueTask<T>> work) : IWork<T>
{
    public static bool WantsFailure => true;

    public ValueTask<T> CallAsync(in RetryCall call, CancellationToken cancellationToken, out Exception? thrown)
    {
        thrown = null;
        try
        {
            return work(call, cancellationToken);
        }
        catch (Exception error)
        {
            thrown = error;
            return default;
        }
    }
}

/// <summary>From one shape of a call to another.</summary>
internal static class CallResult
{
    /// <summary>A call without a value, as one with <see cref="NoResult"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static ValueTask<NoResult> Valued(ValueTask call)
    {
        if (call.IsCompletedSuccessfully)
        {
            // Taking the result gives a pooled source back.
            call.GetAwaiter().GetResult();
            return default;
        }

        return LaterAsync(call);
    }

    /// <summary>A call with <see cref="NoResult"/>, as one without a value.</summary>
    internal static ValueTask Void(ValueTask<NoResult> call)
    {
        if (call.IsCompletedSuccessfully)
        {
            _ = call.Result;
            return default;
        }

        return new ValueTask(call.AsTask());
    }

    /// <summary>
    /// The error of a call that ended in one, as far as that goes without throwing it again. The call may be consumed
    /// once only, so a task that can be looked at any number of times takes its place.
    /// </summary>
    internal static Exception ErrorOf<T>(ref ValueTask<T> ended)
    {
        var task = ended.AsTask();
        ended = new ValueTask<T>(task);
        if (task.Exception is { } errors)
        {
            return errors.InnerExceptions.Count == 1 ? errors.InnerExceptions[0] : errors;
        }

        try
        {
            // What cancelled a task, and why, is told only by throwing.
            _ = task.GetAwaiter().GetResult();
            throw new InvalidOperationException("a call that succeeded has no error");
        }
        catch (OperationCanceledException cancelled)
        {
            return cancelled;
        }
    }

    /// <summary>What was thrown at once, as a call that failed, with the stack that it has.</summary>
    internal static ValueTask<T> Failed<T>(Exception thrown) =>
        thrown is OperationCanceledException ? CancelledAsync<T>(thrown) : ValueTask.FromException<T>(thrown);

    // An async method makes a cancelled task of it, as callers expect.
    private static async ValueTask<T> CancelledAsync<T>(Exception thrown)
    {
        await ValueTask.CompletedTask.ConfigureAwait(false);
        ExceptionDispatchInfo.Throw(thrown);
        return default;
    }

    private static async ValueTask<NoResult> LaterAsync(ValueTask call)
    {
        await call.ConfigureAwait(false);
        return default;
    }
}
