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
        Assert.Equal(["one", "two", "ONE"], at.Lines("log"));
        at.Run("run", "plan.yaml", "--id", "e", "--rerun-changed").Is(0);
        Assert.Equal(3, at.Lines("log").Length);
        Assert.Equal((1, 1), (at.Count("e", "plan_changed"), at.Count("e", "run_reopened")));
        at.Run("resume", "e").Is(0);
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
        using (var json = JsonDocument.Parse(at.Run("status", "e", "--json").Is(0).Out))
        {
            Assert.Equal("one", json.RootElement.GetProperty("data").GetProperty("stale")[0].GetString());
        }

        Assert.Equal(["one", "two"], at.Lines("log"));
        at.Run("run", "plan.yaml", "--id", "e", "--rerun-changed").Is(0);
        Assert.Equal(["one", "two", "ONE"], at.Lines("log"));
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
        File.Delete(Path.Combine(at.Folder, "bad"));
        at.Write("plan.yaml", Edited);
        at.Run("run", "plan.yaml", "--id", "e", "--rerun-changed").Is(1);
        var copy = Path.Combine(at.Folder, ".holdfast/runs/e/plan.json");
        var next = Path.Combine(at.Folder, ".holdfast/runs/e/plan.next.json");

        // As a crash leaves it after the record and before the edited plan took its place.
        var edited = File.ReadAllText(copy);
        File.Move(copy, next);
        File.WriteAllText(copy, edited.Replace("echo ONE", "echo one", StringComparison.Ordinal));
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
