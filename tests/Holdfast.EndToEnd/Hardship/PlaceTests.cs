using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Hardship;

/// <summary>Runs that are moved, copied, or find another machine around them.</summary>
public sealed class PlaceTests
{
    private static string Plan(Holding at, string effect) => $$"""
        tasks:
          long: { effect: {{effect}}, run: "echo $$ > '{{at.Folder}}/pid'; echo start >> '{{at.Folder}}/log';
              until [ -e '{{at.Folder}}/go' ]; do sleep 0.02; done; echo end >> '{{at.Folder}}/log'" }
          next: { needs: [ long ], run: "echo next >> '{{at.Folder}}/log'; pwd > '{{at.Folder}}/pwd'" }
        """;

    [Fact]
    public void A_moved_run_takes_its_living_attempt_up()
    {
        using var at = new Holding();
        StartAndKill(at, "once");
        Directory.Move(Path.Combine(at.Folder, "one"), Path.Combine(at.Folder, "two"));
        var resumed = at.Start("resume", "k", "--workspace", "two/.holdfast");
        at.Until(() => at.Read("two/.holdfast/runs/k/journal.ndjson").Contains("\"attempt_adopted\"",
            StringComparison.Ordinal), "the attempt to be taken up");
        at.Write("go", "");
        resumed.End().Is(0);
        Assert.Equal(["start", "end", "next"], at.Lines("log"));
        Assert.Equal(Path.Combine(at.Folder, "two"), at.Read("pwd").Trim());
    }

    [Fact]
    public async Task A_copy_takes_nothing_up_and_signals_nobody()
    {
        using var at = new Holding();
        StartAndKill(at, "once");
        (await Around.Shell(at, "cp -a one copy")).Is(0);

        // What the copy cannot know is for a person: it must neither claim the attempt nor run it again.
        at.Run("resume", "k", "--workspace", "copy/.holdfast").Is(9);
        at.Run("cancel", "k", "--workspace", "copy/.holdfast").Is(0);
        Assert.True(Around.Lives(at.Read("pid")), "the copy ended a process of the original");
        at.Write("go", "");
        at.Run("resume", "k", "--workspace", "one/.holdfast").Is(0);
        Assert.Equal(["start", "end", "next"], at.Lines("log"));
    }

    // A namespace of mounts lets one process see another boot id; everything that ran is killed, as a reboot does.
    [Fact]
    public async Task After_a_reboot_what_ran_is_judged_by_its_effect_and_lost_outputs_are_made_again()
    {
        Around.NeedsRoot("another boot id");
        Around.Needs("unshare");
        using var at = new Holding();
        at.Write("plan.yaml", """
            max-parallel: 4
            tasks:
              made: { run: "echo made >> log; echo x > made.txt", outputs: [ made.txt ] }
              kept: { run: "echo kept >> log; echo x > kept.txt", outputs: [ kept.txt ] }
              again: { run: "echo again >> log; echo $$ > again.pid; until [ -e go ]; do sleep 0.02; done" }
              pay: { effect: once, run: "echo pay >> log; echo $$ > pay.pid; until [ -e go ]; do sleep 0.02; done" }
            """);
        var run = at.Start("run", "plan.yaml", "--id", "k");
        at.Until(
            () => at.Count("k", "attempt_succeeded") == 2 && at.Read("again.pid").Length > 0
                && at.Read("pay.pid").Length > 0,
            "two to be done and two to run");
        run.Signal(Command.Kill);
        run.End();
        (await Around.Shell(at,
            "for p in again pay; do g=$(ps -o sid= -p $(cat $p.pid)); pkill -KILL -s $g; done; rm made.txt")).Is(0);
        at.Until(() => !Around.Lives(at.Read("again.pid")) && !Around.Lives(at.Read("pay.pid")),
            "everything to be dead");
        at.Write("go", "");
        at.Write("boot", "00000000-1111-2222-3333-444444444444\n");
        var resumed = (await Around.Shell(
            at,
            "exec unshare -m sh -c \"mount --bind boot /proc/sys/kernel/random/boot_id && exec "
                + Around.Line("resume k") + "\"")).Is(9);
        Assert.Contains("holdfast resolve k pay", resumed.Out, StringComparison.Ordinal);
        Assert.Equal(1, at.Count("k", "outputs_lost"));
        Assert.Equal(
            ["again", "again", "kept", "made", "made", "pay"], at.Lines("log").Order(StringComparer.Ordinal));
        at.Run("resolve", "k", "pay", "--done").Is(0);
        at.Until(() => at.Count("k", "journal_closed") == 1, "the run to end");
        at.Run("resume", "k").Is(0);
    }

    [Fact]
    public async Task A_folder_that_is_gone_is_told_and_nothing_runs()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { run: echo a >> log }\n");
        foreach (var command in new[] { $"run '{at.Folder}/plan.yaml'", "status", "--help" })
        {
            var ended = (await Around.Shell(
                at, "mkdir gone && cd gone && rmdir ../gone && exec " + Around.Line(command))).Is(2);
            Assert.Contains("the folder that this was called in is gone", ended.Error, StringComparison.Ordinal);
        }

        Assert.Empty(at.Lines("log"));
    }

    private static void StartAndKill(Holding at, string effect)
    {
        Directory.CreateDirectory(Path.Combine(at.Folder, "one"));
        at.Write("one/plan.yaml", Plan(at, effect));
        var run = at.Start("run", "one/plan.yaml", "--id", "k");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        run.Signal(Command.Kill);
        run.End();
    }
}
