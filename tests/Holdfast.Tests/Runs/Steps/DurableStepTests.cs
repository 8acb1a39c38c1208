using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs;

namespace Holdfast.Tests.Runs.Steps;

public sealed class DurableStepTests
{
    private readonly StepBench _bench = new();

    [Fact]
    public void SM12_a_kill_between_the_lines_of_a_loss_spends_no_retry_that_the_others_did_not()
    {
        for (var kills = 1; kills <= 5; kills++)
        {
            _bench.DriveUntil(() => _bench.Log.Count == kills, run => run.StepAsync(
                "a", _bench.Hangs("a"), new() { Effect = Effect.Keyed }));
            _bench.Kill();
        }

        // What follows the end of the last attempt but one never reached the disk.
        var path = JournalFormat.PathIn(_bench.Folder().Path);
        var journal = _bench.Disk.ReadAll(path).AsSpan();
        var end = journal.LastIndexOf("\"attempt_failed\""u8);
        _bench.Disk.WriteAtomically(path, journal[..(end + journal[end..].IndexOf((byte)'\n') + 1)]);
        Assert.Equal(7, _bench.Run(run => run.StepAsync(
            "a", _bench.Does("done", 7), new() { Effect = Effect.Keyed })));
        Assert.Equal(["a", "a", "a", "a", "a", "done"], _bench.Log);
    }

    [Fact]
    public void What_is_known_of_a_step_that_failed_or_whose_process_was_killed_names_it()
    {
        _bench.DriveUntil(() => _bench.Events().Contains("attempt_started lost"), Program);
        _bench.Kill();
        Assert.ThrowsAny<Exception>(() => _bench.Run(Program));
        var lost = _bench.Look().Find("lost")!.Failure!.Context!;
        Assert.Equal(("step", "lost"), (lost.Runtime, lost.Operation));
        Assert.Equal(
            [("run", "r"), ("task", "lost"), ("attempt", "1")], lost.Metadata.Select(f => (f.Key, f.Value)));
        var failed = _bench.Look().Find("failed")!.Failure!.Context!;
        Assert.Equal(("step", "step", "System.ArgumentException"), (
            failed.Runtime, failed.Operation, failed.Metadata["exception"]));

        Task Program(DurableRun run) => Task.WhenAll(
            run.StepAsync("lost", _bench.Hangs("lost"), new() { Effect = Effect.Once }),
            run.StepAsync<int>("failed", _ => throw new ArgumentException("bad")));
    }

    [Fact]
    public void A_run_returns_what_its_program_returns_and_its_journal_is_of_the_one_vocabulary()
    {
        var sum = _bench.Run(async run =>
        {
            var one = await run.StepAsync("one", _bench.Does("one", 1));
            var two = await run.StepAsync("two", _bench.Does("two", one + 1));
            await run.StepAsync("tell", _ => Task.CompletedTask);
            return one + two;
        });
        Assert.Equal(3, sum);
        Assert.Equal(
        [
            "journal_opened", "run_started", "driver_started", "attempt_started one", "attempt_succeeded one",
            "attempt_started two", "attempt_succeeded two", "attempt_started tell", "attempt_succeeded tell",
            "run_ended", "journal_closed",
        ], _bench.Events());
        Assert.Equal((RunStatus.Succeeded, true), (_bench.Look().Status, _bench.Look().Closed));
    }

