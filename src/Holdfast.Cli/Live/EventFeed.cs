using Holdfast.Cli.Driving;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;

namespace Holdfast.Cli.Live;

/// <summary>An event as a view gets it.</summary>
/// <param name="Seq">Its number in the journal.</param>
/// <param name="Event">The event.</param>
/// <param name="Progress">How far the run was when it became durable.</param>
internal sealed record SeenEvent(long Seq, RunEvent Event, RunProgress Progress)
{
    /// <summary>Its data as the journal has it, where this version does not know the kind; else empty.</summary>
    internal ReadOnlyMemory<byte> RawData { get; init; }
}

/// <summary>Shows a run to somebody. Called on one thread.</summary>
internal interface IRunView
{
    /// <summary>The next event, in order.</summary>
    void Show(SeenEvent seen);

    /// <summary>Nothing happened for a moment: time to redraw what depends on the clock.</summary>
    void Idle();

    /// <summary>No event follows.</summary>
    void Close();
}

/// <summary>
/// Carries durable events from the driver to its views on a thread of its own, so that a full pipe or a stopped
/// terminal never holds up the run. What does not fit into its queue is read again from the journal.
/// </summary>
internal sealed class EventFeed : IRunObserver, IDisposable
{
    private const int Capacity = 4_096;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(120);

    // Events that come closer together than eyes can follow are shown together: waking for each would cost as much as
    // a short task itself.
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(30);

    // A reader that does not read any more must not keep the process for ever once the run is over.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(10);

    private readonly RunFiles _run;
    private readonly IRunView _view;
    private readonly Queue<SeenEvent> _queue = new();
    private readonly Lock _gate = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly ManualResetEvent _closing = new(initialState: false);
    private readonly Thread _thread;
    private RunProgress _progress;
    private long _missedUpTo;
    private long _shown;
    private bool _closed;

    /// <summary>A feed that shows what follows an event.</summary>
    /// <param name="run">The run.</param>
    /// <param name="view">Who is shown.</param>
    /// <param name="from">Number of the last event that is not to be shown.</param>
    internal EventFeed(RunFiles run, IRunView view, long from)
    {
        _run = run;
        _view = view;
        _shown = from;
        _thread = new Thread(Work) { IsBackground = true, Name = "view" };
    }

    /// <summary>Follows a driver; events that it recorded before are read from the journal.</summary>
    internal void Follow(Dispatcher dispatcher)
    {
        _progress = RunProgress.Of(dispatcher.State);
        _missedUpTo = dispatcher.State.LastSeq;
        dispatcher.Observer = this;
        _thread.Start();
        _wake.Set();
    }

    public void OnEvent(RunEvent e, long seq, RunProgress progress)
    {
        lock (_gate)
        {
            _progress = progress;
            if (_queue.Count == Capacity || _missedUpTo > _shown)
            {
                _missedUpTo = seq;
            }
            else
            {
                _queue.Enqueue(new SeenEvent(seq, e, _progress));
            }
        }

        _wake.Set();
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
        }

        _closing.Set();
        _wake.Set();
        if (_thread.ThreadState != ThreadState.Unstarted && !_thread.Join(LastWords))
        {
            return;
        }

        _wake.Dispose();
        _closing.Dispose();
    }

    private void Work()
    {
        while (true)
        {
            var woken = _wake.WaitOne(Pace);
            ShowAll();
            lock (_gate)
            {
                if (_closed && _queue.Count == 0 && _missedUpTo <= _shown)
                {
                    break;
                }
            }

            if (!woken)
            {
                _view.Idle();
            }
            else
            {
                _closing.WaitOne(Beat);
            }
        }

        _view.Close();
    }

    private void ShowAll()
    {
        while (true)
        {
            SeenEvent? next;
            long missed;
            RunProgress progress;
            lock (_gate)
            {
                missed = _missedUpTo;
                progress = _progress;
                if (!_queue.TryDequeue(out next) && missed <= _shown)
                {
                    return;
                }
            }

            // What is queued comes before what was missed: while something is missed, nothing more is queued.
            if (next is not null)
            {
                _view.Show(next);
                SetShown(next.Seq);
            }
            else
            {
                CatchUp(missed, progress);
                SetShown(missed);
            }
        }
    }

    private void CatchUp(long upTo, RunProgress progress)
    {
        var tail = new JournalTail(_run.Workspace.Storage, _run.Folder.Path);
        tail.ReadNew((in JournalRecord record) =>
        {
            if (record.Seq > _shown && record.Seq <= upTo)
            {
                var e = EventCatalog.Read(record);
                _view.Show(new SeenEvent(record.Seq, e, progress)
                {
                    RawData = e is OtherEvent ? record.Data.ToArray() : default,
                });
            }
        });
    }

    private void SetShown(long seq)
    {
        lock (_gate)
        {
            _shown = seq;
        }
    }
}

/// <summary>Several views of one run.</summary>
internal sealed class ManyViews(IReadOnlyList<IRunView> views) : IRunView
{
    public void Show(SeenEvent seen)
    {
        foreach (var view in views)
        {
            view.Show(seen);
        }
    }

    public void Idle()
    {
        foreach (var view in views)
        {
            view.Idle();
        }
    }

    public void Close()
    {
        foreach (var view in views)
        {
            view.Close();
        }
    }
}
