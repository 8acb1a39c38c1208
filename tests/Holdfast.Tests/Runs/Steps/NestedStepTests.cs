using Holdfast.Failures;
using Holdfast.Resilience;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>Steps within steps: an outer one that is tried again is told what those within it returned.</summary>
public sealed class NestedStepTests
{
    private readonly StepBench _bench = new();

    [Fact]
    public void A_step_that_is_tried_again_is_told_what_is_done_within_it()
    {
        var tries = 0;
        var value = _bench.Run<int>(run => run.StepAsync("outer", async _ =>
        {
            var sum = await run.StepAsync("one", _bench.Does("one", 1));
            await run.SleepAsync("rest", TimeSpan.FromSeconds(1));
            await run.ForEachAsync("each", [2, 3], n => $"{n}", (item, n, _) => item.StepAsync(
                "add", _bench.Does($"add {n}", n)));
            sum += await run.ChildAsync("child", child => child.StepAsync("four", _bench.Does("four", 4)));
            return ++tries < 3 ? throw new TimeoutException("the other side is slow") : sum;
        }));
        Assert.Equal((5, 3), (value, tries));
        Assert.Equal(["one", "add 2", "add 3", "four"], _bench.Log);
        Assert.Equal(3, _bench.Events().Count(e => e == "attempt_started outer"));
        Assert.Equal(1, _bench.Events().Count(e => e == "attempt_started one"));
    }

    [Fact]
    public void The_last_failure_of_the_outer_one_is_what_is_told()
    {
        var failed = Assert.Throws<StepFailedException>(() => _bench.Run(run => run.StepAsync("outer", async _ =>
        {
            await run.StepAsync("inner", _bench.Does("inner", 1));
            throw new TimeoutException("the other side is slow");
        })));
        Assert.Equal(("outer", FailureClass.Timeout), (failed.Step, failed.Failure!.Class));
        Assert.Equal(["inner"], _bench.Log);
    }

    [Fact]
    public void A_step_within_a_step_within_a_step_is_asked_for_again_too()
    {
        var tries = 0;
        _bench.Run(run => run.StepAsync("a", _ => run.StepAsync("b", async _ =>
        {
            await run.StepAsync("c", _bench.Does("c", 1));
            return ++tries == 1 ? throw new TimeoutException() : 0;
        })));
        Assert.Equal((2, 1), (tries, _bench.Log.Count));
    }

