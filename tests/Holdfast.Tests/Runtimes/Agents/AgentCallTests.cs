using Holdfast.Plans;
using Holdfast.Plans.Runtimes.Agents;

namespace Holdfast.Tests.Runtimes.Agents;

/// <summary>How each program is called, and what it is told.</summary>
public sealed class AgentCallTests
{
    [Theory]
    [InlineData(AgentFlavor.OpenCode, "opencode run --format json --print-logs --model m --session s --x")]
    [InlineData(AgentFlavor.Codex,
        "codex exec --json --skip-git-repo-check --sandbox workspace-write --model m --x resume s -")]
    [InlineData(AgentFlavor.Claude, "claude --print --output-format stream-json --verbose --permission-mode acceptEdits"
        + " --allowedTools Bash(holdfast checkpoint:*) --model m --max-turns 7 --max-budget-usd 2.5 --resume s --x")]
    [InlineData(AgentFlavor.Gemini,
        "gemini --output-format stream-json --approval-mode auto_edit --model m --resume s --x")]
    [InlineData(AgentFlavor.Kilo, "kilo run --format json --print-logs --model m --session s --x")]
    public void Each_flavor_gets_its_own_options_and_the_prompt_on_stdin(AgentFlavor flavor, string expected)
    {
        var call = AgentCall.Of(Request(flavor) with { Arguments = ["--x"], Session = "s" });
        Assert.Equal(expected, string.Join(' ', call.Argv));
        Assert.Equal("/f/prompt.txt", call.StdinFile);
    }

    [Theory]
    [InlineData(AgentFlavor.Codex, AgentPermissions.Read, "--sandbox read-only")]
    [InlineData(AgentFlavor.Codex, AgentPermissions.Full, "--dangerously-bypass-approvals-and-sandbox")]
    [InlineData(AgentFlavor.Claude, AgentPermissions.Read, "--permission-mode plan")]
    [InlineData(AgentFlavor.Claude, AgentPermissions.Full, "--permission-mode bypassPermissions")]
    [InlineData(AgentFlavor.Gemini, AgentPermissions.Full, "--approval-mode yolo")]
    [InlineData(AgentFlavor.OpenCode, AgentPermissions.Read, """{"edit":"deny","bash":"deny"}""")]
    [InlineData(AgentFlavor.OpenCode, AgentPermissions.Edit, "\"bash\":{\"*\":\"deny\"")]
    [InlineData(AgentFlavor.Kilo, AgentPermissions.Full, "--auto")]
    public void Permissions_become_the_programs_own(AgentFlavor flavor, AgentPermissions permissions, string expected)
    {
        var request = Request(flavor);
        var call = AgentCall.Of(request with { Setting = request.Setting with { Permissions = permissions } });
        var said = string.Join(' ', [.. call.Argv, .. call.Environment.Select(e => e.Value)]);
        Assert.Contains(expected, said, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_may_only_edit_may_call_Holdfast_by_the_path_of_the_prompt_and_by_its_name()
    {
        var claude = AgentCall.Of(Request(AgentFlavor.Claude) with { Command = "/w/run s/bin/holdfast" });
        Assert.Contains("Bash(/w/run s/bin/holdfast checkpoint:*)", claude.Argv);
        Assert.Contains("Bash(holdfast checkpoint:*)", claude.Argv);
        var rights = Assert.Single(
            AgentCall.Of(Request(AgentFlavor.OpenCode) with { Command = "'/w/a \"b\"/holdfast'" }).Environment).Value;
        using var json = System.Text.Json.JsonDocument.Parse(rights);
        Assert.Equal(
            ["*", "'/w/a \"b\"/holdfast' checkpoint *", "holdfast checkpoint *"],
            json.RootElement.GetProperty("bash").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public void A_custom_program_takes_its_prompt_as_the_plan_says()
    {
        var request = Request(AgentFlavor.Custom) with { Run = ["./agent", "--flag"] };
        Assert.Equal(("./agent --flag", "/f/prompt.txt"), Called(request, PromptDelivery.Stdin));
        Assert.Equal(("./agent --flag Do it.", null), Called(request, PromptDelivery.Argument));
        Assert.Equal(("./agent --flag /f/prompt.txt", null), Called(request, PromptDelivery.File));

        static (string, string?) Called(AgentRequest request, PromptDelivery delivery)
        {
            var call = AgentCall.Of(request with { Setting = request.Setting with { Prompt = delivery } });
            return (string.Join(' ', call.Argv), call.StdinFile);
        }
    }

    [Fact]
    public void A_first_attempt_is_told_the_plans_text_and_its_checkpoints()
    {
        Assert.Equal("Do it.", AgentPrompt.Of("Do it.", new AgentHistory { Attempt = 1 }));
        Assert.Equal(
            "Do it.\n\nCheckpoints to reach, in this order: design, green\nTell each, once it is reached, with the "
            + "command: holdfast checkpoint complete ID --summary \"what was done\"",
            AgentPrompt.Of("Do it.\n", new AgentHistory { Attempt = 1, Missing = ["design", "green"] }));
    }

    [Fact]
    public void A_further_attempt_is_told_what_is_done_what_failed_and_how_the_last_one_ended()
    {
        var prompt = AgentPrompt.Of("Do it.", new AgentHistory
        {
            Attempt = 3,
            Done = [new("design", "drawn\nin two lines")],
            Missing = ["green"],
            Refused = ["green: its check ended with exit code 1"],
            Last = new("rate_limited", "http.429", "HTTP 429: slow down", "no_progress"),
            SameSession = true,
            CheckpointLines = true,
        });
        foreach (var part in new[]
        {
            "attempt 3", "rate_limited (ended by no_progress): HTTP 429: slow down", "same session",
            "- design: drawn in two lines", "- green: its check ended with exit code 1", "in this order: green",
            "HOLDFAST:checkpoint {\"id\":\"ID\"",
        })
        {
            Assert.Contains(part, prompt, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_history_is_bounded_and_its_end_is_what_stays()
    {
        var prompt = AgentPrompt.Of("Do it.", new AgentHistory
        {
            Attempt = 2,
            Done = [.. Enumerable.Range(0, 100).Select(i => new ToldCheckpoint($"c{i}", new string('ä', 500)))],
            Missing = ["last"],
        });
        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(prompt), 7_000, AgentPrompt.MaxHistoryBytes + 10);
        Assert.Contains("in this order: last", prompt, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', prompt);
    }

    private static AgentRequest Request(AgentFlavor flavor) => new()
    {
        Setting = new AgentRuntimeSetting
        {
            Name = "r", Flavor = flavor, Model = "m", Limits = new AgentLimits(2.5m, null, 7),
        },
        PromptFile = "/f/prompt.txt",
        Prompt = "Do it.",
    };
}
