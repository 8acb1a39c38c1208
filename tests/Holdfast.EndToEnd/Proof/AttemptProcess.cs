using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Holdfast.EndToEnd.Running;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.EndToEnd.Proof;

/// <summary>The processes of a run, as the process table shows them.</summary>
internal static class AttemptProcess
{
    /// <summary>Path of the attempt file, by the documented format.</summary>
    internal static string FileOf(Holding at, string run, string task, int attempt)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(task)))[..12];
        return Path.Combine(
            at.Folder, ".holdfast", "runs", run, "output", $"{task}-{hash}",
            string.Create(CultureInfo.InvariantCulture, $"{attempt}.attempt"));
    }

    /// <summary>Lines behind the header of an attempt file, or null without a file or header.</summary>
    internal static string[]? Lines(string file)
    {
        // The runtime's own way to open a file takes a lock on it, and that lock says who lives.
        using var handle = new SafeFileHandle(Open(file, 0), ownsHandle: true);
        if (handle.IsInvalid)
        {
            return null;
        }

        var bytes = new byte[8_192];
        var parts = Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(handle, bytes, 0)).Split("\n---\n");
        return parts.Length < 2 ? null : parts[1].Split('\n')[..^1];
    }

    /// <summary>Whether a start has begun; its files may have been made ahead of it.</summary>
    internal static bool HasHeader(string file) => Lines(file) is not null;

    internal static bool HasStarted(string file) => Has(file, "start ");

    internal static bool HasExited(string file) => Has(file, "exit ");

    /// <summary>The wrapper that holds an attempt file as its descriptor 9.</summary>
    internal static int? Wrapper(string file)
    {
        foreach (var pid in All())
        {
            try
            {
                if (new FileInfo($"/proc/{pid}/fd/9").LinkTarget == file)
                {
                    return pid;
                }
            }
            catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
            {
                // It ended while it was looked at.
            }
        }

        return null;
    }

    /// <summary>Whether a process has told the journal that it drives.</summary>
    internal static bool IsDriven(Holding at, string run, int pid) =>
        RunJournal.Of(at, run).Exists(e => e.Type == "driver_started" && e.Number("pid") == pid);

    /// <summary>The command that a tracer runs.</summary>
    internal static int? ChildOf(int tracer)
    {
        try
        {
            var children = File.ReadAllText($"/proc/{tracer}/task/{tracer}/children")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return children.Length == 0 ? null : int.Parse(children[0], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Every living process that works for a workspace, or names its folder.</summary>
    internal static List<int> Pids(string folder) => [.. All().Where(pid =>
        Hardship.Around.Lives(pid.ToString(CultureInfo.InvariantCulture))
        && (Line(pid).Contains(folder, StringComparison.Ordinal)
            || Read($"/proc/{pid}/environ").Contains($"HOLDFAST_WORKSPACE={folder}", StringComparison.Ordinal)))];

    /// <summary>As <see cref="Pids"/>, for people.</summary>
    internal static List<string> Of(string folder) => [.. Pids(folder).Select(pid => $"{pid} {Line(pid)}")];

    /// <summary>Kills a process that may have ended meanwhile.</summary>
    internal static void Kill(int pid)
    {
        try
        {
            Command.Signal(pid, Command.Kill);
        }
        catch (Xunit.Sdk.EqualException)
        {
            Assert.False(Hardship.Around.Lives(pid.ToString(CultureInfo.InvariantCulture)), $"{pid} cannot be killed");
        }
    }

    private static string Line(int pid) => Read($"/proc/{pid}/cmdline").Replace('\0', ' ');

    private static bool Has(string file, string word) =>
        Lines(file) is { } lines && lines.Any(l => l.StartsWith(word, StringComparison.Ordinal));

    private static IEnumerable<int> All() => Directory.EnumerateDirectories("/proc")
        .Select(p => int.TryParse(Path.GetFileName(p), CultureInfo.InvariantCulture, out var pid) ? pid : 0)
        .Where(pid => pid > 0);

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
