using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Holdfast.Resilience.Breakers;
using Perfolizer.Horology;

namespace Holdfast.Benchmarks.Library;

/// <summary>
/// Runs the benchmarks of the building blocks by BenchmarkDotNet, both sides in one process that has nothing else to
/// do and is tuned by its own profile, as a service is.
/// </summary>
internal static class BlockBenches
{
    /// <summary>The word by which the process of the measuring is started.</summary>
    internal const string Word = "child-blocks";

    private const int Threads = 16;

    /// <summary>What was measured of one benchmark.</summary>
    /// <param name="Nanoseconds">Median of one call.</param>
    /// <param name="Bytes">Allocated by one call.</param>
    internal sealed record Result(double Nanoseconds, double Bytes);

    /// <summary>Measures in a process of its own, and compares.</summary>
    internal static IEnumerable<Target> Measure(Place place)
    {
        var results = Results(place);
        Result Of(string name) => results[name];
        double Ratio(string ours, string theirs) => Of(ours).Nanoseconds / Of(theirs).Nanoseconds;
        return
        [
            new("retry, happy path, against Polly", Ratio("Retry.Holdfast", "Retry.Polly"), "x", 0.5),
            new("retry, happy path, allocated", Of("Retry.Holdfast").Bytes, "B", 0),
            new("retry + breaker + timeout, against Polly", Ratio("Pipeline.Holdfast", "Pipeline.Polly"), "x", 0.5),
            new("retry + breaker + timeout, allocated", Of("Pipeline.Holdfast").Bytes, "B", 0),
            new("one exception, then success, against Polly", Ratio("Error.Holdfast", "Error.Polly"), "x", 0.9),
            new("one exception, allocated beyond the bare loop",
                Of("Error.Holdfast").Bytes - Of("Error.BareLoop").Bytes, "B", 0),
            new("one exception in async work, against Polly", Ratio("ErrorAsync.Holdfast", "ErrorAsync.Polly"), "x",
                0.9),
            new("one untyped exception, against Polly", Ratio("ErrorByText.Holdfast", "ErrorByText.Polly"), "x", 0.9),
        ];
    }

    /// <summary>What the set <c>failures</c> asks of breakers.</summary>
    internal static IEnumerable<Target> MeasureBreaker(Place place)
    {
        var results = Results(place, "Breaker.");
        return
        [
            new("breaker check, closed", results["Breaker.Check"].Nanoseconds, "ns", 50),
            new("breaker check, closed, allocated", results["Breaker.Check"].Bytes, "B", 0),
            new("breaker check and its record, allocated", results["Breaker.CheckAndRecord"].Bytes, "B", 0),
            new($"breaker, results lost under {Threads} threads", LostResults(), "", 0),
        ];
    }

    /// <summary>Results that a breaker did not count although threads told them all.</summary>
    private static long LostResults()
    {
        const int Calls = 200_000;
        var breaker = new CircuitBreaker("threads");
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < Calls; i++)
            {
                breaker.Record(breaker.Enter(), BreakerResult.Success);
            }
        })).ToArray();
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        return ((long)Threads * Calls) - breaker.Metrics.Counts[BreakerEventKind.Success];
    }

    /// <summary>The work of the started process: measures, and leaves the results in a file.</summary>
    internal static int Run(string path, string prefix)
    {
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                .WithClock(OperatingSystem.IsLinux() ? new ThreadClock() : Chronometer.BestClock)
                .WithMinIterationTime(TimeInterval.FromMilliseconds(200))
                .WithWarmupCount(8).WithIterationCount(15))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(NullLogger.Instance)
            .WithArtifactsPath(Path.GetDirectoryName(path)!)
            .WithOptions(ConfigOptions.DisableLogFile);
        var results = new Dictionary<string, Result>();
        foreach (var type in new[]
        {
            typeof(Blocks.Retry), typeof(Blocks.Pipeline), typeof(Blocks.Error), typeof(Blocks.ErrorAsync),
            typeof(Blocks.ErrorByText), typeof(Blocks.Breaker),
        })
        {
            if (!(type.Name + ".").StartsWith(prefix, StringComparison.Ordinal))
            {
                continue;
            }

            var summary = BenchmarkRunner.Run(type, config);
            foreach (var report in summary.Reports)
            {
                Add(results, type.Name, report);
            }
        }

        File.WriteAllText(path, JsonSerializer.Serialize(results));
        return 0;
    }

    private static void Add(Dictionary<string, Result> results, string set, BenchmarkReport report)
    {
        var name = $"{set}.{report.BenchmarkCase.Descriptor.WorkloadMethod.Name}";
        var median = report.ResultStatistics?.Median
            ?? throw new InvalidOperationException($"{name} gave no result");
        var bytes = report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;
        results.Add(name, new Result(median, bytes));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name,-36} {median,10:0.0} ns {bytes,8} B"));
    }

    private static Dictionary<string, Result> Results(Place place, string prefix = "")
    {
        Console.WriteLine("building blocks, medians of BenchmarkDotNet");
        var file = Path.Combine(place.Fresh(), "blocks.json");
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { typeof(BlockBenches).Assembly.Location, Word, file, prefix },
            Environment = { ["DOTNET_TieredPGO"] = "1", ["DOTNET_gcConcurrent"] = "1" },
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode == 0
            ? JsonSerializer.Deserialize<Dictionary<string, Result>>(File.ReadAllText(file))!
            : throw new InvalidOperationException($"the benchmarks of the blocks ended with {process.ExitCode}");
    }
}
