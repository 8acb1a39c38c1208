using System.Diagnostics;
using Holdfast.EndToEnd.Running;

namespace Holdfast.EndToEnd.People;

/// <summary>Real git, in the folders of tests.</summary>
internal static class Git
{
    /// <summary>Runs git to its end; it must end well.</summary>
    /// <returns>What it printed, trimmed.</returns>
    internal static string Run(string folder, params string[] args)
    {
        var start = new ProcessStartInfo("git")
        {
            UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var arg in (string[])["-c", "user.name=Test", "-c", "user.email=test@localhost", .. args])
        {
            start.ArgumentList.Add(arg);
        }

        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var text = process.StandardOutput.ReadToEnd();
        Assert.True(process.WaitForExit(Holding.Deadline));
        Assert.True(process.ExitCode == 0, $"git {string.Join(' ', args)}: {error.Result}");
        return text.Trim();
    }

    /// <summary>Makes the folder a repository on branch main with one commit of a file.</summary>
    internal static void Init(Holding at)
    {
        at.Write("base", "base\n");
        at.Write(".gitignore", "plan.yaml\nlog\n");
        Run(at.Folder, "init", "-q", "-b", "main");
        Run(at.Folder, "add", "-A");
        Run(at.Folder, "commit", "-q", "-m", "first");
    }
}
