using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>A last line that no rule knows is guessed at by its words, where it states a failure.</summary>
public sealed class GuessTests
{
    [Theory]
    [InlineData("", "no memory and a quiet disk on box 4", FailureClass.ResourceExhausted)]
    [InlineData("the wheel and its style: bad", "", FailureClass.BuildFailure)]
    [InlineData("", "wallet and funds: broken for this month", FailureClass.QuotaExhausted)]
    [InlineData("", "reviewers, security and the gate: wrong\nTell them first", FailureClass.PolicyDenied)]
    public void The_class_that_most_is_said_for(string stdout, string stderr, FailureClass expected) =>
        Assert.Equal((expected, 0.35), Of(stdout, stderr));

    [Theory]
    [InlineData("rotating disk memory heap", "")]
    [InlineData("", "warming the heap\ndisk next\nmemory after it")]
    [InlineData("", "warning: wrong memory disk")]
    [InlineData("", "bad fin-memory-wait and heap=3 and /disk/space")]
    [InlineData("", "bad memory: 0")]
    [InlineData("", "bad node on a lake")]
    [InlineData("bad memory disk", "that is all")]
    [InlineData("", "bad memory disk\none\ntwo\nthree")]
    public void Words_that_state_nothing_or_too_little_or_far_up_are_no_guess(string stdout, string stderr) =>
        Assert.Equal(FailureClass.Unknown, Of(stdout, stderr).Class);

    [Fact]
    public void An_agent_quotes_and_a_good_code_needs_no_guess()
    {
        Assert.Equal(FailureClass.Unknown, Of("", "no memory and a quiet disk on box 4", tool: "claude-code").Class);
        Assert.Null(FailureClassifier.Default.Classify(Signals("", "no memory and a quiet disk on box 4", 0, "bash")));
    }

    private static (FailureClass Class, double Confidence) Of(string stdout, string stderr, string tool = "bash")
    {
        var failure = FailureClassifier.Default.Classify(Signals(stdout, stderr, 1, tool))!;
        return (failure.Class, failure.Confidence);
    }

    private static FailureSignals Signals(string stdout, string stderr, int code, string tool) => new()
    {
        Outcome = new Outcome { ExitCode = code },
        Tool = tool,
        Stdout = TestData.Bytes(stdout),
        Stderr = TestData.Bytes(stderr),
        DoubtSuccess = true,
        Now = TestData.Now,
    };
}
