using System.Text.Json;

namespace Holdfast.EndToEnd.Running;

public sealed class RunCommandTests
{
    [Fact]
    public void A_plan_runs_and_ends_with_0()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { run: echo a >> log }\n  b: { needs: [ a ], run: echo b >> log }\n");
        var ended = at.Run("run", "plan.yaml").Is(0);
        Assert.Equal(["a", "b"], at.Lines("log"));
        Assert.Contains("succeeded  b in ", ended.Out, StringComparison.Ordinal);
        Assert.Contains("2 succeeded", ended.Out, StringComparison.Ordinal);
        Assert.Equal("*\n", at.Read(".holdfast/.gitignore"));
    }

    [Fact]
    public void A_failed_task_ends_with_1_and_says_what_failed_first()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              bad: { run: "echo '401 Unauthorized: model access denied' >&2; exit 1" }
              behind: { needs: [ bad ], run: "echo never >> log" }
              beside: { run: "echo beside >> log" }
            """);
        var ended = at.Run("run", "plan.yaml", "--id", "r").Is(1);
        Assert.Equal(["beside"], at.Lines("log"));
        Assert.Contains("failed first: bad: auth", ended.Out, StringComparison.Ordinal);
        Assert.Contains("next: holdfast why r", ended.Out, StringComparison.Ordinal);
        Assert.Equal(0, at.Count("r", "runtime_recovery_scheduled"));
        Assert.Equal(1, at.Count("r", "task_blocked"));
    }

    [Fact]
    public void A_rate_limit_is_waited_for_as_told_and_then_done()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              call:
                run: |
                  echo x >> log
                  [ $(wc -l < log) -gt 1 ] && exit
                  echo 'HTTP 429 Too Many Requests; retry after 1 seconds' >&2
                  exit 1
            """);
        at.Run("run", "plan.yaml", "--id", "r").Is(0);
        Assert.Equal(2, at.Lines("log").Length);
        Assert.Equal(1, at.Count("r", "runtime_error_classified"));
        Assert.Equal(1, at.Count("r", "runtime_recovery_scheduled"));
        Assert.Equal(1, at.Count("r", "task_retry_requested"));
    }

    [Fact]
    public void All_errors_of_a_plan_are_told_with_their_place_and_nothing_is_created()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  build: { run: make, colour: red }\n  deploy: { needs: [ biuld ], run: make "
            + "}\n");
        var ended = at.Run("run", "plan.yaml").Is(2);
        Assert.Contains("plan.yaml:2:", ended.Error, StringComparison.Ordinal);
        Assert.Contains("plan.yaml:3:", ended.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean \"build\"?", ended.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(at.Folder, ".holdfast")));
    }

    [Fact]
    public void A_missing_secret_ends_with_2_before_anything_is_created()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "secrets: { KEY: { env: HF_TEST_KEY_THAT_IS_NOT_SET } }\ntasks:\n  a: { run: echo a }\n");
        var ended = at.Run("run", "plan.yaml").Is(2);
        Assert.Contains("HF_TEST_KEY_THAT_IS_NOT_SET", ended.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(at.Folder, ".holdfast")));
    }

    [Fact]
    public void The_same_id_again_returns_the_code_and_runs_nothing()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { run: echo a >> log }\n  bad: { run: \"echo '401 Unauthorized' >&2; "
            + "exit 1\" }\n");
        at.Run("run", "plan.yaml", "--id", "same").Is(1);
        at.Run("run", "plan.yaml", "--id", "same").Is(1);
        Assert.Equal(["a"], at.Lines("log"));
    }

    [Fact]
    public void Only_runs_what_was_named_and_what_it_needs()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              base: { run: "echo base >> log" }
              unit-a: { needs: [ base ], run: "echo a >> log" }
              other: { run: "echo other >> log" }
            """);
        at.Run("run", "plan.yaml", "--only", "unit-*").Is(0);
        Assert.Equal(["base", "a"], at.Lines("log"));
        var none = at.Run("run", "plan.yaml", "--only", "unti-a").Is(10);
        Assert.Contains("did you mean \"unit-a\"?", none.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_dry_run_shows_the_order_and_creates_nothing()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  last: { needs: [ first ], run: echo }\n  first: { run: echo }\n");
        var ended = at.Run("run", "plan.yaml", "--dry-run").Is(0);
        Assert.True(
            ended.Out.IndexOf("first", StringComparison.Ordinal)
            < ended.Out.IndexOf("last, after first", StringComparison.Ordinal));
        Assert.False(Directory.Exists(Path.Combine(at.Folder, ".holdfast")));
    }

    [Fact]
    public void Json_is_the_journal_as_lines_and_ends_with_the_result()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { run: echo a }\n");
        var ended = at.Run("run", "plan.yaml", "--json").Is(0);
        var lines = ended.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var journal = at.Journal(at.OnlyRun()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(journal.Length + 1, lines.Length);
        for (var i = 0; i < journal.Length; i++)
        {
            using var shown = JsonDocument.Parse(lines[i]);
            using var kept = JsonDocument.Parse(journal[i]);
            foreach (var name in new[] { "seq", "at", "type", "data" })
            {
                Assert.Equal(kept.RootElement.GetProperty(name).GetRawText(),
                    shown.RootElement.GetProperty(name).GetRawText());
            }
        }

        using var result = JsonDocument.Parse(lines[^1]);
        Assert.Equal(0, result.RootElement.GetProperty("exit_code").GetInt32());
        Assert.Equal(1,
            result.RootElement.GetProperty("data").GetProperty("tasks").GetProperty("succeeded").GetInt32());
    }

    [Fact]
    public void A_secret_never_shows_nor_is_it_in_a_file_that_holdfast_writes()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            secrets: { KEY: { env: HF_KEY } }
            tasks:
              a: { run: "echo \"401 Unauthorized for key $KEY\" >&2; exit 1", secrets: [ KEY ] }
            """);
        const string Secret = "s3cr3t-value-4711";
        var ended = at.Start([("HF_KEY", Secret)], "run", "plan.yaml", "--id", "r").End().Is(1);
        Assert.DoesNotContain(Secret, ended.Out + ended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, at.Journal("r"), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, at.Read(".holdfast/runs/r/plan.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void In_github_actions_failures_are_annotated_and_the_step_gets_a_summary()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  bad: { run: \"echo '401 Unauthorized' >&2; exit 1\" }\n");
        var page = Path.Combine(at.Folder, "summary.md");
        var ended = at.Start(
            [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", page)], "run", "plan.yaml", "--id", "r").End().Is(1);
        Assert.Contains("::error title=bad failed (auth)::", ended.Out, StringComparison.Ordinal);
        Assert.Contains("| failed | 1 |", File.ReadAllText(page), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unwritable_workspace_ends_with_2_and_says_which()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { run: echo a }\n");
        var file = at.Write("taken", "a file where the workspace should be");
        var ended = at.Run("run", "plan.yaml", "--workspace", file).Is(2);
        Assert.Contains(file, ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_damaged_journal_ends_with_8_and_names_the_line()
    {
        using var at = new Holding();
        at.Write("plan.yaml", "tasks:\n  a: { run: echo a }\n");
        at.Run("run", "plan.yaml", "--id", "r").Is(0);
        var path = Path.Combine(at.Folder, ".holdfast/runs/r/journal.ndjson");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"tasks\":1", "\"tasks\":2", StringComparison.Ordinal));
        var ended = at.Run("resume", "r").Is(8);
        Assert.Contains("line 2", ended.Error, StringComparison.Ordinal);
    }
}
