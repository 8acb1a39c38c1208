using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>
/// What drivers without a terminal print, in the run's folder. Bounded: past 4 MiB the file is put aside under one
/// other name, which it replaces, and begun anew. The journal is the truth; this is for people.
/// </summary>
internal sealed class DriverLog(string path, long mostBytes = DriverLog.MostBytes)
{
    /// <summary>Name of the file.</summary>
    internal const string Name = "driver.log";

    private const long MostBytes = 4 << 20;
    private readonly Lock _gate = new();
    private long _left;

    internal static DriverLog Of(RunFolder run) => new(Path.Combine(run.Path, Name));

    /// <summary>Keeps the log within its bound while this process, whose output it takes, writes to it.</summary>
    internal void Watch(params TextWriter[] writers)
    {
        Turn();
        foreach (var writer in writers.OfType<SafeWriter>())
        {
            writer.Written = Count;
        }
    }

    /// <summary>Puts the file aside if it is past its bound.</summary>
    internal void Turn()
    {
        lock (_gate)
        {
            _left = mostBytes / 8;
            try
            {
                if (new FileInfo(path) is { Exists: true } file && file.Length >= mostBytes)
                {
                    // A copy, and cut: the process that writes has it open for appending, under whatever name.
                    File.Copy(path, path + ".1", overwrite: true);
                    using var cut = new FileStream(path, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite);
                }
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // Tried again after the next part; a log is no reason to stop.
            }
        }
    }

    private void Count(int chars)
    {
        if (Interlocked.Add(ref _left, -chars) < 0)
        {
            Turn();
        }
    }
}
