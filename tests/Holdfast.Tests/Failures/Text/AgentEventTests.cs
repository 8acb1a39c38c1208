using System.Text;
using Holdfast.Failures;
using Holdfast.Failures.Text;

namespace Holdfast.Tests.Failures.Text;

/// <summary>Which line of an agent's JSON decides, what it says, and what an agent said last.</summary>
public sealed class AgentEventTests
{
    [Theory]
    [InlineData("""{"type":"error","message":"no"}""", "Error")]
    [InlineData("""{"type":"turn.failed","error":{"message":"no"}}""", "Error")]
    [InlineData("""{"type":"turn_failed","error":{"message":"no"}}""", "Error")]
    [InlineData("""{"type":"session.error","message":"no"}""", "Error")]
    [InlineData("""{"type":"result","is_error":true,"result":"no"}""", "Error")]
    [InlineData("""{"type":"result","subtype":"error_during_execution"}""", "Error")]
    [InlineData("""{"type":"result","subtype":"success","status":"error"}""", "Error")]
    [InlineData("""{"type":"step_finish","part":{"reason":"content-filter"}}""", "Error")]
    [InlineData("""{"type":"step_finish","part":{"reason":"content_filter"}}""", "Error")]
    [InlineData("""{"type":"system","subtype":"api_retry","error":"overloaded"}""", "Retrying")]
    [InlineData("""{"type":"result","subtype":"error_max_turns"}""", "CutOff")]
    [InlineData("""{"type":"result","subtype":"success","stop_reason":"max_tokens"}""", "CutOff")]
    [InlineData("""{"type":"result","finish_reason":"length"}""", "CutOff")]
    [InlineData("""{"type":"step_finish","part":{"reason":"length"}}""", "CutOff")]
    [InlineData("""{"type":"step_finish","part":{"reason":"max_tokens"}}""", "CutOff")]
    [InlineData("""{"type":"result","subtype":"success","is_error":false}""", "Success")]
    [InlineData("""{"type":"turn.completed","usage":{"input_tokens":1}}""", "Success")]
    [InlineData("""{"type":"step_finish","part":{"reason":"stop"}}""", "Success")]
    [InlineData("""{"type":"step_finish","part":{"reason":"end_turn"}}""", "Success")]
    [InlineData("""{"type":"step_finish","part":{"reason":"unknown"}}""", "Unfinished")]
    [InlineData("""{"type":"step_finish","part":{"reason":"tool-calls"}}""", null)]
    [InlineData("""{"type":"system","subtype":"init"}""", null)]
    [InlineData("""{"type":"text","part":{"type":"error","text":"no"}}""", null)]
    [InlineData("""{"part":{"type":"error","message":"no"}}""", null)]
    [InlineData("""{"type":"error","message":"no""", null)]
    [InlineData("""{"type":"error","message":"no"} and more""", null)]
    [InlineData("""["type","error"]""", null)]
    [InlineData("it is {\"type\":\"error\"}", null)]
    public void The_type_of_an_event_says_what_it_means(string line, string? kind)
    {
        Assert.Equal(kind, AgentEvents.Last(Encoding.UTF8.GetBytes(line))?.Kind.ToString());
        // What decides nothing hides nothing: the one before it counts.
        var before = AgentEvents.Last(Encoding.UTF8.GetBytes(
            "\n{\"type\":\"turn.completed\"}\n  " + line + " \r\n\n"));
        Assert.Equal((kind ?? "Success", kind is null ? 2 : 3), (before?.Kind.ToString(), before?.Line));
    }

    [Theory]
    [InlineData("""{"type":"result","subtype":"error_max_turns","num_turns":5}""", "error_max_turns")]
    [InlineData("""{"type":"result","subtype":"error_max_turns","result":"no turns left"}""", "no turns left")]
    public void A_cut_off_is_never_without_words(string line, string text) =>
        Assert.Equal(text, AgentEvents.Last(Encoding.UTF8.GetBytes(line))?.Text);

    [Theory]
    [InlineData("""{"kind":"error","error":{"message":"no"}}""", true)]
    [InlineData("""{"event":"run.failed","message":"no"}""", true)]
    [InlineData("""{"type":"agent_error","message":"no"}""", true)]
    [InlineData("""{"id":"0","msg":{"type":"error","message":"no"}}""", true)]
    [InlineData("""{"type":"tool_error","message":"no"}""", false)]
    [InlineData("""{"event":"step.failed","message":"no"}""", false)]
    [InlineData("""{"id":"0","tool":{"type":"error","message":"no"}}""", false)]
    [InlineData("""{"level":"error","msg":"no"}""", false)]
    public void Of_an_agent_that_nobody_knows_the_last_line_is_believed_whatever_its_errors_are_called(
        string line, bool isError)
    {
        var last = Encoding.UTF8.GetBytes("{\"kind\":\"session\"}\n" + line + "\n");
        Assert.Equal(isError, AgentEvents.Last(last, isAgent: true)?.Kind == AgentEventKind.Error);
        Assert.Null(AgentEvents.Last(last));
        Assert.Null(AgentEvents.Last([.. last, .. "{\"kind\":\"done\"}"u8], isAgent: true));
    }

