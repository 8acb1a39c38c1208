using System.Globalization;
using Holdfast.Testing.Simulation;

namespace Holdfast.Tests.Simulation;

/// <summary>
/// The engine on a simulated machine. HOLDFAST_SEEDS says how many seeds (400 by default, 2,000 in CI); a seed that
/// breaks a promise, or is too small to prove anything, is named with the command that replays it.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int DefaultSeeds = 400;
    private const int Threads = 2;

    private static int Seeds => int.TryParse(
        Environment.GetEnvironmentVariable("HOLDFAST_SEEDS"), NumberStyles.None, CultureInfo.InvariantCulture,
            out var seeds)
        ? seeds
        : DefaultSeeds;

    [Fact]
    public void Every_promise_holds_in_every_seed_and_every_event_was_crashed_at()
    {
        var coverage = new SimulationCoverage();
        var broken = new List<string>();
        Parallel.For(1, Seeds + 1, new ParallelOptions { MaxDegreeOfParallelism = Threads }, seed =>
        {
            var result = Simulator.Run(seed);
            lock (coverage)
            {
                coverage.Add(result);
                if (WhatIsWrong(result) is { } wrong)
                {
                    broken.Add($"{wrong}\n  ./holdfast simulate --seeds 1 --first-seed {seed}");
                }
            }
        });
        output.WriteLine(coverage.Table());
        Assert.True(broken.Count == 0, $"{broken.Count} of {Seeds} seeds are not clean\n"
            + string.Join('\n', broken.Order().Take(10)));
        if (Seeds >= DefaultSeeds)
        {
            Assert.Empty(coverage.Missing);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(18)]
    [InlineData(4711)]
    public void A_seed_gives_the_same_journal_every_time(long seed)
    {
        var (one, other) = (Simulator.Run(seed), Simulator.Run(seed));
        Assert.Equal(one.Journal, other.Journal);
        Assert.Equal(one.Crashes, other.Crashes);
    }

    [Fact]
    public void A_cell_that_nothing_crashed_in_is_named()
    {
        var coverage = new SimulationCoverage();
        var all = SimulationCoverage.Cells.Select(c => new SimulatedCrash(PowerCut: true, c.ToString(), c))
            .Concat(SimulationCoverage.OtherPoints.Concat(SimulationCoverage.Faults)
                .Select(p => new SimulatedCrash(PowerCut: false, p, null))).ToArray();
        coverage.Add(new SimulationResult(1, 20, 200, [.. all.Where(c => c.Point is not
            ("after task_held (once)" or "a sync fails"))], [], null));
        Assert.Equal(["after task_held (once)", "a sync fails"], coverage.Missing);
        coverage.Add(new SimulationResult(2, 20, 200, all, [], null));
        Assert.Empty(coverage.Missing);
    }

    private static string? WhatIsWrong(SimulationResult seed) => seed.Broken
        ?? (seed.Tasks < 20 || seed.Events < 200 || seed.Crashes.Count < 5
            ? $"too small: {seed.Tasks} tasks, {seed.Events} events, {seed.Crashes.Count} crashes"
            : null);
}
