using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>
/// Attempts that exited with 0, or with 1 for an answer: which of their last words make them failures. Only asked where
/// the origin of the record is unknown (<c>DoubtSuccess</c>), or of an agent.
/// </summary>
public sealed class GoodExitTests
{
    [Theory]
    [InlineData("git", "On branch main\nnothing to commit, working tree clean\n")]
    [InlineData("git", "nothing to commit, working tree clean\n")]
    [InlineData("git", "nothing added to commit but untracked files present\n")]
    [InlineData("grep", "")]
    [InlineData("rg", "")]
    [InlineData("pgrep", "")]
    [InlineData("diff", "1c1\n< a\n> b\n")]
    [InlineData("cmp", "a b differ: byte 1, line 1\n")]
    public void Exit_code_1_that_is_an_answer_is_no_failure(string tool, string stdout)
    {
        Assert.Null(Doubted(tool, stdout, exit: 1));
        Assert.NotNull(Doubted(tool, stdout, exit: 2));
        Assert.NotNull(Doubted(tool, stdout, "it broke\n", exit: 1));
        Assert.NotNull(Doubted(tool, stdout, exit: 1, doubt: false));
        Assert.NotNull(Doubted("make", stdout, exit: 1));
    }

    [Theory]
    [InlineData("git", 1, "", "")]
    [InlineData("git", 1, "diff --git a/f b/f\n", "")]
    [InlineData("git", 1, "nothing to commit, working tree clean\n", "The previous cherry-pick is now empty\n")]
    [InlineData("cmp", 1, "", "cmp: EOF on b which is empty\n")]
    [InlineData("kubectl", 1, "diff -u -N /tmp/a /tmp/b\n", "")]
    [InlineData("jq", 1, "false\n", "")]
    [InlineData("jq", 1, "null\n", "")]
    [InlineData("npm", 1, "Package  Current  Wanted  Latest\nleft-pad  1.0.0  1.3.0  1.3.0\n", "")]
    [InlineData("terraform", 2, "x\nPlan: 1 to add, 0 to change, 0 to destroy.\n", "")]
    [InlineData("systemctl", 3, "inactive\n", "")]
    [InlineData("systemctl", 1, "disabled\n", "")]
    [InlineData("hg", 1, "nothing changed\n", "")]
    [InlineData("hg", 1, "comparing with ../o\nno changes found\n", "")]
    [InlineData("dnf", 100, "kernel.x86_64  6.1  updates\n", "")]
    [InlineData("bundle", 1, "Outdated gems included in the bundle:\n  * rake\n", "")]
    public void An_exit_code_that_answers_is_no_failure(string tool, int code, string stdout, string stderr)
    {
        Assert.Null(Doubted(tool, stdout, stderr, exit: code));
        Assert.NotNull(Doubted(tool, stdout, stderr, exit: code + 1));
        Assert.NotNull(Doubted(tool, stdout, stderr, exit: code, doubt: false));
        Assert.NotNull(Doubted("make", stdout, stderr, exit: code));
        Assert.NotNull(Doubted(tool, "words\n", "words\n", exit: code));
    }

    [Theory]
    [InlineData("grep", "a match\n")]
    [InlineData("diff", "")]
    [InlineData("jq", "{}\n")]
    [InlineData("npm", "Package x is broken\n")]
    [InlineData("kubectl", "no diff\n")]
    [InlineData("git", "nothing\n")]
    public void Exit_code_1_that_is_no_answer_is_a_failure(string tool, string stdout) =>
        Assert.Equal(FailureClass.Unknown, Doubted(tool, stdout, exit: 1)?.Class);

    [Theory]
    [InlineData("exporter", "warning: HTTP 503 Service Unavailable\nexported 0 of 3 pages\n", FailureClass.Unavailable)]
    [InlineData("exporter", "warning: HTTP 503 Service Unavailable\nexported 1 of 3 pages\n", null)]
    [InlineData("exporter", "warning: HTTP 503 Service Unavailable\nexported 0 of 0 pages\n", null)]
    [InlineData("exporter", "warning: HTTP 503 Service Unavailable\nlooked at 0 of 3 pages\n", null)]
    [InlineData("exporter", "exported 0 of 3 pages\n", null)]
    [InlineData("exporter", "exported 0 of 3 pages\nwarning: HTTP 503 Service Unavailable\ndone\n", null)]
    public void What_did_nothing_of_many_failed_by_what_it_logged(string tool, string stdout, FailureClass? expected)
    {
        var (told, logged) = (Doubted(tool, stdout), Doubted(tool, "", stdout));
        Assert.Equal((expected, expected), (told?.Class, logged?.Class));
        Assert.Equal(expected is null ? (null, null) : ("stdout", "stderr"), (
            told?.Evidence.Channel, logged?.Evidence.Channel));
        Assert.Null(Doubted(tool, stdout, doubt: false));
    }

