using Holdfast.Cli;

namespace Holdfast.Tests.Cli;

public sealed class CalledAsTests
{
    [Theory]
    [InlineData(null, "holdfast")]
    [InlineData("", "holdfast")]
    [InlineData("./holdfast", "./holdfast")]
    [InlineData("../a checkout/holdfast", "'../a checkout/holdfast'")]
    [InlineData("/opt/holdfast/holdfast", "/opt/holdfast/holdfast")]
    [InlineData("/usr/bin/holdfast", "holdfast")]
    [InlineData("/usr/bin/hf", "hf")]
    [InlineData("holdfast", "./holdfast")]
    [InlineData("gone", "holdfast")]
    [InlineData("./hold\nfast", "holdfast")]
    public void The_name_is_what_a_shell_here_takes(string? told, string name)
    {
        string[] files = ["/usr/bin/holdfast", "/usr/bin/hf", "holdfast", "./holdfast", "/opt/holdfast/holdfast"];
        Assert.Equal(name, CalledAs.Of(told, "/bin:/usr/bin:/sbin", files.Contains).Name);
    }

    [Fact]
    public void A_command_an_example_and_a_sentence_are_renamed_and_nothing_else_is()
    {
        var called = CalledAs.Of("./holdfast", "", _ => true);
        Assert.Equal("./holdfast retry r 'holdfast x'", called.Command("holdfast retry r 'holdfast x'"));
        Assert.Equal("cat holdfast | ./holdfast classify", called.Example("cat holdfast | holdfast classify"));
        Assert.Equal("see `./holdfast why`; holdfast runs", called.Sentence("see `holdfast why`; holdfast runs"));
    }

    [Theory]
    [InlineData(null, "holdfast why r", "./hf why r")]
    [InlineData("/w", "holdfast why r", "./hf why r --workspace /w")]
    [InlineData("/a b", "holdfast letters list", "./hf letters list --workspace '/a b'")]
    [InlineData("/w", "holdfast why r --workspace /w task", "./hf why r --workspace /w task")]
    [InlineData("/w", "free some space", "free some space")]
    public void A_proposed_command_names_the_workspace_that_the_call_named(
        string? workspace, string command, string proposed) => Assert.Equal(proposed, new CommandContext
        {
            Out = TextWriter.Null, Error = TextWriter.Null, Environment = _ => null, CurrentFolder = "/",
            Called = CalledAs.Of("./hf", "", _ => true), WorkspacePath = workspace,
        }.Proposed(command));
}
