using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Serialization;
using Holdfast.Journal;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Benchmarks.Library;

/// <summary>
/// Durable steps a second: one run of many steps one after the other against a bare append and sync of the same bytes,
/// and many runs side by side; and how soon a program with thousands of finished steps starts its next one.
/// </summary>
internal static partial class StepRates
{
    private const int Sequential = 1_000;
    private const int Runs = 200;
    private const int StepsEach = 10;
    private const int Finished = 10_000;
    private const int WarmUps = 12;

    internal static IEnumerable<Target> Measure(Place place)
    {
        Console.WriteLine($"durable steps a second ({Sequential} in one run, {Runs} runs of {StepsEach})");
        var bytes = BytesOfAStep(place.Fresh());
        for (var i = 0; i < WarmUps; i++)
        {
            // A program that goes on for long has its methods compiled for good; the rates are those of such a one.
            OneRun(place.Fresh());
            ManyRuns(place.Fresh());
        }

        var rates = new Sides()
            .Add("bare append + fdatasync", () => Bare(place.Fresh(), bytes))
            .Add("one run", () => OneRun(place.Fresh()))
            .Add($"bare, {JournalThreads} threads", () => BareOnThreads(place.Fresh(), bytes))
            .Add($"{Runs} runs", () => ManyRuns(place.Fresh()))
            .Run(place.Rounds, "/s");
        var folder = place.Fresh();
        Child(place, folder, "make");
        Console.WriteLine($"a program with {Finished} finished steps");
        var restart = new Sides()
            .Add("an empty program", () => Empty(place))
            .Add("start to first new step", () => Child(place, folder, "again"))
            .Run(place.Rounds, "ms");
        return
        [
            new Target(
                $"{Sequential} steps in one run, against a bare loop",
                rates.Ratio("one run", "bare append + fdatasync"), "x", 0.85, AtLeast: true),
            new Target($"{Runs} runs of {StepsEach} steps", rates[$"{Runs} runs"], "/s", 20_000, AtLeast: true),
            new Target(
                $"{Runs} runs of {StepsEach} steps, against bare syncs",
                rates.Ratio($"{Runs} runs", $"bare, {JournalThreads} threads"), "x", 0.6, AtLeast: true),
            new Target($"restart with {Finished} finished steps", restart["start to first new step"], "ms", 250),
        ];
    }

    private const int JournalThreads = 16;

    private static double OneRun(string folder) => InWorkspace(folder, async workspace =>
    {
        var since = Stopwatch.GetTimestamp();
        await workspace.RunAsync("one", async run =>
        {
            for (var i = 0; i < Sequential; i++)
            {
                var number = i;
                await run.StepAsync(Name(i), _ => Task.FromResult(number));
            }
        });
        return Sequential / Stopwatch.GetElapsedTime(since).TotalSeconds;
    });

    private static double ManyRuns(string folder) => InWorkspace(folder, async workspace =>
    {
        var since = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Runs).Select(number => Task.Run(() => workspace.RunAsync(
            $"run-{number}", async run =>
            {
                for (var i = 0; i < StepsEach; i++)
                {
                    await run.StepAsync(Name(i), _ => Task.FromResult(number));
                }
            }))));
        return Runs * StepsEach / Stopwatch.GetElapsedTime(since).TotalSeconds;
    });

    private static double InWorkspace(string folder, Func<Workspace, Task<double>> measure) => Task.Run(async () =>
    {
        await using var workspace = await Workspace.OpenAsync(
            Path.Combine(folder, Workspace.FolderName), WorkspaceOptions.With(StepJson.Default));
        return await measure(workspace);
    }).GetAwaiter().GetResult();

    private static double Bare(string folder, int bytes)
    {
        using var file = Open(folder, 0);
        var since = Stopwatch.GetTimestamp();
        Append(file, new byte[bytes], Sequential);
        return Sequential / Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    // A file a run, as the library has it; the files are there before the clock starts.
    private static double BareOnThreads(string folder, int bytes)
    {
        var files = Enumerable.Range(0, Runs).Select(number => Open(folder, number)).ToArray();
        var next = -1;
        var since = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, JournalThreads).Select(_ => new Thread(() =>
        {
            for (var number = Interlocked.Increment(ref next); number < Runs; number = Interlocked.Increment(ref next))
            {
                Append(files[number], new byte[bytes], StepsEach);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        var rate = Runs * StepsEach / Stopwatch.GetElapsedTime(since).TotalSeconds;
        Array.ForEach(files, file => file.Dispose());
        return rate;
    }

    private static SafeFileHandle Open(string folder, int number) => File.OpenHandle(
        Path.Combine(folder, $"bare-{number}"), FileMode.CreateNew, FileAccess.Write, FileShare.Read);

    private static void Append(SafeFileHandle file, byte[] line, int times)
    {
        for (var i = 0; i < times; i++)
        {
            RandomAccess.Write(file, line, (long)i * line.Length);
            if (Fdatasync(file) != 0)
            {
                throw new IOException($"fdatasync failed with errno {Marshal.GetLastPInvokeError()}");
            }
        }
    }

    private static int BytesOfAStep(string folder)
    {
        OneRun(folder);
        var run = Path.Combine(folder, Workspace.FolderName, "runs", "one");
        return (int)(new FileInfo(JournalFormat.PathIn(run)).Length / Sequential);
    }

    private static double Child(Place place, string folder, string what)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        var program = Path.Combine(place.Root, "benchmarks/Steps/bin/Release/net10.0/Steps.dll");
        string[] words = [program, folder, Finished.ToString(CultureInfo.InvariantCulture), what];
        Array.ForEach(words, start.ArgumentList.Add);
        var since = Stopwatch.GetTimestamp();
        using var child = Process.Start(start)!;
        var line = child.StandardOutput.ReadLine();
        var ms = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        child.WaitForExit();
        return child.ExitCode == 0 && (line == "now" || what == "make")
            ? ms
            : throw new InvalidOperationException($"the program with steps ended with {child.ExitCode}");
    }

    private static double Empty(Place place) => place.Time(
        "dotnet", Path.Combine(place.Root, "benchmarks/Empty/bin/Release/net10.0/Empty.dll"));

    private static string Name(int step) => string.Create(CultureInfo.InvariantCulture, $"step {step}");

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Fdatasync(SafeFileHandle file);
}

/// <summary>What the measured steps return.</summary>
[JsonSerializable(typeof(int))]
internal sealed partial class StepJson : JsonSerializerContext;
