using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>What an HTTP answer means: by its status, and where its body may say it better.</summary>
public sealed class HttpAnswerTests
{
    [Theory]
    [InlineData(FailureClass.Auth, 401, 407, 511, 403)]
    [InlineData(FailureClass.QuotaExhausted, 402)]
    [InlineData(FailureClass.NotFound, 404, 410)]
    [InlineData(FailureClass.Timeout, 408)]
    [InlineData(FailureClass.ResourceContention, 409, 423, 425)]
    [InlineData(FailureClass.Connection, 421, 495, 496, 525, 526)]
    [InlineData(FailureClass.RateLimited, 429, 420, 529)]
    [InlineData(FailureClass.PolicyDenied, 451)]
    [InlineData(FailureClass.ResourceExhausted, 507)]
    [InlineData(FailureClass.InvalidInput, 400, 405, 406, 411, 413, 414, 415, 418, 422, 431, 499, 501, 505)]
    [InlineData(FailureClass.Unavailable, 500, 502, 503, 504, 506, 508, 520, 521, 530, 599)]
    [InlineData(null, 100, 200, 204, 304, 399, 600, 999)]
    public void A_status_has_its_class(FailureClass? expected, params int[] statuses) =>
        Assert.All(statuses, status =>
        {
            var failure = FailureClassifier.Default.ClassifyHttp(status, default, TestData.Now);
            Assert.Equal((status, expected), (status, failure?.Class));
            Assert.Equal(expected is null ? null : $"http.{status}", failure?.Evidence.Rule);
        });

    [Theory]
    [InlineData(400, "{\"error\":{\"message\":\"Incorrect API key provided\"}}", FailureClass.Auth)]
    [InlineData(400, "{\"error\":\"API key expired\"}", FailureClass.Auth)]
    [InlineData(401, "{\"error\":\"insufficient_quota\"}", FailureClass.QuotaExhausted)]
    [InlineData(401, "{\"error\":\"rate limit exceeded\"}", FailureClass.Auth)]
    [InlineData(403, "{\"message\":\"API rate limit exceeded for 10.0.0.1\"}", FailureClass.RateLimited)]
    [InlineData(403, "{\"error\":\"insufficient_quota\"}", FailureClass.QuotaExhausted)]
    [InlineData(403, "connection refused", FailureClass.Auth)]
    [InlineData(404, "connection refused", FailureClass.NotFound)]
    [InlineData(409, "merge conflict", FailureClass.MergeConflict)]
    [InlineData(429, "{\"error\":\"insufficient_quota\"}", FailureClass.QuotaExhausted)]
    [InlineData(429, "out of memory", FailureClass.ResourceExhausted)]
    [InlineData(429, "certificate verify failed", FailureClass.RateLimited)]
    [InlineData(503, "{\"error\":\"rate limit exceeded\"}", FailureClass.RateLimited)]
    [InlineData(500, "{\"error\":\"insufficient_quota\"}", FailureClass.QuotaExhausted)]
    [InlineData(502, "Incorrect API key provided", FailureClass.Unavailable)]
    [InlineData(451, "rate limit exceeded", FailureClass.PolicyDenied)]
    public void The_body_refines_a_status_only_to_what_goes_with_it(int status, string body, FailureClass expected) =>
        Assert.Equal(expected,
            FailureClassifier.Default.ClassifyHttp(status, TestData.Bytes(body), TestData.Now)?.Class);

    [Fact]
    public void The_headers_tell_the_wait()
    {
        var failure = FailureClassifier.Default.ClassifyHttp(
            429, TestData.Bytes("slow down"), TestData.Now, "content-type: text/plain\nretry-after: 9");
        Assert.Equal(TimeSpan.FromSeconds(9), failure?.Told?.After);
        Assert.Null(FailureClassifier.Default.ClassifyHttp(429, default, TestData.Now)?.Told);
    }

