using Holdfast.Resilience;
using Holdfast.Runs;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>Loops whose items changed between two starts of one run.</summary>
public sealed class ChangedItemsTests
{
    private readonly StepBench _bench = new();

    [Fact]
    public void An_item_that_was_added_is_done_and_the_others_are_not_done_again()
    {
        StopAfter("a", "b");
        var result = Run("new", "a", "b");
        Assert.Equal(["a", "b", "new"], _bench.Log);
        Assert.Empty(result.UnaskedSteps);
    }

    [Fact]
    public void Items_in_another_order_are_the_same_items()
    {
        StopAfter("a", "b", "c");
        Assert.Empty(Run("c", "a", "b").UnaskedSteps);
        Assert.Equal(["a", "b", "c"], _bench.Log);
    }

    [Fact]
    public void The_steps_of_an_item_that_is_gone_are_told_as_not_asked_for()
    {
        StopAfter("a", "gone");
        var result = Run("a");
        Assert.Equal(["item[gone]/work"], result.UnaskedSteps);
        Assert.Contains("not asked for: \"item[gone]/work\"", _bench.Look().Ended!.Why);
        Assert.Equal(["a", "gone"], _bench.Log);
    }

    [Fact]
    public void An_item_that_comes_back_is_known_as_it_was()
    {
        StopAfter("a", "b");
        Assert.Throws<InvalidTimeZoneException>(() => Run(run => Loop(run, "a"), throws: true));
        Assert.Empty(Run("a", "b").UnaskedSteps);
        Assert.Equal(["a", "b"], _bench.Log);
    }

    [Fact]
    public void One_that_is_gone_while_its_step_was_under_way_keeps_no_run_open_and_is_told_as_unsure()
    {
        _bench.DriveUntil(() => _bench.Events().Contains("attempt_started item[gone]/work"), run => run.ForEachAsync(
            "item", ["gone"], i => i, (scope, i, token) => scope.StepAsync(
                "work", _bench.Hangs(i), new() { Effect = Effect.Once })));
        _bench.Kill();
        Assert.Equal(["item[gone]/work"], Run("a").UnaskedSteps);
        var gone = _bench.Look().Find("item[gone]/work")!;
        Assert.Equal(
            (TaskStage.Cancelled, "it may have happened, and the program no longer asks for it"),
            (gone.Status, gone.Reason));
        Assert.Equal((RunStatus.Succeeded, true), (_bench.Look().Status, _bench.Look().Closed));
    }

    [Fact]
    public void One_that_is_gone_after_its_step_failed_does_not_fail_the_run()
    {
        Assert.Throws<AggregateException>(() => _bench.Run(run => run.ForEachAsync(
            "item", ["a", "bad"], i => i, async (scope, i, token) =>
            {
                await scope.StepAsync("work", _ => i == "bad" ? throw new ArgumentException(i) : Task.FromResult(i));
                throw new InvalidTimeZoneException("a bug after it");
            })));
        Assert.Equal(RunStatus.Failed, _bench.Look().Status);
        var again = Assert.Throws<StepFailedException>(() => Run("a"));
        Assert.Equal("item[bad]/work", again.Step);
        Assert.Empty(_bench.Log);

        // Ordered again, the program takes it out and goes on with the rest.
        var result = _bench.Run(run => Loop(run, "a"), options: new RunOptions { RetryFailed = true });
        Assert.Equal(["item[bad]/work"], result.UnaskedSteps);
    }

    [Fact]
    public void Labels_that_several_items_share_are_refused_before_anything_is_done()
    {
        StopAfter("a");
        var error = Assert.Throws<DuplicateStepException>(() => Run("new", "a", "b", "a"));
        Assert.Equal(
            "run r has several items \"item[a]\", the second as item 4; nothing was done: let the label tell each item "
                + "from all others", error.Message);
        Assert.Equal(["a"], _bench.Log);
        Assert.Equal(RunStatus.Interrupted, _bench.Look().Status);
        Run("new", "a");
        Assert.Equal(["a", "new"], _bench.Log);
    }

    [Theory]
    [InlineData("", "the label of item 2 of \"item\" is empty")]
    [InlineData("two\nlines", "U+000A")]
    public void A_label_that_cannot_be_one_is_refused_before_anything_is_done(string label, string told)
    {
        var error = Assert.Throws<ArgumentException>(() => Run("a", label));
        Assert.Contains(told, error.Message);
        Assert.Empty(_bench.Log);
    }

    [Fact]
    public void A_list_that_cannot_be_read_to_its_end_does_nothing()
    {
        Assert.Throws<InvalidTimeZoneException>(() => _bench.Run(run => run.ForEachAsync(
            "item", Broken(), i => i, (scope, i, token) => scope.StepAsync("work", _bench.Does(i, 0)))));
        Assert.Empty(_bench.Log);

        static IEnumerable<string> Broken()
        {
            yield return "a";
            throw new InvalidTimeZoneException("the file is cut off");
        }
    }

    private RunResult Run(params string[] items) => _bench.Run(run => Loop(run, items));

    private RunResult Run(Func<DurableRun, Task> program, bool throws) => _bench.Run(async run =>
    {
        await program(run);
        throw throws ? new InvalidTimeZoneException("a bug") : new InvalidOperationException();
    });

    private Task Loop(DurableRun run, params string[] items) => run.ForEachAsync(
        "item", items, i => i, (scope, i, token) => scope.StepAsync("work", _bench.Does(i, i)));

    // A first start whose program ends in a bug after its items.
    private void StopAfter(params string[] items) => Assert.Throws<InvalidTimeZoneException>(
        () => Run(run => Loop(run, items), throws: true));
}
