using System.Diagnostics;
using System.Text;

namespace Holdfast.EndToEnd.Library;

/// <summary>
/// The commands and a run of a C# program: they see it and steer it, and the program alone drives it.
/// </summary>
public sealed class ProgramRunTests : IDisposable
{
    private const string RunId = "orders-of-today";
    private const string Sample = "samples/OrderProcessing/bin/Release/net10.0/OrderProcessing.dll";

    private readonly string _folder = Directory.CreateTempSubdirectory("holdfast-program-").FullName;

    private string Workspace => Path.Combine(_folder, ".holdfast");

    [Fact]
    public void A_killed_program_is_shown_undriven_and_only_the_program_goes_on()
    {
        KillInTheMiddle();
        var status = Holdfast("status", RunId);
        Assert.Contains("undriven", status.Out);
        Assert.Contains("start its program again", status.Out);
        var resume = Holdfast("resume", RunId);
        Assert.Equal(11, resume.Code);
        Assert.Contains("start the program again", resume.Error);
        var events = Holdfast("events", RunId).Out;
        Assert.Contains("attempt_succeeded", events);
        var step = System.Text.RegularExpressions.Regex.Match(events, @"order\[[^\]]+\]/reserve").Value;
        Assert.Equal(0, Holdfast("fork", RunId, "--from", step, "--id", "again").Code);
        var forked = Holdfast("status", "again").Out;
        Assert.Contains($"forked from {RunId}", forked);
        Assert.Contains("start its program under this id", forked);
        using var again = Program(40);
        again.WaitForExit();
        Assert.True(again.ExitCode == 0, again.StandardError.ReadToEnd());
        Assert.Contains("succeeded", Holdfast("status", RunId).Out);
    }

    [Fact]
    public void A_cancelled_run_is_cancelled_for_its_program_too()
    {
        KillInTheMiddle();
        Assert.Equal(0, Holdfast("cancel", RunId).Code);
        using var again = Program(40);
        again.WaitForExit();
        Assert.NotEqual(0, again.ExitCode);
        Assert.Contains("RunCancelledException", again.StandardError.ReadToEnd());
    }

    [Fact]
    public void A_running_program_is_cancelled_through_its_inbox()
    {
        using var program = Program(2_000);
        WaitFor("attempt_succeeded");
        var cancel = Holdfast("cancel", RunId);
        Assert.True(cancel.Code == 0, cancel.Error);
        Assert.Contains("Cancelled", program.StandardError.ReadToEnd());
        Assert.True(program.WaitForExit(TimeSpan.FromSeconds(60)));
        Assert.Contains("cancelled", Holdfast("status", RunId).Out);
    }

    [Fact]
    public void Of_two_processes_the_second_is_told_who_drives_the_run()
    {
        using var first = Program(400);
        WaitFor("attempt_succeeded");
        using var second = Program(400);
        var told = second.StandardError.ReadToEnd();
        second.WaitForExit();
        first.Kill();
        first.WaitForExit();
        Assert.NotEqual(0, second.ExitCode);
        Assert.Contains($"is driven by process {first.Id}", told);
    }

    [Fact]
    public void A_workspace_that_cannot_be_made_is_told_with_what_helps()
    {
        using var program = Start(Sample, "/proc/holdfast", "1");
        var told = program.StandardError.ReadToEnd();
        program.WaitForExit();
        Assert.NotEqual(0, program.ExitCode);
        Assert.Contains("WorkspaceException: the workspace /proc/holdfast", told);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void KillInTheMiddle()
    {
        using var program = Program(40);
        WaitFor("attempt_succeeded");
        program.Kill();
        program.WaitForExit();
    }

    // No signal comes from a journal: looked at again until the line is there.
    private void WaitFor(string line)
    {
        var journal = Path.Combine(Workspace, "runs", RunId, "journal.ndjson");
        var since = Stopwatch.StartNew();
        using var pause = new ManualResetEventSlim();
        while (!File.Exists(journal) || !File.ReadAllText(journal).Contains(line))
        {
            Assert.True(since.Elapsed < TimeSpan.FromMinutes(1), $"no {line} within a minute");
            pause.Wait(TimeSpan.FromMilliseconds(5));
        }
    }

    private Process Program(int orders) => Start(Sample, _folder, $"{orders}");

    private (int Code, string Out, string Error) Holdfast(params string[] words)
    {
        using var command = Start(
            "src/Holdfast.Cli/bin/Release/net10.0/Holdfast.Cli.dll", [.. words, "--workspace", Workspace]);
        var error = new StringBuilder();
        command.ErrorDataReceived += (_, line) => error.AppendLine(line.Data);
        command.BeginErrorReadLine();
        var output = command.StandardOutput.ReadToEnd();
        command.WaitForExit();
        return (command.ExitCode, output, error.ToString());
    }

    private static Process Start(string program, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        start.ArgumentList.Add(Path.Combine(OrderProcessingTests.RepositoryRoot(), program));
        Array.ForEach(words, start.ArgumentList.Add);
        return Process.Start(start)!;
    }
}
