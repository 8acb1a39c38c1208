namespace Holdfast.EndToEnd.Running;

/// <summary>The main promise: whatever is killed and whenever, nothing finished is repeated and nothing is
/// lost.</summary>
public sealed class CrashTests
{
    private const string Plan = """
        name: crash
        max-parallel: 3
        tasks:
          a: { run: "echo start a >> log; sleep 0.15; echo end a >> log" }
          b: { run: "echo start b >> log; sleep 0.05; echo end b >> log" }
          c: { needs: [ a ], run: "echo start c >> log; sleep 0.1; echo end c >> log" }
          d: { needs: [ a, b ], run: "echo start d >> log; echo end d >> log", effect: once }
          many:
            needs: [ b ]
            for-each: { items: [ x, y, z ] }
            run: "echo start many-${{ item }} >> log; sleep 0.1; echo end many-${{ item }} >> log"
          last: { needs: [ c, d, many ], run: "echo start last >> log; echo end last >> log" }
        """;

    private static readonly string[] Tasks = ["a", "b", "c", "d", "many-x", "many-y", "many-z", "last"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Killed_at_random_moments_every_task_still_runs_exactly_once(int seed)
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        var random = new Random(seed);
        var killed = 0;
        for (var round = 0; round < 5; round++)
        {
            var already = at.Lines(".holdfast/runs/k/journal.ndjson").Length;
            var target = already + random.Next(1, 8);
            var run = at.Start("run", "plan.yaml", "--id", "k");
            at.Until(
                () => run.HasExited || at.Lines(".holdfast/runs/k/journal.ndjson").Length >= target,
                $"{target} lines in the journal");
            if (!run.HasExited)
            {
                run.Signal(Command.Kill);
                killed++;
            }

            run.End();
        }

        at.Run("run", "plan.yaml", "--id", "k").Is(0);
        Assert.True(killed > 0, "the run was over before it could be killed");
        foreach (var task in Tasks)
        {
            Assert.Single(at.Lines("log"), $"start {task}");
            Assert.Single(at.Lines("log"), $"end {task}");
        }

        Assert.Equal(Tasks.Length, at.Count("k", "attempt_succeeded"));
    }

    [Fact]
    public void Work_goes_on_while_nobody_drives_and_is_taken_up()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  long: { run: \"echo start >> log; until [ -e go ]; do sleep 0.02; done; "
            + "echo end >> log\" }\n");
        var run = at.Start("run", "plan.yaml", "--id", "k");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        run.Signal(Command.Kill);
        run.End();
        var dry = at.Run("resume", "k", "--dry-run").Is(0);
        Assert.Contains("adopted    long: attempt 1 still runs", dry.Out, StringComparison.Ordinal);
        var resumed = at.Start("resume", "k");
        at.Until(() => at.Count("k", "attempt_adopted") == 1, "the attempt to be taken up");
        at.Write("go", "");
        resumed.End().Is(0);
        Assert.Equal(["start", "end"], at.Lines("log"));
    }

    [Fact]
    public void What_must_run_once_and_is_gone_is_held_until_a_person_decides()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              pay: { run: "echo paid $$ >> log; exec sleep 60", effect: once, adopt: false }
              after: { needs: [ pay ], run: "echo after >> log" }
            """);
        var run = at.Start("run", "plan.yaml", "--id", "k");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        run.Signal(Command.Kill);
        run.End();
        var held = at.Run("resume", "k").Is(9);
        Assert.Contains("holdfast resolve k pay", held.Out, StringComparison.Ordinal);
        at.Run("resolve", "k", "pay").Is(2);
        at.Run("resolve", "k", "nothing", "--done").Is(10);
        at.Run("resolve", "k", "after", "--done").Is(11);
        var resolved = at.Run("resolve", "k", "pay", "--done").Is(0);
        Assert.Contains("driven on in the background", resolved.Out, StringComparison.Ordinal);
        at.Until(() => at.Count("k", "journal_closed") == 1, "the background driver to end the run");
        Assert.Equal(2, at.Lines("log").Length);
        Assert.Equal("after", at.Lines("log")[1]);
        at.Run("resume", "k").Is(0);
    }

    [Fact]
    public void Retry_runs_what_failed_and_what_it_blocked_and_nothing_else()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              good: { run: "echo good >> log" }
              bad: { run: "echo bad >> log; [ -e mended ] || { echo '401 Unauthorized' >&2; exit 1; }" }
              behind: { needs: [ bad ], run: "echo behind >> log" }
            """);
        at.Run("run", "plan.yaml", "--id", "r").Is(1);
        at.Run("resume", "r").Is(1);
        at.Run("retry", "r", "good").Is(11);
        at.Run("retry", "r", "bda").Is(10);
        at.Run("retry", "r").Is(2);
        at.Write("mended", "");
        at.Run("retry", "r", "--failed").Is(0);
        Assert.Single(at.Lines("log"), "good");
        Assert.Single(at.Lines("log"), "behind");
        Assert.Equal(2, at.Lines("log").Count(l => l == "bad"));
        at.Run("retry", "r", "--failed").Is(11);
    }

    [Fact]
    public void A_plan_edited_in_what_has_not_started_is_taken_over_and_a_foreign_one_is_refused()
    {
        using var at = new Holding();
        const string First = "name: p\ntasks:\n  one: { run: echo one >> log }\n  two: { needs: [ one ], run: \"echo "
            + "start >> log; sleep 60\" }\n";
        at.Write("plan.yaml", First + "  three: { needs: [ two ], run: echo old >> log }\n");
        var run = at.Start("run", "plan.yaml", "--id", "e");
        at.Until(() => at.Lines("log").Length == 2, "the second task to run");
        run.Signal(Command.Int);
        run.End().Is(3);
        at.Write("plan.yaml", First.Replace("sleep 60", "true", StringComparison.Ordinal)
            .Replace("echo one", "echo ONE", StringComparison.Ordinal)
            + "  three: { needs: [ two ], run: echo new >> log }\n");
        at.Write("other.yaml", "name: other\ntasks:\n  one: { run: echo }\n");
        var foreign = at.Run("run", "other.yaml", "--id", "e").Is(11);
        Assert.Contains("is of the plan \"p\"", foreign.Error, StringComparison.Ordinal);
        var ended = at.Run("run", "plan.yaml", "--id", "e").Is(0);
        Assert.Contains("one changed after it had finished", ended.Out, StringComparison.Ordinal);
        Assert.Equal(["one", "start", "start", "new"], at.Lines("log"));
        Assert.Equal(1, at.Count("e", "plan_changed"));
    }

    [Fact]
    public void A_fork_takes_over_what_is_not_behind_its_task()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              before: { run: "echo before >> log" }
              from: { needs: [ before ], run: "echo from >> log" }
              behind: { needs: [ from ], run: "echo behind >> log" }
              beside: { run: "echo beside >> log" }
            """);
        at.Run("run", "plan.yaml", "--id", "r").Is(0);
        at.Run("fork", "r", "--from", "form").Is(10);
        at.Run("fork", "r", "--from", "from", "--id", "f").Is(0);
        Assert.Single(at.Lines("log"), "before");
        Assert.Single(at.Lines("log"), "beside");
        Assert.Equal(2, at.Lines("log").Count(l => l == "from"));
        Assert.Equal(2, at.Lines("log").Count(l => l == "behind"));
        Assert.Equal(2, at.Count("f", "task_taken_over"));
        at.Run("fork", "r", "--from", "from", "--id", "f").Is(11);
    }
}
