using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Tests.Runs;

/// <summary>Waits, deadlines and clocks.</summary>
public sealed class WaitTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private static RuntimeRecoveryScheduled RecoveryOf(RunBench bench) =>
        bench.Journal.Events.OfType<RuntimeRecoveryScheduled>().Last();

    [Fact]
    public void A_recorded_back_off_is_really_waited()
    {
        // RC1: a backoff was recorded but nobody waited. RC16: five attempts burned in 30 s.
        var bench = new RunBench(Plans.Of("a"));
        bench.Fail("a", FailureClass.Connection);
        var delay = RecoveryOf(bench).Decision.Delay;
        Assert.True(delay >= TimeSpan.FromSeconds(1));
        bench.Advance(delay - Moment);
        Assert.Single(bench.Host.Started);
        bench.Advance(Moment + Moment);
        Assert.Equal(2, bench.Host.Started.Count);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(3.0)]
    public void A_back_off_goes_on_after_a_restart_from_its_recorded_end(double deadShare)
    {
        var bench = new RunBench(Plans.Of("a"));
        bench.Fail("a", FailureClass.Connection);
        var delay = RecoveryOf(bench).Decision.Delay;
        bench.Restart(delay * deadShare);
        var left = delay * Math.Max(0, 1 - deadShare);
        if (left > TimeSpan.Zero)
        {
            bench.Advance(left - Moment - Moment);
            Assert.Single(bench.Host.Started);
        }

        bench.Advance(Moment * 3);
        Assert.Equal(2, bench.Host.Started.Count);
    }

    [Theory]
    [InlineData(-7_200)]
    [InlineData(7_200)]
    public void A_jump_of_the_wall_clock_neither_cuts_a_computed_wait_nor_draws_it_out(int jumpSeconds)
    {
        var bench = new RunBench(Plans.Of("a"));
        bench.Fail("a", FailureClass.Connection);
        var delay = RecoveryOf(bench).Decision.Delay;
        bench.Time.JumpWall(TimeSpan.FromSeconds(jumpSeconds));
        bench.Advance(delay - Moment);
        Assert.Single(bench.Host.Started);
        Assert.Equal(jumpSeconds, Assert.Single(bench.Journal.Events.OfType<ClockJumped>()).By.TotalSeconds, 1.0);
        bench.Advance(Moment * 3);
        Assert.Equal(2, bench.Host.Started.Count);
    }

    [Fact]
    public void A_clock_set_back_while_nobody_drove_draws_no_wait_out()
    {
        var bench = new RunBench(Plans.Of("a"));
        bench.Fail("a", FailureClass.Connection);
        bench.Time.JumpWall(TimeSpan.FromDays(-30));
        bench.Restart();
        bench.Advance(RecoveryOf(bench).Decision.Delay + Moment);
        Assert.Equal(2, bench.Host.Started.Count);
    }

    [Theory]
    [InlineData(-7_200, false)]
    [InlineData(7_200, false)]
    [InlineData(-7_200, true)]
    public void A_person_has_the_time_that_was_told_however_the_wall_clock_moves(int jumpSeconds, bool undriven)
    {
        var hour = TimeSpan.FromHours(1);
        var bench = new RunBench(Plans.Of(Plans.Task("ok") with { Approval = hour }, Plans.Task("a")));
        bench.Time.JumpWall(TimeSpan.FromSeconds(jumpSeconds));
        if (undriven)
        {
            bench.Restart();
        }

        bench.Advance(hour - TimeSpan.FromSeconds(2));
        Assert.Equal(TaskStage.Waiting, bench["ok"]);
        bench.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal(TaskStage.Failed, bench["ok"]);
    }

    [Fact]
    public void A_told_point_in_time_follows_the_wall_clock()
    {
        var bench = new RunBench(Plans.Of("a"));
        var until = bench.Time.GetUtcNow().AddHours(2);
        bench.End("a", RunBench.Failed(FailureClass.RateLimited, told: new ToldDelay(null, until)));
        bench.Advance(TimeSpan.FromMinutes(1));
        Assert.Single(bench.Host.Started);
        bench.Time.JumpWall(TimeSpan.FromHours(2));
        bench.Advance(Moment);
        Assert.Equal(2, bench.Host.Started.Count);
    }

    [Fact]
    public void Of_several_waits_each_ends_at_its_own_time_and_of_one_moment_all_do()
    {
        var bench = new RunBench(Plans.Of("late", "a", "b"));
        foreach (var (task, minutes) in new[] { ("late", 2), ("a", 1), ("b", 1) })
        {
            bench.End(task, RunBench.Failed(
                FailureClass.RateLimited, told: new ToldDelay(TimeSpan.FromMinutes(minutes), null)));
        }

        bench.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["a", "b"], bench.Host.Running.Select(a => a.Task).Order(StringComparer.Ordinal));
        bench.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(["a", "b", "late"], bench.Host.Running.Select(a => a.Task).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(5.9, TaskStage.Retrying)]
    [InlineData(6.1, TaskStage.Parked)]
    public void A_told_wait_beyond_max_wait_is_parked_and_the_driver_stays_for_either(double hours, TaskStage expected)
    {
        var bench = new RunBench(Plans.Of("a"));
        bench.End("a", RunBench.Failed(FailureClass.RateLimited, told: new ToldDelay(TimeSpan.FromHours(hours), null)));
        Assert.Equal((expected, (int?)null), (bench["a"], bench.ExitCode));
        bench.Advance(TimeSpan.FromHours(hours) + Moment);
        bench.Succeed("a");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
    }

    [Theory]
    [InlineData(FailureClass.RateLimited, 60, true)]
    [InlineData(FailureClass.Connection, 0, false)]
    public void No_wait_leaves_at_a_stated_wait_but_sits_a_short_back_off_through(FailureClass kind, int told,
        bool leaves)
    {
        var bench = new RunBench(Plans.Of("a"), limits: new() { NoWait = true });
        bench.End("a", RunBench.Failed(kind, told: told == 0 ? null : new ToldDelay(TimeSpan.FromSeconds(told), null)));
        Assert.Equal(leaves ? ExitCodes.Waiting : null, bench.ExitCode);
        Assert.Equal(leaves, bench.State.WaitingFor?.Until is not null);
    }

    [Fact]
    public void No_wait_leaves_a_paused_run_too()
    {
        var bench = new RunBench(Plans.Of("a", "b", "c"), limits: new() { NoWait = true, MaxParallel = 1 });
        Assert.True(bench.Steer(SteeringCommand.Pause).Accepted);
        bench.Succeed("a");
        Assert.Equal(ExitCodes.Waiting, bench.ExitCode);
        Assert.Equal(TaskStage.Ready, bench["b"]);
    }

    [Fact]
    public void The_deadline_of_the_run_ends_everything_and_survives_a_restart()
    {
        var bench = new RunBench(Plans.Of("a", "b: a", "c"), deadline: TimeSpan.FromHours(1));
        bench.Fail("c", FailureClass.Unavailable);
        bench.Restart(TimeSpan.FromMinutes(59.9));
        Assert.Empty(bench.Host.Stopped);
        bench.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Contains((new AttemptId("a", 1), EndedBy.RunDeadline, false), bench.Host.Stopped);
        foreach (var attempt in bench.Host.Running.ToArray())
        {
            bench.Fail(attempt.Task, FailureClass.Timeout, EndedBy.RunDeadline);
        }

        Assert.Equal((TaskStage.Failed, TaskStage.Cancelled), (bench["a"], bench["b"]));
        Assert.Equal((RunStatus.Failed, (int?)ExitCodes.Failed), (bench.State.Status, bench.ExitCode));
        Assert.Contains("deadline of 1h", bench.State.Ended!.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void The_deadline_follows_the_steady_clock()
    {
        var bench = new RunBench(Plans.Of("a"), deadline: TimeSpan.FromHours(1));
        bench.Time.JumpWall(TimeSpan.FromHours(5));
        bench.Advance(TimeSpan.FromMinutes(59));
        Assert.Empty(bench.Host.Stopped);
        bench.Advance(TimeSpan.FromMinutes(2));
        Assert.Single(bench.Host.Stopped);
    }

    [Theory]
    [InlineData(NotifyOn.Waiting, "held", 1)]
    [InlineData(NotifyOn.Failed, "failed", 1)]
    [InlineData(NotifyOn.Done, "failed", 1)]
    [InlineData(NotifyOn.Done, "done", 1)]
    [InlineData(NotifyOn.Failed, "done", 0)]
    [InlineData(NotifyOn.Waiting, "done", 0)]
    public void Notify_is_run_once_for_each_occasion(NotifyOn on, string end, int times)
    {
        var bench = new RunBench(Plans.Of("a".With(Effect.Once)), limits: new() { NotifyOn = [on] });
        bench.End("a", end switch
        {
            "held" => RunBench.Failed(FailureClass.Timeout, EndedBy.HardTimeout),
            "failed" => RunBench.Failed(FailureClass.BuildFailure),
            _ => new(new() { ExitCode = 0 }, null),
        });
        Assert.NotNull(bench.ExitCode);
        Assert.Equal(times, bench.Host.Notified.Count);
        Assert.Equal(times, bench.Journal.Events.Count(e => e is Notified));
    }

    [Fact]
    public void What_is_waited_for_next_is_told_again()
    {
        // A person answers while the notify command runs: the run goes on, waits anew, and says so.
        var bench = new RunBench(
            Plans.Of("a".With(Effect.Once)), new ScriptedHost { NotifyEndsAtOnce = false },
            new() { NotifyOn = [NotifyOn.Waiting] });
        bench.Fail("a", FailureClass.Timeout, EndedBy.HardTimeout);
        Assert.Equal((RunStatus.Waiting, (int?)null), (bench.State.Status, bench.ExitCode));
        Assert.True(bench.Steer(SteeringCommand.Resolve, ["a"], Resolution.Redo).Accepted);
        Assert.Equal(RunStatus.Running, bench.State.Status);
        bench.Host.EndNotify!();
        bench.Fail("a", FailureClass.Timeout, EndedBy.HardTimeout);
        bench.Host.EndNotify!();
        bench.Step();
        Assert.Equal(ExitCodes.Waiting, bench.ExitCode);
        Assert.Equal(2, bench.Journal.Events.Count(e => e is RunWaiting));
        Assert.Equal(2, bench.Host.Notified.Count);
    }
}
