using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>
/// What is read from an agent's last word where it ended with 0: no single word decides, but what the message says all
/// together (<see cref="ReportSigns"/>), and what it takes back.
/// </summary>
public sealed class AgentReportTests
{
    [Theory]
    [InlineData("Outcome: partially done. Login works; password reset does not.")]
    [InlineData("I got through the first four of the ten modules before the session budget ran low.")]
    [InlineData("Not successful. The migration aborts at step 12, and I do not want to drop the constraint.")]
    [InlineData("I renamed the class and its callers. However, the tests are still red.")]
    [InlineData("I wrote the parser.\n\nNow I will update the documentation:")]
    [InlineData("I did not make the change, the file is generated. Tell me how you want to proceed.")]
    [InlineData("I wrote the first version of the parser. Error recovery is not implemented yet.")]
    [InlineData("```\nI renamed it.\n```\nI renamed the class and its callers. However, the tests are still red.")]
    [InlineData("I renamed `Old` and \"its\" callers. However, the tests are still red.")]
    public void A_report_of_unfinished_work_is_incomplete(string said) =>
        Assert.Equal(FailureClass.Incomplete, Classify(said)?.Class);

    [Theory]
    [InlineData("Implemented `cancel()`. A cancelled job is 'aborted', and its remaining steps are not started.")]
    [InlineData("I have verified the backup: restore works, checksums agree, nothing is missing.")]
    [InlineData("Answer: the job was not completed last night because the disk was full.")]
    [InlineData("No code changes were necessary. What you saw is documented, and is correct.")]
    [InlineData("The test failed because the clock was not mocked. It passes now.")]
    [InlineData("I renamed the class.\n\n```\nI could not finish the work and gave up.\n```")]
    [InlineData("I renamed the class. Its log says `However, the tests are still red.` in both places.")]
    [InlineData("I renamed the class. Its log says \"However, the tests are still red.\" in both places.")]
    [InlineData("I renamed the class and its callers. Would you like me to rename the tests as well?")]
    public void A_good_report_that_speaks_of_what_is_missing_is_no_failure(string said) =>
        Assert.Null(Classify(said));

    [Fact]
    public void What_refused_the_work_is_the_class_where_the_report_shows_it()
    {
        var failure = Classify("I'm leaving the branch as it was.\nnpm died: getaddrinfo ENOTFOUND a.example");
        Assert.Equal(FailureClass.Connection, failure?.Class);
    }

    private static Failure? Classify(string said) => FailureClassifier.Default.Classify(new FailureSignals
    {
        Outcome = new Outcome { ExitCode = 0 },
        Tool = "claude-code",
        Stdout = TestData.Bytes(said),
        DoubtSuccess = true,
        Now = TestData.Now,
    });
}
