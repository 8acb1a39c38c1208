using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Tests.Runs;

/// <summary>Who runs when: order, bounds, <c>when</c>, blocking, and how a run ends.</summary>
public sealed class OrderTests
{
    [Fact]
    public void An_intent_is_durable_before_its_attempt_starts()
    {
        var bench = new RunBench(Plans.Of("a"));
        bench.Journal.SyncsAtOnce = false;
        bench.Host.End(new("a", 1), RunBench.Failed(FailureClass.Connection));
        bench.Advance(TimeSpan.Zero);
        bench.Advance(TimeSpan.FromHours(1));
        Assert.Equal([new AttemptId("a", 1)], bench.Host.Started);
        bench.Journal.Sync();
        bench.Step();
        Assert.Equal([new AttemptId("a", 1), new AttemptId("a", 2)], bench.Host.Started);
    }

    [Fact]
    public void A_dependent_starts_only_after_the_success_is_durable()
    {
        var bench = new RunBench(Plans.Of("a", "b: a"));
        bench.Journal.SyncsAtOnce = false;
        bench.Succeed("a");
        Assert.Single(bench.Host.Started);
        bench.Journal.Sync();
        bench.Step();
        Assert.Equal(new AttemptId("b", 1), bench.Host.Started[^1]);
    }

    [Fact]
    public void The_longest_chain_goes_first_then_the_name()
    {
        var bench = new RunBench(Plans.Of("z", "y", "end: long", "long"), limits: new() { MaxParallel = 1 });
        // The intent of y was recorded ahead, before end was ready.
        bench.Succeed("long", "y", "end", "z");
        Assert.Equal(["long", "y", "end", "z"], bench.Host.Started.Select(a => a.Task));
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
    }

    [Theory]
    [InlineData(Effect.Repeatable, 4)]
    [InlineData(Effect.Keyed, 4)]
    [InlineData(Effect.Reconcile, 4)]
    [InlineData(Effect.Once, 2)]
    public void Intents_are_recorded_ahead_of_free_places_but_never_of_once(Effect effect, int intents)
    {
        var bench = new RunBench(
            Plans.Of([.. "abcdefgh".Select(c => c.ToString().With(effect))]), limits: new() { MaxParallel = 2 });
        Assert.Equal(intents, bench.Journal.Events.Count(e => e is AttemptStarted));
        Assert.Equal(2, bench.Host.Running.Count);
    }

    [Theory]
    [InlineData(SteeringCommand.Pause, "the run was paused")]
    [InlineData(SteeringCommand.Cancel, "the run is being stopped")]
    public void An_intent_that_was_recorded_ahead_goes_back_where_nothing_starts_any_more(
        SteeringCommand command, string why)
    {
        var bench = new RunBench(Plans.Of("a", "b"), limits: new() { MaxParallel = 1 });
        bench.Steer(command);
        var withdrawn = Assert.Single(bench.Journal.Events.OfType<AttemptWithdrawn>());
        Assert.Equal(("b", 1, why), (withdrawn.Task, withdrawn.Attempt, withdrawn.Reason));
    }

    [Fact]
    public void The_first_few_that_wait_for_a_place_are_made_ready_once_each()
    {
        var names = "abcdefghijklmnop".Select(c => c.ToString()).ToArray();
        var bench = new RunBench(Plans.Of(names), limits: new() { MaxParallel = 6 });
        Assert.Equal(names[..6], bench.Host.Started.Select(a => a.Task));
        Assert.Equal(names[6..10], bench.Host.MadeReady.Select(a => a.Task));
        bench.Succeed(names);
        Assert.Equal(names, bench.Host.Started.Select(a => a.Task));
        Assert.Equal(names[6..], bench.Host.MadeReady.Select(a => a.Task));
        Assert.Empty(bench.Host.GivenUp);
    }

    [Theory]
    [InlineData("success", "failed", TaskStage.Blocked, 1)]
    [InlineData("always", "failed", TaskStage.Succeeded, 1)]
    [InlineData("failed", "failed", TaskStage.Succeeded, 1)]
    [InlineData("success", "succeeded", TaskStage.Succeeded, 0)]
    [InlineData("always", "succeeded", TaskStage.Succeeded, 0)]
    [InlineData("failed", "succeeded", TaskStage.Skipped, 0)]
    [InlineData("success", "skipped", TaskStage.Succeeded, 0)]
    [InlineData("failed", "skipped", TaskStage.Skipped, 0)]
    [InlineData("success", "blocked", TaskStage.Blocked, 1)]
    [InlineData("always", "blocked", TaskStage.Succeeded, 1)]
    [InlineData("failed", "blocked", TaskStage.Skipped, 1)]
    public void When_is_judged_once_what_is_needed_has_ended(string when, string need, TaskStage expected, int exitCode)
    {
        var b = when switch
        {
            "always" => "b: a".Always(),
            "failed" => "b: a".WhenFailed("a"),
            _ => Plans.Task("b: a"),
        };
        var (root, a) = need switch
        {
            "skipped" => ("root", "a: root".WhenFailed("root")),
            "blocked" => ("root", Plans.Task("a: root")),
            _ => ("root", Plans.Task("a: root")),
        };
        var bench = new RunBench(Plans.Of(Plans.Task(root), a, b));
        if (need == "blocked")
        {
            bench.Fail("root");
        }
        else
        {
            bench.Succeed("root");
        }

        if (need is "failed" or "succeeded")
        {
            bench.End("a", need == "failed" ? RunBench.Failed(FailureClass.BuildFailure)
                : new(new() { ExitCode = 0 }, null));
        }

        if (expected == TaskStage.Succeeded)
        {
            bench.Succeed("b");
        }

        Assert.Equal(need, bench["a"].Word());
        Assert.Equal(expected, bench["b"]);
        Assert.Equal(exitCode, bench.ExitCode);
    }