    [Fact]
    public void An_error_is_told_by_the_end_of_its_type_and_what_fails_below_an_agent_by_its_beginning()
    {
        foreach (var end in "error failed failure fatal ERROR".Split(' '))
        {
            Assert.All(".-_/: ", joint => Assert.True(IsError($"{{\"kind\":\"run{joint}{end}\"}}"), end));
        }

        Assert.All("errors failing run".Split(' '), end => Assert.False(IsError($"{{\"kind\":\"run.{end}\"}}")));
        foreach (var part in "tool command exec item step test hook file mcp function call patch check".Split(' '))
        {
            Assert.False(IsError($"{{\"kind\":\"{part}_error\"}}"), part);
            Assert.True(IsError($"{{\"kind\":\"a_{part}_error\"}}"), part);
        }

        foreach (var wrap in "msg event data payload params".Split(' '))
        {
            Assert.True(IsError($"{{\"id\":0,\"{wrap}\":{{\"type\":\"error\"}}}}"), wrap);
            Assert.False(IsError($"{{\"id\":0,\"{wrap}\":{{\"x\":{{\"type\":\"error\"}}}}}}"), wrap);
        }

        // A type at the top goes before one inside.
        Assert.False(IsError("""{"type":"progress","kind":"error"}"""));

        static bool IsError(string line) =>
            AgentEvents.Last(Encoding.UTF8.GetBytes(line), isAgent: true)?.Kind == AgentEventKind.Error;
    }

    [Theory]
    [InlineData("""{"level":"error","msg":"no"}""", "no")]
    [InlineData("""{"severity":"ERROR","message":"no"}""", "no")]
    [InlineData("""{"lvl":"fatal","error":"no"}""", "no")]
    [InlineData("""{"level":"critical","detail":"no"}""", "no")]
    [InlineData("""{"level":50,"msg":"no"}""", "no")]
    [InlineData("""{"level":60,"msg":"no"}""", "no")]
    [InlineData("""{"type":"run.failed","msg":"no"}""", "no")]
    [InlineData("""{"level":"warn","msg":"no"}""", null)]
    [InlineData("""{"level":40,"msg":"no"}""", null)]
    [InlineData("""{"a":{"level":"error"},"msg":"no"}""", null)]
    [InlineData("""{"type":"tool.failed","msg":"no"}""", null)]
    public void A_line_of_a_structured_log_is_an_error_by_its_level(string line, string? text) =>
        Assert.Equal(text, AgentEvents.ReadLogged(Encoding.UTF8.GetBytes(line), 1)?.Text);

    [Theory]
    [InlineData("""{"type":"error","statusCode":429}""", 429)]
    [InlineData("""{"type":"error","status":503}""", 503)]
    [InlineData("""{"type":"error","error_status":400}""", 400)]
    [InlineData("""{"type":"error","api_error_status":599}""", 599)]
    [InlineData("""{"type":"error","error":{"code":401}}""", 401)]
    [InlineData("""{"type":"error","status_code":404}""", 404)]
    [InlineData("""{"type":"error","http_status":500}""", 500)]
    [InlineData("""{"type":"error","status":399}""", 0)]
    [InlineData("""{"type":"error","status":600}""", 0)]
    [InlineData("""{"type":"error","port":503}""", 0)]
    [InlineData("""{"type":"error","message":"unexpected status 529 x"}""", 529)]
    [InlineData("""{"type":"error","message":"unexpected status 529","status":503}""", 503)]
    [InlineData("""{"type":"error","message":"unexpected status 200"}""", 0)]
    [InlineData("""{"type":"error","message":"unexpected status 52"}""", 0)]
    [InlineData("""{"type":"error","message":"529"}""", 0)]
    public void An_event_names_the_status_of_its_error(string line, int status) =>
        Assert.Equal(status, AgentEvents.Last(Encoding.UTF8.GetBytes(line))?.Status);

