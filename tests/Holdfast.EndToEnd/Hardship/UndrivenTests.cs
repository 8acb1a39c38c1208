using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Hardship;

/// <summary>Steering a run that nobody drives, and a second driver for one that somebody does.</summary>
public sealed class UndrivenTests
{
    private const string Waits = """
        tasks:
          long: { run: "echo start >> log; until [ -e go ]; do sleep 0.02; done; echo end >> log" }
          next: { needs: [ long ], run: "echo next >> log" }
        """;

    [Fact]
    public void A_pause_without_a_driver_holds_for_the_next_one()
    {
        using var at = new Holding();
        Orphan(at);
        at.Run("pause", "s").Is(0);
        at.Write("go", "");
        var resumed = at.Start("resume", "s");
        at.Until(() => at.Count("s", "attempt_succeeded") == 1, "what ran to be judged");
        Assert.DoesNotContain("next", at.Lines("log"));
        at.Run("unpause", "s").Is(0);
        resumed.End().Is(0);
        Assert.Equal(["start", "end", "next"], at.Lines("log"));
    }

    [Fact]
    public void Whoever_comes_second_is_told_who_since_when_and_how_to_take_over_and_does_so_after_a_kill()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Waits);
        var first = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        foreach (var command in new string[][] { ["resume", "s"], ["run", "plan.yaml", "--id", "s"], ["retry", "s",
            "--failed"] })
        {
            var second = at.Run(command);
            Assert.Equal(11, second.Code);
        }

        var told = at.Run("resume", "s").Is(11);
        Assert.Matches($"process {first.Pid} on .* since 20..-..-..T", told.Error);
        Assert.Contains("end that process to take over", told.Error, StringComparison.Ordinal);
        var json = at.Run("resume", "s", "--json").Is(11);
        Assert.Contains("\"code\":\"run_locked\"", json.Out, StringComparison.Ordinal);
        first.Signal(Command.Kill);
        first.End();
        at.Write("go", "");
        at.Run("resume", "s").Is(0);
        Assert.Equal(["start", "end", "next"], at.Lines("log"));
    }

    [Fact]
    public void Two_that_start_at_once_are_one_driver_and_one_refusal()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Waits);
        var both = new[] { at.Start("run", "plan.yaml", "--id", "s"), at.Start("run", "plan.yaml", "--id", "s") };
        at.Until(() => both.Any(c => c.HasExited) && at.Lines("log").Length == 1, "one to be refused and one to run");
        at.Write("go", "");
        Assert.Equal([0, 11], both.Select(c => c.End().Code).Order());
        Assert.Equal(["start", "end", "next"], at.Lines("log"));
    }

    private static void Orphan(Holding at)
    {
        at.Write("plan.yaml", Waits);
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        run.Signal(Command.Kill);
        run.End();
    }
}
