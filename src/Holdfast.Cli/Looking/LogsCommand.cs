using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Runs;
using Holdfast.Runs.State;
using Holdfast.Runs.Workspaces;
using ExitCodes = Holdfast.Runs.ExitCodes;

namespace Holdfast.Cli.Looking;

/// <summary>What of an attempt's output is wanted.</summary>
internal sealed record LogsWanted(string Run, string Task)
{
    /// <summary>Number of the attempt; null for the last.</summary>
    internal int? Attempt { get; init; }

    internal bool Stdout { get; init; } = true;

    internal bool Stderr { get; init; } = true;

    internal bool Follow { get; init; }

    /// <summary>Whether control characters reach a terminal as they were printed.</summary>
    internal bool Raw { get; init; }

    /// <summary>Only the last lines of each stream; null for all.</summary>
    internal int? Lines { get; init; }
}

/// <summary><c>logs RUN T</c>: what an attempt printed, known secrets masked.</summary>
internal static class LogsCommand
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    internal static int Show(CommandContext context, LogsWanted wanted)
    {
        var run = LookedRun.Open(context.Storage, context.OpenLooking(wanted.Run));
        var task = run.Find(wanted.Task);
        var attempt = AttemptOf(run, task, wanted);
        var veil = OutputVeil.Of(context, run.Folder);
        var paths = run.FilesOf(task.Name, attempt);
        if (veil.WhyHidden(task.Name) is { } why)
        {
            throw new CliFailure("output_hidden", ExitCodes.Usage, $"what \"{task.Name}\" printed is not shown: {why}")
            {
                Hint = $"the capture itself is in {paths.Out} and {paths.Err}",
            };
        }

        var printer = new LogPrinter(context, veil.Mask, paths, wanted);
        printer.PrintNew();
        if (wanted.Follow)
        {
            Follow(context, run.Folder, task, attempt, printer);
        }

        printer.Close();
        Finish(context, run, task, attempt, printer);
        return ExitCodes.Done;
    }

    private static int AttemptOf(LookedRun run, TaskState task, LogsWanted wanted)
    {
        if (task.Attempts == 0)
        {
            var id = run.Id;
            throw new CliFailure(
                "attempt_not_found", ExitCodes.NotFound,
                task.Instances > 0
                    ? $"task \"{task.Name}\" fans out; name one of its {task.Instances} instances, e.g. "
                        + $"\"{run.State.Tasks[task.FirstInstance].Name}\""
                    : $"task \"{task.Name}\" has no attempt yet: it is {task.Status.Word()}"
                        + (task.Reason is { } reason ? $" ({reason})" : ""))
            {
                Next = [$"holdfast status {id}"],
            };
        }

        return wanted.Attempt is not { } number
            ? task.Attempts
            : number >= 1 && number <= task.Attempts
                ? number
                : throw new CliFailure(
                    "attempt_not_found", ExitCodes.NotFound,
                    $"task \"{task.Name}\" has no attempt {number}; it has {task.Attempts}, counted from 1");
    }

    private static void Follow(CommandContext context, RunFolder folder, TaskState task, int attempt,
        LogPrinter printer)
    {
        using var pause = new ManualResetEventSlim();
        while (!RunFollower.IsPipeClosed())
        {
            var run = LookedRun.Open(context.Storage, folder);
            var now = run.Find(task.Name);
            printer.PrintNew();
            if (!now.IsOpen || now.Attempts != attempt || run.Holder is null)
            {
                return;
            }

            // The journal is folded again only once the output pauses: a loud attempt needs no question.
            for (var quiet = 0; quiet < 10 && !RunFollower.IsPipeClosed(); quiet++)
            {
                quiet = printer.PrintNew() ? 0 : quiet;
                context.Out.Flush();
                pause.Wait(Pace);
            }
        }
    }

    private static void Finish(CommandContext context, LookedRun run, TaskState task, int attempt, LogPrinter printer)
    {
        if (context.Json)
        {
            JsonResult.Write(context, "holdfast.logs.v1", ExitCodes.Done, json =>
            {
                json.WriteString("run", run.Id);
                json.WriteString("task", task.Name);
                json.WriteNumber("attempt", attempt);
                json.WriteNumber("lines", printer.Lines);
            });
        }
        else if (printer.Lines == 0)
        {
            context.Error.WriteLine($"attempt {attempt} of \"{task.Name}\" printed nothing");
        }
    }
}

