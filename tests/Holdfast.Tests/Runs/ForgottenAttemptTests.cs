using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Tests.Runs;

/// <summary>A repair may lose the start of an attempt; what its files say then decides, and nothing runs twice at
/// once.</summary>
public sealed class ForgottenAttemptTests
{
    [Theory]
    [InlineData(Effect.Repeatable)]
    [InlineData(Effect.Keyed)]
    public void What_may_run_twice_is_ended_before_it_starts_again(Effect effect)
    {
        var bench = Repaired(effect, ("a", 3, AttemptTrace.Alive), ("a", 1, AttemptTrace.Ended));
        Assert.Equal([new AttemptId("a", 3)], bench.Host.Running);
        Assert.Equal([(new AttemptId("a", 3), EndedBy.Lost, false)], bench.Host.Stopped);
        Assert.Empty(bench.Host.Started);
        bench.End("a", RunBench.Failed(FailureClass.InfrastructureLost, EndedBy.Lost));
        bench.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal([new AttemptId("a", 4)], bench.Host.Started);
        bench.Succeed("a");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
    }

    [Theory]
    [InlineData(Effect.Once)]
    [InlineData(Effect.Reconcile)]
    public void What_must_not_run_twice_is_waited_for(Effect effect)
    {
        var bench = Repaired(effect, ("a", 2, AttemptTrace.Alive));
        Assert.Equal([new AttemptId("a", 2)], bench.Host.Adopted);
        Assert.Empty(bench.Host.Stopped);
        Assert.Equal(TaskStage.Running, bench["a"]);
        bench.Succeed("a");
        Assert.Empty(bench.Host.Started);
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
    }

    [Theory]
    [InlineData(Effect.Once)]
    [InlineData(Effect.Repeatable)]
    public void What_ended_meanwhile_is_judged_by_its_files(Effect effect)
    {
        var bench = Repaired(effect, ("a", 7, AttemptTrace.Ended));
        Assert.Equal([new AttemptId("a", 7)], bench.Host.Adopted);
        bench.Succeed("a");
        Assert.Equal((ExitCodes.Done, 7), (bench.ExitCode, bench.State.Find("a")!.Attempts));
    }

    [Theory]
    [InlineData(Effect.Once)]
    [InlineData(Effect.Reconcile)]
    public void What_is_gone_is_held_or_asked_about(Effect effect)
    {
        var bench = Repaired(effect, ("a", 1, AttemptTrace.Gone));
        bench.End("a", RunBench.Failed(FailureClass.InfrastructureLost, EndedBy.Lost));
        Assert.Equal(effect == Effect.Once ? TaskStage.Held : TaskStage.Retrying, bench["a"]);
        Assert.Equal(effect == Effect.Once ? 0 : 1, bench.Host.Asked.Count);
        Assert.Empty(bench.Host.Started);
    }

    [Fact]
    public void What_provably_never_ran_leaves_its_number_free()
    {
        var bench = Repaired(Effect.Repeatable, ("a", 1, AttemptTrace.NeverStarted));
        Assert.Equal([new AttemptId("a", 1)], bench.Host.Started);
    }

    [Fact]
    public void A_later_attempt_says_that_a_task_had_been_reopened()
    {
        var bench = new RunBench(Plans.Of("a", "slow"));
        bench.Fail("a");
        Assert.Equal(TaskStage.Failed, bench["a"]);
        Repair(bench, ("a", 2, AttemptTrace.Alive));
        Assert.Equal((TaskStage.Running, 2), (bench["a"], bench.State.Find("a")!.Attempts));

        // What ended is no reason to open again what the journal says has ended.
        bench = new RunBench(Plans.Of("a", "slow"));
        bench.Fail("a");
        Repair(bench, ("a", 2, AttemptTrace.Ended));
        Assert.Equal(TaskStage.Failed, bench["a"]);
    }

    [Fact]
    public void A_later_attempt_takes_the_place_of_the_one_that_the_journal_holds_for_open()
    {
        var bench = new RunBench(Plans.Of("a".With(Effect.Once)));
        Assert.True(bench.State.Find("a")!.IsOpen);
        bench.Host.LoseDriver();
        Repair(bench, ("a", 1, AttemptTrace.Ended), ("a", 2, AttemptTrace.Alive));
        Assert.Equal([new AttemptId("a", 2)], bench.Host.Running);
        bench.Succeed("a");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
    }

    [Fact]
    public void An_instance_whose_expansion_was_lost_is_found_when_it_is_known_again()
    {
        var host = new ScriptedHost();
        host.Items["f"] = Plans.Items("x", "y");
        var bench = new RunBench(Plans.Of(Plans.Task("before"), "f: before".FanOut()), host);
        bench.Host.LoseDriver();
        host.Traces.Clear();
        Repair(bench, ("f[x]", 1, AttemptTrace.Alive), ("f[z]", 1, AttemptTrace.Alive));
        Assert.Equal([new AttemptId("before", 1)], host.Running);
        bench.Succeed("before");
        Assert.Equal([new AttemptId("f[z]", 1), new AttemptId("f[x]", 1)], host.Adopted);
        Assert.Equal(host.Adopted, host.Stopped.Select(s => s.Attempt));
        Assert.DoesNotContain(host.Started, a => a.Task == "f[x]");
    }

