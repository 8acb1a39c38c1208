using Holdfast.Failures.Text;

namespace Holdfast.Tests.Failures.Text;

/// <summary>Whether a line states a failure, and whether an answer states that it is a refusal.</summary>
public sealed class StatedTests
{
    [Theory]
    [InlineData("compiling failed")]
    [InlineData("the quota of team a is used up: over by 3")]
    [InlineData("Error: linking")]
    [InlineData("another deployment holds the lock")]
    [InlineData("could not take the lock")]
    [InlineData("no lock")]
    [InlineData("3 errors, 0 warnings")]
    [InlineData("failed: 0, errors: 2")]
    [InlineData("errors, 0 warnings")]
    [InlineData("page not-found")]
    [InlineData("it timed-out")]
    [InlineData("lost-property")]
    [InlineData("an exception")]
    [InlineData("an error - again")]
    [InlineData("NOT DONE")]
    [InlineData("it can’t")]
    [InlineData("without it")]
    [InlineData("passed: 0, failed")]
    [InlineData("no, errors")]
    [InlineData("1 problem")]
    public void A_line_that_states_a_failure(string line) => Assert.True(Says(line));

    [Theory]
    [InlineData("compiling 41 modules")]
    [InlineData("Checking quota... ok")]
    [InlineData("retry policy: max 3, timeout 30s")]
    [InlineData("acquired lock orders")]
    [InlineData("lint passed, 0 errors")]
    [InlineData("no errors in 12 files")]
    [InlineData("jobs failed: 0")]
    [InlineData("validated without problems")]
    [InlineData("No issues")]
    [InlineData("zero violations")]
    [InlineData("0 conflicts")]
    [InlineData("0 failures")]
    [InlineData("PROBLEMS: 0")]
    [InlineData("error-report")]
    [InlineData("failure-policy")]
    [InlineData("exception-handler")]
    [InlineData("fault-model")]
    [InlineData("")]
    public void A_line_that_names_a_topic(string line) => Assert.False(Says(line));

    [Theory]
    [InlineData("""{"message":"Bad credentials","status":"401"}""", 401)]
    [InlineData("""{"timestamp":"2026-11-20T10:00:00Z","status":503,"error":"Service Unavailable","path":"/o"}""", 503)]
    [InlineData("""{"statusCode":404,"message":"Cannot GET /o","error":"Not Found"}""", 404)]
    [InlineData("""{"code":400,"msg":"no"}""", 400)]
    [InlineData("""{"status_code":599,"title":"no","detail":"why"}""", 599)]
    [InlineData("""{"httpStatus":404,"error_description":"no"}""", 404)]
    [InlineData("""{"http_code":404,"reason":"no"}""", 404)]
    [InlineData("""{"status":404,"errors":["no"]}""", 404)]
    [InlineData("""{"status":404,"error":{"any":"thing"}}""", 404)]
    [InlineData("""{"status":200,"code":404,"details":"no"}""", 404)]
    [InlineData("<title>api.x.dev | 521: Web server is down</title>", 521)]
    [InlineData("<html><head><title>502 Bad Gateway</title></head></html>", 502)]
    [InlineData("<HTML><TITLE>401 Unauthorized</TITLE></HTML>", 401)]
    public void An_answer_that_is_a_refusal(string answer, int status) =>
        Assert.Equal(status, AnswerStatus.Find(answer));

    [Theory]
    [InlineData("""{"id":8,"url":"https://x.test","status":503,"error":null}""")]
    [InlineData("""{"url":"https://x.test","status":503,"message":"down since 10:00"}""")]
    [InlineData("""{"message":"queued","code":202}""")]
    [InlineData("""{"status":503}""")]
    [InlineData("""{"status":503,"error":null}""")]
    [InlineData("""{"status":503,"error":"cut off """)]
    [InlineData("""[{"code":404,"message":"Not Found"}]""")]
    [InlineData("""{"status":399,"message":"no"}""")]
    [InlineData("""{"status":600,"message":"no"}""")]
    [InlineData("""{"status":"4O4","message":"no"}""")]
    [InlineData("""{"status":404.5,"message":"no"}""")]
    [InlineData("""{"status":true,"message":"no"}""")]
    [InlineData("""{"status":404,"message":""}""")]
    [InlineData("""{"status":404,"message":7}""")]
    [InlineData("""{"status":404,"message":"no"} {"status":404,"message":"no"}""")]
    [InlineData("""{"message":"no"}""")]
    [InlineData("<html><title>502 Bad Gateway")]
    [InlineData("<title>521: Web server is down</title>")]
    [InlineData("<title>x | 521 things</title>")]
    [InlineData("<title>x | 321: Web server is down</title>")]
    [InlineData("the title is <title>502 Bad Gateway</title>")]
    [InlineData("<html><title>How to cure a 502 Bad Gateway of nginx, a guide for all operators</title></html>")]
    [InlineData("<html><title>Error handling</title></html>")]
    [InlineData("<html>502 Bad Gateway</html>")]
    [InlineData("")]
    public void An_answer_that_is_none(string answer) => Assert.Equal(0, AnswerStatus.Find(answer));

