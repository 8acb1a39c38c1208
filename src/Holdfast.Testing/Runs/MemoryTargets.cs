using Holdfast.Failures;
using Holdfast.Resilience.Breakers;
using Holdfast.Runs;
using Holdfast.Runs.Targets;

namespace Holdfast.Testing.Runs;

/// <summary>Targets in memory: the ledger that a workspace keeps in a file, without the file.</summary>
/// <param name="settings">When breakers open and close; the defaults, without jitter, if left out.</param>
public sealed class MemoryTargets(BreakerSettings? settings = null) : ITargets
{
    private readonly BreakerSettings _settings = settings ?? new BreakerSettings { Jitter = TimeSpan.Zero };
    private TargetLedger? _ledger;

    /// <summary>What is known.</summary>
    public TargetLedger Ledger => _ledger ??= new TargetLedger(_ => _settings, 1);

    /// <inheritdoc/>
    public TargetAnswer Ask(string target, AttemptId attempt, DateTimeOffset now) =>
        Ledger.Ask(target, attempt, "run", now);

    /// <inheritdoc/>
    public void Report(
        string target, AttemptId attempt, in BreakerPermit permit, FailureClass? failure, DateTimeOffset now) =>
        Ledger.Report(target, attempt, "run", permit, failure, now);

    /// <inheritdoc/>
    public void Release(string target, AttemptId attempt, in BreakerPermit permit, DateTimeOffset now) =>
        Ledger.Report(target, attempt, "run", permit, FailureClass.Cancelled, now);

    /// <inheritdoc/>
    public void Throttle(string target, AttemptId attempt, DateTimeOffset until, string detail, DateTimeOffset now) =>
        Ledger.Throttle(target, attempt, "run", until, detail, now);

    /// <inheritdoc/>
    public void Lift(string target, string by, DateTimeOffset said, DateTimeOffset now) =>
        Ledger.Lift(target, by, said, now);
}
