using System.Collections.Concurrent;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// Spawns for all others. A spawn holds up its thread until the program is loaded, a third of the life of a short
/// command: meanwhile the driver takes in ends and makes the files of the next attempts. And since the kernel lists
/// children by the thread that made them, those of the main thread are orphans and nothing else.
/// </summary>
internal sealed class SpawnThread : IDisposable
{
    private readonly ConcurrentQueue<Action> _spawns = new();
    private readonly AutoResetEvent _news = new(initialState: false);
    private readonly Thread _thread;
    private volatile bool _isClosed;

    internal SpawnThread()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "spawns" };
        _thread.Start();
    }

    /// <summary>Runs that soon, after all that were handed over before. It must not throw.</summary>
    internal void Run(Action spawn)
    {
        _spawns.Enqueue(spawn);
        _news.Set();
    }

    /// <summary>Ends the thread after the spawn under way; what waits is not spawned any more.</summary>
    public void Dispose()
    {
        _isClosed = true;
        _news.Set();
        _thread.Join();
        _news.Dispose();
    }

    private void Run()
    {
        while (!_isClosed)
        {
            if (_spawns.TryDequeue(out var spawn))
            {
                spawn();
            }
            else
            {
                _news.WaitOne();
            }
        }
    }
}
