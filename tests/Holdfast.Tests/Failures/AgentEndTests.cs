using System.Text;
using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>What coding agents say of their own work when they end with 0, and how they end otherwise.</summary>
public sealed class AgentEndTests
{
    [Theory]
    [InlineData("""{"kind":"error","error":{"type":"overloaded_error","message":"Overloaded"},"status":529}""",
        FailureClass.RateLimited)]
    [InlineData("""{"event":"error","message":"401 Unauthorized: invalid api key"}""", FailureClass.Auth)]
    [InlineData("""{"level":"error","msg":"rate limit exceeded, retry after 20s"}""", FailureClass.RateLimited)]
    [InlineData("""{"level":50,"msg":"connect ECONNREFUSED 127.0.0.1:1"}""", FailureClass.Connection)]
    [InlineData("Error: connect ECONNREFUSED 127.0.0.1:8080", FailureClass.Connection)]
    [InlineData("""{"level":30,"msg":"connect ECONNREFUSED 127.0.0.1:1"}""", null)]
    [InlineData("""{"type":"tool_error","error":"429 Too Many Requests"}""", null)]
    [InlineData("I added a test for Error: connect ECONNREFUSED", null)]
    [InlineData("Error: connect ECONNREFUSED 127.0.0.1:8080\nThat is mended.", null)]
    public void The_last_word_of_a_program_tells_why_its_contract_is_not_met(string last, FailureClass? expected)
    {
        foreach (var (contract, otherwise) in new[]
        {
            (ContractState.CheckpointsMissing, FailureClass.Incomplete),
            (ContractState.OutputsMissing, FailureClass.NotFound),
        })
        {
            var failure = FailureClassifier.Default.Classify(new FailureSignals
            {
                Outcome = new Outcome { ExitCode = 0 }, Contract = contract, Tool = "zeta",
                Stdout = Encoding.UTF8.GetBytes("reading the files\n" + last + "\n"), Now = TestData.Now,
            });
            Assert.Equal((contract, expected ?? otherwise), (contract, failure!.Class));
        }
    }

