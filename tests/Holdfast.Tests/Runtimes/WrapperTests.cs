using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;
using Holdfast.Tests.House;

namespace Holdfast.Tests.Runtimes;

/// <summary>Our own wrapper and the shell's words for it keep one contract.</summary>
[Collection(CommandBench.RealProcesses)]
public sealed class WrapperTests : IDisposable
{
    private const string Shell = "/bin/sh";
    private readonly CommandBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void The_bytes_are_the_listing_assembled()
    {
        const string folder = "src/Holdfast.Plans/Runtimes/Linux/";
        Needs("as");
        Needs("objcopy");
        var listing = Path.Combine(Repository.Root.FullName, folder, "wrapper.x64.s");
        Run("as", "--64", listing, "-o", Path.Combine(_bench.Root, "object"));
        Run("objcopy", "-O", "binary", "-j", ".text", Path.Combine(_bench.Root, "object"),
            Path.Combine(_bench.Root, "program"));
        var assembled = File.ReadAllBytes(Path.Combine(_bench.Root, "program"));
        Assert.Equal(Convert.ToHexString(assembled), Convert.ToHexString(WrapperProgram.X64));
    }

    [Theory]
    [InlineData(null, "exit 0", 0, null)]
    [InlineData(Shell, "exit 0", 0, null)]
    [InlineData(null, "exit 255", 255, null)]
    [InlineData(Shell, "exit 255", 255, null)]
    [InlineData(null, "kill -KILL $$", null, 9)]
    [InlineData(Shell, "kill -KILL $$", null, 9)]
    [InlineData(null, "kill -SEGV $$", null, 11)]
    [InlineData(Shell, "kill -SEGV $$", null, 11)]
    [InlineData(null, "kill -TERM 0; sleep 60", null, 15)]
    [InlineData(Shell, "kill -TERM 0; sleep 60", null, 15)]
    public async Task The_end_is_told_and_left(string? shell, string script, int? code, int? signal)
    {
        var spec = _bench.Shell(script) with { Shell = shell };
        var outcome = await _bench.Start(spec);
        Assert.Equal((code, signal), (outcome.ExitCode, outcome.Signal));
        Assert.True(AttemptFile.TryRead(spec.Paths.Attempt, out var record));
        Assert.Equal(code ?? 128 + signal, record.ExitCode);
        Assert.NotNull(record.StartPid);
        Assert.Equal("", CommandBench.Err(spec));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Shell)]
    public async Task The_program_gets_three_descriptors_and_its_signals(string? shell)
    {
        var files = _bench.Shell("ls /proc/$$/fd") with { Shell = shell };
        Assert.Equal(0, (await _bench.Start(files)).ExitCode);
        Assert.Equal("0\n1\n2\n", CommandBench.Out(files));
        var signals = _bench.Spec("s", "grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status") with { Shell = shell };
        Assert.Equal(0, (await _bench.Start(signals)).ExitCode);
        Assert.Equal("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n", CommandBench.Out(signals));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Shell)]
    public async Task The_program_gets_its_words_as_they_are(string? shell)
    {
        var spec = _bench.Spec("t", "cat", "/proc/self/cmdline", "--", "-", "") with { Shell = shell };
        await _bench.Start(spec);
        Assert.Equal("cat\0/proc/self/cmdline\0--\0-\0\0", CommandBench.Out(spec));
    }

    [Fact]
    public async Task The_environment_is_what_was_given_and_nothing_else()
    {
        var spec = _bench.Spec("t", "env");
        await _bench.Start(spec);
        Assert.Equal(spec.Environment, CommandBench.Out(spec).TrimEnd('\n').Split('\n'));
    }

    [Theory]
    [InlineData(null, "holdfast: ./x: not found\n")]
    [InlineData(Shell, "not found")]
    public async Task A_missing_interpreter_is_told_where_the_program_would_tell_it(string? shell, string told)
    {
        var script = Path.Combine(_bench.Root, "x");
        await File.WriteAllTextAsync(script, "#!/no/such/interpreter\n", CommandBench.Cancel);
        Run("chmod", "+x", script);
        var spec = _bench.Spec("t", "./x") with { Shell = shell };
        Assert.Equal(127, (await _bench.Start(spec)).ExitCode);
        Assert.Contains(told, CommandBench.Err(spec));
    }

    [Fact]
    public async Task What_the_kernel_cannot_run_is_told_too()
    {
        var program = Path.Combine(_bench.Root, "x");
        await File.WriteAllBytesAsync(program, [0x7f, 0, 1, 2], CommandBench.Cancel);
        Run("chmod", "+x", program);
        var spec = _bench.Spec("t", "./x");
        Assert.Equal(126, (await _bench.Start(spec)).ExitCode);
        Assert.Equal("holdfast: ./x: cannot be executed\n", CommandBench.Err(spec));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(Shell)]
    public async Task A_wrapper_that_is_killed_alone_takes_the_program_with_it_and_is_told_as_lost(string? shell)
    {
        var up = _bench.Fifo("up");
        var spec = _bench.Shell($"echo $$ $PPID >{up}; exec sleep 60") with { Shell = shell, Grace = TimeSpan.Zero };
        var end = _bench.Start(spec);
        var pids = (await CommandBench.Line(up)).Split(' ');
        Assert.Equal(AttemptTrace.Alive, _bench.Runtime.Find(spec));
        Assert.Equal(0, LinuxCalls.Kill(int.Parse(pids[1]), LinuxCalls.SigKill));
        Assert.Equal(EndedBy.Lost, (await end).EndedBy);
        await CommandBench.Gone(int.Parse(pids[0]));
        Assert.Equal(AttemptTrace.Gone, _bench.Runtime.Find(spec));
    }

    [Fact]
    public unsafe void Where_nothing_runs_from_memory_the_shell_does_it()
    {
        using var spawner = new Spawner();
        var own = WrapperProgram.TryMake();
        Assert.SkipWhen(own is null, "this processor has no wrapper of our own");
        own.Dispose(); // Its path now names nothing.
        using var wrapper = new AttemptWrapper(spawner, own);
        var spec = _bench.Shell("exit 3");
        var file = LinuxCalls.Open(
            Path.Combine(_bench.Root, "file"), LinuxCalls.ReadWrite | LinuxCalls.Create, 0x180);
        var places = new SpawnPlaces
        {
            Program = "", WorkingFolder = _bench.Root, Stdin = file, Stdout = file, Stderr = file, Eight = file,
            Nine = file,
        };
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal(0, wrapper.Spawn(spec, Shell, places, out var pid));
            int status;
            Assert.Equal(pid, LinuxCalls.WaitPid(pid, &status, 0));
            Assert.Equal(3 << 8, status);
        }

        _ = LinuxCalls.Close(file);
        Assert.Equal(2, File.ReadAllText(Path.Combine(_bench.Root, "file")).Split("exit 3\n").Length - 1);
    }

    private static void Needs(string program) => Assert.SkipWhen(
        !(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(f => File.Exists(Path.Combine(f, program))),
        $"\"{program}\" is not installed; .ci/run installs it");

    private static void Run(string program, params string[] arguments)
    {
        using var run = System.Diagnostics.Process.Start(program, arguments);
        run.WaitForExit();
        Assert.Equal(0, run.ExitCode);
    }
}
