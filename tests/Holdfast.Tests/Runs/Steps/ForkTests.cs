using Holdfast.Runs;

namespace Holdfast.Tests.Runs.Steps;

public sealed class ForkTests
{
    private readonly StepBench _bench = new();

    [Fact]
    public void A_fork_takes_over_what_had_ended_when_the_step_began_and_runs_the_rest()
    {
        _bench.Run(Program);
        var taken = _bench.Thread.Run(() => _bench.Workspace.ForkAsync("r", "f", "b"));
        Assert.Equal(["large", "a"], taken);
        Assert.Equal("100000 1 2 3", _bench.Run(Program, "f"));
        Assert.Equal(["large", "a", "b", "c", "b", "c"], _bench.Log);
        Assert.Equal("r", _bench.Look("f").Started!.ForkedFrom);
        Assert.True(_bench.Look("f").Find("a")!.TakenOver);
        Assert.NotEqual(_bench.Look("f").Started!.Seed, _bench.Look().Started!.Seed);
    }

    [Fact]
    public void A_step_or_run_that_is_not_there_and_an_id_that_is_are_refused()
    {
        _bench.Run(Program);
        var error = Assert.Throws<RunNotFoundException>(() => _bench.Fork("r", "f", "x"));
        Assert.Contains("has no step \"x\"", error.Message);
        Assert.Throws<RunNotFoundException>(() => _bench.Fork("nobody", "f", "b"));
        Assert.Throws<RunExistsException>(() => _bench.Fork("r", "r", "b"));
        Assert.Throws<ArgumentException>(() => _bench.Fork("r", "../f", "b"));
    }

    [Fact]
    public void Whatever_names_a_run_by_a_path_is_refused_before_it_looks_there()
    {
        var workspace = _bench.Workspace;
        foreach (var call in new Func<Task>[]
        {
            () => workspace.CancelAsync("../r"), () => workspace.SignalAsync("../r", "s", 1),
            () => workspace.ForkAsync("../r", "f", "b"),
        })
        {
            var error = Assert.Throws<ArgumentException>(() => _bench.Thread.Run(call));
            Assert.Contains("\"../r\" cannot be the id of a run", error.Message);
        }
    }

    [Fact]
    public void A_large_result_that_is_gone_is_told_and_no_run_is_made()
    {
        _bench.Run(Program);
        var file = Path.Combine(_bench.Folder().Path, _bench.Look().Find("large")!.Result!.File!.Path);
        _bench.Disk.Delete(file);
        var error = Assert.Throws<StepResultLostException>(() => _bench.Fork("r", "f", "b"));
        Assert.StartsWith($"{file} holds the result of a finished step, and is gone; restore it", error.Message);
        Assert.False(_bench.Disk.FolderExists(_bench.Folder("f").Path));
        _bench.Fork("r", "f", "large");
    }

    [Fact]
    public async Task What_is_cancelled_before_it_begins_leaves_nothing()
    {
        _bench.Run(Program);
        var cancelled = new CancellationToken(canceled: true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _bench.Workspace.ForkAsync("r", "f", "b", cancelled));
        Assert.False(_bench.Disk.FolderExists(_bench.Folder("f").Path));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Workspace.OpenAsync("/elsewhere", StepBench.Options(_bench.Disk, _bench.Time), cancelled));
        Assert.False(_bench.Disk.FolderExists("/elsewhere"));
    }

    private async Task<string> Program(DurableRun run)
    {
        var large = await run.StepAsync("large", _bench.Does("large", new string('x', 100_000)));
        var a = await run.StepAsync("a", _bench.Does("a", 1));
        var b = await run.StepAsync("b", _bench.Does("b", 2));
        var c = await run.StepAsync("c", _bench.Does("c", 3));
        return $"{large.Length} {a} {b} {c}";
    }
}
