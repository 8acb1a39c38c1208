using Holdfast.Cli;

namespace Holdfast.Tests.Cli.Looking;

/// <summary>The hand-made parser must mean what the real one means, or step aside.</summary>
public sealed class QuickPathTests
{
    [Theory]
    [InlineData("", "", null)]
    [InlineData("status", "status", null)]
    [InlineData("status last --exit-code", "status", "last")]
    [InlineData("status --json abc", "status", "abc")]
    [InlineData("--workspace w status abc", "status", "abc")]
    [InlineData("status @file", "status", "@file")]
    [InlineData("list --failed --limit 7 --json", "list", null)]
    [InlineData("run plan.yaml", "run", "plan.yaml")]
    [InlineData("run status --json", "run", "status")]
    [InlineData("resume", "resume", null)]
    [InlineData("resume last --workspace w", "resume", "last")]
    public void Plain_calls_are_taken(string line, string command, string? operand)
    {
        var asked = QuickPath.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.NotNull(asked);
        Assert.Equal((command, operand), (asked.Command, asked.Operand));
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("status --help")]
    [InlineData("status a b")]
    [InlineData("status --failed")]
    [InlineData("list last")]
    [InlineData("list --limit 0")]
    [InlineData("list --limit x")]
    [InlineData("list --limit")]
    [InlineData("status --workspace")]
    [InlineData("status -x")]
    [InlineData("status --exit-code=true")]
    [InlineData("run")]
    [InlineData("run a.yaml b.yaml")]
    [InlineData("run plan.yaml --new")]
    [InlineData("run --help")]
    [InlineData("resume --all")]
    [InlineData("resume last -q")]
    [InlineData("statsu")]
    [InlineData("last")]
    public void Anything_else_goes_the_usual_way(string line) => Assert.Null(QuickPath.Parse(line.Split(' ')));
}
