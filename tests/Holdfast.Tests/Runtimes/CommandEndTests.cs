using Holdfast.Failures;
using Holdfast.Plans.Runtimes;
using Holdfast.Plans.Runtimes.Linux;
using Holdfast.Runs;

namespace Holdfast.Tests.Runtimes;

/// <summary>How a command ends by itself, and what is known of it then.</summary>
[Collection(CommandBench.RealProcesses)]
public sealed class CommandEndTests : IDisposable
{
    private readonly CommandBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(0, true)]
    [InlineData(3, true)]
    [InlineData(126, true)]
    [InlineData(255, true)]
    [InlineData(0, false)]
    [InlineData(255, false)]
    public async Task Exit_code_is_the_programs_own(int code, bool adopt)
    {
        var spec = _bench.Shell($"echo out; echo err >&2; exit {code}") with { Adopt = adopt };
        var outcome = await _bench.Start(spec);
        Assert.Equal(code, outcome.ExitCode);
        Assert.Null(outcome.Signal);
        Assert.Equal(EndedBy.Itself, outcome.EndedBy);
        Assert.Equal("out\n", CommandBench.Out(spec));
        Assert.Equal("err\n", CommandBench.Err(spec));
        Assert.Equal(4, outcome.StdoutBytes);
        Assert.Equal(4, outcome.StderrBytes);
        Assert.Empty(outcome.Strays);
        Assert.Equal(AttemptTrace.Ended, _bench.Runtime.Find(spec));
    }

    [Theory]
    [InlineData("SEGV", 11, true)]
    [InlineData("KILL", 9, true)]
    [InlineData("TERM", 15, true)]
    [InlineData("SEGV", 11, false)]
    [InlineData("KILL", 9, false)]
    public async Task Signal_is_told_and_the_shells_words_about_it_are_no_output(string name, int number, bool adopt)
    {
        var spec = _bench.Shell($"kill -{name} $$") with { Adopt = adopt };
        var outcome = await _bench.Start(spec);
        Assert.Equal(number, outcome.Signal);
        Assert.Null(outcome.ExitCode);
        Assert.Equal(string.Empty, CommandBench.Err(spec));
    }

    [Theory]
    [InlineData("echo", "hi there")]
    [InlineData("printf", "%s")]
    public async Task Program_named_like_a_builtin_is_the_program(string program, string argument)
    {
        var outcome = await _bench.Start(_bench.Spec("t", program, argument));
        Assert.Equal(0, outcome.ExitCode);
    }

    [Theory]
    [InlineData("exit")]
    [InlineData("trap")]
    public async Task Builtin_without_a_program_is_missing(string program)
    {
        var outcome = await _bench.Start(_bench.Spec("t", program, "7"));
        Assert.Equal(EndedBy.StartFailed, outcome.EndedBy);
        Assert.StartsWith($"ENOENT: no such program: {program}", outcome.StartError, StringComparison.Ordinal);
    }
}
