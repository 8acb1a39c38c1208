using System.CommandLine;
using Holdfast.Cli.Looking;
using Holdfast.Runs;
using Holdfast.Testing.Simulation;

namespace Holdfast.Cli.Upkeep;

/// <summary><c>simulate</c>: the engine against crashes and torn writes, one random run for each seed, each
/// twice.</summary>
internal static class SimulateCommand
{
    private const int DefaultSeeds = 100;
    private const int MaxSeeds = 10_000_000;
    private const int Threads = 2;
    private const int MostShown = 20;

    internal static Command Make(CommandContext context)
    {
        var seeds = CommandShape.Number("--seeds", "N", $"How many seeds; {DefaultSeeds} by default.");
        var first = new Option<long?>("--first-seed") { Description = "The first one; 1 by default.",
            HelpName = "SEED" };
        return CommandShape.Make(
            context, "simulate",
            "Drives the real engine through random runs on a simulated machine that crashes at any event, and checks "
                + "every "
            + "promise. Each seed runs twice and must give the same journal. Ends with 1 if a seed breaks a promise.",
            "holdfast simulate --seeds 500\nholdfast simulate --first-seed 4711 --seeds 1", [seeds, first],
            parsed => Run(
                context, LookingCommands.Positive("--seeds", parsed.GetValue(seeds))
                    ?? DefaultSeeds, parsed.GetValue(first) ?? 1));
    }

    internal static int Run(CommandContext context, int seeds, long first, Func<long, SimulationResult>? play = null)
    {
        if (seeds > MaxSeeds)
        {
            throw new CliFailure("bad_usage", ExitCodes.Usage, $"--seeds is {seeds}; it must be at most {MaxSeeds}");
        }

        var tally = new Tally(play ?? Simulator.Run);
        Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = Threads }, i => tally.Play(first + i));
        var broken = tally.Broken.OrderBy(b => b.Seed).ToArray();
        var exitCode = broken.Length == 0 ? ExitCodes.Done : ExitCodes.Failed;
        string[] next = [.. broken.Take(MostShown).Select(b => $"holdfast simulate --first-seed {b.Seed} --seeds 1")];
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.simulate.v1", exitCode, json =>
            {
                json.WriteNumber("first_seed", first);
                json.WriteNumber("seeds", seeds);
                json.WriteNumber("tasks", tally.Tasks);
                json.WriteNumber("events", tally.Events);
                json.WriteNumber("crashes", tally.Crashes);
                json.WriteStartArray("broken");
                foreach (var (seed, what) in broken)
                {
                    json.WriteStartObject();
                    json.WriteNumber("seed", seed);
                    json.WriteString("promise", what);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }, next);
            return exitCode;
        }

        var page = new Page(context);
        page.Line(
            $"{seeds} seeds from {first}, each run twice: {tally.Tasks} tasks, {tally.Events} events, {tally.Crashes} "
            + $"crashes");
        foreach (var (seed, what) in broken.Take(MostShown))
        {
            page.Line($"  seed {seed}: {what}");
        }

        page.Line(broken.Length == 0 ? "no promise was broken" : $"{broken.Length} of {seeds} seeds broke a promise");
        page.Next(next);
        return exitCode;
    }

    private sealed class Tally(Func<long, SimulationResult> play)
    {
        private readonly Lock _gate = new();

        internal List<(long Seed, string What)> Broken { get; } = [];

        internal long Tasks { get; private set; }

        internal long Events { get; private set; }

        internal long Crashes { get; private set; }

        internal void Play(long seed)
        {
            var one = play(seed);
            var other = play(seed);
            var broken = one.Broken ?? (one.Journal.AsSpan().SequenceEqual(other.Journal)
                ? null
                : "two runs of the seed gave different journals");
            lock (_gate)
            {
                Tasks += one.Tasks;
                Events += one.Events;
                Crashes += one.Crashes.Count;
                if (broken is not null)
                {
                    Broken.Add((seed, broken));
                }
            }
        }
    }
}
