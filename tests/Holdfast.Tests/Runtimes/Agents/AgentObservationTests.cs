using Holdfast.Failures;
using Holdfast.Plans.Runtimes.Agents;

namespace Holdfast.Tests.Runtimes.Agents;

/// <summary>Events of real programs, as they printed them, and what programs print when all goes wrong.</summary>
public sealed class AgentObservationTests : IDisposable
{
    private readonly AgentBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Opencode_tells_session_tools_tokens_and_cost()
    {
        var seen = _bench.See("""
            {"type":"step_start","timestamp":1,"sessionID":"ses_1","part":{"id":"p","type":"step-start"}}
            {"type":"tool_use","timestamp":2,"sessionID":"ses_1","part":{"type":"tool","tool":"bash","callID":"c","state":{"status":"completed","input":{"command":"echo"},"output":"{\"type\":\"error\"}"}}}
            {"type":"step_finish","timestamp":3,"sessionID":"ses_1","part":{"reason":"tool-calls","type":"step-finish","tokens":{"total":125,"input":100,"output":20,"reasoning":0,"cache":{"write":0,"read":5}},"cost":0.25}}
            {"type":"text","timestamp":4,"sessionID":"ses_1","part":{"type":"text","text":"All done."}}
            {"type":"step_finish","timestamp":5,"sessionID":"ses_1","part":{"reason":"stop","type":"step-finish","tokens":{"total":120,"input":100,"output":20,"reasoning":1,"cache":{"write":0,"read":0}},"cost":0.5}}
            """);
        Assert.Equal("ses_1", seen.Session);
        Assert.Equal((2, 1L, 205L), (seen.Turns, seen.ToolCalls, seen.TokensIn));
        Assert.Equal((41L, 0.75m), (seen.TokensOut, seen.CostUsd));
        Assert.Equal(1, seen.Tools["bash"]);
        Assert.Equal(("All done.", 0L, 5L), (seen.Text, seen.ErrorCount, seen.Events));
    }

    [Fact]
    public void Opencode_tells_an_error_with_status_and_wait()
    {
        var error = Assert.Single(_bench.See("""
            {"type":"error","timestamp":1,"sessionID":"ses_1","error":{"name":"APIError","data":{"message":"Rate limit reached","statusCode":429,"isRetryable":true,"responseHeaders":{"content-length":"118","retry-after":"20"},"responseBody":"{}"}}}
            """).Errors);
        Assert.Equal(new AgentError(1, 429, true, "retry-after: 20", "Rate limit reached"), error);
    }

    [Fact]
    public void Codex_tells_its_thread_its_items_and_the_usage_of_its_turn()
    {
        var seen = _bench.See("""
            {"type":"thread.started","thread_id":"01a2"}
            {"type":"item.completed","item":{"id":"item_0","type":"error","message":"Model metadata for `m` not found."}}
            {"type":"turn.started"}
            {"type":"item.started","item":{"id":"item_1","type":"command_execution","command":"echo"}}
            {"type":"item.completed","item":{"id":"item_1","type":"command_execution","command":"echo","exit_code":1,"status":"failed"}}
            {"type":"item.completed","item":{"id":"item_2","type":"agent_message","text":"All done."}}
            {"type":"turn.completed","usage":{"input_tokens":200,"cached_input_tokens":20,"output_tokens":40,"reasoning_output_tokens":0}}
            """);
        Assert.Equal(("01a2", 2, 1L, 200L, 40L, "All done."),
            (seen.Session, seen.Turns, seen.ToolCalls, seen.TokensIn, seen.TokensOut, seen.Text));
        Assert.Null(seen.CostUsd);
        Assert.Equal(0, seen.ErrorCount);
    }

    [Fact]
    public void Claude_tells_one_message_in_parts_and_its_retries_as_errors()
    {
        var seen = _bench.See("""
            {"type":"system","subtype":"init","session_id":"6046","tools":[]}
            {"type":"system","subtype":"api_retry","attempt":1,"max_retries":10,"retry_delay_ms":20000,"error_status":429,"error":"rate_limit","session_id":"6046"}
            {"type":"assistant","message":{"id":"msg_1","content":[{"type":"tool_use","id":"t","name":"Bash","input":{}}],"usage":{"input_tokens":100,"output_tokens":1}},"session_id":"6046"}
            {"type":"assistant","message":{"id":"msg_1","content":[{"type":"text","text":"All done."}],"usage":{"input_tokens":100,"output_tokens":1}},"session_id":"6046"}
            {"type":"result","subtype":"success","is_error":false,"num_turns":2,"result":"All done.","session_id":"6046","total_cost_usd":0.003,"usage":{"input_tokens":200,"cache_read_input_tokens":7,"output_tokens":40}}
            """);
        Assert.Equal(("6046", 2, 207L), (seen.Session, seen.Turns, seen.TokensIn));
        Assert.Equal((40L, 0.003m), (seen.TokensOut, seen.CostUsd));
        Assert.Equal(new AgentError(2, 429, null, "retry_delay_ms: 20000", "rate_limit"), Assert.Single(seen.Errors));
    }