    [Theory]
    [InlineData("Please try again in 4s.", 4)]
    [InlineData("{\"error\": {\"message\": \"Please try again in 4s.\"}}", 4)]
    [InlineData("{\n  \"error\": {\n    \"message\": \"not so fast\"\n  },\n  \"retry_after\": 7\n}\n", 7)]
    [InlineData("{\n  \"until\": 9\n}", null)]
    public void A_body_that_no_rule_knows_tells_the_wait_too(string body, int? seconds)
    {
        var failure = FailureClassifier.Default.ClassifyHttp(429, TestData.Bytes(body), TestData.Now);
        Assert.Equal(("http.429", seconds), (failure!.Evidence.Rule, (int?)failure.Told?.After?.TotalSeconds));
        Assert.Null(FailureClassifier.Default.ClassifyHttp(404, TestData.Bytes(body), TestData.Now)?.Told);
    }

    [Theory]
    [InlineData("{\n  \"error\": {\n    \"message\": \"flux capacitor\"\n  }\n}\n", "\"message\": \"flux capacitor\"")]
    [InlineData("{\n  \"title\": \"Oops\",\n  \"detail\": \"flux\",\n  \"id\": 7\n}\n", "\"detail\": \"flux\",")]
    [InlineData("{\n  \"message\": \"\",\n  \"error\": {\n    \"id\": 7\n  }\n}", "\"id\": 7")]
    [InlineData("<html>\n<title>Oops</title>\n<body>\n</body>\n</html>", "<title>Oops</title>")]
    [InlineData("<html>\n<title></title>\nflux\n</html>", "flux")]
    [InlineData("first\nlast", "last")]
    [InlineData("}\n]\n", "]")]
    [InlineData("", null)]
    public void The_line_that_tells_most_is_the_evidence_of_a_status(string body, string? line) =>
        Assert.Equal(line,
            FailureClassifier.Default.ClassifyHttp(418, TestData.Bytes(body), TestData.Now)?.Evidence.Text?.Trim());

    [Fact]
    public void A_program_that_knows_its_status_is_judged_by_it_whatever_its_exit_code()
    {
        var failure = FailureClassifier.Default.Classify(new FailureSignals
        {
            Outcome = new Outcome { ExitCode = 0, HttpStatus = 503 }, Contract = ContractState.Met,
        });
        Assert.Equal((FailureClass.Unavailable, "http.503", "http"), (
            failure!.Class, failure.Evidence.Rule, failure.Evidence.Channel));
        Assert.Null(FailureClassifier.Default.Classify(
            new FailureSignals { Outcome = new Outcome { ExitCode = 0, HttpStatus = 399 } }));
    }

    /// <summary>What an error says of itself proves more than the same words somewhere in the body.</summary>
    [Theory]
    [InlineData("{\"type\":\"error\",\"error\":{\"message\":\"the settings do not exist\"}}", FailureClass.NotFound)]
    [InlineData("{\"note\":\"the settings do not exist\"}", FailureClass.InvalidInput)]
    public void An_error_event_in_the_body_refines_the_status(string body, FailureClass expected) =>
        Assert.Equal(expected,
            FailureClassifier.Default.ClassifyHttp(400, TestData.Bytes(body), TestData.Now)?.Class);

    [Theory]
    [InlineData("error: invalid response from upstream: HTTP 503", FailureClass.Unavailable)]
    [InlineData("error: invalid response from upstream", FailureClass.Connection)]
    public void Who_was_answered_with_a_status_had_a_connection(string stderr, FailureClass expected) =>
        Assert.Equal(expected,
            FailureClassifier.Default.ClassifyProcess(1, TestData.Bytes(stderr), TestData.Now)?.Class);

    [Theory]
    [InlineData(0, null)]
    [InlineData(3, FailureClass.Unknown)]
    public void A_plain_program_is_judged_by_its_code_alone(int code, FailureClass? expected) =>
        Assert.Equal(expected, FailureClassifier.Default.ClassifyProcess(
            code, TestData.Bytes("copying one"), TestData.Now)?.Class);

    [Fact]
    public void A_plain_program_tells_its_error_on_either_channel_and_the_wait_with_it()
    {
        var failure = FailureClassifier.Default.ClassifyProcess(
            1, default, TestData.Now, TestData.Bytes("HTTP 429 Too Many Requests\ntry again in 20s\n"));
        Assert.Equal((FailureClass.RateLimited, "stdout", 1, 20.0), (failure!.Class, failure.Evidence.Channel,
            failure.Evidence.Line, failure.Told?.After?.TotalSeconds));
    }
}
