namespace Holdfast.Runs.Steps;

/// <summary>
/// The bound on one attempt at a step: a token that is cancelled with the run's, or when the time is up.
/// </summary>
internal sealed class StepBound : IDisposable
{
    private readonly CancellationTokenSource _limit;

    internal StepBound(TimeSpan timeout, TimeProvider time, CancellationToken run)
    {
        _limit = new CancellationTokenSource(timeout, time);
        Linked = CancellationTokenSource.CreateLinkedTokenSource(_limit.Token, run);
    }

    internal CancellationTokenSource Linked { get; }

    internal bool HasExpired => _limit.IsCancellationRequested;

    public void Dispose()
    {
        Linked.Dispose();
        _limit.Dispose();
    }
}