    /// <summary>The fields with which errors are told besides, as the libraries of servers write them.</summary>
    [Fact]
    public void A_refusal_may_hold_what_errors_hold_and_nothing_else()
    {
        foreach (var field in new[] { "type", "instance", "path", "timestamp", "trace", "traceId", "trace_id",
            "requestId", "request_id", "name", "documentation_url", "errorCode", "error_code", "success", "ok",
            "method", "help", "hint", "description", "exception", "meta", "info", "object", "param", "statusText",
            "correlationId", "correlation_id", "more_info" })
        {
            Assert.Equal(404, AnswerStatus.Find($"{{\"status\":404,\"message\":\"no\",\"{field}\":1}}"));
        }

        Assert.Equal(0, AnswerStatus.Find("{\"status\":404,\"message\":\"no\",\"url\":1}"));
        var page = $"<title>502 Bad Gateway</title>{new string('x', 4096 - 30)}";
        Assert.Equal(4096, page.Length);
        Assert.Equal(502, AnswerStatus.Find(page));
        Assert.Equal(0, AnswerStatus.Find(page + "x"));
    }

    [Theory]
    [InlineData("a page\n429", "429")]
    [InlineData("503\r\n\n", "503")]
    [InlineData("399", null)]
    [InlineData("600", null)]
    [InlineData("4x9", null)]
    [InlineData("42", null)]
    [InlineData("429 ok", null)]
    [InlineData("429\nok", null)]
    [InlineData("", null)]
    public void A_status_alone_on_the_last_line_is_what_curl_was_asked_for(string output, string? status) =>
        Assert.Equal(status, AnswerStatus.OfLastLine(TestData.Bytes(output).Span));

    /// <summary>Words that state a failure, one of each kind, as they stand in a line by themselves.</summary>
    [Fact]
    public void Words_of_every_kind_state_a_failure()
    {
        foreach (var word in ("not nothing never neither without cannot can't couldn't won't unable can’t failed error "
            + "errored fault fatal exception aborted crash died dead panic broken bad wrong problem trouble sorry "
            + "incorrect illegal lost dumped segfault deadlock invalid malformed corrupt truncated unexpected unknown "
            + "unsupported undefined uncaught unterminated missing mismatch duplicate ambiguous incompatible conflict "
            + "stale must required needs should expected please denied refused rejected forbidden blocked violation "
            + "unauthorized revoked expired suspended disabled unavailable unreachable unhealthy overloaded offline "
            + "closed down gone busy locked held already outage maintenance again timed waited interrupted terminated "
            + "killed stopped cancelled exceeded exhausted insufficient full too over below above out reached "
            + "throttled issue slow another eof NOT Failed").Split(' '))
        {
            Assert.True(Says($"zebra {word} zebra"), word);
        }
    }

    [Theory]
    [InlineData("zebra 0 failures zebra")]
    [InlineData("zebra zero problems zebra")]
    [InlineData("zebra without issues")]
    [InlineData("No violations zebra")]
    [InlineData("conflicts: 0")]
    [InlineData("zebra error-report zebra")]
    [InlineData("zebra exception-policy zebra")]
    [InlineData("zebra fault-tree zebra")]
    public void Nought_and_names_of_things_state_none(string line) => Assert.False(Says(line));

    [Theory]
    [InlineData("zebra 10 failures zebra")]
    [InlineData("0 zebra, 1 failure")]
    [InlineData("failed: 0, errors: 2")]
    [InlineData("errors 0, of 3 held")]
    [InlineData("zebra not-found zebra")]
    public void What_is_counted_and_not_nought_does(string line) => Assert.True(Says(line));

    private static bool Says(string text)
    {
        var line = new TokenLine();
        line.Set(text);
        return StatedFailure.Says(line);
    }
}
