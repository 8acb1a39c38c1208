namespace Holdfast.Testing.Simulation;

/// <summary>What one seed came to.</summary>
/// <param name="Seed">Replays it exactly.</param>
/// <param name="Tasks">Tasks of its plans.</param>
/// <param name="Events">Events in its journals.</param>
/// <param name="Crashes">Where the simulated machine failed, in order; faults of its disk among it.</param>
/// <param name="Journal">Its journals as they were at the end, for comparing two runs of one seed.</param>
/// <param name="Broken">The promise that was broken; null for a clean seed.</param>
public sealed record SimulationResult(
    long Seed, int Tasks, long Events, IReadOnlyList<SimulatedCrash> Crashes, byte[] Journal, string? Broken);

/// <summary>
/// Plays random runs on a simulated machine that fails, and checks every promise. A run that came to an early end (it
/// was cancelled, say) is followed by another one, so that every seed is of a size that proves something.
/// </summary>
public static class Simulator
{
    /// <summary>Tasks that every seed has at least.</summary>
    public const int MinTasks = 20;

    /// <summary>Events that every seed records at least.</summary>
    public const int MinEvents = 200;

    /// <summary>Crashes that hit every seed at least.</summary>
    public const int MinCrashes = 5;

    private const int MaxRuns = 50;

    /// <summary>Plays one seed to its end.</summary>
    public static SimulationResult Run(long seed)
    {
        var random = new Random((int)(seed ^ (seed >> 32)));
        var crashes = new CrashPlan(random, seed);
        var hits = new List<SimulatedCrash>();
        using var journals = new MemoryStream();
        var (tasks, events, broken) = (0, 0L, default(string));
        for (var i = 0; i < MaxRuns && broken is null; i++)
        {
            var run = new SimulatedRun(seed, random, crashes);
            broken = Play(run);
            var journal = run.Journal;
            journals.Write(journal);
            hits.AddRange(run.Crashes);
            (tasks, events) = (tasks + run.Tasks, events + Events(journal));
            if (tasks >= MinTasks && events >= MinEvents && Crashes(hits) >= MinCrashes)
            {
                break;
            }

            crashes.BeginRun();
        }

        broken ??= tasks < MinTasks || events < MinEvents || Crashes(hits) < MinCrashes
            ? $"the seed is too small: {tasks} tasks, {events} events, {Crashes(hits)} crashes in {MaxRuns} runs"
            : null;
        return new SimulationResult(seed, tasks, events, hits, journals.ToArray(), broken);
    }

    // Room that was written ahead, which a run that broke off leaves, is blank lines.
    private static int Events(ReadOnlySpan<byte> journal) => journal.Count("{\"seq\":"u8);

    private static int Crashes(List<SimulatedCrash> hits) => hits.Count(c => !c.IsFault);

    private static string? Play(SimulatedRun run)
    {
        try
        {
            run.Play();
            return null;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever the engine throws here, a real driver would have died of.
            return error is BrokenPromiseException ? error.Message : $"{error.GetType().Name}: {error.Message}";
        }
    }
}
