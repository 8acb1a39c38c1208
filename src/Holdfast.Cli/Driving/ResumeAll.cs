using System.Diagnostics;
using System.Text.Json;
using Holdfast.Cli.Live;
using Holdfast.Cli.Looking;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary>What became of one run of <c>resume --all</c>.</summary>
/// <param name="Run">Its id.</param>
/// <param name="ExitCode">Of its driver, or of the attempt to start one; null where nobody was started.</param>
/// <param name="Error">Why it could not go on; null where it could.</param>
internal sealed record Resumed(string Run, int? ExitCode, string? Error);

/// <summary>Resumes every unfinished run, each in a process of its own, and waits for them.</summary>
internal sealed class ResumeAll(CommandContext context, DriveOptions options)
{
    private const int MaxAtOnce = 16;
    private const int MaxInJson = 10_000;

    private readonly List<Resumed> _resumed = [];
    private readonly Queue<Process> _going = new();
    private readonly Dictionary<int, string> _runs = [];

    internal int Execute(bool dryRun)
    {
        var workspace = context.OpenWorkspace();
        var runs = RunGlance.Unfinished(workspace).Select(g => g.Folder).ToList();
        using (var signals = new ForwardedSignals(_going))
        {
            foreach (var folder in runs)
            {
                try
                {
                    GoOn(workspace, folder, dryRun, signals);
                }
                catch (Exception error) when (error is not OutOfMemoryException)
                {
                    // One broken run must not keep the others from going on: this is what a reboot runs.
                    _resumed.Add(new Resumed(folder.Id, FailureReport.Tell(error, context), error.Message));
                }
            }

            while (_going.Count > 0)
            {
                Take();
            }
        }

        // No failure of any command: whoever starts the program again goes on with them.
        var programs = ProgramSteer.TellUnfinished(context, workspace);
        _resumed.AddRange(programs.Select(p => new Resumed(p.Run.Id, null, p.Why)));
        var code = _resumed.Aggregate(ExitCodes.Done, (sum, r) => ExitCodes.First(sum, r.ExitCode ?? ExitCodes.Done));
        context.People.WriteLine($"{runs.Count} unfinished runs"
            + (programs.Count == 0 ? "" : $", and {programs.Count} of C# programs"));
        if (context.Json)
        {
            JsonResult.Write(
                context, ResumeCommand.Schema, code, json => WriteData(json, workspace, runs.Count + programs.Count));
        }

        return code;
    }

    private void GoOn(Workspace workspace, RunFolder folder, bool dryRun, ForwardedSignals signals)
    {
        if (RunLock.Holder(context.Storage, folder) is { } holder && !dryRun)
        {
            context.People.WriteLine($"run {folder.Id} is driven by {holder} already");
            _resumed.Add(new Resumed(folder.Id, null, null));
            return;
        }

        var run = RunFiles.Read(workspace, folder);
        if (dryRun)
        {
            context.People.WriteLine($"run {folder.Id}:");
            new ResumeReport(context, run, run.Look()).Write();
            _resumed.Add(new Resumed(folder.Id, null, null));
        }
        else if (options.Detach)
        {
            DriverCommand.HandOver(context, run, options, run.Look().LastSeq);
            context.People.WriteLine(folder.Id);
            _resumed.Add(new Resumed(folder.Id, null, null));
        }
        else
        {
            while (_going.Count >= MaxAtOnce)
            {
                Take();
            }

            var process = Start(run);
            _runs[process.Id] = folder.Id;
            signals.Add(process);
        }
    }

    private void Take()
    {
        using var process = _going.Peek();
        process.WaitForExit();
        lock (_going)
        {
            _going.Dequeue();
        }

        _runs.Remove(process.Id, out var run);
        _resumed.Add(new Resumed(run!, process.ExitCode, null));
    }

    private void WriteData(Utf8JsonWriter json, Workspace workspace, int count)
    {
        json.WriteNumber("count", count);
        json.WriteStartArray("runs");
        foreach (var resumed in _resumed.OrderBy(r => r.Run, StringComparer.Ordinal).Take(MaxInJson))
        {
            json.WriteStartObject();
            json.WriteString("run", resumed.Run);
            json.WriteString("status", ListedRun.Of(workspace.Storage, workspace.Run(resumed.Run)).Word);
            if (resumed.ExitCode is { } code)
            {
                json.WriteNumber("exit_code", code);
            }
            else
            {
                json.WriteNull("exit_code");
            }

            RunJson.Text(json, "error", resumed.Error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private Process Start(RunFiles run)
    {
        var words = DriverProcess.Command(
            ["resume", run.Folder.Path, "--workspace", run.Workspace.Path, "--quiet", .. options.Words()]);
        var start = new ProcessStartInfo(words[0]) { UseShellExecute = false, RedirectStandardOutput = context.Json };
        start.Environment[CalledAs.Variable] = context.Called.Told;
        foreach (var word in words.Skip(1))
        {
            start.ArgumentList.Add(word);
        }

        var process = Process.Start(start);
        if (process is not null && context.Json)
        {
            // What the drivers say is for people; standard output is for the one object.
            process.OutputDataReceived += (_, line) => context.Error.WriteLine(line.Data ?? "");
            process.BeginOutputReadLine();
        }

        return process
            ?? throw new CliFailure("not_started", ExitCodes.Infrastructure, $"no driver for run {run.Folder.Id} "
                + "could be started");
    }
}
