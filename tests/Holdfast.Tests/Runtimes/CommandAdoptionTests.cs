using System.Diagnostics;
using System.Text.Json;
using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;

namespace Holdfast.Tests.Runtimes;

/// <summary>Attempts that outlive their driver: a real driver process, killed with -9.</summary>
[Collection(CommandBench.RealProcesses)]
public sealed class CommandAdoptionTests : IDisposable
{
    private readonly CommandBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public async Task SR13_living_attempt_is_adopted_and_its_end_is_told()
    {
        var (up, go) = (_bench.Fifo("up"), _bench.Fifo("go"));
        var spec = _bench.Shell($"echo before; echo $$ >{up}; read x <{go}; echo after; exit 5");
        await KilledDriver(spec, up);
        Assert.Equal(AttemptTrace.Alive, _bench.Runtime.Find(spec));
        var end = _bench.Adopt(spec);
        await CommandBench.Release(go);
        var outcome = await end;
        Assert.Equal(5, outcome.ExitCode);
        Assert.Equal(EndedBy.Itself, outcome.EndedBy);
        Assert.Equal("before\nafter\n", CommandBench.Out(spec));
        Assert.Equal(13, outcome.StdoutBytes);
    }

    [Fact]
    public async Task Adopted_attempt_can_be_stopped()
    {
        var up = _bench.Fifo("up");
        var spec = _bench.Shell($"echo $$ >{up}; sleep 600");
        var pid = await KilledDriver(spec, up);
        var end = _bench.Adopt(spec);
        _bench.Runtime.Stop(spec.Id, EndedBy.Cancel, atOnce: false);
        var outcome = await end;
        Assert.Equal(EndedBy.Cancel, outcome.EndedBy);
        Assert.Equal(15, outcome.Signal);
        Assert.False(CommandBench.IsAlive(pid));
    }

    [Fact]
    public async Task Ending_that_its_driver_did_not_finish_goes_on()
    {
        var up = _bench.Fifo("up");
        var spec = _bench.Shell($"echo $$ >{up}; sleep 600");
        await KilledDriver(spec, up);
        AttemptEnds.Note(spec.Paths.End, EndedBy.NoProgress, "driver", 1);
        var outcome = await _bench.Adopt(spec);
        Assert.Equal(EndedBy.NoProgress, outcome.EndedBy);
        Assert.Equal(15, outcome.Signal);
    }

    [Fact]
    public async Task Overdue_attempt_is_ended_when_it_is_adopted()
    {
        var up = _bench.Fifo("up");
        var spec = _bench.Shell($"echo $$ >{up}; sleep 600");
        await KilledDriver(spec, up);
        var outcome = await _bench.Adopt(spec with { HardTimeout = TimeSpan.FromMilliseconds(1) });
        Assert.Equal(EndedBy.HardTimeout, outcome.EndedBy);
        Assert.Equal(15, outcome.Signal);
    }

    [Fact]
    public async Task Attempt_that_ended_meanwhile_is_judged_by_its_exit_line()
    {
        var (up, go) = (_bench.Fifo("up"), _bench.Fifo("go"));
        var spec = _bench.Shell($"echo $$ >{up}; read x <{go}; exit 9");
        var pid = await KilledDriver(spec, up);
        Assert.True(ProcessTable.TryRead(pid, out var row));
        await CommandBench.Release(go);
        await CommandBench.Gone(row.Session);
        Assert.Equal(AttemptTrace.Ended, _bench.Runtime.Find(spec));
        var outcome = await _bench.Adopt(spec);
        Assert.Equal(9, outcome.ExitCode);
        Assert.Equal(EndedBy.Itself, outcome.EndedBy);
    }

    [Fact]
    public async Task Gone_attempt_ends_as_lost()
    {
        var up = _bench.Fifo("up");
        var spec = _bench.Shell($"echo $$ >{up}; sleep 600");
        var pid = await KilledDriver(spec, up);
        Assert.True(ProcessTable.TryRead(pid, out var row));
        LinuxCalls.Kill(-row.Session, LinuxCalls.SigKill);
        await CommandBench.Gone(row.Session);
        Assert.Equal(AttemptTrace.Gone, _bench.Runtime.Find(spec));
        Assert.Equal(EndedBy.Lost, (await _bench.Adopt(spec)).EndedBy);
    }