    [Fact]
    public void The_words_of_an_event_are_put_together_and_its_waits_kept_apart()
    {
        var found = AgentEvents.Last("""
            {"type":"error","error":{"name":"APIError","message":"no","isRetryable":true,"data":{"code":"x",
            """u8);
        Assert.Null(found);
        found = AgentEvents.Last(Encoding.UTF8.GetBytes(
            "{\"type\":\"error\",\"error\":{\"name\":\"APIError\",\"message\":\"no\",\"isRetryable\":true,"
            + "\"note\":\"hidden\",\"detail\":\"why\",\"responseBody\":\"body\",\"retry-after\":\"20\","
            + "\"x-ratelimit-reset\":7,\"retry_delay_ms\":9,\"reason\":\"quota\"}}"));
        Assert.Equal("APIError | no | why | body | quota", found?.Text);
        Assert.Equal("retry-after: 20\nx-ratelimit-reset: 7\n", found?.Headers);
        Assert.True(found?.Retryable);
        found = AgentEvents.Last(Encoding.UTF8.GetBytes(
            "{\"type\":\"error\",\"a\":{\"type\":\"b\",\"msg\":\"c\",\"error\":\"d\",\"result\":\"e\",\"status\":\"f\","
            + "\"finish_reason\":\"g\",\"stop_reason\":\"h\",\"empty\":\"\",\"message\":\"\"}}"));
        Assert.Equal("b | c | d | e | f | g | h", found?.Text);
        Assert.False(AgentEvents.Last("""{"type":"error","retryable":false}"""u8)?.Retryable);
        Assert.Null(AgentEvents.Last("""{"type":"error","message":"no"}"""u8)?.Retryable);
    }

    [Fact]
    public void An_event_of_any_length_and_depth_is_read_within_bounds()
    {
        var longest = "{\"type\":\"error\",\"message\":\"" + new string('x', 9_000) + "\",\"detail\":\"more\"}";
        Assert.Equal(4_096, AgentEvents.Last(Encoding.UTF8.GetBytes(longest))?.Text.Length);
        var tooLong = "{\"type\":\"error\",\"message\":\"" + new string('x', 1024 * 1024) + "\"}";
        Assert.Null(AgentEvents.Last(Encoding.UTF8.GetBytes(tooLong)));
        var deep = "{\"type\":\"error\",\"a\":" + new string('[', 70) + new string(']', 70) + "}";
        Assert.Null(AgentEvents.Last(Encoding.UTF8.GetBytes(deep)));
        byte[] broken = [.. "{\"type\":\"error\",\"message\":\""u8, 0xC3, .. "\"}"u8];
        Assert.Null(AgentEvents.Last(broken));
    }

    [Theory]
    [InlineData("""{"response":"done"}""", "done")]
    [InlineData("""{"type":"result","result":"done"}""", "done")]
    [InlineData("""{"type":"item.completed","item":{"type":"agent_message","text":"done"}}""", "done")]
    [InlineData("""{"type":"text","part":{"text":"done"}}""", "done")]
    [InlineData("""{"type":"assistant","message":{"content":[{"text":"do"},{"type":"x"},{"text":"ne"}]}}""", "done")]
    [InlineData("""{"type":"item.completed","item":{"type":"command","text":"done"}}""", null)]
    [InlineData("""{"type":"assistant","message":{"content":[]}}""", null)]
    [InlineData("""{"type":"assistant","message":{"content":"done"}}""", null)]
    [InlineData("""{"type":"assistant","message":"done"}""", null)]
    [InlineData("""{"type":"text","text":"done"}""", null)]
    [InlineData("""{"result":"done"}""", null)]
    [InlineData("""{"response":7}""", null)]
    [InlineData("""{"response":"done" """, null)]
    [InlineData("done", null)]
    [InlineData("", null)]
    public void What_an_agent_said_last_is_a_field_of_its_JSON(string output, string? said)
    {
        Assert.Equal(said, AgentMessages.Last(Encoding.UTF8.GetBytes(output)));
        Assert.Equal(said, AgentMessages.Last(Encoding.UTF8.GetBytes(" \r\n" + output + "\r\n\t ")));
    }

    [Theory]
    [InlineData("""[{"type":"system"},{"type":"result","result":"done"},{"type":"x"}]""", "done")]
    [InlineData("""[{"type":"assistant","message":{"content":[{"text":"done"}]}}]""", "done")]
    [InlineData("""["done", 7]""", null)]
    [InlineData("[]", null)]
    [InlineData("[ 43%] Building [done]", null)]
    public void A_list_of_events_is_read_from_its_end(string output, string? said) =>
        Assert.Equal(said, AgentMessages.Last(Encoding.UTF8.GetBytes(output)));

