using System.Diagnostics;
using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;
using Microsoft.Extensions.Logging;

namespace Holdfast.Extensions.Telemetry;

/// <summary>Tells log, metrics and the current trace what guards of calls decide.</summary>
internal sealed class CallObserver(HoldfastMetrics metrics, ILoggerFactory loggers)
{
    private readonly ILogger _calls = loggers.CreateLogger("Holdfast.Calls");
    private readonly ILogger _breakers = loggers.CreateLogger("Holdfast.Breakers");

    internal void OnDecision(RecoveryDecision decision, Exception error)
    {
        metrics.Failed(decision, error);
        var failureClass = decision.Class.Word();
        if (decision.Strategy is RecoveryStrategy.Retry or RecoveryStrategy.Wait)
        {
            Log.AttemptFailedWillRetry(_calls, error, decision.Attempt, decision.OfAttempts, failureClass,
                decision.Strategy.Word(), decision.Delay.TotalSeconds, decision.Reason);
            Activity.Current?.AddEvent(new ActivityEvent("holdfast.retry", tags: new ActivityTagsCollection
            {
                ["error.type"] = HoldfastMetrics.ErrorType(error),
                ["holdfast.failure.class"] = failureClass,
                ["holdfast.retry.attempt"] = decision.Attempt,
                ["holdfast.retry.delay"] = decision.Delay.TotalSeconds,
            }));
        }
        else
        {
            Log.AttemptFailed(
                _calls, error, decision.Attempt, decision.OfAttempts, failureClass, decision.Reason);
        }
    }

    internal void OnBreaker(CircuitBreaker breaker, BreakerEvent change)
    {
        metrics.Changed(breaker.Name, change.State);
        Log.BreakerChanged(
            _breakers, breaker.Name, change.State.Word(), change.Detail ?? change.Kind.Word());
    }
}
