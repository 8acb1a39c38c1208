using System.Text.RegularExpressions;

namespace Holdfast.EndToEnd.Running;

/// <summary>Commands that are proposed do what they say when they are copied as they stand.</summary>
public sealed partial class ProposedTests
{
    private const string Plan = """
        tasks:
          red: { run: "exit 3" }
          ask: { approval: { message: go on? } }
        """;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void With_a_workspace_that_only_the_call_named_they_name_it_too(bool json)
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        // Another workspace, which would be found where none is named.
        at.Write("other.yaml", "tasks: { a: { run: \"true\" } }\n");
        at.Run("run", "other.yaml", "--id", "other").Is(0);
        string[] words = ["run", "plan.yaml", "--id", "r", "--no-wait", "--workspace", "a side/ws"];
        var ended = at.Run(json ? [.. words, "--json"] : words).Is(9);
        var proposed = json
            ? [.. Json().Matches(ended.Out).Select(m => Regex.Unescape(m.Value.Trim('"')))]
            : Lines().Matches(ended.Out).Select(m => m.Groups[1].Value).ToArray();
        Assert.Contains(proposed, command => command.StartsWith("holdfast approve r ask", StringComparison.Ordinal));
        Assert.Equal(json ? 2 : 3, proposed.Length);
        foreach (var command in proposed)
        {
            Assert.EndsWith($" --workspace '{at.Folder}/a side/ws'", command, StringComparison.Ordinal);
        }

        var looked = at.Run("status", "r", "--workspace", "a side/ws").Is(0);
        Assert.All(Lines().Matches(looked.Out), m => Assert.Single(Workspaces().Matches(m.Value)));
    }

    [Fact]
    public void Where_the_workspace_is_found_they_are_short()
    {
        using var at = new Holding();
        at.Write("plan.yaml", Plan);
        var ended = at.Run("run", "plan.yaml", "--id", "r", "--no-wait").Is(9);
        Assert.Contains("next: holdfast approve r ask\n", ended.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("--workspace", ended.Out, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"(?:next|elsewhere): (holdfast .*)")]
    private static partial Regex Lines();

    [GeneratedRegex("\"holdfast [^\"]*\"")]
    private static partial Regex Json();

    [GeneratedRegex("--workspace")]
    private static partial Regex Workspaces();
}