    [Fact]
    public void A_finished_step_is_not_done_again_by_a_later_process()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("two"), Program);
        _bench.Kill();
        _bench.Run(Program);
        Assert.Equal(["one", "two", "two 42", "three"], _bench.Log);
        var known = _bench.Workspace;
        var result = _bench.Thread.Run(() => known.RunAsync("r", Program));
        Assert.True(result.WasDone);
        Assert.Equal(4, _bench.Log.Count);

        async Task Program(DurableRun run)
        {
            var one = await run.StepAsync("one", _bench.Does("one", 42));
            await run.StepAsync("two", _bench.Log.Count > 1 ? _bench.Does($"two {one}", 0) : _bench.Hangs("two"));
            await run.StepAsync("three", _bench.Does("three", 0));
        }
    }

    [Fact]
    public void The_result_of_a_finished_run_is_returned_without_its_program()
    {
        Assert.Equal("done", _bench.Run(run => run.StepAsync("a", _bench.Does("a", "done"))));
        Assert.Equal("done", _bench.Run<string>(_ => throw new InvalidOperationException("called again")));
    }

    [Fact]
    public void A_failure_that_passes_is_tried_again_after_its_recorded_wait()
    {
        var calls = 0;
        var before = _bench.Time.Elapsed;
        _bench.Run(run => run.StepAsync(
            "flaky", _ => ++calls < 3 ? throw new TimeoutException("slow") : Task.FromResult(calls),
            new() { Retry = RetryPolicy.Exponential(5, 10, 60) with { Jitter = 0 } }));
        Assert.Equal(3, calls);
        Assert.InRange(_bench.Time.Elapsed - before, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(31));
        Assert.Equal(2, _bench.Events().Count(e => e == "runtime_recovery_scheduled flaky"));
    }

    [Fact]
    public void A_step_behind_an_open_breaker_waits_for_it_and_spends_no_retry()
    {
        var breaker = new CircuitBreaker("bank", new() { Failures = 1, Jitter = TimeSpan.Zero }, _bench.Time);
        var calls = 0;
        Assert.Throws<StepFailedException>(() => Run("first", _ => throw new TimeoutException("slow")));
        Assert.Equal(7, Run("second", _ => ValueTask.FromResult(7)));
        Assert.Equal((2, TimeSpan.FromSeconds(30)), (calls, _bench.Time.Elapsed));

        int Run(string id, Func<CancellationToken, ValueTask<int>> call) => _bench.Run<int>(
            run => run.StepAsync("pay", async token => await breaker.ExecuteAsync(
                c =>
                {
                    calls++;
                    return call(c);
                }, token), new() { Retry = RetryPolicy.InProcess with { Retries = id == "first" ? 0 : 1 } }), id);
    }

    [Fact]
    public void A_wait_goes_on_in_the_next_process_from_its_recorded_time()
    {
        var calls = 0;
        _bench.DriveUntil(() => _bench.Events().Contains("task_retry_requested flaky"), Program);
        _bench.Kill();
        _bench.Time.Advance(TimeSpan.FromSeconds(40));
        var before = _bench.Time.Elapsed;
        _bench.Run(Program);
        Assert.Equal(2, calls);
        Assert.InRange(_bench.Time.Elapsed - before, TimeSpan.FromSeconds(19), TimeSpan.FromSeconds(20.5));

        Task Program(DurableRun run) => run.StepAsync(
            "flaky", _ => ++calls < 2 ? throw new TimeoutException("slow") : Task.FromResult(calls),
            new() { Retry = RetryPolicy.Exponential(3, 60, 60) with { Jitter = 0 } });
    }

    [Fact]
    public void A_permanent_failure_ends_the_run_and_is_thrown_again_until_a_person_orders_a_retry()
    {
        var calls = 0;
        var error = Assert.Throws<StepFailedException>(() => _bench.Run(Program));
        Assert.Equal((FailureClass.InvalidInput, "bad"), (error.Failure!.Class, error.Step));
        Assert.IsType<ArgumentException>(error.InnerException);
        Assert.Equal(RunStatus.Failed, _bench.Look().Status);
        var again = Assert.Throws<StepFailedException>(() => _bench.Run(Program));
        Assert.Equal((1, error.Message), (calls, again.Message));
        _bench.Run(Program, options: new() { RetryFailed = true });
        Assert.Equal((2, RunStatus.Succeeded), (calls, _bench.Look().Status));

        Task Program(DurableRun run) => run.StepAsync(
            "bad", _ => ++calls < 2 ? throw new ArgumentException("no such column") : Task.FromResult(0));
    }

    [Fact]
    public void A_failure_that_the_program_handles_is_handled_alike_by_the_next_process()
    {
        for (var process = 0; process < 2; process++)
        {
            _bench.Run(async run =>
            {
                try
                {
                    await run.StepAsync<int>("bad", _ => throw new ArgumentException("no"));
                }
                catch (StepFailedException)
                {
                    await run.StepAsync("instead", _bench.Does("instead", 0));
                }
            }, id: "h");
        }

        Assert.Equal(["instead"], _bench.Log);
        Assert.Contains("1 of them in a failure that it handled", _bench.Look("h").Ended!.Why);
    }

    [Fact]
    public void An_exception_of_the_program_itself_leaves_the_run_to_be_taken_up()
    {
        var isBroken = true;
        Assert.Throws<InvalidOperationException>(() => _bench.Run(Program));
        Assert.Equal(RunStatus.Interrupted, _bench.Look().Status);
        isBroken = false;
        _bench.Run(Program);
        Assert.Equal(["a", "b"], _bench.Log);

        async Task Program(DurableRun run)
        {
            await run.StepAsync("a", _bench.Does("a", 0));
            if (isBroken)
            {
                throw new InvalidOperationException("a bug between two steps");
            }

            await run.StepAsync("b", _bench.Does("b", 0));
        }
    }

    [Theory]
    [InlineData(Effect.Repeatable, 2)]
    [InlineData(Effect.Keyed, 2)]
    [InlineData(Effect.Reconcile, 1)]
    [InlineData(Effect.Once, 1)]
    public void What_was_under_way_when_its_process_was_killed_goes_by_its_effect(Effect effect, int calls)
    {
        var keys = new List<string>();
        _bench.DriveUntil(() => keys.Count == 1, Program);
        _bench.Kill();
        if (effect is Effect.Repeatable or Effect.Keyed)
        {
            _bench.Run(Program);
            Assert.Single(keys.Distinct());
        }
        else
        {
            Assert.Throws<OutcomeUnknownException>(() => _bench.Run(Program));
            Assert.Equal(RunStatus.Waiting, _bench.Look().Status);
        }

        Assert.Equal(calls, keys.Count);

        Task Program(DurableRun run) => run.StepAsync(
            "pay",
            async (step, token) =>
            {
                keys.Add(step.IdempotencyKey);
                await (keys.Count == 1 ? _bench.Hangs("pay")(token) : Task.FromResult(0));
                return 7;
            }, new() { Effect = effect });
    }

    [Theory]
    [InlineData(Resolution.Done, 1)]
    [InlineData(Resolution.Redo, 2)]
    [InlineData(Resolution.Fail, 1)]
    public void A_held_step_goes_by_the_word_of_a_person(Resolution word, int calls)
    {
        var made = 0;
        _bench.DriveUntil(() => made == 1, Program);
        _bench.Kill();
        Assert.Throws<OutcomeUnknownException>(() => _bench.Run(Program));
        Assert.Throws<OutcomeUnknownException>(() => _bench.Run(Program));
        using (var driver = Holdfast.Runs.Workspaces.RunDriver.Open(
            _bench.Disk, _bench.Folder(), new Holdfast.Runs.State.RunSpec { RunId = "r", Tasks = [] }, _bench.Time,
            Holdfast.Runs.Workspaces.DriverIdentity.OfThisProcess))
        {
            Assert.True(driver.Steer(new SteeringRequest("q", SteeringCommand.Resolve, "me")
            {
                Tasks = ["pay"], As = word,
            }).Accepted);
        }

        var error = Record.Exception(() => _bench.Run(Program));
        Assert.Equal(word == Resolution.Fail, error is StepFailedException);
        Assert.Equal(calls, made);

        Task Program(DurableRun run) => run.StepAsync(
            "pay", token => ++made == 1 ? (Task)_bench.Hangs("pay")(token) : Task.CompletedTask,
            new() { Effect = Effect.Once });
    }

    [Fact]
    public void A_lost_step_that_can_be_asked_about_is_asked()
    {
        var made = 0;
        _bench.DriveUntil(() => made == 1, Program);
        _bench.Kill();
        Assert.Equal("receipt 9", _bench.Run(Program));
        Assert.Equal(1, made);

        Task<string> Program(DurableRun run) => run.StepAsync(
            "pay",
            async token =>
            {
                made++;
                await _bench.Hangs("pay")(token);
                return "receipt";
            },
            new()
            {
                Effect = Effect.Reconcile,
                Reconcile = (_, _) => Task.FromResult(Reconciliation.Happened("receipt 9")),
            });
    }

    [Fact]
    public void Steps_side_by_side_share_a_run_and_items_have_scopes_of_their_own()
    {
        var most = 0;
        var now = 0;
        _bench.Run(async run =>
        {
            await Task.WhenAll(run.StepAsync("a", _bench.Does("a", 1)), run.StepAsync("b", _bench.Does("b", 2)));
            await run.ForEachAsync("item", Enumerable.Range(1, 9), n => $"{n}", async (scope, n, token) =>
            {
                await scope.StepAsync("load", async ct =>
                {
                    most = Math.Max(most, ++now);
                    await Task.Delay(TimeSpan.FromSeconds(1), _bench.Time, ct);
                    now--;
                });
                await scope.StepAsync("save", _ => Task.CompletedTask);
            }, maxParallel: 3);
        });
        Assert.Equal(3, most);
        Assert.Equal(20, _bench.Look().Count(TaskStage.Succeeded));
        Assert.NotNull(_bench.Look().Find("item[4]/save"));
    }

    [Fact]
    public void Items_after_a_failed_one_are_still_done()
    {
        var error = Assert.Throws<AggregateException>(() => _bench.Run(run => run.ForEachAsync(
            "item", Enumerable.Range(1, 5), n => $"{n}", (scope, n, _) => scope.StepAsync(
                "s", _ => n == 2 ? throw new ArgumentException("no") : Task.CompletedTask))));
        Assert.Single(error.InnerExceptions);
        Assert.Equal((4, RunStatus.Failed), (_bench.Look().Count(TaskStage.Succeeded), _bench.Look().Status));
    }
}
