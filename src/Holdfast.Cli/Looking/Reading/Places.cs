using Holdfast.Runs.Events;

namespace Holdfast.Cli.Looking;

/// <summary>
/// Which attempts run, of those whose start is recorded: a driver records the next ones ahead of free places, so that a
/// place never waits for a sync, and starts them in their order. To be fed every event of a run.
/// </summary>
/// <param name="most">Places, until a driver says how many there are.</param>
internal sealed class Places(int most)
{
    private readonly HashSet<string> _running = [];
    private readonly List<AttemptStarted> _next = [];
    private int _most = most;

    /// <summary>How many there are; a C# program starts what it likes.</summary>
    internal static int Of(DriverStarted driver) => driver.MaxParallel > 0 ? driver.MaxParallel : int.MaxValue;

    /// <summary>Takes an event in.</summary>
    /// <returns>What starts by it, in order.</returns>
    internal IReadOnlyList<AttemptStarted> Take(RunEvent e)
    {
        switch (e)
        {
            case DriverStarted driver:
                _most = Of(driver);
                break;
            case AttemptStarted started:
                _next.Add(started);
                break;
            case AttemptAdopted or AttemptFound:
                Leave(e.Task!);
                _running.Add(e.Task!);
                break;
            case AttemptSucceeded or AttemptFailed or AttemptWithdrawn:
                Leave(e.Task!);
                break;
        }

        return Start();
    }

    private void Leave(string task)
    {
        _running.Remove(task);
        _next.RemoveAll(started => started.Task == task);
    }

    private AttemptStarted[] Start()
    {
        var count = Math.Min(_next.Count, Math.Max(0, _most - _running.Count));
        if (count == 0)
        {
            return [];
        }

        AttemptStarted[] begun = [.. _next.Take(count)];
        _next.RemoveRange(0, count);
        _running.UnionWith(begun.Select(started => started.Task!));
        return begun;
    }
}
