using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;

namespace Holdfast.Tests.Runs.Folding;

/// <summary>Which plans fold one journal alike, whose order they keep, and which cannot be folded at all.</summary>
public sealed class ShapeTests
{
    private static readonly TaskSpec Task = new("a")
    {
        Needs = ["b", "cd"], Checkpoints = ["x", "yz"], Runtimes = [new("api", "t"), new("codex")],
    };

    private static string Shape(params TaskSpec[] tasks) => Plans.Of(tasks).Shape();

    [Fact]
    public void Whatever_the_folded_state_depends_on_makes_another_shape()
    {
        TaskSpec[] others =
        [
            Task, Task with { Name = "e" }, Task with { Needs = ["b"] }, Task with { Needs = ["bc", "d"] },
            Task with { Needs = ["cd", "b"] }, Task with { When = WhenKind.Always },
            Task with { When = WhenKind.Failed, WhenFailedTask = "b" },
            Task with { When = WhenKind.Failed, WhenFailedTask = "cd" }, Task with { Effect = Effect.Once },
            Task with { IsFanOut = true }, Task with { StopsRunOnFailure = true }, Task with { Checkpoints = ["x"] },
            Task with { Checkpoints = ["xy", "z"] }, Task with { Approval = TimeSpan.FromHours(1) },
            Task with { Runtimes = [new("api", "t")] }, Task with { Runtimes = [new("api", "u"), new("codex")] },
            Task with { Runtimes = [new("other", "t"), new("codex")] },
            Task with { Runtimes = [new("apit"), new("codex")] },
            Task with { Runtimes = [new("codex"), new("api", "t")] },
        ];
        string[] shapes = [.. others.Select(t => Shape(t)), Shape(), Shape(Task, Task)];
        Assert.Equal(shapes.Length, shapes.Distinct().Count());
        Assert.All(shapes, s => Assert.Matches("^[0-9a-f]{64}$", s));
        Assert.Equal(Shape(Task), Shape(Task with { }));
    }

    [Fact]
    public void What_only_the_next_decisions_depend_on_leaves_the_shape_as_it_is()
    {
        Assert.All(
            new[]
            {
                Task with { Retry = RetryTable.None }, Task with { Group = "db" }, Task with { FanOutParallel = 2 },
                Task with { CheckpointWait = TimeSpan.FromHours(1) },
            },
            t => Assert.Equal(Shape(Task), Shape(t)));
        Assert.Equal(Shape(Task), (Plans.Of(Task) with { MaxParallel = 9, RunId = "other" }).Shape());
    }

