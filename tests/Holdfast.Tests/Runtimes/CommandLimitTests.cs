using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;

namespace Holdfast.Tests.Runtimes;

/// <summary>Limits, and ending what does not want to end.</summary>
[Collection(CommandBench.RealProcesses)]
public sealed class CommandLimitTests : IDisposable
{
    private readonly CommandBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task PR1_hard_timeout_ends_the_whole_group_and_keeps_what_was_captured(bool adopt)
    {
        var spec = _bench.Shell("echo HTTP 429 >&2; sleep 600 | sleep 600") with
        {
            Adopt = adopt,
            HardTimeout = TimeSpan.FromMilliseconds(300),
        };
        var outcome = await _bench.Start(spec);
        Assert.Equal(EndedBy.HardTimeout, outcome.EndedBy);
        Assert.Equal(15, outcome.Signal);
        Assert.Equal("HTTP 429\n", CommandBench.Err(spec));
        Assert.InRange(outcome.Duration, TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(4));
        Assert.Empty(Living(spec));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Program_that_ignores_TERM_is_killed_after_the_grace(bool adopt)
    {
        var spec = _bench.Shell("trap '' TERM; sleep 600; sleep 600") with
        {
            Adopt = adopt,
            HardTimeout = TimeSpan.FromMilliseconds(200),
            Grace = TimeSpan.FromMilliseconds(200),
        };
        var outcome = await _bench.Start(spec);
        Assert.Equal(EndedBy.HardTimeout, outcome.EndedBy);
        Assert.Equal(9, outcome.Signal);
        Assert.Empty(Living(spec));
        // The wrapper is ended last, so that it still could tell.
        Assert.Equal(AttemptTrace.Ended, _bench.Runtime.Find(spec));
    }

    [Fact]
    public async Task PR1_process_with_a_session_of_its_own_is_ended_too()
    {
        var said = _bench.Fifo("said");
        var spec = _bench.Shell(
            $"setsid sh -c 'trap \"\" TERM; (sleep 600 & echo $! >{said}; wait) &' ; sleep 600") with
        {
            Grace = TimeSpan.FromMilliseconds(200),
        };
        var end = _bench.Start(spec);
        var pid = int.Parse(await CommandBench.Line(said));
        _bench.Runtime.Stop(spec.Id, EndedBy.Cancel, atOnce: false);
        var outcome = await end;
        Assert.Equal(EndedBy.Cancel, outcome.EndedBy);
        Assert.False(CommandBench.IsAlive(pid));
    }

    [Fact]
    public async Task An_attempt_that_is_stopped_before_it_was_spawned_ends_all_the_same()
    {
        // Spawned one after the other on another thread: most words to stop come before their attempt is there.
        var specs = Enumerable.Range(0, 20).Select(i => _bench.Spec($"t{i}", "sleep", "600")).ToArray();
        var ends = specs.Select(_bench.Start).ToArray();
        foreach (var spec in specs)
        {
            _bench.Runtime.Stop(spec.Id, EndedBy.Cancel, atOnce: true);
        }

        Assert.All(await Task.WhenAll(ends), end => Assert.Equal(EndedBy.Cancel, end.EndedBy));
    }

    [Fact]
    public async Task Stopped_program_is_woken_to_hear_TERM()
    {
        var said = _bench.Fifo("said");
        var spec = _bench.Shell($"echo $$ >{said}; kill -STOP $$; exit 0");
        var end = _bench.Start(spec);
        await CommandBench.Line(said);
        _bench.Runtime.Stop(spec.Id, EndedBy.Interrupt, atOnce: false);
        var outcome = await end;
        Assert.Equal(EndedBy.Interrupt, outcome.EndedBy);
        Assert.True(outcome.Duration < spec.Grace, "it was killed although it would have heard TERM");
    }

    [Fact]
    public async Task Second_stop_hurries_and_the_first_reason_stays()
    {
        var said = _bench.Fifo("said");
        var spec = _bench.Shell(
            $"trap '' TERM; echo up >{said}; sleep 600; sleep 600") with { Grace = TimeSpan.FromMinutes(10) };
        var end = _bench.Start(spec);
        await CommandBench.Line(said);
        _bench.Runtime.Stop(spec.Id, EndedBy.Interrupt, atOnce: false);
        _bench.Runtime.Stop(spec.Id, EndedBy.Cancel, atOnce: true);
        var outcome = await end;
        Assert.Equal(EndedBy.Interrupt, outcome.EndedBy);
        Assert.Equal(9, outcome.Signal);
    }

    [Fact]
    public async Task PR2_output_is_bounded_and_kept()
    {
        var spec = _bench.Shell("exec yes") with { OutputBound = 1 << 20 };
        var outcome = await _bench.Start(spec);
        Assert.Equal(EndedBy.OutputBound, outcome.EndedBy);
        Assert.True(outcome.StdoutBytes > 1 << 20);
        Assert.Equal(outcome.StdoutBytes, new FileInfo(spec.Paths.Out).Length);
    }

    [Fact]
    public async Task PR2_binary_and_invalid_utf8_are_kept_byte_for_byte()
    {
        var spec = _bench.Shell("printf '\\377\\376\\000abc\\r\\n\\303'; printf 'no newline' >&2");
        var outcome = await _bench.Start(spec);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal([0xff, 0xfe, 0, (byte)'a', (byte)'b', (byte)'c', 13, 10, 0xc3], File.ReadAllBytes(spec.Paths.Out));
        Assert.Equal("no newline", CommandBench.Err(spec));
    }

    [Fact]
    public async Task PR1_closed_outputs_do_not_look_like_an_end()
    {
        var go = _bench.Fifo("go");
        var spec = _bench.Shell($"exec >&- 2>&-; read x <{go}; exit 4");
        var end = _bench.Start(spec);
        await CommandBench.Release(go);
        Assert.Equal(4, (await end).ExitCode);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("setsid ", true)]
    public async Task PR1_daemon_is_listed_and_neither_waited_for_nor_ended(string prefix, bool subreaper)
    {
        using var bench = new CommandBench(subreaper);
        var said = bench.Fifo("said");
        var spec = bench.Shell($"{prefix}sh -c 'echo $$ >{said}; exec sleep 600' & read pid <{said}; echo $pid");
        var outcome = await bench.Start(spec);
        var pid = int.Parse(CommandBench.Out(spec));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal([$"{pid} sleep"], outcome.Strays);
        Assert.True(CommandBench.IsAlive(pid));
        LinuxCalls.Kill(pid, LinuxCalls.SigKill);
        await CommandBench.Gone(pid);
    }

    [Fact]
    public async Task Strays_are_ended_where_the_plan_says_so()
    {
        var said = _bench.Fifo("said");
        var spec = _bench.Shell(
            $"sh -c 'echo $$ >{said}; exec sleep 600' & read pid <{said}; echo $pid") with { EndStrays = true };
        var outcome = await _bench.Start(spec);
        Assert.Equal(EndedBy.Itself, outcome.EndedBy);
        Assert.Equal(0, outcome.ExitCode);
        Assert.False(CommandBench.IsAlive(int.Parse(CommandBench.Out(spec))));
    }

    [Fact]
    public async Task PR4_hang_is_ended_by_no_progress()
    {
        var spec = _bench.Shell("echo begun; sleep 600") with { NoProgress = TimeSpan.FromMilliseconds(400) };
        var outcome = await _bench.Start(spec);
        Assert.Equal(EndedBy.NoProgress, outcome.EndedBy);
        Assert.Equal("begun\n", CommandBench.Out(spec));
    }

    [Fact]
    public async Task Quiet_work_and_slow_output_are_progress()
    {
        var window = TimeSpan.FromMilliseconds(500);
        var burner = _bench.Shell(
            "i=0; while [ $i -lt 3000000 ]; do i=$((i+1)); done", "burner") with { NoProgress = window };
        var printer = _bench.Shell(
            "for i in 1 2 3 4 5 6 7 8; do sleep 0.2; echo $i; done", "printer") with { NoProgress = window };
        var ends = await Task.WhenAll(_bench.Start(burner), _bench.Start(printer));
        Assert.All(ends, end => Assert.Equal(EndedBy.Itself, end.EndedBy));
        Assert.All(ends, end => Assert.True(end.Duration > window, $"{end.Duration} proves nothing"));
    }

    [Fact]
    public async Task Wrapper_killed_alone_is_lost_and_leaves_nothing_running()
    {
        var said = _bench.Fifo("said");
        var spec = _bench.Shell($"echo $$ >{said}; sleep 600; sleep 600");
        var end = _bench.Start(spec);
        var pid = int.Parse(await CommandBench.Line(said));
        Assert.True(ProcessTable.TryRead(pid, out var row));
        LinuxCalls.Kill(row.Session, LinuxCalls.SigKill);
        var outcome = await end;
        Assert.Equal(EndedBy.Lost, outcome.EndedBy);
        Assert.Null(outcome.ExitCode);
        Assert.False(CommandBench.IsAlive(pid));
        Assert.Equal(AttemptTrace.Gone, _bench.Runtime.Find(spec));
    }

    private static List<ProcessRow> Living(CommandSpec spec)
    {
        AttemptFile.TryRead(spec.Paths.Attempt, out var record);
        return new AttemptMembers(0, record.Header!.MarkFolder, spec.Attempt, record.Header.BoottimeUs).Living(
            ProcessTable.Read(), byMarks: true);
    }
}