/// <summary>Prints the streams of one attempt. A heading tells them apart where both have something.</summary>
internal sealed class LogPrinter
{
    private readonly CommandContext _context;
    private readonly SecretMask _mask;
    private readonly (string Name, string Path)[] _streams;
    private readonly long[] _offsets;
    private readonly string[] _partial;
    private readonly int[] _lineNumbers;
    private readonly bool _isSafe;
    private int _shown = -1;
    private bool _hasColour;

    internal LogPrinter(CommandContext context, SecretMask mask, AttemptPaths paths, LogsWanted wanted)
    {
        _context = context;
        _mask = mask;
        _isSafe = context is { IsTerminal: true, Json: false } && !wanted.Raw;
        _streams = (wanted.Stdout, wanted.Stderr) switch
        {
            (true, false) => [("stdout", paths.Out)],
            (false, true) => [("stderr", paths.Err)],
            _ => [("stdout", paths.Out), ("stderr", paths.Err)],
        };
        _offsets = new long[_streams.Length];
        _partial = [.. _streams.Select(_ => "")];
        _lineNumbers = new int[_streams.Length];
        if (wanted.Lines is { } lines)
        {
            for (var i = 0; i < _streams.Length; i++)
            {
                _offsets[i] = TailOffset.Of(_streams[i].Path, lines);
            }
        }
    }

    internal long Lines { get; private set; }

    /// <returns>Whether anything came.</returns>
    internal bool PrintNew()
    {
        var before = Lines;
        for (var i = 0; i < _streams.Length; i++)
        {
            foreach (var line in CaptureReader.Lines(_streams[i].Path, _offsets[i]))
            {
                _offsets[i] = line.NextOffset;
                if (line.IsComplete)
                {
                    Print(i, _partial[i] + line.Text);
                    _partial[i] = "";
                }
                else if (_partial[i].Length > 1 << 20)
                {
                    // A line without an end must not fill the memory; it is shown in pieces.
                    Print(i, _partial[i]);
                    _partial[i] = line.Text;
                }
                else
                {
                    _partial[i] += line.Text;
                }
            }
        }

        return Lines > before;
    }

    /// <summary>Prints last lines that have no end.</summary>
    internal void Close()
    {
        for (var i = 0; i < _streams.Length; i++)
        {
            if (_partial[i].Length > 0)
            {
                Print(i, _partial[i]);
                _partial[i] = "";
            }
        }

        if (_hasColour)
        {
            _context.Out.Write(ControlText.Reset);
        }
    }

    private void Print(int stream, string text)
    {
        Lines++;
        var number = ++_lineNumbers[stream];
        text = _mask.Mask(text);
        if (_context.Json)
        {
            JsonResult.WriteLine(_context, json =>
            {
                json.WriteString("stream", _streams[stream].Name);
                json.WriteNumber("line", number);
                json.WriteString("text", text);
            });
            return;
        }

        if (_shown != stream && _streams.Length > 1)
        {
            _context.Out.WriteLine($"{(_shown < 0 ? "" : "\n")}==> {_streams[stream].Name} <==");
        }

        _shown = stream;
        if (_isSafe)
        {
            text = ControlText.ForTerminal(text);
            _hasColour |= ControlText.HasColour(text);
        }

        _context.Out.WriteLine(text);
    }
}

/// <summary>Where the last lines of a file begin, found from its end: a capture may have a gigabyte.</summary>
internal static class TailOffset
{
    private const int BlockBytes = 64 << 10;

    internal static long Of(string path, int lines)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        var block = new byte[BlockBytes];
        var left = lines;
        for (var end = length; end > 0;)
        {
            var start = Math.Max(0, end - BlockBytes);
            var span = block.AsSpan(0, RandomAccess.Read(file, block.AsSpan(0, (int)(end - start)), start));
            for (var at = span.LastIndexOf((byte)'\n'); at >= 0; at = span[..at].LastIndexOf((byte)'\n'))
            {
                // The end of the last line begins no line.
                if (start + at + 1 < length && --left <= 0)
                {
                    return lines == 0 ? length : start + at + 1;
                }
            }

            end = start;
        }

        return lines == 0 ? length : 0;
    }
}
