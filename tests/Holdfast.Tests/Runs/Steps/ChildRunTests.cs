using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Testing.Simulation;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>Runs that are steps of other runs: how each end of one meets the other.</summary>
public sealed class ChildRunTests
{
    private static readonly Task NoTask = null!;
    private readonly StepBench _bench = new();

    [Fact]
    public void A_child_that_fails_fails_its_step_once_and_a_retry_goes_on_with_the_child()
    {
        var mended = false;
        var error = Assert.Throws<StepFailedException>(() => _bench.Run<int>(Parent));
        Assert.Equal("child", error.Step);
        Assert.Contains("bad input", error.Message);
        Assert.Equal((RunStatus.Failed, RunStatus.Failed), (_bench.Look().Status, _bench.Look("r.child").Status));
        Assert.Equal(FailureClass.InvalidInput, _bench.Look().Find("child")!.Failure!.Class);
        Assert.Throws<StepFailedException>(() => _bench.Run<int>(Parent));
        Assert.Equal(["a", "b"], _bench.Log);

        mended = true;
        _bench.Run(run => Parent(run), options: new RunOptions { RetryFailed = true });
        Assert.Equal(["a", "b", "b"], _bench.Log);
        Assert.Equal(
            (RunStatus.Succeeded, RunStatus.Succeeded), (_bench.Look().Status, _bench.Look("r.child").Status));

        Task<int> Parent(DurableRun run) => run.ChildAsync("child", async child =>
        {
            await child.StepAsync("a", _bench.Does("a", 1));
            return await child.StepAsync("b", _ =>
            {
                _bench.Log.Add("b");
                return mended ? Task.FromResult(2) : throw new ArgumentException("bad input");
            });
        });
    }

    [Fact]
    public void A_child_may_return_nothing_and_is_done_once_all_the_same()
    {
        Task Parent(DurableRun run) => run.ChildAsync("child", child => child.StepAsync("a", _ =>
        {
            _bench.Log.Add("a");
            return Task.CompletedTask;
        }));
        _bench.Run(run => Parent(run), options: null);
        Assert.Equal(RunStatus.Succeeded, _bench.Look("r.child").Status);
        _bench.Run(async run =>
        {
            await Parent(run);
            await run.ChildAsync("async", async child => await child.StepAsync("b", _bench.Does("b", 1)));
        }, "other");
        Assert.Equal(["a", "a", "b"], _bench.Log);
        Assert.Throws<ArgumentNullException>(
            () => _bench.Run(run => run.ChildAsync("child", (Func<DurableRun, Task>)null!), "none"));
        var failed = Assert.Throws<StepFailedException>(
            () => _bench.Run(run => run.ChildAsync("child", _ => NoTask), "null"));
        Assert.Equal(FailureClass.InvalidInput, failed.Failure!.Class);
    }

