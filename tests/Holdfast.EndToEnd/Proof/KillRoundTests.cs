using System.Collections.Concurrent;
using System.Globalization;
using Holdfast.EndToEnd.Hardship;

namespace Holdfast.EndToEnd.Proof;

/// <summary>The main proof by real processes: fifty commands, drivers killed at every point of an attempt.</summary>
public sealed class KillRoundTests(ITestOutputHelper output)
{
    // A round is mostly waiting for its own processes.
    private const int AtOnce = 3;

    /// <summary>
    /// 8 rounds, on a build server 32; <c>HOLDFAST_KILL_ROUNDS</c> and <c>HOLDFAST_KILL_SEED</c> ask for more or for
    /// others.
    /// </summary>
    private static int Rounds { get; } = Number(
        "HOLDFAST_KILL_ROUNDS", Environment.GetEnvironmentVariable("HOLDFAST_CI") == "1" ? 32 : 8);

    private static int FirstSeed { get; } = Number("HOLDFAST_KILL_SEED", 1);

    [Fact]
    public void Whatever_point_a_driver_is_killed_at_nothing_is_lost_and_nothing_runs_twice()
    {
        Around.Needs("strace");
        var points = Enum.GetValues<KillPoint>();
        var told = new ConcurrentBag<KillStory>();
        var failed = new ConcurrentQueue<string>();
        Parallel.For(FirstSeed, FirstSeed + Rounds, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, seed =>
        {
            var point = points[seed % points.Length];
            try
            {
                told.Add(new KillRound(point, seed).Play());
            }
            catch (Exception broken)
            {
                failed.Enqueue($"seed {seed} at {point} (HOLDFAST_KILL_SEED={seed} HOLDFAST_KILL_ROUNDS=1): {broken}");
            }
        });
        Assert.True(failed.IsEmpty, string.Join("\n\n", failed));
        foreach (var stories in told.GroupBy(s => s.Point).OrderBy(g => g.Key))
        {
            output.WriteLine($"{stories.Key}: {stories.Count()} rounds, {stories.Sum(s => s.Kills)} kills, "
                + $"{stories.Sum(s => s.Adopted)} attempts taken up, {stories.Sum(s => s.OutlivedTwo)} outlived two");
        }

        Assert.Equal(Rounds < points.Length ? Rounds : points.Length, told.Select(s => s.Point).Distinct().Count());
        Assert.All(told, s => Assert.True(s.OutlivedTwo > 0, $"no attempt outlived two drivers: {s}"));
    }

    [Fact]
    public void The_plan_has_fifty_commands() => Assert.InRange(new KillPlan().Tasks.Count, 50, 60);

    private static int Number(string variable, int otherwise) => int.TryParse(
        Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var n) ? n : otherwise;
}
