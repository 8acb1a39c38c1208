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
    public void A_line_that_names_a_topic(string line) => Assert.False(Says(line));

    [Theory]
    [InlineData("""{"message":"Bad credentials","status":"401"}""", 401)]
    [InlineData("""{"timestamp":"2026-11-20T10:00:00Z","status":503,"error":"Service Unavailable","path":"/o"}""", 503)]
    [InlineData("""{"statusCode":404,"message":"Cannot GET /o","error":"Not Found"}""", 404)]
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
    [InlineData("<html><title>How to cure a 502 Bad Gateway of nginx, a guide for all operators</title></html>")]
    [InlineData("<html><title>Error handling</title></html>")]
    [InlineData("<html>502 Bad Gateway</html>")]
    [InlineData("")]
    public void An_answer_that_is_none(string answer) => Assert.Equal(0, AnswerStatus.Find(answer));

    private static bool Says(string text)
    {
        var line = new TokenLine();
        line.Set(text);
        return StatedFailure.Says(line);
    }
}
