using System.Diagnostics;
using Holdfast.EndToEnd.Packaging;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Hardship;

/// <summary>
/// A real terminal: what its keys do, and what happens when it is closed or the reader of a pipe leaves.
/// </summary>
public sealed class TerminalTests
{
    private const string Waits = """
        tasks:
          long: { run: "echo start >> log; until [ -e go ]; do sleep 0.02; done; echo end >> log" }
          next: { needs: [ long ], run: echo next >> log }
        """;

    private const string Deaf = """
        tasks:
          deaf: { run: "trap '' TERM INT HUP; echo $$ > pid; echo start >> log; while :; do sleep 0.05; done" }
        """;

    [Fact]
    public async Task Control_c_in_a_terminal_interrupts_the_run_and_not_its_tasks_by_chance()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Waits);
        using var terminal = Terminal(at);
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        await Press(terminal, "\u0003");
        var ended = await Ran.EndOf(terminal);
        Assert.Equal(3, ended.Code);
        Assert.Equal(1, at.Count("s", "run_interrupted"));
        Assert.Equal(1, at.Count("s", "run_stopping"));
        at.Write("go", "");
        at.Run("resume").Is(0);
        Assert.Equal(["start", "start", "end", "next"], at.Lines("log"));
    }

    [Fact]
    public async Task Control_c_twice_ends_at_once_what_does_not_leave()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Deaf);
        using var terminal = Terminal(at);
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        var since = TimeProvider.System.GetTimestamp();
        await Press(terminal, "\u0003");
        at.Until(() => at.Count("s", "run_stopping") == 1, "the first key to be taken up");
        await Press(terminal, "\u0003");
        Assert.Equal(3, (await Ran.EndOf(terminal)).Code);
        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(8));
        Assert.False(Around.Lives(at.Read("pid")), "the task still lives");
    }

    [Fact]
    public void A_closed_terminal_takes_nothing_along()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Waits);
        using var terminal = Terminal(at);
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        terminal.Kill();
        terminal.WaitForExit();
        at.Write("go", "");
        at.Until(() => at.Count("s", "journal_closed") == 1, "the run to end without its terminal");
        Assert.Equal(["start", "end", "next"], at.Lines("log"));
        at.Run("run", "plan.yaml", "--id", "s").Is(0);
    }

    [Fact]
    public async Task A_reader_that_leaves_after_a_line_is_no_error()
    {
        using var at = new Holding();
        at.Write("go", "");
        at.Write("plan.yaml", Waits);
        var run = await Around.Shell(at, $"{{ {Around.Line("run plan.yaml --id s")}; echo $? > code; }} | head -n 1");
        Assert.Contains("run s", run.Out, StringComparison.Ordinal);
        at.Until(() => at.Read("code").Length > 0, "the run to end");
        Assert.Equal(["0"], at.Lines("code"));
        Assert.Equal(["start", "end", "next"], at.Lines("log"));
        foreach (var look in new[] { "events s", "status s", "why s", "list", "logs s long", "--help", "run --help" })
        {
            await Around.Shell(at, $"{{ {Around.Line(look)}; echo $? > code; }} 2> told | head -c 1");
            Assert.Equal(["0"], at.Lines("code"));
            Assert.DoesNotContain("bug", at.Read("told"), StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Without_any_open_descriptor_it_still_runs()
    {
        using var at = new Holding();
        at.Write("go", "");
        at.Write("plan.yaml", Waits);
        (await Around.Shell(at, Around.Line("run plan.yaml --id s") + " <&- >&- 2>&-")).Is(0);
        Assert.Equal(["start", "end", "next"], at.Lines("log"));
        at.Run("journal", "verify", "s").Is(0);
    }

    [Fact]
    public async Task A_full_device_behind_the_output_is_no_reason_to_stop()
    {
        using var at = new Holding();
        at.Write("go", "");
        at.Write("plan.yaml", Waits);
        (await Around.Shell(at, Around.Line("run plan.yaml --id s") + " > /dev/full")).Is(0);
        Assert.Equal(["start", "end", "next"], at.Lines("log"));
    }

    private static Process Terminal(Holding at)
    {
        Around.Needs("script");
        // exec: the key reaches every process of the terminal, and a shell that stayed would die of it and tell 130.
        return Ran.Start(
            "script", ["-qec", "exec " + Around.Line("run plan.yaml --id s"), "/dev/null"], at.Folder,
            new Dictionary<string, string?> { ["TERM"] = "xterm", ["SHELL"] = "/bin/sh" });
    }

    private static async Task Press(Process terminal, string keys)
    {
        await terminal.StandardInput.WriteAsync(keys);
        await terminal.StandardInput.FlushAsync(TestContext.Current.CancellationToken);
    }
}
