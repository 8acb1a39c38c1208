using System.Globalization;
using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>
/// What is read from an agent's last word where it ended with 0: no single word decides, but what the message says all
/// together (<see cref="Holdfast.Failures.Reports.AgentReport"/>), and what it takes back.
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
    [InlineData("I upgraded the SDK, but the project no longer compiles.")]
    [InlineData("The read path is done. Only 3 of the 12 thumbnails were produced. The other nine are still grey.")]
    [InlineData("This is bigger than expected. The write path should be its own PR.")]
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
    [InlineData("I moved the parser.\n\n## Remaining")]
    [InlineData("Here is the review you asked for:\n\n1. `parse()` panics.\n2. `fetch()` has no timeout.\n\n"
        + "None of these are blocking, but I would fix 2 before release.")]
    [InlineData("The log shows 14 'permission denied' errors. This is a summary only, no files were changed.")]
    [InlineData("I tried three approaches. The first two failed; the third works and is what I committed.")]
    [InlineData("The cache no longer fails on a cold start, and the parser no longer compiles a pattern twice.")]
    public void A_good_report_that_speaks_of_what_is_missing_is_no_failure(string said) =>
        Assert.Null(Classify(said));

    [Theory]
    [InlineData("I gave up after three attempts.", "I gave up the lock before the callback runs. All tests pass.")]
    [InlineData("I could not finish the report.", "I could not find any other use of it.")]
    [InlineData("No release was published.", "No other release was published by the old job.")]
    [InlineData("I moved the files. The docs are still missing.", "I moved the files. The docs are no longer missing.")]
    [InlineData("The push was rejected.", "The push was rejected at first, so I rebased and pushed again.")]
    [InlineData("It needs your approval.", "It needs your approval as usual, as you said.")]
    [InlineData("I will start with the parser.", "The server will start with the parser.")]
    [InlineData("I moved the parser. Should I continue?", "I moved the parser. Anything else?")]
    [InlineData("### Left\n- the parser", "### Left\n- none")]
    [InlineData("Still to do: the parser", "Still to do: nothing")]
    [InlineData("Result: partial", "Result: complete")]
    [InlineData("I moved 3 of 8 files.", "I moved 8 of 8 files.")]
    [InlineData("The build is broken.", "If the key is missing, the build is broken.")]
    [InlineData("I fixed it, but did not run the tests.", "I fixed it; it failed when the tests did not run.")]
    [InlineData(
        "The base is there.\n\nNext steps:\n- implement the client\n- write tests\n- wire it up\n- add docs",
        "I wrote it. All tests pass.\n\nNext steps:\n- implement the client\n- write tests\n- wire it up")]
    public void What_says_that_work_is_left_has_a_near_miss(string left, string nearMiss) =>
        Assert.Equal((FailureClass.Incomplete, null), (Classify(left)?.Class, Classify(nearMiss)?.Class));

    [Theory]
    [InlineData("when if unless whenever where once", "{0} the key is missing, the build is broken.")]
    [InlineData("until because since", "{0} the key is missing, the build is broken.")]
    [InlineData("whether why instead", "{0} of this, the build is broken.")]
    [InlineData("that which who", "The parser, {0} could not be built.")]
    public void A_clause_of_another_thing_says_nothing(string words, string said) => Assert.All(
        words.Split(' '), word =>
            Assert.Equal((FailureClass.Incomplete, null), (Of(said, "in")?.Class, Of(said, word)?.Class)));

    [Theory]
    [InlineData("i we my me", "If {0} failed, the build is broken.", "it")]
    [InlineData("but however although except", "I wrote it, {0} the path is hard coded.", "and")]
    [InlineData("not only never half partly", "The parser {0} works. The tests are red.", "now")]
    [InlineData("nothing none", "{0} is done. The tests are red.", "it")]
    public void A_word_beside_it_makes_it_count_for_more(string words, string said, string other) => Assert.All(
        words.Split(' '), word =>
            Assert.Equal((FailureClass.Incomplete, null), (Of(said, word)?.Class, Of(said, other)?.Class)));

    [Theory]
    [InlineData("I did not run the tests.\nI gave up after three attempts.", 2)]
    [InlineData("I gave up after three attempts.\nI did not run the tests.", 1)]
    public void The_plainest_sentence_is_the_evidence(string said, int line) =>
        Assert.Equal(("report.stopped", line), (Classify(said)?.Evidence.Rule, Classify(said)?.Evidence.Line));

    [Theory]
    [InlineData("The parser is moved.", 3, 4)]
    [InlineData("The parser works.", 1, 2)]
    public void What_was_done_makes_good_for_what_was_not_by_how_plainly_it_is_said(string done, int few, int many) =>
        Assert.Equal((FailureClass.Incomplete, null), (
            Classify("See below. I did not run the tests. " + string.Join(' ', Enumerable.Repeat(done, few)))?.Class,
            Classify("See below. I did not run the tests. " + string.Join(' ', Enumerable.Repeat(done, many)))?.Class));

    [Theory]
    [InlineData("The files are moved. After that the server starts the job, which then waits for its")]
    [InlineData("The function normalises the input, looks up the key in the table, and if it isn't there")]
    public void A_message_that_ends_in_mid_sentence_was_cut_off(string said) =>
        Assert.Equal("agent.cut_off", Classify(said)?.Evidence.Rule);

    [Theory]
    [InlineData("fix(import): go on with the next row, when one of the rows of the file is invalid")]
    [InlineData("All tests pass. The branch is ready")]
    public void A_message_without_a_full_stop_may_be_whole(string said) => Assert.Null(Classify(said));

    [Theory]
    [InlineData("\\n")]
    [InlineData("\e[0m")]
    public void A_last_line_of_which_nothing_is_left_cuts_nothing_off(string last) => Assert.Null(Classify(
        string.Concat(Enumerable.Repeat("I moved the parser, and all of its tests pass. ", 20)) + "\n" + last));

    [Fact]
    public void What_refused_the_work_is_the_class_where_the_report_shows_it()
    {
        var failure = Classify("I'm leaving the branch as it was.\nnpm died: getaddrinfo ENOTFOUND a.example");
        Assert.Equal(FailureClass.Connection, failure?.Class);
    }

    [Theory]
    [InlineData("```\nThe migration was not applied.\n```\nSo it is.", false)]
    [InlineData("  ```sh\nThe migration was not applied.\n  ```\nSo it is.", false)]
    [InlineData("So it says: `The migration was not applied.` in both places", false)]
    [InlineData("So it says: \"The migration was not applied\" in both places", false)]
    [InlineData("The `migration was not applied.", true)]
    [InlineData("See a.cs. The migration was not applied! So it is", true)]
    [InlineData("  The migration is not started;  ", true)]
    [InlineData("**The migration is not started.**", true)]
    [InlineData(" . ! ; ", false)]
    [InlineData("", false)]
    public void A_report_is_read_by_its_own_sentences(string said, bool isLeft) =>
        Assert.Equal(isLeft, Classify(said) is not null);

    private static Failure? Of(string said, string word) => Classify(string.Format(
        CultureInfo.InvariantCulture, said, word));

    private static Failure? Classify(string said) => FailureClassifier.Default.Classify(new FailureSignals
    {
        Outcome = new Outcome { ExitCode = 0 },
        Tool = "claude-code",
        Stdout = TestData.Bytes(said),
        DoubtSuccess = true,
        Now = TestData.Now,
    });
}
