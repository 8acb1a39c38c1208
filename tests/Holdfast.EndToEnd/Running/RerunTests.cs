using System.Text.Json;

namespace Holdfast.EndToEnd.Running;

/// <summary>A plan edited under a run: what it changes runs again when a person says so, and only then.</summary>
public sealed class RerunTests
{
    private const string First = """
        name: p
        tasks:
          one: { run: "echo one >> log" }
          two: { needs: [ one ], run: "echo two >> log; [ ! -e bad ] || { echo '401 Unauthorized' >&2; exit 1; }" }
        """;

    private static readonly string Edited = First.Replace("echo one", "echo ONE", StringComparison.Ordinal);

    [Fact]
    public void Rerun_changed_works_with_the_edit_later_and_on_an_ended_run()
    {
        using var at = new Holding();
        at.Write("plan.yaml", First);
        at.Run("run", "plan.yaml", "--id", "e").Is(0);
        at.Write("plan.yaml", Edited);
        var told = at.Run("run", "plan.yaml", "--id", "e").Is(0);
        Assert.Contains("--rerun-changed reopens it", told.Out, StringComparison.Ordinal);
        Assert.Equal(["one", "two"], at.Lines("log"));
        Assert.Equal(0, at.Count("e", "plan_changed"));
        var again = at.Run("run", "plan.yaml", "--id", "e", "--rerun-changed").Is(0);
        Assert.Contains("one changed after it had finished; it runs again", again.Out, StringComparison.Ordinal);
        Assert.Contains("two needs what runs again, so it runs again too", again.Out, StringComparison.Ordinal);
        Assert.Equal(["one", "two", "ONE", "two"], at.Lines("log"));
        at.Run("run", "plan.yaml", "--id", "e", "--rerun-changed").Is(0);
        Assert.Equal(4, at.Lines("log").Length);
        Assert.Equal((1, 1), (at.Count("e", "plan_changed"), at.Count("e", "run_reopened")));
        at.Run("resume", "e").Is(0);
    }

    [Fact]
    public void What_only_left_out_is_not_told_as_an_edit()
    {
        using var at = new Holding();
        at.Write("plan.yaml", First);
        at.Run("run", "plan.yaml", "--only", "one", "--id", "e").Is(0);
        var told = at.Run("run", "plan.yaml", "--id", "e").Is(0);
        Assert.Contains(
            "run e has ended, and none of its tasks was edited: 1 task of the plan is not in it (left out by --only, "
                + "or new since); the run stays as it is. --rerun-changed reopens it",
            told.Out, StringComparison.Ordinal);
        var rest = at.Run("run", "plan.yaml", "--id", "e", "--rerun-changed").Is(0);
        Assert.Contains("no task of the run was edited: 1 task of the plan", rest.Out, StringComparison.Ordinal);
        Assert.Equal(["one", "two"], at.Lines("log"));
    }

