namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// Spawns for all others. A spawn holds up its thread until the program is loaded, half of the life of a short command:
/// meanwhile the driver takes in ends and makes the files of the next attempts, and a second program is loaded. And
/// since the kernel lists children by the thread that made them, those of the main thread are orphans and nothing else.
/// </summary>
internal sealed class SpawnThreads : IDisposable
{
    private const int Count = 2;
    private readonly Queue<Action> _spawns = new();
    private readonly Thread[] _threads = new Thread[Count];
    private bool _isClosed;

    internal SpawnThreads()
    {
        for (var i = 0; i < Count; i++)
        {
            _threads[i] = new Thread(SpawnUntilClosed) { IsBackground = true, Name = "spawns" };
            _threads[i].Start();
        }
    }

    /// <summary>Runs that soon, in order of calls, two at a time. It must not throw.</summary>
    internal void Run(Action spawn)
    {
        lock (_spawns)
        {
            _spawns.Enqueue(spawn);
            Monitor.Pulse(_spawns);
        }
    }

    /// <summary>Returns once all that was handed over is spawned.</summary>
    public void Dispose()
    {
        lock (_spawns)
        {
            _isClosed = true;
            Monitor.PulseAll(_spawns);
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }
    }

    private void SpawnUntilClosed()
    {
        while (Next() is { } spawn)
        {
            spawn();
        }
    }

    private Action? Next()
    {
        lock (_spawns)
        {
            while (_spawns.Count == 0 && !_isClosed)
            {
                Monitor.Wait(_spawns);
            }

            return _spawns.TryDequeue(out var next) ? next : null;
        }
    }
}
