using System.Text;

namespace Holdfast.Cli.Driving;

/// <summary>A process above this one.</summary>
/// <param name="Pid">Its id.</param>
/// <param name="Variables">
/// Those of its variables that are Holdfast's own, as it was started; empty where they may not be read.
/// </param>
/// <param name="AttemptFile">The attempt file that it holds as the wrapper of an attempt does; null for none.</param>
internal sealed record Ancestor(int Pid, IReadOnlyDictionary<string, string> Variables, string? AttemptFile);

/// <summary>The processes above this one, the nearest first. Only Linux can tell; elsewhere there are none.</summary>
internal static class Ancestry
{
    private const int MaxAncestors = 64;
    private const int MaxEnvironmentBytes = 4 << 20;

    internal static IReadOnlyList<Ancestor> OfThisProcess()
    {
        var found = new List<Ancestor>();
        if (!OperatingSystem.IsLinux())
        {
            return found;
        }

        var pid = Environment.ProcessId;
        while (found.Count < MaxAncestors && ParentOf(pid) is > 1 and var parent)
        {
            pid = parent;
            found.Add(new Ancestor(pid, VariablesOf(pid), AttemptFileOf(pid)));
        }

        return found;
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

    // A wrapper is handed the file as its descriptor 9; see docs/formats/attempt.md.
    private static string? AttemptFileOf(int pid)
    {
        try
        {
            return File.ResolveLinkTarget($"/proc/{pid}/fd/9", returnFinalTarget: false)?.FullName is { } path
                && path.EndsWith(".attempt", StringComparison.Ordinal) ? path : null;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Dictionary<string, string> VariablesOf(int pid)
    {
        var found = new Dictionary<string, string>();
        try
        {
            using var file = File.OpenRead($"/proc/{pid}/environ");
            using var content = new MemoryStream();
            var buffer = new byte[64 * 1024];
            while (content.Length < MaxEnvironmentBytes && file.Read(buffer) is > 0 and var read)
            {
                content.Write(buffer, 0, read);
            }

            foreach (var entry in Encoding.UTF8.GetString(content.GetBuffer(), 0, (int)content.Length).Split('\0'))
            {
                if (entry.StartsWith("HOLDFAST_", StringComparison.Ordinal) && entry.IndexOf('=') is > 0 and var at)
                {
                    found[entry[..at]] = entry[(at + 1)..];
                }
            }
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Another user's process, which is none of our attempts, or one that ended meanwhile.
        }

        return found;
    }
}
