using System.Globalization;
using Holdfast.Testing.Simulation;

namespace Holdfast.Tests.Simulation;

/// <summary>
/// The engine on a simulated machine. HOLDFAST_SEEDS says how many seeds (100 by default, 500 in CI); a seed that
/// breaks
/// a promise is named with the command that replays it.
/// </summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int DefaultSeeds = 100;
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
        var broken = new List<SimulationResult>();
        Parallel.For(1, Seeds + 1, new ParallelOptions { MaxDegreeOfParallelism = Threads }, seed =>
        {
            var result = Simulator.Run(seed);
            lock (coverage)
            {
                coverage.Add(result);
                if (result.Broken is not null)
                {
                    broken.Add(result);
                }
            }
        });
        output.WriteLine(coverage.Table());
        Assert.True(broken.Count == 0, $"{broken.Count} of {Seeds} seeds broke a promise\n" + string.Join('\n', broken
            .OrderBy(b => b.Seed).Take(10)
            .Select(b => $"{b.Broken}\n  ./holdfast simulate --seeds 1 --first-seed {b.Seed}")));
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
        Assert.Equal(one.CrashPoints, other.CrashPoints);
        Assert.True(one.Tasks >= 20 && one.Crashes > 0 && one.Events > 100,
            $"{one.Tasks} tasks, {one.Crashes} crashes");
    }
}
