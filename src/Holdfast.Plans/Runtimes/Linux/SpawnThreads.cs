using System.Collections.Concurrent;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// Spawns for all others. A spawn holds up its thread until the program is loaded, half of the life of a short command:
/// meanwhile the driver takes in ends and makes the files of the next attempts, and a second program is loaded. And
/// since the kernel lists children by the thread that made them, those of the main thread are orphans and nothing else.
/// </summary>
internal sealed class SpawnThreads : IDisposable
{
    private const int Count = 2;
    private readonly ConcurrentQueue<Action> _spawns = new();
    private readonly KernelSemaphore _waiting = new();
    private readonly Thread[] _threads = new Thread[Count];

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
        _spawns.Enqueue(spawn);
        _waiting.Release();
    }

    /// <summary>Returns once all that was handed over is spawned.</summary>
    public void Dispose()
    {
        foreach (var _ in _threads)
        {
            _waiting.Release();
        }

        foreach (var thread in _threads)
        {
            thread.Join();
        }

        _waiting.Dispose();
    }

    // Who is let in and finds nothing was let in by the end.
    private void SpawnUntilClosed()
    {
        _waiting.Wait();
        while (_spawns.TryDequeue(out var spawn))
        {
            spawn();
            _waiting.Wait();
        }
    }
}
