using System.Text.Json;

namespace Holdfast.EndToEnd.Running;

/// <summary>Letters that a killed driver, or nobody at all, left unwritten; and every end that becomes one.</summary>
public sealed class OwedLetterTests
{
    private const string Red = """
        tasks:
          a: { run: "echo 'connect: Connection refused' >&2; exit 1", retry: none }
        """;

    [Fact]
    public void A_driver_killed_between_the_last_event_and_the_letter_leaves_one_all_the_same()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Red);
        KillBeforeTheLetter(at);

        // Whoever looks at letters first is told of it, and the run itself is left for whoever goes on with it.
        var journal = at.Journal("s");
        Assert.Equal(("a", "open"), Only(at));
        Assert.Equal(journal, at.Journal("s"));
        at.Run("resume", "s").Is(1);
        Assert.Equal(1, at.Count("s", "journal_closed"));
        Assert.Equal(("a", "open"), Only(at));
    }

    [Fact]
    public void The_one_who_resumes_such_a_run_writes_it()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Red);
        KillBeforeTheLetter(at);
        at.Run("resume").Is(1);
        Assert.Single(
            at.Lines(".holdfast/letters.ndjson"), l => l.Contains("\"task\":\"a\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Letters_that_could_not_be_written_are_told_of_and_made_up_for_when_the_run_is_closed()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Red);
        Directory.CreateDirectory(Path.Combine(at.Folder, ".holdfast", "letters.ndjson"));
        var red = at.Run("--workspace", ".holdfast", "run", "plan.yaml", "--id", "s").Is(1);
        Assert.Contains("letters of run s could not be written", red.Error, StringComparison.Ordinal);
        Assert.Equal(1, at.Count("s", "journal_closed"));
        Directory.Delete(Path.Combine(at.Folder, ".holdfast", "letters.ndjson"), recursive: true);
        var journal = at.Journal("s");
        at.Run("resume", "s").Is(1);
        Assert.Equal(journal, at.Journal("s"));
        Assert.Equal(("a", "open"), Only(at));
    }

    [Fact]
    public void A_task_that_a_person_fails_while_nobody_drives_has_its_letter_at_once()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              pay: { run: "echo paid >> log; kill -SEGV $$", effect: once }
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(9);
        Assert.Empty(Letters(at));
        at.Run("resolve", "s", "pay", "--fail", "--no-resume").Is(0);
        Assert.Equal(("pay", "open"), Only(at));
        at.Run("resume", "s").Is(1);
        Assert.Equal(("pay", "open"), Only(at));
        Assert.Equal(["paid"], at.Lines("log"));
    }

    [Fact]
    public void What_a_deadline_of_the_run_ended_is_a_letter()
    {
        // DL2: timeouts and denials never reached the queue.
        using var at = new Holding();
        at.Write("plan.yaml", """
            deadline: 1s
            tasks:
              long: { run: "exec sleep 60" }
              never: { needs: [ long ], run: "echo never >> log" }
            """);
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        var letter = Assert.Single(Letters(at));
        Assert.Equal(("long", "timeout"), (
            letter.GetProperty("task").GetString(), letter.GetProperty("class").GetString()));
        Assert.Contains("deadline", letter.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Empty(at.Lines("log"));
    }

    [Fact]
    public void Replaying_all_reports_the_letters_whose_run_misses_a_secret_beside_those_that_ran()
    {
        using var at = new Holding();
        at.Write("secret.yaml", "name: with\nsecrets: { KEY: { env: HF_KEY } }\n" + Red);
        at.Write("plain.yaml", """
            name: without
            tasks:
              b: { run: "[ -e mended ] || { echo 'connect: Connection refused' >&2; exit 1; }", retry: none }
            """);
        var first = at.Start([("HF_KEY", "s3cr3t-value-4711")], "run", "secret.yaml", "--id", "s");
        first.End().Is(1);
        at.Run("run", "plain.yaml", "--id", "t").Is(1);
        at.Write("mended", "");
        var all = at.Run("letters", "replay", "--all", "--json").Is(2);
        using var told = JsonDocument.Parse(all.Out);
        var results = told.RootElement.GetProperty("data").GetProperty("letters").EnumerateArray()
            .ToDictionary(l => l.GetProperty("task").GetString()!);
        Assert.Equal(["a", "b"], results.Keys.Order());
        Assert.Equal("secret_missing", results["a"].GetProperty("result").GetString());
        Assert.Contains("HF_KEY", results["a"].GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("replayed", results["b"].GetProperty("result").GetString());

        // Nothing was ordered for it, so nothing has to cool down.
        at.Start([("HF_KEY", "s3cr3t-value-4711")], "letters", "replay", "--all").End().Is(1);
    }

    // The run has ended, nothing has been said of it in the letters, and the journal is not closed.
    private static void KillBeforeTheLetter(Holding at)
    {
        var book = Path.Combine(at.Folder, ".holdfast", "letters.ndjson.lock");
        at.StartUnder(
            [
                "strace", "-f", "-b", "execve", "-o", "/dev/null", "-P", book, "-e", "trace=openat",
                "-e", "inject=openat:signal=KILL:when=1",
            ],
            "run", "plan.yaml", "--id", "s").End().Is(137);
        Assert.Equal((1, 0), (at.Count("s", "run_ended"), at.Count("s", "journal_closed")));
        Assert.Equal("", at.Read(".holdfast/letters.ndjson"));
    }

    private static (string? Task, string? Status) Only(Holding at)
    {
        var letter = Assert.Single(Letters(at));
        return (letter.GetProperty("task").GetString(), letter.GetProperty("status").GetString());
    }

    private static List<JsonElement> Letters(Holding at)
    {
        using var document = JsonDocument.Parse(at.Run("letters", "list", "--all", "--json").Is(0).Out);
        return [.. document.RootElement.GetProperty("data").GetProperty("letters").EnumerateArray()
            .Select(l => l.Clone())];
    }
}
