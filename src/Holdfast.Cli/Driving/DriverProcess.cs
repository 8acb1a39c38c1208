using System.Diagnostics;
using System.Runtime.InteropServices;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>This program as a process: who it is, and how another one of it is started.</summary>
internal static class DriverProcess
{
    internal static DriverIdentity Identity() => DriverIdentity.OfThisProcess;

    /// <summary>The words that start this program again, by path.</summary>
    internal static string[] Command(params string[] arguments)
    {
        var program = Environment.ProcessPath
            ?? throw new CliFailure("no_program", ExitCodes.Infrastructure, "the path of this program is not known");
        var host = Path.GetFileNameWithoutExtension(program);
        return host is "dotnet"
            ? [program, "exec", typeof(DriverProcess).Assembly.Location, .. arguments]
            : [program, .. arguments];
    }

    /// <summary>Starts the process that keeps limits in force if this one dies.</summary>
    internal static Guard StartGuard(RunFiles run) => Guard.Start(
        Command("guard", run.Folder.Path, "--workspace", run.Workspace.Path),
        Array.ConvertAll(AttemptEnvironment.OfThisProcess(), variable => $"{variable.Key}={variable.Value}"),
        run.Folder.Path);

    /// <summary>As <see cref="StartGuard"/>; null where there is none, which is told where one is missed.</summary>
    internal static Guard? TryStartGuard(CommandContext context, RunFiles run)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            return StartGuard(run);
        }
        catch (IOException error)
        {
            // Limits then hold only while this process lives: worth a line, no reason not to work.
            context.Error.WriteLine($"holdfast: {error.Message}; limits of attempts hold only while this process "
                + "lives");
            return null;
        }
    }

    /// <summary>
    /// Starts a driver of a run that belongs to no terminal: input from nowhere, output into the run's folder, so that
    /// no pipe of the caller stays open; it makes a session of its own.
    /// </summary>
    internal static Process StartDetached(RunFiles run, IReadOnlyList<string> options, CalledAs called)
    {
        var start = new ProcessStartInfo("/bin/sh")
        {
            UseShellExecute = false,
            WorkingDirectory = Directory.GetCurrentDirectory(),
        };
        start.Environment[CalledAs.Variable] = called.Told;
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add("log=$1; shift; exec \"$@\" </dev/null >>\"$log\" 2>&1");
        start.ArgumentList.Add("holdfast-detach");
        start.ArgumentList.Add(Path.Combine(run.Folder.Path, DriverLog.Name));
        foreach (var word in Command(
            ["resume", run.Folder.Path, "--workspace", run.Workspace.Path, DriveOptions.DetachedWord, .. options]))
        {
            start.ArgumentList.Add(word);
        }

        return Process.Start(start)
            ?? throw new CliFailure("not_started", ExitCodes.Infrastructure, "the detached driver could not be "
                + "started");
    }

    /// <summary>Leaves the caller's terminal and process group. Without effect where the system has no
    /// sessions.</summary>
    internal static void LeaveSession()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetSid();
        }
    }

    [DllImport("libc", EntryPoint = "setsid", SetLastError = true)]
    private static extern int SetSid();
}
