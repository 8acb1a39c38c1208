using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>Timers, signals, approvals, child runs, cancelling.</summary>
public sealed class WaitingTests
{
    private readonly StepBench _bench = new();

    [Fact]
    public void A_timer_goes_on_in_the_next_process()
    {
        var before = _bench.Time.Elapsed;
        _bench.DriveUntil(() => _bench.Time.Elapsed - before > TimeSpan.FromMinutes(20), Program);
        _bench.Kill();
        _bench.Time.Advance(TimeSpan.FromMinutes(20));
        _bench.Run(Program);
        Assert.InRange(_bench.Time.Elapsed - before, TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(60.01));

        Task Program(DurableRun run) => run.SleepAsync("an hour", TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData(-30)]
    [InlineData(30)]
    public void A_timer_is_as_long_as_it_was_meant_however_the_clock_jumps(int days)
    {
        TakesAnHourThoughTheClockJumps(days, Program);

        Task Program(DurableRun run) => run.SleepAsync("an hour", TimeSpan.FromHours(1));
    }

    [Theory]
    [InlineData(-30)]
    [InlineData(30)]
    public void A_signal_is_waited_for_as_long_as_was_meant_however_the_clock_jumps(int days)
    {
        // SM14.
        TakesAnHourThoughTheClockJumps(days, Program);
        Assert.Single(_bench.Events(), e => e == "task_waiting paid");

        static async Task Program(DurableRun run)
        {
            await Assert.ThrowsAsync<StepFailedException>(
                () => run.WaitForAsync<int>("paid", TimeSpan.FromHours(1)));
        }
    }

    [Fact]
    public void A_clock_that_was_set_back_between_two_processes_draws_no_timer_out()
    {
        _bench.DriveUntil(() => _bench.Events().Contains("attempt_started an hour"), Program);
        _bench.Kill();
        _bench.Time.JumpWall(TimeSpan.FromDays(-30));
        var before = _bench.Time.Elapsed;
        _bench.Run(Program);
        Assert.InRange(_bench.Time.Elapsed - before, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(60.1));

        Task Program(DurableRun run) => run.SleepAsync("an hour", TimeSpan.FromHours(1));
    }

    [Fact]
    public void A_time_of_the_wall_clock_follows_it()
    {
        var until = _bench.Time.GetUtcNow().AddDays(10);
        var before = _bench.Time.Elapsed;
        var run = _bench.StartUntil(
            () => _bench.Time.Elapsed - before > TimeSpan.FromMinutes(1), run => run.SleepUntilAsync("day", until));
        _bench.Time.JumpWall(TimeSpan.FromDays(10));
        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted));
        Assert.InRange(_bench.Time.Elapsed - before, TimeSpan.Zero, TimeSpan.FromMinutes(2));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_signal_reaches_a_run_before_and_after_it_is_waited_for(bool isBefore)
    {
        var run = _bench.StartUntil(
            () => _bench.Events().Contains(isBefore ? "attempt_started first" : "task_waiting paid"), async run =>
            {
                await run.StepAsync("first", isBefore ? Briefly : _bench.Does("first", 0));
                _bench.Log.Add($"{await run.WaitForAsync<Payment>("paid")}");
            });
        _bench.Thread.Run(() => _bench.Workspace.SignalAsync("r", "paid", new Payment(7, "EUR")));
        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted));
        _bench.Thread.Run(() => run);
        Assert.Equal($"{new Payment(7, "EUR")}", _bench.Log[^1]);

        async Task<int> Briefly(CancellationToken token)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _bench.Time, token);
            return 0;
        }
    }

    [Fact]
    public void A_signal_reaches_a_run_that_nobody_drives_once()
    {
        _bench.DriveUntil(() => _bench.Events().Contains("task_waiting paid"), Program);
        Assert.Equal(RunStatus.Waiting, _bench.Look().Status);
        _bench.Kill();
        _bench.Thread.Run(() => _bench.Workspace.SignalAsync("r", "paid", 7));
        var error = Assert.Throws<InvalidOperationException>(
            () => _bench.Thread.Run(() => _bench.Workspace.SignalAsync("r", "paid", 8)));
        Assert.Contains("was sent already", error.Message);
        _bench.Run(Program);
        Assert.Equal(["7"], _bench.Log);

        async Task Program(DurableRun run) => _bench.Log.Add($"{await run.WaitForAsync<int>("paid")}");
    }

    [Fact]
    public void A_signal_that_nobody_sends_in_time_is_a_timeout()
    {
        var error = Assert.Throws<StepFailedException>(
            () => _bench.Run(run => run.WaitForAsync<int>("paid", TimeSpan.FromHours(3))));
        Assert.Contains("nobody sent it in time", error.Message);
        Assert.InRange(_bench.Time.Elapsed, TimeSpan.FromHours(3), TimeSpan.FromHours(3.01));
    }

    [Fact]
    public void A_signal_takes_no_place_of_a_step()
    {
        var run = _bench.StartUntil(() => _bench.Events().Contains("attempt_started first"), async run =>
        {
            await run.StepAsync("first", async token => await Task.Delay(TimeSpan.FromSeconds(1), _bench.Time, token));
            await run.StepAsync("pay", _bench.Does("pay", 0));
        });
        _bench.Thread.Run(() => _bench.Workspace.SignalAsync("r", "pay", 5));
        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted));
        Assert.Throws<StepMismatchException>(() => _bench.Thread.Run(() => run));
        Assert.Empty(_bench.Log);
    }

    [Theory]
    [InlineData(SteeringCommand.Approve, true)]
    [InlineData(SteeringCommand.Deny, false)]
    public void An_approval_comes_through_the_inbox(SteeringCommand word, bool isApproved)
    {
        Approval? said = null;
        var run = _bench.StartUntil(
            () => _bench.Events().Contains("task_waiting release"),
            async run => said = await run.WaitForApprovalAsync("release"));
        new Inbox(_bench.Disk, _bench.Folder()).Put(new SteeringRequest("q-1", word, "anna")
        {
            Tasks = ["release"], At = _bench.Time.GetUtcNow(), Comment = "looks good",
        });
        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted));
        _bench.Thread.Run(() => run);
        Assert.Equal(isApproved, said!.IsApproved);
        Assert.Contains("anna: looks good", said.Why);
        Assert.True(new Inbox(_bench.Disk, _bench.Folder()).TakeAnswer("q-1")!.Accepted);
    }

    [Fact]
    public void A_child_has_a_journal_of_its_own_and_goes_on_with_its_parent()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("hangs"), run => run.ChildAsync("child", Child));
        _bench.Kill();
        Assert.Equal(12, _bench.Run(run => run.ChildAsync("child", Child)));
        Assert.Equal(["a", "hangs", "b"], _bench.Log);
        Assert.Equal(RunStatus.Succeeded, _bench.Look("r.child").Status);

        async Task<int> Child(DurableRun run)
        {
            var a = await run.StepAsync("a", _bench.Does("a", 5));
            return a + await run.StepAsync("b", _bench.Log.Contains("hangs") ? _bench.Does("b", 7)
                : _bench.Hangs("hangs"));
        }
    }

    [Fact]
    public void A_cancelled_run_ends_for_good_and_its_steps_are_told()
    {
        var run = _bench.StartUntil(() => _bench.Log.Contains("a"), async run =>
        {
            await run.StepAsync("a", _bench.Hangs("a"));
            await run.StepAsync("b", _bench.Does("b", 0));
        });
        _bench.Thread.Run(() => _bench.Workspace.CancelAsync("r"));
        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted));
        Assert.Throws<RunCancelledException>(() => _bench.Thread.Run(() => run));
        Assert.Equal(RunStatus.Cancelled, _bench.Look().Status);
        Assert.Throws<RunCancelledException>(() => _bench.Run(_ => Task.CompletedTask));
        Assert.Equal(["a"], _bench.Log);
    }

    [Fact]
    public void A_program_that_sees_the_token_itself_still_ends_with_why_it_was_cancelled()
    {
        var run = _bench.StartUntil(() => _bench.Log.Contains("a"), async run =>
        {
            await run.StepAsync("a", _bench.Does("a", 0));
            await Task.Delay(Timeout.InfiniteTimeSpan, _bench.Time, run.CancellationToken);
        });
        _bench.Thread.Run(() => _bench.Workspace.CancelAsync("r"));
        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted));
        var error = Assert.Throws<RunCancelledException>(() => _bench.Thread.Run(() => run));
        Assert.IsType<TaskCanceledException>(error.InnerException);
    }

    [Fact]
    public void A_run_that_nobody_drives_is_cancelled_with_what_its_process_left()
    {
        _bench.DriveUntil(
            () => _bench.Events().Contains("attempt_started a"), run => run.StepAsync("a", _bench.Hangs("a")));
        _bench.Kill();
        _bench.Thread.Run(() => _bench.Workspace.CancelAsync("r"));
        Assert.Equal((RunStatus.Cancelled, true), (_bench.Look().Status, _bench.Look().Closed));
    }

    [Fact]
    public void A_cancelled_token_interrupts_and_the_next_start_goes_on()
    {
        using var stop = new CancellationTokenSource();
        var isFirst = true;
        var task = _bench.Thread.Start(() => _bench.Workspace.RunAsync("r", Program, null, stop.Token));
        _bench.Thread.RunUntil(() => _bench.Log.Contains("b"));
        stop.Cancel();
        Assert.True(_bench.Thread.RunUntil(() => task.IsCompleted));
        Assert.ThrowsAny<OperationCanceledException>(() => _bench.Thread.Run(() => task));
        Assert.Equal(RunStatus.Interrupted, _bench.Look().Status);
        isFirst = false;
        _bench.Run(Program);
        Assert.Equal(["a", "b", "b again"], _bench.Log);

        async Task Program(DurableRun run)
        {
            await run.StepAsync("a", _bench.Does("a", 0));
            await run.StepAsync("b", isFirst ? _bench.Hangs("b") : _bench.Does("b again", 0));
        }
    }

    [Fact]
    public void Disposal_while_steps_run_interrupts_them_and_waits_for_their_programs()
    {
        var first = _bench.StartUntil(() => _bench.Log.Contains("a"), run => run.StepAsync("a", _bench.Hangs("a")));
        _bench.Thread.Run(async () => await _bench.Workspace.DisposeAsync());
        Assert.True(first.IsCompleted);
        Assert.Throws<ObjectDisposedException>(() => _bench.Run(_ => Task.CompletedTask));
        _bench.Kill();
        _bench.Run(run => run.StepAsync("a", _bench.Does("a again", 0)));
        Assert.Equal(["a", "a again"], _bench.Log);
    }

    /// <summary>Neither disposal nor a cancel fails for it, and what sleeps beside it is woken all the same.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_a_program_hung_on_the_token_may_throw(bool isCancelled)
    {
        var isThere = false;
        var run = _bench.StartUntil(() => isThere && _bench.Events().Contains("attempt_started nap"), async run =>
        {
            var step = run.StepAsync("a", async token =>
            {
                await using var hung = token.Register(() => throw new InvalidOperationException("from the callback"));
                isThere = true;
                await _bench.Hangs("a")(token);
            });
            await Task.WhenAll(run.SleepAsync("nap", TimeSpan.FromDays(1)), step);
        });
        _bench.Thread.Run(() => isCancelled
            ? _bench.Workspace.CancelAsync("r") : _bench.Workspace.DisposeAsync().AsTask());
        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted));
        var left = Assert.ThrowsAny<OperationCanceledException>(() => _bench.Thread.Run(() => run));
        Assert.Contains("from the callback", left.InnerException!.ToString());
        Assert.InRange(_bench.Time.Elapsed, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void A_timeout_ends_an_attempt_and_is_tried_again()
    {
        var calls = 0;
        _bench.Run(run => run.StepAsync(
            "slow", token => ++calls == 1 ? _bench.Hangs("slow")(token) : Task.FromResult(0),
            new() { Timeout = TimeSpan.FromSeconds(5) }));
        Assert.Equal(2, calls);
        Assert.Contains("runtime_recovery_scheduled slow", _bench.Events());
    }

    [Fact]
    public void A_paused_run_starts_nothing_until_it_is_unpaused()
    {
        var run = _bench.StartUntil(() => _bench.Log.Contains("a"), async run =>
        {
            await run.StepAsync("a", async token =>
            {
                _bench.Log.Add("a");
                await Task.Delay(TimeSpan.FromSeconds(5), _bench.Time, token);
            });
            await run.StepAsync("b", _bench.Does("b", 0));
        });
        Put("q-1", SteeringCommand.Pause);
        var at = _bench.Time.Elapsed;
        _bench.Thread.RunUntil(() => _bench.Time.Elapsed - at > TimeSpan.FromMinutes(1));
        Assert.Equal(["a"], _bench.Log);
        Put("q-2", SteeringCommand.Unpause);
        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted));
        Assert.Equal(["a", "b"], _bench.Log);

        void Put(string id, SteeringCommand word) => new Inbox(_bench.Disk, _bench.Folder()).Put(
            new SteeringRequest(id, word, "me") { At = _bench.Time.GetUtcNow() });
    }

    private sealed record Payment(int Amount, string Currency);

    private void TakesAnHourThoughTheClockJumps(int days, Func<DurableRun, Task> program)
    {
        var before = _bench.Time.Elapsed;
        _bench.DriveUntil(() => _bench.Time.Elapsed - before > TimeSpan.FromMinutes(20), program);
        _bench.Time.JumpWall(TimeSpan.FromDays(days));
        _bench.Thread.RunUntil(() => _bench.Events().Contains("clock_jumped"));
        _bench.Kill();
        _bench.Run(program);
        Assert.InRange(_bench.Time.Elapsed - before, TimeSpan.FromMinutes(60), TimeSpan.FromMinutes(60.1));
    }
}
