using Holdfast.EndToEnd.Hardship;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Proof;

/// <summary>
/// A reboot: driver, guard and tasks are gone, and the kernel has another boot id, which a namespace of mounts shows to
/// one process.
/// </summary>
public sealed class RebootTests
{
    private const string Plan = """
        max-parallel: 12
        tasks:
          made: { run: "echo made >> log; echo x > made.txt", outputs: [ made.txt ] }
          kept: { run: "echo kept >> log; echo x > kept.txt", outputs: [ kept.txt ] }
          changed: { run: "echo changed >> log; echo x > changed.txt", outputs: [ changed.txt ] }
          charged: { effect: once, run: "echo charged >> log; echo x > charged.txt", outputs: [ charged.txt ] }
          plain: { run: "echo plain >> log" }
          again: { run: "echo again >> log; until [ -e go ]; do sleep 0.02; done" }
          keyed: { effect: keyed, run: "echo keyed $HOLDFAST_IDEMPOTENCY_KEY >> log;
              until [ -e go ]; do sleep 0.02; done" }
          asked: { effect: { reconcile: "echo asking >> log; exit 0" }, run: "echo asked >> log;
              until [ -e go ]; do sleep 0.02; done" }
          pay: { effect: once, run: "echo pay >> log; until [ -e go ]; do sleep 0.02; done" }
          behind: { needs: [ pay ], run: "echo behind >> log" }
        """;

    [Fact]
    public async Task What_ran_is_recorded_by_its_effect_and_what_was_done_stays_done()
    {
        using var at = new Holding();
        Needs();
        at.Write("plan.yaml", Plan);
        var run = at.Start("run", "plan.yaml", "--id", "k");
        at.Until(() => at.Count("k", "attempt_succeeded") == 5 && at.Lines("log").Length == 9,
            "five done and four to run");
        PullThePlug(at, () =>
        {
            run.Signal(Command.Kill);
            run.End();
        });
        File.Delete(Path.Combine(at.Folder, "made.txt"));
        File.Delete(Path.Combine(at.Folder, "charged.txt"));
        at.Write("changed.txt", "half of wh");
        at.Write("go", "");
        var resumed = (await AfterReboot(at, "resume k")).Is(9);
        Assert.Contains("holdfast resolve k charged", resumed.Out, StringComparison.Ordinal);
        Assert.Contains("held: pay: ", resumed.Out, StringComparison.Ordinal);
        var journal = RunJournal.Of(at, "k");
        Assert.Equal(["changed", "charged", "made"], Names(journal, "outputs_lost"));
        Assert.Equal("2 2 2 1 1", Times(at, "made", "changed", "again", "kept", "plain"));
        Assert.Equal("1 1 1", Times(at, "charged", "pay", "asked"));
        Assert.Equal(2, at.Lines("log").Count(l => l.StartsWith("keyed ", StringComparison.Ordinal)));
        Assert.Single(at.Lines("log").Where(l => l.StartsWith("keyed ", StringComparison.Ordinal)).Distinct());
        Assert.Equal("1", Times(at, "asking"));
        Assert.Equal(["charged", "pay"], Names(journal, "task_held"));
        foreach (var task in new[] { "again", "keyed", "asked", "pay" })
        {
            var found = Assert.Single(journal, e => e.Type == "attempt_adopted" && e.Task == task);
            Assert.Equal("gone", found.Data.GetProperty("trace").GetString());
            var lost = Assert.Single(journal, e => e.Type == "attempt_failed" && e.Task == task);
            Assert.Equal((1, "lost"), (lost.Attempt, lost.Data.GetProperty("ended_by").GetString()));
            var error = Assert.Single(journal, e => e.Type == "runtime_error_classified" && e.Task == task);
            Assert.Equal("infrastructure_lost", error.Data.GetProperty("class").GetString());
        }

        at.Run("resolve", "k", "charged", "--done").Is(0);
        at.Run("resolve", "k", "pay", "--done").Is(0);
        at.Until(() => at.Count("k", "journal_closed") == 1, "the run to end");
        Assert.Equal("1 1 1", Times(at, "charged", "pay", "behind"));
        at.Run("resume", "k").Is(0);
        at.Run("journal", "verify", "k").Is(0);
    }

    // Without an attempt file nothing can have run, but only as long as no power cut may have taken the file away.
    [Theory]
    [InlineData("once", 9, 0)]
    [InlineData("repeatable", 0, 1)]
    [InlineData("keyed", 0, 1)]
    public async Task An_intent_without_a_trace_proves_nothing_after_a_reboot(string effect, int code, int ran)
    {
        using var at = new Holding();
        Needs();
        Around.Needs("strace");
        at.Write("plan.yaml", $"tasks:\n  v0: {{ effect: {effect}, run: \"echo v0 >> log\" }}\n");
        PullThePlug(at, () => new NamedKill(at, "k", "v0", "trace")
            .At(KillPoint.IntentSynced, "run", "plan.yaml", "--id", "k"));
        (await AfterReboot(at, "resume k")).Is(code);
        Assert.Equal(ran, at.Lines("log").Length);
        at.Run("journal", "verify", "k").Is(0);
    }

    private static void Needs()
    {
        Around.NeedsRoot("another boot id");
        Around.Needs("unshare");
    }

    /// <summary>Ends the driver as told, and then whatever else works for the run.</summary>
    private static void PullThePlug(Holding at, Action killDriver)
    {
        killDriver();
        at.Until(
            () =>
            {
                var left = AttemptProcess.Pids(at.Folder);
                left.ForEach(AttemptProcess.Kill);
                return left.Count == 0;
            },
            "everything to be dead");
    }

    private static async Task<Ended> AfterReboot(Holding at, string command)
    {
        at.Write("boot", "00000000-1111-2222-3333-444444444444\n");
        return await Around.Shell(
            at,
            "exec unshare -m sh -c \"mount --bind boot /proc/sys/kernel/random/boot_id && exec "
                + Around.Line(command) + "\"");
    }

    private static string Times(Holding at, params string[] lines) =>
        string.Join(' ', lines.Select(line => at.Lines("log").Count(l => l == line)));

    private static string[] Names(List<JournalEntry> journal, string type) =>
        [.. journal.Where(e => e.Type == type).Select(e => e.Task!).Order(StringComparer.Ordinal)];
}
