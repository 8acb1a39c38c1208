using System.Diagnostics;

namespace Holdfast.EndToEnd.Running;

public sealed class SignalTests
{
    private const string Waits = "tasks:\n  long: { run: \"echo start >> log; until [ -e go ]; do sleep 0.02; done; "
        + "echo end >> log\" }\n";

    // A task that cannot be asked to leave: only KILL ends it.
    private const string Deaf = "tasks:\n  deaf: { run: \"trap '' TERM INT HUP; echo start >> log; while :; do sleep "
        + "0.05; done\" }\n";

    [Theory]
    [InlineData(Command.Int)]
    [InlineData(Command.Term)]
    public void A_first_signal_interrupts_the_run_which_can_be_resumed(int signal)
    {
        using var at = new Holding();
        at.Write("plan.yaml", Waits);
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        run.Signal(signal);
        var ended = run.End().Is(3);
        Assert.Contains("ending the attempts", ended.Error, StringComparison.Ordinal);
        Assert.Contains("holdfast resume s", ended.Out, StringComparison.Ordinal);
        Assert.Equal(1, at.Count("s", "run_interrupted"));
        at.Write("go", "");
        at.Run("resume").Is(0);
        Assert.Equal(["start", "start", "end"], at.Lines("log"));
    }

    [Fact]
    public void A_second_signal_ends_at_once_what_does_not_leave()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Deaf);
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        var since = TimeProvider.System.GetTimestamp();
        run.Signal(Command.Int);
        at.Until(() => at.Count("s", "run_stopping") == 1, "the first signal to be taken up");
        run.Signal(Command.Int);
        run.End().Is(3);

        // The grace for those who may leave by themselves is 10 s.
        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(8));
    }

    /// <summary>timeout(1) tells its command, and then the whole group with its command in it.</summary>
    [Fact]
    public void A_TERM_that_is_sent_twice_in_a_row_leaves_the_attempts_their_time()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  slow: { run: \"trap 'sleep 1; echo left >> log; exit' TERM; "
            + "echo start >> log; while :; do sleep 0.05; done\" }\n");
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        run.Signal(Command.Term);
        run.Signal(Command.Term);
        run.End().Is(3);
        Assert.Equal(["start", "left"], at.Lines("log"));
    }

    [Fact]
    public void A_lost_terminal_is_no_reason_to_stop()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Waits);
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        run.Signal(Command.Hup);
        at.Write("go", "");
        run.End().Is(0);
        Assert.Equal(["start", "end"], at.Lines("log"));
    }

    [Fact]
    public void A_closed_pipe_is_no_error()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Waits + "  next: { needs: [ long ], run: echo next >> log }\n");

        // A real pipeline: its reader leaves after the first line, and with it the only end that could be written to.
        const string Pipeline = "{ dotnet \"$1\" run plan.yaml --id s; echo $? > code; } "
            + "| { head -n 1 > first; exec 0<&-; echo > closed; }";
        var start = new ProcessStartInfo("/bin/sh")
        {
            UseShellExecute = false,
            WorkingDirectory = at.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] words = ["-c", Pipeline, "pipeline", Path.Combine(AppContext.BaseDirectory, "Holdfast.Cli.dll")];
        Array.ForEach(words, start.ArgumentList.Add);
        using var pipeline = new Command(Process.Start(start)!, "run | head");
        at.Until(
            () => at.Lines("log").Length == 1 && at.Read("closed").Length > 0,
            "the task to run and the reader to leave");
        at.Write("go", "");
        pipeline.End().Is(0);
        Assert.Equal(["0"], at.Lines("code"));
        Assert.StartsWith("run s: 2 tasks", at.Read("first"), StringComparison.Ordinal);
        Assert.Equal(["start", "end", "next"], at.Lines("log"));
    }
}
