using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;

namespace Holdfast.Tests.Runs.Folding;

/// <summary>
/// A run that is taken up from a snapshot: it is in every property what the whole journal says, and stays so with all
/// that follows, wherever in its life it was written.
/// </summary>
public sealed class SnapshotTests
{
    private static readonly RuntimeChoice Api = new("api", "api.test");
    private static readonly RuntimeChoice Primary = new("opencode", "opencode × glm × 1");
    private static readonly RuntimeChoice Second = new("codex", "codex × gpt × 2");

    private static readonly Dictionary<string, Func<RunBench>> Lives = new()
    {
        ["people"] = People,
        ["fan-outs"] = FanOuts,
        ["targets"] = Targets,
        ["effects"] = Effects,
        ["edits"] = Edits,
        ["a repair"] = Repaired,
        ["a fork"] = Fork,
        ["instances that wait again"] = WaitingAgain,
        ["an end of many failures"] = MassFailure,
        ["a stop"] = Stopped,
        ["a deadline"] = Deadline,
    };

    public static TheoryData<string> Names => [.. Lives.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_run_taken_up_at_any_event_is_the_run_that_was_never_left(string life)
    {
        var bench = Lives[life]();
        var events = bench.Journal.Events;
        var spec = bench.State.Spec;
        var whole = bench.Journal.Fold(spec);
        whole.Advance(whole.LastAt);
        var end = StateText.Of(whole);
        var state = new RunState(spec);
        var taken = 0;
        for (var k = 0; k < events.Count; k++)
        {
            state.Apply(events[k], k + 1);
            state.Advance(events[k].At);
            if (!RunSnapshot.CanWrite(state))
            {
                continue;
            }

            var other = RunSnapshot.Read(spec, RunSnapshot.Write(state));
            other.Advance(events[k].At);
            AssertSame($"after {k + 1} events", StateText.Of(state), other);
            for (var later = k + 1; later < events.Count; later++)
            {
                other.Apply(events[later], later + 1);
            }

            other.Advance(whole.LastAt);
            AssertSame($"from {k + 1} on", end, other);
            taken++;
        }

        Assert.True(taken > 20, $"{taken} snapshots show little");
    }

    private static void AssertSame(string when, string expected, RunState actual)
    {
        var lines = expected.Split('\n').Zip(StateText.Of(actual).Split('\n'));
        var differ = lines.Where(l => l.First != l.Second).Select(l => $"{l.First}\n  and not {l.Second}").ToArray();
        Assert.True(differ.Length == 0, $"{when}:\n{string.Join('\n', differ)}");
    }

    private static RunBench People()
    {
        var bench = new RunBench(
            Plans.Of(
                Plans.Task("ask") with { Approval = TimeSpan.FromHours(1) },
                Plans.Task("no") with { Approval = TimeSpan.FromHours(2) },
                Plans.Task("late") with { Approval = TimeSpan.FromHours(3) },
                Plans.Task("work") with { Checkpoints = ["x", "y"] }, Plans.Task("behind: ask work"),
                Plans.Task("after: no")),
            limits: new() { MaxParallel = 2, NotifyOn = [NotifyOn.Waiting, NotifyOn.Failed, NotifyOn.Done] });
        bench.Complete("work", "x");
        bench.Succeed("work");
        bench.Steer(SteeringCommand.Approve, ["ask"]);
        bench.Steer(SteeringCommand.Deny, ["no"]);
        bench.Steer(SteeringCommand.Pause);
        bench.Restart();
        bench.Complete("work", "y");
        bench.Steer(SteeringCommand.Unpause);
        bench.Succeed("behind");
        bench.Restart(TimeSpan.FromHours(4));
        Assert.Equal(Holdfast.Runs.ExitCodes.Failed, bench.ExitCode);
        bench.Steer(SteeringCommand.Retry, ["no"]);
        bench.Restart();
        bench.Steer(SteeringCommand.Cancel);
        return bench;
    }

    private static RunBench FanOuts()
    {
        var host = new ScriptedHost
        {
            Items = { ["f"] = Plans.Items("1", "2", "3", "4"), ["g"] = Plans.Items("b", "a"), ["e"] = Plans.Items() },
        };
        var bench = new RunBench(
            Plans.Of(
                Plans.Task("a") with { Group = "db" }, "f: a".FanOut(parallel: 2),
                "g: a".FanOut() with { Group = "db" }, "e: a".FanOut(), Plans.Task("last: f g e"),
                "mourn: f".WhenFailed("f"))
                with { GroupParallel = new Dictionary<string, int> { ["db"] = 1 } },
            host, new() { MaxParallel = 4 });
        bench.Succeed("a", "f[1]", "g[a]");
        bench.Fail("f[2]");
        bench.Fail("f[3]", FailureClass.Connection);
        bench.Restart(TimeSpan.FromSeconds(1));
        bench.Advance(TimeSpan.FromMinutes(5));
        bench.Succeed("f[4]", "g[b]", "f[3]", "mourn");
        bench.Restart();
        bench.Steer(SteeringCommand.Retry, ["f"]);
        bench.Restart();
        bench.Succeed("f[2]", "last");
        Assert.Equal(Holdfast.Runs.ExitCodes.Done, bench.ExitCode);
        return bench;
    }

    private static RunBench Targets()
    {
        TaskSpec[] tasks =
        [
            .. Enumerable.Range(0, 4).Select(i => Plans.Task($"t{i}") with { Runtimes = [Api] }),
            .. Enumerable.Range(0, 4).Select(i => Plans.Task($"u{i}") with { Runtimes = [Primary, Second] }),
        ];
        var spec = Plans.Of(tasks) with { TargetParallel = new Dictionary<string, int> { ["api.test"] = 3 } };
        var bench = new RunBench(spec, limits: new() { MaxParallel = 4 }, targets: new MemoryTargets());
        bench.End(bench.Host.Running.First(a => a.Task[0] == 't').Task,
            RunBench.Failed(FailureClass.RateLimited, told: new ToldDelay(TimeSpan.FromMinutes(2), null)));
        bench.Fail(bench.Host.Running.First(a => a.Task[0] == 'u').Task, FailureClass.Auth);
        bench.Restart(TimeSpan.FromMinutes(1));
        for (var i = 0; i < 60 && bench.ExitCode is null; i++)
        {
            if (bench.Host.Running.Count == 0)
            {
                bench.Advance(TimeSpan.FromMinutes(1));
            }
            else if (i % 5 == 2)
            {
                bench.Fail(bench.Host.Running.First().Task, FailureClass.Connection);
            }
            else
            {
                bench.Succeed(bench.Host.Running.First().Task);
            }
        }

        Assert.NotNull(bench.ExitCode);
        return bench;
    }

    private static RunBench Effects()
    {
        var bench = new RunBench(
            Plans.Of("once".With(Effect.Once), "asked".With(Effect.Reconcile), "key".With(Effect.Keyed),
                Plans.Task("b: once asked")),
            limits: new() { MaxParallel = 4 });
        bench.Fail("once", FailureClass.Timeout, EndedBy.HardTimeout);
        bench.Fail("asked", FailureClass.Timeout, EndedBy.HardTimeout);
        bench.Fail("key", FailureClass.RateLimited);
        bench.Interrupt();
        bench.Restart(TimeSpan.FromSeconds(1));
        bench.Host.AnswerReconcile(ReconcileAnswer.DidNotHappen);
        bench.Step();
        bench.Steer(SteeringCommand.Resolve, ["once"], Resolution.Redo);
        bench.End("once", new(new() { ExitCode = 0 }, null) { Outputs = [new("out", 1, new string('a', 64))] });
        bench.Host.Gone["once"] = ["out"];
        bench.Boot = 2;
        bench.Restart(TimeSpan.FromHours(8));
        bench.Steer(SteeringCommand.Resolve, ["once"], Resolution.Done);
        bench.Succeed("asked");
        bench.Succeed("key", "b");
        Assert.Equal(Holdfast.Runs.ExitCodes.Done, bench.ExitCode);
        return bench;
    }

    private static RunBench Edits()
    {
        var host = new ScriptedHost { Items = { ["f"] = Plans.Items("1", "2") } };
        var bench = new RunBench(
            Plans.Of(Plans.Task("a"), Plans.Task("b: a"), "f: a".FanOut(), Plans.Task("taken")), host);
        bench.Succeed("a", "f[1]");
        Edit(bench, null, "a", "f", "b");
        bench.Restart();
        bench.Succeed("f[2]");
        Edit(bench, "me", "f", "a");
        bench.Restart();
        for (var i = 0; i < 20 && bench.ExitCode is null; i++)
        {
            bench.Succeed(bench.Host.Running.First().Task);
        }

        Assert.Equal(Holdfast.Runs.ExitCodes.Done, bench.ExitCode);
        return bench;
    }

    private static RunBench Repaired()
    {
        var bench = new RunBench(
            Plans.Of(
                Plans.Task("a"), "b".With(Effect.Once), "c".With(Effect.Reconcile), Plans.Task("d"),
                Plans.Task("e: b c")));
        var at = bench.Time.GetUtcNow();
        bench.Succeed("a");
        bench.Journal.Append(new JournalRepaired(3, 3), at);
        bench.Host.Traces[new("d", 2)] = AttemptTrace.Gone;
        bench.Journal.Append(new ClockJumped(TimeSpan.FromMinutes(5)), at);
        bench.Restart();
        while (bench.Host.Asked.Count > 0)
        {
            bench.Host.AnswerReconcile(ReconcileAnswer.Happened);
            bench.Step();
        }

        foreach (var held in bench.State.Tasks.Where(t => t.Status == TaskStage.Held).ToArray())
        {
            bench.Steer(SteeringCommand.Resolve, [held.Name], Resolution.Done);
        }

        for (var i = 0; i < 20 && bench.ExitCode is null; i++)
        {
            bench.Advance(TimeSpan.FromMinutes(1));
            foreach (var running in bench.Host.Running.ToArray())
            {
                bench.Succeed(running.Task);
            }
        }

        Assert.Equal(Holdfast.Runs.ExitCodes.Done, bench.ExitCode);
        return bench;
    }

    private static RunBench Fork()
    {
        var bench = new RunBench(
            Plans.Of("slow", "taken: slow", "skipped: slow", "b: taken skipped", "c: b", "d: b"),
            limits: new() { MaxParallel = 1 });
        bench.Journal.Append(new TaskTakenOver("other") { Task = "taken" }, bench.Time.GetUtcNow());
        bench.Journal.Append(new TaskTakenOver("other") { Task = "skipped", Skipped = true }, bench.Time.GetUtcNow());
        bench.Restart();
        Assert.Equal((TaskStage.Succeeded, TaskStage.Skipped), (bench["taken"], bench["skipped"]));
        bench.Succeed("slow", "b");
        bench.Fail("c", FailureClass.Connection);
        bench.Restart(TimeSpan.FromHours(1));
        bench.Succeed("d", "c");
        Assert.Equal(Holdfast.Runs.ExitCodes.Done, bench.ExitCode);
        return bench;
    }

    private static RunBench WaitingAgain()
    {
        var host = new ScriptedHost { Items = { ["f"] = Plans.Items("1", "2", "3") } };
        var bench = new RunBench(
            Plans.Of(Plans.Task("a") with { Retry = RetryTable.None }, "f: a".FanOut(parallel: 1)), host);
        bench.End("a", new(new() { ExitCode = 0 }, null) { Outputs = [new("out", 1, new string('a', 64))] });
        bench.Succeed("f[1]");
        host.Gone["a"] = ["out"];
        bench.Boot = 2;
        bench.Restart();
        bench.Succeed("f[2]");
        bench.Fail("a");
        Assert.Equal(Holdfast.Runs.ExitCodes.Failed, bench.ExitCode);
        bench.Steer(SteeringCommand.Retry, ["a"]);
        bench.Restart();
        bench.Succeed("a", "f[3]");
        Assert.Equal(Holdfast.Runs.ExitCodes.Done, bench.ExitCode);
        return bench;
    }

    private static RunBench MassFailure()
    {
        var bench = new RunBench(
            Plans.Of([.. Enumerable.Range(0, 12).Select(i => Plans.Task($"t{i:00}") with { Retry = RetryTable.None })]),
            limits: new() { MaxParallel = 12, NotifyOn = [NotifyOn.Failed] });
        for (var i = 0; i < 12; i++)
        {
            bench.Fail($"t{i:00}", FailureClass.Connection);
        }

        Assert.Equal(Holdfast.Runs.ExitCodes.Infrastructure, bench.ExitCode);
        return bench;
    }

    private static RunBench Stopped()
    {
        var bench = new RunBench(
            Plans.Of(Plans.Task("a") with { StopsRunOnFailure = true }, Plans.Task("b"), Plans.Task("c: a"),
                "f: b".FanOut()));
        bench.Fail("a");
        bench.Fail("b", FailureClass.Cancelled, EndedBy.Cancel);
        Assert.Equal(Holdfast.Runs.ExitCodes.Failed, bench.ExitCode);
        bench.Restart();
        bench.Steer(SteeringCommand.Retry, ["b"]);
        bench.Restart();
        bench.Succeed("b");
        Assert.Equal(Holdfast.Runs.ExitCodes.Failed, bench.ExitCode);
        return bench;
    }

    private static RunBench Deadline()
    {
        var bench = new RunBench(
            Plans.Of("a", "b", "c: a"), limits: new() { MaxParallel = 1, NotifyOn = [NotifyOn.Done] },
            deadline: TimeSpan.FromHours(1));
        bench.Fail("a", FailureClass.Connection);
        bench.Restart(TimeSpan.FromMinutes(10));
        bench.Fail("b", FailureClass.TestFailure);
        bench.Advance(TimeSpan.FromMinutes(70));
        while (bench.Host.Running.Count > 0)
        {
            bench.Fail(bench.Host.Running.First().Task, FailureClass.Timeout, EndedBy.RunDeadline);
        }

        Assert.Equal(Holdfast.Runs.ExitCodes.Failed, bench.ExitCode);
        bench.Restart();
        bench.Steer(SteeringCommand.Retry);
        bench.Restart(TimeSpan.FromMinutes(30));
        bench.Succeed("a", "b", "c");
        Assert.Equal(Holdfast.Runs.ExitCodes.Done, bench.ExitCode);
        return bench;
    }

    private static void Edit(RunBench bench, string? rerunBy, params string[] stale) => bench.Journal.Append(
        new PlanChanged("1")
        {
            Stale = stale, Was = [.. stale.Select(_ => "aaaaaaaaaaaaaaaa")],
            Now = [.. stale.Select(_ => "bbbbbbbbbbbbbbbb")], RerunBy = rerunBy,
        },
        bench.Time.GetUtcNow());
}
