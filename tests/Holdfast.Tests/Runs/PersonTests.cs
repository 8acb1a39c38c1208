using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Tests.Runs;

/// <summary>Approvals and checkpoints.</summary>
public sealed class PersonTests
{
    private static TaskSpec Approval(string text) => Plans.Task(text) with { Approval = TimeSpan.FromHours(24) };

    private static TaskSpec Agent(string text, params string[] checkpoints) =>
        Plans.Task(text) with { Checkpoints = checkpoints };

    private static AttemptEnd ExitedWell => new(new Outcome { ExitCode = 0 }, null);

    [Fact]
    public void An_approval_is_asked_for_when_what_it_needs_is_done_and_takes_no_place()
    {
        var bench = new RunBench(
            Plans.Of(Plans.Task("a"), Approval("ok: a"), Plans.Task("b: ok"), Plans.Task("c")),
            limits: new DriverLimits { MaxParallel = 1 });
        Assert.Equal(TaskStage.Pending, bench["ok"]);
        bench.Succeed("a");
        Assert.Equal(TaskStage.Waiting, bench["ok"]);
        bench.Succeed("c");
        Assert.Equal(ExitCodes.Waiting, bench.ExitCode);
        Assert.DoesNotContain(bench.Host.Started, a => a.Task == "ok");
        bench.Restart();
        Assert.True(bench.Steer(SteeringCommand.Approve, ["ok"]).Accepted);
        Assert.StartsWith("approved by ", bench.State.Find("ok")!.Reason);
        bench.Succeed("b");
        Assert.Equal(0, bench.ExitCode);
    }

    [Fact]
    public void A_denied_approval_fails_and_blocks_what_needs_it()
    {
        var bench = new RunBench(Plans.Of(Approval("ok"), Plans.Task("b: ok")));
        bench.Restart();
        Assert.True(bench.Steer(SteeringCommand.Deny, ["ok"]).Accepted);
        Assert.StartsWith("denied by ", bench.State.Find("ok")!.Reason);
        Assert.Equal((TaskStage.Failed, TaskStage.Blocked), (bench["ok"], bench["b"]));
        Assert.Equal(1, bench.ExitCode);
    }

    [Fact]
    public void Nobody_waits_for_an_approval_for_ever_also_when_no_driver_lived_meanwhile()
    {
        var bench = new RunBench(Plans.Of(Approval("ok")));
        bench.Restart(TimeSpan.FromHours(25));
        Assert.Equal(TaskStage.Failed, bench["ok"]);
        Assert.Equal(
            FailureClass.PolicyDenied, bench.Journal.Events.OfType<TaskFailed>().Single().Class);
    }

    [Fact]
    public void Of_those_that_wait_the_first_whose_time_is_over_is_due_and_of_one_moment_each_is()
    {
        var bench = new RunBench(Plans.Of(
            Approval("late") with { Approval = TimeSpan.FromHours(48) }, Approval("a"), Approval("b")));
        Assert.Equal("a", bench.State.FirstDue!.Name);
        bench.Restart(TimeSpan.FromHours(25));
        Assert.Equal(["a", "b"], bench.Journal.Events.OfType<TaskFailed>().Select(e => e.Task));
        Assert.Equal("late", bench.State.FirstDue!.Name);
    }

