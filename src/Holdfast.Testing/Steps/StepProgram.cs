using System.Net.Sockets;
using Holdfast.Resilience;
using Holdfast.Testing.Simulation;

namespace Holdfast.Testing.Steps;

/// <summary>
/// A program with durable steps, drawn from a seed: steps one after the other and side by side, loops, timers, child
/// runs; of every effect, some slow, some failing at first.
/// </summary>
internal sealed class StepProgram(int seed)
{
    private const int LeastNodes = 3;
    private const int MostNodes = 7;

    private readonly int[] _nodes = Draw(new Random(seed));

    /// <summary>Runs it, or goes on with it, in a process that may die.</summary>
    internal async Task<int> RunAsync(DurableRun run, StepWorld world, MortalProcess process, SimulatedTime time)
    {
        var sum = 0;
        for (var i = 0; i < _nodes.Length; i++)
        {
            sum += await NodeAsync(run, i, new Surroundings(world, process, time));
        }

        return sum;
    }

    private static int[] Draw(Random random) =>
        [.. Enumerable.Range(0, random.Next(LeastNodes, MostNodes)).Select(_ => random.Next(6))];

    private async Task<int> NodeAsync(DurableRun run, int at, Surroundings around)
    {
        switch (_nodes[at])
        {
            case 0 or 1:
                return await StepAsync(run, run.Id, "", $"s{at}", around);
            case 2:
                var both = await Task.WhenAll(
                    StepAsync(run, run.Id, "", $"a{at}", around), StepAsync(run, run.Id, "", $"b{at}", around));
                return both.Sum();
            case 3:
                var sum = 0;
                await run.ForEachAsync($"item{at}", [1, 2, 3], item => $"{item}", async (scope, item, _) =>
                {
                    var name = $"item{at}[{item}]/";
                    sum += await StepAsync(scope, run.Id, name, "load", around);
                    sum += await StepAsync(scope, run.Id, name, "save", around);
                }, maxParallel: 2);
                return sum;
            case 4:
                await run.SleepAsync($"t{at}", TimeSpan.FromMinutes(3));
                return 0;
            default:
                return await run.ChildAsync($"c{at}", async child =>
                    await StepAsync(child, child.Id, "", "x", around)
                    + await StepAsync(child, child.Id, "", "y", around));
        }
    }

    private async Task<int> StepAsync(DurableRun scope, string runId, string prefix, string name, Surroundings around)
    {
        var (world, process, time) = around;
        var ledger = $"{runId}:{prefix}{name}";
        var (effect, failures, takes) = Drawn(ledger);
        var expected = ledger.Sum(c => c);
        var record = world.Of(ledger);
        var value = await scope.StepAsync(name, async (step, token) =>
        {
            process.Pass("before a step");
            world.Called(step, effect);
            if (record.Calls <= failures)
            {
                // Nothing was sent, so that every effect may be tried again.
                throw new HttpRequestException("refused", new SocketException((int)SocketError.ConnectionRefused));
            }

            await Task.Delay(takes, time, token);
            process.Pass("inside a step");
            record.Happened++;
            process.Pass("after a step");
            return expected;
        }, new()
        {
            Effect = effect,
            Reconcile = effect != Effect.Reconcile ? null : (_, _) => Task.FromResult(
                record.Happened > 0 ? Reconciliation.Happened(expected) : Reconciliation.DidNotHappen<int>()),
            WhenResolved = (_, _) => Task.FromResult(expected),
        });
        process.Pass("after the acknowledgement");
        world.Acknowledged(ledger, value, expected);
        return value;
    }

    // By its name alone, so that a step is the same in every process and after every crash.
    private (Effect Effect, int Failures, TimeSpan Takes) Drawn(string step)
    {
        var random = new Random((seed * 7919) + step.Sum(c => c));
        return ((Effect)random.Next(4), random.Next(4) == 0 ? 1 : 0, TimeSpan.FromMilliseconds(random.Next(3) * 700));
    }

    private sealed record Surroundings(StepWorld World, MortalProcess Process, SimulatedTime Time);
}
