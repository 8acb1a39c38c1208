using System.Text.Json;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.Hardship;

/// <summary>Runs that are over, broken, half deleted, or past their deadline with nobody there.</summary>
public sealed class ClosedRunTests
{
    [Fact]
    public void Steering_a_closed_run_is_refused_and_records_nothing()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { run: echo a }\n");
        at.Run("run", "plan.yaml", "--id", "s").Is(0);
        var journal = at.Journal("s");
        foreach (var command in new string[][]
        {
            ["cancel", "s"], ["pause", "s"], ["unpause", "s"], ["resolve", "s", "a", "--done"], ["retry", "s", "a"],
            ["retry", "s", "--failed"],
        })
        {
            at.Run(command).Is(11);
            Assert.Equal(journal, at.Journal("s"));
        }

        at.Run("retry", "s", "b").Is(10);
        at.Run("resume", "s").Is(0);
        at.Run("run", "plan.yaml", "--id", "s").Is(0);
        Assert.Equal(journal, at.Journal("s"));
    }

    [Fact]
    public void A_plan_whose_secret_is_gone_can_be_cancelled()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            secrets: { KEY: { env: HF_KEY } }
            tasks:
              a: { run: "echo $KEY; echo x >> log; exec sleep 60", secrets: [ KEY ] }
            """);
        var run = at.Start([("HF_KEY", "s3cr3t-value-4711")], "run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        run.Signal(Command.Kill);
        run.End();
        at.Run("resume", "s").Is(2);
        var cancelled = at.Run("cancel", "s").Is(0);
        Assert.DoesNotContain("s3cr3t-value-4711", cancelled.Out + cancelled.Error + at.Journal("s"),
            StringComparison.Ordinal);
        Assert.Equal(1, at.Count("s", "journal_closed"));
    }

    [Fact]
    public void A_retry_whose_secret_is_gone_orders_nothing()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            secrets: { KEY: { env: HF_KEY } }
            tasks: { a: { run: "echo x >> log; [ -e go ]", secrets: [ KEY ], retry: none } }
            """);
        at.Start([("HF_KEY", "s3cr3t-value-4711")], "run", "plan.yaml", "--id", "s").End().Is(1);
        var journal = at.Journal("s");
        Assert.Contains("HF_KEY is not set", at.Run("retry", "s", "--failed").Is(2).Error, StringComparison.Ordinal);
        Assert.Equal(journal, at.Journal("s"));
        at.Write("go", "");
        at.Start([("HF_KEY", "s3cr3t-value-4711")], "retry", "s", "a").End().Is(0);
        Assert.Equal(["x", "x"], at.Lines("log"));
    }

    [Fact]
    public void Resume_all_goes_past_a_broken_run_and_tells_of_each()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { run: \"until [ -e go ]; do sleep 0.02; done; echo done >> log\" }\n");
        foreach (var id in new[] { "r1", "r2", "r3" })
        {
            var run = at.Start("run", "plan.yaml", "--new", "--id", id);
            at.Until(() => at.Count(id, "attempt_started") == 1, "the task to run");
            run.Signal(Command.Kill);
            run.End();
        }

        var copy = at.Read(".holdfast/runs/r2/plan.json");
        at.Write(".holdfast/runs/r2/plan.json", "{");
        at.Write("go", "");
        var all = at.Run("resume", "--all", "--json").Is(8);
        using var told = JsonDocument.Parse(all.Out);
        var runs = told.RootElement.GetProperty("data").GetProperty("runs").EnumerateArray().ToArray();
        Assert.Equal(["r1", "r2", "r3"], runs.Select(r => r.GetProperty("run").GetString()));
        Assert.Equal([0, 8, 0], runs.Select(r => r.GetProperty("exit_code").GetInt32()));
        Assert.Equal("succeeded", runs[0].GetProperty("status").GetString());
        Assert.Contains("plan.json", runs[1].GetProperty("error").GetString(), StringComparison.Ordinal);
        at.Write(".holdfast/runs/r2/plan.json", copy);
        at.Run("resume", "r2").Is(0);
    }

    [Fact]
    public void A_deadline_that_passes_while_nobody_drives_ends_what_runs_and_then_the_run()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            deadline: 3s
            tasks:
              long: { run: "echo $$ >> log; while :; do sleep 0.05; done" }
              never: { needs: [ long ], run: "echo never >> log" }
            """);
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        run.Signal(Command.Kill);
        run.End();
        var pid = at.Lines("log")[0];
        at.Until(() => !Directory.Exists($"/proc/{pid}"), "the attempt to be ended although nobody drives");
        at.Run("resume", "s").Is(1);
        Assert.Single(at.Lines("log"));
        Assert.Contains("deadline", at.Journal("s"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_prune_left_half_deleted_is_told_as_such_and_finished_by_the_next_prune()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { run: echo a }\n");
        at.Run("run", "plan.yaml", "--id", "s").Is(0);
        at.Run("run", "plan.yaml", "--id", "t").Is(0);
        at.Write(".holdfast/runs/s/pruning", "");
        File.Delete(Path.Combine(at.Folder, ".holdfast/runs/s/plan.json"));
        Assert.Contains("half_pruned", at.Run("list").Is(0).Out, StringComparison.Ordinal);
        Assert.Contains("holdfast prune", at.Run("status", "s").Is(11).Error, StringComparison.Ordinal);
        Assert.Contains("holdfast prune", at.Run("resume", "s").Is(11).Error, StringComparison.Ordinal);
        at.Run("run", "plan.yaml", "--id", "s").Is(11);
        at.Run("resume").Is(0);
        at.Run("prune").Is(0);
        Assert.Equal("t", at.OnlyRun());
        at.Run("run", "plan.yaml", "--id", "s").Is(0);
    }
}