    [Fact]
    public void Gemini_tells_its_session_and_its_sums()
    {
        var seen = _bench.See("""
            {"type":"init","timestamp":"t","session_id":"g1","model":"m"}
            {"type":"tool_use","timestamp":"t","tool_name":"write_file","tool_id":"w","parameters":{}}
            {"type":"message","timestamp":"t","role":"assistant","content":"Done","delta":true}
            {"type":"result","timestamp":"t","status":"success","stats":{"total_tokens":30,"input_tokens":20,"output_tokens":10,"tool_calls":1}}
            """);
        Assert.Equal(("g1", 1L, 20L, 10L, "Done"),
            (seen.Session, seen.ToolCalls, seen.TokensIn, seen.TokensOut, seen.Text));
    }

    [Fact]
    public void Half_a_line_and_lines_that_only_look_like_events_are_counted_and_passed_over()
    {
        var seen = _bench.See("plain words\n{\"type\":\"text\",\0\"part\":1}\n{\"type\":7}\n[1,2]\n"
            + "{\"type\":\"text\",\"part\":{\"text\":\"kept\"}}\n"
            + "{\"type\":\"step_finish\",\"part\":{\"tokens\":{\"input\":-5,\"output\":1e300}}}\n"
            + "{\"type\":\"error\",\"error\":{\"message\":\"half");
        Assert.Equal(("kept", 2L, 2L, 0L), (seen.Text, seen.Unreadable, seen.Events, seen.ErrorCount));
        Assert.Equal(((long?)null, (long?)null), (seen.TokensIn, seen.TokensOut));
    }

    [Fact]
    public void Megabytes_on_one_line_are_skipped_and_what_follows_is_read()
    {
        _bench.Out("{\"type\":\"text\",\"part\":{\"text\":\"" + new string('x', 10 << 20) + "\"}}\n");
        _bench.Out("{\"type\":\"thread.started\",\"thread_id\":\"after\"}\n");
        using var meter = _bench.Meter();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var seen = meter.Finish(AgentBench.Called);
        var used = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(("after", 1L), (seen.Session, seen.Unreadable));
        Assert.True(used < 6 << 20, $"{used} bytes for a line of 10 MiB");
    }

    [Fact]
    public void Many_megabytes_of_events_keep_the_last_errors_only()
    {
        using (var file = File.CreateText(_bench.Paths.Out))
        {
            for (var i = 0; i < 100_000; i++)
            {
                file.Write($"{{\"type\":\"error\",\"error\":{{\"message\":\"number {i} {new string('y', 100)}\"}}}}\n");
            }
        }

        using var meter = _bench.Meter();
        var seen = meter.Finish(AgentBench.Called);
        Assert.Equal(100_000, seen.ErrorCount);
        Assert.Equal(AgentObservations.MaxErrors, seen.Errors.Count);
        Assert.StartsWith("number 99999", seen.Errors[^1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_kept_is_masked_and_read_back_as_it_was()
    {
        var seen = _bench.See(
            "{\"type\":\"error\",\"error\":{\"message\":\"bad key sk-very-secret\"}}\n"
            + "{\"type\":\"text\",\"part\":{\"text\":\"used sk-very-secret\"}}\n",
            SecretMask.For(["sk-very-secret"]));
        Assert.Equal(("used ***", "bad key ***"), (seen.Text, seen.Errors[0].Text));
        var folder = Path.GetDirectoryName(_bench.Paths.Out)!;
        seen = seen with { End = new AgentEnding("auth", "http.401", "bad key ***", "itself") };
        seen.Write(folder);
        var back = AgentObservations.TryRead(folder)!;
        Assert.Equal((seen.End, seen.Text, seen.Events), (back.End, back.Text, back.Events));
        File.WriteAllText(Path.Combine(folder, AgentObservations.FileName), "{ torn");
        Assert.Null(AgentObservations.TryRead(folder));
    }
}
