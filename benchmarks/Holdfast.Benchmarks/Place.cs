using System.Diagnostics;

namespace Holdfast.Benchmarks;

/// <summary>Where a benchmark works, and how it starts whole commands.</summary>
/// <param name="Root">The checkout.</param>
/// <param name="Command">The built command, as <c>./holdfast</c> would start it.</param>
/// <param name="Rounds">How often each side is measured.</param>
internal sealed record Place(string Root, string Command, int Rounds) : IDisposable
{
    private int _folders;

    /// <summary>
    /// A folder of this process on the disk of the checkout. It is removed at the end only: a file system that has just
    /// deleted thousands of files is slow to make new ones, for whichever side comes next.
    /// </summary>
    internal string Folder { get; } = Directory.CreateDirectory(
        Path.Combine(Root, "artifacts", "bench",
            Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)))
        .FullName;

    /// <summary>A new, empty folder.</summary>
    internal string Fresh() => Directory.CreateDirectory(Path.Combine(Folder, $"{++_folders}")).FullName;

    /// <summary>Runs a program to its end; milliseconds.</summary>
    /// <exception cref="InvalidOperationException">It did not end with 0: there is nothing to compare.</exception>
    internal double Time(string program, params string[] arguments) => Time(Root, program, arguments);

    /// <inheritdoc cref="Time(string, string[])"/>
    internal static double Time(string folder, string program, string[] arguments)
    {
        var since = Stopwatch.GetTimestamp();
        using var process = Start(folder, program, arguments);
        process.WaitForExit();
        var ms = Stopwatch.GetElapsedTime(since).TotalMilliseconds;
        return process.ExitCode == 0
            ? ms
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: "
                    + $"{process.StandardError.ReadToEnd()}");
    }

    /// <summary>Runs the command to its end; milliseconds.</summary>
    internal double Holdfast(params string[] arguments) => Time("dotnet", [Command, .. arguments]);

    /// <summary>Starts a program; its output goes where nobody reads it, its complaints are kept.</summary>
    internal static Process Start(string folder, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("sh")
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] all = ["-c", "exec \"$@\" >/dev/null", "sh", program, .. arguments];
        Array.ForEach(all, start.ArgumentList.Add);
        return Process.Start(start)!;
    }

    /// <summary>Whether a program can be found.</summary>
    internal static bool Has(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
