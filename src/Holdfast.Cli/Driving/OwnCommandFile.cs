using System.Text;
using Holdfast.Journal;
using Holdfast.Plans.Runtimes;

namespace Holdfast.Cli.Driving;

/// <summary>
/// A program in the run's folder that is Holdfast, whatever the PATH of an attempt is and wherever this build lies: the
/// agent programs that start login shells give them a PATH that the driver never saw. Written anew by each driver, so
/// it names the build that drives.
/// </summary>
internal static class OwnCommandFile
{
    /// <summary>Writes it where attempts of the plan complete checkpoints.</summary>
    /// <returns>Its absolute path; null where no attempt calls it, or it cannot be made.</returns>
    internal static string? Write(CommandContext context, RunFiles run)
    {
        if (OperatingSystem.IsWindows() || !run.Plan.Tasks.Any(t => t.Checkpoints.Count > 0))
        {
            return null;
        }

        var folder = Path.Combine(run.Folder.Path, "bin");
        var path = Path.Combine(folder, "holdfast");
        var words = string.Join(' ', DriverProcess.Command().Select(ShellWord.Of));
        try
        {
            context.Storage.CreateFolder(folder);
            context.Storage.WriteAtomically(path, Encoding.UTF8.GetBytes($"#!/bin/sh\nexec {words} \"$@\"\n"));
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return path;
        }
        catch (Exception error) when (error is (IOException and not StorageFullException)
            or UnauthorizedAccessException)
        {
            context.Error.WriteLine(
                $"holdfast: {path} cannot be written ({error.Message}); attempts have to find holdfast on their PATH");
            return null;
        }
    }
}
