namespace Holdfast.Runs.Steps.Programs;

/// <summary>
/// Syncs the journals of many runs. Who is alone syncs on its own thread, which saves two thread switches a step; as
/// soon as there are several, a bounded pool of threads does it, since a disk takes in many syncs at once far faster
/// than one after the other. Where the file system can be synced as a whole, a thread takes all that wait and syncs
/// once for them (<see cref="SyncRounds"/>). No run depends on what another one writes: each has its own journal.
/// </summary>
internal sealed class JournalSyncs(SyncRounds? rounds) : IDisposable
{
    /// <summary>Most threads that sync at once; more bring nothing on the disks that were measured.</summary>
    internal const int MaxThreads = 16;

    /// <summary>Most rounds at once: one writes while the other syncs.</summary>
    internal const int MaxRounds = 2;

    private const int StackBytes = 256 << 10;
    private static readonly TimeSpan IdleLife = TimeSpan.FromSeconds(10);

    private readonly object _gate = new();
    private readonly Queue<StepJournal> _waiting = new();
    private StepJournal? _last;
    private int _alone;
    private int _idle;
    private int _threads;
    private int _busy;
    private bool _stopped;

    /// <summary>
    /// Whether the caller may sync on its own thread; if so, it calls <see cref="LeaveAlone"/> after. Not if another
    /// journal had the last turn and rounds are made: a thread that waits for the disk keeps the next run from coming.
    /// </summary>
    internal bool TryBeAlone(StepJournal journal)
    {
        if (rounds is not null && !ReferenceEquals(Interlocked.Exchange(ref _last, journal), journal))
        {
            return false;
        }

        return Volatile.Read(ref _busy) == 0 && Interlocked.CompareExchange(ref _alone, 1, 0) == 0;
    }

    /// <summary>Whether a round syncs that file too.</summary>
    internal bool Covers(string path) => rounds?.Covers(path) == true;

    internal void LeaveAlone() => Volatile.Write(ref _alone, 0);

    /// <summary>Has a journal synced soon by a thread of the pool.</summary>
    internal void Enqueue(StepJournal journal)
    {
        lock (_gate)
        {
            Volatile.Write(ref _busy, _busy + 1);
            _waiting.Enqueue(journal);
            CallThread();
        }
    }

    /// <summary>Lets the threads end. Every run has let go of its journal before.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        rounds?.Dispose();
    }

    private void CallThread()
    {
        if (_idle >= _waiting.Count)
        {
            // One thread for each that waits: a thread that was woken and has not come yet counts as idle still.
            Monitor.Pulse(_gate);
        }
        else if (_threads < (rounds is { IsOn: true } ? MaxRounds : MaxThreads))
        {
            _threads++;
            new Thread(SyncUntilIdle, StackBytes) { IsBackground = true, Name = "holdfast syncs" }.Start();
        }
    }

    private void SyncUntilIdle()
    {
        var taken = new List<StepJournal>();
        while (Take(taken))
        {
            var count = taken.Count;
            if (count > 1)
            {
                rounds!.Sync(taken);
            }
            else
            {
                taken[0].SyncOnce();
            }

            lock (_gate)
            {
                Volatile.Write(ref _busy, _busy - count);
            }

            taken.Clear();
        }
    }

    // False if this thread is no longer needed.
    private bool Take(List<StepJournal> taken)
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
                    return false;
                }
            }

            var takesAll = _waiting.Count > 1 && rounds?.IsWorth() == true;
            do
            {
                taken.Add(_waiting.Dequeue());
            }
            while (takesAll && _waiting.Count > 0);
            return true;
        }
    }
}
