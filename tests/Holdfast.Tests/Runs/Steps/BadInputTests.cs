using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>What a program may do wrong, and what may be done to it.</summary>
public sealed class BadInputTests
{
    private readonly StepBench _bench = new();

    [Fact]
    public void A_result_that_no_json_can_hold_is_refused_before_anything_runs()
    {
        var error = Assert.Throws<NotSupportedException>(() => _bench.Run(async run =>
        {
            await run.StepAsync<Action>("a", _ =>
            {
                _bench.Log.Add("ran");
                return Task.FromResult<Action>(() => { });
            });
        }));
        Assert.Contains("\"a\" returns System.Action", error.Message);
        Assert.Empty(_bench.Log);
        Assert.DoesNotContain("attempt_started a", _bench.Events());
    }

    [Fact]
    public void A_result_that_cannot_be_written_after_all_fails_its_step_and_says_so()
    {
        var knot = new Knot();
        knot.Next = knot;
        var error = Assert.Throws<StepFailedException>(() => _bench.Run(
            run => run.StepAsync("a", _bench.Does("ran", knot))));
        Assert.Equal(FailureClass.InvalidInput, error.Failure!.Class);
        Assert.Contains("has run, and its result of Holdfast.Tests.Runs.Steps.BadInputTests+Knot", error.Message);
        Assert.Equal(["ran"], _bench.Log);
    }

    [Fact]
    public void A_step_that_must_happen_once_and_whose_result_cannot_be_kept_is_held()
    {
        var knot = new Knot();
        knot.Next = knot;
        for (var i = 0; i < 2; i++)
        {
            var error = Assert.Throws<OutcomeUnknownException>(() => _bench.Run(
                run => run.StepAsync("a", _bench.Does("ran", knot), new() { Effect = Effect.Once })));
            Assert.Contains("must not happen twice", error.Message);
            Assert.Contains("has run, and its result of", _bench.Look().Find("a")!.Failure!.Evidence.Text);
        }

        Assert.Equal(["ran"], _bench.Log);
    }

    [Fact]
    public void A_converter_that_writes_line_ends_breaks_no_journal()
    {
        var error = Assert.Throws<StepFailedException>(() => _bench.Run(
            run => run.StepAsync("a", _bench.Does("ran", new Broken()))));
        Assert.Contains("line ends", error.Message);
        Assert.Equal(RunStatus.Failed, _bench.Look().Status);
    }

    [Fact]
    public void A_null_is_a_result_like_any_other()
    {
        Assert.Throws<InvalidTimeZoneException>(() => _bench.Run(Program));
        Assert.Null(_bench.Run(Program));
        Assert.Equal(["a"], _bench.Log);
        Assert.Equal("null", _bench.Look().Find("a")!.Result!.Json);

        async Task<string?> Program(DurableRun run)
        {
            var isFirst = _bench.Log.Count == 0;
            var text = await run.StepAsync("a", _bench.Does<string?>("a", null));
            return isFirst ? throw new InvalidTimeZoneException("a bug") : text;
        }
    }

    [Fact]
    public void A_hundred_megabytes_are_kept_as_a_hashed_file()
    {
        var large = new string('x', 100_000_000);
        var isFirst = true;
        Assert.ThrowsAny<Exception>(() => _bench.Run(Program));
        var result = _bench.Look().Find("a")!.Result!;
        Assert.Equal((100_000_002, null), (result.File!.Size, result.Json));
        Assert.InRange(_bench.Disk.Length(Holdfast.Journal.JournalFormat.PathIn(_bench.Folder().Path)), 1, 10_000);
        isFirst = false;
        Assert.Equal(large.Length, _bench.Run(Program));
        Assert.Equal(["a"], _bench.Log);

        async Task<int> Program(DurableRun run)
        {
            var text = await run.StepAsync("a", _bench.Does("a", large));
            return isFirst ? throw new InvalidOperationException("a bug") : text.Length;
        }
    }

