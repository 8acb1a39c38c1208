using System.Text;
using System.Text.Json;
using Holdfast.Journal;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>
/// What the two ends of a journal say: which plan it is of, and whether it is over. A workspace has thousands of runs,
/// and to find the unfinished ones none of them needs to be read whole.
/// </summary>
/// <param name="Folder">The run.</param>
/// <param name="Name">Name of its plan; null if its journal has no beginning.</param>
/// <param name="PlanPath">The plan file as full path; null if it was not recorded.</param>
/// <param name="Ended">Whether the journal is closed.</param>
internal sealed record RunGlance(RunFolder Folder, string? Name, string? PlanPath, bool Ended)
{
    private const int HeadBytes = 16 * 1024;
    private const int TailBytes = 4 * 1024;

    internal static RunGlance Of(IStorage storage, RunFolder folder)
    {
        var path = JournalFormat.PathIn(folder.Path);
        if (!storage.FileExists(path))
        {
            return new RunGlance(folder, null, null, Ended: false);
        }

        using var stream = storage.OpenRead(path);
        var (name, plan) = ReadStart(Read(stream, 0, HeadBytes));
        var end = Read(stream, Math.Max(0, stream.Length - TailBytes), TailBytes);
        return new RunGlance(folder, name, plan, IsClosed(end));
    }

    /// <summary>The runs of a workspace that are not over, oldest first.</summary>
    internal static IEnumerable<RunGlance> Unfinished(Workspace workspace) => workspace.Runs()
        .Where(run => workspace.Storage.FileExists(run.PlanPath))
        .Select(run => Of(workspace.Storage, run))
        .Where(glance => !glance.Ended && glance.Name is not null);

    private static byte[] Read(Stream stream, long from, int most)
    {
        stream.Seek(from, SeekOrigin.Begin);
        var content = new byte[most];
        return content[..stream.ReadAtLeast(content, most, throwOnEndOfStream: false)];
    }

    private static bool IsClosed(ReadOnlySpan<byte> end)
    {
        end = end.TrimEnd((byte)'\n');
        return end[(end.LastIndexOf((byte)'\n') + 1)..].IndexOf("\"type\":\"journal_closed\""u8) >= 0;
    }

    private static (string? Name, string? Plan) ReadStart(ReadOnlySpan<byte> head)
    {
        while (head.IndexOf((byte)'\n') is >= 0 and var end)
        {
            var line = head[..end];
            head = head[(end + 1)..];
            if (line.IndexOf("\"type\":\"run_started\""u8) < 0)
            {
                continue;
            }

            try
            {
                using var document = JsonDocument.Parse(Encoding.UTF8.GetString(line));
                var data = document.RootElement.GetProperty("data");
                return (data.GetProperty("name").GetString(),
                    data.TryGetProperty("plan_path", out var plan) ? plan.GetString() : null);
            }
            catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                return (null, null);
            }
        }

        return (null, null);
    }
}
