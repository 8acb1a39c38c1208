using Holdfast.Runs;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>A program that waits for another time than it did: that counts, from where the wait began.</summary>
public sealed class ChangedWaitTests
{
    private readonly StepBench _bench = new();

    /// <param name="was">Hours of the bound that the first process waits with; 0 for none.</param>
    /// <param name="now">Hours of the bound half an hour later; 0 for none.</param>
    /// <param name="ends">Hours from the beginning until nobody has sent it in time.</param>
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 2, 2)]
    [InlineData(3, 1, 1)]
    [InlineData(0, 1, 1)]
    [InlineData(3, 0.25, 0.5)]
    public void Another_bound_of_a_wait_counts(double was, double now, double ends)
    {
        WaitUntilKilled(run => run.WaitForAsync<int>("paid", Bound(was)), "task_waiting paid");
        var failed = Assert.Throws<StepFailedException>(
            () => _bench.Run<int>(run => run.WaitForAsync<int>("paid", Bound(now))));
        Assert.Equal("nobody sent it in time", _bench.Look().Find(failed.Step)!.Reason);
        AssertElapsed(TimeSpan.FromHours(ends));
    }

    [Fact]
    public void A_bound_that_is_taken_away_is_gone()
    {
        WaitUntilKilled(run => run.WaitForApprovalAsync("ship", TimeSpan.FromHours(1)), "task_waiting ship");
        var run = _bench.StartUntil(
            () => _bench.Time.Elapsed > TimeSpan.FromHours(2), run => run.WaitForApprovalAsync("ship"));
        _bench.Thread.Run(() => _bench.Workspace.ApproveAsync("r", "ship"));
        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted));
        Assert.Equal(TaskStage.Succeeded, _bench.Look().Find("ship")!.Status);
    }

    [Fact]
    public void A_wait_of_another_kind_has_its_own_bound()
    {
        WaitUntilKilled(run => run.WaitForAsync<int>("x", TimeSpan.FromHours(3)), "task_waiting x");
        Assert.False(_bench.Run(run => run.WaitForApprovalAsync("x", TimeSpan.FromHours(1))).IsApproved);
        AssertElapsed(TimeSpan.FromHours(1.5));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(3, 1, 1)]
    [InlineData(1, 3, 3)]
    [InlineData(3, 0.25, 0.5)]
    public void Another_length_of_a_timer_counts(double was, double now, double ends)
    {
        WaitUntilKilled(run => run.SleepAsync("nap", TimeSpan.FromHours(was)), "attempt_started nap");
        _bench.Run(run => run.SleepAsync("nap", TimeSpan.FromHours(now)));
        AssertElapsed(TimeSpan.FromHours(ends));
    }

    [Fact]
    public void Another_time_of_the_wall_clock_is_told_too()
    {
        var begun = _bench.Time.GetUtcNow();
        WaitUntilKilled(run => run.SleepUntilAsync("noon", begun.AddHours(3)), "attempt_started noon");
        var run = _bench.StartUntil(
            () => _bench.Look().Find("noon")?.Timer?.Until == begun.AddHours(1),
            run => run.SleepUntilAsync("noon", begun.AddHours(1)));
        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted));
        AssertElapsed(TimeSpan.FromHours(1));
    }

    [Fact]
    public void The_same_time_is_recorded_once()
    {
        var begun = _bench.Time.GetUtcNow();
        for (var start = 0; start < 3; start++)
        {
            WaitUntilKilled(
                run => Task.WhenAll(
                    run.WaitForAsync<int>("w", TimeSpan.FromHours(9.000_000_01)),
                    run.SleepAsync("s", TimeSpan.FromHours(9.000_000_01)),
                    run.SleepUntilAsync("u", begun.AddHours(9.000_000_01))), "attempt_started u");
        }

        Assert.Equal(["attempt_started s", "attempt_started u", "task_waiting w"],
            _bench.Events().Where(e => e.StartsWith("attempt_", StringComparison.Ordinal) || e == "task_waiting w")
                .Order());
    }

    private static TimeSpan? Bound(double hours) => hours > 0 ? TimeSpan.FromHours(hours) : null;

    private void WaitUntilKilled(Func<DurableRun, Task> program, string begun)
    {
        var from = _bench.Time.Elapsed;
        _bench.DriveUntil(
            () => _bench.Events().Contains(begun) && _bench.Time.Elapsed - from >= TimeSpan.FromMinutes(30), program);
        _bench.Kill();
    }

    private void AssertElapsed(TimeSpan meant) => Assert.InRange(
        _bench.Time.Elapsed, meant, meant + TimeSpan.FromMinutes(1));
}
