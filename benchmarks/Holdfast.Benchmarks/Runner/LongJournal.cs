using System.Diagnostics;
using System.Globalization;
using Holdfast.Failures;
using Holdfast.Journal;
using Holdfast.Resilience;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Benchmarks.Runner;

/// <summary>A journal of a million events, opened and folded from its start by a process of its own.</summary>
internal static class LongJournal
{
    private const int Events = 1_000_000;
    private const int Retries = 2;
    private const int EventsPerTask = (Retries * 5) + 2;
    private const int Tasks = Events / EventsPerTask;

    internal static IEnumerable<Target> Measure(Place place)
    {
        Console.WriteLine($"{Events} events, {Tasks} tasks with {Retries} retries each: opened and folded, no "
            + $"snapshot");
        var folder = Directory.CreateDirectory(Path.Combine(place.Fresh(), "long")).FullName;
        Make(folder);
        var (ms, mib) = (new List<double>(), new List<double>());
        for (var round = 0; round < place.Rounds; round++)
        {
            var told = Child(folder);
            ms.Add(told.Ms);
            mib.Add(told.MiB);
        }

        ms.Sort();
        mib.Sort();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  median {ms[ms.Count / 2]:0} ms, {mib[mib.Count / 2]:0} MiB at its most"));
        return
        [
            new Target("1,000,000 events opened and folded", ms[ms.Count / 2] / 1000, "s", 2.5),
            new Target("  memory of that", mib[mib.Count / 2], "MiB", 300),
        ];
    }

    /// <summary>What the child process does: folds, and tells how long it took and how much memory it held.</summary>
    internal static int Fold(string folder)
    {
        var since = Stopwatch.GetTimestamp();
        var (state, _) = RunDriver.Look(LocalStorage.Instance, new RunFolder(folder), Spec());
        var ms = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        if (state.Tasks.Any(t => t.Status != TaskStage.Succeeded || t.Attempts != Retries + 1))
        {
            Console.Error.WriteLine("the fold did not come to what was written");
            return 1;
        }

        var peak = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        var kib = peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2];
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ms} {kib}"));
        return 0;
    }

    private static (double Ms, double MiB) Child(string folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, UseShellExecute = false };
        start.ArgumentList.Add(typeof(LongJournal).Assembly.Location);
        start.ArgumentList.Add("child-fold");
        start.ArgumentList.Add(folder);
        using var child = Process.Start(start)!;
        var words = child.StandardOutput.ReadToEnd().Split(' ');
        child.WaitForExit();
        return child.ExitCode == 0
            ? (double.Parse(words[0], CultureInfo.InvariantCulture),
            double.Parse(words[1], CultureInfo.InvariantCulture) / 1024)
            : throw new InvalidOperationException($"the fold ended with {child.ExitCode}");
    }

    private static RunSpec Spec() => new()
    {
        RunId = "long",
        Tasks = [.. Enumerable.Range(0, Tasks).Select(i => new TaskSpec(Name(i)))],
    };

    private static string Name(int task) => $"task-{task:00000}";

    private static void Make(string folder)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var journal = new RunJournal(JournalWriter.Create(LocalStorage.Instance, folder, "bench", "long", now));
        void Append(RunEvent e) => journal.Append(e, now);
        Append(new RunStarted("long", new string('0', 64), 1, Tasks));
        for (var i = 0; i < Tasks; i++)
        {
            var task = Name(i);
            for (var attempt = 1; attempt <= Retries; attempt++)
            {
                Append(new AttemptStarted("command") { Task = task, Attempt = attempt });
                Append(new AttemptFailed(Ended(exitCode: 1)) { Task = task, Attempt = attempt });
                Append(new RuntimeErrorClassified(Unreachable) { Task = task, Attempt = attempt });
                Append(new RuntimeRecoveryScheduled(Again) { Task = task, Attempt = attempt });
                Append(new TaskRetryRequested(attempt + 1) { Task = task, Attempt = attempt, NotBefore = now });
            }

            Append(new AttemptStarted("command") { Task = task, Attempt = Retries + 1 });
            Append(new AttemptSucceeded(Ended(exitCode: 0)) { Task = task, Attempt = Retries + 1 });
        }

        journal.Wait();
    }

    private static Failure Unreachable { get; } = new()
    {
        Class = FailureClass.Connection,
        Disposition = Disposition.Retry,
        Transient = true,
        Evidence = new Evidence("connection.refused", "stderr", 1, "connect: connection refused", null),
    };

    private static RecoveryDecision Again { get; } = new()
    {
        Strategy = RecoveryStrategy.Retry,
        Class = FailureClass.Connection,
        Budget = FailureClass.Connection,
        Delay = TimeSpan.FromSeconds(2),
        Reason = "a connection that failed is tried again",
        Attempt = 1,
        OfAttempts = Retries + 1,
    };

    private static Outcome Ended(int exitCode) => new()
    {
        ExitCode = exitCode, Duration = TimeSpan.FromMilliseconds(12), StdoutBytes = 120, StderrBytes = 40,
    };
}
