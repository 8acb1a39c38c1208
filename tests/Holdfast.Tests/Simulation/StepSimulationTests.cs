using Holdfast.Testing.Steps;

namespace Holdfast.Tests.Simulation;

/// <summary>Programs with durable steps, ended at every point that they pass.</summary>
public sealed class StepSimulationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(StepEnd.Killed, 10)]
    [InlineData(StepEnd.Cancelled, 5)]
    [InlineData(StepEnd.Disposed, 5)]
    [InlineData(StepEnd.DiskFailed, 10)]
    public void Every_promise_holds_wherever_the_process_of_a_program_ends(StepEnd end, int seeds)
    {
        var (points, processes, calls) = (0, 0, 0);
        var first = "";
        for (var seed = 1; seed <= seeds; seed++)
        {
            var result = StepSimulation.Run(seed, end);
            Assert.True(result.Broken.Count == 0, string.Join('\n', result.Broken));
            Assert.True(result.Points >= 20, $"seed {seed} was ended at {result.Points} points, which shows little");
            first = seed == 1 ? result.Journals : first;
            points += result.Points;
            processes += result.Processes;
            calls += result.Calls;
        }

        Assert.Equal(first, StepSimulation.Run(1, end).Journals);
        output.WriteLine($"{seeds} programs, {end} at {points} points: {processes} processes, {calls} calls of steps");
    }
}