    /// <summary>A limit of the other side names its reset; what runs out on this machine names none.</summary>
    [Theory]
    [InlineData("""{"type":"error","error":{"type":"usage_limit","message":"limit reached","resets_at":1795180000}}""",
        FailureClass.RateLimited)]
    [InlineData("""{"type":"error","error":{"type":"flux","message":"not so fast","resets_at":1795180000}}""",
        FailureClass.RateLimited)]
    [InlineData("""{"type":"error","error":{"type":"flux","message":"no such file","resets_at":1795180000}}""",
        FailureClass.NotFound)]
    [InlineData("""{"type":"error","error":{"type":"usage_limit","message":"limit reached","resets_at":1000000000}}""",
        FailureClass.ResourceExhausted)]
    public void An_error_of_a_shape_of_its_own_that_names_its_reset_is_a_limit(string last, FailureClass expected)
    {
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = 1 }, Agent = true, Tool = "zeta", Stdout = Encoding.UTF8.GetBytes(last),
            Now = TestData.Now,
        })!;
        Assert.Equal(expected, failure.Class);
        Assert.Equal(expected == FailureClass.RateLimited ? DateTimeOffset.FromUnixTimeSeconds(1795180000) : null,
            failure.Told?.Until);
    }

    [Theory]
    [InlineData("All done.", null, null)]
    [InlineData("I cannot help with that request.", FailureClass.PolicyDenied, "report.declined")]
    [InlineData("I was unable to finish the task.", FailureClass.Incomplete, null)]
    [InlineData("I tried to push but got: error: HTTP 403 Forbidden, no permission", FailureClass.Auth, null)]
    [InlineData("I could not find any other use of it.", null, null)]
    [InlineData("- [x] one\n- [ ] two", FailureClass.Incomplete, "report.unticked")]
    [InlineData("- [X] one\n  - [ ] two\nThat is it.", FailureClass.Incomplete, "report.unticked")]
    [InlineData("- [ ] one\n- [ ] two", null, null)]
    [InlineData("- [x] one\n- [x] two", null, null)]
    [InlineData("I'm stopping here because the budget is used up.", FailureClass.Incomplete, "report.stopped")]
    [InlineData("I changed the parser, then I wrote the tests for it and", FailureClass.Incomplete, "agent.cut_off")]
    [InlineData("I changed the parser. The tests pass, and the", FailureClass.Incomplete, "agent.cut_off")]
    [InlineData("This is what it is for", null, null)]
    [InlineData("The remaining files are still to be done. All tests pass.", null, null)]
    [InlineData("Error: connection refused", FailureClass.Connection, null)]
    [InlineData("API Error: connection refused", FailureClass.Connection, null)]
    [InlineData("[ERROR] connection refused", FailureClass.Connection, null)]
    [InlineData("Error: connection refused is now retried", null, null)]
    [InlineData("Error: connection refused was added", null, null)]
    [InlineData("Error: connection refused is removed", null, null)]
    [InlineData("Error: connection refused is fixed", null, null)]
    [InlineData("Error: connection refused is handled", null, null)]
    [InlineData("ERROR connection refused", null, null)]
    [InlineData("Ran into this error: connection refused\nI will not try again.", FailureClass.Connection, null)]
    [InlineData("I ran into this error: connection refused", null, null)]
    [InlineData("Error handling now covers: connection refused", null, null)]
    [InlineData("Build failure: connection refused", null, null)]
    [InlineData("litellm.AuthenticationError: invalid api key\nThe provider is not able to authenticate you.",
        FailureClass.Auth, null)]
    [InlineData("litellm.AuthenticationError: invalid api key\none\ntwo\nthree\nfour", null, null)]
    public void The_last_message_of_an_agent_says_whether_it_did_its_work(
        string said, FailureClass? expected, string? rule)
    {
        foreach (var tool in new[] { "codex", "claude", "opencode" })
        {
            var failure = Ended(tool, said);
            Assert.Equal((tool, expected), (tool, failure?.Class));
            Assert.Equal(rule ?? failure?.Evidence.Rule, failure?.Evidence.Rule);
        }
    }

    [Fact]
    public void The_message_is_found_in_its_JSON_and_decides_though_the_turn_ended_well()
    {
        var failure = Ended("codex",
            "{\"type\":\"item.completed\",\"item\":{\"type\":\"agent_message\",\"text\":\"- [x] a\\n- [ ] b\"}}\n"
            + "{\"type\":\"turn.completed\"}\n");
        Assert.Equal(("report.unticked", "- [ ] b", 2), (
            failure?.Evidence.Rule, failure?.Evidence.Text, failure?.Evidence.Line));
        Assert.Null(Ended("codex", "{\"type\":\"turn.completed\"}\n"));
        // An error that it met on the way is no failure where it says itself that its turn ended well.
        Assert.Null(Ended("codex", "{\"type\":\"turn.completed\"}\n", "ERROR: connection refused\n"));
    }

    [Theory]
    [InlineData("openai-api", "a text\nlength", FailureClass.Incomplete)]
    [InlineData("anthropic-api", "a text\nstop: max_tokens", FailureClass.Incomplete)]
    [InlineData("google-genai", "a text\nMAX_TOKENS", FailureClass.Incomplete)]
    [InlineData("llm", "max_tokens reached\na text", FailureClass.Incomplete)]
    [InlineData("llm", "a text of a certain length that ends in the middle of", FailureClass.Incomplete)]
    [InlineData("llm", "a text of a certain length that ends at its end", null)]
    [InlineData("codex", "a text\nlength", null)]
    [InlineData("make", "a text\nlength", null)]
    public void A_finish_reason_that_a_client_prints_says_that_the_answer_was_cut_off(
        string tool, string stdout, FailureClass? expected)
    {
        var failure = Ended(tool, stdout);
        Assert.Equal(expected, failure?.Class);
        if (failure is not null)
        {
            Assert.Equal(("agent.cut_off", "raise the token limit, or let it go on in the same session"), (
                failure.Evidence.Rule, failure.Evidence.Remediation));
            Assert.Equal(Disposition.Retry, failure.Disposition);
        }
    }

    [Fact]
    public void A_message_that_ends_with_a_word_that_ends_no_sentence_was_cut_off()
    {
        foreach (var word in ("then and the a an to of or with in for that is are by from as which because but their "
            + "its into when while we i must this these will be so if on at it our your using than not The").Split(' '))
        {
            var said = "I changed the parser and all of its callers, " + word;
            Assert.Equal((word, "agent.cut_off"), (word, Ended("codex", said)?.Evidence.Rule));
            Assert.NotEqual("agent.cut_off", Ended("codex", said + ".")?.Evidence.Rule);
        }

        // A short one may be anything, but for the words that not even a headline ends with.
        Assert.Equal("agent.cut_off", Ended("codex", new string('x', 37) + " in")?.Evidence.Rule);
        Assert.Null(Ended("codex", new string('x', 36) + " in"));
        Assert.All(["the", "an", "of", "and", "their", "its", "your"], word =>
        {
            Assert.Equal("agent.cut_off", Ended("codex", "Half of " + word)?.Evidence.Rule);
            Assert.Null(Ended("codex", "Half of " + word.ToUpperInvariant()));
        });
    }

    [Fact]
    public void A_message_that_ends_with_what_comes_next_was_cut_off()
    {
        foreach (var next in ("I'll now |I will now |Now I'll |Now I will |Let me |Next, I'll |Next I'll "
            + "|I'm going to ").Split('|'))
        {
            var said = "I changed the parser and all of its callers.\n" + next + "write its tests";
            Assert.Equal((next, "agent.cut_off"), (next, Ended("codex", said)?.Evidence.Rule));
            Assert.Equal("agent.cut_off", Ended("codex", said + ":")?.Evidence.Rule);
            Assert.NotEqual("agent.cut_off", Ended("codex", said + ".")?.Evidence.Rule);
        }

        Assert.Null(Ended("codex", "I changed the parser and all of its callers.\nLet me know what you think"));
    }

    [Theory]
    [InlineData("""{"type":"error","message":"words that no rule knows","isRetryable":true}""",
        FailureClass.Unavailable, "agent.error")]
    [InlineData("""{"type":"error","message":"words that no rule knows"}""", FailureClass.Unknown, "agent.error")]
    [InlineData("""{"type":"error","message":"words that no rule knows","status":503}""", FailureClass.Unavailable,
        "http.503")]
    [InlineData("""{"type":"error","message":"insufficient_quota","status":429}""", FailureClass.QuotaExhausted, null)]
    [InlineData("""{"type":"error","message":"certificate verify failed","status":429}""", FailureClass.RateLimited,
        "http.429")]
    [InlineData("""{"type":"step_finish","part":{"reason":"length"}}""", FailureClass.Incomplete, "agent.cut_off")]
    public void An_agents_own_event_decides_whatever_its_exit_code(
        string line, FailureClass expected, string? rule)
    {
        foreach (var exit in new[] { 0, 1 })
        {
            var failure = Ended("opencode", line + "\n", exit: exit);
            Assert.Equal((exit, expected), (exit, failure?.Class));
            Assert.Equal(rule ?? failure?.Evidence.Rule, failure?.Evidence.Rule);
            Assert.Equal(("stdout", 1), (failure?.Evidence.Channel, failure?.Evidence.Line));
        }
    }

    [Fact]
    public void Where_an_event_says_nothing_what_was_printed_around_it_may()
    {
        var failure = Ended("opencode", "{\"type\":\"error\",\"message\":\"words that no rule knows\"}\n",
            "error: connection refused\n", 1);
        Assert.Equal((FailureClass.Connection, "stderr"), (failure?.Class, failure?.Evidence.Channel));
    }

    [Fact]
    public void A_cut_off_agent_whose_checkpoints_are_missing_was_cut_off()
    {
        var failure = FailureClassifier.Default.Classify(Signals("opencode",
            "{\"type\":\"step_finish\",\"part\":{\"reason\":\"length\"}}\n", "", 0)
            with { Contract = ContractState.CheckpointsMissing });
        Assert.Equal("agent.cut_off", failure?.Evidence.Rule);
        var met = FailureClassifier.Default.Classify(Signals("opencode", "I was unable to finish the task.", "", 0)
            with { Contract = ContractState.Met });
        Assert.Null(met);
    }

    [Theory]
    [InlineData("codex")]
    [InlineData("gemini")]
    [InlineData("gemini-cli")]
    [InlineData("kilo")]
    [InlineData("kilocode")]
    [InlineData("qwen")]
    [InlineData("qwen-code")]
    [InlineData("aider")]
    [InlineData("goose")]
    [InlineData("cursor-agent")]
    [InlineData("copilot")]
    [InlineData("amp")]
    [InlineData("crush")]
    [InlineData("claude-code")]
    public void Every_agent_is_known_by_its_name(string tool)
    {
        Assert.Equal("report.unticked", Ended(tool, "- [x] one\n- [ ] two")?.Evidence.Rule);
        Assert.Null(Ended(tool + "x", "- [x] one\n- [ ] two"));
    }

    private static Failure? Ended(string tool, string stdout, string stderr = "", int exit = 0) =>
        FailureClassifier.Default.Classify(Signals(tool, stdout, stderr, exit));

    private static FailureSignals Signals(string tool, string stdout, string stderr, int exit) => new()
    {
        Outcome = new Outcome { ExitCode = exit },
        Tool = tool,
        Stdout = TestData.Bytes(stdout),
        Stderr = TestData.Bytes(stderr),
        DoubtSuccess = true,
        Now = TestData.Now,
    };
}
