using System.Text.Json;
using Holdfast.Journal;

namespace Holdfast.Runs.Workspaces;

/// <summary>
/// The lock of a run, as others see it. What it says is only for people; that it is held is what counts.
/// </summary>
public static class RunLock
{
    /// <summary>Whether a process drives the run now; its description if so.</summary>
    public static string? Holder(IStorage storage, RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(run);
        if (!storage.FileExists(run.LockPath))
        {
            return null;
        }

        var content = storage.ReadLockContent(run.LockPath);
        using var probe = storage.TryLock(run.LockPath, content);
        return probe is null ? Describe(storage.ReadLockContent(run.LockPath)) : null;
    }

    internal static string Describe(byte[] content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            var root = document.RootElement;
            return $"process {root.GetProperty("pid").GetInt32()} on {root.GetProperty("host").GetString()}"
                + $" since {root.GetProperty("since").GetString()}";
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            // The holder is just writing it, or wrote nothing: that it is held is known all the same.
            return "another process";
        }
    }
}