    [Theory]
    [InlineData("b", "is no approval")]
    [InlineData("nobody", "has no task")]
    public void An_approval_of_something_else_is_refused_by_name(string task, string why)
    {
        var bench = new RunBench(Plans.Of(Plans.Task("b")));
        var answer = bench.Steer(SteeringCommand.Approve, [task]);
        Assert.False(answer.Accepted);
        Assert.Contains(why, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Checkpoints_are_completed_in_order_once_each_and_only_by_the_current_attempt()
    {
        var bench = new RunBench(Plans.Of(Agent("a", "design", "green"), Plans.Task("b")));
        Refused(bench.Complete("a", "green"), "rule order");
        Refused(bench.Complete("a", "shipped"), "rule declared");
        Refused(bench.Complete("b", "design"), "rule declared");
        Refused(bench.Complete("a", "design", attempt: 2), "rule current attempt");
        Assert.True(bench.Complete("a", "design", attempt: 1).Accepted);
        Refused(bench.Complete("a", "design"), "rule once");
        Assert.True(bench.Complete("a", "green", attempt: 1).Accepted);
        bench.Succeed("a", "b");
        Assert.Equal(0, bench.ExitCode);
        Refused(bench.Complete("a", "green"), "rule open attempt");
    }

    [Fact]
    public void A_checkpoint_whose_own_command_says_no_is_not_reached()
    {
        var bench = new RunBench(Plans.Of(Agent("a", "green")));
        bench.Host.Verdicts["green"] = new CheckpointVerdict("dotnet test exited with 1");
        var answer = bench.Complete("a", "green");
        Refused(answer, "rule verified");
        Assert.Contains("dotnet test exited with 1", answer.Message, StringComparison.Ordinal);
        bench.Host.Verdicts.Clear();
        Assert.True(bench.Complete("a", "green").Accepted);
    }

    [Fact]
    public void An_attempt_that_exits_well_without_its_checkpoints_stays_open_and_ends_well_once_they_are_there()
    {
        var bench = new RunBench(Plans.Of(Agent("a", "design", "green"), Plans.Task("b: a")));
        bench.Complete("a", "design");
        bench.End("a", ExitedWell);
        Assert.Equal(TaskStage.Waiting, bench["a"]);
        Assert.Equal(ExitCodes.Waiting, bench.ExitCode);
        bench.Restart(TimeSpan.FromHours(2));
        Assert.True(bench.Complete("a", "green").Accepted);
        Assert.Equal((TaskStage.Succeeded, TaskStage.Running), (bench["a"], bench["b"]));
        Assert.Equal("its checkpoints were completed after its attempt had ended", bench.State.Find("a")!.Reason);
        bench.Succeed("b");
        Assert.Equal(0, bench.ExitCode);
        Assert.Equal(2, bench.Host.Started.Count);
    }

    [Fact]
    public void A_held_open_attempt_fails_at_its_deadline()
    {
        var bench = new RunBench(Plans.Of(Agent("a", "green")));
        bench.End("a", ExitedWell);
        bench.Restart(TimeSpan.FromHours(23));
        Assert.Equal(TaskStage.Waiting, bench["a"]);
        bench.Restart(TimeSpan.FromHours(2));
        Assert.Equal(TaskStage.Failed, bench["a"]);
        Assert.Equal(FailureClass.Incomplete, bench.Journal.Events.OfType<TaskFailed>().Single().Class);
    }

    [Fact]
    public void A_retry_of_a_held_open_attempt_starts_a_new_one_that_keeps_what_was_done()
    {
        var bench = new RunBench(Plans.Of(Agent("a", "design", "green")));
        bench.Complete("a", "design");
        bench.End("a", ExitedWell);
        bench.Restart();
        Assert.True(bench.Steer(SteeringCommand.Retry, ["a"]).Accepted);
        Assert.Equal(2, bench.Host.Running.Single().Number);
        Assert.Equal(["design"], bench.State.Find("a")!.Checkpoints.Select(c => c.Id));
        Assert.True(bench.Complete("a", "green", attempt: 2).Accepted);
        bench.Succeed("a");
        Assert.Equal(0, bench.ExitCode);
    }

    [Fact]
    public void Checkpoints_that_an_attempt_printed_count_before_it_is_judged()
    {
        var bench = new RunBench(Plans.Of(Agent("a", "design", "green")));
        bench.End("a", ExitedWell with
        {
            Checkpoints = [new("design", "one", "agent"), new("green", "two", "agent"), new("green", "again", "agent")],
        });
        Assert.Equal(TaskStage.Succeeded, bench["a"]);
        Assert.Equal(2, bench.Journal.Events.OfType<CheckpointCompleted>().Count());
    }

    [Fact]
    public void A_cancelled_run_waits_for_nobody()
    {
        var bench = new RunBench(Plans.Of(Approval("ok"), Plans.Task("b")));
        bench.Steer(SteeringCommand.Cancel);
        Assert.Equal(TaskStage.Cancelled, bench["ok"]);
        Assert.Null(bench.State.FirstDue);
    }

    private static void Refused(SteeringAnswer answer, string rule)
    {
        Assert.False(answer.Accepted, answer.Message);
        Assert.StartsWith(rule, answer.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Conflict, answer.ExitCode);
    }
}
