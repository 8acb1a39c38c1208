using Holdfast.Testing.Steps;

namespace Holdfast.Tests.Simulation;

/// <summary>Programs with durable steps, ended at every point that they pass.</summary>
public sealed class StepSimulationTests(ITestOutputHelper output)
{
    private const int Seeds = 10;

    [Fact]
    public void Every_promise_holds_wherever_the_process_of_a_program_ends()
    {
        var (points, processes, calls) = (0, 0, 0);
        for (var seed = 1; seed <= Seeds; seed++)
        {
            var result = StepSimulation.Run(seed);
            Assert.True(result.Broken.Count == 0, string.Join('\n', result.Broken));
            Assert.True(result.Points >= 20, $"seed {seed} was ended at {result.Points} points, which shows little");
            points += result.Points;
            processes += result.Processes;
            calls += result.Calls;
        }

        output.WriteLine($"{Seeds} programs, ended at {points} points: {processes} processes, {calls} calls of steps");
    }
}
