using System.Text.Json;
using Holdfast.Journal;
using Holdfast.Plans.Runtimes;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Looking;

/// <summary>
/// Shows what attempts print between the events of their run, a line at a time, each with its attempt's name.
/// </summary>
internal sealed class OutputFollower(CommandContext context, RunFolder folder, OutputVeil veil)
{
    private readonly List<Open> _open = [];

    /// <summary>Takes note of attempts that start and end.</summary>
    internal void Saw(in JournalRecord record)
    {
        if (record.Task is not { } task)
        {
            return;
        }

        if (record.Type is "attempt_started" or "attempt_found")
        {
            if (veil.WhyHidden(task) is { } why)
            {
                context.Error.WriteLine($"what {task}#{record.Attempt} prints is not shown: {Page.Clean(why)}");
                return;
            }

            var paths = new AttemptPaths(Path.Combine(folder.OutputPath, AttemptPaths.FolderName(task)),
                record.Attempt);
            _open.Add(new Open(task, record.Attempt, "stdout", paths.Out));
            _open.Add(new Open(task, record.Attempt, "stderr", paths.Err));
        }
        else if (record.Type is "attempt_succeeded" or "attempt_failed")
        {
            var attempt = record.Attempt;
            Drain();
            _open.RemoveAll(o => o.Task == task && o.Attempt == attempt);
        }
    }

    /// <summary>Shows what came.</summary>
    internal void Drain()
    {
        foreach (var open in _open)
        {
            foreach (var line in CaptureReader.Lines(open.Path, open.Offset))
            {
                open.Offset = line.NextOffset;
                Write(open, veil.Mask.Mask(line.Text));
            }
        }
    }

    private void Write(Open open, string text)
    {
        if (!context.Json)
        {
            context.Out.WriteLine(
                $"        {open.Task}#{open.Attempt} {(open.Stream == "stderr" ? "!" : "|")} {Page.Clean(text)}");
            return;
        }

        JsonResult.WriteLine(context, json =>
        {
            json.WriteString("type", "output");
            json.WriteString("task", open.Task);
            json.WriteNumber("attempt", open.Attempt);
            json.WriteString("stream", open.Stream);
            json.WriteString("text", text);
        });
    }

    private sealed class Open(string task, int attempt, string stream, string path)
    {
        internal string Task { get; } = task;

        internal int Attempt { get; } = attempt;

        internal string Stream { get; } = stream;

        internal string Path { get; } = path;

        internal long Offset { get; set; }
    }
}
