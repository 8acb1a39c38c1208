using Holdfast.Failures;
using Holdfast.Runs;
using Holdfast.Runs.Steps;

namespace Holdfast.Tests.Runs.Steps;

/// <summary>How what a step threw is judged.</summary>
public sealed class StepFailureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void What_failed_inside_is_not_tried_again_from_outside()
    {
        var inner = FailureClassifier.ClassifyException(new TimeoutException("slow"), default, Token);
        Assert.Equal((true, Disposition.Retry), (inner.Transient, inner.Disposition));
        var judged = StepFailures.Of(new StepFailedException("r", "s", inner, "no", null), default, Token);
        Assert.Equal(inner with { Transient = false, Disposition = Disposition.Fail }, judged);
        Assert.Equal(FailureClass.Unknown,
            StepFailures.Of(new StepFailedException("r", "s", null, "no", null), default, Token).Class);
    }

    [Fact]
    public void An_exception_that_cannot_be_looked_at_is_named_by_its_type()
    {
        var judged = StepFailures.Of(new HostileException(), default, Token);
        Assert.Equal((FailureClass.Unknown, "exception.unreadable", "exception", null, 0.3), (judged.Class,
            judged.Evidence.Rule, judged.Evidence.Channel, judged.Evidence.Line, judged.Confidence));
        var text = $"{typeof(HostileException).FullName}, whose message cannot be read (NotSupportedException)";
        Assert.Equal(text, judged.Evidence.Text);
        Assert.Equal($"the program threw HostileException ({text})", StepFailures.Told(new HostileException()));
    }

    private sealed class HostileException : Exception
    {
        public override string Message => throw new NotSupportedException();
    }
}
