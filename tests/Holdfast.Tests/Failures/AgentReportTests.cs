using System.Text;
using Holdfast.Failures;
using Holdfast.Failures.Text;

namespace Holdfast.Tests.Failures;

/// <summary>
/// What is read from an agent's last word where it ended with 0: no single word decides, but what the message says all
/// together (<see cref="Holdfast.Failures.Reports.AgentReport"/>), and what it takes back.
/// </summary>
public sealed class AgentReportTests
{
    private const string Left = "the migration was not applied";

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
    [InlineData("The files are moved. After that the server starts the job, which then waits for its")]
    [InlineData("The function normalises the input, looks up the key in the table, and if it isn't there")]
    public void A_message_that_ends_in_mid_sentence_was_cut_off(string said) =>
        Assert.Equal("agent.cut_off", Classify(said)?.Evidence.Rule);

    [Theory]
    [InlineData("fix(import): go on with the next row, when one of the rows of the file is invalid")]
    [InlineData("All tests pass. The branch is ready")]
    public void A_message_without_a_full_stop_may_be_whole(string said) => Assert.Null(Classify(said));

    [Fact]
    public void What_refused_the_work_is_the_class_where_the_report_shows_it()
    {
        var failure = Classify("I'm leaving the branch as it was.\nnpm died: getaddrinfo ENOTFOUND a.example");
        Assert.Equal(FailureClass.Connection, failure?.Class);
    }

    [Fact]
    public void A_report_that_opens_with_what_was_done_may_speak_of_what_was_not()
    {
        foreach (var opening in ("done all everything nothing no yes here answer summary review your wrote built made "
            + "set rewrote upgrade both Done renamed").Split(' '))
        {
            Assert.Equal((opening, null), (opening, RuleOf($"{opening} of it: here. {Left}.")));
        }

        foreach (var did in "wrote built made found rewrote written put took ran went set split renamed".Split(' '))
        {
            foreach (var who in new[] { "I", "I've", "I’ve", "I have", "I just", "I also" })
            {
                Assert.Equal((who, did, null), (who, did, RuleOf($"{who} {did} it. {Left}.")));
            }
        }

        Assert.All(["Config validated", "The new config validated", "All four", "Both:"],
            headline => Assert.Equal((headline, null), (headline, RuleOf($"{headline}: here. {Left}."))));
    }

    [Fact]
    public void A_report_that_opens_otherwise_is_taken_at_its_word()
    {
        foreach (var opening in ("tried attempted failed stopped reached skipped aborted paused interrupted blocked "
            + "halted needed refused rejected denied started prepared reverted need red maybe").Split(' '))
        {
            Assert.Equal((opening, "report.left"), (opening, RuleOf($"{opening}: so far so good. {Left}.")));
            Assert.Equal((opening, "report.left"), (opening, RuleOf($"I {opening} it. {Left}.")));
            Assert.Equal((opening, "report.left"), (opening, RuleOf($"I have {opening} it. {Left}.")));
        }

        Assert.All([
            "Config not validated", "Config partially validated", "Config partly validated", "Config only validated",
            "Config never validated", "Config no validated", "The whole new config validated",
        ], headline => Assert.Equal((headline, "report.left"), (headline, RuleOf($"The {headline}: so. {Left}."))));
    }

    [Fact]
    public void A_good_report_may_take_back_what_it_said()
    {
        foreach (var word in ("but however unfortunately sadly though although except only still yet "
            + "However").Split(' '))
        {
            Assert.Equal((word, "report.left"), (word, RuleOf($"Done. {word} {Left}.")));
            Assert.Equal((word, "report.left"), (word, RuleOf($"Done. {Left}, {word}.")));
        }

        Assert.Null(RuleOf($"Done. Also {Left}."));
        // Where it takes back something else, what it says in passing stays so.
        Assert.Null(RuleOf($"Done. {Left}. However, that is as it should be."));
    }

    [Fact]
    public void An_answer_that_tells_of_a_failure_is_none()
    {
        foreach (var opening in "Here Answer Yes Explanation".Split(' '))
        {
            Assert.Equal((opening, null), (opening, RuleOf($"{opening}: the push was rejected.")));
            Assert.Equal((opening, "report.partial"), (opening, RuleOf($"{opening}: I stopped early.")));
        }

        Assert.Equal("report.refused", RuleOf("Result: the push was rejected."));
        Assert.Equal("report.left", RuleOf($"Explanation: {Left}."));
    }

    [Theory]
    [InlineData("```\nThe migration was not applied.\n```\nSo it is.", null)]
    [InlineData("  ```sh\nThe migration was not applied.\n  ```\nSo it is.", null)]
    [InlineData("So it says: `The migration was not applied.` in both places", null)]
    [InlineData("So it says: \"The migration was not applied\" in both places", null)]
    [InlineData("The `migration` was not applied.", "report.left")]
    [InlineData("The `migration was not applied.", "report.left")]
    [InlineData("The `migration` was not applied; `the other one was` it seems.", "report.left")]
    [InlineData("See a.cs. The migration was not applied! So it is", "report.left")]
    [InlineData("So far: v1.the migration was not applied.", "report.left")]
    [InlineData("  The migration is not started;  ", "report.left")]
    [InlineData("The migration is not started", "report.left")]
    [InlineData("**The migration is not started.**", "report.left")]
    [InlineData("The migration is not started by this", null)]
    [InlineData(" . ! ; ", null)]
    [InlineData("", null)]
    public void A_report_is_read_by_its_own_sentences(string said, string? rule) => Assert.Equal(rule, RuleOf(said));

    private static string? RuleOf(string said) => AgentReport.Of(RuleBook.BuiltIn, Encoding.UTF8.GetBytes(said))?.Rule;

    private static Failure? Classify(string said) => FailureClassifier.Default.Classify(new FailureSignals
    {
        Outcome = new Outcome { ExitCode = 0 },
        Tool = "claude-code",
        Stdout = TestData.Bytes(said),
        DoubtSuccess = true,
        Now = TestData.Now,
    });
}