    [Fact]
    public void After_a_kill_the_outer_one_is_told_too()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("hangs"), run => Outer(run, _bench.Hangs("hangs")));
        _bench.Kill();
        _bench.Run(run => Outer(run, _bench.Does("goes on", 1)));
        Assert.Equal(["inner", "hangs", "goes on"], _bench.Log);

        Task Outer(DurableRun run, Func<CancellationToken, Task<int>> last) => run.StepAsync("outer", async token =>
        {
            await run.StepAsync("inner", _bench.Does("inner", 1));
            return await last(token);
        });
    }

    [Fact]
    public void Within_one_try_a_name_is_asked_for_once_and_one_of_outside_never_again()
    {
        Assert.Equal(FailureClass.InvalidInput, Assert.Throws<StepFailedException>(() => _bench.Run(
            run => run.StepAsync("outer", async _ =>
            {
                await run.StepAsync("inner", _bench.Does("inner", 1));
                await run.StepAsync("inner", _bench.Does("inner", 1));
            }), "within")).Failure!.Class);
        var tries = 0;
        Assert.Equal(FailureClass.InvalidInput, Assert.Throws<StepFailedException>(() => _bench.Run(async run =>
        {
            await run.StepAsync("before", _bench.Does("before", 1));
            await run.StepAsync("outer", async _ =>
            {
                if (++tries == 2)
                {
                    await run.StepAsync("before", _bench.Does("before", 1));
                }

                throw new TimeoutException();
            });
        }, "outside")).Failure!.Class);
        Assert.Equal(2, tries);
    }

    [Fact]
    public void What_is_still_under_way_within_a_failed_try_cannot_be_asked_for_by_the_next_one()
    {
        var left = new TaskCompletionSource<int>();
        Task? inner = null;
        var failed = Assert.Throws<StepFailedException>(() => _bench.Run(async run =>
        {
            try
            {
                await run.StepAsync("outer", _ =>
                {
                    var asked = run.StepAsync("inner", _ => left.Task);
                    inner ??= asked;
                    return asked.IsFaulted ? asked : throw new TimeoutException();
                });
            }
            finally
            {
                left.SetResult(1);
                await inner!;
            }
        }));
        Assert.Contains("\"inner\"", failed.Message, StringComparison.Ordinal);
        Assert.Equal(FailureClass.InvalidInput, failed.Failure!.Class);
    }

    [Fact]
    public void What_a_further_try_asks_for_no_more_counts_as_asked_for()
    {
        var tries = 0;
        var ended = _bench.Run(run => run.StepAsync("outer", async _ =>
        {
            if (++tries == 1)
            {
                await run.StepAsync("inner", _bench.Does("inner", 1));
                throw new TimeoutException();
            }
        }));
        Assert.Empty(ended.UnaskedSteps);
    }

    /// <summary>Its body is not called again, so nobody can ask for what it asked for.</summary>
    [Fact]
    public void What_is_within_a_step_that_is_done_is_not_told_as_taken_out()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("hangs"), run => Program(run, _bench.Hangs("hangs")));
        _bench.Kill();
        var ended = _bench.Run(run => Program(run, _bench.Does("goes on", 0)));
        Assert.Empty(ended.UnaskedSteps);
        Assert.DoesNotContain("not asked for", _bench.Look().Ended!.Why, StringComparison.Ordinal);

        async Task Program(DurableRun run, Func<CancellationToken, Task<int>> last)
        {
            await run.StepAsync("outer", _ => run.StepAsync("middle", async _ =>
            {
                await run.ForEachAsync("each", [1, 2], n => $"{n}", (item, n, _) => item.StepAsync(
                    "add", _bench.Does($"add {n}", n)));
                await run.SleepAsync("rest", TimeSpan.FromSeconds(1));
                return (await run.WaitForApprovalAsync("in time", TimeSpan.FromSeconds(1))).IsApproved;
            }));
            await run.StepAsync("last", last);
        }
    }

    [Fact]
    public void What_was_taken_out_of_a_step_that_is_done_anew_or_with_it_is_told()
    {
        _bench.DriveUntil(() => _bench.Log.Contains("hangs"), async run =>
        {
            await run.StepAsync("gone", _ => run.StepAsync("gone with it", _bench.Does("x", 1)));
            await run.StepAsync("outer", async token =>
            {
                await run.StepAsync("taken out", _bench.Does("y", 1));
                return await _bench.Hangs("hangs")(token);
            });
        });
        _bench.Kill();
        var ended = _bench.Run(async run => { await run.StepAsync("outer", _bench.Does("outer", 1)); });
        Assert.Equal(["gone", "gone with it", "taken out"], ended.UnaskedSteps);
    }

    [Fact]
    public void Two_outer_ones_side_by_side_release_only_their_own()
    {
        var tries = 0;
        var failed = Assert.Throws<StepFailedException>(() => _bench.Run(run => Task.WhenAll(
            run.StepAsync("left", async _ =>
            {
                await run.StepAsync("of the left", _bench.Does("of the left", 1));
                return ++tries < 3 ? throw new TimeoutException() : 1;
            }),
            run.StepAsync("right", async _ =>
            {
                await run.StepAsync("of the right", _bench.Does("of the right", 1));
                await run.SleepAsync("until the left one is through", TimeSpan.FromHours(1));
                return await run.StepAsync("of the right", _bench.Does("of the right", 2));
            }))));
        Assert.Equal(("right", FailureClass.InvalidInput), (failed.Step, failed.Failure!.Class));
        Assert.Equal(["of the left", "of the right"], _bench.Log.Order(StringComparer.Ordinal));
        Assert.Equal(3, tries);
    }
}
