namespace Holdfast.EndToEnd.Running;

/// <summary>Commands beside the attempts, which must not hold up whoever wants the driver to leave.</summary>
public sealed class AsideTests
{
    [Fact]
    public void A_notify_command_of_a_run_that_has_ended_is_cut_short_by_a_signal()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            notify: { on: [ done ], run: "echo $$ >> log; exec sleep 600" }
            tasks:
              a: { run: "true" }
            """);
        var run = at.Start("run", "plan.yaml", "--id", "n");
        at.Until(() => at.Lines("log").Length == 1, "the notify command to run");
        run.Signal(Command.Int);
        run.End().Is(0);
        Assert.False(Directory.Exists($"/proc/{at.Lines("log")[0]}"), "the notify command was left behind");
        Assert.Equal(1, at.Count("n", "journal_closed"));
        Assert.Contains("\"type\":\"notified\"", at.Journal("n"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_notify_command_that_ignores_the_first_signal_is_ended_at_once_by_the_second()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            notify: { on: [ done ], run: "trap 'echo asked >> log' TERM; echo $$ >> log; while :; do sleep 1; done" }
            tasks:
              a: { run: "true" }
            """);
        var run = at.Start("run", "plan.yaml", "--id", "n");
        at.Until(() => at.Lines("log").Length == 1, "the notify command to run");
        run.Signal(Command.Int);
        at.Until(() => at.Lines("log").Length == 2, "the notify command to be asked to end");
        Assert.False(run.HasExited);
        var since = TimeProvider.System.GetTimestamp();
        run.Signal(Command.Int);
        run.End().Is(0);
        Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromSeconds(8), "the grace was waited for");
        Assert.False(Directory.Exists($"/proc/{at.Lines("log")[0]}"), "the notify command was left behind");
    }

    [Fact]
    public void A_reconcile_command_is_cut_short_and_asked_again_by_the_next_driver()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              pay:
                run: "echo paid >> log; exec sleep 600"
                adopt: false
                effect: { reconcile: "echo asked >> log; until [ -e go ]; do sleep 0.05; done" }
            """);
        var run = at.Start("run", "plan.yaml", "--id", "q");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        run.Signal(Command.Kill);
        run.End();
        var resumed = at.Start("resume", "q");
        at.Until(() => at.Lines("log").Length == 2, "the question to be asked");
        resumed.Signal(Command.Term);
        resumed.End().Is(3);
        Assert.Equal(0, at.Count("q", "task_held"));
        at.Write("go", "");
        at.Run("resume", "q").Is(0);
        Assert.Equal(["paid", "asked", "asked"], at.Lines("log"));
    }

    [Theory]
    [InlineData("true", 0, "succeeded")]
    [InlineData("false", 1, "failed")]
    public void What_a_task_left_running_is_said_in_one_line(string last, int code, string word)
    {
        using var at = new Holding();
        at.Write("plan.yaml", $$"""
            tasks:
              a:
                run: >-
                  setsid sh -c 'echo $$ >> log; exec sleep 30' > /dev/null 2>&1 &
                  until [ -s log ]; do sleep 0.02; done; {{last}}
                retry: none
            """);
        var ran = at.Run("run", "plan.yaml", "--id", "s").Is(code);
        var pid = at.Lines("log")[0];
        try
        {
            Assert.Contains($"left running: {pid} sleep", ran.Out, StringComparison.Ordinal);
            var status = at.Run("status", "s").Out;
            Assert.Contains(status.Split('\n'), l => l.Contains(word, StringComparison.Ordinal)
                && l.Contains($"; left running: {pid} sleep", StringComparison.Ordinal));
            Assert.Contains($"left running: {pid} sleep", at.Run("why", "s", "a").Out, StringComparison.Ordinal);
        }
        finally
        {
            System.Diagnostics.Process.GetProcessById(int.Parse(pid)).Kill();
        }
    }
}
