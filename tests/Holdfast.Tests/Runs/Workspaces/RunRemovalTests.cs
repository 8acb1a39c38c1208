using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Tests.Runs.Workspaces;

/// <summary>Making and deleting a run's folder, killed at any step, and looks at its lock.</summary>
public sealed class RunRemovalTests : IDisposable
{
    private static readonly DriverIdentity Me = new(1, "boot", "host", "me", "0");
    private readonly string _folder = Directory.CreateTempSubdirectory("holdfast-removal-").FullName;
    private readonly IStorage _storage = LocalStorage.Instance;

    [Fact]
    public void A_deletion_that_is_killed_at_any_step_is_recognised_and_finished_by_the_next()
    {
        for (var killAt = 0; ; killAt++)
        {
            var run = Make($"r{killAt}");
            var steps = 0;
            try
            {
                using var held = RunLock.Take(_storage, run, TimeProvider.System, Me);
                RunRemoval.DeleteUnderLock(_storage, run, _ =>
                {
                    if (steps++ == killAt)
                    {
                        throw new OperationCanceledException("killed");
                    }
                });
                Assert.False(Directory.Exists(run.Path));
                Assert.True(killAt > 6, $"only {killAt} steps");
                return;
            }
            catch (OperationCanceledException)
            {
                if (killAt == 0)
                {
                    // Nothing was deleted yet: it is a whole run.
                    RunDriver.Open(_storage, run, Plans.Of("a"), TimeProvider.System, Me).Dispose();
                }
                else if (!RunRemoval.IsEmptyFolder(_storage, run))
                {
                    Assert.Throws<RunHalfPrunedException>(
                        () => RunDriver.Open(_storage, run, Plans.Of("a"), TimeProvider.System, Me));
                    Assert.Throws<RunHalfPrunedException>(() => Create(run));
                    using var held = RunLock.Take(_storage, run, TimeProvider.System, Me);
                    RunRemoval.DeleteUnderLock(_storage, run);
                    Assert.False(Directory.Exists(run.Path));
                }
            }
        }
    }

    [Fact]
    public void A_second_making_of_a_run_writes_over_nothing()
    {
        var run = Make("r");
        var plan = File.ReadAllText(run.PlanPath);
        Assert.Throws<RunExistsException>(() => Create(run, "another"));
        Assert.Equal(plan, File.ReadAllText(run.PlanPath));
    }

    [Fact]
    public void A_look_tells_the_holder_and_leaves_the_lock_file_as_it_is()
    {
        var run = Make("r");
        var content = File.ReadAllBytes(run.LockPath);
        Assert.Null(RunLock.Holder(_storage, run));
        Assert.Equal(content, File.ReadAllBytes(run.LockPath));
        using (RunLock.Take(_storage, run, TimeProvider.System, Me with { Pid = 4711 }))
        {
            Assert.StartsWith("process 4711 on host", RunLock.Holder(_storage, run), StringComparison.Ordinal);
        }

        Assert.Null(RunLock.Holder(_storage, run));
        File.Delete(run.LockPath);
        Assert.Null(RunLock.Holder(_storage, run));
        Assert.False(File.Exists(run.LockPath), "a look makes no file");
    }

    [Fact]
    public void A_driver_opens_however_many_look()
    {
        var run = Make("r");
        using var stop = new CancellationTokenSource();
        var lookers = Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                RunLock.Holder(_storage, run);
            }
        })).ToList();
        lookers.ForEach(t => t.Start());
        try
        {
            for (var i = 0; i < 200; i++)
            {
                RunLock.Take(_storage, run, TimeProvider.System, Me).Dispose();
            }
        }
        finally
        {
            stop.Cancel();
            lookers.ForEach(t => t.Join());
        }
    }

    [Fact]
    public void Who_waited_for_a_lock_file_that_was_deleted_gets_the_one_of_that_name()
    {
        var path = Path.Combine(_folder, "some.lock");
        var first = _storage.TryLock(path, "1"u8)!;
        using var waiting = new ManualResetEventSlim();
        ILockHandle? second = null;
        var waiter = new Thread(() =>
        {
            waiting.Set();
            second = _storage.Lock(path);
        });
        waiter.Start();
        waiting.Wait(TestContext.Current.CancellationToken);
        _storage.Delete(path);
        first.Dispose();
        waiter.Join();
        using (second)
        {
            Assert.True(File.Exists(path), "the lock that is held must have its name");
            Assert.Null(_storage.TryLock(path, "3"u8));
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private RunFolder Make(string id)
    {
        var run = new RunFolder(Path.Combine(_folder, id));
        Create(run).Dispose();
        Directory.CreateDirectory(Path.Combine(run.OutputPath, "a-1"));
        File.WriteAllText(Path.Combine(run.OutputPath, "a-1", "1.out"), "it said");
        return run;
    }

    private RunDriver Create(RunFolder run, string plan = "{}") => RunDriver.Create(
        _storage, run, "w", System.Text.Encoding.UTF8.GetBytes(plan), Plans.Of("a"),
        [new RunStarted("p", new string('0', 64), 1, 1)], (TimeProvider.System, Me));
}
