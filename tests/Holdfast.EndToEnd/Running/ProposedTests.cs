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

    [Fact]
    public void Where_the_workspace_is_not_found_from_here_they_name_it_and_a_folder_names_its_own()
    {
        using var at = new Holding();
        var far = Directory.CreateDirectory(Path.Combine(at.Folder, "a", "b", "c")).FullName;
        File.WriteAllText(Path.Combine(far, "plan.yaml"), Plan);
        var ended = at.Run("run", "a/b/c/plan.yaml", "--id", "r", "--no-wait").Is(9);
        Assert.All(Lines().Matches(ended.Out), m => Assert.EndsWith(
            $" --workspace {far}/.holdfast", m.Groups[1].Value, StringComparison.Ordinal));
        at.Run("status", "r", "--workspace", $"{far}/.holdfast").Is(0);

        // Another workspace lies nearer, and is not the run's.
        at.Write("other.yaml", "tasks: { ask: { approval: {} } }\n");
        at.Run("run", "other.yaml", "--id", "r", "--no-wait", "--workspace", ".holdfast").Is(9);
        var folder = $"{far}/.holdfast/runs/r";
        var looked = at.Run("status", folder).Is(0).Out;
        Assert.Contains($"next: holdfast approve {folder} ask\n", looked, StringComparison.Ordinal);
        at.Run("approve", folder, "ask", "--no-resume", "--comment", "@anna agrees").Is(0);
        Assert.Contains("@anna agrees", File.ReadAllText($"{folder}/journal.ndjson"), StringComparison.Ordinal);
        at.Run("resume", folder).Is(1);
        Assert.Equal(0, at.Count("r", "approval_decided"));
        at.Run("cancel", folder).Is(11);
    }

    [Fact]
    public void A_shell_carries_out_what_they_say_and_no_more()
    {
        using var at = new Holding();
        at.Write("plan.yaml", """
            tasks:
              pay: { run: "exec sleep 60", timeout: 100ms, effect: once }
              ask: { approval: { message: go on? } }
            """);
        var ended = at.Run("run", "plan.yaml", "--id", "r").Is(9);
        string[] all =
        [
            "holdfast resolve r pay --done", "holdfast resolve r pay --redo", "holdfast resolve r pay --fail",
            "holdfast approve r ask", "holdfast deny r ask",
        ];
        Assert.Equal(all, Lines().Matches(ended.Out).Select(m => m.Groups[1].Value).Skip(1));
        Assert.Contains(
            "next: holdfast resolve r pay --done\n          holdfast resolve r pay --redo\n",
            at.Run().Is(0).Out, StringComparison.Ordinal);
        var dry = at.Run("resume", "r", "--dry-run").Is(0).Out;
        Assert.Contains("; `holdfast approve r ask` or `holdfast deny r ask`\n", dry, StringComparison.Ordinal);
        Assert.Contains("`holdfast resolve r pay --redo`", dry, StringComparison.Ordinal);

        at.Run("resolve", "r", "pay", "--fail", "--no-resume").Is(0);
        var failed = at.Run("resume", "r", "--dry-run").Is(0).Out;
        Assert.Contains("; `holdfast retry r pay` runs it again\n", failed, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"(?:next|elsewhere): (holdfast .*)")]
    private static partial Regex Lines();

    [GeneratedRegex("\"holdfast [^\"]*\"")]
    private static partial Regex Json();

    [GeneratedRegex("--workspace")]
    private static partial Regex Workspaces();
}
