using Holdfast.Failures;

namespace Holdfast.Runs.Steps;

/// <summary>Judges what a step threw.</summary>
internal static class StepFailures
{
    private static readonly FailureClassifier Classifier = new();

    /// <summary>The process of the attempt ended before it did.</summary>
    internal static Failure Lost { get; } = Runs.Lost.Failure with
    {
        Evidence = new Evidence("runtime.lost", "runtime", null, "its process ended before it did"),
    };

    /// <summary>An attempt that was ended from outside.</summary>
    internal static Failure Of(EndedBy endedBy, DateTimeOffset now) => Classifier.Classify(new FailureSignals
    {
        Outcome = new Outcome { EndedBy = endedBy }, Now = now,
    })!;

    /// <summary>What ended a program, in a line.</summary>
    internal static string Told(Exception error) =>
        $"the program threw {error.GetType().Name}" + (Of(error, default, default).Evidence.Text is { } text
            ? $" ({text})" : "");

    /// <summary>An exception of the step. Never throws, whatever the exception does when it is looked at.</summary>
    internal static Failure Of(Exception error, DateTimeOffset now, CancellationToken token)
    {
        try
        {
            // What failed inside has been tried as often as its own policy said.
            return error is StepFailedException { Failure: { } inner }
                ? inner with { Transient = false, Disposition = Disposition.Fail }
                : FailureClassifier.ClassifyException(error, now, token);
        }
        catch (Exception hostile) when (hostile is not OutOfMemoryException)
        {
            return FailureClassifier.Make(
                FailureClass.Unknown, "exception.unreadable", "exception", null,
                $"{error.GetType().FullName}, whose message cannot be read ({hostile.GetType().Name})", 0.3,
                null, null);
        }
    }
}