    [Fact]
    public void Blocked_tasks_name_the_one_that_failed_and_everything_else_finishes()
    {
        // SR3: tasks behind a failed one stayed pending, and the flow was "completed".
        var bench = new RunBench(Plans.Of("a", "b: a", "c: b", "other"));
        bench.Fail("a");
        bench.Succeed("other");
        Assert.Equal(["a"], bench.State.Find("c")!.BlockedBy);
        Assert.Equal(RunStatus.Failed, bench.State.Status);
        Assert.Contains("\"a\"", bench.State.Ended!.Why, StringComparison.Ordinal);
        Assert.IsType<JournalClosed>(bench.Journal.Events[^1]);
    }

    [Fact]
    public void A_group_and_a_fan_out_keep_their_own_bounds()
    {
        var host = new ScriptedHost { Items = { ["f"] = Plans.Items("1", "2", "3", "4") } };
        var spec = Plans.Of(
            "f".FanOut(parallel: 2), Plans.Task("g") with { Group = "db" }, Plans.Task("h") with { Group = "db" })
            with { GroupParallel = new Dictionary<string, int> { ["db"] = 1 } };
        var bench = new RunBench(spec, host, new() { MaxParallel = 10 });
        Assert.Equal(["f[1]", "f[2]", "g"], host.Running.Select(a => a.Task).Order(StringComparer.Ordinal));
        bench.Succeed("f[1]", "g");
        Assert.Equal(["f[2]", "f[3]", "h"], host.Running.Select(a => a.Task).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_bound_of_a_fan_out_holds_for_no_other_whose_instances_are_sent_to_the_same_places()
    {
        var host = new ScriptedHost { Items = { ["f"] = Plans.Items("1", "2"), ["g"] = Plans.Items("1", "2") } };
        IReadOnlyList<RuntimeChoice> same = [new("api")];
        var spec = Plans.Of(
            "f".FanOut(parallel: 1) with { InstanceRuntimes = (_, _, _) => same },
            "g".FanOut() with { InstanceRuntimes = (_, _, _) => same });
        _ = new RunBench(spec, host, new() { MaxParallel = 10 });
        Assert.Equal(["f[1]", "g[1]", "g[2]"], host.Running.Select(a => a.Task).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void On_failure_stop_ends_the_rest_and_says_why()
    {
        var bench = new RunBench(Plans.Of(Plans.Task("a") with { StopsRunOnFailure = true }, Plans.Task("b"),
            "c: b".Always()));
        bench.Fail("a");
        Assert.Equal([(new AttemptId("b", 1), EndedBy.Cancel, false)], bench.Host.Stopped);
        bench.Fail("b", FailureClass.Cancelled, EndedBy.Cancel);
        Assert.Equal(
            (TaskStage.Failed, TaskStage.Cancelled, TaskStage.Cancelled), (bench["a"], bench["b"], bench["c"]));
        Assert.Equal(ExitCodes.Failed, bench.ExitCode);
        Assert.Contains("on-failure", bench.State.Ended!.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failure_of_its_own_keeps_its_reason_while_the_run_is_being_stopped()
    {
        // RC14: the original error was replaced by a generic one.
        var bench = new RunBench(Plans.Of(Plans.Task("a") with { StopsRunOnFailure = true }, Plans.Task("b")));
        bench.Fail("a");
        bench.Fail("b", FailureClass.TestFailure);
        Assert.Equal(TaskStage.Failed, bench["b"]);
        Assert.Contains("test_failure", bench.State.Find("b")!.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, FailureClass.Connection, 8)]
    [InlineData(34, FailureClass.Connection, 1)]
    [InlineData(30, FailureClass.RateLimited, 1)]
    [InlineData(30, FailureClass.BuildFailure, 1)]
    public void A_mass_failure_marks_the_run_infrastructure_and_stops_retries(int tasks, FailureClass kind,
        int exitCode)
    {
        var retry = RetryTable.None;
        var bench = new RunBench(
            Plans.Of([.. Enumerable.Range(0, tasks).Select(i => Plans.Task($"t{i:00}") with { Retry = retry })]),
            limits: new() { MaxParallel = 100 });
        for (var i = 0; i < tasks; i++)
        {
            bench.End($"t{i:00}", i < 10 ? RunBench.Failed(kind) : new(new() { ExitCode = 0 }, null));
        }

        Assert.Equal(exitCode, bench.ExitCode);
        Assert.Equal(exitCode == 8, bench.State.MassFailure);
        Assert.Equal(exitCode == 8 ? RunStatus.Infrastructure : RunStatus.Failed, bench.State.Status);
    }
}
