using System.Collections.Concurrent;
using Holdfast.Plans.Runtimes.Linux;

namespace Holdfast.Tests.Runtimes;

/// <summary>Who watches when: the driver's thread while it rests, else the one that stands in.</summary>
[Collection(CommandBench.RealProcesses)]
public sealed class WatchTurnsTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private readonly EventQueue _events = new();
    private readonly BlockingCollection<int> _rounds = [];
    private readonly WatchTurns _turns;
    private Action<int> _round;
    private long _nowMs;
    private int _inside;

    public WatchTurnsTests()
    {
        _round = ms => _events.Wait(ms == int.MaxValue ? -1 : ms, new int[1]);
        _turns = new WatchTurns(_events, Round, () => Volatile.Read(ref _nowMs));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _turns.Dispose();
        _events.Dispose();
        _rounds.Dispose();
    }

    [Fact]
    public void While_a_driver_rests_only_its_own_thread_watches()
    {
        _turns.Rest(TimeSpan.Zero);
        while (_rounds.TryTake(out _))
        {
            // What was before it.
        }

        var left = 1000;
        _round = _ =>
        {
            if (--left == 0)
            {
                _turns.Wake();
            }
        };
        _turns.Rest(Deadline);
        Assert.Equal(0, left);
        Assert.All(_rounds, thread => Assert.Equal(Environment.CurrentManagedThreadId, thread));
    }

    [Fact]
    public void A_driver_that_stays_away_is_stood_in_for()
    {
        _turns.Rest(TimeSpan.Zero);
        Volatile.Write(ref _nowMs, 100);
        int thread;
        do
        {
            Assert.True(_rounds.TryTake(out thread, (int)Deadline.TotalMilliseconds, Cancel));
        }
        while (thread == Environment.CurrentManagedThreadId);
    }

    [Fact]
    public async Task A_word_from_another_thread_ends_the_rest()
    {
        var isResting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var wait = _round;
        _round = ms =>
        {
            isResting.TrySetResult();
            wait(ms);
        };
        var rest = Task.Run(() => _turns.Rest(Deadline), Cancel);
        await isResting.Task.WaitAsync(Deadline, Cancel);
        _turns.Wake();
        await rest.WaitAsync(Deadline / 2, Cancel);
    }

    [Fact]
    public void A_word_before_the_rest_lets_it_look_once()
    {
        _turns.Rest(TimeSpan.Zero);
        var asked = new List<int>();
        _round = asked.Add;
        _turns.Wake();
        _turns.Rest(Deadline);
        Assert.Equal([0], asked);
    }

    [Fact]
    public void The_time_of_a_rest_is_its_bound()
    {
        _turns.Rest(TimeSpan.Zero);
        var asked = new List<int>();
        _round = ms =>
        {
            asked.Add(ms);
            Volatile.Write(ref _nowMs, Volatile.Read(ref _nowMs) + 30);
        };
        _turns.Rest(TimeSpan.FromMilliseconds(49.5));
        Assert.Equal([50, 20, 0], asked);
    }

    [Fact]
    public async Task Ends_and_limits_are_told_while_the_driver_is_busy_elsewhere()
    {
        using var bench = new CommandBench();
        bench.Runtime.Rest!.Rest(TimeSpan.Zero);
        var well = bench.Start(bench.Spec("well", "true"));
        var late = bench.Start(bench.Spec("late", "sleep", "60") with
        {
            HardTimeout = TimeSpan.FromMilliseconds(1), Grace = TimeSpan.Zero,
        });
        Assert.Equal(0, (await well).ExitCode);
        Assert.Equal(Holdfast.Failures.EndedBy.HardTimeout, (await late).EndedBy);
    }

    private void Round(int longestMs)
    {
        Assert.Equal(1, Interlocked.Increment(ref _inside));
        _rounds.Add(Environment.CurrentManagedThreadId, Cancel);
        _round(longestMs);
        Interlocked.Decrement(ref _inside);
    }
}
