using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.Steps;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>What steps, their types and their runs are called, and what is said of how they end.</summary>
public sealed class StepNameTests
{
    private readonly StepBench _bench = new();

    [Fact]
    public void A_name_has_200_characters_at_most_and_with_its_scopes_1000()
    {
        var most = new string('n', 200);
        Assert.Equal(most, StepNames.Scoped("", most));
        Assert.Contains("has 201 characters, and 200 are the most", Why(() => StepNames.Scoped("", most + "n")));
        var scope = new string('s', 799);
        Assert.Equal($"{scope}/{most}", StepNames.Scoped(scope, most));
        Assert.Contains(
            "has 1001 characters with those of its scopes, and 1000 are the most",
            Why(() => StepNames.Scoped(scope + "s", most)));
        Assert.Contains(
            "the label of item 3 of \"s/loop\" is empty", Why(() => StepNames.OfItem("s", "loop", " ", 3)));
        Assert.Equal("scope/loop[a b]", StepNames.OfItem("scope", "loop", "a b", 1));
        Assert.Null(StepNames.WhyNot(new string('n', 1_000)));
        Assert.Equal("the name is empty", StepNames.WhyNot(" "));
        Assert.EndsWith("has 1001 characters, and 1000 are the most", StepNames.WhyNot(new string('n', 1_001)));

        static string Why(Func<object> name) => Assert.Throws<ArgumentException>(name).Message;
    }

    [Theory]
    [InlineData("a\u2028b", "the name \"a\u2028b\" holds the character U+2028")]
    [InlineData("a\u2029b", "the name \"a\u2029b\" holds the character U+2029")]
    [InlineData("a\tb", "the name \"a·b\" holds the character U+0009")]
    [InlineData("a\ufffdb", "the name \"a\ufffdb\" holds the character U+FFFD")]
    [InlineData("ü 😀 / [x]", null)]
    public void A_name_is_one_line_of_plain_text(string name, string? why) => Assert.Equal(why, StepNames.WhyNot(name));

    [Fact]
    public void A_long_name_is_shown_by_its_beginning()
    {
        var why = StepNames.WhyNot(new string('n', 60) + "\n");
        Assert.StartsWith($"the name \"{new string('n', 60)}…\" holds", why, StringComparison.Ordinal);
        Assert.Contains($"\"{new string('n', 59)}·\"", StepNames.WhyNot(new string('n', 59) + "\n"));
    }

    [Fact]
    public void The_run_of_a_step_is_called_by_both_where_that_is_an_id_and_else_by_a_hash()
    {
        Assert.Equal("parent.step", StepNames.ChildId("parent", "step"));
        string[] odd = ["a.b", "a/b", "ü", new('x', 100)];
        var ids = odd.Select(step => StepNames.ChildId("parent", step)).ToArray();
        Assert.All(ids, id => Assert.Matches("^parent\\.[0-9a-f]{16}$", id));
        Assert.Equal(odd.Length, ids.Distinct().Count());
        Assert.NotEqual(ids[0], StepNames.ChildId("parent2", "a.b"));
        var deep = StepNames.ChildId(new string('p', 100), "step");
        Assert.Matches("^p{40}\\.[0-9a-f]{16}$", deep);
    }

    [Fact]
    public void A_type_is_called_as_code_calls_it()
    {
        Assert.Equal("System.Int32", StepType<int>.Name);
        Assert.Equal("System.Int32[,][]", StepType<int[][,]>.Name);
        Assert.Equal(
            "System.Collections.Generic.Dictionary`2<System.String, System.Nullable`1<System.Int32>[]>",
            StepType<Dictionary<string, int?[]>>.Name);
        Assert.Null(StepType<Nothing>.Name);
    }

    [Theory]
    [InlineData(0, 0, "the program returned, and asked for no step")]
    [InlineData(1, 0, "the program returned; its step has ended")]
    [InlineData(2, 0, "the program returned; all 2 steps have ended")]
    [InlineData(2, 1, "the program returned; all 2 steps have ended, 1 of them in a failure that it handled")]
    public void A_run_says_what_its_program_came_to(int steps, int failed, string why)
    {
        _bench.Run(async run =>
        {
            for (var i = 0; i < steps; i++)
            {
                await Record.ExceptionAsync(() => run.StepAsync(
                    $"s{i}", _ => i < failed ? throw new ArgumentException("no") : Task.CompletedTask));
            }
        });
        Assert.Equal(why, _bench.Look().Ended!.Why);
    }

