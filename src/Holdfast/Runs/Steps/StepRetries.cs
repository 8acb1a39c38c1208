using Holdfast.Failures;
using Holdfast.Resilience;

namespace Holdfast.Runs.Steps;

/// <summary>
/// What is done after a step's process was gone: its effect says whether it may run again, and then it does at once.
/// Whoever starts the program again has waited already, and a killed process is no fault of the step; a bound stays, so
/// that a step that takes its process down with it ends some time.
/// </summary>
internal static class StepRetries
{
    private static readonly RetryPolicy AtOnce = new()
    {
        Kind = RetryKind.Fixed, Retries = 100, Base = TimeSpan.Zero, Jitter = 0,
    };

    internal static RetryTable AfterLoss(RetryTable table) => table
        .With(FailureClass.InfrastructureLost, AtOnce).WithMaxAttempts(AtOnce.Retries + 1);
}