    [Fact]
    public async Task Copied_folder_is_never_alive_and_its_original_is_left_alone()
    {
        var (up, go) = (_bench.Fifo("up"), _bench.Fifo("go"));
        var spec = _bench.Shell($"echo $$ >{up}; read x <{go}; exit 0");
        var end = _bench.Start(spec);
        var pid = int.Parse(await CommandBench.Line(up));
        var copy = spec with { Folder = Path.Combine(_bench.Root, "copy") };
        using var copied = Process.Start("cp", ["-r", spec.Folder, copy.Folder]);
        await copied.WaitForExitAsync(CommandBench.Cancel);

        using var other = CommandRuntime.Create();
        Assert.Equal(AttemptTrace.Gone, other.Find(copy));
        var lost = new TaskCompletionSource<Outcome>();
        other.Adopt(copy, lost.SetResult);
        Assert.Equal(EndedBy.Lost, (await lost.Task.WaitAsync(TimeSpan.FromSeconds(30), CommandBench.Cancel)).EndedBy);
        Assert.True(CommandBench.IsAlive(pid));
        await CommandBench.Release(go);
        Assert.Equal(0, (await end).ExitCode);
    }

    [Fact]
    public async Task Moved_folder_keeps_its_attempt()
    {
        var (up, go) = (_bench.Fifo("up"), _bench.Fifo("go"));
        var spec = _bench.Shell($"echo $$ >{up}; read x <{go}; exit 6");
        await KilledDriver(spec, up);
        var moved = spec with { Folder = Path.Combine(_bench.Root, "moved") };
        Directory.Move(spec.Folder, moved.Folder);
        Assert.Equal(AttemptTrace.Alive, _bench.Runtime.Find(moved));
        var end = _bench.Adopt(moved);
        await CommandBench.Release(go);
        Assert.Equal(6, (await end).ExitCode);
    }

    [Fact]
    public async Task Never_started_is_proven_only_within_the_same_boot()
    {
        var spec = _bench.Shell("exit 0");
        Assert.Equal(AttemptTrace.NeverStarted, _bench.Runtime.Find(spec));
        Assert.Equal(AttemptTrace.Gone, _bench.Runtime.Find(spec with { IntentBoot = "another" }));

        // A start that failed after the file was written leaves the block and no start line.
        await _bench.Start(spec with { Shell = "/no/such/sh" });
        Assert.True(File.Exists(spec.Paths.Attempt));
        Assert.Equal(AttemptTrace.NeverStarted, _bench.Runtime.Find(spec));

        // Torn while it was written: before the spawn, so proof, if nothing was rebooted.
        var whole = File.ReadAllText(spec.Paths.Attempt);
        File.WriteAllText(spec.Paths.Attempt, whole[..60]);
        Assert.Equal(AttemptTrace.NeverStarted, _bench.Runtime.Find(spec));
        Assert.Equal(AttemptTrace.Gone, _bench.Runtime.Find(spec with { IntentBoot = null }));

        File.WriteAllText(spec.Paths.Attempt, "");
        Assert.Equal(AttemptTrace.NeverStarted, _bench.Runtime.Find(spec));

        // What was damaged or overwritten proves nothing, however little it looks like a start.
        foreach (var damaged in new[]
        {
            "\0\x01 garbage", "\n", whole.Replace("holdfast-attempt 1", "holdfast-attempt 9", StringComparison.Ordinal),
            whole.Replace("---", "-_-", StringComparison.Ordinal), whole[..60] + "\0\0\n", whole[1..],
        })
        {
            File.WriteAllText(spec.Paths.Attempt, damaged);
            Assert.Equal(AttemptTrace.Gone, _bench.Runtime.Find(spec));
        }

        // And where nothing ran it can be started under the same number.
        File.WriteAllText(spec.Paths.Attempt, whole[..60]);
        Assert.Equal(0, (await _bench.Start(spec)).ExitCode);
    }

    [Fact]
    public void Attempt_of_another_boot_is_gone_unless_it_told_its_exit()
    {
        var spec = _bench.Shell("exit 0");
        Directory.CreateDirectory(spec.Folder);
        var block = "holdfast-attempt 1\nrun r1\ntask t\nattempt 1\nboot other\n---\n";
        File.WriteAllText(spec.Paths.Attempt, block + "start 12\n          \n");
        Assert.Equal(AttemptTrace.Gone, _bench.Runtime.Find(spec));
        File.WriteAllText(spec.Paths.Attempt, block + "            \n");
        Assert.Equal(AttemptTrace.Gone, _bench.Runtime.Find(spec));
        File.WriteAllText(spec.Paths.Attempt, block + "start 12\nexit 3    ");
        Assert.Equal(AttemptTrace.Gone, _bench.Runtime.Find(spec));
        File.WriteAllText(spec.Paths.Attempt, block + "start 12\nexit 3\n    \n");
        Assert.Equal(AttemptTrace.Ended, _bench.Runtime.Find(spec));
    }

