using System.Buffers;
using System.Text;
using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Testing.Runs;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Tests.Runs.Folding;

/// <summary>What single fields of events may hold, and what they are where they are absent.</summary>
public sealed class EventFieldTests
{
    [Theory]
    [InlineData(FailureClass.RateLimited, true)]
    [InlineData(FailureClass.QuotaExhausted, true)]
    [InlineData(FailureClass.Unavailable, false)]
    [InlineData(FailureClass.TestFailure, false)]
    public void A_judgement_says_whether_the_other_side_throttled(FailureClass kind, bool limited) =>
        Assert.Equal(limited, Judged(kind, Disposition.Fail).GetProperty("rate_limited").GetBoolean());

    [Theory]
    [InlineData(Disposition.Retry, true, true)]
    [InlineData(Disposition.Wait, true, true)]
    [InlineData(Disposition.FallBack, true, false)]
    [InlineData(Disposition.Park, true, false)]
    [InlineData(Disposition.Hold, true, false)]
    [InlineData(Disposition.Fail, false, false)]
    [InlineData(Disposition.Stop, false, false)]
    public void A_judgement_says_in_the_words_of_other_runtimes_what_may_follow(
        Disposition disposition, bool recoverable, bool retryable)
    {
        var data = Judged(FailureClass.Auth, disposition);
        Assert.Equal(
            (recoverable, retryable),
            (data.GetProperty("recoverable").GetBoolean(), data.GetProperty("retryable").GetBoolean()));
        Assert.Equal(("bench", "runtime_auth"),
            (data.GetProperty("code").GetString(), data.GetProperty("category").GetString()));
    }

    [Fact]
    public void What_an_older_version_left_out_is_what_it_meant()
    {
        Assert.Equal(new AttemptStarted("command"), Read("attempt_started", "{}"));
        Assert.Equal(new ClockJumped(TimeSpan.Zero), Read("clock_jumped", "{}"));
        Assert.Equal(1, Assert.IsType<RuntimeErrorClassified>(Read(
            "runtime_error_classified",
            """{"class":"auth","disposition":"fail","rule":"r","channel":"stderr"}""")).Failure.Confidence);
        var outcome = Assert.IsType<AttemptFailed>(Read("attempt_failed", "{}")).Outcome;
        Assert.Equivalent(new Outcome(), outcome, strict: true);
        Assert.Equal(ExitCodes.Done, Received(accepted: true).ExitCode);
        Assert.Equal(ExitCodes.Conflict, Received(accepted: false).ExitCode);

        static RequestReceived Received(bool accepted) => Assert.IsType<RequestReceived>(Read(
            "request_received",
            $$"""{"id":"1","command":"c","by":"me","accepted":{{(accepted ? "true" : "false")}},"message":"m"}"""));
    }

    [Theory]
    [InlineData("""{"told_ms":20000}""", 20, false)]
    [InlineData("""{"told_until":"2026-11-20T10:00:00Z"}""", null, true)]
    [InlineData("""{"told_ms":null,"told_until":null}""", null, false)]
    public void A_told_wait_is_a_length_or_a_time_or_none(string fields, int? seconds, bool hasTime)
    {
        var told = Assert.IsType<RuntimeErrorClassified>(Read(
            "runtime_error_classified",
            """{"class":"auth","disposition":"fail","rule":"r","channel":"stderr",""" + fields[1..])).Failure.Told;
        Assert.Equal(seconds, told?.After?.TotalSeconds);
        Assert.Equal(hasTime, told?.Until is not null);
        Assert.Equal(seconds is null && !hasTime, told is null);
    }

    [Theory]
    [InlineData("""{"exit_code":2147483647}""", int.MaxValue)]
    [InlineData("""{"exit_code":-2147483648}""", int.MinValue)]
    [InlineData("""{"exit_code":0}""", 0)]
    [InlineData("""{"exit_code":null}""", null)]
    [InlineData("{}", null)]
    public void The_widest_whole_numbers_are_read(string data, int? expected) =>
        Assert.Equal(expected, Assert.IsType<AttemptFailed>(Read("attempt_failed", data)).Outcome.ExitCode);

