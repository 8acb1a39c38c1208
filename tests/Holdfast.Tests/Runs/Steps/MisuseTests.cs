using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>Programs that use the library in a way that cannot work: told at once, by name, with what helps.</summary>
public sealed class MisuseTests
{
    private static readonly Task NoTask = null!;
    private static readonly Task<int> NoNumber = null!;
    private static readonly Task<Reconciliation<int>> NoAnswer = null!;
    private readonly StepBench _bench = new();

    /// <summary>What a step does that no further try can make right.</summary>
    public static TheoryData<string> Misuses => ["twice", "twice in a loop", "name", "disposed", "left"];

    [Theory]
    [MemberData(nameof(Misuses))]
    public void Misuse_inside_a_step_is_invalid_input_and_not_tried_again(string misuse)
    {
        DurableRun? gone = null;
        var calls = 0;
        _bench.Run(run =>
        {
            gone = run;
            return Task.CompletedTask;
        }, "gone");
        var failed = Assert.Throws<StepFailedException>(() => _bench.Run(async run =>
        {
            await run.StepAsync("a", _bench.Does("a", 1));
            await run.StepAsync("outer", _ =>
            {
                calls++;
                return Misuse(run);
            });
        }));
        Assert.Equal(("outer", FailureClass.InvalidInput, false), (failed.Step, failed.Failure!.Class,
            failed.Failure.Transient));
        Assert.Equal(1, calls);

        async Task Misuse(DurableRun run)
        {
            switch (misuse)
            {
                case "twice":
                    await run.StepAsync("a", _bench.Does("a", 1));
                    break;
                case "twice in a loop":
                    await run.ForEachAsync("loop", [1], n => $"{n}", (_, _, _) => run.StepAsync(
                        "a", _bench.Does("a", 1)));
                    break;
                case "name":
                    await run.StepAsync(" ", _bench.Does("x", 1));
                    break;
                case "disposed":
                    var closed = _bench.Open();
                    await closed.DisposeAsync();
                    await closed.RunAsync("other", _ => Task.CompletedTask);
                    break;
                default:
                    await gone!.StepAsync("late", _bench.Does("late", 1));
                    break;
            }
        }
    }

    [Fact]
    public void A_mismatch_inside_a_step_is_not_tried_again_and_goes_on_once_it_is_put_right()
    {
        var calls = 0;
        Assert.ThrowsAny<Exception>(() => _bench.Run(async run =>
        {
            await run.StepAsync("known", _bench.Does("known", 1));
            throw new InvalidOperationException("a bug");
        }));
        Assert.Throws<StepMismatchException>(() => _bench.Run(run => Outer(run, "text")));
        Assert.Equal(1, calls);
        _bench.Run(run => Outer(run, 1));

        Task Outer<T>(DurableRun run, T value) => run.StepAsync("outer", async _ =>
        {
            calls++;
            await run.StepAsync("known", _bench.Does("known again", value));
        });
    }

    [Fact]
    public void A_delegate_that_returns_no_task_is_told_by_step_and_parameter()
    {
        Step(run => run.StepAsync("load", _ => NoTask), "step \"load\" of run", "(Parameter 'step')");
        Step(run => run.StepAsync("load", (_, _) => NoTask), "step \"load\" of run", "(Parameter 'step')");
        Step(run => run.StepAsync("load", _ => NoNumber), "step \"load\" of run", "(Parameter 'step')");
        Step(run => run.ChildAsync("north", _ => NoNumber), "run ", "(Parameter 'program')");
        Other(run => run.ForEachAsync("item", ["a"], i => i, (_, _, _) => NoTask), "item[a]", "(Parameter 'body')");
        Other(_ => NoTask, "run ", "(Parameter 'program')");

        void Step(Func<DurableRun, Task> program, params string[] told)
        {
            var failed = Assert.Throws<StepFailedException>(() => _bench.Run(program, $"s{_bench.Log.Count}"));
            _bench.Log.Add("");
            Assert.Equal(FailureClass.InvalidInput, failed.Failure!.Class);
            Told(failed, told);
        }

        void Other(Func<DurableRun, Task> program, params string[] told)
        {
            var error = Assert.ThrowsAny<Exception>(() => _bench.Run(program, $"o{_bench.Log.Count}"));
            _bench.Log.Add("");
            Told((error as AggregateException)?.InnerExceptions[0] ?? error, told);
        }

        static void Told(Exception error, string[] told) => Assert.All(
            (string[])["returned null instead of a Task", .. told], text => Assert.Contains(text, error.Message));
    }

