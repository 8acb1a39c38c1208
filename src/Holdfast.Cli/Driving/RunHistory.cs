using System.Buffers;
using System.Text;
using System.Text.Json;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>
/// How long tasks took in earlier runs (<c>history.ndjson</c> of the workspace): what order and the guess of the
/// remaining time rest on. It only advises, so it is neither synced nor believed in: what cannot be read is passed
/// over.
/// </summary>
internal sealed class RunHistory(Workspace workspace)
{
    /// <summary>Bytes at its end that are read: the last several thousand durations.</summary>
    private const int MaxReadBytes = 1 << 20;

    /// <summary>Past this size its older half is dropped.</summary>
    private const long MaxFileBytes = 4 << 20;

    /// <summary>The longest tasks of a run that are kept: they are what the order depends on.</summary>
    private const int MaxPerRun = 2_000;

    // The newest run weighs as much as all before it together, so that a change of the work shows after two runs.
    private const double NewestWeight = 0.5;

    private string FilePath => Path.Combine(workspace.Path, "history.ndjson");

    /// <summary>Expected durations by task of a plan; empty where nothing is known.</summary>
    internal IReadOnlyDictionary<string, TimeSpan> DurationsOf(string plan)
    {
        var found = new Dictionary<string, TimeSpan>();
        try
        {
            foreach (var line in Lines(ReadEnd(MaxReadBytes)))
            {
                if (TryRead(line, plan, out var task, out var ms))
                {
                    found[task] = TimeSpan.FromMilliseconds(found.TryGetValue(task, out var before)
                        ? (before.TotalMilliseconds * (1 - NewestWeight)) + (ms * NewestWeight)
                        : ms);
                }
            }
        }
        catch (IOException)
        {
            // An order without history is as right, only slower.
        }

        return found;
    }

    /// <summary>Adds what ended well while this driver drove.</summary>
    internal void Append(string plan, RunState state, DateTimeOffset at, HashSet<int> endedBefore)
    {
        var lines = new ArrayBufferWriter<byte>(4_096);
        foreach (var spent in Durations(state, endedBefore).OrderByDescending(d => d.MeanMs).Take(MaxPerRun))
        {
            using (var json = new Utf8JsonWriter(lines))
            {
                json.WriteStartObject();
                json.WriteString("at", EventData.Iso(at));
                json.WriteString("plan", plan);
                json.WriteString("task", spent.Task);
                json.WriteNumber("ms", spent.MeanMs);
                json.WriteString("run", state.Spec.RunId);
                json.WriteEndObject();
            }

            lines.Write("\n"u8);
        }

        if (lines.WrittenCount > 0)
        {
            AppendLines(lines.WrittenSpan);
        }
    }

    // A fan-out is known by its name alone, by the mean of its instances: its items differ from run to run.
    private static Dictionary<string, Spent>.ValueCollection Durations(RunState state, HashSet<int> endedBefore)
    {
        var sums = new Dictionary<string, Spent>();
        foreach (var task in state.Tasks)
        {
            if (task is { Status: TaskStage.Succeeded, TakenOver: false, Outcome: { } outcome }
                && !endedBefore.Contains(task.Index))
            {
                var name = (task.Parent ?? task).Name;
                if (!sums.TryGetValue(name, out var spent))
                {
                    sums.Add(name, spent = new Spent(name));
                }

                spent.Add(outcome.Duration);
            }
        }

        return sums.Values;
    }

    private void AppendLines(ReadOnlySpan<byte> lines)
    {
        try
        {
            using var held = workspace.Storage.Lock(FilePath + ".lock");
            if (workspace.Storage.FileExists(FilePath) && workspace.Storage.Length(FilePath) > MaxFileBytes)
            {
                workspace.Storage.WriteAtomically(FilePath, ReadEnd((int)(MaxFileBytes / 2)));
            }

            using var file = workspace.Storage.OpenAppend(FilePath, create: true);
            var end = ReadEnd(1);
            if (end.Length > 0 && end[0] != '\n')
            {
                // Somebody died while writing: the half line must not swallow ours.
                file.Append("\n"u8);
            }

            file.Append(lines);
        }
        catch (IOException)
        {
            // The run is over and recorded; a missing hint for the next one is no reason to fail this.
        }
    }

    private byte[] ReadEnd(int most)
    {
        if (!workspace.Storage.FileExists(FilePath))
        {
            return [];
        }

        using var stream = workspace.Storage.OpenRead(FilePath);
        stream.Seek(Math.Max(0, stream.Length - most), SeekOrigin.Begin);
        var content = new byte[Math.Min(most, stream.Length - stream.Position)];
        var read = stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return content[..read];
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(ReadOnlyMemory<byte> content)
    {
        while (!content.IsEmpty)
        {
            var end = content.Span.IndexOf((byte)'\n');
            yield return end < 0 ? content : content[..end];
            content = end < 0 ? default : content[(end + 1)..];
        }
    }

    private static bool TryRead(ReadOnlyMemory<byte> line, string plan, out string task, out double ms)
    {
        (task, ms) = ("", 0);
        if (line.Length < 2 || line.Span[0] != '{' || line.Span.IndexOf(Encoding.UTF8.GetBytes(plan)) < 0)
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            task = root.GetProperty("task").GetString() ?? "";
            ms = root.GetProperty("ms").GetDouble();
            return root.GetProperty("plan").ValueEquals(plan) && ms >= 0 && task.Length > 0;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException
            or FormatException)
        {
            return false;
        }
    }

    // A class, so that the collections over it need no code of their own at start-up.
    private sealed class Spent(string task)
    {
        private TimeSpan _sum;
        private int _count;

        internal string Task { get; } = task;

        internal long MeanMs => (long)(_sum / _count).TotalMilliseconds;

        internal void Add(TimeSpan duration)
        {
            _sum += duration;
            _count++;
        }
    }
}
