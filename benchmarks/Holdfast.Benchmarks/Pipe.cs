using System.Diagnostics;

namespace Holdfast.Benchmarks;

/// <summary>
/// A named pipe that a task writes to when it starts: tells that moment without looking again and again.
/// </summary>
internal sealed class Pipe
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    internal Pipe(string path)
    {
        Path = path;
        Place.Time(System.IO.Path.GetDirectoryName(path)!, "mkfifo", [path]);
    }

    /// <summary>What the task writes to.</summary>
    internal string Path { get; }

    /// <summary>Milliseconds from the start of a process until something was written.</summary>
    /// <exception cref="InvalidOperationException">
    /// The process ended before, or nothing came for two minutes.
    /// </exception>
    internal double MillisecondsUntilWritten(Func<Process> start, out Process process)
    {
        // Open for both, so that no open waits for the other side, and a reader that gives up leaves nothing behind.
        using var read = new FileStream(Path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 1);
        var written = new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously);
        var reader = new Thread(() =>
        {
            read.ReadByte();
            written.SetResult(Stopwatch.GetTimestamp());
        }) { IsBackground = true };
        reader.Start();
        var since = Stopwatch.GetTimestamp();
        var child = process = start();
        var ended = Task.Run(child.WaitForExit);
        if (Task.WaitAny([written.Task, ended], Longest) != 0 && !written.Task.IsCompleted)
        {
            throw new InvalidOperationException(child.HasExited
                ? $"it ended with {child.ExitCode} before the task started: {child.StandardError.ReadToEnd()}"
                : $"no task started within {Longest.TotalMinutes:0} minutes");
        }

        return Stopwatch.GetElapsedTime(since, written.Task.Result).TotalMilliseconds;
    }
}
