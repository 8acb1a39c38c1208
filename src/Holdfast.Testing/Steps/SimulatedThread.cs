using Holdfast.Testing.Simulation;

namespace Holdfast.Testing.Steps;

/// <summary>
/// One thread for everything that a program awaits, and a clock that moves when nothing else can: what a program with
/// durable steps does is then the same at each replay, and takes no time.
/// </summary>
public sealed class SimulatedThread(SimulatedTime time) : SynchronizationContext
{
    private const int MaxTurns = 1_000_000;
    private const int MostLooks = 200;
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        lock (_posted)
        {
            _posted.Enqueue((d, state));
            Monitor.Pulse(_posted);
        }
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("one thread cannot wait for itself");

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It waits for something that never comes.</exception>
    public T Run<T>(Func<Task<T>> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var task = Start(program);
        if (!RunUntil(() => task.IsCompleted))
        {
            throw new InvalidOperationException("the program waits for something that never comes");
        }

        return task.GetAwaiter().GetResult();
    }

    /// <summary>Runs a program to its end.</summary>
    public void Run(Func<Task> program) => Run(async () =>
    {
        await program();
        return true;
    });

    /// <summary>Starts a program on this thread; <see cref="RunUntil"/> carries it on.</summary>
    public Task<T> Start<T>(Func<Task<T>> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            return program();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Carries on until that holds. False if nothing is left that could make it hold.</summary>
    public bool RunUntil(Func<bool> holds)
    {
        ArgumentNullException.ThrowIfNull(holds);
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            for (var turn = 0; turn < MaxTurns; turn++)
            {
                if (holds())
                {
                    return true;
                }

                if (!RunNext() && !ComesFromElsewhere(holds))
                {
                    return false;
                }
            }

            return false;
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>The process is gone: what it still had to do is never done.</summary>
    public void Forget()
    {
        lock (_posted)
        {
            _posted.Clear();
        }

        time.ForgetTimers();
    }

    private bool RunNext()
    {
        if (TryTake(out var next))
        {
            next.Callback(next.State);
            return true;
        }

        if (time.NextTimer is not { } rest)
        {
            return false;
        }

        time.Advance(rest);
        return true;
    }

    // What the pool carries on, a disposal for one, comes back here when it does: only what has not come after a while
    // never comes.
    private bool ComesFromElsewhere(Func<bool> holds)
    {
        lock (_posted)
        {
            for (var look = 0; look < MostLooks && _posted.Count == 0 && !holds(); look++)
            {
                Monitor.Wait(_posted, BetweenLooks);
            }

            return _posted.Count > 0 || holds();
        }
    }

    private bool TryTake(out (SendOrPostCallback Callback, object? State) next)
    {
        lock (_posted)
        {
            return _posted.TryDequeue(out next);
        }
    }
}
