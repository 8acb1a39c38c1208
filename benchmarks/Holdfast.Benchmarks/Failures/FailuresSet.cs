using System.Text;
using System.Text.RegularExpressions;
using Holdfast.Benchmarks.Library;
using Holdfast.Failures;

namespace Holdfast.Benchmarks.Failures;

/// <summary>
/// The classifier on long logs: bytes a second of one core, on a clean log and on one in which each line tells of an
/// error. The other side are a compiled alternation of plain error words and <c>grep</c> for the same words, which
/// find lines and judge nothing.
/// </summary>
internal static class FailuresSet
{
    private const int LogBytes = 256 << 20;
    private const double CleanTarget = 1_000;
    private const double DenseTarget = 300;

    private static readonly string[] Words =
    [
        "error", "fail", "fatal", "denied", "refused", "timed out", "timeout", "exceeded", "quota", "unable",
        "could not", "cannot", "invalid", "unauthorized", "forbidden", "expired", "conflict", "unavailable",
        "overloaded", "exception", "panic",
        "aborted", "killed", "not found", "no such", "too many", "429", "502", "503", "504",
    ];

    /// <summary>Measures all of it.</summary>
    internal static IEnumerable<Target> Measure(Place place)
    {
        Console.WriteLine($"logs of {LogBytes >> 20} MiB, made by seed; MB a second of one core");
        var clean = new LogMaker(1).MakeClean(LogBytes);
        var dense = new LogMaker(2).MakeDense(LogBytes);
        return
        [
            .. One(place, "clean", clean, CleanTarget),
            .. One(place, "dense", dense, DenseTarget),
            .. BlockBenches.MeasureBreaker(place),
        ];
    }

    private static IEnumerable<Target> One(Place place, string name, byte[] log, double target)
    {
        var file = Path.Combine(place.Fresh(), name + ".log");
        File.WriteAllBytes(file, log);
        var text = Encoding.Latin1.GetString(log.AsSpan(0, LogBytes / 8));
        var pattern = string.Join('|', Words);
        var naive = new Regex(
            pattern, RegexOptions.Compiled | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant,
            TimeSpan.FromMinutes(10));
        // Once before, so that the compiler's time is not measured.
        Classify(log, null);
        Classify([], file);
        var sides = new Sides()
            .Add($"{name}, classified", () => Rate(log.Length, () => Classify(log, null)))
            .Add($"{name}, classified as a stream", () => Rate(log.Length, () => Classify([], file)))
            .Add($"{name}, compiled Regex of {Words.Length} words",
                () => Rate(text.Length, () => naive.Count(text)));
        if (Place.Has("grep"))
        {
            // Through a pipe: into nothing, grep would stop at the first line that it finds.
            const string Grep = "LC_ALL=C grep -iE \"$1\" \"$2\" | tail -n 1";
            sides.Add($"{name}, grep -iE", () => LogBytes / 1e3
                / Place.Time(place.Root, "sh", ["-c", Grep, "sh", pattern, file]));
        }

        sides.Run(place.Rounds, "MB/s");
        return
        [
            new Target($"classifier on a {name} log", sides[$"{name}, classified"], "MB/s", target, AtLeast: true),
            new Target($"classifier on a {name} log, as a stream", sides[$"{name}, classified as a stream"], "MB/s",
                target, AtLeast: true),
            new Target($"{name} log, against a compiled Regex",
                sides.Ratio($"{name}, classified", $"{name}, compiled Regex of {Words.Length} words"), "x", 1,
                AtLeast: true),
        ];
    }

    private static void Classify(byte[] log, string? whole) => FailureClassifier.Default.Classify(new FailureSignals
    {
        Outcome = new Outcome { ExitCode = 1 },
        Stderr = log,
        WholeStderr = whole is null ? null : () => File.OpenRead(whole),
        Now = TimeProvider.System.GetUtcNow(),
    });

    /// <summary>Megabytes a second of processor time, so that what else runs on the machine counts little.</summary>
    private static double Rate(int bytes, Action work)
    {
        var since = Environment.CpuUsage.TotalTime;
        work();
        return bytes / 1e6 / (Environment.CpuUsage.TotalTime - since).TotalSeconds;
    }
}