    [Fact]
    public void Nothing_done_is_told_in_many_words()
    {
        foreach (var done in ("exported synced processed uploaded downloaded imported copied migrated sent delivered "
            + "completed succeeded fetched saved written converted updated created published deployed done loaded "
            + "stored indexed replicated transferred handled Copied").Split(' '))
        {
            Assert.Equal((done, FailureClass.Unavailable), (
                done, Doubted("x", $"warning: HTTP 503 Service Unavailable\n{done} 0 of 3\n")?.Class));
        }
    }

    [Theory]
    [InlineData("redis-cli", "NOAUTH Authentication required.\n", FailureClass.Auth)]
    [InlineData("redis", "(error) NOAUTH Authentication required.\n", FailureClass.Auth)]
    [InlineData("valkey-cli", "(error) OOM command not allowed when used memory > 'maxmemory'.\n",
        FailureClass.ResourceExhausted)]
    [InlineData("keydb-cli", "LOADING Redis is loading the dataset in memory\n", FailureClass.Unavailable)]
    [InlineData("redis-cli", "Noauth authentication required.\n", null)]
    [InlineData("redis-cli", "OK\n", null)]
    [InlineData("redis-cli", "NOTHING is wrong\n", null)]
    [InlineData("redis-cli", "", null)]
    [InlineData("store", "NOAUTH Authentication required.\n", null)]
    public void A_refusal_of_a_store_stands_where_the_value_would(string tool, string stdout, FailureClass? expected)
    {
        Assert.Equal(expected, Doubted(tool, stdout)?.Class);
        Assert.Equal(expected, Doubted(tool, "", stdout)?.Class);
        Assert.Null(Doubted(tool, stdout, doubt: false));
    }

    [Theory]
    [InlineData("{\"message\":\"Bad credentials\",\"status\":\"401\"}", FailureClass.Auth, 1)]
    [InlineData("<html><body><h1>503 Service Unavailable</h1>\n</body></html>\n", FailureClass.Unavailable, 1)]
    [InlineData("<html>\r\n<title>502 Bad Gateway</title>\r\n</html>\r\n", FailureClass.Unavailable, 1)]
    [InlineData("{\"message\":\"API rate limit exceeded\",\"status\":403}", FailureClass.RateLimited, 1)]
    [InlineData("{\"message\":\"certificate verify failed\",\"status\":404}", FailureClass.NotFound, 1)]
    [InlineData("{\"ok\":false,\"error\":\"invalid_auth\"}", FailureClass.Auth, 1)]
    [InlineData("{\"success\": false, \"error\": \"rate limit exceeded\"}", FailureClass.RateLimited, 1)]
    [InlineData("{\"error\": {\"code\": \"insufficient_quota\"}}", FailureClass.QuotaExhausted, 1)]
    [InlineData("{\"error\":\"rate limit exceeded\"}", FailureClass.RateLimited, 1)]
    [InlineData("{\"errors\":[{\"message\":\"API rate limit exceeded\"}]}", FailureClass.RateLimited, 1)]
    [InlineData("{\"data\":null,\"errors\":[{\"message\":\"API rate limit exceeded\"}]}", FailureClass.RateLimited, 1)]
    [InlineData("{\"ok\": false, \"error\": \"rate limit exceeded\"}", FailureClass.RateLimited, 1)]
    [InlineData("{\"success\":false,\"error\":\"rate limit exceeded\"}", FailureClass.RateLimited, 1)]
    [InlineData("{\"error\":{\"code\":\"insufficient_quota\"}}", FailureClass.QuotaExhausted, 1)]
    [InlineData("{\"error\": \"rate limit exceeded\"}", FailureClass.RateLimited, 1)]
    [InlineData("{\"errors\": [{\"message\": \"rate limit exceeded\"}]}", FailureClass.RateLimited, 1)]
    [InlineData("{\"data\": null, \"errors\": [ {\"message\":\"rate limit exceeded\"}]}", FailureClass.RateLimited, 1)]
    [InlineData("\r\n {\"ok\":false,\r\n\"error\":\"rate limit exceeded\"}\r\n", FailureClass.RateLimited, 1)]
    [InlineData("an answer {\"ok\":false,\"error\":\"rate limit exceeded\"}", null, 0)]
    [InlineData("{\"ok\":true,\"error\":\"rate limit exceeded\"}", null, 0)]
    [InlineData("{\"ok\":false,\"error\":\"rate limit exceeded\"", null, 0)]
    [InlineData("{\"ok\":false,\"error\":\"nothing that is known\"}", null, 0)]
    [InlineData("{\"id\":7,\"note\":\"rate limit exceeded\"}", null, 0)]
    [InlineData("{\"message\":\"API rate limit exceeded\",\"help\":\"x\"}", FailureClass.RateLimited, 1)]
    [InlineData("{\"detail\":\"Not Found\"}", FailureClass.NotFound, 1)]
    [InlineData("{\"message\":\"401: Unauthorized\",\"code\":0}", FailureClass.Auth, 1)]
    [InlineData("{\"msg\":\"Service Unavailable.\"}", FailureClass.Unavailable, 1)]
    [InlineData("{\"message\":\"Conflict\"}", FailureClass.ResourceContention, 1)]
    [InlineData("{\"message\":\"404: Conflict\"}", null, 0)]
    [InlineData("{\"message\":\"It was no Conflict\"}", null, 0)]
    [InlineData("{\"message\":\"API rate limit exceeded\",\"success\":true}", null, 0)]
    [InlineData("{\"message\":\"API rate limit exceeded\",\"ok\":true}", null, 0)]
    [InlineData("{\"message\":\"API rate limit exceeded\",\"id\":7}", null, 0)]
    [InlineData("{\"message\":7,\"name\":\"rate limit exceeded\"}", null, 0)]
    [InlineData("{\"message\":\"rate limit exceeded\",}", null, 0)]
    public void An_answer_that_is_a_refusal_failed_though_the_client_ended_well(
        string answer, FailureClass? expected, int line)
    {
        foreach (var tool in new[] { "curl", "wget", "httpie", "http", "xh" })
        {
            var failure = Doubted(tool, answer);
            Assert.Equal((expected, line), (failure?.Class, failure?.Evidence.Line ?? 0));
            Assert.Null(Doubted(tool, answer, doubt: false));
        }

        Assert.Null(Doubted("reader", answer));
    }

