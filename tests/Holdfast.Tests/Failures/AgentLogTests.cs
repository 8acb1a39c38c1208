using System.Text;
using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>
/// Agents that try again by themselves until somebody ends them: the reason is in their log, or in the last of their
/// events. Lines as the programs print them.
/// </summary>
public sealed class AgentLogTests
{
    private const string Stream =
        "timestamp=2026-11-27T22:13:40.846Z level=INFO run=7 message=stream providerID=openai\n";

    private const string Step = "timestamp=2026-11-27T22:13:39.812Z level=INFO run=7 message=loop step=2\n"
        + "timestamp=2026-11-27T22:13:39.865Z level=INFO run=7 message=process messageID=msg_21f\n";

    [Theory]
    [InlineData("AI_APICallError: The model `nothing-like-it` does not exist.", FailureClass.NotFound)]
    [InlineData("AI_APICallError: The server is currently unavailable.", FailureClass.Unavailable)]
    [InlineData("AI_APICallError: Overloaded", FailureClass.RateLimited)]
    [InlineData("AI_APICallError: Incorrect API key provided: sk-t***est.", FailureClass.Auth)]
    [InlineData("AI_APICallError: You said \\\"no\\\" in words that no rule knows", FailureClass.Unavailable)]
    [InlineData("Error: read ECONNRESET", FailureClass.Connection)]
    [InlineData("AI_JSONParseError: JSON parsing failed: Text: }{.", FailureClass.Connection)]
    public void The_error_that_OpenCode_goes_on_with_is_what_ended_it(string error, FailureClass expected)
    {
        var line = "timestamp=2026-11-27T22:13:41.117Z level=ERROR run=7 message=\"stream error\" providerID=openai "
            + $"agent=build mode=primary error.error=\"{error}\"\n";
        var failure = Ended(Step + Stream + line + Stream + line + Stream, "");
        Assert.Equal((expected, EndedBy.NoProgress, "stderr"), (
            failure.Class, failure.EndedBy, failure.Evidence.Channel));
        Assert.Equal(6, failure.Evidence.Line);
    }

    [Fact]
    public void An_error_in_JSON_tells_its_status_and_the_wait()
    {
        var failure = Ended(
            "INFO  2026-11-27T22:13:40 +3ms service=llm providerID=openai stream\n"
            + "ERROR 2026-11-27T22:13:41 +3ms service=llm error={\"error\":{\"name\":\"AI_APICallError\","
            + "\"statusCode\":529,\"responseHeaders\":{\"retry-after\":\"20\"},\"message\":\"The engine is currently "
            + "overloaded.\",\"isRetryable\":true}} stream error\n", "");
        Assert.Equal((FailureClass.RateLimited, TimeSpan.FromSeconds(20)), (failure.Class, failure.Told?.After));
    }

    [Fact]
    public void An_error_that_a_further_step_followed_explains_nothing()
    {
        var line = "timestamp=2026-11-27T22:13:41.117Z level=ERROR run=7 message=\"stream error\" "
            + "error.error=\"AI_APICallError: The model `nothing-like-it` does not exist.\"\n";
        Assert.Equal(FailureClass.Timeout, Ended(line + Stream + Step, "").Class);
    }

    [Theory]
    [InlineData("Attempt 2 failed: Resource exhausted. Please retry in 20s.", FailureClass.RateLimited, 20)]
    [InlineData("Attempt 4 failed with status 503. Retrying with backoff... _ApiError: {\"error\":{\"code\":503,"
        + "\"message\":\"The model is overloaded. Please try again later.\",\"status\":\"UNAVAILABLE\"}}",
        FailureClass.Unavailable, null)]
    [InlineData("Attempt 3 failed with status 429. Retrying with backoff... nobody knows why", FailureClass.RateLimited,
        null)]
    public void The_attempts_that_Gemini_goes_on_with_are_what_ended_it(string line, FailureClass kind, int? seconds)
    {
        var stack = "    at throwErrorIfNotOK (file:///usr/lib/chunk-JDPZ4CE3.js:267833:24)\n";
        var failure = Ended($"Warning: 256-color support not detected.\n{line}\n{stack}", "");
        Assert.Equal((kind, 2), (failure.Class, failure.Evidence.Line));
        Assert.Equal(seconds, failure.Told?.After?.TotalSeconds);
    }

    [Fact]
    public void A_result_whose_status_is_error_is_an_error_whatever_the_exit_code()
    {
        var result = """{"type":"result","status":"error","error":{"type":"unknown","message":"[API Error: """
            + """You have exhausted your daily quota on this model.]"},"stats":{"total_tokens":0}}""";
        var failure = FailureClassifier.Default.Classify(
            Signals("", result) with { Outcome = new Outcome { ExitCode = 0 } });
        Assert.Equal(FailureClass.QuotaExhausted, failure!.Class);
    }

    [Fact]
    public void A_status_is_more_than_the_words_beside_it()
    {
        var codex = """{"type":"error","message":"Reconnecting... 3/5 (unexpected status 529 <unknown status code>: """
            + """The engine is currently overloaded., url: http://127.0.0.1:1/v1/responses)"}""";
        Assert.Equal(FailureClass.RateLimited, Ended("", codex).Class);
    }