    [Fact]
    public async Task PR5_guard_ends_an_overdue_attempt_after_its_driver_was_killed()
    {
        var up = _bench.Fifo("up");
        var spec = _bench.Shell($"trap '' TERM; echo $$ >{up}; sleep 600; sleep 600") with
        {
            HardTimeout = TimeSpan.FromSeconds(2),
            Grace = TimeSpan.FromMilliseconds(200),
        };
        var pid = await KilledDriver(spec, up, withGuard: true);
        await CommandBench.Gone(pid);
        var outcome = await _bench.Adopt(spec);
        Assert.Equal(EndedBy.HardTimeout, outcome.EndedBy);
        Assert.Equal(9, outcome.Signal);
        Assert.StartsWith(
            "ended_by hard_timeout by guard at_us ", File.ReadAllText(spec.Paths.End), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Guard_ends_what_makes_no_progress_and_the_next_driver_knows_why()
    {
        var up = _bench.Fifo("up");
        var spec = _bench.Shell($"echo $$ >{up}; sleep 600") with { NoProgress = TimeSpan.FromMilliseconds(600) };
        var pid = await KilledDriver(spec, up, withGuard: true);
        await CommandBench.Gone(pid);
        var outcome = await _bench.Adopt(spec);
        Assert.Equal(EndedBy.NoProgress, outcome.EndedBy);
        Assert.StartsWith(
            "ended_by no_progress by guard at_us ", File.ReadAllText(spec.Paths.End), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("while :; do :; done")]
    [InlineData("while :; do echo on; sleep 0.05; done")]
    public async Task Guard_leaves_what_computes_or_prints_until_its_time_limit(string work)
    {
        var up = _bench.Fifo("up");
        var spec = _bench.Shell($"echo $$ >{up}; {work}") with
        {
            NoProgress = TimeSpan.FromMilliseconds(600), HardTimeout = TimeSpan.FromSeconds(4),
        };
        var pid = await KilledDriver(spec, up, withGuard: true);
        await CommandBench.Gone(pid);
        Assert.Equal(EndedBy.HardTimeout, (await _bench.Adopt(spec)).EndedBy);
    }

    [Fact]
    public async Task Guard_ends_at_once_what_nobody_can_adopt()
    {
        var up = _bench.Fifo("up");
        var spec = _bench.Shell($"echo $$ >{up}; sleep 600") with { Adopt = false };
        var pid = await KilledDriver(spec, up, withGuard: true);
        await CommandBench.Gone(pid);
        Assert.Equal(AttemptTrace.Gone, _bench.Runtime.Find(spec));
    }

    [Fact]
    public async Task Guard_is_relieved_by_a_driver_and_leaves_the_attempt_alone()
    {
        var up = _bench.Fifo("up");
        var spec = _bench.Shell($"echo $$ >{up}; sleep 600");
        var pid = await KilledDriver(spec, up);
        var later = new Later();
        var report = GuardDuty.Run(GuardDuty.FindAttempts(_bench.Root), () => true, later);
        Assert.True(report.WasRelieved);
        Assert.True(CommandBench.IsAlive(pid));
        report = GuardDuty.Run(GuardDuty.FindAttempts(_bench.Root), () => false, later);
        Assert.False(report.WasRelieved);
        Assert.Equal([spec.Paths.Attempt], report.Ended);
        Assert.False(CommandBench.IsAlive(pid));
    }

    [Fact]
    public async Task Disarmed_guard_leaves_without_a_deed()
    {
        var mark = Path.Combine(_bench.Root, "mark");
        using var guard = Guard.Start(["/bin/sh", "-c", $"echo duty >{mark}"], ["PATH=/bin"], _bench.Root);
        guard.Disarm();
        await CommandBench.Gone(guard.Pid);
        Assert.False(File.Exists(mark));
    }

    /// <summary>The real clock, two hours on: past the limit of an hour.</summary>
    private sealed class Later : TimeProvider
    {
        public override long GetTimestamp() => base.GetTimestamp() + (7200 * TimestampFrequency);
    }

    // Runs a driver in a process of its own, waits until its attempt says its pid, and kills the driver with -9.
    private async Task<int> KilledDriver(CommandSpec spec, string up, bool withGuard = false)
    {
        var order = Path.Combine(_bench.Root, "order.json");
        File.WriteAllText(order, JsonSerializer.Serialize(spec));
        using var driver = Process.Start(new ProcessStartInfo(
            "dotnet", [typeof(DriverProcess).Assembly.Location, DriverProcess.Word, order, withGuard
                ? _bench.Root
                : string.Empty]))!;
        var pid = int.Parse(await CommandBench.Line(up));
        driver.Kill();
        await driver.WaitForExitAsync(CommandBench.Cancel);
        return pid;
    }
}
