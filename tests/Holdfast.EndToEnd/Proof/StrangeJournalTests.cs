using System.Globalization;
using System.Text;
using Holdfast.EndToEnd.Hardship;
using Holdfast.EndToEnd.Running;
using Holdfast.Journal;

namespace Holdfast.EndToEnd.Proof;

/// <summary>Journals that are not the run's own or not of this version, and worlds that are not either.</summary>
public sealed class StrangeJournalTests
{
    private const string Plan = """
        name: strange
        tasks:
          a: { effect: once, run: "echo a >> log" }
          b: { needs: [ a ], run: "echo b >> log; [ -e mended ]" }
        """;

    private static readonly string[][] Commands =
        [["resume", "r"], ["run", "plan.yaml", "--id", "r"], ["retry", "r", "--failed"], ["journal", "verify", "r"]];

    [Fact]
    public void A_started_run_whose_plan_is_gone_is_no_run_that_never_was()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            name: strange
            tasks:
              a: { run: "echo a >> log" }
              ok: { needs: [ a ], approval: { by: [ qa ] } }
            """);
        at.Run("run", "plan.yaml", "--id", "r").Is(9);
        File.Delete(Path.Combine(Path.GetDirectoryName(JournalOf(at, "r"))!, "plan.json"));
        foreach (var command in new string[][] { ["resume"], ["resume", "r"], ["resume", "--all"], ["cancel", "r"] })
        {
            Assert.Contains("plan.json is gone, and the run had started", at.Run(command).Is(8).Error,
                StringComparison.Ordinal);
        }

        at.Run("run", "plan.yaml", "--id", "r").Is(9);
        at.Run("resume").Is(9);
        Assert.Equal(["a"], at.Lines("log"));
    }

    [Theory]
    [InlineData("same workspace")]
    [InlineData("other workspace")]
    public void The_journal_of_a_run_of_another_plan_is_refused_and_nothing_starts(string from)
    {
        using var at = new Holding();
        using var other = new Holding();
        at.Write("plan.yaml", Plan);
        at.Run("run", "plan.yaml", "--id", "r").Is(1);
        var source = from == "same workspace" ? at : other;
        source.Write("foreign.yaml", Plan.Replace("strange", "foreign", StringComparison.Ordinal));
        source.Run("run", "foreign.yaml", "--id", "s").Is(1);
        var before = at.Read("log");
        File.Copy(JournalOf(source, "s"), JournalOf(at, "r"), overwrite: true);
        foreach (var command in Commands[..3])
        {
            var ended = at.Run(command);
            Assert.True(ended.Code == 8, $"{string.Join(' ', command)}: {ended.Code}\n{ended.Out}{ended.Error}");
            Assert.Contains(Path.GetDirectoryName(JournalOf(at, "r"))!, ended.Error, StringComparison.Ordinal);
            Assert.Contains("it is the journal of run s", ended.Error, StringComparison.Ordinal);
        }

        Assert.Equal(before, at.Read("log"));
        Directory.Delete(Path.GetDirectoryName(JournalOf(at, "r"))!, recursive: true);
    }

    [Fact]
    public void The_journal_of_another_run_of_the_same_plan_is_refused_by_name()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        at.Run("run", "plan.yaml", "--id", "r").Is(1);
        at.Run("run", "plan.yaml", "--id", "s").Is(1);
        var before = at.Read("log");
        File.Copy(JournalOf(at, "s"), JournalOf(at, "r"), overwrite: true);
        foreach (var command in Commands[..3].Append(["status", "r"]).Append(["why", "r"]))
        {
            var ended = at.Run(command);
            Assert.True(ended.Code == 8, $"{string.Join(' ', command)}: {ended.Code}\n{ended.Out}{ended.Error}");
            Assert.Contains("it is the journal of run s, and lies in the folder of run r", ended.Error,
                StringComparison.Ordinal);
        }

        Assert.Equal(before, at.Read("log"));
        at.Run("status", "s").Is(0);
    }

    [Fact]
    public void A_journal_of_a_newer_version_is_refused_by_name_of_it_and_left_alone()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        at.Run("run", "plan.yaml", "--id", "r").Is(1);
        var path = JournalOf(at, "r");
        var lines = at.Lines(".holdfast/runs/r/journal.ndjson");
        lines[0] = lines[0].Replace("\"format\":1,\"readable_by\":1", "\"format\":7,\"readable_by\":7",
            StringComparison.Ordinal);
        File.WriteAllText(path, Chained(lines));
        var bytes = File.ReadAllBytes(path);
        foreach (var command in Commands.Append(["events", "r"]).Append(["status", "r"])
            .Append(["journal", "repair", "r"]))
        {
            var ended = at.Run(command);
            Assert.True(ended.Code == 8, $"{string.Join(' ', command)}: {ended.Code}\n{ended.Out}{ended.Error}");
            Assert.Contains("format 7 needs a Holdfast that reads format 7; this one reads up to 1", ended.Error,
                StringComparison.Ordinal);
        }

        Assert.Equal(bytes, File.ReadAllBytes(path));
        Assert.Equal(["a", "b", "b"], at.Lines("log"));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Theory]
    [InlineData("swapped", "seq 5 follows 3", 0)]
    [InlineData("binary", "line 1: incomplete", 8)]
    public void A_journal_whose_lines_changed_places_is_repaired_and_one_that_is_none_is_left_alone(
        string how, string told, int repaired)
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        at.Run("run", "plan.yaml", "--id", "r").Is(1);
        var path = JournalOf(at, "r");
        var lines = at.Lines(".holdfast/runs/r/journal.ndjson");
        (lines[3], lines[4]) = (lines[4], lines[3]);
        File.WriteAllBytes(path, how == "swapped" ? Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n")
            : [.. Enumerable.Range(0, 3_000).Select(i => (byte)(i * 7 | 0x80))]);
        var bytes = File.ReadAllBytes(path);
        foreach (var command in Commands.Append(["status", "r"]))
        {
            Assert.Contains(told, at.Run(command).Is(8) is var ended ? ended.Error + ended.Out : "",
                StringComparison.Ordinal);
        }

        Assert.Equal(bytes, File.ReadAllBytes(path));
        var repair = at.Run("journal", "repair", "r").Is(repaired);
        if (repaired == 0)
        {
            at.Write("mended", "");
            at.Run("resume", "r").Is(1);
            at.Run("retry", "r", "--failed").Is(0);
            Assert.Equal(["a", "b", "b", "b"], at.Lines("log"));
        }
        else
        {
            Assert.Contains("holds no intact event", repair.Error, StringComparison.Ordinal);
            Assert.DoesNotContain("write access", repair.Error, StringComparison.Ordinal);
            Assert.Equal(bytes, File.ReadAllBytes(path));
            Assert.Equal(["a", "b", "b"], at.Lines("log"));
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    // Process numbers mean nothing across namespaces; the lock on the attempt file does.
    [Theory]
    [InlineData("once")]
    [InlineData("repeatable")]
    public async Task A_driver_in_another_pid_namespace_takes_up_what_lives(string effect)
    {
        Around.NeedsRoot("another pid namespace");
        Around.Needs("unshare");
        using var at = new Holding();
        at.Write("plan.yaml", $"tasks:\n  long: {{ effect: {effect}, run: \"echo start >> log; "
            + "until [ -e go ]; do sleep 0.02; done; echo end >> log; exit 5\", retry: none }\n");
        var run = at.Start("run", "plan.yaml", "--id", "k");
        at.Until(() => at.Lines("log").Length == 1, "the task to run");
        run.Signal(Command.Kill);
        run.End();
        var resumed = Around.Shell(
            at, "exec unshare -p -m -f --mount-proc sh -c \"" + Around.Line("resume k") + "; exit \\$?\"");
        at.Until(() => at.Count("k", "attempt_adopted") == 1 || resumed.IsCompleted, "the attempt to be taken up");
        Assert.Equal(1, at.Count("k", "attempt_adopted"));
        Assert.Contains("\"trace\":\"alive\"", at.Journal("k"), StringComparison.Ordinal);
        at.Write("go", "");
        (await resumed).Is(1);
        Assert.Equal(["start", "end"], at.Lines("log"));
        Assert.Contains("\"exit_code\":5", at.Journal("k"), StringComparison.Ordinal);
    }

    private static string JournalOf(Holding at, string run) =>
        Path.Combine(at.Folder, ".holdfast", "runs", run, "journal.ndjson");

    /// <summary>The lines with checksums that fit, as the newer version would have written them.</summary>
    private static string Chained(string[] lines)
    {
        var text = new StringBuilder();
        var crc = 0u;
        foreach (var line in lines)
        {
            var body = line[..line.LastIndexOf(",\"crc\"", StringComparison.Ordinal)];
            crc = Crc32C.Append(crc, Encoding.UTF8.GetBytes(body));
            text.Append(CultureInfo.InvariantCulture, $"{body},\"crc\":\"{crc:x8}\"}}\n");
        }

        return text.ToString();
    }
}
