using System.ComponentModel;
using System.Diagnostics;

namespace Holdfast.Cli.Driving;

/// <summary>A short question to git, outside of any attempt.</summary>
internal static class GitCall
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    /// <summary>Runs git to its end.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="args">What.</param>
    /// <returns>Its exit code and its trimmed output; null where it cannot be started or takes over a minute.</returns>
    internal static (int Code, string Text)? Run(string folder, params string[] args)
    {
        var start = new ProcessStartInfo("git")
        {
            UseShellExecute = false, WorkingDirectory = folder, RedirectStandardOutput = true,
            RedirectStandardError = true, RedirectStandardInput = true,
        };
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var text = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Longest))
            {
                process.Kill(entireProcessTree: true);
                return null;
            }

            return (process.ExitCode, (process.ExitCode == 0 ? text : error).GetAwaiter().GetResult().Trim());
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
