using System.Runtime.CompilerServices;

namespace Holdfast.Resilience;

/// <summary>
/// Something that stands between a call and its failures: a <see cref="RetryExecutor"/>, a <see
/// cref="Breakers.CircuitBreaker"/>, an <see cref="AttemptTimeout"/>, or a <see cref="CallPipeline"/> of them. Work
/// that ends at once costs no allocation; a state argument keeps closures away. All of them are thread-safe.
/// </summary>
public abstract class CallGuard
{
    private protected CallGuard()
    {
    }

    /// <summary>Calls work without a result.</summary>
    /// <param name="work">The work. Its token is to be obeyed: it ends with the caller's, or with a timeout.</param>
    /// <param name="cancellationToken">The caller's token. Once cancelled, nothing is called again.</param>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    [OverloadResolutionPriority(1)]
    public ValueTask ExecuteAsync(
        Func<CancellationToken, ValueTask> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return CallResult.Void(Run(static (w, token) => CallResult.Valued(w(token)), work, cancellationToken));
    }

    /// <summary>Calls work that returns a value.</summary>
    /// <inheritdoc cref="ExecuteAsync(Func{CancellationToken, ValueTask}, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public ValueTask<T> ExecuteAsync<T>(
        Func<CancellationToken, ValueTask<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Run(static (w, token) => w(token), work, cancellationToken);
    }

    /// <summary>Calls work that is given a state, so that the delegate can be static.</summary>
    /// <param name="work">The work.</param>
    /// <param name="state">Handed to each call.</param>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    [OverloadResolutionPriority(1)]
    public ValueTask ExecuteAsync<TState>(
        Func<TState, CancellationToken, ValueTask> work, TState state, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return CallResult.Void(Run(
            static (call, token) => CallResult.Valued(call.Work(call.State, token)), (Work: work, State: state),
            cancellationToken));
    }

    /// <summary>Calls work that is given a state and returns a value.</summary>
    /// <inheritdoc cref="ExecuteAsync{TState}(Func{TState, CancellationToken, ValueTask}, TState, CancellationToken)"/>
    [OverloadResolutionPriority(1)]
    public ValueTask<T> ExecuteAsync<T, TState>(
        Func<TState, CancellationToken, ValueTask<T>> work, TState state,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Run(work, state, cancellationToken);
    }

    /// <summary>Calls work that returns a task, such as a method of <see cref="HttpClient"/>.</summary>
    /// <inheritdoc cref="ExecuteAsync(Func{CancellationToken, ValueTask}, CancellationToken)"/>
    public ValueTask ExecuteAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return CallResult.Void(Run(
            static (w, token) => CallResult.Valued(new ValueTask(w(token))), work, cancellationToken));
    }

    /// <summary>Calls work that returns a task with a value.</summary>
    /// <inheritdoc cref="ExecuteAsync(Func{CancellationToken, ValueTask}, CancellationToken)"/>
    public ValueTask<T> ExecuteAsync<T>(
        Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Run(static (w, token) => new ValueTask<T>(w(token)), work, cancellationToken);
    }

    /// <summary>Calls work as this guard does; what is thrown at once comes back beside the call.</summary>
    private protected abstract ValueTask<T> CallAsync<T, TWork>(
        TWork work, CancellationToken cancellationToken, out Exception? thrown)
        where TWork : struct, IWork<T>;

    private protected ValueTask<T> Start<T, TWork>(TWork work, CancellationToken cancellationToken)
        where TWork : struct, IWork<T>
    {
        var call = CallAsync<T, TWork>(work, cancellationToken, out var thrown);
        return thrown is null ? call : CallResult.Failed<T>(thrown);
    }

    private ValueTask<T> Run<T, TState>(
        Func<TState, CancellationToken, ValueTask<T>> work, TState state, CancellationToken cancellationToken) =>
        Start<T, StateWork<T, TState>>(new StateWork<T, TState>(work, state), cancellationToken);
}
