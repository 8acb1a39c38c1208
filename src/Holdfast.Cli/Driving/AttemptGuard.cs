using System.Text;
using Holdfast.Runs;

namespace Holdfast.Cli.Driving;

/// <summary>
/// Keeps what decides about a run out of the hands of its own attempts: an agent must not resolve the doubt about its
/// own work. An attempt is known by its environment, or by that of a process above, so unsetting variables is no way
/// out.
/// </summary>
internal static class AttemptGuard
{
    private const string AttemptName = "HOLDFAST_ATTEMPT";
    private const string WorkspaceName = "HOLDFAST_WORKSPACE";
    private const int MaxAncestors = 64;
    private const int MaxEnvironmentBytes = 4 << 20;

    /// <exception cref="CliFailure">This process belongs to an attempt of the run's workspace: exit 11.</exception>
    internal static void Refuse(CommandContext context, RunFiles run, string what)
    {
        if (IsOf(context.Environment, run.Workspace.Path) || HasAncestorOf(run.Workspace.Path))
        {
            throw new CliFailure(
                "attempt_may_not", ExitCodes.Conflict,
                $"an attempt cannot {what} of its own workspace ({run.Workspace.Path}); a person does that from "
                    + "outside of it");
        }
    }

    private static bool IsOf(Func<string, string?> environment, string workspace) =>
        environment(AttemptName) is { Length: > 0 }
        && (environment(WorkspaceName) is not { Length: > 0 } own || Path.GetFullPath(own) == workspace);

    private static bool HasAncestorOf(string workspace)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var pid = Environment.ProcessId;
        for (var i = 0; i < MaxAncestors && ParentOf(pid) is > 1 and var parent; i++)
        {
            pid = parent;
            if (EnvironmentOf(pid) is { } variables && IsOf(variables.GetValueOrDefault, workspace))
            {
                return true;
            }
        }

        return false;
    }

    private static int? ParentOf(int pid)
    {
        try
        {
            // The name in parentheses may hold anything, so the fields are counted from its end.
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ', 3);
            return int.TryParse(fields[1], out var parent) ? parent : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static Dictionary<string, string>? EnvironmentOf(int pid)
    {
        try
        {
            using var file = File.OpenRead($"/proc/{pid}/environ");
            using var content = new MemoryStream();
            var buffer = new byte[64 * 1024];
            while (content.Length < MaxEnvironmentBytes && file.Read(buffer) is > 0 and var read)
            {
                content.Write(buffer, 0, read);
            }

            var found = new Dictionary<string, string>();
            foreach (var entry in Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length).Split('\0'))
            {
                if (entry.StartsWith("HOLDFAST_", StringComparison.Ordinal) && entry.IndexOf('=') is > 0 and var at)
                {
                    found[entry[..at]] = entry[(at + 1)..];
                }
            }

            return found;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Another user's process, which is none of our attempts, or one that ended meanwhile.
            return null;
        }
    }
}
