using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Tests.Runs;

/// <summary>Fan-outs: none, many, wrong, stopped inside.</summary>
public sealed class FanOutTests
{
    private static RunBench Bench(Expansion items, TaskSpec? fanOut = null) => new(
        Plans.Of(fanOut ?? "f".FanOut(), Plans.Task("after: f")),
        new ScriptedHost { Items = { ["f"] = items } },
        new DriverLimits { MaxParallel = 4 });

    [Fact]
    public void No_items_is_success_with_a_warning()
    {
        var bench = Bench(new([], Warning: "no file matches data/*.csv"));
        Assert.Equal(TaskStage.Succeeded, bench["f"]);
        Assert.Equal("no file matches data/*.csv", bench.State.Find("f")!.Reason);
        bench.Succeed("after");
        Assert.Equal((ExitCodes.Done, "all 2 tasks are done"), (bench.ExitCode, bench.State.Ended!.Why));
        Assert.Equal(2, bench.Journal.Fold(bench.State.Spec).Count(TaskStage.Succeeded));
    }

    [Fact]
    public void An_error_of_the_items_fails_the_task_and_names_it_as_the_cause()
    {
        var bench = Bench(new([], Error: "lines.txt: no such file"));
        Assert.Equal((TaskStage.Failed, TaskStage.Blocked), (bench["f"], bench["after"]));
        Assert.Contains("lines.txt: no such file", bench.State.Ended!.Why, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("twice", "called \"f[x]\"")]
    [InlineData("long", "characters")]
    public void Items_that_could_not_be_read_back_are_never_recorded(string what, string why)
    {
        var items = what == "twice"
            ? Plans.Items("x", "x")
            : new Expansion([new("x", new string('v', TaskExpanded.MaxCharacters + 1))]);
        var bench = Bench(items);
        Assert.Equal(TaskStage.Failed, bench["f"]);
        Assert.Contains(why, bench.State.Find("f")!.Reason, StringComparison.Ordinal);
        Assert.Equal(TaskStage.Failed, bench.Journal.Fold(bench.State.Spec).Find("f")!.Status);
    }

    [Fact]
    public void One_failed_instance_fails_the_whole_and_names_it()
    {
        var bench = Bench(Plans.Items("1", "2"));
        bench.Succeed("f[1]");
        bench.Fail("f[2]");
        Assert.Equal(TaskStage.Failed, bench["f"]);
        Assert.Contains("1 of 2 instances failed, the first is \"f[2]\"", bench.State.Find("f")!.Reason,
            StringComparison.Ordinal);
        Assert.Equal(["f"], bench.State.Find("after")!.BlockedBy);
        Assert.Contains("\"f[2]\"", bench.State.Ended!.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void On_failure_stop_inside_a_fan_out_stops_the_rest_of_it()
    {
        var bench = Bench(Plans.Items("1", "2", "3", "4", "5", "6"), "f".FanOut(parallel: 2)
            with { StopsRunOnFailure = true });
        bench.Fail("f[1]");
        bench.Fail("f[2]", FailureClass.Cancelled, EndedBy.Cancel);
        Assert.Equal((TaskStage.Failed, TaskStage.Cancelled), (bench["f"], bench["f[6]"]));
        Assert.Equal(ExitCodes.Failed, bench.ExitCode);
    }

    [Fact]
    public void A_fan_out_all_of_whose_instances_are_done_is_not_cancelled_with_the_run()
    {
        var state = new RunState(Plans.Of("f".FanOut(), Plans.Task("other")));
        state.Apply(new TaskExpanded(0, [new("1", "1")], false) { Task = "f" }, 2);
        state.Apply(new AttemptStarted("command") { Task = "f[1]", Attempt = 1 }, 3);
        state.Apply(new AttemptSucceeded(new Outcome { ExitCode = 0 }) { Task = "f[1]", Attempt = 1 }, 4);
        state.Apply(new RunStopping(StopCause.Cancel, "me", "enough"), 5);
        var next = Assert.IsType<Decision.Record>(Decider.Decide(state, state.LastAt, new(), new()));
        Assert.Equal("f", Assert.IsType<TaskSucceeded>(next.Events[0]).Task);
        Assert.Equal(TaskStage.Cancelled, state.Find("other")!.Status);
    }

    [Fact]
    public void A_hundred_thousand_instances_are_recorded_in_pieces_and_each_step_costs_the_same()
    {
        const int Count = 100_000;
        var bench = Bench(Plans.Items([.. Enumerable.Range(0, Count).Select(i => $"i{i:000000}")]));
        Assert.Equal(Count / TaskExpanded.MaxItems, bench.Journal.Events.Count(e => e is TaskExpanded));
        Assert.Equal(Count, bench.State.Find("f")!.Instances);
        Assert.Equal(Count + 1, bench.State.Total);

        // Memory that is asked for stands in for time, since it does not depend on how busy the machine is: a copy or
        // a query over all tasks would show.
        var few = Bench(Plans.Items([.. Enumerable.Range(0, 1_000).Select(i => $"i{i:000000}")]));
        var (small, large) = (BytesPerTask(few, 500), BytesPerTask(bench, 500));
        Assert.True(large < small * 2, $"{large} bytes a task, and {small} in a fan-out of 1,000");
    }

    private static long BytesPerTask(RunBench bench, int tasks)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < tasks; i++)
        {
            bench.Succeed($"f[i{i:000000}]");
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / tasks;
    }
}