    [Theory]
    [InlineData("attempt_failed", """{"exit_code":2147483648}""", "holds 2147483648, which is out of range")]
    [InlineData("attempt_failed", """{"exit_code":-2147483649}""", "holds -2147483649, which is out of range")]
    [InlineData("attempt_failed", """{"exit_code":1e3}""", "holds 1e3, which is no whole number")]
    [InlineData("attempt_failed", """{"exit_code":true}""", "holds true, which is no whole number")]
    [InlineData("attempt_failed", """{"duration_ms":922337203685477}""", "which is out of range")]
    [InlineData("attempt_failed", """{"duration_ms":-922337203685478}""", "which is out of range")]
    [InlineData("attempt_failed", """{"strays":{"a":1}}""", "which is no list")]
    [InlineData("runtime_error_classified", """{"metadata":[1]}""", "holds [1], which is no object")]
    [InlineData("runtime_error_classified", """{"metadata":{"a":1}}""", "which is no object of texts")]
    [InlineData("runtime_error_classified", """{"confidence":"high"}""", "holds \"high\", which is no number")]
    [InlineData("runtime_error_classified", """{"confidence":1e999}""", "which is out of range")]
    [InlineData("runtime_error_classified", """{"transient":"yes"}""", "which is neither true nor false")]
    [InlineData("attempt_succeeded", """{"outputs":"x"}""", "holds \"x\", which is no list")]
    [InlineData("attempt_succeeded", """{"outputs":[7]}""", "holds [7], which is no list of files")]
    [InlineData("attempt_succeeded", """{"outputs":[{"sha256":"x"}]}""", "it has no field \"path\"")]
    [InlineData("attempt_started", """{"effect":"odd"}""", "holds \"odd\", which is no Effect")]
    [InlineData("target_blocked", """{"target":"a","cause":"breaker"}""", "it has no field \"until\"")]
    public void What_a_field_cannot_hold_is_named_with_the_field(string type, string data, string why)
    {
        if (type == "runtime_error_classified")
        {
            data = """{"class":"auth","disposition":"fail","rule":"r","channel":"c",""" + data[1..];
        }

        var error = Assert.Throws<InvalidRunEventException>(() => Read(type, data));
        Assert.Contains(why, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(922_337_203_685_475)]
    [InlineData(-922_337_203_685_475)]
    public void The_longest_times_are_read(long ms)
    {
        var outcome = Assert.IsType<AttemptFailed>(Read("attempt_failed", $$"""{"duration_ms":{{ms}}}""")).Outcome;
        Assert.Equal(ms, outcome.Duration.Ticks / TimeSpan.TicksPerMillisecond);
    }

    [Fact]
    public void Of_a_long_value_that_cannot_be_the_beginning_is_shown()
    {
        var text = new string('x', 59);
        Assert.EndsWith($"holds \"{text}…, which is no whole number", Why(text + "yz"), StringComparison.Ordinal);
        Assert.EndsWith($"holds \"{text[..58]}\", which is no whole number", Why(text[..58]), StringComparison.Ordinal);

        static string Why(string value) => Assert.Throws<InvalidRunEventException>(
            () => Read("attempt_failed", $$"""{"exit_code":"{{value}}"}""")).Message;
    }

    [Fact]
    public void Texts_are_read_with_everything_that_JSON_may_escape_in_them()
    {
        Assert.Equal(
            "tab\t quote\" é 😀 \\",
            Assert.IsType<RunPaused>(
                Read("run_paused", """{"by":"tab\t quote\" \u00e9 \ud83d\ude00 \\"}""")).By);
        Assert.Equal(["\"", "é"], Assert.IsType<OutputsLost>(Read("outputs_lost", """{"paths":["\"","é"]}""")).Paths);
    }

    [Fact]
    public void Fields_are_told_apart_by_their_whole_names()
    {
        var cut = Assert.IsType<JournalCut>(Read(
            "journal_cut", """{"line":9,"linez":8,"byte":7,"xbytes":6,"lines":2,"bytes":3}"""));
        Assert.Equal((2, 3L), (cut.Lines, cut.Bytes));
    }

    [Fact]
    public void Fields_of_a_later_version_are_passed_over_however_many_follow()
    {
        var more = string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"later{i}\":{{\"a\":[{i}]}}"));
        Assert.Equal("me", Assert.IsType<RunPaused>(Read("run_paused", $$"""{"by":"me",{{more}}}""")).By);
    }

    [Fact]
    public void Labels_are_recorded_where_one_of_them_is_not_its_item_and_only_there()
    {
        Assert.DoesNotContain("labels", Data(new TaskExpanded(0, [new("a", "a"), new("b", "b")], false)));
        Assert.Contains("\"labels\":[\"a\",\"x\"]", Data(new TaskExpanded(0, [new("a", "a"), new("x", "b")], false)));
        var odd = Assert.IsType<TaskExpanded>(Read("task_expanded", """{"items":["a","b"],"labels":["x"]}"""));
        Assert.Equal([new FanOutItem("a", "a"), new FanOutItem("b", "b")], odd.Items);
    }

    [Fact]
    public void Of_stale_tasks_those_without_an_old_hash_run_again_only_because_of_what_they_need()
    {
        var edit = new PlanChanged("1") { Stale = ["a", "b", "c"], Was = ["0123", ""] };
        Assert.Equal(["a", "c"], edit.Edited);
        Assert.Equal(["b"], edit.Behind);
    }

    private static JsonElement Judged(FailureClass kind, Disposition disposition) =>
        JsonDocument.Parse(Data(new RuntimeErrorClassified(
            RunBench.Failed(kind).Failure! with { Disposition = disposition }))).RootElement;

    private static string Data(RunEvent e)
    {
        var buffer = new ArrayBufferWriter<byte>();
        EventCatalog.WriteData(e, buffer);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static RunEvent Read(string type, string data) => EventCatalog.Read(new JournalRecord
    {
        Seq = 7, At = default, Type = type, Attempt = 0, Data = Encoding.UTF8.GetBytes(data), Durable = 0,
    });
}
