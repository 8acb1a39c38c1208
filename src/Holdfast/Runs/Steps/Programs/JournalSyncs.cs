namespace Holdfast.Runs.Steps.Programs;

/// <summary>
/// Syncs the journals of many runs. Who is alone syncs on its own thread, which saves two thread switches a step; as
/// soon as there are several, a bounded pool of threads does it, since a disk takes in many syncs at once far faster
/// than one after the other. Each sync is that of one journal: no run depends on what another one writes.
/// </summary>
internal sealed class JournalSyncs : IDisposable
{
    /// <summary>Most threads that sync at once; more bring nothing on the disks that were measured.</summary>
    internal const int MaxThreads = 16;

    private const int StackBytes = 256 << 10;
    private static readonly TimeSpan IdleLife = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly Queue<StepJournal> _waiting = new();
    private int _alone;
    private int _idle;
    private int _threads;
    private int _busy;
    private bool _stopped;

    /// <summary>
    /// Whether the caller may sync on its own thread; if so, it calls <see cref="LeaveAlone"/> after.
    /// </summary>
    internal bool TryBeAlone() =>
        Volatile.Read(ref _busy) == 0 && Interlocked.CompareExchange(ref _alone, 1, 0) == 0;

    internal void LeaveAlone() => Volatile.Write(ref _alone, 0);

    /// <summary>Has a journal synced soon by a thread of the pool.</summary>
    internal void Enqueue(StepJournal journal)
    {
        lock (_gate)
        {
            Volatile.Write(ref _busy, _busy + 1);
            _waiting.Enqueue(journal);
            if (_idle >= _waiting.Count)
            {
                // One thread for each that waits: a thread that was woken and has not come yet counts as idle still.
                Monitor.Pulse(_gate);
            }
            else if (_threads < MaxThreads)
            {
                _threads++;
                new Thread(SyncUntilIdle, StackBytes) { IsBackground = true, Name = "holdfast syncs" }.Start();
            }
        }
    }

    /// <summary>Lets the threads end once nothing waits. What is enqueued later is still synced.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }
    }

    private void SyncUntilIdle()
    {
        while (Take() is { } journal)
        {
            journal.SyncOnce();
            lock (_gate)
            {
                Volatile.Write(ref _busy, _busy - 1);
            }
        }
    }

    private StepJournal? Take()
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                _idle++;
                var woken = !_stopped && Monitor.Wait(_gate, IdleLife);
                _idle--;
                if (!woken && _waiting.Count == 0)
                {
                    _threads--;
                    return null;
                }
            }

            return _waiting.Dequeue();
        }
    }
}