    [Fact]
    public void The_evidence_of_a_refusal_is_the_answer_itself()
    {
        const string Answer = "{\"message\":\"who are you\",\"status\":401}";
        Assert.Equal(Answer, Doubted("curl", Answer)?.Evidence.Text);
    }

    [Theory]
    [InlineData("ERROR: connection refused\n", FailureClass.Connection)]
    [InlineData("fatal: connection refused\n", FailureClass.Connection)]
    [InlineData("copying\nERROR: connection refused\n", FailureClass.Connection)]
    [InlineData("ERROR 1213 (40001) at line 1: Deadlock found when trying to get lock\n",
        FailureClass.ResourceContention)]
    [InlineData("ERROR:  permission denied for table orders\nLINE 1: select\n        ^\nHINT:  ask\n",
        FailureClass.Auth)]
    [InlineData("Upload failed: connection refused\n", FailureClass.Connection)]
    [InlineData("write error: No space left on device\n", FailureClass.ResourceExhausted)]
    [InlineData("ERROR: connection refused\ndone\n", null)]
    [InlineData("error in words: connection refused\n", null)]
    [InlineData("upload failed: connection refused\n", null)]
    [InlineData("ConnectionError: connection refused\n", null)]
    [InlineData("ERROR: connection refused, retrying\n", null)]
    [InlineData("ERROR: connection refused, using the cache\n", null)]
    [InlineData("ERROR: connection refused, ignored\n", null)]
    [InlineData("ERROR: connection refused; falling back\n", null)]
    [InlineData("ERROR: it did not work\n", null)]
    [InlineData("warning: connection refused\n", null)]
    [InlineData("", null)]
    public void The_last_word_on_stderr_may_be_an_error(string stderr, FailureClass? expected)
    {
        Assert.Equal(expected, Doubted("loader", "", stderr)?.Class);
        Assert.Null(Doubted("loader", "", stderr, doubt: false));
    }

    [Fact]
    public void What_explains_an_error_stands_below_it_and_hides_it_not()
    {
        foreach (var context in "LINE 1:|HINT: |DETAIL: |CONTEXT: |STATEMENT: |QUERY: |LOCATION: |   ^".Split('|'))
        {
            Assert.Equal((context, FailureClass.Connection), (
                context, Doubted("loader", "", $"ERROR: connection refused\n{context} it\n")?.Class));
            Assert.Null(Doubted("loader", "", $"ERROR: connection refused\nsee {context} it\n"));
        }
    }

