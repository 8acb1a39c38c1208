using Holdfast.Failures;

namespace Holdfast.Tests.Failures;

/// <summary>Of a chain of causes that is listed under "Caused by:" the last says what went wrong.</summary>
public sealed class ChainEndTests
{
    [Theory]
    [InlineData("Error: merge conflict resolver stopped\n\nCaused by:\n    0: write result\n    1: disk quota exceeded",
        FailureClass.ResourceExhausted)]
    [InlineData("Error: cannot connect to the cluster\n\nCaused by:\n    certs/client.pem: no such file or directory",
        FailureClass.NotFound)]
    [InlineData("error: failed to parse the lock\n\nCaused by:\n  update index\n\nCaused by:\n  connection refused",
        FailureClass.Connection)]
    [InlineData("error: not prepared\n  Caused by: no solution found when resolving: a\n  Caused by: broken pipe",
        FailureClass.Connection)]
    [InlineData("  x Failed to parse the lock\n  |-> no solution found when resolving a\n  `-> connection reset\n",
        FailureClass.Connection)]
    [InlineData("C:\\a.ps1:4\nLine |\n   4 |  throw \"disk quota exceeded\"\n     |  ~~~~~\n     | no such host",
        FailureClass.Connection)]
    public void The_last_cause_counts_more_than_the_first_line(string stderr, FailureClass expected) =>
        Assert.Equal(expected, Of(stderr));

    [Theory]
    [InlineData("Error: merge conflict in a.txt\nCaused by:\nwrite result: disk quota exceeded nearly")]
    [InlineData("Error: merge conflict in a.txt\n    1: disk quota exceeded nearly")]
    public void Lines_that_are_not_indented_under_it_are_no_chain(string stderr) =>
        Assert.Equal(FailureClass.MergeConflict, Of(stderr));

    private static FailureClass? Of(string stderr) => FailureClassifier.Default.Classify(new FailureSignals
    {
        Outcome = new Outcome { ExitCode = 1 },
        Stderr = TestData.Bytes(stderr),
        Now = TestData.Now,
    })?.Class;
}
