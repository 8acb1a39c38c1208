namespace Holdfast.Runs;

/// <summary>
/// Where a driver rests between two steps. A world that can tell of ends on the thread that rests has one of its own
/// (<see cref="IRunHost.Rest"/>), so that whoever sees an end takes the step, and nothing is handed from thread to
/// thread.
/// </summary>
public interface IDriverRest
{
    /// <summary>
    /// Returns after that time, or sooner once <see cref="Wake"/> was called since the last return. Called by one
    /// thread at a time; ends of attempts may arrive at their sinks on it meanwhile.
    /// </summary>
    void Rest(TimeSpan atMost);

    /// <summary>Ends the rest, or the next one. From any thread, also from within a rest.</summary>
    void Wake();
}

/// <summary>A rest that nothing but <see cref="Wake"/> ends early.</summary>
public sealed class DriverRest : IDriverRest, IDisposable
{
    private readonly AutoResetEvent _wake = new(initialState: false);

    /// <inheritdoc/>
    public void Rest(TimeSpan atMost) => _wake.WaitOne(atMost);

    /// <inheritdoc/>
    public void Wake() => _wake.Set();

    /// <inheritdoc/>
    public void Dispose() => _wake.Dispose();
}
