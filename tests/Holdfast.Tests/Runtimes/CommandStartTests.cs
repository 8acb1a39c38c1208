using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;

namespace Holdfast.Tests.Runtimes;

/// <summary>Starts that fail, and what a started program finds around it.</summary>
[Collection(CommandBench.RealProcesses)]
public sealed class CommandStartTests : IDisposable
{
    private readonly CommandBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Missing_program_is_named(bool adopt) =>
        await Fails("ENOENT: no such program: no-such-thing", _bench.Spec("t", "no-such-thing") with { Adopt = adopt });

    [Fact]
    public async Task Missing_program_by_path_is_named() =>
        await Fails("ENOENT: no such program: ./tools/x", _bench.Spec("t", "./tools/x"));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Missing_folder_is_named(bool adopt) => await Fails(
        "ENOENT: cannot enter the working folder /no/such/folder",
        _bench.Spec("t", "/bin/true") with { WorkingFolder = "/no/such/folder", Adopt = adopt });

    [Fact]
    public async Task Missing_shell_is_named() => await Fails(
        "ENOENT: no such program: /no/such/sh (the shell",
        _bench.Spec("t", "/bin/true") with { Shell = "/no/such/sh" });

    [Fact]
    public async Task Missing_input_is_named() => await Fails(
        "ENOENT: cannot open standard input", _bench.Spec("t", "/bin/cat") with { StdinFile = "nothing.txt" });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Text_without_an_interpreter_line_is_named(bool adopt)
    {
        var script = Path.Combine(_bench.Root, "script");
        File.WriteAllText(script, "echo hi\n");
        await Fails("EACCES: " + script, _bench.Spec("t", script) with { Adopt = adopt });
        using var made = System.Diagnostics.Process.Start("chmod", ["+x", script]);
        made.WaitForExit();
        await Fails($"ENOEXEC: {_bench.Root}/./script is text", _bench.Spec("t", "./script") with { Adopt = adopt });
    }

    [Fact]
    public async Task Folder_as_program_is_named() =>
        await Fails("EACCES: " + _bench.Root, _bench.Spec("t", _bench.Root));

    [Fact]
    public async Task Too_long_arguments_are_named() =>
        await Fails("E2BIG: ", _bench.Spec("t", "/bin/true", new string('x', 5_000_000)));

    [Fact]
    public async Task Nul_in_an_argument_is_named() =>
        await Fails("EINVAL: argument 1", _bench.Spec("t", "/bin/true", "a\0b"));

    [Fact]
    public async Task Empty_command_is_named() => await Fails("EINVAL: the command is empty", _bench.Spec("t"));

    [Fact]
    public async Task Environment_signals_and_descriptors_are_clean()
    {
        var spec = _bench.Spec(
            "t", "/bin/sh", "-c", "tr '\\0' '\\n' </proc/self/environ; ls /proc/self/fd; grep Sig /proc/self/status");
        Assert.Equal(0, (await _bench.Start(spec)).ExitCode);
        var lines = CommandBench.Out(spec).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var line in lines.Where(l => l.Contains('=')))
        {
            Assert.Contains(line, spec.Environment.Concat(["PWD=" + _bench.Root]));
        }