    [Fact]
    public void A_snapshot_of_another_plan_or_format_is_not_read()
    {
        var spec = Plans.Of("a");
        var written = RunSnapshot.Write(new RunState(spec));
        Assert.Equal(TaskStage.Ready, RunSnapshot.Read(spec, written).Find("a")!.Status);
        Why("another plan", Plans.Of("b"), written);
        Why("another format", spec, Changed("\"format\":1", "\"format\":2"));
        Why("unknown state of a task", spec, Changed("\"status\":\"ready\"", "\"status\":\"later\""));
        Why("unknown state of the run", spec, Changed("\"status\":\"running\"", "\"status\":\"later\""));
        Why("has a task \"b\", the plan not", spec, Changed("\"name\":\"a\"", "\"name\":\"b\""));
        Why("unknown occasion", spec, Changed("\"notified\":[]", "\"notified\":[\"later\"]"));
        Why("has instances of \"a\", which is no fan-out", spec, Changed(
            "\"name\":\"a\",", "\"name\":\"a\",\"instances\":2,"));

        byte[] Changed(string from, string to)
        {
            var text = System.Text.Encoding.UTF8.GetString(written);
            Assert.Contains(from, text);
            return System.Text.Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
        }

        static void Why(string why, RunSpec spec, byte[] snapshot) => Assert.Contains(
            why, Assert.Throws<FormatException>(() => RunSnapshot.Read(spec, snapshot)).Message);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_snapshot_tells_whether_an_attempt_took_the_place_of_a_probe(bool probe)
    {
        var spec = Plans.Of(new TaskSpec("a") { Runtimes = [new("api", "t")] });
        var state = new RunState(spec);
        state.Apply(new AttemptStarted("api") { Task = "a", Attempt = 1, Target = "t", Probe = probe }, 1);
        var read = RunSnapshot.Read(spec, RunSnapshot.Write(state)).Find("a")!;
        Assert.Equal((probe, "api", "t"), (read.IsProbe, read.Runtime.Name, read.Runtime.Target));
    }

    [Fact]
    public void A_plan_in_a_circle_or_with_an_unknown_need_is_refused()
    {
        Assert.Equal(
            "task \"a\" needs \"x\", which no task is called",
            Assert.Throws<ArgumentException>(() => new RunState(Plans.Of("a: x"))).Message);
        Assert.Equal(
            "the tasks need each other in a circle",
            Assert.Throws<ArgumentException>(() => new RunState(Plans.Of("a: c", "b: a", "c: b", "d"))).Message);
        Assert.Throws<ArgumentException>(() => new RunState(Plans.Of("a: a")));
    }

    [Fact]
    public void What_is_expected_to_take_longest_with_all_behind_it_starts_first()
    {
        var spec = Plans.Of("a", "b", "c", "d: c", "e: c", "f: d e") with
        {
            Expected = new Dictionary<string, TimeSpan>
            {
                ["a"] = TimeSpan.FromSeconds(4), ["b"] = TimeSpan.FromSeconds(9), ["c"] = TimeSpan.FromSeconds(1),
                ["d"] = TimeSpan.FromSeconds(2), ["e"] = TimeSpan.FromSeconds(1.5),
            },
        };
        var weights = new RunState(spec).Tasks.Select(t => t.CriticalMs);
        Assert.Equal([4_000, 9_000, 4_000, 3_000, 2_500, 1_000], weights);
        var bench = new RunBench(spec, limits: new() { MaxParallel = 1 });
        Assert.Equal("b", bench.Host.Started.Single().Task);
        bench.Succeed("b", "a", "c");
        Assert.Equal(["b", "a", "c"], bench.Host.Started.Take(3).Select(a => a.Task));
    }

    [Fact]
    public void Progress_counts_instances_once_they_are_known()
    {
        var host = new ScriptedHost { Items = { ["f"] = Plans.Items("1", "2", "3") } };
        var bench = new RunBench(Plans.Of(Plans.Task("a"), "f: a".FanOut(), Plans.Task("b: f")), host);
        Assert.Equal(new RunProgress(0, 3), RunProgress.Of(bench.State));
        bench.Succeed("a", "f[1]");
        Assert.Equal(new RunProgress(2, 5), RunProgress.Of(bench.State));
        bench.Fail("f[2]");
        bench.Steer(SteeringCommand.Cancel);
        bench.Fail("f[3]", FailureClass.Cancelled, EndedBy.Cancel);
        Assert.Equal(new RunProgress(5, 5), RunProgress.Of(bench.State));
    }

    [Fact]
    public void Instances_go_where_their_items_say()
    {
        var spec = Plans.Of(Plans.Task("f") with
        {
            IsFanOut = true, FanOutParallel = 3,
            InstanceRuntimes = (name, item, place) => [new(name, place == 2 ? null : $"host-{item}")],
        }) with { TargetParallel = new Dictionary<string, int> { ["host-a"] = 1 } };
        var host = new ScriptedHost
        {
            Items = { ["f"] = new([new("1", "a"), new("2", "a"), new("3", "b"), new("4", "b"), new("5", "c")]) },
        };
        var bench = new RunBench(spec, host, new() { MaxParallel = 9 });
        Assert.Equal(
            [("f[1]", "host-a"), ("f[3]", null), ("f[4]", "host-b")],
            bench.Journal.Events.OfType<AttemptStarted>().Select(e => (e.Runtime, e.Target)));
        bench.Succeed("f[4]");
        Assert.Equal(new RuntimeChoice("f[5]", "host-c"), bench.State.Find("f[5]")!.Runtime);
    }
}
