using Holdfast.Runs;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>Programs that changed between two starts of one run.</summary>
public sealed class ChangedProgramTests
{
    private readonly StepBench _bench = new();

    [Fact]
    public void A_step_that_was_added_is_done()
    {
        First(run => run.StepAsync("a", _bench.Does("a", 1)));
        _bench.Run(async run =>
        {
            await run.StepAsync("new", _bench.Does("new", 0));
            await run.StepAsync("a", _bench.Does("a again", 1));
        });
        Assert.Equal(["a", "new"], _bench.Log);
    }

    [Fact]
    public void A_step_that_was_taken_out_or_renamed_is_reported_at_the_end()
    {
        First(async run =>
        {
            await run.StepAsync("a", _bench.Does("a", 1));
            await run.StepAsync("old", _bench.Does("old", 1));
        });
        var result = _bench.Run(async run =>
        {
            await run.StepAsync("a", _bench.Does("a again", 1));
            await run.StepAsync("renamed", _bench.Does("renamed", 1));
        });
        Assert.Equal(["old"], result.UnaskedSteps);
        Assert.Contains("not asked for: \"old\"", _bench.Look().Ended!.Why);
        Assert.Equal(["a", "old", "renamed"], _bench.Log);
    }

    [Fact]
    public void Steps_in_another_order_are_the_same_steps()
    {
        First(async run =>
        {
            await run.StepAsync("a", _bench.Does("a", 1));
            await run.StepAsync("b", _bench.Does("b", 2));
        });
        var b = 0;
        _bench.Run(async run =>
        {
            b = await run.StepAsync("b", _bench.Does("b again", 0));
            await run.StepAsync("a", _bench.Does("a again", 0));
        });
        Assert.Equal((2, 2), (b, _bench.Log.Count));
    }

    [Fact]
    public void Another_type_of_result_throws_before_any_new_step_and_goes_on_doing_so()
    {
        First(run => run.StepAsync("a", _bench.Does("a", 1)));
        var error = Assert.Throws<StepMismatchException>(() => _bench.Run(async run =>
        {
            try
            {
                await run.StepAsync("a", _bench.Does("a", "text"));
            }
            catch (StepMismatchException)
            {
                await run.StepAsync("new", _bench.Does("new", 0));
            }
        }));
        Assert.Contains("returned System.Int32 when it ran, and the program asks for System.String now", error.Message);
        Assert.Equal(["a"], _bench.Log);
        Assert.Equal(RunStatus.Interrupted, _bench.Look().Status);

        // Put right again, it goes on.
        _bench.Run(run => run.StepAsync("a", _bench.Does("a again", 1)));
        Assert.Equal(["a"], _bench.Log);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_result_where_there_was_none_or_none_where_there_was_one_is_another_type(bool hadOne)
    {
        First(run => hadOne ? run.StepAsync("a", _bench.Does("a", 1)) : run.StepAsync("a", _ => Task.CompletedTask));
        Assert.Throws<StepMismatchException>(() => _bench.Run(
            run => hadOne ? run.StepAsync("a", _ => Task.CompletedTask) : run.StepAsync("a", _bench.Does("a", 1))));
    }

    [Fact]
    public void A_type_that_cannot_read_what_it_wrote_throws_before_any_new_step()
    {
        First(run => run.StepAsync("a", _bench.Does<Shape>("a", new Shape { Kind = "old" })));
        Shape.Refuses = true;
        try
        {
            var error = Assert.Throws<StepMismatchException>(() => _bench.Run(
                run => run.StepAsync("a", _bench.Does<Shape>("a", null!))));
            Assert.Contains("cannot be read as Holdfast.Tests.Runs.Steps.ChangedProgramTests+Shape", error.Message);
        }
        finally
        {
            Shape.Refuses = false;
        }
    }

    [Fact]
    public void A_step_that_was_tried_and_taken_out_does_not_keep_the_run_open()
    {
        _bench.DriveUntil(
            () => _bench.Events().Contains("attempt_started old"), run => run.StepAsync("old", _bench.Hangs("hangs")));
        _bench.Kill();
        var result = _bench.Run(async run =>
        {
            await run.StepAsync("new", _bench.Does("new", 0));
        });
        Assert.Equal(["old"], result.UnaskedSteps);
        Assert.Equal((RunStatus.Succeeded, TaskStage.Cancelled),
            (_bench.Look().Status, _bench.Look().Find("old")!.Status));
    }

    // A start that ends in a bug of the program after its steps.
    private void First(Func<DurableRun, Task> program) => Assert.Throws<InvalidTimeZoneException>(() => _bench.Run(
        async run =>
        {
            await program(run);
            throw new InvalidTimeZoneException("a bug");
        }));

    private sealed class Shape
    {
        internal static bool Refuses { get; set; }

        public string Kind
        {
            get;
            set => field = Refuses ? throw new System.Text.Json.JsonException("an unknown kind") : value;
        } = "";
    }
}
