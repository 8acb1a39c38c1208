using System.Text.Json;

namespace Holdfast.EndToEnd.Running;

public sealed class SteeringTests
{
    private const string Waits = """
        tasks:
          long: { run: "echo start >> log; until [ -e go ]; do sleep 0.02; done; echo end >> log" }
          next: { needs: [ long ], run: "echo next >> log" }
        """;

    [Fact]
    public void A_second_holdfast_on_one_run_is_told_who_drives_it()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Waits);
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        var second = at.Run("resume", "s").Is(11);
        Assert.Contains($"process {run.Pid} ", second.Error, StringComparison.Ordinal);
        at.Run("run", "plan.yaml", "--id", "s").Is(11);
        var another = at.Run("run", "plan.yaml").Is(11);
        Assert.Contains("--new", another.Error, StringComparison.Ordinal);
        at.Write("go", "");
        at.Run("run", "plan.yaml", "--new", "--id", "t").Is(0);
        run.End().Is(0);
    }

    [Fact]
    public void Cancel_from_another_process_is_final()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Waits);
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        at.Run("cancel", "s").Is(0);
        run.End().Is(3);
        Assert.Equal(["start"], at.Lines("log"));
        at.Run("resume", "s").Is(3);
        at.Run("retry", "s", "--failed").Is(11);
        at.Run("cancel", "s").Is(11);
    }

    [Fact]
    public void Cancel_of_a_run_that_nobody_drives_ends_what_still_runs()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  long: { run: \"echo $$ >> log; while :; do sleep 0.05; done\" }\n");
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        run.Signal(Command.Kill);
        run.End();
        var pid = at.Lines("log")[0];
        Assert.True(Directory.Exists($"/proc/{pid}"), "a killed driver must not end its attempts");
        at.Run("cancel", "s").Is(0);
        at.Until(() => !Directory.Exists($"/proc/{pid}"), "the attempt to be ended");
        Assert.Equal(1, at.Count("s", "journal_closed"));
    }

    [Fact]
    public void A_paused_run_starts_nothing_until_it_is_unpaused()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Waits);
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        at.Run("pause", "s").Is(0);
        at.Write("go", "");
        at.Until(() => at.Count("s", "attempt_succeeded") == 1, "what runs to end");
        at.Run("unpause", "s").Is(0);
        run.End().Is(0);
        var journal = at.Journal("s");
        Assert.True(
            journal.IndexOf("\"run_unpaused\"", StringComparison.Ordinal)
            < journal.LastIndexOf("\"attempt_started\"", StringComparison.Ordinal),
            "the second task started although the run was paused");
        at.Run("unpause", "s").Is(11);
    }

    [Fact]
    public void A_request_is_carried_out_once_however_often_it_is_asked()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Waits);
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        at.Run("pause", "s", "--request-id", "q1").Is(0);
        at.Run("unpause", "s", "--request-id", "q2").Is(0);
        at.Run("pause", "s", "--request-id", "q1").Is(0);
        Assert.Equal(1, at.Count("s", "run_paused"));
        at.Write("go", "");
        run.End().Is(0);
    }

    [Fact]
    public void A_detached_run_goes_on_without_its_starter_and_holds_no_pipe()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Waits);
        var started = at.Run("run", "plan.yaml", "--detach").Is(0);
        var id = started.Out.Trim();
        Assert.Equal(at.OnlyRun(), id);
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        at.Write("go", "");
        at.Until(() => at.Count(id, "journal_closed") == 1, "the run to end");
        Assert.Equal(["start", "end", "next"], at.Lines("log"));

        // What is shown follows the journal on a thread of its own.
        at.Until(
            () => at.Read($".holdfast/runs/{id}/driver.log").Contains("succeeded  next", StringComparison.Ordinal),
            "the driver's log to tell the end");
    }

    [Fact]
    public void An_attempt_cannot_decide_about_its_own_run()
    {
        using var at = new Holding();
        var program = Path.Combine(AppContext.BaseDirectory, "Holdfast.Cli.dll");
        at.Write("plan.yaml", $$"""
            tasks:
              sly:
                run: |
                  dotnet '{{program}}' cancel s 2> told; echo $? > code
                  env -u HOLDFAST_ATTEMPT -u HOLDFAST_WORKSPACE dotnet '{{program}}' cancel s 2>> told; echo $? >> code
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(0);
        Assert.Equal(["11", "11"], at.Lines("code"));
        Assert.Contains("an attempt cannot cancel a run", at.Read("told"), StringComparison.Ordinal);
    }

    [Fact]
    public void Resume_all_takes_up_every_unfinished_run()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Waits);
        foreach (var id in new[] { "r1", "r2" })
        {
            var lines = at.Lines("log").Length;
            var run = at.Start("run", "plan.yaml", "--new", "--id", id);
            at.Until(() => at.Lines("log").Length == lines + 1, "the task to run");
            run.Signal(Command.Kill);
            run.End();
        }

        var several = at.Run("resume").Is(11);
        Assert.Contains("resume --all", several.Error, StringComparison.Ordinal);
        at.Write("go", "");
        at.Run("resume", "--all").Is(0);
        Assert.Equal(2, at.Lines("log").Count(l => l == "next"));
        Assert.Equal(0, at.Run("resume").Is(0).Error.Length);
    }

    [Fact]
    public void A_refusal_is_told_to_programs_too()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { run: echo }\n");
        at.Run("run", "plan.yaml", "--id", "s").Is(0);
        var refused = at.Run("pause", "s", "--json").Is(11);
        using var told = JsonDocument.Parse(refused.Out);
        Assert.Equal(11, told.RootElement.GetProperty("exit_code").GetInt32());
        Assert.Equal("refused", told.RootElement.GetProperty("error").GetProperty("code").GetString());
    }
}