    // Its file was deleted meanwhile, say: no task stands for it, and nobody would ever have looked at it again.
    [Theory]
    [InlineData(Effect.Repeatable)]
    [InlineData(Effect.Once)]
    public void A_living_instance_whose_item_is_gone_is_told_and_ended_if_that_does_no_harm(Effect effect)
    {
        var host = new ScriptedHost { Items = { ["f"] = Plans.Items("y") } };
        var fanOut = "f: before".FanOut() with { Effect = effect };
        var bench = new RunBench(Plans.Of(Plans.Task("before"), fanOut), host);
        bench.Host.LoseDriver();
        host.Traces.Clear();
        Repair(bench, ("f[z]", 1, AttemptTrace.Alive), ("f[gone]", 1, AttemptTrace.Ended));
        bench.Succeed("before");
        if (effect == Effect.Once)
        {
            // Its instances may have run, so a person decides about the fan-out as a whole.
            bench.Steer(SteeringCommand.Resolve, ["f"], Resolution.Redo);
        }

        var warning = bench.Journal.Events.OfType<TaskExpanded>().Single().Warning;
        Assert.Contains("\"f[z]\"", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("gone]", warning, StringComparison.Ordinal);
        var isEnded = effect == Effect.Repeatable;
        Assert.Contains(isEnded ? ": ended" : "not ended, since the effect is `once`", warning,
            StringComparison.Ordinal);
        bench.Succeed("f[y]");
        if (isEnded)
        {
            // The driver stays until it is gone; a second one finds it as well.
            Assert.Equal([(new AttemptId("f[z]", 1), EndedBy.Lost, false)], host.Stopped);
            Assert.Null(bench.ExitCode);
            bench.Host.LoseDriver();
            bench.Restart();
            Assert.Null(bench.ExitCode);
            bench.End("f[z]", RunBench.Failed(FailureClass.InfrastructureLost, EndedBy.Lost));
        }

        Assert.Equal(ExitCodes.Done, bench.ExitCode);
        Assert.Equal(isEnded ? 2 : 0, host.Stopped.Count);
        Assert.DoesNotContain(bench.Journal.Events, e => e.Task == "f[z]");
    }

    [Fact]
    public void A_driver_that_dies_before_it_recorded_what_it_found_finds_it_again()
    {
        var bench = Repaired(Effect.Once, ("a", 2, AttemptTrace.Alive));
        bench.Restart();
        Assert.Equal([new AttemptId("a", 2)], bench.Host.Running);
        Assert.Single(bench.Journal.Events.OfType<AttemptFound>());
        bench.Succeed("a");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
    }

    // SM7, seed 241: the task had failed, and the repair took the start of an attempt that had ended as well. A retry
    // was given that attempt's number, and with it that attempt's files.
    [Fact]
    public void A_number_that_files_tell_of_is_never_given_again()
    {
        var bench = new RunBench(Plans.Of("a"));
        bench.Fail("a");
        Repair(bench, ("a", 2, AttemptTrace.Ended));
        Assert.Equal(ExitCodes.Failed, bench.ExitCode);
        bench.Steer(SteeringCommand.Retry, ["a"]);
        Assert.Equal(new AttemptId("a", 3), bench.Host.Started[^1]);
        bench.Succeed("a");
        Assert.Equal(ExitCodes.Done, bench.ExitCode);
    }

    [Fact]
    public void Without_a_repair_no_folder_is_searched()
    {
        var bench = new RunBench(Plans.Of("a", "b: a"));
        bench.Host.Traces[new AttemptId("b", 1)] = AttemptTrace.Alive;
        bench.Restart();
        Assert.Empty(bench.Journal.Events.OfType<AttemptFound>());
    }

    private static RunBench Repaired(Effect effect, params (string Task, int Number, AttemptTrace Trace)[] left)
    {
        // No place for anything at first, so that the only attempts are those that the journal does not know.
        var bench = new RunBench(Plans.Of("a".With(effect)), limits: new DriverLimits { MaxParallel = 0 });
        bench.Limits = new DriverLimits();
        Repair(bench, left);
        return bench;
    }

    private static void Repair(RunBench bench, params (string Task, int Number, AttemptTrace Trace)[] left)
    {
        bench.Host.LoseDriver();
        foreach (var (task, number, trace) in left)
        {
            bench.Host.Traces[new AttemptId(task, number)] = trace;
        }

        bench.Journal.Append(new JournalRepaired(1, 1), bench.Time.GetUtcNow());
        bench.Restart();
    }
}
