using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Plans.Runtimes.Portable;
using Holdfast.Runs;

namespace Holdfast.Tests.Runtimes;

/// <summary>
/// The fallback for systems without a Linux kernel, run here by real processes and by a scripted one.
/// </summary>
[Collection(CommandBench.RealProcesses)]
public sealed class PortableRuntimeTests : IDisposable
{
    private readonly CommandBench _bench = new();
    private readonly PortableCommandRuntime _runtime = new(TimeProvider.System, new SystemProcesses());

    public void Dispose()
    {
        _runtime.Dispose();
        _bench.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(255)]
    public async Task Exit_code_and_captures(int code)
    {
        var spec = _bench.Shell($"cat; printf '\\377out'; echo err >&2; exit {code}") with { StdinFile = "in" };
        File.WriteAllText(Path.Combine(_bench.Root, "in"), "hello ");
        var outcome = await CommandBench.Started(_runtime, spec);
        Assert.Equal(code, outcome.ExitCode);
        Assert.Equal(
            "hello "u8.ToArray().Concat([(byte)0xff]).Concat("out"u8.ToArray()), File.ReadAllBytes(spec.Paths.Out));
        Assert.Equal("err\n", CommandBench.Err(spec));
        Assert.Equal(AttemptTrace.Ended, _runtime.Find(spec));
        Assert.False(_runtime.CanAdopt);
    }

    [Fact]
    public async Task Signal_is_told() =>
        Assert.Equal(11, (await CommandBench.Started(_runtime, _bench.Shell("kill -SEGV $$"))).Signal);

    [Fact]
    public async Task Missing_program_is_a_failed_start()
    {
        var outcome = await CommandBench.Started(_runtime, _bench.Spec("t", "/no/such/thing"));
        Assert.Equal(EndedBy.StartFailed, outcome.EndedBy);
        Assert.StartsWith("ENOENT: /no/such/thing cannot start", outcome.StartError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PR1_daemon_that_holds_the_outputs_does_not_block_the_end()
    {
        var spec = _bench.Shell("sleep 600 & echo $!");
        var outcome = await CommandBench.Started(_runtime, spec);
        Assert.Equal(0, outcome.ExitCode);
        LinuxCalls.Kill(int.Parse(CommandBench.Out(spec)), LinuxCalls.SigKill);
    }

    [Fact]
    public async Task Limits_hold()
    {
        var hard = _bench.Shell("trap '' TERM; sleep 600", "hard") with
        {
            HardTimeout = TimeSpan.FromMilliseconds(300),
            Grace = TimeSpan.FromMilliseconds(100),
        };
        var hung = _bench.Shell("sleep 600", "hung") with { NoProgress = TimeSpan.FromMilliseconds(300) };
        var loud = _bench.Shell("exec yes", "loud") with { OutputBound = 100_000 };
        var ends = await Task.WhenAll(
            CommandBench.Started(
                _runtime, hard), CommandBench.Started(_runtime, hung), CommandBench.Started(_runtime, loud));
        Assert.Equal([EndedBy.HardTimeout, EndedBy.NoProgress, EndedBy.OutputBound], ends.Select(e => e.EndedBy));
        Assert.Equal(9, ends[0].Signal);
        Assert.True(ends[2].StdoutBytes > 100_000);
    }

    [Fact]
    public async Task What_a_dead_driver_left_is_lost_or_told()
    {
        var spec = _bench.Shell("exit 3");
        Assert.Equal(AttemptTrace.NeverStarted, _runtime.Find(spec));
        await CommandBench.Started(_runtime, spec);
        Assert.Equal(3, (await Adopted(spec)).ExitCode);
        var text = File.ReadAllText(spec.Paths.Attempt);
        File.WriteAllText(spec.Paths.Attempt, text[..text.IndexOf("exit", StringComparison.Ordinal)]);
        Assert.Equal(AttemptTrace.Gone, _runtime.Find(spec));
        Assert.Equal(EndedBy.Lost, (await Adopted(spec)).EndedBy);
    }

    [Fact]
    public async Task Where_nobody_can_be_asked_to_end_stopping_kills_at_once()
    {
        var scripted = new Scripted();
        using var runtime = new PortableCommandRuntime(TimeProvider.System, scripted);
        var spec = _bench.Shell("unused") with { Grace = TimeSpan.FromHours(1) };
        var end = CommandBench.Started(runtime, spec);
        runtime.Stop(spec.Id, EndedBy.Interrupt, atOnce: false);
        var outcome = await end;
        Assert.Equal(EndedBy.Interrupt, outcome.EndedBy);
        Assert.Equal(1, scripted.Kills);
        Assert.Equal(1, scripted.Disposals);
    }

    private Task<Outcome> Adopted(CommandSpec spec)
    {
        var end = new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        _runtime.Adopt(spec, end.SetResult);
        return end.Task.WaitAsync(TimeSpan.FromSeconds(30), CommandBench.Cancel);
    }

    /// <summary>A process of a system without TERM: it ends when it is killed.</summary>
    private sealed class Scripted : IPortableProcesses, IPortableProcess
    {
        public int Kills { get; private set; }

        public int Disposals { get; private set; }

        public int Pid => 1;

        public int? ExitCode => Kills > 0 ? 137 : null;

        public TimeSpan ProcessorTime => TimeSpan.Zero;

        public IPortableProcess Start(CommandSpec spec, FileStream output, FileStream errors) => this;

        public bool Ask() => false;

        public void Kill() => Kills++;

        public void Dispose() => Disposals++;
    }
}
