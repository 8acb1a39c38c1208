using System.Diagnostics;

namespace Holdfast.EndToEnd.Running;

/// <summary>What holds when the driver cannot: its limits when it is dead, its silence when the disk lies.</summary>
public sealed class LimitTests
{
    [Fact]
    public void A_time_limit_holds_although_the_driver_is_dead()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              long: { run: "echo $$ >> log; while :; do sleep 0.05; done", timeout: 3s, retry: none }
            """);
        var run = at.Start("run", "plan.yaml", "--id", "g");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        run.Signal(Command.Kill);
        run.End();
        var pid = at.Lines("log")[0];
        Assert.True(Directory.Exists($"/proc/{pid}"), "a killed driver must not end its attempts");
        at.Until(() => !Directory.Exists($"/proc/{pid}"), "the guard to end the attempt");
        var ended = at.Run("resume", "g").Is(1);
        Assert.Contains("failed first: long: timeout", ended.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_silent_task_is_ended_although_the_driver_is_dead()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              silent: { run: "echo $$ >> log; exec sleep 600", no-progress: 2s, retry: none }
            """);
        var run = at.Start("run", "plan.yaml", "--id", "g");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        run.Signal(Command.Kill);
        run.End();
        var pid = at.Lines("log")[0];
        at.Until(() => !Directory.Exists($"/proc/{pid}"), "the guard to end the attempt");
        at.Until(
            () => Directory.GetFiles(Path.Combine(at.Folder, ".holdfast/runs/g/output"), "1.end",
                SearchOption.AllDirectories).Length == 1,
            "the guard to have said so");
        var ended = at.Run("resume", "g").Is(1);
        Assert.Contains("failed first: silent: timeout", ended.Out, StringComparison.Ordinal);
        Assert.Contains("\"ended_by\":\"no_progress\"", at.Journal("g"), StringComparison.Ordinal);
        Assert.Contains("\"class\":\"timeout\"", at.Journal("g"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_guard_that_looks_never_keeps_a_driver_out()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              long: { run: "echo start >> log; until [ -e go ]; do sleep 0.02; done; echo end >> log" }
            """);
        for (var round = 0; round < 4; round++)
        {
            var run = at.Start("run", "plan.yaml", "--id", "g");
            at.Until(() => run.HasExited || at.Count("g", "driver_started") == round + 1, "the driver to take the run");
            Assert.False(run.HasExited, run.Told());
            run.Signal(Command.Kill);
            run.End();
        }

        at.Write("go", "");
        at.Run("resume", "g").Is(0);
        Assert.Equal(["start", "end"], at.Lines("log"));
    }

    [Fact]
    public void A_failed_sync_ends_the_driver_with_8_and_loses_nothing()
    {
        using var at = new Holding();
        Assert.SkipUnless(
            File.Exists("/usr/bin/strace"), "strace is not installed, and nothing else can make a sync fail");
        at.Write("plan.yaml", """
            max-parallel: 1
            tasks:
              a: { run: echo a >> log }
              b: { needs: [ a ], run: echo b >> log }
              c: { needs: [ b ], run: echo c >> log }
              d: { needs: [ c ], run: echo d >> log }
            """);
        var start = new ProcessStartInfo("/usr/bin/strace")
        {
            UseShellExecute = false,
            WorkingDirectory = at.Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] words =
        [
            "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync", "-e", "inject=fdatasync:error=EIO:when=4+",
            "dotnet",
            Path.Combine(AppContext.BaseDirectory, "Holdfast.Cli.dll"), "run", "plan.yaml", "--id", "p",
        ];
        Array.ForEach(words, start.ArgumentList.Add);
        using var command = new Command(Process.Start(start)!, "run under strace");
        var ended = command.End().Is(8);
        Assert.Contains("cannot be written any more", ended.Error, StringComparison.Ordinal);
        Assert.Contains("holdfast resume p", ended.Error, StringComparison.Ordinal);
        at.Run("resume", "p").Is(0);
        Assert.Equal(["a", "b", "c", "d"], at.Lines("log"));
    }
}
