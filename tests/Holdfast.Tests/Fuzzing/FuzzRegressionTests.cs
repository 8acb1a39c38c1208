using System.Text;
using Holdfast.Cli.Looking;
using Holdfast.Journal;
using Holdfast.Plans;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;
using Holdfast.Tests.Runs;
using RunFolder = Holdfast.Runs.Workspaces.RunFolder;

namespace Holdfast.Tests.Fuzzing;

/// <summary>What the fuzzers found, by number, with the input that showed it made small.</summary>
public sealed partial class FuzzRegressionTests
{
    [Theory]
    [InlineData("a:\n  e: {", "2:7")]
    [InlineData("a: {}\n  \u0085 {", "")]
    public void FZ1_an_error_at_the_end_of_a_plan_stands_in_its_last_line(string yaml, string place)
    {
        var error = Assert.Single(PlanLoader.Parse(Encoding.UTF8.GetBytes(yaml), "p").Errors);
        Assert.True(error.Position.Line <= yaml.Split('\n', '\u0085').Length, error.ToString());
        Assert.True(place.Length == 0 || error.Position.ToString() == place, error.ToString());
    }

    [Theory]
    [InlineData(new byte[] { (byte)'\r', 0xAA }, "2:1")]
    [InlineData(new byte[] { 0xC3, 0xA9, 0xF0, 0x9F, 0x98, 0x80, 0xFF }, "1:4")]
    public void FZ2_the_place_of_a_byte_counts_characters_and_every_line_end(byte[] plan, string place) =>
        Assert.Equal(place, Assert.Single(PlanLoader.Parse(plan, "p").Errors).Position.ToString());

    [Fact]
    public void FZ9_a_column_counted_in_a_folded_text_stays_in_its_line()
    {
        const string Yaml = "tasks:\n  t:\n    run: \"\\x41\\\n      ${{ vars.a\"\n";
        var lines = Yaml.Split('\n');
        var errors = PlanLoader.Parse(Encoding.UTF8.GetBytes(Yaml), "p").Errors;
        Assert.NotEmpty(errors);
        Assert.All(errors, e => Assert.True(e.Position.Column <= lines[e.Position.Line - 1].Length + 1, e.ToString()));
    }

    [Theory]
    [InlineData("\\u")]
    [InlineData("\\q")]
    [InlineData("\\ud800")]
    [InlineData("a\\")]
    public void FZ3_a_task_whose_name_is_no_text_is_a_bad_line_and_no_crash(string task)
    {
        var run = new MemoryRun(FoldFuzzer.Chained(Encoding.UTF8.GetBytes(
            Line("journal_opened", null, "{\"format\":1,\"readable_by\":1}") + Line("attempt_started", task, "{}"))));
        var reading = run.Read();
        Assert.Equal((1, 1), (reading.End.Seq, reading.Torn.Lines));
        Assert.Equal(1, JournalRepair.Verify(run.Disk, MemoryRun.Folder).Kept);
    }

    [Fact]
    public void FZ4_an_event_that_cannot_be_read_is_answered_for_by_the_repair_after_it()
    {
        var state = new RunState(Runs.Plans.Of("a"));
        var story = new RunStory();
        story.Add(state.TakeIn(Record(2, "task_failed", "{\"class\":\"no such\"}", "a")), 2);
        Assert.Throws<InvalidRunEventException>(state.ThrowIfRefused);
        story.Add(state.TakeIn(Record(3, "journal_repaired", "{\"from\":1,\"to\":2}", null)), 3);
        state.ThrowIfRefused();
        Assert.Equal(3, state.LastSeq);
    }

    [Fact]
    public void FZ5_a_number_beyond_a_double_is_refused_and_not_kept_until_a_snapshot_fails()
    {
        var error = Assert.Throws<InvalidRunEventException>(() => EventCatalog.Read(Record(
            2, "runtime_error_classified", Classified("1e400"), "a")));
        Assert.Contains("\"confidence\" holds 1e400, which is out of range", error.Message, StringComparison.Ordinal);
        _ = EventCatalog.Read(Record(2, "runtime_error_classified", Classified("0.5"), "a"));
    }

    [Theory]
    [InlineData("exit 1\0\0\n", null)]
    [InlineData("exit 256\n", null)]
    [InlineData("exit 255\n", 255)]
    public void FZ6_zeros_behind_a_code_are_no_complete_exit_line(string line, int? code) =>
        Assert.Equal(code, AttemptFile.Parse(Encoding.UTF8.GetBytes("holdfast-attempt 1\n---\n" + line)).ExitCode);

    [Fact]
    public void FZ7_numbers_of_an_attempt_file_are_what_they_are_used_as()
    {
        var text = "holdfast-attempt 1\nattempt -4\nstarted_at_us 9223372036854775807\ngrace_ms 9223372036854775807\n"
            + "timeout_ms 9223372036854775807\nno_progress_ms 9223372036854775807\ninode 18446744073709551615\n---\n";
        var header = AttemptFile.Parse(Encoding.UTF8.GetBytes(text)).Header!;
        Assert.Equal((0, 0L, ulong.MaxValue), (header.Attempt, header.StartedAtUs, header.Inode));
        Assert.True(TimeSpan.FromMilliseconds(header.GraceMs) > TimeSpan.Zero);
        Assert.True(TimeSpan.FromMilliseconds(header.NoProgressMs) > TimeSpan.Zero);
        Assert.True(checked(header.TimeoutMs * 1000) > 0);
    }

    [Fact]
    public void FZ8_a_request_that_cannot_be_answered_stops_no_run_and_a_long_name_of_its_sender_is_refused()
    {
        var place = Directory.CreateTempSubdirectory("holdfast-fuzz-inbox-").FullName;
        try
        {
            var inbox = new Inbox(LocalStorage.Instance, new RunFolder(place));
            var folder = Directory.CreateDirectory(new RunFolder(place).InboxPath).FullName;
            File.WriteAllText(Path.Combine(folder, new string('x', 242) + ".request.json"), "{");
            File.WriteAllText(Path.Combine(folder, "r.request.json"),
                $"{{\"id\":\"r\",\"command\":\"pause\",\"by\":\"{new string('b', 257)}\"}}");
            Assert.Empty(inbox.Take());
            Assert.Contains("\"by\" has 257 characters", inbox.TakeAnswer("r")!.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    private static string Classified(string confidence) =>
        "{\"class\":\"connection\",\"disposition\":\"retry\",\"rule\":\"r\",\"channel\":\"stderr\",\"confidence\":"
        + confidence + "}";

    private static JournalRecord Record(long seq, string type, string data, string? task) => new()
    {
        Seq = seq, At = EventSamples.At, Type = type, Task = task, Attempt = task is null ? 0 : 1,
        Data = Encoding.UTF8.GetBytes(data), Durable = 0,
    };

    private static string Line(string type, string? task, string data) =>
        $"{{\"seq\":1,\"at\":\"2026-11-20T09:30:12.345678Z\",\"type\":\"{type}\""
        + (task is null ? "" : $",\"task\":\"{task}\"") + $",\"data\":{data},\"durable\":0}}\n";
}
