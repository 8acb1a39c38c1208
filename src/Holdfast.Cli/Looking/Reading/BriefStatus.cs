using System.Text;
using Holdfast.Journal;
using Holdfast.Runs;
using Holdfast.Runs.Events;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary>
/// Where the tasks of a closed run ended, read straight from the lines of its journal: the engine's own fold costs more
/// start-up time than everything else of <c>status</c> together. It knows the plain course of a run only; whatever a
/// person or a repair did to one is left to the full fold. A test holds the two against each other.
/// </summary>
internal sealed class BriefStatus
{
    // Beyond this the time goes into reading, and not into starting up.
    private const long MostBytes = 4 << 20;

    private readonly Dictionary<string, Entry> _byName = [];

    /// <summary>The tasks, in the order in which the journal names them first.</summary>
    internal List<Entry> Tasks { get; } = [];

    internal required RunEnded Ended { get; init; }

    internal required RunStarted Started { get; init; }

    internal DateTimeOffset StartedAt { get; private set; }

    internal DateTimeOffset LastAt { get; private set; }

    /// <summary>Reads a run; null for one that has to be read in full.</summary>
    internal static BriefStatus? Of(IStorage storage, RunFolder folder)
    {
        var path = JournalFormat.PathIn(folder.Path);
        if (!storage.FileExists(path) || storage.Length(path) > MostBytes
            || RunGlance.Of(storage, folder, withHead: true) is not { Ended: { } ended, Started: { } started })
        {
            return null;
        }

        var status = new BriefStatus { Ended = ended, Started = started };
        return status.ReadLines(storage.ReadAll(path)) ? status : null;
    }

    private bool ReadLines(ReadOnlySpan<byte> rest)
    {
        uint crc = 0;
        while (rest.Length > 0)
        {
            var end = rest.IndexOf((byte)'\n');
            if (end < 0 || !JournalLineReader.TryParse(rest[..end], out var fields)
                || JournalLineReader.ComputeCrc(crc, rest[..end]) != fields.Crc || !Take(rest[..end], fields))
            {
                return false;
            }

            crc = fields.Crc;
            rest = rest[(end + 1)..];
        }

        var seen = 0;
        foreach (var task in Tasks)
        {
            if (!task.Stage.IsEnd())
            {
                return false;
            }

            seen += task.Parent is null ? 1 : 0;
        }

        TellFanOuts();
        return seen == Started.Tasks;
    }

    private void TellFanOuts()
    {
        foreach (var fanOut in Tasks)
        {
            if (fanOut.Instances == 0)
            {
                continue;
            }

            var (done, failed) = (0, 0);
            foreach (var task in Tasks)
            {
                done += task.Parent == fanOut && task.Stage.Satisfies() ? 1 : 0;
                failed += task.Parent == fanOut && task.Stage == TaskStage.Failed ? 1 : 0;
            }

            fanOut.Detail = $"{done} of {fanOut.Instances} done{(failed > 0 ? $", {failed} failed" : "")}";
        }
    }

    private bool Take(ReadOnlySpan<byte> line, in LineFields fields)
    {
        LastAt = new DateTimeOffset(fields.At, TimeSpan.Zero);
        var type = Encoding.UTF8.GetString(fields.Type);
        if (!fields.HasTask)
        {
            StartedAt = type == "run_started" ? LastAt : StartedAt;
            return type is "journal_opened" or "run_started" or "driver_started" or "journal_cut" or "run_ended"
                or "notified"
                or "journal_closed" or "clock_jumped" or "run_waiting" or "run_interrupted" or "mass_failure_detected"
                or "run_paused" or "run_unpaused";
        }

        // The line reader leaves escapes in names; those are rare enough for the full fold.
        if (fields.Task.IndexOf((byte)'\\') >= 0)
        {
            return false;
        }

        var name = Encoding.UTF8.GetString(fields.Task);
        if (!_byName.TryGetValue(name, out var task))
        {
            _byName.Add(name, task = new Entry(name) { Parent = FanOutOf(name) });
            Tasks.Add(task);
        }

        Span<FieldSlot> slots = stackalloc FieldSlot[EventFields.MaxFields];
        return Apply(task, type, fields.Attempt,
            new EventFields(line.Slice(fields.DataStart, fields.DataBytes), slots));
    }

    // Names of tasks hold no brackets; an instance carries its item in them.
    private Entry? FanOutOf(string name)
    {
        var bracket = name.IndexOf('[', StringComparison.Ordinal);
        return bracket > 0 && _byName.TryGetValue(name[..bracket], out var fanOut) && fanOut.Instances > 0 ? fanOut
            : null;
    }

    private static bool Apply(Entry task, string type, int attempt, EventFields data)
    {
        switch (type)
        {
            case "attempt_started" or "attempt_found":
                task.Attempts = attempt;
                return true;
            case "attempt_succeeded":
                task.Stage = TaskStage.Succeeded;
                task.Detail = $"in {Durations.Text(TimeSpan.FromMilliseconds(data.Long("duration_ms")))}"
                    + (task.Attempts > 1 ? $", attempt {task.Attempts}" : "")
                    + StrayText.Of(data.Texts("strays"), "; ");
                return true;
            case "attempt_failed":
                task.Strays = StrayText.Of(data.Texts("strays"), "; ");
                return true;
            case "runtime_error_classified":
                task.Class = data.Text("class");
                task.Text = data.TextOrNull("text");
                return true;
            case "task_failed":
                task.Stage = TaskStage.Failed;
                task.Detail = $"{task.Class ?? "failed"}: {task.Text ?? data.Text("reason")}{task.Strays}";
                return true;
            case "task_blocked":
                task.Stage = TaskStage.Blocked;
                task.Detail = TaskLines.By(data.Texts("by"));
                return true;
            case "task_skipped" or "task_cancelled":
                task.Stage = type == "task_skipped" ? TaskStage.Skipped : TaskStage.Cancelled;
                task.Detail = data.Text("reason");
                return true;
            case "task_expanded":
                // What a crash left half expanded starts anew with 0; one without items has a story of its own.
                task.Instances = (data.Int("from") == 0 ? 0 : task.Instances) + data.Texts("items").Length;
                return task.Instances > 0;
            case "task_succeeded":
                task.Stage = TaskStage.Succeeded;
                return task.Instances > 0;
            default:
                return type is "attempt_adopted" or "runtime_recovery_scheduled"
                    or "task_retry_requested";
        }
    }

    /// <summary>A task and its end.</summary>
    internal sealed class Entry(string name)
    {
        internal string Name { get; } = name;

        internal TaskStage Stage { get; set; }

        internal string Detail { get; set; } = "";

        internal string Strays { get; set; } = "";

        internal int Attempts { get; set; }

        /// <summary>How many instances a fan-out has; 0 for any other task.</summary>
        internal int Instances { get; set; }

        /// <summary>The fan-out that it is an instance of.</summary>
        internal Entry? Parent { get; init; }

        internal string? Class { get; set; }

        internal string? Text { get; set; }
    }
}
