using System.Text;

namespace Holdfast.EndToEnd.Running;

/// <summary>
/// A journal damaged in its middle, whose repair loses the start of an attempt that lives or has ended.
/// </summary>
public sealed class ForgottenTests
{
    [Fact]
    public void What_may_run_twice_is_ended_before_it_runs_again()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              work:
                run: "echo start $$ >> log; until [ -e go ]; do sleep 0.02; done; echo end $$ >> log"
                effect: repeatable
              beside: { run: "echo beside >> log" }
            """);
        LoseStart(at);
        var first = at.Lines("log").Single(l => l.StartsWith("start ", StringComparison.Ordinal)).Split(' ')[1];
        Assert.True(Directory.Exists($"/proc/{first}"), "a repair must not end what runs");
        Assert.Contains("attempt 1, whose start the journal lost, still runs; it is ended first",
            at.Run("resume", "r", "--dry-run").Is(0).Out, StringComparison.Ordinal);
        var resumed = at.Start("resume", "r");
        at.Until(() => Starts(at).Length == 2, "the task to start again");
        Assert.False(Directory.Exists($"/proc/{first}"), "two attempts of one task run at once");
        at.Write("go", "");
        resumed.End().Is(0);
        Assert.Equal(1, at.Count("r", "attempt_found"));
        Assert.Contains("\"type\":\"attempt_started\",\"task\":\"work\",\"attempt\":2", at.Journal("r"),
            StringComparison.Ordinal);
        Assert.Equal($"end {Starts(at)[1].Split(' ')[1]}", Assert.Single(Ends(at)));
    }

    [Fact]
    public void What_must_run_once_is_taken_up_and_waited_for()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Once);
        LoseStart(at);
        Assert.Contains("attempt 1, whose start the journal lost, still runs",
            at.Run("resume", "r", "--dry-run").Is(0).Out, StringComparison.Ordinal);
        var resumed = at.Start("resume", "r");
        at.Until(() => at.Count("r", "attempt_found") == 1, "the attempt to be found");
        at.Write("go", "");
        resumed.End().Is(0);
        Assert.Single(Starts(at));
        Assert.Single(Ends(at));
        Assert.Equal(1, at.Journal("r").Split("\"type\":\"attempt_succeeded\",\"task\":\"work\"").Length - 1);
    }

    [Fact]
    public void What_must_run_once_and_ended_meanwhile_is_judged_by_what_it_left()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Once);
        LoseStart(at);
        at.Write("go", "");
        at.Until(() => HasEnded(at), "its end");
        at.Run("resume", "r").Is(0);
        Assert.Single(Starts(at));
    }

    [Fact]
    public void What_must_run_once_and_is_gone_is_held()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Once);
        LoseStart(at);

        // As after a crash of the machine: the attempt file has a start and no end, and nobody holds its lock.
        at.Write("go", "");
        at.Until(() => HasEnded(at), "its end");
        File.WriteAllText(AttemptFile(at), File.ReadAllText(AttemptFile(at)).Replace("exit 0\n", "       ",
            StringComparison.Ordinal));
        var held = at.Run("resume", "r").Is(9);
        Assert.Contains("holdfast resolve r work", held.Out, StringComparison.Ordinal);
        Assert.Single(Starts(at));
    }

    // Neither the journal nor the plan leads to it any more; it must not run on unseen.
    [Theory]
    [InlineData("repeatable")]
    [InlineData("once")]
    public void An_instance_whose_item_is_gone_is_told_and_ended_if_that_does_no_harm(string effect)
    {
        using var at = new Holding();
        Directory.CreateDirectory(Path.Combine(at.Folder, "data"));
        at.Write("data/x", "");
        at.Write("data/y", "");
        at.Write("plan.yaml", $$$"""
            tasks:
              work:
                for-each: { file: "data/*" }
                run: "echo start $$ ${{ item }} >> log; until [ -e go ]; do sleep 0.02; done; echo end $$ >> log"
                effect: {{{effect}}}
            """);
        var run = at.Start("run", "plan.yaml", "--id", "r", "--max-parallel", "2");
        at.Until(() => Starts(at).Length == 2 || run.HasExited, "both instances to run");
        LoseLine(at, run, "\"task_expanded\",\"task\":\"work\"");
        File.Delete(Path.Combine(at.Folder, "data/x"));
        var pid = Starts(at).Single(l => l.EndsWith(" data/x", StringComparison.Ordinal)).Split(' ')[1];
        if (effect == "once")
        {
            // A person decides about the fan-out as a whole, since its instances may have run; that drives the run on.
            at.Run("resume", "r").Is(9);
            at.Run("resolve", "r", "work", "--redo").Is(0);
            at.Until(() => at.Count("r", "task_expanded") == 1, "the items to be found anew");
        }
        else
        {
            at.Start("resume", "r");
            at.Until(() => Starts(at).Length == 3, "the other instance to start again");
            at.Until(() => !Directory.Exists($"/proc/{pid}"), "the instance without an item to be ended");
        }

        at.Write("go", "");
        at.Until(() => at.Count("r", "journal_closed") == 1, "the run to end");
        Assert.Contains("\"succeeded\"", at.Journal("r"), StringComparison.Ordinal);
        Assert.Contains("which the journal had lost and which still runs: "
            + (effect == "repeatable" ? "ended" : "not ended, since the effect is"), at.Journal("r"),
            StringComparison.Ordinal);
        at.Until(() => !Directory.Exists($"/proc/{pid}"), "it to be over");
        Assert.Equal(effect == "repeatable" ? 1 : 2, Ends(at).Length);
        at.Run("journal", "verify", "r").Is(0);
    }

    private const string Once = """
        tasks:
          work:
            run: "echo start $$ >> log; until [ -e go ]; do sleep 0.02; done; echo end $$ >> log"
            effect: once
          beside: { run: "echo beside >> log" }
        """;

    // The driver is killed; a bit of the line that says that "work" started is flipped, and the repair leaves it out.
    private static void LoseStart(Holding at)
    {
        var run = at.Start("run", "plan.yaml", "--id", "r", "--max-parallel", "1");
        at.Until(() => Starts(at).Length == 1 || run.HasExited, "the task to run");
        LoseLine(at, run, "\"attempt_started\",\"task\":\"work\"");
    }

    private static void LoseLine(Holding at, Command run, string text)
    {
        run.Signal(Command.Kill);
        run.End();
        at.Run("pause", "r").Is(0);
        at.Run("unpause", "r").Is(0);
        var path = Path.Combine(at.Folder, ".holdfast/runs/r/journal.ndjson");
        var bytes = File.ReadAllBytes(path);
        var line = bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text));
        Assert.True(line > 0, Encoding.UTF8.GetString(bytes));
        bytes[line + 5] ^= 1;
        File.WriteAllBytes(path, bytes);
        at.Run("resume", "r").Is(8);
        at.Run("journal", "repair", "r").Is(0);
        Assert.DoesNotContain(text, at.Journal("r"), StringComparison.Ordinal);
    }

    private static string[] Starts(Holding at) =>
        [.. at.Lines("log").Where(l => l.StartsWith("start ", StringComparison.Ordinal))];

    private static string[] Ends(Holding at) =>
        [.. at.Lines("log").Where(l => l.StartsWith("end ", StringComparison.Ordinal))];

    private static bool HasEnded(Holding at)
    {
        try
        {
            return File.ReadAllText(AttemptFile(at)).Contains("exit 0", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // Its lock is held, so it lives.
            return false;
        }
    }

    private static string AttemptFile(Holding at) => Assert.Single(
        Directory.GetFiles(Path.Combine(at.Folder, ".holdfast/runs/r/output"), "1.attempt",
            SearchOption.AllDirectories),
        f => Path.GetFileName(Path.GetDirectoryName(f))!.StartsWith("work-", StringComparison.Ordinal));
}