    [Theory]
    [InlineData(503, "server_error", FailureClass.Unavailable)]
    [InlineData(529, "overloaded", FailureClass.RateLimited)]
    public void The_pause_that_an_agent_chose_itself_is_no_wait_that_it_was_told(
        int status, string error, FailureClass expected)
    {
        // As Claude Code 2.1.197 prints it.
        var line = "{\"type\":\"system\",\"subtype\":\"api_retry\",\"attempt\":7,\"max_retries\":10,"
            + $"\"retry_delay_ms\":35345.21,\"error_status\":{status},\"error\":\"{error}\",\"session_id\":\"s\"}}\n";
        var failure = Ended("", line + line);
        Assert.Equal((expected, null), (failure.Class, failure.Told));
    }

    [Fact]
    public void Answers_that_end_without_a_reason_were_cut_off()
    {
        var step = """{"type":"step_finish","sessionID":"s","part":{"reason":"unknown","type":"step-finish"}}""";
        var text = """{"type":"text","sessionID":"s","part":{"type":"text","text":"All done."}}""";
        var failure = Ended("", $"{step}\n{text}\n{step}\n{text}\n");
        Assert.Equal((FailureClass.Connection, "agent.unfinished", "stdout", 3), (failure.Class,
            failure.Evidence.Rule, failure.Evidence.Channel, failure.Evidence.Line));
        Assert.Equal("the model's answer ended without a reason", failure.Evidence.Text);
    }

    /// <summary>Lines of logs and stacks, to be cut at each place.</summary>
    public static TheoryData<string> Whole =>
    [
        "timestamp=2026 level=ERROR message=\"stream error\" error.error=\"AI_APICallError: say \\\"no\\\"\\nnow\" x=1",
        "ERROR 2026 +3ms service=llm error={\"error\":{\"statusCode\":529,\"message\":\"{no}\"}} stream error",
        "Attempt 4 failed with status 503. Retrying... _ApiError: {\"error\":{\"code\":503}}",
        "{\"type\":\"result\",\"status\":\"error\",\"error\":{\"message\":\"no\"}}",
        "  at A.B(C x) in /w/d.cs:line 7\n#0 /w/x.php(4): f()\n  File \"/w/x.py\", line 2, in f\n  0: a::b\n",
    ];

    [Theory]
    [MemberData(nameof(Whole))]
    public void A_line_that_was_cut_anywhere_breaks_nothing(string whole)
    {
        for (var i = 0; i <= whole.Length; i++)
        {
            foreach (var part in new[] { whole[..i], whole[i..], "}" + whole[..i], "Attempt failed" + whole[i..] })
            {
                Assert.Equal(EndedBy.NoProgress, Ended(part, part).EndedBy);
                Assert.True(ErrorContext.OfOutput(Encoding.UTF8.GetBytes(part), SecretMask.Empty).Stack.Count < 9);
            }
        }
    }

    [Fact]
    public void What_no_rule_knows_is_named_by_how_the_agent_took_it()
    {
        var unreadable = Ended("ERROR error=\"AI_JSONParseError: zebra\"\n", "");
        Assert.Equal("agent.unreadable", unreadable.Evidence.Rule);
        var retried = Ended("", """{"type":"error","message":"zebra","isRetryable":true}""");
        Assert.Equal((FailureClass.Unavailable, "agent.error", "stdout"), (
            retried.Class, retried.Evidence.Rule, retried.Evidence.Channel));
        Assert.Equal(FailureClass.Timeout, Ended("", """{"type":"error","message":"zebra"}""").Class);
        var other = Signals("ERROR error=\"AI_APICallError: zebra\"\n", "") with { Agent = false, Tool = "make" };
        Assert.Equal(FailureClass.Timeout, FailureClassifier.Default.Classify(other)!.Class);
        other = Signals("", """{"type":"error","message":"zebra","isRetryable":true}""")
            with { Agent = false, Tool = "make" };
        Assert.Equal(FailureClass.Timeout, FailureClassifier.Default.Classify(other)!.Class);
    }

    [Fact]
    public void A_program_that_is_no_agent_is_not_judged_by_such_lines()
    {
        var error = """{"type":"error","message":"The model `x` does not exist"}""";
        var signals = Signals("", error + "\n") with { Agent = false, Tool = "make" };
        Assert.Equal(FailureClass.Timeout, FailureClassifier.Default.Classify(signals)!.Class);
    }

    private static Failure Ended(string stderr, string stdout) =>
        FailureClassifier.Default.Classify(Signals(stderr, stdout))!;

    private static FailureSignals Signals(string stderr, string stdout) => new()
    {
        Outcome = new Outcome { EndedBy = EndedBy.NoProgress },
        Stderr = Encoding.UTF8.GetBytes(stderr),
        Stdout = Encoding.UTF8.GetBytes(stdout),
        Agent = true,
        Tool = "opencode",
        Now = DateTimeOffset.UnixEpoch,
    };
}
