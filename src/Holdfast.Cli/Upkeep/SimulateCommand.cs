using System.CommandLine;
using System.Runtime.InteropServices;
using Holdfast.Cli.Looking;
using Holdfast.Runs;
using Holdfast.Testing.Simulation;
using Holdfast.Testing.Steps;

namespace Holdfast.Cli.Upkeep;

/// <summary>What one seed came to, whatever it simulates.</summary>
/// <param name="Tasks">Tasks of its runs, or calls of steps.</param>
/// <param name="Events">Events of its journals.</param>
/// <param name="Crashes">Processes that were ended.</param>
/// <param name="Journal">Stands for all that was recorded: a second run of the seed must give the same.</param>
/// <param name="Broken">The first promise that was broken; null for none.</param>
internal sealed record PlayedSeed(long Tasks, long Events, long Crashes, byte[] Journal, string? Broken);

/// <summary><c>simulate</c>: the engine against crashes and torn writes, one random run for each seed, each
/// twice.</summary>
internal static class SimulateCommand
{
    private const int DefaultSeeds = 100;
    private const int MaxSeeds = 10_000_000;
    private const int Threads = 2;
    private const int MostShown = 20;
    private const string ProgramsWord = "--programs";

    internal static Command Make(CommandContext context)
    {
        var seeds = CommandShape.Number("--seeds", "N", $"How many seeds; {DefaultSeeds} by default.");
        var first = new Option<long?>("--first-seed") { Description = "The first one; 1 by default.",
            HelpName = "SEED" };
        var programs = CommandShape.Flag(
            ProgramsWord, "C# programs with durable steps instead of plans: each is ended at every point that it "
                + "passes.");
        return CommandShape.Make(
            context, "simulate",
            "Drives the real engine through random runs on a simulated machine that crashes at any event, and checks "
                + "every "
            + "promise. Each seed runs twice and must give the same journal. Ends with 1 if a seed breaks a promise.",
            "holdfast simulate --seeds 500\nholdfast simulate --first-seed 4711 --seeds 1\n"
                + "holdfast simulate --programs --seeds 100", [seeds, first, programs],
            parsed => UntilInterrupted(stop => Run(
                context, LookingCommands.Positive("--seeds", parsed.GetValue(seeds)) ?? DefaultSeeds,
                parsed.GetValue(first) ?? 1, parsed.GetValue(programs), stop: stop)));
    }

    // Long runs take hours: whoever ends one is told what it came to so far.
    private static int UntilInterrupted(Func<CancellationToken, int> run)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        return run(stop.Token);

        void Stop(PosixSignalContext signal)
        {
            // The second one ends the process at once.
            signal.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    internal static int Run(
        CommandContext context, int seeds, long first, bool programs, Func<long, PlayedSeed>? play = null,
        CancellationToken stop = default)
    {
        ThrowIfNoSeed(seeds, first, programs);
        var tally = new Tally(play ?? (programs ? PlayProgram : PlayPlan));
        Parallel.For(0, seeds, new ParallelOptions { MaxDegreeOfParallelism = Threads }, (i, all) =>
        {
            if (stop.IsCancellationRequested)
            {
                all.Stop();
                return;
            }

            tally.Play(first + i);
        });
        var broken = tally.Broken.OrderBy(b => b.Seed).ToArray();
        var exitCode = broken.Length > 0 ? ExitCodes.Failed
            : tally.Seeds < seeds ? ExitCodes.Interrupted : ExitCodes.Done;
        string[] next = [.. broken.Take(MostShown).Select(b => 
            $"holdfast simulate {(programs ? ProgramsWord + " " : "")}--first-seed {b.Seed} --seeds 1")];
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.simulate.v1", exitCode, json =>
            {
                json.WriteNumber("first_seed", first);
                json.WriteNumber("seeds", tally.Seeds);
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

        Show(new Page(context), tally, seeds, first, programs, broken, next);
        return exitCode;
    }

    private static void Show(
        Page page, Tally tally, int seeds, long first, bool programs, (long Seed, string What)[] broken, string[] next)
    {
        page.Line(
            $"{tally.Seeds} seeds from {first}, each run twice: "
                + $"{tally.Tasks} {(programs ? "calls of steps" : "tasks")}, "
                + $"{tally.Events} events, {tally.Crashes} crashes");
        foreach (var (seed, what) in broken.Take(MostShown))
        {
            page.Line($"  seed {seed}: {what}");
        }

        page.Line(broken.Length == 0 ? "no promise was broken"
            : $"{broken.Length} of {tally.Seeds} seeds broke a promise");
        if (tally.Seeds < seeds)
        {
            page.Line($"it was interrupted: {seeds - tally.Seeds} seeds were not run");
        }

        page.Next(next);
    }

    private static void ThrowIfNoSeed(int seeds, long first, bool programs)
    {
        if (programs && (first < 1 || first + seeds - 1 > int.MaxValue))
        {
            throw new CliFailure(
                "bad_usage", ExitCodes.Usage,
                $"--first-seed is {first}; seeds of programs go from 1 to {int.MaxValue}");
        }

        if (seeds > MaxSeeds)
        {
            throw new CliFailure("bad_usage", ExitCodes.Usage, $"--seeds is {seeds}; it must be at most {MaxSeeds}");
        }

        if (first > long.MaxValue - (seeds - 1))
        {
            throw new CliFailure(
                "bad_usage", ExitCodes.Usage,
                $"--first-seed is {first} and --seeds {seeds}; the last seed is {long.MaxValue}");
        }
    }

    private static PlayedSeed PlayPlan(long seed)
    {
        var played = Simulator.Run(seed);
        return new PlayedSeed(played.Tasks, played.Events, played.Crashes.Count, played.Journal, played.Broken);
    }

    private static PlayedSeed PlayProgram(long seed)
    {
        var all = Enum.GetValues<StepEnd>().Select(end => StepSimulation.Run((int)seed, end)).ToArray();
        return new PlayedSeed(
            all.Sum(p => p.Calls), all.Sum(p => p.Events), all.Sum(p => p.Ends),
            [.. all.SelectMany(p => Convert.FromHexString(p.Journals))],
            all.SelectMany(p => p.Broken).FirstOrDefault());
    }

    private sealed class Tally(Func<long, PlayedSeed> play)
    {
        private readonly Lock _gate = new();

        internal List<(long Seed, string What)> Broken { get; } = [];

        internal int Seeds { get; private set; }

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
                Seeds++;
                Tasks += one.Tasks;
                Events += one.Events;
                Crashes += one.Crashes;
                if (broken is not null)
                {
                    Broken.Add((seed, broken));
                }
            }
        }
    }
}