    [Fact]
    public void What_asks_the_other_side_returns_a_task_too()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("begun"), run => Ask(run));
        _bench.Kill();
        var error = Assert.ThrowsAny<ArgumentException>(() => _bench.Run(run => Ask(run)));
        Assert.Contains("step \"pay\" of run r: StepOptions.Reconcile returned null instead of a Task", error.Message);

        Task<int> Ask(DurableRun run) => run.StepAsync("pay", _bench.Hangs("begun"), new()
        {
            Effect = Effect.Reconcile, Reconcile = (_, _) => NoAnswer,
        });
    }

    [Fact]
    public void What_tells_the_result_of_a_resolved_step_returns_a_task_too()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("begun"), run => Pay(run, () => NoNumber));
        _bench.Kill();
        Assert.Throws<OutcomeUnknownException>(() => _bench.Run(run => Pay(run, () => NoNumber)));
        _bench.Thread.Run(() => _bench.Workspace.ResolveAsync("r", "pay", Resolution.Done));
        var error = Assert.Throws<ArgumentException>(() => _bench.Run(run => Pay(run, () => NoNumber)));
        Assert.Equal("StepOptions.WhenResolved", error.ParamName);
        Assert.Contains(
            "step \"pay\" of run r: StepOptions.WhenResolved returned null instead of a Task", error.Message);
        Assert.Equal(7, _bench.Run(run => Pay(run, () => Task.FromResult(7))));

        Task<int> Pay(DurableRun run, Func<Task<int>> tell) => run.StepAsync("pay", _bench.Hangs("begun"), new()
        {
            Effect = Effect.Once, WhenResolved = (_, _) => tell(),
        });
    }

    [Theory]
    [InlineData(null, "is null")]
    [InlineData(" ", "is empty")]
    [InlineData("a\nb", "holds the character U+000A")]
    public void A_label_that_cannot_be_one_is_told_by_loop_item_and_parameter(string? label, string why)
    {
        var error = Assert.ThrowsAny<ArgumentException>(() => _bench.Run(run => run.ForEachAsync(
            "order", [1, 2], n => n == 1 ? "fine" : label!, (_, _, _) => Task.CompletedTask)));
        Assert.Equal("label", error.ParamName);
        Assert.Contains("item 2 of \"order\"", error.Message);
        Assert.Contains(why, error.Message);
    }

    [Fact]
    public void A_name_that_is_null_is_told_as_the_name_of_a_step()
    {
        var error = Assert.Throws<ArgumentNullException>(
            () => _bench.Run(run => run.StepAsync(null!, _bench.Does("x", 1))));
        Assert.Equal("name", error.ParamName);
        Assert.Contains("the name of a step is null", error.Message);
    }

    [Fact]
    public void A_run_that_this_process_drives_already_is_to_be_awaited()
    {
        _ = _bench.StartUntil(() => _bench.Log.Contains("a"), run => run.StepAsync("a", _bench.Hangs("a")));
        var error = Assert.Throws<RunLockedException>(() => _bench.Run(_ => Task.CompletedTask));
        Assert.Equal("this process itself", error.Holder);
        Assert.Equal(
            "run r is driven by this process itself; await the first RunAsync of it, or give this one another id",
            error.Message);
        _bench.DriveUntil(() => _bench.Log.Count == 2, run => run.StepAsync("a", _bench.Hangs("b")), "other");
        var other = Assert.Throws<RunLockedException>(
            () => _bench.Thread.Run(() => _bench.Open().RunAsync("other", _ => Task.CompletedTask)));
        Assert.Contains("or end that process to take over", other.Message);
    }

    [Fact]
    public void A_run_whose_program_returns_something_else_is_called_a_run()
    {
        _bench.Run(_ => Task.CompletedTask);
        var nothing = Assert.Throws<StepMismatchException>(() => _bench.Run(_ => Task.FromResult(7)));
        Assert.StartsWith(
            "run r returned nothing when it ended, and its program returns System.Int32 now", nothing.Message,
            StringComparison.Ordinal);
        Assert.DoesNotContain("step", nothing.Message);
        _bench.Run(_ => Task.FromResult("text"), "t");
        var text = Assert.Throws<StepMismatchException>(() => _bench.Run(_ => Task.FromResult(7), "t"));
        Assert.Contains("run t returned System.String when it ended", text.Message);
        var stream = Assert.Throws<NotSupportedException>(() => _bench.Run(_ => Task.FromResult(Stream.Null), "s"));
        Assert.StartsWith("run s returns System.IO.Stream, which", stream.Message, StringComparison.Ordinal);
        Assert.Contains("RunOptions.Json", stream.Message);
        var hostile = Assert.ThrowsAny<ArgumentException>(
            () => _bench.Run(_ => Task.FromResult<object>(new Hostile()), "h"));
        Assert.StartsWith("the program of run h has returned, and", hostile.Message, StringComparison.Ordinal);
        var signal = Assert.Throws<NotSupportedException>(
            () => _bench.Run(async run => { await run.WaitForAsync<Stream>("s"); }, "w"));
        Assert.StartsWith("signal \"s\" is System.IO.Stream, which", signal.Message, StringComparison.Ordinal);
    }

    private sealed class Hostile
    {
        public int Value => throw new InvalidOperationException("no value");
    }
}
