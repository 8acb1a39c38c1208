using System.Globalization;
using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Linux;

namespace Holdfast.Cli.Upkeep;

/// <summary>Whether commands start, in a session of their own, and end as they say.</summary>
internal static class ProcessChecks
{
    private const string Shell = "/bin/sh";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    internal static IEnumerable<Check> Of(CommandContext context, string scratch)
    {
        if (!OperatingSystem.IsLinux())
        {
            yield return new Check(
                "processes", Health.Warn,
                    $"{Environment.OSVersion.Platform}: attempts cannot be taken up after a kill of Holdfast",
                "run unattended work on Linux");
            yield break;
        }

        if (!File.Exists(Shell))
        {
            yield return new Check("shell", Health.Fail, $"{Shell} is missing",
                "install a POSIX shell; commands and limits need it");
            yield break;
        }

        yield return new Check("shell", Health.Ok, Shell);
        using var runtime = CommandRuntime.Create(new CommandRuntimeOptions { Clock = context.Time });
        yield return Start(runtime, scratch);
        yield return runtime.CanAdopt
            ? new Check("adoption", Health.Ok,
            "attempts go on after a kill of Holdfast, and a later driver takes them up")
            : new Check("adoption", Health.Warn, "a later driver cannot take attempts up", "a newer kernel can");
    }

    private static Check Start(CommandRuntime runtime, string scratch)
    {
        using var ended = new ManualResetEventSlim();
        Outcome? outcome = null;
        var spec = new CommandSpec
        {
            Run = "doctor",
            Task = "probe",
            Attempt = 1,
            // Its own session is what a later kill of the whole attempt rests on; field 6 of stat is the session.
            Argv = [Shell, "-c", "read -r line </proc/self/stat; echo \"$line\"; exit 7"],
            WorkingFolder = scratch,
            Environment = ["PATH=/usr/bin:/bin"],
            StdinFile = "/dev/null",
            Folder = Path.Combine(scratch, "probe"),
            HardTimeout = Patience,
        };
        runtime.Start(spec, end =>
        {
            outcome = end;
            ended.Set();
        });
        if (!ended.Wait(Patience + Patience))
        {
            return new Check("processes", Health.Fail, "a command that was started never ended",
                "look for a stopped or traced shell");
        }

        if (outcome is not { ExitCode: 7 })
        {
            return new Check(
                "processes", Health.Fail,
                    $"a command that exits with 7 ended otherwise: {outcome!.StartError ?? outcome.EndedBy.Word()}",
                "allow this user to start processes (limits: ulimit -u, cgroup pids.max)");
        }

        return SessionOf(spec.Paths.Out) is { } session && session == LinuxCalls.GetSession(0)
            ? new Check("processes", Health.Fail, "a command was started in our own session",
            "allow setsid for this user")
            : new Check("processes", Health.Ok, "a command starts in a session of its own, and its exit code is seen");
    }

    private static int? SessionOf(string capture)
    {
        foreach (var line in CaptureReader.Lines(capture))
        {
            var fields = line.Text[(line.Text.LastIndexOf(')') + 1)..].Split(' ',
                StringSplitOptions.RemoveEmptyEntries);
            return fields.Length > 3
                && int.TryParse(fields[3], NumberStyles.None, CultureInfo.InvariantCulture, out var session)
                ? session
                : null;
        }

        return null;
    }
}
