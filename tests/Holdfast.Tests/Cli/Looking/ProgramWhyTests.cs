using Holdfast.Tests.Cli.Driving;

namespace Holdfast.Tests.Cli.Looking;

/// <summary>What commands that look tell of a run of a C# program.</summary>
public sealed class ProgramWhyTests : IDisposable
{
    private readonly CliBench _bench = new();

    [Fact]
    public async Task Why_and_status_name_the_steps_that_the_program_no_longer_asks_for()
    {
        await using (var workspace = await Workspace.OpenAsync(
            Path.Combine(_bench.Folder, Workspace.FolderName), TestContext.Current.CancellationToken))
        {
            await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Run(workspace, ["a", "gone"], hasBug: true));
            var result = await Run(workspace, ["a"], hasBug: false);
            Assert.Equal(["order[gone]/pay"], result.UnaskedSteps);
        }

        foreach (var command in new[] { "why", "status" })
        {
            Assert.Equal(0, _bench.Run(command, "orders"));
            Assert.Contains("not asked for: \"order[gone]/pay\"", _bench.Out);
        }
    }

    [Fact]
    public async Task Status_of_a_run_that_succeeded_says_of_its_failed_step_that_the_program_handled_it()
    {
        await using (var workspace = await Workspace.OpenAsync(
            Path.Combine(_bench.Folder, Workspace.FolderName), TestContext.Current.CancellationToken))
        {
            foreach (var (id, handles) in new[] { ("handled", true), ("thrown", false) })
            {
                Assert.Equal(handles, await Record.ExceptionAsync(() => Fail(workspace, id, handles)) is null);
            }
        }

        Assert.Equal(0, _bench.Run("status", "handled"));
        Assert.Contains("2 tasks: 1 failed (handled by its program), 1 succeeded", _bench.Out);
        Assert.Matches("failed +south +invalid_input: .*no number; its program went on", _bench.Out);
        Assert.Equal(0, _bench.Run("status", "thrown"));
        Assert.Contains("1 task: 1 failed\n", _bench.Out);
        Assert.DoesNotContain("program went on", _bench.Out);
    }

    public void Dispose() => _bench.Dispose();

    private static Task<RunResult> Run(Workspace workspace, string[] orders, bool hasBug) => workspace.RunAsync(
        "orders", async run =>
        {
            await run.ForEachAsync(
                "order", orders, o => o, (scope, _, _) => scope.StepAsync("pay", _ => Task.CompletedTask));
            if (hasBug)
            {
                throw new InvalidTimeZoneException("a bug");
            }
        }, cancellationToken: TestContext.Current.CancellationToken);

    private static Task<RunResult> Fail(Workspace workspace, string id, bool handles) => workspace.RunAsync(
        id, async run =>
        {
            try
            {
                await run.StepAsync("south", _ => Task.FromException(new FormatException("no number")));
            }
            catch (StepFailedException) when (handles)
            {
                await run.StepAsync("north", _ => Task.CompletedTask);
            }
        }, cancellationToken: TestContext.Current.CancellationToken);
}