        // 3 is the folder that ls itself reads.
        Assert.Equal(["0", "1", "2", "3"], lines.Where(l => l.Length <= 3 && l.All(char.IsAsciiDigit)));
        Assert.Contains("SigBlk:\t0000000000000000", lines);
        Assert.Contains("SigIgn:\t0000000000000000", lines);
    }

    [Fact]
    public async Task Input_comes_from_the_named_file()
    {
        File.WriteAllText(Path.Combine(_bench.Root, "in.txt"), "hello");
        var spec = _bench.Spec("t", "cat") with { StdinFile = "in.txt" };
        await _bench.Start(spec);
        Assert.Equal("hello", CommandBench.Out(spec));
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("dash")]
    [InlineData("sh")]
    public async Task Wrapper_works_in_every_shell_at_hand(string shell)
    {
        var path = $"/bin/{shell}";
        Assert.True(File.Exists(path), $"{path} is missing here");
        var killed = _bench.Shell("kill -SEGV $$", "killed") with { Shell = path };
        var failed = _bench.Shell("echo no >&2; exit 7", "failed") with { Shell = path };
        var ends = await Task.WhenAll(_bench.Start(killed), _bench.Start(failed));
        Assert.Equal(11, ends[0].Signal);
        Assert.Equal(string.Empty, CommandBench.Err(killed));
        Assert.Equal(7, ends[1].ExitCode);
        Assert.Equal("no\n", CommandBench.Err(failed));
        Assert.Equal(AttemptTrace.Ended, _bench.Runtime.Find(failed));
    }

    [Fact]
    public async Task Many_at_once_leave_no_descriptor_behind()
    {
        await _bench.Start(_bench.Shell("exit 0", "warm"));
        var before = Descriptors();
        var ends = await Task.WhenAll(Enumerable.Range(0, 64).Select(i =>
            _bench.Start(_bench.Shell($"echo {i}; exit {i}", $"t{i}"))));
        Assert.Equal(Enumerable.Range(0, 64), ends.Select(e => e.ExitCode!.Value));
        var failed = await _bench.Start(_bench.Spec("missing", "no-such-thing"));
        Assert.Equal(EndedBy.StartFailed, failed.EndedBy);
        Assert.Equal(before, Descriptors());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_made_ready_has_not_started_and_starts_with_its_files(bool adopt)
    {
        var before = Descriptors();
        var spec = _bench.Shell("echo out; echo err >&2; exit 3") with { Adopt = adopt };
        Assert.True(_bench.Runtime.MakeReady(spec));
        Assert.Equal(before + 3, Descriptors());
        Assert.Equal(AttemptTrace.NeverStarted, _bench.Runtime.Find(spec));
        var outcome = await _bench.Start(spec);
        Assert.Equal(3, outcome.ExitCode);
        Assert.Equal(("out\n", "err\n"), (CommandBench.Out(spec), CommandBench.Err(spec)));
        Assert.Equal(AttemptTrace.Ended, _bench.Runtime.Find(spec));
        Assert.Equal(before, Descriptors());
    }

    [Fact]
    public async Task What_was_given_up_can_be_started_all_the_same()
    {
        var before = Descriptors();
        var spec = _bench.Shell("exit 4");
        Assert.True(_bench.Runtime.MakeReady(spec));
        _bench.Runtime.GiveUp(spec.Id);
        _bench.Runtime.GiveUp(spec.Id);
        Assert.Equal(before, Descriptors());
        Assert.Equal(4, (await _bench.Start(spec)).ExitCode);
    }

    [Fact]
    public void What_is_ready_and_never_started_is_let_go_with_the_runtime()
    {
        var before = Descriptors();
        using (var runtime = CommandRuntime.Create())
        {
            Assert.True(runtime.MakeReady(_bench.Shell("exit 0", "ready")));
        }

        Assert.Equal(before, Descriptors());
    }

    [Fact]
    public async Task What_has_started_before_cannot_be_made_ready()
    {
        var spec = _bench.Shell("exit 0");
        await _bench.Start(spec);
        var before = Descriptors();
        Assert.False(_bench.Runtime.MakeReady(spec));
        Assert.Equal(before, Descriptors());
    }

    [Fact]
    public async Task Same_attempt_cannot_be_started_twice()
    {
        var go = _bench.Fifo("go");
        var spec = _bench.Shell($"read x <{go}");
        var end = _bench.Start(spec);
        Assert.Throws<InvalidOperationException>(() => _bench.Runtime.Start(spec, _ => { }));
        using var second = CommandRuntime.Create();
        var refused = await CommandBench.Started(second, spec);
        Assert.StartsWith("EEXIST: t#1 was started before (Alive)", refused.StartError, StringComparison.Ordinal);
        await CommandBench.Release(go);
        Assert.Equal(0, (await end).ExitCode);
    }

    // Only files of ours: the runtime of the tests opens others whenever it likes.
    private int Descriptors() => Directory.GetFileSystemEntries("/proc/self/fd")
        .Select(f => new FileInfo(f).LinkTarget ?? string.Empty)
        .Count(t => t.StartsWith(_bench.Root, StringComparison.Ordinal) || t.Contains("pidfd"));

    private async Task Fails(string expected, CommandSpec spec)
    {
        var outcome = await _bench.Start(spec);
        Assert.Equal(EndedBy.StartFailed, outcome.EndedBy);
        Assert.StartsWith(expected, outcome.StartError, StringComparison.Ordinal);
        Assert.Null(outcome.ExitCode);
        Assert.NotEqual(AttemptTrace.Alive, _bench.Runtime.Find(spec));
    }
}
