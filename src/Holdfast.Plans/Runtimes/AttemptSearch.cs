using System.Globalization;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;

namespace Holdfast.Plans.Runtimes;

/// <summary>Finds every attempt of a run by its files alone, as after a repair that cut the journal.</summary>
internal static class AttemptSearch
{
    private const string Extension = ".attempt";

    /// <summary>All attempts, by folder and number.</summary>
    /// <param name="run">Id of the run.</param>
    /// <param name="outputFolder">The run's folder of captures and attempt files.</param>
    /// <param name="runtime">Says what can be proven of each.</param>
    /// <param name="taskOf">The task whose folder has this name; null if the run knows none.</param>
    /// <exception cref="IOException">A file cannot be read; nothing is then known of its attempt.</exception>
    internal static IReadOnlyList<FoundAttempt> All(
        string run, string outputFolder, CommandRuntime runtime, Func<string, string?> taskOf)
    {
        var found = new List<FoundAttempt>();
        foreach (var file in GuardDuty.FindAttempts(outputFolder))
        {
            var folder = Path.GetDirectoryName(file)!;
            var name = Path.GetFileName(file.AsSpan())[..^Extension.Length];
            if (Path.GetDirectoryName(folder) != outputFolder.TrimEnd('/')
                || !int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                || number < 1)
            {
                // Not one of ours: a task keeps what it likes in its own folder.
                continue;
            }

            var header = HeaderOf(file);
            var folderName = Path.GetFileName(folder);
            var isNamed = header is { Task.Length: > 0 } && AttemptPaths.FolderName(header.Task) == folderName;
            if ((isNamed ? header!.Task : taskOf(folderName)) is { } task)
            {
                var trace = runtime.Find(SpecOf(run, new AttemptId(task, number), folder));
                found.Add(new FoundAttempt(new AttemptId(task, number), trace, StartOf(header)));
            }
        }

        return found;
    }

    // A managed open asks for the very lock that a living attempt holds on its file, so on Linux it is no way to read.
    private static AttemptHeader? HeaderOf(string file) => OperatingSystem.IsLinux()
        ? AttemptFile.TryRead(file, out var record) ? record.Header : null
        : AttemptFile.Parse(File.ReadAllBytes(file)).Header;

    private static DateTimeOffset? StartOf(AttemptHeader? header) => header is { StartedAtUs: > 0 }
        ? DateTimeOffset.UnixEpoch.AddMicroseconds(header.StartedAtUs)
        : null;

    /// <summary>What is enough to find an attempt by its folder, and to end it.</summary>
    internal static CommandSpec SpecOf(string run, AttemptId attempt, string folder) => new()
    {
        Run = run,
        Task = attempt.Task,
        Attempt = attempt.Number,
        Argv = [],
        WorkingFolder = folder,
        Environment = [],
        Folder = folder,
    };
}
