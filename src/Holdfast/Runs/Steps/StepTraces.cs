using System.Diagnostics;
using Holdfast.Failures;

namespace Holdfast.Runs.Steps;

/// <summary>
/// Spans of the activity source <c>Holdfast</c>: one for each start of a run's program, and within it one for each
/// attempt at a step. A step that was done before is only told, and has none. Where nobody listens nothing is made.
/// </summary>
internal static class StepTraces
{
    private static readonly ActivitySource Source = new("Holdfast");

    /// <summary>The program of a run, which ends in this process when the span does.</summary>
    internal static Activity? OfRun(string id, string? name)
    {
        // Ids are too many to be names of spans.
        var span = Source.HasListeners() ? Source.StartActivity(name is null ? "run" : $"run {name}") : null;
        return span?.SetTag("holdfast.run.id", id).SetTag("holdfast.run.name", name ?? id);
    }

    /// <summary>An attempt at a step. The span has the step's own name, and that of its scopes in a tag.</summary>
    internal static Activity? OfAttempt(StepContext step)
    {
        var span = Source.HasListeners()
            ? Source.StartActivity($"step {step.Name.AsSpan(step.Name.LastIndexOf('/') + 1)}") : null;
        return span?.SetTag("holdfast.run.id", step.RunId).SetTag("holdfast.step.name", step.Name)
            .SetTag("holdfast.step.attempt", step.Attempt);
    }

    /// <summary>Says how an attempt failed, in the words in which it is recorded.</summary>
    internal static void Fail(this Activity? span, Exception error, Failure failure) =>
        span?.SetStatus(ActivityStatusCode.Error, failure.Evidence.Text)
            .SetTag("error.type", error.GetType().FullName).SetTag("holdfast.failure.class", failure.Class.Word());

    /// <summary>Says why a program left before its end: a run that waits or was interrupted has not failed.</summary>
    internal static void Leave(this Activity? span, Exception error)
    {
        if (span is not null && error is not (StepHeldException or OperationCanceledException))
        {
            span.SetStatus(ActivityStatusCode.Error, StepFailures.Told(error))
                .SetTag("error.type", error.GetType().FullName);
        }
    }
}
