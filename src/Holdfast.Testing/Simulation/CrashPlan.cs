namespace Holdfast.Testing.Simulation;

/// <summary>
/// When the simulated machine fails: some crashes come after a random number of points; others wait for kinds of event
/// that are rare, each of which is met once. Those are taken in turn from seed to seed, so that a hundred seeds crash
/// at every kind of event.
/// </summary>
internal sealed class CrashPlan
{
    private const int RareKinds = 18;

    // These come so often that a random number of points meets them.
    private static readonly HashSet<string> Common =
    [
        "attempt_started", "attempt_succeeded", "attempt_failed", "runtime_error_classified",
        "runtime_recovery_scheduled", "task_retry_requested",
    ];

    private readonly Random _random;
    private readonly HashSet<string> _rare = [];
    private int _left;
    private int _until;

    internal CrashPlan(Random random, long seed)
    {
        _random = random;
        string[] kinds =
        [
            .. SimulationCoverage.EventTypes.Where(t => !Common.Contains(t))
                .SelectMany(t => new[] { $"before {t}", $"after {t}" }),
        ];
        for (var i = 0; i < RareKinds; i++)
        {
            _rare.Add(kinds[(int)(((ulong)seed * RareKinds + (ulong)i) * 7 % (ulong)kinds.Length)]);
        }

        _left = random.Next(4, 12);
        Draw();
    }

    /// <summary>Throws if the process is to die at this point.</summary>
    internal void Pass(string point)
    {
        if (_rare.Remove(point))
        {
            throw new SimulatedCrashException(point);
        }

        if (_left > 0 && --_until <= 0)
        {
            _left--;
            Draw();
            throw new SimulatedCrashException(point);
        }
    }

    /// <summary>How much of a write arrives before the process dies; null for all.</summary>
    internal int? Tear(int bytes)
    {
        if (_left == 0 || bytes < 2 || _random.Next(150) != 0)
        {
            return null;
        }

        _left--;
        return _random.Next(1, bytes);
    }

    private void Draw() => _until = _random.Next(1, 200);
}
