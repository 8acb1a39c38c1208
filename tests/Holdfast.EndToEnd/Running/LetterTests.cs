using System.Globalization;
using System.Text.Json;

namespace Holdfast.EndToEnd.Running;

/// <summary>Dead letters with real processes.</summary>
public sealed class LetterTests
{
    private const string Plan = """
        tasks:
          flaky:
            run: "echo try >> log; [ -e mended ] || { echo 'connect: Connection refused' >&2; exit 1; }"
            retry: none
          next: { needs: [ flaky ], run: "echo next >> log" }
        """;

    [Fact]
    public void The_letter_of_a_run_that_was_deleted_is_no_matter_of_one_whose_id_begins_like_it()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        var id = Only(at, "open").GetProperty("id").GetString()!;
        at.Run("prune", "--keep", "0s").Is(0);
        at.Run("run", "plan.yaml", "--id", "s2").Is(1);
        Assert.Contains("run s is gone", at.Run("letters", "replay", id).Is(10).Out, StringComparison.Ordinal);
        Assert.Equal(["try", "try"], at.Lines("log"));
        var shown = at.Run("letters", "show", id).Is(0).Out;
        Assert.Contains($"next: holdfast letters discard {id} --reason", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("holdfast why s ", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_letter_is_closed_only_by_a_replay_that_succeeds()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        var red = at.Run("run", "plan.yaml", "--id", "s").Is(1);
        Assert.Contains("letters list", red.Out + red.Error, StringComparison.Ordinal);
        var letter = Only(at, "open");
        var id = letter.GetProperty("id").GetString()!;
        Assert.Equal(("s", "flaky", "connection"), (
            letter.GetProperty("run").GetString(), letter.GetProperty("task").GetString(),
            letter.GetProperty("class").GetString()));
        Assert.Contains("Connection refused", letter.GetProperty("evidence").GetProperty("text").GetString());

        // A dry run runs and marks nothing.
        var before = at.Read(".holdfast/letters.ndjson");
        var dry = at.Run("letters", "replay", id, "--dry-run").Is(0);
        Assert.Contains("as it was when it failed", dry.Out, StringComparison.Ordinal);
        Assert.Contains("attempt 2 of \"flaky\"", dry.Out, StringComparison.Ordinal);
        Assert.Equal(before, at.Read(".holdfast/letters.ndjson"));
        Assert.Equal(["try"], at.Lines("log"));

        // A replay that fails stays the same letter, with one more try, and has to cool down.
        at.Run("letters", "replay", id).Is(1);
        letter = Only(at, "open");
        Assert.Equal((id, 1), (letter.GetProperty("id").GetString(), letter.GetProperty("replay_count").GetInt32()));
        at.Run("letters", "replay", id).Is(9);
        Assert.Equal(["try", "try"], at.Lines("log"));

        // What was mended elsewhere closes it too.
        at.Write("mended", "");
        at.Run("retry", "s", "--failed").Is(0);
        Assert.Equal(["try", "try", "try", "next"], at.Lines("log"));
        Only(at, "replayed");
        at.Run("letters", "replay", id).Is(11);
        at.Run("letters", "replay", "dl-none").Is(10);
        at.Run("letters", "replay", "--all").Is(0);
    }

    [Fact]
    public void A_replay_drives_the_run_to_its_end_and_a_class_that_stays_needs_force()
    {
        using var at = new Holding();
        at.Write("plan.yaml",
            Plan.Replace("connect: Connection refused", "AssertionError: 3 != 4", StringComparison.Ordinal));
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        var id = Only(at, "open").GetProperty("id").GetString()!;
        at.Write("mended", "");
        var refused = at.Run("letters", "replay", "--all").Is(11);
        Assert.Contains("--force", refused.Out, StringComparison.Ordinal);
        Assert.Contains("nothing was replayed:", refused.Out, StringComparison.Ordinal);
        at.Run("letters", "replay", id, "--force").Is(0);
        Assert.Equal(["try", "try", "next"], at.Lines("log"));
        Only(at, "replayed");
    }

    [Fact]
    public void A_discarded_letter_keeps_its_reason_and_comes_back_with_no_takeover()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        var id = Only(at, "open").GetProperty("id").GetString()!;
        at.Run("letters", "discard", id).Is(2);
        at.Run("letters", "discard", id, "--reason", "known").Is(0);
        at.Run("resume", "s");
        Assert.Equal("known", Only(at, "discarded").GetProperty("reason").GetString());
        at.Run("letters", "discard", id, "--reason", "again").Is(11);
    }

    [Fact]
    public void A_letter_tells_the_causes_the_stack_and_the_facts_that_why_tells()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              load:
                run: |
                  cat >&2 <<'END'
                  java.lang.IllegalStateException: outer
                  	at a.B.run(B.java:12)
                  Caused by: java.net.ConnectException: Connection refused
                  	at a.C.open(C.java:5)
                  END
                  exit 3
                retry: none
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        var context = Only(at, "open").GetProperty("context");
        Assert.Equal(("command", "command", "3"), (
            context.GetProperty("runtime").GetString(), context.GetProperty("operation").GetString(),
            context.GetProperty("metadata").GetProperty("exit_code").GetString()));
        var shown = at.Run("letters", "show", "dl-").Is(0).Out;
        foreach (var told in new[] { "java.net.ConnectException: Connection refused", "at a.C.open", "exit_code=3" })
        {
            Assert.Contains(told, shown, StringComparison.Ordinal);
            Assert.Contains(told, at.Run("why", "s").Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_process_that_is_gone_is_told_by_the_one_that_found_it_with_all_that_names_it()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              lost: { run: "cut -d' ' -f5 /proc/$$/stat > group; exec sleep 1000", retry: none }
            """);
        var run = at.Start("run", "plan.yaml", "--id", "s");
        at.Until(() => at.Read("group").EndsWith('\n'), "the task to run");
        run.Signal(Command.Kill);
        run.End();
        Command.Signal(-int.Parse(at.Read("group"), CultureInfo.InvariantCulture), Command.Kill);
        at.Run("resume", "s");
        var context = Only(at, "open").GetProperty("context");
        Assert.Equal("lost", context.GetProperty("operation").GetString());
        var facts = context.GetProperty("metadata");
        Assert.Equal(("s", "lost", "1", "command"), (
            facts.GetProperty("run").GetString(), facts.GetProperty("task").GetString(),
            facts.GetProperty("attempt").GetString(), context.GetProperty("runtime").GetString()));
        Assert.Contains("lost on command", at.Run("why", "s").Out, StringComparison.Ordinal);
    }

    private static JsonElement Only(Holding at, string status)
    {
        using var document = JsonDocument.Parse(at.Run("letters", "list", "--all", "--json").Is(0).Out);
        var letter = Assert.Single(document.RootElement.GetProperty("data").GetProperty("letters").EnumerateArray());
        Assert.Equal(status, letter.GetProperty("status").GetString());
        return letter.Clone();
    }
}
