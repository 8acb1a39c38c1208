using Holdfast.Failures;
using Holdfast.Plans.Running;
using Holdfast.Plans.Runtimes;

namespace Holdfast.Tests.Runtimes;

/// <summary>What a limit ended says which key of the plan that was, and its value.</summary>
public sealed class LimitWordsTests
{
    [Theory]
    [InlineData(EndedBy.HardTimeout, "timeout: 30s", "raise the timeout")]
    [InlineData(EndedBy.NoProgress, "no-progress: 5m", "raise the timeout")]
    [InlineData(EndedBy.OutputBound, "more than 1,024 bytes", "no key of a plan raises this")]
    public void The_evidence_names_the_limit(EndedBy by, string text, string helps)
    {
        var command = new CommandSpec
        {
            Run = "r",
            Task = "t",
            Attempt = 1,
            Argv = ["x"],
            WorkingFolder = "/",
            Environment = [],
            Folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()),
            HardTimeout = TimeSpan.FromSeconds(30),
            NoProgress = TimeSpan.FromMinutes(5),
            OutputBound = 1024,
        };
        var end = new AttemptJudgement(FailureClassifier.Default, SecretMask.Empty, TimeProvider.System, true)
            .Of(new PreparedAttempt(command, [], null), new Outcome { EndedBy = by }, null);
        Assert.Contains(text, end.Failure!.Evidence.Text, StringComparison.Ordinal);
        Assert.Contains(helps, end.Failure.Evidence.Remediation, StringComparison.Ordinal);
    }
}
