using Holdfast.Runs;
using Holdfast.Runs.State;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>Signals whose value is not what the program waits for, and the ones that take their place.</summary>
public sealed class SignalTypeTests
{
    private readonly StepBench _bench = new();

    [Fact]
    public void A_value_of_another_type_is_told_by_signal_types_and_cure_at_every_start()
    {
        SendEarly("text");
        for (var start = 0; start < 2; start++)
        {
            var error = Assert.Throws<StepMismatchException>(() => _bench.Run(Program));
            Assert.Contains("run r waits for a signal \"paid\" of System.Int32", error.Message);
            Assert.Contains("what was sent is a JSON string", error.Message);
            Assert.Contains("send it again", error.Message);
            Assert.DoesNotContain("recorded result", error.Message);
        }

        var task = _bench.Look().Find("paid")!;
        Assert.Equal(TaskStage.Waiting, task.Status);
        Assert.Equal("waits for another signal: a JSON string was sent, and no System.Int32", task.Reason);
        Assert.Single(_bench.Events(), "task_waiting paid");
    }

    [Fact]
    public void A_further_value_takes_the_place_of_one_that_could_not_be_taken_and_is_the_last()
    {
        SendEarly("text");
        Assert.Throws<StepMismatchException>(() => _bench.Run(Program));
        Send(7);
        var error = Assert.Throws<InvalidOperationException>(() => Send(8));
        Assert.Contains("was sent already", error.Message);
        _bench.Kill();
        _bench.Run(Program);
        Assert.Equal(["first", "7"], _bench.Log);
        Assert.Equal(2, _bench.Events().Count(e => e == "signal_received paid"));
    }

    [Fact]
    public void A_program_that_can_read_what_was_sent_after_all_takes_it()
    {
        SendEarly("text");
        Assert.Throws<StepMismatchException>(() => _bench.Run(Program));
        var isLate = false;
        Assert.ThrowsAny<Exception>(() => _bench.Run(async run =>
        {
            _bench.Log.Add(await run.WaitForAsync<string>("paid"));
            isLate = true;
            throw new InvalidOperationException("a bug");
        }));
        Assert.True(isLate);

        // Taken is taken: another value would change what the program has seen.
        Assert.Contains("was sent already", Assert.Throws<InvalidOperationException>(() => Send("other")).Message);
        Assert.Equal(["first", "text"], _bench.Log);
    }

    [Fact]
    public void A_value_that_a_child_cannot_read_fails_no_step_of_its_parent()
    {
        _bench.DriveUntil(() => _bench.Events("r.child").Contains("task_waiting paid"), Parent);
        _bench.Kill();
        _bench.Thread.Run(() => _bench.Workspace.SignalAsync("r.child", "paid", "text"));
        Assert.Throws<StepMismatchException>(() => _bench.Run(Parent));
        Assert.Equal(RunStatus.Interrupted, _bench.Look().Status);
        _bench.Thread.Run(() => _bench.Workspace.SignalAsync("r.child", "paid", 7));
        _bench.Run(Parent);
        Assert.Equal(["7"], _bench.Log);

        async Task Parent(DurableRun run) =>
            _bench.Log.Add($"{await run.ChildAsync("child", child => child.WaitForAsync<int>("paid"))}");
    }

    private void Send<T>(T value) => _bench.Thread.Run(() => _bench.Workspace.SignalAsync("r", "paid", value));

    private void SendEarly(string value)
    {
        _bench.DriveUntil(() => _bench.Log.Count == 1, async run =>
        {
            await run.StepAsync("first", _bench.Does("first", 0));
            await run.SleepAsync("a while", TimeSpan.FromHours(1));
        });
        _bench.Kill();
        Send(value);
    }

    private async Task Program(DurableRun run)
    {
        await run.StepAsync("first", _bench.Does("first again", 0));
        _bench.Log.Add($"{await run.WaitForAsync<int>("paid")}");
    }
}
