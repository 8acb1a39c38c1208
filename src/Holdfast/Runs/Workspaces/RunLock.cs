using System.Buffers;
using System.Text.Json;
using Holdfast.Journal;
using Holdfast.Runs.Events;

namespace Holdfast.Runs.Workspaces;

/// <summary>
/// The lock of a run, as others see it. What it says is only for people; that it is held is what counts.
/// </summary>
public static class RunLock
{
    private const int MaxTries = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    /// <summary>Whether a process drives the run now; its description if so.</summary>
    public static string? Holder(IStorage storage, RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(run);
        return storage.IsLocked(run.LockPath) ? Describe(storage.ReadLockContent(run.LockPath)) : null;
    }

    /// <summary>Takes the lock of a run, to drive it or to work on its files.</summary>
    /// <param name="storage">The files.</param>
    /// <param name="run">The run; its folder must exist.</param>
    /// <param name="time">The clock.</param>
    /// <param name="who">This process, for the message to whoever comes second.</param>
    /// <exception cref="RunLockedException">Another process holds it.</exception>
    public static ILockHandle Take(IStorage storage, RunFolder run, TimeProvider time, DriverIdentity who)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(who);
        var content = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(content, EventCatalog.Json))
        {
            json.WriteStartObject();
            json.WriteNumber("pid", who.Pid);
            json.WriteString("since", EventData.Iso(time.GetUtcNow()));
            json.WriteString("boot_id", who.BootId);
            json.WriteString("host", who.Host);
            json.WriteEndObject();
        }

        // A look, a steering command and a driver that is killed just now hold it for an instant: asked again before
        // another driver is believed in.
        using var pause = new ManualResetEventSlim();
        for (var tries = 0; ; tries++)
        {
            if (storage.TryLock(run.LockPath, content.WrittenSpan) is { } held)
            {
                return held;
            }

            if (tries == MaxTries)
            {
                throw new RunLockedException(run.Id, Describe(storage.ReadLockContent(run.LockPath)));
            }

            pause.Wait(Pause);
        }
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