    [Fact]
    public void A_child_that_is_cancelled_by_itself_tells_its_parent_so_at_each_start()
    {
        var run = _bench.StartUntil(() => _bench.Log.Contains("hangs"), Hanging);
        _bench.Thread.Run(() => _bench.Workspace.CancelAsync("r.child"));
        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted));
        var error = Assert.Throws<RunCancelledException>(() => _bench.Thread.Run(() => run));
        Assert.Equal("r.child", error.RunId);
        Assert.Equal(
            (RunStatus.Interrupted, RunStatus.Cancelled), (_bench.Look().Status, _bench.Look("r.child").Status));
        Assert.Equal("r.child", Assert.Throws<RunCancelledException>(() => _bench.Run(Hanging)).RunId);
        Assert.Equal(["hangs"], _bench.Log);

        // A program that knows what to do without it goes on.
        _bench.Run(async run =>
        {
            await Assert.ThrowsAsync<RunCancelledException>(() => Hanging(run));
            await run.StepAsync("instead", _bench.Does("instead", 0));
        });
        Assert.Equal(["hangs", "instead"], _bench.Log);
    }

    [Fact]
    public void A_run_that_is_cancelled_takes_its_children_and_theirs_along()
    {
        var run = _bench.StartUntil(() => _bench.Log.Contains("hangs"), Nested);
        _bench.Thread.Run(() => _bench.Workspace.CancelAsync("r"));
        Assert.True(_bench.Thread.RunUntil(() => run.IsCompleted));
        Assert.Equal("r", Assert.Throws<RunCancelledException>(() => _bench.Thread.Run(() => run)).RunId);
        AssertAllCancelled();
    }

    [Fact]
    public void So_does_one_that_nobody_drives()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("hangs"), Nested);
        _bench.Kill();
        _bench.Thread.Run(() => _bench.Workspace.CancelAsync("r"));
        AssertAllCancelled();
    }

    [Fact]
    public void A_process_that_was_killed_before_it_cancelled_the_children_leaves_them_to_the_next_start()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("hangs"), Nested);
        DieOnce(() => _bench.Look().Closed, () => _bench.Workspace.CancelAsync("r"));
        Assert.NotEqual(RunStatus.Cancelled, _bench.Look("r.child.child").Status);
        Assert.Throws<RunCancelledException>(() => _bench.Run(Nested));
        AssertAllCancelled();
    }

    [Fact]
    public void A_child_that_the_program_no_longer_asks_for_is_cancelled_and_told()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("hangs"), Hanging);
        _bench.Kill();
        var result = _bench.Run(async run =>
        {
            await run.StepAsync("other", _bench.Does("other", 0));
        });
        Assert.Equal(["child"], result.UnaskedSteps);
        Assert.Equal((RunStatus.Cancelled, "cancelled by run r"), (
            _bench.Look("r.child").Status, _bench.Look("r.child").Ended!.Why));
    }

    [Fact]
    public void A_child_whose_process_does_not_answer_hides_nothing_of_how_its_parent_ended()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("hangs"), Hanging);
        _bench.Kill();
        using (_bench.Disk.TryLock(_bench.Folder("r.child").LockPath, "{}"u8))
        {
            _bench.Thread.Run(() => _bench.Workspace.CancelAsync("r"));
            Assert.Equal(RunStatus.Cancelled, _bench.Look().Status);
            Assert.Equal("r", Assert.Throws<RunCancelledException>(() => _bench.Run(Hanging)).RunId);
            Assert.NotEqual(RunStatus.Cancelled, _bench.Look("r.child").Status);
        }

        // The next start comes back to it.
        Assert.Equal("r", Assert.Throws<RunCancelledException>(() => _bench.Run(Hanging)).RunId);
        Assert.Equal(RunStatus.Cancelled, _bench.Look("r.child").Status);
    }

    [Fact]
    public void Of_an_unfinished_run_and_its_child_the_run_alone_is_left_to_go_on_with()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("hangs"), Hanging);
        _bench.Kill();
        Assert.Equal("r", Assert.Single(_bench.Workspace.UnfinishedRuns()).Id);
    }

    [Theory]
    [InlineData("über/größe: 50 %?")]
    [InlineData("..")]
    [InlineData("CON")]
    [InlineData("a.b")]
    [InlineData("$(rm -rf ~)")]
    public void A_name_with_odd_characters_names_a_run_of_its_own(string name)
    {
        Assert.Equal(3, _bench.Run(Parent));
        Assert.Equal(3, _bench.Run(Parent));
        var child = Assert.Single(_bench.Workspace.Runs(), r => r.Id != "r");
        Assert.True(Holdfast.Runs.Workspaces.RunFolder.IsGoodId(child.Id));
        Assert.StartsWith("r.", child.Id);
        Assert.Equal(name, _bench.Look(child.Id).Started!.Name);
        Assert.Equal(["a"], _bench.Log);

        Task<int> Parent(DurableRun run) => run.ChildAsync(name, c => c.StepAsync("a", _bench.Does("a", 3)));
    }

    [Fact]
    public void A_child_of_a_child_and_a_child_of_a_scope_are_never_one_run()
    {
        Assert.Equal((1, 2), _bench.Run(async run => (
            await run.ChildAsync("a", a => a.ChildAsync("b", b => b.StepAsync("s", _bench.Does("inner", 1)))),
            await run.Scope("a").ChildAsync("b", b => b.StepAsync("s", _bench.Does("scoped", 2))))));
        Assert.Equal(["inner", "scoped"], _bench.Log);
    }

    [Fact]
    public void A_run_that_was_started_by_itself_is_taken_for_no_child()
    {
        _bench.Run(run => run.StepAsync("mine", _bench.Does("mine", 7)), "r.child");
        var error = Assert.Throws<StepFailedException>(() => _bench.Run(
            run => run.ChildAsync("child", c => c.StepAsync("a", _bench.Does("a", 3)))));
        Assert.Contains("run r.child is no child of run r: it was started by itself", error.Message);
        Assert.Equal(["mine"], _bench.Log);
    }

    [Fact]
    public void The_same_name_twice_is_refused_before_the_second_runs()
    {
        var error = Assert.Throws<DuplicateStepException>(() => _bench.Run(async run =>
        {
            await run.ChildAsync("child", c => c.StepAsync("a", _bench.Does("first", 1)));
            await run.ChildAsync("child", c => c.StepAsync("a", _bench.Does("second", 2)));
        }));
        Assert.Equal(("child", "first"), (error.Step, Assert.Single(_bench.Log)));
    }

    [Fact]
    public void A_kill_between_the_end_of_a_child_and_the_line_of_its_parent_repeats_nothing()
    {
        DieOnce(
            () => _bench.Look("r.child").Ended is not null,
            async () => _ = await _bench.Workspace.RunAsync("r", Parent));
        Assert.DoesNotContain("attempt_succeeded child", _bench.Events());
        Assert.Equal(9, _bench.Run(Parent));
        Assert.Equal(["a"], _bench.Log);
        Assert.True(_bench.Look("r.child").Closed);

        Task<int> Parent(DurableRun run) => run.ChildAsync("child", c => c.StepAsync("a", _bench.Does("a", 9)));
    }

    // The process dies at the first write or sync once that holds.
    private void DieOnce(Func<bool> holds, Func<Task> start)
    {
        var (isDead, isAsking) = (false, false);
        bool Dies()
        {
            if (!isDead && !isAsking)
            {
                isAsking = true;
                isDead = holds();
                isAsking = false;
            }

            return isDead;
        }

        _bench.Disk.CrashPoint = where => _ = Dies() ? throw new SimulatedCrashException(where) : where;
        _bench.Disk.Tear = _ => Dies() ? 0 : null;
        _ = _bench.Thread.Start(async () =>
        {
            await start();
            return 0;
        });
        Assert.True(_bench.Thread.RunUntil(() => isDead));
        (_bench.Disk.CrashPoint, _bench.Disk.Tear) = (null, null);
        _bench.Kill();
    }

    private Task<int> Hanging(DurableRun run) => run.ChildAsync("child", async child =>
    {
        await child.StepAsync("a", _ => Task.CompletedTask);
        return await child.StepAsync("s", _bench.Hangs("hangs"));
    });

    private Task<int> Nested(DurableRun run) => run.ChildAsync("child", async child =>
    {
        await child.StepAsync("a", _ => Task.CompletedTask);
        return await Hanging(child);
    });

    private void AssertAllCancelled()
    {
        foreach (var id in new[] { "r", "r.child", "r.child.child" })
        {
            Assert.Equal((id, RunStatus.Cancelled, true), (id, _bench.Look(id).Status, _bench.Look(id).Closed));
        }

        Assert.Empty(_bench.Workspace.UnfinishedRuns());
    }
}
