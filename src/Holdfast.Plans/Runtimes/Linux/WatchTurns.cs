using Holdfast.Runs;

namespace Holdfast.Plans.Runtimes.Linux;

/// <summary>
/// Whose turn it is to watch. While a driver rests, its own thread watches: it sees an end, takes the step and starts
/// the next attempt without handing over to another thread, which on a busy machine costs more than the work of a short
/// task. While nobody rests here, or the driver is busy elsewhere for longer than a moment, a thread of our own stands
/// in, so that limits hold whatever the driver does.
/// </summary>
internal sealed class WatchTurns : IDriverRest, IDisposable
{
    private const int StandInAfterMs = 100;
    private readonly Lock _turn = new();
    private readonly EventQueue _events;
    private readonly Action<int> _round;
    private readonly Func<long> _nowMs;
    private readonly AutoResetEvent _closing = new(initialState: false);
    private readonly Thread _standIn;
    private long _restedAtMs = long.MinValue;
    private int _restingThread;
    private int _hasNews;
    private volatile bool _isWanted;
    private volatile bool _isClosed;

    /// <param name="events">What both wait on.</param>
    /// <param name="round">
    /// Waits on the queue for at most so many milliseconds, then does all that is due. Never runs twice at once.
    /// </param>
    /// <param name="nowMs">Monotonic.</param>
    internal WatchTurns(EventQueue events, Action<int> round, Func<long> nowMs)
    {
        _events = events;
        _round = round;
        _nowMs = nowMs;
        _standIn = new Thread(StandIn) { IsBackground = true, Name = "attempts" };
        _standIn.Start();
    }

    /// <inheritdoc/>
    public void Rest(TimeSpan atMost)
    {
        _isWanted = true;
        if (!_turn.TryEnter())
        {
            _events.Wake();
            _turn.Enter();
        }

        try
        {
            Interlocked.Exchange(ref _restingThread, Environment.CurrentManagedThreadId);
            var untilMs = _nowMs() + (long)Math.Ceiling(atMost.TotalMilliseconds);
            long leftMs;
            do
            {
                // Wake sets the news before it asks who rests, so a word that comes after this look ends the wait.
                leftMs = Volatile.Read(ref _hasNews) != 0 ? 0 : Math.Max(0, untilMs - _nowMs());
                _round((int)Math.Min(leftMs, int.MaxValue));
            }
            while (leftMs > 0 && Volatile.Read(ref _hasNews) == 0);
        }
        finally
        {
            _restingThread = 0;
            Interlocked.Exchange(ref _hasNews, 0);
            Volatile.Write(ref _restedAtMs, _nowMs());
            _isWanted = false;
            _turn.Exit();
        }
    }

    /// <inheritdoc/>
    public void Wake()
    {
        // Nobody rests: the next rest looks for news before it waits. The resting thread itself: it looks again too.
        if (Interlocked.Exchange(ref _hasNews, 1) == 0 && Volatile.Read(ref _restingThread) is not 0 and var thread
            && thread != Environment.CurrentManagedThreadId && !_isClosed)
        {
            _events.Wake();
        }
    }

    /// <summary>Ends the thread that stands in. The last call: nobody may rest any more.</summary>
    public void Dispose()
    {
        _isClosed = true;
        _events.Wake();
        _closing.Set();
        if (Thread.CurrentThread != _standIn)
        {
            _standIn.Join();
        }

        _closing.Dispose();
    }

    private void StandIn()
    {
        while (!_isClosed)
        {
            if (IsDriverHere())
            {
                _closing.WaitOne(StandInAfterMs);
                continue;
            }

            lock (_turn)
            {
                while (!_isClosed && !_isWanted)
                {
                    _round(int.MaxValue);
                }
            }
        }
    }

    private bool IsDriverHere() => _isWanted
        || (Volatile.Read(ref _restedAtMs) is > long.MinValue and var atMs && _nowMs() - atMs < StandInAfterMs);
}
