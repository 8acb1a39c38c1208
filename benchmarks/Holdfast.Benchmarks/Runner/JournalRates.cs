using System.Diagnostics;
using System.Runtime.InteropServices;
using Holdfast.Journal;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Benchmarks.Runner;

/// <summary>
/// Durable events a second: one writer and two hundred, against a bare append and sync on the same disk.
/// </summary>
internal static partial class JournalRates
{
    private const int Writers = 200;
    private const int RunMs = 1_500;
    private static readonly byte[] Data = """{"runtime":"command","note":"about as long as most"}"""u8.ToArray();

    internal static IEnumerable<Target> Measure(Place place)
    {
        Console.WriteLine($"durable events a second ({RunMs} ms each)");
        var sides = new Sides()
            .Add("bare append + fdatasync", () => Bare(place.Fresh()))
            .Add("journal, one writer", () => OneWriter(place.Fresh()))
            .Add($"journal, {Writers} writers", () => ManyWriters(place.Fresh()))
            .Run(place.Rounds, "/s");
        return
        [
            new Target(
                "durable events, one writer, against a bare loop",
                sides.Ratio("journal, one writer", "bare append + fdatasync"), "x", 0.9, AtLeast: true),
            new Target(
                $"durable events, {Writers} writers against one",
                sides.Ratio($"journal, {Writers} writers", "journal, one writer"), "x", 20, AtLeast: true),
        ];
    }

    private static double Bare(string folder)
    {
        var line = new byte[Line().Length];
        Line().CopyTo(line, 0);
        using var file = File.OpenHandle(
            Path.Combine(folder, "bare"), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        long at = 0;
        return Rate(() =>
        {
            RandomAccess.Write(file, line, at);
            at += line.Length;
            if (Fdatasync(file) != 0)
            {
                throw new IOException($"fdatasync failed with errno {Marshal.GetLastPInvokeError()}");
            }
        });
    }

    private static double OneWriter(string folder)
    {
        using var journal = new JournalCommitter(Create(folder));
        return Rate(() => journal.Wait(journal.AppendLazily("attempt_started", "task", 1, Data, Now())));
    }

    private static double ManyWriters(string folder)
    {
        using var journal = new JournalCommitter(Create(folder));
        var (since, count) = (Stopwatch.GetTimestamp(), 0L);
        var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(async () =>
        {
            while (Stopwatch.GetElapsedTime(since).TotalMilliseconds < RunMs)
            {
                await journal.WaitAsync(journal.Append("attempt_started", "task", writer + 1, Data, Now()));
                Interlocked.Increment(ref count);
            }
        })).ToArray();
        Task.WaitAll(writers);
        return count / Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    private static double Rate(Action one)
    {
        var (since, count) = (Stopwatch.GetTimestamp(), 0L);
        while (Stopwatch.GetElapsedTime(since).TotalMilliseconds < RunMs)
        {
            one();
            count++;
        }

        return count / Stopwatch.GetElapsedTime(since).TotalSeconds;
    }

    private static JournalWriter Create(string folder) =>
        JournalWriter.Create(LocalStorage.Instance, folder, "bench", "bench", Now());

    // As long as the line that the journal writes for the same event.
    private static byte[] Line()
    {
        var folder = Directory.CreateTempSubdirectory("holdfast-bench-").FullName;
        try
        {
            using (var journal = new JournalCommitter(Create(folder)))
            {
                journal.Wait(journal.AppendLazily("attempt_started", "task", 1, Data, Now()));
            }

            var lines = File.ReadAllText(JournalFormat.PathIn(folder)).Split('\n');
            return System.Text.Encoding.UTF8.GetBytes(lines[1] + "\n");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static DateTimeOffset Now() => TimeProvider.System.GetUtcNow();

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int Fdatasync(SafeFileHandle file);
}