    [Fact]
    public void A_stale_task_is_told_by_run_and_status_and_runs_again_at_a_later_call()
    {
        using var at = new Holding();
        at.Write("plan.yaml", First + "\n  last: { needs: [ two ], run: \"until [ -e go ]; do sleep 0.02; done\" }\n");
        var run = at.Start("run", "plan.yaml", "--id", "e");
        at.Until(() => at.Count("e", "attempt_started") == 3, "the last task to run");
        run.Signal(Command.Int);
        run.End().Is(3);
        at.Write("go", "");
        at.Write("plan.yaml", Edited + "\n  last: { needs: [ two ], run: \"until [ -e go ]; do sleep 0.02; done\" }\n");
        var stale = at.Run("run", "plan.yaml", "--id", "e").Is(0);
        Assert.Contains("1 finished task was changed in the plan since (one)", stale.Out, StringComparison.Ordinal);
        var status = at.Run("status", "e").Is(0);
        Assert.Contains("--id e --rerun-changed", status.Out, StringComparison.Ordinal);
        Assert.Contains("and what was computed from that (two, last)", status.Out, StringComparison.Ordinal);
        using (var json = JsonDocument.Parse(at.Run("status", "e", "--json").Is(0).Out))
        {
            var data = json.RootElement.GetProperty("data");
            Assert.Equal("one", data.GetProperty("stale")[0].GetString());
            Assert.Equal(["two", "last"], data.GetProperty("behind_stale").EnumerateArray().Select(t => t.GetString()));
        }

        Assert.Equal(["one", "two"], at.Lines("log"));
        at.Run("run", "plan.yaml", "--id", "e", "--rerun-changed").Is(0);
        Assert.Equal(["one", "two", "ONE", "two"], at.Lines("log"));
        Assert.DoesNotContain("rerun-changed", at.Run("status", "e").Is(0).Out, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_task_that_was_mended_is_named_by_retry_and_run_by_rerun_changed()
    {
        using var at = new Holding();
        at.Write("bad", "");
        at.Write("plan.yaml", First);
        at.Run("run", "plan.yaml", "--id", "e").Is(1);
        at.Write("plan.yaml", First.Replace("-e bad", "-e worse", StringComparison.Ordinal));
        var retried = at.Run("retry", "e", "--failed").Is(1);
        Assert.Contains("plan.yaml was edited since run e took it in (two)", retried.Out, StringComparison.Ordinal);
        Assert.Contains("--id e --rerun-changed", retried.Out, StringComparison.Ordinal);
        at.Run("run", "plan.yaml", "--id", "e", "--rerun-changed").Is(0);
        Assert.Equal(["one", "two", "two", "two"], at.Lines("log"));
    }

    // What is computed from a result that is made anew is made anew; what must not happen twice is for a person.
    [Fact]
    public void What_needs_a_task_that_runs_again_runs_again_and_what_must_not_is_held()
    {
        const string Plan = """
            tasks:
              data: { run: "echo 1 > data.txt" }
              table: { needs: [ data ], run: "sed s/^/table/ data.txt > table.txt" }
              each: { needs: [ table ], for-each: { items: [ x, y ] },
                run: "echo ${{ item }} $(cat table.txt) >> each" }
              pay: { needs: [ table ], effect: once, run: "echo paid $(cat table.txt) >> paid" }
              receipt: { needs: [ pay ], run: "cat table.txt >> receipt" }
              aside: { run: "echo aside >> log" }
            """;
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        at.Run("run", "plan.yaml", "--id", "e").Is(0);
        at.Write("plan.yaml", Plan.Replace("echo 1", "echo 2", StringComparison.Ordinal));
        Assert.Contains("runs those and 4 that need them",
            at.Run("run", "plan.yaml", "--id", "e").Is(0).Out, StringComparison.Ordinal);
        var told = at.Run("run", "plan.yaml", "--id", "e", "--rerun-changed").Is(9);
        Assert.Contains("pay needs what runs again; it may not be repeated without you", told.Out,
            StringComparison.Ordinal);
        Assert.Contains("each needs what runs again, so it runs again too, for the same items", told.Out,
            StringComparison.Ordinal);
        Assert.Contains("holdfast resolve e pay", told.Out, StringComparison.Ordinal);
        Assert.Equal("table2\n", at.Read("table.txt"));
        Assert.Equal(["x table1", "x table2", "y table1", "y table2"], at.Lines("each").Order(StringComparer.Ordinal));
        Assert.Equal(["paid table1"], at.Lines("paid"));
        Assert.Equal(["table1"], at.Lines("receipt"));
        at.Run("why", "e").Is(0);
        at.Run("resolve", "e", "pay", "--redo").Is(0);
        at.Until(() => at.Count("e", "journal_closed") == 2, "the run to end");
        at.Run("resume", "e").Is(0);
        Assert.Equal(["paid table1", "paid table2"], at.Lines("paid"));
        Assert.Equal(["table1", "table2"], at.Lines("receipt"));
        Assert.Equal(["aside"], at.Lines("log"));
        at.Run("journal", "verify", "e").Is(0);
    }

    // The journal speaks of a task that the edited plan does not have: that it was blocked, and nothing more.
    [Fact]
    public void A_task_that_never_ran_can_be_taken_out_of_the_plan()
    {
        using var at = new Holding();
        at.Write("bad", "");
        at.Write("plan.yaml", First + "\n  last: { needs: [ two ], run: \"echo last >> log\" }\n");
        at.Run("run", "plan.yaml", "--id", "e").Is(1);
        File.Delete(Path.Combine(at.Folder, "bad"));
        at.Write("plan.yaml", Edited);
        var edited = at.Run("run", "plan.yaml", "--id", "e", "--rerun-changed").Is(0);
        Assert.Contains("0 tasks added, 0 changed, 1 removed", edited.Out, StringComparison.Ordinal);
        Assert.Equal(["one", "two", "ONE", "two"], at.Lines("log"));
        at.Run("status", "e").Is(0);
        at.Run("resume", "e").Is(0);
        Assert.Equal(4, at.Lines("log").Length);
    }

    [Fact]
    public void A_cancelled_run_is_not_reopened_and_the_flag_needs_an_id()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { run: \"echo a >> log; exec sleep 60\" }\n");
        var run = at.Start("run", "plan.yaml", "--id", "e");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        at.Run("cancel", "e").Is(0);
        run.End().Is(3);
        at.Write("plan.yaml", "tasks:\n  a: { run: \"echo b >> log\" }\n");
        var refused = at.Run("run", "plan.yaml", "--id", "e", "--rerun-changed").Is(11);
        Assert.Contains("was cancelled, which is final", refused.Error, StringComparison.Ordinal);
        at.Run("run", "plan.yaml", "--rerun-changed").Is(2);
    }

    [Fact]
    public void A_crash_between_the_edit_and_its_record_loses_neither_plan()
    {
        using var at = new Holding();
        at.Write("bad", "");
        at.Write("plan.yaml", First);
        at.Run("run", "plan.yaml", "--id", "e").Is(1);
        at.Write("plan.yaml", Edited);
        at.Run("run", "plan.yaml", "--id", "e", "--rerun-changed").Is(1);
        var copy = Path.Combine(at.Folder, ".holdfast/runs/e/plan.json");
        var next = Path.Combine(at.Folder, ".holdfast/runs/e/plan.next.json");

        // As a crash leaves it after the record and before the edited plan took its place.
        var edited = File.ReadAllText(copy);
        File.Move(copy, next);
        File.WriteAllText(copy, edited.Replace("echo ONE", "echo one", StringComparison.Ordinal));
        File.Delete(Path.Combine(at.Folder, "bad"));
        at.Run("retry", "e", "--failed").Is(0);
        Assert.False(File.Exists(next));
        Assert.Equal(edited, File.ReadAllText(copy));

        // And before the record: the edited plan was never named.
        File.WriteAllText(next, edited.Replace("echo ONE", "echo never", StringComparison.Ordinal));
        at.Run("resume", "e").Is(0);
        Assert.False(File.Exists(next));
        Assert.Equal(edited, File.ReadAllText(copy));
    }

    [Fact]
    public void A_plan_json_that_was_changed_or_broken_is_refused_with_8_and_made_anew_from_the_plan_file()
    {
        using var at = new Holding();
        at.Write("bad", "");
        at.Write("plan.yaml", First);
        at.Run("run", "plan.yaml", "--id", "e").Is(1);
        var copy = Path.Combine(at.Folder, ".holdfast/runs/e/plan.json");
        var good = File.ReadAllText(copy);
        foreach (var broken in new[] { good.Replace("echo two", "echo 2", StringComparison.Ordinal), "{", "[]", "" })
        {
            File.WriteAllText(copy, broken);
            foreach (var command in new[] { "resume", "retry" })
            {
                string[] line = command == "retry" ? ["retry", "e", "--failed", "--json"] : ["resume", "e", "--json"];
                var refused = at.Run(line).Is(8);
                Assert.Contains("\"code\":\"plan_damaged\"", refused.Out, StringComparison.Ordinal);
            }
        }

        Assert.Equal(["one", "two"], at.Lines("log"));
        at.Run("run", "plan.yaml", "--id", "e", "--rerun-changed").Is(1);
        Assert.Equal(good, File.ReadAllText(copy));
    }
}
