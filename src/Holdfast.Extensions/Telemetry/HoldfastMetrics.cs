using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using Holdfast.Failures;
using Holdfast.Resilience;
using Holdfast.Resilience.Breakers;

namespace Holdfast.Extensions.Telemetry;

/// <summary>
/// The instruments of the meter <c>Holdfast</c>, named as the conventions of OpenTelemetry ask: a namespace, words with
/// dots, units of UCUM, <c>error.type</c> for what failed.
/// </summary>
public sealed class HoldfastMetrics
{
    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Name = "Holdfast";

    private readonly Counter<long> _failures;
    private readonly Counter<long> _transitions;
    private readonly Histogram<double> _waits;
    private readonly Histogram<double> _runs;

    /// <summary>Makes the instruments.</summary>
    public HoldfastMetrics(IMeterFactory meters)
    {
        ArgumentNullException.ThrowIfNull(meters);
        var meter = meters.Create(Name);
        _failures = meter.CreateCounter<long>(
            "holdfast.attempt.failures", "{failure}", "Attempts that failed, by what followed.");
        _waits = meter.CreateHistogram<double>(
            "holdfast.retry.delay", "s", "Waits before another attempt.");
        _transitions = meter.CreateCounter<long>(
            "holdfast.breaker.transitions", "{transition}", "Changes of the state of circuit breakers.");
        _runs = meter.CreateHistogram<double>(
            "holdfast.run.duration", "s", "Time from the start of a hosted run in this process to its end.");
    }

    /// <summary>
    /// Where traces of calls begin; those of runs are made by the library, in a source of the same name.
    /// </summary>
    internal static ActivitySource Source { get; } = new(Name);

    /// <summary>What <c>error.type</c> is by the conventions: the status of an answer, else the exception.</summary>
    internal static string ErrorType(Exception error) => error is HttpRequestException { StatusCode: { } status }
        ? ((int)status).ToString(CultureInfo.InvariantCulture)
        : error.GetType().FullName ?? error.GetType().Name;

    internal void Failed(RecoveryDecision decision, Exception error)
    {
        var tags = new TagList
        {
            { "error.type", ErrorType(error) },
            { "holdfast.failure.class", decision.Class.Word() },
            { "holdfast.recovery.strategy", decision.Strategy.Word() },
        };
        _failures.Add(1, tags);
        if (decision.TriesAgain)
        {
            _waits.Record(decision.Delay.TotalSeconds, tags);
        }
    }

    internal void Changed(string breaker, BreakerState state) => _transitions.Add(
        1, new TagList { { "holdfast.breaker.name", breaker }, { "holdfast.breaker.state", state.Word() } });

    internal void Ran(string program, TimeSpan duration, string outcome, Exception? error)
    {
        var tags = new TagList { { "holdfast.run.name", program }, { "holdfast.run.outcome", outcome } };
        if (error is not null)
        {
            tags.Add("error.type", ErrorType(error));
        }

        _runs.Record(duration.TotalSeconds, tags);
    }
}