    [Fact]
    public void A_large_result_of_a_step_called_run_and_that_of_its_program_are_two_files()
    {
        Assert.Equal('y', _bench.Run(Program)[0]);
        Assert.Equal('y', _bench.Run(Program)[0]);
        var file = _bench.Look().Find("run")!.Result!.File!;
        var bytes = _bench.Disk.Synced(Path.Combine(_bench.Folder().Path, file.Path));
        Assert.Equal(file.Sha256, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)));

        async Task<string> Program(DurableRun run)
        {
            await run.StepAsync("run", _bench.Does("run", new string('x', 100_000)));
            return new string('y', 100_000);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_large_result_that_is_gone_or_changed_is_told(bool isGone)
    {
        Assert.ThrowsAny<Exception>(() => _bench.Run(Program));
        var path = Path.Combine(_bench.Folder().Path, _bench.Look().Find("a")!.Result!.File!.Path);
        if (isGone)
        {
            _bench.Disk.Delete(path);
        }
        else
        {
            _bench.Disk.WriteAtomically(path, Encoding.UTF8.GetBytes($"\"{new string('y', 100_000)}\""));
        }

        var error = Assert.Throws<StepResultLostException>(() => _bench.Run(Program));
        Assert.Contains(isGone ? "is gone" : "is not what was written", error.Message);
        Assert.EndsWith("; restore it from a copy, or fork the run from that step", error.Message);

        async Task Program(DurableRun run)
        {
            await run.StepAsync("a", _bench.Does("a", new string('x', 100_000)));
            throw new InvalidOperationException("a bug");
        }
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("  ", "empty")]
    [InlineData("two\nlines", "U+000A")]
    [InlineData("esc\u001b[31m", "U+001B")]
    [InlineData("half \ud83d", "U+FFFD")]
    [InlineData("10kB", "10000 characters, and 200 are the most")]
    public void A_name_that_cannot_be_one_is_refused_before_anything_runs(string name, string why)
    {
        name = name == "10kB" ? new string('n', 10_000) : name;
        var error = Assert.Throws<ArgumentException>(() => _bench.Run(run => run.StepAsync(name, _bench.Does("a", 0))));
        Assert.Contains(why, error.Message);
        Assert.InRange(error.Message.Length, 20, 300);
        Assert.Empty(_bench.Log);
    }

    [Fact]
    public void A_name_twice_in_one_scope_throws_before_the_second_runs()
    {
        var error = Assert.Throws<DuplicateStepException>(() => _bench.Run(async run =>
        {
            await run.StepAsync("a", _bench.Does("first", 0));
            await run.Scope("b").StepAsync("a", _bench.Does("other scope", 0));
            await run.StepAsync("a", _bench.Does("second", 0));
        }));
        Assert.Contains("\"a\"", error.Message);
        Assert.Equal(["first", "other scope"], _bench.Log);
    }

    [Fact]
    public void Two_items_of_one_label_throw_before_any_is_done()
    {
        Assert.Throws<DuplicateStepException>(() => _bench.Run(run => run.ForEachAsync(
            "item", [1, 2, 1], n => $"{n}", (scope, n, _) => scope.StepAsync("s", _bench.Does("ran", n)))));
        Assert.Empty(_bench.Log);
    }

    [Theory]
    [InlineData("../up")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData("-x")]
    [InlineData("last")]
    [InlineData("nul\0")]
    public void A_run_id_that_is_a_path_is_refused(string id)
    {
        Assert.Contains("cannot be the id of a run", Assert.Throws<ArgumentException>(
            () => _bench.Run(_ => Task.CompletedTask, id)).Message);
        Assert.Empty(_bench.Workspace.Runs());
    }

    [Fact]
    public void A_run_that_is_driven_already_is_refused_by_name_of_its_driver()
    {
        _bench.DriveUntil(() => _bench.Log.Count == 1, run => run.StepAsync("a", _bench.Hangs("a")));
        Assert.Contains("this process itself", Assert.Throws<RunLockedException>(
            () => _bench.Run(_ => Task.CompletedTask)).Message);
        var other = _bench.Open();
        Assert.Contains($"process {Environment.ProcessId}", Assert.Throws<RunLockedException>(
            () => _bench.Thread.Run(() => other.RunAsync("r", _ => Task.CompletedTask))).Message);
        _bench.Thread.Run(() => other.RunAsync("other", _ => Task.CompletedTask));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named_with_what_helps()
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-steps-").FullName;
        try
        {
            var workspace = _bench.Thread.Run(() => Workspace.OpenAsync(folder));
            File.WriteAllText(Path.Combine(folder, "runs", "r"), "a file where the run's folder would be");
            var error = Assert.Throws<WorkspaceException>(
                () => _bench.Thread.Run(() => workspace.RunAsync("r", _ => Task.CompletedTask)));
            Assert.Contains($"run r cannot be written in {folder}", error.Message);
            Assert.Contains("give this user access", error.Message);
            Assert.Throws<WorkspaceException>(
                () => _bench.Thread.Run(() => Workspace.OpenAsync("/proc/holdfast")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void An_exception_that_throws_when_it_is_looked_at_is_recorded_all_the_same()
    {
        var error = Assert.Throws<StepFailedException>(() => _bench.Run(
            run => run.StepAsync<int>("a", _ => throw new Hostile(), new() { Retry = RetryTable.None })));
        Assert.Equal("exception.unreadable", error.Failure!.Evidence.Rule);
        Assert.Contains("Hostile", _bench.Look().Find("a")!.Failure!.Evidence.Text);
    }

    [Fact]
    public void One_that_an_item_throws_hides_none_of_the_others()
    {
        var run = _bench.StartUntil(() => false, run => run.ForEachAsync(
            "item", [1, 2], n => $"{n}",
            (_, n, _) => throw (n == 1 ? new Hostile() : new FormatException("no number"))));
        var error = Assert.IsType<AggregateException>(run.Exception!.InnerException);
        Assert.Equal([typeof(Hostile), typeof(FormatException)], error.InnerExceptions.Select(e => e.GetType()));
    }

    [Fact]
    public async Task A_sequence_that_only_an_await_can_read_is_refused_before_anything_runs()
    {
        var error = Assert.Throws<NotSupportedException>(() => _bench.Run(
            async run => { await run.StepAsync("a", _bench.Does("ran", Numbers())); }));
        Assert.Contains("\"a\" returns System.Collections.Generic.IAsyncEnumerable`1<System.Int32>", error.Message);
        Assert.Empty(_bench.Log);
        await foreach (var number in Numbers())
        {
            Assert.Equal(1, number);
        }

        static async IAsyncEnumerable<int> Numbers()
        {
            await Task.CompletedTask;
            yield return 1;
        }
    }

    [Fact]
    public void A_program_that_returns_before_its_steps_is_told_so_and_not_ended()
    {
        var error = Assert.Throws<InvalidOperationException>(() => _bench.Run(run =>
        {
            _ = run.StepAsync("a", _bench.Hangs("a"));
            return Task.CompletedTask;
        }));
        Assert.Contains("await every step", error.Message);
        Assert.Equal(RunStatus.Interrupted, _bench.Look().Status);
    }

    [Fact]
    public void A_run_of_a_plan_is_left_as_it_is()
    {
        var spec = new Holdfast.Runs.State.RunSpec { RunId = "p", Tasks = [new("t")] };
        using (RunDriver.Create(
            _bench.Disk, _bench.Folder("p"), "w", "{}"u8.ToArray(), spec,
            [new Holdfast.Runs.Events.RunStarted("p", "", 1, 1)], (_bench.Time, DriverIdentity.OfThisProcess)))
        {
        }

        Assert.Throws<RunExistsException>(() => _bench.Run(_ => Task.CompletedTask, "p"));
        var error = Assert.Throws<InvalidOperationException>(
            () => _bench.Thread.Run(() => _bench.Workspace.CancelAsync("p")));
        Assert.Contains("one of a plan", error.Message);
        Assert.DoesNotContain("request_received", _bench.Events("p"));
    }

    [Fact]
    public void A_run_that_never_was_cannot_be_steered_and_is_named()
    {
        foreach (var call in new[]
        {
            () => _bench.Workspace.CancelAsync("nobody"), () => _bench.Workspace.SignalAsync("nobody", "s", 1),
        })
        {
            var error = Assert.Throws<RunNotFoundException>(() => _bench.Thread.Run(call));
            Assert.Contains("there is no run nobody in /w/.holdfast", error.Message);
        }

        Assert.False(_bench.Disk.FolderExists(_bench.Folder("nobody").Path));
    }

    [Fact]
    public void A_wait_that_no_calendar_holds_or_that_means_for_ever_elsewhere_is_refused_by_name()
    {
        foreach (var wait in new[] { TimeSpan.MaxValue, Timeout.InfiniteTimeSpan, TimeSpan.MinValue })
        {
            Refused("\"zz\"", run => run.SleepAsync("zz", wait));
            Refused("\"zz\"", run => run.WaitForAsync<int>("zz", wait));
            Refused("\"zz\"", run => run.WaitForApprovalAsync("zz", wait));
            Refused("the timeout", run => run.StepAsync("zz", _bench.Does("ran", 1), new() { Timeout = wait }));

            void Refused(string what, Func<DurableRun, Task> program)
            {
                var error = Assert.Throws<ArgumentOutOfRangeException>(() => _bench.Run(program));
                Assert.Contains(what, error.Message);
                Assert.Contains($"{wait}", error.Message);
            }
        }

        Assert.Empty(_bench.Log);
    }

    [Fact]
    public void Options_of_a_step_that_cannot_be_are_refused_before_it_runs()
    {
        // Both would be passed over without a word, and the step done twice.
        Assert.Contains("\"pay\" can be asked about and would never be, since its effect is keyed", Refused(
            run => run.StepAsync("pay", _bench.Does("ran", 1), new()
            {
                Effect = Effect.Keyed, Reconcile = (_, _) => Task.FromResult(Reconciliation.DidNotHappen<int>()),
            })));
        Assert.Contains("a step that returns nothing has no result", Refused(
            run => run.StepAsync("pay", _ => Task.CompletedTask, (StepOptions)new StepOptions<int>
            {
                Effect = Effect.Reconcile, Reconcile = (_, _) => Task.FromResult(Reconciliation.DidNotHappen<int>()),
            })));
        Assert.Empty(_bench.Log);
        string Refused(Func<DurableRun, Task> program) =>
            Assert.Throws<ArgumentException>(() => _bench.Run(program)).Message;

        Assert.Contains("retries are null; RetryTable.None", Assert.Throws<ArgumentNullException>(
            () => new StepOptions { Retry = null! }).Message);
        Assert.Contains("that is no effect", Assert.Throws<ArgumentOutOfRangeException>(
            () => new StepOptions { Effect = (Effect)42 }).Message);
    }

    [Fact]
    public void A_run_that_its_program_has_left_says_so_itself()
    {
        DurableRun? kept = null;
        _bench.Run(run =>
        {
            kept = run;
            return Task.CompletedTask;
        });
        var error = Assert.Throws<ObjectDisposedException>(
            () => _bench.Thread.Run(() => kept!.StepAsync("late", _bench.Does("late", 1))));
        Assert.Contains("the program of run r has left", error.Message);
        Assert.False(kept!.CancellationToken.IsCancellationRequested);
        var items = Assert.Throws<AggregateException>(() => _bench.Thread.Run(() => kept.ForEachAsync(
            "item", [1], n => $"{n}", (item, n, _) => item.StepAsync("late", _bench.Does("late", n)))));
        Assert.Contains("the program of run r has left", items.Message);
        Assert.Empty(_bench.Log);
    }

    private sealed class Knot
    {
        public Knot? Next { get; set; }
    }

    [JsonConverter(typeof(LineEnds))]
    private sealed class Broken;

    private sealed class LineEnds : JsonConverter<Broken>
    {
        public override Broken Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new();

        public override void Write(Utf8JsonWriter writer, Broken value, JsonSerializerOptions options) =>
            writer.WriteRawValue("[\n1\n]");
    }

    private sealed class Hostile : Exception
    {
        public override string Message => throw new InvalidOperationException("no message for you");
    }
}