    [Fact]
    public void Parts_of_a_message_are_put_together()
    {
        const string User = "{\"type\":\"message\",\"role\":\"user\",\"content\":\"please\"}\n";
        const string Before = "{\"type\":\"message\",\"role\":\"assistant\",\"content\":\"first\",\"delta\":true}\n";
        const string Tool = "{\"type\":\"tool_result\",\"output\":\"x\"}\n";
        const string Parts = "{\"type\":\"message\",\"role\":\"assistant\",\"content\":\"do\",\"delta\":true}\n"
            + "{\"type\":\"message\",\"role\":\"assistant\",\"content\":\"ne\",\"delta\":true}\n";
        const string End = "{\"type\":\"result\",\"status\":\"success\"}\n";
        Assert.Equal("done", AgentMessages.Last(Encoding.UTF8.GetBytes(User + Before + Tool + Parts + End)));
        Assert.Null(AgentMessages.Last(Encoding.UTF8.GetBytes(User + End)));
    }

    [Fact]
    public void Of_many_events_the_last_message_is_found_among_the_last_forty()
    {
        const string Said = "{\"type\":\"text\",\"part\":{\"text\":\"done\"}}\n";
        const string Other = "{\"type\":\"step_start\"}\n";
        Assert.Equal("done", AgentMessages.Last(Encoding.UTF8.GetBytes(Other + Said + Other)));
        Assert.Equal("done", AgentMessages.Last(Encoding.UTF8.GetBytes(
            Said + string.Concat(Enumerable.Repeat(Other, 39)))));
        Assert.Null(AgentMessages.Last(Encoding.UTF8.GetBytes(
            Said + string.Concat(Enumerable.Repeat(Other, 40)))));
        // One object over many lines of which the first were cut off.
        Assert.Equal("done", AgentMessages.Last("{ cut\n  \"response\": \"done\",\n  \"stats\": {\n}"u8.ToArray()));
    }

    [Theory]
    [InlineData("Attempt 2 failed: no", "no", 0)]
    [InlineData("Attempt 2 failed with status 503. Retrying", "with status 503. Retrying", 503)]
    [InlineData("Attempt 2 failed with status 50", "with status 50", 0)]
    [InlineData("Attempt 2 failed with status 503 {\"error\":{\"message\":\"no\"}}", "no", 503)]
    [InlineData("Attempt 2 failed with status 503 {\"error\":{\"code\":429,\"message\":\"no\"}}", "no", 429)]
    [InlineData("ERROR x error=no more=1", "no", 0)]
    [InlineData("level=ERROR error.message=\"say \\\"no\\\"\\tnow\" x=1", "say \"no\" now", 0)]
    [InlineData("level=ERROR error.error=\"AI_APICallError: no\" error=other", "no", 0)]
    [InlineData("level=ERROR error.error=\"Too bad: no\"", "Too bad: no", 0)]
    [InlineData("ERROR error={\"message\":\"no\",\"statusCode\":429} more", "no", 429)]
    [InlineData("ERROR error={\"message\":\"no\"", "{\"message\":\"no\"", 0)]
    [InlineData("Attempt two failed: no", null, 0)]
    [InlineData("Attempt  failed: no", null, 0)]
    [InlineData("Attempt 2 went well", null, 0)]
    [InlineData("level=INFO error=no", null, 0)]
    [InlineData("level=ERROR message=no", null, 0)]
    [InlineData("level=ERROR error=", null, 0)]
    [InlineData("an ERROR error=no", null, 0)]
    public void The_log_of_an_agent_names_the_error_that_it_tries_to_get_over(string line, string? text, int status)
    {
        var found = AgentLogs.Last(Encoding.UTF8.GetBytes("starting\n" + line + "\nlevel=INFO waiting\n"));
        Assert.Equal((text, status), (found?.Text, found?.Status ?? 0));
        Assert.Equal(text is null ? null : (int?)2, found?.Line);
        Assert.Null(AgentLogs.Last(Encoding.UTF8.GetBytes(line + "\nlevel=INFO message=loop step=2\n")));
        Assert.Null(AgentLogs.Last(Encoding.UTF8.GetBytes(line + "\nlevel=INFO message=process\n")));
    }

    [Theory]
    [InlineData("AI_JSONParseError: no", "Unfinished")]
    [InlineData("AI_TypeValidationError: no", "Unfinished")]
    [InlineData("AI_APICallError: no", "Retrying")]
    [InlineData("no AI_JSONParseError: no", "Retrying")]
    public void An_answer_that_could_not_be_read_was_broken_on_its_way(string error, string kind) =>
        Assert.Equal(kind, AgentLogs.Last(Encoding.UTF8.GetBytes($"ERROR error=\"{error}\""))?.Kind.ToString());
}
