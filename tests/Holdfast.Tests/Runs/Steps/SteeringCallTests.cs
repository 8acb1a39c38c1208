using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;
using Holdfast.Testing.Simulation;
using Holdfast.Testing.Steps;
using Holdfast.Tests.Journal;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>What persons decide, asked by a program rather than by a command.</summary>
public sealed class SteeringCallTests
{
    private readonly StepBench _bench = new();

    public enum Driver
    {
        /// <summary>The process that asks drives the run too.</summary>
        ThisProcess,

        /// <summary>Another one does.</summary>
        Other,

        /// <summary>It was killed.</summary>
        Nobody,
    }

    public static TheoryData<Driver, bool> Decisions =>
    [
        (Driver.ThisProcess, true), (Driver.ThisProcess, false), (Driver.Other, true), (Driver.Other, false),
        (Driver.Nobody, true), (Driver.Nobody, false),
    ];

    [Theory]
    [MemberData(nameof(Decisions))]
    public void An_approval_is_given_and_denied_whoever_drives_the_run(Driver driver, bool isApproved)
    {
        Approval? said = null;
        var run = _bench.StartUntil(() => _bench.Events().Contains("task_waiting ship/release"), Program);
        var asking = driver == Driver.Other ? _bench.Open() : _bench.Workspace;
        if (driver == Driver.Nobody)
        {
            _bench.Kill();
            asking = _bench.Workspace;
        }

        _bench.Thread.Run(() => isApproved
            ? asking.ApproveAsync("r", "ship/release", "checked the numbers")
            : asking.DenyAsync("r", "ship/release", "checked the numbers"));
        if (driver == Driver.Nobody)
        {
            run = _bench.Thread.Start(() => _bench.Workspace.RunAsync("r", Program));
        }

        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted));
        _bench.Thread.Run(() => run);
        Assert.Equal(isApproved, said!.IsApproved);
        Assert.EndsWith(": checked the numbers", said.Why);

        async Task Program(DurableRun run) => said = await run.Scope("ship").WaitForApprovalAsync("release");
    }

    [Theory]
    [InlineData(Resolution.Done, "told")]
    [InlineData(Resolution.Redo, "again")]
    [InlineData(Resolution.Fail, null)]
    public void A_held_step_is_resolved(Resolution resolution, string? expected)
    {
        _bench.DriveUntil(() => _bench.Log.Contains("begun"), run => Pay(run, async token =>
        {
            await _bench.Hangs("begun")(token);
            return "never";
        }));
        _bench.Kill();
        Assert.Throws<OutcomeUnknownException>(() => _bench.Run(run => Pay(run, _bench.Does("x", "again"))));
        _bench.Thread.Run(() => _bench.Workspace.ResolveAsync("r", "pay", resolution));
        if (expected is null)
        {
            Assert.Throws<StepFailedException>(() => _bench.Run(run => Pay(run, _bench.Does("x", "again"))));
            return;
        }

        Assert.Equal(expected, _bench.Run(run => Pay(run, _bench.Does("x", "again"))));

        static Task<string> Pay(DurableRun run, Func<CancellationToken, Task<string>> pay) => run.StepAsync(
            "pay", pay, new() { Effect = Effect.Once, WhenResolved = (_, _) => Task.FromResult("told") });
    }

    [Fact]
    public void One_whose_result_only_its_program_knows_says_what_helps_and_that_does()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("begun"), run => Pay(run, _bench.Hangs("begun")));
        _bench.Kill();
        Assert.Throws<OutcomeUnknownException>(() => _bench.Run(run => Pay(run, _bench.Does("paid", 1))));
        _bench.Thread.Run(() => _bench.Workspace.ResolveAsync("r", "pay", Resolution.Done));
        var error = Assert.Throws<StepMismatchException>(() => _bench.Run(run => Pay(run, _bench.Does("paid", 1))));
        Assert.EndsWith("give StepOptions.WhenResolved, or fork the run from that step, to do it anew", error.Message);
        _bench.Fork("r", "anew", "pay");
        Assert.Equal(1, _bench.Run(run => Pay(run, _bench.Does("paid", 1)), "anew"));
        Assert.Equal(["begun", "paid"], _bench.Log);

        static Task<int> Pay(DurableRun run, Func<CancellationToken, Task<int>> pay) =>
            run.StepAsync("pay", pay, new() { Effect = Effect.Once });
    }

    [Fact]
    public void A_failed_step_is_tried_again_at_the_next_start()
    {
        var isBroken = true;
        Assert.Throws<StepFailedException>(() => _bench.Run(Program));
        isBroken = false;
        Assert.Throws<StepFailedException>(() => _bench.Run(Program));
        _bench.Thread.Run(() => _bench.Workspace.RetryAsync("r", "load"));
        _bench.Run(Program);
        Assert.Equal(["load"], _bench.Log);

        Task Program(DurableRun run) => run.StepAsync(
            "load", isBroken ? _ => throw new FormatException("no number") : _bench.Does("load", 0));
    }

    [Theory]
    [InlineData(Driver.ThisProcess)]
    [InlineData(Driver.Other)]
    [InlineData(Driver.Nobody)]
    public void A_step_that_waits_for_its_next_attempt_is_tried_now(Driver driver)
    {
        var calls = 0;
        var run = _bench.StartUntil(() => _bench.Events().Contains("task_retry_requested load"), Program);
        var asking = driver == Driver.Other ? _bench.Open() : _bench.Workspace;
        if (driver == Driver.Nobody)
        {
            _bench.Kill();
            asking = _bench.Workspace;
        }

        var before = _bench.Time.Elapsed;
        _bench.Thread.Run(() => asking.RetryAsync("r", "load"));
        if (driver == Driver.Nobody)
        {
            run = _bench.Thread.Start(() => _bench.Workspace.RunAsync("r", Program));
        }

        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted));
        _bench.Thread.Run(() => run);
        Assert.Equal((2, true), (calls, _bench.Time.Elapsed - before < TimeSpan.FromSeconds(5)));
        Assert.Contains("task_wait_ended load", _bench.Events());

        Task Program(DurableRun run) => run.StepAsync(
            "load", _ => ++calls < 2 ? throw new TimeoutException("slow") : Task.FromResult(calls),
            new() { Retry = RetryPolicy.Exponential(3, 3_600, 3_600) });
    }

    [Fact]
    public void What_cannot_be_decided_is_told_with_what_was_seen_and_what_helps()
    {
        _bench.DriveUntil(() => _bench.Events().Contains("task_waiting release"), async run =>
        {
            await run.StepAsync("build", _bench.Does("build", 0));
            await run.WaitForApprovalAsync("release");
        });
        _bench.Kill();
        var workspace = _bench.Workspace;
        Refused<RunNotFoundException>(
            () => workspace.ApproveAsync("q", "release"), "there is no run q in", "`holdfast list`");
        Refused<RunNotFoundException>(
            () => workspace.ApproveAsync("r", "relaese"), "run r: its program has asked for no step \"relaese\" yet",
            "`holdfast status r` shows the 2 it asked for");
        Refused<InvalidOperationException>(
            () => workspace.DenyAsync("r", "build"), "\"build\" is no approval",
            "`holdfast status r` shows what waits");
        Refused<InvalidOperationException>(
            () => workspace.ResolveAsync("r", "build", Resolution.Redo), "\"build\" is succeeded, not held",
            "shows what is held");
        Refused<InvalidOperationException>(
            () => workspace.RetryAsync("r", "build"), "\"build\" is done and is never repeated", "fork the run");
        Refused<InvalidOperationException>(
            () => workspace.RetryAsync("r", "release"), "\"release\" waits for an approval", "approve or deny it");
        Refused<ArgumentException>(
            () => workspace.ApproveAsync("r", "release", new string('x', Inbox.MaxCommentChars + 1)),
            "has 4001 characters", "keep the rest in a file");
        Refused<ArgumentOutOfRangeException>(
            () => workspace.ResolveAsync("r", "build", (Resolution)7), "step \"build\"", "7");
        _bench.Thread.Run(() => workspace.ApproveAsync("r", "release"));
        Refused<InvalidOperationException>(
            () => workspace.DenyAsync("r", "release"), "\"release\" is succeeded, and waits for no approval",
            "`holdfast status r` shows what does");
    }

    [Fact]
    public void What_is_sent_is_one_line_however_the_program_writes_its_json()
    {
        var workspace = _bench.Thread.Run(() => Workspace.OpenAsync("/w/.holdfast", new WorkspaceOptions
        {
            Json = new(WorkspaceOptions.WithReflection().Json) { WriteIndented = true },
            Storage = _bench.Disk, Time = _bench.Time,
        }));
        var run = _bench.Thread.Start(() => workspace.RunAsync("r", run => run.WaitForAsync<int[]>("sent")));
        _bench.Thread.Run(() => workspace.SignalAsync("r", "sent", new[] { 1, 2 }));
        Assert.Equal([1, 2], _bench.Thread.Run(() => run).Value);
        var error = Assert.ThrowsAny<ArgumentException>(
            () => _bench.Thread.Run(() => workspace.SignalAsync("r", "other", double.NaN)));
        Assert.StartsWith("the value of signal \"other\" of System.Double cannot be sent as JSON: ", error.Message);
        Refused<ArgumentNullException>(() => workspace.SignalAsync("r", null!, 1), "name");
    }

    /// <summary>Between its last line and its lock, a run is known to this process and takes nothing in.</summary>
    [Fact]
    public void What_reaches_a_run_that_its_program_leaves_just_now_is_kept_for_its_next_start()
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-leaving-").FullName;
        try
        {
            var (storage, time) = (new FaultyStorage(), new SimulatedTime());
            var thread = new SimulatedThread(time);
            var workspace = thread.Run(() => Workspace.OpenAsync(folder, new WorkspaceOptions
            {
                Json = WorkspaceOptions.WithReflection().Json, Storage = storage, Time = time,
            }));
            Task? sent = null;
            storage.BeforeUnlock = () => sent ??= workspace.SignalAsync("r", "paid", 7);
            Assert.Throws<TimeoutException>(() => thread.Run(() => workspace.RunAsync(
                "r", _ => throw new TimeoutException("the program itself"))));
            thread.Run(() => sent!);
            Assert.Equal(7, thread.Run(() => workspace.RunAsync("r", run => run.WaitForAsync<int>("paid"))).Value);
            thread.Run(async () => await workspace.DisposeAsync());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Refused<T>(Func<Task> call, params string[] told)
        where T : Exception
    {
        var error = Assert.Throws<T>(() => _bench.Thread.Run(call));
        Assert.All(told, text => Assert.Contains(text, error.Message));
    }
}
