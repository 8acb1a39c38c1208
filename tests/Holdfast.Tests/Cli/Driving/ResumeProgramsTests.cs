using System.Text.Json;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Tests.Cli.Driving;

/// <summary>Runs of C# programs, which no command can drive, among those that <c>resume</c> is asked for.</summary>
public sealed class ResumeProgramsTests : IDisposable
{
    private readonly CliBench _bench = new();

    [Fact]
    public async Task Resume_all_names_each_with_what_goes_on_with_it()
    {
        await LeaveUnfinished("import");
        await LeaveUnfinished("orders");
        await using (var workspace = await Open())
        {
            await workspace.RunAsync(
                "done", run => run.StepAsync("a", _ => Task.CompletedTask),
                cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.Equal(0, _bench.Run("resume", "--all"));
        const string Told = "is one of a C# program, which alone can drive it; start the program again: it goes on "
            + "where it was";
        Assert.Equal($"run import {Told}\nrun orders {Told}\n0 unfinished runs, and 2 of C# programs\n", _bench.Out);
    }

    [Fact]
    public async Task Programs_that_read_the_answer_find_them_too()
    {
        await LeaveUnfinished("import");
        Assert.Equal(0, _bench.Run("resume", "--all", "--json"));
        using var told = JsonDocument.Parse(_bench.Out);
        var data = told.RootElement.GetProperty("data");
        Assert.Equal(1, data.GetProperty("count").GetInt32());
        var run = Assert.Single(data.GetProperty("runs").EnumerateArray());
        Assert.Equal("import", run.GetProperty("run").GetString());
        Assert.Equal("interrupted", run.GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, run.GetProperty("exit_code").ValueKind);
        Assert.Contains("start the program again", run.GetProperty("error").GetString());
    }

    [Fact]
    public async Task An_attempt_of_the_workspace_neither_signals_nor_forks_one()
    {
        await LeaveUnfinished("import");
        _bench.Environment["HOLDFAST_ATTEMPT"] = "1";
        Assert.Equal(11, _bench.Run("signal", "import", "paid", "1"));
        Assert.Contains("an attempt cannot signal a run", _bench.Error, StringComparison.Ordinal);
        Assert.Equal(11, _bench.Run("fork", "import", "--from", "a"));
        Assert.Contains("an attempt cannot fork a run", _bench.Error, StringComparison.Ordinal);
        _bench.Environment.Clear();
        Assert.Equal(0, _bench.Run("signal", "import", "paid", "1"));
    }

    [Fact]
    public async Task One_that_its_program_drives_is_left_to_it()
    {
        var (reached, goOn) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var workspace = await Open();
        var going = workspace.RunAsync(
            "import", GoesOnLater, cancellationToken: TestContext.Current.CancellationToken);
        await reached.Task;
        Assert.Equal(0, _bench.Run("resume", "--all"));
        Assert.Contains($"run import is driven by process {Environment.ProcessId}", _bench.Out);
        Assert.DoesNotContain("start the program", _bench.Out);
        goOn.SetResult();
        await going;

        async Task GoesOnLater(DurableRun run)
        {
            await run.StepAsync("a", _ => Task.CompletedTask);
            reached.SetResult();
            await run.StepAsync("b", token => goOn.Task.WaitAsync(token));
        }
    }

    [Fact]
    public async Task Resume_without_a_run_does_not_say_that_nothing_is_unfinished()
    {
        await LeaveUnfinished("import");
        Assert.Equal(0, _bench.Run("resume"));
        Assert.StartsWith("run import is one of a C# program", _bench.Out);
        Assert.EndsWith("no run of a plan is unfinished\n", _bench.Out);
    }

    [Fact]
    public async Task What_a_program_waits_for_is_proposed_as_the_command_that_sends_it()
    {
        await using (var workspace = await Open())
        {
            using var stop = new CancellationTokenSource();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => workspace.RunAsync("import", async run =>
            {
                var (paid, asked) = (run.WaitForAsync<int>("paid"), run.WaitForApprovalAsync("ask"));
                await run.StepAsync("a", _ => Task.CompletedTask);
                await stop.CancelAsync();
                await Task.WhenAll(paid, asked);
            }, cancellationToken: stop.Token));
        }

        Assert.Equal(0, _bench.Run("status", "import"));
        Assert.Contains("holdfast signal import paid JSON\n", _bench.Out, StringComparison.Ordinal);
        Assert.Contains("holdfast approve import ask\n", _bench.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("holdfast signal import ask", _bench.Out, StringComparison.Ordinal);
    }

    public void Dispose() => _bench.Dispose();

    private Task<Workspace> Open() => Workspace.OpenAsync(Path.Combine(_bench.Folder, Workspace.FolderName));

    // A program that is interrupted in its child: both runs are left as they are.
    private async Task LeaveUnfinished(string id)
    {
        await using var workspace = await Open();
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => workspace.RunAsync(id, async run =>
        {
            await run.StepAsync("a", _ => Task.CompletedTask);
            await run.ChildAsync<int>("child", async child =>
            {
                await child.StepAsync("a", _ => Task.CompletedTask);
                await stop.CancelAsync();
                child.CancellationToken.ThrowIfCancellationRequested();
                return 0;
            });
        }, cancellationToken: stop.Token));
    }
}
