using Holdfast.Testing.Simulation;

namespace Holdfast.Tests.Simulation;

public sealed class SimulationTests
{
    [Fact]
    public void Promises_hold_in_every_seed()
    {
        var n = int.Parse(Environment.GetEnvironmentVariable("HOLDFAST_SEEDS") ?? "100");
        var broken = new List<string>();
        for (var seed = 1; seed <= n; seed++)
        {
            if (Simulator.Run(seed) is { Broken: { } why })
            {
                broken.Add($"{seed}: {why}");
            }
        }

        Assert.True(broken.Count == 0, $"{broken.Count} broken\n" + string.Join("\n", broken.Take(12)));
    }
}