    [Theory]
    [InlineData(5, "\"s0\", \"s1\", \"s2\", \"s3\", \"s4\"")]
    [InlineData(6, "\"s0\", \"s1\", \"s2\", \"s3\", \"s4\" and 1 more")]
    public void Steps_that_the_program_asks_for_no_longer_are_named(int steps, string names)
    {
        Assert.ThrowsAny<Exception>(() => _bench.Run(async run =>
        {
            for (var i = 0; i < steps; i++)
            {
                await run.StepAsync($"s{i}", _ => Task.CompletedTask);
            }

            throw new InvalidOperationException("a bug");
        }));
        var result = _bench.Run(_ => Task.CompletedTask);
        Assert.Equal(Enumerable.Range(0, steps).Select(i => $"s{i}"), result.UnaskedSteps);
        var why = _bench.Look().Ended!.Why;
        Assert.EndsWith($"steps have ended; not asked for: {names}", why, StringComparison.Ordinal);
    }

    [Fact]
    public void What_may_have_happened_is_told_as_such_when_nobody_asks_for_it_any_more()
    {
        var isOld = true;
        _bench.DriveUntil(() => _bench.Log.Count == 2, Program);
        _bench.Kill();
        isOld = false;
        _bench.Run(Program);
        Assert.Equal("it may have happened, and the program no longer asks for it", _bench.Look().Find("once")!.Reason);
        Assert.Equal("the program no longer asks for it", _bench.Look().Find("again")!.Reason);

        Task Program(DurableRun run) => !isOld ? Task.CompletedTask : Task.WhenAll(
            run.StepAsync("again", _bench.Hangs("again")),
            run.StepAsync("once", _bench.Hangs("once"), new() { Effect = Effect.Once }));
    }

    [Fact]
    public void What_is_left_to_go_on_with_is_told_oldest_first_and_by_whom_it_is_driven()
    {
        Assert.Empty(_bench.Workspace.UnfinishedRuns());
        Leave("b");
        Leave("a", "nightly");
        _bench.Run(_ => Task.CompletedTask, "done");
        using (RunDriver.Create(
            _bench.Disk, _bench.Folder("plan"), "w", "{}"u8.ToArray(), new() { RunId = "plan", Tasks = [] },
            [new RunStarted("plan", "", 1, 0)], (_bench.Time, DriverIdentity.OfThisProcess)))
        {
        }

        Leave("broken");
        var journal = Holdfast.Journal.JournalFormat.PathIn(_bench.Folder("broken").Path);
        _bench.Disk.WriteAtomically(journal, "no journal\n"u8);
        Assert.Equal(
            [new("a", "nightly", false), new("b", "b", false)],
            _bench.Workspace.UnfinishedRuns(out var unreadable));
        var broken = Assert.Single(unreadable);
        Assert.Equal("broken", broken.Id);
        Assert.Contains("journal.ndjson", broken.Problem);
        _bench.DriveUntil(() => _bench.Log.Count == 1, run => run.StepAsync("s", _bench.Hangs("s")), "b");
        Assert.Equal([("a", false), ("b", true)], _bench.Workspace.UnfinishedRuns().Select(r => (r.Id, r.IsDriven)));

        void Leave(string id, string? name = null) => Assert.ThrowsAny<Exception>(() => _bench.Run(
            (Func<DurableRun, Task>)(_ => throw new InvalidOperationException("a bug")), id,
            new RunOptions { Name = name }));
    }

    [Fact]
    public void Errors_of_steps_say_what_helps()
    {
        var failed = Assert.Throws<StepFailedException>(() => _bench.Run(
            run => run.Scope("s").StepAsync<int>("a", _ => throw new ArgumentException("no such column"))));
        Assert.Equal(("r", "s/a", FailureClass.InvalidInput), (failed.RunId, failed.Step, failed.Failure!.Class));
        Assert.StartsWith("step \"s/a\" of run r failed: invalid_input", failed.Message, StringComparison.Ordinal);
        Assert.EndsWith(
            "; `holdfast why r` says more, `holdfast retry r 's/a'` tries it again at the next start", failed.Message,
            StringComparison.Ordinal);
        Assert.Contains("no such column", failed.Message);
        var twice = Assert.Throws<DuplicateStepException>(() => _bench.Run(run => run.ForEachAsync(
            "item", [1, 2, 1], n => $"{n}", (_, _, _) => Task.CompletedTask), "d"));
        Assert.Equal(
            "run d has several items \"item[1]\", the second as item 3; nothing was done: let the label tell each item "
                + "from all others", twice.Message);
        Assert.Equal("item[1]", twice.Step);
    }
}