    [Fact]
    public void An_error_that_the_program_went_on_after_is_none()
    {
        foreach (var word in ("continuing ignoring ignored skipping skipped fallback falling retrying using recovered "
            + "proceeding tolerated").Split(' '))
        {
            Assert.Equal((word, null), (word, Doubted("x", "", $"ERROR: connection refused, {word} it\n")?.Class));
        }

        Assert.NotNull(Doubted("x", "", "ERROR: connection refused, dropping it\n"));
    }

    [Theory]
    [InlineData("[ERROR] connection refused\n", null)]
    [InlineData("ERROR connection refused\n", null)]
    [InlineData("FATAL: connection refused\n", FailureClass.Connection)]
    [InlineData("critical: connection refused\n", null)]
    [InlineData("2026-11-20 ERROR: connection refused\n", null)]
    [InlineData("ERROR 1213: connection refused\n", null)]
    [InlineData("ERROR x (40001) at line 1: connection refused\n", null)]
    [InlineData("Upload failed, connection refused\n", null)]
    [InlineData("The upload failed: connection refused\n", null)]
    [InlineData("Upload Failed: connection refused\n", FailureClass.Connection)]
    [InlineData("  12 | ERROR: connection refused\n", null)]
    [InlineData("ERROR: connection refused\n  12 | let x\n", FailureClass.Connection)]
    [InlineData("ERROR: connection refused\n--\n", FailureClass.Connection)]
    [InlineData("ERROR: x: No space left on device\ndone\n", null)]
    [InlineData("x: No space left on device, continuing\n", null)]
    public void An_error_as_the_last_word_opens_its_line(string stderr, FailureClass? expected) =>
        Assert.Equal(expected, Doubted("loader", "", stderr)?.Class);

    [Fact]
    public void An_error_is_found_above_five_lines_that_explain_it_and_not_above_more()
    {
        const string Error = "ERROR:  permission denied for table orders\n";
        Assert.Equal(1, Doubted("loader", "", Error + string.Concat(Enumerable.Repeat("HINT:  ask\n", 5)))
            ?.Evidence.Line);
        Assert.Null(Doubted("loader", "", Error + string.Concat(Enumerable.Repeat("HINT:  ask\n", 6))));
    }

    [Theory]
    [InlineData("exit: 124\n", FailureClass.Timeout)]
    [InlineData("exit status 124\n", FailureClass.Timeout)]
    [InlineData("exit code: 124\n", FailureClass.Timeout)]
    [InlineData("exit: 12\n", null)]
    [InlineData("copied 124\n", null)]
    [InlineData("it is said that all ended with 124\n", null)]
    [InlineData("exit: 124\ndone\n", null)]
    public void A_wrapper_tells_the_code_of_what_it_ran(string stdout, FailureClass? expected)
    {
        Assert.Equal(expected, Doubted("runner", stdout)?.Class);
        Assert.Null(Doubted("runner", stdout, doubt: false));
    }

    [Theory]
    [InlineData("openai-api", "The first step is to length\n", FailureClass.Incomplete)]
    [InlineData("openai-api", "length\nThe first step\n", FailureClass.Incomplete)]
    [InlineData("google-genai", "MAX_TOKENS: The first step\n", FailureClass.Incomplete)]
    [InlineData("google-genai", "SAFETY undefined\n", FailureClass.PolicyDenied)]
    [InlineData("anthropic-api", "stop_reason: refusal\n", FailureClass.PolicyDenied)]
    [InlineData("openai-api", "finish_reason=content_filter\n", FailureClass.PolicyDenied)]
    [InlineData("openai-api", "The name has a length.\n", null)]
    [InlineData("openai-api", "Safety first: a refusal is no error.\n", null)]
    [InlineData("claude-code", "The field is called refusal\n", null)]
    public void The_caller_of_a_model_prints_why_it_stopped(string tool, string stdout, FailureClass? expected) =>
        Assert.Equal(expected, Doubted(tool, stdout)?.Class);

    private static Failure? Doubted(
        string tool, string stdout, string stderr = "", int exit = 0, bool doubt = true) =>
        FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = exit },
            Tool = tool,
            Stdout = TestData.Bytes(stdout),
            Stderr = TestData.Bytes(stderr),
            DoubtSuccess = doubt,
            Now = TestData.Now,
        });
}
