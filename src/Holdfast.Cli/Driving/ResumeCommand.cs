using System.CommandLine;
using System.Diagnostics;
using Holdfast.Cli.Live;
using Holdfast.Runs;
using Holdfast.Runs.Workspaces;

namespace Holdfast.Cli.Driving;

/// <summary><c>resume [RUN|--all]</c>.</summary>
internal static class ResumeCommand
{
    internal const string Schema = "holdfast.resume.v1";

    private const string Summary =
        "Goes on with a run where it was: what is done stays done, what still runs is taken up, what failed stays "
            + "failed. "
        + "Without RUN: the only unfinished one.";

    internal static CommandEntry Entry { get; } = new("resume", "Run", "Goes on with an unfinished run.", Make);

    private static Command Make(CommandContext context)
    {
        var reference = CommandShape.OptionalText("RUN", "The run; without it, the only unfinished one.");
        var all = CommandShape.Flag("--all", "Every unfinished run of the workspace; what a reboot runs.");
        var dryRun = CommandShape.Flag("--dry-run", "Only say why each task will or will not run.");
        var detached = new Option<bool>(DriveOptions.DetachedWord) { Hidden = true };
        var drive = new DriveSwitches();
        return CommandShape.Make(
            context, "resume", Summary, "holdfast resume\nholdfast resume last --dry-run\nholdfast resume --all",
            [reference, all, dryRun, .. drive.Symbols, detached],
            parsed =>
            {
                if (parsed.GetValue(detached))
                {
                    DriverProcess.LeaveSession();
                }

                var named = parsed.GetValue(reference);
                var options = drive.Read(parsed);
                if (parsed.GetValue(all))
                {
                    return named is null
                        ? new ResumeAll(context, options).Execute(parsed.GetValue(dryRun))
                        : throw new CliFailure("bad_usage", ExitCodes.Usage, $"give RUN (\"{named}\") or --all, not "
                            + "both");
                }

                return Resume(context, named, options, parsed.GetValue(dryRun));
            });
    }

    private static int Resume(CommandContext context, string? named, DriveOptions options, bool dryRun)
    {
        var workspace = context.OpenWorkspace();
        if ((named is null ? OnlyUnfinished(workspace) : workspace.Find(named)) is not { } folder)
        {
            context.People.WriteLine("no run is unfinished; there is nothing to resume");
            if (context.Json)
            {
                JsonResult.Write(context, Schema, ExitCodes.Done, data: null);
            }

            return ExitCodes.Done;
        }

        var run = RunFiles.Read(workspace, folder);
        if (dryRun)
        {
            return DryRun(context, run);
        }

        using var driver = run.Open(context.Time);
        if (driver.State.Ended is null)
        {
            new ResumeReport(context, run, driver.State).Write();
        }

        return DriverCommand.Drive(context, run, driver, options, Schema);
    }

    internal static int DryRun(CommandContext context, RunFiles run)
    {
        var state = run.Look();
        if (RunLock.Holder(context.Storage, run.Folder) is { } holder)
        {
            context.People.WriteLine($"run {run.Folder.Id} is driven by {holder}; this is how it stands now");
        }

        var report = new ResumeReport(context, run, state);
        report.Write();
        if (context.Json)
        {
            JsonResult.Write(context, Schema, ExitCodes.Done, report.WriteData);
        }

        return ExitCodes.Done;
    }

    /// <exception cref="CliFailure">There are several: exit 11, and they are listed.</exception>
    private static RunFolder? OnlyUnfinished(Workspace workspace)
    {
        var unfinished = RunGlance.Unfinished(workspace).ToList();
        return unfinished.Count switch
        {
            0 => null,
            1 => unfinished[0].Folder,
            _ => throw new CliFailure(
                "several_unfinished", ExitCodes.Conflict,
                $"{unfinished.Count} runs are unfinished; name one of them, or take --all")
            {
                Next =
                [
                    .. unfinished.TakeLast(10).Select(g => $"holdfast resume {g.Folder.Id}"), "holdfast resume --all",
                ],
            },
        };
    }
}

/// <summary>Resumes every unfinished run, each in a process of its own, and waits for them.</summary>
internal sealed class ResumeAll(CommandContext context, DriveOptions options)
{
    private const int MaxAtOnce = 16;

    // Where several apply, the first of these counts.
    private static readonly int[] Rank =
    [
        ExitCodes.Bug, ExitCodes.Infrastructure, ExitCodes.Interrupted, ExitCodes.Waiting, ExitCodes.Refused,
        ExitCodes.Inconclusive, ExitCodes.Truncated, ExitCodes.Outstanding, ExitCodes.Failed,
    ];

    internal int Execute(bool dryRun)
    {
        var workspace = context.OpenWorkspace();
        var runs = RunGlance.Unfinished(workspace).Select(g => g.Folder).ToList();
        var code = ExitCodes.Done;
        var going = new Queue<Process>();
        using var signals = new ForwardedSignals(going);
        foreach (var folder in runs)
        {
            try
            {
                code = GoOn(workspace, folder, dryRun, going, signals, code);
            }
            catch (Exception error) when (error is not OutOfMemoryException)
            {
                // One broken run must not keep the others from going on: this is what a reboot runs.
                code = Worse(code, FailureReport.Tell(error, context));
            }
        }

        while (going.Count > 0)
        {
            code = Worse(code, Take(going));
        }

        context.People.WriteLine(PlainView.OneLine($"{runs.Count} unfinished runs"));
        if (context.Json)
        {
            JsonResult.Write(context, ResumeCommand.Schema, code, json => json.WriteNumber("runs", runs.Count));
        }

        return code;
    }

    private int GoOn(
        Workspace workspace, RunFolder folder, bool dryRun, Queue<Process> going, ForwardedSignals signals, int code)
    {
        if (RunLock.Holder(context.Storage, folder) is { } holder && !dryRun)
        {
            context.People.WriteLine($"run {folder.Id} is driven by {holder} already");
            return code;
        }

        var run = RunFiles.Read(workspace, folder);
        if (dryRun)
        {
            context.People.WriteLine($"run {folder.Id}:");
            new ResumeReport(context, run, run.Look()).Write();
        }
        else if (options.Detach)
        {
            DriverCommand.HandOver(context, run, options, run.Look().LastSeq);
            context.People.WriteLine(folder.Id);
        }
        else
        {
            while (going.Count >= MaxAtOnce)
            {
                code = Worse(code, Take(going));
            }

            signals.Add(Start(run));
        }

        return code;
    }

    private static int Worse(int one, int other)
    {
        foreach (var code in Rank)
        {
            if (one == code || other == code)
            {
                return code;
            }
        }

        return Math.Max(one, other);
    }

    private static int Take(Queue<Process> going)
    {
        using var process = going.Peek();
        process.WaitForExit();
        lock (going)
        {
            going.Dequeue();
        }

        return process.ExitCode;
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
